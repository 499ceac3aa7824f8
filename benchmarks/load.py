"""Large municipalities made in the database by a few set-based statements each.

Written through the app role behind the fence, so that the rows are such as the product makes.
Amounts are whole øre.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text

from tenant_app.core.access import system
from tenant_app.core.context import Context
from tenant_app.core.uow import Database

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
YEAR = 2026
PER_ENROLMENT = 4  # ledger entries of an enrolment, on average


@dataclass(frozen=True)
class Size:
    """How large a municipality is."""

    areas: int
    institutions: int
    employees: int
    enrolments: int


def tenant_sizes(count: int = 98) -> list[Size]:
    """98 municipalities as domain.md plans them: small, median 34/550, the largest 390/6,300."""
    sizes = [Size(areas=12, institutions=390, employees=6_300, enrolments=31_500)]
    shapes = [(8, 130), (20, 330), (34, 550), (34, 550), (45, 730), (57, 930)]
    for i in range(count - 1):
        institutions, employees = shapes[i % len(shapes)]
        employees = employees * 553 // 537  # so that all of them together are about 60,000
        sizes.append(
            Size(
                areas=3 if institutions > 15 else 1,
                institutions=institutions,
                employees=employees,
                enrolments=employees * 5,
            )
        )
    return sizes


STATEMENTS = (
    # units: the municipality, its areas, its institutions
    """INSERT INTO units (id, number, seq, name, kind)
       SELECT gen_random_uuid(), 'U' || g, g, 'Enhed ' || g,
              CASE WHEN g = 1 THEN 'municipality' WHEN g <= 1 + :areas THEN 'area'
                   ELSE 'institution' END
       FROM generate_series(1, 1 + :areas + :institutions) g""",
    """INSERT INTO unit_placements (id, unit_id, parent_id, path, from_date)
       SELECT gen_random_uuid(), u.id, p.id,
              CASE WHEN u.seq = 1 THEN '1.' WHEN u.kind = 'area' THEN '1.' || u.seq || '.'
                   ELSE '1.' || p.seq || '.' || u.seq || '.' END, '2020-01-01'
       FROM units u LEFT JOIN units p ON p.seq =
              CASE WHEN u.seq = 1 THEN NULL WHEN u.kind = 'area' THEN 1
                   ELSE 2 + u.seq % :areas END""",
    """INSERT INTO employees (id, number, name)
       SELECT gen_random_uuid(), 'E' || g, 'Medarbejder ' || g
       FROM generate_series(1, :employees) g""",
    """INSERT INTO employments (id, employee_id, unit_id, position, fte, from_date)
       SELECT gen_random_uuid(), e.id, u.id,
              (ARRAY['pedagogue', 'pedagogue', 'assistant', 'assistant', 'leader'])[1 + e.n % 5],
              (ARRAY[1, 0.8649, 0.8108])[1 + e.n % 3], '2020-01-01'
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM employees) e
       JOIN units u ON u.seq = 2 + :areas + e.n % :institutions""",
    """INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), 'admin@bench.dk', 'Bench')""",
    """INSERT INTO role_assignments (id, user_id, role, unit_id, from_date)
       SELECT gen_random_uuid(), us.id, 'municipal_admin', u.id, '2020-01-01'
       FROM users us CROSS JOIN units u WHERE u.seq = 1""",
    """INSERT INTO providers (id, name, kind)
       VALUES (gen_random_uuid(), 'KP', 'university_college')""",
    """INSERT INTO courses (id, code, title, provider_id, form, ects, hours, price_kind, price)
       SELECT gen_random_uuid(), 'K' || g, 'Forløb ' || g, p.id, 'diploma_module', 10, 280,
              'per_person', 1200000
       FROM generate_series(1, 40) g CROSS JOIN providers p""",
    """INSERT INTO course_sessions
         (id, course_id, starts_on, ends_on, deadline, seats, place, state)
       SELECT gen_random_uuid(), c.id, '2026-10-01'::date + g, '2026-10-10'::date + g,
              '2026-09-01', 100000, 'Sted ' || g, 'open'
       FROM courses c CROSS JOIN generate_series(1, greatest(6, :enrolments / 8000)) g""",
    """INSERT INTO competence_areas (id, name) VALUES (gen_random_uuid(), 'Sprog')""",
    """INSERT INTO competences (id, area_id, name)
       SELECT gen_random_uuid(), a.id, 'Kompetence ' || g
       FROM competence_areas a CROSS JOIN generate_series(1, 8) g""",
    """INSERT INTO course_competences (id, course_id, competence_id)
       SELECT gen_random_uuid(), c.id, k.id FROM courses c JOIN competences k
       ON right(k.name, 1)::int = 1 + right(c.code, 1)::int % 8""",
    """INSERT INTO holdings (id, employee_id, competence_id, from_date, source)
       SELECT gen_random_uuid(), e.id, k.id, '2025-01-01', 'earlier'
       FROM employees e CROSS JOIN competences k
       WHERE hashtext(e.number || k.name) % 3 = 0""",
    """INSERT INTO coverage_targets (id, competence_id, position, min_percent, due_date)
       SELECT gen_random_uuid(), k.id, 'pedagogue', 50, '2026-12-31' FROM competences k""",
    """INSERT INTO budget_years (id, year, state, frame, central_bp, allocation, policy)
       VALUES (gen_random_uuid(), 2026, 'open', 100000000000, 4000,
               '[{"key": "pedagogue_fte", "weight": 100}]', 'stop')""",
    """INSERT INTO funding_rule_sets (id, version, valid_from, rules, created_at)
       VALUES (gen_random_uuid(), 1, '2020-01-01',
               '[{"name": "ECTS", "when": {"ects_over": 0}, "shares":
                  {"fee": {"central": 10000}, "default": {"central": 5000, "institution": 5000}}}]',
               now())""",
    """INSERT INTO pools (id, year_id, kind, unit_id, name)
       SELECT gen_random_uuid(), y.id,
              CASE WHEN u.seq = 1 THEN 'central' ELSE 'institution' END, u.id, 'Pulje ' || u.number
       FROM units u CROSS JOIN budget_years y WHERE u.kind IN ('municipality', 'institution')""",
    """INSERT INTO enrolments (id, employee_id, session_id, unit_id, year_id, state, requested_by,
                               submission, submitted_at, total, motivation, waiting_level,
                               waiting_unit_id)
       SELECT gen_random_uuid(), e.id, s.id, m.unit_id, y.id,
              (ARRAY['submitted', 'confirmed', 'completed', 'confirmed', 'rejected'])[1 + n.n % 5],
              us.id, 1, '2026-01-05'::timestamptz + n.n % 300 * interval '1 day', 2980000, '',
              CASE WHEN n.n % 5 = 0 THEN 'area' END, CASE WHEN n.n % 5 = 0 THEN root.id END
       FROM generate_series(0, :enrolments - 1) n(n)
       JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS i FROM employees) e
         ON e.i = n.n % :employees
       JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS i, count(*) OVER () AS c
             FROM course_sessions) s ON s.i = (n.n / :employees + e.i) % s.c
       JOIN employments m ON m.employee_id = e.id
       CROSS JOIN budget_years y CROSS JOIN users us
       CROSS JOIN (SELECT id FROM units WHERE seq = 1) root""",
    """INSERT INTO money_lines (id, source_id, submission, pool_id, cost_line, amount, share_bp,
                                rule_name, rule_version, state)
       SELECT gen_random_uuid(), e.id, 1, p.id,
              CASE WHEN p.kind = 'central' THEN 'fee' ELSE 'cover' END,
              CASE WHEN p.kind = 'central' THEN 1200000 ELSE 890000 END, 10000, 'ECTS', 1,
              CASE e.state WHEN 'submitted' THEN 'reserved' WHEN 'confirmed' THEN 'committed'
                           WHEN 'completed' THEN 'actual' ELSE 'released' END
       FROM enrolments e JOIN pools p ON p.kind = 'central' OR p.unit_id = e.unit_id""",
    """INSERT INTO ledger_entries (id, pool_id, kind, line_id, booked_on, booked_at, reserved,
                                   actor_name)
       SELECT gen_random_uuid(), l.pool_id, 'reserved', l.id, e.submitted_at::date,
              e.submitted_at, l.amount, 'bench'
       FROM money_lines l JOIN enrolments e ON e.id = l.source_id""",
    """INSERT INTO ledger_entries (id, pool_id, kind, line_id, booked_on, booked_at, reserved,
                                   committed, actor_name)
       SELECT gen_random_uuid(), l.pool_id, 'committed', l.id, e.submitted_at::date + 7,
              e.submitted_at, -l.amount, l.amount, 'bench'
       FROM money_lines l JOIN enrolments e ON e.id = l.source_id
       WHERE l.state IN ('committed', 'actual')""",
    """INSERT INTO ledger_entries (id, pool_id, kind, line_id, booked_on, booked_at, committed,
                                   actual, actor_name)
       SELECT gen_random_uuid(), l.pool_id, 'actual', l.id, '2026-11-01', now(), -l.amount,
              l.amount, 'bench'
       FROM money_lines l WHERE l.state = 'actual'""",
    """INSERT INTO ledger_entries (id, pool_id, kind, line_id, booked_on, booked_at, reserved,
                                   actor_name)
       SELECT gen_random_uuid(), l.pool_id, 'released', l.id, '2026-11-01', now(), -l.amount,
              'bench'
       FROM money_lines l WHERE l.state = 'released'""",
    """INSERT INTO ledger_entries (id, pool_id, kind, booked_on, booked_at, allotted, actor_name)
       SELECT gen_random_uuid(), p.id, 'allotted', '2026-01-01', '2026-01-01',
              CASE WHEN p.kind = 'central' THEN 900000000000 ELSE 9000000000 END, 'bench'
       FROM pools p""",
    """INSERT INTO pool_balances (id, pool_id, policy, allotted, carried, transferred, reserved,
                                  committed, actual)
       SELECT gen_random_uuid(), pool_id, 'stop', sum(allotted), sum(carried), sum(transferred),
              sum(reserved), sum(committed), sum(actual)
       FROM ledger_entries GROUP BY pool_id""",
)
SETTINGS = """INSERT INTO tenant_settings
    (id, approval_rules, cover_rules, limits, locale, changed_at)
    VALUES (gen_random_uuid(),
            '[{"when": {}, "levels": ["area"]}]',
            '{"rate": 20000, "share_taught": {"default": 30}}', '{}', 'da', now())"""


def load_tenant(db: Database, number: int, size: Size) -> int:
    """A whole municipality; returns its tenant id."""
    with db.app.connect() as connection:
        tenant_id = int(connection.scalar(text("SELECT nextval('tenants_id_seq')")) or 0)
    with db.unit_of_work(tenant_id, system("bench"), now=NOW) as ctx:
        ctx.session.execute(text("SET LOCAL statement_timeout = 0"))
        # The tables are new and without statistics: nested loops would be chosen and never end.
        ctx.session.execute(text("SET LOCAL enable_nestloop = off"))
        ctx.session.execute(
            text(
                "INSERT INTO tenants (id, slug, code, name, profile, state, created_at) "
                "OVERRIDING SYSTEM VALUE "
                "VALUES (:id, :slug, :code, :name, 'ects_central', 'active', now())"
            ),
            {
                "id": tenant_id,
                "slug": f"bench{number}",
                "code": f"9{number:03d}",
                "name": f"B{number}",
            },
        )
        ctx.session.execute(text(SETTINGS))
        fill(ctx, size)
    return tenant_id


def fill(ctx: Context, size: Size) -> None:
    """Every row below the tenant."""
    values = {
        "areas": size.areas,
        "institutions": size.institutions,
        "employees": size.employees,
        "enrolments": size.enrolments,
    }
    for statement in STATEMENTS:
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        ctx.session.execute(text(statement), used)


def user_id(ctx: Context) -> UUID:
    """The one login of a loaded municipality."""
    found: UUID = ctx.session.execute(text("SELECT id FROM users LIMIT 1")).scalar_one()
    return found
