"""What is counted of talks and plans: for the status page, and for the tiles of the home page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, distinct, func, literal, or_, select

from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.organisation.models import Employment
from tenant_app.talks import rules
from tenant_app.talks.models import (
    DevelopmentItem,
    DevelopmentPlan,
    DevelopmentTalk,
    ItemState,
    Preparation,
    TalkMember,
    TalkRound,
    TalkState,
)
from tenant_app.talks.queries.scope import is_holder


def _employed(day: date) -> tuple[Any, ...]:
    return (
        Employment.from_date <= day,
        or_(Employment.to_date.is_(None), Employment.to_date > day),
    )


def tallies(ctx: Context) -> Sequence[tuple[UUID, int, int, int]]:
    """(unit, people, talked, planned) of those employed in each unit itself today.

    Of the whole municipality, without asking who wants to know: what is hidden from one must not be
    shown to another.
    """
    day = ctx.today
    talked = (
        select(TalkMember.employee_id)
        .join(DevelopmentTalk, DevelopmentTalk.id == TalkMember.talk_id)
        .where(
            TalkMember.left_at.is_(None),
            DevelopmentTalk.state.in_(rules.COUNTED),
            DevelopmentTalk.held_on > day - timedelta(days=rules.YEAR),
        )
        .distinct()
        .subquery()
    )
    planned = (
        select(DevelopmentPlan.employee_id)
        .join(DevelopmentItem, DevelopmentItem.plan_id == DevelopmentPlan.id)
        .where(DevelopmentPlan.valid_until >= day, DevelopmentItem.state != ItemState.DROPPED)
        .distinct()
        .subquery()
    )
    rows = ctx.session.execute(
        select(
            Employment.unit_id,
            func.count(),
            func.count(talked.c.employee_id),
            func.count(planned.c.employee_id),
        )
        .outerjoin(talked, talked.c.employee_id == Employment.employee_id)
        .outerjoin(planned, planned.c.employee_id == Employment.employee_id)
        .where(*_employed(day))
        .group_by(Employment.unit_id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def tags(ctx: Context) -> Sequence[tuple[UUID, UUID, int]]:
    """(unit, competence area, people with it in a valid plan), the same way."""
    rows = ctx.session.execute(
        select(
            Employment.unit_id,
            DevelopmentItem.area_id,
            func.count(distinct(DevelopmentPlan.employee_id)),
        )
        .join(DevelopmentPlan, DevelopmentPlan.employee_id == Employment.employee_id)
        .join(DevelopmentItem, DevelopmentItem.plan_id == DevelopmentPlan.id)
        .where(
            *_employed(ctx.today),
            DevelopmentPlan.valid_until >= ctx.today,
            DevelopmentItem.state != ItemState.DROPPED,
        )
        .group_by(Employment.unit_id, DevelopmentItem.area_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


TO_PREPARE, TO_HOLD, TO_SIGN = "talks.prepare", "talks.hold", "talks.sign"
TO_HOLD_SOON, TO_ATTEND = "talks.hold_soon", "talks.attend"
"""What can wait for somebody, as the tiles of the home page name it."""
Asked = Select[*tuple[Any, ...]]


def own_to_prepare(employee_id: UUID) -> Asked:
    """Talks ahead for which the employee has shared nothing yet."""
    shared = only_own(
        select(Preparation.member_id).where(
            Preparation.member_id.is_not(None), Preparation.shared_at.is_not(None)
        ),
        Preparation,
    )
    return only_own(
        select(literal(TO_PREPARE, Text), func.count())
        .select_from(TalkMember)
        .join(DevelopmentTalk, DevelopmentTalk.id == TalkMember.talk_id)
        .where(
            TalkMember.employee_id == employee_id,
            TalkMember.left_at.is_(None),
            DevelopmentTalk.state.in_(rules.BEFORE),
            TalkMember.id.not_in(shared),
        ),
        TalkMember,
        DevelopmentTalk,
    )


def to_attend(employee_id: UUID, now: datetime) -> Asked:
    """Talks of the employee whose time has nearly come."""
    return only_own(
        select(literal(TO_ATTEND, Text), func.count())
        .select_from(TalkMember)
        .join(DevelopmentTalk, DevelopmentTalk.id == TalkMember.talk_id)
        .where(
            TalkMember.employee_id == employee_id,
            TalkMember.left_at.is_(None),
            DevelopmentTalk.state.in_(rules.BEFORE),
            DevelopmentTalk.planned_at.between(now, now + rules.AHEAD),
        ),
        TalkMember,
        DevelopmentTalk,
    )


def late_to_hold(ctx: Context) -> Asked:
    """Talks that the actor holds, and should have held."""
    return _to_hold(ctx, TO_HOLD, TalkRound.due_on < ctx.today)


def soon_to_hold(ctx: Context) -> Asked:
    """Talks that the actor holds, and should hold before long."""
    day = ctx.today
    return _to_hold(ctx, TO_HOLD_SOON, TalkRound.due_on.between(day, day + rules.SOON))


def _to_hold(ctx: Context, key: str, due: ColumnElement[bool]) -> Asked:
    return only_own(
        select(literal(key, Text), func.count())
        .select_from(DevelopmentTalk)
        .join(TalkRound, TalkRound.id == DevelopmentTalk.round_id)
        .where(is_holder(ctx), DevelopmentTalk.state.in_(rules.BEFORE), due),
        DevelopmentTalk,
        TalkRound,
    )


def to_sign(ctx: Context, *, employee_id: UUID | None) -> Asked:
    """Agreements that wait for the actor's own signature."""
    unsigned = only_own(
        select(TalkMember.talk_id).where(
            TalkMember.employee_id == employee_id,
            TalkMember.left_at.is_(None),
            TalkMember.signed_at.is_(None),
        ),
        TalkMember,
    )
    holds = and_(is_holder(ctx), DevelopmentTalk.signed_at.is_(None))
    return only_own(
        select(literal(TO_SIGN, Text), func.count())
        .select_from(DevelopmentTalk)
        .where(
            DevelopmentTalk.state == TalkState.HELD,
            DevelopmentTalk.revision > 0,
            or_(holds, DevelopmentTalk.id.in_(unsigned)) if employee_id is not None else holds,
        ),
        DevelopmentTalk,
    )
