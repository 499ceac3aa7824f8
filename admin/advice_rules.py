"""What the form advice goes by: shown in the open, changed with a preview, put back to standard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.catalogue_verbs import FORM_LABELS
from admin.formats import date_text
from admin.initiatives_advice import signed
from admin.labels_initiatives import CONDITIONS
from admin.verb_pages import VerbPage
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import kroner, show
from tenant_app.initiatives import rules
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.rules import Advice, Answers, RuleSet
from tenant_app.needs.models import Urgency
from tenant_app.web.i18n import DOMAIN

EXAMPLE = Answers(
    urgency=Urgency.NORMAL,
    people=8,
    units=2,
    shared=True,
    same_level=False,
    resource_persons=True,
    weeks=20,
    amount=kroner(60_000),
)
"""What a change is tried on before it is kept."""


class Versioned(FlaskForm):
    version = HiddenField()
    try_only = BooleanField(_l("Only show what it would change, and keep nothing"))

    def seen(self) -> int:
        """The version that the page was made from; 0 where it cannot be read."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _numbers(prefix: str) -> dict[str, Any]:
    return {
        f"{prefix}_{form.value}": IntegerField(label, [InputRequired()])
        for form, label in FORM_LABELS.items()
    }


class _RuleFacts(Versioned):
    says = StringField(
        _l("Reason that is shown"), [DataRequired(), Length(max=rules.LONGEST_REASON)]
    )


RuleForm = type("RuleForm", (_RuleFacts,), _numbers("points"))


class _ScaleFacts(Versioned):
    few = IntegerField(_l("Few people: up to"), [InputRequired()])
    many = IntegerField(_l("Many people: from"), [InputRequired()])
    time = IntegerField(_l("Points taken from a form that takes too long"), [InputRequired()])
    money = IntegerField(_l("Points for the price, given or taken"), [InputRequired()])


ScaleForm = type("ScaleForm", (_ScaleFacts,), _numbers("weeks"))


class Configure(Verb):
    """For those who set the rules of the whole municipality."""

    permission = Permission.INITIATIVES_CONFIGURE
    on_row = False
    template = "initiatives/advice_rule.html"
    view: Any
    """The page that offers it."""

    def tried(self, ctx: Context, form: Any) -> RuleSet:
        """The rules as the form would have them."""
        raise NotImplementedError

    def keep(self, ctx: Context, form: Any) -> RuleSet:
        """The same as a new version."""
        raise NotImplementedError

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> Any:
        if "try_only" in form and form.try_only.data:
            now = initiatives.advice_rules(ctx)
            preview = compared(ctx, now, self.tried(ctx, form))
            page = self.view.render(
                self.template,
                verb=self,
                form=form,
                row=None,
                row_title="",
                back=self.view.get_url(".index"),
                **{**self.extra(ctx, None), "preview": preview},
            )
            return Response(page)
        made = self.keep(ctx, form)
        return _("The rules are version %(version)s now.", version=made.version)

    def extra(self, ctx: Context, row: None) -> dict[str, Any]:
        return {"preview": None, "forms": FORM_LABELS, "example": EXAMPLE, "show": show}


def compared(ctx: Context, now: RuleSet, then: RuleSet) -> list[tuple[Advice, int, int]]:
    """(form with its points as they would be, its place now, its points now) for the example."""
    before = {
        each.form: (place, each.points)
        for place, each in enumerate(initiatives.advise(ctx, EXAMPLE, known=now), start=1)
    }
    found: Sequence[Advice] = initiatives.advise(ctx, EXAMPLE, known=then)
    return [(each, *before[each.form]) for each in found]


def _key() -> str:
    """The condition that the address names; the first where it names none."""
    return request.args.get("key") or next(iter(CONDITIONS))


class SetRule(Configure):
    name = "rule"
    label = _l("Change a rule")
    help = _l(
        "Points from −9 to 9 for each form; 0 gives nothing. It counts for advice from now on."
    )
    form = RuleForm

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        known = initiatives.advice_rules(ctx)
        rule = known.rule(_key())
        ctx.memo["condition"] = CONDITIONS[rule.key]
        if request.method == "GET":
            form.version.data = str(known.version)
            form.says.data = DOMAIN.gettext(rule.says)
            for each in CourseForm:
                form[f"points_{each.value}"].data = rule.points.get(each, 0)

    def extra(self, ctx: Context, row: None) -> dict[str, Any]:
        return super().extra(ctx, row) | {"condition": ctx.memo["condition"]}

    def tried(self, ctx: Context, form: Any) -> RuleSet:
        known = initiatives.advice_rules(ctx)
        return rules.with_rule(known, _key(), says=form.says.data, points=_given(form, "points"))

    def keep(self, ctx: Context, form: Any) -> RuleSet:
        return initiatives.set_rule(
            ctx,
            _key(),
            says=form.says.data,
            points=_given(form, "points"),
            version=form.seen(),
        )


class SetScale(Configure):
    name = "scale"
    label = _l("Change thresholds and weeks")
    form = ScaleForm

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            known = initiatives.advice_rules(ctx)
            form.version.data = str(known.version)
            for name in ("few", "many", "time", "money"):
                form[name].data = getattr(known, name)
            for each, weeks in known.weeks.items():
                form[f"weeks_{each.value}"].data = weeks

    def extra(self, ctx: Context, row: None) -> dict[str, Any]:
        return super().extra(ctx, row) | {"condition": ""}

    def _scale(self, form: Any) -> dict[str, Any]:
        names = ("few", "many", "time", "money")
        return {name: form[name].data for name in names} | {"weeks": _given(form, "weeks")}

    def tried(self, ctx: Context, form: Any) -> RuleSet:
        return rules.with_scale(initiatives.advice_rules(ctx), **self._scale(form))

    def keep(self, ctx: Context, form: Any) -> RuleSet:
        return initiatives.set_scale(ctx, version=form.seen(), **self._scale(form))


class RestoreForm(FlaskForm):
    version = HiddenField()
    seen = Versioned.seen


class Restore(Configure):
    name = "standard"
    label = _l("Put back to the standard")
    help = _l("The standard rules count again, as a new version. Advice that was kept stays.")
    form = RestoreForm
    template = "admin/verb.html"
    danger = True

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            form.version.data = str(initiatives.advice_rules(ctx).version)

    def keep(self, ctx: Context, form: Any) -> RuleSet:
        return initiatives.restore_rules(ctx, version=form.seen())


def _given(form: Any, prefix: str) -> dict[CourseForm, int]:
    return {each: form[f"{prefix}_{each.value}"].data for each in CourseForm}


class AdviceRulesPage(VerbPage):
    """Every rule with its points, for everybody who sees initiatives."""

    permission = Permission.INITIATIVES_VIEW
    help = _l(
        "What the form advice goes by. Each choice of form keeps the version it was made with."
    )
    verbs = (SetScale, Restore, SetRule)

    def make(self, verb: type[Verb]) -> Verb:
        made = verb()
        made.view = self  # type: ignore[attr-defined]  # of Configure
        return made

    def buttons(self, row: Any = None) -> list[tuple[Verb, str]]:
        """A rule is changed from its own line."""
        return [each for each in super().buttons(row) if not isinstance(each[0], SetRule)]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        found = initiatives.rules_set(self.ctx)
        return self.render(
            "initiatives/advice_rules.html",
            found=found,
            known=found.rules,
            conditions=CONDITIONS,
            forms=FORM_LABELS,
            say=DOMAIN.gettext,
            signed=signed,
            day=date_text,
            may=self.ctx.actor.may(Permission.INITIATIVES_CONFIGURE),
        )
