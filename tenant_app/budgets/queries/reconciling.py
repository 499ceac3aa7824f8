"""Everything that is derived from the ledger, held against it, a few statements for a tenant.

The database compares and only what does not agree comes back. What the lines are for is not asked:
budgets know their sources by id only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Select,
    String,
    Text,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from tenant_app.budgets import rules
from tenant_app.budgets.alarm_models import BudgetAlarm, DriftKind
from tenant_app.budgets.models import (
    BudgetYear,
    BudgetYearState,
    ConstraintUse,
    EntryKind,
    LedgerEntry,
    MoneyLine,
    MoneyState,
    PersonUse,
    Pool,
    PoolBalance,
    PoolConstraint,
)
from tenant_app.budgets.queries.carrying import turns
from tenant_app.budgets.queries.limits import PAID, per_person
from tenant_app.budgets.queries.strings import is_broken
from tenant_app.budgets.year_models import CarryOver, PoolTransfer, TransferState
from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.core.money import Money

COLUMNS = ("allotted", "carried", "transferred", "reserved", "committed", "actual")
BUCKETS = ("reserved", "committed", "actual")
MOST = 500
"""So many are told of each kind. Where more is wrong, these say where to look."""


@dataclass(frozen=True)
class Drift:
    """A figure that is not what the ledger says."""

    kind: DriftKind
    about_id: UUID
    part: str
    pool_id: UUID | None
    expected: Money
    found: Money


def drifts(ctx: Context) -> list[Drift]:
    """What does not agree, of each kind at most `MOST`."""
    return [
        *_balances(ctx),
        *_lines(ctx),
        *_halves(ctx),
        *_transfers(ctx),
        *_carry_overs(ctx),
        *_constraints(ctx),
        *_persons(ctx),
    ]


def _total(column: Any) -> Any:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _or_nothing(column: Any) -> Any:
    return func.coalesce(column, 0)


def _parts(
    ctx: Context, kind: DriftKind, names: Sequence[str], rows: Select[Any]
) -> Iterator[Drift]:
    """A drift for each name whose `ledger_…` is not the row's own."""
    for row in ctx.session.execute(rows.limit(MOST)):
        for name in names:
            expected, found = int(getattr(row, f"ledger_{name}")), int(getattr(row, name))
            if expected != found:
                yield Drift(kind, row.about_id, name, row.pool_id, Money(expected), Money(found))


def _single(ctx: Context, kind: DriftKind, part: str, rows: Select[Any]) -> Iterator[Drift]:
    """Rows of (about, pool, expected, found)."""
    for about, pool_id, expected, found in ctx.session.execute(rows.limit(MOST)):
        yield Drift(kind, about, part, pool_id, Money(int(expected)), Money(int(found)))


def _balances(ctx: Context) -> Iterator[Drift]:
    sums = (
        select(LedgerEntry.pool_id, *(_total(getattr(LedgerEntry, c)).label(c) for c in COLUMNS))
        .group_by(LedgerEntry.pool_id)
        .subquery("per_pool")
    )
    # Where the position itself is gone every figure of it is missing.
    stand = {c: _or_nothing(getattr(PoolBalance, c)) for c in COLUMNS}
    ledger = {c: _or_nothing(sums.c[c]) for c in COLUMNS}
    rows = (
        select(
            Pool.id.label("about_id"),
            Pool.id.label("pool_id"),
            *(stand[c].label(c) for c in COLUMNS),
            *(ledger[c].label(f"ledger_{c}") for c in COLUMNS),
        )
        .select_from(Pool)
        .outerjoin(PoolBalance, PoolBalance.pool_id == Pool.id)
        .outerjoin(sums, sums.c.pool_id == Pool.id)
        .where(or_(*(stand[c] != ledger[c] for c in COLUMNS)))
        .order_by(Pool.id)
    )
    return _parts(ctx, DriftKind.BALANCE, COLUMNS, rows)


