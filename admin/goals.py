"""The screens of goals: the list as a tree, and one goal with all that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_admin import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Query, joinedload

from admin import chart_lines
from admin.charts import Chart
from admin.choosing import INDENT, Among, FilteredView, ReadOptions, key, seen_unit_choices
from admin.formats import date_text, day, state
from admin.goal_verbs import VERBS, keeps
from admin.labels_chain import KINDS, page_of, state_of
from admin.labels_goals import GOAL_LEVELS, GOAL_STATES, GOAL_TONES, GOALS, THEMES
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.goals import service as goals
from tenant_app.goals.models import Goal, GoalState, Indicator, LearningTheme, Reading
from tenant_app.goals.rules import LEVELS
from tenant_app.goals.service import Details, Followed, Standing
from tenant_app.initiatives.models import Initiative
from tenant_app.needs.models import Need
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitKind
from tenant_app.reports import service as reports
from tenant_app.reports.rules import Link
from tenant_app.reports.service import Serving
from tenant_app.web.current import context

MISSING: dict[str, tuple[Any, ColumnElement[bool]]] = {
    "need": (_l("No need serves it"), ~exists().where(Need.goal_id == Goal.id)),
    "initiative": (
        _l("No initiative serves it"),
        ~exists().where(Initiative.goal_id == Goal.id),
    ),
    "indicator": (_l("No indicator"), ~exists().where(Indicator.goal_id == Goal.id)),
    "reading": (
        _l("No reading yet"),
        ~exists().where(Indicator.goal_id == Goal.id, Reading.indicator_id == Indicator.id),
    ),
}
"""What a goal can lack, and how such goals are found."""


class OfUnit(Among):
    """Goals of the unit or of those below it."""

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        below = select(Unit.id).where(Unit.id == value)
        if value in set(
            context().session.scalars(organisation.visible_units(context(), Permission.GOALS_VIEW))
        ):
            below = organisation.units_below(context(), value)
        return query.filter(Goal.unit_id.in_(below))


class OfLevel(Among):
    """Goals of this kind of unit."""

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        return query.filter(Goal.unit_id.in_(select(Unit.id).where(Unit.kind == value)))


class OfTheme(Among):
    """Goals that name the theme."""

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        return query.filter(goals.has_theme(context(), value))


class Lacking(Among):
    """Goals that lack something."""

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        return query.filter(MISSING[value][1])


def _lack(value: str) -> str:
    if value not in MISSING:
        raise ValueError(value)
    return value


def unit_options(ctx: Context) -> list[tuple[str, str]]:
    """The units that have goals, as far as the reader sees them, for a select."""
    return seen_unit_choices(ctx, Permission.GOALS_VIEW, *LEVELS)


def _standing(row: Goal) -> Standing | None:
    known: dict[UUID, Standing] = context().memo.get("goal_standing", {})
    return known.get(row.id)


def _title(view: Any, page: Any, row: Goal, name: str) -> str:
    depth = context().memo.get("goal_depths", {}).get(row.id, 0)
    return INDENT * depth + row.title


def _themes(view: Any, page: Any, row: Goal, name: str) -> str:
    return ", ".join(str(THEMES[LearningTheme(theme)]) for theme in row.themes)


def _progress(view: Any, page: Any, row: Goal, name: str) -> Any:
    found = _standing(row)
    if found is None or not found.indicators:
        return _("No indicator")
    if found.progress is None:
        return _("No reading yet")
    return bar(found.progress)


def bar(progress: int) -> Markup:
    """How much of the way is gone, as a bar and in words."""
    return Markup(
        '<span class="share"><meter min="0" max="100" value="{}" aria-label="{}">'
        "</meter> {} %</span>"
    ).format(progress, _("Progress"), progress)


def _read_on(view: Any, page: Any, row: Goal, name: str) -> Any:
    found = _standing(row)
    if found is None or found.latest is None:
        return ""
    return day("latest")(view, page, found, name)


def _level(view: Any, page: Any, row: Goal, name: str) -> str:
    return str(GOAL_LEVELS.get(row.unit.kind, ""))


class GoalView(FilteredView):
    model_class = Goal
    endpoint_name = "goals"
    thread = "goal"
    label = _l("Goals")
    help = _l(
        "What the municipality, its areas and institutions want to reach. A goal stands below the "
        "one it serves. Needs and initiatives point at goals; readings tell whether they come "
        "closer."
    )
    group = GOALS
    permission = Permission.GOALS_VIEW
    empty = _l("No goals yet. Draft the first one and adopt it; needs can then point at it.")
    verbs = VERBS
    load = (
        joinedload(Goal.unit),
        joinedload(Goal.parent).joinedload(Goal.unit),
    )
    list_template = "goals/list.html"
    details_template = "goals/goal.html"
    column_list = ("title", "unit", "state", "progress", "due_date")
    column_details_list = ("unit", "level", "state", "due_date", "themes")
    more_columns = ("level", "themes", "read_on")
    column_labels = {
        "title": _l("Goal"),
        "unit": _l("Unit"),
        "level": _l("Level"),
        "state": _l("State"),
        "progress": _l("Progress"),
        "due_date": _l("Reached by"),
        "themes": _l("Themes of the curriculum"),
        "read_on": _l("Latest reading"),
    }
    column_searchable_list = ("title",)
    column_sortable_list = ("title", ("unit", "unit.name"), "state", "due_date")
    column_filters = (
        OfLevel(
            Goal.unit_id,
            _l("Level"),
            ReadOptions(lambda: [(kind.value, label) for kind, label in GOAL_LEVELS.items()]),
            word="level",
            convert=UnitKind,
        ),
        OfUnit(
            Goal.unit_id,
            _l("Unit and below"),
            ReadOptions(lambda: unit_options(context())),
            word="unit",
            convert=key,
        ),
        Among(
            Goal.state,
            _l("State"),
            ReadOptions(lambda: [(each.value, label) for each, label in GOAL_STATES.items()]),
            word="state",
            convert=GoalState,
        ),
        OfTheme(
            Goal.themes,
            _l("Theme"),
            ReadOptions(lambda: [(each.value, label) for each, label in THEMES.items()]),
            word="theme",
            convert=LearningTheme,
        ),
        Lacking(
            Goal.id,
            _l("Lacks"),
            ReadOptions(lambda: [(word, label) for word, (label, _sql) in MISSING.items()]),
            word="lacks",
            convert=_lack,
        ),
    )
    column_formatters = {
        "title": _title,
        "unit": lambda view, page, row, name: row.unit.name,
        "level": _level,
        "state": state("state", GOAL_STATES, GOAL_TONES),
        "progress": _progress,
        "due_date": day("due_date"),
        "themes": _themes,
        "read_on": _read_on,
    }

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return goals.visible(ctx)

    def get_query(self) -> Query[Any]:
        placed = self.ctx.memo.setdefault("goal_tree", goals.tree(self.ctx))
        return super().get_query().join(placed, placed.c.id == Goal.id)

    def _get_default_order(self) -> Any:
        """As a tree: each followed by those that serve it."""
        yield self.ctx.memo["goal_tree"].c.place, [], False

    def read_for(self, rows: Sequence[Goal]) -> None:
        """How deep and how far each goal of the page is, asked once for all."""
        ids = [row.id for row in rows]
        self.ctx.memo["goal_standing"] = goals.standing(self.ctx, ids)
        self.ctx.memo["goal_depths"] = goals.depths(self.ctx, ids)

    def serving(self, row: Goal) -> Sequence[Link]:
        """Needs and initiatives that serve the goal, as far as the reader sees them."""
        return reports.serving(self.ctx, row.id)

    def counts(self, row: Goal) -> Serving:
        """How many serve the goal or one below it, and how many itself."""
        return reports.serving_counts(self.ctx, row.id)

    def story(self, row: Goal) -> Details:
        """The goal with its versions, those that serve it and its indicators."""
        return goals.details_of(self.ctx, row)

    def words(self) -> dict[str, Any]:
        """The labels of the page."""
        return {
            "states": GOAL_STATES,
            "tones": GOAL_TONES,
            "levels": GOAL_LEVELS,
            "kinds": KINDS,
            "page_of": page_of,
            "state_of": state_of,
            "date_text": date_text,
            "themes": {theme.value: label for theme, label in THEMES.items()},
        }

    def chart(self, followed: Followed) -> Chart:
        """The indicator's way as a picture with its table."""
        found = followed.indicator
        return chart_lines.course(
            f"i{found.id.hex[-8:]}",
            found.name,
            found.measure,
            chart_lines.Dot(found.baseline_on, found.baseline),
            [
                chart_lines.Dot(each.read_on, each.value, each.note)
                for each in followed.readings
                if each.read_on > found.baseline_on
            ],
            found.target,
        )

    def number(self, value: Decimal) -> str:
        """2,5 as people write it."""
        return chart_lines.number(value)

    def day(self, value: datetime) -> str:
        """dd-mm-åååå."""
        return date_text(value, hours=False)

    def iso_day(self, text: str) -> str:
        """A day that a version keeps, as people write it."""
        return date_text(date.fromisoformat(text))

    def may_keep(self, row: Goal) -> bool:
        """Whether the reader keeps the goals of the unit."""
        return keeps(self.ctx, row)


def views() -> list[BaseView]:
    """The screens of this room."""
    return [GoalView()]
