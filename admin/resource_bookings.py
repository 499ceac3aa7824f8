"""Bookings of resource persons: answered, held, given up."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms.validators import DataRequired, Length

from admin.anchoring_choices import Where, unit_options
from admin.base import Verb, verb_page
from admin.beginnings import Beginning
from admin.catalogue_verbs import options
from admin.choosing import YES_NO, FilteredView, ReadOptions, key, yes_or_no
from admin.fields import TextAreaField
from admin.formats import choice, day, state
from admin.labels_resource import BOOKINGS, TONES
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.needs import service as needs
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import Booking, BookingState
from tenant_app.resource_persons.rules import LONGEST, hours_of, hours_text
from tenant_app.web.current import context


class ReasonForm(FlaskForm):
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(), Length(max=LONGEST["reason"])],
        description=_l("The other side can read it."),
    )


class Agree(Verb):
    name = "agree"
    label = _l("Agree to the booking")
    help = _l("The resource person comes as asked for.")
    permission = Permission.RESOURCE_PERSONS_MANAGE

    def shown(self, ctx: Context, row: Booking) -> bool:
        return resource_persons.may_answer(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        resource_persons.agree(ctx, row_id)
        return _("The booking is agreed.")


class Hold(Verb):
    name = "hold"
    label = _l("Note as held")
    help = _l("It has been. The hours stay used.")
    permission = Permission.RESOURCE_PERSONS_BOOK

    def shown(self, ctx: Context, row: Booking) -> bool:
        return resource_persons.may_hold(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        resource_persons.hold(ctx, row_id)
        return _("The booking is noted as held.")


class Decline(Verb):
    name = "decline"
    label = _l("Say no to the booking")
    help = _l("The resource person does not come. The hours are free again.")
    form = ReasonForm
    permission = Permission.RESOURCE_PERSONS_MANAGE

    def shown(self, ctx: Context, row: Booking) -> bool:
        return resource_persons.may_answer(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = resource_persons.decline(ctx, row_id, reason=form.reason.data)
        return ngettext(
            "The answer is no, and %(hours)s hour is free again.",
            "The answer is no, and %(hours)s hours are free again.",
            1 if hours_of(made.minutes) == 1 else 2,
            hours=hours_text(made.minutes),
        )


class Cancel(Verb):
    name = "cancel"
    label = _l("Cancel the booking")
    help = _l("It is given up. Its hours are free again.")
    form = ReasonForm
    permission = Permission.RESOURCE_PERSONS_BOOK
    danger = True

    def shown(self, ctx: Context, row: Booking) -> bool:
        # Whoever answers says yes or no instead.
        return resource_persons.may_cancel(ctx, row) and not resource_persons.may_answer(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = resource_persons.cancel(ctx, row_id, reason=form.reason.data)
        return ngettext(
            "The booking is cancelled, and %(hours)s hour is free again.",
            "The booking is cancelled, and %(hours)s hours are free again.",
            1 if hours_of(made.minutes) == 1 else 2,
            hours=hours_text(made.minutes),
        )


def _hours(view: Any, page: Any, row: Booking, name: str) -> Any:
    return Markup('<span class="money">{}</span>').format(hours_text(row.minutes))


def _need(view: Any, page: Any, row: Booking, name: str) -> str:
    """Its words only for those who see the need itself."""
    if row.need_id is None:
        return ""
    return needs.titles(context(), [row.need_id]).get(row.need_id) or _("A need you do not see")


class BookingList(FilteredView):
    """Those of the units in sight, and one's own as a resource person."""

    model_class = Booking
    endpoint_name = "resource-bookings"
    label = _l("Bookings")
    help = _l("Hours of resource persons: asked for, agreed, declined, held or cancelled.")
    empty = _l("No bookings yet. Hours are booked from the page of a resource person.")
    begins_at: ClassVar = (
        Beginning(
            _l("See the resource persons"),
            "resource-persons.index_view",
            frozenset({Permission.RESOURCE_PERSONS_BOOK}),
        ),
    )
    permission = Permission.RESOURCE_PERSONS_VIEW
    verbs = (Agree, Decline, Hold, Cancel)
    load = (
        joinedload(Booking.person),
        joinedload(Booking.unit),
        joinedload(Booking.initiative),
    )
    column_list = ("person", "unit", "starts_on", "ends_on", "hours", "purpose", "state")
    column_details_list = (
        *("person", "unit", "starts_on", "ends_on", "hours", "purpose", "initiative", "need"),
        *("state", "reason", "booked_at"),
    )
    more_columns = ("initiative", "booked_at")
    column_labels = {
        "person": _l("Resource person"),
        "unit": _l("Unit"),
        "starts_on": _l("First day"),
        "ends_on": _l("Last day"),
        "hours": _l("Hours"),
        "purpose": _l("What the hours are for"),
        "initiative": _l("Part of the initiative"),
        "need": _l("Need it answers"),
        "state": _l("State"),
        "reason": _l("Why it was cancelled or declined"),
        "booked_at": _l("Asked for"),
    }
    column_sortable_list = (
        *("starts_on", "ends_on", "state", "booked_at"),
        ("hours", "minutes"),
        ("person", "person.name"),
        ("unit", "unit.name"),
    )
    column_default_sort = ("starts_on", True)
    column_formatters = {
        "person": lambda view, page, row, name: row.person.name,
        "unit": lambda view, page, row, name: row.unit.name,
        "starts_on": day("starts_on"),
        "ends_on": day("ends_on"),
        "hours": _hours,
        "initiative": lambda view, page, row, name: row.initiative.title if row.initiative else "",
        "need": _need,
        "state": state("state", BOOKINGS, TONES),
        "booked_at": day("booked_at", hours=False),
    }
    column_formatters_export = {**column_formatters, "state": choice("state", BOOKINGS)}
    column_filters = (
        Where(
            Booking.state,
            _l("State"),
            options(BOOKINGS),
            word="state",
            convert=BookingState,
            where=lambda value: resource_persons.matching_bookings(context(), state=value),
        ),
        Where(
            Booking.unit_id,
            _l("Unit"),
            ReadOptions(unit_options),
            word="unit",
            convert=key,
            where=lambda value: resource_persons.matching_bookings(context(), unit_id=value),
        ),
        Where(
            Booking.person_id,
            _l("I can answer it"),
            YES_NO[:1],
            word="waiting",
            convert=yes_or_no,
            where=lambda value: resource_persons.matching_bookings(context(), waiting=value),
        ),
        Where(
            Booking.ends_on,
            _l("Agreed and ahead"),
            YES_NO[:1],
            word="ahead",
            convert=yes_or_no,
            where=lambda value: resource_persons.matching_bookings(context(), ahead=value),
        ),
    )

    def title_of(self, row: Booking) -> str:
        return f"{row.person.name}: {row.unit.name}, {row.starts_on:%d-%m-%Y}"

    def is_accessible(self) -> bool:
        """Whoever is booked sees what they are booked for."""
        return super().is_accessible() or resource_persons.is_listed(self.ctx)

    def is_visible(self) -> bool:
        """In the menu of those who may see them all: it is made for every page, and whether an
        employee is a resource person would have to be asked each time. Their home page leads here.
        """
        return bool(self.ctx.actor.may(Permission.RESOURCE_PERSONS_VIEW))

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return resource_persons.bookings_seen(ctx)

    def may(self, verb: Verb) -> bool:
        """A resource person answers, whatever their role; the service asks whose booking it is."""
        return super().may(verb) or resource_persons.is_listed(self.ctx)

    def verb_page(self, verb: Verb) -> ResponseReturnValue:
        row = self.get_one(request.args.get("id", ""))
        if not resource_persons.is_listed(self.ctx):
            self.ctx.require(verb.permission)
        return verb_page(self, self.ctx, verb, row, self.after(row))
