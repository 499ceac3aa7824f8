"""The verbs on one enrolment, each a page of its own."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.choosing import key
from admin.enrolments_inbox import mark, read_mark
from admin.enrolments_labels import LEVELS, LINES
from admin.fields import TextAreaField, choices_of
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Refusal
from tenant_app.core.money import show
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment
from tenant_app.enrolments.service import Decision
from tenant_app.initiatives import service as initiatives
from tenant_app.web.current import context
from tenant_app.web.errors import text_of


def first_of(*permissions: Permission) -> Permission:
    """The first that the actor has; the verb's service decides where it reaches."""
    actor = context().actor
    return next((each for each in permissions if actor.may(each)), permissions[0])


class NoteForm(FlaskForm):
    note = TextAreaField(_l("Note to the request"), [Length(max=2000)])


class ReasonForm(FlaskForm):
    note = TextAreaField(
        _l("Reason"),
        [DataRequired(), Length(max=2000)],
        description=_l("The one who asked reads it."),
    )


class AgainForm(FlaskForm):
    motivation = TextAreaField(
        _l("Why this course"),
        [Length(max=2000)],
        description=_l("The one who answers reads it."),
    )


class ApproveForm(NoteForm):
    shown = HiddenField()


class DeclineForm(ReasonForm):
    shown = HiddenField()


