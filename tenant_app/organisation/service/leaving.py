"""People leave only when the rooms above have no objection.

What a login or a role means is not known here, so the room that knows adds a check of its own; it
is asked inside the same unit of work, before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from tenant_app.core.context import Context
from tenant_app.organisation.rules import Spell, stays

Check = Callable[[Context, Mapping[UUID, Sequence[Spell]]], None]
"""(people → their employments as they will be) → raises a Refusal, or agrees."""
BEFORE_LEAVING: list[Check] = []
"""Asked whenever people's employment will be over, now or on a known day."""


def check_leaving(ctx: Context, spells: Mapping[UUID, Sequence[Spell]]) -> None:
    """Go on only if nobody objects to those among these who will not stay."""
    leaving = {who: theirs for who, theirs in spells.items() if not stays(theirs, ctx.today)}
    if leaving:
        for check in BEFORE_LEAVING:
            check(ctx, leaving)
