"""SELECTs of rounds and applications. Used by this room only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, func, or_, select
from sqlalchemy.orm import joinedload

from tenant_app.budgets.models import BudgetYear, Pool, PoolBalance, PoolKind
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitPlacement
from tenant_app.rounds.models import ApplicationRound, RoundApplication, RoundState


def holds(day: date) -> ColumnElement[bool]:
    """The placement is true of the day."""
    over = UnitPlacement.to_date
    return and_(UnitPlacement.from_date <= day, or_(over.is_(None), over > day))


def seen_rounds(ctx: Context) -> ColumnElement[bool]:
    """Those offered at or above a unit of the actor, and those of pools they hold; drafts only
    those who hold the pool."""
    held = Pool.unit_id.in_(organisation.visible_units(ctx, Permission.BUDGET_MANAGE))
    offered: ColumnElement[bool] = Pool.unit_id.in_(
        organisation.visible_units(ctx, Permission.BUDGET_VIEW)
    )
    above = {
        ".".join(steps[:length]) + "."
        for path in ctx.actor.paths(Permission.BUDGET_VIEW)
        for steps in [path.split(".")[:-1]]
        for length in range(1, len(steps))
    }
    if above and not ctx.actor.is_system:
        higher = select(UnitPlacement.unit_id).where(
            UnitPlacement.path.in_(sorted(above)), holds(ctx.today)
        )
        offered = or_(offered, Pool.unit_id.in_(higher))
    pools = select(Pool.id)
    return and_(
        ApplicationRound.state != RoundState.DROPPED,
        or_(
            ApplicationRound.pool_id.in_(pools.where(held)),
            and_(
                ApplicationRound.state != RoundState.DRAFT,
                ApplicationRound.pool_id.in_(pools.where(offered)),
            ),
        ),
    )


WITH_POOL = (
    joinedload(ApplicationRound.pool).joinedload(Pool.unit),
    joinedload(ApplicationRound.pool).joinedload(Pool.year),
)


def rounds(filters: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The latest to close first."""
    return (
        select(ApplicationRound)
        .where(*filters)
        .order_by(ApplicationRound.closes_on.desc(), ApplicationRound.id.desc())
        .options(*WITH_POOL)
    )


def round_of(ctx: Context, round_id: UUID, *, lock: bool = False) -> ApplicationRound | None:
    statement = (
        select(ApplicationRound)
        .where(ApplicationRound.id == round_id, seen_rounds(ctx))
        .options(*WITH_POOL)
    )
    if lock:
        statement = statement.with_for_update(of=ApplicationRound)
    return ctx.session.scalars(
        statement, execution_options={"populate_existing": lock}
    ).one_or_none()


def applications(
    ctx: Context, round_id: UUID, *, withdrawn: bool = True
) -> Sequence[RoundApplication]:
    """Of a round, by the name of the unit."""
    statement = (
        select(RoundApplication)
        .join(Unit, Unit.id == RoundApplication.unit_id)
        .where(RoundApplication.round_id == round_id)
        .order_by(danish(Unit.name), RoundApplication.id)
        .options(
            joinedload(RoundApplication.unit),
            joinedload(RoundApplication.initiative),
            joinedload(RoundApplication.need),
        )
    )
    if not withdrawn:
        statement = statement.where(RoundApplication.is_withdrawn.is_(False))
    return ctx.session.scalars(statement, execution_options={"populate_existing": True}).all()


def application_of(ctx: Context, round_id: UUID, unit_id: UUID) -> RoundApplication | None:
    return ctx.session.scalars(
        select(RoundApplication)
        .where(RoundApplication.round_id == round_id, RoundApplication.unit_id == unit_id)
        .options(joinedload(RoundApplication.unit))
    ).one_or_none()


def pool_of_unit(ctx: Context, unit_id: UUID, *, year_id: UUID) -> UUID | None:
    """The unit's own pool of the year."""
    return ctx.session.scalars(
        select(Pool.id).where(
            Pool.unit_id == unit_id,
            Pool.year_id == year_id,
            Pool.kind.in_([PoolKind.AREA, PoolKind.INSTITUTION]),
        )
    ).one_or_none()


