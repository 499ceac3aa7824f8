"""Asking for a place through an initiative: what fits, who sees why, and what it comes to."""

from datetime import timedelta

import pytest

from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, NotFound
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment
from tenant_app.initiatives import service as initiatives
from tests.initiatives.conftest import S


@pytest.fixture
def session(school):
    return school.session()


@pytest.fixture
def course(town, session):
    with town.as_system() as ctx:
        return enrolments.offer(ctx, session).session.course_id


def ask(town, session, initiative, *people, who="leader_n1"):
    with town.as_user(who) as ctx:
        made = enrolments.request(
            ctx,
            session_id=session,
            employee_ids=[town.employees[each] for each in people or ("ped_n1_1",)],
            initiative_id=initiative,
        )
        return [each.id for each in made]


def test_a_request_is_part_of_an_initiative_and_stays_so(town, plans, session, course):
    made = plans.make("n1", state=S.PLANNED, course_ids=[course])
    [key] = ask(town, session, made)
    with town.as_system() as ctx:
        assert ctx.session.get_one(Enrolment, key).initiative_id == made
    with town.as_user("leader_n1") as ctx:
        assert [each.id for each in enrolments.listing(ctx, initiative_id=made).items] == [key]
        assert not enrolments.listing(ctx, without_initiative=True).items


def test_only_what_is_open_and_fits_can_be_chosen(town, plans, session, course, school):
    fits = plans.make("n1", state=S.RUNNING, course_ids=[course])
    undecided = plans.make("n1", state=S.PLANNED)
    shared = plans.make("north", units=("n1", "n2"), who="area_north", state=S.PLANNED)
    idea = plans.make("n1", course_ids=[course])
    followed = plans.make("n1", state=S.FOLLOW_UP, course_ids=[course])
    stopped = plans.make("n1", state=S.PLANNED)
    with town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, stopped, S.STOPPED, reason="Udgår.")
    with town.as_system() as ctx:
        other_course = enrolments.offer(ctx, school.session()).session.course_id
    elsewhere = plans.make("n1", state=S.PLANNED, course_ids=[other_course])
    n2, s1 = (plans.make(where, state=S.PLANNED) for where in ("n2", "s1"))

    with town.as_user("leader_n1") as ctx:
        offered = initiatives.choices(ctx, course_id=course, unit_id=town.units["n1"])
        assert {key for key, _title in offered} == {fits, undecided, shared}
    with town.as_user("area_north") as ctx:
        both = [town.units["n1"], town.units["n2"]]
        assert [key for key, _title in initiatives.choices(ctx, unit_ids=both)] == [shared]

    before = plans.everything(), school.everything()
    for key, refusal in (
        *((each, Conflict) for each in (idea, followed, stopped, elsewhere)),
        *((each, NotFound) for each in (n2, s1, uuid7())),
    ):
        with pytest.raises(refusal) as refused:
            ask(town, session, key)
        assert refused.value.field == "initiative_id"
    with pytest.raises(Conflict):
        ask(town, session, fits, "ped_n1_1", "ped_n2_1", who="area_north")
    assert (plans.everything(), school.everything()) == before
    assert len(ask(town, session, shared, "ped_n1_1", "ped_n2_1", who="area_north")) == 2


def test_another_municipalitys_initiative_is_one_that_never_was(
    town, plans, session, make_town, make_plans
):
    foreign = make_plans(make_town()).make("n1", state=S.PLANNED)
    with pytest.raises(NotFound) as refused:
        ask(town, session, foreign)
    assert refused.value.field == "initiative_id"


def test_whoever_answers_sees_the_needs_and_the_goal(town, plans, session):
    goal, need, other = plans.goal("root"), plans.need("n1"), plans.need("n2")
    made = plans.make(
        "north",
        units=("n1", "n2"),
        who="area_north",
        state=S.PLANNED,
        goal_id=goal,
        need_ids=[need, other],
    )
    with town.as_user("ped_n1") as ctx:
        [asked] = enrolments.request(
            ctx,
            session_id=session,
            employee_ids=[town.employees["ped_n1_1"]],
            initiative_id=made,
        )
        key = asked.id

    with town.as_user("leader_n1") as ctx:
        [row] = enrolments.inbox(ctx).items
        shown = enrolments.one(ctx, key).purpose
    assert row.purpose == shown
    assert shown.initiative_id == made
    assert (shown.goal[:3], len(shown.needs), shown.others) == ("Mål", 1, 1)
    with town.as_user("ped_n1") as ctx:
        own = enrolments.one(ctx, key).purpose
    assert (own.needs, own.others) == ((), 2)


def test_an_initiative_adds_up_its_people_and_money(town, plans, school):
    school.leave("n1", kroner(900_000))
    first, second = school.session(), school.session()
    made = plans.make("n1", state=S.PLANNED)
    ask(town, first, made, "ped_n1_1", "ped_n1_2")
    [waits] = ask(town, second, made, "ped_n1_3")
    plan = town.now + timedelta(days=1)
    with town.as_user("area_north", now=plan) as ctx:
        enrolments.approve(ctx, waits)
    with town.as_user("admin", now=plan) as ctx:
        enrolments.approve(ctx, waits)

    with town.as_user("leader_n1") as ctx:
        effort = enrolments.effort(ctx, made)
        total = sum(each.total for each in enrolments.listing(ctx, initiative_id=made).items)
    assert (effort.asked, effort.confirmed, effort.completed) == (2, 1, 0)
    assert effort.committed * 2 == effort.reserved
    assert effort.spent == total
    with town.as_user("ped_n1") as ctx:
        assert enrolments.effort(ctx, made) is None
    with town.as_user("leader_n2") as ctx:
        assert enrolments.effort(ctx, made).asked == 0


def test_what_is_sent_again_leaves_an_initiative_that_was_stopped(town, plans, session, course):
    open_one, stopped = (plans.make("n1", state=S.PLANNED, course_ids=[course]) for _ in range(2))
    [stays] = ask(town, session, open_one, "ped_n1_1")
    [leaves] = ask(town, session, stopped, "ped_n1_2")
    for key in (stays, leaves):
        with town.as_user("area_north") as ctx:
            enrolments.return_(ctx, key, note="Skriv mere.")
    with town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, stopped, S.STOPPED, reason="Udgår.")

    for key in (stays, leaves):
        with town.as_user("leader_n1") as ctx:
            enrolments.resubmit(ctx, key)

    with town.as_system() as ctx:
        assert ctx.session.get_one(Enrolment, stays).initiative_id == open_one
        assert ctx.session.get_one(Enrolment, leaves).initiative_id is None
    assert plans.actions(leaves)[-2:] == ["enrolment.left_initiative", "enrolment.resubmitted"]
    assert "enrolment.left_initiative" not in plans.actions(stays)
