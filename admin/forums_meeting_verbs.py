"""What is done about a meeting: its agenda, pack, ranking, minutes, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import has_request_context, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from admin.base import Verb
from admin.choosing import key
from admin.fields import TextAreaField, choices_of
from admin.forums_deciding import NOTHING, Decide, Keeping, numbered
from admin.forums_labels import SUBJECTS
from admin.forums_parts import MeetingForm, story
from admin.initiatives_forms import none_or
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.forums import rules
from tenant_app.forums import service as forums
from tenant_app.forums.models import AgendaItem, Meeting, MeetingState
from tenant_app.web.current import context


class ChangeMeeting(Keeping):
    name = "change"
    label = _l("Move meeting")
    form = MeetingForm
    states = rules.AHEAD

    def prepare(self, ctx: Context, form: Any, row: Meeting) -> None:
        if request.method == "GET":
            form.day.data, form.begins.data, form.ends.data = forums.local_times(row)
            form.place.data = row.place

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.change_meeting(
            ctx,
            row_id,
            day=form.day.data,
            begins=form.begins.data,
            ends=form.ends.data,
            place=form.place.data,
        )
        return _("The meeting is moved.")


class ItemForm(FlaskForm):
    candidate = SelectField(
        _l("Candidate to prioritise"),
        [Optional()],
        description=_l(
            "Qualified needs, shared needs and initiatives that wait to be prioritised. The most "
            "urgent needs stand first."
        ),
    )
    title = StringField(
        _l("Title of the item"),
        [Length(max=rules.LONGEST_LINE)],
        description=_l("Left empty, the item is called what the candidate is."),
    )
    position = IntegerField(
        _l("Number on the agenda"),
        [Optional(), NumberRange(min=1, max=rules.MOST_ITEMS)],
        description=_l("Left empty, the item comes last."),
    )


class AddItem(Keeping):
    name = "add-item"
    label = _l("Add to the agenda")
    form = ItemForm
    template = "forums/add_item.html"

    def prepare(self, ctx: Context, form: Any, row: Meeting) -> None:
        offered = [
            (f"{kind}:{item_id}", f"{SUBJECTS[forums.Subject(kind)]}: {title}")
            for kind, found in forums.candidates_to_choose(ctx, row.forum, words=_words()).items()
            for item_id, title in found
        ]
        form.candidate.choices = choices_of([NOTHING, *offered])

    def extra(self, ctx: Context, row: Meeting) -> dict[str, Any]:
        """What was searched for."""
        return {"words": _words()}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        found = forums.candidate_of_text(form.candidate.data or "")
        forums.add_item(
            ctx,
            row_id,
            title=form.title.data or "",
            position=form.position.data,
            **(found.columns() if found is not None else {}),
        )
        return _("The item stands on the agenda.")


def _words() -> str:
    return request.args.get("words", "")[:100]


class RemoveForm(FlaskForm):
    item_id = SelectField(_l("Item to remove"), [InputRequired()], coerce=key)


class RemoveItem(Keeping):
    name = "remove-item"
    label = _l("Remove from the agenda")
    form = RemoveForm

    def prepare(self, ctx: Context, form: Any, row: Meeting) -> None:
        form.item_id.choices = choices_of(numbered(forums.agenda(ctx, row.id)))

    def shown(self, ctx: Context, row: Meeting) -> bool:
        return super().shown(ctx, row) and bool(story(ctx, row).agenda)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.remove_item(ctx, form.item_id.data)
        return _("The item is taken off the agenda.")


class OrderAgenda(Keeping):
    """A number for each item."""

    name = "order"
    label = _l("Order the agenda")
    help = _l(
        "Write the number at which an item is to stand. Of two with the same number the one you "
        "moved comes first, and all are numbered anew."
    )
    states = rules.AHEAD

    @property
    def form(self) -> type[FlaskForm]:  # type: ignore[override]  # one field per item
        row = _meeting_asked_for()
        items = forums.agenda(context(), row.id) if row is not None else ()
        fields = {
            _field_of(item): IntegerField(
                item.title,
                [InputRequired(), NumberRange(min=1, max=rules.MOST_ITEMS)],
                render_kw={"class": "agenda-number"},
            )
            for item in items
        }
        return type("OrderForm", (FlaskForm,), fields)

    def prepare(self, ctx: Context, form: Any, row: Meeting) -> None:
        if request.method == "GET":
            for item in forums.agenda(ctx, row.id):
                form[_field_of(item)].data = item.position

    def shown(self, ctx: Context, row: Meeting) -> bool:
        found = story(ctx, row)
        return super().shown(ctx, row) and found.ranking is None and len(found.agenda) > 1

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        known = [item.id for item in forums.agenda(ctx, row_id)]
        given = {
            item_id: form[name].data for item_id in known if (name := f"item_{item_id.hex}") in form
        }
        forums.order_agenda(ctx, row_id, ordered=rules.numbered_anew(known, given))
        return _("The agenda is in order.")


class MakePack(Keeping):
    name = "pack"
    label = _l("Make the meeting pack")
    help = _l(
        "Needs, shared needs, budget, overload and earlier decisions are collected as they are "
        "now, and stay so in the pack. The meeting is then called. A new pack is a new version."
    )
    states = rules.AHEAD

    def shown(self, ctx: Context, row: Meeting) -> bool:
        return super().shown(ctx, row) and story(ctx, row).making is None

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.request_pack(ctx, row_id)
        return _("The meeting pack is being made. You can go on working.")


class OpenRanking(Keeping):
    name = "open-ranking"
    label = _l("Open the ranking")
    help = _l(
        "The members can now put the candidates of the agenda in order. The candidates stay as "
        "they are from now on."
    )

    def shown(self, ctx: Context, row: Meeting) -> bool:
        if not super().shown(ctx, row):
            return False
        found = story(ctx, row)
        return (
            found.ranking is None
            and sum(forums.subject_of(point.item) is not None for point in found.agenda) > 1
        )

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.open_ranking(ctx, row_id)
        return _("The ranking is open.")


class CloseRanking(Keeping):
    name = "close-ranking"
    label = _l("Close the ranking")
    help = _l("No more votes are taken, and everybody in the forum sees the result.")

    def shown(self, ctx: Context, row: Meeting) -> bool:
        if not super().shown(ctx, row):
            return False
        found = story(ctx, row).ranking
        return found is not None and found.is_open

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.close_ranking(ctx, row_id)
        return _("The ranking is closed, and the result is shown.")


def _meeting_asked_for() -> Meeting | None:
    """The meeting of the page, where there is one: the form has a field for each of its items."""
    if not has_request_context():
        return None
    try:
        return forums.meeting(context(), UUID(request.args.get("id", "")))
    except (ValueError, NotFound):
        return None


def _field_of(item: AgendaItem) -> str:
    return f"item_{item.id.hex}"


class Rank(Verb):
    """The member's own order: a place for each candidate."""

    name = "rank"
    label = _l("Rank the candidates")
    help = _l(
        "Give each candidate a place of its own; 1 is the most important. You can change your "
        "order until the ranking is closed. Nobody but you sees it; the result is shown when it "
        "is closed."
    )
    permission = Permission.FORUMS_TAKE_PART

    @property
    def form(self) -> type[FlaskForm]:  # type: ignore[override]  # one field per candidate
        row = _meeting_asked_for()
        items = _candidates(context(), row) if row is not None else []
        places = [("", _l("Choose a place")), *((str(at), str(at)) for at in _places(items))]
        fields = {
            _field_of(item): SelectField(
                item.title, [InputRequired()], choices=choices_of(places), coerce=none_or(int)
            )
            for item in items
        }
        return type("RankForm", (FlaskForm,), fields)

    def prepare(self, ctx: Context, form: Any, row: Meeting) -> None:
        own = forums.own_order(ctx, row)  # a refusal to others than members
        if request.method == "GET":
            for place, item_id in enumerate(own, start=1):
                form[f"item_{item_id.hex}"].data = place

    def shown(self, ctx: Context, row: Meeting) -> bool:
        found = story(ctx, row)
        is_open = found.ranking is not None and found.ranking.is_open
        return is_open and found.is_member and row.state in rules.OPEN

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        items = _candidates(ctx, forums.meeting(ctx, row_id))
        given = {item.id: form[_field_of(item)].data for item in items}
        forums.rank(ctx, row_id, rules.order_of(given))
        return _("Your order is kept.")


