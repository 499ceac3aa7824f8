"""SELECTs of years, pools and the ledger. Used by this room only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Row,
    Select,
    any_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from tenant_app.budgets.models import (
    BudgetYear,
    CostLine,
    FundingRuleSet,
    LedgerEntry,
    MoneyLine,
    MoneyState,
    Pool,
    PoolBalance,
    PoolKind,
)
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement


def _on(day: date) -> ColumnElement[bool]:
    return (UnitPlacement.from_date <= day) & (
        UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > day)
    )


# -- years


def year(ctx: Context, year_id: UUID, *, lock: bool = False) -> BudgetYear | None:
    statement = select(BudgetYear).where(BudgetYear.id == year_id)
    if lock:
        statement = statement.with_for_update(of=BudgetYear)
    return ctx.session.scalars(
        statement, execution_options={"populate_existing": lock}
    ).one_or_none()


def hold_year(ctx: Context, year_id: UUID) -> BudgetYear:
    """The year is neither closed nor taken back meanwhile; what else happens in it, revisions too,
    does not wait."""
    return ctx.session.scalars(
        select(BudgetYear)
        .where(BudgetYear.id == year_id)
        .with_for_update(of=BudgetYear, read=True, key_share=True),
        execution_options={"populate_existing": True},
    ).one()


def year_of(ctx: Context, calendar_year: int) -> BudgetYear | None:
    return ctx.session.scalars(
        select(BudgetYear).where(BudgetYear.year == calendar_year)
    ).one_or_none()


def years() -> Select[Any]:
    return select(BudgetYear).order_by(BudgetYear.year.desc())


def has_areas(ctx: Context, day: date) -> bool:
    return bool(
        ctx.session.scalar(
            select(
                exists().where(
                    Unit.kind == UnitKind.AREA, UnitPlacement.unit_id == Unit.id, _on(day)
                )
            )
        )
    )


def holders(ctx: Context, day: date) -> Sequence[Row[Unit, str]]:
    """(unit, path) of the municipality, its areas and institutions on the day, by path."""
    kinds = (UnitKind.MUNICIPALITY, UnitKind.AREA, UnitKind.INSTITUTION)
    return ctx.session.execute(
        select(Unit, UnitPlacement.path)
        .join(UnitPlacement, UnitPlacement.unit_id == Unit.id)
        .where(Unit.kind.in_(kinds), _on(day))
        .order_by(Unit.number)
    ).all()


# -- pools


def in_sight(ctx: Context) -> ColumnElement[bool]:
    """The pools an actor may see: those of the units in sight, and of the areas above them.

    A leader follows the institution's pool and the area's; the central pool, its position and its
    entries are seen from the root only. What a request or an application lacks there is told to
    whoever makes it, in the refusal: else nobody could ask for what fits.
    """
    own = Pool.unit_id.in_(organisation.visible_units(ctx, Permission.BUDGET_VIEW))
    above = {
        prefix for path in ctx.actor.paths(Permission.BUDGET_VIEW) for prefix in _prefixes(path)
    }
    areas = select(UnitPlacement.unit_id).where(
        or_(false(), UnitPlacement.path.in_(sorted(above))), _on(ctx.today)
    )
    return own | ((Pool.kind == PoolKind.AREA) & Pool.unit_id.in_(areas))


def _prefixes(path: str) -> list[str]:
    """'1.2.17.' → ['1.', '1.2.', '1.2.17.']."""
    steps = path.split(".")[:-1]
    return [".".join(steps[: i + 1]) + "." for i in range(len(steps))]


def pool(ctx: Context, pool_id: UUID) -> Pool | None:
    return ctx.session.scalars(
        select(Pool)
        .where(Pool.id == pool_id, in_sight(ctx))
        .options(joinedload(Pool.unit), joinedload(Pool.year))
    ).one_or_none()


def pools(
    ctx: Context, *, calendar_year: int | None = None, kind: PoolKind | None = None
) -> Select[Any]:
    statement = (
        select(Pool)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(in_sight(ctx))
        .options(joinedload(Pool.unit), joinedload(Pool.year))
        .order_by(BudgetYear.year.desc(), Pool.kind, danish(Pool.name), Pool.id)
    )
    if calendar_year is not None:
        statement = statement.where(BudgetYear.year == calendar_year)
    if kind is not None:
        statement = statement.where(Pool.kind == kind)
    return statement


def pool_names(ctx: Context, pool_ids: Collection[UUID]) -> dict[UUID, str]:
    found = ctx.session.execute(
        select(Pool.id, Pool.name).where(Pool.id.in_(pool_ids), in_sight(ctx))
    )
    return {row.id: row.name for row in found}


def name_of_pool(ctx: Context, pool_id: UUID) -> str:
    """What a pool that pays is called, also where the actor does not see its position."""
    return str(ctx.session.scalars(select(Pool.name).where(Pool.id == pool_id)).one())


_YEARS, _STEPS = (bindparam(name, type_=ARRAY(BigInteger())) for name in ("years", "steps"))
_PAYERS = (  # built once: every cost card asks it
    only_own(
        select(Unit.seq, Pool, BudgetYear, PoolBalance)
        .join(Pool, Unit.id == Pool.unit_id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .where(
            BudgetYear.year == any_(_YEARS),
            (Unit.seq == any_(_STEPS)) | Pool.code.is_not(None),
        ),
        Unit,
        Pool,
        BudgetYear,
        PoolBalance,
    )
)


def payers(
    ctx: Context, calendar_years: Collection[int], steps: Collection[int]
) -> Sequence[Row[int, Pool, BudgetYear, PoolBalance]]:
    """(step of a path, a pool of its unit, the pool's year, its balance). Pools with a code pay
    for everybody, wherever their owner hangs."""
    asked = {"years": sorted(calendar_years), "steps": sorted(steps)}
    return ctx.load(_PAYERS, asked).all()


def unit(ctx: Context, unit_id: UUID) -> Unit | None:
    return ctx.session.scalars(select(Unit).where(Unit.id == unit_id)).one_or_none()


def balances(ctx: Context, pool_ids: Collection[UUID]) -> Sequence[PoolBalance]:
    """As they stand now: the verbs change them past the session's memory."""
    return ctx.session.scalars(
        select(PoolBalance).where(PoolBalance.pool_id.in_(pool_ids)),
        execution_options={"populate_existing": True},
    ).all()


def locked_balance(ctx: Context, pool_id: UUID) -> PoolBalance:
    return ctx.session.scalars(
        select(PoolBalance).where(PoolBalance.pool_id == pool_id).with_for_update(of=PoolBalance),
        execution_options={"populate_existing": True},
    ).one()


# -- ledger


def name_where(told: ColumnElement[bool]) -> ColumnElement[str]:
    """Of an entry, who made it, or nobody."""
    return case((told, LedgerEntry.actor_name), else_="")


def entries(pool_id: UUID, name: ColumnElement[str]) -> Select[Any]:
    """The columns of each entry of the pool, with the name that is told; newest first."""
    columns = (each for each in LedgerEntry.__table__.columns if each.name != "actor_name")
    return (
        select(*(getattr(LedgerEntry, each.name) for each in columns), name.label("actor_name"))
        .where(LedgerEntry.pool_id == pool_id)
        .order_by(LedgerEntry.booked_on.desc(), LedgerEntry.id.desc())
    )


_COST_ORDER = case(
    {line.value: place for place, line in enumerate(CostLine)}, value=MoneyLine.cost_line
)


def lines(ctx: Context, source_ids: Collection[UUID]) -> Sequence[MoneyLine]:
    return ctx.session.scalars(
        select(MoneyLine)
        .where(MoneyLine.source_id.in_(source_ids))
        .options(joinedload(MoneyLine.pool).joinedload(Pool.year))
        # The fee first, then cover, materials and travel, as everywhere.
        .order_by(MoneyLine.source_id, MoneyLine.submission, _COST_ORDER, MoneyLine.id),
        execution_options={"populate_existing": True},
    ).all()


def latest_states(ctx: Context, source_id: UUID) -> set[MoneyState]:
    """The states of the lines of the source's latest submission."""
    newest = (
        select(func.max(MoneyLine.submission))
        .where(MoneyLine.source_id == source_id)
        .scalar_subquery()
    )
    return set(
        ctx.session.scalars(
            select(MoneyLine.state)
            .where(MoneyLine.source_id == source_id, MoneyLine.submission == newest)
            .distinct()
        )
    )


# -- funding rules


_RULES_ON = only_own(
    select(FundingRuleSet)
    .where(FundingRuleSet.valid_from <= bindparam("day", type_=Date()))
    .order_by(FundingRuleSet.valid_from.desc(), FundingRuleSet.version.desc())
    .limit(1),
    FundingRuleSet,
)


def rules_on(ctx: Context, day: date) -> FundingRuleSet | None:
    return ctx.load(_RULES_ON, {"day": day}).scalar_one_or_none()


def newest_version(ctx: Context) -> int:
    return int(ctx.session.scalar(select(func.max(FundingRuleSet.version))) or 0)


def rule_sets() -> Select[Any]:
    return select(FundingRuleSet).order_by(FundingRuleSet.version.desc())