def _lines(ctx: Context) -> Iterator[Drift]:
    """A reserved line has its amount set aside, a committed one bound and an actual one paid as
    their invoices say, and a released one nothing; and all its entries are of its own pool."""
    sums = (
        select(
            LedgerEntry.line_id,
            LedgerEntry.pool_id,
            *(_total(getattr(LedgerEntry, c)).label(c) for c in BUCKETS),
        )
        .where(LedgerEntry.line_id.is_not(None))
        .group_by(LedgerEntry.line_id, LedgerEntry.pool_id)
        .subquery("per_line")
    )
    said = {
        "reserved": case((MoneyLine.state == MoneyState.RESERVED, MoneyLine.amount), else_=0),
        "committed": case((MoneyLine.state == MoneyState.COMMITTED, PAID), else_=0),
        "actual": case((MoneyLine.state == MoneyState.ACTUAL, PAID), else_=0),
    }
    ledger = {c: _or_nothing(sums.c[c]) for c in BUCKETS}
    rows = (
        select(
            MoneyLine.id.label("about_id"),
            MoneyLine.pool_id,
            *(said[c].label(c) for c in BUCKETS),
            *(ledger[c].label(f"ledger_{c}") for c in BUCKETS),
        )
        .select_from(MoneyLine)
        .outerjoin(sums, and_(sums.c.line_id == MoneyLine.id, sums.c.pool_id == MoneyLine.pool_id))
        .where(or_(*(said[c] != ledger[c] for c in BUCKETS)))
        .order_by(MoneyLine.id)
    )
    return _parts(ctx, DriftKind.LINE, BUCKETS, rows)


def _halves(ctx: Context) -> Iterator[Drift]:
    """What left one pool came into another: the two halves of a link add up to nothing."""
    link = func.coalesce(LedgerEntry.link_id, LedgerEntry.id)
    rows = (
        select(
            link,
            func.min(cast(LedgerEntry.pool_id, String)).cast(Uuid),
            literal_column("0"),
            _total(LedgerEntry.transferred),
        )
        .where(LedgerEntry.kind == EntryKind.TRANSFERRED)
        .group_by(link)
        .having(func.sum(LedgerEntry.transferred) != 0)
        .order_by(link)
    )
    return _single(ctx, DriftKind.TRANSFER, "halves", rows)


def _transfers(ctx: Context) -> Iterator[Drift]:
    """What was approved lies in the pool that got it, and what was not does not."""
    came = (
        select(_total(LedgerEntry.transferred))
        .where(
            LedgerEntry.link_id == PoolTransfer.id,
            LedgerEntry.pool_id == PoolTransfer.to_pool_id,
            LedgerEntry.kind == EntryKind.TRANSFERRED,
        )
        .correlate(PoolTransfer)
        .scalar_subquery()
    )
    said = case((PoolTransfer.state == TransferState.APPROVED, PoolTransfer.amount), else_=0)
    rows = (
        select(PoolTransfer.id, PoolTransfer.to_pool_id, came, said)
        .where(came != said)
        .order_by(PoolTransfer.id)
    )
    return _single(ctx, DriftKind.TRANSFER, "amount", rows)


def _carry_overs(ctx: Context) -> Iterator[Drift]:
    """What closings entered into the next year."""
    turn, link = turns()
    came = _total(LedgerEntry.carried)
    rows = (
        select(CarryOver.id, CarryOver.into_pool_id, came, CarryOver.posted)
        .select_from(CarryOver)
        .outerjoin(turn, true())
        .outerjoin(
            LedgerEntry,
            and_(
                LedgerEntry.link_id == link,
                LedgerEntry.kind == EntryKind.CARRIED,
                LedgerEntry.pool_id == CarryOver.into_pool_id,
            ),
        )
        .group_by(CarryOver.id, CarryOver.into_pool_id, CarryOver.posted)
        .having(came != CarryOver.posted)
        .order_by(CarryOver.id)
    )
    return _single(ctx, DriftKind.CARRY_OVER, "posted", rows)


def _constraints(ctx: Context) -> Iterator[Drift]:
    live = and_(MoneyLine.id == ConstraintUse.line_id, MoneyLine.state != MoneyState.RELEASED)
    taken = _total(PAID)
    rows = (
        select(PoolConstraint.id, PoolConstraint.pool_id, taken, PoolConstraint.used)
        .select_from(PoolConstraint)
        .outerjoin(ConstraintUse, ConstraintUse.constraint_id == PoolConstraint.id)
        .outerjoin(MoneyLine, live)
        .where(PoolConstraint.is_active)
        .group_by(PoolConstraint.id, PoolConstraint.pool_id, PoolConstraint.used)
        .having(taken != PoolConstraint.used)
        .order_by(PoolConstraint.id)
    )
    return _single(ctx, DriftKind.CONSTRAINT, "used", rows)


