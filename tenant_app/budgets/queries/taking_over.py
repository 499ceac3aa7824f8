"""What pools take over from their forerunners: the same unit's, or those of the same code, in the
newest earlier year that has one. Set against set; no row travels to Python but those to be told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Row,
    Table,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from tenant_app.budgets.models import BudgetYear, Pool, PoolBalance, PoolConstraint
from tenant_app.budgets.year_models import CarryRule
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own

YEAR_ID = bindparam("new_year", type_=Uuid())
POOL_ID = bindparam("new_pool", type_=Uuid())
LADDER = {"notify_bp": 8000, "approve_bp": 10_000, "block_bp": 10_500}
"""What a new pool begins with."""
CAPS = ("overspend_cap_bp", "underspend_cap_bp", "abs_cap", "requires_purpose", "approver")


def _pairs(*which: Any) -> Any:
    """(pool, its forerunner, the policy that the forerunner's year began with)."""
    old, earlier, its = aliased(Pool), aliased(BudgetYear), aliased(BudgetYear)
    same = and_(
        old.kind == Pool.kind,
        or_(
            and_(old.code.is_(None), Pool.code.is_(None), old.unit_id == Pool.unit_id),
            old.code == Pool.code,
        ),
    )
    found = (
        select(Pool.id.label("pool_id"), old.id.label("old_id"), earlier.policy.label("began"))
        .join(its, its.id == Pool.year_id)
        .join(old, same)
        .join(earlier, earlier.id == old.year_id)
        .where(earlier.year < its.year, *which)
        .ext(distinct_on(Pool.id))
        .order_by(Pool.id, earlier.year.desc())
    )
    return only_own(found, Pool, old, earlier, its)


def _policies(pairs: Any) -> Any:
    pair, old = pairs.subquery("pairs"), aliased(PoolBalance)
    new = cast(Table, PoolBalance.__table__)
    # A pool that did as its whole year did follows the new year; one with a policy of its own
    # keeps it. Who opens an earmarked pool says what it does.
    own = and_(old.policy != pair.c.began, new.c.pool_id.not_in(_named()))
    return only_own(
        update(new)
        .where(new.c.pool_id == pair.c.pool_id, old.pool_id == pair.c.old_id)
        .values(
            policy=case((own, old.policy), else_=new.c.policy),
            **{name: getattr(old, name) for name in ("over_level", "forms", *LADDER)},
        ),
        PoolBalance,
        old,
    )


def _named() -> Any:
    return only_own(select(Pool.id).where(Pool.code.is_not(None)), Pool)


def _caps(pairs: Any) -> Any:
    pair = pairs.subquery("pairs")
    columns = ("kind", *CAPS)
    rows = only_own(
        select(
            func.gen_random_uuid(), pair.c.pool_id, *(getattr(CarryRule, each) for each in columns)
        ).join(pair, pair.c.old_id == CarryRule.pool_id),
        CarryRule,
    )
    into = cast(Table, CarryRule.__table__)
    return insert(into).from_select(["id", "pool_id", *columns], rows)


def _constraints(pairs: Any) -> Any:
    pair = pairs.subquery("pairs")
    rows = only_own(
        select(
            func.gen_random_uuid(),
            pair.c.pool_id,
            PoolConstraint.name,
            PoolConstraint.when,
            PoolConstraint.most_bp,
            literal(0),
            literal(True),
        )
        .join(pair, pair.c.old_id == PoolConstraint.pool_id)
        .where(PoolConstraint.is_active),
        PoolConstraint,
    )
    into = cast(Table, PoolConstraint.__table__)
    columns = ["id", "pool_id", "name", "when", "most_bp", "used", "is_active"]
    return insert(into).from_select(columns, rows)


def _all(*which: Any) -> tuple[Any, ...]:
    pairs = _pairs(*which)
    return _policies(pairs), _caps(pairs), _constraints(pairs)


OF_YEAR, OF_POOL = _all(Pool.year_id == YEAR_ID), _all(Pool.id == POOL_ID)


def take_over(
    ctx: Context, *, year_id: UUID | None = None, pool_id: UUID | None = None
) -> tuple[int, int, int]:
    """All pools of the year, or the one, begin as their forerunners ended: (pools with one, caps,
    constraints). A step of founding them: what they have already is written over."""
    statements, asked = (
        (OF_YEAR, {"new_year": year_id}) if pool_id is None else (OF_POOL, {"new_pool": pool_id})
    )
    pools, caps, constraints = (int(ctx.execute(each, asked).rowcount) for each in statements)
    return pools, caps, constraints


def own_ways(ctx: Context, year: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """(pool, its year, policy or None, over level, forms, the ladder, own caps or not, constraints)
    of the newest earlier pools of each unit or code that do otherwise than new ones would."""
    strings = (
        select(func.count())
        .where(PoolConstraint.pool_id == Pool.id, PoolConstraint.is_active)
        .correlate(Pool)
        .scalar_subquery()
    )
    newest = (
        select(Pool.id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(BudgetYear.year < year)
        .ext(distinct_on(Pool.kind, Pool.unit_id, Pool.code))
        .order_by(Pool.kind, Pool.unit_id, Pool.code, BudgetYear.year.desc())
    )
    has_caps = exists().where(CarryRule.pool_id == Pool.id)
    own_policy = PoolBalance.policy != BudgetYear.policy
    ladder = [getattr(PoolBalance, name) != usual for name, usual in LADDER.items()]
    return ctx.session.execute(
        select(
            Pool,
            BudgetYear.year,
            case((own_policy, PoolBalance.policy)).label("policy"),
            PoolBalance.over_level,
            PoolBalance.forms,
            *(getattr(PoolBalance, name) for name in LADDER),
            has_caps.label("has_caps"),
            strings.label("constraints"),
        )
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .where(
            Pool.id.in_(newest),
            or_(own_policy, PoolBalance.forms != {}, *ladder, has_caps, strings > 0),
        )
        .order_by(Pool.kind, danish(Pool.name), Pool.id)
    ).all()
