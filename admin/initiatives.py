"""The screens of initiatives: the list, one initiative, the portfolio, the advice, the surveys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_admin import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import Query, joinedload

from admin.advice_rules import AdviceRulesPage
from admin.catalogue_verbs import FORM_LABELS, options
from admin.choosing import (
    YES_NO,
    Among,
    FilteredView,
    ReadOptions,
    key,
    seen_unit_choices,
    yes_or_no,
)
from admin.dialogue_origins import of_initiative
from admin.formats import choice, date_text, day, money, state
from admin.initiatives_advice import AdvicePage, ChooseForm, signed
from admin.initiatives_portfolio import PortfolioPage
from admin.initiatives_surveys import SurveyPage
from admin.initiatives_verbs import VERBS, story
from admin.labels_goals import GOALS
from admin.labels_initiatives import STATES, STEPS, TONES
from admin.labels_needs import STATES as NEED_STATES
from admin.labels_needs import TONES as NEED_TONES
from admin.labels_needs import URGENCIES
from admin.resource_helpers import helpers
from tenant_app.catalogue.models import CourseForm
from tenant_app.cooperation import service as cooperation
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.money import show
from tenant_app.enrolments import service as enrolments
from tenant_app.initiatives import rules
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative, InitiativeState
from tenant_app.web.current import context
from tenant_app.web.i18n import DOMAIN


class Matching(Among):
    """A filter that the room itself knows: `name` is its keyword there."""

    def __init__(self, name: str, label: Any, options: Any, *, convert: Any) -> None:
        super().__init__(Initiative.id, label, options=options, word=name, convert=convert)
        self.keyword = name

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        try:
            return query.filter(*initiatives.matching(context(), **{self.keyword: value}))
        except NotFound:
            return query.filter(false())


def _central(view: Any, page: Any, row: Initiative, name: str) -> str:
    return _("Central") if rules.is_central(row.unit.kind) else _("Decentral")


def _over(view: Any, page: Any, row: Initiative, name: str) -> Any:
    if row.id not in context().memo.get("over the limit", set()):
        return ""
    return Markup('<span class="tag warn">{}</span>').format(_("Above the limit"))


def _unit_options(ctx: Context) -> list[tuple[str, str]]:
    if not ctx.actor.may(Permission.UNITS_VIEW):
        return []
    return seen_unit_choices(ctx, Permission.UNITS_VIEW)


class InitiativeView(FilteredView):
    model_class = Initiative
    endpoint_name = "initiatives"
    thread = "initiative"
    label = _l("Initiatives")
    help = _l("What is planned and done to answer the needs and reach the goals.")
    group = GOALS
    permission = Permission.INITIATIVES_VIEW
    empty = _l("No initiatives yet. Begin with a qualified need, and choose “New initiative”.")
    verbs = (*VERBS, ChooseForm)
    load = (
        joinedload(Initiative.unit),
        joinedload(Initiative.goal),
        joinedload(Initiative.area),
    )
    details_template = "initiatives/details.html"
    column_list = ("title", "unit", "central", "state", "starts_on", "ends_on", "people", "over")
    column_details_list = (
        *("unit", "central", "state", "goal", "area", "target_group", "people", "form"),
        *("starts_on", "ends_on", "description", "reason"),
    )
    more_columns = ("form", "goal", "area", "estimate", "target_group")
    column_labels = {
        "title": _l("Initiative"),
        "unit": _l("Unit"),
        "central": _l("Central or decentral"),
        "state": _l("State"),
        "starts_on": _l("Begins"),
        "ends_on": _l("Ends"),
        "people": _l("Number of people"),
        "over": _l("Limit"),
        "form": _l("Form"),
        "goal": _l("Goal it serves"),
        "area": _l("Competence area"),
        "estimate": _l("Estimate"),
        "target_group": _l("Target group"),
        "description": _l("What is to be done"),
        "reason": _l("Why it was stopped"),
    }
    column_searchable_list = ("title",)
    column_sortable_list = (
        *("title", "state", "starts_on", "ends_on", "people", "form", "estimate"),
        ("unit", "unit.name"),
        ("goal", "goal.title"),
        ("area", "area.name"),
    )
    column_default_sort = "title"
    column_filters = (
        Among(
            Initiative.state,
            _l("State"),
            options(STATES),
            word="state",
            convert=InitiativeState,
        ),
        Matching(
            "unit_id",
            _l("Unit"),
            ReadOptions(lambda: _unit_options(context())),
            convert=key,
        ),
        Matching(
            "central",
            _l("Central or decentral"),
            (("1", _l("Central")), ("0", _l("Decentral"))),
            convert=yes_or_no,
        ),
        Among(Initiative.form, _l("Form"), options(FORM_LABELS), word="form", convert=CourseForm),
        Matching("over_limit", _l("Above the limit"), YES_NO[:1], convert=yes_or_no),
    )
    column_formatters = {
        "unit": lambda view, page, row, name: row.unit.name,
        "central": _central,
        "state": state("state", STATES, TONES),
        "starts_on": day("starts_on"),
        "ends_on": day("ends_on"),
        "over": _over,
        "form": choice("form", FORM_LABELS),
        "goal": lambda view, page, row, name: row.goal.title if row.goal else "",
        "area": lambda view, page, row, name: row.area.name if row.area else "",
        "estimate": money("estimate"),
    }
    column_formatters_export = {**column_formatters, "state": choice("state", STATES)}

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return initiatives.visible(ctx)

    def read_for(self, rows: Sequence[Initiative]) -> None:
        """Which of the page's initiatives run above a limit is read at once."""
        self.ctx.memo["over the limit"] = initiatives.over_among(self.ctx, [row.id for row in rows])

    def story(self, row: Initiative) -> initiatives.Details:
        """Everything about one initiative."""
        return story(self.ctx, row)

    def about(self, row: Initiative) -> dict[str, Any]:
        """What its page shows of other rooms, and the labels."""
        ctx = self.ctx
        shown = story(ctx, row)
        opens = row.state is InitiativeState.PLANNED
        return {
            "effort": enrolments.effort(ctx, row.id),
            "help": helpers(
                ctx,
                area_id=row.area_id,
                unit_ids=[part.unit.id for part in shown.units] or [row.unit_id],
                initiative_id=row.id,
            )
            if shown.may_manage and row.state not in rules.OVER
            else None,
            "dialogue": of_initiative(ctx, row.id),
            "cluster": cooperation.of_initiative(ctx, row.id),
            "full": initiatives.full_houses(ctx, shown) if opens else [],
            "most": initiatives.limit(ctx) if opens else None,
            "lacks_survey": shown.may_manage and initiatives.lacks_survey(ctx, row),
            "sees_budget": ctx.actor.may(Permission.BUDGET_VIEW),
            "sees_needs": ctx.actor.may(Permission.NEEDS_VIEW)
            or ctx.actor.may(Permission.NEEDS_REPORT),
            "sees_goals": ctx.actor.may(Permission.GOALS_VIEW),
            "may_ask": row.state in rules.OPEN
            and (
                ctx.actor.may(Permission.ENROLMENT_REQUEST)
                or ctx.actor.may(Permission.ENROLMENT_REQUEST_OWN)
            ),
            "cell": rules.SMALLEST_CELL,
            "need_states": NEED_STATES,
            "need_tones": NEED_TONES,
            "urgencies": {each.value: text for each, text in URGENCIES.items()},
            "forms": FORM_LABELS,
            "form_names": {each.value: text for each, text in FORM_LABELS.items()},
            "steps": STEPS,
            "say": DOMAIN.gettext,
            "signed": signed,
            "show": show,
            "day": date_text,
        }


def views() -> list[BaseView]:
    """The list first: from there one begins."""
    return [
        InitiativeView(),
        PortfolioPage(name=_l("Portfolio"), category=GOALS, endpoint="portfolio", url="portfolio"),
        AdvicePage(
            name=_l("Form advice"), category=GOALS, endpoint="form-advice", url="form-advice"
        ),
        AdviceRulesPage(
            name=_l("Rules of the form advice"),
            category=GOALS,
            endpoint="advice-rules",
            url="advice-rules",
        ),
        SurveyPage(name=_l("Surveys"), category=GOALS, endpoint="surveys", url="surveys"),
    ]
