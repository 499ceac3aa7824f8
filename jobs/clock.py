"""`python -m jobs.clock`: rings again for what was not heard, and keeps the timetable.

One clock ticks at a time: the others wait for its advisory lock, which PostgreSQL releases when
its connection ends. Two clocks would do no harm, only work twice.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import FrameType
from uuid import UUID

import redis
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from jobs import everything, outbox, process, schedule
from jobs.doorbell import Bell
from tenant_app.core import clock
from tenant_app.core.access import system
from tenant_app.core.outbox import RING_AGAIN_AFTER_SECONDS
from tenant_app.core.uow import Database
from tenant_app.tenancy import service as tenancy

log = logging.getLogger("roedtraad.jobs")

ONE_CLOCK = 7_221_907
"""The advisory lock. Held by a session, so the clock needs a connection that no pooler shares."""
SECONDS_PER_TICK = 2.0
RINGS_PER_TENANT = 50
RINGS_PER_TICK = 1_000
ENOUGH_WAITING = 2_000
"""With so many rings unheard there is no use in ringing again."""


class Clock:
    """What happens at each tick. Remembers only what saves work; a new one loses nothing."""

    def __init__(
        self,
        database: Database,
        bell: Bell,
        *,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.database = database
        self.bell = bell
        self.now = now
        self.rung: dict[UUID, float] = {}
        self.handed_out: dict[str, date] = {}

    def tick(self) -> None:
        """Everything unheard has been rung for, and everything owed by the timetable is left."""
        self.ring_again()
        self.hand_out()

    def ring_again(self) -> int:
        """Ring for rows that are due and undone for too long; the number of rings."""
        patience = timedelta(seconds=RING_AGAIN_AFTER_SECONDS)
        now = self.now()
        waiting = outbox.undone(
            self.database,
            now=now,
            unheard=now - patience,
            per_tenant=RINGS_PER_TENANT,
            at_most=RINGS_PER_TICK,
        )
        moment = time.monotonic()
        self.rung = {
            key: at for key, at in self.rung.items() if moment - at < RING_AGAIN_AFTER_SECONDS
        }
        unheard = [(tenant_id, key) for tenant_id, key in waiting if key not in self.rung]
        if not unheard or not self._has_room():
            return 0
        for tenant_id, key in unheard:
            if not self.bell.ring(tenant_id, [key]):
                break  # Redis is away; the next tick tries again
            self.rung[key] = moment
        return len(unheard)

    def _has_room(self) -> bool:
        try:
            return self.bell.waiting() < ENOUGH_WAITING
        except redis.RedisError:
            return False

    def hand_out(self) -> int:
        """Leave one job per municipality for each line of the timetable that is owed.

        The number left. One municipality's trouble does not keep it from the others.
        """
        now = self.now()
        lines = [
            (line, day) for line, day in schedule.owed(now) if self.handed_out.get(line.job) != day
        ]
        if not lines:
            return 0
        with self.database.vendor_unit_of_work(outbox.CLOCK, now=now) as vendor:
            tenants = [tenant.id for tenant in tenancy.open_tenants(vendor.session)]
        left, whole = 0, True
        for tenant_id in tenants:
            try:
                left += leave_owed(self.database, tenant_id, lines, now=now)
            except SQLAlchemyError as error:
                whole = False
                log.warning(
                    "The timetable did not reach tenant %s (%s)", tenant_id, type(error).__name__
                )
        if whole:
            self.handed_out |= {line.job: day for line, day in lines}
        return left


def leave_owed(
    database: Database, tenant_id: int, lines: list[tuple[schedule.Line, date]], *, now: datetime
) -> int:
    """The lines are in the municipality's outbox, each once per date whoever else does this."""
    left = 0
    with database.unit_of_work(tenant_id, system("timetable"), now=now) as ctx:
        # The unique key holds only while a row is undone: two clocks take turns instead.
        ctx.session.execute(
            text("SELECT pg_advisory_xact_lock(:lock, :tenant)"),
            {"lock": ONE_CLOCK, "tenant": tenant_id % 2**31},
        )
        for line, day in lines:
            key = f"timetable:{day.isoformat()}"
            since = schedule.moment(line, day)
            if not outbox.was_asked(ctx, line.job, key, since=since):
                left += ctx.enqueue(line.job, unique=key) is not None
    return left


def serve(database: Database, bell: Bell, stop: threading.Event) -> None:
    """Tick until told to stop, through restarts of PostgreSQL and Redis."""
    ticking = Clock(database, bell)
    while not stop.is_set():
        try:
            with database.vendor.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                try:
                    _tick_while_first(connection, ticking, stop)
                finally:
                    connection.invalidate()  # back in the pool it would keep the lock
        except SQLAlchemyError as error:
            log.warning("The clock waits for the database (%s)", type(error).__name__)
            stop.wait(SECONDS_PER_TICK)


def _tick_while_first(connection: Connection, ticking: Clock, stop: threading.Event) -> None:
    first = False
    while not stop.is_set():
        if not first:
            first = bool(connection.scalar(text(f"SELECT pg_try_advisory_lock({ONE_CLOCK})")))
            if first:
                log.info("This clock ticks")
        else:
            connection.execute(text("SELECT 1"))  # the lock is gone with its connection
        if first:
            ticking.tick()
        stop.wait(SECONDS_PER_TICK)


def main() -> int:
    """Run until SIGTERM."""
    process.log_to_stderr()
    stop = threading.Event()

    def leave(_signum: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    settings = Settings.from_env()
    bell = Bell(settings)
    serve(process.open_database(settings, doorbell=bell), bell, stop)
    return 0


__all__ = ["Clock", "everything", "leave_owed", "main", "serve"]

if __name__ == "__main__":
    sys.exit(main())
