"""Several orders become one, with how far they are apart. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from uuid import UUID

from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid
from tenant_app.forums.models import MeetingState
from tenant_app.forums.rules.meetings import check_open

VERSION = "mean-rank-1"
FEWEST, MOST = 2, 20
"""Candidates of a round."""
FEWEST_VOICES = 2
"""So many must have ranked for a result: one voice alone is none, and would be shown to all as that
member's own. A round with fewer ends without a result when its meeting does."""


@dataclass(frozen=True)
class Ranked:
    """A candidate in the result."""

    item_id: UUID
    place: int
    """1 is the most important; candidates with the same mean share a place."""
    mean: float
    best: int
    worst: int
    deviation: float
    """How far the members are apart: the standard deviation of the places they gave."""
    points: int
    """By Borda: the last gets 0, the one before 1, and so on, from each member."""


def result(item_ids: Sequence[UUID], orders: Sequence[Sequence[UUID]]) -> list[Ranked]:
    """The candidates by mean place; where means are equal, as on the agenda.

    Orders name every candidate once. None without orders.
    """
    if not orders:
        return []
    given = {item_id: [order.index(item_id) + 1 for order in orders] for item_id in item_ids}
    sums = {item_id: sum(places) for item_id, places in given.items()}
    in_order = sorted(item_ids, key=lambda item_id: (sums[item_id], item_ids.index(item_id)))
    found: list[Ranked] = []
    for at, item_id in enumerate(in_order, start=1):
        places = given[item_id]
        mean = sums[item_id] / len(places)
        shares = bool(found) and sums[found[-1].item_id] == sums[item_id]
        found.append(
            Ranked(
                item_id=item_id,
                place=found[-1].place if shares else at,
                mean=mean,
                best=min(places),
                worst=max(places),
                deviation=sqrt(sum((place - mean) ** 2 for place in places) / len(places)),
                points=sum(len(item_ids) - place for place in places),
            )
        )
    return found


def check_order(ordered: Sequence[UUID], item_ids: Sequence[UUID]) -> list[UUID]:
    """Each candidate once. Raises Invalid."""
    if len(ordered) != len(item_ids) or set(ordered) != set(item_ids):
        raise Invalid(
            N_("Give each of the %(count)s candidates a place of its own, from 1 to %(count)s."),
            field="ordered",
            count=len(item_ids),
        )
    return list(ordered)


def order_of(places: Mapping[UUID, int]) -> list[UUID]:
    """The candidates by the places given to them; equal ones are left for `check_order`."""
    if len(set(places.values())) != len(places):
        return []
    return sorted(places, key=lambda item_id: places[item_id])


def check_openable(state: MeetingState, *, candidates: int, is_there: bool) -> None:
    """Raises Conflict when a round cannot be opened."""
    check_open(state)
    if is_there:
        raise Conflict(N_("The meeting has had its ranking. A new meeting can have another."))
    if not FEWEST <= candidates <= MOST:
        raise Conflict(
            N_(
                "A ranking is of %(fewest)s to %(most)s candidates, and the agenda has "
                "%(candidates)s. Change the agenda first."
            ),
            fewest=FEWEST,
            most=MOST,
            candidates=candidates,
        )


def check_votes(*, is_member: bool, round_is_there: bool, closed_at: datetime | None) -> None:
    """Raises Forbidden to others than members, and Conflict before the opening and after the
    close."""
    if not is_member:
        raise Forbidden(N_("Only the members of the forum rank."))
    _check_there(round_is_there)
    if closed_at is not None:
        raise Conflict(
            N_("The ranking is closed, and no more votes are taken. See the result."),
            field="ordered",
        )


def check_closable(*, round_is_there: bool, voices: int, closed_at: datetime | None) -> None:
    """Raises Conflict when no round is open, or too few have ranked."""
    _check_there(round_is_there)
    if closed_at is not None:
        raise Conflict(N_("The ranking is closed already."))
    if voices < FEWEST_VOICES:
        raise Conflict(
            N_(
                "%(voices)s have ranked. At least %(fewest)s are needed for a result. With fewer, "
                "the ranking ends without a result when the minutes are closed."
            ),
            voices=voices,
            fewest=FEWEST_VOICES,
        )


def _check_there(round_is_there: bool) -> None:
    if not round_is_there:
        raise Conflict(N_("The ranking has not been opened yet."))


def check_unranked(is_there: bool) -> None:
    """Raises Conflict where a change of the agenda would change what is ranked."""
    if is_there:
        raise Conflict(
            N_(
                "The candidates are being ranked, or have been. The agenda can only get items "
                "without a candidate."
            )
        )
