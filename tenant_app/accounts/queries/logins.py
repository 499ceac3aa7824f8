"""SELECTs of logins and roles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    or_,
    select,
    update,
)
from sqlalchemy.orm import joinedload

from tenant_app.accounts.models import (
    ApiToken,
    Delegation,
    Invitation,
    Role,
    RoleAssignment,
    SavedView,
    User,
    UserSession,
)
from tenant_app.accounts.queries.acting import IN_SERVICE
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.organisation.models import Employee, Employment

_STAYS = User.employee_id.is_(None) | (
    select(Employment.id)
    .where(Employment.employee_id == User.employee_id, Employment.to_date.is_(None))
    .correlate(User)
    .exists()
)
"""No last day is known."""


def any_user(ctx: Context, user_id: UUID, *, lock: bool = False) -> User | None:
    """A login, open or closed."""
    statement = select(User).where(User.id == user_id)
    if lock:
        statement = statement.with_for_update(of=User).execution_options(populate_existing=True)
    return ctx.session.scalar(statement)


def user_by_email(ctx: Context, email: str) -> User | None:
    return ctx.session.scalar(select(User).where(User.email == email))


def _lasts_beyond(day: date) -> ColumnElement[bool]:
    return RoleAssignment.to_date.is_(None) | (RoleAssignment.to_date > day)


def roles_of(ctx: Context, user_ids: Collection[UUID]) -> Sequence[RoleAssignment]:
    """Roles held today or later, with their units."""
    return ctx.session.scalars(
        select(RoleAssignment)
        .where(RoleAssignment.user_id.in_(user_ids), _lasts_beyond(ctx.today))
        .options(joinedload(RoleAssignment.unit))
        .order_by(RoleAssignment.from_date, RoleAssignment.id)
    ).all()


def assignments_at(
    ctx: Context, user_id: UUID, role: Role, unit_id: UUID
) -> Sequence[RoleAssignment]:
    """Every time a user was given a role at a unit."""
    return ctx.session.scalars(
        select(RoleAssignment).where(
            RoleAssignment.user_id == user_id,
            RoleAssignment.role == role,
            RoleAssignment.unit_id == unit_id,
        )
    ).all()


def assignment(ctx: Context, assignment_id: UUID) -> RoleAssignment | None:
    """Locked, since it is about to end."""
    return ctx.session.scalar(
        select(RoleAssignment)
        .where(RoleAssignment.id == assignment_id)
        .options(joinedload(RoleAssignment.user), joinedload(RoleAssignment.unit))
        .with_for_update(of=RoleAssignment)
        .execution_options(populate_existing=True)
    )


def lock_admins(ctx: Context) -> set[UUID]:
    """Logins that are municipal admin without an end, work today and stay, locked with their
    roles; where nobody stays, those who work today."""
    lock_admin_rows(ctx)
    found = admins(ctx)
    return {row.user_id for row in found if row.stays} or {row.user_id for row in found}


def lock_admin_rows(ctx: Context) -> None:
    """Whoever ends a role, a login or an employment of an administrator takes turns.

    Read them afterwards and not here: a row that nobody changed is not looked at again after the
    wait, though an employment it depends on may have ended meanwhile.
    """
    ctx.session.execute(
        select(RoleAssignment.id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(RoleAssignment.role == Role.MUNICIPAL_ADMIN, RoleAssignment.to_date.is_(None))
        .order_by(RoleAssignment.id)
        .with_for_update(of=[RoleAssignment, User])
    )


def admins(ctx: Context) -> Sequence[Row[UUID, UUID | None, str, bool]]:
    """(user, employee, name, whether no last day of the employment is known) of the logins that
    are municipal admin without an end and work today."""
    return ctx.session.execute(
        select(RoleAssignment.user_id, User.employee_id, User.name, _STAYS.label("stays"))
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.role == Role.MUNICIPAL_ADMIN,
            RoleAssignment.from_date <= ctx.today,
            RoleAssignment.to_date.is_(None),
            User.is_active,
            IN_SERVICE,
        )
        .order_by(RoleAssignment.id),
        {"today": ctx.today},
    ).all()


def assignments(ctx: Context, *, user_id: UUID | None) -> Select[Any]:
    statement = (
        select(RoleAssignment)
        .where(_lasts_beyond(ctx.today))
        .options(joinedload(RoleAssignment.user), joinedload(RoleAssignment.unit))
        .order_by(RoleAssignment.from_date, RoleAssignment.id)
    )
    return statement if user_id is None else statement.where(RoleAssignment.user_id == user_id)


def users(*, search: str) -> Select[Any]:
    statement = select(User).order_by(danish(User.name), User.id)
    if search:
        statement = statement.where(
            or_(
                User.name.icontains(search, autoescape=True),
                User.email.contains(search.lower(), autoescape=True),
            )
        )
    return statement


def employee_numbered(ctx: Context, number: str) -> UUID | None:
    return ctx.session.scalar(select(Employee.id).where(Employee.number == number))


def employee_exists(ctx: Context, employee_id: UUID) -> bool:
    return ctx.session.scalar(select(Employee.id).where(Employee.id == employee_id)) is not None


def invitation(ctx: Context, token_hash: str, *, lock: bool = False) -> Invitation | None:
    """An invitation that still counts."""
    statement = select(Invitation).where(
        Invitation.token_hash == token_hash,
        Invitation.used_at.is_(None),
        Invitation.expires_at > ctx.now,
    )
    if lock:
        statement = statement.with_for_update(of=Invitation)
    return ctx.session.scalar(statement)


def end_invitations(ctx: Context, user_id: UUID) -> None:
    """Links sent earlier open nothing any more."""
    ctx.session.execute(
        update(Invitation)
        .where(
            Invitation.user_id == user_id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > ctx.now,
        )
        .values(expires_at=ctx.now)
    )


def end_sessions(ctx: Context, user_id: UUID, *, but: UUID | None = None) -> None:
    """Signed-in browsers of the user are signed out, save one."""
    statement = update(UserSession).where(
        UserSession.user_id == user_id, UserSession.revoked_at.is_(None)
    )
    if but is not None:
        statement = statement.where(UserSession.id != but)
    ctx.session.execute(statement.values(revoked_at=ctx.now))


def end_session(ctx: Context, token_hash: str) -> UUID | None:
    """Whose browser was signed out."""
    return ctx.session.scalar(
        update(UserSession)
        .where(UserSession.token_hash == token_hash, UserSession.revoked_at.is_(None))
        .values(revoked_at=ctx.now)
        .returning(UserSession.user_id)
    )


def end_tokens(ctx: Context, user_id: UUID) -> None:
    """The user's keys to the API open nothing any more."""
    ctx.session.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=ctx.now)
    )


