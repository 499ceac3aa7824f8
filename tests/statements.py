"""What a piece of work asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event


@contextmanager
def statements(of: Engine | Connection) -> Iterator[list[str]]:
    """What is asked of the database meanwhile, save that the fence is raised."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith("SET LOCAL"):
            asked.append(statement)

    event.listen(of, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(of, "before_cursor_execute", note)
