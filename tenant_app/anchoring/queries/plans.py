"""SELECTs of plans, their items and what was recorded in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from tenant_app.accounts.models import User
from tenant_app.anchoring.models import (
    AnchoringPlan,
    ItemKind,
    Observation,
    Owner,
    Phase,
    PlanItem,
    PracticeTrial,
    Sharing,
)
from tenant_app.anchoring.rules import LIVE, Standing
from tenant_app.catalogue.models import Course, CourseForm, CourseSession
from tenant_app.core import searching
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.enrolments.models import Enrolment
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, UnitPlacement

WITH_NAMES: tuple[ORMOption, ...] = (
    joinedload(AnchoringPlan.unit),
    joinedload(AnchoringPlan.enrolment).joinedload(Enrolment.employee),
    joinedload(AnchoringPlan.enrolment)
    .joinedload(Enrolment.session)
    .joinedload(CourseSession.course),
)
"""What every list and page shows of a plan, in the same SELECT."""
_WITH_DAYS = joinedload(AnchoringPlan.enrolment).joinedload(Enrolment.session)
"""What the verbs ask of a plan: the state of the place, and the days of the course."""
_LEFT = and_(PlanItem.done_on.is_(None), PlanItem.dropped_why == "")
_PHASES = case(*((PlanItem.phase == phase, at) for at, phase in enumerate(Phase)))


def visible(ctx: Context) -> ColumnElement[bool]:
    """Plans of the units the actor may look into, and their own.

    The plan of a unit that hangs nowhere today follows its participant to where they work.
    Whoever looks into everything sees closed units anyway.
    """
    allowed: list[ColumnElement[bool]] = [false()]
    if ctx.actor.may(Permission.ANCHORING_VIEW):
        units = organisation.visible_units(ctx, Permission.ANCHORING_VIEW)
        allowed.append(AnchoringPlan.unit_id.in_(units))
        if not ctx.actor.may(Permission.ANCHORING_VIEW, at=organisation.root_path(ctx)):
            staff = organisation.visible_employees(ctx, Permission.ANCHORING_VIEW)
            gone = AnchoringPlan.unit_id.not_in(
                select(UnitPlacement.unit_id).where(
                    UnitPlacement.from_date <= ctx.today,
                    or_(UnitPlacement.to_date.is_(None), UnitPlacement.to_date > ctx.today),
                )
            )
            allowed.append(and_(gone, AnchoringPlan.employee_id.in_(staff)))
    if ctx.actor.employee_id is not None:
        allowed.append(AnchoringPlan.employee_id == ctx.actor.employee_id)
    return or_(*allowed)


def next_due() -> ColumnElement[date]:
    """When the plan's next item is due; NULL when none is left."""
    return (
        select(func.min(PlanItem.due_on))
        .where(PlanItem.plan_id == AnchoringPlan.id, _LEFT)
        .correlate(AnchoringPlan)
        .scalar_subquery()
    )


def plans(conditions: Iterable[ColumnElement[bool]]) -> Select[AnchoringPlan]:
    """What is due first comes first; plans with nothing left come last, the newest first."""
    return (
        select(AnchoringPlan)
        .where(*conditions)
        .order_by(next_due().nulls_last(), AnchoringPlan.id.desc())
        .options(*WITH_NAMES)
    )


def at_or_below(ctx: Context, unit_id: UUID) -> ColumnElement[bool]:
    """Plans of the unit and of those below it today. Raises NotFound."""
    return AnchoringPlan.unit_id.in_(organisation.units_below(ctx, unit_id))


