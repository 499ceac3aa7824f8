"""SELECTs of many enrolments: the inbox and the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from tenant_app.budgets.models import (
    BudgetYear,
)
from tenant_app.catalogue.models import CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.enrolments.models import (
    ApprovalLevel,
    ApprovalStep,
    Enrolment,
    StepState,
)
from tenant_app.enrolments.queries.one import WITH_NAMES, hangs_nowhere, holds, visible
from tenant_app.enrolments.rules import DECIDES, WAITING
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, UnitPlacement


def awaiting(ctx: Context) -> ColumnElement[bool] | None:
    """Requests that wait for an answer the actor may give; None when there can be none.

    One's own are left out: nobody answers for oneself.
    """
    levels = [
        and_(
            Enrolment.waiting_level == level,
            Enrolment.waiting_unit_id.in_(organisation.visible_units(ctx, permission)),
        )
        for level, permission in DECIDES.items()
        if ctx.actor.may(permission)
    ]
    if not levels:
        return None
    top = _top_of(ctx)
    if top is not None:
        at_top = and_(
            Enrolment.waiting_level == ApprovalLevel.INSTITUTION, Enrolment.waiting_unit_id == top
        )
        levels.append(at_top)
    condition = and_(Enrolment.waiting_level.is_not(None), or_(*levels), visible(ctx))
    if ctx.actor.employee_id is not None:
        condition = and_(condition, Enrolment.employee_id != ctx.actor.employee_id)
    return condition


def _top_of(ctx: Context) -> UUID | None:
    """The municipality, if the actor answers for it: there, at any level."""
    answers = set(DECIDES.values())
    for grant in ctx.actor.grants:
        if grant.path == organisation.root_path(ctx) and answers & grant.permissions:
            return grant.unit_id
    return None


def inbox(ctx: Context, *, first: int, most: int, cap: int) -> tuple[Sequence[UUID], int]:
    """The ids from `first` (0 is the oldest) on, at most so many; and how many wait, counted to
    `cap` or the row after the page, whichever is more. Nobody who may decide nothing has an inbox.

    Both in one SELECT, for whoever is counted is found on the way to the page. Ids only: with the
    names here, all that wait would be joined before they are sorted.
    """
    condition = awaiting(ctx)
    if condition is None:
        return (), 0
    some = (
        select(Enrolment.id, Enrolment.submitted_at)
        .where(condition)
        # An index of those that wait alone has this order: nothing is sorted, however many wait.
        .order_by(Enrolment.submitted_at, Enrolment.id)
        .limit(max(cap, first + most + 1))
        .subquery()
    )
    ids = func.array_agg(aggregate_order_by(some.c.id, some.c.submitted_at, some.c.id))
    page, size = ctx.session.execute(
        select(ids[first + 1 : first + most], func.count()).select_from(some)
    ).one()
    return page or (), size


def scope(ctx: Context) -> ColumnElement[bool]:
    """What a list shows: the actor's units, or for those who lead none what is their own.

    Not both, since an OR keeps the list from its index; one's own has a list of its own.
    """
    if ctx.actor.may(Permission.ENROLMENT_VIEW):
        units = organisation.visible_units(ctx, Permission.ENROLMENT_VIEW)
        return Enrolment.unit_id.in_(units)
    return own(ctx)


def own(ctx: Context) -> ColumnElement[bool]:
    """Those in which the actor takes part; none without an employment."""
    if ctx.actor.employee_id is None:
        return false()
    return Enrolment.employee_id == ctx.actor.employee_id


def listing(filters: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Newest first."""
    return (
        select(Enrolment)
        .where(*filters)
        .order_by(Enrolment.submitted_at.desc(), Enrolment.id.desc())
        .options(*WITH_NAMES)
    )


def employee_named(prefix: str) -> ColumnElement[bool]:
    """`^@` and not LIKE: only leak-proof operators keep their index behind the fence."""
    return Enrolment.employee_id.in_(select(Employee.id).where(Employee.name.bool_op("^@")(prefix)))


def of_course(course_id: UUID) -> ColumnElement[bool]:
    return Enrolment.session_id.in_(
        select(CourseSession.id).where(CourseSession.course_id == course_id)
    )


def of_year(year: int) -> ColumnElement[bool]:
    return Enrolment.year_id.in_(select(BudgetYear.id).where(BudgetYear.year == year))


def of_initiative(initiative_id: UUID) -> ColumnElement[bool]:
    return Enrolment.initiative_id == initiative_id


def without_initiative() -> ColumnElement[bool]:
    return Enrolment.initiative_id.is_(None)


def at_or_below(ctx: Context, unit_id: UUID) -> ColumnElement[bool]:
    """The unit, and those whose path begins with its own today. A closed unit has only itself.

    Asked for first and given as values: as a subquery beside an OR they keep the list from its
    index, and a page of a small unit reads every row of the municipality.
    """
    above, below = aliased(UnitPlacement), aliased(UnitPlacement)
    inside = ctx.session.scalars(
        select(below.unit_id)
        .join(above, below.path.bool_op("^@")(above.path))
        .where(above.unit_id == unit_id, *holds(above, ctx.today), *holds(below, ctx.today))
    )
    return Enrolment.unit_id.in_({unit_id, *inside})


def strays(ctx: Context) -> Sequence[tuple[UUID, UUID]]:
    """(unit, awaited area unit) pairs of requests of open units that wait for an area."""
    rows = ctx.session.execute(
        select(Enrolment.unit_id, Enrolment.waiting_unit_id)
        .where(
            Enrolment.waiting_level == ApprovalLevel.AREA,
            Enrolment.state.in_(WAITING),
            not_(hangs_nowhere(ctx.today)),
        )
        .distinct()
    )
    return [(unit_id, area_id) for unit_id, area_id in rows if area_id is not None]


def orphans(ctx: Context) -> Sequence[Enrolment]:
    """Requests of closed units that wait for an answer below the top, locked in id order."""
    return ctx.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.waiting_level.in_((ApprovalLevel.INSTITUTION, ApprovalLevel.AREA)),
            Enrolment.state.in_(WAITING),
            hangs_nowhere(ctx.today),
        )
        .order_by(Enrolment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def hand_over(ctx: Context, *, unit_id: UUID, old: UUID, new: UUID) -> int:
    """A unit's requests that waited for one area wait for another; how many."""
    waiting = (
        Enrolment.unit_id == unit_id,
        Enrolment.waiting_level == ApprovalLevel.AREA,
        Enrolment.waiting_unit_id == old,
    )
    ctx.session.execute(
        update(ApprovalStep)
        .where(
            ApprovalStep.enrolment_id.in_(select(Enrolment.id).where(*waiting)),
            ApprovalStep.level == ApprovalLevel.AREA,
            ApprovalStep.state == StepState.WAITING,
        )
        .values(unit_id=new)
        .execution_options(synchronize_session=False)
    )
    ids = ctx.session.scalars(
        update(Enrolment)
        .where(*waiting)
        .values(waiting_unit_id=new)
        .returning(Enrolment.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(ids)
