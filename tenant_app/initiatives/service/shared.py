"""What every verb of this room does: find, ask, and know a house's limit."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, NotFound
from tenant_app.initiatives import queries, rules
from tenant_app.initiatives.models import Initiative
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy


def find(ctx: Context, initiative_id: UUID) -> Initiative:
    """The initiative with its unit, goal and area. Raises NotFound outside the actor's sight."""
    found = queries.get(ctx, initiative_id)
    if found is None:
        raise NotFound()
    return found


def find_to_manage(ctx: Context, initiative_id: UUID) -> Initiative:
    """The initiative, locked, for those who lead where it belongs."""
    found = queries.get_locked(ctx, initiative_id)
    if found is None:
        raise NotFound()
    ctx.require(Permission.INITIATIVES_MANAGE, at=organisation.path_at(ctx, found.unit_id))
    return found


def may_manage(ctx: Context, initiative: Initiative) -> bool:
    """Whether the actor leads where the initiative belongs."""
    permission = Permission.INITIATIVES_MANAGE
    if not ctx.actor.may(permission):
        return False
    own = {grant.unit_id for grant in ctx.actor.grants if permission in grant.permissions}
    if initiative.unit_id in own:  # known without asking where it hangs
        return True
    path = organisation.path_at(ctx, initiative.unit_id)
    return ctx.actor.may(Permission.INITIATIVES_MANAGE, at=path)


def limit(ctx: Context) -> int | None:
    """How many an institution may have under way at once; None where nothing is said."""
    found = tenancy.settings(ctx).limits.get("running_initiatives")
    return None if found is None else int(found)


def make_room(
    ctx: Context, initiative: Initiative, unit_ids: Collection[UUID], *, override_reason: str
) -> None:
    """The initiative may take the attention of these institutions from now on.

    They stay locked until the end, so that of two that begin at once the second counts the first.
    Raises LimitReached, and Forbidden to those who may not override.
    """
    most = limit(ctx)
    if most is None or not unit_ids:
        return
    queries.lock_houses(ctx, unit_ids)
    full = rules.crowded(queries.houses(ctx, unit_ids, without=initiative.id), most=most)
    reason = rules.check_limit(full, most=most, override_reason=override_reason)
    for house in full:
        if not ctx.actor.may(
            Permission.LIMIT_OVERRIDE, at=organisation.path_at(ctx, house.unit_id)
        ):
            raise Forbidden(
                N_(
                    "Only those who lead above the institution can let it run more than the "
                    "limit. Ask them, or end one first."
                ),
                field="override_reason",
            )
        queries.keep_override(
            ctx, initiative_id=initiative.id, house=house, most=most, reason=reason
        )
        audit.record(
            ctx,
            "initiative.limit_overridden",
            initiative.id,
            note=reason,
            new={"unit": house.name, "running": house.running, "most": most},
        )
