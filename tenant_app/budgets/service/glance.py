"""What of the pools waits for its reader: those that near their end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false

from tenant_app.budgets.models import PoolKind
from tenant_app.budgets.queries import limits
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation

NEAR_END = "pools_near_end"
ANSWERS_FOR = {
    Permission.ENROLMENT_APPROVE_INSTITUTION: [PoolKind.INSTITUTION],
    Permission.ENROLMENT_APPROVE_AREA: [PoolKind.AREA],
    Permission.ENROLMENT_APPROVE_CENTRAL: [PoolKind.CENTRAL, PoolKind.EARMARKED, PoolKind.FUND],
}
"""Who answers for which pools: whoever answers the requests that they pay."""


def nears_end(ctx: Context) -> ColumnElement[bool]:
    """Which pools those are, as a WHERE for screens that list pools."""
    own = _own(ctx)
    return limits.is_near_end(ctx, own) if own else false()


def asks(ctx: Context) -> list[Select[Any]]:
    """(key, count): the actor's own pools, of this year or the next, past their first threshold."""
    own = _own(ctx)
    return [limits.count_near_end(ctx, NEAR_END, own)] if own else []


def _own(ctx: Context) -> list[tuple[Select[UUID], list[PoolKind]]]:
    return [
        (organisation.visible_units(ctx, permission), kinds)
        for permission, kinds in ANSWERS_FOR.items()
        if ctx.actor.may(permission)
    ]
