"""Each role's home page against an empty page of Flask-Admin: the time until the page is there.

The test client hands over the whole answer at once, so this is the time to its last byte, not
only to its first. The bare side signs nobody in, asks no SQL, and renders Flask-Admin's own empty
front page with its own theme. No goal is set for the ratio: it is told, not judged.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from sqlalchemy import event, select

from benchmarks.timing import Result, in_turns
from config.settings import Settings
from config.wsgi import build
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.core.access import system
from tenant_app.core.context import Context
from tenant_app.core.uow import Database
from tenant_app.organisation.models import Employment, Position, Unit, UnitKind
from tenant_app.reports import service as reports

ROLES = {
    Role.MUNICIPAL_ADMIN: UnitKind.MUNICIPALITY,
    Role.AREA_LEADER: UnitKind.AREA,
    Role.INSTITUTION_LEADER: UnitKind.INSTITUTION,
    Role.EMPLOYEE: UnitKind.INSTITUTION,
    Role.AUDITOR: UnitKind.MUNICIPALITY,
    Role.UNION_REPRESENTATIVE: UnitKind.INSTITUTION,
}


def empty_page() -> Any:
    """A client of a Flask that has Flask-Admin and nothing else."""
    app = Flask("bare")
    app.secret_key = "bench"
    Admin(app, name="Rød Tråd", theme=Bootstrap4Theme())
    return app.test_client()


def _client(app: Flask, db: Database, tenant: int, role: Role) -> Any:
    with db.unit_of_work(tenant, system("bench"), now=None) as ctx:
        token = accounts.open_session(ctx, _user(ctx, role))
    client = app.test_client()
    with client.session_transaction() as session:
        session["tenant"], session["token"] = tenant, token
    return client


def _user(ctx: Context, role: Role) -> User:
    """A new login with this role alone, at the first unit where the role makes sense."""
    unit = ctx.session.scalars(
        select(Unit).where(Unit.kind == ROLES[role]).order_by(Unit.seq).limit(1)
    ).one()
    position = {Role.EMPLOYEE: Position.PEDAGOGUE, Role.INSTITUTION_LEADER: Position.LEADER}
    employee = ctx.session.scalar(
        select(Employment.employee_id)
        .where(Employment.unit_id == unit.id, Employment.position == position.get(role))
        .limit(1)
    )
    user = User(
        email=f"home-{role.value}@bench.dk",
        name=f"Home {role.value}",
        employee_id=employee,
        password_hash=None,
    )
    ctx.session.add(user)
    ctx.session.flush()  # the role names the login
    ctx.session.add(
        RoleAssignment(
            user_id=user.id, role=role, unit_id=unit.id, from_date=ctx.today, to_date=None
        )
    )
    return user


def _get(client: Any) -> None:
    answer = client.get("/admin/")
    if answer.status_code != 200:
        raise AssertionError(f"the home page answered {answer.status_code}")


def measure(db: Database, settings: Settings, tenant: int, *, rounds: int) -> list[Result]:
    """A ratio per role, and how many statements the page took, signing in included."""
    with db.unit_of_work(tenant, system("bench"), now=None) as ctx:
        reports.compute_coverage(ctx, year=ctx.today.year)
    app = build(settings, db)
    bare = empty_page()
    results = []
    for role in ROLES:
        client = _client(app, db, tenant, role)
        _get(client)
        sent: list[str] = []

        def note(
            conn: object, cursor: object, statement: str, *rest: Any, sent: list[str] = sent
        ) -> None:
            sent.append(statement)

        event.listen(db.app, "before_cursor_execute", note)
        _get(client)
        event.remove(db.app, "before_cursor_execute", note)
        ours, theirs = in_turns(
            lambda client=client: _get(client),  # type: ignore[misc]  # bound now, not inferred
            lambda: _get(bare),
            rounds=rounds,
        )
        results.append(
            Result(
                f"home of {role.value}",
                ours * 1000,
                theirs * 1000,
                "ms",
                goal=None,
                note=f"{len(sent)} statements",
            )
        )
    return results
