"""What pools allow: policies per form, thresholds, constraints, and caps per person and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import update

from tenant_app.audit import service as audit
from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import PersonCap, Policy, Pool, PoolBalance, PoolConstraint
from tenant_app.budgets.queries import limits
from tenant_app.budgets.rules import Funding
from tenant_app.budgets.service import counting
from tenant_app.budgets.service.pools import pool, positions
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.money import show
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy

LADDER = ("notify_bp", "approve_bp", "block_bp")
WEAK_CENTRAL = "weak_central_at_least"
"""The limit of the municipality, in per cent: what central pays at least for weak institutions."""


def set_policy(ctx: Context, pool_id: UUID, policy: Policy) -> PoolBalance:
    """The pool stops, asks, warns or lets through from now on; the rest stays.

    With more asked for than it holds it may stop: the first approved go. Raises what
    `set_policies` raises.
    """
    return set_policies(ctx, pool_id, policy=policy)


def set_policies(
    ctx: Context,
    pool_id: UUID,
    *,
    policy: Policy | None = None,
    over_level: str | None = None,
    forms: Mapping[str, Any] | None = None,
    notify_bp: int | None = None,
    approve_bp: int | None = None,
    block_bp: int | None = None,
    whole_kind: bool = False,
) -> PoolBalance:
    """What the pool does with requests from now on: its policy, whose yes goes over, overrides per
    form, and the thresholds in basis points of what it holds. What is not given stays. With
    `whole_kind` the same holds for all pools of its kind in its year.

    Raises Invalid naming the field, and Conflict when more is bound and spent than the strictest
    of it would let through: allot first.
    """
    found = _to_manage(ctx, pool_id)
    given: dict[str, Any] = {
        "policy": None if policy is None else rules.check_policy(policy),
        "over_level": None if over_level is None else rules.check_level(over_level),
        "forms": None if forms is None else rules.check_forms(forms),
        "notify_bp": notify_bp,
        "approve_bp": approve_bp,
        "block_bp": block_bp,
    }
    new = {name: value for name, value in given.items() if value is not None}
    ids = limits.alike(ctx, found) if whole_kind else [pool_id]
    limits.lock_balances(ctx, ids)
    old: dict[str, Any] = {}
    for balance in sorted(queries.balances(ctx, ids), key=lambda each: each.pool_id):
        wanted = {name: new.get(name, getattr(balance, name)) for name in given}
        rules.check_ladder(**{name: wanted[name] for name in LADDER})
        missing = rules.shortage_under(balance, **wanted)
        if missing > 0:
            name = limits.names_of_pools(ctx, [balance.pool_id])[balance.pool_id]
            raise Conflict(
                N_(
                    "The pool “%(pool)s” is overdrawn by %(shortage)s, so it cannot stop requests "
                    "yet. Allot at least %(shortage)s first."
                ),
                field="policy",
                pool=name,
                shortage=show(missing),
            )
        if balance.pool_id == pool_id:
            old = {name: getattr(balance, name) for name in new}
    if new:
        ctx.session.execute(
            update(PoolBalance).where(PoolBalance.pool_id.in_(ids)).values(**new),
            execution_options={"synchronize_session": False},
        )
    note = {"pools": len(ids)} if whole_kind else {}
    audit.record(ctx, "budgets.policy_set", pool_id, old=old, new=new | note)
    return positions(ctx, [pool_id])[pool_id]


def constraints_of(ctx: Context, pool_id: UUID) -> Sequence[PoolConstraint]:
    """The constraints of a pool in sight, by name, with what is used of each."""
    return limits.constraints(ctx, [pool(ctx, pool_id).id])


def set_constraints(
    ctx: Context, pool_id: UUID, constraints: Sequence[Mapping[str, Any]]
) -> Sequence[PoolConstraint]:
    """The strings attached to an earmarked pool or a fund: `[{name, when, most_bp}]`. What was set
    aside before counts too; what is over a new constraint stays, and nothing more goes.

    Raises Invalid on `constraints`, also for a pool without strings.
    """
    found = _to_manage(ctx, pool_id)
    wanted = rules.check_constraints(constraints)
    if wanted and found.kind not in rules.NAMED:
        raise Invalid(N_("Only earmarked pools and funds have constraints."), field="constraints")
    limits.lock_balances(ctx, [pool_id])
    before = {each.name: each for each in limits.every_constraint(ctx, pool_id)}
    old = [_plain(each) for each in before.values() if each.is_active]
    for each in before.values():
        each.is_active = False
    for facts in wanted:
        kept = before.get(facts["name"])
        if kept is None:
            ctx.session.add(PoolConstraint(id=uuid7(), pool_id=pool_id, is_active=True, **facts))
        else:
            kept.when, kept.most_bp, kept.is_active = facts["when"], facts["most_bp"], True
    ctx.session.flush()
    counting.recount_pool(ctx, pool_id)
    audit.record(
        ctx,
        "budgets.constraints_set",
        pool_id,
        old={"constraints": old},
        new={"constraints": wanted},
    )
    return limits.constraints(ctx, [pool_id])


def caps(ctx: Context) -> Sequence[PersonCap]:
    """The caps per person and year, by name. How a municipality funds is no secret."""
    ctx.require(Permission.BUDGET_VIEW)
    return limits.caps(ctx)


def rule_names(ctx: Context) -> list[str]:
    """What the funding rules of all versions are called."""
    ctx.require(Permission.BUDGET_VIEW)
    return sorted(limits.rule_names(ctx), key=str.casefold)


def set_cap(
    ctx: Context,
    *,
    name: str,
    most: int,
    payer: str | None = None,
    rule_name: str | None = None,
) -> PersonCap:
    """At most so much per person and calendar year from the payer (a kind of pool or `pool:CODE`),
    by the funding rule, or both. The name of a cap there is changes that one. What was set aside
    before counts too.

    Raises Invalid naming the field.
    """
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    name, payer, rule_name, most = rules.check_cap(
        name=name, payer=payer, rule_name=rule_name, most=most
    )
    code = rules.code_of(payer) if payer is not None else None
    if code is not None and not limits.has_code(ctx, code):
        raise Invalid(
            N_("“%(payer)s” is not a pool that can pay."), field="payer", payer=str(payer)[:60]
        )
    if rule_name is not None and rule_name not in limits.rule_names(ctx):
        raise Invalid(
            N_("There is no funding rule called “%(name)s”."), field="rule_name", name=rule_name
        )
    limits.lock_balances(ctx)
    cap = limits.cap_named(ctx, name)
    facts = {"payer": payer, "rule_name": rule_name, "most": most}
    old = {key: getattr(cap, key) for key in facts} if cap is not None and cap.is_active else {}
    if cap is None:
        if len(limits.caps(ctx)) >= rules.MOST_CAPS:
            raise Invalid(
                N_("There are %(most)s caps already. End one first."),
                field="name",
                most=rules.MOST_CAPS,
            )
        row = facts | {"id": uuid7(), "name": name, "is_active": True}
        made = ctx.session.execute(insert_or_skip(PersonCap, row, skip=False)).scalar_one()
        cap = ctx.session.get_one(PersonCap, made)
    else:
        cap.payer, cap.rule_name, cap.most, cap.is_active = payer, rule_name, most, True
    counting.recount_cap(ctx, cap)
    audit.record(ctx, "budgets.cap_set", cap.id, old=old, new={"name": name} | facts)
    return cap


def end_cap(ctx: Context, cap_id: UUID) -> None:
    """The cap holds no more. Raises NotFound."""
    if not ctx.actor.may(Permission.BUDGET_VIEW):
        raise NotFound()
    cap = ctx.session.get(PersonCap, cap_id)
    if cap is None or not cap.is_active:
        raise NotFound()
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    limits.lock_balances(ctx)
    cap.is_active = False
    counting.recount_cap(ctx, cap)
    audit.record(ctx, "budgets.cap_ended", cap.id, old={"name": cap.name, "most": cap.most})


def with_equity(ctx: Context, funding: Funding, facts: Mapping[str, Any]) -> Funding:
    """For an institution flagged weak, the central pool pays at least what the municipality has
    set; the others give way in proportion."""
    least = tenancy.settings(ctx).limits.get(WEAK_CENTRAL) if facts.get("weak_economy") else None
    if not least:
        return funding
    shares = {
        line: rules.at_least_central(each, int(least) * 100)
        for line, each in funding.shares.items()
    }
    return replace(funding, shares=shares)


def _plain(constraint: PoolConstraint) -> dict[str, Any]:
    return {
        "name": constraint.name,
        "when": constraint.when,
        "most_bp": constraint.most_bp,
    }


def _to_manage(ctx: Context, pool_id: UUID) -> Pool:
    found = pool(ctx, pool_id)
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    return found
