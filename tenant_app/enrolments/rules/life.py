"""The life of an enrolment and who answers it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from tenant_app.catalogue.models import Course
from tenant_app.core.access import Permission
from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid
from tenant_app.core.matching import first_match
from tenant_app.core.money import Money
from tenant_app.enrolments.models import ApprovalLevel, EnrolmentState
from tenant_app.organisation.models import Position

S = EnrolmentState
L = ApprovalLevel

LARGEST_GROUP = 200
WAITING = frozenset({S.SUBMITTED, S.LEADER_APPROVED, S.AREA_APPROVED})
"""Somebody's answer is awaited."""
LEVELS = (L.INSTITUTION, L.AREA, L.CENTRAL)
"""From the bottom up: the order in which steps are answered."""
DECIDES = {
    L.INSTITUTION: Permission.ENROLMENT_APPROVE_INSTITUTION,
    L.AREA: Permission.ENROLMENT_APPROVE_AREA,
    L.CENTRAL: Permission.ENROLMENT_APPROVE_CENTRAL,
}


class Move(StrEnum):
    """What a user can do to an enrolment."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    RESUBMIT = "resubmit"
    CANCEL = "cancel"
    COMPLETE = "complete"
    NO_SHOW = "no_show"


ON_ITS_WAY = WAITING | {S.CONFIRMED}
MOVES: Mapping[Move, tuple[frozenset[S], frozenset[S]]] = {
    Move.APPROVE: (WAITING, frozenset({S.LEADER_APPROVED, S.AREA_APPROVED, S.CONFIRMED})),
    Move.RETURN: (WAITING, frozenset({S.RETURNED})),
    Move.REJECT: (WAITING, frozenset({S.REJECTED})),
    Move.WITHDRAW: (WAITING | {S.RETURNED}, frozenset({S.WITHDRAWN})),
    Move.RESUBMIT: (frozenset({S.RETURNED}), ON_ITS_WAY),
    Move.CANCEL: (frozenset({S.CONFIRMED}), frozenset({S.CANCELLED})),
    Move.COMPLETE: (frozenset({S.CONFIRMED}), frozenset({S.COMPLETED})),
    Move.NO_SHOW: (frozenset({S.CONFIRMED}), frozenset({S.NO_SHOW})),
}
"""move → (states it starts from, states it can end in). What is not here cannot happen."""

_ANSWERED = N_("This request no longer waits for an answer. Reload the page to see it as it is.")
_NOT_CONFIRMED = N_("Only a confirmed enrolment can be completed, cancelled or marked as no-show.")
_REFUSALS: Mapping[Move, str] = {
    Move.APPROVE: _ANSWERED,
    Move.RETURN: _ANSWERED,
    Move.REJECT: _ANSWERED,
    Move.WITHDRAW: N_(
        "Only a request that waits or was returned can be withdrawn. "
        "Cancel a confirmed one instead."
    ),
    Move.RESUBMIT: N_("Only a returned request can be sent again."),
    Move.CANCEL: _NOT_CONFIRMED,
    Move.COMPLETE: _NOT_CONFIRMED,
    Move.NO_SHOW: _NOT_CONFIRMED,
}


def may_move(state: S, move: Move) -> bool:
    """Whether the table allows the move from this state."""
    return state in MOVES[move][0]


def check_move(state: S, move: Move) -> None:
    """Raises Conflict when the move does not start from this state."""
    if not may_move(state, move):
        raise Conflict(_REFUSALS[move], field="state")


def approval_levels(rules: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]) -> list[L]:
    """The levels of the first rule that matches, from the bottom up. Raises Conflict when none."""
    found = first_match(rules, facts)
    levels = [] if found is None else [L(level) for level in found[1]["levels"]]
    if not levels:
        raise Conflict(
            N_(
                "No approval rule fits this request. Ask the municipal administrator to add a "
                "last rule without conditions."
            ),
            field="approval_rules",
        )
    return sorted(set(levels), key=LEVELS.index)


@dataclass(frozen=True)
class Step:
    """A link of the chain, already answered by the one who asks or still to answer."""

    level: L
    answered: bool
    over_pool_id: UUID | None = None
    """The pool that goes over, for which this yes is needed."""


def chain(
    levels: Sequence[L],
    *,
    participant_decides: Collection[L] = (),
    requester_decides: Collection[L] = (),
) -> list[Step]:
    """The steps of a request.

    A level that the participant would answer is left out; when nothing remains, the next level up
    is put in, for nobody answers for oneself. A leader who asks for others has thereby answered
    the first steps that are theirs.
    """
    left = [level for level in levels if level is L.CENTRAL or level not in participant_decides]
    if not left:
        higher = [level for level in LEVELS[1:] if level not in participant_decides]
        left = [higher[0] if higher else L.CENTRAL]
    steps: list[Step] = []
    for level in left:
        answered = level in requester_decides and all(step.answered for step in steps)
        steps.append(Step(level, answered))
    return steps


def state_of(steps: Sequence[Step]) -> S:
    """Where a request stands when these steps are answered or not."""
    if all(step.answered for step in steps):
        return S.CONFIRMED
    answered = {step.level for step in steps if step.answered}
    if L.AREA in answered:
        return S.AREA_APPROVED
    return S.LEADER_APPROVED if L.INSTITUTION in answered else S.SUBMITTED


def waiting_for(steps: Sequence[Step]) -> L | None:
    """The level whose answer is awaited now."""
    return next((step.level for step in steps if not step.answered), None)


def check_not_own(*, actor_employee_id: UUID | None, participant_id: UUID) -> None:
    """Raises Forbidden when somebody is about to answer a request in which they take part."""
    if actor_employee_id == participant_id:
        raise Forbidden(
            N_("Nobody decides on their own request. Let another leader or a deputy answer it."),
            field="employee_id",
        )


_WAITS_FOR: Mapping[L, str] = {
    L.INSTITUTION: N_(
        "This request waits for the answer of the institution's leader now, not for yours. "
        "Reload the page to see it as it is."
    ),
    L.AREA: N_(
        "This request waits for the answer of the area leader now, not for yours. "
        "Reload the page to see it as it is."
    ),
    L.CENTRAL: N_(
        "This request waits for the answer of the municipal administration now, not for yours. "
        "Reload the page to see it as it is."
    ),
}


def check_awaited(level: L, *, may: bool) -> None:
    """Raises Conflict when one who answers requests is not the one whose answer is awaited."""
    if not may:
        raise Conflict(_WAITS_FOR[level], field="state")


def check_note(note: str) -> str:
    """The reason, trimmed. Raises Invalid when there is none."""
    if not note.strip():
        raise Invalid(
            N_("Write a reason, so that the one who asked knows what to do."), field="note"
        )
    return note.strip()


def check_group(employee_ids: Sequence[UUID]) -> list[UUID]:
    """Each person once, in the given order. Raises Invalid for nobody and for too many."""
    people = list(dict.fromkeys(employee_ids))
    if not people:
        raise Invalid(N_("Choose at least one employee."), field="employee_ids")
    if len(people) > LARGEST_GROUP:
        raise Invalid(
            N_("One request holds at most %(most)s people. Send several requests."),
            field="employee_ids",
            most=LARGEST_GROUP,
        )
    return people


def check_offer(*, is_open: bool, deadline: date, today: date) -> None:
    """Raises Conflict when the session is called off or its deadline has passed."""
    if not is_open:
        raise Conflict(
            N_("The session is cancelled or no longer offered. Choose another session."),
            field="session_id",
        )
    if today > deadline:
        raise Conflict(
            N_("The deadline was %(deadline)s. Choose a session with a later deadline."),
            field="session_id",
            deadline=deadline.strftime("%d-%m-%Y"),
        )


def check_seats(*, seats: int, taken: int, asked: int) -> None:
    """Raises Conflict when more people are asked for than there are seats left."""
    left = max(0, seats - taken)
    if asked > left:
        raise Conflict(
            N_(
                "The session has %(left)s of %(seats)s seats left and the request asks for "
                "%(asked)s. Choose fewer people or another session."
            ),
            field="session_id",
            left=left,
            seats=seats,
            asked=asked,
        )


def check_group_price(*, per_group: bool, by_leader: bool, people: int) -> None:
    """Raises Conflict when a course with a price per group is asked for by or for one person."""
    if per_group and not (by_leader and people > 1):
        raise Conflict(
            N_(
                "The course has a price per group. It is requested by a leader for at least two "
                "people: ask your leader, or choose more people."
            ),
            field="employee_ids",
        )


def check_employed(missing: Sequence[str], *, on: date) -> None:
    """Raises Conflict when somebody asked for is not employed on the day, and names them all."""
    if missing:
        raise Conflict(
            N_("Not employed on %(day)s: %(names)s. Leave them out, or correct the employment."),
            field="employee_ids",
            names=", ".join(missing),
            day=on.strftime("%d-%m-%Y"),
        )


class AlreadyAsked(Conflict):
    """Somebody asked for has a live request for the session."""

    code = "already_asked"


def check_not_asked(names: Sequence[str]) -> None:
    """Raises AlreadyAsked, and names everyone who has a live request for the session."""
    if names:
        raise AlreadyAsked(
            N_("Already requested for this session: %(names)s. Leave them out."),
            field="employee_ids",
            names=", ".join(names),
        )


def check_still_there(name: str, *, missing_on: date | None) -> None:
    """Raises Conflict when a yes would send somebody who has left, or will have."""
    if missing_on is not None:
        raise Conflict(
            N_(
                "%(name)s is not employed on %(day)s. Reject the request or return it, "
                "or correct the employment."
            ),
            field="employee_id",
            name=name,
            day=missing_on.strftime("%d-%m-%Y"),
        )


def check_took_part(name: str, *, missing_on: date | None) -> None:
    """Raises Conflict when somebody is said to have taken part who was not employed then."""
    if missing_on is not None:
        raise Conflict(
            N_(
                "%(name)s was not employed on %(day)s. Record it as no-show, "
                "or correct the employment."
            ),
            field="employee_id",
            name=name,
            day=missing_on.strftime("%d-%m-%Y"),
        )


def check_started(*, starts_on: date, today: date) -> None:
    """Raises Conflict when the session has not begun."""
    if today < starts_on:
        raise Conflict(
            N_("The session begins on %(day)s. Record attendance on that day or later."),
            field="session_id",
            day=starts_on.strftime("%d-%m-%Y"),
        )


def check_can_cancel(*, starts_on: date, today: date, session_open: bool) -> None:
    """Raises Conflict when a session that was held is to be cancelled afterwards."""
    if session_open and today > starts_on:
        raise Conflict(
            N_("The session began on %(day)s. Record it as completed or as no-show instead."),
            field="session_id",
            day=starts_on.strftime("%d-%m-%Y"),
        )


def facts(
    *,
    course: Course,
    weak_economy: bool,
    institutions: int,
    amount: Money,
    position: Position,
) -> dict[str, Any]:
    """What funding and approval rules may ask about. `amount` in whole øre."""
    return {
        "ects": course.ects,
        "form": course.form.value,
        "provider_kind": course.provider.kind.value,
        "municipal_goal": course.serves_municipal_goal,
        "mandatory": course.is_mandatory,
        "weak_economy": weak_economy,
        "institutions": institutions,
        "amount": amount,
        "position": position.value,
    }
