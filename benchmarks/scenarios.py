"""A what-if over 10,000 real enrolments against reading them once and bare arithmetic.

The baseline is what somebody who knows SQL and the rules by heart would write for this one case:
one SELECT through psycopg that reads each enrolment with its unit, the area above it on the day,
its facts and its cost per line, and a loop that splits the amounts by rules written out as `if`s
and keeps a running sum per pool. It looks up no rules, keeps no result, tells no progress, raises
no fence, and does not hold back what does not fit.
"""

from __future__ import annotations

import sys
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text

from benchmarks import memory
from benchmarks.load import NOW, YEAR, Size, load_tenant
from benchmarks.timing import Result, in_turns
from config.settings import Settings
from tenant_app.core.access import system
from tenant_app.core.uow import Database
from tenant_app.scenarios import service as scenarios
from tenant_app.scenarios.models import Scenario

ENROLMENTS = 10_000
SIZE = Size(areas=4, institutions=60, employees=1_200, enrolments=ENROLMENTS * 5 // 4)
"""A fifth of the loaded requests are rejected and drew on nothing."""
READ = """
    SELECT e.id, e.unit_id, w.parent_id, d.facts, d.fee, d.cover, d.materials, d.travel
    FROM (SELECT l.source_id, (array_agg(l.facts))[1] AS facts,
                 coalesce(sum(l.amount + l.adjusted) FILTER (WHERE cost_line = 'fee'), 0) AS fee,
                 coalesce(sum(l.amount + l.adjusted)
                          FILTER (WHERE cost_line = 'cover'), 0) AS cover,
                 coalesce(sum(l.amount + l.adjusted)
                          FILTER (WHERE cost_line = 'materials'), 0) AS materials,
                 coalesce(sum(l.amount + l.adjusted)
                          FILTER (WHERE cost_line = 'travel'), 0) AS travel
          FROM money_lines l JOIN pools p ON p.tenant_id = l.tenant_id AND p.id = l.pool_id
          JOIN budget_years y ON y.tenant_id = p.tenant_id AND y.id = p.year_id
               AND y.year = %(year)s
          WHERE l.tenant_id = %(tenant)s AND l.state <> 'released' GROUP BY l.source_id) d
    JOIN enrolments e ON e.tenant_id = %(tenant)s AND e.id = d.source_id
    JOIN unit_placements w ON w.tenant_id = %(tenant)s AND w.unit_id = e.unit_id
         AND w.from_date <= (e.submitted_at AT TIME ZONE 'Europe/Copenhagen')::date
         AND (w.to_date IS NULL
              OR w.to_date > (e.submitted_at AT TIME ZONE 'Europe/Copenhagen')::date)
    ORDER BY e.submitted_at, e.id"""
FACTS = """
    UPDATE money_lines SET facts = jsonb_build_object(
        'ects', 10, 'form', 'diploma_module', 'provider_kind', 'university_college',
        'municipal_goal', false, 'mandatory', false, 'weak_economy', false, 'institutions', 2,
        'amount', 2090000, 'position', 'pedagogue')"""


def load(db: Database, number: int, size: Size) -> int:
    """A municipality whose requests were sent since facts are kept with their money."""
    tenant = load_tenant(db, number, size)
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        ctx.session.execute(text("SET LOCAL statement_timeout = 0"))
        ctx.session.execute(text(FACTS))
    return tenant


def make(db: Database, tenant: int) -> UUID:
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        return scenarios.make(
            ctx,
            name="Bench",
            year=YEAR,
            profile="ects_central",
            central_bp=6000,
            allocation=[{"key": "headcount", "weight": 100}],
        ).id


def ours(db: Database, tenant: int, scenario_id: UUID) -> None:
    """What the job does."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        scenarios.compute(ctx, scenario_id)


def bare(owner: psycopg.Connection[Any], tenant: int) -> dict[Any, int]:
    """Pool → what it would have paid under the rules of `ects_central`."""
    spent: dict[Any, int] = {"central": 0}
    rows = owner.execute(READ, {"tenant": tenant, "year": YEAR}).fetchall()
    for _id, unit, _area, facts, fee, cover, materials, travel in rows:
        fee, cover, rest = int(fee), int(cover), int(materials) + int(travel)
        if facts["ects"] > 0:
            central = fee + (cover + 1) // 2
            own = cover // 2 + rest
        elif facts["municipal_goal"]:
            central, own = fee + cover + rest, 0
        else:
            central, own = 0, fee + cover + rest
        spent["central"] += central
        spent[unit] = spent.get(unit, 0) + own
    return spent


def _check_same(db: Database, tenant: int, scenario_id: UUID, theirs: dict[Any, int]) -> None:
    """Both sides must have read and shared out the same, or there is nothing to compare."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        found = ctx.session.get_one(Scenario, scenario_id)
        if found.lost:
            raise SystemExit(f"{found.lost} requests did not fit, and the baseline holds none back")
        rows = {
            "central" if row.kind == "central" else row.unit_id: row.spent_after
            for row in scenarios.result(ctx, scenario_id)
        }
    if {key: amount for key, amount in rows.items() if amount} != theirs:
        raise SystemExit("the what-if and the baseline share out differently")


def measure(
    db: Database, settings: Settings, superuser: str, *, rounds: int, factor: int = 1
) -> list[Result]:
    """The ratio, and how memory grows from a tenth of the requests to all of them."""
    size = Size(SIZE.areas, SIZE.institutions, SIZE.employees // factor, SIZE.enrolments // factor)
    small = load(db, 930, Size(4, 60, 200, max(100, size.enrolments // 10)))
    large = load(db, 931, size)
    with psycopg.connect(superuser, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
        few, many = make(db, small), make(db, large)
        ours(db, large, many)
        theirs = bare(owner, large)
        _check_same(db, large, many, theirs)
        mine, read = in_turns(
            lambda: ours(db, large, many), lambda: bare(owner, large), rounds=rounds
        )
    note = f"{size.enrolments * 4 // 5} requests, {len(theirs)} pools that pay"
    return [
        Result("what-if ÷ reading once and arithmetic", mine, read, "s", goal=2.0, note=note),
        *memory.compare(
            settings,
            "memory of the what-if, all ÷ a tenth of the requests",
            __name__,
            small=[small, few],
            large=[large, many],
            note=f"{max(100, size.enrolments // 10)} against {size.enrolments} requests",
        ),
    ]


if __name__ == "__main__":
    memory.tell(lambda db: ours(db, int(sys.argv[1]), UUID(sys.argv[2])))
