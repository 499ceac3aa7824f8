"""The end of a year, made up where the rows are: INSERT … SELECT. No row travels to Python.

The statements are built once and read the same however many pools there are.
"""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    String,
    Table,
    Text,
    UniqueConstraint,
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
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import aliased

from tenant_app.budgets import rules
from tenant_app.budgets.models import (
    EntryKind,
    LedgerEntry,
    Policy,
    Pool,
    PoolBalance,
    PoolConstraint,
    PoolKind,
)
from tenant_app.budgets.queries.strings import is_broken
from tenant_app.budgets.year_models import CarryApprover, CarryOver, CarryRule
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own
from tenant_app.organisation.models import Unit, UnitPlacement

YEAR_ID, NEXT_ID = bindparam("closing_year", type_=Uuid()), bindparam("next_year", type_=Uuid())
NOW, DAY = bindparam("now", type_=DateTime(timezone=True)), bindparam("day", type_=Date())
FIRST_DAY = bindparam("first_day", type_=Date())
WHO, NOTE = bindparam("who", type_=Text()), bindparam("note", type_=Text())
WHOLE = 10_000
OVERS = cast(Table, CarryOver.__table__)
ENTRIES = cast(Table, LedgerEntry.__table__)
BALANCES = cast(Table, PoolBalance.__table__)
CAPS = ("overspend_cap_bp", "underspend_cap_bp", "abs_cap", "requires_purpose", "approver")
OPEN = CarryOver.carried - CarryOver.posted
"""What a closing has yet to enter."""


def _capped(amount: Any, own_money: Any, share: Any, most: Any) -> Any:
    # LEAST passes NULL by: no cap.
    of_share = func.div(sql_cast(own_money * share, BigInteger), WHOLE)
    return sql_cast(func.least(amount, of_share, most), BigInteger)


def _compute() -> Any:
    own = only_own(select(CarryRule).where(CarryRule.pool_id.is_not(None)), CarryRule).subquery(
        "own"
    )
    usual = only_own(select(CarryRule).where(CarryRule.pool_id.is_(None)), CarryRule).subquery(
        "usual"
    )
    known = only_own(select(CarryOver.pool_id, CarryOver.purpose), CarryOver).subquery("known")
    has_own = own.c.id.is_not(None)
    rule = {name: case((has_own, own.c[name]), else_=usual.c[name]).label(name) for name in CAPS}
    pools = only_own(
        select(
            Pool.id.label("pool_id"),
            rules.unbound(PoolBalance).label("result"),
            func.greatest(PoolBalance.allotted + PoolBalance.transferred, 0).label("own_money"),
            func.coalesce(known.c.purpose, "").label("purpose"),
            *rule.values(),
        )
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .outerjoin(own, own.c.pool_id == Pool.id)
        .outerjoin(usual, usual.c.kind == Pool.kind)
        .outerjoin(known, known.c.pool_id == Pool.id)
        .where(Pool.year_id == YEAR_ID),
        Pool,
        PoolBalance,
    ).subquery("made_up")
    at = pools.c
    without = func.coalesce(at.requires_purpose, False) & (at.purpose == "")
    carried = case(
        (and_(at.result > 0, without), 0),
        (at.result > 0, _capped(at.result, at.own_money, at.underspend_cap_bp, at.abs_cap)),
        else_=-_capped(-at.result, at.own_money, at.overspend_cap_bp, at.abs_cap),
    )
    counted = select(at.pool_id, at.result, carried.label("carried"), at.purpose, at.approver)
    made = counted.subquery("counted").c
    rows = select(
        func.gen_random_uuid(),
        YEAR_ID,
        made.pool_id,
        made.result,
        made.carried,
        func.greatest(made.result - made.carried, 0),
        func.greatest(made.carried - made.result, 0),
        made.purpose,
        func.coalesce(made.approver, literal(CarryApprover.CENTRAL.value)),
        NOW,
    )
    columns = ["id", "year_id", "pool_id", "result", "carried", "lost", "over_cap"]
    statement = pg_insert(OVERS).from_select([*columns, "purpose", "approver", "computed_at"], rows)
    one_per_pool = next(c for c in OVERS.constraints if isinstance(c, UniqueConstraint))
    new = statement.excluded
    figures = ("result", "carried", "lost", "over_cap", "approver")
    same = and_(*(OVERS.c[name] == new[name] for name in figures))
    fresh: dict[str, Any] = {name: new[name] for name in (*figures, "computed_at")}
    # Whoever said yes said it to these figures: to others nobody has.
    fresh |= {
        name: case((same, OVERS.c[name]), else_=None)
        for name in ("approved_at", "approved_by_name")
    }
    return statement.on_conflict_do_update(constraint=one_per_pool, set_=fresh)


