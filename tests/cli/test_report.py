"""`roedtraad report`, against the ledger itself."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from tenant_app.cli import main
from tenant_app.core import clock
from tests.reports.conftest import Ledger, Skills


@pytest.fixture
def roedtraad(db):
    def call(*arguments: str):
        return CliRunner().invoke(main, arguments, obj=db, catch_exceptions=False)

    return call


@pytest.fixture
def busy_town(town):
    ledger = Ledger(town)
    ledger.book("root", date(2026, 1, 1), "allotted", allotted=400_000_01)
    for name in ("n1", "n2", "s1", "s2"):
        ledger.book(name, date(2026, 1, 1), "allotted", allotted=150_000_00)
        ledger.book(name, date(2026, 2, 1), "reserved", reserved=12_345_67)
        ledger.book(name, date(2026, 2, 2), "committed", reserved=-12_345_67, committed=12_345_67)
        ledger.book(name, date(2026, 3, 2), "actual", actual=9_876_54)
    town.ledger = ledger
    return town


@pytest.mark.parametrize("is_january", [False, True], ids=["in the year", "in January after"])
def test_usage_as_json_equals_a_sum_over_the_ledger(busy_town, roedtraad, is_january, monkeypatch):
    if is_january:
        ledger_books_late(busy_town)
        monkeypatch.setattr(clock, "now", lambda: datetime(2027, 1, 8, 9, 0, tzinfo=UTC))
    answer = roedtraad(
        "report", "usage", "--tenant", busy_town.slug, "--year", "2026", "--format", "json"
    )
    assert answer.exit_code == 0, answer.output
    report = json.loads(answer.output)

    with busy_town.as_system() as ctx:
        sums = (
            ctx.session.execute(
                text(
                    "SELECT sum(e.allotted) AS allotted, sum(e.carried) AS carried,"
                    " sum(e.transferred) AS transferred, sum(e.reserved) AS reserved,"
                    " sum(e.committed) AS committed, sum(e.actual) AS actual"
                    " FROM ledger_entries e JOIN pools p ON p.id = e.pool_id"
                    " JOIN budget_years y ON y.id = p.year_id WHERE y.year = 2026"
                )
            )
            .mappings()
            .one()
        )
    assert {name: report["total"][name] for name in sums} == {k: int(v) for k, v in sums.items()}
    assert report["total"] == report["units"][0]["total"]
    assert report["total"]["budget"] == 1_000_000_01
    assert report["total"]["usage_percent"] == ("9.4" if is_january else "8.9")
    assert report["rule_version"] == 3
    assert report["tenant"] == busy_town.slug
    assert report["data_time"]


def ledger_books_late(town):
    """After New Year an employee comes home from December's course: on last year's pool."""
    town.ledger.book("n1", date(2027, 1, 4), "actual", committed=-12_345_67, actual=17_000_00)
    town.ledger.book("n2", date(2027, 1, 5), "released", committed=-5_67)


def test_the_next_year_is_reported_when_its_budget_is_open(town, roedtraad):
    arguments = ("report", "usage", "--tenant", town.slug, "--format", "json", "--year")
    next_year = str(clock.danish_date(clock.now()).year + 1)
    assert roedtraad(*arguments, next_year).exit_code == 1
    Ledger(town, int(next_year)).book("n1", date(2026, 1, 1), "reserved", reserved=300)

    answer = roedtraad(*arguments, next_year)
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["total"]["reserved"] == 300


def test_usage_as_a_table_is_danish_and_aligned(busy_town, roedtraad):
    answer = roedtraad("report", "usage", "--tenant", busy_town.slug, "--year", "2026")

    assert answer.exit_code == 0, answer.output
    assert "1.000.000,01" in answer.output
    assert "8,9 %" in answer.output
    assert "egne puljer" in answer.output
    lines = answer.output.splitlines()
    rule = next(i for i, line in enumerate(lines) if line.startswith("─"))
    assert len(lines[rule]) == max(len(line) for line in lines[rule - 1 :])


def test_coverage_as_json_and_table(town, roedtraad):
    Skills(town).hold("ped_n1_1", date(2026, 1, 1))
    arguments = ("report", "coverage", "--tenant", town.slug, "--year", "2026")

    made = json.loads(roedtraad(*arguments, "--format", "json").output)
    shown = roedtraad(*arguments).output

    assert made["units"][0]["targets"][0]["covered"] == 1
    assert made["units"][0]["targets"][0]["coverage_percent"] == "8.3"
    assert "Dialogic reading: mindst 50 %" in shown
    assert "8,3 %" in shown


def test_an_unknown_municipality_is_named(roedtraad):
    answer = roedtraad("report", "usage", "--tenant", "nowhere", "--year", "2026")

    assert answer.exit_code == 2
    assert "nowhere" in answer.output


def test_a_year_without_a_budget_is_refused_in_danish(town, roedtraad):
    answer = roedtraad("report", "usage", "--tenant", town.slug, "--year", "2024")

    assert answer.exit_code == 1
    assert "Der er intet budgetår 2024" in answer.output


def test_help_needs_no_environment(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    answer = CliRunner().invoke(main, ["report", "usage", "--help"])

    assert answer.exit_code == 0
