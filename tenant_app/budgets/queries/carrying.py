"""SELECTs of what a closing made up, what it waits for, and the caps behind it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    String,
    Uuid,
    and_,
    case,
    delete,
    func,
    select,
    true,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import joinedload

from tenant_app.budgets.models import (
    BudgetYear,
    BudgetYearState,
    EntryKind,
    LedgerEntry,
    MoneyLine,
    MoneyState,
    Pool,
    PoolKind,
)
from tenant_app.budgets.queries.closing import OPEN
from tenant_app.budgets.year_models import CarryApprover, CarryOver, CarryRule
from tenant_app.core.context import Context
from tenant_app.core.db import danish


def turns() -> tuple[Any, Any]:
    """(each time that a carry-over was entered into the next year, the link of its entry): the
    first under the carry-over's own id, each later one under a link made of it (`closing._enter`).
    """
    # PostgreSQL calls the one column as the table.
    turn = func.generate_series(0, CarryOver.postings - 1).table_valued("turns").lateral("turns")
    later = func.md5(sql_cast(CarryOver.id, String) + sql_cast(turn.c.turns, String))
    return turn, case((turn.c.turns == 0, CarryOver.id), else_=sql_cast(later, Uuid))


def entered(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an entry is what one of these carry-overs gave, or took, in the next year."""
    turn, link = turns()
    links = select(link).select_from(CarryOver).join(turn, true()).where(*which)
    return and_(LedgerEntry.kind == EntryKind.CARRIED, LedgerEntry.link_id.in_(links))


def aimless(ctx: Context, year_id: UUID) -> Sequence[str]:
    """Pools with something to carry and no pool to carry it into."""
    return ctx.session.scalars(
        select(Pool.name)
        .join(CarryOver, CarryOver.pool_id == Pool.id)
        .where(CarryOver.year_id == year_id, OPEN != 0, CarryOver.into_pool_id.is_(None))
        .order_by(danish(Pool.name))
    ).all()


def unapproved() -> Any:
    """Something follows, is lost or is borne by the municipality, and nobody has said yes to it."""
    return and_(CarryOver.approved_at.is_(None), CarryOver.result != 0)


def counts(ctx: Context, year_id: UUID) -> Row[int, int, int, int, int, int, int]:
    """(pools, waiting, result, carried, lost, over cap, posted)."""
    sums = (
        func.coalesce(func.sum(getattr(CarryOver, name)), 0)
        for name in ("result", "carried", "lost", "over_cap", "posted")
    )
    return ctx.session.execute(
        select(func.count(), func.count().filter(unapproved()), *sums).where(
            CarryOver.year_id == year_id
        )
    ).one()


def reservations(ctx: Context, year_id: UUID) -> Sequence[Row[UUID, UUID, str, int]]:
    """(source, pool, its name, amount) of what is asked for and not answered."""
    return ctx.session.execute(
        select(
            MoneyLine.source_id,
            Pool.id,
            Pool.name,
            sql_cast(func.sum(MoneyLine.amount), BigInteger),
        )
        .join(Pool, Pool.id == MoneyLine.pool_id)
        .where(Pool.year_id == year_id, MoneyLine.state == MoneyState.RESERVED)
        .group_by(MoneyLine.source_id, Pool.id, Pool.name)
        .order_by(danish(Pool.name), MoneyLine.source_id)
    ).all()


def carry_overs(sight: Any, year_id: UUID | None = None) -> Select[Any]:
    statement = (
        select(CarryOver)
        .join(Pool, Pool.id == CarryOver.pool_id)
        .where(sight)
        .options(joinedload(CarryOver.pool), joinedload(CarryOver.year))
        .order_by(Pool.kind, danish(Pool.name), CarryOver.id)
    )
    return statement if year_id is None else statement.where(CarryOver.year_id == year_id)


def carry_over(ctx: Context, carry_over_id: UUID, sight: Any) -> CarryOver | None:
    return ctx.session.scalars(
        carry_overs(sight).where(CarryOver.id == carry_over_id),
        execution_options={"populate_existing": True},
    ).one_or_none()


def waiting(ctx: Context, year_id: UUID) -> Sequence[Row[UUID, CarryApprover, UUID]]:
    """(carry-over, who says yes, the unit of its pool) of those nobody has said yes to."""
    return ctx.session.execute(
        select(CarryOver.id, CarryOver.approver, Pool.unit_id)
        .join(Pool, Pool.id == CarryOver.pool_id)
        .where(CarryOver.year_id == year_id, unapproved())
        .order_by(CarryOver.id)
    ).all()


