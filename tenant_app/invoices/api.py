"""Orders and invoices over the API. Invoices are read in by `POST /imports/invoices`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import AccountString, Invoice, Order, PostingBatch
from tenant_app.invoices.schemas import (
    AccountStringIn,
    AccountStringOut,
    BatchDetailsOut,
    BatchOut,
    InvoiceAnswerIn,
    InvoiceDetailsOut,
    InvoiceOut,
    InvoiceQuery,
    InvoiceReasonIn,
    MatchIn,
    OrderChangeIn,
    OrderDetailsOut,
    OrderIn,
    OrderOut,
    OrderQuery,
)

blueprint = Blueprint(
    "invoices",
    __name__,
    url_prefix="/api/v1/invoices",
    description="What is bought of providers, their invoices, and postings for the finance system",
)


ORDER_FACTS = (
    *("id", "requisition", "state", "session_id", "provider", "supplier_cvr", "gln"),
    *("account", "expected_by"),
)


def _facts(ctx: Context, order: Order) -> dict[str, Any]:
    """As `OrderOut` shows it to the one who asks."""
    facts = {name: getattr(order, name) for name in ORDER_FACTS}
    return facts | {"reference": invoices.reference_of(ctx, order), "session": order.session}


@blueprint.get("/orders")
@endpoint(blueprint, query=OrderQuery, page_of=OrderOut)
def list_orders(ctx: Context, **filters: Any) -> Page[dict[str, Any]]:
    """The orders with a place that a unit in sight pays."""
    found = invoices.orders(ctx, **filters)
    items = [_facts(ctx, each) for each in found.items]
    return Page(items, found.page, found.page_size, found.has_more)


@blueprint.post("/orders")
@endpoint(blueprint, takes=OrderIn, returns=OrderOut, status=201)
def order_session(ctx: Context, session_id: UUID) -> Order:
    """Order the confirmed places of a session that are on no order yet."""
    return invoices.order_session(ctx, session_id)


@blueprint.get("/orders/<uuid:order_id>")
@endpoint(blueprint, returns=OrderDetailsOut)
def show_order(ctx: Context, order_id: UUID) -> dict[str, Any]:
    """One order with its places and invoices."""
    found = invoices.details(ctx, order_id)
    return _facts(ctx, found.order) | {
        "places": found.paid.places,
        "expected": found.paid.expected,
        "left": found.paid.left,
        "posts": [
            {
                "enrolment_id": post.enrolment.id,
                "employee": post.employee.name,
                "unit": post.unit,
                "lines": [
                    {
                        "cost_line": line.cost_line,
                        "pool": line.pool.name,
                        "state": line.state,
                        "amount": line.amount + line.adjusted,
                        "invoiced": invoiced,
                    }
                    for line, invoiced in post.lines
                ],
            }
            for post in found.posts
        ],
        "invoices": found.invoices,
    }


@blueprint.put("/orders/<uuid:order_id>")
@endpoint(blueprint, takes=OrderChangeIn, returns=OrderOut)
def change_order(ctx: Context, order_id: UUID, **facts: Any) -> Order:
    """Change what is written on an order."""
    return invoices.change_order(ctx, order_id, **facts)


@blueprint.get("/")
@endpoint(blueprint, query=InvoiceQuery, page_of=InvoiceOut)
def list_invoices(ctx: Context, **filters: Any) -> Page[Invoice]:
    """The invoices in sight, the newest first."""
    return invoices.all_invoices(ctx, **filters)


@blueprint.get("/<uuid:invoice_id>")
@endpoint(blueprint, returns=InvoiceDetailsOut)
def show_invoice(ctx: Context, invoice_id: UUID) -> dict[str, Any]:
    """One invoice; while it waits, with the orders it may answer."""
    found = invoices.invoice(ctx, invoice_id)
    facts = {name: getattr(found, name) for name in InvoiceOut().fields}
    return facts | {"suggestions": invoices.suggestions(ctx, found)[:10]}


@blueprint.post("/<uuid:invoice_id>/match")
@endpoint(blueprint, takes=MatchIn, returns=InvoiceOut, moves_money=True)
def match(ctx: Context, invoice_id: UUID, **facts: Any) -> Invoice:
    """The invoice answers the order. A difference waits for somebody else."""
    return invoices.match(ctx, invoice_id, **facts)


@blueprint.post("/<uuid:invoice_id>/approval")
@endpoint(blueprint, takes=InvoiceAnswerIn, returns=InvoiceOut, moves_money=True)
def approve(ctx: Context, invoice_id: UUID, *, is_part: bool, **answer: Any) -> Invoice:
    """Pay the difference; never by whoever matched the invoice. With `is_part` there is none: the
    rest of the order stays set aside."""
    if is_part:
        return invoices.approve_part(ctx, invoice_id, note=answer["note"])
    return invoices.approve(ctx, invoice_id, **answer)


@blueprint.post("/<uuid:invoice_id>/rejection")
@endpoint(blueprint, takes=InvoiceReasonIn, returns=InvoiceOut)
def turn_down(ctx: Context, invoice_id: UUID, note: str) -> Invoice:
    """Do not pay the difference: the invoice waits again."""
    return invoices.turn_down(ctx, invoice_id, note=note)


@blueprint.post("/<uuid:invoice_id>/dismissal")
@endpoint(blueprint, takes=InvoiceReasonIn, returns=InvoiceOut)
def dismiss(ctx: Context, invoice_id: UUID, note: str) -> Invoice:
    """The invoice is not to be paid from here."""
    return invoices.dismiss(ctx, invoice_id, note=note)


@blueprint.get("/account-strings")
@endpoint(blueprint, page_of=AccountStringOut)
def list_account_strings(ctx: Context, **paging: Any) -> Page[AccountString]:
    """Where units post, by cost line and day."""
    return invoices.account_strings(ctx, **paging)


@blueprint.post("/account-strings")
@endpoint(blueprint, takes=AccountStringIn, returns=AccountStringOut, status=201)
def set_account_string(ctx: Context, **facts: Any) -> AccountString:
    """From a day on a unit posts a cost line there; the same day again corrects it."""
    return invoices.set_account_string(ctx, **facts)


@blueprint.get("/batches")
@endpoint(blueprint, page_of=BatchOut)
def list_batches(ctx: Context, **paging: Any) -> Page[PostingBatch]:
    """What was handed to the finance system, the newest first."""
    return invoices.batches(ctx, **paging)


@blueprint.post("/batches")
@endpoint(blueprint, returns=BatchOut, status=201, moves_money=True)
def hand_over(ctx: Context) -> PostingBatch:
    """Hand over every posting that has an account string."""
    return invoices.hand_over(ctx)


@blueprint.get("/batches/<uuid:batch_id>")
@endpoint(blueprint, returns=BatchDetailsOut)
def show_batch(ctx: Context, batch_id: UUID) -> dict[str, Any]:
    """One batch with its rows, the same each time."""
    found = invoices.batch(ctx, batch_id)
    facts = {name: getattr(found, name) for name in BatchOut().fields}
    return facts | {"rows": invoices.rows_of(ctx, found)}
