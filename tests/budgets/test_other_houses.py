"""What a leader reads of the area's pool: amounts of all houses, and names of the own alone."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from admin.budget_ledger import LedgerView
from tenant_app.budgets import service as budgets
from tenant_app.budgets.api import blueprint as budgets_api
from tenant_app.budgets.models import PoolKind
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tests.budgets.test_screens import pool_of, text_of
from tests.catalogue.door import api_of
from tests.enrolments.conftest import School

AREA_PAYS = [{"name": "Område", "when": {}, "shares": {"default": {"area": 10000}}}]
FEE = kroner(12_000)
DOORS = {
    "/pools/details/?id={pool}": False,
    "/ledger/?column=actor_name&column=reserved": True,
    "/ledger/details/?id={entry}": True,
    "/ledger/export/csv/?column=actor_name&column=reserved": True,
}
"""Whether the door names who asked to those who may see it."""


@pytest.fixture
def pool(today_town):
    """The northern area's pool pays for a request of each of its houses, made by the employees
    themselves."""
    town = today_town
    school = School(
        town,
        funding_rules=AREA_PAYS,
        approval_rules=[{"when": {}, "levels": ["institution"]}],
        year=town.now.year,
    )
    with town.as_user("admin") as ctx:
        [year] = budgets.years(ctx).items
        found = [each for each in budgets.pools(ctx).items if each.kind is PoolKind.AREA]
        mine = [each.id for each in found if each.unit_id == town.units["north"]]
        made = mine[0] if mine else budgets.open_pool(ctx, year.id, unit_id=town.units["north"]).id
        budgets.adjust_allotment(ctx, made, amount=kroner(100_000), reason="Fælles forløb")
    last = date(town.now.year, 12, 31)
    session = school.session(fee=FEE, cover_hours="0", deadline=last, starts_on=last, ends_on=last)
    for who in ("ped_n1", "ped_n2"):
        with town.as_user(who) as ctx:
            enrolments.request(ctx, session_id=session, employee_ids=[town.employees[f"{who}_1"]])
    assert made == pool_of(town, "north", PoolKind.AREA)
    return made


def entries(town, who, pool):
    answer = api_of(town, who, budgets_api).get(f"/api/v1/pools/{pool}/entries")
    return {each["id"]: each["actor_name"] for each in answer.json["items"] if each["line_id"]}


def test_no_door_names_who_asked_in_another_house(page, today_town, pool):
    with today_town.as_user("ped_n2") as ctx:
        other = ctx.actor.name
    with today_town.as_user("ped_n1") as ctx:
        own = ctx.actor.name

    whole = entries(today_town, "area_north", pool)
    told = entries(today_town, "leader_n1", pool)

    assert set(whole.values()) == {own, other}
    assert told.keys() == whole.keys()
    assert set(told.values()) == {own, ""}
    theirs = next(key for key, name in whole.items() if name == other)
    for door, names in DOORS.items():
        path = door.format(pool=pool, entry=theirs)
        shown = text_of(page("leader_n1", path))
        assert "12.000,00" in shown or "12000" in shown, path
        assert other not in shown, path
        if names:
            # The control: whoever leads both houses is told.
            assert other in text_of(page("area_north", path)), path


def test_the_ledger_is_sorted_by_the_names_that_are_told(today_town, pool):
    assert LedgerView.sort_by["actor_name"] is budgets.told_name
    with today_town.as_user("ped_n2") as ctx:
        other = ctx.actor.name
    names = {}
    for who in ("leader_n1", "area_north"):
        with today_town.as_user(who) as ctx:
            names[who] = set(ctx.session.scalars(select(budgets.told_name(ctx))))
    assert other in names["area_north"]
    assert other not in names["leader_n1"]
    assert "" in names["leader_n1"]
