"""Every night the figures are held against the ledger. What does not agree is told, and never put
right by itself: a figure that is wrong says that something was done past the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from tenant_app.audit import service as audit
from tenant_app.budgets.alarm_models import BudgetAlarm, DriftKind
from tenant_app.budgets.queries import limits
from tenant_app.budgets.queries import reconciling as queries
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation

ALARMS = "budget-alarms"
"""The key of what the home page tells."""
Key = tuple[DriftKind, UUID, str]


def reconcile(ctx: Context) -> int:
    """Each drift has an alarm that holds, once however often it is seen; alarms whose figures agree
    again end. Returns how many hold. A nightly job: it asks no permission and repairs nothing."""
    # No verb moves money meanwhile: half of a transfer would look like a drift.
    limits.lock_balances(ctx)
    seen = [*queries.drifts(ctx), *queries.unsettled(ctx)]
    found = {(each.kind, each.about_id, each.part): each for each in seen}
    known: dict[Key, BudgetAlarm] = {
        (each.kind, each.about_id, each.part): each for each in queries.open_alarms(ctx)
    }
    for key, alarm in known.items():
        if key not in found:
            alarm.settled_at = ctx.now
            audit.record(ctx, "budgets.alarm_settled", alarm.about_id, old=_facts(alarm))
    for key, drift in found.items():
        held = known.get(key)
        if held is None:
            held = BudgetAlarm(
                id=uuid7(),
                kind=drift.kind,
                about_id=drift.about_id,
                part=drift.part,
                pool_id=drift.pool_id,
                raised_at=ctx.now,
            )
            ctx.session.add(held)
        is_news = held.seen_at is None or (held.expected, held.found) != (
            drift.expected,
            drift.found,
        )
        held.expected, held.found, held.seen_at = drift.expected, drift.found, ctx.now
        if is_news:
            audit.record(ctx, "budgets.alarm_raised", drift.about_id, new=_facts(held))
    ctx.session.flush()
    return len(found)


def alarms(ctx: Context) -> Sequence[BudgetAlarm]:
    """Those that hold. Needs the view at the root."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    return queries.open_alarms(ctx)


def all_alarms(
    ctx: Context, *, is_open: bool | None = None, page: int = 1, page_size: int = 50
) -> Page[BudgetAlarm]:
    """Those that hold, those whose figures agree again, or both; newest first. For those who
    manage the budget of the whole municipality."""
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    statement = queries.all_alarms(is_open=is_open)
    return scalars_page(ctx, statement, page=page, page_size=page_size)


def alarm_asks(ctx: Context) -> list[Select[Any]]:
    """(key, count): the alarms that hold, for those who manage the municipality's budget."""
    if not ctx.actor.may(Permission.BUDGET_MANAGE):
        return []
    return [queries.count_open(ALARMS)]


def _facts(alarm: BudgetAlarm) -> dict[str, Any]:
    return {
        "kind": alarm.kind,
        "part": alarm.part,
        "pool_id": alarm.pool_id,
        "expected": alarm.expected,
        "found": alarm.found,
    }


__all__ = ["ALARMS", "alarm_asks", "alarms", "all_alarms", "reconcile"]
