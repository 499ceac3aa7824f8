"""The screen of the municipality's set of dialogue cards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import case
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from admin.base import Verb
from admin.choosing import Among, FilteredView
from admin.dialogue_verbs import text_of_card
from admin.fields import TextAreaField, choices_of
from admin.formats import choice
from admin.labels_dialogue import PHASES
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import DialogueCard, Phase
from tenant_app.dialogue.rules import LONGEST

TEXTS = ("title_da", "title_en", "question_da", "question_en", "hint_da", "hint_en")


def _longest(name: str) -> Length:
    return Length(max=LONGEST[name])


class CardForm(FlaskForm):
    phase = SelectField(
        _l("Phase"),
        [InputRequired()],
        coerce=Phase,
        choices=choices_of((each.value, label) for each, label in PHASES.items()),
    )
    position = IntegerField(
        _l("Place in the phase"),
        [Optional()],
        description=_l("Cards with lower numbers come first. Left out, the card comes last."),
    )
    title_da = StringField(_l("Title in Danish"), [DataRequired(), _longest("title_da")])
    question_da = TextAreaField(_l("Question in Danish"), [DataRequired(), _longest("question_da")])
    hint_da = TextAreaField(_l("Hint in Danish"), [_longest("hint_da")])
    title_en = StringField(
        _l("Title in English"),
        [_longest("title_en")],
        description=_l("Without an English text the Danish one is shown."),
    )
    question_en = TextAreaField(_l("Question in English"), [_longest("question_en")])
    hint_en = TextAreaField(_l("Hint in English"), [_longest("hint_en")])

    def texts(self) -> dict[str, str]:
        """What was typed, as the service takes it."""
        return {name: self[name].data or "" for name in TEXTS}


class Configure(Verb):
    permission = Permission.DIALOGUE_CONFIGURE


class AddCard(Configure):
    name = "add"
    label = _l("New dialogue card")
    help = _l("Sessions that are made from now on can have it. Others keep the cards they have.")
    form = CardForm
    on_row = False

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        made = dialogue.add_card(
            ctx, phase=form.phase.data, position=form.position.data, **form.texts()
        )
        return _("“%(title)s” is in the set of cards.", title=text_of_card(made, "title"))


class ChangeCard(Configure):
    name = "change"
    label = _l("Change the card")
    help = _l("Sessions that are made already keep the card as it was.")
    form = CardForm

    def prepare(self, ctx: Context, form: Any, row: DialogueCard) -> None:
        if request.method == "GET":
            for name in ("phase", "position", *TEXTS):
                form[name].data = getattr(row, name)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        changed = dialogue.change_card(
            ctx,
            row_id,
            phase=form.phase.data,
            position=form.position.data or 1,
            **form.texts(),
        )
        return _("“%(title)s” is changed.", title=text_of_card(changed, "title"))


class RetireCard(Configure):
    name = "retire"
    label = _l("Retire the card")
    help = _l("Sessions that are made from now on do without it. It can be put back.")
    danger = True

    def shown(self, ctx: Context, row: DialogueCard) -> bool:
        return row.retired_at is None

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        dialogue.retire_card(ctx, row_id)
        return _("The card is retired.")


class RestoreCard(Configure):
    name = "restore"
    label = _l("Put the card back")

    def shown(self, ctx: Context, row: DialogueCard) -> bool:
        return row.retired_at is not None

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        dialogue.restore_card(ctx, row_id)
        return _("The card is in the set again.")


class UseStandard(Configure):
    name = "standard"
    label = _l("Use the standard cards")
    help = _l(
        "Your own cards are retired, and the standard ones take their place. Sessions that are "
        "made already keep theirs."
    )
    on_row = False
    danger = True

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        count = dialogue.restore_standard(ctx)
        return ngettext("The set has %(num)s card.", "The set has %(num)s cards.", count)


def _state(view: Any, page: Any, row: DialogueCard, name: str) -> Any:
    if row.retired_at is None:
        return _("In the set")
    return Markup('<span class="tag warn">{}</span>').format(_("Retired card"))


class CardView(FilteredView):
    model_class = DialogueCard
    endpoint_name = "dialogue-cards"
    label = _l("Dialogue cards")
    help = _l(
        "The cards of sessions to come, in three phases. Each has a question in Danish and "
        "English, and the municipality can change them."
    )
    empty = _l("No cards yet. Add one, or use the standard cards.")
    permission = Permission.DIALOGUE_VIEW
    verbs = (AddCard, ChangeCard, RetireCard, RestoreCard, UseStandard)
    column_list = ("title_da", "question_da", "phase", "position", "retired_at")
    column_details_list = ("phase", "position", *TEXTS, "retired_at")
    column_labels = {
        "title_da": _l("Title in Danish"),
        "title_en": _l("Title in English"),
        "question_da": _l("Question in Danish"),
        "question_en": _l("Question in English"),
        "hint_da": _l("Hint in Danish"),
        "hint_en": _l("Hint in English"),
        "phase": _l("Phase"),
        "position": _l("Place in the phase"),
        "retired_at": _l("State"),
    }
    column_sortable_list = ("title_da", "position")
    column_filters = (
        Among(
            DialogueCard.phase,
            _l("Phase"),
            [(each.value, label) for each, label in PHASES.items()],
            word="phase",
            convert=Phase,
        ),
    )
    column_formatters = {"phase": choice("phase", PHASES), "retired_at": _state}

    def title_of(self, row: DialogueCard) -> str:
        return text_of_card(row, "title")

    def _apply_sorting(self, query: Any, joins: Any, sort_column: Any, sort_desc: bool) -> Any:
        if sort_column is not None:
            return super()._apply_sorting(query, joins, sort_column, sort_desc)
        phases = case(*((DialogueCard.phase == each, at) for at, each in enumerate(Phase)))
        retired = DialogueCard.retired_at.is_not(None)
        return query.order_by(retired, phases, DialogueCard.position, DialogueCard.id), joins
