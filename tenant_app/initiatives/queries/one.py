"""SELECTs of one initiative and what it is tied to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import and_, delete, func, literal, select, union_all
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from tenant_app.accounts.models import User
from tenant_app.catalogue.models import Course, CourseSession, SessionState
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.initiatives.models import (
    FormChoice,
    Initiative,
    InitiativeCourse,
    InitiativeNeed,
    InitiativeUnit,
    LimitOverride,
    SurveyAnswer,
)
from tenant_app.initiatives.queries.people import let_in
from tenant_app.initiatives.queries.scope import RUNNING, holds, visible
from tenant_app.initiatives.rules import OVER, House, Priced
from tenant_app.needs import service as needs
from tenant_app.needs.models import Need
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitPlacement

WITH_NAMES: tuple[ORMOption, ...] = (
    joinedload(Initiative.unit),
    joinedload(Initiative.goal),
    joinedload(Initiative.area),
)
SESSIONS_SHOWN = 50


def get(ctx: Context, initiative_id: UUID) -> Initiative | None:
    return ctx.session.scalars(
        select(Initiative).where(Initiative.id == initiative_id, visible(ctx)).options(*WITH_NAMES)
    ).one_or_none()


def get_locked(ctx: Context, initiative_id: UUID) -> Initiative | None:
    """Read again even if this unit of work saw it before: the lock may have waited."""
    return ctx.session.scalars(
        select(Initiative)
        .where(Initiative.id == initiative_id, visible(ctx))
        .options(joinedload(Initiative.unit))
        .with_for_update(of=Initiative)
        .execution_options(populate_existing=True)
    ).one_or_none()


def get_held(ctx: Context, initiative_id: UUID) -> Initiative | None:
    """The same for looking: it does not change before the unit of work is over."""
    return ctx.session.scalars(
        select(Initiative)
        .where(Initiative.id == initiative_id, visible(ctx))
        .with_for_update(of=Initiative, read=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


# What it is tied to


def units_to_choose(
    ctx: Context, unit_ids: Collection[UUID], permission: Permission
) -> dict[UUID, Unit]:
    """Those of the units that exist today and where the actor has the permission."""
    found = ctx.session.scalars(
        select(Unit)
        .join(UnitPlacement, UnitPlacement.unit_id == Unit.id)
        .where(
            Unit.id.in_(unit_ids),
            Unit.id.in_(organisation.visible_units(ctx, permission)),
            holds(ctx.today),
        )
    )
    return {unit.id: unit for unit in found}


def has_area(ctx: Context, area_id: UUID) -> bool:
    return bool(ctx.session.scalar(select(CompetenceArea.id).where(CompetenceArea.id == area_id)))


def offered(ctx: Context, course_ids: Collection[UUID]) -> set[UUID]:
    """Those of the courses that are in the catalogue."""
    return set(
        ctx.session.scalars(select(Course.id).where(Course.id.in_(course_ids), Course.is_active))
    )


def unit_ids(ctx: Context, initiative_id: UUID) -> set[UUID]:
    return set(
        ctx.session.scalars(
            select(InitiativeUnit.unit_id).where(InitiativeUnit.initiative_id == initiative_id)
        )
    )


def need_ids(ctx: Context, initiative_id: UUID) -> set[UUID]:
    return set(
        ctx.session.scalars(
            select(InitiativeNeed.need_id).where(InitiativeNeed.initiative_id == initiative_id)
        )
    )


def initiatives_for(ctx: Context, need_id: UUID) -> set[UUID]:
    """Those that answer a need."""
    return set(
        ctx.session.scalars(
            select(InitiativeNeed.initiative_id).where(InitiativeNeed.need_id == need_id)
        )
    )


def seen_needs(ctx: Context, ids: Collection[UUID]) -> set[UUID]:
    """Those of the needs that the actor sees."""
    return set(ctx.session.scalars(select(Need.id).where(Need.id.in_(ids), needs.visible(ctx))))


def course_ids(ctx: Context, initiative_id: UUID) -> set[UUID]:
    return set(
        ctx.session.scalars(
            select(InitiativeCourse.course_id).where(
                InitiativeCourse.initiative_id == initiative_id
            )
        )
    )


def untie(
    ctx: Context,
    model: type[InitiativeUnit] | type[InitiativeNeed] | type[InitiativeCourse],
    column: str,
    initiative_id: UUID,
    ids: Collection[UUID],
) -> None:
    """The initiative is no longer tied to these."""
    ctx.session.execute(
        delete(model)
        .where(model.initiative_id == initiative_id, getattr(model, column).in_(ids))
        .execution_options(synchronize_session=False)
    )


# The limit of a house


def carried_by(ctx: Context, unit_id: UUID) -> set[UUID]:
    """The initiatives it takes part in that are not over."""
    return set(
        ctx.session.scalars(
            select(InitiativeUnit.initiative_id)
            .join(Initiative, Initiative.id == InitiativeUnit.initiative_id)
            .where(InitiativeUnit.unit_id == unit_id, Initiative.state.not_in(OVER))
        )
    )


def lock_houses(ctx: Context, unit_ids: Collection[UUID]) -> None:
    """Lock the institutions in id order: what runs in them is counted afterwards, by one at a
    time. Rows that point at them can still be written."""
    ctx.session.execute(
        select(Unit.id)
        .where(Unit.id.in_(unit_ids))
        .order_by(Unit.id)
        .with_for_update(key_share=True)
    ).all()


def houses(ctx: Context, unit_ids: Collection[UUID], *, without: UUID | None = None) -> list[House]:
    """Each of the institutions with what it has under way, `without` one, by name."""
    under_way = and_(
        Initiative.id == InitiativeUnit.initiative_id,
        Initiative.state.in_(RUNNING),
    )
    if without is not None:
        under_way = and_(under_way, Initiative.id != without)
    rows = ctx.session.execute(
        select(Unit.id, Unit.name, func.count(Initiative.id))
        .outerjoin(InitiativeUnit, InitiativeUnit.unit_id == Unit.id)
        .outerjoin(Initiative, under_way)
        .where(Unit.id.in_(unit_ids))
        .group_by(Unit.id, Unit.name)
        .order_by(danish(Unit.name), Unit.id)
    )
    return [House(unit_id, name, running) for unit_id, name, running in rows]


def keep_override(
    ctx: Context, *, initiative_id: UUID, house: House, most: int, reason: str
) -> None:
    """One more override: what an earlier one said stays beside it."""
    ctx.session.add(
        LimitOverride(
            initiative_id=initiative_id,
            unit_id=house.unit_id,
            running=house.running,
            most=most,
            reason=reason,
            overridden_by=ctx.actor.user_id,
            overridden_at=ctx.now,
        )
    )


# What its page shows


def parts(
    ctx: Context, initiative_id: UUID
) -> Sequence[tuple[Unit, int, LimitOverride | None, str | None]]:
    """(institution, what else it has under way, an override, who overrode) by name: an institution
    once for each of its overrides, the first of them first."""
    other, place = aliased(Initiative), aliased(InitiativeUnit)
    running = (
        select(func.count())
        .select_from(place)
        .join(other, other.id == place.initiative_id)
        .where(place.unit_id == Unit.id, other.state.in_(RUNNING), other.id != initiative_id)
        .correlate(Unit)
        .scalar_subquery()
    )
    rows = ctx.session.execute(
        select(Unit, running, LimitOverride, User.name)
        .join(InitiativeUnit, InitiativeUnit.unit_id == Unit.id)
        .outerjoin(
            LimitOverride,
            and_(
                LimitOverride.unit_id == Unit.id,
                LimitOverride.initiative_id == InitiativeUnit.initiative_id,
            ),
        )
        .outerjoin(User, User.id == LimitOverride.overridden_by)
        .where(InitiativeUnit.initiative_id == initiative_id)
        .order_by(danish(Unit.name), Unit.id, LimitOverride.overridden_at, LimitOverride.id)
    )
    return [(unit, others, override, name) for unit, others, override, name in rows]


def courses(ctx: Context, initiative_id: UUID) -> Sequence[tuple[Course, CourseSession | None]]:
    """Each course with its open sessions, the soonest first; a course without any once."""
    rows = ctx.session.execute(
        select(Course, CourseSession)
        .join(InitiativeCourse, InitiativeCourse.course_id == Course.id)
        .outerjoin(
            CourseSession,
            and_(
                CourseSession.course_id == Course.id,
                CourseSession.state == SessionState.OPEN,
                CourseSession.deadline >= ctx.today,
                Course.is_active,
            ),
        )
        .where(InitiativeCourse.initiative_id == initiative_id)
        .options(joinedload(Course.provider))
        .order_by(danish(Course.title), Course.id, CourseSession.starts_on, CourseSession.id)
        .limit(SESSIONS_SHOWN)
    )
    return [(course, session) for course, session in rows]


def answered(ctx: Context, initiative_id: UUID) -> Sequence[tuple[Need, Unit, bool]]:
    """(need, its unit, whether the actor may see it) by title."""
    rows = ctx.session.execute(
        select(Need, Unit, needs.visible(ctx))
        .join(InitiativeNeed, InitiativeNeed.need_id == Need.id)
        .join(Unit, Unit.id == Need.unit_id)
        .where(InitiativeNeed.initiative_id == initiative_id)
        .order_by(danish(Need.title), Need.id)
    )
    return [(need, unit, seen) for need, unit, seen in rows]


Told = tuple[
    list[tuple[FormChoice, str | None]], list[tuple[int, str, str]], list[tuple[int, str, str]]
]


def told(ctx: Context, initiative_id: UUID) -> Told:
    """((choice of form, who chose), the latest first; (confidence, expects, will use) of everybody
    who answered the survey, without names; (people let in above their limit, why, by whom)): all
    in one SELECT."""
    answer = func.jsonb_build_array(
        SurveyAnswer.confidence, SurveyAnswer.expects, SurveyAnswer.will_use
    )
    answers = (
        select(func.jsonb_agg(answer))
        .where(SurveyAnswer.initiative_id == initiative_id)
        .scalar_subquery()
    )
    rows = ctx.session.execute(
        select(FormChoice, User.name, answers, let_in(initiative_id))
        .select_from(Initiative)
        .outerjoin(FormChoice, FormChoice.initiative_id == Initiative.id)
        .outerjoin(User, User.id == FormChoice.chosen_by)
        .where(Initiative.id == initiative_id)
        .order_by(FormChoice.chosen_at.desc(), FormChoice.id.desc())
    ).all()
    said = rows[0][2] if rows else None
    people = rows[0][3] if rows else None
    choices = [(choice, name) for choice, name, *_rest in rows if choice is not None]
    return (
        choices,
        [(step, expects, will_use) for step, expects, will_use in said or ()],
        [(number, why, name) for number, why, name in people or ()],
    )


def tied_names(ctx: Context, initiative_id: UUID) -> Sequence[tuple[str, UUID, str]]:
    """(need, unit or course; id; name) of what it is tied to: of needs those the actor sees."""
    parts = [
        select(literal("need"), Need.id, Need.title)
        .join(InitiativeNeed, InitiativeNeed.need_id == Need.id)
        .where(InitiativeNeed.initiative_id == initiative_id, needs.visible(ctx)),
        select(literal("unit"), Unit.id, Unit.name)
        .join(InitiativeUnit, InitiativeUnit.unit_id == Unit.id)
        .where(InitiativeUnit.initiative_id == initiative_id),
        select(literal("course"), Course.id, Course.title)
        .join(InitiativeCourse, InitiativeCourse.course_id == Course.id)
        .where(InitiativeCourse.initiative_id == initiative_id),
    ]
    return [(kind, key, name) for kind, key, name in ctx.session.execute(union_all(*parts))]


def priced(ctx: Context) -> list[Priced]:
    """What of each course in the catalogue makes its price."""
    rows = ctx.session.execute(
        select(
            Course.form,
            Course.hours,
            Course.cover_hours,
            Course.price_kind,
            Course.price,
            Course.materials,
            Course.travel,
        ).where(Course.is_active)
    )
    return [Priced(*row) for row in rows]
