"""The budget year: drafted, adopted with its pools, opened for requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import BudgetYear, BudgetYearState, Policy
from tenant_app.budgets.queries import taking_over
from tenant_app.budgets.service.allocation import allocate
from tenant_app.budgets.service.pools import found_pools
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation


def create_year(
    ctx: Context,
    *,
    year: int,
    frame: int,
    central_bp: int,
    area_bp: int = 0,
    allocation: Sequence[Mapping[str, Any]] | None = None,
    policy: Policy = Policy.STOP,
    limits: Mapping[str, Mapping[str, int]] | None = None,
) -> BudgetYear:
    """A draft of the year. The frame is in whole øre, the shares in basis points; what is neither
    central nor the areas' goes to the institutions. Raises Invalid, or Conflict when it exists."""
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    key = [dict(entry) for entry in allocation or rules.DEFAULT_ALLOCATION]
    rules.check_year(year)
    facts: dict[str, Any] = {"frame": frame, "central_bp": central_bp, "area_bp": area_bp}
    facts |= {"allocation": key, "limits": _plain(limits or {})}
    _check(ctx, year, **facts)
    facts |= {"policy": rules.check_policy(policy)}
    row = facts | {"id": uuid7(), "year": year, "state": BudgetYearState.DRAFT}
    made = ctx.session.execute(insert_or_skip(BudgetYear, row, skip=True)).scalar_one_or_none()
    if made is None:
        raise Conflict(
            N_("The budget year %(year)s exists already. Change that one."),
            field="year",
            year=year,
        )
    audit.record(ctx, "budgets.year_created", made, new={"year": year} | facts)
    return ctx.session.get_one(BudgetYear, made)


def change_year(
    ctx: Context,
    year_id: UUID,
    *,
    frame: int | None = None,
    central_bp: int | None = None,
    area_bp: int | None = None,
    allocation: Sequence[Mapping[str, Any]] | None = None,
    policy: Policy | None = None,
    limits: Mapping[str, Mapping[str, int]] | None = None,
) -> BudgetYear:
    """The draft holds the new facts; what is not given stays. Raises Conflict once adopted."""
    year = _to_manage(ctx, year_id)
    rules.check_draft(year.year, year.state)
    given = {
        "frame": frame,
        "central_bp": central_bp,
        "area_bp": area_bp,
        "allocation": None if allocation is None else [dict(entry) for entry in allocation],
        "limits": None if limits is None else _plain(limits),
        "policy": None if policy is None else rules.check_policy(policy),
    }
    new = {name: value for name, value in given.items() if value is not None}
    old = {name: getattr(year, name) for name in given}
    facts = old | new
    del facts["policy"]
    _check(ctx, year.year, **facts)
    for name, value in new.items():
        setattr(year, name, value)
    audit.record(
        ctx, "budgets.year_changed", year.id, old={name: old[name] for name in new}, new=new
    )
    return year


def adopt(ctx: Context, year_id: UUID) -> BudgetYear:
    """The frame is divided: a pool for the municipality, each area (when areas have a share) and
    each institution, each with its part allotted. The parts add up to the frame to the øre. What
    the pools did the year before, and what they may carry over, goes along.

    Raises Conflict when the year is adopted already or the frame cannot be divided so.
    """
    year = _to_manage(ctx, year_id)
    rules.check_move(year.year, year.state, BudgetYearState.ADOPTED)
    rules.check_money(year.frame)
    allocation = allocate(ctx, year)
    found_pools(ctx, year, allocation.parts)
    pools, caps, _strings = taking_over.take_over(ctx, year_id=year.id)
    year.state = BudgetYearState.ADOPTED
    year.adopted_at = ctx.now
    audit.record(
        ctx,
        "budgets.year_adopted",
        year.id,
        new={"frame": year.frame, "pools": len(allocation.parts), "on": allocation.figures_on}
        | {"taken_over": pools, "caps": caps},
    )
    return year


def open_year(ctx: Context, year_id: UUID) -> BudgetYear:
    """Requests can draw on the year. Raises Conflict unless it is adopted."""
    year = _to_manage(ctx, year_id)
    rules.check_move(year.year, year.state, BudgetYearState.OPEN)
    year.state = BudgetYearState.OPEN
    audit.record(ctx, "budgets.year_opened", year.id)
    return year


def set_closing_day(ctx: Context, year_id: UUID, day: date) -> BudgetYear:
    """The closing of the year can begin from the day on. Raises Invalid for one that is not about
    New Year, and Conflict once it has begun."""
    year = _to_manage(ctx, year_id)
    rules.check_closing_day(year.year, year.state, day)
    old, year.closes_from = year.may_close_from, day
    if old != day:
        audit.record(
            ctx,
            "budgets.closing_day_set",
            year.id,
            old={"closes_from": old},
            new={"closes_from": day},
        )
    return year


def year_for(ctx: Context, day: date) -> BudgetYear:
    """The open year that pays on the day. Raises Conflict when there is none."""
    year = queries.year_of(ctx, day.year)
    if year is not None and year.state in {BudgetYearState.CLOSING, BudgetYearState.CLOSED}:
        raise Conflict(
            N_(
                "The budget year %(year)s is closing and takes no new requests. Choose dates in "
                "a year that is open."
            ),
            year=day.year,
        )
    if year is None or year.state is not BudgetYearState.OPEN:
        raise Conflict(
            N_("The budget year %(year)s is not open. Ask the administration to open it."),
            year=day.year,
        )
    return year


def budget_year(ctx: Context, year_id: UUID) -> BudgetYear:
    """The year. Its frame and split are public in the municipality: any BUDGET_VIEW will do."""
    ctx.require(Permission.BUDGET_VIEW)
    year = queries.year(ctx, year_id)
    if year is None:
        raise NotFound()
    return year


def years(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[BudgetYear]:
    """All years, newest first."""
    ctx.require(Permission.BUDGET_VIEW)
    return scalars_page(ctx, queries.years(), page=page, page_size=page_size)


def _to_manage(ctx: Context, year_id: UUID) -> BudgetYear:
    """The year, locked. Those without BUDGET_VIEW are told nothing of it."""
    if not ctx.actor.may(Permission.BUDGET_VIEW):
        raise NotFound()
    year = queries.year(ctx, year_id, lock=True)
    if year is None:
        raise NotFound()
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    return year


def _check(
    ctx: Context,
    year: int,
    *,
    frame: int,
    central_bp: int,
    area_bp: int,
    allocation: Sequence[Mapping[str, Any]],
    limits: Mapping[str, Mapping[str, int]],
) -> None:
    day = rules.figures_day(year, ctx.today)
    rules.check_frame(
        frame,
        central_bp=central_bp,
        area_bp=area_bp,
        has_areas=bool(area_bp) and queries.has_areas(ctx, day),
    )
    rules.check_allocation(allocation)
    rules.check_limits(limits, allocation)


def _plain(limits: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """As they are kept; an end without a limit is left out."""
    return {
        end: dict(limit) if isinstance(limit, Mapping) else limit
        for end, limit in limits.items()
        if limit
    }
