"""What a meeting decided, and who may do something about a meeting at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from admin.base import Verb
from admin.choosing import key
from admin.fields import DanishDateField, TextAreaField, choices_of
from admin.formats import date_text
from admin.forums_labels import OUTCOMES
from admin.forums_parts import story
from admin.initiatives_forms import none_or
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.forums import rules
from tenant_app.forums import service as forums
from tenant_app.forums.models import AgendaItem, Meeting, MeetingState, Outcome

NOTHING = ("", _l("Nothing chosen"))
CHOOSE = ("", _l("Choose one"))
"""Of a field that must be answered: nothing is chosen beforehand."""


class Keeping(Verb):
    """For those who keep the forum, while the meeting is in one of the states."""

    permission = Permission.FORUMS_MANAGE
    states: ClassVar[tuple[MeetingState, ...]] = rules.OPEN
    begun: ClassVar[bool | None] = None
    """Whether the meeting must have begun, or must not; None for both."""

    def shown(self, ctx: Context, row: Meeting) -> bool:
        if row.state not in self.states or not story(ctx, row).may_manage:
            return False
        return self.begun is None or self.begun == (row.starts_at <= ctx.now)


def numbered(items: Sequence[AgendaItem]) -> list[tuple[UUID, str]]:
    """The items of an agenda, to choose from."""
    return [(item.id, f"{item.position}. {item.title}") for item in items]


class DecideForm(FlaskForm):
    item_id = SelectField(_l("Item of the agenda"), [Optional()], coerce=none_or(key))
    outcome = SelectField(
        _l("What is decided"),
        [InputRequired()],
        coerce=none_or(Outcome),
        choices=choices_of([CHOOSE, *((each.value, label) for each, label in OUTCOMES.items())]),
        description=_l(
            "A need that starts comes before others, one for later is parked, and one that is "
            "not to be is turned down. An initiative that is not to be stops."
        ),
    )
    text = TextAreaField(
        _l("The decision in words"),
        [DataRequired(), Length(max=rules.LONGEST_DECISION)],
        description=_l("It is also the reason that those who raised the need can read."),
    )
    owner_id = SelectField(_l("Who sees to it"), [InputRequired()], coerce=none_or(key))
    due_on = DanishDateField(_l("Done by"), [InputRequired()])
    new_title = StringField(
        _l("New initiative"),
        [Length(max=rules.LONGEST_LINE)],
        description=_l("Its title, where the decision starts something new."),
    )
    people = IntegerField(
        _l("Number of people in the new initiative"),
        [Optional(), NumberRange(min=1, max=10_000)],
        description=_l("Left empty, as many as the need concerns."),
    )
    started_id = SelectField(
        _l("Or an initiative that is there"), [Optional()], coerce=none_or(key)
    )
    replaces_id = SelectField(
        _l("Decision that this one replaces"),
        [Optional()],
        coerce=none_or(key),
        description=_l("Only where the forum decided on the same matter before."),
    )


class Decide(Keeping):
    name = "decide"
    label = _l("Record a decision")
    form = DecideForm
    begun = True

    def prepare(self, ctx: Context, form: Any, row: Meeting) -> None:
        seats = forums.members(ctx, [row.forum_id])[row.forum_id]
        people = {seat.user.id: seat.user.name for seat in seats}
        people |= dict(forums.people(ctx, row.forum.unit_id))
        form.owner_id.choices = choices_of([CHOOSE, *people.items()])
        form.item_id.choices = choices_of([NOTHING, *numbered(forums.agenda(ctx, row.id))])
        form.started_id.choices = choices_of(
            [NOTHING, *forums.initiatives_to_start(ctx, row.forum)]
        )
        earlier = [
            (each.id, f"{date_text(each.decided_at, hours=False)}: {each.text[:80]}")
            for each in forums.decisions_to_replace(ctx, row.forum)
        ]
        form.replaces_id.choices = choices_of([NOTHING, *earlier])
        if request.method == "GET" and request.args.get("item"):
            wanted = {str(each): each for each, _title in numbered(forums.agenda(ctx, row.id))}
            form.item_id.data = wanted.get(request.args["item"])

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.decide(
            ctx,
            row_id,
            text=form.text.data,
            outcome=form.outcome.data,
            owner_id=form.owner_id.data,
            due_on=form.due_on.data,
            item_id=form.item_id.data,
            replaces_id=form.replaces_id.data,
            started_id=form.started_id.data,
            new_title=form.new_title.data or "",
            people=form.people.data,
        )
        return _("The decision is recorded.")
