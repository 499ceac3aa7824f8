"""What can be decided, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.forums.models import AgendaItem, Decision, Outcome
from tenant_app.initiatives.models import InitiativeState
from tenant_app.initiatives.rules import OVER

FURTHEST = 1500
"""Days ahead that a decision can be due."""
LONGEST_DECISION = 2000
"""As long as a reason may be that needs and initiatives take over."""


class Subject(StrEnum):
    """What a decision can be about."""

    NEED = "need"
    CLUSTER = "cluster"
    INITIATIVE = "initiative"


class Standing(StrEnum):
    """Where a decision stands today."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Candidate:
    """Something a forum can prioritise."""

    kind: Subject
    id: UUID

    def columns(self) -> dict[str, UUID]:
        """As agenda items and decisions keep it."""
        return {f"{self.kind.value}_id": self.id}


def candidate_of(
    *, need_id: UUID | None, cluster_id: UUID | None, initiative_id: UUID | None
) -> Candidate | None:
    """The one of them that is named."""
    given = {
        Subject.NEED: need_id,
        Subject.CLUSTER: cluster_id,
        Subject.INITIATIVE: initiative_id,
    }
    return next((Candidate(kind, key) for kind, key in given.items() if key is not None), None)


def candidate_of_text(text: str) -> Candidate | None:
    """“need:…” as forms send it; nothing for nothing. Raises ValueError."""
    if not text:
        return None
    kind, _colon, key = text.partition(":")
    return Candidate(Subject(kind), UUID(key))


def subject_of(row: AgendaItem | Decision) -> Candidate | None:
    """What an item of an agenda, or a decision, is about."""
    return candidate_of(
        need_id=row.need_id, cluster_id=row.cluster_id, initiative_id=row.initiative_id
    )


def standing_of(row: Decision, today: date) -> Standing:
    """Where a decision stands on a day."""
    return standing(
        due_on=row.due_on,
        done_on=row.done_on,
        is_replaced=row.replaced_at is not None,
        today=today,
    )


def standing(*, due_on: date, done_on: date | None, is_replaced: bool, today: date) -> Standing:
    """Where a decision stands on a day."""
    if is_replaced:
        return Standing.REPLACED
    if done_on is not None:
        return Standing.DONE
    return Standing.OVERDUE if due_on < today else Standing.OPEN


def check_due(day: date, *, meets_on: date) -> date:
    """Raises Invalid for a day before the meeting, or too far off."""
    if not meets_on <= day <= meets_on + timedelta(days=FURTHEST):
        raise Invalid(
            N_("Choose a day from the meeting’s own, %(day)s, and at most four years ahead."),
            field="due_on",
            day=meets_on.strftime("%d-%m-%Y"),
        )
    return day


def check_decision(text: str) -> str:
    """What is decided, without blank ends. Raises Invalid."""
    found = text.strip()
    if not found:
        raise Invalid(N_("Write what is decided."), field="text")
    if len(found) > LONGEST_DECISION:
        raise Invalid(
            N_("This is %(length)s characters. Write at most %(longest)s."),
            field="text",
            length=len(found),
            longest=LONGEST_DECISION,
        )
    return found


def check_links(outcome: Outcome, *, title: str, started_id: UUID | None) -> None:
    """Only what starts makes or lets go on an initiative, and one of them. Raises Invalid."""
    if title and started_id is not None:
        raise Invalid(
            N_("Choose an initiative that is there, or write the title of a new one. Not both."),
            field="new_title",
        )
    if outcome is not Outcome.START and (title or started_id is not None):
        field = "new_title" if title else "started_id"
        raise Invalid(
            N_("An initiative only starts with the outcome “Start”. Choose that, or leave it out."),
            field=field,
        )


def check_not_over(state: InitiativeState, *, field: str) -> None:
    """Raises Conflict for an initiative that is evaluated, anchored or stopped."""
    if state in OVER:
        raise Conflict(
            N_("The initiative is over, so nothing can be decided on it. Make a new one instead."),
            field=field,
        )


def check_replaces(standing_one: Mapping[str, str] | None, *, is_named: bool) -> None:
    """Raises Conflict where a decision stands on the candidate and is not named.

    `standing_one` says its forum, day and text.
    """
    if standing_one is not None and not is_named:
        raise Conflict(
            N_(
                "This was decided on %(day)s in “%(forum)s”: “%(text)s”. To decide anew, choose "
                "that decision as the one that is replaced."
            ),
            field="replaces_id",
            **standing_one,
        )


def check_replaceable(*, is_replaced: bool, fits: bool) -> None:
    """Raises Conflict when the decision to replace is no longer the one that stands, or is about
    something else."""
    if is_replaced:
        raise Conflict(
            N_("Another decision stands in its place already. Replace that one."),
            field="replaces_id",
        )
    if not fits:
        raise Conflict(
            N_("That decision is about something else. Choose the one on the same matter."),
            field="replaces_id",
        )


def check_open_decision(*, is_replaced: bool, done_on: date | None) -> None:
    """Raises Conflict when there is nothing left to do about a decision."""
    if is_replaced:
        raise Conflict(N_("Another decision stands in its place. Nothing is left to do here."))
    if done_on is not None:
        raise Conflict(
            N_("This was done on %(day)s already. Reload the page to see it as it is."),
            day=done_on.strftime("%d-%m-%Y"),
        )
