"""What becomes of a cluster, and what a house may say it has to give. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NoReturn
from uuid import UUID

from tenant_app.cooperation.models import CapacityKind, ClusterOutcome, ClusterState
from tenant_app.cooperation.rules.grouping import HOUSES_AT_LEAST
from tenant_app.core.errors import N_, Conflict, Invalid

LEADERS_AT_LEAST = 2
LONGEST_NOTE = 2_000
LONGEST_REASON = 500
MOST_HOURS = 2_000
LONGEST_PERIOD = timedelta(days=3 * 366)

UNSETTLED = (
    ClusterState.SUGGESTED,
    ClusterState.CONFIRMED,
    ClusterState.TAKEN_UP,
    ClusterState.DECIDED,
)
"""Needs can leave them: nothing has been made of them yet."""
LIVE = (
    ClusterState.SUGGESTED,
    ClusterState.CONFIRMED,
    ClusterState.TAKEN_UP,
    ClusterState.DECIDED,
    ClusterState.STAFFED,
)
"""Their needs are not found alike with others."""
WAITING = (ClusterState.CONFIRMED, ClusterState.TAKEN_UP, ClusterState.DECIDED)
"""Something is to be decided about them, or done."""


def is_live(state: ClusterState, outcome: ClusterOutcome | None) -> bool:
    """Whether its needs still belong to it."""
    return state in LIVE and outcome is not ClusterOutcome.NO


def is_confirmed(yes: Iterable[tuple[UUID, UUID | None]]) -> bool:
    """Whether enough have said yes: (house, who) of each. Two houses, and two people: whoever
    leads both has said it once."""
    pairs = set(yes)
    people = {who for _house, who in pairs if who is not None}
    return (
        len({house for house, _who in pairs}) >= LEADERS_AT_LEAST
        and len(people) >= LEADERS_AT_LEAST
    )


def is_open(state: ClusterState, outcome: ClusterOutcome | None) -> bool:
    """Whether houses can say that they join, also while a forum has it: it may be another's."""
    return state in UNSETTLED and is_live(state, outcome)


def check_open(state: ClusterState, outcome: ClusterOutcome | None) -> None:
    """Raises Conflict once the houses have nothing more to say."""
    if state is ClusterState.STAFFED:
        _refuse_waiting(state)
    if not is_open(state, outcome):
        _refuse_over()


def check_house(house: UUID, houses: Collection[UUID]) -> None:
    """Raises Invalid unless the house has a need in the cluster."""
    if house not in houses:
        raise Invalid(
            N_("This house has no need in it. Choose one of those that have."),
            field="institution_id",
        )


def check_take_up(state: ClusterState, outcome: ClusterOutcome | None) -> None:
    """Raises Conflict unless a forum can take it up."""
    if not may_accept(state, outcome):
        _refuse_waiting(state)


def check_decide(
    state: ClusterState, outcome: ClusterOutcome | None, *, to: ClusterOutcome
) -> None:
    """Raises Conflict unless this can be decided about it, for the first time or anew."""
    again = outcome is ClusterOutcome.NO and to is ClusterOutcome.NO
    if state not in WAITING or again:
        _refuse_waiting(state)


def check_under(houses: Collection[UUID]) -> None:
    """Raises Conflict unless the forum has a house in it."""
    if not houses:
        raise Conflict(
            N_(
                "No house below the forum’s unit has a need in it any more. Choose a shared need "
                "in which one has."
            )
        )


def check_houses(houses: Collection[UUID]) -> None:
    """Raises Conflict where too few houses are left to share anything."""
    if len(houses) < HOUSES_AT_LEAST:
        _refuse_over()


def check_accept(state: ClusterState, outcome: ClusterOutcome | None) -> None:
    """Raises Conflict unless an initiative can be made of it."""
    if not may_accept(state, outcome):
        _refuse_waiting(state)


def may_accept(state: ClusterState, outcome: ClusterOutcome | None) -> bool:
    """Whether an initiative can be made of it."""
    return state in WAITING and outcome is not ClusterOutcome.NO


def _refuse_over() -> NoReturn:
    raise Conflict(N_("The needs do not belong together any more. Load the page again to see why."))


def _refuse_waiting(state: ClusterState) -> NoReturn:
    if state is ClusterState.SUGGESTED:
        raise Conflict(
            N_("Leaders of two houses must confirm the shared need first. Ask them to answer.")
        )
    if state is ClusterState.STAFFED:
        raise Conflict(N_("The shared need has its initiative already. Go on with that one."))
    raise Conflict(
        N_("It is decided already, or given up. Load the page again to see what came of it.")
    )


def check_all_answerable(waiting: int) -> None:
    """Raises Conflict while needs in it are not qualified."""
    if waiting:
        raise Conflict(
            N_(
                "%(count)s of the needs are not qualified yet, and an initiative answers "
                "qualified needs. Ask their leaders to qualify them first."
            ),
            count=waiting,
        )


def check_same(before: Collection[UUID], now: Collection[UUID]) -> None:
    """Raises Conflict where needs came while somebody acted: they are not locked."""
    if set(now) - set(before):
        _refuse_over()


def clean(text: str, *, field: str, longest: int) -> str:
    """The text without blank ends. Raises Invalid."""
    cleaned = text.strip()
    if len(cleaned) > longest:
        raise Invalid(
            N_("The text is too long. Use at most %(longest)s characters."),
            field=field,
            longest=f"{longest:,}".replace(",", "."),
        )
    return cleaned


def check_reason(text: str, *, joins: bool) -> str:
    """A house that does not join says why. Raises Invalid."""
    reason = clean(text, field="reason", longest=LONGEST_REASON)
    if not joins and not reason:
        raise Invalid(N_("Say in a line why the house does not join."), field="reason")
    return reason


def check_hours(kind: CapacityKind, hours: int | None) -> int | None:
    """Raises Invalid for hours that cannot be, or are missing."""
    if hours is None:
        if kind is CapacityKind.HOURS:
            raise Invalid(N_("Write how many hours the house can give."), field="hours")
        return None
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid(N_("Write a whole number of hours from 1 to 2.000."), field="hours")
    return hours


def check_period(from_date: date, to_date: date, *, today: date) -> None:
    """Raises Invalid for a period that is over, turned round or longer than three years."""
    if to_date < from_date:
        raise Invalid(
            N_("The last day is before the first. Write a later last day."), field="to_date"
        )
    if to_date < today:
        raise Invalid(N_("The period is over. Write a last day to come."), field="to_date")
    if to_date - from_date > LONGEST_PERIOD:
        raise Invalid(
            N_("The period is longer than three years. Write a shorter one."), field="to_date"
        )
