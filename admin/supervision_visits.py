"""The list of supervision visits, and one visit with its findings and its plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Query, joinedload

from admin.choosing import YES_NO, Among, FilteredView, ReadOptions, seen_unit_choices, yes_or_no
from admin.formats import choice, date_text, day, state
from admin.organisation import Below
from admin.supervision_labels import (
    HEIGHTENED,
    NOTICES,
    STATES,
    TONES,
    VERDICT_TONES,
    VERDICTS,
)
from admin.supervision_verbs import VERBS, story_of
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation
from tenant_app.supervision import rules
from tenant_app.supervision import service as supervision
from tenant_app.supervision.models import SupervisionVisit, VisitState
from tenant_app.supervision.service import VisitCounts, VisitDetails
from tenant_app.web.current import context

TAG = Markup('<span class="tag {}">{}</span>')


class Late(Among):
    """Visits whose plan is behind, or all others."""

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        late = supervision.is_late(context())
        return query.filter(late if value else ~late)


def unit_options() -> list[tuple[str, str]]:
    """The units in sight, in the order of the hierarchy."""
    return seen_unit_choices(context(), Permission.SUPERVISION_VIEW)


def _plan(view: Any, page: Any, row: SupervisionVisit, name: str) -> Any:
    found = view.counts(row)
    if found.late:
        return TAG.format("bad", _("%(late)s overdue", late=found.late))
    return _("%(left)s left", left=found.left) if found.left else ""


def _state(view: Any, page: Any, row: SupervisionVisit, name: str) -> Any:
    shown = state("state", STATES, TONES)(view, page, row, name)
    if row.heightened:
        shown += Markup(" ") + TAG.format("bad", HEIGHTENED)
    return shown


def _report(view: Any, page: Any, row: SupervisionVisit, name: str) -> Any:
    if row.published_on is None:
        return ""
    shown = Markup('<span class="day">{}</span>').format(date_text(row.published_on))
    if row.report_link:
        link = Markup(' <a href="{}" rel="noopener noreferrer">{}</a>')
        shown += link.format(row.report_link, _("Read the report"))
    return shown


class VisitList(FilteredView):
    model_class = SupervisionVisit
    endpoint_name = "supervision"
    label = _l("Supervision visits")
    help = _l(
        "Pedagogical supervision from the planned day to the published report, with the plan that "
        "follows. Findings become evidence of a need in one step."
    )
    empty = _l("No supervision visits yet.")
    permission = Permission.SUPERVISION_VIEW
    verbs = VERBS
    load = (joinedload(SupervisionVisit.unit),)
    details_template = "supervision/visit.html"
    column_list = ("unit", "visit_on", "notice", "state", "findings", "plan", "published_on")
    more_columns = ("by_whom",)
    column_details_list = ("unit", "visit_on", "notice", "by_whom", "state", "published_on")
    column_labels = {
        "unit": _l("Unit"),
        "visit_on": _l("Day of the visit"),
        "notice": _l("Announced or not"),
        "by_whom": _l("Who visits"),
        "state": _l("State"),
        "findings": _l("Findings"),
        "plan": _l("Follow-up"),
        "published_on": _l("Published on"),
    }
    column_sortable_list = (
        *("visit_on", "notice", "by_whom", "state", "published_on"),
        ("unit", "unit.name"),
    )
    column_default_sort = [("visit_on", True), ("id", True)]
    column_formatters = {
        "unit": lambda view, page, row, name: row.unit.name,
        "visit_on": day("visit_on"),
        "notice": choice("notice", NOTICES),
        "state": _state,
        "findings": lambda view, page, row, name: view.counts(row).findings or "",
        "plan": _plan,
        "published_on": day("published_on"),
    }
    column_formatters_detail = {**column_formatters, "published_on": _report}
    column_filters = (
        Among(
            SupervisionVisit.state,
            _l("State"),
            [(each.value, text) for each, text in STATES.items()],
            word="state",
            convert=VisitState,
        ),
        Below(
            SupervisionVisit.unit_id,
            _l("Unit"),
            ReadOptions(unit_options),
            word="unit",
            within=organisation.units_below,
        ),
        Late(
            SupervisionVisit.id,
            _l("Follow-up overdue"),
            YES_NO,
            word="late",
            convert=yes_or_no,
        ),
        Among(
            SupervisionVisit.heightened,
            HEIGHTENED,
            YES_NO,
            word="heightened",
            convert=yes_or_no,
        ),
    )

    def title_of(self, row: SupervisionVisit) -> str:
        return f"{row.unit.name}, {date_text(row.visit_on)}"

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return supervision.visible(ctx)

    def read_for(self, rows: Sequence[SupervisionVisit]) -> None:
        """What there is in the page's visits, read at once."""
        self.ctx.memo["supervision counts"] = supervision.counts(self.ctx, [row.id for row in rows])

    def counts(self, row: SupervisionVisit) -> VisitCounts:
        """How much there is in the visit."""
        known: dict[UUID, VisitCounts] = self.ctx.memo.setdefault("supervision counts", {})
        if row.id not in known:
            known |= supervision.counts(self.ctx, [row.id])
        return known[row.id]

    def story(self, row: SupervisionVisit) -> VisitDetails:
        """Everything in one visit."""
        return story_of(self.ctx, row)

    def words(self, row: SupervisionVisit) -> dict[str, Any]:
        """The labels of the story, and what its reader may do."""
        ctx = self.ctx
        follows = row.state in rules.FOUND and supervision.may_follow(ctx, row.unit_id)
        removes = row.state is VisitState.HELD and supervision.may_manage(ctx, row.unit_id)
        return {
            "verdicts": VERDICTS,
            "tones": VERDICT_TONES,
            "today": ctx.today,
            "may_use": follows and ctx.actor.may(Permission.NEEDS_REPORT),
            "may_finish": follows,
            "may_remove": removes,
        }