def _aim() -> Any:
    """Each carry-over's pool of the next year: the same unit's or code's; of a closed unit the
    area's it last hung under, else the municipality's."""
    old, same, area, central = (aliased(Pool) for _ in range(4))
    above, hung, now = aliased(Unit), aliased(UnitPlacement), aliased(UnitPlacement)
    path = (
        only_own(
            select(hung.path)
            .where(hung.unit_id == old.unit_id)
            .order_by(hung.from_date.desc())
            .limit(1),
            hung,
        )
        .correlate(old)
        .scalar_subquery()
    )
    is_there = exists(
        only_own(
            select(now.id).where(
                now.unit_id == old.unit_id,
                now.from_date <= FIRST_DAY,
                or_(now.to_date.is_(None), now.to_date > FIRST_DAY),
            ),
            now,
        ).correlate(old)
    )
    step = literal(".") + sql_cast(above.seq, String) + literal(".")
    of_area = (
        only_own(
            select(area.id)
            .join(above, above.id == area.unit_id)
            .where(
                area.year_id == NEXT_ID,
                area.kind == PoolKind.AREA,
                func.strpos(literal(".") + path, step) > 0,
            )
            .limit(1),
            area,
            above,
        )
        .correlate(old)
        .scalar_subquery()
    )
    of_all = only_own(
        select(central.id).where(central.year_id == NEXT_ID, central.kind == PoolKind.CENTRAL),
        central,
    ).scalar_subquery()
    of_same = (
        only_own(
            select(same.id).where(
                same.year_id == NEXT_ID,
                same.kind == old.kind,
                or_(
                    and_(old.code.is_(None), same.code.is_(None), same.unit_id == old.unit_id),
                    same.code == old.code,
                ),
            ),
            same,
        )
        .correlate(old)
        .scalar_subquery()
    )
    heir = case((and_(old.code.is_(None), ~is_there), func.coalesce(of_area, of_all)), else_=None)
    aims = only_own(
        select(old.id.label("pool_id"), func.coalesce(of_same, heir).label("into")).where(
            old.year_id == YEAR_ID
        ),
        old,
    ).subquery("aims")
    return only_own(
        update(OVERS)
        .where(
            OVERS.c.pool_id == aims.c.pool_id,
            OVERS.c.year_id == YEAR_ID,
            OVERS.c.posted == 0,
            OVERS.c.into_pool_id.is_distinct_from(aims.c.into),
        )
        .values(into_pool_id=aims.c.into),
        CarryOver,
    )


def _lock() -> Any:
    """The next year's pools that will change, in pool id order, as everyone locks."""
    theirs = only_own(
        select(CarryOver.into_pool_id).where(CarryOver.year_id == YEAR_ID, OPEN != 0), CarryOver
    )
    held = only_own(
        select(PoolBalance.id)
        .where(PoolBalance.pool_id.in_(theirs))
        .order_by(PoolBalance.pool_id)
        .with_for_update(of=PoolBalance),
        PoolBalance,
    )
    return select(func.count()).select_from(held.subquery())


def _enter() -> Any:
    # Another figure after the first closing has a link of its own; the same has none to enter.
    link = case(
        (CarryOver.postings == 0, CarryOver.id),
        else_=sql_cast(
            func.md5(sql_cast(CarryOver.id, String) + sql_cast(CarryOver.postings, String)), Uuid
        ),
    )
    rows = only_own(
        select(
            func.gen_random_uuid(),
            CarryOver.into_pool_id,
            literal(EntryKind.CARRIED.value),
            link,
            DAY,
            NOW,
            OPEN,
            WHO,
            NOTE,
        ).where(CarryOver.year_id == YEAR_ID, OPEN != 0),
        CarryOver,
    )
    columns = ["id", "pool_id", "kind", "link_id", "booked_on", "booked_at", "carried"]
    return insert(ENTRIES).from_select([*columns, "actor_name", "note"], rows)