def approved(ctx: Context, year_id: UUID) -> int:
    """How many of the year's carry-overs somebody has said yes to."""
    known = select(func.count()).select_from(CarryOver).where(CarryOver.year_id == year_id)
    return int(ctx.session.scalar(known.where(CarryOver.approved_at.is_not(None))) or 0)


def forget(ctx: Context, year_id: UUID) -> None:
    """What was made up of the year is gone; what was entered of one that was closed never is."""
    ctx.session.execute(
        delete(CarryOver).where(CarryOver.year_id == year_id, CarryOver.postings == 0),
        execution_options={"synchronize_session": "fetch"},
    )


def are_of(ctx: Context, year_id: UUID, ids: Collection[UUID]) -> bool:
    """Whether each of these is a carry-over of the year."""
    known = select(func.count()).select_from(CarryOver).where(CarryOver.year_id == year_id)
    return ctx.session.scalar(known.where(CarryOver.id.in_(ids))) == len(set(ids))


def following(ctx: Context, calendar_year: int) -> BudgetYear | None:
    """The next year, which is not closed itself meanwhile."""
    return ctx.session.scalars(
        select(BudgetYear)
        .where(BudgetYear.year == calendar_year + 1)
        .with_for_update(of=BudgetYear, read=True, key_share=True),
        execution_options={"populate_existing": True},
    ).one_or_none()


def carry_rules(ctx: Context) -> Sequence[CarryRule]:
    """The kinds' own first, then those of single pools."""
    return ctx.session.scalars(
        select(CarryRule).order_by(CarryRule.pool_id.is_not(None), CarryRule.kind, CarryRule.id)
    ).all()


def carry_rule(ctx: Context, *, kind: PoolKind | None, pool_id: UUID | None) -> CarryRule | None:
    statement = select(CarryRule).where(CarryRule.pool_id.is_not_distinct_from(pool_id))
    if pool_id is None:
        statement = statement.where(CarryRule.kind == kind)
    return ctx.session.scalars(statement.with_for_update(of=CarryRule)).one_or_none()


def is_open(ctx: Context, year_id: UUID) -> bool:
    """Something is yet to be entered into the next year."""
    found = select(CarryOver.id).where(CarryOver.year_id == year_id, OPEN != 0).limit(1)
    return ctx.session.scalar(found) is not None


def sums_by_kind(ctx: Context, year_id: UUID) -> Sequence[Row[PoolKind, int, int, int, int, int]]:
    """(kind, pools, carried of what is left, lost, carried of deficits, over cap)."""
    plus, minus = CarryOver.carried > 0, CarryOver.carried < 0

    def whole(what: Any) -> Any:
        return sql_cast(func.coalesce(what, 0), BigInteger)

    return ctx.session.execute(
        select(
            Pool.kind,
            func.count(),
            whole(func.sum(CarryOver.carried).filter(plus)),
            whole(func.sum(CarryOver.lost)),
            whole(-func.sum(CarryOver.carried).filter(minus)),
            whole(func.sum(CarryOver.over_cap)),
        )
        .join(Pool, Pool.id == CarryOver.pool_id)
        .where(CarryOver.year_id == year_id)
        .group_by(Pool.kind)
        .order_by(Pool.kind)
    ).all()


def beyond(ctx: Context, year_id: UUID, limit: int) -> Sequence[CarryOver]:
    """Those that lose something or are over their cap, the largest first."""
    amount = CarryOver.lost + CarryOver.over_cap
    return ctx.session.scalars(
        select(CarryOver)
        .where(CarryOver.year_id == year_id, amount > 0)
        .options(joinedload(CarryOver.pool))
        .order_by(amount.desc(), CarryOver.id)
        .limit(limit)
    ).all()


def live_pools(ctx: Context) -> Sequence[Row[Pool, int]]:
    """(pool, year) of the years that are not closed."""
    return ctx.session.execute(
        select(Pool, BudgetYear.year)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(BudgetYear.state != BudgetYearState.CLOSED)
        .order_by(BudgetYear.year, Pool.kind, danish(Pool.name), Pool.id)
    ).all()
