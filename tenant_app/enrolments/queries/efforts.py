"""SELECTs of enrolments by the initiative they are part of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from tenant_app.budgets.models import MoneyLine, MoneyState
from tenant_app.core.context import Context
from tenant_app.enrolments.models import TAKES_SEAT, Enrolment, EnrolmentState
from tenant_app.enrolments.queries.one import visible
from tenant_app.enrolments.rules import WAITING

_HELD = (MoneyState.RESERVED, MoneyState.COMMITTED, MoneyState.ACTUAL)


def enrolled(ctx: Context) -> Select[UUID | None, UUID]:
    """(initiative, employee) of everybody who asked for a place or has one through it."""
    taking_part = Enrolment.state.in_([EnrolmentState(state) for state in TAKES_SEAT])
    return select(Enrolment.initiative_id, Enrolment.employee_id).where(
        Enrolment.initiative_id.is_not(None), taking_part
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
    return func.sum(MoneyLine.amount).filter(MoneyLine.state == state)
