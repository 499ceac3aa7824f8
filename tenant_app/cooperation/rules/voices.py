"""What became of what somebody raised, in the order in which it happened. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tenant_app.cooperation.models import ClusterOutcome, ClusterState
from tenant_app.initiatives.models import InitiativeState
from tenant_app.needs.models import NeedState


@dataclass(frozen=True)
class VoiceStep:
    """Something that happened on the way from the voice to the changed practice.

    `who` is empty for those who may not know it; `link` is (kind, id) of what they may open.
    """

    at: datetime
    kind: str
    facts: dict[str, Any] = field(default_factory=dict)
    who: str = ""
    link: tuple[str, UUID] | None = None

    @property
    def linked(self) -> dict[str, Any] | None:
        """The same by name."""
        return None if self.link is None else dict(zip(("kind", "id"), self.link, strict=True))


class Now(StrEnum):
    """Where a need has come to, in the words of whoever raised it."""

    HEARD = "heard"
    LOOKED_INTO = "looked_into"
    QUALIFIED = "qualified"
    PRIORITISED = "prioritised"
    PARKED = "parked"
    REJECTED = "rejected"
    SHARED = "shared"
    """Found in other houses too."""
    CONFIRMED = "confirmed"
    TAKEN_UP = "taken_up"
    LATER = "later"
    STARTS = "starts"
    PLANNED = "planned"
    """An initiative is being made for it."""
    RUNNING = "running"
    FOLLOWED = "followed"
    COVERED = "covered"


_OF_NEED = {
    NeedState.REPORTED: Now.HEARD,
    NeedState.ANALYSED: Now.LOOKED_INTO,
    NeedState.QUALIFIED: Now.QUALIFIED,
    NeedState.PRIORITISED: Now.PRIORITISED,
    NeedState.PARKED: Now.PARKED,
    NeedState.REJECTED: Now.REJECTED,
    NeedState.COVERED: Now.COVERED,
    NeedState.CLOSED: Now.COVERED,
    NeedState.MERGED: Now.LOOKED_INTO,
}
_OF_CLUSTER = {
    ClusterState.SUGGESTED: Now.SHARED,
    ClusterState.CONFIRMED: Now.CONFIRMED,
    ClusterState.TAKEN_UP: Now.TAKEN_UP,
    ClusterState.STAFFED: Now.PLANNED,
}
_OF_OUTCOME = {ClusterOutcome.START: Now.STARTS, ClusterOutcome.LATER: Now.LATER}
_OF_INITIATIVE = {
    InitiativeState.RUNNING: Now.RUNNING,
    InitiativeState.FOLLOW_UP: Now.FOLLOWED,
    InitiativeState.EVALUATED: Now.FOLLOWED,
    InitiativeState.ANCHORED: Now.COVERED,
}
_ENDS = (Now.PARKED, Now.REJECTED, Now.COVERED)


def now(
    need: NeedState,
    clusters: Collection[tuple[ClusterState, ClusterOutcome | None]],
    initiatives: Collection[InitiativeState],
) -> Now:
    """How far it has come: what ended it, else the furthest of all that was made of it."""
    own = _OF_NEED[need]
    if own in _ENDS:
        return own
    order = list(Now)
    reached = [own]
    for state, outcome in clusters:
        if outcome is not None and state is ClusterState.DECIDED:
            reached += [_OF_OUTCOME[outcome]] if outcome in _OF_OUTCOME else []
        elif state in _OF_CLUSTER:
            reached.append(_OF_CLUSTER[state])
    for each in initiatives:
        if each is not InitiativeState.STOPPED:
            reached.append(_OF_INITIATIVE.get(each, Now.PLANNED))
    return max(reached, key=order.index)


def in_order(steps: Iterable[VoiceStep]) -> list[VoiceStep]:
    """The oldest first; of one moment in the order given."""
    return sorted(steps, key=lambda step: step.at)
