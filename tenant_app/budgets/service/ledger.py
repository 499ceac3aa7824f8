"""Money moves: reserved on submit, committed on final approval, actual on completion, or released.

The guard is the WHERE of an UPDATE on the pool's balance, in pool id order, so that no number of
requests at once overspends or deadlocks. Lines move first, guarded by their own state: who comes
second finds nothing to move and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, insert, or_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import EntryKind, LedgerEntry, MoneyLine, MoneyState, PoolBalance
from tenant_app.budgets.models import Policy as PoolPolicy
from tenant_app.budgets.rules import (
    ApprovalExceeds,
    AvailableShort,
    BudgetExceeded,
    CostCard,
    Overdraft,
)
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.fence import only_own
from tenant_app.core.money import Money

# Spoken to the tables past the unit of work's memory of objects: these run for every request of
# a hot pool, half the time of the same through mapped classes. Rows are read fresh where shown.
BALANCES = PoolBalance.metadata.tables["pool_balances"]
LINES = MoneyLine.metadata.tables["money_lines"]
ENTRIES = LedgerEntry.metadata.tables["ledger_entries"]

SET_ASIDE = (
    pg_insert(LINES).on_conflict_do_nothing().returning(LINES.c.id, LINES.c.pool_id, LINES.c.amount)
)
RESERVE = only_own(
    update(BALANCES)
    .where(
        BALANCES.c.pool_id == bindparam("pool"),
        or_(
            BALANCES.c.policy != PoolPolicy.STOP,
            rules.available(BALANCES.c) >= bindparam("taken", type_=BigInteger),
        ),
    )
    .values(reserved=BALANCES.c.reserved + bindparam("taken", type_=BigInteger))
    .returning(rules.available(BALANCES.c)),
    PoolBalance,
)
BIND = only_own(
    update(BALANCES)
    .where(
        BALANCES.c.pool_id == bindparam("pool"),
        or_(
            BALANCES.c.policy != PoolPolicy.STOP,
            rules.unbound(BALANCES.c) >= bindparam("bound", type_=BigInteger),
        ),
    )
    .values(
        reserved=BALANCES.c.reserved - bindparam("bound", type_=BigInteger),
        committed=BALANCES.c.committed + bindparam("bound", type_=BigInteger),
    ),
    PoolBalance,
)
MOVE = only_own(
    update(LINES)
    .where(LINES.c.source_id == bindparam("source"), LINES.c.state == bindparam("was"))
    .values(state=bindparam("becomes"))
    .returning(LINES.c.id, LINES.c.pool_id, LINES.c.amount),
    MoneyLine,
)
SHIFT = only_own(
    update(BALANCES)
    .where(BALANCES.c.pool_id == bindparam("pool"))
    .values(
        reserved=BALANCES.c.reserved + bindparam("d_reserved"),
        committed=BALANCES.c.committed + bindparam("d_committed"),
        actual=BALANCES.c.actual + bindparam("d_actual"),
    ),
    PoolBalance,
)
Moved = Sequence[tuple[UUID, UUID, Money]]
"""(line, pool, amount)."""


def reserve(ctx: Context, *, source_id: UUID, submission: int, card: CostCard) -> list[Overdraft]:
    """The card's shares are set aside in their pools; a second call of the same changes nothing.

    Returns a warning per *warn* pool that went below zero. Raises BudgetExceeded for a *stop* pool
    that does not hold its part; the unit of work must then be undone.
    """
    moved = _set_aside(ctx, source_id=source_id, submission=submission, card=card)
    warnings = []
    for pool_id, amount in _per_pool(moved).items():
        left = _take(ctx, pool_id, amount, name=card.pool_names()[pool_id])
        if left < 0:
            warnings.append(
                Overdraft(pool_id, card.pool_names()[pool_id], Money(left + amount), amount)
            )
    _post(ctx, EntryKind.RESERVED, moved)
    return warnings


def _set_aside(ctx: Context, *, source_id: UUID, submission: int, card: CostCard) -> Moved:
    """New lines, or none when this submission already has them."""
    if not card.shares:
        return []
    common = {
        "source_id": source_id,
        "submission": submission,
        "rule_name": card.rule_name,
        "rule_version": card.rule_version,
        "state": MoneyState.RESERVED,
    }
    rows = [
        {
            **common,
            "id": uuid7(),
            "pool_id": share.pool_id,
            "cost_line": share.cost_line,
            "amount": share.amount,
            "share_bp": share.share_bp,
        }
        # In one order, so that two of the same wait for each other instead of deadlocking.
        for share in sorted(card.shares, key=lambda share: (share.pool_id, share.cost_line))
    ]
    made = ctx.session.connection().execute(SET_ASIDE, rows).all()
    if made and len(made) != len(rows):
        raise RuntimeError(f"submission {submission} was reserved before with other lines")
    return [(line, pool, Money(amount)) for line, pool, amount in made]


def _take(ctx: Context, pool_id: UUID, amount: Money, *, name: str) -> int:
    """What is left in the pool after taking the amount. Raises BudgetExceeded."""
    asked = {"pool": pool_id, "taken": amount}
    left = ctx.execute(RESERVE, asked).scalar_one_or_none()
    if left is None:
        # Another may have given money back since: look again, holding the row.
        balance = queries.locked_balance(ctx, pool_id)
        if balance.available < amount:
            raise BudgetExceeded(AvailableShort(pool_id, name, balance.available, amount))
        left = ctx.execute(RESERVE, asked).scalar_one()
    return int(left)


def commit(ctx: Context, *, source_id: UUID) -> None:
    """What was reserved is committed. Twice is once.

    Raises Conflict when it was released, and BudgetExceeded when a *stop* pool's money is bound
    already: it may have been made to stop with more requests than it holds, and of those the first
    approved go. The unit of work must then be undone.
    """
    _move(ctx, source_id, EntryKind.COMMITTED, MoneyState.COMMITTED, [MoneyState.RESERVED])


def charge(ctx: Context, *, source_id: UUID) -> None:
    """What was committed is spent. Twice is once. Raises Conflict when it was not committed."""
    _move(ctx, source_id, EntryKind.ACTUAL, MoneyState.ACTUAL, [MoneyState.COMMITTED])


def release(ctx: Context, *, source_id: UUID) -> None:
    """What was set aside is available again. Twice is once. Raises Conflict when it is spent."""
    active = [MoneyState.RESERVED, MoneyState.COMMITTED]
    _move(ctx, source_id, EntryKind.RELEASED, MoneyState.RELEASED, active)


def _move(
    ctx: Context,
    source_id: UUID,
    kind: EntryKind,
    becomes: MoneyState,
    from_states: Sequence[MoneyState],
) -> None:
    for was in from_states:
        asked = {"source": source_id, "was": was, "becomes": becomes}
        moved = ctx.execute(MOVE, asked).all()
        if moved:
            lines = [(row.id, row.pool_id, Money(row.amount)) for row in moved]
            if becomes is MoneyState.COMMITTED:
                _bind(ctx, lines)
            else:
                _shift(ctx, kind, lines, was=was)
            _post(ctx, kind, lines, was=was)
            return
    rules.check_nothing_moved(kind, queries.latest_states(ctx, source_id))


def _bind(ctx: Context, moved: Moved) -> None:
    """The pools' reserved money is committed. Raises BudgetExceeded.

    One by one: a refused pool is locked to look again, and that before those after it.
    """
    for pool_id, amount in _per_pool(moved).items():
        asked = {"pool": pool_id, "bound": amount}
        if ctx.execute(BIND, asked).rowcount:
            continue
        # Another may have given money back since: look again, holding the row.
        left = Money(rules.unbound(queries.locked_balance(ctx, pool_id)))
        if left < amount:
            name = queries.name_of_pool(ctx, pool_id)
            raise ApprovalExceeds(AvailableShort(pool_id, name, left, amount))
        ctx.execute(BIND, asked)


def _per_pool(moved: Moved) -> dict[UUID, Money]:
    """Pool → the sum of its lines, in pool id order: everyone locks in the same order."""
    sums: dict[UUID, int] = {}
    for _, pool_id, amount in moved:
        sums[pool_id] = sums.get(pool_id, 0) + amount
    return {pool_id: Money(sums[pool_id]) for pool_id in sorted(sums)}


def _shift(ctx: Context, kind: EntryKind, moved: Moved, *, was: MoneyState) -> None:
    """The pools' balances follow; one round trip, still in pool id order."""
    unmoved = {"d_reserved": 0, "d_committed": 0, "d_actual": 0}
    changes = [
        {"pool": pool_id}
        | unmoved
        | {f"d_{name}": ore for name, ore in rules.effect(kind, amount, was=was).items()}
        for pool_id, amount in _per_pool(moved).items()
    ]
    ctx.execute(SHIFT, changes)


def _post(ctx: Context, kind: EntryKind, moved: Moved, *, was: MoneyState | None = None) -> None:
    """One entry per line, in one round trip."""
    common = {"kind": kind, "booked_on": ctx.today, "booked_at": ctx.now, "note": ""}
    common |= {"actor_name": ctx.actor.name}
    rows = [
        common
        | {"id": uuid7(), "pool_id": pool_id, "line_id": line_id}
        | rules.effect(kind, amount, was=was)
        for line_id, pool_id, amount in moved
    ]
    if rows:
        ctx.session.connection().execute(insert(ENTRIES), rows)


def lines_of(ctx: Context, source_ids: Collection[UUID]) -> dict[UUID, list[MoneyLine]]:
    """Source → its money lines with their pools, oldest submission first. Sources without lines
    are there with none."""
    found: dict[UUID, list[MoneyLine]] = {source_id: [] for source_id in source_ids}
    if found:
        for line in queries.lines(ctx, list(found)):
            found[line.source_id].append(line)
    return found
