"""Verbs of the trail."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table

from tenant_app.audit.models import AuditEntry
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7

_NOTE = cast(Table, AuditEntry.__table__).insert()
"""Every verb ends here: the bare table spares the ORM's work."""


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
    entry: dict[str, Any] = {
        "id": uuid7(),
        "at": ctx.now,
        "action": action,
        "object_id": object_id,
        "note": note,
    }
    entry |= {"actor_name": ctx.actor.name, "user_id": ctx.actor.user_id}
    entry |= {"support_id": ctx.actor.support_id, "changes": changes}
    ctx.session.execute(_NOTE, entry)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
