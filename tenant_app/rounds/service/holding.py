"""Rounds are drafted, announced and closed by those who manage the pool."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Pool
from tenant_app.budgets.rules import check_holds_money
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.money import Money
from tenant_app.organisation import service as organisation
from tenant_app.rounds import queries, rules
from tenant_app.rounds.models import ApplicationRound, RoundState
from tenant_app.rounds.rules import Standing
from tenant_app.rounds.service.shared import find_to_hold, standing

FACTS = ("title", "purpose", "criteria", "amount", "opens_on", "closes_on")


def create(
    ctx: Context,
    *,
    pool_id: UUID,
    title: str,
    amount: int,
    opens_on: date,
    closes_on: date,
    purpose: str = "",
    criteria: str = "",
) -> ApplicationRound:
    """A draft that units do not see yet.

    Raises NotFound for a pool that is not the actor's to manage, Invalid naming the field, and
    Conflict when its year holds no money.
    """
    ctx.require(Permission.BUDGET_MANAGE)
    pool = queries.pool_to_give(ctx, pool_id)
    if pool is None:
        raise NotFound(N_("There is no such pool. Choose from the list."), field="pool_id")
    rules.check_pool(pool.kind, pool.name)
    check_holds_money(pool.year.year, pool.year.state)
    rules.check_days(opens_on, closes_on, today=ctx.today, year=pool.year.year)
    made = ApplicationRound(
        pool_id=pool.id,
        title=rules.check_text(title, field="title", needed=True),
        purpose=rules.check_text(purpose, field="purpose"),
        criteria=rules.check_text(criteria, field="criteria"),
        amount=rules.check_to_give(amount),
        opens_on=opens_on,
        closes_on=closes_on,
        state=RoundState.DRAFT,
        created_at=ctx.now,
        decided_at=None,
        decided_by=None,
    )
    ctx.session.add(made)
    ctx.session.flush()  # the trail names it
    audit.record(ctx, "round.created", made.id, new={"pool": pool.name} | _facts(made))
    return made


def change(ctx: Context, round_id: UUID, **facts: Any) -> ApplicationRound:
    """What is given is changed. Once units have been able to apply, only the last day may move,
    and only to a later one: nobody is cut off. Raises as `create`, and Conflict."""
    found = find_to_hold(ctx, round_id)
    now = standing(ctx, found)
    if now is Standing.DECIDED:
        raise Conflict(N_("The round is decided, and what was awarded has moved."))
    old = _facts(found)
    new = old | {key: value for key, value in facts.items() if value is not None}
    for name in ("title", "purpose", "criteria"):
        new[name] = rules.check_text(new[name], field=name, needed=name == "title")
    new["amount"] = rules.check_to_give(new["amount"])
    if new["opens_on"] != old["opens_on"] or new["closes_on"] != old["closes_on"]:
        rules.check_days(
            new["opens_on"], new["closes_on"], today=ctx.today, year=found.pool.year.year
        )
    if now not in (Standing.DRAFT, Standing.ANNOUNCED):
        changed = [name for name in FACTS if new[name] != old[name] and name != "closes_on"]
        if changed or new["closes_on"] < old["closes_on"]:
            raise Conflict(
                N_(
                    "Units have been able to apply on these terms. Only the last day can be moved, "
                    "to a later one."
                ),
                field=changed[0] if changed else "closes_on",
            )
    if now is Standing.ANNOUNCED and new["amount"] > old["amount"]:
        _check_offer(ctx, found, new["amount"])
    for name in FACTS:
        setattr(found, name, new[name])
    if new != old:
        audit.record(
            ctx,
            "round.changed",
            found.id,
            old={name: old[name] for name in FACTS if new[name] != old[name]},
            new={name: new[name] for name in FACTS if new[name] != old[name]},
        )
    return found


def open_round(ctx: Context, round_id: UUID) -> ApplicationRound:
    """Units see it, and apply from its first day; a closed one takes applications again.

    Raises Conflict when it is decided, and when it offers more than its pool can give; Invalid
    when its last day is over.
    """
    found = find_to_hold(ctx, round_id)
    rules.check_move(found.state, RoundState.OPEN)
    rules.check_days(found.opens_on, found.closes_on, today=ctx.today, year=found.pool.year.year)
    if found.state is RoundState.DRAFT:
        _check_offer(ctx, found, found.amount)
    return _move(ctx, found, RoundState.OPEN, "round.opened")


def close(ctx: Context, round_id: UUID) -> ApplicationRound:
    """Nobody applies any more. Raises Conflict."""
    found = find_to_hold(ctx, round_id)
    rules.check_move(found.state, RoundState.CLOSED)
    return _move(ctx, found, RoundState.CLOSED, "round.closed")


def drop(ctx: Context, round_id: UUID) -> ApplicationRound:
    """The round is given up, and no list shows it. Raises Conflict once a unit has applied."""
    found = find_to_hold(ctx, round_id)
    rules.check_move(found.state, RoundState.DROPPED)
    known = queries.sums(ctx, [found.id]).get(found.id)
    rules.check_unapplied(known[0] if known else 0)
    return _move(ctx, found, RoundState.DROPPED, "round.dropped")


def move(ctx: Context, round_id: UUID, to: RoundState) -> ApplicationRound:
    """The step that leads to the state. Raises what it raises, and Conflict where none does."""
    if to is RoundState.OPEN:
        return open_round(ctx, round_id)
    if to is RoundState.CLOSED:
        return close(ctx, round_id)
    found = find_to_hold(ctx, round_id)
    if to is RoundState.DROPPED:
        raise Conflict(N_("A round is given up by deleting it."), field="to")
    rules.check_move(found.state, to)
    raise Conflict(N_("A round is decided with what each unit is awarded."), field="to")


def may_hold(ctx: Context, found: ApplicationRound) -> bool:
    """Whether the actor manages the pool of the round."""
    permission = Permission.BUDGET_MANAGE
    if not ctx.actor.may(permission):
        return False
    return ctx.actor.may(permission, at=organisation.path_at(ctx, found.pool.unit_id))


def pools_to_give(ctx: Context) -> Sequence[Pool]:
    """Pools that a round can be held on, with their years."""
    ctx.require(Permission.BUDGET_MANAGE)
    return queries.own_pools(ctx)


def left_of(ctx: Context, pools: Collection[Pool]) -> dict[UUID, Money]:
    """Pool → what it can give today."""
    return {
        key: Money(max(0, held.available))
        for key, held in budgets.positions(ctx, [pool.id for pool in pools]).items()
    }


def _check_offer(ctx: Context, found: ApplicationRound, amount: int) -> None:
    left = budgets.positions(ctx, [found.pool_id])[found.pool_id].available
    rules.check_offer(amount, left=left, pool=found.pool.name)


def _facts(found: ApplicationRound) -> dict[str, Any]:
    return {name: getattr(found, name) for name in FACTS}


def _move(ctx: Context, found: ApplicationRound, to: RoundState, action: str) -> ApplicationRound:
    before = found.state
    found.state = to
    audit.record(ctx, action, found.id, old={"state": before.value}, new={"state": to.value})
    return found
