"""Where the money went."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from tenant_app.core.errors import Forbidden, Invalid, NotFound
from tenant_app.reports import service as reports
from tenant_app.reports.models import ReportRun, UsageRow
from tests.reports.conftest import NOVEMBER

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)


def by_name(units, found=None):
    found = {} if found is None else found
    for node in units:
        found[node.name.split()[0]] = node
        by_name(node.children, found)
    return found


def read(town, user="admin", **kwargs):
    with town.as_user(user, now=NOVEMBER) as ctx:
        return reports.usage(ctx, year=2026, **kwargs)


def compute(town, **kwargs):
    with town.as_system(now=NOVEMBER) as ctx:
        reports.compute_usage(ctx, year=2026, **kwargs)


def test_usage_adds_up_from_institution_to_municipality(town, ledger):
    ledger.book("root", date(2026, 1, 1), "allotted", allotted=400_00)
    ledger.book("north", date(2026, 1, 1), "allotted", allotted=100_00)
    ledger.book("n1", date(2026, 1, 1), "allotted", allotted=500_00)
    ledger.book("n1", date(2026, 3, 1), "reserved", reserved=90_00)
    ledger.book("n1", date(2026, 3, 2), "committed", reserved=-90_00, committed=90_00)
    ledger.book("n2", date(2026, 3, 2), actual=10_01)
    compute(town)

    report = read(town)
    found = by_name(report.units)

    assert [node.name.split()[0] for node in report.units] == ["root"]
    assert [node.name.split()[0] for node in found["root"].children] == ["north", "south"]
    assert found["root"].total.budget == 1000_00
    assert found["root"].own.budget == 400_00
    assert found["north"].total.budget == 600_00
    assert found["north"].total.committed == 90_00
    assert found["north"].total.actual == 10_01
    assert found["south"].total.budget == 0
    assert found["south"].total.usage_percent is None
    assert found["n1"].total.usage_percent == Decimal("18.0")
    assert found["n1"].total.available == 410_00
    assert report.rule_version == 3
    assert report.data_time == NOVEMBER


def test_entries_after_the_day_do_not_count(town, ledger):
    ledger.book("n1", JULY, actual=5)
    ledger.book("n1", date(2026, 8, 1), actual=70)
    compute(town, as_of=JULY)
    compute(town)

    assert by_name(read(town, as_of=JULY).units)["n1"].total.actual == 5
    assert by_name(read(town).units)["n1"].total.actual == 75


def test_the_forecast_is_a_straight_line_through_what_was_asked_for_so_far(town, ledger):
    ledger.book("n1", date(2026, 2, 1), reserved=100, committed=200, actual=65)
    compute(town, as_of=date(2026, 7, 2))  # day 183 of 365

    assert by_name(read(town).units)["n1"].total.forecast == (365 * 365 + 91) // 183


def test_an_institution_moved_on_1_august_leaves_july_alone(town, ledger, move):
    ledger.book("n1", date(2026, 2, 1), actual=33)
    move(town, "n1", to="south", on=date(2026, 8, 1))
    compute(town, as_of=JULY)
    compute(town, as_of=AUGUST)

    july = by_name(read(town, as_of=JULY).units)
    august = by_name(read(town, as_of=AUGUST).units)

    assert (july["north"].total.actual, july["south"].total.actual) == (33, 0)
    assert (august["north"].total.actual, august["south"].total.actual) == (0, 33)
    assert july["root"].total.actual == august["root"].total.actual == 33
    assert {c.name.split()[0] for c in july["north"].children} == {"n1", "n2"}
    assert {c.name.split()[0] for c in august["south"].children} == {"n1", "s1", "s2"}


def test_the_money_of_a_closed_institution_stays_in_the_total(town, ledger):
    ledger.book("n1", date(2026, 2, 1), actual=33)
    with town.as_system() as ctx:
        ctx.session.execute(
            text("UPDATE unit_placements SET to_date = '2026-08-01' WHERE unit_id = :u"),
            {"u": town.units["n1"]},
        )
    compute(town)

    found = by_name(read(town).units)
    assert found["root"].total.actual == 33
    assert found["north"].total.actual == 33
    assert found["n1"].is_open is False


def test_twice_gives_the_same_rows(town, ledger):
    ledger.book("n1", date(2026, 2, 1), actual=33)
    compute(town)
    first = read(town)
    compute(town)

    assert read(town) == first
    with town.as_system() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(ReportRun)) == 1
        assert ctx.session.scalar(select(func.count()).select_from(UsageRow)) == 7


def test_a_municipality_without_areas_works(make_town, ledger_of):
    town = make_town(areas=False)
    ledger = ledger_of(town)
    ledger.book("s1", date(2026, 2, 1), actual=7)
    compute(town)

    root = read(town).units[0]
    assert root.total.actual == 7
    assert len(root.children) == 4


def test_a_leader_sees_the_subtree_only(town, ledger):
    ledger.book("n1", date(2026, 2, 1), actual=33)
    ledger.book("s1", date(2026, 2, 1), actual=44)
    compute(town)

    assert set(by_name(read(town, "area_north").units)) == {"north", "n1", "n2"}
    assert set(by_name(read(town, "leader_s1").units)) == {"s1"}


def test_an_employee_sees_no_report(town, ledger):
    compute(town)
    with pytest.raises(Forbidden):
        read(town, "ped_n1")


def test_the_neighbour_municipality_counts_for_nothing(make_town, ledger_of):
    here, there = make_town(), make_town()
    ledger_of(here)
    ledger_of(there).book("n1", date(2026, 2, 1), actual=99)
    compute(here)

    assert read(here).units[0].total.actual == 0
    with pytest.raises(NotFound):
        read(there)


@pytest.mark.parametrize(
    ("year", "as_of", "field"),
    [
        (2027, None, "year"),
        (2025, None, "year"),
        (2100, None, "year"),
        (2026, date(2025, 12, 31), "as_of"),
        (2026, date(2026, 12, 24), "as_of"),
        (99999, None, "year"),
    ],
)
def test_a_day_that_cannot_be_reported_is_refused(town, ledger, year, as_of, field):
    with pytest.raises(Invalid) as refused, town.as_user("admin", now=NOVEMBER) as ctx:
        reports.compute_usage(ctx, year=year, as_of=as_of)

    assert refused.value.field == field
    with town.as_system() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(ReportRun)) == 0


def test_a_leader_of_an_institution_cannot_run_it(town, ledger):
    with pytest.raises(Forbidden), town.as_user("leader_n1", now=NOVEMBER) as ctx:
        reports.request_report(ctx, reports_kind("usage"), 2026)
    with town.as_system() as ctx:
        assert ctx.session.execute(text("SELECT count(*) FROM outbox")).scalar() == 0


def test_asking_twice_is_one_job(town, ledger):
    with town.as_user("admin", now=NOVEMBER) as ctx:
        first = reports.request_report(ctx, reports_kind("usage"), 2026)
    with town.as_user("consultant", now=NOVEMBER) as ctx:
        second = reports.request_report(ctx, reports_kind("usage"), 2026)
        other_day = reports.request_report(ctx, reports_kind("usage"), 2026, JULY)

    assert first == second != other_day


def reports_kind(name):
    return reports.ReportKind(name)


def test_two_runs_at_once_leave_one_whole_report(town, ledger):
    ledger.book("n1", date(2026, 2, 1), actual=33)
    threads = [threading.Thread(target=compute, args=(town,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert read(town).total.actual == 33
    with town.as_system() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(UsageRow)) == 7
        made = ctx.session.execute(
            text("SELECT count(*) FROM audit_entries WHERE action = 'report.computed'")
        )
        assert made.scalar_one() == 6  # none of them failed
