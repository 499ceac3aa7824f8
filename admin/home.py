"""Where each role begins: what waits, what is left, and the way to what one does most."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tenant_app.budgets import service as budgets
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import show
from tenant_app.enrolments import service as enrolments

POOLS_SHOWN = 8


def home(ctx: Context) -> dict[str, Any]:
    """Tiles, pools and own courses for the actor's roles; a fixed number of statements."""
    return {
        "tiles": _tiles(ctx),
        "pools": _pools(ctx),
        "mine": enrolments.own(ctx, page_size=5).items if ctx.actor.employee_id else (),
    }


def _tiles(ctx: Context) -> list[dict[str, Any]]:
    tiles: list[dict[str, Any]] = []

    def add(number: object, text: str, url: str) -> None:
        tiles.append({"number": number, "text": text, "url": url})

    if enrolments.may_decide(ctx):
        size = enrolments.inbox_size(ctx)
        many = f"{size}+" if size >= 1000 else size
        add(many, _("requests wait for your answer"), url_for("inbox.index"))
    if ctx.actor.may(Permission.ENROLMENT_REQUEST) or ctx.actor.may(
        Permission.ENROLMENT_REQUEST_OWN
    ):
        add("→", _("Find a course and send a request"), url_for("browse.index"))
    if ctx.actor.may(Permission.REPORT_VIEW):
        add("%", _("Budget usage"), url_for("usage.index"))
        add("◔", _("Coverage"), url_for("coverage.index"))
    return tiles


def _pools(ctx: Context) -> list[dict[str, Any]]:
    """The pools in the actor's sight this year, with what is left of each."""
    if not ctx.actor.may(Permission.BUDGET_VIEW):
        return []
    shown = []
    found = budgets.pools(ctx, year=ctx.today.year, page_size=POOLS_SHOWN)
    positions = budgets.positions(ctx, [pool.id for pool in found.items])
    for pool in found.items:
        balance = positions[pool.id]
        have = balance.allotted + balance.carried + balance.transferred
        shown.append(
            {
                "name": pool.name,
                "have": show(have),
                "reserved": show(balance.reserved),
                "used": show(balance.committed + balance.actual),
                "available": show(balance.available),
                "share": round(100 * (have - balance.available) / have) if have > 0 else 0,
            }
        )
    return shown
