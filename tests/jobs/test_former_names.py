"""A job that an earlier release left undone is done under its name of before."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from jobs.registry import FORMER, JOBS, find
from jobs.runner import Outcome, perform
from tenant_app.core import clock
from tenant_app.core.access import system
from tenant_app.core.outbox import Outbox
from tenant_app.reports.models import ReportKind, ReportRun
from tenant_app.tenancy import service as tenancy
from tests.reports.conftest import Ledger

ARGUMENTS = [{}, {"year": 2019}, {"as_of": "1 April", "ctx": None, "job": ["a", 1]}]
pytestmark = pytest.mark.usefixtures("nothing_left_undone")


@pytest.fixture
def leave(ask, house, town):
    """A row as the release of before wrote it."""

    def write(name, args):
        key = ask(name, ring=False)
        with house.unit_of_work(town.tenant_id, system("test")) as ctx:
            ctx.session.get_one(Outbox, key).args = args
        return key

    return write


def reports_of(town):
    with town.as_system() as ctx:
        return set(ctx.session.scalars(select(ReportRun.kind)))


@pytest.mark.parametrize("args", ARGUMENTS, ids=["bare", "a year", "anything"])
@pytest.mark.parametrize("name", FORMER)
def test_what_was_left_undone_under_a_former_name_is_done(house, town, leave, row, name, args):
    Ledger(town, year=clock.now().year)
    key = leave(name, args)

    assert perform(house, town.tenant_id, key) is Outcome.DONE
    found = row(key)
    assert (found.job, found.last_error, found.tries) == (name, None, 0)
    assert found.done_at is not None
    assert reports_of(town) == {ReportKind.USAGE, ReportKind.COVERAGE}


def test_a_dead_letter_of_a_former_name_is_done_when_it_is_tried_again(house, town, leave, row):
    Ledger(town, year=clock.now().year)
    key = leave("jobs.reports.nightly_usage", {})
    with house.unit_of_work(town.tenant_id, system("test")) as ctx:
        ctx.session.get_one(Outbox, key).dead_at = ctx.now
    with house.unit_of_work(town.tenant_id, system("test")) as ctx:
        assert tenancy.retry_dead_jobs(ctx, [key]) == 1

    assert perform(house, town.tenant_id, key) is Outcome.DONE
    assert row(key).done_at is not None
    assert ReportKind.USAGE in reports_of(town)


def test_a_former_name_acts_as_the_job_of_today():
    for name, today in FORMER.items():
        assert find(name).actor == JOBS[today].actor
