"""Jobs of the reports."""

from __future__ import annotations

from datetime import date

from jobs.registry import tenant_job
from tenant_app.core.context import Context
from tenant_app.reports import service as reports


@tenant_job(actor="report of usage")
def usage(ctx: Context, year: int, as_of: str | None = None) -> None:
    """Where the money of a year went."""
    reports.compute_usage(ctx, year=year, as_of=_day(as_of))


@tenant_job(actor="report of coverage")
def coverage(ctx: Context, year: int, as_of: str | None = None) -> None:
    """Who can do what should be possible."""
    reports.compute_coverage(ctx, year=year, as_of=_day(as_of))


@tenant_job(actor="nightly reports")
def nightly(ctx: Context) -> None:
    """Usage and coverage of every year that can still change."""
    reports.refresh(ctx)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