def tokens(user_id: UUID) -> Select[Any]:
    return (
        select(ApiToken)
        .where(ApiToken.user_id == user_id)
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    )


def token(ctx: Context, token_id: UUID, *, user_id: UUID) -> ApiToken | None:
    return ctx.session.scalar(
        select(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == user_id)
    )


def delegations(*, of_user: UUID | None) -> Select[Any]:
    """All, or those in which the user is leader or deputy."""
    statement = (
        select(Delegation)
        .options(joinedload(Delegation.leader), joinedload(Delegation.deputy))
        .order_by(Delegation.from_date.desc(), Delegation.id)
    )
    if of_user is None:
        return statement
    return statement.where((Delegation.leader_id == of_user) | (Delegation.deputy_id == of_user))


def delegation(ctx: Context, delegation_id: UUID) -> Delegation | None:
    """Locked, since it is about to be revoked."""
    found: Delegation | None = ctx.session.scalar(
        delegations(of_user=None)
        .where(Delegation.id == delegation_id)
        .with_for_update(of=Delegation)
        .execution_options(populate_existing=True)
    )
    return found


def overlapping(
    ctx: Context, *, leader_id: UUID, deputy_id: UUID, from_date: date, to_date: date
) -> Delegation | None:
    """A period in which the deputy already stands in for the leader."""
    return ctx.session.scalar(
        select(Delegation)
        .where(
            Delegation.leader_id == leader_id,
            Delegation.deputy_id == deputy_id,
            Delegation.revoked_at.is_(None),
            Delegation.from_date <= to_date,
            Delegation.to_date >= from_date,
        )
        .order_by(Delegation.from_date)
        .limit(1)
    )


def saved_views(user_id: UUID, *, view: str | None = None) -> Select[SavedView]:
    """One user's views, of one list or of all, in Danish order."""
    found = select(SavedView).where(SavedView.user_id == user_id)
    if view is not None:
        found = found.where(SavedView.view == view)
    return found.order_by(SavedView.view, danish(SavedView.name), SavedView.id)
