"""Which jobs there are. A job has the dotted name of its function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Job:
    """A function of `(ctx, **args)` and the name under which it acts in the audit trail."""

    name: str
    actor: str
    run: Callable[..., Any]


class UnknownJob(LookupError):
    """The outbox names a job that this release does not have."""


JOBS: dict[str, Job] = {}
FORMER = {
    "jobs.reports.nightly_usage": "jobs.reports.nightly",
    "jobs.reports.nightly_coverage": "jobs.reports.nightly",
}
"""Names that an earlier release left in outboxes → the job that does their work today.

A line may go when no outbox can hold the name any more: a dead letter waits for ever.
"""


def tenant_job(*, actor: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The function can be asked for with `ctx.enqueue("jobs.<room>.<name>", **args)`.

    It runs inside one tenant, in one transaction, and may run twice.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        name = f"{function.__module__}.{function.__name__}"
        JOBS[name] = Job(name=name, actor=actor, run=function)
        return function

    return register


def find(name: str) -> Job:
    """The job of that name, today's or a former one. Raises UnknownJob."""
    try:
        return JOBS[name] if name not in FORMER else _without_arguments(JOBS[FORMER[name]])
    except KeyError:
        raise UnknownJob(name) from None


def _without_arguments(job: Job) -> Job:
    """What was asked for under a former name was meant for another function: its arguments say
    nothing to this one."""
    return replace(job, run=lambda ctx, /, **_: job.run(ctx))
