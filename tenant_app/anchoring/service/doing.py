"""What becomes of the items of a plan: done, dropped or moved."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tenant_app.anchoring import queries, rules
from tenant_app.anchoring.models import AnchoringPlan, ItemKind, Owner, PlanItem
from tenant_app.anchoring.service.shared import leads, limits, path_of, require_part, takes_part
from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound


def tick(ctx: Context, item_id: UUID, *, note: str = "") -> PlanItem:
    """The item is done today. Participants tick their own, leaders all of their unit.

    Raises NotFound, Forbidden, and Conflict for what is done or dropped already, or is done by
    recording it.
    """
    item, plan = _to_change(ctx, item_id)
    if item.owner is Owner.PARTICIPANT:
        require_part(ctx, plan)
    else:
        ctx.require(Permission.ANCHORING_MANAGE, at=path_of(ctx, plan))
    _check_left(plan, item)
    rules.check_ticked(item.kind)
    said = rules.check_text(note, field="note", required=False)
    item.done_on, item.done_by, item.note = ctx.today, ctx.actor.user_id, said
    audit.record(ctx, "anchoring.ticked", plan.id, new={"item": item.text, "done_on": ctx.today})
    return item


def drop(ctx: Context, item_id: UUID, *, why: str) -> PlanItem:
    """The item is no longer to be done, for a reason. Only leaders let off.

    Raises Conflict for what the municipality's working rules ask for.
    """
    item, plan = _to_change(ctx, item_id)
    ctx.require(Permission.ANCHORING_MANAGE, at=path_of(ctx, plan))
    _check_left(plan, item)
    rules.check_dropped(item.kind, limits(ctx))
    item.dropped_why = rules.check_text(why, field="why")
    audit.record(
        ctx, "anchoring.dropped", plan.id, old={"item": item.text}, note=item.dropped_why[:500]
    )
    return item


def move(ctx: Context, item_id: UUID, due_on: date) -> PlanItem:
    """The item is due on another day. Participants move their own, leaders all of their unit."""
    item, plan = _to_change(ctx, item_id)
    if item.owner is Owner.PARTICIPANT:
        require_part(ctx, plan)
    else:
        ctx.require(Permission.ANCHORING_MANAGE, at=path_of(ctx, plan))
    _check_left(plan, item)
    old, item.due_on = item.due_on, rules.check_moved(due_on, today=ctx.today)
    audit.record(
        ctx,
        "anchoring.moved",
        plan.id,
        old={"item": item.text, "due_on": old},
        new={"due_on": due_on},
    )
    return item


def may_tick(ctx: Context, plan: AnchoringPlan, item: PlanItem) -> bool:
    """Whether an item of the plan can be ticked, and by the actor."""
    return item.kind is ItemKind.AGREE and may_move(ctx, plan, item)


def may_move(ctx: Context, plan: AnchoringPlan, item: PlanItem) -> bool:
    """Whether an item of the plan is left, and the actor's to do something about."""
    if not _is_left(plan, item):
        return False
    own = item.owner is Owner.PARTICIPANT and takes_part(ctx, plan)
    return own or leads(ctx, plan)


def may_drop(ctx: Context, plan: AnchoringPlan, item: PlanItem) -> bool:
    """Whether an item of the plan can be let off, and by the actor."""
    return _is_left(plan, item) and leads(ctx, plan) and rules.may_drop(item.kind, limits(ctx))


def _is_left(plan: AnchoringPlan, item: PlanItem) -> bool:
    live = plan.enrolment.state in rules.LIVE
    return live and item.done_on is None and not item.dropped_why


def _to_change(ctx: Context, item_id: UUID) -> tuple[PlanItem, AnchoringPlan]:
    item = queries.item_to_change(ctx, item_id)
    if item is None:
        raise NotFound()
    return item, item.plan


def _check_left(plan: AnchoringPlan, item: PlanItem) -> None:
    rules.check_live(plan.enrolment.state)
    rules.check_open(done_on=item.done_on, dropped_why=item.dropped_why)
