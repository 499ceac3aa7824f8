"""What is bought is written down: when places are confirmed, or by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as pg_insert

from tenant_app.audit import service as audit
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseSession, Provider, ProviderKind
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment
from tenant_app.invoices import queries, rules
from tenant_app.invoices.models import Order, OrderLine, OrderState
from tenant_app.invoices.service.accounts import gln_of_municipality
from tenant_app.invoices.service.shared import lock_order, places_of, require_manage

MOST_CHOSEN_AMONG = 200
DAYS_TO_INVOICE = timedelta(days=30)
# Every last approval ends here: the bare table spares the ORM's work.
_LINE = pg_insert(cast(Table, OrderLine.__table__)).on_conflict_do_nothing()
FACTS = ("supplier_cvr", "gln", "reference", "account", "expected_by")


def expect(ctx: Context, enrolment: Enrolment) -> None:
    """The confirmed place is on the session's order, which is made by the first of them.

    The municipality's own courses send no invoice, nor do those that cost nothing."""
    session, _course, provider = queries.bought(ctx, enrolment.session_id)
    if provider.kind is ProviderKind.MUNICIPAL or not queries.is_bought(ctx, enrolment.id):
        return
    _add(ctx, _open_order(ctx, session, provider), [enrolment.id])


def give_up(ctx: Context, enrolment: Enrolment) -> None:
    """An order whose last place was given up before its invoice came is cancelled; one that still
    expected the rest may be paid now."""
    order_id = queries.order_of(ctx, enrolment.id)
    if order_id is None:
        return
    order = queries.lock_orders(ctx, [order_id]).get(order_id)
    if order is None or order.state is not OrderState.EXPECTED:
        return
    ctx.session.flush()  # the money was released past the session's memory
    places = places_of(ctx, order_id)
    order.state = rules.standing(invoiced=any(each.invoiced for each in places), places=places)
    if order.state is OrderState.CANCELLED:
        order.is_open = False
        audit.record(
            ctx,
            "order.cancelled",
            order.id,
            new={"requisition": order.requisition},
            note=enrolment.decision_note,
        )


def order_session(ctx: Context, session_id: UUID) -> Order:
    """The places of the session that are on no order are on one now: of courses that send no
    invoice by themselves, and of places confirmed before there were orders.

    Raises NotFound for the session and Conflict when there is nothing to order.
    """
    if not ctx.actor.may(Permission.INVOICES_VIEW):
        raise NotFound()
    require_manage(ctx)
    try:
        session = catalogue.offer(ctx, session_id)
    except NotFound:
        raise NotFound(
            N_("There is no such session. Choose from the list."), field="session_id"
        ) from None
    waiting = queries.unordered(ctx, session.id)
    if not waiting:
        raise Conflict(
            N_(
                "No confirmed place on this session lacks an order. Places are ordered when they "
                "are confirmed, and only where a fee or materials are paid."
            ),
            field="session_id",
        )
    _session, _course, provider = queries.bought(ctx, session.id)
    order_id = _open_order(ctx, session, provider)
    _add(ctx, order_id, waiting)
    return _order(ctx, order_id)


def sessions_to_order(ctx: Context) -> Sequence[CourseSession]:
    """Sessions with places that are to be paid and are on no order, the latest first."""
    require_manage(ctx)
    return queries.unordered_sessions(ctx, limit=MOST_CHOSEN_AMONG)


def change_order(
    ctx: Context,
    order_id: UUID,
    *,
    supplier_cvr: str,
    gln: str,
    reference: str,
    account: str,
    expected_by: date,
) -> Order:
    """The order has these facts; the provider's other orders without a CVR number have it too.

    Raises NotFound, Forbidden, Invalid naming the field, and Conflict once it is paid or
    cancelled.
    """
    if not ctx.actor.may(Permission.INVOICES_VIEW) or queries.order(ctx, order_id) is None:
        raise NotFound()
    require_manage(ctx)
    order = lock_order(ctx, order_id)
    if order.state in (OrderState.SETTLED, OrderState.CANCELLED):
        raise Conflict(N_("The order is settled or cancelled, and stays as it is."))
    if not 2000 <= expected_by.year < 2100:
        raise Invalid(N_("The day is too far away. Check the year."), field="expected_by")
    new: dict[str, Any] = {
        "supplier_cvr": rules.check_cvr(supplier_cvr),
        "gln": rules.check_gln(gln),
        "reference": rules.check_line(reference, field="reference"),
        "account": rules.check_account(account, required=False),
        "expected_by": expected_by,
    }
    old = {name: getattr(order, name) for name in FACTS}
    changed = [name for name in FACTS if old[name] != new[name]]
    for name in changed:
        setattr(order, name, new[name])
    if changed:
        audit.record(
            ctx,
            "order.changed",
            order.id,
            old={name: old[name] for name in changed},
            new={name: new[name] for name in changed},
        )
    if "supplier_cvr" in changed and order.supplier_cvr:
        queries.fill_cvr(ctx, order.provider_id, order.supplier_cvr)
    return order


def _open_order(ctx: Context, session: CourseSession, provider: Provider) -> UUID:
    """The order of the session that still takes places; made where there is none."""
    found = queries.open_order(ctx, session.id)
    while found is None:
        order_id = uuid7()
        row: dict[str, Any] = {
            "id": order_id,
            "session_id": session.id,
            "provider_id": provider.id,
            "requisition": rules.requisition_of(order_id, session.starts_on.year),
            "reference": ctx.actor.name,
            "supplier_cvr": queries.cvr_of_provider(ctx, provider.id),
            "gln": gln_of_municipality(ctx),
            "expected_by": max(session.ends_on, ctx.today) + DAYS_TO_INVOICE,
            "state": OrderState.EXPECTED,
            "created_at": ctx.now,
        }
        made = ctx.session.execute(insert_or_skip(Order, row, skip=True)).scalar_one_or_none()
        if made is not None:
            new = {"requisition": row["requisition"], "session_id": session.id}
            audit.record(ctx, "order.made", order_id, new=new)
        # Somebody may have made it at the same time: theirs is taken then.
        found = queries.open_order(ctx, session.id)
    return found


def _add(ctx: Context, order_id: UUID, enrolment_ids: Collection[UUID]) -> None:
    for enrolment_id in enrolment_ids:
        row = {"id": uuid7(), "order_id": order_id, "enrolment_id": enrolment_id}
        ctx.session.execute(_LINE, row)


def _order(ctx: Context, order_id: UUID) -> Order:
    found = queries.order(ctx, order_id)
    if found is None:
        raise NotFound()
    return found


enrolments.AFTER_APPROVAL.append(expect)
enrolments.AFTER_LOSS.append(give_up)
