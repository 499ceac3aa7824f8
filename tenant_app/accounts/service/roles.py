"""Giving and ending roles. Nobody changes their own, and one administrator always remains."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tenant_app.accounts import queries, rules
from tenant_app.accounts.models import Role, RoleAssignment
from tenant_app.accounts.service.common import find_user, require_manager
from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit


def grant_role(
    ctx: Context, user_id: UUID, *, role: Role, unit_id: UUID, from_date: date | None = None
) -> RoleAssignment:
    """The user has the role at the unit and below, from a day (today) on.

    Raises Forbidden for oneself, above one's rank or outside one's subtree; Invalid where the
    role does not fit the unit; Conflict where the user has it already.
    """
    ctx.require(Permission.USERS_MANAGE)
    start = from_date or ctx.today
    path = organisation.path_of(ctx, unit_id, on=start)
    user = find_user(ctx, user_id, lock=True)
    ctx.require(Permission.USERS_MANAGE, at=path)
    rules.check_other(ctx.actor, user_id)
    rules.check_rank(ctx.actor, [role], path=path)
    unit = ctx.session.get_one(Unit, unit_id)
    rules.check_kind(role, unit.kind)
    if start < ctx.today and not ctx.actor.is_system:
        raise Invalid(
            N_("A role cannot begin in the past. Choose today or later."), field="from_date"
        )
    rules.check_near(start, today=ctx.today, field="from_date")
    if not user.is_active:
        raise Conflict(N_("The login is closed. Open it before you give it a role."))
    given_id = _give(ctx, user_id, role, unit, start)
    audit.record(
        ctx, "role.granted", user_id, new={"role": role, "unit_id": unit_id, "from_date": start}
    )
    return _found(ctx, given_id)


def _found(ctx: Context, assignment_id: UUID) -> RoleAssignment:
    held = queries.assignment(ctx, assignment_id)
    if held is None:
        raise NotFound()
    return held


def _give(ctx: Context, user_id: UUID, role: Role, unit: Unit, start: date) -> UUID:
    earlier = queries.assignments_at(ctx, user_id, role, unit.id)
    if any(held.to_date is None or held.to_date > start for held in earlier):
        raise Conflict(
            N_("The user already has this role at %(unit)s."), field="role", unit=unit.name
        )
    for held in earlier:
        if held.from_date == start:  # given and ended on the same day: it goes on
            held.to_date = None
            return held.id
    made = RoleAssignment(
        user_id=user_id, role=role, unit_id=unit.id, from_date=start, to_date=None
    )
    ctx.session.add(made)
    ctx.session.flush()  # the answer reads it back with its user and unit
    return made.id


def end_role(ctx: Context, assignment_id: UUID, *, on: date | None = None) -> RoleAssignment:
    """The user has the role up to but not including a day (today: at once).

    Raises Forbidden for oneself or above one's rank, LastAdmin for the last administrator.
    """
    path = require_manager(ctx)
    admins = queries.lock_admins(ctx)  # before the row itself, so that two cannot lock crosswise
    held = _found(ctx, assignment_id)
    rules.check_other(ctx.actor, held.user_id)
    rules.check_rank(ctx.actor, [held.role], path=path)
    day = on or ctx.today
    if day < ctx.today:
        raise Invalid(N_("A role cannot end in the past. Choose today or later."), field="on")
    rules.check_near(day, today=ctx.today, field="on")
    day = max(day, held.from_date)
    if held.to_date is not None and held.to_date <= day:
        raise Conflict(
            N_("The role already ends on %(to_date)s."),
            field="on",
            to_date=held.to_date.strftime("%d-%m-%Y"),
        )
    if held.role is Role.MUNICIPAL_ADMIN:
        rules.check_admin_remains(admins, leaving=held.user_id)
    old = held.to_date
    held.to_date = day
    audit.record(
        ctx,
        "role.ended",
        held.user_id,
        old={"to_date": old},
        new={"role": held.role, "unit_id": held.unit_id, "to_date": day},
    )
    return held


def roles(
    ctx: Context, *, user_id: UUID | None = None, page: int = 1, page_size: int = 50
) -> Page[RoleAssignment]:
    """Roles held today or later, of all or of one, with users and units."""
    require_manager(ctx)
    return scalars_page(
        ctx, queries.assignments(ctx, user_id=user_id), page=page, page_size=page_size
    )
