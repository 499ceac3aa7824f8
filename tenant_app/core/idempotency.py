"""The same key twice is one effect: the first answer is kept and given again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped

from tenant_app.core.db import TenantOwned, index, unique


class IdempotencyKey(TenantOwned):
    """A key a client chose for one request, with the answer it got."""

    __tablename__ = "idempotency_keys"
    extras = (unique("user_id", "key"), index("created_at"))

    user_id: Mapped[UUID]
    key: Mapped[str]
    request_hash: Mapped[str]
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
