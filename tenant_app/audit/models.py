"""The trail. The app may add and read, never change: the grant says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped

from tenant_app.core.db import TenantOwned, index

PRIVATE = "talk."
"""How actions begin of which the trail tells that they were done, and neither by whom nor to what:
who prepared, signed or declined a talk is its parties' own. The row itself keeps all of it."""


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

    # As every reader of the trail is told; nobody shows, searches or sorts by the others.

    @hybrid_property
    def is_private(self) -> bool:
        return self.action.startswith(PRIVATE)

    @hybrid_property
    def told_name(self) -> str:
        """Who acted; empty where nobody is told."""
        return "" if self.is_private else self.actor_name

    @told_name.inplace.expression
    @classmethod
    def _told_name(cls) -> ColumnElement[str]:
        return case((cls.is_private, ""), else_=cls.actor_name)

    @property
    def told_user_id(self) -> UUID | None:
        return None if self.is_private else self.user_id

    @property
    def told_object_id(self) -> UUID | None:
        return None if self.is_private else self.object_id
