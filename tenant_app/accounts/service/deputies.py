"""Deputies: a leader's own roles, lent for a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tenant_app.accounts import queries, rules
from tenant_app.accounts.models import Delegation, User
from tenant_app.accounts.service.common import find_user, own_id, require_manager
from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation


def delegate(
    ctx: Context,
    *,
    deputy_id: UUID,
    from_date: date,
    to_date: date,
    reason: str = "",
    leader_id: UUID | None = None,
) -> Delegation:
    """The deputy acts with the leader's own roles, both days included.

    Without `leader_id` for oneself; for others as municipal admin, though never with oneself as
    deputy. Raises Invalid for the period, Conflict for a closed login, for a leader without a
    leading role and for a period already covered.
    """
    ctx.require(Permission.DELEGATION_MANAGE)
    leader = find_user(ctx, leader_id or own_id(ctx), lock=True)
    if leader.id != ctx.actor.user_id:
        _check_for_another(ctx, leader, deputy_id)
    deputy = find_user(ctx, deputy_id)
    if deputy.id == leader.id:
        raise Invalid(N_("Nobody is their own deputy. Choose another user."), field="deputy")
    rules.check_period(from_date, to_date, today=ctx.today)
    reason = rules.check_text(reason, field="reason")
    _check_can_lend(ctx, leader)
    if not deputy.is_active:
        raise Conflict(N_("The login of %(name)s is closed."), field="deputy", name=deputy.name)
    _check_free(ctx, leader, deputy, from_date, to_date)
    made = Delegation(
        leader_id=leader.id,
        deputy_id=deputy.id,
        from_date=from_date,
        to_date=to_date,
        reason=reason,
        revoked_at=None,
    )
    ctx.session.add(made)
    ctx.session.flush()  # the answer reads it back with its leader and deputy
    facts = {"deputy_id": deputy.id, "from_date": from_date, "to_date": to_date}
    audit.record(ctx, "delegation.granted", leader.id, new=facts, note=reason)
    return _found(ctx, made.id)


def _check_for_another(ctx: Context, leader: User, deputy_id: UUID) -> None:
    path = require_manager(ctx)
    if deputy_id == ctx.actor.user_id:
        raise Forbidden(N_("Nobody can make themselves deputy of another."))
    lent = [held.role for held in queries.roles_of(ctx, [leader.id])]
    rules.check_rank(ctx.actor, set(lent) - rules.NOT_DEPUTISED, path=path)


def _check_can_lend(ctx: Context, leader: User) -> None:
    roles = {held.role for held in queries.roles_of(ctx, [leader.id])}
    if not leader.is_active or not roles & rules.DELEGATING:
        raise Conflict(
            N_("%(name)s has no leading role that a deputy could act with."), name=leader.name
        )


def _check_free(ctx: Context, leader: User, deputy: User, from_date: date, to_date: date) -> None:
    other = queries.overlapping(
        ctx, leader_id=leader.id, deputy_id=deputy.id, from_date=from_date, to_date=to_date
    )
    if other is not None:
        raise Conflict(
            N_(
                "%(name)s is already deputy from %(from_date)s to %(to_date)s. Choose other days "
                "or revoke that period first."
            ),
            field="from_date",
            name=deputy.name,
            from_date=other.from_date.strftime("%d-%m-%Y"),
            to_date=other.to_date.strftime("%d-%m-%Y"),
        )


def revoke_delegation(ctx: Context, delegation_id: UUID) -> Delegation:
    """The deputy acts no more, at once. By the leader, or by a municipal admin."""
    ctx.require(Permission.DELEGATION_MANAGE)
    found = _found(ctx, delegation_id)
    if found.leader_id != ctx.actor.user_id and not _sees_all(ctx):
        raise NotFound()
    if found.revoked_at is not None or found.to_date < ctx.today:
        raise Conflict(N_("The period is already over."))
    found.revoked_at = ctx.now
    audit.record(ctx, "delegation.revoked", found.leader_id, old={"deputy_id": found.deputy_id})
    return found


def _found(ctx: Context, delegation_id: UUID) -> Delegation:
    found = queries.delegation(ctx, delegation_id)
    if found is None:
        raise NotFound()
    return found


def delegations(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[Delegation]:
    """Newest first, with leader and deputy: all for a municipal admin, else one's own."""
    of_user = None if _sees_all(ctx) else own_id(ctx)
    return scalars_page(ctx, queries.delegations(of_user=of_user), page=page, page_size=page_size)


def delegations_of_mine(ctx: Context) -> Sequence[Delegation]:
    """Where the acting user is leader or deputy, today or later, newest first."""
    found: Sequence[Delegation] = ctx.session.scalars(
        queries.delegations(of_user=own_id(ctx)).where(
            Delegation.to_date >= ctx.today, Delegation.revoked_at.is_(None)
        )
    ).all()
    return found


def _sees_all(ctx: Context) -> bool:
    return ctx.actor.may(Permission.USERS_MANAGE, at=organisation.root_path(ctx))


def has_own_deputies(ctx: Context) -> bool:
    """Whether the acting user has a role that a deputy could act with."""
    return any(
        grant.deputy_for is None and grant.role in rules.DELEGATING for grant in ctx.actor.grants
    )


def user_named(ctx: Context, *, email: str, field: str = "deputy") -> User:
    """An open login by its e-mail: for leaders, who do not see the list. Raises Invalid."""
    ctx.require(Permission.DELEGATION_MANAGE)
    user = queries.user_by_email(ctx, rules.plain_email(email))
    if user is None or not user.is_active:
        raise Invalid(
            N_("No open login has the e-mail “%(email)s”. Check the spelling."),
            field=field,
            email=email.strip()[:60],
        )
    return user