def _sums() -> Any:
    return (
        only_own(
            select(CarryOver.into_pool_id, sql_cast(func.sum(OPEN), BigInteger).label("more"))
            .where(CarryOver.year_id == YEAR_ID, OPEN != 0)
            .group_by(CarryOver.into_pool_id),
            CarryOver,
        )
    ).subquery("sums")


def _give() -> Any:
    sums = _sums()
    return only_own(
        update(BALANCES)
        .where(BALANCES.c.pool_id == sums.c.into_pool_id)
        .values(carried=BALANCES.c.carried + sums.c.more),
        PoolBalance,
    )


def _unbearable() -> Any:
    """Next year's pools that stop and do not hold the debt they would get."""
    sums = _sums()
    return only_own(
        select(Pool.name)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .join(sums, sums.c.into_pool_id == Pool.id)
        .where(
            sums.c.more < 0,
            # As `moves.carry` has it: with *stop* what is asked for already is counted too.
            or_(
                and_(
                    PoolBalance.policy == Policy.STOP,
                    rules.available(PoolBalance) + sums.c.more < 0,
                ),
                and_(
                    PoolBalance.policy == Policy.APPROVE_OVER,
                    rules.unbound(PoolBalance) + sums.c.more < 0,
                ),
            ),
        )
        .order_by(danish(Pool.name)),
        Pool,
        PoolBalance,
    )


def _strained() -> Any:
    """Next year's pools whose constraints the debt they would get breaks."""
    sums = _sums()
    return only_own(
        select(Pool.name)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .join(sums, sums.c.into_pool_id == Pool.id)
        .join(PoolConstraint, PoolConstraint.pool_id == Pool.id)
        .where(sums.c.more < 0, is_broken(rules.held(PoolBalance) + sums.c.more))
        .group_by(Pool.name)
        .order_by(danish(Pool.name)),
        Pool,
        PoolBalance,
        PoolConstraint,
    )


COMPUTE, AIM, LOCK, ENTER, GIVE = _compute(), _aim(), _lock(), _enter(), _give()
UNBEARABLE, STRAINED = _unbearable(), _strained()
DONE = only_own(
    update(OVERS)
    .where(OVERS.c.year_id == YEAR_ID, OVERS.c.carried != OVERS.c.posted)
    .values(posted=OVERS.c.carried, postings=OVERS.c.postings + 1),
    CarryOver,
)


def compute(ctx: Context, year_id: UUID) -> None:
    """A carry-over per pool of the year, as its figures are now."""
    ctx.execute(COMPUTE, {"closing_year": year_id, "now": ctx.now})


def aim(ctx: Context, year_id: UUID, next_id: UUID, first_day: Any) -> None:
    ctx.execute(AIM, {"closing_year": year_id, "next_year": next_id, "first_day": first_day})


def enter(ctx: Context, year_id: UUID, *, note: str) -> int:
    """What is yet to be entered is; how many entries that took."""
    asked = {"closing_year": year_id}
    ctx.execute(LOCK, asked)
    facts = {"now": ctx.now, "day": ctx.today, "who": ctx.actor.name, "note": note}
    made = ctx.execute(ENTER, asked | facts).rowcount
    ctx.execute(GIVE, asked)
    ctx.execute(DONE, asked)
    return int(made)


def unbearable(ctx: Context, year_id: UUID) -> list[str]:
    """Their names. The pools are held from here on, so that the answer holds until `enter`."""
    ctx.execute(LOCK, {"closing_year": year_id})
    return [str(name) for name in ctx.execute(UNBEARABLE, {"closing_year": year_id}).scalars()]


def strained(ctx: Context, year_id: UUID) -> list[str]:
    """Their names; after `unbearable`, which holds the pools."""
    return [str(name) for name in ctx.execute(STRAINED, {"closing_year": year_id}).scalars()]
