"""Where the pools are heading, and what could be moved from where to where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import charts
from admin.base import Page
from admin.beginnings import Beginning, Next, next_of
from admin.budget_fields import KINDS, percent_text
from admin.explaining import entries_url
from admin.formats import date_text
from admin.labels import MONEY
from tenant_app.core.access import Permission
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.core.money import show
from tenant_app.reports import service as reports
from tenant_app.reports.models import ReportKind
from tenant_app.reports.rules import Move, Outlook, Season

TRANSFER = "transfers.verb_ask"
BARS_SHOWN = 6
SHOWN = 60
"""Of each tail: the furthest off are what somebody can do something about."""
USAGE = Beginning(_l("See the usage report"), "usage.index", frozenset({Permission.REPORT_RUN}))


def season_text(season: Season) -> str:
    """What the forecast rests on, in words."""
    if season.passed_bp is None:
        told = _(
            "No earlier year is known, so the forecast is a straight line through what was asked "
            "for so far."
        )
    else:
        years = (
            str(season.first) if season.first == season.last else f"{season.first}–{season.last}"
        )
        told = _(
            "The forecast follows the months of %(years)s: by this day %(share)s %% of the year's "
            "money had been asked for.",
            years=years,
            share=percent_text(season.passed_bp // 10 * 10),
        )
    return (
        told
        + " "
        + _(
            "Open requests count %(share)s %%, as many as are usually approved.",
            share=percent_text(season.approval_bp // 10 * 10),
        )
    )


def transfer_url(move: Move) -> str | None:
    """The form where the money is asked to be moved; None where there is no such page."""
    if TRANSFER not in current_app.view_functions:
        return None
    pools = {"from_pool": move.giver.id, "to_pool": move.taker.id}
    return url_for(TRANSFER, **pools, kroner=move.amount // 100)


class ForecastPage(Page):
    """Both tails of a year's pools."""

    permission = Permission.REPORT_VIEW
    help = _l(
        "Which pools are likely to overspend or to be left with money at New Year, and a "
        "suggestion of what could be moved. Nothing is moved by itself."
    )

    def __init__(self) -> None:
        super().__init__(name=_l("Forecast"), category=MONEY, endpoint="forecast", url="forecast")

    def what_next(self) -> Next:
        """For a year without a report."""
        return next_of(self.ctx.actor, (USAGE,))

    @expose("/")
    def index(self) -> ResponseReturnValue:
        ctx = self.ctx
        year = request.args.get("year", type=int) or ctx.today.year
        try:
            found = reports.forecasts(ctx, year=year, as_of=_day())
        except NotFound:
            found = None
        return self.render(
            "reports/forecast.html",
            found=found,
            tails=_tails(found) if found else (),
            chart=chart_of(found) if found else None,
            year=year,
            years=sorted({*reports.years(ctx), year}, reverse=True),
            days=reports.days_of(ctx, ReportKind.USAGE, year),
            season=season_text(found.season) if found else "",
            moment=date_text,
            kinds=KINDS,
            entries_url=entries_url,
            transfer_url=transfer_url if ctx.actor.may(Permission.BUDGET_TRANSFER) else None,
            shown=SHOWN,
        )


def _tails(found: reports.Forecast) -> Sequence[tuple[str, str, Any, int]]:
    """(title, what it is by, the pools, together in øre) of both sides."""
    over, under = (found.off(each) for each in (Outlook.OVERSPEND, Outlook.UNDERSPEND))
    return (
        (_("Likely overspend"), _("Lacks"), over, sum(pool.off_by for pool in over)),
        (_("Likely underspend"), _("Left over"), under, sum(pool.off_by for pool in under)),
    )


def chart_of(found: reports.Forecast) -> charts.Chart | None:
    """The furthest off of both sides, beside each other."""
    over, under = (found.off(each) for each in (Outlook.OVERSPEND, Outlook.UNDERSPEND))
    furthest = [*over[:BARS_SHOWN], *under[:BARS_SHOWN]]
    return charts.parts(
        "forecast",
        _("Forecast of the budget: the furthest off on both sides"),
        (_("Forecast"), _("Left over")),
        [
            (pool.name, (pool.figures.forecast, pool.figures.budget - pool.figures.forecast))
            for pool in furthest
        ],
        of=_("Pool"),
        whole=_("Budget"),
        sentence=_("At New Year this much of the budget is likely to be used: %(parts)s."),
        write=show,
    )


def _day() -> date | None:
    text = request.args.get("as_of", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(N_("Write the date as 2026-12-31."), field="as_of") from None


def views() -> list[BaseView]:
    """The screens of this room."""
    return [ForecastPage()]