class Answer(Verb):
    """One request, answered from its own page."""

    decision: ClassVar[Decision]
    done: ClassVar[Any]

    @property
    def permission(self) -> Permission:  # type: ignore[override]  # three levels, three permissions
        return first_of(
            Permission.ENROLMENT_APPROVE_INSTITUTION,
            Permission.ENROLMENT_APPROVE_AREA,
            Permission.ENROLMENT_APPROVE_CENTRAL,
        )

    def prepare(self, ctx: Context, form: Any, row: Enrolment) -> None:
        if request.method == "GET":
            form.shown.data = mark(row)

    def shown(self, ctx: Context, row: Enrolment) -> bool:
        return enrolments.may_answer(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        enrolments.decide(
            ctx,
            row_id,
            self.decision,
            note=form.note.data or "",
            expected=read_mark(form.shown.data).expected,
        )
        return str(self.done)


class Approve(Answer):
    name = "approve"
    label = _l("Approve request")
    form = ApproveForm
    decision = Decision.APPROVE
    done = _l("The request is approved.")


class Return(Answer):
    name = "return"
    label = _l("Return request")
    help = _l("The one who asked can change it and send it again. The money is free meanwhile.")
    form = DeclineForm
    decision = Decision.RETURN
    done = _l("The request is returned, and the money is free again.")


class Reject(Answer):
    name = "reject"
    label = _l("Reject request")
    form = DeclineForm
    danger = True
    decision = Decision.REJECT
    done = _l("The request is rejected, and the money is free again.")


class ByAsker(Verb):
    """For the participant, or the leader who asked."""

    @property
    def permission(self) -> Permission:  # type: ignore[override]  # either of two
        return first_of(Permission.ENROLMENT_REQUEST, Permission.ENROLMENT_REQUEST_OWN)


class Withdraw(ByAsker):
    name = "withdraw"
    label = _l("Withdraw request")
    help = _l("The seat and the money are free for others.")
    form = NoteForm
    danger = True

    @property
    def permission(self) -> Permission:  # type: ignore[override]  # the municipality, for a closed unit
        return first_of(
            Permission.ENROLMENT_REQUEST,
            Permission.ENROLMENT_REQUEST_OWN,
            Permission.ENROLMENT_APPROVE_AREA,
            Permission.ENROLMENT_APPROVE_CENTRAL,
        )

    def shown(self, ctx: Context, row: Enrolment) -> bool:
        return enrolments.may_withdraw(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        enrolments.withdraw(ctx, row_id, note=form.note.data or "")
        return _("The request is withdrawn, and the money is free again.")


class ResubmitForm(AgainForm):
    override_reason = TextAreaField(
        _l("Reason to exceed the limit"),
        [Length(max=2000)],
        description=_l("Only needed where the person takes part in as many as they may."),
    )


class Resubmit(ByAsker):
    name = "resubmit"
    label = _l("Send again")
    form = ResubmitForm
    template = "enrolments/resubmit.html"

    def prepare(self, ctx: Context, form: Any, row: Enrolment) -> None:
        limited = row.initiative_id is not None and initiatives.person_limit(ctx) is not None
        if not limited or not ctx.actor.may(Permission.LIMIT_OVERRIDE):
            del form.override_reason
        if request.method == "GET":
            form.motivation.data = row.motivation

    def shown(self, ctx: Context, row: Enrolment) -> bool:
        return enrolments.may_resubmit(ctx, row)

    def extra(self, ctx: Context, row: Enrolment) -> dict[str, Any]:
        common = {"show": show, "lines": LINES, "levels": LEVELS, "reason": row.decision_note}
        try:
            return common | {"drafts": [enrolments.preview_again(ctx, row)], "hindered": None}
        except Refusal as refusal:
            return common | {"drafts": [], "hindered": text_of(refusal)}

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        why = form.override_reason.data if "override_reason" in form else ""
        enrolments.resubmit(
            ctx, row_id, motivation=form.motivation.data or "", override_reason=why or ""
        )
        return _("The request is sent again, and the money is set aside.")


class JoinForm(FlaskForm):
    initiative_id = SelectField(
        _l("Initiative"),
        [InputRequired()],
        coerce=key,
        description=_l("Those in which the institution takes part and which fit the course."),
    )
    override_reason = TextAreaField(
        _l("Reason to exceed the limit"),
        [Length(max=2000)],
        description=_l("Only needed where the person takes part in as many as they may."),
    )


class Join(Verb):
    """Mends the chain of an enrolment that stands alone."""

    name = "join"
    label = _l("Put under an initiative")
    help = _l("The enrolment is then part of the initiative, its needs and its goal. Money stays.")
    form = JoinForm
    permission = Permission.ENROLMENT_REQUEST

    def shown(self, ctx: Context, row: Enrolment) -> bool:
        return enrolments.may_join(ctx, row)

    def prepare(self, ctx: Context, form: Any, row: Enrolment) -> None:
        form.initiative_id.choices = choices_of(
            initiatives.choices(
                ctx, course_id=row.session.course_id, unit_id=row.unit_id, mending=True
            )
        )

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        enrolments.join_initiative(
            ctx,
            row_id,
            initiative_id=form.initiative_id.data,
            override_reason=form.override_reason.data or "",
        )
        return _("The enrolment is part of the initiative.")


class Cancel(Verb):
    name = "cancel"
    label = _l("Give up the place")
    help = _l("The seat and the money are free for others.")
    form = ReasonForm
    permission = Permission.ENROLMENT_COMPLETE
    danger = True

    def shown(self, ctx: Context, row: Enrolment) -> bool:
        return enrolments.may_cancel(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        enrolments.cancel(ctx, row_id, note=form.note.data)
        return _("The place is given up, and the money is free again.")


class Complete(Verb):
    name = "complete"
    label = _l("Record as completed")
    help = _l("The money is spent, and the participant holds what the course gives.")
    form = NoteForm
    permission = Permission.ENROLMENT_COMPLETE

    def shown(self, ctx: Context, row: Enrolment) -> bool:
        return enrolments.may_record(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        enrolments.complete(ctx, row_id, note=form.note.data or "")
        return _("The course is recorded as completed.")


class NoShow(Verb):
    name = "no-show"
    label = _l("Record as no-show")
    help = _l("The participant stayed away. The money is spent all the same.")
    form = NoteForm
    permission = Permission.ENROLMENT_COMPLETE
    danger = True

    def shown(self, ctx: Context, row: Enrolment) -> bool:
        return enrolments.may_record(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        enrolments.no_show(ctx, row_id, note=form.note.data or "")
        return _("The no-show is recorded.")
