"""Approvals on one hot pool against bare psycopg sending the very same statements.

One approval of each enrolment is recorded as it goes over the wire; the baseline sends those
statements, with the ids of a twin enrolment, from as many threads on as many connections, whose
plans are kept as ours are.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import event, text

from benchmarks.load import NOW, user_id
from benchmarks.timing import Result
from config.settings import Settings
from tenant_app.accounts import service as accounts
from tenant_app.anchoring import service as anchoring
from tenant_app.core.access import system
from tenant_app.core.db import uuid7
from tenant_app.core.uow import PREPARED_AFTER, Database
from tenant_app.enrolments import service as enrolments

PROCESSES, THREADS = 2, 4
"""As `config/gunicorn.py` serves."""
Statement = tuple[str, Any, bool]
"""SQL, its parameters, and whether they are many rows of parameters."""


def _prepare(db: Database, tenant: int, count: int) -> list[UUID]:
    """So many requests that wait for their last answer, every one on the hot central pool."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        rows = ctx.session.execute(
            text(
                "SELECT e.id FROM enrolments e LEFT JOIN approval_steps s "
                "ON s.enrolment_id = e.id WHERE e.state = 'submitted' AND s.id IS NULL "
                # Session by session: the first of each makes its order, which the others are on.
                "ORDER BY e.session_id, e.id LIMIT :n"
            ),
            {"n": count},
        )
        ids = [row[0] for row in rows]
        ctx.session.execute(
            text(
                "INSERT INTO approval_steps (id, enrolment_id, submission, position, level, "
                "unit_id, state) SELECT gen_random_uuid(), e.id, 1, 1, 'area', e.waiting_unit_id, "
                "'waiting' FROM enrolments e WHERE e.id = ANY(:ids)"
            ),
            {"ids": ids},
        )
    return ids


def _on_an_order(db: Database, tenant: int, ids: Sequence[UUID]) -> UUID:
    """One whose session has its order: what is recorded makes none, which a twin would not have."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        found: UUID = ctx.session.execute(
            text(
                "SELECT e.id FROM enrolments e JOIN orders o ON o.session_id = e.session_id "
                "AND o.is_open WHERE e.id = ANY(:ids) ORDER BY e.id LIMIT 1"
            ),
            {"ids": list(ids)},
        ).scalar_one()
    return found


def _approve(db: Database, tenant: int, user: UUID, enrolment: UUID) -> None:
    """One request as the web makes it: the actor is found, the service called, all in one."""
    with db.unit_of_work(tenant, lambda ctx: accounts.actor_of(ctx, user), now=NOW) as ctx:
        enrolments.approve(ctx, enrolment)


def _record(db: Database, tenant: int, user: UUID, enrolment: UUID) -> list[Statement]:
    """The statements of one approval, in order, with their parameters."""
    sent: list[Statement] = []

    def note(
        conn: object, cursor: object, statement: str, parameters: Any, context: object, many: bool
    ) -> None:
        sent.append((statement, parameters, many))

    event.listen(db.app, "before_cursor_execute", note)
    try:
        _approve(db, tenant, user, enrolment)
    finally:
        event.remove(db.app, "before_cursor_execute", note)
    return sent


def _ids(db: Database, tenant: int, enrolment: UUID) -> list[UUID]:
    """Everything of an enrolment that its approval's statements name, in one fixed order."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        row = ctx.session.execute(
            text(
                "SELECT e.id, e.employee_id, e.session_id, e.unit_id, s.id, "
                "(SELECT id FROM money_lines m WHERE m.source_id = e.id AND cost_line = 'fee'), "
                "(SELECT id FROM money_lines m WHERE m.source_id = e.id AND cost_line = 'cover'), "
                "(SELECT pool_id FROM money_lines m WHERE m.source_id = e.id "
                "AND cost_line = 'fee'), "
                "(SELECT pool_id FROM money_lines m WHERE m.source_id = e.id "
                "AND cost_line = 'cover') "
                "FROM enrolments e JOIN approval_steps s ON s.enrolment_id = e.id "
                "WHERE e.id = :id"
            ),
            {"id": enrolment},
        ).one()
    return list(row)


def _as_twin(value: Any, twins: dict[str, UUID], known: set[str]) -> Any:
    """The twin's id for an id of the recorded enrolment, a new one for ids that were made."""
    if isinstance(value, Jsonb) or value is None:
        return value
    if isinstance(value, UUID):
        if str(value) in twins:
            return twins[str(value)]
        # A new one, and the same again where a later statement points at it.
        return value if str(value) in known else twins.setdefault(str(value), uuid7())
    if isinstance(value, list):
        return [_as_twin(each, twins, known) for each in value]
    return value


def _values(parameters: Any, twins: dict[str, UUID], known: set[str]) -> Any:
    if isinstance(parameters, dict):
        return {key: _as_twin(value, twins, known) for key, value in parameters.items()}
    return [_as_twin(value, twins, known) for value in parameters or ()] or None


