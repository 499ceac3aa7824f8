"""SELECTs of the survey before an initiative begins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased, joinedload

from tenant_app.core.context import Context
from tenant_app.core.db import danish, uuid7
from tenant_app.core.fence import only_own, only_own_rows
from tenant_app.initiatives.models import (
    Initiative,
    InitiativeCourse,
    InitiativeUnit,
    SurveyAnswer,
)
from tenant_app.initiatives.rules import SURVEYED
from tenant_app.organisation.models import Employment, UnitPlacement


def takes_part(
    employee_id: UUID,
    unit_ids: Collection[UUID],
    enrolled: Sequence[Select[UUID | None, UUID]],
) -> ColumnElement[bool]:
    """The person is enrolled through it; or it has no courses and is for everybody in its
    institutions, of which one is among the person's units."""
    ways: list[ColumnElement[bool]] = []
    for source in enrolled:
        pairs = source.subquery()
        mine = select(pairs.c.initiative_id).where(pairs.c.employee_id == employee_id)
        ways.append(Initiative.id.in_(mine))
    here = select(InitiativeUnit.initiative_id).where(InitiativeUnit.unit_id.in_(unit_ids))
    with_courses = select(InitiativeCourse.initiative_id)
    ways.append(and_(Initiative.id.in_(here), Initiative.id.not_in(with_courses)))
    return or_(*ways)


def is_asked() -> ColumnElement[bool]:
    """The survey can be answered."""
    return and_(
        Initiative.survey_opened_at.is_not(None),
        Initiative.survey_closed_at.is_(None),
        Initiative.state.in_(SURVEYED),
    )


def count_asked(
    ctx: Context,
    key: str,
    employee_id: UUID,
    enrolled: Sequence[Select[UUID | None, UUID]],
) -> Select[*tuple[Any, ...]]:
    """(key, how many surveys wait for the person's answer), for `Context.execute`: each part of it
    says itself whose rows it means."""
    own, above = aliased(UnitPlacement), aliased(UnitPlacement)
    line = only_own(
        select(above.unit_id)
        .join(own, own.path.bool_op("^@")(above.path))
        .join(Employment, Employment.unit_id == own.unit_id)
        .where(Employment.employee_id == employee_id, *_true_of(Employment, ctx.today))
        .where(*_true_of(own, ctx.today), *_true_of(above, ctx.today)),
        own,
        above,
        Employment,
    )
    with_courses = only_own(select(InitiativeCourse.initiative_id), InitiativeCourse)
    here = only_own(
        select(InitiativeUnit.initiative_id).where(InitiativeUnit.unit_id.in_(line)),
        InitiativeUnit,
    )
    ways: list[ColumnElement[bool]] = [
        and_(Initiative.id.in_(here), Initiative.id.not_in(with_courses))
    ]
    for source in enrolled:
        pairs = only_own_rows(source).subquery()
        mine = select(pairs.c.initiative_id).where(pairs.c.employee_id == employee_id)
        ways.append(Initiative.id.in_(mine))
    answered = only_own(
        select(SurveyAnswer.initiative_id).where(SurveyAnswer.employee_id == employee_id),
        SurveyAnswer,
    )
    found: Select[*tuple[Any, ...]] = select(literal(key, Text), func.count()).select_from(
        Initiative
    )
    return only_own(found.where(is_asked(), Initiative.id.not_in(answered), or_(*ways)), Initiative)


def _true_of(model: Any, day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return model.from_date <= day, or_(model.to_date.is_(None), model.to_date > day)


def asked_of(
    ctx: Context, employee_id: UUID, conditions: Sequence[ColumnElement[bool]]
) -> Sequence[tuple[Initiative, SurveyAnswer | None]]:
    """(initiative, the person's answer), those without an answer first."""
    rows = ctx.session.execute(
        select(Initiative, SurveyAnswer)
        .outerjoin(
            SurveyAnswer,
            and_(
                SurveyAnswer.initiative_id == Initiative.id,
                SurveyAnswer.employee_id == employee_id,
            ),
        )
        .where(*conditions)
        .options(joinedload(Initiative.unit))
        .order_by(SurveyAnswer.answered_at.is_not(None), danish(Initiative.title), Initiative.id)
    )
    return [(initiative, answer) for initiative, answer in rows]


def keep(ctx: Context, *, initiative_id: UUID, employee_id: UUID, **told: Any) -> None:
    """The latest answer of a person counts, also of two that are sent at once."""
    added = ctx.session.scalar(
        insert(SurveyAnswer)
        .values(id=uuid7(), initiative_id=initiative_id, employee_id=employee_id, **told)
        .on_conflict_do_nothing()
        .returning(SurveyAnswer.id)
    )
    if added is None:
        ctx.session.execute(
            update(SurveyAnswer)
            .where(
                SurveyAnswer.initiative_id == initiative_id,
                SurveyAnswer.employee_id == employee_id,
            )
            .values(**told)
        )
