"""`roedtraad summary`."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner

from tenant_app.cli import main
from tests.databases import new_database, opened
from tests.reports.conftest import Ledger, Skills


@pytest.fixture(scope="module")
def settings(servers):
    """A database of its own: in one where the demo was loaded, its sign-ins would be told."""
    with new_database(servers) as made:
        yield made


@pytest.fixture(scope="module")
def db(settings):
    with opened(settings) as database:
        yield database


def test_each_municipality_in_use_has_its_figures(make_town, db):
    town, bare = make_town(), make_town(areas=False)
    Ledger(town).book("n1", date(2026, 1, 1), "allotted", allotted=123_456_78)
    Ledger(town, 2027).book("n1", date(2026, 11, 1), "reserved", reserved=55_001_02)
    Skills(town)

    answer = CliRunner().invoke(main, ["summary"], obj=db, catch_exceptions=False)

    assert answer.exit_code == 0
    assert "123.456,78" in answer.output
    assert "55.001,02" in answer.output  # requests wait for the year that is open already
    assert "Dialogic reading (50 %)" in answer.output
    assert bare.slug in answer.output
    assert "Log ind i demoen" not in answer.output  # these are not the demo's municipalities
