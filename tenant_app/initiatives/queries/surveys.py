"""SELECTs of the survey before an initiative begins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from tenant_app.core.context import Context
from tenant_app.core.db import danish, uuid7
from tenant_app.initiatives.models import (
    Initiative,
    InitiativeCourse,
    InitiativeUnit,
    SurveyAnswer,
)
from tenant_app.initiatives.rules import SURVEYED


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
    return and_(Initiative.survey_opened_at.is_not(None), Initiative.state.in_(SURVEYED))


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
