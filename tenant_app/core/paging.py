"""Lists come in pages. A total is counted only so far as somebody would read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tenant_app.core.context import Context

T = TypeVar("T")
LARGEST_PAGE = 200
COUNTED = 10_000
"""Beyond so many rows a list is neither counted nor turned: one searches instead."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page, numbered from 1."""

    items: Sequence[T]
    page: int
    page_size: int
    has_more: bool


def scalars_page(
    ctx: Context, statement: Select[T], *, page: int = 1, page_size: int = 50
) -> Page[T]:
    """Read one row more than the page holds, to know whether there is another page."""
    found = rows_page(ctx, statement, page=page, page_size=page_size)
    items = [row[0] for row in found.items]
    return Page(items, found.page, found.page_size, found.has_more)


def rows_page(
    ctx: Context, statement: Select[Any], *, page: int = 1, page_size: int = 50
) -> Page[Any]:
    """The same of whole rows."""
    page, size = max(1, page), max(1, min(page_size, LARGEST_PAGE))
    found = ctx.session.execute(statement.limit(size + 1).offset((page - 1) * size)).all()
    return Page(items=found[:size], page=page, page_size=size, has_more=len(found) > size)


def count_up_to(session: Session, statement: Select[Any], *, most: int = COUNTED) -> int:
    """How many rows there are, or `most + 1` where there are more: counting stops there."""
    few = statement.order_by(None).limit(most + 1).subquery()
    return session.scalar(select(func.count()).select_from(few)) or 0
