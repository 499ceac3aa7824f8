"""What every verb of this room does: find, and ask who acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tenant_app.anchoring import queries
from tenant_app.anchoring.models import AnchoringPlan
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy


def plan_to_change(ctx: Context, plan_id: UUID) -> AnchoringPlan:
    """The plan, locked and with its names. Raises NotFound outside the actor's sight."""
    found = queries.plan_to_change(ctx, plan_id)
    if found is None:
        raise NotFound()
    return found


def path_of(ctx: Context, plan: AnchoringPlan) -> str:
    """Where the plan is looked after today: at the institution that paid.

    Once that is closed, where the participant works now; of those who have left, the
    municipality.
    """
    try:
        return organisation.path_of(ctx, plan.unit_id)
    except NotFound:
        employment = organisation.employment(ctx, plan.employee_id)
        if employment is None:
            return organisation.root_path(ctx)
        return organisation.path_of(ctx, employment.unit_id)


def leads(ctx: Context, plan: AnchoringPlan) -> bool:
    """Whether the actor looks after the plans where this one is."""
    if not ctx.actor.may(Permission.ANCHORING_MANAGE):
        return False  # without asking where
    return ctx.actor.may(Permission.ANCHORING_MANAGE, at=path_of(ctx, plan))


def takes_part(ctx: Context, plan: AnchoringPlan) -> bool:
    """Whether the plan is the actor's own, and theirs to work on."""
    return ctx.actor.employee_id == plan.employee_id and ctx.actor.may(Permission.ANCHORING_OWN)


def require_part(ctx: Context, plan: AnchoringPlan) -> None:
    """Go on for the participant and for those who lead there. Else 403."""
    if not takes_part(ctx, plan):
        ctx.require(Permission.ANCHORING_MANAGE, at=path_of(ctx, plan))


def limits(ctx: Context) -> Mapping[str, Any]:
    """The municipality's own working rules."""
    found: Mapping[str, Any] = tenancy.settings(ctx).limits
    return found
