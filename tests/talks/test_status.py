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


def hold(house, town, unit, count):
    """So many talks of the unit are held, the first by name."""
    round_id = house.round(unit)
    with town.as_user(f"leader_{unit}") as ctx:
        for each in talks.talks(ctx, round_id=round_id, page_size=100).items[:count]:
            talks.hold(ctx, each.id, held_on=TODAY)
    return round_id


def plan(house, town, round_id, count, *, area=None):
    """So many of the round have a plan about the area."""
    until = TODAY + timedelta(days=300)
    area_id = area or house.area_id
    with town.as_user("leader_n1") as ctx:
        for each in talks.talks(ctx, round_id=round_id, page_size=100).items[:count]:
            made = talks.take_up(ctx, each.id, valid_until=until)
            if area_id not in {item.area_id for item in talks.plan_details(ctx, made).items}:
                talks.add_item(ctx, made.id, area_id=area_id, aim="Mål", due_on=until)


def told(found, name):
    return (found[name].tally.people, found[name].tally.talked, found[name].tally.planned)


def test_shares_of_those_employed_today(town, house):
    hire(town, "n1", 5)
    round_id = hold(house, town, "n1", 5)
    plan(house, town, round_id, 6)
    found = lines(town, "admin")
    assert set(found) == {"root", "north", "south", "n1", "n2", "s1", "s2"}
    assert told(found, "n1") == (10, 5, None), "four have no plan"
    assert found["n1"].tally.talked_percent == 50
    assert found["n1"].tally.planned_percent is None
    assert told(found, "north") == (15, 5, 6)
    assert told(found, "root") == (25, 5, 6)
    assert told(found, "n2") == (5, 0, None), "the rest of the area would be those of n1"
    assert told(found, "s1") == (5, 0, 0)
    later = lines(town, "admin", now=town.now + timedelta(days=364))
    assert later["n1"].tally.talked == 5
    later = lines(town, "admin", now=town.now + timedelta(days=366))
    assert later["n1"].tally.talked == 0


@pytest.mark.parametrize(("held", "seen"), [(0, 0), (1, None), (4, None), (5, 5), (6, None)])
def test_fewer_than_five_who_had_a_talk_or_had_none_are_hidden(town, house, held, seen):
    hire(town, "n1", 5)
    hold(house, town, "n1", held)
    found = lines(town, "admin")
    assert found["n1"].tally.talked == seen
    assert (found["n1"].tally.talked_percent is None) == (seen is None)


def test_a_share_that_a_neighbour_would_tell_is_hidden_too(town, house):
    hire(town, "n1", 5)
    hold(house, town, "n1", 5)
    hold(house, town, "n2", 1)
    found = lines(town, "admin")
    assert told(found, "north")[:2] == (15, 6)
    assert [found[name].tally.talked for name in ("n1", "n2")] == [None, None]


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
    hire(town, "n1", 6)
    round_id = house.round()
    plan(house, town, round_id, 4)
    found = lines(town, "admin")
    for name in ("root", "north", "n1"):
        hidden = {house.area_id: None, house.other_area_id: None}
        assert found[name].tags == hidden, "nobody would tell of four plans"
    plan(house, town, round_id, 5)
    plan(house, town, round_id, 1, area=house.other_area_id)
    found = lines(town, "admin")
    assert found["n1"].tags == {house.area_id: 5, house.other_area_id: None}
    assert found["root"].tags == {house.area_id: 5, house.other_area_id: None}
    plan(house, town, round_id, 6, area=house.other_area_id)
    found = lines(town, "admin")
    assert found["n1"].tags == {house.area_id: None, house.other_area_id: 6}, "one of six without"


def test_an_area_of_nobody_is_left_out_where_plans_are_told(town, house):
    hire(town, "n1", 5)
    plan(house, town, house.round(), 5)
    assert lines(town, "admin")["n1"].tags == {house.area_id: 5}
