"""Each job once: its row done, its effect there, and nothing left behind."""

from __future__ import annotations

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

Connection = psycopg.Connection[Any]
OLDEST_ALLOWED = 60
DENMARK = ZoneInfo("Europe/Copenhagen")
REPORTS = {
    "jobs.reports.usage": ("usage", "report of usage"),
    "jobs.reports.coverage": ("coverage", "report of coverage"),
}
NIGHTLY = {"jobs.reports.nightly": "nightly reports"}
"""job → who the trail says did it."""
MEASURE = "jobs.tenancy.measure"
ROWS_MISSING = """
    SELECT run.kind, run.as_of FROM report_runs run
    WHERE CASE run.kind
        WHEN 'usage' THEN
            (SELECT count(*) FROM usage_rows row
             WHERE row.tenant_id = run.tenant_id AND row.run_id = run.id)
            <> (SELECT count(*) FROM pools JOIN budget_years year
                    ON year.tenant_id = pools.tenant_id AND year.id = pools.year_id
                WHERE pools.tenant_id = run.tenant_id AND year.year = run.year)
        ELSE
            (SELECT coalesce(sum(cardinality(row.unit_ids)), 0) FROM coverage_rows row
             WHERE row.tenant_id = run.tenant_id AND row.run_id = run.id)
            <> (SELECT count(*) FROM units JOIN coverage_targets target
                    ON target.tenant_id = units.tenant_id
                WHERE units.tenant_id = run.tenant_id AND units.kind = 'institution')
        END
"""


def findings(connection: Connection) -> list[str]:
    """Undone too long, dead, done without effect, or done more than once."""
    rows = connection.execute(
        "SELECT *, extract(epoch FROM clock_timestamp() - created_at) AS age FROM outbox"
    ).fetchall()
    found = [] if rows else ["outbox: nobody asked for a job"]
    for row in rows:
        name = f"outbox: {row['job']} {row['args']} of tenant {row['tenant_id']}"
        if row["dead_at"] is not None:
            found.append(f"{name} is a dead letter: {row['last_error']}")
        elif row["done_at"] is None and row["age"] > OLDEST_ALLOWED:
            found.append(f"{name} has been undone for {row['age']:.0f} s")
        elif row["done_at"] is None:
            found.append(f"{name} is not done yet, after the wait")
    done = [row for row in rows if row["done_at"] is not None]
    found += _same("job", _asked(done), _noted(connection))
    found += _published(connection, done)
    found += _measured(connection, done)
    handed_out = Counter(
        (row["tenant_id"], row["job"], row["unique_key"])
        for row in rows
        if (row["unique_key"] or "").startswith("timetable:")
    )
    return found + [
        f"timetable: {what} was handed out {n} times" for what, n in handed_out.items() if n != 1
    ]


def _asked(done: list[dict[str, Any]]) -> Counter[tuple[object, ...]]:
    asked: Counter[tuple[object, ...]] = Counter()
    for row in done:
        if row["job"] in REPORTS:
            kind, _ = REPORTS[row["job"]]
            day = row["args"]["as_of"] or row["done_at"].astimezone(DENMARK).date().isoformat()
            asked[row["tenant_id"], kind, day] += 1
        elif row["job"] in NIGHTLY:
            asked[row["tenant_id"], NIGHTLY[row["job"]]] += 1
    return asked


def _noted(connection: Connection) -> Counter[tuple[object, ...]]:
    """What the trail says was computed: written in the transaction of the effect."""
    noted: Counter[tuple[object, ...]] = Counter()
    by_report = {actor: kind for kind, actor in REPORTS.values()}
    nights = set()
    for row in connection.execute(
        "SELECT tenant_id, at, actor_name, changes FROM audit_entries"
        " WHERE action = 'report.computed'"
    ):
        actor = row["actor_name"]
        if actor in by_report:
            noted[row["tenant_id"], by_report[actor], row["changes"]["new"]["as_of"]] += 1
        else:  # a night may compute two years, in one transaction
            nights.add((row["tenant_id"], actor, row["at"]))
    for tenant_id, actor, _ in nights:
        noted[tenant_id, actor] += 1
    return noted


def _same(
    word: str, asked: Counter[tuple[object, ...]], noted: Counter[tuple[object, ...]]
) -> list[str]:
    return [
        f"{word}: {what} was done {asked[what]} times by the outbox, {noted[what]} by the trail"
        for what in sorted(asked.keys() | noted.keys(), key=str)
        if asked[what] != noted[what]
    ]


def _published(connection: Connection, done: list[dict[str, Any]]) -> list[str]:
    times: dict[tuple[object, ...], set[object]] = {}
    nights: set[object] = set()
    for row in done:
        if row["job"] in REPORTS:
            kind, _ = REPORTS[row["job"]]
            day = row["args"]["as_of"] or row["done_at"].astimezone(DENMARK).date().isoformat()
            times.setdefault((row["tenant_id"], kind, day), set()).add(row["done_at"])
        elif row["job"] in NIGHTLY:
            nights.add(row["done_at"])
    runs = {
        (row["tenant_id"], row["kind"], row["as_of"].isoformat()): row["data_time"]
        for row in connection.execute("SELECT * FROM report_runs")
    }
    found = [f"report: {what} is done and not there" for what in times if what not in runs]
    found += [
        f"report: {what} has the data of {data_time}, when no job of it was done"
        for what, data_time in runs.items()
        if data_time not in times.get(what, set()) | nights
    ]
    half = connection.execute(ROWS_MISSING).fetchall()
    return found + [f"report: {row['kind']} of {row['as_of']} is half" for row in half]


def _measured(connection: Connection, done: list[dict[str, Any]]) -> list[str]:
    measured = {
        (row["tenant_id"], row["measured_at"])
        for row in connection.execute("SELECT tenant_id, measured_at FROM tenant_figures")
    }
    last: dict[int, Any] = {}
    for row in done:
        if row["job"] == MEASURE:
            last[row["tenant_id"]] = max(row["done_at"], last.get(row["tenant_id"], row["done_at"]))
    return [
        f"measure: tenant {tenant_id} was last measured at {at}, and the figures are others"
        for tenant_id, at in last.items()
        if (tenant_id, at) not in measured
    ]
