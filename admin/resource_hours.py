"""Hours bought from outside against hours of the municipality's own people."""

from __future__ import annotations

from decimal import Decimal

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import charts, exports
from admin.base import Page
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.rules import hours_of, hours_text
from tenant_app.resource_persons.service import Compared, Hours, UnitHours
from tenant_app.tenancy import service as tenancy

UNITS_SHOWN = 50
BARS_SHOWN = 8
YEARS = range(2000, 2101)


class ResourceHoursPage(Page):
    """Unit by unit and year by year."""

    permission = Permission.RESOURCE_PERSONS_VIEW
    help = _l(
        "How many hours of competence development are bought from outside, and how many the "
        "municipality’s own resource persons give."
    )

    def __init__(self) -> None:
        super().__init__(
            name=_l("Bought and internal hours"), endpoint="resource-hours", url="resource-hours"
        )

    @expose("/")
    def index(self) -> ResponseReturnValue:
        ctx = self.ctx
        found = resource_persons.compared(ctx, year=_year(ctx))
        page = max(0, request.args.get("page", 0, type=int))
        return self.render(
            "resource_persons/hours.html",
            found=found,
            years=range(ctx.today.year - 2, ctx.today.year + 2),
            units=found.units[page * UNITS_SHOWN : (page + 1) * UNITS_SHOWN],
            chart=_chart(found),
            text=hours_text,
            page=page,
            has_more=len(found.units) > (page + 1) * UNITS_SHOWN,
        )

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """The table as a file."""
        if export_type not in exports.KINDS:
            raise Invalid(N_("Choose csv or xlsx."), field="format")
        found = resource_persons.compared(self.ctx, year=_year(self.ctx))
        heads = [
            *(_("Unit"), _("Area"), _("Bought hours"), _("Places"), _("Internal hours")),
            *(_("Bookings"), _("Internal of all hours, per cent")),
        ]
        rows = [_cells(each) for each in found.units]
        table = exports.Sheet(str(self.name), heads, rows, len(rows), "")
        slug = tenancy.tenant(self.ctx).slug
        return exports.answer(table, export_type, name=f"resource-hours-{slug}-{found.year}")


def _year(ctx: Context) -> int:
    year = request.args.get("year", ctx.today.year, type=int)
    return year if year in YEARS else ctx.today.year


def _cells(each: UnitHours) -> list[exports.Cell]:
    hours = each.hours
    return [
        *(each.name, each.area, _plain(hours.bought), hours.places, _plain(hours.internal)),
        *(hours.bookings, hours.percent),
    ]


def _plain(minutes: int) -> Decimal:
    return hours_of(minutes).quantize(Decimal("0.01"))


def _chart(found: Compared) -> charts.Chart | None:
    """All together, then the units with most hours. Whole hours: the table has the quarters."""
    most = sorted(found.units, key=lambda each: -(each.hours.bought + each.hours.internal))
    bars: list[tuple[str, Hours]] = [(_("All"), found.total)] if len(found.units) > 1 else []
    bars += [(each.name, each.hours) for each in most[:BARS_SHOWN]]
    return charts.parts(
        "resource-hours",
        _("Internal and bought hours by unit"),
        (_("Internal hours"), _("Bought hours")),
        [(name, (_whole(hours.internal), _whole(hours.bought))) for name, hours in bars],
        of=_("Unit"),
        whole=_("Hours"),
        sentence=_("Of the hours are internal: %(parts)s."),
    )


def _whole(minutes: int) -> int:
    return (minutes + 30) // 60