def _replay(
    connection: psycopg.Connection[Any],
    statements: Sequence[Statement],
    twins: dict[str, UUID],
    known: set[str],
) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        for sql, parameters, many in statements:
            if many:
                cursor.executemany(sql, [_values(row, twins, known) for row in parameters])
                continue
            cursor.execute(sql, _values(parameters, twins, known))
            if cursor.description is not None:
                cursor.fetchall()


def _in_processes(work: Sequence[Any], open_act: Callable[[], Callable[[int, Any], None]]) -> float:
    """Seconds for PROCESSES × THREADS to do all the work, as gunicorn would share it out.

    `open_act` is called in each process: connections do not outlive a fork.
    """
    fork = multiprocessing.get_context("fork")
    ready = fork.Barrier(PROCESSES + 1)
    failures = fork.Queue()

    def child(part: Sequence[Any]) -> None:
        act = open_act()
        ready.wait()
        failures.put(_threads(part, act))

    children = [fork.Process(target=child, args=(work[n::PROCESSES],)) for n in range(PROCESSES)]
    for each in children:
        each.start()
    ready.wait()
    start = time.perf_counter()
    errors = [failures.get() for _ in children]
    taken = time.perf_counter() - start
    for each in children:
        each.join()
    for error in errors:
        if error is not None:
            raise AssertionError(error)
    return taken


def _threads(work: Sequence[Any], act: Callable[[int, Any], None]) -> str | None:
    """THREADS threads do the work; what went wrong, if anything."""
    errors: list[str] = []

    def run(number: int) -> None:
        try:
            for each in work[number::THREADS]:
                act(number, each)
        except Exception as error:
            errors.append(repr(error))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors[0] if errors else None


def _drift(db: Database, tenant: int) -> int:
    """Pools whose balance is not the sum of their entries, or below zero."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        found: int = ctx.session.execute(
            text(
                "SELECT count(*) FROM pool_balances b JOIN (SELECT pool_id, sum(allotted) a, "
                "sum(reserved) r, sum(committed) c, sum(actual) x FROM ledger_entries "
                "GROUP BY pool_id) l USING (pool_id) WHERE (b.allotted, b.reserved, b.committed, "
                "b.actual) IS DISTINCT FROM (l.a, l.r, l.c, l.x) "
                "OR b.allotted + b.carried + b.transferred "
                "- b.reserved - b.committed - b.actual < 0"
            )
        ).scalar_one()
    return found


def measure(db: Database, settings: Settings, tenant: int, *, count: int) -> list[Result]:
    """Approvals per second, ours against the bare replay of the same statements."""
    ids = _prepare(db, tenant, 2 * count + 50)
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        user = user_id(ctx)
        anchoring.restore_standard(ctx)  # each approval makes a plan with its items
    for enrolment in ids[:40]:
        _approve(db, tenant, user, enrolment)  # caches warm
    sample = _on_an_order(db, tenant, ids[40:50])
    warm = [each for each in ids[40:50] if each != sample][:8]
    mine, twins = ids[50 : 50 + count], ids[50 + count : 50 + 2 * count]
    own = _ids(db, tenant, sample)
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        # What an approval points at and finds there; an order it makes itself is new each time.
        there = text("SELECT id FROM units UNION ALL SELECT id FROM orders")
        known = {str(row[0]) for row in ctx.session.execute(there)}
    known |= {str(user)}
    recorded = _record(db, tenant, user, sample)
    maps = [dict(zip(map(str, own), _ids(db, tenant, twin), strict=True)) for twin in twins]
    plain = settings.database_app_url.replace("+psycopg", "")

    def open_bare() -> Callable[[int, Any], None]:
        connections = [
            psycopg.connect(plain, autocommit=True, prepare_threshold=PREPARED_AFTER)
            for _ in range(THREADS)
        ]
        return lambda n, twin: _replay(connections[n], recorded, twin, known)

    def open_ours() -> Callable[[int, Any], None]:
        own = Database(settings.database_app_url, settings.database_vendor_url, pool_size=THREADS)
        # Caches warm, as in a server that has been up.
        _approve(own, tenant, user, warm[os.getpid() % len(warm)])
        return lambda _, enrolment: _approve(own, tenant, user, enrolment)

    bare = _in_processes(maps, open_bare)
    ours = _in_processes(mine, open_ours)
    drift = _drift(db, tenant)
    if drift:
        raise AssertionError(f"{drift} pools do not equal their entries after the race")
    return [
        Result(
            "approvals on one hot pool",
            count / ours,
            count / bare,
            "per s",
            goal=0.5,
            at_least=True,
            note=f"{PROCESSES}×{THREADS} threads, {len(recorded)} statements each, 0 pools drifted",
        )
    ]
