"""What a job takes at its peak: the largest municipality against the smallest.

Each in a process of its own, as a worker would run it, whose peak nothing set before. The peak is
that of the whole process, interpreter and imports with it. Beside it stands a control that reads
the money's rows into Python and must miss the bound: a row that could not fail would say nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text

from benchmarks.load import NOW
from benchmarks.timing import Result
from config.settings import Settings
from tenant_app.budgets.models import LedgerEntry, MoneyLine
from tenant_app.core.access import system
from tenant_app.core.uow import Database

MOST = 1.25
"""How much more the largest may take."""


@dataclass(frozen=True)
class Peak:
    """MiB of a process before its job and at its peak."""

    before: float
    peak: float


def peak_mib() -> float:
    """Of this program alone: what `getrusage` tells is also that of whoever started it."""
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def tell(act: Callable[[Database], object]) -> None:
    """In a process of its own: does it, and prints what it took."""
    settings = Settings.from_env(dict(os.environ))
    db = Database(
        settings.database_app_url,
        settings.database_vendor_url,
        timeout_ms=600_000,
        prepare=False,  # as jobs do
    )
    with db.app.connect() as connection:
        connection.execute(text("SELECT 1"))
    before = peak_mib()
    act(db)
    db.dispose()
    print(json.dumps({"before": before, "peak": peak_mib()}))


def peak_of(settings: Settings, module: str, *args: object) -> Peak:
    """What `tell` told in the module run with these arguments."""
    known = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
    }
    told = subprocess.run(
        [sys.executable, "-m", module, *map(str, args)],
        env={**os.environ, **known},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return Peak(**json.loads(told.stdout.splitlines()[-1]))


def compare(
    settings: Settings,
    name: str,
    module: str,
    *,
    small: Sequence[object],
    large: Sequence[object],
    note: str,
) -> list[Result]:
    """The job with the arguments of the largest against those of the smallest, and the control.

    The first argument is the municipality.
    """
    least, most = peak_of(settings, module, *small), peak_of(settings, module, *large)
    control = peak_of(settings, __name__, large[0])
    grown = f"{least.peak - least.before:.0f} and {most.peak - most.before:.0f} MiB above the start"
    return [
        Result(name, most.peak, least.peak, "MiB", goal=MOST, note=f"{note}; {grown}"),
        Result(
            "  the control, which reads the money's rows",
            control.peak,
            least.peak,
            "MiB",
            goal=MOST,
            at_least=True,
            note="must miss the bound",
        ),
    ]


def _everything(db: Database, tenant: int) -> None:
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        lines = ctx.session.scalars(select(MoneyLine)).all()
        entries = ctx.session.scalars(select(LedgerEntry)).all()
        sum(line.amount for line in lines), sum(entry.committed for entry in entries)


if __name__ == "__main__":
    tell(lambda db: _everything(db, int(sys.argv[1])))
