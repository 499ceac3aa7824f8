"""Each guard's absence, played on the real facts and undone: the judge must name it.

Every control is SQL that the product's own roles and constraints forbid, run by the superuser
inside a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg

from tests.chaos import judge
from tests.chaos.client import Attempt

Connection = psycopg.Connection[Any]


class Control(NamedTuple):
    """What is broken, and how the judge's finding must begin."""

    name: str
    statements: tuple[str, ...]
    finding: str


UNGUARDED = "DROP INDEX ix_ledger_entries_tenant_id_line_id_kind"
ONE_COMMITTED = "SELECT id FROM ledger_entries WHERE kind = 'committed' ORDER BY id LIMIT 1"
ONE_CONFIRMED = (
    "SELECT audit.object_id FROM audit_entries audit JOIN enrolments enrolment"
    " ON enrolment.id = audit.object_id AND enrolment.state = 'confirmed'"
    " WHERE audit.action = 'enrolment.approved' ORDER BY audit.id LIMIT 1"
)
ONE_REPORT = (
    "SELECT id FROM outbox WHERE job = 'jobs.reports.usage' AND args->>'as_of' IS NOT NULL"
    " AND done_at IS NOT NULL ORDER BY id LIMIT 1"
)
ONE_COMPUTED = (
    "SELECT id FROM audit_entries WHERE action = 'report.computed'"
    " AND actor_name = 'report of usage' ORDER BY id LIMIT 1"
)


def _copy(table: str, which: str) -> str:
    """A second row with another id."""
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(row,"
        " jsonb_build_object('id', gen_random_uuid()))).* "
        f"FROM {table} row WHERE id = ({which})"
    )


CONTROLS = (
    Control(
        "a commitment booked twice",
        (
            UNGUARDED,
            _copy("ledger_entries", ONE_COMMITTED),
        ),
        "line: ",
    ),
    Control(
        "the same, and the balance follows",
        (
            UNGUARDED,
            _copy("ledger_entries", ONE_COMMITTED),
            "ALTER TABLE pool_balances DROP CONSTRAINT ck_pool_balances_nothing_is_owed",
            "UPDATE pool_balances SET reserved = entries.reserved, committed = entries.committed"
            " FROM (SELECT pool_id, sum(reserved) AS reserved, sum(committed) AS committed"
            " FROM ledger_entries GROUP BY pool_id) AS entries"
            " WHERE entries.pool_id = pool_balances.pool_id",
        ),
        "line: ",
    ),
    Control(
        "a commitment lost",
        (f"DELETE FROM ledger_entries WHERE id = ({ONE_COMMITTED})",),
        "balance: ",
    ),
    Control(
        "one øre in a balance",
        (
            "UPDATE pool_balances SET allotted = allotted + 1"
            " WHERE id = (SELECT id FROM pool_balances LIMIT 1)",
        ),
        "balance: ",
    ),
    Control(
        "half an approval: the money without the state",
        (
            "UPDATE enrolments SET state = 'leader_approved', waiting_level = 'area'"
            f" WHERE id = ({ONE_CONFIRMED})",
        ),
        "enrolment: ",
    ),
    Control(
        "an approval told twice",
        (
            _copy(
                "audit_entries",
                "SELECT id FROM audit_entries WHERE action = 'enrolment.approved' LIMIT 1",
            ),
        ),
        "enrolment: ",
    ),
    Control(
        "an acknowledged answer lost whole",
        (
            "UPDATE approval_steps SET state = 'waiting', decided_at = NULL, decided_by = NULL"
            f" WHERE enrolment_id = ({ONE_CONFIRMED}) AND level IN ('area', 'central')",
        ),
        "lost: ",
    ),
    Control(
        "an idempotency key lost",
        (
            "DELETE FROM idempotency_keys WHERE id ="
            " (SELECT id FROM idempotency_keys ORDER BY id LIMIT 1)",
        ),
        "lost: ",
    ),
    Control(
        "a job's row undone for a minute",
        (
            "UPDATE outbox SET done_at = NULL, created_at = created_at - interval '2 minutes'"
            f" WHERE id = ({ONE_REPORT})",
        ),
        "outbox: ",
    ),
    Control(
        "a dead letter",
        (f"UPDATE outbox SET done_at = NULL, dead_at = now() WHERE id = ({ONE_REPORT})",),
        "outbox: ",
    ),
    Control(
        "a job done without its effect",
        (f"DELETE FROM audit_entries WHERE id = ({ONE_COMPUTED})",),
        "job: ",
    ),
    Control(
        "a job done twice",
        (_copy("audit_entries", ONE_COMPUTED),),
        "job: ",
    ),
    Control(
        "half a report",
        ("DELETE FROM usage_rows WHERE id = (SELECT id FROM usage_rows ORDER BY id LIMIT 1)",),
        "report: ",
    ),
    Control(
        "a job of the timetable handed out twice",
        (
            _copy(
                "outbox",
                "SELECT id FROM outbox WHERE unique_key LIKE 'timetable:%' ORDER BY id LIMIT 1",
            ),
        ),
        "timetable: ",
    ),
)


def unseen(connection: Connection, attempts: Sequence[Attempt]) -> list[str]:
    """The controls that the judge did not name: each is a hole in the proof."""
    missed = []
    for control in CONTROLS:
        with connection.transaction(force_rollback=True):
            changed = [connection.execute(statement).rowcount for statement in control.statements]
            found = judge.findings(connection, attempts)
        if changed[-1] < 1:
            missed.append(f"{control.name}: the control changed nothing")
        elif not any(finding.startswith(control.finding) for finding in found):
            missed.append(f"{control.name}: expected '{control.finding}…', found {found[:5]}")
    return missed
