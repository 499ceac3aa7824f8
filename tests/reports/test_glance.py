"""What the home pages read: the same figures as the reports, within the same fences."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import update

from tenant_app.budgets.models import BudgetYearState, Pool, PoolKind
from tenant_app.core.danish import danish_key
from tenant_app.core.errors import Forbidden
from tenant_app.enrolments.models import EnrolmentState
from tenant_app.organisation.models import Employee, Unit
from tenant_app.reports import rules
from tenant_app.reports import service as reports
from tenant_app.reports.rules import Outlook, PoolNow, UsageFigures
from tests.reports.conftest import NOVEMBER


def pool(name="a", kind=PoolKind.INSTITUTION, path="1.", budget=0, forecast=0, **money):
    return PoolNow(
        uuid4(), name, kind, path, UsageFigures(allotted=budget, forecast=forecast, **money)
    )


def test_levels_add_up_and_leave_out_those_without_a_pool():
    pools = [
        pool(kind=PoolKind.CENTRAL, budget=100, actual=40),
        pool(budget=30, committed=10),
        pool(budget=20, committed=5),
    ]

    central, institutions = rules.levels(pools)

    assert (central.kind, central.pools, central.figures.available) == (PoolKind.CENTRAL, 1, 60)
    assert (institutions.pools, institutions.figures.budget) == (2, 50)
    assert institutions.figures.committed == 15


def test_a_tail_counts_all_and_names_the_furthest_off():
    over = [pool(f"over {by}", budget=100, forecast=100 + by) for by in (1, 30, 20)]
    under = [pool("under", budget=100, forecast=79)]
    fine = [pool("fine", budget=100, forecast=80), pool("empty")]

    found = rules.tail([*over, *under, *fine], Outlook.OVERSPEND, most=2)
    left = rules.tail([*over, *under, *fine], Outlook.UNDERSPEND, most=2)

    assert [each.name for each in found.worst] == ["over 30", "over 20"]
    assert (found.count, found.amount) == (3, 51)
    assert ([each.name for each in left.worst], left.count, left.amount) == (["under"], 1, 21)


def test_below_knows_where_a_path_ends():
    pools = [pool("own", path="1.2."), pool("twelve", path="1.23."), pool("closed", path=None)]

    assert [each.name for each in rules.below(pools, ("1.2.",))] == ["own"]
    assert rules.below(pools, ()) == []


def test_the_pools_now_say_what_the_report_of_today_says(town, ledger):
    ledger.book("root", date(2026, 1, 1), "allotted", allotted=100_000)
    ledger.book("n1", date(2026, 1, 1), "allotted", allotted=50_000)
    ledger.book("n1", date(2026, 5, 1), actual=48_000)
    with town.as_system(now=NOVEMBER) as ctx:
        reports.compute_usage(ctx, year=2026)

    with town.as_user("admin", now=NOVEMBER) as ctx:
        now = reports.money_now(ctx, year=2026)
        report = reports.usage(ctx, year=2026)

    assert now.state is BudgetYearState.OPEN
    assert rules.together(now.pools) == report.total
    [n1] = [each for each in now.pools if each.name == "pool of n1"]
    assert n1.figures.outlook is Outlook.OVERSPEND


def test_a_leader_sees_the_pools_of_the_unit_and_of_the_area_above(town, ledger):
    with town.as_user("leader_n1") as ctx:
        found = reports.money_now(ctx, year=2026)

    assert {each.name for each in found.pools} == {"pool of n1", "pool of north"}


def test_a_year_that_was_not_created_is_none_and_only_who_sees_budgets_may_ask(town):
    with town.as_user("admin") as ctx:
        assert reports.money_now(ctx, year=2026) is None
    with town.as_user("ped_n1") as ctx, pytest.raises(Forbidden):
        reports.money_now(ctx, year=2026)


def test_coverage_in_short_is_the_report_in_short(town, ledger, skills):
    skills.hold("ped_n1_1", date(2026, 1, 1))
    skills.enrol("ped_n1_2", "n1", ledger.year_id, EnrolmentState.CONFIRMED)
    with town.as_system(now=NOVEMBER) as ctx:
        reports.compute_coverage(ctx, year=2026)

    with town.as_user("admin", now=NOVEMBER) as ctx:
        short = reports.coverage_now(ctx, year=2026, gaps=3)
        whole = reports.coverage(ctx, year=2026)
    with town.as_user("area_north", now=NOVEMBER) as ctx:
        north = reports.coverage_now(ctx, year=2026, gaps=10)

    [target] = short.targets
    assert target.figures == whole.units[0].total[target.id]
    assert target.competence == "Dialogic reading"
    assert [gap.lacking for gap in short.gaps] == [2, 2, 2]
    assert {gap.unit.split()[0]: (gap.lacking, gap.on_their_way) for gap in north.gaps} == {
        "n1": (1, 1),
        "n2": (2, 0),
    }
    assert north.targets[0].figures.group_size == 6


def test_without_a_report_there_is_nothing_in_short(town):
    with town.as_user("admin") as ctx:
        assert reports.coverage_now(ctx, year=2026, gaps=3) is None


def test_who_goes_together_are_of_several_institutions_of_ones_own(town, ledger, skills):
    for person, unit in (("ped_n1_1", "n1"), ("ped_n2_1", "n2"), ("ped_s1_1", "s1")):
        skills.enrol(person, unit, ledger.year_id, EnrolmentState.CONFIRMED)
    skills.enrol("ped_n2_2", "n2", ledger.year_id, EnrolmentState.REJECTED)

    with town.as_user("area_north", now=NOVEMBER) as ctx:
        [going] = reports.going_together(ctx, most=5)
    with town.as_user("area_south", now=NOVEMBER) as ctx:
        assert reports.going_together(ctx, most=5) == []

    assert going.title == "Reading"
    names = [name.split()[0] for people in going.people.values() for name, _sure in people]
    assert names == ["ped_n1_1", "ped_n2_1"]
    with town.as_user("ped_n1") as ctx, pytest.raises(Forbidden):
        reports.going_together(ctx, most=5)


def test_only_those_who_keep_jobs_see_how_they_are(town):
    with town.as_user("admin") as ctx:
        ctx.enqueue("jobs.reports.usage", unique="x", year=2026, as_of=None)
    with town.as_user("admin") as ctx:
        assert reports.job_health(ctx).undone == 1
    with town.as_user("consultant") as ctx, pytest.raises(Forbidden):
        reports.job_health(ctx)


def test_names_stand_in_danish_order(town, ledger, skills):
    """ASCII and most servers have them otherwise: Å, Æ, Ø, and small letters last."""
    pools = {"n1": "Åparken", "n2": "Æblehaven", "s1": "øen", "s2": "bakken"}
    people = {"ped_n1_1": "Ågot", "ped_n1_2": "Østen", "ped_n2_1": "Æmil"}
    with town.as_system() as ctx:
        for key, name in pools.items():
            ctx.session.execute(update(Pool).where(Pool.id == ledger.pools[key]).values(name=name))
            ctx.session.execute(update(Unit).where(Unit.id == town.units[key]).values(name=name))
        for key, name in people.items():
            ctx.session.execute(
                update(Employee).where(Employee.id == town.employees[key]).values(name=name)
            )
    for key in people:
        skills.enrol(key, key.split("_")[1], ledger.year_id, EnrolmentState.CONFIRMED)
        skills.hold(key, date(2026, 1, 1), until=date(2026, 12, 24))
    with town.as_system(now=NOVEMBER) as ctx:
        reports.compute_coverage(ctx, year=2026)

    with town.as_user("admin", now=NOVEMBER) as ctx:
        named = [pool.name for pool in reports.money_now(ctx, year=2026).pools]
        gaps = reports.coverage_now(ctx, year=2026, gaps=9).gaps
    with town.as_user("area_north", now=NOVEMBER) as ctx:
        [going] = reports.going_together(ctx, most=1)
        _own, expires = reports.holdings_now(ctx, staff=True, most=9)

    assert [name for name in named if name in pools.values()] == [
        "bakken", "Æblehaven", "øen", "Åparken",
    ]  # fmt: skip
    worst = gaps[0].lacking
    alike = [gap.unit for gap in gaps if gap.lacking == worst]
    assert alike == sorted(alike, key=danish_key)
    assert list(going.people) == ["Æblehaven", "Åparken"]
    assert [name for name, _sure in going.people["Åparken"]] == ["Østen", "Ågot"]
    assert [held.employee for held in expires] == ["Æmil", "Østen", "Ågot"]


def test_a_cancelled_job_is_none_that_was_done(town):
    with town.as_user("admin") as ctx:
        reports.cancel_job(ctx, ctx.enqueue("jobs.reports.usage", year=2026, as_of=None))

    with town.as_user("admin") as ctx:
        health = reports.job_health(ctx)

    assert (health.undone, health.dead, health.last_done) == (0, 0, None)
