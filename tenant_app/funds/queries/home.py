"""What waits on a home page, counted past the ORM: the statements say themselves whose rows they
mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, false, func, literal, or_, select, true

from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.funds.models import (
    FundApplicant,
    FundApplication,
    FundState,
    GrantState,
    StateGrant,
)
from tenant_app.funds.rules import AHEAD
from tenant_app.organisation.models import UnitPlacement


def count_to_sign(
    ctx: Context, key: str, leads: Sequence[str], signs: Sequence[str]
) -> Select[*tuple[Any, ...]]:
    """(key, how many wait for the actor's signature): never an application for oneself, nor a
    second signature of one's own."""
    mine: ColumnElement[bool] = false()
    if ctx.actor.employee_id is not None:
        mine = _person(FundApplicant.employee_id == ctx.actor.employee_id)
    return _counted(key).where(
        or_(
            and_(FundApplication.state == FundState.DRAFT, _below(ctx, leads)),
            and_(
                FundApplication.state == FundState.LEADER_SIGNED,
                _below(ctx, signs),
                FundApplication.leader_signed_by.is_distinct_from(ctx.actor.user_id),
                _led_by_another(ctx),
            ),
        ),
        ~mine,
    )


def _led_by_another(ctx: Context) -> ColumnElement[bool]:
    """The leader's signature was not given by the actor with another login."""
    if ctx.actor.employee_id is None:
        return true()
    return FundApplication.leader_employee_id.is_distinct_from(ctx.actor.employee_id)


def count_ahead(
    ctx: Context, key: str, leads: Sequence[str], *, until: date
) -> Select[*tuple[Any, ...]]:
    """(key, how many are not sent though the session begins by the day)."""
    return _counted(key).where(
        FundApplication.state.in_(AHEAD),
        FundApplication.starts_on <= until,
        _below(ctx, leads),
    )


def count_owed(ctx: Context, key: str, paths: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """(key, how many are paid for somebody whose place was given up)."""
    owed = and_(
        FundApplicant.lost_on.is_not(None),
        FundApplicant.refunded_on.is_(None),
        FundApplicant.awarded > 0,
    )
    return _counted(key).where(
        FundApplication.state == FundState.PAID, _person(owed), _below(ctx, paths)
    )


def count_due(ctx: Context, key: str, *, until: date) -> Select[*tuple[Any, ...]]:
    """(key, how many applications for state money or statements of it are due by the day)."""
    found: Select[*tuple[Any, ...]] = (
        select(literal(key, Text), func.count())
        .select_from(StateGrant)
        .where(
            or_(
                and_(StateGrant.state == GrantState.DRAFT, StateGrant.apply_by <= until),
                and_(StateGrant.state == GrantState.RECEIVED, StateGrant.report_by <= until),
            )
        )
    )
    return only_own(found, StateGrant)


def _person(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    found = only_own(select(FundApplicant.application_id).where(condition), FundApplicant)
    return FundApplication.id.in_(found)


def _below(ctx: Context, paths: Sequence[str]) -> ColumnElement[bool]:
    if not paths:
        return false()
    inside = or_(*(UnitPlacement.path.op("^@")(path) for path in paths))
    now = and_(
        UnitPlacement.from_date <= ctx.today,
        or_(UnitPlacement.to_date.is_(None), UnitPlacement.to_date > ctx.today),
    )
    units = only_own(select(UnitPlacement.unit_id).where(inside, now), UnitPlacement)
    return FundApplication.unit_id.in_(units)


def _counted(key: str) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = select(literal(key, Text), func.count()).select_from(
        FundApplication
    )
    return only_own(found, FundApplication)
