"""The statement of a pool: what an auditor asks of money with strings attached."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from tenant_app.budgets import rules as budget_rules
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import CostLine, LedgerEntry, Pool, PoolBalance
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import Money
from tenant_app.core.paging import LARGEST_PAGE, Page
from tenant_app.enrolments.queries import statement as queries


@dataclass(frozen=True)
class StatementRow:
    """One entry, with what it was for. What the reader may not see is None."""

    entry: LedgerEntry
    cost_line: CostLine | None
    rule_name: str | None
    rule_version: int | None
    enrolment_id: UUID | None
    unit_number: str | None
    unit_name: str | None
    title: str | None
    form: CourseForm | None
    person: str | None
    by: str | None
    constraints: Sequence[str]

    @property
    def income(self) -> Money:
        """What the entry gave the pool, or took back."""
        return Money(self.entry.allotted + self.entry.carried + self.entry.transferred)


@dataclass(frozen=True)
class ConstraintSum:
    """How far a constraint is used."""

    name: str
    when: dict[str, Any]
    most_bp: int
    cap: Money
    used: Money
    """Asked for, bound and spent."""
    spent: Money
    lines: int

    @property
    def left(self) -> Money:
        return Money(self.cap - self.used)

    @property
    def used_bp(self) -> int | None:
        """Share of the cap."""
        return int(self.used) * 10_000 // self.cap if self.cap > 0 else None


@dataclass(frozen=True)
class PoolStatement:
    """The pool, its position, and its constraints; the entries come in pages."""

    pool: Pool
    position: PoolBalance
    held: Money
    constraints: Sequence[ConstraintSum]


def pool_statement(ctx: Context, pool_id: UUID) -> PoolStatement:
    """What the pool holds and how far each constraint is used. Raises NotFound out of sight."""
    ctx.require(Permission.BUDGET_VIEW)
    pool = budgets.pool(ctx, pool_id)
    position = budgets.positions(ctx, [pool.id])[pool.id]
    held = int(budget_rules.held(position))
    spent = queries.spent_of(ctx, pool.id)
    sums = [
        ConstraintSum(
            name=each.name,
            when=each.when,
            most_bp=each.most_bp,
            cap=budget_rules.cap_of(each.most_bp, held),
            used=each.used,
            spent=Money(spent.get(each.id, (0, 0))[1]),
            lines=spent.get(each.id, (0, 0))[0],
        )
        for each in budgets.constraints_of(ctx, pool.id)
    ]
    return PoolStatement(pool, position, Money(held), sums)


def statement_rows(
    ctx: Context,
    pool_id: UUID,
    *,
    page: int = 1,
    page_size: int = 50,
    newest_first: bool = False,
) -> Page[StatementRow]:
    """Every entry of a pool in sight, oldest first, or the other way round."""
    ctx.require(Permission.BUDGET_VIEW)
    pool = budgets.pool(ctx, pool_id)
    page, size = max(1, page), max(1, min(page_size, LARGEST_PAGE))
    entries = (queries.newest_first if newest_first else queries.statement)(ctx, pool.id)
    asked = entries.limit(size + 1).offset((page - 1) * size)
    found = ctx.session.execute(asked).all()
    return Page(_shown(ctx, found[:size]), page, size, len(found) > size)


def whole_statement(ctx: Context, pool_id: UUID) -> Iterator[StatementRow]:
    """The same, all of it: for a file."""
    ctx.require(Permission.BUDGET_VIEW)
    pool = budgets.pool(ctx, pool_id)
    for rows in queries.streamed(ctx, pool.id):
        yield from _shown(ctx, rows)


@dataclass(frozen=True)
class WhatFor:
    """What a money line pays. What the reader may not see is None."""

    cost_line: CostLine
    enrolment_id: UUID | None
    title: str | None
    person: str | None


def what_for(ctx: Context, line_ids: Collection[UUID]) -> dict[UUID, WhatFor]:
    """Line → what it pays, for callers that show entries the reader may see."""
    ctx.require(Permission.BUDGET_VIEW)
    rows = queries.what_for(ctx, line_ids) if line_ids else ()
    return {row[0]: WhatFor(row[1], row[2], row[3], row[4]) for row in rows}


def _shown(ctx: Context, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[StatementRow]:
    lines = {row[0].line_id for row in rows if row[0].line_id is not None}
    counted = queries.counted_to(ctx, lines) if lines else {}
    facts: list[list[Any]] = [[*row, counted.get(row[0].line_id, ())] for row in rows]
    return [StatementRow(*each) for each in facts]


budgets.SEEN_LINES.append(queries.seen_lines)
