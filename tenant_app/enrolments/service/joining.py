"""An enrolment that stands alone is put under an initiative afterwards: the chain is mended."""

from __future__ import annotations

from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict
from tenant_app.enrolments.models import TAKES_SEAT, Enrolment, EnrolmentState
from tenant_app.enrolments.service.shared import find_locked
from tenant_app.initiatives import service as initiatives
from tenant_app.organisation import service as organisation

JOINING = frozenset(EnrolmentState(state) for state in TAKES_SEAT) - {EnrolmentState.NO_SHOW}
"""It is on its way, has a place, or was completed."""


def join_initiative(
    ctx: Context, enrolment_id: UUID, *, initiative_id: UUID, override_reason: str = ""
) -> Enrolment:
    """The enrolment is part of the initiative from now on. Money and answers stay as they are.

    By a leader of the institution. Raises NotFound, Forbidden, Conflict, and PersonLimitReached
    where the person takes part in as many as they may.
    """
    enrolment = find_locked(ctx, enrolment_id)
    ctx.require(Permission.ENROLMENT_REQUEST, at=organisation.path_at(ctx, enrolment.unit_id))
    if enrolment.initiative_id is not None:
        raise Conflict(N_("The enrolment is part of an initiative already, and stays so."))
    if enrolment.state not in JOINING:
        raise Conflict(
            N_("Only an enrolment on its way, confirmed or completed can be put under one.")
        )
    initiatives.check_open(
        ctx,
        initiative_id,
        course_id=enrolment.session.course_id,
        unit_id=enrolment.unit_id,
        mending=True,
    )
    initiatives.check_people(
        ctx, initiative_id, [enrolment.employee_id], override_reason=override_reason
    )
    enrolment.initiative_id = initiative_id
    audit.record(
        ctx,
        "enrolment.joined_initiative",
        enrolment.id,
        new={"initiative_id": initiative_id},
        note=override_reason.strip(),
    )
    return enrolment


def may_join(ctx: Context, enrolment: Enrolment) -> bool:
    """Whether it stands alone, and the actor can put it under an initiative."""
    if enrolment.initiative_id is not None or enrolment.state not in JOINING:
        return False
    permission = Permission.ENROLMENT_REQUEST
    return ctx.actor.may(permission) and ctx.actor.may(
        permission, at=organisation.path_at(ctx, enrolment.unit_id)
    )
