"""Every figure is the sum of the entries behind it, and leads to the rule that made it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tenant_app.core.errors import Invalid, NotFound
from tenant_app.enrolments import service as enrolments
from tenant_app.reports import rules
from tenant_app.reports import service as reports
from tests.scenarios.conftest import Lab

SHOWN = ("allotted", "carried", "transferred", "budget", "reserved", "committed", "actual")
SHOWN += ("available",)


@pytest.fixture
def lab(town):
    made = Lab(town)
    first = made.ask("ped_n1_1", "module")
    made.ask("ped_n1_2", "day")
    made.ask("ped_s1_1", "module")
    for user in ("area_north", "admin"):
        with town.as_user(user) as ctx:
            enrolments.approve(ctx, first)
    with town.as_user("admin") as ctx:
        reports.compute_usage(ctx, year=2026)
    return made


def all_entries(ctx, **asked):
    found, page = [], 1
    while True:
        shown = reports.explain(ctx, page=page, page_size=3, **asked)
        found += shown.entries.items
        page += 1
        if not shown.entries.has_more:
            return shown, found


def test_each_figure_of_the_report_is_the_sum_of_its_entries(lab):
    """Every unit × column, in whole and own, whatever was booked since."""
    as_of = lab.town.today
    later = lab.town.now + timedelta(hours=2)
    with lab.town.as_user("leader_s2", now=later) as ctx:
        [made] = enrolments.request(
            ctx,
            session_id=lab.sessions["day"],
            employee_ids=[lab.town.employees["ped_s2_1"]],
            motivation="Senere samme dag",
        )
        assert made.id
    seen = 0
    with lab.town.as_user("admin", now=later) as ctx:
        for line in rules.lines(reports.usage(ctx, year=2026).units):
            for column in SHOWN:
                shown, found = all_entries(
                    ctx,
                    unit_id=line.node.unit_id,
                    year=2026,
                    column=column,
                    own=line.is_own,
                    as_of=as_of,
                )
                figure = getattr(line.figures, column)
                assert sum(entry.amount for entry in found) == shown.total == figure
                assert len(found) == shown.count
                seen += figure != 0
    assert seen > 20


def test_without_cover_too_and_what_pays_cover_alone(lab):
    as_of = lab.town.today
    seen = 0
    with lab.town.as_user("admin") as ctx:
        for line in rules.lines(reports.usage(ctx, year=2026).units):
            bare = line.figures.without_cover()
            asked = {"unit_id": line.node.unit_id, "year": 2026, "own": line.is_own}
            for column, cover, figure in (
                ("budget", rules.Cover.WITHOUT, line.figures.budget),
                ("reserved", rules.Cover.WITHOUT, bare.reserved),
                ("committed", rules.Cover.WITHOUT, bare.committed),
                ("actual", rules.Cover.WITHOUT, bare.actual),
                ("used", rules.Cover.WITHOUT, bare.committed + bare.actual),
                ("taken", rules.Cover.ONLY, line.figures.cover),
            ):
                shown, found = all_entries(ctx, column=column, cover=cover, as_of=as_of, **asked)
                assert sum(entry.amount for entry in found) == shown.total == figure
                seen += figure != 0
    assert seen > 15


def test_live_figures_of_a_pool_are_those_of_its_balance(lab):
    with lab.town.as_user("admin") as ctx:
        for pool in reports.money_now(ctx, year=2026).pools:
            for column in SHOWN:
                shown = reports.explain(ctx, pool_id=pool.id, column=column)
                assert shown.total == getattr(pool.figures, column)
        whole = reports.explain(ctx, year=2026, column="available")
        assert whole.total == sum(
            pool.figures.available for pool in reports.money_now(ctx, year=2026).pools
        )


def test_an_entry_leads_to_its_request_and_to_the_version_of_its_rule(lab):
    with lab.town.as_user("leader_n1") as ctx:
        [own] = [p for p in reports.money_now(ctx, year=2026).pools if p.name.startswith("n1")]
        shown = reports.explain(ctx, pool_id=own.id, column="reserved")
        [entry, *_rest] = [each for each in shown.entries.items if each.course == "Forløb D1"]

        assert entry.person.startswith("ped_n1_2")
        assert (entry.rule_version, entry.share_bp) == (1, 10_000)
        assert entry.rules_id is not None


def test_whose_request_it_is_stays_with_those_who_see_the_unit(lab, town):
    """A leader of another house sees neither its pool nor its people."""
    with town.as_user("admin") as ctx:
        pools = {p.name.split()[0]: p.id for p in reports.money_now(ctx, year=2026).pools}
    with town.as_user("leader_s1") as ctx:
        for asked in ({"pool_id": pools["n1"]}, {"unit_id": town.units["n1"], "year": 2026}):
            with pytest.raises(NotFound):
                reports.explain(ctx, column="reserved", **asked)
        mine = reports.explain(ctx, year=2026, column="reserved")
        assert {entry.person.split()[0] for entry in mine.entries.items} == {"ped_s1_1"}


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"column": "forecast", "year": 2026}, "column"), ({"column": "actual"}, "year")],
)
def test_what_has_no_entries_is_refused(lab, asked, field):
    with lab.town.as_user("admin") as ctx, pytest.raises(Invalid) as refused:
        reports.explain(ctx, **asked)
    assert refused.value.field == field


def test_an_earlier_day_has_its_own_figure(lab):
    with lab.town.as_user("admin") as ctx:
        before = lab.town.today - timedelta(days=1)
        assert reports.explain(ctx, year=2026, column="budget", as_of=before).total == 0
        assert reports.explain(ctx, year=2026, column="budget", as_of=date(2026, 3, 2)).count == 5
