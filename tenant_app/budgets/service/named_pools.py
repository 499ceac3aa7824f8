"""Earmarked pools and funds: opened by hand, and named in funding rules by their code."""

from __future__ import annotations

from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import Policy, Pool, PoolBalance, PoolKind
from tenant_app.budgets.queries import funding as queries_funding
from tenant_app.budgets.queries import taking_over
from tenant_app.budgets.service.pools import pool
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.organisation import service as organisation

MOST_NAME, MOST_PURPOSE = 200, 2000


def open_named_pool(
    ctx: Context,
    year_id: UUID,
    *,
    kind: PoolKind,
    code: str,
    name: str,
    unit_id: UUID | None = None,
    policy: Policy = Policy.STOP,
    purpose: str = "",
) -> Pool:
    """An empty pool that rules call by its code; the owner is the municipality unless a unit is
    given. Money comes by adjusting its allotment, a transfer or an award. Thresholds, caps and
    constraints are those of the newest earlier pool of its kind and code.

    Raises NotFound, Invalid naming the field, and Conflict when the year has such a pool, holds no
    money yet or is over.
    """
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    year = queries.year(ctx, year_id, lock=True)
    owner = queries.unit(ctx, unit_id) if unit_id is not None else organisation.root(ctx)
    if year is None or owner is None:
        raise NotFound()
    rules.check_named_kind(kind)
    clean = rules.check_code(code)
    called = name.strip()
    if not 1 <= len(called) <= MOST_NAME or not called.isprintable():
        raise Invalid(N_("Give the pool a name of at most 200 letters."), field="name")
    if len(purpose) > MOST_PURPOSE or "\0" in purpose:
        raise Invalid(N_("Write what the money is for in at most 2000 letters."), field="purpose")
    rules.check_holds_money(year.year, year.state)
    policy = rules.check_policy(policy)
    if queries_funding.named_in(ctx, year.id) >= rules.MOST_NAMED:
        raise Conflict(
            N_("%(year)s has %(most)s earmarked pools and funds already. Use one of them."),
            year=year.year,
            most=rules.MOST_NAMED,
        )
    row = {"id": uuid7(), "year_id": year.id, "kind": kind, "unit_id": owner.id, "code": clean}
    row |= {"name": called, "purpose": purpose.strip()}
    made = ctx.session.execute(insert_or_skip(Pool, row, skip=True)).scalar_one_or_none()
    if made is None:
        raise Conflict(
            N_("%(year)s already has a pool with the code “%(code)s”. Choose another code."),
            field="code",
            year=year.year,
            code=clean,
        )
    ctx.insert_many(PoolBalance, [{"pool_id": made, "policy": policy}])
    _pools, caps, strings = taking_over.take_over(ctx, pool_id=made)
    audit.record(
        ctx,
        "budgets.named_pool_opened",
        made,
        new={"code": clean, "kind": kind, "name": called, "year": year.year, "policy": policy}
        | {"caps": caps, "constraints": strings},
    )
    return pool(ctx, made)


def named_pools(ctx: Context) -> dict[str, str]:
    """Code → name of the pools that funding rules can name. Public among those who see budgets,
    as the rules are."""
    ctx.require(Permission.BUDGET_VIEW)
    return queries_funding.known_codes(ctx)


def pool_with_code(ctx: Context, *, year: int, code: str) -> Pool | None:
    """The pool of that code in that year, whoever may see it: a step of other verbs."""
    return queries_funding.pool_by_code(ctx, year, code.strip().upper())
