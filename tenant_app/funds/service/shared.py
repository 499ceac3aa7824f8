"""What every verb of this room does: find, ask who may, and move on."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYearState, Pool, PoolKind
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Conflict, NotFound
from tenant_app.funds import queries, rules
from tenant_app.funds.models import FundApplication, FundState
from tenant_app.organisation import service as organisation

HOLDS_MONEY = (BudgetYearState.ADOPTED, BudgetYearState.OPEN)


def find(ctx: Context, application_id: UUID, *, lock: bool = False) -> FundApplication:
    """An application in sight. Raises NotFound."""
    found: FundApplication | None = queries.application(ctx, application_id, lock=lock)
    if found is None:
        raise NotFound()
    return found


def find_to_apply(ctx: Context, application_id: UUID) -> FundApplication:
    """The application, locked, for those who lead its unit. Raises NotFound and Forbidden."""
    found = find(ctx, application_id, lock=True)
    ctx.require(Permission.FUNDS_APPLY, at=organisation.path_at(ctx, found.unit_id))
    return found


def find_to_manage(ctx: Context, application_id: UUID) -> FundApplication:
    """The application, locked, for those who keep the books. Raises NotFound and Forbidden."""
    found = find(ctx, application_id, lock=True)
    require_manage(ctx)
    return found


def require_manage(ctx: Context) -> None:
    """Fund money is the whole municipality's."""
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))


def may_manage(ctx: Context) -> bool:
    """Whether the actor keeps the books of funds."""
    permission = Permission.BUDGET_MANAGE
    return ctx.actor.may(permission) and ctx.actor.may(permission, at=organisation.root_path(ctx))


def may_apply(ctx: Context, unit_id: UUID) -> bool:
    """Whether the actor leads the unit of an application."""
    permission = Permission.FUNDS_APPLY
    return ctx.actor.may(permission) and ctx.actor.may(
        permission, at=organisation.path_at(ctx, unit_id)
    )


def move(
    ctx: Context,
    found: FundApplication,
    to: FundState,
    *,
    note: str = "",
    **facts: Any,
) -> FundApplication:
    """The application stands in the next state, and the trail says so."""
    before = found.state
    rules.check_move(before, to)
    found.state = to
    audit.record(
        ctx,
        f"fund_application.{to.value}",
        found.id,
        old={"state": before.value},
        new={"state": to.value} | facts,
        note=note,
    )
    return found


def pool_of(ctx: Context, *, code: str, name: str, day: date) -> Pool:
    """The fund's pool of the year of the day; opened where there is none.

    Raises Conflict when the year holds no money.
    """
    found = budgets.pool_with_code(ctx, year=day.year, code=code)
    if found is not None and budgets.hold_year(ctx, found.year_id).state in HOLDS_MONEY:
        return found
    year = budgets.year_for(ctx, day)
    try:
        return budgets.open_named_pool(ctx, year.id, kind=PoolKind.FUND, code=code, name=name)
    except Conflict:
        # Another award may have opened it at the same moment.
        found = budgets.pool_with_code(ctx, year=day.year, code=code)
        if found is None:
            raise
        return found
