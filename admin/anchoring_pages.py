"""One's own plans, and how the courses of each unit are followed through."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import charts, exports
from admin.anchoring_choices import tell
from admin.anchoring_plans import words_of
from admin.base import Page
from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.service import FollowThrough, UnitFigures
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, Invalid
from tenant_app.tenancy import service as tenancy

OWN_SHOWN = 10
UNITS_SHOWN = 50
BARS_SHOWN = 8


class OwnPlansPage(Page):
    """What I have agreed to do around my courses."""

    permission = None
    help = _l("What you and your leader have agreed around your courses, and what is left to do.")

    def __init__(self) -> None:
        super().__init__(
            name=_l("My anchoring plan"), endpoint="own-anchoring", url="own-anchoring"
        )

    def is_accessible(self) -> bool:
        """Whoever is employed can have plans of their own."""
        return self.ctx.actor.employee_id is not None

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        raise Forbidden()

    def words(self) -> dict[str, Any]:
        """The labels of a plan, and what its reader may do."""
        return words_of(self.ctx)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        ctx = self.ctx
        page = max(1, request.args.get("page", 1, type=int))
        found = anchoring.own(ctx, page=page, page_size=OWN_SHOWN)
        views = {view.endpoint: view for view in self.admin._views}
        return self.render(
            "anchoring/own.html",
            found=found,
            stories=tell(ctx, list(found.items)),
            offered=views["anchoring"].offered,
            back=self.get_url(".index", page=page),
        )


class FollowThroughPage(Page):
    """Whether what was learnt was shared and tried."""

    permission = Permission.ANCHORING_VIEW
    help = _l(
        "A completed course is followed through when it was shared with colleagues and tried in "
        "practice within the days the municipality has set."
    )

    def __init__(self) -> None:
        super().__init__(name=_l("Follow-through"), endpoint="follow-through", url="follow-through")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        ctx = self.ctx
        found = anchoring.follow_through(ctx, as_of=_as_of(ctx))
        page = max(0, request.args.get("page", 0, type=int))
        shown = found.units[page * UNITS_SHOWN : (page + 1) * UNITS_SHOWN]
        return self.render(
            "anchoring/follow_through.html",
            found=found,
            units=shown,
            chart=_chart(found),
            page=page,
            has_more=len(found.units) > (page + 1) * UNITS_SHOWN,
        )

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """The table as a file."""
        if export_type not in exports.KINDS:
            raise Invalid(N_("Choose csv or xlsx."), field="format")
        ctx = self.ctx
        found = anchoring.follow_through(ctx, as_of=_as_of(ctx))
        heads = [
            *(_("Unit"), _("Area"), _("Completed"), _("Shared"), _("Tried")),
            *(_("Followed through"), _("Per cent"), _("Still in time"), _("Tasks overdue")),
        ]
        table = exports.Sheet(
            str(self.name), heads, [_cells(each) for each in found.units], len(found.units), ""
        )
        slug = tenancy.tenant(ctx).slug
        return exports.answer(
            table, export_type, name=f"follow-through-{slug}-{found.as_of.isoformat()}"
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


def _cells(each: UnitFigures) -> list[exports.Cell]:
    figures = each.figures
    return [
        *(each.name, each.area, figures.completed, figures.shared, figures.tried),
        *(figures.followed, figures.percent, figures.in_time, figures.overdue),
    ]


def _chart(found: FollowThrough) -> charts.Chart | None:
    """All together, then the units that are least followed through."""
    least = sorted(
        (each for each in found.units if each.figures.completed),
        key=lambda each: (each.figures.percent or 0, -each.figures.completed),
    )
    bars = [(_("All"), found.total)] if len(least) > 1 else []
    bars += [(each.name, each.figures) for each in least[:BARS_SHOWN]]
    return charts.parts(
        "follow-through",
        _("Follow-through by unit"),
        (_("Followed through"), _("Still in time"), _("Not followed through")),
        [
            (
                name,
                (each.followed, each.in_time, each.completed - each.followed - each.in_time),
            )
            for name, each in bars
        ],
        of=_("Unit"),
        whole=_("Completed"),
        sentence=_("Of the completed courses are followed through: %(parts)s."),
    )
