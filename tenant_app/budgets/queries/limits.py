"""SELECTs of what pools allow: constraints, caps per person, and the lines they count."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import JSONB

from tenant_app.budgets import rules
from tenant_app.budgets.models import (
    BudgetYear,
    ConstraintUse,
    CostLine,
    FundingRuleSet,
    LedgerEntry,
    MoneyLine,
    MoneyState,
    PersonCap,
    PersonUse,
    Policy,
    Pool,
    PoolBalance,
    PoolConstraint,
    PoolKind,
)
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own
from tenant_app.organisation.models import Employee

POSITION = (
    "pool_id",
    "policy",
    "over_level",
    "forms",
    "notify_bp",
    "approve_bp",
    "block_bp",
    "allotted",
    "carried",
    "transferred",
    "reserved",
    "committed",
    "actual",
)
PAID = MoneyLine.amount + MoneyLine.adjusted
"""What a line takes of its pool."""


InForce = Row[*tuple[Any, ...]]
"""See `in_force`."""


def names_of_pools(ctx: Context, pool_ids: Collection[UUID]) -> dict[UUID, str]:
    """Pool → name, of those that exist, in sight or not."""
    found = ctx.session.execute(select(Pool.id, Pool.name).where(Pool.id.in_(pool_ids)))
    return {row.id: row.name for row in found}


def lines_to_settle(
    ctx: Context, source_id: UUID, *, line_id: UUID | None, cost_line: CostLine | None
) -> Sequence[MoneyLine]:
    """The lines of the source's latest submission, locked, in pool id order."""
    newest = (
        select(func.max(MoneyLine.submission))
        .where(MoneyLine.source_id == source_id)
        .scalar_subquery()
    )
    statement = (
        select(MoneyLine)
        .where(MoneyLine.source_id == source_id, MoneyLine.submission == newest)
        .order_by(MoneyLine.pool_id, MoneyLine.id)
        .with_for_update(of=MoneyLine)
    )
    if line_id is not None:
        statement = statement.where(MoneyLine.id == line_id)
    if cost_line is not None:
        statement = statement.where(MoneyLine.cost_line == cost_line)
    return ctx.session.scalars(statement, execution_options={"populate_existing": True}).all()


def is_linked(ctx: Context, line_ids: Collection[UUID], link_id: UUID) -> bool:
    """Whether the link was posted on one of the lines before."""
    found = exists().where(LedgerEntry.line_id.in_(line_ids), LedgerEntry.link_id == link_id)
    return bool(ctx.session.scalar(select(found)))


_RESERVED_OF: Select[*tuple[Any, ...]] = (  # each answer asks it
    only_own(
        select(
            MoneyLine.amount,
            MoneyLine.facts,
            Pool.name,
            *(getattr(PoolBalance, name) for name in POSITION),
        )
        .join(Pool, Pool.id == MoneyLine.pool_id)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .where(
            MoneyLine.source_id == bindparam("source", type_=Uuid()),
            MoneyLine.state == MoneyState.RESERVED,
        )
        .order_by(MoneyLine.pool_id, MoneyLine.id),
        MoneyLine,
        Pool,
        PoolBalance,
    )
)


