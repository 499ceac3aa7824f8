"""SELECTs and DELETEs of reports that have served."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, cast, delete, func, literal_column, select
from sqlalchemy.orm import aliased

from tenant_app.core.context import Context
from tenant_app.reports.models import CoverageRow, ReportRun, UsageRow


def old_runs(ctx: Context, *, before: date, made_before: datetime, limit: int) -> Sequence[UUID]:
    """Oldest first, those that are not their month's newest."""
    newer = aliased(ReportRun)
    next_month = cast(
        func.date_trunc("month", ReportRun.as_of) + literal_column("interval '1 month'"), Date
    )
    superseded = (
        select(newer.id)
        .where(
            newer.kind == ReportRun.kind,
            newer.year == ReportRun.year,
            newer.as_of > ReportRun.as_of,
            newer.as_of < next_month,
        )
        .exists()
    )
    return ctx.session.scalars(
        select(ReportRun.id)
        .where(ReportRun.as_of < before, ReportRun.data_time < made_before, superseded)
        .order_by(ReportRun.as_of, ReportRun.id)
        .limit(limit)
    ).all()


def delete_runs(ctx: Context, ids: Sequence[UUID]) -> None:
    """The runs are gone, and their rows."""
    if not ids:
        return
    quietly = {"synchronize_session": False}
    for model in (UsageRow, CoverageRow):
        ctx.session.execute(delete(model).where(model.run_id.in_(ids)), execution_options=quietly)
    ctx.session.execute(delete(ReportRun).where(ReportRun.id.in_(ids)), execution_options=quietly)
