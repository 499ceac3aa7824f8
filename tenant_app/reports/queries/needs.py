"""How long needs wait for the first initiative. One SELECT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select

from tenant_app.core.context import Context
from tenant_app.initiatives.models import Initiative, InitiativeNeed
from tenant_app.needs.models import Need, NeedState

COUNTED = (
    *(NeedState.REPORTED, NeedState.ANALYSED, NeedState.QUALIFIED, NeedState.PRIORITISED),
    *(NeedState.PARKED, NeedState.COVERED, NeedState.CLOSED),
)
"""Not those turned down, and a merged need is its target's."""
OVER = (NeedState.PARKED, NeedState.COVERED, NeedState.CLOSED)
"""These wait for nothing."""


def ages(ctx: Context, scope: ColumnElement[bool]) -> Sequence[Any]:
    """(competence area, median days, needs with an initiative, needs that wait); area None: all."""
    first = (
        select(InitiativeNeed.need_id, func.min(Initiative.created_at).label("at"))
        .join(Initiative, Initiative.id == InitiativeNeed.initiative_id)
        .group_by(InitiativeNeed.need_id)
        .subquery()
    )
    days = func.date(func.timezone("Europe/Copenhagen", first.c.at)) - Need.reported_on
    waits = first.c.at.is_(None) & Need.state.not_in(OVER)
    return ctx.session.execute(
        select(
            Need.area_id,
            func.percentile_cont(0.5).within_group(days),
            func.count(first.c.at),
            func.count().filter(waits),
        )
        .outerjoin(first, first.c.need_id == Need.id)
        .where(scope, Need.state.in_(COUNTED))
        .group_by(func.rollup(Need.area_id))
    ).all()
