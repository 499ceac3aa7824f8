"""The year as a wheel: fixed points of the municipality, and the meetings one follows."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from admin import forums_drawings
from admin.base import Verb
from admin.choosing import key
from admin.fields import choices_of
from admin.formats import date_text
from admin.forums_drawings import Slice, month_name
from admin.forums_labels import FORUMS, STATE_TONES, STATES, WHEEL_KINDS
from admin.forums_parts import hours, reads
from admin.verb_pages import VerbPage
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.forums import rules
from tenant_app.forums import service as forums
from tenant_app.forums.models import WheelKind
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy


class PointForm(FlaskForm):
    month = SelectField(_l("Month"), [InputRequired()], coerce=int)
    week = IntegerField(
        _l("Week"),
        [Optional(), NumberRange(min=1, max=53)],
        description=_l("May be left out where it is some time in the month."),
    )
    kind = SelectField(
        _l("What it is about"),
        [InputRequired()],
        coerce=WheelKind,
        choices=choices_of((each.value, label) for each, label in WHEEL_KINDS.items()),
    )
    text = StringField(_l("Fixed point"), [DataRequired(), Length(max=rules.LONGEST_LINE)])


class Setting(Verb):
    """For those who keep forums of the whole municipality."""

    permission = Permission.FORUMS_MANAGE
    on_row = False


class AddPoint(Setting):
    name = "add"
    label = _l("Add a fixed point")
    help = _l("It stands in every year, and is read by all who follow a forum.")
    form = PointForm

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.month.choices = choices_of((at, month_name(at, long=True)) for at in range(1, 13))

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        forums.add_point(
            ctx,
            month=form.month.data,
            week=form.week.data,
            kind=form.kind.data,
            text=form.text.data,
        )
        return _("The fixed point is added.")


class RemoveForm(FlaskForm):
    entry_id = SelectField(_l("Fixed point to remove"), [InputRequired()], coerce=key)


class RemovePoint(Setting):
    name = "remove"
    label = _l("Remove a fixed point")
    form = RemoveForm

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.entry_id.choices = choices_of(
            (each.id, f"{month_name(each.month, long=True)}: {each.text}")
            for each in forums.points(ctx)
        )

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        forums.remove_point(ctx, form.entry_id.data)
        return _("The fixed point is removed.")


def sets(ctx: Context) -> bool:
    """Whether the reader keeps the wheel."""
    if not ctx.actor.may(Permission.FORUMS_MANAGE):
        return False
    return ctx.actor.may(Permission.FORUMS_MANAGE, at=organisation.root_path(ctx))


class WheelPage(VerbPage):
    """Twelve months as a picture and as a table."""

    permission = Permission.FORUMS_VIEW
    help = _l(
        "The fixed points of the year, and the meetings of the forums you follow. Put the "
        "meetings into your own calendar with the calendar file."
    )
    verbs = (AddPoint, RemovePoint)

    def __init__(self) -> None:
        super().__init__(
            name=_l("The wheel of the year"), category=FORUMS, endpoint="wheel", url="year-wheel"
        )

    def is_accessible(self) -> bool:
        """Members come here too."""
        return reads(self.ctx)

    def may(self, verb: Verb) -> bool:
        """The wheel is the whole municipality's."""
        return sets(self.ctx)

    def verb_page(self, verb: Verb) -> ResponseReturnValue:
        """Its forms too."""
        self.ctx.require(Permission.FORUMS_MANAGE)
        self.ctx.require(Permission.FORUMS_MANAGE, at=organisation.root_path(self.ctx))
        return super().verb_page(verb)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        ctx = self.ctx
        year = rules.year_of(request.args.get("year", type=int), today=ctx.today)
        months = forums.year(ctx, year)
        now = ctx.today.month if ctx.today.year == year else 0
        slices = [
            Slice(month_name(each.number), len(each.points), len(each.meetings), each.number == now)
            for each in months
        ]
        return self.render(
            "forums/wheel.html",
            year=year,
            years=range(ctx.today.year - 2, ctx.today.year + 4),
            months=months,
            now=now,
            picture=forums_drawings.wheel(
                slices, year=year, title=_("The year %(year)s, month by month", year=year)
            ),
            month_name=month_name,
            kinds=WHEEL_KINDS,
            states=STATES,
            tones=STATE_TONES,
            hours=hours,
            day=date_text,
        )

    @expose("/calendar/")
    def calendar(self) -> Response:
        """The meetings of the year, as Outlook and phones read them."""
        ctx = self.ctx
        year = rules.year_of(request.args.get("year", type=int), today=ctx.today)
        text = forums.calendar(ctx, year, name=_("Meetings %(year)s", year=year))
        response = Response(text, content_type="text/calendar; charset=utf-8")
        name = f"moeder-{tenancy.tenant(ctx).slug}-{year}.ics"
        response.headers.set("Content-Disposition", "attachment", filename=name)
        return response
