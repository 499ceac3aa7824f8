"""The screens of needs: the list, one need's story, and all of them at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Query, joinedload

from admin.base import Page
from admin.choosing import (
    YES_NO,
    Among,
    FilteredView,
    ReadOptions,
    as_options,
    key,
    plain,
    yes_or_no,
)
from admin.dialogue_origins import came_from
from admin.formats import choice, date_text, day, state
from admin.labels_needs import (
    READERS,
    ROLES,
    SOURCES,
    STATES,
    STEPS,
    TONES,
    URGENCIES,
    URGENCY_TONES,
)
from admin.needs_verbs import VERBS, area_choices
from admin.organisation import Below
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.needs import rules
from tenant_app.needs import service as needs
from tenant_app.needs.models import Need, NeedState, SourceType, Urgency
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind
from tenant_app.reports import service as reports
from tenant_app.supervision import service as supervision
from tenant_app.web.current import context

GROUP = _l("Goals and needs")
LINES_AT_A_TIME = 50
PAGES = {"supervision": "supervision", "screening": "screenings"}
"""Where evidence came from → the screen that has it."""


def _options(labels: Any) -> ReadOptions:
    return ReadOptions(lambda: [(each.value, text) for each, text in labels.items()])


class SingleSource(Among):
    """Needs that rest on one kind of source alone, or all others."""

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        found = needs.is_single_source(context())
        return query.filter(found if value else ~found)


def _standing(row: Need) -> needs.Standing:
    known = context().memo.setdefault("standings", {})
    if row.id not in known:
        known.update(needs.standing(context(), [row.id]))
    found: needs.Standing = known[row.id]
    return found


def _index(view: Any, page: Any, row: Need, name: str) -> int:
    return _standing(row).index


def _age(view: Any, page: Any, row: Need, name: str) -> str:
    """Days since it was reported; of what is over, how many it took."""
    ctx = context()
    over = row.state not in rules.OPEN_TO_EVIDENCE
    days = ((row.state_since.date() if over else ctx.today) - row.reported_on).days
    return str(ngettext("%(num)s day", "%(num)s days", max(0, days)))


class NeedView(FilteredView):
    """Needs as far as one sees them; who reports follows their own from here."""

    model_class = Need
    endpoint_name = "needs"
    thread = "need"
    label = _l("Needs")
    group = GROUP
    help = _l("What the pedagogical work calls for. The index counts the kinds of source behind.")
    empty = _l("No needs yet. Report the first one: it takes two minutes.")
    verbs = VERBS
    load = (joinedload(Need.unit), joinedload(Need.area))
    details_template = "needs/details.html"
    column_list = ("title", "unit", "area", "urgency", "state", "index", "age")
    column_details_list = ("unit", "area", "urgency", "staff", "state", "reported_on")
    more_columns = ("staff", "reported_on")
    column_labels = {
        "title": _l("Need"),
        "unit": _l("Unit"),
        "area": _l("Competence area"),
        "urgency": _l("Urgency"),
        "state": _l("State"),
        "index": _l("Index"),
        "age": _l("Age"),
        "staff": _l("Staff it concerns"),
        "reported_on": _l("Reported on"),
    }
    column_formatters = {
        "unit": lambda view, page, row, name: row.unit.name,
        "area": lambda view, page, row, name: row.area.name,
        "urgency": state("urgency", URGENCIES, URGENCY_TONES),
        "state": state("state", STATES, TONES),
        "index": _index,
        "age": _age,
        "reported_on": day("reported_on"),
    }
    column_formatters_export = {**column_formatters, "urgency": choice("urgency", URGENCIES)}
    column_searchable_list = ("title",)
    column_sortable_list = (
        *("title", "urgency", "state", "staff", "reported_on"),
        ("unit", "unit.name"),
        ("area", "area.name"),
    )
    sort_by = {
        "index": needs.sort_by_index,
        "age": needs.sort_by_age,
    }
    column_default_sort = [("reported_on", True), ("id", True)]
    column_filters = (
        Among(Need.state, _l("State"), _options(STATES), word="state", convert=NeedState),
        Among(
            Need.area_id,
            _l("Competence area"),
            ReadOptions(lambda: as_options(area_choices(context()))),
            word="area",
            convert=key,
        ),
        Below(
            Need.unit_id,
            _l("Unit"),
            ReadOptions(lambda: as_options(needs.unit_choices(context()))),
            word="unit",
            within=organisation.units_below,
        ),
        Among(Need.urgency, _l("Urgency"), _options(URGENCIES), word="urgency", convert=Urgency),
        SingleSource(
            Need.id, _l("Rests on one kind of source"), YES_NO, word="single", convert=yes_or_no
        ),
    )

    def is_accessible(self) -> bool:
        """Who reports needs follows them here."""
        actor = self.ctx.actor
        return bool(actor.may(Permission.NEEDS_VIEW) or actor.may(Permission.NEEDS_REPORT))

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        self.ctx.require(Permission.NEEDS_VIEW)
        return super().inaccessible_callback(name, **kwargs)

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return needs.visible(ctx)

    def get_query(self) -> Query[Any]:
        query = super().get_query()
        # The page of one need shows more; a list must not read it.
        if request.endpoint == f"{self.endpoint}.index_view" or "export" in request.endpoint:
            return query
        return query.options(
            joinedload(Need.goal), joinedload(Need.competence), joinedload(Need.merged_into)
        )

    def read_for(self, rows: Sequence[Need]) -> None:
        """What stands behind the page's needs is read at once."""
        self.ctx.memo["standings"] = needs.standing(self.ctx, [row.id for row in rows])

    def story(self, row: Need) -> needs.Story:
        """Everything about one need."""
        return needs.story(self.ctx, row)

    def origins(self, row: Need) -> list[tuple[str, str]]:
        """(text, address) of the supervision visits, screenings and dialogue sessions behind it."""
        labels = {"supervision": SOURCES[SourceType.SUPERVISION], "screening": None}
        return [
            (
                f"{labels[each.kind] or each.text} {date_text(each.day)}"
                + ("" if each.score is None else f": {plain(each.score)}"),
                self.get_url(f"{PAGES[each.kind]}.details_view", id=each.id),
            )
            for each in supervision.origins(self.ctx, row.id)
        ] + came_from(self.ctx, need_id=row.id)

    def voice_url(self, row: Need) -> str | None:
        """Where one reads what became of it; None in a panel without that page."""
        known = "voices.index" in current_app.view_functions
        return url_for("voices.index", need=row.id) if known else None

    def may_qualify(self, row: Need) -> bool:
        """Whether the reader moves this need on."""
        return needs.may_qualify(self.ctx, row)

    def words(self) -> dict[str, Any]:
        """The labels of the story."""
        return {
            "sources": SOURCES,
            "roles": ROLES,
            "states": STATES,
            "tones": TONES,
            "readers": READERS,
            "steps": STEPS,
            "day": date_text,
        }