def reserved_of(ctx: Context, source_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The reserved lines of a source beside the positions of their pools."""
    return ctx.read(_RESERVED_OF, {"source": source_id}).all()


def in_force(ctx: Context, pool_ids: Collection[UUID]) -> Sequence[Row[*tuple[Any, ...]]]:
    """(id, pool or None, name, when or None, most, payer, rule): the active constraints of the
    pools, and the active caps per person; in one SELECT, since every request asks."""
    none = as_type(null(), Uuid)
    constraints = select(
        PoolConstraint.id,
        PoolConstraint.pool_id,
        PoolConstraint.name,
        PoolConstraint.when,
        PoolConstraint.most_bp.label("most"),
        literal(None).label("payer"),
        literal(None).label("rule_name"),
    ).where(PoolConstraint.pool_id.in_(pool_ids), PoolConstraint.is_active)
    caps = select(
        PersonCap.id,
        none,
        PersonCap.name,
        as_type(null(), JSONB),
        PersonCap.most,
        PersonCap.payer,
        PersonCap.rule_name,
    ).where(PersonCap.is_active)
    return ctx.session.execute(constraints.union_all(caps)).all()


def uses_of_persons(
    ctx: Context, employee_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID, int], int]:
    """(cap, employee, year) → what is granted."""
    rows = ctx.session.execute(
        select(PersonUse.cap_id, PersonUse.employee_id, PersonUse.year, PersonUse.used).where(
            PersonUse.employee_id.in_(employee_ids)
        )
    )
    return {(row.cap_id, row.employee_id, row.year): row.used for row in rows}


def covered() -> ColumnElement[bool]:
    """Whether a cap counts a line, given its pool."""
    payer = PersonCap.payer.is_(None) | PersonCap.payer.in_([Pool.kind, "pool:" + Pool.code])
    rule = PersonCap.rule_name.is_(None) | (PersonCap.rule_name == MoneyLine.rule_name)
    return payer & rule & PersonCap.is_active


def per_person() -> Any:
    """(cap, employee, year, sum) of the lines that caps count."""
    return (
        select(
            PersonCap.id.label("cap_id"),
            MoneyLine.employee_id,
            BudgetYear.year,
            func.sum(PAID).label("used"),
        )
        .select_from(MoneyLine)
        .join(Pool, Pool.id == MoneyLine.pool_id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .join(PersonCap, covered())
        .where(MoneyLine.employee_id.is_not(None))
        .group_by(PersonCap.id, MoneyLine.employee_id, BudgetYear.year)
    )


def counted(
    ctx: Context, line_ids: Collection[UUID]
) -> tuple[Sequence[Row[*tuple[Any, ...]]], Sequence[Row[*tuple[Any, ...]]]]:
    """What the lines take: of constraints (id, sum) and of persons (cap, employee, year, sum)."""
    of_constraints = ctx.session.execute(
        select(PoolConstraint.id, func.sum(PAID).label("used"))
        .join(ConstraintUse, ConstraintUse.constraint_id == PoolConstraint.id)
        .join(MoneyLine, MoneyLine.id == ConstraintUse.line_id)
        .where(MoneyLine.id.in_(line_ids), PoolConstraint.is_active)
        .group_by(PoolConstraint.id)
        .order_by(PoolConstraint.id)
    ).all()
    of_persons = ctx.session.execute(
        per_person()
        .where(MoneyLine.id.in_(line_ids))
        .order_by(PersonCap.id, MoneyLine.employee_id, BudgetYear.year)
    ).all()
    return of_constraints, of_persons


def uses_of_lines(ctx: Context, line_ids: Collection[UUID]) -> Sequence[Row[UUID, UUID]]:
    """(active constraint, line)."""
    return ctx.session.execute(
        select(ConstraintUse.constraint_id, ConstraintUse.line_id)
        .join(PoolConstraint, PoolConstraint.id == ConstraintUse.constraint_id)
        .where(ConstraintUse.line_id.in_(line_ids), PoolConstraint.is_active)
        .order_by(ConstraintUse.constraint_id, ConstraintUse.line_id)
    ).all()


def lines_of_persons(ctx: Context, line_ids: Collection[UUID]) -> Sequence[Row[*tuple[Any, ...]]]:
    """(cap, employee, year, line) of the lines that caps count."""
    return ctx.session.execute(
        per_person()
        .add_columns(MoneyLine.id.label("line_id"))
        .group_by(MoneyLine.id)
        .where(MoneyLine.id.in_(line_ids))
        .order_by(PersonCap.id, MoneyLine.employee_id, BudgetYear.year)
    ).all()


def payers_of(ctx: Context, pool_ids: Collection[UUID]) -> dict[UUID, tuple[set[str], int]]:
    """Pool → what rules call it, and its year."""
    rows = ctx.session.execute(
        select(Pool.id, Pool.kind, Pool.code, BudgetYear.year)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(Pool.id.in_(pool_ids))
    )
    return {
        row.id: ({row.kind.value, *([f"pool:{row.code}"] if row.code else [])}, row.year)
        for row in rows
    }


def constraint(ctx: Context, constraint_id: UUID) -> PoolConstraint:
    """As it is now."""
    return ctx.session.scalars(
        select(PoolConstraint).where(PoolConstraint.id == constraint_id),
        execution_options={"populate_existing": True},
    ).one()


def constraints(ctx: Context, pool_ids: Collection[UUID]) -> Sequence[PoolConstraint]:
    """The active ones, by name."""
    return ctx.session.scalars(
        select(PoolConstraint)
        .where(PoolConstraint.pool_id.in_(pool_ids), PoolConstraint.is_active)
        .order_by(danish(PoolConstraint.name), PoolConstraint.id),
        execution_options={"populate_existing": True},
    ).all()


def live_lines(ctx: Context, pool_id: UUID) -> Sequence[MoneyLine]:
    """The pool's lines that are not released."""
    return ctx.session.scalars(
        select(MoneyLine)
        .where(MoneyLine.pool_id == pool_id, MoneyLine.state != MoneyState.RELEASED)
        .order_by(MoneyLine.id)
    ).all()


def caps(ctx: Context) -> Sequence[PersonCap]:
    """The active ones, by name."""
    return ctx.session.scalars(
        select(PersonCap).where(PersonCap.is_active).order_by(danish(PersonCap.name), PersonCap.id)
    ).all()


def cap_named(ctx: Context, name: str) -> PersonCap | None:
    return ctx.session.scalars(select(PersonCap).where(PersonCap.name == name)).one_or_none()


def person_use(ctx: Context, cap_id: UUID, employee_id: UUID, year: int) -> int:
    """What the cap has granted the person in the year, as it is now."""
    found = ctx.session.scalar(
        select(PersonUse.used).where(
            PersonUse.cap_id == cap_id,
            PersonUse.employee_id == employee_id,
            PersonUse.year == year,
        )
    )
    return int(found or 0)


def employee_name(ctx: Context, employee_id: UUID) -> str:
    return str(ctx.session.scalars(select(Employee.name).where(Employee.id == employee_id)).one())


def lock_balances(ctx: Context, pool_ids: Collection[UUID] | None = None) -> None:
    """Nobody sets money aside in the pools (or in any) meanwhile; locked in id order."""
    statement = select(PoolBalance.pool_id).order_by(PoolBalance.pool_id).with_for_update()
    if pool_ids is not None:
        statement = statement.where(PoolBalance.pool_id.in_(pool_ids))
    ctx.session.execute(statement).all()


def every_constraint(ctx: Context, pool_id: UUID) -> Sequence[PoolConstraint]:
    """The pool's constraints, also those that hold no more."""
    return ctx.session.scalars(
        select(PoolConstraint).where(PoolConstraint.pool_id == pool_id).order_by(PoolConstraint.id),
        execution_options={"populate_existing": True},
    ).all()


def alike(ctx: Context, pool: Pool) -> Sequence[UUID]:
    """The pools of the same kind in the same year, that one with them."""
    return ctx.session.scalars(
        select(Pool.id)
        .where(Pool.year_id == pool.year_id, Pool.kind == pool.kind)
        .order_by(Pool.id)
    ).all()


def has_code(ctx: Context, code: str) -> bool:
    return bool(ctx.session.scalar(select(exists().where(Pool.code == code))))


def rule_names(ctx: Context) -> set[str]:
    """What the rules of all versions are called: commitments live on under the old names."""
    return {
        str(rule["name"])
        for found in ctx.session.scalars(select(FundingRuleSet.rules))
        for rule in found
    }


def near_end() -> ColumnElement[bool]:
    """Whether a pool, given its balance, is past its first threshold."""
    held = rules.held(PoolBalance)
    used = PoolBalance.reserved + PoolBalance.committed + PoolBalance.actual
    return and_(
        held > 0,
        used * 10_000 >= held * PoolBalance.notify_bp,
        PoolBalance.policy != literal_column(f"'{Policy.IGNORE.value}'", Text),
    )


Own = Sequence[tuple[Select[UUID], Sequence[PoolKind]]]
"""The units and the kinds of pool in them that somebody answers for."""


def is_near_end(ctx: Context, own: Own) -> ColumnElement[bool]:
    """Whether a pool is of this calendar year or one that is drawn on already, somebody's own, and
    past its first threshold."""
    which = (
        select(Pool.id)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(BudgetYear.year >= ctx.today.year, near_end(), _theirs(own))
    )
    return Pool.id.in_(which)


def count_near_end(ctx: Context, key: str, own: Own) -> Select[Any]:
    """(key, how many pools of this calendar year and the next are past their first threshold), of
    the kinds in the units; for `Context.execute`."""
    counted: Any = (
        select(literal_column(f"'{key}'", Text), func.count())
        .select_from(Pool)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(
            BudgetYear.year >= literal_column(str(ctx.today.year), BigInteger),
            near_end(),
            _theirs(own),
        )
    )
    fenced: Select[Any] = only_own(counted, Pool, PoolBalance, BudgetYear)
    return fenced


def _theirs(own: Own) -> ColumnElement[bool]:
    return or_(
        *(
            Pool.unit_id.in_(units)
            & Pool.kind.in_([literal_column(f"'{kind.value}'", Text) for kind in kinds])
            for units, kinds in own
        )
    )
