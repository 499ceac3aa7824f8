"""Explain any number: the entries that make it, and the rule behind each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import CostLine, EntryKind, PoolKind
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.core.paging import LARGEST_PAGE, Page
from tenant_app.organisation import service as organisation
from tenant_app.reports import rules
from tenant_app.reports.queries import explaining
from tenant_app.reports.queries.closing import behind, of_kind, sums

PAGE = 50


@dataclass(frozen=True)
class Behind:
    """An entry, what it adds to the figure, and what it is for."""

    id: UUID
    booked_on: date
    kind: EntryKind
    amount: int
    """In øre, with the sign it has in the figure."""
    pool_id: UUID
    pool: str
    by: str
    note: str
    cost_line: CostLine | None
    share_bp: int | None
    rule_name: str | None
    rule_version: int | None
    rules_id: UUID | None
    """The version's page; None where no rule decided or it was another room's money."""
    enrolment_id: UUID | None
    """None also for requests of units that the reader does not see."""
    person: str | None
    course: str | None


@dataclass(frozen=True)
class Explanation:
    """A figure, and a page of the entries whose amounts add up to it."""

    column: str
    name: str
    """The pool or unit; empty for all that the reader sees."""
    year: int
    as_of: date | None
    data_time: datetime | None
    """Of the report or the closing that shows the figure; None for one that is live."""
    cover: rules.Cover | None
    kind: PoolKind | None
    closing: rules.ClosingPart | None
    closing_total: int | None
    """A figure of the closing itself: what the caps made of the result that the entries are."""
    closing_pools: int | None
    total: int
    count: int
    entries: Page[Behind]


def explain(
    ctx: Context,
    *,
    column: str,
    year: int | None = None,
    pool_id: UUID | None = None,
    unit_id: UUID | None = None,
    own: bool = False,
    as_of: date | None = None,
    cover: rules.Cover | None = None,
    kind: PoolKind | None = None,
    closing: rules.ClosingPart | None = None,
    page: int = 1,
    page_size: int = PAGE,
) -> Explanation:
    """The figure of a pool, of a unit with all below it (or its `own` pools), or of all pools in
    sight in the year.

    With a day it is the figure of that day's usage report, as the report was made; without it the
    one that stands now. `closing` names a figure of the closing of the year instead: the entries
    are those of the pools that have some of it, as they were when it was made up. `cover` leaves
    out what pays cover, or all else; `kind` all pools but those of the kind. Raises Invalid,
    NotFound.
    """
    ctx.require(Permission.BUDGET_VIEW)
    if closing is not None:
        column = rules.column_of(closing)
    rules.check_column(column)
    name, pools = "", None
    if pool_id is not None:
        pool = budgets.pool(ctx, pool_id)
        name, year = pool.name, pool.year.year
        pools = explaining.one_pool(pool_id)
    if year is None:
        raise Invalid(N_("Say which year the figure is of."), field="year")
    run = explaining.run_of(ctx, year, as_of) if as_of is not None else None
    if pools is None and unit_id is not None:
        visible = organisation.visible_units(ctx, Permission.BUDGET_VIEW)
        found = explaining.unit_name(ctx, unit_id, visible)
        if found is None:
            raise NotFound()
        day = rules.standing_day(year, as_of or ctx.today)
        name = found
        pools = explaining.pools_of_unit(unit_id, year, day=day, own=own, visible=visible)
    elif pools is None:
        pools = explaining.pools_in_sight(ctx, year)
    known_at = run.data_time if run is not None else None
    closing_total = closing_pools = None
    if kind is not None:
        pools = and_(pools, of_kind(kind))
    which = explaining.of_pools(pools)
    if closing is not None:
        closing_total, known_at, closing_pools = sums(ctx, year, pools, closing)
        which = behind(ctx, year, pools, closing)
    asked: dict[str, Any] = {"cover": cover, "until": as_of, "known_at": known_at}
    page, size = max(1, page), max(1, min(page_size, LARGEST_PAGE))
    total, count = explaining.sum_of(ctx, column, which, **asked)
    rows = explaining.entries(
        ctx,
        column,
        which,
        **asked,
        seen=organisation.visible_units(ctx, Permission.ENROLMENT_VIEW),
        page=page,
        page_size=size,
    )
    return Explanation(
        column=column,
        name=name,
        year=year,
        as_of=as_of,
        data_time=known_at,
        cover=cover,
        kind=kind,
        closing=closing,
        closing_total=closing_total,
        closing_pools=closing_pools,
        total=total,
        count=count,
        entries=Page(
            items=[_behind(row) for row in rows[:size]],
            page=page,
            page_size=size,
            has_more=len(rows) > size,
        ),
    )


def _behind(row: Any) -> Behind:
    return Behind(
        id=row.id,
        booked_on=row.booked_on,
        kind=row.kind,
        amount=int(row.amount),
        pool_id=row.pool_id,
        pool=row.pool,
        by=row.actor_name,
        note=row.note,
        cost_line=row.cost_line,
        share_bp=row.share_bp,
        rule_name=row.rule_name,
        rule_version=row.rule_version,
        rules_id=row.rules_id,
        enrolment_id=row.enrolment_id,
        person=row.person,
        course=row.course,
    )
