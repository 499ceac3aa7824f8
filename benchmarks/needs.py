"""The heat map and the overview of needs against the bare SQL that gives the same figures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text

from benchmarks.load import NOW
from benchmarks.timing import Result, in_turns
from tenant_app.core.access import system
from tenant_app.core.uow import Database
from tenant_app.needs import service as needs
from tenant_app.organisation.models import UnitKind
from tenant_app.reports import service as reports

NEEDS, PIECES = 20_000, 5
"""Pieces of evidence per need."""
LOAD = (
    """INSERT INTO competence_areas (id, name)
       SELECT gen_random_uuid(), 'Område ' || g FROM generate_series(1, 7) g""",
    """INSERT INTO needs (id, unit_id, area_id, title, urgency, staff, state, state_since,
                          reported_on)
       SELECT gen_random_uuid(), u.id, a.id, 'Behov ' || n.n,
              (ARRAY['low', 'normal', 'normal', 'high', 'acute'])[1 + n.n % 5], 1 + n.n % 12,
              (ARRAY['reported', 'analysed', 'qualified', 'prioritised', 'parked', 'closed'])
                [1 + n.n % 6], '2026-10-01', '2025-11-01'::date + n.n % 365
       FROM generate_series(0, :needs - 1) n(n)
       JOIN (SELECT id, row_number() OVER (ORDER BY seq) - 1 AS i, count(*) OVER () AS c
             FROM units WHERE kind = 'institution') u ON u.i = n.n % u.c
       JOIN (SELECT id, row_number() OVER (ORDER BY name) - 1 AS i, count(*) OVER () AS c
             FROM competence_areas) a ON a.i = (n.n / u.c + n.n) % a.c""",
    """INSERT INTO evidence (id, need_id, source, role, found_on, text, confidentiality,
                             recorded_at)
       SELECT gen_random_uuid(), n.id,
              (ARRAY['dialogue', 'mus', 'group_dialogue', 'evaluation', 'supervision',
                     'screening', 'trial', 'resource_person'])
                [1 + CASE WHEN n.i % 4 = 0 THEN n.i % 8 ELSE (n.i + g) % 8 END],
              (ARRAY['pedagogue', 'leader', 'consultant'])[1 + (n.i + g) % 3],
              '2026-09-01', repeat('Set på stuen. ', 20), 'open', now()
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS i FROM needs) n
       CROSS JOIN generate_series(1, :pieces) g""",
    """INSERT INTO initiatives (id, unit_id, title, people, state, state_since, created_at)
       SELECT gen_random_uuid(), u.id, 'Indsats ' || g, 8, 'running', now(),
              '2026-01-01'::timestamptz + g % 300 * interval '1 day'
       FROM generate_series(1, :needs / 10) g
       JOIN (SELECT id, row_number() OVER (ORDER BY seq) - 1 AS i, count(*) OVER () AS c
             FROM units WHERE kind = 'institution') u ON u.i = g % u.c""",
    """INSERT INTO initiative_needs (id, initiative_id, need_id)
       SELECT gen_random_uuid(), i.id, n.id
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS i FROM needs) n
       JOIN (SELECT id, row_number() OVER (ORDER BY id) AS i, count(*) OVER () AS c
             FROM initiatives) i ON i.i = 1 + n.i % i.c
       WHERE n.i % 3 = 0""",
)
HEAT = """
    SELECT CASE WHEN u.kind = 'house' THEN p.parent_id ELSE u.id END, n.area_id, count(*),
           sum(n.staff)::bigint, count(*) FILTER (WHERE n.urgency IN ('high', 'acute'))
    FROM needs n
    JOIN units u ON u.tenant_id = n.tenant_id AND u.id = n.unit_id
    JOIN unit_placements p ON p.tenant_id = u.tenant_id AND p.unit_id = u.id
         AND p.from_date <= %(day)s AND (p.to_date IS NULL OR p.to_date > %(day)s)
    WHERE n.tenant_id = %(tenant)s
      AND n.state IN ('reported', 'analysed', 'qualified', 'prioritised')
    GROUP BY 1, 2"""
NAMES = """
    SELECT id, name FROM units WHERE tenant_id = %(tenant)s
    UNION ALL SELECT id, name FROM competence_areas WHERE tenant_id = %(tenant)s"""
SOURCES = """
    WITH kinds AS (
        SELECT DISTINCT coalesce(n.merged_into_id, n.id) AS need, e.source
        FROM evidence e JOIN needs n ON n.tenant_id = e.tenant_id AND n.id = e.need_id
        WHERE e.tenant_id = %(tenant)s AND e.withdrawn_at IS NULL),
    counted AS (
        SELECT n.id, k.source, count(k.source) OVER (PARTITION BY n.id) AS kinds
        FROM needs n LEFT JOIN kinds k ON k.need = n.id
        WHERE n.tenant_id = %(tenant)s
          AND n.state IN ('reported', 'analysed', 'qualified', 'prioritised'))
    SELECT source, count(*), count(*) FILTER (WHERE kinds = 1) FROM counted GROUP BY source"""
AGES = """
    SELECT n.area_id,
           percentile_cont(0.5) WITHIN GROUP (
               ORDER BY (f.at AT TIME ZONE 'Europe/Copenhagen')::date - n.reported_on),
           count(f.at), count(*) FILTER (WHERE f.at IS NULL AND n.state NOT IN
               ('parked', 'covered', 'closed'))
    FROM needs n
    LEFT JOIN (SELECT i.need_id, min(t.created_at) AS at FROM initiative_needs i
               JOIN initiatives t ON t.tenant_id = i.tenant_id AND t.id = i.initiative_id
               WHERE i.tenant_id = %(tenant)s GROUP BY i.need_id) f ON f.need_id = n.id
    WHERE n.tenant_id = %(tenant)s AND n.state NOT IN ('merged', 'rejected')
    GROUP BY ROLLUP (n.area_id)"""


def load(db: Database, tenant: int, *, count: int = NEEDS) -> None:
    """Needs with evidence, a third of them answered, in a municipality that was loaded before."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        ctx.session.execute(text("SET LOCAL statement_timeout = 0"))
        ctx.session.execute(text("SET LOCAL enable_nestloop = off"))
        values = {"needs": count, "pieces": PIECES}
        for statement in LOAD:
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            ctx.session.execute(text(statement), used)


