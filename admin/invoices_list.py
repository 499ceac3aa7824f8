"""Invoices: which order each answers, and what somebody else says to a difference."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.beginnings import Beginning
from admin.choosing import Among, FilteredView, key
from admin.fields import (
    CheckboxesField,
    DanishDateField,
    KronerField,
    TextAreaField,
    choices_of,
)
from admin.formats import choice, date_text, day, money, one_line, state
from admin.labels import MONEY
from admin.labels_invoices import FORMS, INVOICE_TONES, INVOICES, OUTCOMES, WHYS
from tenant_app.catalogue.models import CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import show
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import Invoice, InvoiceState, Order

TEXT = Length(max=invoices.LONGEST_TEXT)
LINE = Length(max=invoices.LONGEST_LINE)
READ_IN = Beginning(
    _l("Read invoices in"), "invoice-reading.index", frozenset({Permission.INVOICES_MANAGE})
)


PART = _l("Part invoice: more are to come")
PART_HELP = _l("The rest of the order stays set aside, and the order expects the next invoice.")


class Handles(Verb):
    """Done by those who handle the municipality's invoices."""

    permission = Permission.INVOICES_MANAGE
    fits: tuple[InvoiceState, ...] = ()

    def shown(self, ctx: Context, row: Invoice) -> bool:
        return row.state in self.fits and invoices.may_manage(ctx)


class TypedForm(FlaskForm):
    number = StringField(_l("Invoice number"), [DataRequired(), LINE])
    supplier_cvr = StringField(_l("Supplier’s CVR number"), [DataRequired(), LINE])
    issued_on = DanishDateField(_l("Invoice date"), [InputRequired()])
    amount = KronerField(
        _l("Amount without VAT (kr)"),
        [InputRequired()],
        negative=True,
        description=_l("A credit note has a minus in front."),
    )
    requisition = StringField(
        _l("Requisition number"),
        [LINE],
        description=_l("As it is written on the invoice. Without one it waits to be matched."),
    )
    supplier_name = StringField(_l("Supplier"), [LINE])
    reference = StringField(_l("Person reference"), [LINE])
    gln = StringField(_l("EAN number"), [LINE])


class TypeIn(Verb):
    name = "type"
    label = _l("Type an invoice")
    help = _l(
        "For an invoice that is no file. It goes the same way: matched by its requisition number, "
        "and read in once."
    )
    form = TypedForm
    permission = Permission.INVOICES_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        invoices.require_manage(ctx)

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        texts = ("number", "supplier_cvr", "requisition", "supplier_name", "reference", "gln")
        found = invoices.note_down(
            ctx,
            issued_on=form.issued_on.data,
            amount=form.amount.data,
            **{name: form[name].data or "" for name in texts},
        )
        flash(OUTCOMES[found.outcome], "success")
        return redirect(url_for("invoices.details_view", id=found.invoice_id))


class MatchForm(FlaskForm):
    order_id = SelectField(
        _l("Order"),
        [InputRequired()],
        coerce=key,
        description=_l("Orders with the same amount come first, then the nearest day."),
    )
    is_part = BooleanField(PART, description=PART_HELP)


class Match(Handles):
    name = "match"
    label = _l("Match with an order")
    help = _l(
        "Where the amounts agree the invoice is settled. A difference waits until somebody else "
        "than you has answered it."
    )
    form = MatchForm
    fits = (InvoiceState.WAITING, InvoiceState.DISMISSED)
    template = "invoices/answer.html"

    def prepare(self, ctx: Context, form: Any, row: Invoice) -> None:
        found = invoices.suggestions(ctx, row)
        form.order_id.choices = choices_of(
            (
                each.order.id,
                _(
                    "%(requisition)s: %(course)s, %(day)s, %(left)s left",
                    requisition=each.order.requisition,
                    course=each.order.session.course.title,
                    day=date_text(each.order.session.starts_on),
                    left=show(each.left),
                ),
            )
            for each in found
        )
        if request.method == "GET":
            form.order_id.data = request.args.get("order_id", type=key)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        found = invoices.match(ctx, row_id, order_id=form.order_id.data, is_part=form.is_part.data)
        if found.is_part:
            return _("The part invoice is matched. The order expects the rest.")
        if found.state is InvoiceState.DIFFERENCE:
            return _("The invoice is matched. Its difference waits for somebody else’s answer.")
        return _("The invoice is matched and agrees with the order.")


