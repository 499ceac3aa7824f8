"""Answering: who may, in which order, and what the money does."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tenant_app.accounts.models import Delegation
from tenant_app.audit.models import AuditEntry
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import ApprovalStep, EnrolmentState, StepState
from tenant_app.enrolments.service import Decision, Expected
from tenant_app.organisation import service as organisation
from tests.enrolments.conftest import NOTHING

CENTRAL, LOCAL = kroner(20_900), kroner(8_900)
S = EnrolmentState


@pytest.fixture
def asked(town, school):
    """A pedagogue of n1 has asked for a place; nobody has answered."""
    session_id = school.session()
    with town.as_user("ped_n1") as ctx:
        [enrolment] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]]
        )
    return enrolment.id


def answer(town, who, verb, enrolment_id, **kwargs):
    with town.as_user(who) as ctx:
        return getattr(enrolments, verb)(ctx, enrolment_id, **kwargs).state


def steps(town, enrolment_id):
    with town.as_system() as ctx:
        found = ctx.session.scalars(
            select(ApprovalStep)
            .where(ApprovalStep.enrolment_id == enrolment_id)
            .order_by(ApprovalStep.submission, ApprovalStep.position)
        )
        return [step.state for step in found]


def actions(town, enrolment_id):
    with town.as_system() as ctx:
        found = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.object_id == enrolment_id).order_by(AuditEntry.id)
        )
        return [(entry.action, entry.note) for entry in found]


def refused(school, town, who, verb, enrolment_id, kind, **kwargs):
    before = school.everything()
    with pytest.raises(kind) as caught:
        answer(town, who, verb, enrolment_id, **kwargs)
    assert school.everything() == before
    return caught.value


# The chain of each profile


def test_with_areas_an_ects_request_is_answered_by_three_and_then_committed(town, school, asked):
    assert answer(town, "leader_n1", "approve", asked) is S.LEADER_APPROVED
    assert answer(town, "area_north", "approve", asked) is S.AREA_APPROVED
    assert school.money("root") == (CENTRAL, 0, 0)
    assert answer(town, "admin", "approve", asked, note="go") is S.CONFIRMED

    assert school.money("root") == (0, CENTRAL, 0)
    assert school.money("n1") == (0, LOCAL, 0)
    assert steps(town, asked) == [StepState.APPROVED] * 3
    assert actions(town, asked) == [
        ("enrolment.requested", ""),
        ("enrolment.approved", ""),
        ("enrolment.approved", ""),
        ("enrolment.approved", "go"),
    ]


def test_without_areas_the_area_step_is_answered_at_the_municipality(make_town, make_school):
    town = make_town(areas=False)
    mixed = [{"when": {}, "levels": ["institution", "area"]}]
    school = make_school(town, approval_rules=mixed)
    with town.as_user("ped_n1") as ctx:
        [enrolment] = enrolments.request(
            ctx, session_id=school.session(), employee_ids=[town.employees["ped_n1_1"]]
        )
    asked = enrolment.id

    assert answer(town, "leader_n1", "approve", asked) is S.LEADER_APPROVED
    error = refused(school, town, "leader_n1", "approve", asked, Conflict)
    assert "area leader" in str(error)
    assert answer(town, "area_root", "approve", asked) is S.CONFIRMED
    assert school.money("root") == (0, CENTRAL, 0)


@pytest.mark.parametrize(
    ("fee", "state"), [(2_500_000, S.CONFIRMED), (2_500_001, S.LEADER_APPROVED)]
)
def test_decentral_leaders_answer_alone_up_to_25000_kr(town, make_school, fee, state):
    decentral = [
        {"when": {"amount_over": 2_500_000}, "levels": ["institution", "area"]},
        {"when": {}, "levels": ["institution"]},
    ]
    school = make_school(town, approval_rules=decentral)
    session_id = school.session(fee=fee, cover_hours="0", ects="0")
    with town.as_user("ped_n1") as ctx:
        [enrolment] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]]
        )

    assert answer(town, "leader_n1", "approve", enrolment.id) is state


# Money


@pytest.mark.parametrize(("verb", "state"), [("reject", S.REJECTED), ("return_", S.RETURNED)])
def test_a_no_gives_the_money_back_to_the_ore(town, school, asked, verb, state):
    available = school.balance("root").available

    assert answer(town, "leader_n1", verb, asked, note=" Too late ") is state

    assert school.money("root") == NOTHING
    assert school.money("n1") == NOTHING
    assert school.balance("root").available == available + CENTRAL
    assert steps(town, asked)[1:] == [StepState.LAPSED] * 2
    assert actions(town, asked)[-1][1] == "Too late"


@pytest.mark.parametrize("verb", ["reject", "return_"])
@pytest.mark.parametrize("note", ["", "  "])
def test_a_no_without_a_reason_is_refused(town, school, asked, verb, note):
    error = refused(school, town, "leader_n1", verb, asked, Invalid, note=note)

    assert error.field == "note"


# Who may not


def test_a_leader_elsewhere_cannot_approve(town, school, asked):
    for who in ("leader_n2", "leader_s1", "area_south"):
        refused(school, town, who, "approve", asked, NotFound)


def test_another_municipality_and_nowhere_are_the_same(town, school, asked, make_town):
    other = make_town()
    texts = set()
    for where, enrolment_id in ((other, asked), (town, uuid4())):
        with pytest.raises(NotFound) as caught:
            answer(where, "admin", "approve", enrolment_id)
        texts.add(str(caught.value))

    assert len(texts) == 1


@pytest.mark.parametrize("who", ["auditor", "consultant"])
def test_those_who_look_on_do_not_answer_the_leaders_step(town, school, asked, who):
    refused(school, town, who, "approve", asked, Forbidden)


def test_the_municipality_waits_for_the_leaders_step(town, school, asked):
    error = refused(school, town, "admin", "approve", asked, Conflict)

    assert "institution's leader" in str(error)


def test_the_one_who_asked_does_not_approve(town, school, asked):
    refused(school, town, "ped_n1", "approve", asked, Forbidden)


def _deputy(town, leader, deputy, *, days=1):
    with town.as_system() as ctx:
        ctx.session.add(
            Delegation(
                leader_id=town.users[leader],
                deputy_id=town.users[deputy],
                from_date=ctx.today,
                to_date=ctx.today + timedelta(days=days),
                reason="holiday",
            )
        )


def test_a_deputy_answers_in_the_leaders_place_and_the_trail_says_so(town, school, asked):
    _deputy(town, "leader_n1", "leader_n2")

    assert answer(town, "leader_n2", "approve", asked) is S.LEADER_APPROVED

    with town.as_system() as ctx:
        entry = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "enrolment.approved")
        ).one()
    assert entry.changes["new"]["deputy_for"] == str(town.users["leader_n1"])


def test_a_deputy_does_not_approve_their_own_request(town, school, asked):
    _deputy(town, "leader_n1", "ped_n1")

    refused(school, town, "ped_n1", "approve", asked, Forbidden)
    with town.as_user("ped_n1") as ctx:
        assert enrolments.inbox(ctx).items == []


def test_a_deputy_is_none_before_and_after_the_dates(town, school, asked):
    _deputy(town, "leader_n1", "leader_n2")
    later = town.now + timedelta(days=3)

    with pytest.raises(NotFound), town.as_user("leader_n2", now=later) as ctx:
        enrolments.approve(ctx, asked)


def test_two_leaders_do_not_approve_each_other_into_their_own_place(town, school):
    """A leader who asks for oneself is answered by the area, also when a deputy stands ready."""
    with town.as_user("leader_n1") as ctx:
        [enrolment] = enrolments.request(
            ctx, session_id=school.session(), employee_ids=[town.employees["leder_n1"]]
        )
    _deputy(town, "area_north", "leader_n1")

    refused(school, town, "leader_n1", "approve", enrolment.id, Forbidden)


# Twice, and too late


def test_approving_twice_is_refused_the_second_time(town, make_school):
    school = make_school(town, approval_rules=[{"when": {}, "levels": ["institution"]}])
    with town.as_user("ped_n1") as ctx:
        [enrolment] = enrolments.request(
            ctx, session_id=school.session(), employee_ids=[town.employees["ped_n1_1"]]
        )
    answer(town, "leader_n1", "approve", enrolment.id)

    error = refused(school, town, "leader_n1", "approve", enrolment.id, Conflict)

    assert "no longer waits" in str(error)


def test_a_double_click_does_not_answer_the_next_step_too(town, school, asked):
    """An area leader may answer two steps, but answered what the page showed."""
    shown = Expected(state=S.SUBMITTED, submission=1)
    answer(town, "area_north", "approve", asked, expected=shown)

    error = refused(school, town, "area_north", "approve", asked, Conflict, expected=shown)

    assert "area_north" in str(error)
    assert "approved this request on" in str(error)


def test_many_are_answered_each_for_itself(town, school, asked):
    session_id = school.session()
    with town.as_user("ped_n2") as ctx:
        [other] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees["ped_n2_1"]]
        )
    answer(town, "leader_n2", "reject", other.id, note="no")
    nowhere = uuid4()

    with town.as_user("area_north") as ctx:
        outcomes = enrolments.decide_many(ctx, [asked, other.id, nowhere, asked], Decision.APPROVE)

    assert [outcome.enrolment_id for outcome in outcomes] == [asked, other.id, nowhere]
    assert outcomes[0].refusal is None
    assert outcomes[0].enrolment.state is S.LEADER_APPROVED
    assert isinstance(outcomes[1].refusal, Conflict)
    assert isinstance(outcomes[2].refusal, NotFound)
    assert outcomes[2].enrolment is None
    assert school.state(other.id) is S.REJECTED


def test_many_are_not_rejected_without_a_reason(town, school, asked):
    before = school.everything()

    with pytest.raises(Invalid), town.as_user("leader_n1") as ctx:
        enrolments.decide_many(ctx, [asked], Decision.REJECT, "")

    assert school.everything() == before


def test_a_moved_institution_is_answered_for_by_its_new_area(town, school, asked):
    answer(town, "leader_n1", "approve", asked)
    with town.as_system() as ctx:
        organisation.move_unit(ctx, town.units["n1"], parent_id=town.units["south"], on=ctx.today)

    refused(school, town, "area_north", "approve", asked, NotFound)
    with town.as_system() as ctx:
        assert enrolments.follow_moves(ctx) == 1
    with town.as_system() as ctx:
        assert enrolments.follow_moves(ctx) == 0
    with town.as_user("area_south") as ctx:
        assert [row.enrolment.id for row in enrolments.inbox(ctx).items] == [asked]
    assert answer(town, "area_south", "approve", asked) is S.AREA_APPROVED
