"""Which initiatives somebody may see, and the conditions of a list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from tenant_app.catalogue.models import CourseForm
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.initiatives.models import (
    UNDER_WAY,
    Initiative,
    InitiativeCourse,
    InitiativeState,
    InitiativeUnit,
)
from tenant_app.initiatives.rules import CENTRAL, MENDED, OPEN
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitPlacement

RUNNING = tuple(InitiativeState(state) for state in UNDER_WAY)


def holds(day: date) -> ColumnElement[bool]:
    """The placement is true of the day."""
    over = UnitPlacement.to_date
    return and_(UnitPlacement.from_date <= day, or_(over.is_(None), over > day))


def visible(ctx: Context) -> ColumnElement[bool]:
    """Those of the units the actor sees, and those in which such a unit takes part: for somebody
    who works in a house its institution too."""
    permission = Permission.INITIATIVES_VIEW
    units = organisation.visible_units(ctx, permission)
    joins = [InitiativeUnit.unit_id.in_(units)]
    above = _above(ctx.actor.paths(permission))
    if above and not ctx.actor.is_system:
        joins.append(
            InitiativeUnit.unit_id.in_(
                select(UnitPlacement.unit_id).where(UnitPlacement.path.in_(above), holds(ctx.today))
            )
        )
    return or_(
        Initiative.unit_id.in_(units),
        Initiative.id.in_(select(InitiativeUnit.initiative_id).where(or_(*joins))),
    )


def _above(paths: Collection[str]) -> set[str]:
    """The paths on the way down to these."""
    found = set()
    for path in paths:
        steps = path.split(".")[:-1]
        found |= {".".join(steps[:length]) + "." for length in range(1, len(steps))}
    return found


def at_or_below(ctx: Context, unit_id: UUID) -> ColumnElement[bool]:
    """Of the unit or one below it, or one of them takes part. Raises NotFound."""
    units = organisation.units_below(ctx, unit_id)
    taking_part = select(InitiativeUnit.initiative_id).where(InitiativeUnit.unit_id.in_(units))
    return or_(Initiative.unit_id.in_(units), Initiative.id.in_(taking_part))


def is_central(central: bool) -> ColumnElement[bool]:
    """The municipality's or an area's; or an institution's."""
    owners = select(Unit.id).where(Unit.kind.in_(CENTRAL))
    return Initiative.unit_id.in_(owners) if central else Initiative.unit_id.not_in(owners)


def titled(words: str) -> ColumnElement[bool]:
    return Initiative.title.icontains(words, autoescape=True)


def in_state(state: InitiativeState) -> ColumnElement[bool]:
    return Initiative.state == state


def of_form(form: CourseForm) -> ColumnElement[bool]:
    return Initiative.form == form


def over_limit(most: int | None) -> ColumnElement[bool]:
    """Under way in an institution that has more under way than the limit."""
    if most is None:
        return false()
    other, place = aliased(Initiative), aliased(InitiativeUnit)
    full = (
        select(place.unit_id)
        .join(other, other.id == place.initiative_id)
        .where(other.state.in_(RUNNING))
        .group_by(place.unit_id)
        .having(func.count() > most)
    )
    carried = select(InitiativeUnit.initiative_id).where(InitiativeUnit.unit_id.in_(full))
    return and_(Initiative.state.in_(RUNNING), Initiative.id.in_(carried))


def is_open() -> ColumnElement[bool]:
    """One can ask for a place through it."""
    return Initiative.state.in_(OPEN)


def is_mended() -> ColumnElement[bool]:
    """What stands alone can be put under it."""
    return Initiative.state.in_(MENDED)


def fits_course(course_id: UUID) -> ColumnElement[bool]:
    """The course is one of its courses, or it has not named any yet."""
    named = select(InitiativeCourse.initiative_id)
    return or_(
        Initiative.id.in_(named.where(InitiativeCourse.course_id == course_id)),
        Initiative.id.not_in(named),
    )


def fits_unit(unit_id: UUID) -> ColumnElement[bool]:
    """The unit takes part, or owns it."""
    taking_part = select(InitiativeUnit.initiative_id).where(InitiativeUnit.unit_id == unit_id)
    return or_(Initiative.unit_id == unit_id, Initiative.id.in_(taking_part))
