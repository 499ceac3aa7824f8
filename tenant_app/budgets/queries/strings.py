"""SELECTs of constraints of which more is used than what the pool holds allows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, select

from tenant_app.budgets import rules
from tenant_app.budgets.models import Pool, PoolBalance, PoolConstraint
from tenant_app.core.context import Context
from tenant_app.core.db import danish


def is_broken(held: Any) -> ColumnElement[bool]:
    """Of a constraint, when its pool holds so much."""
    return and_(
        PoolConstraint.is_active,
        PoolConstraint.used > 0,
        PoolConstraint.used * 10_000 > PoolConstraint.most_bp * held,
    )


def broken(ctx: Context, pool_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """(pool, constraint, share, used, held) of one that the pool breaks as it stands."""
    held = rules.held(PoolBalance)
    return ctx.session.execute(
        select(
            Pool.name.label("pool"),
            PoolConstraint.name,
            PoolConstraint.most_bp,
            PoolConstraint.used,
            held.label("held"),
        )
        .join(PoolBalance, PoolBalance.pool_id == PoolConstraint.pool_id)
        .join(Pool, Pool.id == PoolConstraint.pool_id)
        .where(PoolConstraint.pool_id == pool_id, is_broken(held))
        .order_by(danish(PoolConstraint.name))
        .limit(1)
    ).one_or_none()
