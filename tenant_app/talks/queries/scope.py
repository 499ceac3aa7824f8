"""Whose a talk and a plan are. The conditions that every other statement of the room stands on."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, false, or_, select, true

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitPlacement
from tenant_app.talks import rules
from tenant_app.talks.models import DevelopmentPlan, DevelopmentTalk, TalkMember, TalkRound


def held_at(ctx: Context, unit_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Units whose talks the actor may hold."""
    held = rules.held(ctx.actor.grants)
    found: list[ColumnElement[bool]] = []
    if held.inside and not held.alone:
        found.append(unit_id.in_(organisation.visible_units(ctx, Permission.TALKS_HOLD)))
    elif held.inside:
        found += [unit_id.in_(below) for below in _subtrees(ctx, held.inside)]
    if held.alone:
        found.append(unit_id.in_(held.alone))
    return or_(false(), *found)


def _subtrees(ctx: Context, unit_ids: tuple[UUID, ...]) -> list[Select[UUID]]:
    found = []
    for unit_id in unit_ids:
        try:
            found.append(organisation.units_below(ctx, unit_id))
        except NotFound:  # closed today: nobody leads it
            continue
    return found


def _placed_nowhere(ctx: Context, unit_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Units that are closed today: whoever held their talks keeps them."""
    placed = select(UnitPlacement.unit_id).where(
        UnitPlacement.from_date <= ctx.today,
        or_(UnitPlacement.to_date.is_(None), UnitPlacement.to_date > ctx.today),
    )
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
    while the employee works where they hold talks. Who moves takes the plan along."""
    found: list[ColumnElement[bool]] = [false()]
    if takes_part(ctx):
        found.append(DevelopmentPlan.employee_id == ctx.actor.employee_id)
    if ctx.actor.user_id is not None and ctx.actor.may(Permission.TALKS_HOLD):
        talks = select(DevelopmentTalk.id).where(
            is_holder(ctx), DevelopmentTalk.state.not_in(rules.OVER)
        )
        staff = organisation.visible_employees(ctx, Permission.TALKS_HOLD)
        found.append(
            and_(DevelopmentPlan.talk_id.in_(talks), DevelopmentPlan.employee_id.in_(staff))
        )
    return or_(*found)
