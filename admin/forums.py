"""The screens of forums: forums, meetings, their packs, the log of decisions, and the year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_admin import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from admin.base import Verb
from admin.choosing import Among, FilteredView, key, seen_unit_choices
from admin.fields import TextAreaField, choices_of
from admin.formats import choice, day
from admin.forums_decisions import DecisionView
from admin.forums_labels import FORUMS, KINDS
from admin.forums_meetings import MeetingView
from admin.forums_packs import PackPage
from admin.forums_parts import MeetingForm, reads
from admin.forums_wheel import WheelPage
from admin.initiatives_forms import Several
from admin.lists import looked_up
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.forums import service as forums
from tenant_app.forums.models import Forum, ForumKind
from tenant_app.forums.rules import LONGEST_LINE, LONGEST_TEXT
from tenant_app.organisation.models import Unit, UnitKind

HOMES = (UnitKind.MUNICIPALITY, UnitKind.AREA, UnitKind.INSTITUTION)
LONGEST_EMAILS = 20_000


class People(Several):
    """Each with a box: nobody need hold Ctrl, and who is chosen is seen."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "CheckboxesField"  # drawn as one
        self.group = "choices-many"


class ForumFacts(FlaskForm):
    name = StringField(
        _l("Name of the forum"),
        [DataRequired(), Length(max=LONGEST_LINE)],
        description=_l("Such as: Leader group of daycare."),
    )
    kind = SelectField(
        _l("Kind of forum"),
        [InputRequired()],
        coerce=ForumKind,
        choices=choices_of((each.value, label) for each, label in KINDS.items()),
    )
    purpose = TextAreaField(_l("What it is for"), [Length(max=LONGEST_TEXT)])
    member_ids = People(_l("Members"), coerce=key)
    emails = TextAreaField(
        _l("Employees who are members"),
        [Length(max=LONGEST_EMAILS)],
        description=_l("Such as the employees’ members of MED: one e-mail address per line."),
    )

    def people(self, ctx: Context, unit_id: Any, forum_id: Any = None) -> list[Any]:
        """Ids of the members: those chosen and those named."""
        named = (self.emails.data or "").split()
        named = forums.named_by_email(ctx, unit_id, named, forum_id=forum_id)
        return [*self.member_ids.data, *named]


class NewForum(ForumFacts):
    unit_id = SelectField(
        _l("Unit"),
        [InputRequired()],
        coerce=key,
        description=_l("The forum works with the needs of this unit and of those below it."),
    )


class Create(Verb):
    name = "create"
    label = _l("New forum")
    help = _l("A fixed group that meets to prioritise and decide.")
    form = NewForum
    permission = Permission.FORUMS_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.unit_id.choices = choices_of(seen_unit_choices(ctx, Permission.FORUMS_MANAGE, *HOMES))
        form.member_ids.choices = choices_of(forums.people(ctx))

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        forums.create(
            ctx,
            unit_id=form.unit_id.data,
            kind=form.kind.data,
            name=form.name.data,
            purpose=form.purpose.data or "",
            member_ids=form.people(ctx, form.unit_id.data),
        )
        return _("The forum is made.")


