"""SELECTs of what is due: reports to publish, and lines of plans to do."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.orm import aliased

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement
from tenant_app.supervision.models import FollowUp, SupervisionVisit, VisitState
from tenant_app.supervision.queries.visits import latest_heightened
from tenant_app.tenancy.models import TenantSettings


class Published(NamedTuple):
    """An institution, when its latest report was published, and when it is visited next; each
    with its houses."""

    unit_id: UUID
    name: str
    path: str
    published_on: date | None
    planned_on: date | None
    heightened: bool


def published(ctx: Context, *, as_of: date) -> list[Published]:
    """Every institution in sight that there was on the day; never reported ones first.

    Whichever of its houses hung there on the day was visited, it was the institution.
    """
    units = organisation.visible_units(ctx, Permission.SUPERVISION_VIEW)
    high, low, whole = aliased(UnitPlacement), aliased(UnitPlacement), aliased(Unit)
    inside = (
        select(high.unit_id.label("institution"), low.unit_id.label("unit"))
        .join(whole, (whole.id == high.unit_id) & (whole.kind == UnitKind.INSTITUTION))
        .join(low, low.path.bool_op("^@")(high.path))
        .where(_holds(high, as_of), _holds(low, as_of))
        .cte()
    )
    latest = (
        select(inside.c.institution, func.max(SupervisionVisit.published_on).label("day"))
        .join(inside, inside.c.unit == SupervisionVisit.unit_id)
        .where(
            SupervisionVisit.state == VisitState.REPORTED, SupervisionVisit.published_on <= as_of
        )
        .group_by(inside.c.institution)
        .subquery()
    )
    coming = (
        select(inside.c.institution, func.min(SupervisionVisit.visit_on).label("day"))
        .join(inside, inside.c.unit == SupervisionVisit.unit_id)
        .where(SupervisionVisit.state == VisitState.PLANNED, SupervisionVisit.visit_on >= as_of)
        .group_by(inside.c.institution)
        .subquery()
    )
    heightened = select(inside.c.institution).where(
        inside.c.unit.in_(latest_heightened(as_of=as_of))
    )
    rows = ctx.session.execute(
        select(
            Unit.id,
            Unit.name,
            UnitPlacement.path,
            latest.c.day,
            coming.c.day,
            Unit.id.in_(heightened),
        )
        .join(UnitPlacement, UnitPlacement.unit_id == Unit.id)
        .outerjoin(latest, latest.c.institution == Unit.id)
        .outerjoin(coming, coming.c.institution == Unit.id)
        .where(
            Unit.kind == UnitKind.INSTITUTION,
            Unit.id.in_(units),
            _holds(UnitPlacement, as_of),
        )
        .order_by(latest.c.day.nulls_first(), danish(Unit.name), Unit.id)
    )
    return [Published(*row) for row in rows]


def _holds(placement: Any, day: date) -> ColumnElement[bool]:
    """The placement, or an alias of it, holds on this day."""
    found: ColumnElement[bool] = (placement.from_date <= literal(day)) & (
        placement.to_date.is_(None) | (placement.to_date > literal(day))
    )
    return found


def _since(today: date, *, months: int) -> ColumnElement[date]:
    """The day from which a report is new enough, by the municipality's own months or else by
    these: read in the statement itself, so that a home page asks nothing more for it."""
    own = only_own(
        select(cast(TenantSettings.limits["report_months"].astext, Integer)), TenantSettings
    ).scalar_subquery()
    interval = func.make_interval(literal_column("0"), func.coalesce(own, literal(months)))
    return cast(literal(today) - interval, Date)


def due_asks(ctx: Context, units: Select[UUID], *, months: int) -> Select[Any]:
    """How many of the units' institutions have no report, of themselves or of a house, that was
    published within the municipality's months, or else these."""
    low, high = aliased(UnitPlacement), aliased(UnitPlacement)
    reported = only_own(
        select(high.unit_id)
        .select_from(SupervisionVisit)
        .join(low, low.unit_id == SupervisionVisit.unit_id)
        .join(high, low.path.bool_op("^@")(high.path))
        .where(
            SupervisionVisit.state == VisitState.REPORTED,
            SupervisionVisit.published_on >= _since(ctx.today, months=months),
            _holds(low, ctx.today),
            _holds(high, ctx.today),
        ),
        *(SupervisionVisit, low, high),
    )
    due: Any = (
        select(literal_column("'supervision-due'", Text), func.count())
        .select_from(Unit)
        .join(UnitPlacement, UnitPlacement.unit_id == Unit.id)
        .where(
            Unit.kind == UnitKind.INSTITUTION,
            Unit.id.in_(units),
            Unit.id.not_in(reported),
            _holds(UnitPlacement, ctx.today),
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
