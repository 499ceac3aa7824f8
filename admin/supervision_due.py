"""Institutions without a published supervision report, as of a day."""

from __future__ import annotations

from collections import Counter
from datetime import date

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import charts, exports
from admin.base import Page
from admin.formats import date_text
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.supervision import service as supervision
from tenant_app.supervision.service import DueLine, DueList
from tenant_app.tenancy import service as tenancy

LINES_SHOWN = 50


class DuePage(Page):
    """Where the next report is due, never reported ones first."""

    permission = Permission.SUPERVISION_VIEW
    help = _l(
        "The law asks for a published supervision report of each institution at least every second "
        "year. A report of one of its houses counts for the institution. Those that never had one "
        "come first."
    )

    def __init__(self) -> None:
        super().__init__(
            name=_l("Supervision reports due"), endpoint="supervision-due", url="supervision-due"
        )

    @expose("/")
    def index(self) -> ResponseReturnValue:
        ctx = self.ctx
        found = supervision.due(ctx, as_of=_as_of(ctx))
        # Whoever leads one institution looks for its own.
        shows_all = request.args.get("all") == "1" or len(found.lines) == 1
        lines = found.lines if shows_all else found.due
        page = max(0, request.args.get("page", 0, type=int))
        return self.render(
            "supervision/due.html",
            found=found,
            shows_all=shows_all,
            lines=lines[page * LINES_SHOWN : (page + 1) * LINES_SHOWN],
            chart=_chart(found),
            page=page,
            has_more=len(lines) > (page + 1) * LINES_SHOWN,
            may_plan=ctx.actor.may(Permission.SUPERVISION_MANAGE),
        )

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """Every institution as a file."""
        if export_type not in exports.KINDS:
            raise Invalid(N_("Choose csv or xlsx."), field="format")
        ctx = self.ctx
        found = supervision.due(ctx, as_of=_as_of(ctx))
        heads = [
            *(_("Institution"), _("Area"), _("Latest report"), _("Next report by")),
            *(_("Report due"), _("Next visit"), _("Heightened supervision")),
        ]
        table = exports.Sheet(
            str(self.name), heads, [_cells(line) for line in found.lines], len(found.lines), ""
        )
        slug = tenancy.tenant(ctx).slug
        return exports.answer(
            table, export_type, name=f"supervision-due-{slug}-{found.as_of.isoformat()}"
        )


def _as_of(ctx: Context) -> date:
    text = request.args.get("as_of", "").strip()
    if not text:
        return ctx.today
    day, _dash, rest = text.partition("-")
    month, _dash, year = rest.partition("-")
    try:
        return date.fromisoformat(text if len(day) == 4 else f"{year}-{month}-{day}")
    except ValueError:
        raise Invalid(N_("Write the day as dd-mm-yyyy."), field="as_of") from None


def _cells(line: DueLine) -> list[exports.Cell]:
    days = [line.published_on, line.deadline, line.planned_on]
    report, by, visit = ("" if each is None else date_text(each) for each in days)
    yes = _("Yes")
    return [
        *(line.name, line.area, report, by),
        *(yes if line.is_due else "", visit, yes if line.heightened else ""),
    ]


def _chart(found: DueList) -> charts.Chart | None:
    """All together, and each area where there are several."""
    bars: dict[str, Counter[str]] = {_("All"): Counter()}
    for line in found.lines:
        kind = "never" if line.published_on is None else "due" if line.is_due else "in_time"
        bars[_("All")][kind] += 1
        if line.area:
            bars.setdefault(line.area, Counter())[kind] += 1
    areas = sorted(name for name in bars if name != _("All"))
    shown = {name: bars[name] for name in (_("All"), *(areas if len(areas) > 1 else ()))}
    return charts.parts(
        "supervision-due",
        _("Published reports"),
        (_("Published in time"), _("Report is too old"), _("Never published")),
        [(name, [each[k] for k in ("in_time", "due", "never")]) for name, each in shown.items()],
        of=_("Area"),
        whole=_("Institutions"),
        sentence=_("Of the institutions have a report in time: %(parts)s."),
    )
