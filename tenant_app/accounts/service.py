"""Verbs of logins and roles."""

from __future__ import annotations

from uuid import UUID

from tenant_app.accounts import queries
from tenant_app.accounts.models import Role, User
from tenant_app.accounts.rules import ROLE_PERMISSIONS
from tenant_app.core.access import Actor, Grant
from tenant_app.core.context import Context
from tenant_app.core.errors import SignInRequired

NOT_DEPUTISED = {Role.EMPLOYEE, Role.AUDITOR}
"""A deputy leads in a leader's place; private and oversight roles stay with the person."""


def actor_of(ctx: Context, user_id: UUID) -> Actor:
    """The actor a user is today: own roles, and those of the leaders they are deputy for.

    Raises SignInRequired when the login is gone or closed.
    """
    user = queries.user(ctx, user_id)
    if user is None:
        raise SignInRequired()
    return actor_for(ctx, user)


def actor_for(ctx: Context, user: User) -> Actor:
    """The same for a user already read."""
    grants = tuple(
        Grant(
            role=role.value,
            unit_id=unit_id,
            path=path,
            permissions=ROLE_PERMISSIONS[role],
            deputy_for=None if holder == user.id else holder,
        )
        for holder, role, unit_id, path in queries.grants(ctx, user.id)
        if holder == user.id or role not in NOT_DEPUTISED
    )
    return Actor(name=user.name, user_id=user.id, employee_id=user.employee_id, grants=grants)
