"""Talks and plans per unit, as far as they may be counted: nothing that anybody said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import charts, exports
from admin.base import Page
from tenant_app.core.access import Permission
from tenant_app.core.errors import N_, Invalid
from tenant_app.talks import service as talks
from tenant_app.talks.rules import SMALLEST, YEAR
from tenant_app.tenancy import service as tenancy

LINES_SHOWN = 50
BARS_SHOWN = 8


class StatusPage(Page):
    """How many had a talk, how many have a plan, and which areas the plans are about."""

    permission = Permission.TALKS_VIEW
    help = _l(
        "How many had a talk within a year and have a valid plan. What is said in talks and "
        "written in plans stays with those who are in them."
    )

    def __init__(self) -> None:
        super().__init__(name=_l("Talks and plans"), endpoint="talk-status", url="talk-status")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        found = talks.status(self.ctx)
        page = max(0, request.args.get("page", 0, type=int))
        start = page * LINES_SHOWN
        return self.render(
            "talks/status.html",
            found=found,
            lines=found.lines[start : start + LINES_SHOWN],
            names={area.id: area.name for area in found.areas},
            chart=_chart(found),
            least=SMALLEST,
            days=YEAR,
            page=page,
            has_more=len(found.lines) > start + LINES_SHOWN,
        )

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """The table as a file: what is hidden on the page is hidden here."""
        if export_type not in exports.KINDS:
            raise Invalid(N_("Choose csv or xlsx."), field="format")
        ctx = self.ctx
        found = talks.status(ctx)
        heads = [
            *(_("Unit"), _("Employees"), _("Had a talk"), _("Had a talk, per cent")),
            *(_("Have a plan"), _("Have a plan, per cent")),
            *(area.name for area in found.areas),
        ]
        areas = [area.id for area in found.areas]
        table = exports.Sheet(
            str(self.name),
            heads,
            [_cells(line, areas) for line in found.lines],
            len(found.lines),
            "",
        )
        slug = tenancy.tenant(ctx).slug
        return exports.answer(
            table, export_type, name=f"talks-and-plans-{slug}-{ctx.today.isoformat()}"
        )


def _cells(line: talks.StatusLine, areas: Sequence[UUID]) -> list[exports.Cell]:
    hidden = _("hidden")
    if line.tally is None:
        return [line.name, *(hidden for _n in range(5)), *(hidden for _area in areas)]
    tally = line.tally
    return [
        *(line.name, tally.people, *_part(tally.talked, tally.talked_percent, hidden)),
        *_part(tally.planned, tally.planned_percent, hidden),
        *(_tag(line.tags, area_id, hidden) for area_id in areas),
    ]


def _part(count: int | None, percent: int | None, hidden: str) -> tuple[exports.Cell, exports.Cell]:
    return (hidden, hidden) if count is None else (count, percent)


def _tag(tags: Mapping[UUID, int | None], area_id: UUID, hidden: str) -> exports.Cell:
    found = tags.get(area_id, 0)
    return hidden if found is None else found


def _chart(found: talks.Status) -> charts.Chart | None:
    """The highest line, then the units where the fewest had a talk; none that is hidden."""
    shown = [
        (line.name, line.level, line.tally.talked, line.tally.people)
        for line in found.lines
        if line.tally is not None and line.tally.talked is not None and line.tally.people
    ]
    if not shown:
        return None
    top = min(each[1] for each in shown)
    first = [each for each in shown if each[1] == top][:1]
    rest = sorted(
        (each for each in shown if each not in first),
        key=lambda each: (each[2] / each[3], -each[3]),
    )
    return charts.parts(
        "talk-status",
        _("Had a talk within a year, by unit"),
        (_("Had a talk"), _("Had no talk")),
        [
            (name, (talked, people - talked))
            for name, _level, talked, people in [*first, *rest[:BARS_SHOWN]]
        ],
        of=_("Unit"),
        whole=_("Employees"),
        sentence=_("Of the employees had a talk within a year: %(parts)s."),
    )
