"""Two administrators remove each other at the same moment: one of them remains."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tenant_app.accounts import queries
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.core.errors import Refusal

pytestmark = pytest.mark.races


def end(ctx, user_id, role_id):
    accounts.end_role(ctx, role_id)


def close(ctx, user_id, role_id):
    accounts.close_user(ctx, user_id)


def admins(ctx):
    return dict(
        ctx.session.execute(
            select(RoleAssignment.user_id, RoleAssignment.id)
            .join(User, User.id == RoleAssignment.user_id)
            .where(
                RoleAssignment.role == Role.MUNICIPAL_ADMIN,
                RoleAssignment.to_date.is_(None),
                User.is_active,
            )
        ).all()
    )


def race(town, verbs):
    """Each admin removes the other at once; returns how many administrators are left."""
    with town.as_system() as ctx:
        town._user(ctx, "admin2", Role.MUNICIPAL_ADMIN, "root")
    with town.as_system() as ctx:
        roles = admins(ctx)
    start = threading.Barrier(2)

    def act(me, other, verb):
        victim = town.users[other]
        try:
            with town.as_user(me) as ctx:
                start.wait(5)  # both are administrators when they begin
                verb(ctx, victim, roles[victim])
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(act, ("admin", "admin2"), ("admin2", "admin"), verbs))
    with town.as_system() as ctx:
        left = len(admins(ctx))
    assert left == 2 - sum(done)
    return left


BOTH = list(itertools.product((end, close), repeat=2))


@pytest.mark.parametrize("verbs", BOTH * 3)
def test_one_administrator_remains(town, verbs):
    assert race(town, verbs) == 1


@pytest.mark.parametrize("verbs", BOTH)
def test_control_without_the_lock_nobody_remains(town, monkeypatch, verbs):
    both_have_read = threading.Barrier(2)

    def read_only(ctx):
        found = set(admins(ctx))
        both_have_read.wait(5)
        return found

    monkeypatch.setattr(queries, "lock_admins", read_only)

    assert race(town, verbs) == 0
