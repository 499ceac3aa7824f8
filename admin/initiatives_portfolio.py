"""The portfolio: what goes on in each institution over a year, as a picture and as a table."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import gantt
from admin.base import Page
from admin.choosing import all_of
from admin.formats import date_text
from admin.labels_initiatives import STATES, TONES
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import InitiativeState
from tenant_app.initiatives.service import Lane
from tenant_app.organisation import service as organisation

PAGE_SIZE = 20
YEARS = range(2000, 2101)
LEGEND = (
    InitiativeState.PLANNED,
    InitiativeState.RUNNING,
    InitiativeState.FOLLOW_UP,
    InitiativeState.EVALUATED,
)


class PortfolioPage(Page):
    """All institutions side by side."""

    permission = Permission.INITIATIVES_VIEW
    help = _l(
        "What goes on in each institution over the year, and where more is under way than the "
        "limit."
    )

    @expose("/")
    def index(self) -> ResponseReturnValue:
        ctx = self.ctx
        year = request.args.get("year", ctx.today.year, type=int)
        year = year if year in YEARS else ctx.today.year
        first, last = date(year, 1, 1), date(year, 12, 31)
        found = initiatives.portfolio(
            ctx,
            first=first,
            last=last,
            unit_id=_unit(),
            page=max(1, request.args.get("page", 1, type=int)),
            page_size=PAGE_SIZE,
        )
        units = []
        if ctx.actor.may(Permission.UNITS_VIEW):
            units = [place.unit for place in all_of(partial(organisation.units_page, ctx))]
        return self.render(
            "initiatives/portfolio.html",
            found=found,
            year=year,
            years=range(ctx.today.year - 2, ctx.today.year + 4),
            unit_id=_unit(),
            units=units,
            most=initiatives.limit(ctx),
            picture=picture(ctx, found.items, first=first, last=last),
            states=STATES,
            tones=TONES,
            legend=LEGEND,
            day=date_text,
        )


def _unit() -> UUID | None:
    """The unit of the address. Raises NotFound on what is no id."""
    text = request.args.get("unit_id", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound() from None


def load_text(lane: Lane) -> str:
    """How much is under way in an institution, in words."""
    if lane.most is None:
        return _("%(running)s under way", running=lane.running)
    if lane.is_over:
        return _("%(running)s under way, limit %(most)s", running=lane.running, most=lane.most)
    return _("%(running)s of %(most)s under way", running=lane.running, most=lane.most)


def picture(ctx: Context, lanes: list[Lane], *, first: date, last: date) -> object:
    """The lanes as a Gantt picture; None of nothing."""
    if not lanes:
        return None
    rows = [
        gantt.Row(
            lane.unit.name,
            load_text(lane),
            lane.is_over,
            tuple(
                gantt.Bar(
                    bar.initiative.title,
                    bar.initiative.starts_on or first,
                    (bar.initiative.ends_on or last) + timedelta(days=1),
                    bar.initiative.state.value,
                    bar.is_above,
                )
                for bar in lane.bars
            ),
        )
        for lane in lanes
    ]
    return gantt.draw(
        rows,
        first=first,
        last=last + timedelta(days=1),
        today=ctx.today,
        title=_("Initiatives of %(year)s by institution", year=first.year),
    )
