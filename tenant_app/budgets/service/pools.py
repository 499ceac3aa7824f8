"""Pools: founded with their allotment, adjusted, guarded by a policy, looked into."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, update

from tenant_app.audit import service as audit
from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import (
    BudgetYear,
    EntryKind,
    Pool,
    PoolBalance,
    PoolKind,
)
from tenant_app.budgets.queries import revising, taking_over
from tenant_app.budgets.rules.revising import can_lose, check_reason
from tenant_app.budgets.service import counting
from tenant_app.budgets.service.allocation import Part
from tenant_app.budgets.service.posting import post
from tenant_app.budgets.service.revising import revise
from tenant_app.budgets.year_models import RevisionKind
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.money import Money, check_amount, show
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind


def found_pools(ctx: Context, year: BudgetYear, parts: Sequence[Part]) -> None:
    """A pool with its balance and its allotment for each part. A step of adopting the year."""
    pools = [
        {"id": uuid7(), "year_id": year.id, "kind": part.kind, "unit_id": part.unit_id}
        | {"name": part.name}
        for part in parts
    ]
    allotted = [
        (UUID(str(pool["id"])), part.amount) for pool, part in zip(pools, parts, strict=True)
    ]
    ctx.insert_many(Pool, pools)
    ctx.insert_many(
        PoolBalance,
        [
            {"pool_id": pool_id, "policy": year.policy, "allotted": amount}
            for pool_id, amount in allotted
        ],
    )
    post(ctx, EntryKind.ALLOTTED, allotted, note=str(year.year))


def open_pool(ctx: Context, year_id: UUID, *, unit_id: UUID) -> Pool:
    """A unit founded after adoption has an empty pool; adjust its allotment to give it money.

    Raises Conflict when it has one, or the year holds no money yet.
    """
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    year, unit = queries.year(ctx, year_id), queries.unit(ctx, unit_id)
    if year is None or unit is None:
        raise NotFound()
    year = queries.hold_year(ctx, year.id)
    rules.check_holds_money(year.year, year.state)
    kinds = {UnitKind.AREA: PoolKind.AREA, UnitKind.INSTITUTION: PoolKind.INSTITUTION}
    if unit.kind not in kinds:
        raise Invalid(N_("Only areas and institutions have pools of their own."), field="unit_id")
    row = {"id": uuid7(), "year_id": year.id, "kind": kinds[unit.kind], "unit_id": unit.id}
    made = ctx.session.execute(
        insert_or_skip(Pool, row | {"name": unit.name}, skip=True)
    ).scalar_one_or_none()
    if made is None:
        raise Conflict(
            N_("“%(unit)s” already has a pool in %(year)s."),
            field="unit_id",
            unit=unit.name,
            year=year.year,
        )
    ctx.insert_many(PoolBalance, [{"pool_id": made, "policy": year.policy}])
    taking_over.take_over(ctx, pool_id=made)
    audit.record(ctx, "budgets.pool_opened", made, new={"unit": unit.number, "year": year.year})
    return pool(ctx, made)


def adjust_allotment(ctx: Context, pool_id: UUID, *, amount: int, reason: str) -> PoolBalance:
    """The pool's allotment is `amount` øre larger (or smaller, when negative).

    A revision of the year with the next number. Raises Invalid without a reason, Conflict when the
    pool would hold less than is bound and spent in it (with *stop* also than is set aside), less
    than nothing, or less than its constraints allow for what is used of them.
    """
    found = _to_manage(ctx, pool_id)
    year = revising.held_year(ctx, found.year_id)
    rules.check_holds_money(year.year, year.state)
    said = check_reason(reason)
    if amount == 0:
        raise Invalid(N_("The adjustment cannot be zero."), field="amount")
    check_amount(amount, negative=True)
    guards: list[ColumnElement[bool]] = [can_lose(PoolBalance, amount)] if amount < 0 else []
    changed = ctx.session.execute(
        update(PoolBalance)
        .where(PoolBalance.pool_id == pool_id, *guards)
        .values(allotted=PoolBalance.allotted + amount)
        .returning(PoolBalance.allotted),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()
    if changed is None:
        balance = queries.locked_balance(ctx, pool_id)
        raise Conflict(
            N_(
                "The pool “%(pool)s” has %(available)s available of %(allotted)s allotted "
                "and cannot give up %(amount)s. Choose a smaller amount."
            ),
            field="amount",
            pool=found.name,
            available=show(balance.available),
            allotted=show(balance.allotted),
            amount=show(-amount),
        )
    if amount < 0:
        counting.check_strings(ctx, pool_id)
    moved = {pool_id: Money(amount)}
    post(ctx, EntryKind.ADJUSTED, moved.items(), note=said)
    revise(ctx, year, kind=RevisionKind.ADJUSTED, amounts=moved, reason=said)
    audit.record(
        ctx,
        "budgets.allotment_adjusted",
        pool_id,
        note=said,
        old={"allotted": changed - amount},
        new={"allotted": changed},
    )
    return positions(ctx, [pool_id])[pool_id]


def positions(ctx: Context, pool_ids: Collection[UUID]) -> dict[UUID, PoolBalance]:
    """Pool → its balance now. For callers that already know that they may see the pools."""
    if not pool_ids:
        return {}
    return {balance.pool_id: balance for balance in queries.balances(ctx, list(pool_ids))}


def pool_names(ctx: Context, pool_ids: Collection[UUID]) -> dict[UUID, str]:
    """Pool → its name, for those in sight."""
    return queries.pool_names(ctx, pool_ids)


def pools_in_sight(ctx: Context) -> ColumnElement[bool]:
    """The one WHERE for what an actor may see of the pools, for screens that list them."""
    return queries.in_sight(ctx)


def pool(ctx: Context, pool_id: UUID) -> Pool:
    """A pool in sight, with unit and year. Raises NotFound."""
    found = queries.pool(ctx, pool_id)
    if found is None:
        raise NotFound()
    return found


def pools(
    ctx: Context,
    *,
    year: int | None = None,
    kind: PoolKind | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Pool]:
    """The pools in sight, with unit and year."""
    ctx.require(Permission.BUDGET_VIEW)
    statement = queries.pools(ctx, calendar_year=year, kind=kind)
    return scalars_page(ctx, statement, page=page, page_size=page_size)


def _to_manage(ctx: Context, pool_id: UUID) -> Pool:
    found = pool(ctx, pool_id)
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    return found