def _heat(db: Database, tenant: int) -> needs.HeatMap:
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        return needs.heat_map(ctx, level=UnitKind.INSTITUTION)


def _overview(db: Database, tenant: int) -> tuple[needs.Overview, reports.NeedAges]:
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        return needs.overview(ctx, level=UnitKind.INSTITUTION), reports.need_ages(ctx)


def _bare(owner: psycopg.Connection[Any], tenant: int, *statements: str) -> list[list[Any]]:
    values = {"tenant": tenant, "day": NOW.date()}
    return [owner.execute(statement, values).fetchall() for statement in statements]


def _check_same(owner: psycopg.Connection[Any], db: Database, tenant: int) -> None:
    """Both sides must say the same, or there is nothing to compare."""
    found, ages = _overview(db, tenant)
    heat, sources, ages_bare = _bare(owner, tenant, HEAT, SOURCES, AGES)
    ours: dict[tuple[UUID | None, UUID], tuple[int, int, int]] = {
        (line.unit_id, found.heat.areas[place][0]): tuple(cell)
        for line in found.heat.lines
        for place, cell in line.cells.items()
    }
    theirs = {(unit_id, area_id): tuple(counts) for unit_id, area_id, *counts in heat}
    kinds = {line.source.value: (line.needs, line.alone) for line in found.sources}
    bare_kinds = {source: (count, alone) for source, count, alone in sources if source}
    waits = {each.area_id: (each.answered, each.waiting) for each in (*ages.areas, ages.total)}
    bare_waits = {area_id: (answered, waiting) for area_id, _days, answered, waiting in ages_bare}
    if ours != theirs or kinds != bare_kinds or waits != bare_waits or not ours:
        raise SystemExit("the figures of the needs differ")


def measure(db: Database, superuser: str, tenant: int, *, rounds: int) -> list[Result]:
    """The heat map alone, and the whole overview with sources and waiting."""
    with psycopg.connect(superuser, autocommit=True) as owner:
        _check_same(owner, db, tenant)
        counts = owner.execute(
            "SELECT (SELECT count(*) FROM units u WHERE u.tenant_id = %(tenant)s "
            "AND kind = 'institution'), (SELECT count(*) FROM needs n "
            "WHERE n.tenant_id = %(tenant)s), (SELECT count(*) FROM evidence e "
            "WHERE e.tenant_id = %(tenant)s)",
            {"tenant": tenant},
        ).fetchone()
        assert counts is not None
        note = f"{counts[0]} units, {counts[1]} needs, {counts[2]} pieces of evidence"
        results = []
        for name, ours, statements, goal in (
            ("heat map of needs", _heat, (HEAT, NAMES), 2.0),
            ("overview of needs", _overview, (HEAT, NAMES, SOURCES, AGES), 2.0),
        ):
            mine, theirs = in_turns(
                lambda ours=ours: ours(db, tenant),  # type: ignore[misc]  # bound now, not inferred
                lambda statements=statements: _bare(owner, tenant, *statements),  # type: ignore[misc]  # the same
                rounds=rounds,
            )
            results.append(Result(name, mine * 1000, theirs * 1000, "ms", goal=goal, note=note))
    return results
