"""A confirmed place brings a plan; a refused answer brings none, and a lost place closes it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select

from tenant_app.anchoring.models import AnchoringPlan, PlanItem
from tenant_app.audit.models import AuditEntry
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.errors import Conflict
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.service import Decision
from tests.anchoring.conftest import ENDS, STARTS


def plans(town):
    with town.as_system() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(AnchoringPlan))


def test_the_last_approval_makes_a_plan_dated_from_the_session(town, practice):
    plan_id = practice.plan()

    found = [(item.kind.value, item.owner.value, item.due_on) for item in practice.items(plan_id)]
    assert found == [
        ("agree", "leader", STARTS - timedelta(days=14)),
        ("agree", "participant", STARTS),
        ("share", "participant", ENDS + timedelta(days=21)),
        ("trial", "participant", ENDS + timedelta(days=60)),
    ]
    with town.as_system() as ctx:
        plan = ctx.session.get_one(AnchoringPlan, plan_id)
        assert plan.unit_id == town.units["n1"]
        assert plan.employee_id == town.employees["ped_n1_1"]
        [noted] = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.object_id == plan_id)
        ).all()
        assert noted.action == "anchoring.planned"


def test_a_form_with_its_own_set_has_that_alone(practice):
    kinds = [item.kind.value for item in practice.items(practice.form(CourseForm.LECTURE))]
    assert kinds == ["share", "trial"]


def test_a_request_that_waits_or_is_refused_has_no_plan(town, practice):
    waiting = practice.asked()
    assert plans(town) == 0

    with town.as_user("leader_n1") as ctx:
        enrolments.reject(ctx, waiting, note="Ikke i år")
    assert plans(town) == 0


def test_what_a_leader_confirms_by_asking_has_a_plan_at_once(town, practice):
    with town.as_user("leader_n1") as ctx:
        made = enrolments.request(
            ctx,
            session_id=practice.session(),
            employee_ids=[town.employees["ped_n1_1"], town.employees["ped_n1_2"]],
        )
    assert plans(town) == len(made) == 2


def test_of_many_answers_those_that_are_refused_leave_no_plan(town, practice):
    session_id = practice.session()
    good = practice.asked("ped_n1_1", session_id)
    bad = practice.asked("ped_n1_1")
    with town.as_user("ped_n1") as ctx:
        enrolments.withdraw(ctx, bad)

    with town.as_user("leader_n1") as ctx:
        outcomes = enrolments.decide_many(ctx, [bad, good], Decision.APPROVE)

    assert {o.enrolment_id: o.refusal is None for o in outcomes} == {bad: False, good: True}
    assert plans(town) == 1
    assert practice.plan_of(good)
    with town.as_system() as ctx:
        noted = select(AuditEntry.id).where(AuditEntry.action == "anchoring.planned")
        assert len(ctx.session.scalars(noted).all()) == 1


def test_a_hook_that_refuses_undoes_the_approval(town, practice):
    """The control: the plan is part of the approval, not something after it."""
    waiting = practice.asked()

    def refuse(ctx, enrolment):
        raise Conflict("no")

    enrolments.AFTER_APPROVAL.append(refuse)
    try:
        with town.as_user("leader_n1") as ctx:
            [outcome] = enrolments.decide_many(ctx, [waiting], Decision.APPROVE)
    finally:
        enrolments.AFTER_APPROVAL.remove(refuse)

    assert outcome.refusal is not None
    assert practice.school.state(waiting) == "submitted"
    assert plans(town) == 0


@pytest.mark.parametrize("how", ["cancel", "call_off", "no_show"])
def test_a_lost_place_drops_what_was_left_with_its_reason(town, practice, how):
    plan_id = practice.plan()
    enrolment_id = practice.enrolment_of(plan_id)
    now = practice.later if how == "no_show" else town.now
    with town.as_user("consultant", now=now) as ctx:
        if how == "call_off":
            session_id = enrolments.one(ctx, enrolment_id).enrolment.session_id
            enrolments.call_off(ctx, session_id, reason="For få")
        else:
            getattr(enrolments, how)(ctx, enrolment_id, note="For få")

    assert [item.dropped_why for item in practice.items(plan_id)] == ["For få"] * 4


def test_a_no_show_without_a_word_still_says_why(town, practice):
    plan_id = practice.plan()
    with town.as_user("leader_n1", now=practice.later) as ctx:
        enrolments.no_show(ctx, practice.enrolment_of(plan_id))

    assert {item.dropped_why for item in practice.items(plan_id)} == {"no_show"}


def test_completing_leaves_the_plan_as_it_is(practice):
    plan_id = practice.plan()
    before = [(item.due_on, item.dropped_why) for item in practice.items(plan_id)]

    practice.complete(plan_id)

    assert [(item.due_on, item.dropped_why) for item in practice.items(plan_id)] == before


def test_a_plan_asks_few_statements_however_many_are_approved_at_once(town, practice):
    session_id = practice.session()
    waiting = [practice.asked("ped_n1_1", session_id), practice.asked("ped_n1_1")]
    seen = []

    def note(conn, cursor, statement, *rest):
        if "anchoring_" in statement:
            seen.append(statement.split()[0])

    event.listen(town.db.app, "before_cursor_execute", note)
    try:
        with town.as_user("leader_n1") as ctx:
            enrolments.decide_many(ctx, waiting, Decision.APPROVE)
    finally:
        event.remove(town.db.app, "before_cursor_execute", note)

    assert seen.count("SELECT") == 1, "the set is read once for all"
    assert seen.count("INSERT") == 4, "a plan and its items, for each of two"


def test_items_of_another_plan_stay(town, practice):
    kept, lost = practice.plan("ped_n1_1"), practice.plan("ped_s1_1")
    with town.as_user("leader_s1") as ctx:
        enrolments.cancel(ctx, practice.enrolment_of(lost), note="Sygdom")

    with town.as_system() as ctx:
        left = select(PlanItem.plan_id).where(PlanItem.dropped_why == "").distinct()
        assert ctx.session.scalars(left).all() == [kept]


def test_approved_late_nothing_is_late_at_once(town, practice):
    near = town.today + timedelta(days=3)
    plan_id = practice.plan(starts_on=near, ends_on=near, deadline=near)

    assert min(item.due_on for item in practice.items(plan_id)) == town.today
    assert near > date(2026, 3, 2)
