"""Two administrators remove each other, or their employments, at once: one of them remains."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tenant_app.accounts import queries
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.accounts.queries import logins
from tenant_app.core.errors import Refusal
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment

pytestmark = pytest.mark.races


def end(ctx, user_id, role_id):
    accounts.end_role(ctx, role_id)


def close(ctx, user_id, role_id):
    accounts.close_user(ctx, user_id)


def leave(ctx, user_id, role_id):
    organisation.end_employment(ctx, ctx.session.get_one(User, user_id).employee_id, on=ctx.today)


EMPLOYED = {"admin": "med_n1", "admin2": "med_n2"}


def admins(ctx):
    return dict(
        ctx.session.execute(
            select(RoleAssignment.user_id, RoleAssignment.id)
            .join(User, User.id == RoleAssignment.user_id)
            .where(
                RoleAssignment.role == Role.MUNICIPAL_ADMIN,
                RoleAssignment.to_date.is_(None),
                User.is_active,
                User.employee_id.is_(None)
                | User.employee_id.in_(
                    select(Employment.employee_id).where(
                        Employment.to_date.is_(None) | (Employment.to_date > ctx.today)
                    )
                ),
            )
        ).all()
    )


def race(town, verbs):
    """Each admin removes the other at once; returns how many administrators are left."""
    with town.as_system() as ctx:
        town._user(ctx, "admin2", Role.MUNICIPAL_ADMIN, "root", employee=EMPLOYED["admin2"])
        ctx.session.get_one(User, town.users["admin"]).employee_id = town.employees["med_n1"]
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


BOTH = list(itertools.product((end, close, leave), repeat=2))


@pytest.mark.parametrize("verbs", BOTH * 3)
def test_one_administrator_remains(town, verbs):
    assert race(town, verbs) == 1


@pytest.mark.parametrize("verbs", BOTH)
def test_control_without_the_lock_nobody_remains(town, monkeypatch, verbs):
    both_have_read = threading.Barrier(2)

    read = logins.admins

    def read_together(ctx):
        found = read(ctx)
        both_have_read.wait(5)
        return found

    # By either name: those beside them in their module, and whoever asks the room's queries.
    for place in (queries, logins):
        monkeypatch.setattr(place, "lock_admin_rows", lambda ctx: None)
        monkeypatch.setattr(place, "admins", read_together)

    assert race(town, verbs) == 0
