"""SELECTs of the trail. Used by this room only."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from tenant_app.audit.models import AuditEntry
from tenant_app.core.clock import DENMARK


def entries(
    *, action: str, object_id: UUID | None, from_date: date | None, to_date: date | None
) -> Select[Any]:
    """Newest first. `action` is how the word begins; both days are Danish and included."""
    statement = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if action:
        statement = statement.where(AuditEntry.action.startswith(action, autoescape=True))
    if object_id is not None:
        statement = statement.where(AuditEntry.object_id == object_id, ~AuditEntry.is_private)
    if from_date is not None:
        statement = statement.where(AuditEntry.at >= _midnight(from_date))
    if to_date is not None:
        statement = statement.where(AuditEntry.at < _midnight(to_date + timedelta(days=1)))
    return statement


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=DENMARK)