class AnswerForm(FlaskForm):
    note = TextAreaField(_l("A word about it"), [TEXT])


class ApproveForm(AnswerForm):
    enrolment_ids = CheckboxesField(
        _l("Which places the difference is about"),
        coerce=key,
        validate_choice=False,  # the service says which, and does not repeat what was sent
        description=_l(
            "Tick none to divide it over all that take part. Where a place was given up you "
            "choose: what the provider keeps of it is paid by its own pool."
        ),
    )
    is_part = BooleanField(PART, description=PART_HELP)


class Approve(Handles):
    name = "approve"
    label = _l("Approve the difference")
    help = _l("The difference is posted on the pools that pay, in proportion to their lines.")
    form = ApproveForm
    fits = (InvoiceState.DIFFERENCE,)
    template = "invoices/answer.html"

    def shown(self, ctx: Context, row: Invoice) -> bool:
        return super().shown(ctx, row) and row.matched_by != ctx.actor.user_id

    def prepare(self, ctx: Context, form: Any, row: Invoice) -> None:
        ctx.memo["invoice beside"] = invoices.beside(ctx, row)
        form.enrolment_ids.choices = choices_of(
            (
                each.enrolment_id,
                _("%(person)s, %(unit)s (given up)", person=each.employee, unit=each.unit)
                if each.is_given_up
                else f"{each.employee}, {each.unit}",
            )
            for each in invoices.carriers(ctx, row)
        )

    def extra(self, ctx: Context, row: Invoice) -> dict[str, Any]:
        return {"beside": ctx.memo["invoice beside"]}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        if form.is_part.data:
            invoices.approve_part(ctx, row_id, note=form.note.data or "")
            return _("The part invoice is matched. The order expects the rest.")
        invoices.approve(
            ctx, row_id, note=form.note.data or "", enrolment_ids=form.enrolment_ids.data or ()
        )
        return _("The difference is approved and posted.")


class ReasonForm(FlaskForm):
    note = TextAreaField(_l("Why"), [DataRequired(), TEXT])


class TurnDown(Handles):
    name = "turn-down"
    label = _l("Turn the difference down")
    help = _l("The invoice waits again, and the order still expects one.")
    form = ReasonForm
    fits = (InvoiceState.DIFFERENCE,)
    danger = True

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        invoices.turn_down(ctx, row_id, note=form.note.data)
        return _("The difference is turned down. The invoice waits again.")


class Dismiss(Handles):
    name = "dismiss"
    label = _l("Dismiss the invoice")
    help = _l("It is not paid from here. It can be matched all the same later.")
    form = ReasonForm
    fits = (InvoiceState.WAITING,)
    danger = True

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        invoices.dismiss(ctx, row_id, note=form.note.data)
        return _("The invoice is dismissed.")


def _kind(view: Any, page: Any, row: Invoice, name: str) -> Any:
    shown = Markup('<span class="money">{}</span>').format(show(row.amount))
    if row.amount < 0:
        shown += Markup(' <span class="tag">{}</span>').format(_("Credit note"))
    if row.is_part:
        shown += Markup(' <span class="tag">{}</span>').format(_("Part invoice"))
    return shown


def _order(view: Any, page: Any, row: Invoice, name: str) -> Any:
    if row.order is None:
        return row.requisition
    link = Markup('<a class="nowrap" href="{}">{}</a>')
    return link.format(view.get_url("orders.details_view", id=row.order_id), row.order.requisition)


def _difference(view: Any, page: Any, row: Invoice, name: str) -> Any:
    if not row.difference:
        return ""
    return Markup('<span class="money">{}</span>').format(show(row.difference))


