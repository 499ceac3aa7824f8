"""What a process that runs jobs has around it."""

from __future__ import annotations

import functools
import logging
import sys
from typing import Any

from sqlalchemy import event

from config.settings import Settings
from jobs.doorbell import Bell
from tenant_app.core.uow import Database

STATEMENT_TIMEOUT_MS = 120_000
NOTICES_DEATH_MS = 2_000
"""How soon PostgreSQL sees, in the middle of a statement, that the worker was killed: until then
the killed worker's lock keeps the job from the next one."""


def open_database(settings: Settings, *, doorbell: Bell | None = None) -> Database:
    """The database as jobs use it: long statements, and locks that die with their worker."""
    database = Database(
        settings.database_app_url,
        settings.database_vendor_url,
        doorbell=doorbell or Bell(settings),
        pool_size=3,
        timeout_ms=STATEMENT_TIMEOUT_MS,
        prepare=False,  # a job asks about whole municipalities, which differ by a hundred times
    )

    @event.listens_for(database.app, "do_connect")
    def notice_death(_dialect: Any, _record: Any, _args: Any, cparams: dict[str, Any]) -> None:
        option = f" -c client_connection_check_interval={NOTICES_DEATH_MS}"
        if option not in cparams["options"]:
            cparams["options"] += option

    return database


@functools.cache
def own_database() -> Database:
    """The one of this process, as the environment names it."""
    return open_database(Settings.from_env())


def log_to_stderr() -> None:
    """One line per event; a supervisor adds the rest."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    logging.getLogger("rq").setLevel(logging.WARNING)
