"""What the parties of a talk do: prepare, give it a time, hold it, agree, sign."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from admin.base import Verb
from admin.choosing import key
from admin.fields import DanishDateField, TextAreaField, choices_of
from admin.labels_needs import READERS
from admin.talks_choices import part_of, story_of
from admin.talks_labels import LEADER_QUESTIONS, OWN_QUESTIONS
from tenant_app.core.access import Permission
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden
from tenant_app.needs.models import Confidentiality
from tenant_app.talks import service as talks
from tenant_app.talks.models import DevelopmentTalk, TalkState
from tenant_app.talks.rules import ANSWERS, BEFORE, LONGEST_TEXT, OVER
from tenant_app.web.current import context

TEXT = Length(max=LONGEST_TEXT)
A_YEAR = timedelta(days=365)


class InTalk(Verb):
    """For the parties of a talk; of them `fits` says who, and when."""

    @property
    def permission(self) -> Permission:  # type: ignore[override]  # either of two
        return part_of(context())

    def prepare(self, ctx: Context, form: Any, row: DevelopmentTalk) -> None:
        found = story_of(ctx, row)
        if not self.may_open(found):
            raise Forbidden(N_("Only those who are in this talk can do this."))
        if request.method == "GET":
            self.begin(ctx, form, found)

    def may_open(self, found: talks.Details) -> bool:
        """Whether the form itself may be seen: it can hold what was said."""
        return found.is_party

    def begin(self, ctx: Context, form: Any, found: talks.Details) -> None:
        """Fill the form as it stands."""

    def shown(self, ctx: Context, row: DevelopmentTalk) -> bool:
        found = story_of(ctx, row)
        return self.may_open(found) and self.fits(found)

    def fits(self, found: talks.Details) -> bool:
        """Whether it makes sense as the talk stands."""
        raise NotImplementedError


class ByHolder(InTalk):
    """For the leader who holds the talk."""

    permission = Permission.TALKS_HOLD

    def may_open(self, found: talks.Details) -> bool:
        return found.holds


class PreparationForm(FlaskForm):
    good = TextAreaField(OWN_QUESTIONS["good"], [TEXT])
    hard = TextAreaField(OWN_QUESTIONS["hard"], [TEXT])
    learn = TextAreaField(OWN_QUESTIONS["learn"], [TEXT])
    support = TextAreaField(OWN_QUESTIONS["support"], [TEXT])
    share = BooleanField(_l("Share this with all who are in the talk"))


class Prepare(InTalk):
    name = "prepare"
    label = _l("Prepare the talk")
    help = _l(
        "Until you share it only you can read it. You can change it, and take it back, until the "
        "talk is held."
    )
    form = PreparationForm

    def prepare(self, ctx: Context, form: Any, row: DevelopmentTalk) -> None:
        super().prepare(ctx, form, row)
        questions = LEADER_QUESTIONS if story_of(ctx, row).holds else OWN_QUESTIONS
        for name, text in questions.items():
            form[name].label.text = text

    def begin(self, ctx: Context, form: Any, found: talks.Details) -> None:
        mine = found.mine
        if mine is not None:
            for name in ANSWERS:
                form[name].data = getattr(mine, name)
            form.share.data = mine.shared_at is not None

    def fits(self, found: talks.Details) -> bool:
        return found.talk.state in BEFORE

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        answers = {name: form[name].data or "" for name in ANSWERS}
        talks.prepare(ctx, row_id, share=form.share.data, **answers)
        if form.share.data:
            return _("Your preparation is shared with all who are in the talk.")
        return _("Your preparation is kept. Only you can read it.")


class TimeForm(FlaskForm):
    day = DanishDateField(_l("Day"), [InputRequired()])
    at = TimeField(_l("Time of day"), [InputRequired()])


class Schedule(ByHolder):
    name = "schedule"
    label = _l("Set the time")
    form = TimeForm

    def begin(self, ctx: Context, form: Any, found: talks.Details) -> None:
        planned = found.talk.planned_at
        form.at.data = time(9, 0)
        if planned is not None:
            form.day.data = planned.astimezone(DENMARK).date()
            form.at.data = planned.astimezone(DENMARK).time()

    def fits(self, found: talks.Details) -> bool:
        return found.talk.state in BEFORE

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        at = datetime.combine(form.day.data, form.at.data, tzinfo=DENMARK)
        talks.schedule(ctx, row_id, planned_at=at)
        return _("The talk has a time.")


class HolderForm(FlaskForm):
    holder_id = SelectField(_l("Who holds the talk"), [InputRequired()], coerce=key)


class HandOver(InTalk):
    name = "hand-over"
    label = _l("Hand the talk over")
    help = _l(
        "Another leader of the unit, or a deputy, holds the talk. Shared preparations and plans "
        "are their writers’ own again, and are shared anew with the new leader. The agreement of "
        "a talk that was held goes along, and all sign it anew."
    )
    form = HolderForm
    permission = Permission.TALKS_HOLD

    def prepare(self, ctx: Context, form: Any, row: DevelopmentTalk) -> None:
        form.holder_id.choices = choices_of(
            (str(user.id), user.name) for user in talks.holders(ctx, row)
        )

    def may_open(self, found: talks.Details) -> bool:
        return found.holds or found.may_hand_over

    def fits(self, found: talks.Details) -> bool:
        return found.may_hand_over

    def act(self, ctx: Context, form: Any, row_id: UUID) -> Any:  # type: ignore[override]  # only on rows, so never None
        talks.hand_over(ctx, row_id, holder_id=form.holder_id.data)
        return _("The talk is handed over.")


class HeldForm(FlaskForm):
    held_on = DanishDateField(_l("Held on"), [InputRequired()])


class Hold(ByHolder):
    name = "hold"
    label = _l("Record that it was held")
    help = _l("Afterwards you both write what you agreed on, and sign it.")
    form = HeldForm

    def begin(self, ctx: Context, form: Any, found: talks.Details) -> None:
        form.held_on.data = ctx.today

    def fits(self, found: talks.Details) -> bool:
        return found.talk.state in BEFORE

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        talks.hold(ctx, row_id, held_on=form.held_on.data)
        return _("The talk is recorded as held. Write what you agreed on.")


class AgreementForm(FlaskForm):
    agreement = TextAreaField(
        _l("What we agreed on"),
        [DataRequired(), TEXT],
        description=_l("What is learnt, how, by when, and who does what. Both sides sign it."),
    )
    read = HiddenField(filters=[lambda value: int(value) if str(value or "").isdigit() else None])


class Agree(InTalk):
    name = "agree"
    label = _l("Write the agreement")
    form = AgreementForm

    def begin(self, ctx: Context, form: Any, found: talks.Details) -> None:
        form.agreement.data = found.texts.agreement if found.texts else ""
        form.read.data = found.talk.revision

    def fits(self, found: talks.Details) -> bool:
        return found.talk.state is TalkState.HELD and not found.signatures

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        talks.write_agreement(ctx, row_id, agreement=form.agreement.data, read=form.read.data)
        return _("The agreement is written. Read it through and sign it, both of you.")


class SignForm(FlaskForm):
    revision = HiddenField(filters=[lambda value: int(value) if str(value or "").isdigit() else -1])


class Sign(InTalk):
    name = "sign"
    label = _l("Sign the agreement")
    help = _l("When all have signed, nothing in the talk changes any more.")
    form = SignForm
    template = "talks/sign.html"

    def begin(self, ctx: Context, form: Any, found: talks.Details) -> None:
        form.revision.data = found.talk.revision

    def fits(self, found: talks.Details) -> bool:
        return found.may_sign

    def extra(self, ctx: Context, row: DevelopmentTalk) -> dict[str, Any]:
        if request.method == "GET":
            return {"story": story_of(ctx, row)}
        return {"story": talks.details(ctx, talks.talk(ctx, row.id))}  # a refusal let go of it

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        found = talks.sign(ctx, row_id, revision=form.revision.data)
        if found.state is TalkState.AGREED:
            return _("All have signed. The agreement stands.")
        return _("You have signed. The agreement stands when all have signed.")


class Reopen(InTalk):
    name = "reopen"
    label = _l("Open the agreement again")
    help = _l("The signatures are taken away, and the agreement can be changed.")

    def fits(self, found: talks.Details) -> bool:
        return found.talk.state is TalkState.HELD and found.signatures > 0

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        talks.reopen(ctx, row_id)
        return _("The agreement is open again. All sign anew.")


class ReasonForm(FlaskForm):
    reason = TextAreaField(
        _l("Why"), [DataRequired(), TEXT], description=_l("Those who are in the talk read this.")
    )


class CallOff(InTalk):
    name = "call-off"
    label = _l("Call the talk off")
    help = _l("It is not held. A group goes on without the one who says no.")
    form = ReasonForm
    danger = True

    def fits(self, found: talks.Details) -> bool:
        return found.talk.state in BEFORE

    def act(self, ctx: Context, form: Any, row_id: UUID) -> Any:  # type: ignore[override]  # only on rows, so never None
        talks.call_off(ctx, row_id, reason=form.reason.data)
        return _("The talk is called off.")


class EvidenceForm(FlaskForm):
    need_id = SelectField(_l("The need it stands behind"), [InputRequired()], coerce=key)
    text = TextAreaField(
        _l("What was found?"),
        [DataRequired(), TEXT],
        description=_l(
            "Write it anew, and only what you both agree may be read. Nothing of the talk is "
            "copied."
        ),
    )
    confidentiality = RadioField(
        _l("Who may read what was found?"),
        [InputRequired()],
        coerce=Confidentiality,
        choices=choices_of((each, text) for each, text in READERS.items()),
        description=_l("Source and role can be read by everybody who sees the need."),
    )


class Evidence(InTalk):
    name = "evidence"
    label = _l("Use it as evidence for a need")
    help = _l("A finding of its own, whose source is the talk. The talk stays where it is.")
    form = EvidenceForm

    def prepare(self, ctx: Context, form: Any, row: DevelopmentTalk) -> None:
        super().prepare(ctx, form, row)
        form.need_id.choices = choices_of(
            (str(need_id), f"{title} ({unit})") for need_id, title, unit in talks.need_choices(ctx)
        )

    def begin(self, ctx: Context, form: Any, found: talks.Details) -> None:
        form.confidentiality.data = Confidentiality.INSTITUTION

    def fits(self, found: talks.Details) -> bool:
        return found.talk.held_on is not None

    def act(self, ctx: Context, form: Any, row_id: UUID) -> Any:  # type: ignore[override]  # only on rows, so never None
        need_id = form.need_id.data
        talks.add_evidence(
            ctx,
            row_id,
            need_id=need_id,
            text=form.text.data,
            confidentiality=form.confidentiality.data,
        )
        return redirect(url_for("needs.details_view", id=need_id))


class TakeUpForm(FlaskForm):
    employee_id = SelectField(_l("Whose plan"), [Optional()], coerce=key)
    valid_until = DanishDateField(_l("Valid until"), [InputRequired()])


class TakeUp(InTalk):
    name = "plan"
    label = _l("Take up the development plan")
    help = _l(
        "The leader who holds the talk reads along in the plan. A new one is begun where there is "
        "none."
    )
    form = TakeUpForm

    def prepare(self, ctx: Context, form: Any, row: DevelopmentTalk) -> None:
        super().prepare(ctx, form, row)
        found = story_of(ctx, row)
        form.employee_id.choices = choices_of(
            (str(each.employee_id), each.employee.name)
            for each in found.members
            if each.left_at is None and (found.me is None or each.id == found.me.id)
        )

    def begin(self, ctx: Context, form: Any, found: talks.Details) -> None:
        form.valid_until.data = ctx.today + A_YEAR

    def fits(self, found: talks.Details) -> bool:
        return found.talk.state not in OVER

    def act(self, ctx: Context, form: Any, row_id: UUID) -> Any:  # type: ignore[override]  # only on rows, so never None
        made = talks.take_up(
            ctx,
            row_id,
            employee_id=form.employee_id.data,
            valid_until=form.valid_until.data,
        )
        return redirect(url_for("development-plans.details_view", id=made.id))


VERBS = (
    *(Prepare, Schedule, Hold, Agree, Sign, Reopen, TakeUp, Evidence, HandOver),
    CallOff,
)
