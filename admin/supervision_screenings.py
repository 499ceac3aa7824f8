"""Screenings: the list, and one with its scores, their course, and the needs they raise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from admin import chart_lines
from admin.beginnings import FROM_FILE
from admin.chart_lines import Dot
from admin.charts import Chart
from admin.choosing import Among, FilteredView, ReadOptions, all_of, as_options, key, plain
from admin.formats import date_text, day
from admin.organisation import Below
from admin.supervision_using import Use
from admin.supervision_visits import TAG, unit_options
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation
from tenant_app.supervision import rules
from tenant_app.supervision import service as supervision
from tenant_app.supervision.models import Screening, ScreeningResult, ScreeningTool
from tenant_app.web.current import context


def _tools() -> list[tuple[str, str]]:
    ctx = context()
    found = all_of(lambda **paging: supervision.tools(ctx, **paging))
    return as_options((each.tool.id, each.tool.name) for each in found)


def scale_text(tool: ScreeningTool) -> str:
    """1–5, in steps of 0,1."""
    return _(
        "%(smallest)s–%(largest)s in steps of %(step)s",
        smallest=plain(tool.smallest),
        largest=plain(tool.largest),
        step=plain(tool.step),
    )


def good_text(tool: ScreeningTool) -> str:
    """From where on a score is good."""
    words = _("%(score)s or more") if tool.high_is_good else _("%(score)s or less")
    return words % {"score": plain(tool.good_at)}


class UseResult(Use):
    """Reached from the score itself."""

    chosen_label = _l("Screening result")

    def choices(self, ctx: Context, row: Screening) -> list[tuple[UUID, str]]:
        return [
            (each.id, f"{each.area.name}: {plain(each.score)}")
            for each in results_of(ctx, row)
            if each.id not in behind_of(ctx, row)
        ]

    def begins(self, ctx: Context, row: Screening, chosen: UUID) -> tuple[str, UUID | None]:
        """Only people can say in a sentence what a score calls for."""
        found = next((each for each in results_of(ctx, row) if each.id == chosen), None)
        return "", None if found is None else found.area.area_id

    def use(self, ctx: Context, chosen: UUID, **facts: Any) -> UUID | None:
        return supervision.use_result(ctx, chosen, **facts).need_id


def results_of(ctx: Context, row: Screening) -> Sequence[ScreeningResult]:
    """The scores of the screening, read once per page."""
    known = ("screening results", row.id)
    if known not in ctx.memo:
        ctx.memo[known] = supervision.results(ctx, row)
    found: Sequence[ScreeningResult] = ctx.memo[known]
    return found


def behind_of(ctx: Context, row: Screening) -> dict[UUID, supervision.Behind]:
    """The needs that the scores stand behind, read once per page."""
    known = ("screening needs", row.id)
    if known not in ctx.memo:
        ctx.memo[known] = supervision.behind(ctx, results_of(ctx, row))
    found: dict[UUID, supervision.Behind] = ctx.memo[known]
    return found


def _low(view: Any, page: Any, row: Screening, name: str) -> Any:
    areas, low = view.scored(row)
    if not low:
        return TAG.format("ok", _("All are good"))
    return TAG.format("warn", _("%(low)s of %(areas)s", low=low, areas=areas))


class ScreeningList(FilteredView):
    model_class = Screening
    endpoint_name = "screenings"
    label = _l("Screenings")
    help = _l(
        "What systematic screenings have shown, institution by institution and over time. A score "
        "becomes evidence of a need in one step."
    )
    empty = _l("No screening results yet. They are read in from a file.")
    permission = Permission.SUPERVISION_VIEW
    verbs = (UseResult,)
    begins_at = (FROM_FILE,)
    load = (joinedload(Screening.unit), joinedload(Screening.tool))
    details_template = "supervision/screening.html"
    column_list = ("unit", "tool", "held_on", "observations", "low")
    column_details_list = ("unit", "tool", "held_on", "observations", "scale", "good")
    column_labels = {
        "unit": _l("Unit"),
        "tool": _l("Screening tool"),
        "held_on": _l("Screened on"),
        "observations": _l("Observations"),
        "low": _l("Areas to work with"),
        "scale": _l("Scale"),
        "good": _l("A good score"),
    }
    column_sortable_list = (
        *("held_on", "observations"),
        ("unit", "unit.name"),
        ("tool", "tool.name"),
    )
    column_default_sort = [("held_on", True), ("id", True)]
    column_formatters = {
        "unit": lambda view, page, row, name: row.unit.name,
        "tool": lambda view, page, row, name: row.tool.name,
        "held_on": day("held_on"),
        "low": _low,
        "scale": lambda view, page, row, name: scale_text(row.tool),
        "good": lambda view, page, row, name: good_text(row.tool),
    }
    column_filters = (
        Among(
            Screening.tool_id, _l("Screening tool"), ReadOptions(_tools), word="tool", convert=key
        ),
        Below(
            Screening.unit_id,
            _l("Unit"),
            ReadOptions(unit_options),
            word="unit",
            within=organisation.units_below,
        ),
    )

    def title_of(self, row: Screening) -> str:
        return f"{row.unit.name}, {row.tool.name} {date_text(row.held_on)}"

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return supervision.visible_screenings(ctx)

    def read_for(self, rows: Sequence[Screening]) -> None:
        """How many areas call for work, read at once."""
        found = supervision.scored(self.ctx, [row.id for row in rows])
        self.ctx.memo["screening scored"] = found

    def scored(self, row: Screening) -> tuple[int, int]:
        """(areas, areas to work with)."""
        known: dict[UUID, tuple[int, int]] = self.ctx.memo.setdefault("screening scored", {})
        return known.get(row.id, (0, 0))

    def results(self, row: Screening) -> list[dict[str, Any]]:
        """What the page shows of each score."""
        scale = rules.scale_of(row.tool)
        return [
            {
                "result": each,
                "behind": behind_of(self.ctx, row).get(each.id),
                "score": plain(each.score),
                "tag": TAG.format("ok", _("Good score"))
                if scale.is_good(each.score)
                else TAG.format("warn", _("Calls for work")),
            }
            for each in results_of(self.ctx, row)
        ]

    def charts(self, row: Screening) -> list[Chart]:
        """A line per area: the institution's scores, and the municipality's mean."""
        names = (_("The institution"), _("Mean of the municipality"))
        bounds = (row.tool.smallest, row.tool.largest)
        return [
            chart_lines.compared(
                f"area-{at}",
                course.area.name,
                names,
                [
                    (Dot(each.day, each.score, str(each.observations)), each.mean)
                    for each in course.scores
                ],
                bounds,
            )
            for at, course in enumerate(supervision.over_time(self.ctx, row), 1)
        ]

    def may_use(self, row: Screening) -> bool:
        """Whether the reader can make evidence of a score."""
        return self.ctx.actor.may(Permission.NEEDS_REPORT) and supervision.may_follow(
            self.ctx, row.unit_id
        )
