"""Where each role begins: what waits, what is left, and the way to what one does most.

Whoever sees the whole municipality reads the reports; a leader reads the pools as they are now.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin.enrolments_labels import STATES, TONES
from admin.reports import OUTLOOKS
from tenant_app.budgets import service as budgets
from tenant_app.competences import service as competences
from tenant_app.core.access import Permission
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.money import show
from tenant_app.enrolments import service as enrolments
from tenant_app.organisation import service as organisation
from tenant_app.reports import service as reports

POOLS_SHOWN = 12
ROWS_SHOWN = 6
COUNTED_TO = 1000
"""The inbox is counted no further."""


def home(ctx: Context) -> dict[str, Any]:
    """What the home page shows for the actor's roles; a fixed number of statements."""
    actor = ctx.actor
    overseer = actor.may(Permission.REPORT_VIEW) and _sees_all(ctx)
    usage = _read(reports.usage, ctx) if overseer else None
    leads = actor.may(Permission.ENROLMENT_REQUEST)
    return {
        "waiting": enrolments.inbox_size(ctx) if enrolments.may_decide(ctx) else None,
        "counted_to": COUNTED_TO,
        "asks": leads or actor.may(Permission.ENROLMENT_REQUEST_OWN),
        "overseer": overseer,
        "usage": usage,
        "usage_time": usage.data_time.astimezone(DENMARK) if usage else None,
        "coverage": _read(reports.coverage, ctx) if actor.may(Permission.REPORT_VIEW) else None,
        "reads_reports": actor.may(Permission.REPORT_VIEW),
        "pools": [] if overseer or not actor.may(Permission.BUDGET_VIEW) else _pools(ctx),
        "latest": enrolments.listing(ctx, page_size=ROWS_SHOWN).items if leads else (),
        "mine": enrolments.own(ctx, page_size=ROWS_SHOWN).items if actor.employee_id else (),
        "held": _held(ctx),
        "offers": _offers(ctx),
        "links": _links(ctx),
        "states": STATES,
        "tones": TONES,
        "outlooks": OUTLOOKS,
        "show": show,
    }


def _sees_all(ctx: Context) -> bool:
    try:
        root = organisation.root_path(ctx)
    except NotFound:  # a new municipality has no units yet
        return True
    return ctx.actor.may(Permission.REPORT_VIEW, at=root)


def _read(report: Callable[..., Any], ctx: Context) -> Any:
    try:
        return report(ctx, year=ctx.today.year)
    except NotFound:
        return None


def _held(ctx: Context) -> Any:
    """What the actor can, with until when; leaders look at their staff elsewhere."""
    if ctx.actor.employee_id is None or not ctx.actor.may(Permission.ENROLMENT_REQUEST_OWN):
        return ()
    return competences.held_on(ctx, employee_id=ctx.actor.employee_id, on=ctx.today)


def _offers(ctx: Context) -> Any:
    """The sessions an employee must decide on soonest."""
    if not ctx.actor.may(Permission.ENROLMENT_REQUEST_OWN):
        return ()
    return enrolments.offers(ctx, page_size=ROWS_SHOWN).items


def _links(ctx: Context) -> list[tuple[str, str]]:
    """The beginnings of a new municipality's work, for whoever does it."""
    if not ctx.actor.may(Permission.IMPORT_RUN):
        return []
    return [
        (_("Import units, employees and courses"), url_for("imports.index")),
        (_("Budget years and frame"), url_for("budget-years.index_view")),
        (_("Invite users"), url_for("users.index_view")),
        (_("Settings"), url_for("settings.index")),
    ]


def _pools(ctx: Context) -> list[dict[str, Any]]:
    """The pools in the actor's sight this year, with what is left of each."""
    shown = []
    found = budgets.pools(ctx, year=ctx.today.year, page_size=POOLS_SHOWN)
    positions = budgets.positions(ctx, [pool.id for pool in found.items])
    for pool in found.items:
        balance = positions[pool.id]
        have = balance.allotted + balance.carried + balance.transferred
        shown.append(
            {
                "id": pool.id,
                "name": pool.name,
                "have": show(have),
                "reserved": show(balance.reserved),
                "used": show(balance.committed + balance.actual),
                "available": show(balance.available),
                "is_low": balance.available < 0,
                "share": round(100 * (have - balance.available) / have) if have > 0 else 0,
            }
        )
    return shown
