"""Takes a wall away and puts it up again: the database's, or the app's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, text

from config.settings import Settings
from tenant_app.core import fence
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


STRUCK: set[str] = set()
"""The statements that were robbed of their own filter since the wall was taken away."""
_OWN = re.compile(r"(\w+\.tenant_id) = %\(owner\)s::BIGINT")


def _strike(
    connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
) -> tuple[str, Any]:
    """The same statement for any owner; the parameter stays named, since the driver counts it."""
    without = _OWN.sub(r"(\1 = %(owner)s::BIGINT OR \1 IS NOT NULL)", statement)
    if without != statement:
        STRUCK.add(statement)
    return without, values


@contextmanager
def without_own_filters(settings: Settings) -> Iterator[None]:
    """The app no longer says whose rows it means; only row-level security stands.

    Statements built once say it themselves, and are rewritten on their way to the database: what
    was struck from each is in `STRUCK`.
    """
    criterion = (TenantSession, "do_orm_execute", fence._only_own_rows)
    built_once = (Engine, "before_cursor_execute", _strike)
    event.remove(*criterion)
    event.listen(*built_once, retval=True)
    STRUCK.clear()
    try:
        yield
    finally:
        event.remove(*built_once)
        event.listen(*criterion)
