"""SELECTs of enrolments by the initiative they are part of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from tenant_app.budgets.models import MoneyLine, MoneyState
from tenant_app.core.context import Context
from tenant_app.enrolments.models import TAKES_SEAT, Enrolment, EnrolmentState
from tenant_app.enrolments.queries.one import visible
from tenant_app.enrolments.rules import ON_ITS_WAY, WAITING

_HELD = (MoneyState.RESERVED, MoneyState.COMMITTED, MoneyState.ACTUAL)


def enrolled(ctx: Context) -> Select[UUID | None, UUID]:
    """(initiative, employee) of everybody who asked for a place or has one through it."""
    return _through_one([EnrolmentState(state) for state in TAKES_SEAT])


def taking_part(ctx: Context) -> Select[UUID | None, UUID]:
    """The same of those whose course is ahead of them."""
    return _through_one(ON_ITS_WAY)


def _through_one(states: Collection[EnrolmentState]) -> Select[UUID | None, UUID]:
    return select(Enrolment.initiative_id, Enrolment.employee_id).where(
        Enrolment.initiative_id.is_not(None), Enrolment.state.in_(states)
    )


def sums(ctx: Context, initiative_id: UUID) -> tuple[int, ...]:
    """(asked, confirmed, completed, reserved, committed, actual) of those the actor may see, the
    last three in whole øre."""
    parts = [
        *(_people(states) for states in (WAITING, _CONFIRMED, _COMPLETED)),
        *(_amount(state) for state in _HELD),
    ]
    row = ctx.session.execute(
        select(*parts)
        .select_from(Enrolment)
        .outerjoin(
            MoneyLine,
            and_(
                MoneyLine.source_id == Enrolment.id,
                MoneyLine.submission == Enrolment.submission,
            ),
        )
        .where(Enrolment.initiative_id == initiative_id, visible(ctx))
    ).one()
    return tuple(int(value or 0) for value in row)


_CONFIRMED = (EnrolmentState.CONFIRMED,)
_COMPLETED = (EnrolmentState.COMPLETED,)


def _people(states: Any) -> Any:
    """Each once, however many lines of money."""
    return func.count(Enrolment.id.distinct()).filter(Enrolment.state.in_(states))


def _amount(state: MoneyState) -> Any:
    return func.sum(MoneyLine.amount + MoneyLine.adjusted).filter(MoneyLine.state == state)
