"""SELECTs of turns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from tenant_app.budgets.mode_models import PoolTurn
from tenant_app.budgets.models import Pool, PoolMode
from tenant_app.core.context import Context


def modes(ctx: Context, pool_ids: Collection[UUID]) -> Mapping[UUID, PoolMode]:
    """Pool → how it is given out, whoever may see it."""
    rows = ctx.session.execute(select(Pool.id, Pool.mode).where(Pool.id.in_(pool_ids)))
    return {row.id: row.mode for row in rows}


def turns(ctx: Context, pool_ids: Collection[UUID]) -> Sequence[PoolTurn]:
    """By their first day."""
    return ctx.session.scalars(
        select(PoolTurn)
        .where(PoolTurn.pool_id.in_(pool_ids))
        .order_by(PoolTurn.first_day, PoolTurn.unit_id)
        .options(joinedload(PoolTurn.unit))
    ).all()


def remove_turns(ctx: Context, pool_id: UUID) -> None:
    ctx.session.execute(
        delete(PoolTurn).where(PoolTurn.pool_id == pool_id),
        execution_options={"synchronize_session": False},
    )


def lock_pool(ctx: Context, pool_id: UUID) -> None:
    """Nobody else sets its turns meanwhile."""
    ctx.session.execute(select(Pool.id).where(Pool.id == pool_id).with_for_update(of=Pool)).all()
