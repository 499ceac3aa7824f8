"""A moment that need not be guessed: the other side is through, or stands before a lock."""

from __future__ import annotations

import threading
import time

from sqlalchemy import text
from sqlalchemy.orm import Session

WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND usename = current_user AND wait_event_type = 'Lock'"
)
SECONDS = 30


def until_it_waits_or_ends(thread: threading.Thread, beside: Session) -> None:
    """Without the lock the thread is through by then; with it PostgreSQL says that it waits.

    A thread that does neither is what no test may take for either.
    """
    deadline = time.monotonic() + SECONDS
    while thread.is_alive():
        with Session(beside.get_bind()) as onlooker:
            if onlooker.scalar(WAITS):
                return
        assert time.monotonic() < deadline, "the other side neither ended nor waited"
        thread.join(0.01)


__all__ = ["until_it_waits_or_ends"]
