"""Money that moves between pools, into them and out of them; and what an invoice turned out to be.

Steps of verbs above, as the ledger's own: they ask no permission and leave no audit. Each posting
that has a link is posted once, whoever asks twice; each guard is the WHERE of an UPDATE.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import (
    CostLine,
    EntryKind,
    LedgerEntry,
    MoneyLine,
    MoneyState,
    Policy,
    PoolBalance,
)
from tenant_app.budgets.queries import limits
from tenant_app.budgets.service import counting
from tenant_app.budgets.service.ledger import pay_more
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.money import Money, check_amount, show, split

LONGEST_NOTE = 1000


def transfer(
    ctx: Context,
    *,
    from_pool_id: UUID,
    to_pool_id: UUID,
    amount: int,
    note: str,
    link_id: UUID | None = None,
) -> UUID:
    """The amount lies in the other pool: two entries with one link, which is returned. Twice with
    the same link is once.

    Raises NotFound for pools that do not exist, Invalid for an amount that is not above zero, the
    same pool twice or no note, and Conflict when the giver does not hold it: with *stop* what is
    available, else what is not bound or spent, and with constraints what they leave free.
    """
    _check(amount, note)
    if from_pool_id == to_pool_id:
        raise Invalid(N_("Choose two different pools."), field="to_pool_id")
    names = limits.names_of_pools(ctx, [from_pool_id, to_pool_id])
    if len(names) != 2:
        raise NotFound()
    link = link_id or uuid7()
    rows = [(from_pool_id, {"transferred": -amount}), (to_pool_id, {"transferred": amount})]
    if _post_once(ctx, EntryKind.TRANSFERRED, rows, note=note, link_id=link):
        # In pool id order, as everyone locks.
        for pool_id, change in sorted(rows):
            giving = pool_id == from_pool_id
            if not _change(ctx, pool_id, change, _can_give(amount) if giving else None):
                raise _cannot_give(ctx, pool_id, names[pool_id], amount)
            if giving:
                counting.check_strings(ctx, pool_id)
    return link


def carry(ctx: Context, *, pool_id: UUID, amount: int, note: str, link_id: UUID) -> None:
    """What is left of last year (or missing, when negative) lies in the pool. Twice with the same
    link is once.

    Raises Conflict when a pool that stops, or lets go over up to its block, cannot bear the debt.
    """
    _check_note(note)
    check_amount(amount, negative=True)
    if amount == 0:
        raise Invalid(N_("The amount cannot be zero."), field="amount")
    name = _name(ctx, pool_id)
    change = {"carried": amount}
    if _post_once(ctx, EntryKind.CARRIED, [(pool_id, change)], note=note, link_id=link_id):
        free = PoolBalance.policy.in_([Policy.WARN, Policy.IGNORE])
        guard = or_(free, _can_give(-amount)) if amount < 0 else None
        if not _change(ctx, pool_id, change, guard):
            raise _cannot_give(ctx, pool_id, name, -amount)
        if amount < 0:
            counting.check_strings(ctx, pool_id)


def receive(ctx: Context, *, pool_id: UUID, amount: int, note: str, link_id: UUID) -> None:
    """Money from outside lies in the pool. Twice with the same link is once."""
    _check(amount, note)
    _name(ctx, pool_id)
    change = {"allotted": amount}
    if _post_once(ctx, EntryKind.ALLOTTED, [(pool_id, change)], note=note, link_id=link_id):
        _change(ctx, pool_id, change, None)


def pay_back(ctx: Context, *, pool_id: UUID, amount: int, note: str, link_id: UUID) -> None:
    """Money goes back outside. Twice with the same link is once. Raises Conflict when the pool
    does not hold it, as `transfer` does."""
    _check(amount, note)
    name = _name(ctx, pool_id)
    change = {"allotted": -amount}
    posted = _post_once(ctx, EntryKind.ADJUSTED, [(pool_id, change)], note=note, link_id=link_id)
    # What was carried over counts as well as what was received this year.
    if posted and not _change(ctx, pool_id, change, _can_give(amount)):
        raise _cannot_give(ctx, pool_id, name, amount)
    counting.check_strings(ctx, pool_id)


def settle(
    ctx: Context,
    *,
    source_id: UUID,
    amount: int,
    link_id: UUID,
    line_id: UUID | None = None,
    cost_line: CostLine | None = None,
    note: str = "",
    beforehand: bool = False,
) -> Money:
    """The lines of the source (or the one line, or those of one cost line) cost `amount` in all:
    the invoice (`link_id`) says so. What is only committed is spent by it; the difference divides
    by what each pool pays and is adjusted on what was spent. Twice with the same link is once.

    `beforehand`, before the course was held, what is committed stays committed and the difference
    is adjusted on that: released and charged with it later. Returns the difference. Raises Conflict
    for what is released or only reserved, and BudgetExceeded when a pool that stops does not hold
    the difference.
    """
    check_amount(amount)
    lines = limits.lines_to_settle(ctx, source_id, line_id=line_id, cost_line=cost_line)
    rules.check_can_settle({line.state for line in lines})
    committed = [line for line in lines if line.state is MoneyState.COMMITTED]
    if not beforehand:
        # Also where the link was posted beforehand: that settled what it costs, and not yet that
        # it is spent.
        _spend(ctx, committed, link_note=note)
    if limits.is_linked(ctx, [line.id for line in lines], link_id):
        return Money(0)
    still = {line.id for line in committed} if beforehand else set()
    parts = split(amount, [int(line.amount) for line in lines])
    changes: dict[UUID, dict[str, int]] = {}
    rows = []
    differences: dict[UUID, Money] = {}
    for line, part in zip(lines, parts, strict=True):
        difference = Money(part - line.amount - line.adjusted)
        differences[line.id] = difference
        column = "committed" if line.id in still else "actual"
        change = changes.setdefault(line.pool_id, {"committed": 0, "actual": 0})
        change[column] += difference
        rows.append((line.pool_id, {column: difference, "line_id": line.id}))
        if difference:
            ctx.session.execute(
                update(MoneyLine)
                .where(MoneyLine.id == line.id)
                .values(adjusted=MoneyLine.adjusted + difference),
                execution_options={"synchronize_session": False},
            )
    _post_once(ctx, EntryKind.ADJUSTED, rows, note=note, link_id=link_id)
    form = str(lines[0].facts.get("form", ""))
    for pool_id in sorted(key for key, change in changes.items() if any(change.values())):
        pay_more(ctx, pool_id, **changes[pool_id], form=form)
    counting.count_difference(ctx, differences)
    return Money(sum(differences.values()))


def keep_fee(
    ctx: Context, *, source_id: UUID, line_id: UUID, amount: int, link_id: UUID, note: str = ""
) -> None:
    """The provider keeps so much of a place that was given up: the released line is spent with it.
    Twice with the same link is once.

    Raises NotFound, Conflict for a line that is not released, and BudgetExceeded when a pool that
    stops does not hold it.
    """
    check_amount(amount)
    lines = limits.lines_to_settle(ctx, source_id, line_id=line_id, cost_line=None)
    if not lines:
        raise NotFound()
    if limits.is_linked(ctx, [line_id], link_id):
        return
    [line] = lines
    rules.check_can_keep(line.state)
    ctx.session.execute(
        update(MoneyLine)
        .where(MoneyLine.id == line.id)
        .values(state=MoneyState.ACTUAL, adjusted=amount - MoneyLine.amount),
        execution_options={"synchronize_session": False},
    )
    rows = [(line.pool_id, {"actual": amount, "line_id": line.id})]
    _post_once(ctx, EntryKind.ADJUSTED, rows, note=note, link_id=link_id)
    form = str(line.facts.get("form", ""))
    pay_more(ctx, line.pool_id, committed=0, actual=amount, form=form)
    counting.count_kept(ctx, line, Money(amount))


def _spend(ctx: Context, lines: Sequence[MoneyLine], *, link_note: str) -> None:
    if not lines:
        return
    sums: dict[UUID, int] = {}
    for line in lines:
        sums[line.pool_id] = sums.get(line.pool_id, 0) + _worth(line)
    ctx.session.execute(
        update(MoneyLine)
        .where(MoneyLine.id.in_([line.id for line in lines]))
        .values(state=MoneyState.ACTUAL),
        execution_options={"synchronize_session": False},
    )
    for pool_id in sorted(sums):
        _change(ctx, pool_id, {"committed": -sums[pool_id], "actual": sums[pool_id]}, None)
    rows = [
        (line.pool_id, {"committed": -_worth(line), "actual": _worth(line), "line_id": line.id})
        for line in lines
    ]
    _post_once(ctx, EntryKind.ACTUAL, rows, note=link_note, link_id=None)


def _worth(line: MoneyLine) -> int:
    """What the line takes of its pool, with what invoices changed."""
    return line.amount + line.adjusted


def _post_once(
    ctx: Context,
    kind: EntryKind,
    rows: Sequence[tuple[UUID, Mapping[str, Any]]],
    *,
    note: str,
    link_id: UUID | None,
) -> bool:
    """The entries, or nothing when they were posted before."""
    common = {"kind": kind, "booked_on": ctx.today, "booked_at": ctx.now, "note": note.strip()}
    common |= {"actor_name": ctx.actor.name, "link_id": link_id}
    entries = [common | {"id": uuid7(), "pool_id": pool_id, **change} for pool_id, change in rows]
    made = 0
    for entry in entries:
        statement = pg_insert(LedgerEntry).values(**entry).on_conflict_do_nothing()
        made += len(ctx.session.execute(statement.returning(LedgerEntry.id)).all())
    if made and made != len(entries):
        raise Conflict(N_("Part of this was posted before. Look at the entries of the pools."))
    return bool(made)


def _change(
    ctx: Context, pool_id: UUID, change: Mapping[str, int], guard: ColumnElement[bool] | None
) -> bool:
    """Whether the pool's position could change so."""
    values = {
        getattr(PoolBalance, column): getattr(PoolBalance, column) + amount
        for column, amount in change.items()
    }
    statement = update(PoolBalance).where(PoolBalance.pool_id == pool_id).values(values)
    if guard is not None:
        statement = statement.where(guard)
    found = ctx.session.execute(
        statement.returning(PoolBalance.id), execution_options={"synchronize_session": False}
    )
    return bool(found.all())