class InvoiceList(FilteredView):
    model_class = Invoice
    endpoint_name = "invoices"
    label = _l("Invoices")
    group = MONEY
    help = _l(
        "Invoices and credit notes as they were read in, without VAT. What agrees with its order "
        "is settled; what differs is approved by somebody else than the one who matched it."
    )
    empty = _l("No invoices yet. They are read in from a file.")
    permission = Permission.INVOICES_VIEW
    verbs = (TypeIn, Match, Approve, TurnDown, Dismiss)
    begins_at = (READ_IN,)
    load = (
        joinedload(Invoice.order).joinedload(Order.session).joinedload(CourseSession.course),
        joinedload(Invoice.order).joinedload(Order.provider),
    )
    details_template = "invoices/invoice.html"
    column_list = (*("number", "supplier", "issued_on", "amount", "order", "difference", "state"),)
    more_columns = ("supplier_cvr", "file_name", "form")
    column_details_list = (
        *("number", "supplier", "supplier_cvr", "issued_on", "amount", "order", "difference"),
        *("state", "why", "note", "reference", "gln", "form", "file_name", "read_at"),
    )
    column_labels = {
        "number": _l("Invoice number"),
        "supplier": _l("Supplier"),
        "supplier_name": _l("Supplier"),
        "supplier_cvr": _l("Supplier’s CVR number"),
        "issued_on": _l("Invoice date"),
        "amount": _l("Amount"),
        "order": _l("Requisition number"),
        "difference": _l("Difference"),
        "state": _l("State"),
        "why": _l("What is in the way"),
        "note": _l("What was said"),
        "reference": _l("Person reference"),
        "gln": _l("EAN number"),
        "form": _l("Read from"),
        "file_name": _l("File"),
        "read_at": _l("Read in"),
    }
    column_sortable_list = (
        *("number", "supplier_cvr", "issued_on", "amount", "difference", "state"),
        *("file_name", "form"),
        ("supplier", "supplier_name"),
    )
    column_default_sort = [("issued_on", True), ("id", True)]
    column_searchable_list = ("number", "supplier_name")
    column_formatters = {
        "number": one_line("number"),
        "supplier": lambda view, page, row, name: row.supplier_name or row.supplier_cvr,
        "issued_on": day("issued_on"),
        "amount": money("amount"),
        "order": _order,
        "difference": _difference,
        "state": state("state", INVOICES, INVOICE_TONES),
        "why": choice("why", WHYS),
        "form": choice("form", FORMS),
        "read_at": day("read_at"),
    }
    column_formatters_detail = {**column_formatters, "amount": _kind}
    column_filters = (
        Among(
            Invoice.state,
            _l("State"),
            [(each.value, text) for each, text in INVOICES.items()],
            word="state",
            convert=InvoiceState,
        ),
    )

    def may(self, verb: Verb) -> bool:
        return super().may(verb) and invoices.may_manage(self.ctx)

    def title_of(self, row: Invoice) -> str:
        return f"{row.number}, {row.supplier_name or row.supplier_cvr}"

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return invoices.visible_invoices(ctx)

    def amount_text(self, amount: int) -> str:
        """For the pages of the verbs."""
        return show(amount)

    def story(self, row: Invoice) -> dict[str, Any]:
        """Who did what with it, and what may be done next."""
        names = invoices.invoice_details(self.ctx, row).names
        waits = row.state in (InvoiceState.WAITING, InvoiceState.DISMISSED)
        handles = invoices.may_manage(self.ctx)
        return {
            "steps": [
                (label, names.get(who), date_text(at))
                for label, who, at in (
                    (_("Read in"), row.read_by, row.read_at),
                    (_("Matched"), row.matched_by, row.matched_at),
                    (_("Answered"), row.answered_by, row.answered_at),
                )
                if at is not None
            ],
            "suggestions": invoices.suggestions(self.ctx, row)[:5] if waits and handles else [],
            "own_difference": row.state is InvoiceState.DIFFERENCE
            and handles
            and row.matched_by == self.ctx.actor.user_id,
            "waits": waits and handles,
            "beside": invoices.beside(self.ctx, row),
            "posted": invoices.posted(self.ctx, row),
            "show": show,
            "day": date_text,
        }