def _candidates(ctx: Context, row: Meeting) -> list[AgendaItem]:
    return [each for each in forums.agenda(ctx, row.id) if forums.subject_of(each) is not None]


def _places(items: Sequence[AgendaItem]) -> range:
    return range(1, len(items) + 1)


class WriteMinutes(Keeping):
    name = "minutes"
    label = _l("Write the minutes")
    begun = True

    @property
    def form(self) -> type[FlaskForm]:  # type: ignore[override]  # one field per item
        row = _meeting_asked_for()
        long = [Length(max=rules.LONGEST_TEXT)]
        fields = {
            _field_of(item): TextAreaField(f"{item.position}. {item.title}", long)
            for item in (forums.agenda(context(), row.id) if row is not None else ())
        }
        rest = TextAreaField(_l("Minutes of the meeting as a whole"), long)
        return type("MinutesForm", (FlaskForm,), {**fields, "minutes": rest})

    def prepare(self, ctx: Context, form: Any, row: Meeting) -> None:
        if request.method == "GET":
            form.minutes.data = row.minutes
            for item in forums.agenda(ctx, row.id):
                form[_field_of(item)].data = item.minutes

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        items = {
            item.id: form[_field_of(item)].data or ""
            for item in forums.agenda(ctx, row_id)
            if _field_of(item) in form
        }
        forums.write_minutes(ctx, row_id, minutes=form.minutes.data or "", items=items)
        return _("The minutes are written.")


class Hold(Keeping):
    name = "hold"
    label = _l("Mark as held")
    states = rules.AHEAD
    begun = True

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.move(ctx, row_id, MeetingState.HELD)
        return _("The meeting is marked as held.")


class CloseMinutes(Keeping):
    name = "close"
    label = _l("Close the minutes")
    help = _l("The minutes and the decisions of the meeting stay as they are from now on.")
    states = (MeetingState.HELD,)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.move(ctx, row_id, MeetingState.CLOSED)
        return _("The minutes are closed.")


class Cancel(Keeping):
    name = "cancel"
    label = _l("Cancel meeting")
    states = rules.AHEAD
    danger = True

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.move(ctx, row_id, MeetingState.CANCELLED)
        return _("The meeting is cancelled.")


VERBS = (
    *(Rank, AddItem, OrderAgenda, RemoveItem, MakePack, OpenRanking, CloseRanking),
    *(Decide, WriteMinutes, ChangeMeeting, Hold, CloseMinutes, Cancel),
)
