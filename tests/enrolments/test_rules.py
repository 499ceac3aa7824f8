"""The life of an enrolment, without a database."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from tenant_app.core.errors import Conflict, Forbidden, Invalid
from tenant_app.enrolments import rules
from tenant_app.enrolments.models import ApprovalLevel as L
from tenant_app.enrolments.models import EnrolmentState as S
from tenant_app.enrolments.models import StepState
from tenant_app.enrolments.rules import Move, Step

I_A_C = [L.INSTITUTION, L.AREA, L.CENTRAL]


@pytest.mark.parametrize("move", list(Move))
def test_every_move_says_where_it_starts_and_ends(move):
    starts, ends = rules.MOVES[move]

    assert starts
    assert ends
    assert not (starts & ends) - rules.WAITING, "only an approval can go on waiting"


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("move", list(Move))
def test_a_move_from_any_other_state_is_refused(move, state):
    if state in rules.MOVES[move][0]:
        rules.check_move(state, move)
    else:
        with pytest.raises(Conflict):
            rules.check_move(state, move)


@pytest.mark.parametrize("state", [S.COMPLETED, S.NO_SHOW, S.CANCELLED, S.REJECTED, S.WITHDRAWN])
def test_nothing_leaves_an_end_state(state):
    assert not any(rules.may_move(state, move) for move in Move)


def test_the_first_rule_that_matches_gives_the_levels():
    listed = [
        {"when": {"amount_over": 2_500_000}, "levels": ["institution", "area"]},
        {"when": {}, "levels": ["institution"]},
    ]

    assert rules.approval_levels(listed, {"amount": 2_500_000}) == [L.INSTITUTION]
    assert rules.approval_levels(listed, {"amount": 2_500_001}) == [L.INSTITUTION, L.AREA]


def test_levels_are_answered_from_the_bottom_up():
    listed = [{"when": {}, "levels": ["central", "institution"]}]

    assert rules.approval_levels(listed, {}) == [L.INSTITUTION, L.CENTRAL]


@pytest.mark.parametrize("listed", [[], [{"when": {}, "levels": []}]])
def test_a_municipality_without_a_rule_confirms_nothing(listed):
    with pytest.raises(Conflict, match="No approval rule"):
        rules.approval_levels(listed, {})


def test_an_employee_waits_for_every_level():
    steps = rules.chain(I_A_C)

    assert steps == [Step(L.INSTITUTION, False), Step(L.AREA, False), Step(L.CENTRAL, False)]
    assert rules.state_of(steps) is S.SUBMITTED
    assert rules.waiting_for(steps) is L.INSTITUTION


def test_a_leader_who_asks_for_staff_has_answered_the_first_step():
    steps = rules.chain(I_A_C, requester_decides={L.INSTITUTION})

    assert [step.answered for step in steps] == [True, False, False]
    assert rules.state_of(steps) is S.LEADER_APPROVED
    assert rules.waiting_for(steps) is L.AREA


def test_an_area_leader_who_asks_has_answered_two():
    steps = rules.chain(I_A_C, requester_decides={L.INSTITUTION, L.AREA})

    assert rules.state_of(steps) is S.AREA_APPROVED
    assert rules.waiting_for(steps) is L.CENTRAL


def test_when_no_step_remains_the_enrolment_is_confirmed():
    steps = rules.chain([L.INSTITUTION], requester_decides={L.INSTITUTION})

    assert rules.state_of(steps) is S.CONFIRMED
    assert rules.waiting_for(steps) is None


def test_no_step_is_answered_past_one_that_is_not():
    steps = rules.chain(I_A_C, requester_decides={L.INSTITUTION, L.CENTRAL})

    assert [step.answered for step in steps] == [True, False, False]


def test_the_step_of_a_participant_who_leads_is_left_out():
    steps = rules.chain(I_A_C, participant_decides={L.INSTITUTION})

    assert [step.level for step in steps] == [L.AREA, L.CENTRAL]


@pytest.mark.parametrize(
    ("decides", "level"),
    [
        ({L.INSTITUTION}, L.AREA),
        ({L.INSTITUTION, L.AREA}, L.CENTRAL),
        ({L.INSTITUTION, L.AREA, L.CENTRAL}, L.CENTRAL),
    ],
)
def test_when_nothing_remains_the_next_level_up_answers(decides, level):
    assert rules.chain([L.INSTITUTION], participant_decides=decides) == [Step(level, False)]


def test_nobody_answers_for_oneself():
    me = uuid4()

    rules.check_not_own(actor_employee_id=None, participant_id=me)
    rules.check_not_own(actor_employee_id=uuid4(), participant_id=me)
    with pytest.raises(Forbidden, match="their own request"):
        rules.check_not_own(actor_employee_id=me, participant_id=me)


@pytest.mark.parametrize("note", ["", "   ", "\n"])
def test_a_reason_is_more_than_space(note):
    with pytest.raises(Invalid) as refused:
        rules.check_note(note)

    assert refused.value.field == "note"


def test_the_deadline_is_the_last_day():
    day = date(2026, 3, 2)

    rules.check_offer(is_open=True, deadline=day, today=day)
    with pytest.raises(Conflict, match="02-03-2026"):
        rules.check_offer(is_open=True, deadline=day, today=date(2026, 3, 3))


def test_the_last_seat_is_a_seat():
    rules.check_seats(seats=3, taken=2, asked=1)
    with pytest.raises(Conflict, match="1 of 3 seats left"):
        rules.check_seats(seats=3, taken=2, asked=2)


def test_seats_cut_below_those_taken_leave_none():
    with pytest.raises(Conflict, match="0 of 3 seats left"):
        rules.check_seats(seats=3, taken=5, asked=1)


def test_a_group_names_each_person_once():
    one, two = uuid4(), uuid4()

    assert rules.check_group([one, two, one]) == [one, two]
    with pytest.raises(Invalid, match="at least one"):
        rules.check_group([])
    with pytest.raises(Invalid, match="at most 200"):
        rules.check_group([uuid4() for _ in range(201)])


NOBODY: rules.Answered | None = None
ANNA = rules.Answered(StepState.APPROVED, "Anna", "02-03-2026 12:00")


def test_a_fresh_page_is_not_stale():
    shown = rules.Expected(state=S.SUBMITTED, submission=1)

    rules.check_expected(shown, state=S.SUBMITTED, submission=1, answered=ANNA)
    rules.check_expected(rules.Expected(), state=S.CONFIRMED, submission=7, answered=ANNA)


@pytest.mark.parametrize(
    ("state", "submission", "answered", "told"),
    [
        (S.LEADER_APPROVED, 1, ANNA, "Anna approved this request on 02-03-2026 12:00"),
        (S.RETURNED, 1, rules.Answered(StepState.RETURNED, "Bo", "x"), "Bo returned"),
        (S.REJECTED, 1, rules.Answered(StepState.REJECTED, "Bo", "x"), "Bo rejected"),
        (S.SUBMITTED, 2, ANNA, "sent again meanwhile"),
        (S.WITHDRAWN, 1, ANNA, "withdrawn meanwhile"),
        (S.CANCELLED, 1, NOBODY, "withdrawn meanwhile"),
        (S.CONFIRMED, 1, NOBODY, "Someone else"),
    ],
)
def test_a_stale_page_is_told_what_happened(state, submission, answered, told):
    shown = rules.Expected(state=S.SUBMITTED, submission=1)
    with pytest.raises(Conflict, match=told):
        rules.check_expected(shown, state=state, submission=submission, answered=answered)


# What to look at twice


@pytest.mark.parametrize(("near", "courses"), [(0, 0), (1, 0), (2, 3), (3, 4)])
def test_three_courses_this_one_among_them_are_many(near, courses):
    assert rules.load_of((), 0, near).courses == courses


@pytest.mark.parametrize(
    ("people", "staff", "many", "percent"),
    [(1, 2, False, 50), (2, 10, False, 20), (2, 9, True, 22), (3, 10, True, 30), (2, 0, True, 100)],
)
def test_more_than_a_fifth_of_a_house_away_is_many(people, staff, many, percent):
    away = rules.Away(people, staff)
    assert (away.is_many, away.percent) == (many, percent)


def test_days_are_counted_to_the_deadline_and_past_it():
    deadline = date(2026, 3, 2)
    assert [rules.days_left(deadline, date(2026, 3, day)) for day in (1, 2, 4)] == [1, 0, -2]