def pools_of_units(ctx: Context, unit_ids: Collection[UUID], *, year_id: UUID) -> dict[UUID, UUID]:
    """Unit → its own pool of the year."""
    rows = ctx.session.execute(
        select(Pool.unit_id, Pool.id).where(
            Pool.unit_id.in_(unit_ids),
            Pool.year_id == year_id,
            Pool.kind.in_([PoolKind.AREA, PoolKind.INSTITUTION]),
        )
    )
    return {row.unit_id: row.id for row in rows}


def lock_balances(ctx: Context, pool_ids: Collection[UUID]) -> None:
    """In pool id order, as everyone locks."""
    ctx.session.execute(
        select(PoolBalance.id)
        .where(PoolBalance.pool_id.in_(pool_ids))
        .order_by(PoolBalance.pool_id)
        .with_for_update(of=PoolBalance)
    ).all()


def earlier_awards(
    ctx: Context, unit_ids: Collection[UUID], *, but: UUID
) -> dict[UUID, tuple[int, int]]:
    """Unit → (sum, how many) of what other rounds awarded it."""
    rows = ctx.session.execute(
        select(
            RoundApplication.unit_id,
            func.sum(RoundApplication.awarded),
            func.count(),
        )
        .where(
            RoundApplication.unit_id.in_(unit_ids),
            RoundApplication.round_id != but,
            RoundApplication.awarded > 0,
        )
        .group_by(RoundApplication.unit_id)
    )
    return {unit_id: (int(total or 0), count) for unit_id, total, count in rows}


def sums(ctx: Context, round_ids: Collection[UUID]) -> dict[UUID, tuple[int, int, int]]:
    """Round → (how many apply, what for, what was awarded)."""
    rows = ctx.session.execute(
        select(
            RoundApplication.round_id,
            func.count(),
            func.coalesce(cast(func.sum(RoundApplication.amount), BigInteger), 0),
            func.coalesce(cast(func.sum(RoundApplication.awarded), BigInteger), 0),
        )
        .where(RoundApplication.round_id.in_(round_ids), RoundApplication.is_withdrawn.is_(False))
        .group_by(RoundApplication.round_id)
    )
    return {key: (count, int(asked), int(awarded)) for key, count, asked, awarded in rows}


def told(ctx: Context, round_ids: Collection[UUID]) -> set[UUID]:
    """Of the rounds, those of which the actor is told what everybody applies for: the decided, and
    those of pools they hold."""
    held = select(Pool.id).where(
        Pool.unit_id.in_(organisation.visible_units(ctx, Permission.BUDGET_MANAGE))
    )
    return set(
        ctx.session.scalars(
            select(ApplicationRound.id).where(
                ApplicationRound.id.in_(round_ids),
                or_(
                    ApplicationRound.state == RoundState.DECIDED,
                    ApplicationRound.pool_id.in_(held),
                ),
            )
        )
    )


def own_pools(ctx: Context) -> Sequence[Pool]:
    """Central and area pools of years that hold money, where the actor manages budgets."""
    return ctx.session.scalars(
        select(Pool)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(
            Pool.kind.in_([PoolKind.CENTRAL, PoolKind.AREA]),
            BudgetYear.state.in_(["adopted", "open"]),
            Pool.unit_id.in_(organisation.visible_units(ctx, Permission.BUDGET_MANAGE)),
        )
        .order_by(BudgetYear.year.desc(), Pool.kind.desc(), danish(Pool.name))
        .options(joinedload(Pool.year), joinedload(Pool.unit))
    ).all()


def pool_to_give(ctx: Context, pool_id: UUID) -> Pool | None:
    return ctx.session.scalars(
        select(Pool)
        .where(
            Pool.id == pool_id,
            Pool.unit_id.in_(organisation.visible_units(ctx, Permission.BUDGET_MANAGE)),
        )
        .options(joinedload(Pool.year), joinedload(Pool.unit))
    ).one_or_none()


def seen_applications(ctx: Context) -> ColumnElement[bool]:
    """Those of the units in sight."""
    return RoundApplication.unit_id.in_(organisation.visible_units(ctx, Permission.BUDGET_VIEW))
