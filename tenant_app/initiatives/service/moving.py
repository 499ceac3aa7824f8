"""From one state to the next, and stopping."""

from __future__ import annotations

from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.context import Context
from tenant_app.initiatives import queries, rules
from tenant_app.initiatives.models import Initiative, InitiativeState
from tenant_app.initiatives.service.people import make_room_for_enrolled
from tenant_app.initiatives.service.shared import find_to_manage, make_room
from tenant_app.needs import service as needs


def move(
    ctx: Context,
    initiative_id: UUID,
    to: InitiativeState,
    *,
    reason: str = "",
    override_reason: str = "",
) -> Initiative:
    """The initiative is in that state from now on.

    Stopping needs a reason. Running needs room in every institution that takes part and for
    everybody enrolled, or `override_reason` of somebody who may override there. Once it is
    anchored, its needs are covered. Raises NotFound, Forbidden, Invalid, Conflict, LimitReached and
    PersonLimitReached.
    """
    found = find_to_manage(ctx, initiative_id)
    before = found.state
    rules.check_move(before, to)
    why = rules.check_text(reason, field="reason")
    if to is InitiativeState.STOPPED:
        why = rules.check_reason(reason)
    need_ids = queries.need_ids(ctx, found.id)
    unit_ids = queries.unit_ids(ctx, found.id)
    if to is not InitiativeState.STOPPED:
        rules.check_purpose(need_ids, found.goal_id)
    rules.check_ready(to, has_days=found.starts_on is not None, units=len(unit_ids))
    if to is InitiativeState.RUNNING:
        make_room(ctx, found, unit_ids, override_reason=override_reason)
        make_room_for_enrolled(ctx, found, override_reason=override_reason)
    if to is InitiativeState.STOPPED:
        found.reason = why
    found.state, found.state_since = to, ctx.now
    if to is InitiativeState.ANCHORED and need_ids:
        needs.cover(ctx, sorted(need_ids))
    audit.record(
        ctx,
        "initiative.stopped" if to is InitiativeState.STOPPED else "initiative.moved",
        found.id,
        old={"state": before.value},
        new={"state": to.value},
        note=why,
    )
    return found
