"""The cost card of one person against bare psycopg sending the very same statements.

Ours is the preview of one request as a page makes it: one unit of work in which the actor is found,
the service computes the card, and what it would take from the pools. The baseline is those very
statements, recorded as they went over the wire and sent again on one open connection, rows fetched
and thrown away: what the database alone needs. Goal: at most three times that.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import event, text

from benchmarks.load import NOW, YEAR
from benchmarks.timing import Result, in_turns
from config.settings import Settings
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.catalogue import service as catalogue
from tenant_app.core.access import system
from tenant_app.core.uow import Database
from tenant_app.enrolments import service as enrolments

Statement = tuple[str, Any]


def _session(db: Database, tenant: int) -> UUID:
    """A session that can still be asked for."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        course = ctx.session.execute(text("SELECT id FROM courses ORDER BY code LIMIT 1")).scalar()
        day = date(YEAR, 12, 14)
        made = catalogue.create_session(
            ctx,
            course_id=UUID(str(course)),
            starts_on=day,
            ends_on=day,
            deadline=date(YEAR, 12, 1),
            seats=20,
            place="Bench",
        )
        ctx.session.flush()
        return made.id


def _leader(db: Database, tenant: int) -> tuple[UUID, UUID]:
    """A leader's login and somebody of the institution."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        employee, unit = ctx.session.execute(
            text("SELECT employee_id, unit_id FROM employments ORDER BY id LIMIT 1")
        ).one()
        user = User(email="cards@bench.dk", name="Cards", employee_id=None, password_hash=None)
        ctx.session.add(user)
        ctx.session.flush()  # the role names the login
        ctx.session.add(
            RoleAssignment(
                user_id=user.id,
                role=Role.INSTITUTION_LEADER,
                unit_id=unit,
                from_date=date(YEAR, 1, 1),
                to_date=None,
            )
        )
        return user.id, employee


def _look(db: Database, tenant: int, user: UUID, session: UUID, employee: UUID) -> None:
    with db.unit_of_work(tenant, lambda ctx: accounts.actor_of(ctx, user), now=NOW) as ctx:
        drafts = enrolments.preview(ctx, session_id=session, employee_ids=[employee])
        enrolments.effect(ctx, [draft.card for draft in drafts])


def measure(db: Database, settings: Settings, tenant: int, *, rounds: int) -> list[Result]:
    """Milliseconds of one cost card."""
    session = _session(db, tenant)
    user, employee = _leader(db, tenant)
    sent: list[Statement] = []

    def note(
        conn: object, cursor: object, statement: str, parameters: Any, context: object, many: bool
    ) -> None:
        sent.append((statement, parameters))

    _look(db, tenant, user, session, employee)  # caches warm
    event.listen(db.app, "before_cursor_execute", note)
    try:
        _look(db, tenant, user, session, employee)
    finally:
        event.remove(db.app, "before_cursor_execute", note)

    plain = settings.database_app_url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:

        def bare() -> None:
            with connection.transaction(), connection.cursor() as cursor:
                for statement, parameters in sent:
                    cursor.execute(statement, parameters or None)
                    if cursor.description is not None:
                        cursor.fetchall()

        ours, base = in_turns(
            lambda: _look(db, tenant, user, session, employee), bare, rounds=rounds
        )
    return [
        Result(
            "cost card of one person",
            ours * 1000,
            base * 1000,
            "ms",
            goal=3.0,
            note=f"the same {len(sent)} statements over bare psycopg",
        )
    ]
