"""What the verbs of this room have in common: who acts, what is locked, how a place stands."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tenant_app.budgets.models import MoneyLine, MoneyState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, NotFound
from tenant_app.core.money import Money
from tenant_app.invoices import queries
from tenant_app.invoices.models import Invoice, Order
from tenant_app.invoices.rules import Place
from tenant_app.organisation import service as organisation

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
    """The pools that pay, and then the order: in the order in which approvals lock them."""
    queries.lock_pools(ctx, order_id)
    found = queries.lock_order(ctx, order_id)
    if found is None:
        raise NotFound(NO_ORDER, field="order_id")
    return found


def places_of(ctx: Context, order_id: UUID) -> list[Place]:
    """The money lines of the order as the rules take them."""
    return [_place_of(line, invoiced) for _, line, invoiced in queries.places(ctx, order_id)]


def _place_of(line: MoneyLine, invoiced: int) -> Place:
    """What is set aside or spent on the line; nothing once it was released."""
    live = line.state in (MoneyState.COMMITTED, MoneyState.ACTUAL)
    return Place(
        line_id=line.id,
        source_id=line.source_id,
        amount=Money(line.amount if live else 0),
        approved=Money(line.adjusted if live else 0),
        invoiced=Money(int(invoiced)),
        is_spent=line.state is MoneyState.ACTUAL,
    )


def closed_years(ctx: Context, order_id: UUID) -> Sequence[int]:
    """The closed budget years that the order's money lies in."""
    pools = {line.pool_id for _, line, _ in queries.places(ctx, order_id)}
    return queries.years_of(ctx, pools) if pools else []
