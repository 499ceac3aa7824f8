"""Rooms above follow what becomes of a place.

What a confirmed place brings with it is not known here, so the room that knows adds a verb of its
own; it is called inside the same unit of work, and inside the savepoint of an answer to many: one
that is refused leaves nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable

from tenant_app.core.context import Context
from tenant_app.enrolments.models import Enrolment, EnrolmentState

Follower = Callable[[Context, Enrolment], None]
AFTER_APPROVAL: list[Follower] = []
"""Called when an enrolment becomes confirmed, once."""
AFTER_LOSS: list[Follower] = []
"""Called when a confirmed place was given up, or the participant stayed away: the state says so,
and `decision_note` why."""


def follow(ctx: Context, enrolment: Enrolment, *, before: EnrolmentState) -> None:
    """Tell the rooms above that the place was won or lost."""
    now = enrolment.state
    if now is EnrolmentState.CONFIRMED:
        followers = AFTER_APPROVAL
    elif before is EnrolmentState.CONFIRMED and now is not EnrolmentState.COMPLETED:
        followers = AFTER_LOSS
    else:
        return
    for follower in followers:
        follower(ctx, enrolment)
