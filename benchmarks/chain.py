"""The report of broken chains against the bare SQL that finds the same loose ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import psycopg
from sqlalchemy import text

from benchmarks.load import NOW
from benchmarks.timing import Result, in_turns
from tenant_app.anchoring import service as anchoring
from tenant_app.core.access import system
from tenant_app.core.uow import Database
from tenant_app.reports import service as reports

PAGE = 50
LOAD = (
    """INSERT INTO goals (id, unit_id, title, due_date, state, version, created_at)
       SELECT gen_random_uuid(), u.id, 'Mål ' || u.seq, '2026-06-01'::date + u.seq::int % 365,
              'adopted', 1, now()
       FROM units u WHERE u.kind <> 'area'""",
    """INSERT INTO indicators (id, goal_id, name, measure, baseline, baseline_on, target)
       SELECT gen_random_uuid(), g.id, 'Indikator', '%', 10, '2026-01-01', 80
       FROM goals g WHERE hashtext(g.title) % 5 <> 0""",
    """INSERT INTO indicator_readings (id, indicator_id, read_on, value, recorded_at)
       SELECT gen_random_uuid(), i.id, '2026-03-01'::date + 60 * k, 20 + 10 * k, now()
       FROM indicators i CROSS JOIN generate_series(1, 3) k WHERE hashtext(i.id::text) % 3 <> 0""",
    """UPDATE needs n SET goal_id = g.id
       FROM goals g WHERE g.unit_id = n.unit_id AND hashtext(n.id::text) % 3 <> 0""",
    """INSERT INTO anchoring_plans (id, enrolment_id, employee_id, unit_id, created_at)
       SELECT gen_random_uuid(), e.id, e.employee_id, e.unit_id, now()
       FROM enrolments e WHERE e.state IN ('confirmed', 'completed')""",
    """INSERT INTO sharings (id, plan_id, shared_on, place)
       SELECT gen_random_uuid(), p.id, '2026-11-01', 'Personalemøde'
       FROM anchoring_plans p WHERE hashtext(p.id::text) % 2 = 0""",
    """INSERT INTO practice_trials
         (id, plan_id, hypothesis, signs, begins_on, outcome, result, evaluated_on)
       SELECT gen_random_uuid(), p.id, 'Prøvet', 'Tegn', '2026-10-15', 'keep', 'Virkede',
              '2026-11-10'
       FROM anchoring_plans p WHERE hashtext(p.id::text) % 3 = 0""",
)
LOOSE = """
    WITH RECURSIVE start AS (
        SELECT goal_id AS goal FROM needs
        WHERE tenant_id = %(tenant)s AND goal_id IS NOT NULL
          AND state NOT IN ('rejected', 'merged')
        UNION
        SELECT goal_id FROM initiatives
        WHERE tenant_id = %(tenant)s AND goal_id IS NOT NULL AND state <> 'stopped'),
    served AS (
        SELECT goal FROM start
        UNION
        SELECT g.parent_id FROM goals g JOIN served s ON s.goal = g.id
        WHERE g.tenant_id = %(tenant)s AND g.parent_id IS NOT NULL),
    goal_facts AS (
        SELECT g.id, g.title, g.unit_id, g.due_date, g.parent_id, f.indicators, f.last_read
        FROM goals g
        LEFT JOIN (SELECT i.goal_id, count(DISTINCT i.id) AS indicators, max(r.read_on) AS last_read
                   FROM indicators i
                   LEFT JOIN indicator_readings r
                     ON r.tenant_id = i.tenant_id AND r.indicator_id = i.id
                   WHERE i.tenant_id = %(tenant)s GROUP BY i.goal_id) f ON f.goal_id = g.id
        WHERE g.tenant_id = %(tenant)s AND g.state = 'adopted'),
    answered AS (
        SELECT DISTINCT l.need_id FROM initiative_needs l
        JOIN initiatives i ON i.tenant_id = l.tenant_id AND i.id = l.initiative_id
        WHERE l.tenant_id = %(tenant)s AND i.state <> 'stopped'),
    course AS (
        SELECT e.id, e.unit_id, e.state, e.initiative_id, s.starts_on, s.ends_on,
               m.name || ': ' || c.title AS title
        FROM enrolments e
        JOIN employees m ON m.tenant_id = e.tenant_id AND m.id = e.employee_id
        JOIN course_sessions s ON s.tenant_id = e.tenant_id AND s.id = e.session_id
        JOIN courses c ON c.tenant_id = s.tenant_id AND c.id = s.course_id
        WHERE e.tenant_id = %(tenant)s),
    late AS (
        SELECT p.id, c.title, p.unit_id, c.ends_on AS day
        FROM anchoring_plans p JOIN course c ON c.id = p.enrolment_id
        WHERE p.tenant_id = %(tenant)s AND c.state = 'completed' AND c.ends_on < %(until)s),
    loose AS (
        SELECT 'goal_above_retired' AS why, g.id, g.title, g.unit_id, g.due_date AS day, 0 AS place
        FROM goal_facts g JOIN goals a ON a.tenant_id = %(tenant)s AND a.id = g.parent_id
        WHERE a.state = 'retired'
        UNION ALL SELECT 'goal_without_indicator', id, title, unit_id, due_date, 1
        FROM goal_facts WHERE indicators IS NULL
        UNION ALL SELECT 'goal_without_reading', id, title, unit_id, due_date, 2
        FROM goal_facts WHERE indicators > 0 AND last_read IS NULL
        UNION ALL SELECT 'goal_without_need', id, title, unit_id, due_date, 3
        FROM goal_facts WHERE id NOT IN (SELECT goal FROM served)
        UNION ALL SELECT 'goal_due_without_reading', id, title, unit_id, due_date, 4
        FROM goal_facts WHERE due_date < %(day)s AND indicators > 0
          AND (last_read IS NULL OR last_read < due_date)
        UNION ALL SELECT 'need_without_goal', id, title, unit_id, reported_on, 5
        FROM needs WHERE tenant_id = %(tenant)s AND state IN ('qualified', 'prioritised')
          AND goal_id IS NULL
        UNION ALL SELECT 'need_without_initiative', n.id, n.title, n.unit_id, n.reported_on, 6
        FROM needs n WHERE n.tenant_id = %(tenant)s AND n.state IN ('qualified', 'prioritised')
          AND NOT EXISTS (SELECT 1 FROM answered a WHERE a.need_id = n.id)
        UNION ALL SELECT 'initiative_without_need', i.id, i.title, i.unit_id, i.starts_on, 7
        FROM initiatives i WHERE i.tenant_id = %(tenant)s AND i.state NOT IN ('idea', 'stopped')
          AND NOT EXISTS (SELECT 1 FROM initiative_needs l
                          WHERE l.tenant_id = %(tenant)s AND l.initiative_id = i.id)
        UNION ALL SELECT 'initiative_without_goal', i.id, i.title, i.unit_id, i.starts_on, 8
        FROM initiatives i WHERE i.tenant_id = %(tenant)s AND i.state NOT IN ('idea', 'stopped')
          AND i.goal_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM initiative_needs l JOIN needs n
                            ON n.tenant_id = l.tenant_id AND n.id = l.need_id
                          WHERE l.tenant_id = %(tenant)s AND l.initiative_id = i.id
                            AND n.goal_id IS NOT NULL)
        UNION ALL SELECT 'initiative_without_enrolment', i.id, i.title, i.unit_id, i.starts_on, 9
        FROM initiatives i WHERE i.tenant_id = %(tenant)s
          AND i.state IN ('running', 'follow_up', 'evaluated', 'anchored')
          AND NOT EXISTS (SELECT 1 FROM enrolments e
                          WHERE e.tenant_id = %(tenant)s AND e.initiative_id = i.id
                            AND e.state IN ('submitted', 'leader_approved', 'area_approved',
                                            'confirmed', 'completed'))
        UNION ALL SELECT 'enrolment_without_initiative', id, title, unit_id, starts_on, 10
        FROM course WHERE initiative_id IS NULL
          AND state IN ('submitted', 'leader_approved', 'area_approved', 'confirmed', 'completed')
        UNION ALL SELECT 'course_without_sharing', l.id, l.title, l.unit_id, l.day, 11 FROM late l
        WHERE NOT EXISTS (SELECT 1 FROM sharings s
                          WHERE s.tenant_id = %(tenant)s AND s.plan_id = l.id)
        UNION ALL SELECT 'course_without_trial', l.id, l.title, l.unit_id, l.day, 12 FROM late l
        WHERE NOT EXISTS (SELECT 1 FROM practice_trials t
                          WHERE t.tenant_id = %(tenant)s AND t.plan_id = l.id
                            AND t.outcome IS NOT NULL)),
    names AS (
        SELECT id, name, row_number() OVER (ORDER BY danish_sort(name COLLATE "C"), id) AS at
        FROM units WHERE tenant_id = %(tenant)s)
    SELECT * FROM (SELECT why, count(*), NULL::uuid, NULL, NULL FROM loose GROUP BY why) c
    UNION ALL
    SELECT * FROM (SELECT l.why, 0, l.id, l.title, n.name
                   FROM loose l JOIN names n ON n.id = l.unit_id
                   ORDER BY n.at, l.place, l.day, l.id LIMIT %(most)s) p"""


def load(db: Database, tenant: int) -> None:
    """Goals, readings and plans in a municipality with needs that was loaded before."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        ctx.session.execute(text("SET LOCAL statement_timeout = 0"))
        ctx.session.execute(text("SET LOCAL enable_nestloop = off"))
        for statement in LOAD:
            ctx.session.execute(text(statement))


