"""What leaves the institution: shares of five or more, and no number that others would tell."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tenant_app.core.errors import Forbidden
from tenant_app.organisation.models import Employee, Employment, Position
from tenant_app.talks import service as talks
from tests.talks.conftest import TODAY


def lines(town, who, **facts):
    with town.as_user(who, **facts) as ctx:
        found = talks.status(ctx)
    names = {unit_id: name for name, unit_id in town.units.items()}
    return {names[line.unit_id]: line for line in found.lines}


def hire(town, unit, count):
    with town.as_system() as ctx:
        for number in range(count):
            one = Employee(number=f"X-{unit}-{number}", name=f"X {number}", email=None)
            ctx.session.add(one)
            ctx.session.flush()
            ctx.session.add(
                Employment(
                    employee_id=one.id,
                    unit_id=town.units[unit],
                    position=Position.ASSISTANT,
                    fte=Decimal(1),
                    from_date=date(2020, 1, 1),
                    to_date=None,
                )
            )


def fire(town, unit, name):
    with town.as_system() as ctx:
        found = ctx.session.query(Employment).filter_by(employee_id=town.employees[name]).one()
        found.to_date = TODAY


def test_shares_of_those_employed_today(town, house):
    round_id = house.round()
    for who in ("ped_n1_1", "ped_n1_2"):
        house.held(house.talk_of(round_id, who))
    house.plan(talk_id=house.talk_of(round_id))
    found = lines(town, "admin")
    assert set(found) == {"root", "north", "south", "n1", "n2", "s1", "s2"}
    assert found["n1"].tally == talks.Tally(people=5, talked=2, planned=1)
    assert (found["n1"].tally.talked_percent, found["n1"].tally.planned_percent) == (40, 20)
    assert found["root"].tally == talks.Tally(people=20, talked=2, planned=1)
    assert found["n2"].tally == talks.Tally(people=5)
    later = lines(town, "admin", now=town.now + timedelta(days=364))
    assert later["n1"].tally.talked == 2
    later = lines(town, "admin", now=town.now + timedelta(days=366))
    assert later["n1"].tally == talks.Tally(people=5)


def test_each_sees_their_own_branch_with_the_same_hidden(town, house):
    assert set(lines(town, "area_north")) == {"north", "n1", "n2"}
    assert set(lines(town, "leader_n1")) == {"n1"}
    with town.as_user("ped_n1") as ctx, pytest.raises(Forbidden):
        talks.status(ctx)
    fire(town, "n1", "med_n1")
    assert lines(town, "leader_n2")["n2"].tally is None, "n1 of four would be told by it"
    for who in ("admin", "area_north"):
        found = lines(town, who)
        assert (found["n1"].tally, found["n2"].tally) == (None, None)
        assert found["north"].tally.people == 9
    assert lines(town, "admin")["s1"].tally.people == 5


def test_the_smallest_neighbour_is_hidden_with_it_and_the_larger_stay(town, house):
    fire(town, "s1", "med_s1")
    hire(town, "n2", 3)
    found = lines(town, "admin")
    assert {name for name, line in found.items() if line.tally is None} == {"s1", "s2"}


def test_tags_are_told_of_five_and_hidden_of_fewer(town, house):
    hire(town, "n1", 4)
    round_id = house.round()
    until = TODAY + timedelta(days=300)

    def tag(count):
        with town.as_user("leader_n1") as ctx:
            found = talks.talks(ctx, round_id=round_id, page_size=100).items
            for each in found[:count]:
                made = talks.take_up(ctx, each.id, valid_until=until)
                if not talks.plan_details(ctx, made).items:
                    talks.add_item(ctx, made.id, area_id=house.area_id, aim="Mål", due_on=until)

    tag(4)
    found = lines(town, "admin")
    for name in ("root", "north", "n1"):
        assert found[name].tags[house.area_id] is None, name
        assert house.other_area_id not in found[name].tags, "nobody has it"
    tag(5)
    found = lines(town, "admin")
    assert found["n1"].tags == {house.area_id: 5}
    assert found["root"].tags == {house.area_id: 5}
