"""SELECTs of state grants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, select, true

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.funds.models import StateGrant
from tenant_app.organisation import service as organisation


def seen_grants(ctx: Context) -> ColumnElement[bool]:
    """The municipality's own: seen from its top, by those who see its money."""
    at_top = ctx.actor.may(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    return true() if at_top else false()


def grants(filters: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The latest deadline first."""
    return (
        select(StateGrant)
        .where(*filters)
        .order_by(StateGrant.apply_by.desc(), StateGrant.id.desc())
    )


def grant(ctx: Context, grant_id: UUID, *, lock: bool = False) -> StateGrant | None:
    statement = select(StateGrant).where(StateGrant.id == grant_id, seen_grants(ctx))
    if lock:
        statement = statement.with_for_update(of=StateGrant)
    return ctx.session.scalars(
        statement, execution_options={"populate_existing": lock}
    ).one_or_none()


def has_grant(ctx: Context, *, code: str, year: int) -> bool:
    found = select(StateGrant.id).where(StateGrant.code == code, StateGrant.year == year)
    return ctx.session.scalar(found.limit(1)) is not None
