"""Entries that move what pools were given: many at a time, all of one kind."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import insert

from tenant_app.budgets import rules
from tenant_app.budgets.models import EntryKind, LedgerEntry
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.money import Money


def post(
    ctx: Context, kind: EntryKind, amounts: Iterable[tuple[UUID, Money]], *, note: str
) -> None:
    """(pool, amount) → an entry each. The balances are the caller's to change."""
    common = {"kind": kind, "booked_on": ctx.today, "booked_at": ctx.now}
    common |= {"actor_name": ctx.actor.name, "note": note}
    rows = [
        common | {"id": uuid7(), "pool_id": pool_id} | rules.effect(kind, amount)
        for pool_id, amount in amounts
    ]
    if rows:
        ctx.session.execute(insert(LedgerEntry).returning(LedgerEntry.id), rows).all()
