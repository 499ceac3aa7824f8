"""Rounds of talks: opened, followed, and invited to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms import SelectField, ValidationError
from wtforms.validators import InputRequired, Length

from admin.base import Verb
from admin.choosing import INDENT, FilteredView, key
from admin.fields import CheckboxesField, DanishDateField, TextAreaField, choices_of
from admin.formats import choice, date_text, day
from admin.talks_choices import words
from admin.talks_labels import KINDS
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.talks import service as talks
from tenant_app.talks.models import TalkKind, TalkRound
from tenant_app.talks.rules import LONGEST_TEXT

PERIOD, DUE = timedelta(days=120), timedelta(days=90)


class RoundForm(FlaskForm):
    unit_id = SelectField(
        _l("Unit"),
        [InputRequired()],
        coerce=key,
        description=_l(
            "In an institution everybody employed there is invited; above it, its leaders."
        ),
    )
    kind = SelectField(
        _l("Kind"),
        [InputRequired()],
        coerce=TalkKind,
        choices=choices_of((each.value, label) for each, label in KINDS.items()),
        description=_l("Groups are put together afterwards, on the page of the round."),
    )
    from_date = DanishDateField(_l("From"), [InputRequired()])
    to_date = DanishDateField(_l("To and including"), [InputRequired()])
    due_on = DanishDateField(
        _l("The talks are held by"),
        [InputRequired()],
        description=_l("After this day they are shown as late."),
    )
    invitation = TextAreaField(_l("What you write to those invited"), [Length(max=LONGEST_TEXT)])


class OpenRound(Verb):
    name = "open"
    label = _l("Open a round of talks")
    help = _l("Everybody invited finds the talk and its preparation under “My talks”.")
    form = RoundForm
    permission = Permission.TALKS_HOLD
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.unit_id.choices = choices_of(
            (str(place.unit_id), INDENT * (place.path.count(".") - 1) + place.unit.name)
            for place in talks.units_to_hold_at(ctx)
        )
        if request.method == "GET":
            form.from_date.data = ctx.today
            form.due_on.data = ctx.today + DUE
            form.to_date.data = ctx.today + PERIOD

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:  # type: ignore[override]  # on no row, so always None
        facts = {field.name: field.data for field in form if field.name != "csrf_token"}
        made = talks.open_round(ctx, **facts | {"invitation": form.invitation.data or ""})
        return redirect(url_for("talk-rounds.details_view", id=made.id))


class ChangeRoundForm(FlaskForm):
    to_date = DanishDateField(_l("To and including"), [InputRequired()])
    due_on = DanishDateField(
        _l("The talks are held by"),
        [InputRequired()],
        description=_l("After this day they are shown as late."),
    )
    invitation = TextAreaField(_l("What you write to those invited"), [Length(max=LONGEST_TEXT)])


class OfOpenRound(Verb):
    permission = Permission.TALKS_HOLD

    def shown(self, ctx: Context, row: TalkRound) -> bool:
        return row.ended_at is None


class ChangeRound(OfOpenRound):
    name = "change"
    label = _l("Change the round")
    help = _l("Another last day, another day to hold the talks by, other words to those invited.")
    form = ChangeRoundForm

    def prepare(self, ctx: Context, form: Any, row: TalkRound) -> None:
        if request.method == "GET":
            form.to_date.data, form.due_on.data = row.to_date, row.due_on
            form.invitation.data = talks.invitation(ctx, row.id)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        talks.change_round(
            ctx,
            row_id,
            to_date=form.to_date.data,
            due_on=form.due_on.data,
            invitation=form.invitation.data or "",
        )
        return _("The round is changed.")


class EndForm(FlaskForm):
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(), Length(max=LONGEST_TEXT)],
        description=_l("Those whose talks are cancelled read it."),
    )


class EndRound(OfOpenRound):
    name = "end"
    label = _l("End the round")
    help = _l(
        "Nobody is invited any more, and talks that lie ahead are cancelled. Those that were held "
        "stay, to be agreed on and signed."
    )
    form = EndForm
    danger = True

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        cancelled = talks.end_round(ctx, row_id, reason=form.reason.data)
        return ngettext(
            "The round is ended, and %(num)s talk ahead is cancelled.",
            "The round is ended, and %(num)s talks ahead are cancelled.",
            cancelled,
        )


class PeopleField(CheckboxesField):
    """Says nothing of what was sent: it may be somebody of elsewhere."""

    def pre_validate(self, form: Any) -> None:
        offered = {str(choice.value) for choice in self.choices or ()}
        if not {str(each) for each in self.data or ()} <= offered:
            raise ValidationError(_("Choose people from the list."))


class InviteForm(FlaskForm):
    employee_ids = PeopleField(_l("Who is invited"), [InputRequired()], coerce=key)


class Invite(Verb):
    name = "invite"
    label = _l("Invite employees")
    help = _l("In a round of MUS each gets a talk of their own; in one of GRUS they are a group.")
    form = InviteForm
    permission = Permission.TALKS_HOLD

    def prepare(self, ctx: Context, form: Any, row: TalkRound) -> None:
        form.employee_ids.choices = choices_of(
            (str(each.id), each.name) for each in talks.staff_of(ctx, row)
        )

    def shown(self, ctx: Context, row: TalkRound) -> bool:
        return row.ended_at is None and row.to_date >= ctx.today

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        made = talks.invite(ctx, row_id, employee_ids=form.employee_ids.data)
        return ngettext("%(num)s talk is invited to.", "%(num)s talks are invited to.", len(made))


def _line(view: Any, row: TalkRound) -> talks.RoundLine:
    known: dict[UUID, talks.RoundLine] = view.ctx.memo.setdefault("talk rounds", {})
    if row.id not in known:
        known |= {line.round.id: line for line in talks.lines(view.ctx, [row])}
    return known[row.id]


def _held(view: Any, page: Any, row: TalkRound, name: str) -> str:
    line = _line(view, row)
    return _("%(held)s of %(talks)s", held=line.held, talks=line.talks)


def _agreed(view: Any, page: Any, row: TalkRound, name: str) -> str:
    line = _line(view, row)
    return _("%(held)s of %(talks)s", held=line.agreed, talks=line.talks)


def _state(view: Any, page: Any, row: TalkRound, name: str) -> Any:
    if row.ended_at is not None:
        return _("Ended %(day)s", day=date_text(row.ended_at, hours=False))
    if row.to_date < view.ctx.today:
        return _("The period is over")
    return _("Open to talks")


class RoundView(FilteredView):
    """The rounds of the units whose talks one holds."""

    model_class = TalkRound
    endpoint_name = "talk-rounds"
    label = _l("Rounds of talks")
    help = _l("Each round has a period, and a day by which its talks are held.")
    empty = _l("No rounds of talks yet.")
    permission = Permission.TALKS_HOLD
    verbs = (OpenRound, Invite, ChangeRound, EndRound)
    load = (joinedload(TalkRound.unit),)
    details_template = "talks/round.html"
    column_list = ("unit", "kind", "from_date", "to_date", "due_on", "held", "agreed", "state")
    column_details_list = column_list
    column_labels = {
        "unit": _l("Unit"),
        "kind": _l("Kind"),
        "from_date": _l("From"),
        "to_date": _l("To and including"),
        "due_on": _l("The talks are held by"),
        "held": _l("Talks held"),
        "agreed": _l("Agreed and signed"),
        "state": _l("State"),
    }
    column_sortable_list = ("kind", "from_date", "to_date", "due_on", ("unit", "unit.name"))
    column_default_sort = [("from_date", True), ("id", True)]
    column_formatters = {
        "unit": lambda view, page, row, name: row.unit.name,
        "kind": choice("kind", KINDS),
        "from_date": day("from_date"),
        "to_date": day("to_date"),
        "due_on": day("due_on"),
        "held": _held,
        "agreed": _agreed,
        "state": _state,
    }

    def title_of(self, row: TalkRound) -> str:
        return f"{KINDS[row.kind]}, {row.unit.name}, {row.from_date:%d-%m-%Y}"

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return talks.round_scope(ctx)

    def read_for(self, rows: Sequence[TalkRound]) -> None:
        """How far the rounds are, read at once."""
        self.ctx.memo["talk rounds"] = {line.round.id: line for line in talks.lines(self.ctx, rows)}

    def moment(self, value: datetime) -> str:
        """A time as it is written."""
        return date_text(value)

    def story(self, row: TalkRound) -> dict[str, Any]:
        """The talks of the round, and who is in them."""
        found = talks.talks(self.ctx, round_id=row.id, page_size=200).items
        known = talks.members(self.ctx, found)
        return {
            "talks": found,
            "members": known,
            "invitation": talks.invitation(self.ctx, row.id),
            "is_late": lambda talk: talks.is_late(self.ctx, talk),
            **words(self.ctx),
        }
