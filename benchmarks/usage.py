"""Usage and coverage of 98 municipalities against the bare SQL that computes the same figures."""

from __future__ import annotations

import resource
from collections.abc import Sequence
from typing import Any

import psycopg

from benchmarks.load import NOW, YEAR, Size
from benchmarks.timing import Result, in_turns
from tenant_app.core.access import system
from tenant_app.core.uow import Database
from tenant_app.reports import service as reports

USAGE = """
    SELECT p.id, p.unit_id, coalesce(sum(l.allotted), 0), coalesce(sum(l.carried), 0),
           coalesce(sum(l.transferred), 0), coalesce(sum(l.reserved), 0),
           coalesce(sum(l.committed), 0), coalesce(sum(l.actual), 0)
    FROM pools p LEFT JOIN ledger_entries l ON l.tenant_id = p.tenant_id AND l.pool_id = p.id
         AND l.booked_on <= %(day)s
    JOIN budget_years y ON y.tenant_id = p.tenant_id AND y.id = p.year_id AND y.year = %(year)s
    WHERE p.tenant_id = %(tenant)s GROUP BY p.id, p.unit_id"""
COVERAGE = """
    SELECT t.id, m.unit_id, count(DISTINCT m.employee_id),
           count(DISTINCT m.employee_id) FILTER (WHERE h.employee_id IS NOT NULL),
           count(DISTINCT m.employee_id)
             FILTER (WHERE h.employee_id IS NOT NULL OR c.employee_id IS NOT NULL)
    FROM coverage_targets t
    JOIN employments m ON m.tenant_id = t.tenant_id AND m.position = t.position
         AND m.from_date <= %(day)s AND (m.to_date IS NULL OR m.to_date > %(day)s)
    LEFT JOIN (SELECT DISTINCT employee_id, competence_id FROM holdings
               WHERE tenant_id = %(tenant)s AND from_date <= %(day)s
                 AND (until_date IS NULL OR until_date >= %(day)s)) h
         ON h.employee_id = m.employee_id AND h.competence_id = t.competence_id
    LEFT JOIN (SELECT DISTINCT e.employee_id, cc.competence_id FROM enrolments e
               JOIN course_sessions s ON s.tenant_id = e.tenant_id AND s.id = e.session_id
               JOIN course_competences cc
                 ON cc.tenant_id = s.tenant_id AND cc.course_id = s.course_id
               WHERE e.tenant_id = %(tenant)s AND e.state = 'confirmed') c
         ON c.employee_id = m.employee_id AND c.competence_id = t.competence_id
    WHERE t.tenant_id = %(tenant)s GROUP BY t.id, m.unit_id"""


def bare(owner: psycopg.Connection[Any], tenants: Sequence[int]) -> int:
    """The figures alone, without fence, rows kept, run, audit or progress; fetched in whole."""
    rows = 0
    for tenant in tenants:
        values = {"tenant": tenant, "year": YEAR, "day": NOW.date()}
        for statement in (USAGE, COVERAGE):
            rows += len(owner.execute(statement, values).fetchall())
    return rows


def ours(db: Database, tenants: Sequence[int]) -> None:
    """What the nightly jobs do, one unit of work per municipality and report."""
    for tenant in tenants:
        with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
            reports.compute_usage(ctx, year=YEAR)
        with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
            reports.compute_coverage(ctx, year=YEAR)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(
    db: Database, superuser: str, tenants: Sequence[int], sizes: Sequence[Size], *, rounds: int
) -> list[Result]:
    """The ratio over all municipalities, and how memory grows from the smallest to the largest."""
    with psycopg.connect(superuser, autocommit=True) as owner:
        mine, theirs = in_turns(
            lambda: ours(db, tenants), lambda: bare(owner, tenants), rounds=rounds
        )
    by_size = sorted(zip(sizes, tenants, strict=True), key=lambda pair: pair[0].employees)
    small, large = by_size[0], by_size[-1]
    ours(db, [small[1]])
    before = _peak_mib()
    ours(db, [large[1]])
    growth = _peak_mib() - before
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
        Result(
            "memory of the job, largest ÷ smallest municipality",
            before + growth,
            before,
            "MiB",
            goal=1.05,
            note=f"{small[0].employees} against {large[0].employees} employees",
        ),
    ]
