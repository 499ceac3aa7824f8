"""Verbs of the trail."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table

from tenant_app.audit import queries
from tenant_app.audit.models import AuditEntry
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.paging import Page, scalars_page

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


def require_overseer(ctx: Context) -> None:
    """Go on only if the actor oversees the whole municipality: the trail names people of all
    branches. Else 403."""
    paths = ctx.actor.paths(Permission.AUDIT_VIEW)
    # Every path begins at the municipality: the root is told without the room above.
    root = f"{paths[0].split('.')[0]}." if paths else None
    ctx.require(Permission.AUDIT_VIEW, at=root)


def entries(
    ctx: Context,
    *,
    action: str = "",
    object_id: UUID | None = None,
    from_date: date | None = None,
    to_date: date | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[AuditEntry]:
    """The trail, newest first: of actions that begin so, of one object, of Danish days (both
    included)."""
    require_overseer(ctx)
    found = queries.entries(
        action=action, object_id=object_id, from_date=from_date, to_date=to_date
    )
    return scalars_page(ctx, found, page=page, page_size=page_size)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
