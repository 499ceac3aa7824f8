"""Two signatures: the leader's and the union representative's, never by one person."""

from __future__ import annotations

from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Refusal
from tenant_app.funds import queries, rules
from tenant_app.funds.models import FundApplication, FundState
from tenant_app.funds.service.shared import find, move
from tenant_app.organisation import service as organisation


def sign(ctx: Context, application_id: UUID) -> FundApplication:
    """The next signature is given: the leader's first, then the union representative's.

    Raises NotFound, Forbidden for who may not give it, and Conflict when both are there.
    """
    found = find(ctx, application_id, lock=True)
    path = organisation.path_at(ctx, found.unit_id)
    first = found.state is FundState.DRAFT
    if not first:
        rules.check_move(found.state, FundState.UNION_SIGNED)
    ctx.require(Permission.FUNDS_APPLY if first else Permission.FUNDS_SIGN, at=path)
    rules.check_signer(
        user_id=ctx.actor.user_id,
        employee_id=ctx.actor.employee_id,
        other=found.leader_signed_by,
        other_employee=found.leader_employee_id,
        applicants=queries.applicant_ids(ctx, found.id),
    )
    if first:
        found.leader_signed_by, found.leader_signed_name = ctx.actor.user_id, ctx.actor.name
        found.leader_employee_id, found.leader_signed_at = ctx.actor.employee_id, ctx.now
        return move(ctx, found, FundState.LEADER_SIGNED)
    found.union_signed_by, found.union_signed_name = ctx.actor.user_id, ctx.actor.name
    found.union_employee_id, found.union_signed_at = ctx.actor.employee_id, ctx.now
    return move(ctx, found, FundState.UNION_SIGNED)


def may_sign(ctx: Context, found: FundApplication) -> bool:
    """Whether the next signature is the actor's to give."""
    needed = {
        FundState.DRAFT: Permission.FUNDS_APPLY,
        FundState.LEADER_SIGNED: Permission.FUNDS_SIGN,
    }.get(found.state)
    if needed is None or not ctx.actor.may(needed):
        return False
    if not ctx.actor.may(needed, at=organisation.path_at(ctx, found.unit_id)):
        return False
    try:
        rules.check_signer(
            user_id=ctx.actor.user_id,
            employee_id=ctx.actor.employee_id,
            other=found.leader_signed_by,
            other_employee=found.leader_employee_id,
            applicants=queries.applicant_ids(ctx, found.id),
        )
    except Refusal:
        return False
    return True
