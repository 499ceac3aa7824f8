"""The home page as a whole: which sections, in which order, and what each of them shows."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from admin import charts
from admin.enrolments_labels import LEVELS, STATES, TONES
from admin.home import money
from admin.home.reader import Reader
from admin.home.start import beginning, is_open
from admin.home.tiles import tiles
from tenant_app.anchoring import service as anchoring
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.core.money import show
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.rules import days_waited, patience
from tenant_app.enrolments.service import Short
from tenant_app.reports import service as reports

ROWS_SHOWN = 6
GAPS_SHOWN = 6
BARS_SHOWN = 8
COUNTED_TO = 1000
"""Nothing is counted further; the page says “1000+”."""


def home(ctx: Context) -> dict[str, Any]:
    """What the home page shows for all of the actor's roles; a fixed number of statements."""
    who = Reader.of(ctx.actor)
    year = ctx.today.year
    now = reports.money_now(ctx, year=year) if who.sees_money else None
    start = beginning(ctx, now) if who.sets_up and not is_open(now) else None
    calls = enrolments.calls(ctx, first=ROWS_SHOWN) if who.is_called or who.oversees else None
    lists = enrolments.short_lists(
        ctx, _wanted(who), most=ROWS_SHOWN, waiting=calls.first if calls else ()
    )
    own, expiring = _held(ctx, who)
    waiting = tiles(ctx) if who.is_called or who.oversees else []
    shown: dict[str, Any] = {
        "who": who,
        "year": year,
        "calls": calls,
        "lists": {why.value: found for why, found in lists.items()},
        **_coverage(ctx, who),
        "together": reports.going_together(ctx, most=ROWS_SHOWN) if who.leads_area else (),
        "own_held": own,
        "expiring": expiring,
        "openings": _openings(ctx, who),
        "due": _due(ctx, who),
        "tiles": waiting,
        "health": reports.job_health(ctx) if who.keeps_jobs and start is None else None,
        "start": start,
        "sections": _sections(
            who,
            has_start=start is not None,
            has_money=now is not None and bool(now.pools),
            has_tiles=bool(waiting),
        ),
        "age": lambda moment: days_waited(moment, ctx.now),
        "patience": patience,
        "local": lambda moment: moment.astimezone(DENMARK),
        "today": ctx.today,
        "counted_to": COUNTED_TO,
        "levels": LEVELS,
        "states": STATES,
        "tones": TONES,
        "show": show,
    }
    # Whoever oversees all finds next year in the reports, and has the longest page already.
    asks_ahead = now is not None and who.leads_institution and not who.oversees
    following = reports.money_now(ctx, year=year + 1) if asks_ahead else None
    return shown | money.shown(who, now, following)


def _sections(who: Reader, *, has_start: bool, has_money: bool, has_tiles: bool) -> list[str]:
    """What calls for an answer first, then from the whole to oneself, then how things run."""
    found = {
        "start": has_start,
        "calls": who.is_called or has_tiles,
        "municipality": who.oversees and (has_money or not has_start),
        "area": who.leads_area,
        "institution": who.leads_institution,
        "me": who.takes_part,
        "audit": who.audits,
        "jobs": who.keeps_jobs and not has_start,
    }
    return [name for name, is_shown in found.items() if is_shown]


def _wanted(who: Reader) -> list[Short]:
    wanted = []
    if who.decides:
        wanted.append(Short.WAITING)
    if who.leads or who.takes_part:
        wanted.append(Short.RETURNED)
    if who.leads:
        wanted.append(Short.TO_COMPLETE)
    if who.leads_institution:
        wanted += [Short.LATEST, Short.GOING]
    if who.takes_part:
        wanted += [Short.OWN_COMING, Short.OWN_PAST]
    return wanted


def _openings(ctx: Context, who: Reader) -> list[enrolments.Opening] | None:
    """What the reader could ask for. Whoever oversees all has the longest page already, and looks
    in the catalogue."""
    if not who.asks_for_self or who.oversees:
        return None
    return enrolments.openings(ctx, most=ROWS_SHOWN)


def _due(ctx: Context, who: Reader) -> dict[str, list[anchoring.Due]]:
    """Tasks of anchoring plans: one's own, a leader's, and where in the area they are late."""
    return anchoring.due_now(
        ctx,
        own=who.takes_part,
        led=who.leads_institution,
        above=who.leads_area,
        most=ROWS_SHOWN,
    )


def _held(ctx: Context, who: Reader) -> tuple[list[reports.HeldNow], list[reports.HeldNow]]:
    if not (who.takes_part or who.leads_institution):
        return [], []
    return reports.holdings_now(ctx, staff=who.leads_institution, most=2 * ROWS_SHOWN)


def _coverage(ctx: Context, who: Reader) -> dict[str, Any]:
    if not who.reads_reports:
        return {"coverage": None, "coverage_chart": None}
    found = reports.coverage_now(ctx, year=ctx.today.year, gaps=GAPS_SHOWN)
    chart = None
    if found is not None:
        least = sorted(found.targets, key=lambda each: each.figures.coverage_percent or 0)
        bars = [
            charts.CoverageBar(
                each.competence,
                each.figures.covered,
                each.figures.planned,
                each.figures.group_size,
            )
            for each in least[:BARS_SHOWN]
        ]
        chart = charts.coverage("coverage", _("Coverage per target"), bars)
    return {"coverage": found, "coverage_chart": chart}
