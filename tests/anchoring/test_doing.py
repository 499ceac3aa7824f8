"""Who ticks, drops and moves what, and what the plan says no to."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tenant_app.accounts.models import Role, RoleAssignment
from tenant_app.anchoring import service as anchoring
from tenant_app.audit.models import AuditEntry
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.enrolments import service as enrolments
from tenant_app.organisation import service as organisation
from tests.town import START


def act(town, who, verb, item, **facts):
    with town.as_user(who) as ctx:
        getattr(anchoring, verb)(ctx, item.id, **facts)


def refused(practice, kind, who, verb, item, **facts):
    before = practice.everything()
    with pytest.raises(kind) as caught:
        act(practice.town, who, verb, item, **facts)
    assert practice.everything() == before
    return caught.value


@pytest.fixture
def plan_id(practice):
    return practice.plan()


@pytest.fixture
def mine(practice, plan_id):
    """The participant's item."""
    return practice.item(plan_id, "agree", owner="participant")


@pytest.fixture
def leaders(practice, plan_id):
    """The leader's item."""
    return practice.item(plan_id, "agree", owner="leader")


@pytest.mark.parametrize("who", ["ped_n1", "leader_n1", "area_north", "consultant", "admin"])
def test_the_participant_and_those_who_lead_tick_the_participants_item(
    town, practice, plan_id, mine, who
):
    act(town, who, "tick", mine, note="Aftalt")

    done = practice.item(plan_id, "agree", owner="participant")
    assert (done.done_on, done.done_by, done.note) == (
        town.today,
        town.users[who],
        "Aftalt",
    )
    with town.as_system() as ctx:
        noted = ctx.session.scalars(
            select(AuditEntry.action).where(AuditEntry.object_id == plan_id).order_by(AuditEntry.id)
        ).all()
        assert noted == ["anchoring.planned", "anchoring.ticked"]


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("ped_n1", Forbidden),
        ("auditor", Forbidden),
        ("leader_n2", NotFound),
        ("leader_s1", NotFound),
        ("area_south", NotFound),
        ("ped_n2", NotFound),
    ],
)
@pytest.mark.parametrize(
    ("verb", "facts"),
    [("tick", {}), ("drop", {"why": "Nej"}), ("move", {"due_on": "later"})],
)
def test_nobody_does_anothers(practice, leaders, who, kind, verb, facts):
    if facts.get("due_on"):
        facts = {"due_on": practice.town.today + timedelta(days=5)}
    refused(practice, kind, who, verb, leaders, **facts)


def test_a_colleague_with_a_login_finds_no_plan_of_ones_own(town, practice, mine):
    with town.as_system() as ctx:
        town._user(ctx, "colleague", Role.EMPLOYEE, "n1", employee="ped_n1_2")
    refused(practice, NotFound, "colleague", "tick", mine)


def test_what_never_was_and_what_is_of_another_municipality_are_alike(
    make_practice, practice, mine
):
    other = make_practice()
    other.plan()
    refused(other, NotFound, "leader_n1", "tick", mine)
    mine.id = uuid4()
    refused(practice, NotFound, "leader_n1", "tick", mine)


def test_ticking_twice_is_told_when_it_was_done(town, practice, mine):
    act(town, "ped_n1", "tick", mine)
    error = refused(practice, Conflict, "leader_n1", "tick", mine)
    assert "02-03-2026" in str(error)


