"""Which jobs there are. A job has the dotted name of its function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
    """The job of that name. Raises UnknownJob."""
    try:
        return JOBS[name]
    except KeyError:
        raise UnknownJob(name) from None
