"""The one step from a finding or a score to a need: as its evidence, or with a new need."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from admin.base import Verb
from admin.choosing import key
from admin.fields import TextAreaField, choices_of
from admin.labels_needs import READERS, ROLES, URGENCIES
from admin.needs_verbs import area_choices, optional_key
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.needs.models import ActorRole, Confidentiality, Urgency
from tenant_app.needs.rules import LONGEST_TITLE, MOST_STAFF
from tenant_app.supervision import service as supervision


class UseForm(FlaskForm):
    chosen_id = SelectField("", [InputRequired()], coerce=key)
    role = SelectField(
        _l("Whose view is it?"),
        [InputRequired()],
        coerce=ActorRole,
        choices=choices_of((each.value, text) for each, text in ROLES.items()),
    )
    confidentiality = RadioField(
        _l("Who may read what was found?"),
        [Optional()],
        coerce=Confidentiality,
        choices=choices_of((each.value, text) for each, text in READERS.items()),
        description=_l("Source and role can be read by everybody who sees the need."),
    )
    need_id = SelectField(
        _l("Which need does it stand behind?"),
        [Optional()],
        coerce=optional_key,
        description=_l("For a need that is there already, the fields below are not read."),
    )
    title = TextAreaField(_l("The new need in one sentence"), [Length(max=LONGEST_TITLE)])
    area_id = SelectField(_l("Competence area"), [Optional()], coerce=optional_key)
    urgency = RadioField(
        _l("How soon?"),
        [Optional()],
        coerce=Urgency,
        choices=choices_of((each.value, text) for each, text in URGENCIES.items()),
    )
    staff = IntegerField(
        _l("How many of the staff does it concern?"),
        [Optional(), NumberRange(1, MOST_STAFF)],
    )


class Use(Verb):
    """Done by those who follow supervision up and report needs there."""

    name = "evidence"
    label = _l("Use as evidence")
    help = _l(
        "It becomes evidence of a need in one step: of one that is there, or of a new one. "
        "It counts once, and both then lead to each other."
    )
    form = UseForm
    permission = Permission.SUPERVISION_FOLLOW
    chosen_label: ClassVar[Any] = ""

    def choices(self, ctx: Context, row: Any) -> list[tuple[UUID, str]]:
        """What can still be used."""
        raise NotImplementedError

    def begins(self, ctx: Context, row: Any, chosen: UUID) -> tuple[str, UUID | None]:
        """(sentence, competence area) that a new need begins with."""
        raise NotImplementedError

    def use(self, ctx: Context, chosen: UUID, **facts: Any) -> UUID | None:
        """Call the service. Returns the need."""
        raise NotImplementedError

    def shown(self, ctx: Context, row: Any) -> bool:
        return False

    def prepare(self, ctx: Context, form: Any, row: Any) -> None:
        form.chosen_id.label.text = self.chosen_label
        form.chosen_id.choices = choices_of(self.choices(ctx, row))
        new = ("", _("– a new need –"))
        form.need_id.choices = choices_of([new, *supervision.need_choices(ctx, row.unit_id)])
        none = ("", _("– none –"))
        form.area_id.choices = choices_of([none, *area_choices(ctx)])
        if request.method == "GET":
            chosen = request.args.get("chosen_id", type=key)
            leads = not ctx.actor.may(Permission.SUPERVISION_MANAGE)
            form.role.data = ActorRole.LEADER if leads else ActorRole.CONSULTANT
            form.confidentiality.data = Confidentiality.OPEN
            form.urgency.data, form.staff.data = Urgency.NORMAL, 1
            if chosen is not None:
                form.chosen_id.data = chosen
                title, form.area_id.data = self.begins(ctx, row, chosen)
                form.title.data = title[:LONGEST_TITLE]

    def act(self, ctx: Context, form: Any, row_id: Any) -> Any:
        new = None
        if form.need_id.data is None:
            new = supervision.NewNeed(
                title=form.title.data or "",
                area_id=form.area_id.data,
                urgency=form.urgency.data or Urgency.NORMAL,
                staff=form.staff.data or 1,
            )
        need_id = self.use(
            ctx,
            form.chosen_id.data,
            need_id=form.need_id.data,
            new=new,
            role=form.role.data,
            confidentiality=form.confidentiality.data or Confidentiality.OPEN,
        )
        return redirect(url_for("needs.details_view", id=need_id))