class NeedsOverview(Page):
    """Where the needs are, what they rest on, and how long they wait."""

    permission = Permission.NEEDS_VIEW
    help = _l("Needs that are worked with, or should be. Parked and finished ones are left out.")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        ctx = self.ctx
        wanted = request.args.get("level", "")
        found = needs.overview(ctx, level=next((k for k in LEVELS if k.value == wanted), None))
        page = max(0, request.args.get("page", 0, type=int))
        first = page * LINES_AT_A_TIME
        return self.render(
            "needs/overview.html",
            found=found,
            lines=found.heat.lines[first : first + LINES_AT_A_TIME],
            page=page,
            has_more=len(found.heat.lines) > first + LINES_AT_A_TIME,
            levels={each: LEVELS[each] for each in found.heat.levels},
            ages=reports.need_ages(ctx),
            area_names=dict(found.heat.areas),
            sources=SOURCES,
            shade=rules.shade,
            needs_url=_needs_url,
        )


LEVELS = {UnitKind.AREA: _l("By area"), UnitKind.INSTITUTION: _l("By institution")}


def _needs_url(**filters: Any) -> dict[str, str]:
    """Arguments of the list of needs, filtered."""
    asked = [(word, value) for word, value in filters.items() if value is not None]
    return {f"flt{place}_{word}": str(value) for place, (word, value) in enumerate(asked)}


def views() -> list[BaseView]:
    """The list first: from there one reports."""
    return [
        NeedView(),
        NeedsOverview(
            name=_l("Needs at a glance"),
            category=GROUP,
            endpoint="needs-overview",
            url="needs/overview",
        ),
    ]
