"""What every verb of this room does: find, and ask who may."""

from __future__ import annotations

from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.organisation import service as organisation
from tenant_app.resource_persons import queries
from tenant_app.resource_persons.models import ResourcePerson


def find_to_manage(ctx: Context, person_id: UUID) -> ResourcePerson:
    """The person, locked, for those who keep the list where they serve."""
    found = queries.person_locked(ctx, person_id)
    if found is None:
        raise NotFound()
    ctx.require(Permission.RESOURCE_PERSONS_MANAGE, at=organisation.path_at(ctx, found.unit_id))
    return found


def may_manage(ctx: Context, person: ResourcePerson) -> bool:
    """Whether the actor keeps the list where the person serves."""
    permission = Permission.RESOURCE_PERSONS_MANAGE
    if not ctx.actor.may(permission):
        return False
    return ctx.actor.may(permission, at=organisation.path_at(ctx, person.unit_id))


def is_oneself(ctx: Context, person: ResourcePerson) -> bool:
    """Whether the actor is the resource person."""
    return person.employee_id is not None and person.employee_id == ctx.actor.employee_id