def of_form(form: CourseForm) -> ColumnElement[bool]:
    return AnchoringPlan.enrolment_id.in_(
        select(Enrolment.id)
        .join(CourseSession, CourseSession.id == Enrolment.session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(Course.form == form)
    )


def participant_named(words: str) -> ColumnElement[bool]:
    """Each of the words is in the participant's name, number or address."""
    wanted = searching.asked(words)
    if wanted is None:
        return AnchoringPlan.employee_id.is_not(None)
    return AnchoringPlan.employee_id.in_(
        select(Employee.id).where(searching.holds(Employee.sought, wanted))
    )


def in_standing(standing: Standing, today: date) -> ColumnElement[bool]:
    """Plans that stand so, as `rules.standing` has it."""
    left = select(PlanItem.plan_id).where(_LEFT)
    late = left.where(PlanItem.due_on < today)
    live = AnchoringPlan.enrolment_id.in_(select(Enrolment.id).where(Enrolment.state.in_(LIVE)))
    found = {
        Standing.OVERDUE: and_(AnchoringPlan.id.in_(late), live),
        Standing.OPEN: and_(AnchoringPlan.id.in_(left), AnchoringPlan.id.not_in(late), live),
        Standing.FINISHED: and_(AnchoringPlan.id.not_in(left), live),
        Standing.CLOSED: ~live,
    }
    return found[standing]


def get(ctx: Context, plan_id: UUID) -> AnchoringPlan | None:
    return ctx.session.scalar(
        select(AnchoringPlan).where(AnchoringPlan.id == plan_id, visible(ctx)).options(*WITH_NAMES)
    )


def named(ctx: Context, ids: Collection[UUID]) -> dict[UUID, AnchoringPlan]:
    """Those of the plans that the actor may see."""
    found = ctx.session.scalars(
        select(AnchoringPlan).where(AnchoringPlan.id.in_(ids), visible(ctx)).options(*WITH_NAMES)
    )
    return {plan.id: plan for plan in found}


def plan_to_change(ctx: Context, plan_id: UUID) -> AnchoringPlan | None:
    """Read again even if this unit of work saw it before: the lock may have waited."""
    return ctx.session.scalar(
        select(AnchoringPlan)
        .where(AnchoringPlan.id == plan_id, visible(ctx))
        .options(_WITH_DAYS)
        .with_for_update(of=AnchoringPlan)
        .execution_options(populate_existing=True)
    )


def item_to_change(ctx: Context, item_id: UUID) -> PlanItem | None:
    """The item with its plan, locked and as it is now."""
    return ctx.session.scalar(
        select(PlanItem)
        .join(AnchoringPlan, AnchoringPlan.id == PlanItem.plan_id)
        .where(PlanItem.id == item_id, visible(ctx))
        .options(joinedload(PlanItem.plan).options(_WITH_DAYS))
        .with_for_update(of=PlanItem)
        .execution_options(populate_existing=True)
    )


def trial_to_change(ctx: Context, trial_id: UUID) -> PracticeTrial | None:
    """The trial, locked and as it is now."""
    return ctx.session.scalar(
        select(PracticeTrial)
        .join(AnchoringPlan, AnchoringPlan.id == PracticeTrial.plan_id)
        .where(PracticeTrial.id == trial_id, visible(ctx))
        .with_for_update(of=PracticeTrial)
        .execution_options(populate_existing=True)
    )


def plan_of(ctx: Context, enrolment_id: UUID) -> UUID | None:
    return ctx.session.scalar(
        select(AnchoringPlan.id).where(AnchoringPlan.enrolment_id == enrolment_id)
    )


def session_of(ctx: Context, enrolment: Enrolment) -> tuple[CourseSession, Course]:
    """What is taught, and when: mostly known already to whoever approves."""
    session = ctx.session.get_one(CourseSession, enrolment.session_id)
    return session, ctx.session.get_one(Course, session.course_id)


def items() -> Select[PlanItem]:
    return select(PlanItem).order_by(PlanItem.due_on, _PHASES, PlanItem.id)


def items_of(ctx: Context, plan_ids: Collection[UUID]) -> Sequence[PlanItem]:
    """The items of these plans, in the order of time."""
    return ctx.session.scalars(items().where(PlanItem.plan_id.in_(plan_ids))).all()


def tasks(ctx: Context) -> tuple[ColumnElement[bool], ...]:
    """Items that are left, of plans in the actor's sight."""
    return (_LEFT, PlanItem.plan_id.in_(select(AnchoringPlan.id).where(visible(ctx))))


def tasks_due(
    conditions: Iterable[ColumnElement[bool]], *, owner: Owner | None, until: date | None
) -> Select[PlanItem]:
    """The items, what is due first comes first, with the names of their plans."""
    found = items().where(*conditions).options(joinedload(PlanItem.plan).options(*WITH_NAMES))  # type: ignore[arg-type]  # any option will do
    if owner is not None:
        found = found.where(PlanItem.owner == owner)
    return found if until is None else found.where(PlanItem.due_on <= until)


def progress(ctx: Context, plan_ids: Collection[UUID]) -> Sequence[Any]:
    """(plan, items done, dropped, left, late, the next day) of each plan with items."""
    return ctx.session.execute(
        select(
            PlanItem.plan_id,
            func.count().filter(PlanItem.done_on.is_not(None)).label("done"),
            func.count().filter(PlanItem.dropped_why != "").label("dropped"),
            func.count().filter(_LEFT).label("left"),
            func.count().filter(_LEFT, PlanItem.due_on < ctx.today).label("late"),
            func.min(PlanItem.due_on).filter(_LEFT).label("next_due"),
        )
        .where(PlanItem.plan_id.in_(plan_ids))
        .group_by(PlanItem.plan_id)
    ).all()


def sharings(ctx: Context, plan_ids: Collection[UUID]) -> Sequence[tuple[Sharing, str | None]]:
    """(sharing, who recorded it), oldest first."""
    rows = ctx.session.execute(
        select(Sharing, User.name)
        .outerjoin(User, User.id == Sharing.recorded_by)
        .where(Sharing.plan_id.in_(plan_ids))
        .order_by(Sharing.shared_on, Sharing.id)
    )
    return [(row[0], row[1]) for row in rows]


def trials(ctx: Context, plan_ids: Collection[UUID]) -> Sequence[tuple[PracticeTrial, str | None]]:
    """(trial, who recorded it), oldest first."""
    rows = ctx.session.execute(
        select(PracticeTrial, User.name)
        .outerjoin(User, User.id == PracticeTrial.recorded_by)
        .where(PracticeTrial.plan_id.in_(plan_ids))
        .order_by(PracticeTrial.begins_on, PracticeTrial.id)
    )
    return [(row[0], row[1]) for row in rows]


def observations(
    ctx: Context, plan_ids: Collection[UUID]
) -> Sequence[tuple[Observation, str | None]]:
    """(observation, who made it), oldest first."""
    rows = ctx.session.execute(
        select(Observation, User.name)
        .outerjoin(User, User.id == Observation.observed_by)
        .where(Observation.plan_id.in_(plan_ids))
        .order_by(Observation.observed_on, Observation.id)
    )
    return [(row[0], row[1]) for row in rows]


def open_trials(ctx: Context, plan_id: UUID) -> int:
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(PracticeTrial)
            .where(PracticeTrial.plan_id == plan_id, PracticeTrial.outcome.is_(None))
        )
        or 0
    )


def close_items(ctx: Context, enrolment_id: UUID, why: str) -> int:
    """What was left of the enrolment's plan is dropped. Returns how many items."""
    plan = select(AnchoringPlan.id).where(AnchoringPlan.enrolment_id == enrolment_id)
    closed = ctx.session.scalars(
        update(PlanItem)
        .where(PlanItem.plan_id.in_(plan), _LEFT)
        .values(dropped_why=why)
        .returning(PlanItem.id)
    )
    return len(closed.all())


def finish_items(ctx: Context, plan_id: UUID, kind: ItemKind, *, on: date, by: UUID | None) -> None:
    """What is done by recording it is done."""
    ctx.session.execute(
        update(PlanItem)
        .where(PlanItem.plan_id == plan_id, PlanItem.kind == kind, _LEFT)
        .values(done_on=on, done_by=by)
        .execution_options(synchronize_session=False)  # nobody looks at them again before the end
    )