def _ours(db: Database, tenant: int) -> reports.BrokenChains:
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        return reports.broken_chains(ctx, page_size=PAGE)


def _bare(owner: psycopg.Connection[Any], tenant: int, until: date) -> list[Any]:
    values = {"tenant": tenant, "day": NOW.date(), "until": until, "most": PAGE}
    return owner.execute(LOOSE, values).fetchall()


def _until(db: Database, tenant: int) -> date:
    """Before which day a course should have been followed up by now."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        return ctx.today - timedelta(days=anchoring.follow_up_days(ctx))


def measure(db: Database, superuser: str, tenant: int, *, rounds: int) -> list[Result]:
    """The first page of the report with the counts of all pages."""
    until = _until(db, tenant)
    with psycopg.connect(superuser, autocommit=True) as owner:
        found = _ours(db, tenant)
        counts = {why.value: count for why, count in found.counts.items()}
        rows = _bare(owner, tenant, until)
        bare_counts = {row[0]: row[1] for row in rows if row[2] is None}
        same = [each.id for each in found.page.items] == [row[2] for row in rows if row[2]]
        if counts != bare_counts or not same or found.total < PAGE:
            raise SystemExit("the broken chains differ")
        mine, theirs = in_turns(
            lambda: _ours(db, tenant), lambda: _bare(owner, tenant, until), rounds=rounds
        )
    note = f"{found.total} loose ends of {len(counts)} kinds"
    return [Result("report of broken chains", mine * 1000, theirs * 1000, "ms", 2.0, note=note)]
