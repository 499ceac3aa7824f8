"""SELECTs of support sessions, and of where they may look."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, column, select, table

from tenant_app.core.context import Context
from tenant_app.tenancy.models import SupportSession


def root(ctx: Context) -> tuple[UUID, str] | None:
    """The municipality's own unit and its path: where a support session may look."""
    rows = table(
        "unit_placements",
        *(column(name) for name in ("tenant_id", "unit_id", "parent_id", "path", "from_date")),
    )
    found = ctx.session.execute(
        select(rows.c.unit_id, rows.c.path)
        .where(rows.c.tenant_id == ctx.tenant_id, rows.c.parent_id.is_(None))
        .order_by(rows.c.from_date.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else (UUID(str(found.unit_id)), found.path)


def support_by_hash(ctx: Context, token_hash: str) -> SupportSession | None:
    return ctx.session.scalar(
        select(SupportSession).where(
            SupportSession.token_hash == token_hash,
            SupportSession.closed_at.is_(None),
            SupportSession.expires_at > ctx.now,
        )
    )


def support_for_change(ctx: Context, support_id: UUID) -> SupportSession | None:
    return ctx.session.scalar(
        select(SupportSession)
        .where(SupportSession.id == support_id)
        .with_for_update(of=SupportSession)
    )


def support_sessions() -> Select[Any]:
    return select(SupportSession).order_by(
        SupportSession.opened_at.desc(), SupportSession.id.desc()
    )
