"""What is done with visits, from their planning to their report and the plan that follows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.choosing import key, seen_unit_choices
from admin.fields import DanishDateField, TextAreaField, choices_of
from admin.needs_verbs import area_choices
from admin.supervision_labels import HEIGHTENED, NOTICES, VERDICTS
from admin.supervision_using import Use
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.supervision import rules
from tenant_app.supervision import service as supervision
from tenant_app.supervision.models import (
    FollowUp,
    Notice,
    SupervisionFinding,
    SupervisionVisit,
    Verdict,
    VisitState,
)

LINE = Length(max=rules.LONGEST_LINE)
TEXT = Length(max=rules.LONGEST_TEXT)
FACTS = ("visit_on", "notice", "by_whom", "heightened")


class VisitForm(FlaskForm):
    visit_on = DanishDateField(_l("Day of the visit"), [InputRequired()])
    notice = RadioField(
        _l("Does the institution know of it beforehand?"),
        [InputRequired()],
        coerce=Notice,
        choices=choices_of((each.value, text) for each, text in NOTICES.items()),
    )
    by_whom = StringField(
        _l("Who visits"), [DataRequired(), LINE], description=_l("Names or functions.")
    )
    heightened = BooleanField(
        HEIGHTENED, description=_l("It counts from this visit until the next one is held.")
    )

    def facts(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        return {name: self[name].data for name in FACTS}


class PlanForm(FlaskForm):
    unit_id = SelectField(_l("Unit"), [InputRequired()], coerce=key)
    visit_on, notice = VisitForm.visit_on, VisitForm.notice
    by_whom, heightened = VisitForm.by_whom, VisitForm.heightened
    facts = VisitForm.facts


class Manages(Verb):
    """Done by those who keep the visits where the unit is."""

    permission = Permission.SUPERVISION_MANAGE
    fits: tuple[VisitState, ...] = ()

    def shown(self, ctx: Context, row: SupervisionVisit) -> bool:
        return row.state in self.fits and supervision.may_manage(ctx, row.unit_id)


class Plan(Manages):
    name = "plan"
    label = _l("Plan a visit")
    form = PlanForm
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        kinds = rules.VISITED
        units = seen_unit_choices(ctx, Permission.SUPERVISION_MANAGE, *kinds)
        form.unit_id.choices = choices_of(units)
        if request.method == "GET":
            form.notice.data = Notice.ANNOUNCED
            form.unit_id.data = request.args.get("unit_id", type=key)

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        made = supervision.plan(ctx, unit_id=form.unit_id.data, **form.facts())
        return redirect(url_for("supervision.details_view", id=made.id))


class Change(Manages):
    name = "change"
    label = _l("Change the visit")
    form = VisitForm
    fits = rules.OPEN

    def prepare(self, ctx: Context, form: Any, row: SupervisionVisit) -> None:
        if request.method == "GET":
            for name in FACTS:
                form[name].data = getattr(row, name)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        supervision.change(ctx, row_id, **form.facts())
        return _("The visit is changed.")


class HoldForm(FlaskForm):
    visit_on = DanishDateField(_l("Held on"), [InputRequired()])
    heightened = BooleanField(
        HEIGHTENED, description=_l("It counts from this visit until the next one is held.")
    )


class Hold(Manages):
    name = "hold"
    label = _l("The visit was held")
    help = _l("Findings and follow-up can be written down afterwards.")
    form = HoldForm
    fits = (VisitState.PLANNED,)

    def prepare(self, ctx: Context, form: Any, row: SupervisionVisit) -> None:
        if request.method == "GET":
            form.visit_on.data = min(row.visit_on, ctx.today)
            form.heightened.data = row.heightened

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        supervision.hold(ctx, row_id, visit_on=form.visit_on.data, heightened=form.heightened.data)
        return _("The visit is held. Write down what was found.")


class FindingForm(FlaskForm):
    verdict = RadioField(
        _l("What does it say?"),
        [InputRequired()],
        coerce=Verdict,
        choices=choices_of((each.value, text) for each, text in VERDICTS.items()),
    )
    area_id = SelectField(_l("Competence area"), [InputRequired()], coerce=key)
    text = TextAreaField(
        _l("What was found?"),
        [DataRequired(), TEXT],
        description=_l("What was seen and heard, without names of children, parents or staff."),
    )


class AddFinding(Manages):
    name = "finding"
    label = _l("Write down a finding")
    help = _l("Findings stay as they are once the report is published.")
    form = FindingForm
    fits = (VisitState.HELD,)

    def prepare(self, ctx: Context, form: Any, row: SupervisionVisit) -> None:
        form.area_id.choices = choices_of(area_choices(ctx))
        if request.method == "GET":
            form.verdict.data = Verdict.ATTENTION

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        facts = {name: form[name].data for name in ("verdict", "area_id", "text")}
        supervision.add_finding(ctx, row_id, **facts)
        return _("The finding is written down.")


class ChosenForm(FlaskForm):
    finding_id = SelectField(_l("Finding"), [InputRequired()], coerce=key)


class RemoveFinding(Manages):
    """Reached from the finding itself."""

    name = "remove-finding"
    label = _l("Remove the finding")
    form = ChosenForm
    danger = True

    def prepare(self, ctx: Context, form: Any, row: SupervisionVisit) -> None:
        form.finding_id.choices = choices_of(unused(ctx, row))
        if request.method == "GET":
            form.finding_id.data = request.args.get("finding_id", type=key)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        supervision.remove_finding(ctx, form.finding_id.data)
        return _("The finding is removed.")


class PublishForm(FlaskForm):
    published_on = DanishDateField(_l("Published on"), [InputRequired()])
    report_link = StringField(
        _l("Where it can be read"),
        [Length(max=rules.LONGEST_LINK)],
        description=_l("The address on the institution’s own site, if you have it."),
    )


class Publish(Manages):
    name = "publish"
    label = _l("The report is published")
    help = _l("The visit and its findings stay as they are from then on. The plan goes on.")
    form = PublishForm
    fits = (VisitState.HELD,)

    def prepare(self, ctx: Context, form: Any, row: SupervisionVisit) -> None:
        if request.method == "GET":
            form.published_on.data = ctx.today

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        supervision.publish(
            ctx,
            row_id,
            published_on=form.published_on.data,
            report_link=form.report_link.data or "",
        )
        return _("The report is noted as published.")


class CallOffForm(FlaskForm):
    why = TextAreaField(_l("Why it is called off"), [DataRequired(), TEXT])


class CallOff(Manages):
    name = "call-off"
    label = _l("Call the visit off")
    form = CallOffForm
    fits = (VisitState.PLANNED,)
    danger = True

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        supervision.call_off(ctx, row_id, why=form.why.data)
        return _("The visit is called off.")


class FollowUpForm(FlaskForm):
    text = StringField(_l("What is done"), [DataRequired(), LINE])
    owner = StringField(
        _l("Who does it"), [DataRequired(), LINE], description=_l("A function or a name.")
    )
    due_on = DanishDateField(_l("Due on"), [InputRequired()])


class AddFollowUp(Verb):
    name = "follow-up"
    label = _l("Agree on a follow-up")
    form = FollowUpForm
    permission = Permission.SUPERVISION_FOLLOW

    def shown(self, ctx: Context, row: SupervisionVisit) -> bool:
        return row.state in rules.FOUND and supervision.may_follow(ctx, row.unit_id)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        supervision.follow_up(
            ctx, row_id, text=form.text.data, owner=form.owner.data, due_on=form.due_on.data
        )
        return _("The follow-up is in the plan.")


class FinishForm(FlaskForm):
    follow_up_id = SelectField(_l("What is done"), [InputRequired()], coerce=key)
    note = TextAreaField(_l("A word about it"), [TEXT])


class Finish(Verb):
    """Reached from the line of the plan."""

    name = "done"
    label = _l("Mark as done")
    form = FinishForm
    permission = Permission.SUPERVISION_FOLLOW

    def prepare(self, ctx: Context, form: Any, row: SupervisionVisit) -> None:
        form.follow_up_id.choices = choices_of((line.id, line.text) for line in left(ctx, row))
        if request.method == "GET":
            form.follow_up_id.data = request.args.get("follow_up_id", type=key)

    def shown(self, ctx: Context, row: SupervisionVisit) -> bool:
        return False

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        supervision.finish(ctx, form.follow_up_id.data, note=form.note.data or "")
        return _("It is marked as done.")


class UseFinding(Use):
    """Reached from the finding itself."""

    chosen_label = _l("Finding")

    def choices(self, ctx: Context, row: SupervisionVisit) -> list[tuple[UUID, str]]:
        return unused(ctx, row)

    def begins(self, ctx: Context, row: SupervisionVisit, chosen: UUID) -> tuple[str, UUID | None]:
        found = next((each for each in findings(ctx, row) if each.id == chosen), None)
        if found is None:
            return "", None
        # A strength is evidence too, and says of no need what it is.
        is_need = found.verdict is Verdict.ATTENTION
        return " ".join(found.text.split()) if is_need else "", found.area_id

    def use(self, ctx: Context, chosen: UUID, **facts: Any) -> UUID | None:
        return supervision.use_finding(ctx, chosen, **facts).need_id


def findings(ctx: Context, row: SupervisionVisit) -> list[SupervisionFinding]:
    """What the visit found, read once per page."""
    return list(story_of(ctx, row).findings)


def unused(ctx: Context, row: SupervisionVisit) -> list[tuple[UUID, str]]:
    """Findings that stand behind no need."""
    behind = story_of(ctx, row).behind
    return [
        (each.id, f"{each.area.name}: {each.text[:80]}")
        for each in findings(ctx, row)
        if each.id not in behind
    ]


def left(ctx: Context, row: SupervisionVisit) -> list[FollowUp]:
    """Lines of the plan that are not done."""
    return [line for line, _by in story_of(ctx, row).plan if line.done_on is None]


def story_of(ctx: Context, row: SupervisionVisit) -> supervision.VisitDetails:
    """Everything in the visit, read once per page."""
    known = ("supervision story", row.id)
    if known not in ctx.memo:
        ctx.memo[known] = supervision.story(ctx, row)
    found: supervision.VisitDetails = ctx.memo[known]
    return found


VERBS = (
    *(Plan, Hold, AddFinding, AddFollowUp, Publish, Change, CallOff),
    *(UseFinding, Finish, RemoveFinding),
)
