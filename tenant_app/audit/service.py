"""Verbs of the trail."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from tenant_app.audit.models import AuditEntry
from tenant_app.core.context import Context


def record(
    ctx: Context,
    action: str,
    object_id: UUID | None = None,
    *,
    note: str = "",
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> None:
    """Note what was done. `old` and `new` hold the changed facts, amounts in whole øre."""
    changes: dict[str, Any] = {}
    if old is not None:
        changes["old"] = {key: _plain(value) for key, value in old.items()}
    if new is not None:
        changes["new"] = {key: _plain(value) for key, value in new.items()}
    ctx.session.execute(
        insert(AuditEntry).values(
            at=ctx.now,
            actor_name=ctx.actor.name,
            user_id=ctx.actor.user_id,
            support_id=ctx.actor.support_id,
            action=action,
            object_id=object_id,
            changes=changes,
            note=note,
        )
    )


def _plain(value: Any) -> Any:
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
