"""Development plans: whose they are, what they hold, and when something in them is learnt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from tenant_app.core.errors import Conflict, Invalid, NotFound
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment, Position
from tenant_app.talks import service as talks
from tenant_app.talks.models import ItemState, TalkKind
from tests.anchoring.conftest import Practice
from tests.talks.conftest import SAID, TODAY, House

UNTIL = TODAY + timedelta(days=300)
DUE = TODAY + timedelta(days=90)


def read(town, plan_id, who):
    with town.as_user(who) as ctx:
        return talks.plan_details(ctx, talks.plan(ctx, plan_id))


def test_a_plan_is_its_employees_own_until_it_is_taken_up(town, house):
    plan_id = house.plan()
    assert read(town, plan_id, "ped_n1").notes == SAID
    for who in ("leader_n1", "admin", "area_north", "auditor", "ped_n2"):
        with town.as_user(who) as ctx, pytest.raises(NotFound):
            talks.plan(ctx, plan_id)
    talk_id = house.talk()
    before = house.everything()
    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict):
        talks.take_up(ctx, talk_id, valid_until=UNTIL)
    assert house.everything() == before
    with town.as_user("ped_n1") as ctx:
        talks.take_up(ctx, talk_id, valid_until=UNTIL)
    assert read(town, plan_id, "leader_n1").notes == SAID
    for who in ("admin", "area_north", "auditor", "ped_n2", "leader_s1"):
        with town.as_user(who) as ctx, pytest.raises(NotFound):
            talks.plan(ctx, plan_id)


def test_there_is_one_plan(town, house):
    house.plan()
    before = house.everything()
    with town.as_user("ped_n1") as ctx, pytest.raises(Conflict):
        talks.begin_plan(ctx, valid_until=UNTIL)
    assert house.everything() == before


def test_the_leader_begins_the_plan_of_somebody_without_one(town, house):
    talk_id = house.held()
    with town.as_user("leader_n1") as ctx:
        plan_id = talks.take_up(ctx, talk_id, valid_until=UNTIL).id
        talks.add_item(ctx, plan_id, area_id=house.area_id, aim="Læse højt", due_on=DUE)
    assert [each.aim for each in read(town, plan_id, "ped_n1").items] == ["Læse højt"]


def test_somebody_who_moves_takes_the_plan_along(town, house):
    talk_id = house.held()
    plan_id = house.plan(talk_id=talk_id)
    with town.as_user("admin") as ctx:
        organisation.change_employment(
            ctx, town.employees["ped_n1_1"], on=TODAY, unit_id=town.units["s1"]
        )
    with town.as_user("leader_n1") as ctx, pytest.raises(NotFound):
        talks.plan(ctx, plan_id)
    assert read(town, plan_id, "ped_n1").notes == ""


def test_who_leaves_a_group_takes_the_plan_along(town, house):
    talk_id = house.group("ped_n1_1", "ped_n1_2", "ped_n1_3")
    plan_id = house.plan(talk_id=talk_id)
    assert read(town, plan_id, "leader_n1").items
    with town.as_user("ped_n1") as ctx:
        talks.call_off(ctx, talk_id, reason="Hellere en MUS")
    with town.as_user("leader_n1") as ctx, pytest.raises(NotFound):
        talks.plan(ctx, plan_id)
    assert read(town, plan_id, "ped_n1").items


def test_an_area_leader_reads_plans_of_leaders_and_of_nobody_who_leads_no_more(town, house):
    days = {"from_date": TODAY, "to_date": TODAY, "due_on": TODAY}
    with town.as_user("area_north") as ctx:
        made = talks.open_round(ctx, unit_id=town.units["north"], kind=TalkKind.MUS, **days)
    plan_id = house.plan("leader_n1", talk_id=house.talk_of(made.id, "leder_n1"))
    assert read(town, plan_id, "area_north").items
    for position, reads in ((Position.LEADER, True), (Position.PEDAGOGUE, False)):
        with town.as_system() as ctx:
            ctx.session.execute(
                update(Employment)
                .where(Employment.employee_id == town.employees["leder_n1"])
                .values(unit_id=town.units["n2"], position=position)
            )
        with town.as_user("area_north") as ctx:
            if reads:
                assert talks.plan(ctx, plan_id)
            else:
                with pytest.raises(NotFound):
                    talks.plan(ctx, plan_id)
    for who in ("leader_n2", "admin"):
        with town.as_user(who) as ctx, pytest.raises(NotFound):
            talks.plan(ctx, plan_id)


def test_what_is_learnt_by_a_course_is_done_when_the_course_is(town):
    practice = Practice(town)
    house = House(town)
    enrolment_id = practice.confirmed()
    plan_id = house.plan()
    with town.as_user("ped_n1") as ctx:
        item_id = talks.add_item(
            ctx,
            plan_id,
            area_id=house.area_id,
            aim=SAID,
            due_on=DUE,
            enrolment_id=enrolment_id,
        ).id
    before = {each.id: each.is_completed for each in read(town, plan_id, "ped_n1").items}
    assert (len(before), before[item_id]) == (2, False)
    with town.as_system() as ctx:
        ctx.session.execute(
            update(Enrolment)
            .where(Enrolment.id == enrolment_id)
            .values(state=EnrolmentState.COMPLETED)
        )
    found = read(town, plan_id, "ped_n1")
    [tied] = [each for each in found.items if each.id == item_id]
    assert tied.state is ItemState.PLANNED, "derived, not written"
    assert found.stands(tied) is ItemState.DONE
    assert (found.done, found.counted) == (1, 2)
    with town.as_user("ped_n1") as ctx:
        assert talks.progress(ctx, [plan_id])[plan_id][1:] == (2, 1, 0)


def test_items_are_changed_and_dropped_and_what_is_impossible_is_refused(town, house):
    plan_id = house.plan()
    [item] = read(town, plan_id, "ped_n1").items
    facts = {"area_id": house.area_id, "aim": SAID, "due_on": DUE}
    with town.as_user("ped_n1") as ctx:
        done = talks.change_item(ctx, item.id, state=ItemState.DONE, **facts)
        assert done.done_on == TODAY
    with town.as_user("ped_n1") as ctx:
        dropped = talks.change_item(ctx, item.id, state=ItemState.DROPPED, **facts)
        assert dropped.done_on is None
    before = house.everything()
    for wrong, field in (
        ({"due_on": TODAY - timedelta(days=1)}, "due_on"),
        ({"aim": ""}, "aim"),
        ({"aim": "x" * 100_000}, "aim"),
    ):
        with town.as_user("ped_n1") as ctx, pytest.raises(Invalid) as caught:
            talks.change_item(ctx, item.id, state=ItemState.PLANNED, **facts | wrong)
        assert caught.value.field == field
    for wrong in ({"need_id": item.id}, {"enrolment_id": item.id}, {"area_id": item.id}):
        with town.as_user("ped_n1") as ctx, pytest.raises(NotFound) as caught:
            talks.add_item(ctx, plan_id, **facts | wrong)
        assert caught.value.field == next(iter(wrong))
    with town.as_user("ped_n1") as ctx, pytest.raises(Invalid):
        talks.write_plan(ctx, plan_id, valid_until=TODAY - timedelta(days=1))
    assert house.everything() == before