def _can_give(amount: int) -> ColumnElement[bool]:
    """With *stop* what is available covers it, else what is not bound or spent."""
    fits: ColumnElement[bool] = or_(
        rules.available(PoolBalance) >= amount,
        and_(PoolBalance.policy != Policy.STOP, rules.unbound(PoolBalance) >= amount),
    )
    return fits


def _cannot_give(ctx: Context, pool_id: UUID, name: str, amount: int) -> Conflict:
    balance = queries.locked_balance(ctx, pool_id)
    left = balance.available if balance.policy is Policy.STOP else rules.unbound(balance)
    return Conflict(
        N_(
            "The pool “%(pool)s” can give up %(available)s and %(amount)s is asked of it: "
            "%(shortage)s short. Choose a smaller amount."
        ),
        field="amount",
        pool=name,
        available=show(max(0, left)),
        amount=show(amount),
        shortage=show(amount - max(0, left)),
    )


def _name(ctx: Context, pool_id: UUID) -> str:
    names = limits.names_of_pools(ctx, [pool_id])
    if pool_id not in names:
        raise NotFound()
    return names[pool_id]


def _check(amount: int, note: str) -> None:
    check_amount(amount)
    if amount == 0:
        raise Invalid(N_("The amount must be above zero."), field="amount")
    _check_note(note)


def _check_note(note: str) -> None:
    if not note.strip():
        raise Invalid(N_("Write what the money is moved for."), field="note")
    if len(note) > LONGEST_NOTE:
        raise Invalid(
            N_("The note is longer than %(most)s letters."), field="note", most=LONGEST_NOTE
        )
