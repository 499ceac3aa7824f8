"""The entries of a pool as a reader is told of them: of other houses’ requests not who asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, or_

from tenant_app.budgets import queries
from tenant_app.budgets.models import LedgerEntry
from tenant_app.budgets.service.pools import pool
from tenant_app.core.context import Context
from tenant_app.core.paging import Page, rows_page

SeenLines = Callable[[Context], Select[UUID]]
SEEN_LINES: list[SeenLines] = []
"""Rooms above know whose their sources are: each selects the money lines of those that the actor
may see."""


def told_name(ctx: Context) -> ColumnElement[str]:
    """Of an entry, who made it: empty where it is of a request that the actor may not see."""
    seen = (LedgerEntry.line_id.in_(lines(ctx)) for lines in SEEN_LINES)
    return queries.name_where(or_(LedgerEntry.line_id.is_(None), *seen))


def entries_of(
    ctx: Context, pool_id: UUID, *, page: int = 1, page_size: int = 50
) -> Page[Row[*tuple[Any, ...]]]:
    """The entries of a pool in sight, newest first: their sums are its balance."""
    found = pool(ctx, pool_id)
    statement = queries.entries(found.id, told_name(ctx))
    return rows_page(ctx, statement, page=page, page_size=page_size)
