"""Whose a talk and a plan are. The conditions that every other statement of the room stands on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, false, or_, select, true

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation.models import Employment, Position, UnitPlacement
from tenant_app.talks import rules
from tenant_app.talks.models import DevelopmentPlan, DevelopmentTalk, TalkMember, TalkRound


def held_at(ctx: Context, unit_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Units whose talks the actor may hold."""
    held = rules.held(ctx.actor.grants)
    found: list[ColumnElement[bool]] = []
    if held.inside:
        found.append(unit_id.in_(_below(ctx, held.inside)))
    if held.alone:
        found.append(unit_id.in_(held.alone))
    return or_(false(), *found)


def _below(ctx: Context, unit_ids: tuple[UUID, ...]) -> Select[UUID]:
    """Those of the units that the actor leads, with all below: by the paths of the grants."""
    paths = {grant.path for grant in ctx.actor.grants if grant.unit_id in unit_ids}
    return select(UnitPlacement.unit_id).where(
        *_today(ctx, UnitPlacement),
        or_(false(), *(UnitPlacement.path.bool_op("^@")(path) for path in sorted(paths))),
    )


def _today(ctx: Context, model: Any) -> tuple[ColumnElement[bool], ...]:
    ahead = or_(model.to_date.is_(None), model.to_date > ctx.today)
    return (model.from_date <= ctx.today, ahead)


def staff_held(ctx: Context) -> Select[UUID]:
    """Employees who work today where the actor holds talks: in a unit that they lead from inside;
    below one that is led from above, its leaders."""
    held = rules.held(ctx.actor.grants)
    led = and_(
        Employment.position == Position.LEADER,
        Employment.unit_id.in_(_below(ctx, held.alone)),
    )
    return select(Employment.employee_id).where(
        *_today(ctx, Employment), or_(held_at(ctx, Employment.unit_id), led)
    )


def _placed_nowhere(ctx: Context, unit_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Units that are closed today: whoever held their talks keeps them."""
    placed = select(UnitPlacement.unit_id).where(*_today(ctx, UnitPlacement))
    return unit_id.not_in(placed)


def takes_part(ctx: Context) -> bool:
    """Whether the actor can have talks of their own."""
    actor = ctx.actor
    return actor.employee_id is not None and (
        actor.may(Permission.TALKS_OWN) or actor.may(Permission.TALKS_HOLD)
    )


def is_holder(ctx: Context) -> ColumnElement[bool]:
    """Talks that the actor holds, and may still hold. A deputy holds only what was handed over."""
    if ctx.actor.user_id is None or not ctx.actor.may(Permission.TALKS_HOLD):
        return false()
    unit = DevelopmentTalk.unit_id
    where = or_(held_at(ctx, unit), _placed_nowhere(ctx, unit))
    return and_(DevelopmentTalk.holder_id == ctx.actor.user_id, where)


def is_member(ctx: Context, *, left: bool = False) -> ColumnElement[bool]:
    """Talks that the actor is in, and with `left` those that they were in."""
    if not takes_part(ctx):
        return false()
    within = select(TalkMember.talk_id).where(TalkMember.employee_id == ctx.actor.employee_id)
    if not left:
        # Of a talk that is over everybody may read why.
        over = DevelopmentTalk.state.in_(rules.OVER)
        return or_(
            DevelopmentTalk.id.in_(within.where(TalkMember.left_at.is_(None))),
            and_(over, DevelopmentTalk.id.in_(within)),
        )
    return DevelopmentTalk.id.in_(within)


def is_party(ctx: Context) -> ColumnElement[bool]:
    """Talks whose texts the actor may read: the one place that decides it."""
    return or_(is_holder(ctx), is_member(ctx))


def visible(ctx: Context) -> ColumnElement[bool]:
    """Talks of which the actor may see that they are there: their own, and those of the units they
    lead from inside. Nobody above, and nobody who looks on."""
    if ctx.actor.is_system:
        return true()
    led: ColumnElement[bool] = false()
    if ctx.actor.may(Permission.TALKS_HOLD):
        led = held_at(ctx, DevelopmentTalk.unit_id)
    return or_(led, is_holder(ctx), is_member(ctx, left=True))


def visible_rounds(ctx: Context) -> ColumnElement[bool]:
    """Rounds of the units whose talks the actor may hold."""
    if ctx.actor.is_system:
        return true()
    if not ctx.actor.may(Permission.TALKS_HOLD):
        return false()
    return held_at(ctx, TalkRound.unit_id)


def is_plan_party(ctx: Context) -> ColumnElement[bool]:
    """Plans whose texts the actor may read: their own; and those taken up in a talk that they hold,
    while the employee is in it and works where they hold talks. Who leaves takes the plan along."""
    found: list[ColumnElement[bool]] = [false()]
    if takes_part(ctx):
        found.append(DevelopmentPlan.employee_id == ctx.actor.employee_id)
    if ctx.actor.user_id is not None and ctx.actor.may(Permission.TALKS_HOLD):
        taken_up = (
            select(TalkMember.id)
            .join(DevelopmentTalk, DevelopmentTalk.id == TalkMember.talk_id)
            .where(
                TalkMember.talk_id == DevelopmentPlan.talk_id,
                TalkMember.employee_id == DevelopmentPlan.employee_id,
                TalkMember.left_at.is_(None),
                is_holder(ctx),
                DevelopmentTalk.state.not_in(rules.OVER),
            )
            .correlate(DevelopmentPlan)
        )
        staff = DevelopmentPlan.employee_id.in_(staff_held(ctx))
        found.append(and_(taken_up.exists(), staff))
    return or_(*found)
