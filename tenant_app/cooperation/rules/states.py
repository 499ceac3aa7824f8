"""What becomes of a cluster, and what a house may say it has to give. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from uuid import UUID

from tenant_app.cooperation.models import CapacityKind, ClusterOutcome, ClusterState
from tenant_app.core.errors import N_, Conflict, Invalid

LEADERS_AT_LEAST = 2
LONGEST_NOTE = 2_000
LONGEST_REASON = 500
MOST_HOURS = 2_000
LONGEST_PERIOD = timedelta(days=3 * 366)

OPEN = (ClusterState.SUGGESTED, ClusterState.CONFIRMED)
"""Houses can say whether they join."""
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


def check_open(state: ClusterState) -> None:
    """Raises Conflict once the houses have nothing more to say."""
    if state in (ClusterState.DECLINED, ClusterState.DISSOLVED):
        raise Conflict(
            N_("The needs do not belong together any more. Load the page again to see why.")
        )
    if state not in OPEN:
        raise Conflict(
            N_("A forum has taken the shared need up. Say what you think at its meeting.")
        )


def check_house(house: UUID, houses: Collection[UUID]) -> None:
    """Raises Invalid unless the house has a need in the cluster."""
    if house not in houses:
        raise Invalid(
            N_("This house has no need in it. Choose one of those that have."),
            field="institution_id",
        )


def check_take_up(state: ClusterState, outcome: ClusterOutcome | None) -> None:
    """Raises Conflict unless a forum can take it up."""
    later = state is ClusterState.DECIDED and outcome is ClusterOutcome.LATER
    if state in (ClusterState.CONFIRMED, ClusterState.TAKEN_UP) or later:
        return
    _refuse_waiting(state)


def check_decide(state: ClusterState, outcome: ClusterOutcome | None) -> None:
    """Raises Conflict unless something can be decided about it."""
    check_take_up(state, outcome)


def check_accept(state: ClusterState, outcome: ClusterOutcome | None) -> None:
    """Raises Conflict unless an initiative can be made of it."""
    if state in WAITING and outcome is not ClusterOutcome.NO:
        return
    _refuse_waiting(state)


def may_accept(state: ClusterState, outcome: ClusterOutcome | None) -> bool:
    """Whether an initiative can be made of it."""
    return state in WAITING and outcome is not ClusterOutcome.NO


def _refuse_waiting(state: ClusterState) -> None:
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
    """Raises Conflict where needs came or left while somebody acted."""
    if set(before) != set(now):
        raise Conflict(
            N_("The needs do not belong together any more. Load the page again to see why.")
        )


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