def _persons(ctx: Context) -> Iterator[Drift]:
    nothing: Any = literal_column("0")
    counted = (
        per_person()
        .add_columns(nothing.label("shown"))
        .where(MoneyLine.state != MoneyState.RELEASED)
    )
    shown = select(PersonUse.cap_id, PersonUse.employee_id, PersonUse.year, nothing, PersonUse.used)
    both = union_all(counted, shown).subquery("both").c
    key = (both.cap_id, both.employee_id, both.year)
    expected, found = _total(both.used), _total(both.shown)
    rows = select(*key, expected, found).group_by(*key).having(expected != found).order_by(*key)
    for cap_id, employee_id, year, ledger, own in ctx.session.execute(rows.limit(MOST)):
        part = f"{year} {employee_id}"
        yield Drift(DriftKind.PERSON, cap_id, part, None, Money(int(ledger)), Money(int(own)))


# -- what agrees with the ledger, and yet wants somebody


def unsettled(ctx: Context) -> list[Drift]:
    """Closed years whose pools have something else left than their closing found, and constraints
    of which more is used than they allow now. Nothing was done past the ledger."""
    return [*_closings(ctx), *_strings(ctx)]


def _closings(ctx: Context) -> Iterator[Drift]:
    """Not where the next year is closed too: it takes nothing any more."""
    left, found = rules.unbound(PoolBalance), _or_nothing(CarryOver.result)
    following = aliased(BudgetYear)
    closed = (
        select(Pool.id.label("about_id"), Pool.id.label("pool_id"))
        .add_columns(
            left.label("ledger_result"),
            found.label("result"),
            _or_nothing(CarryOver.carried).label("ledger_posted"),
            _or_nothing(CarryOver.posted).label("posted"),
        )
        .select_from(Pool)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .outerjoin(CarryOver, CarryOver.pool_id == Pool.id)
        .outerjoin(following, following.year == BudgetYear.year + 1)
        .where(
            BudgetYear.state == BudgetYearState.CLOSED,
            following.state.is_distinct_from(BudgetYearState.CLOSED),
            or_(left != found, CarryOver.carried != CarryOver.posted),
        )
        .order_by(Pool.id)
    )
    return _parts(ctx, DriftKind.CLOSING, ("result", "posted"), closed)


def _strings(ctx: Context) -> Iterator[Drift]:
    held = rules.held(PoolBalance)
    most = func.div(func.greatest(held, 0) * PoolConstraint.most_bp, 10_000)
    rows = (
        select(PoolConstraint.id, PoolConstraint.pool_id, most, PoolConstraint.used)
        .join(PoolBalance, PoolBalance.pool_id == PoolConstraint.pool_id)
        .where(is_broken(held))
        .order_by(PoolConstraint.id)
    )
    return _single(ctx, DriftKind.STRING, "used", rows)


# -- what is told of it


def open_alarms(ctx: Context) -> Sequence[BudgetAlarm]:
    """Those that hold still, oldest first."""
    return ctx.session.scalars(
        select(BudgetAlarm)
        .where(BudgetAlarm.settled_at.is_(None))
        .order_by(BudgetAlarm.raised_at, BudgetAlarm.id)
    ).all()


def all_alarms(*, is_open: bool | None) -> Select[Any]:
    """Those that hold, those whose figures agree again, or both; newest first, with the pools."""
    statement = (
        select(BudgetAlarm)
        .options(joinedload(BudgetAlarm.pool).joinedload(Pool.year))
        .order_by(BudgetAlarm.raised_at.desc(), BudgetAlarm.id)
    )
    if is_open is None:
        return statement
    holds = BudgetAlarm.settled_at.is_(None)
    return statement.where(holds if is_open else ~holds)


def count_open(key: str) -> Select[Any]:
    """(key, how many alarms hold); for `Context.execute`."""
    counted: Any = (
        select(literal_column(f"'{key}'", Text), func.count())
        .select_from(BudgetAlarm)
        .where(BudgetAlarm.settled_at.is_(None))
    )
    fenced: Select[Any] = only_own(counted, BudgetAlarm)
    return fenced


__all__ = ["Drift", "all_alarms", "count_open", "drifts", "open_alarms", "unsettled"]
