"""Money moves: reserved on submit, committed on final approval, actual on completion, or released.

The guard is the WHERE of an UPDATE on the pool's balance, in pool id order, so that no number of
requests at once overspends or deadlocks. Lines move first, guarded by their own state: who comes
second finds nothing to move and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Text, and_, bindparam, func, insert, or_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import EntryKind, LedgerEntry, MoneyLine, MoneyState, PoolBalance
from tenant_app.budgets.models import Policy as PoolPolicy
from tenant_app.budgets.queries import limits
from tenant_app.budgets.rules import (
    ApprovalExceeds,
    AvailableShort,
    BudgetExceeded,
    CostCard,
    InvoiceExceeds,
    Nearing,
    Over,
    OverBlocked,
    Overdraft,
)
from tenant_app.budgets.service import counting
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.fence import only_own
from tenant_app.core.money import Money

# Spoken to the tables past the unit of work's memory of objects: these run for every request of
# a hot pool, half the time of the same through mapped classes. Rows are read fresh where shown.
BALANCES = PoolBalance.metadata.tables["pool_balances"]
LINES = MoneyLine.metadata.tables["money_lines"]
ENTRIES = LedgerEntry.metadata.tables["ledger_entries"]

POLICY_COLUMNS = ("policy", "over_level", "forms", "notify_bp", "approve_bp", "block_bp")

POST = insert(ENTRIES)
SET_ASIDE = (
    pg_insert(LINES).on_conflict_do_nothing().returning(LINES.c.id, LINES.c.pool_id, LINES.c.amount)
)
# The pool's policy for the form; its own where the form has none.
in_force = func.coalesce(
    BALANCES.c.forms[bindparam("form", type_=Text)]["policy"].astext, BALANCES.c.policy
)
TAKEN = bindparam("taken", type_=BigInteger)
BOUND = bindparam("bound", type_=BigInteger)


def _fits(left: Any, amount: Any) -> ColumnElement[bool]:
    """What is `left` covers the amount, as the policy in force has it: with *stop* what the pool
    holds, with *approve over* what it holds up to its block."""
    above = rules.held(BALANCES.c) * (BALANCES.c.block_bp - 10_000)
    return or_(
        in_force.in_([PoolPolicy.WARN.value, PoolPolicy.IGNORE.value]),
        left >= amount,
        and_(
            in_force == PoolPolicy.APPROVE_OVER.value,
            (amount - left) * 10_000 <= above,
        ),
    )


RESERVE = only_own(
    update(BALANCES)
    .where(BALANCES.c.pool_id == bindparam("pool"), _fits(rules.available(BALANCES.c), TAKEN))
    .values(reserved=BALANCES.c.reserved + TAKEN)
    .returning(
        rules.available(BALANCES.c).label("left"),
        rules.held(BALANCES.c).label("held"),
        *(BALANCES.c[name] for name in POLICY_COLUMNS),
    ),
    PoolBalance,
)
BIND = only_own(
    update(BALANCES)
    .where(BALANCES.c.pool_id == bindparam("pool"), _fits(rules.unbound(BALANCES.c), BOUND))
    .values(
        reserved=BALANCES.c.reserved - BOUND,
        committed=BALANCES.c.committed + BOUND,
    ),
    PoolBalance,
)
MOVE = only_own(
    update(LINES)
    .where(LINES.c.source_id == bindparam("source"), LINES.c.state == bindparam("was"))
    .values(state=bindparam("becomes"))
    .returning(
        LINES.c.id,
        LINES.c.pool_id,
        # With what an invoice made a committed line dearer before the course was held.
        (LINES.c.amount + LINES.c.adjusted).label("amount"),
        LINES.c.facts["form"].astext.label("form"),
    ),
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
PAY_LESS = only_own(
    update(BALANCES)
    .where(BALANCES.c.pool_id == bindparam("pool"))
    .values(
        committed=BALANCES.c.committed + bindparam("more_committed", type_=BigInteger),
        actual=BALANCES.c.actual + bindparam("more_actual", type_=BigInteger),
    ),
    PoolBalance,
)
PAY_MORE = PAY_LESS.where(_fits(rules.available(BALANCES.c), TAKEN))
Moved = Sequence[tuple[UUID, UUID, Money]]
"""(line, pool, amount)."""


def reserve(
    ctx: Context,
    *,
    source_id: UUID,
    submission: int,
    card: CostCard,
    employee_id: UUID | None = None,
) -> list[Overdraft | Over | Nearing]:
    """The card's shares are set aside in their pools; a second call of the same changes nothing.

    Returns what there is to say of the pools: an Overdraft per *warn* pool that went below zero, an
    Over per pool that needs one more yes, a Nearing per pool that passed its first threshold.
    Raises BudgetExceeded for a pool that does not let it through, EarmarkExceeded for a constraint
    and PersonCapExceeded for a cap that it would break; the unit of work must then be undone.
    """
    moved = _set_aside(
        ctx, source_id=source_id, submission=submission, card=card, employee_id=employee_id
    )
    told: list[Overdraft | Over | Nearing] = []
    names, form = card.pool_names(), str(card.facts.get("form", ""))
    for pool_id, amount in _per_pool(moved).items():
        told += _take(ctx, pool_id, amount, name=names[pool_id], form=form)
    # After the balances are locked: whoever changes a constraint or a cap holds them too.
    counting.count(ctx, moved, facts=card.facts, names=names, employee_id=employee_id)
    _post(ctx, EntryKind.RESERVED, moved)
    return told


def _set_aside(
    ctx: Context, *, source_id: UUID, submission: int, card: CostCard, employee_id: UUID | None
) -> Moved:
    """New lines, or none when this submission already has them."""
    if not card.shares:
        return []
    common = {
        "source_id": source_id,
        "submission": submission,
        "rule_name": card.rule_name,
        "rule_version": card.rule_version,
        "state": MoneyState.RESERVED,
        "facts": rules.kept_facts(card.facts),
        "employee_id": employee_id,
    }
    rows = [
        {
            **common,
            "id": uuid7(),
            "pool_id": share.pool_id,
            "cost_line": share.cost_line,
            "amount": share.amount,
            "share_bp": share.share_bp,
            "rule_name": share.rule_name or card.rule_name,
        }
        # In one order, so that two of the same wait for each other instead of deadlocking.
        for share in sorted(card.shares, key=lambda share: (share.pool_id, share.cost_line))
    ]
    made = ctx.session.connection().execute(SET_ASIDE, rows).all()
    if made and len(made) != len(rows):
        raise RuntimeError(f"submission {submission} was reserved before with other lines")
    return [(line, pool, Money(amount)) for line, pool, amount in made]


def _take(
    ctx: Context, pool_id: UUID, amount: Money, *, name: str, form: str
) -> list[Overdraft | Over | Nearing]:
    """What there is to say of the pool after taking the amount. Raises BudgetExceeded."""
    asked = {"pool": pool_id, "taken": amount, "form": form}
    took = ctx.execute(RESERVE, asked).one_or_none()
    if took is None:
        # Another may have given money back since: look again, holding the row.
        balance = queries.locked_balance(ctx, pool_id)
        used = int(rules.held(balance) - balance.available)
        _check_room(balance, used, amount, name=name, form=form)
        took = ctx.execute(RESERVE, asked).one()
    stance = rules.stance(took, form)
    used = took.held - took.left - amount
    said = rules.verdict(stance, held=took.held, used=used, amount=amount)
    if said is rules.Verdict.OVER:
        return [Over(pool_id, name, stance.level)]
    if took.left < 0 and stance.policy is PoolPolicy.WARN:
        return [Overdraft(pool_id, name, Money(took.left + amount), amount)]
    before = rules.verdict(stance, held=took.held, used=used, amount=0)
    if said is rules.Verdict.NEAR and before is rules.Verdict.FITS:
        used_bp = (used + amount) * 10_000 // took.held
        return [Nearing(pool_id, name, used_bp, stance.notify_bp)]
    return []


def _check_room(
    balance: PoolBalance,
    used: int,
    amount: Money,
    *,
    name: str,
    form: str,
    refusal: type[BudgetExceeded] = BudgetExceeded,
) -> None:
    """Raises BudgetExceeded (or its `refusal`) when the pool says no to so much more than used."""
    stance = rules.stance(balance, form)
    held = int(rules.held(balance))
    if rules.verdict(stance, held=held, used=used, amount=amount) is not rules.Verdict.BLOCKED:
        return
    short = AvailableShort(balance.pool_id, name, rules.room(stance, held=held, used=used), amount)
    if stance.policy is PoolPolicy.APPROVE_OVER:
        raise OverBlocked(short, block_bp=stance.block_bp)
    raise refusal(short)


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
    """What was set aside is available again. Twice is once. Raises Conflict when it is spent, also
    when only some of it is; the unit of work must then be undone."""
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
                _bind(ctx, lines, form=moved[0].form or "")
            else:
                _shift(ctx, kind, lines, was=was)
            if becomes is MoneyState.RELEASED:
                if was is MoneyState.COMMITTED:
                    rules.check_nothing_spent(queries.latest_states(ctx, source_id))
                counting.uncount(ctx, [line_id for line_id, *_ in lines])
            _post(ctx, kind, lines, was=was)
            return
    rules.check_nothing_moved(kind, queries.latest_states(ctx, source_id))


def _bind(ctx: Context, moved: Moved, *, form: str) -> None:
    """The pools' reserved money is committed. Raises BudgetExceeded.

    One by one: a refused pool is locked to look again, and that before those after it.
    """
    for pool_id, amount in _per_pool(moved).items():
        asked = {"pool": pool_id, "bound": amount, "form": form}
        if ctx.execute(BIND, asked).rowcount:
            continue
        # Another may have given money back since: look again, holding the row.
        balance = queries.locked_balance(ctx, pool_id)
        bound = int(balance.committed + balance.actual)
        name = queries.name_of_pool(ctx, pool_id)
        _check_room(balance, bound, amount, name=name, form=form, refusal=ApprovalExceeds)
        if not ctx.execute(BIND, asked).rowcount:
            raise RuntimeError(f"pool {pool_id} has room and takes nothing")


def recheck(ctx: Context, *, source_id: UUID) -> list[Over]:
    """At a step of the approval: what was set aside is held against the pools once more, counting
    what is bound and spent. Returns the pools that need one more yes, which are locked with it.

    Raises BudgetExceeded for a pool that would refuse the final approval.
    """
    sums: dict[UUID, int] = {}
    rows = limits.reserved_of(ctx, source_id)
    for row in rows:
        sums[row.pool_id] = sums.get(row.pool_id, 0) + int(row.amount)
    of_pool = {row.pool_id: row for row in rows}
    overs: list[Over] = []
    # Where one is short or goes over they are locked, all of them in id order as the commit that
    # follows takes them, and looked at again: another may have given money back since.
    if not any(_goes_over(row, sums[key]) for key, row in of_pool.items()):
        return overs
    seen = {key: queries.locked_balance(ctx, key) for key in sorted(of_pool)}
    for key, row in of_pool.items():
        form, amount = str(row.facts.get("form", "")), Money(sums[key])
        stance = rules.stance(seen[key], form)
        bound, held = int(seen[key].committed + seen[key].actual), int(rules.held(seen[key]))
        _check_room(seen[key], bound, amount, name=row.name, form=form, refusal=ApprovalExceeds)
        said = rules.verdict(stance, held=held, used=bound, amount=amount)
        if said is rules.Verdict.OVER:
            overs.append(Over(key, row.name, stance.level))
    return overs


def _goes_over(row: Any, amount: int) -> bool:
    """Whether the pool may want one more yes, or say no, to so much more."""
    stance = rules.stance(row, str(row.facts.get("form", "")))
    bound, held = int(row.committed + row.actual), int(rules.held(row))
    said = rules.verdict(stance, held=held, used=bound, amount=Money(amount))
    return stance.policy is PoolPolicy.APPROVE_OVER or said is rules.Verdict.BLOCKED


def pay_more(ctx: Context, pool_id: UUID, *, committed: int, actual: int, form: str) -> None:
    """What is committed and spent of the pool is so much more, or less when negative: an invoice
    differs. Raises BudgetExceeded when the pool does not hold it. A step of `settle`."""
    amount = Money(committed + actual)
    asked = {"pool": pool_id, "more_committed": committed, "more_actual": actual}
    if amount <= 0:
        ctx.execute(PAY_LESS, asked)
        return
    asked |= {"taken": amount, "form": form}
    if not ctx.execute(PAY_MORE, asked).rowcount:
        balance = queries.locked_balance(ctx, pool_id)
        used = int(rules.held(balance) - balance.available)
        name = queries.name_of_pool(ctx, pool_id)
        _check_room(balance, used, amount, name=name, form=form, refusal=InvoiceExceeds)
        if not ctx.execute(PAY_MORE, asked).rowcount:
            raise RuntimeError(f"pool {pool_id} has room and takes nothing")


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
        ctx.session.connection().execute(POST, rows)


def lines_of(ctx: Context, source_ids: Collection[UUID]) -> dict[UUID, list[MoneyLine]]:
    """Source → its money lines with their pools and years, oldest first. Sources without lines
    are there with none."""
    found: dict[UUID, list[MoneyLine]] = {source_id: [] for source_id in source_ids}
    if found:
        for line in queries.lines(ctx, list(found)):
            found[line.source_id].append(line)
    return found
