"""Orders: what is bought of providers, and the thread from an invoice to whose place it pays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Query, joinedload
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.beginnings import Beginning
from admin.choosing import (
    YES_NO,
    Among,
    FilteredView,
    ReadOptions,
    all_of,
    as_options,
    key,
    yes_or_no,
)
from admin.enrolments_labels import LINES, MONEY_STATES
from admin.enrolments_labels import STATES as ENROLMENT_STATES
from admin.fields import DanishDateField, choices_of
from admin.formats import date_text, day, one_line
from admin.labels import MONEY
from admin.labels_invoices import (
    INVOICE_TONES,
    INVOICES,
    ORDER_TONES,
    ORDERS,
    OVERDUE,
)
from admin.lists import looked_up
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.money import show
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import Order, OrderState
from tenant_app.web.current import context

TAG = Markup('<span class="tag {}">{}</span>')
LINE = Length(max=invoices.LONGEST_LINE)
READS = Beginning(
    _l("Browse the courses"), "browse.index", frozenset({Permission.ENROLMENT_REQUEST})
)
FIELDS = ("supplier_cvr", "gln", "reference", "account", "expected_by")


class OrderForm(FlaskForm):
    session_id = SelectField(_l("Session"), [InputRequired()], coerce=key)


class OrderSession(Verb):
    name = "order"
    label = _l("Order places by hand")
    help = _l(
        "Places are ordered by themselves when they are confirmed. Order by hand where the "
        "municipality’s own course is invoiced, or places were confirmed before orders began."
    )
    form = OrderForm
    permission = Permission.INVOICES_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.session_id.choices = choices_of(
            (each.id, f"{each.course.title}, {date_text(each.starts_on)}, {each.place}")
            for each in invoices.sessions_to_order(ctx)
        )

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        made = invoices.order_session(ctx, form.session_id.data)
        return redirect(url_for("orders.details_view", id=made.id))


class OrderChangeForm(FlaskForm):
    reference = StringField(
        _l("Person reference"), [DataRequired(), LINE], description=_l("Who can be asked about it.")
    )
    supplier_cvr = StringField(
        _l("Supplier’s CVR number"),
        [LINE],
        description=_l("Eight digits. The provider’s other orders without one have it too."),
    )
    gln = StringField(_l("EAN number"), [LINE], description=_l("Thirteen digits."))
    account = StringField(
        _l("Account string"),
        [Length(max=invoices.LONGEST_ACCOUNT)],
        description=_l("Leave it empty to post where the units that pay post."),
    )
    expected_by = DanishDateField(_l("Expected by"), [InputRequired()])


class ChangeOrder(Verb):
    name = "change"
    label = _l("Change the order")
    form = OrderChangeForm
    permission = Permission.INVOICES_MANAGE

    def shown(self, ctx: Context, row: Order) -> bool:
        closed = (OrderState.SETTLED, OrderState.CANCELLED)
        return row.state not in closed and invoices.may_manage(ctx)

    def prepare(self, ctx: Context, form: Any, row: Order) -> None:
        if request.method == "GET":
            for name in FIELDS:
                form[name].data = getattr(row, name)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        facts = {name: form[name].data or "" for name in FIELDS[:-1]}
        found = invoices.change_order(ctx, row_id, **facts, expected_by=form.expected_by.data)
        if invoices.is_odd_cvr(found.supplier_cvr):
            return _("The order is changed. The CVR number looks odd: check it once more.")
        return _("The order is changed.")


class Overdue(Among):
    """Orders whose invoice should have come, or all others."""

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        late = invoices.is_overdue(context())
        return query.filter(late if value else ~late)


def _providers() -> list[tuple[str, str]]:
    ctx = context()
    found = all_of(lambda **paging: catalogue.providers(ctx, **paging))
    return as_options((each.id, each.name) for each in found)


def _state(view: Any, page: Any, row: Order, name: str) -> Any:
    shown = TAG.format(ORDER_TONES.get(row.state, ""), ORDERS[row.state])
    if row.state is OrderState.EXPECTED and row.expected_by < view.ctx.today:
        shown += Markup(" ") + TAG.format("bad", OVERDUE)
    return shown


def _course(view: Any, page: Any, row: Order, name: str) -> Any:
    shown = Markup('{} <span class="sub">{}</span>')
    return shown.format(row.session.course.title, row.provider.name)


def _amount(what: str) -> Any:
    def format_(view: Any, page: Any, row: Order, name: str) -> Any:
        return Markup('<span class="money">{}</span>').format(show(getattr(view.paid(row), what)))

    return format_


def _cvr(view: Any, page: Any, row: Order, name: str) -> Any:
    if not invoices.is_odd_cvr(row.supplier_cvr):
        return row.supplier_cvr
    return Markup("{} ").format(row.supplier_cvr) + TAG.format("warn", _("Looks odd, check it"))


class OrderList(FilteredView):
    model_class = Order
    endpoint_name = "orders"
    label = _l("Orders")
    group = MONEY
    help = _l(
        "What is bought of each provider for a session, and whether its invoice has come. The "
        "provider writes the requisition number on the invoice."
    )
    empty = _l("No orders yet. The first confirmed place on a course that is paid for makes one.")
    permission = Permission.INVOICES_VIEW
    verbs = (ChangeOrder, OrderSession)
    begins_here = False
    begins_at = (READS,)
    load = (
        joinedload(Order.session).joinedload(CourseSession.course),
        joinedload(Order.provider),
    )
    details_template = "invoices/order.html"
    column_list = ("requisition", "course", "starts_on", "expected", "left", "state")
    more_columns = ("provider", "expected_by", "reference", "supplier_cvr", "gln")
    column_details_list = (
        *("course", "starts_on", "provider", "supplier_cvr", "requisition", "reference", "gln"),
        *("account", "expected_by", "expected", "left", "state"),
    )
    column_labels = {
        "requisition": _l("Requisition number"),
        "course": _l("Course"),
        "provider": _l("Provider"),
        "starts_on": _l("Starts"),
        "places": _l("Places"),
        "expected": _l("Expected amount"),
        "left": _l("Left to invoice"),
        "state": _l("State"),
        "expected_by": _l("Expected by"),
        "reference": _l("Person reference"),
        "supplier_cvr": _l("Supplier’s CVR number"),
        "gln": _l("EAN number"),
        "account": _l("Account string"),
    }
    column_sortable_list = (
        # Not by reference: some do not see it.
        *("requisition", "state", "expected_by", "supplier_cvr"),
        ("provider", "provider.name"),
    )
    sort_by = {
        "course": looked_up(
            danish(Course.title),
            (CourseSession.id == Order.session_id) & (Course.id == CourseSession.course_id),
            row=Order,
        ),
        "starts_on": looked_up(
            CourseSession.starts_on, CourseSession.id == Order.session_id, row=Order
        ),
    }
    column_default_sort = [("expected_by", True), ("id", True)]
    column_searchable_list = ("requisition",)
    column_formatters = {
        "requisition": one_line("requisition"),
        "course": _course,
        "provider": lambda view, page, row, name: row.provider.name,
        "starts_on": day("session.starts_on"),
        "expected": _amount("expected"),
        "left": _amount("left"),
        "state": _state,
        "expected_by": day("expected_by"),
        "reference": lambda view, page, row, name: invoices.reference_of(view.ctx, row),
        "supplier_cvr": _cvr,
    }
    column_formatters_detail = {
        **column_formatters,
        "course": lambda view, page, row, name: row.session.course.title,
    }
    column_filters = (
        Among(
            Order.state,
            _l("State"),
            [(each.value, text) for each, text in ORDERS.items()],
            word="state",
            convert=OrderState,
        ),
        Overdue(Order.id, OVERDUE, YES_NO, word="overdue", convert=yes_or_no),
        Among(
            Order.provider_id,
            _l("Provider"),
            ReadOptions(_providers),
            word="provider",
            convert=key,
        ),
    )

    def title_of(self, row: Order) -> str:
        return f"{row.requisition}, {row.session.course.title}"

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return invoices.visible_orders(ctx)

    def read_for(self, rows: Sequence[Order]) -> None:
        """How the page's orders stand, read at once."""
        self.ctx.memo["orders paid"] = invoices.paid_of(self.ctx, [row.id for row in rows])

    def paid(self, row: Order) -> invoices.Paid:
        """How much there is on the order."""
        known: dict[UUID, invoices.Paid] = self.ctx.memo.setdefault("orders paid", {})
        if row.id not in known:
            known |= invoices.paid_of(self.ctx, [row.id])
        return known.get(row.id, invoices.Paid())

    def sees_whole(self) -> bool:
        """Whether the amounts are those of the whole order."""
        return invoices.sees_whole(self.ctx)

    def story(self, row: Order) -> invoices.Details:
        """The order's places and invoices."""
        return invoices.story(self.ctx, row)

    def words(self) -> dict[str, Any]:
        """The labels of the story."""
        return {
            "show": show,
            "lines": LINES,
            "money": MONEY_STATES,
            "places": ENROLMENT_STATES,
            "states": INVOICES,
            "tones": INVOICE_TONES,
        }
