"""SELECTs of what is due: reports to publish, and lines of plans to do."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Text, func, literal, literal_column, select

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement
from tenant_app.supervision.models import FollowUp, SupervisionVisit, VisitState
from tenant_app.supervision.queries.visits import latest_heightened


class Published(NamedTuple):
    """An institution, when its latest report was published, and when it is visited next."""

    unit_id: UUID
    name: str
    path: str
    published_on: date | None
    planned_on: date | None
    heightened: bool


def published(ctx: Context, *, as_of: date) -> list[Published]:
    """Every institution in sight that there was on the day; never reported ones first."""
    units = organisation.visible_units(ctx, Permission.SUPERVISION_VIEW)
    latest = (
        select(SupervisionVisit.unit_id, func.max(SupervisionVisit.published_on).label("day"))
        .where(
            SupervisionVisit.state == VisitState.REPORTED, SupervisionVisit.published_on <= as_of
        )
        .group_by(SupervisionVisit.unit_id)
        .subquery()
    )
    coming = (
        select(SupervisionVisit.unit_id, func.min(SupervisionVisit.visit_on).label("day"))
        .where(SupervisionVisit.state == VisitState.PLANNED, SupervisionVisit.visit_on >= as_of)
        .group_by(SupervisionVisit.unit_id)
        .subquery()
    )
    rows = ctx.session.execute(
        select(
            Unit.id,
            Unit.name,
            UnitPlacement.path,
            latest.c.day,
            coming.c.day,
            Unit.id.in_(latest_heightened(as_of=as_of)),
        )
        .join(UnitPlacement, UnitPlacement.unit_id == Unit.id)
        .outerjoin(latest, latest.c.unit_id == Unit.id)
        .outerjoin(coming, coming.c.unit_id == Unit.id)
        .where(
            Unit.kind == UnitKind.INSTITUTION,
            Unit.id.in_(units),
            UnitPlacement.from_date <= as_of,
            UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > as_of),
        )
        .order_by(latest.c.day.nulls_first(), danish(Unit.name), Unit.id)
    )
    return [Published(*row) for row in rows]


def due_asks(ctx: Context, units: Select[UUID], *, since: date) -> Select[Any]:
    """How many of the units' institutions have no report published since the day."""
    reported = only_own(
        select(SupervisionVisit.unit_id).where(
            SupervisionVisit.state == VisitState.REPORTED,
            SupervisionVisit.published_on >= literal(since),
        ),
        SupervisionVisit,
    )
    due: Any = (
        select(literal_column("'supervision-due'", Text), func.count())
        .select_from(Unit)
        .join(UnitPlacement, UnitPlacement.unit_id == Unit.id)
        .where(
            Unit.kind == UnitKind.INSTITUTION,
            Unit.id.in_(units),
            Unit.id.not_in(reported),
            UnitPlacement.from_date <= literal(ctx.today),
            UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > literal(ctx.today)),
        )
    )
    fenced: Select[Any] = only_own(due, Unit, UnitPlacement)
    return fenced


def late_asks(ctx: Context, units: Select[UUID]) -> Select[Any]:
    """How many lines of the units' plans are overdue."""
    late: Any = (
        select(literal_column("'supervision-late'", Text), func.count())
        .select_from(FollowUp)
        .join(SupervisionVisit, SupervisionVisit.id == FollowUp.visit_id)
        .where(
            FollowUp.done_on.is_(None),
            FollowUp.due_on < literal(ctx.today),
            SupervisionVisit.unit_id.in_(units),
        )
    )
    fenced: Select[Any] = only_own(late, FollowUp, SupervisionVisit)
    return fenced
