"""Jobs that only tests have."""

from __future__ import annotations

import threading
import time
from datetime import date
from decimal import Decimal

from sqlalchemy import text

from jobs.registry import JOBS, tenant_job
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict
from tenant_app.organisation.models import Employee

BROKEN: list[str] = []
"""Filled while the poisonous job should fail."""
GO_ON = threading.Event()
"""The patient job waits for it between its steps."""
REACHED_THE_END: list[str] = []


@tenant_job(actor="practice")
def mark(ctx: Context, name: str) -> None:
    """One more employee: an effect that can be counted."""
    ctx.session.add(Employee(number=f"{name}-{time.time_ns()}", name=name, email=None))


@tenant_job(actor="practice")
def slow(ctx: Context, name: str, seconds: float) -> None:
    """An effect, and then a long wait inside the database."""
    ctx.session.add(Employee(number=f"{name}-{time.time_ns()}", name=name, email=None))
    ctx.session.flush()  # the effect must be under way when the worker is killed
    ctx.report_progress(1, 2, "waiting")
    ctx.session.execute(text("SELECT pg_sleep(:s)"), {"s": seconds})


@tenant_job(actor="practice")
def patient(ctx: Context, name: str) -> None:
    """An effect, a first step, and a second one when it is let go on."""
    ctx.session.add(Employee(number=f"{name}-{time.time_ns()}", name=name, email=None))
    ctx.session.flush()  # the effect must be under way when it is cancelled
    ctx.report_progress(1, 3, "first")
    GO_ON.wait(60)
    time.sleep(0.6)  # longer than a note is put off
    ctx.report_progress(2, 3, "second")
    REACHED_THE_END.append(name)


@tenant_job(actor="practice")
def steps(ctx: Context) -> None:
    """Three notes at once, and then a wait at the last until it is let go on."""
    for done, note in enumerate(("first", "second", "third")):
        ctx.report_progress(done, 3, note)
    GO_ON.wait(60)


class Killed(BaseException):
    """Stands for kill -9: nobody comes to note a failure, the transaction is gone."""


@tenant_job(actor="practice")
def deadly(ctx: Context, name: str) -> None:
    """Kills its worker after its effect while BROKEN."""
    ctx.session.add(Employee(number=f"{name}-{time.time_ns()}", name=name, email=None))
    ctx.session.flush()  # the effect must be under way when the worker is killed
    if BROKEN:
        raise Killed


@tenant_job(actor="practice")
def poison(ctx: Context, name: str) -> None:
    """Fails after its effect while BROKEN."""
    ctx.session.add(Employee(number=f"{name}-{time.time_ns()}", name=name, email=None))
    if BROKEN:
        raise Conflict(N_("%(name)s owes %(amount)s"), name="Secret Person", amount=Decimal("1"))


@tenant_job(actor="practice")
def crash(ctx: Context, name: str) -> None:
    """Fails with a value in its message."""
    raise ValueError(f"{name} born {date(1990, 1, 1)}")


# Kept apart: the house asks that each registered job is used by the product.
PRACTICE = {name: JOBS.pop(name) for name in list(JOBS) if name.startswith(__name__)}
