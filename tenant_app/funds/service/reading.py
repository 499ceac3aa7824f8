"""What one can look at: applications, their people, and what waits. Nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import Money
from tenant_app.core.paging import Page, scalars_page
from tenant_app.funds import queries
from tenant_app.funds.models import FundApplicant, FundApplication, FundState
from tenant_app.funds.queries import home
from tenant_app.funds.service.shared import find
from tenant_app.organisation import service as organisation

TO_SIGN, DEADLINES = "funds-to-sign", "funds-deadlines"
TO_PAY_BACK, GRANTS_DUE = "funds-to-pay-back", "funds-grants-due"
"""Keys of what the home page tells."""
SOON = timedelta(days=21)
NOTHING = Money(0)


@dataclass(frozen=True)
class Sums:
    """What an application comes to."""

    people: int = 0
    asked: Money = NOTHING
    awarded: Money | None = None
    owed: Money = NOTHING
    """Paid for places that were given up, and not paid back."""


@dataclass(frozen=True)
class Details:
    """An application with its people."""

    application: FundApplication
    people: Sequence[FundApplicant]
    sums: Sums


def applications_seen(ctx: Context) -> ColumnElement[bool]:
    """Which applications the actor sees: for screens that build their own SELECT."""
    return queries.seen(ctx)


def matching(
    ctx: Context,
    *,
    state: FundState | None = None,
    unit_id: UUID | None = None,
    to_sign: bool = False,
    soon: bool = False,
    owed: bool = False,
) -> list[ColumnElement[bool]]:
    """The conditions of a list: `to_sign` waits for the actor's signature, `soon` is not sent and
    begins within three weeks, `owed` is to be paid back. Raises NotFound for a unit out of
    scope."""
    filters: list[ColumnElement[bool]] = []
    if state is not None:
        filters.append(FundApplication.state == state)
    if unit_id is not None:
        below = organisation.units_below(ctx, organisation.unit(ctx, unit_id).id)
        filters.append(FundApplication.unit_id.in_(below))
    if to_sign:
        filters.append(queries.to_sign(ctx))
    if soon:
        filters.append(queries.is_ahead(ctx.today + SOON))
    if owed:
        filters.append(queries.owes())
    return filters


def applications(
    ctx: Context, *, page: int = 1, page_size: int = 50, **search: Any
) -> Page[FundApplication]:
    """The applications of the units in sight that fit, the latest first."""
    ctx.require(Permission.FUNDS_VIEW)
    filters = [queries.seen(ctx), *matching(ctx, **search)]
    return scalars_page(ctx, queries.applications(filters), page=page, page_size=page_size)


def sums(ctx: Context, application_ids: Collection[UUID]) -> dict[UUID, Sums]:
    """Application → what it comes to, in one statement."""
    found = queries.sums(ctx, application_ids) if application_ids else {}
    return {
        key: Sums(people, Money(asked), None if awarded is None else Money(awarded), Money(owed))
        for key, (people, asked, awarded, owed) in found.items()
    }


def get(ctx: Context, application_id: UUID) -> FundApplication:
    """An application in sight. Raises NotFound."""
    return find(ctx, application_id)


def one(ctx: Context, application_id: UUID) -> Details:
    """The same with its people. Raises NotFound."""
    return details(ctx, get(ctx, application_id))


def details(ctx: Context, found: FundApplication) -> Details:
    """Everything about an application, found in the actor's sight."""
    people = queries.applicants(ctx, [found.id])
    mine = sums(ctx, [found.id]).get(found.id, Sums())
    owed = mine.owed if found.state is FundState.PAID else NOTHING
    return Details(found, people, Sums(mine.people, mine.asked, mine.awarded, owed))


def asks(ctx: Context) -> list[Select[*tuple[Any, ...]]]:
    """Signatures, deadlines, what must be paid back, and state money to account for."""
    actor = ctx.actor
    if actor.user_id is None:
        return []
    leads, signs = actor.paths(Permission.FUNDS_APPLY), actor.paths(Permission.FUNDS_SIGN)
    found = []
    if leads or signs:
        found.append(home.count_to_sign(ctx, TO_SIGN, leads, signs))
    if leads:
        found.append(home.count_ahead(ctx, DEADLINES, leads, until=ctx.today + SOON))
    if actor.may(Permission.BUDGET_MANAGE):
        manages = actor.paths(Permission.BUDGET_MANAGE)
        found.append(home.count_owed(ctx, TO_PAY_BACK, manages))
        if actor.may(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx)):
            found.append(home.count_due(ctx, GRANTS_DUE, until=ctx.today + SOON))
    return found
