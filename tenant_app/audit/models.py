"""The trail. The app may add and read, never change: the grant says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped

from tenant_app.core.db import TenantOwned, index


class AuditEntry(TenantOwned):
    """One thing that happened."""

    __tablename__ = "audit_entries"
    extras = (index("at"), index("object_id", "at"))

    at: Mapped[datetime]
    actor_name: Mapped[str]
    user_id: Mapped[UUID | None]
    support_id: Mapped[UUID | None]
    action: Mapped[str]
    object_id: Mapped[UUID | None]
    changes: Mapped[dict[str, Any]]
    note: Mapped[str]