class Change(Verb):
    name = "change"
    label = _l("Change forum")
    form = ForumFacts
    permission = Permission.FORUMS_MANAGE

    def prepare(self, ctx: Context, form: Any, row: Forum) -> None:
        seats = forums.members(ctx, [row.id])[row.id]
        people = dict(forums.people(ctx, row.unit_id))
        people |= {seat.user.id: seat.user.name for seat in seats if not seat.is_staff}
        form.member_ids.choices = choices_of(people.items())
        if request.method == "GET":
            form.name.data, form.kind.data, form.purpose.data = row.name, row.kind, row.purpose
            form.member_ids.data = [seat.user.id for seat in seats if not seat.is_staff]
            form.emails.data = "\n".join(seat.user.email for seat in seats if seat.is_staff)

    def shown(self, ctx: Context, row: Forum) -> bool:
        return row.closed_on is None and forums.may_manage(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        found = forums.one(ctx, row_id)
        forums.change(
            ctx,
            row_id,
            kind=form.kind.data,
            name=form.name.data,
            purpose=form.purpose.data or "",
            member_ids=form.people(ctx, found.unit_id, found.id),
        )
        return _("The forum is changed.")


class PlanMeeting(Verb):
    name = "plan"
    label = _l("Plan a meeting")
    form = MeetingForm
    permission = Permission.FORUMS_MANAGE

    def shown(self, ctx: Context, row: Forum) -> bool:
        return row.closed_on is None and forums.may_manage(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.plan(
            ctx,
            row_id,
            day=form.day.data,
            begins=form.begins.data,
            ends=form.ends.data,
            place=form.place.data,
        )
        return _("The meeting is planned.")


class Close(Verb):
    name = "close"
    label = _l("Close forum")
    help = _l("It does not meet any more. Its meetings and decisions stay.")
    permission = Permission.FORUMS_MANAGE
    danger = True

    def shown(self, ctx: Context, row: Forum) -> bool:
        return row.closed_on is None and forums.may_manage(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.close(ctx, row_id)
        return _("The forum is closed.")


def _members(view: Any, page: Any, row: Forum, name: str) -> int:
    return len(view.seats(row))


class ForumView(FilteredView):
    """The forums one looks into or is a member of."""

    model_class = Forum
    endpoint_name = "forums"
    label = _l("Forums")
    group = FORUMS
    help = _l(
        "Fixed groups that meet to prioritise needs and decide: the leader group, area meetings, "
        "MED and the consultants."
    )
    empty = _l("You are in no forum yet, and see none.")
    permission = Permission.FORUMS_VIEW
    verbs = (Create, PlanMeeting, Change, Close)
    load = (joinedload(Forum.unit),)
    details_template = "forums/forum.html"
    column_list = ("name", "kind", "unit", "members", "closed_on")
    column_details_list = ("kind", "unit", "purpose", "closed_on")
    column_labels = {
        "name": _l("Forum"),
        "kind": _l("Kind of forum"),
        "unit": _l("Unit"),
        "members": _l("Members"),
        "purpose": _l("What it is for"),
        "closed_on": _l("Closed on"),
    }
    column_formatters = {
        "kind": choice("kind", KINDS),
        "unit": lambda view, page, row, name: row.unit.name,
        "members": _members,
        "closed_on": day("closed_on"),
    }
    column_searchable_list = ("name",)
    column_sortable_list = ("name", "kind", "closed_on")
    sort_by = {"unit": looked_up(danish(Unit.name), Unit.id == Forum.unit_id, row=Forum)}
    column_default_sort = "name"
    column_filters = (
        Among(
            Forum.kind,
            _l("Kind of forum"),
            [(each.value, label) for each, label in KINDS.items()],
            word="kind",
            convert=ForumKind,
        ),
    )

    def is_accessible(self) -> bool:
        """Members come here too."""
        return reads(self.ctx)

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return forums.scope(ctx)

    def read_for(self, rows: Sequence[Forum]) -> None:
        """Who is in the page's forums is read at once."""
        self.ctx.memo["seats"] = forums.members(self.ctx, [row.id for row in rows])

    def seats(self, row: Forum) -> list[forums.Seat]:
        """Who is in a forum."""
        known: dict[Any, list[forums.Seat]] = self.ctx.memo.setdefault("seats", {})
        if row.id not in known:
            known |= forums.members(self.ctx, [row.id])
        return known[row.id]

    def recent(self, row: Forum) -> Sequence[Any]:
        """Its latest meetings, and those ahead."""
        return forums.meetings(self.ctx, forum_id=row.id, page_size=10).items

    def words(self) -> dict[str, Any]:
        """The labels of its page."""
        return MeetingView.labels()


def views() -> list[BaseView]:
    """In the order of the menu."""
    return [MeetingView(), DecisionView(), WheelPage(), ForumView(), PackPage()]
