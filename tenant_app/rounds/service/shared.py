"""What every verb of this room does: find, and ask who may."""

from __future__ import annotations

from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.organisation import service as organisation
from tenant_app.rounds import queries, rules
from tenant_app.rounds.models import ApplicationRound
from tenant_app.rounds.rules import Standing


def find(ctx: Context, round_id: UUID, *, lock: bool = False) -> ApplicationRound:
    """A round in sight. Raises NotFound."""
    found = queries.round_of(ctx, round_id, lock=lock)
    if found is None:
        raise NotFound()
    return found


def find_to_hold(ctx: Context, round_id: UUID) -> ApplicationRound:
    """The round, locked, for those who manage the pool. Raises NotFound and Forbidden."""
    found = find(ctx, round_id, lock=True)
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.path_at(ctx, found.pool.unit_id))
    return found


def standing(ctx: Context, found: ApplicationRound) -> Standing:
    """Where the round stands today."""
    return rules.standing(
        found.state, opens_on=found.opens_on, closes_on=found.closes_on, today=ctx.today
    )
