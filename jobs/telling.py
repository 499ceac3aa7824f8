"""Tells people how far a job is, beside its transaction, and hears from them whether to stop."""

from __future__ import annotations

import logging
import threading
import time
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from tenant_app.core.outbox import JobCancelled
from tenant_app.core.uow import Database

log = logging.getLogger("roedtraad.jobs")

SECONDS_BETWEEN_NOTES = 0.5
"""Progress is for people: a job of 30 ms must not spend 10 ms telling of itself."""


class Teller:
    """Writes the first note at once and later ones now and then, but always the latest: one that
    came too soon is written when its time has come, if the job is still at it."""

    def __init__(self, database: Database, tenant_id: int, outbox_id: UUID) -> None:
        self.database, self.tenant_id, self.outbox_id = database, tenant_id, outbox_id
        self.lock = threading.Lock()
        self.told_at: float | None = None
        self.put_off: tuple[int, int, str] | None = None
        self.timer: threading.Timer | None = None
        self.cancelled = False

    def tell(self, done: int, total: int, note: str) -> None:
        """The note is written, or will be within SECONDS_BETWEEN_NOTES.

        Raises JobCancelled when somebody has asked the job to stop.
        """
        with self.lock:
            wait = self._wait()
            if wait <= 0:
                self.put_off = None
                self._write(done, total, note)
            else:
                self.put_off = (done, total, note)
                if self.timer is None:
                    self.timer = threading.Timer(wait, self._catch_up)
                    self.timer.daemon = True
                    self.timer.start()
            if self.cancelled:
                raise JobCancelled

    def stop(self) -> None:
        """Nothing is written from now on: the job has ended."""
        with self.lock:
            self.put_off = None
            if self.timer is not None:
                self.timer.cancel()

    def _wait(self) -> float:
        if self.told_at is None:
            return 0.0
        return self.told_at + SECONDS_BETWEEN_NOTES - time.monotonic()

    def _catch_up(self) -> None:
        with self.lock:
            self.timer = None
            note, self.put_off = self.put_off, None
            if note is None:
                return
            try:
                self._write(*note)
            except SQLAlchemyError as error:  # the job itself will notice what matters
                log.warning("Progress was not noted (%s)", type(error).__name__)

    def _write(self, done: int, total: int, note: str) -> None:
        self.told_at = time.monotonic()
        if self.database.note_progress(self.tenant_id, self.outbox_id, done, total, note):
            self.cancelled = True
