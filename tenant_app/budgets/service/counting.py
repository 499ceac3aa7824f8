"""What a line counts against: the constraints of its pool, and the caps of the person it is for.

The counters are rows, and a request fits when the conditional UPDATE of the counter says so. A
pool's constraints are changed only by those who hold its balance; caps by those who hold all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, UniqueConstraint, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from tenant_app.budgets import rules
from tenant_app.budgets.models import (
    ConstraintUse,
    MoneyState,
    PersonCap,
    PersonUse,
    PoolBalance,
    PoolConstraint,
)
from tenant_app.budgets.models import MoneyLine as Line
from tenant_app.budgets.queries import limits, strings
from tenant_app.budgets.rules import EarmarkExceeded, PersonCapExceeded
from tenant_app.budgets.rules.revising import strings_break
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.money import Money

[ONE_ROW] = [
    each
    for each in PersonUse.metadata.tables["person_uses"].constraints
    if isinstance(each, UniqueConstraint)
]
UNSEEN = {"synchronize_session": False}
Moved = Sequence[tuple[UUID, UUID, Money]]


def count(
    ctx: Context,
    moved: Moved,
    *,
    facts: Mapping[str, Any],
    names: Mapping[UUID, str],
    employee_id: UUID | None,
) -> None:
    """New lines are counted. A step of the ledger, after it has locked the balances.

    Raises EarmarkExceeded and PersonCapExceeded.
    """
    if not moved:
        return
    found = limits.in_force(ctx, {pool_id for _, pool_id, _ in moved})
    for row in sorted(found, key=lambda row: row.id):
        if row.pool_id is not None and rules.matching(row.when, facts):
            lines = [(line, amount) for line, pool_id, amount in moved if pool_id == row.pool_id]
            ctx.insert_many(
                ConstraintUse, [{"constraint_id": row.id, "line_id": line} for line, _ in lines]
            )
            _use(ctx, row.id, sum(amount for _, amount in lines), pool=names[row.pool_id])
    caps = sorted((row for row in found if row.pool_id is None), key=lambda row: row.id)
    if caps and employee_id is not None:
        _count_person(ctx, moved, caps, employee_id)


def _use(ctx: Context, constraint_id: UUID, amount: int, *, pool: str) -> None:
    held = (
        select(rules.held(PoolBalance))
        .where(PoolBalance.pool_id == PoolConstraint.pool_id)
        .correlate(PoolConstraint)
        .scalar_subquery()
    )
    statement = (
        update(PoolConstraint)
        .where(PoolConstraint.id == constraint_id)
        .values(used=PoolConstraint.used + amount)
        .returning(PoolConstraint.id)
    )
    if amount > 0:
        statement = statement.where(
            (PoolConstraint.used + amount) * 10_000 <= PoolConstraint.most_bp * held
        )
    if ctx.session.execute(statement, execution_options=UNSEEN).all():
        return
    # The pool's balance is held, so nobody changes either of the two meanwhile.
    found = limits.constraint(ctx, constraint_id)
    balance = ctx.session.scalars(
        select(PoolBalance).where(PoolBalance.pool_id == found.pool_id),
        execution_options={"populate_existing": True},
    ).one()
    raise EarmarkExceeded(
        pool=pool,
        name=found.name,
        most_bp=found.most_bp,
        cap=rules.cap_of(found.most_bp, int(rules.held(balance))),
        used=found.used,
        amount=amount,
    )


def check_strings(ctx: Context, pool_id: UUID) -> None:
    """After a pool was made smaller: its constraints still allow what is used of them. The pool's
    balance is held. Raises Conflict."""
    found = strings.broken(ctx, pool_id)
    if found is not None:
        raise strings_break(
            found.pool,
            found.name,
            most_bp=found.most_bp,
            used=int(found.used),
            held=int(found.held),
        )


def _count_person(
    ctx: Context, moved: Moved, caps: Sequence[Row[*tuple[Any, ...]]], employee_id: UUID
) -> None:
    called = limits.payers_of(ctx, {pool_id for _, pool_id, _ in moved})
    ruled = dict.fromkeys((line for line, *_ in moved), "")
    if any(cap.rule_name for cap in caps):
        rows = ctx.session.execute(select(Line.id, Line.rule_name).where(Line.id.in_(ruled)))
        ruled |= {row.id: row.rule_name for row in rows}
    for cap in caps:
        sums: dict[int, int] = {}
        for line, pool_id, amount in moved:
            payers, year = called[pool_id]
            if cap.payer in {None, *payers} and cap.rule_name in {None, ruled[line]}:
                sums[year] = sums.get(year, 0) + amount
        for year in sorted(sums):
            _use_person(ctx, cap, employee_id, year, sums[year])


def _use_person(
    ctx: Context, cap: Row[*tuple[Any, ...]], employee_id: UUID, year: int, amount: int
) -> None:
    fresh = pg_insert(PersonUse).values(
        id=uuid7(), cap_id=cap.id, employee_id=employee_id, year=year, used=amount
    )
    used = PersonUse.used + fresh.excluded.used
    statement = fresh.on_conflict_do_update(
        constraint=ONE_ROW,
        set_={"used": used},
        where=used <= cap.most,
    ).returning(PersonUse.id)
    if amount <= cap.most and ctx.session.execute(statement).all():
        return
    raise PersonCapExceeded(
        person=limits.employee_name(ctx, employee_id),
        cap=cap.name,
        year=year,
        most=cap.most,
        used=limits.person_use(ctx, cap.id, employee_id, year),
        amount=amount,
    )


def uncount(ctx: Context, line_ids: Collection[UUID]) -> None:
    """Released lines count no more."""
    of_constraints, of_persons = limits.counted(ctx, line_ids)
    for row in of_constraints:
        ctx.session.execute(
            update(PoolConstraint)
            .where(PoolConstraint.id == row.id)
            .values(used=PoolConstraint.used - row.used),
            execution_options=UNSEEN,
        )
    for row in of_persons:
        _add_to_person(ctx, row, -row.used)


def count_difference(ctx: Context, differences: Mapping[UUID, Money]) -> None:
    """Lines that an invoice made dearer or cheaper. Raises EarmarkExceeded; a person's cap is not
    asked again, since what was agreed has been held."""
    moved = {line: amount for line, amount in differences.items() if amount}
    if not moved:
        return
    sums: dict[UUID, int] = {}
    for row in limits.uses_of_lines(ctx, moved):
        sums[row.constraint_id] = sums.get(row.constraint_id, 0) + moved[row.line_id]
    for constraint_id in sorted(sums):
        pool_id = limits.constraint(ctx, constraint_id).pool_id
        name = limits.names_of_pools(ctx, [pool_id])[pool_id]
        _use(ctx, constraint_id, sums[constraint_id], pool=name)
    for row in limits.lines_of_persons(ctx, moved):
        _add_to_person(ctx, row, moved[row.line_id])


def count_kept(ctx: Context, line: Line, amount: Money) -> None:
    """A released line, which counted as nothing, is spent with the amount after all. It counts
    against what is in force now: strings and caps that were set meanwhile do not know it. Raises
    EarmarkExceeded; caps as `count_difference` has them."""
    known = {row.constraint_id for row in limits.uses_of_lines(ctx, [line.id])}
    new = [
        row.id
        for row in limits.in_force(ctx, [line.pool_id])
        if row.pool_id is not None and row.id not in known and rules.matching(row.when, line.facts)
    ]
    if new:
        ctx.insert_many(
            ConstraintUse, [{"constraint_id": each, "line_id": line.id} for each in sorted(new)]
        )
    for row in limits.lines_of_persons(ctx, [line.id]):
        none = pg_insert(PersonUse).values(
            id=uuid7(), cap_id=row.cap_id, employee_id=row.employee_id, year=row.year, used=0
        )
        ctx.session.execute(none.on_conflict_do_nothing(constraint=ONE_ROW))
    count_difference(ctx, {line.id: amount})


def _add_to_person(ctx: Context, row: Row[*tuple[Any, ...]], amount: int) -> None:
    ctx.session.execute(
        update(PersonUse)
        .where(
            PersonUse.cap_id == row.cap_id,
            PersonUse.employee_id == row.employee_id,
            PersonUse.year == row.year,
        )
        .values(used=PersonUse.used + amount),
        execution_options=UNSEEN,
    )


def recount_pool(ctx: Context, pool_id: UUID) -> None:
    """The pool's constraints count its live lines afresh. The caller holds its balance."""
    found = limits.constraints(ctx, [pool_id])
    every = select(PoolConstraint.id).where(PoolConstraint.pool_id == pool_id)
    ctx.session.execute(
        delete(ConstraintUse).where(ConstraintUse.constraint_id.in_(every)),
        execution_options=UNSEEN,
    )
    lines = limits.live_lines(ctx, pool_id)
    for constraint in found:
        counted = [line for line in lines if rules.matching(constraint.when, line.facts)]
        ctx.insert_many(
            ConstraintUse,
            [{"constraint_id": constraint.id, "line_id": line.id} for line in counted],
        )
        constraint.used = Money(sum(line.amount + line.adjusted for line in counted))
    ctx.session.flush()


def recount_cap(ctx: Context, cap: PersonCap) -> None:
    """The cap counts every live line afresh. The caller holds all balances."""
    ctx.session.flush()
    ctx.session.execute(
        delete(PersonUse).where(PersonUse.cap_id == cap.id), execution_options=UNSEEN
    )
    if not cap.is_active:
        return
    live = limits.per_person().where(PersonCap.id == cap.id, Line.state != MoneyState.RELEASED)
    rows = [
        {"id": uuid7(), "cap_id": row.cap_id, "employee_id": row.employee_id}
        | {"year": row.year, "used": row.used}
        for row in ctx.session.execute(live)
    ]
    if rows:
        ctx.session.execute(insert(PersonUse), rows)
