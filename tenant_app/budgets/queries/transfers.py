"""SELECTs of transfers and of the pools they may name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, Uuid, func, literal_column, or_, select
from sqlalchemy.orm import joinedload

from tenant_app.budgets import queries
from tenant_app.budgets.models import BudgetYear, BudgetYearState, Pool, PoolKind
from tenant_app.budgets.year_models import PoolTransfer, TransferState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own
from tenant_app.organisation import service as organisation

MOVABLE = (PoolKind.CENTRAL, PoolKind.AREA, PoolKind.INSTITUTION)
HOLDS_MONEY = (BudgetYearState.ADOPTED, BudgetYearState.OPEN)


def nameable(ctx: Context) -> ColumnElement[bool]:
    """Pools an actor may name as an end: those in sight, and the central one, whose position may
    be hidden but whose name everybody's cost cards show."""
    return or_(queries.in_sight(ctx), Pool.kind == PoolKind.CENTRAL)


def own(ctx: Context) -> ColumnElement[bool]:
    """Pools on whose behalf the actor may ask and answer."""
    return Pool.unit_id.in_(organisation.visible_units(ctx, Permission.BUDGET_TRANSFER))


def ends(ctx: Context) -> Sequence[Row[UUID, str, int, bool]]:
    """(pool, name, year, whether it is the actor's own) of those a transfer may name."""
    return ctx.session.execute(
        select(Pool.id, Pool.name, BudgetYear.year, own(ctx))
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(nameable(ctx), Pool.kind.in_(MOVABLE), BudgetYear.state.in_(HOLDS_MONEY))
        .order_by(BudgetYear.year, Pool.kind, danish(Pool.name), Pool.id)
    ).all()


def end(ctx: Context, pool_id: UUID) -> Pool | None:
    return ctx.session.scalars(
        select(Pool)
        .where(Pool.id == pool_id, nameable(ctx))
        .options(joinedload(Pool.year), joinedload(Pool.unit))
    ).one_or_none()


def in_sight(ctx: Context) -> ColumnElement[bool]:
    """Transfers of which the actor sees either end."""
    seen = select(Pool.id).where(queries.in_sight(ctx))
    return or_(PoolTransfer.from_pool_id.in_(seen), PoolTransfer.to_pool_id.in_(seen))


def transfers(ctx: Context, state: TransferState | None) -> Select[Any]:
    statement = (
        select(PoolTransfer)
        .where(in_sight(ctx))
        .options(joinedload(PoolTransfer.from_pool), joinedload(PoolTransfer.to_pool))
        .order_by(PoolTransfer.asked_at.desc(), PoolTransfer.id.desc())
    )
    return statement if state is None else statement.where(PoolTransfer.state == state)


def count_waiting(ctx: Context, key: str) -> Select[Any]:
    """(key, how many wait for the actor's answer); for `Context.execute`."""
    waits: Any = (
        select(literal_column(f"'{key}'", Text), func.count())
        .select_from(PoolTransfer)
        .join(Pool, Pool.id == PoolTransfer.from_pool_id)
        .where(
            PoolTransfer.state == literal_column(f"'{TransferState.ASKED.value}'", Text),
            PoolTransfer.asked_by.is_distinct_from(
                literal_column(f"'{ctx.actor.user_id}'::uuid", Uuid)
            ),
            own(ctx),
        )
    )
    fenced: Select[Any] = only_own(waits, PoolTransfer, Pool)
    return fenced


def transfer(ctx: Context, transfer_id: UUID) -> PoolTransfer | None:
    giving = joinedload(PoolTransfer.from_pool)
    return ctx.session.scalars(
        select(PoolTransfer)
        .where(PoolTransfer.id == transfer_id, in_sight(ctx))
        .options(giving, giving.joinedload(Pool.year), joinedload(PoolTransfer.to_pool)),
        execution_options={"populate_existing": True},
    ).one_or_none()
