"""What the verbs of this room have in common: who acts, what is locked, how a place stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from tenant_app.budgets.models import BudgetYearState, MoneyLine, MoneyState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, NotFound
from tenant_app.core.money import Money
from tenant_app.invoices import queries
from tenant_app.invoices.models import Invoice, Order
from tenant_app.invoices.rules import Place
from tenant_app.organisation import service as organisation

SET_ASIDE = (MoneyState.COMMITTED, MoneyState.ACTUAL)
NO_ORDER = N_("There is no such order. Choose from the list.")


def may_manage(ctx: Context) -> bool:
    """Whether the actor handles the municipality's invoices: they are nobody else's."""
    return ctx.actor.may(Permission.INVOICES_MANAGE, at=organisation.root_path(ctx))


def require_manage(ctx: Context) -> None:
    """Go on only for those. Else 403."""
    ctx.require(Permission.INVOICES_MANAGE, at=organisation.root_path(ctx))


def invoice_to_change(ctx: Context, invoice_id: UUID) -> Invoice:
    """The invoice, locked, for those who handle invoices. Raises NotFound and Forbidden."""
    found = None
    if ctx.actor.may(Permission.INVOICES_VIEW):
        found = queries.invoice_to_change(ctx, invoice_id)
    if found is None:
        raise NotFound()
    require_manage(ctx)
    return found


def lock_order(ctx: Context, order_id: UUID) -> Order:
    """The order with all that pays it, locked. Raises NotFound."""
    found = lock_orders(ctx, [order_id]).get(order_id)
    if found is None:
        raise NotFound(NO_ORDER, field="order_id")
    return found


def lock_orders(ctx: Context, order_ids: Collection[UUID]) -> dict[UUID, Order]:
    """The orders with all that pays them, in the order in which everybody locks: the years, the
    places, the pools of all of them, and then the orders."""
    while True:
        with ctx.session.begin_nested() as attempt:
            pools = queries.pools_of(ctx, order_ids)
            queries.hold_years(ctx, pools)
            places = queries.lock_places(ctx, order_ids)
            queries.lock_pools(ctx, pools)
            orders = queries.lock_orders(ctx, order_ids)
            if queries.enrolments_on(ctx, order_ids) == places:
                return orders
            # A place was confirmed meanwhile, whose pool comes before the orders: let all go.
            attempt.rollback()


def places_of(ctx: Context, order_id: UUID) -> list[Place]:
    """The money lines of the order as the rules take them."""
    return [_place_of(line, used, paid) for _, line, used, paid in queries.places(ctx, order_id)]


def _place_of(line: MoneyLine, used: bool, invoiced: int) -> Place:
    """What is set aside or spent on the line; nothing once it was released."""
    live = line.state in SET_ASIDE
    return Place(
        line_id=line.id,
        source_id=line.source_id,
        amount=Money(line.amount if live else 0),
        approved=Money(line.adjusted if live else 0),
        invoiced=Money(int(invoiced)),
        is_spent=line.state is MoneyState.ACTUAL,
        is_closed=line.pool.year.state is BudgetYearState.CLOSED,
        price=line.amount,
        is_given_up=not used,
    )


def closed_years(ctx: Context, order_id: UUID) -> Sequence[int]:
    """The budget years of the order where all that pay it are closed, else none: what an open one
    pays can be changed."""
    lines = [line for _, line, _, _ in queries.places(ctx, order_id)]
    live = [line for line in lines if line.state in SET_ASIDE] or lines
    years = {line.pool.year.year: line.pool.year.state for line in live}
    is_over = all(state is BudgetYearState.CLOSED for state in years.values())
    return sorted(years) if is_over else []
