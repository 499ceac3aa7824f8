"""Usage and coverage of 98 municipalities against the bare SQL that computes the same figures."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import psycopg

from benchmarks import memory
from benchmarks.load import NOW, YEAR, Size
from benchmarks.timing import Result, in_turns
from config.settings import Settings
from tenant_app.core.access import system
from tenant_app.core.uow import Database
from tenant_app.reports import rules
from tenant_app.reports import service as reports

USAGE = """
    WITH sums AS (
        SELECT p.id, p.unit_id, coalesce(sum(l.allotted), 0)::bigint AS allotted,
               coalesce(sum(l.carried), 0)::bigint AS carried,
               coalesce(sum(l.transferred), 0)::bigint AS transferred,
               coalesce(sum(l.reserved), 0)::bigint AS reserved,
               coalesce(sum(l.committed), 0)::bigint AS committed,
               coalesce(sum(l.actual), 0)::bigint AS actual
        FROM pools p LEFT JOIN ledger_entries l ON l.tenant_id = p.tenant_id AND l.pool_id = p.id
             AND l.booked_on <= %(day)s
        JOIN budget_years y ON y.tenant_id = p.tenant_id AND y.id = p.year_id AND y.year = %(year)s
        WHERE p.tenant_id = %(tenant)s GROUP BY p.id, p.unit_id),
    answers AS (
        SELECT coalesce(sum(committed) FILTER (WHERE kind = 'committed'), 0)::bigint AS yes,
               coalesce(-sum(reserved) FILTER (WHERE kind = 'released' AND reserved < 0), 0)::bigint
                 AS no,
               count(*) FILTER (WHERE kind = 'committed' OR kind = 'released' AND reserved < 0)
                 AS decided
        FROM ledger_entries
        WHERE tenant_id = %(tenant)s AND line_id IS NOT NULL
          AND booked_on > %(since)s AND booked_on <= %(day)s),
    usual AS (
        SELECT CASE WHEN decided < 20 OR yes + no <= 0 THEN 10000 ELSE yes * 10000 / (yes + no) END
                 AS bp
        FROM answers)
    , cover AS (
        SELECT l.pool_id, coalesce(sum(l.amount + l.adjusted) FILTER (WHERE state = 'reserved'), 0)
                 ::bigint AS reserved,
               coalesce(sum(l.amount + l.adjusted) FILTER (WHERE state = 'committed'), 0)::bigint
                 AS committed,
               coalesce(sum(l.amount + l.adjusted) FILTER (WHERE state = 'actual'), 0)::bigint
                 AS actual
        FROM money_lines l WHERE l.tenant_id = %(tenant)s AND l.cost_line = 'cover'
        GROUP BY l.pool_id)
    SELECT sums.*, ((sums.actual + sums.committed + (sums.reserved * bp + 5000) / 10000) * %(days)s
                    + %(passed)s / 2) / %(passed)s, coalesce(cover.reserved, 0),
           coalesce(cover.committed, 0), coalesce(cover.actual, 0)
    FROM sums CROSS JOIN usual LEFT JOIN cover ON cover.pool_id = sums.id"""
COVERAGE = """
    WITH homes AS (
        SELECT u.id, CASE u.kind WHEN 'house' THEN w.parent_id ELSE u.id END AS home,
               u.kind = 'institution' AS is_institution
        FROM units u JOIN unit_placements w ON w.tenant_id = u.tenant_id AND w.unit_id = u.id
             AND w.from_date <= %(day)s AND (w.to_date IS NULL OR w.to_date > %(day)s)
        WHERE u.tenant_id = %(tenant)s AND u.kind IN ('institution', 'house')),
    counts AS (
        SELECT t.id, m.home, count(DISTINCT m.employee_id) AS people,
               count(DISTINCT m.employee_id) FILTER (WHERE h.employee_id IS NOT NULL) AS covered,
               count(DISTINCT m.employee_id)
                 FILTER (WHERE h.employee_id IS NOT NULL OR c.employee_id IS NOT NULL) AS planned
        FROM coverage_targets t
        JOIN (SELECT e.employee_id, e.position, homes.home FROM employments e
              JOIN homes ON homes.id = e.unit_id
              WHERE e.tenant_id = %(tenant)s AND e.from_date <= %(day)s
                AND (e.to_date IS NULL OR e.to_date > %(day)s)) m ON m.position = t.position
        LEFT JOIN (SELECT DISTINCT employee_id, competence_id FROM holdings
                   WHERE tenant_id = %(tenant)s AND from_date <= %(day)s
                     AND (until_date IS NULL OR until_date >= %(day)s)) h
             ON h.employee_id = m.employee_id AND h.competence_id = t.competence_id
        LEFT JOIN (SELECT DISTINCT e.employee_id, cc.competence_id FROM enrolments e
                   JOIN course_sessions s ON s.tenant_id = e.tenant_id AND s.id = e.session_id
                        AND s.state = 'open'
                   JOIN course_competences cc
                     ON cc.tenant_id = s.tenant_id AND cc.course_id = s.course_id
                   WHERE e.tenant_id = %(tenant)s AND e.state = 'confirmed') c
             ON c.employee_id = m.employee_id AND c.competence_id = t.competence_id
        WHERE t.tenant_id = %(tenant)s GROUP BY t.id, m.home)
    SELECT t.id, i.id, coalesce(c.people, 0), coalesce(c.covered, 0), coalesce(c.planned, 0),
           coalesce(t.min_count, (coalesce(c.people, 0) * t.min_percent + 99) / 100)
    FROM coverage_targets t
    JOIN homes i ON i.is_institution
    LEFT JOIN counts c ON c.id = t.id AND c.home = i.id
    WHERE t.tenant_id = %(tenant)s"""
KEPT = (
    """SELECT pool_id, unit_id, allotted, carried, transferred, reserved, committed, actual,
              forecast, cover_reserved, cover_committed, cover_actual
       FROM usage_rows WHERE tenant_id = %(tenant)s""",
    """SELECT r.target_id, e.* FROM coverage_rows r,
              unnest(unit_ids, group_size, covered, planned, needed) e
       WHERE tenant_id = %(tenant)s""",
)


def _values(tenant: int) -> dict[str, Any]:
    passed, days = rules.elapsed(YEAR, NOW.date())
    since = NOW.date().replace(year=NOW.year - 2)
    of_day = {"day": NOW.date(), "since": since, "passed": passed, "days": days}
    return {"tenant": tenant, "year": YEAR, **of_day}


def bare(owner: psycopg.Connection[Any], tenants: Sequence[int]) -> int:
    """The same figures alone, without fence, rows kept, run, audit or progress; fetched in whole.

    By somebody who knows SQL and sums the ledger anew each time.
    """
    rows = 0
    for tenant in tenants:
        for statement in (USAGE, COVERAGE):
            rows += len(owner.execute(statement, _values(tenant)).fetchall())
    return rows


def _check_same(owner: psycopg.Connection[Any], tenants: Sequence[int]) -> None:
    """Both sides must say the same, or there is nothing to compare."""
    for tenant in tenants:
        for bare_one, kept in zip((USAGE, COVERAGE), KEPT, strict=True):
            theirs = owner.execute(bare_one, _values(tenant)).fetchall()
            ours = owner.execute(kept, _values(tenant)).fetchall()
            if sorted(ours) != sorted(theirs) or not ours:
                raise SystemExit(f"the figures of municipality {tenant} differ")


def ours(db: Database, tenants: Sequence[int]) -> None:
    """What the nightly job does, one unit of work per municipality."""
    for tenant in tenants:
        with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
            reports.refresh(ctx)


def measure(
    db: Database,
    settings: Settings,
    superuser: str,
    tenants: Sequence[int],
    sizes: Sequence[Size],
    *,
    rounds: int,
) -> list[Result]:
    """The ratio over all municipalities, and how memory grows from the smallest to the largest."""
    with psycopg.connect(superuser, autocommit=True) as owner:
        ours(db, tenants)
        _check_same(owner, tenants)
        mine, theirs = in_turns(
            lambda: ours(db, tenants), lambda: bare(owner, tenants), rounds=rounds
        )
    by_size = sorted(zip(sizes, tenants, strict=True), key=lambda pair: pair[0].employees)
    small, large = by_size[0], by_size[-1]
    staff = sum(size.employees for size in sizes)
    enrolments = sum(size.enrolments for size in sizes)
    return [
        Result(
            "usage + coverage",
            mine,
            theirs,
            "s",
            goal=1.3,
            note=f"{len(tenants)} municipalities, {staff} employees, {enrolments} enrolments",
        ),
        *memory.compare(
            settings,
            "memory of usage + coverage, largest ÷ smallest",
            __name__,
            small=[small[1]],
            large=[large[1]],
            note=f"{small[0].employees} against {large[0].employees} employees",
        ),
    ]


if __name__ == "__main__":
    memory.tell(lambda db: ours(db, [int(sys.argv[1])]))
