"""Takes a wall away and puts it up again: the database's, or the app's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, event, text

from config.settings import Settings
from tenant_app.core import context, fence
from tenant_app.core.fence import TenantSession
from tests.doors.place import tenant_models


def _secure(settings: Settings, word: str) -> None:
    engine = create_engine(settings.database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for model in tenant_models():
            connection.execute(text(f"ALTER TABLE {model.__tablename__} {word} ROW LEVEL SECURITY"))
    engine.dispose()


@contextmanager
def without_row_level_security(settings: Settings) -> Iterator[None]:
    """PostgreSQL shows every row to everybody; only the app's filters stand."""
    _secure(settings, "DISABLE")
    try:
        yield
    finally:
        _secure(settings, "ENABLE")


def _unfiltered(statement: Any, *models: Any, tenant_id: int) -> Any:
    return statement


@contextmanager
def without_own_filters(settings: Settings) -> Iterator[None]:
    """The app no longer says whose rows it means; only row-level security stands."""
    listener = (TenantSession, "do_orm_execute", fence._only_own_rows)
    event.remove(*listener)
    context.only_own = _unfiltered  # type: ignore[assignment]  # put back below
    try:
        yield
    finally:
        context.only_own = fence.only_own
        event.listen(*listener)
