"""What is done with a dialogue session: made, changed, and led from phase to phase."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.choosing import key, seen_unit_choices
from admin.fields import CheckboxesField, DanishDateField, choices_of
from admin.labels_dialogue import MOVES, PHASES
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.dialogue import rules
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import DialogueSession, SessionState
from tenant_app.web.current import locale


def text_of_card(card: Any, name: str) -> str:
    """The title, question or hint of a card in the reader's language."""
    return in_language(getattr(card, f"{name}_da"), getattr(card, f"{name}_en"))


def in_language(danish: str, english: str) -> str:
    """The one of the two that the reader's language is."""
    return english if str(locale()) == "en" else danish


class BoxesField(CheckboxesField):
    """The same; what is not among the choices is said without repeating it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "CheckboxesField"  # drawn as one

    def pre_validate(self, form: Any) -> None:
        offered = {value for value, *_rest in self.iter_choices()}
        if set(self.data or ()) - offered:
            raise ValidationError(_("Something chosen is not in the list. Choose again."))


class ChangeForm(FlaskForm):
    title = StringField(
        _l("What the session is about"),
        [DataRequired(), Length(max=rules.LONGEST["title"])],
        description=_l("Such as: language in everyday routines."),
    )
    held_on = DanishDateField(_l("Day of the meeting"), [InputRequired()])
    votes_each = IntegerField(
        _l("Votes each has in a phase"),
        [InputRequired()],
        description=_l("Three is a good number. With 0 there is no voting."),
    )

    def facts(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        names = ("title", "held_on", "votes_each")
        return {name: self[name].data for name in names}


class SessionForm(ChangeForm):
    unit_id = SelectField(_l("Unit"), [InputRequired()], coerce=key)
    card_ids = BoxesField(_l("Cards of the session"), coerce=key)


class Holding(Verb):
    """For those who lead sessions."""

    permission = Permission.DIALOGUE_HOLD

    def shown(self, ctx: Context, row: DialogueSession) -> bool:
        return row.state is not SessionState.CLOSED and dialogue.may_steer(ctx, row)


class CreateSession(Holding):
    name = "create"
    label = _l("New dialogue session")
    help = _l(
        "The cards are kept as they read today. The session gets a code, which people come in "
        "with when you open it."
    )
    form = SessionForm
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.unit_id.choices = choices_of(seen_unit_choices(ctx, Permission.DIALOGUE_HOLD))
        there = dialogue.cards(ctx)
        form.card_ids.choices = choices_of(
            (card.id, f"{PHASES[card.phase]}: {text_of_card(card, 'title')}") for card in there
        )
        if request.method == "GET":
            form.card_ids.data = [card.id for card in there]
            form.held_on.data = ctx.today
            form.votes_each.data = 3

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> Any:
        made = dialogue.create(
            ctx,
            unit_id=form.unit_id.data,
            card_ids=form.card_ids.data,
            **form.facts(),
        )
        flash(_("The session is ready. Open it when the meeting begins."), "success")
        return redirect(url_for("dialogue.details_view", id=made.id))


class ChangeSession(Holding):
    name = "change"
    label = _l("Change the session")
    form = ChangeForm

    def prepare(self, ctx: Context, form: Any, row: DialogueSession) -> None:
        if request.method == "GET":
            for name in form.facts():
                form[name].data = getattr(row, name)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        dialogue.change(ctx, row_id, **form.facts())
        return _("The session is changed.")


class MoveForm(FlaskForm):
    to = RadioField(_l("What happens now"), [InputRequired()], coerce=SessionState)


class MoveSession(Holding):
    name = "move"
    label = _l("Go on in the session")
    help = _l(
        "People write and vote in the phase that is on. Once a phase is over, its answers can "
        "become something. A closed session stays closed."
    )
    form = MoveForm

    def prepare(self, ctx: Context, form: Any, row: DialogueSession) -> None:
        there = [to for to in MOVES if to in rules.MOVES[row.state]]
        form.to.choices = choices_of((to.value, MOVES[to]) for to in there)
        if request.method == "GET" and there:
            form.to.data = _next(row.state, there)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        found = dialogue.move(ctx, row_id, form.to.data)
        if found.state is SessionState.CLOSED:
            return _("The session is closed. See below what its answers can become.")
        return _("The session goes on. The screens of those who take part follow by themselves.")


def _next(state: SessionState, there: list[SessionState]) -> SessionState:
    """The step forward, where there is one."""
    line = list(SessionState)
    return next((to for to in there if line.index(to) > line.index(state)), there[0])
