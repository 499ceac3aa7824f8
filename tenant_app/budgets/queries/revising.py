"""SELECTs of what a year was adopted as, and how it was revised since."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Row, Select, func, select
from sqlalchemy import cast as sql_cast

from tenant_app.budgets.models import (
    BudgetYear,
    EntryKind,
    LedgerEntry,
    Pool,
    PoolBalance,
    PoolKind,
)
from tenant_app.budgets.year_models import BudgetRevision, BudgetRevisionLine, RevisionKind
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.money import Money

DIVIDED = (PoolKind.CENTRAL, PoolKind.AREA, PoolKind.INSTITUTION)
"""The kinds among which a frame divides; earmarked pools and funds have money of their own."""


def adopted_part() -> ColumnElement[Any]:
    """What the adoption allotted the pool of the row. Money received since has a link."""
    return (
        select(sql_cast(func.coalesce(func.sum(LedgerEntry.allotted), 0), BigInteger))
        .where(
            LedgerEntry.pool_id == Pool.id,
            LedgerEntry.kind == EntryKind.ALLOTTED,
            LedgerEntry.link_id.is_(None),
        )
        .correlate(Pool)
        .scalar_subquery()
    )


def _redivided() -> ColumnElement[Any]:
    """What later divisions of the frame gave the pool of the row, or took."""
    return (
        select(sql_cast(func.coalesce(func.sum(BudgetRevisionLine.amount), 0), BigInteger))
        .join(BudgetRevision, BudgetRevision.id == BudgetRevisionLine.revision_id)
        .where(BudgetRevisionLine.pool_id == Pool.id, BudgetRevision.kind == RevisionKind.REDIVIDED)
        .correlate(Pool)
        .scalar_subquery()
    )


def divided(ctx: Context, year_id: UUID) -> Sequence[Row[UUID, PoolKind, UUID, str, int, int, int]]:
    """(pool, kind, unit, name, what its divisions gave so far, adopted, bound and spent)."""
    bound = PoolBalance.committed + PoolBalance.actual
    return ctx.session.execute(
        select(
            Pool.id,
            Pool.kind,
            Pool.unit_id,
            Pool.name,
            (adopted_part() + _redivided()).label("divided"),
            bound.label("bound"),
            PoolBalance.allotted,
        )
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .where(Pool.year_id == year_id, Pool.kind.in_(DIVIDED), Pool.code.is_(None))
        .order_by(Pool.id)
    ).all()


def original_and_now(
    ctx: Context, year_id: UUID, sight: ColumnElement[bool]
) -> Sequence[Row[UUID, str, PoolKind, int, int]]:
    """(pool, name, kind, adopted, allotted now) of the pools in sight, by name."""
    return ctx.session.execute(
        select(
            Pool.id, Pool.name, Pool.kind, adopted_part().label("original"), PoolBalance.allotted
        )
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .where(Pool.year_id == year_id, sight)
        .order_by(Pool.kind, danish(Pool.name), Pool.id)
    ).all()


def allotted_in(ctx: Context, calendar_year: int) -> dict[tuple[PoolKind, UUID], Money]:
    """(kind, unit) → what its pool was allotted of that year's frame."""
    rows = ctx.session.execute(
        select(Pool.kind, Pool.unit_id, PoolBalance.allotted)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .where(BudgetYear.year == calendar_year, Pool.kind.in_(DIVIDED), Pool.code.is_(None))
    )
    return {(kind, unit_id): Money(allotted) for kind, unit_id, allotted in rows}


def next_number(ctx: Context, year_id: UUID) -> int:
    """The caller holds the year's row."""
    newest = select(func.max(BudgetRevision.number)).where(BudgetRevision.year_id == year_id)
    return int(ctx.session.scalar(newest) or 0) + 1


def held_year(ctx: Context, year_id: UUID) -> BudgetYear:
    """The year, so that one at a time revises it; requests that point at it do not wait."""
    return ctx.session.scalars(
        select(BudgetYear)
        .where(BudgetYear.id == year_id)
        .with_for_update(of=BudgetYear, key_share=True),
        execution_options={"populate_existing": True},
    ).one()


def revisions(year_id: UUID | None = None) -> Select[Any]:
    """Of a year or of all, newest first."""
    statement = select(BudgetRevision).order_by(
        BudgetRevision.made_at.desc(), BudgetRevision.number.desc(), BudgetRevision.id
    )
    return statement if year_id is None else statement.where(BudgetRevision.year_id == year_id)


def revision(ctx: Context, revision_id: UUID) -> BudgetRevision | None:
    return ctx.session.scalar(select(BudgetRevision).where(BudgetRevision.id == revision_id))


def revision_lines(
    ctx: Context, revision_ids: Collection[UUID], sight: ColumnElement[bool]
) -> Sequence[Row[UUID, UUID, str, int]]:
    """(revision, pool, its name, amount) for the pools in sight."""
    return ctx.session.execute(
        select(BudgetRevisionLine.revision_id, Pool.id, Pool.name, BudgetRevisionLine.amount)
        .join(Pool, Pool.id == BudgetRevisionLine.pool_id)
        .where(BudgetRevisionLine.revision_id.in_(revision_ids), sight)
        .order_by(danish(Pool.name), Pool.id)
    ).all()


def lock_balances(ctx: Context, pool_ids: Collection[UUID]) -> None:
    """In pool id order, as everyone locks."""
    ctx.session.execute(
        select(PoolBalance.id)
        .where(PoolBalance.pool_id.in_(pool_ids))
        .order_by(PoolBalance.pool_id)
        .with_for_update(of=PoolBalance)
    )
