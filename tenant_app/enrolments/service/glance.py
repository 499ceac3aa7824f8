"""What a home page shows of enrolments: however many lists, one SELECT, and one for all counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.enrolments.models import ApprovalLevel, Enrolment
from tenant_app.enrolments.queries import glance


class Short(StrEnum):
    """The short lists of a home page."""

    WAITING = "waiting"
    """For the actor's answer, the oldest first."""
    RETURNED = "returned"
    """Sent back to the actor or the units they lead, and there is time to send them again."""
    TO_COMPLETE = "to_complete"
    """The session is over, and nobody has said whether the person was there."""
    LATEST = "latest"
    """Requests of the units the actor leads, newest first."""
    GOING = "going"
    """Who of those units goes where next."""
    OWN_COMING = "own_coming"
    OWN_PAST = "own_past"


@dataclass(frozen=True)
class Counts:
    """What calls for the actor; no count goes further than to 1,000."""

    waiting: int
    late: int
    oldest: datetime | None
    first: Sequence[UUID]
    """The ids of those that have waited longest."""
    seen: dict[ApprovalLevel, int]
    """What waits anywhere in the actor's sight, by whose answer it waits for."""
    returned: int
    to_complete: int


@dataclass(frozen=True)
class Opening:
    """A session with seats left that one has not asked for yet."""

    session_id: UUID
    title: str
    deadline: date
    starts_on: date
    seats_left: int


def short_lists(
    ctx: Context, wanted: Collection[Short], *, most: int, waiting: Collection[UUID] = ()
) -> dict[Short, list[Enrolment]]:
    """Each wanted list in its order, at most so long; `waiting` are the first ids of `calls`.

    To look through the whole inbox twice would cost most where little of it is the actor's.
    """
    found: dict[Short, list[Enrolment]] = {why: [] for why in wanted}
    names = [each.value for each in wanted]
    if names:
        for why, enrolment in glance.lists(ctx, names, most=most, known=waiting):
            found[Short(why)].append(enrolment)
    return found


def calls(ctx: Context, *, first: int = 0) -> Counts:
    """How much waits for the actor, and in their sight; with the ids of the oldest so many."""
    row = glance.counts(ctx, first=first)
    return Counts(
        waiting=row.waiting,
        late=row.late,
        oldest=row.oldest,
        first=row.first or (),
        seen={level: getattr(row, f"at_{level.value}") for level in ApprovalLevel},
        returned=row.returned,
        to_complete=row.to_complete,
    )


def openings(ctx: Context, *, most: int) -> list[Opening]:
    """What the actor could ask for, soonest deadline first."""
    ctx.require(Permission.CATALOGUE_VIEW)
    return [Opening(*row) for row in glance.offers(ctx, most=most)]
