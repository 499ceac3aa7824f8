"""The end of a year of 390 institutions against the bare INSERT … SELECT that carries the same.

Both run in one transaction that is undone, so that each round finds the year as it was.
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
from tenant_app.budgets import service as budgets
from tenant_app.core.access import system
from tenant_app.core.context import Context
from tenant_app.core.uow import Database

LARGE = Size(12, 390, 900, 0)
SMALLEST, LARGEST = Size(1, 8, 130, 650), Size(12, 390, 6_300, 31_500)
"""Whose memory is compared: closed with all their commitments and entries."""
ANSWERED = (
    """INSERT INTO ledger_entries (id, pool_id, kind, line_id, booked_on, booked_at, reserved,
                                   actor_name)
       SELECT gen_random_uuid(), pool_id, 'released', id, now()::date, now(), -amount, 'bench'
       FROM money_lines WHERE state = 'reserved'""",
    "UPDATE money_lines SET state = 'released' WHERE state = 'reserved'",
    "UPDATE pool_balances SET reserved = 0",
    """UPDATE enrolments SET state = 'rejected', waiting_level = NULL, waiting_unit_id = NULL
       WHERE state = 'submitted'""",
)
"""No request waits for an answer any more."""
BARE = (
    """INSERT INTO carry_overs (tenant_id, id, year_id, pool_id, result, carried, lost, over_cap,
                                approver, computed_at, into_pool_id)
       SELECT p.tenant_id, gen_random_uuid(), p.year_id, p.id, r.result, r.result, 0, 0,
              'central', now(), n.id
       FROM pools p JOIN pool_balances b ON b.tenant_id = p.tenant_id AND b.pool_id = p.id
       JOIN pools n ON n.tenant_id = p.tenant_id AND n.year_id = %(next)s AND n.kind = p.kind
                   AND n.unit_id = p.unit_id
       CROSS JOIN LATERAL (SELECT b.allotted + b.carried + b.transferred - b.committed - b.actual
                           AS result) r
       WHERE p.tenant_id = %(tenant)s AND p.year_id = %(year)s""",
    """INSERT INTO ledger_entries (tenant_id, id, pool_id, kind, link_id, booked_on, booked_at,
                                   carried, actor_name, note)
       SELECT tenant_id, gen_random_uuid(), into_pool_id, 'carried', id, now()::date, now(),
              carried, 'bench', ''
       FROM carry_overs WHERE tenant_id = %(tenant)s AND year_id = %(year)s AND carried <> 0""",
    """UPDATE pool_balances b SET carried = b.carried + c.carried FROM carry_overs c
       WHERE c.tenant_id = %(tenant)s AND c.year_id = %(year)s AND b.tenant_id = c.tenant_id
         AND b.pool_id = c.into_pool_id""",
)


class Undone(Exception):
    """Raised at the end of a round, so that nothing of it stays."""


def _prepare(db: Database, tenant: int) -> tuple[UUID, UUID]:
    """(the municipality's year, the next year with its pools)."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        row = ctx.session.execute(
            text("SELECT id FROM budget_years WHERE year = :year"), {"year": YEAR}
        ).one()
        ctx.session.execute(
            text("UPDATE budget_years SET state = 'open', closes_from = '2026-01-01'")
        )
        following = budgets.create_year(ctx, year=YEAR + 1, frame=100_000_000_00, central_bp=4000)
        budgets.adopt(ctx, following.id)
        area_pools = ctx.session.execute(
            text("SELECT unit_id FROM pools WHERE year_id = :id AND kind = 'area'"), {"id": row.id}
        )
        for statement in ANSWERED:
            ctx.session.execute(text(statement))
        for (unit_id,) in area_pools.all():
            budgets.open_pool(ctx, following.id, unit_id=unit_id)
        return row.id, following.id


def _close(ctx: Context, year_id: UUID) -> None:
    budgets.begin_closing(ctx, year_id)
    budgets.approve_carry_overs(ctx, year_id)
    budgets.close_year(ctx, year_id)


def _ours(db: Database, tenant: int, year_id: UUID) -> None:
    try:
        with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
            _close(ctx, year_id)
            raise Undone
    except Undone:
        return


def _bare(owner: psycopg.Connection[Any], values: dict[str, Any]) -> None:
    for statement in BARE:
        owner.execute(statement, values)
    owner.rollback()


def measure(
    db: Database,
    settings: Settings,
    superuser: str,
    *,
    rounds: int,
    quick: bool = False,
) -> list[Result]:
    """How the closing compares with its bare statements, and how memory grows with the units."""
    size = Size(LARGE.areas, 39, 90, 0) if quick else LARGE
    tenant = load_tenant(db, 950, size)
    year_id, next_id = _prepare(db, tenant)
    largest = Size(12, 39, 630, 3_150) if quick else LARGEST
    small, large = load_tenant(db, 951, SMALLEST), load_tenant(db, 952, largest)
    small_year, large_year = (_prepare(db, each)[0] for each in (small, large))
    with psycopg.connect(superuser, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    values = {"tenant": tenant, "year": year_id, "next": next_id}
    with psycopg.connect(superuser) as owner:
        mine, theirs = in_turns(
            lambda: _ours(db, tenant, year_id), lambda: _bare(owner, values), rounds=rounds
        )
    return [
        Result(
            "closing a year",
            mine * 1000,
            theirs * 1000,
            "ms",
            goal=5,
            note=f"{size.institutions} institutions: made up, approved, carried in one transaction",
        ),
        *memory.compare(
            settings,
            "memory of a closing, largest ÷ smallest",
            __name__,
            small=[small, small_year],
            large=[large, large_year],
            note=f"{SMALLEST.institutions} against {largest.institutions} institutions, "
            f"{SMALLEST.enrolments} against {largest.enrolments} enrolments",
        ),
    ]


if __name__ == "__main__":
    memory.tell(lambda db: _ours(db, int(sys.argv[1]), UUID(sys.argv[2])))
