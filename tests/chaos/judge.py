"""Reads the database past every fence and names what is lost, doubled or half.

Nothing here asks the product: the expected facts are written down a second time, in SQL and plain
Python, so that a fault of the product is not a fault of its judge too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.chaos import judge_answers, judge_jobs
from tests.chaos.client import Attempt

Connection = psycopg.Connection[Any]
COLUMNS = ("allotted", "carried", "transferred", "reserved", "committed", "actual")
OUTSIDE_LINES = ("allotted", "adjusted", "carried", "transferred")

LINES = """
    SELECT line.id, line.source_id, line.state, line.amount,
           array_remove(array_agg(entry.kind ORDER BY entry.kind), NULL) AS kinds,
           coalesce(sum(entry.reserved), 0)::bigint AS reserved,
           coalesce(sum(entry.committed), 0)::bigint AS committed,
           coalesce(sum(entry.actual), 0)::bigint AS actual
    FROM money_lines line
    LEFT JOIN ledger_entries entry
        ON entry.tenant_id = line.tenant_id AND entry.line_id = line.id
    GROUP BY line.tenant_id, line.id
"""
ENROLMENTS = """
    SELECT enrolment.id, enrolment.state, enrolment.waiting_level, enrolment.total,
        (SELECT array_agg(step.level || ':' || step.state ORDER BY step.position)
         FROM approval_steps step
         WHERE step.tenant_id = enrolment.tenant_id AND step.enrolment_id = enrolment.id
           AND step.submission = enrolment.submission) AS steps,
        -- What the leader answered by asking is in the trail as the request.
        (SELECT coalesce(array_agg(step.level || ':' || step.state ORDER BY step.level), '{}')
         FROM approval_steps step
         WHERE step.tenant_id = enrolment.tenant_id AND step.enrolment_id = enrolment.id
           AND step.state IN ('approved', 'rejected')
           AND step.decided_at <> enrolment.submitted_at) AS answered,
        (SELECT coalesce(array_agg(
             (audit.changes->'new'->>'level') || ':' || split_part(audit.action, '.', 2)
             ORDER BY audit.changes->'new'->>'level'), '{}')
         FROM audit_entries audit
         WHERE audit.tenant_id = enrolment.tenant_id AND audit.object_id = enrolment.id
           AND audit.action <> 'enrolment.requested') AS told,
        (SELECT count(*) FROM audit_entries audit
         WHERE audit.tenant_id = enrolment.tenant_id AND audit.object_id = enrolment.id
           AND audit.action = 'enrolment.requested') AS requested,
        (SELECT coalesce(array_agg(DISTINCT line.state), '{}') FROM money_lines line
         WHERE line.tenant_id = enrolment.tenant_id AND line.source_id = enrolment.id) AS lines,
        (SELECT coalesce(sum(line.amount), 0)::bigint FROM money_lines line
         WHERE line.tenant_id = enrolment.tenant_id AND line.source_id = enrolment.id) AS amount
    FROM enrolments enrolment
"""
STATE_AFTER = {"": "submitted", "institution": "leader_approved", "area": "area_approved"}
MONEY_OF = {"confirmed": "committed", "rejected": "released"}
"""Where it is not reserved."""


def findings(connection: Connection, attempts: Sequence[Attempt]) -> list[str]:
    """Everything that is wrong, in words; none when nothing was lost or doubled."""
    connection.row_factory = dict_row
    return [
        *_balances(connection),
        *_lines(connection),
        *_enrolments(connection),
        *judge_answers.findings(connection, attempts),
        *judge_jobs.findings(connection),
    ]


def _balances(connection: Connection) -> list[str]:
    sums = ", ".join(f"coalesce(sum(entry.{name}), 0)::bigint AS sum_{name}" for name in COLUMNS)
    held = ", ".join(f"balance.{name}" for name in COLUMNS)
    rows = connection.execute(
        f"SELECT balance.pool_id, {held}, {sums} FROM pool_balances balance"
        " LEFT JOIN ledger_entries entry ON entry.tenant_id = balance.tenant_id"
        " AND entry.pool_id = balance.pool_id GROUP BY balance.tenant_id, balance.id"
    ).fetchall()
    found = [] if rows else ["there is no balance at all"]
    for row in rows:
        found += [
            f"balance: pool {row['pool_id']} says {name} {row[name]}, "
            f"its entries sum to {row[f'sum_{name}']}"
            for name in COLUMNS
            if row[name] != row[f"sum_{name}"]
        ]
    return found


def _lines(connection: Connection) -> list[str]:
    found = []
    for row in connection.execute(LINES).fetchall():
        state, amount = row["state"], row["amount"]
        kinds = sorted({"reserved", state})
        sums = {name: amount if name == state else 0 for name in ("reserved", "committed")}
        if row["kinds"] != kinds:
            found.append(f"line: {row['id']} is {state} but has the entries {row['kinds']}")
        if (row["reserved"], row["committed"], row["actual"]) != (*sums.values(), 0):
            found.append(
                f"line: {row['id']} is {state} with {amount} øre, but its entries sum to "
                f"{row['reserved']} reserved, {row['committed']} committed, {row['actual']} actual"
            )
    stray = connection.execute(
        "SELECT id, kind FROM ledger_entries WHERE (line_id IS NULL) <> (kind = ANY(%s))",
        [list(OUTSIDE_LINES)],
    ).fetchall()
    return found + [f"line: entry {row['id']} ({row['kind']}) has no line" for row in stray]


def _enrolments(connection: Connection) -> list[str]:
    found = []
    for row in connection.execute(ENROLMENTS).fetchall():
        name = f"enrolment: {row['id']}"
        state, waits = _should_be(row["steps"] or [])
        if (row["state"], row["waiting_level"]) != (state, waits):
            found.append(
                f"{name} is {row['state']} and waits for {row['waiting_level']}, "
                f"but its steps are {row['steps']}"
            )
        if row["lines"] != [MONEY_OF.get(row["state"], "reserved")]:
            found.append(f"{name} is {row['state']}, but its money is {row['lines']}")
        if row["amount"] != row["total"]:
            found.append(f"{name} costs {row['total']}, but its lines sum to {row['amount']}")
        if row["requested"] != 1:
            found.append(f"{name} was requested {row['requested']} times by the trail")
        if row["answered"] != row["told"]:
            found.append(f"{name} has the answers {row['answered']}, the trail {row['told']}")
    return found


def _should_be(steps: list[str]) -> tuple[str, str | None]:
    """(state, whose answer is awaited) that follow from the chain."""
    answered = ""
    for step in steps:
        level, state = step.split(":")
        if state == "rejected":
            return "rejected", None
        if state == "waiting":
            return STATE_AFTER.get(answered, "?"), level
        answered = level
    return "confirmed", None


def reports_differ(connection: Connection) -> list[str]:
    """After the last report of today: its figures are those of the ledger, pool by pool."""
    connection.row_factory = dict_row
    wrong = " OR ".join(f"row.{name} <> balance.{name}" for name in COLUMNS)
    rows = connection.execute(
        "SELECT row.pool_id FROM usage_rows row"
        " JOIN report_runs run ON run.tenant_id = row.tenant_id AND run.id = row.run_id"
        " JOIN pool_balances balance"
        " ON balance.tenant_id = row.tenant_id AND balance.pool_id = row.pool_id"
        " WHERE run.as_of = (SELECT max(as_of) FROM report_runs last"
        f" WHERE last.tenant_id = run.tenant_id AND last.kind = 'usage') AND ({wrong})"
    ).fetchall()
    return [f"report: today's usage of pool {row['pool_id']} is not its balance" for row in rows]
