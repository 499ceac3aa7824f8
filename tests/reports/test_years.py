"""Years beside this one: the one that ended still receives bookings, the next one already does."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from tenant_app.budgets.models import BudgetYearState
from tenant_app.core.errors import Invalid
from tenant_app.reports import rules
from tenant_app.reports import service as reports
from tenant_app.reports.models import ReportRun
from tests.reports.conftest import NOVEMBER

JANUARY = datetime(2027, 1, 5, 11, 0, tzinfo=UTC)
MAY = datetime(2027, 5, 5, 11, 0, tzinfo=UTC)
NEW_YEARS_EVE = date(2026, 12, 31)


def compute(town, now, year, as_of=None):
    with town.as_system(now=now) as ctx:
        reports.compute_usage(ctx, year=year, as_of=as_of)


def read(town, now, year, as_of=None):
    with town.as_user("admin", now=now) as ctx:
        return reports.usage(ctx, year=year, as_of=as_of)


def runs(town):
    with town.as_system() as ctx:
        found = ctx.session.scalars(select(ReportRun))
        return {(run.kind.value, run.year, run.as_of) for run in found}


def figures(report, name):
    for line in rules.lines(report.units):
        if line.node.name.split()[0] == name and not line.is_own:
            return line.figures
    raise LookupError(name)


def test_what_is_booked_after_new_year_on_last_years_pools_is_in_last_years_report(town, ledger):
    ledger.book("n1", date(2026, 11, 1), "reserved", reserved=700)
    ledger.book("n1", date(2027, 1, 4), "committed", reserved=-700, committed=700)
    compute(town, JANUARY, 2026)

    report = read(town, JANUARY, 2026)
    assert report.as_of == date(2027, 1, 5)
    assert (report.total.reserved, report.total.committed) == (0, 700)
    assert report.total.forecast == 700  # the year is over: no line goes on
    assert report.rule_version == 3


def test_new_years_eve_can_still_be_asked_for_and_knows_nothing_of_january(town, ledger):
    ledger.book("n1", date(2026, 11, 1), "reserved", reserved=700)
    ledger.book("n1", date(2027, 1, 4), "committed", reserved=-700, committed=700)
    compute(town, JANUARY, 2026, NEW_YEARS_EVE)
    compute(town, JANUARY, 2026)

    eve = read(town, JANUARY, 2026, NEW_YEARS_EVE)
    assert (eve.total.reserved, eve.total.committed) == (700, 0)


def test_the_hierarchy_of_a_year_that_ended_is_that_of_new_years_eve(town, ledger, move):
    ledger.book("n1", date(2026, 2, 1), actual=33)
    move(town, "n1", to="south", on=date(2027, 1, 1))
    compute(town, JANUARY, 2026)

    report = read(town, JANUARY, 2026)
    assert figures(report, "north").actual == 33
    assert figures(report, "south").actual == 0


def test_last_year_and_this_one_are_both_reported_on_the_same_day(town, ledger, ledger_of):
    this_year = ledger_of(town, 2027)
    ledger.book("n1", date(2027, 1, 4), actual=33)
    this_year.book("n1", date(2027, 1, 4), actual=44)
    compute(town, JANUARY, 2026)
    compute(town, JANUARY, 2027)

    assert read(town, JANUARY, 2026).total.actual == 33
    assert read(town, JANUARY, 2027).total.actual == 44


def test_coverage_of_a_year_that_ended_is_that_of_new_years_eve(town, skills):
    skills.hold("ped_n1_1", date(2027, 1, 1))
    with town.as_system(now=JANUARY) as ctx:
        reports.compute_coverage(ctx, year=2026)
        assert reports.coverage(ctx, year=2026).as_of == NEW_YEARS_EVE
    with town.as_user("admin", now=JANUARY) as ctx:
        found = reports.coverage(ctx, year=2026)
    assert found.units[0].total[skills.target_id].covered == 0

    with pytest.raises(Invalid) as refused, town.as_system(now=JANUARY) as ctx:
        reports.compute_coverage(ctx, year=2026, as_of=date(2027, 1, 2))
    assert refused.value.field == "as_of"
    assert runs(town) == {("coverage", 2026, NEW_YEARS_EVE)}


def test_a_past_year_is_kept_up_to_date_while_its_pools_hold_money(town, ledger):
    ledger.book("n1", date(2026, 12, 1), "committed", committed=700)
    with town.as_system(now=MAY) as ctx:
        reports.refresh(ctx)
    assert runs(town) == {
        ("usage", 2026, date(2027, 5, 5)),
        ("coverage", 2026, NEW_YEARS_EVE),
        ("coverage", 2027, date(2027, 5, 5)),
    }

    # Charged the same day, after the night's report: the pools hold nothing any more.
    ledger.book("n1", date(2027, 5, 5), committed=-700, actual=700)
    with town.as_system(now=MAY.replace(day=6)) as ctx:
        reports.refresh(ctx)
    assert read(town, MAY, 2026).total.actual == 700
    assert read(town, MAY, 2026).as_of == date(2027, 5, 6)

    with town.as_system(now=MAY.replace(day=7)) as ctx:
        reports.refresh(ctx)
    assert read(town, MAY, 2026).as_of == date(2027, 5, 6)  # nothing moved, so nothing is made


def test_the_next_year_is_reported_once_its_budget_is_open(town, ledger, ledger_of):
    after = ledger_of(town, 2027)
    after.book("n1", date(2026, 11, 1), "allotted", allotted=10_000)
    after.book("n1", date(2026, 11, 20), "reserved", reserved=300)
    after.book("n1", date(2026, 11, 21), "committed", reserved=-100, committed=100)
    with town.as_system(now=NOVEMBER) as ctx:
        reports.refresh(ctx)

    today = date(2026, 11, 24)
    assert runs(town) == {
        (kind, year, today) for kind in ("usage", "coverage") for year in (2026, 2027)
    }
    report = read(town, NOVEMBER, 2027)
    assert (report.total.budget, report.total.reserved, report.total.committed) == (
        10_000,
        200,
        100,
    )
    assert report.total.forecast == 300
    # Too early to speak of money left over.
    assert report.total.outlook is rules.Outlook.ON_TRACK
    assert figures(report, "n1").outlook is rules.Outlook.ON_TRACK


def test_the_next_year_can_be_asked_for_by_people(town, ledger, ledger_of):
    ledger_of(town, 2027, BudgetYearState.ADOPTED)
    with town.as_user("admin", now=NOVEMBER) as ctx:
        for kind in reports.ReportKind:
            assert reports.request_report(ctx, kind, 2027)


def test_a_draft_of_the_next_year_is_refused_and_nothing_changed(town, ledger, ledger_of):
    ledger_of(town, 2027, BudgetYearState.DRAFT)
    with town.as_system(now=NOVEMBER) as ctx:
        reports.refresh(ctx)
    assert {year for _, year, _ in runs(town)} == {2026}
    for kind in reports.ReportKind:
        with pytest.raises(Invalid) as refused, town.as_user("admin", now=NOVEMBER) as ctx:
            reports.request_report(ctx, kind, 2027)
        assert refused.value.field == "year"
    with town.as_system() as ctx:
        assert ctx.session.execute(text("SELECT count(*) FROM outbox")).scalar() == 0


@pytest.mark.parametrize(
    ("year", "as_of", "expected"),
    [
        (2026, date(2026, 7, 2), (183, 365)),
        (2026, date(2026, 1, 3), (31, 365)),
        (2026, date(2027, 3, 1), (365, 365)),
        (2028, date(2027, 3, 1), (366, 366)),
    ],
)
def test_only_within_the_year_is_there_a_line_to_lengthen(year, as_of, expected):
    assert rules.elapsed(year, as_of) == expected
