"""What is done with needs: reported, moved on, merged, and given evidence."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from admin.base import Verb
from admin.choosing import all_of, key
from admin.competence_choices import competence_choices
from admin.fields import DanishDateField, choices_of
from admin.labels_needs import READERS, ROLES, SOURCES, URGENCIES
from tenant_app.competences import service as competences
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.goals import service as goals
from tenant_app.needs import rules
from tenant_app.needs import service as needs
from tenant_app.needs.models import (
    ActorRole,
    Confidentiality,
    Need,
    NeedState,
    SourceType,
    Urgency,
)

TITLE = Length(max=rules.LONGEST_TITLE)
TEXT = Length(max=rules.LONGEST_TEXT)


def area_choices(ctx: Context) -> list[tuple[UUID, str]]:
    """Every competence area, by name."""
    return [(area.id, area.name) for area in all_of(partial(competences.areas, ctx))]


def optional_key(value: Any) -> UUID | None:
    """The id, or None for “none”. Raises ValueError."""
    return key(value) if value else None


def _or_none(kind: type[Any]) -> Any:
    return lambda value: kind(value) if value else None


def nothing_or(pairs: Any) -> Any:
    """The choices of a select that may stay empty."""
    return choices_of([("", _("– none –")), *pairs])


class ReportForm(FlaskForm):
    unit_id = SelectField(_l("Unit"), [InputRequired()], coerce=key)
    title = TextAreaField(
        _l("What do you lack, in one sentence?"),
        [DataRequired(), TITLE],
        description=_l("Such as: “We need more ways to support children with few words.”"),
    )
    area_id = RadioField(_l("What is it about?"), [InputRequired()], coerce=key)
    urgency = RadioField(
        _l("How soon?"),
        [InputRequired()],
        coerce=Urgency,
        choices=choices_of((each, text) for each, text in URGENCIES.items()),
    )
    staff = IntegerField(_l("How many of the staff does it concern?"), [InputRequired()])
    description = TextAreaField(_l("More about it"), [TEXT])
    source = SelectField(
        _l("Where do you know it from?"),
        [Optional()],
        coerce=_or_none(SourceType),
        description=_l("A first finding makes it easier to go on. Leave it out if you have none."),
    )
    text = TextAreaField(_l("What was found?"), [TEXT])
    role = SelectField(_l("Whose view is it?"), [Optional()], coerce=_or_none(ActorRole))
    confidentiality = RadioField(
        _l("Who may read what was found?"),
        [Optional()],
        coerce=Confidentiality,
        choices=choices_of((each, text) for each, text in READERS.items()),
        description=_l("Source and role can be read by everybody who sees the need."),
    )


class Report(Verb):
    """One page, made for a phone: three taps and a sentence."""

    name = "report"
    label = _l("Report a need")
    help = _l("It takes two minutes. Your leader sees it, and you can follow what becomes of it.")
    form = ReportForm
    permission = Permission.NEEDS_REPORT
    on_row = False
    template = "needs/report.html"

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        found = needs.places(ctx)
        form.unit_id.choices = choices_of((place.unit_id, place.name) for place in found)
        form.area_id.choices = choices_of(area_choices(ctx))
        form.source.choices = nothing_or((each.value, text) for each, text in SOURCES.items())
        form.role.choices = choices_of((each.value, text) for each, text in ROLES.items())
        if request.method == "GET":
            form.unit_id.data = found[0].unit_id if found else None
            form.urgency.data = Urgency.NORMAL
            leads = ctx.actor.may(Permission.NEEDS_QUALIFY)
            form.role.data = ActorRole.LEADER if leads else ActorRole.PEDAGOGUE
            form.confidentiality.data = Confidentiality.OPEN

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        made = needs.report(
            ctx,
            unit_id=form.unit_id.data,
            area_id=form.area_id.data,
            title=form.title.data,
            description=form.description.data or "",
            urgency=form.urgency.data,
            staff=form.staff.data,
            source=form.source.data,
            role=form.role.data,
            text=form.text.data or "",
            confidentiality=form.confidentiality.data or Confidentiality.OPEN,
        )
        return redirect(url_for("needs.details_view", id=made.id, new=1))


class Leads(Verb):
    """Done by those who qualify needs where the need is."""

    permission = Permission.NEEDS_QUALIFY
    fits: ClassVar[tuple[NeedState, ...]] = ()

    def shown(self, ctx: Context, row: Need) -> bool:
        return row.state in self.fits and needs.may_qualify(ctx, row)


def leading_to(to: NeedState) -> tuple[NeedState, ...]:
    """The states from which a need can go there."""
    return tuple(state for state in NeedState if rules.may_move(state, to))


class Analyse(Leads):
    name = "analyse"
    label = _l("Look into the need")
    help = _l("Talk it through where it was seen, and gather evidence. A parked need begins again.")
    fits = leading_to(NeedState.ANALYSED)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        needs.analyse(ctx, row_id)
        return _("The need is being analysed. Add evidence from several sources and roles.")


class Qualify(Leads):
    name = "qualify"
    label = _l("Qualify the need")
    help = _l("Enough sources and roles must stand behind it.")
    fits = leading_to(NeedState.QUALIFIED)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        needs.qualify(ctx, row_id)
        return _("The need is qualified. An initiative can answer it now.")


class Prioritise(Leads):
    name = "prioritise"
    label = _l("Put the need first")
    help = _l("It comes before other needs when initiatives are planned.")
    fits = leading_to(NeedState.PRIORITISED)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        needs.prioritise(ctx, row_id)
        return _("The need is prioritised.")


class ReasonForm(FlaskForm):
    reason = TextAreaField(
        _l("Why"), [DataRequired(), TEXT], description=_l("The one who reported it reads this.")
    )


class Park(Leads):
    name = "park"
    label = _l("Park the need")
    help = _l("It waits until somebody takes it up again.")
    form = ReasonForm
    fits = leading_to(NeedState.PARKED)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        needs.park(ctx, row_id, reason=form.reason.data)
        return _("The need is parked.")


class Reject(Leads):
    name = "reject"
    label = _l("Turn the need down")
    help = _l("It is not worked with. This cannot be undone; it can be reported anew.")
    form = ReasonForm
    danger = True
    fits = leading_to(NeedState.REJECTED)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        needs.reject(ctx, row_id, reason=form.reason.data)
        return _("The need is turned down.")


class MergeForm(FlaskForm):
    into_id = SelectField(_l("The need to go on with"), [InputRequired()], coerce=key)


class Merge(Leads):
    name = "merge"
    label = _l("Merge the need")
    help = _l(
        "The other need goes on, and the evidence of this one counts for it. This cannot be undone."
    )
    form = MergeForm
    fits = leading_to(NeedState.MERGED)

    def prepare(self, ctx: Context, form: Any, row: Need) -> None:
        form.into_id.choices = choices_of(needs.targets(ctx, row))

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        into = needs.merge(ctx, row_id, into_id=form.into_id.data)
        return _("The need is merged into “%(title)s”.", title=into.title)


class Close(Leads):
    name = "close"
    label = _l("Close the need")
    help = _l("The competence is there, and the need is looked at no more.")
    fits = leading_to(NeedState.CLOSED)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        needs.close(ctx, row_id)
        return _("The need is closed.")


class ChangeForm(FlaskForm):
    title = StringField(_l("The need in one sentence"), [DataRequired(), TITLE])
    description = TextAreaField(_l("More about it"), [TEXT])
    area_id = SelectField(_l("Competence area"), [InputRequired()], coerce=key)
    competence_id = SelectField(_l("Competence it calls for"), [Optional()], coerce=optional_key)
    goal_id = SelectField(
        _l("Goal it serves"),
        [Optional()],
        coerce=optional_key,
        description=_l("An adopted goal of the unit or of one above it."),
    )
    urgency = SelectField(
        _l("Urgency"),
        [InputRequired()],
        coerce=Urgency,
        choices=choices_of((each, text) for each, text in URGENCIES.items()),
    )
    staff = IntegerField(_l("Staff it concerns"), [InputRequired()])


class Change(Leads):
    name = "change"
    label = _l("Change the need")
    help = _l("Say it so that others understand it, and which goal it serves.")
    form = ChangeForm
    fits = rules.OPEN_TO_EVIDENCE

    def prepare(self, ctx: Context, form: Any, row: Need) -> None:
        form.area_id.choices = choices_of(area_choices(ctx))
        form.competence_id.choices = nothing_or(competence_choices(ctx))
        found = goals.choices(ctx, row.unit_id)
        if row.goal is not None and row.goal_id not in dict(found):
            found = [(row.goal.id, row.goal.title), *found]  # retired since: it may stay
        form.goal_id.choices = nothing_or(found)
        if request.method == "GET":
            for field in form:
                if field.name != "csrf_token":
                    field.data = getattr(row, field.name)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        facts = {field.name: field.data for field in form if field.name != "csrf_token"}
        needs.change(ctx, row_id, **facts | {"description": form.description.data or ""})
        return _("The need is changed.")


class EvidenceForm(FlaskForm):
    source = SelectField(
        _l("Source"),
        [InputRequired()],
        coerce=SourceType,
        choices=choices_of((each, text) for each, text in SOURCES.items()),
    )
    role = SelectField(
        _l("Whose view is it?"),
        [InputRequired()],
        coerce=ActorRole,
        choices=choices_of((each, text) for each, text in ROLES.items()),
    )
    found_on = DanishDateField(_l("Found on"), [InputRequired()])
    text = TextAreaField(_l("What was found?"), [DataRequired(), TEXT])
    confidentiality = RadioField(
        _l("Who may read what was found?"),
        [InputRequired()],
        coerce=Confidentiality,
        choices=choices_of((each, text) for each, text in READERS.items()),
        description=_l("Source and role can be read by everybody who sees the need."),
    )


class AddEvidence(Verb):
    name = "evidence"
    label = _l("Add evidence")
    help = _l("A dated finding: the more sources and roles, the clearer the need.")
    form = EvidenceForm
    permission = Permission.NEEDS_REPORT

    def prepare(self, ctx: Context, form: Any, row: Need) -> None:
        if request.method == "GET":
            form.found_on.data = ctx.today
            form.confidentiality.data = Confidentiality.OPEN
            leads = ctx.actor.may(Permission.NEEDS_QUALIFY)
            form.role.data = ActorRole.LEADER if leads else ActorRole.PEDAGOGUE

    def shown(self, ctx: Context, row: Need) -> bool:
        return row.state in rules.OPEN_TO_EVIDENCE and needs.may_report(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        facts = {field.name: field.data for field in form if field.name != "csrf_token"}
        needs.add_evidence(ctx, row_id, **facts)
        return _("The evidence is added.")


class WithdrawForm(FlaskForm):
    evidence_id = SelectField(_l("Evidence"), [InputRequired()], coerce=key)
    why = TextAreaField(_l("Why it no longer counts"), [DataRequired(), TEXT])


class WithdrawEvidence(Verb):
    """Reached from the finding itself."""

    name = "withdraw"
    label = _l("Withdraw evidence")
    help = _l(
        "It stays in the list and no longer counts. A qualified need that then rests on too "
        "little is analysed again."
    )
    form = WithdrawForm
    permission = Permission.NEEDS_REPORT
    danger = True

    def prepare(self, ctx: Context, form: Any, row: Need) -> None:
        form.evidence_id.choices = choices_of(
            (
                each.id,
                f"{SOURCES[each.source]}, {ROLES[each.role]}, {each.found_on:%d-%m-%Y}",
            )
            for each in needs.evidence(ctx, row.id)
            if each.may_withdraw
        )
        if request.method == "GET":
            form.evidence_id.data = request.args.get("evidence_id", type=key)

    def shown(self, ctx: Context, row: Need) -> bool:
        return False

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        done = needs.withdraw_evidence(ctx, form.evidence_id.data, why=form.why.data)
        if done.fell_back:
            return _(
                "The evidence is withdrawn. Too little stands behind the need now, so it is "
                "analysed again."
            )
        return _("The evidence is withdrawn and no longer counts.")


VERBS = (
    *(Report, Qualify, Analyse, Prioritise, AddEvidence, Change),
    *(Merge, Park, Close, Reject, WithdrawEvidence),
)