def test_two_who_tick_at_once_do_it_once(town, practice, plan_id, mine):
    outcomes = []

    def click(who):
        try:
            act(town, who, "tick", mine)
            outcomes.append("done")
        except Conflict:
            outcomes.append("told")

    threads = [threading.Thread(target=click, args=(who,)) for who in ("ped_n1", "leader_n1") * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done"] + ["told"] * 5
    with town.as_system() as ctx:
        ticked = select(AuditEntry.id).where(AuditEntry.action == "anchoring.ticked")
        assert len(ctx.session.scalars(ticked).all()) == 1


@pytest.mark.parametrize("kind", ["share", "trial"])
def test_what_is_recorded_is_not_ticked(practice, plan_id, kind):
    refused(practice, Conflict, "ped_n1", "tick", practice.item(plan_id, kind))


def test_a_leader_drops_with_a_reason_and_nothing_more_is_done_to_it(town, practice, plan_id, mine):
    act(town, "leader_n1", "drop", mine, why="  Aftalt mundtligt ")

    assert practice.item(plan_id, "agree", owner="participant").dropped_why == "Aftalt mundtligt"
    for verb, facts in (
        ("tick", {}),
        ("drop", {"why": "igen"}),
        ("move", {"due_on": town.today}),
    ):
        refused(practice, Conflict, "leader_n1", verb, mine, **facts)


def test_the_participant_does_not_let_oneself_off(practice, mine):
    refused(practice, Forbidden, "ped_n1", "drop", mine, why="Travlt")


def test_dropping_needs_a_reason(practice, mine):
    error = refused(practice, Invalid, "leader_n1", "drop", mine, why="  ")
    assert error.field == "why"


def test_what_the_working_rules_ask_for_is_moved_and_not_dropped(make_practice):
    practice = make_practice(leader_observes=True, share_at_staff_meeting=True)
    plan_id = practice.plan()
    day = practice.town.today + timedelta(days=200)
    for kind in ("observe", "share"):
        item = practice.item(plan_id, kind)
        refused(practice, Conflict, "leader_n1", "drop", item, why="Nej")
        act(practice.town, "leader_n1", "move", item, due_on=day)
        assert practice.item(plan_id, kind).due_on == day
    act(practice.town, "leader_n1", "drop", practice.item(plan_id, "trial"), why="Andet hold")


def test_the_participant_moves_ones_own_and_not_into_the_past(town, practice, plan_id, mine):
    day = town.today + timedelta(days=9)
    act(town, "ped_n1", "move", mine, due_on=day)
    assert practice.item(plan_id, "agree", owner="participant").due_on == day

    for wrong in (town.today - timedelta(days=1), town.today + timedelta(days=800)):
        error = refused(practice, Invalid, "ped_n1", "move", mine, due_on=wrong)
        assert error.field == "due_on"


def test_the_plan_of_a_lost_place_takes_nothing_more(town, practice, plan_id, mine):
    with town.as_user("leader_n1") as ctx:
        enrolments.cancel(ctx, practice.enrolment_of(plan_id), note="Sygdom")

    for verb, facts in (
        ("tick", {}),
        ("drop", {"why": "igen"}),
        ("move", {"due_on": town.today}),
    ):
        refused(practice, Conflict, "leader_n1", verb, mine, **facts)


def test_a_note_of_100_kb_is_refused(practice, mine):
    error = refused(practice, Invalid, "ped_n1", "tick", mine, note="x" * 102_400)
    assert error.field == "note"


def test_the_plan_of_a_closed_unit_follows_its_participant(town, practice, plan_id, leaders):
    day = town.today
    with town.as_user("admin") as ctx:
        organisation.merge_unit(
            ctx, town.units["n1"], into_id=town.units["s1"], on=day + timedelta(days=1)
        )
    tomorrow = town.now + timedelta(days=1)
    with town.as_user("leader_s1", now=tomorrow) as ctx:
        anchoring.tick(ctx, leaders.id)
    with town.as_user("leader_n2", now=tomorrow) as ctx, pytest.raises(NotFound):
        anchoring.details(ctx, plan_id)


def test_a_deputy_does_what_the_leader_does(town, practice, leaders):
    with town.as_system() as ctx:
        ctx.session.add(
            RoleAssignment(
                user_id=town.users["ped_n1"],
                role=Role.INSTITUTION_LEADER,
                unit_id=town.units["n1"],
                from_date=START,
                to_date=None,
            )
        )
    act(town, "ped_n1", "tick", leaders)
