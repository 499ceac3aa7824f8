"""Caps on what follows into the next year, the purpose it follows for, and who said yes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from tenant_app.audit import service as audit
from tenant_app.budgets import queries
from tenant_app.budgets.models import BudgetYearState, Pool, PoolKind
from tenant_app.budgets.queries import carrying
from tenant_app.budgets.queries import closing as statements
from tenant_app.budgets.rules.closing import Caps, check_caps, check_is_closing
from tenant_app.budgets.service.pools import pool as pool_in_sight
from tenant_app.budgets.year_models import CarryApprover, CarryOver, CarryRule
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid, NotFound
from tenant_app.organisation import service as organisation

LONGEST_PURPOSE = 500


def set_carry_rule(
    ctx: Context, *, caps: Caps, kind: PoolKind | None = None, pool_id: UUID | None = None
) -> CarryRule:
    """What follows of pools of the kind, or of the one pool instead. It is used when the end of a
    year is made up next. Raises Invalid, NotFound."""
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    check_caps(caps)
    if (kind is None) == (pool_id is None):
        raise Invalid(N_("Choose a kind of pools or one pool."), field="kind")
    if pool_id is not None:
        pool = pool_in_sight(ctx, pool_id)
        year = pool.year
        if year.state is BudgetYearState.CLOSED:
            raise Conflict(N_("The budget year %(year)s is closed."), year=year.year)
        kind = pool.kind
    found = carrying.carry_rule(ctx, kind=kind, pool_id=pool_id)
    facts = asdict(caps)
    if found is None:
        found = CarryRule(kind=kind, pool_id=pool_id, **facts)
        ctx.session.add(found)
        old = None
    else:
        old = {name: getattr(found, name) for name in facts}
        for name, value in facts.items():
            setattr(found, name, value)
    ctx.session.flush()
    audit.record(ctx, "budgets.carry_rule_set", found.id, old=old, new={"kind": kind} | facts)
    return found


def carry_rules(ctx: Context) -> Sequence[CarryRule]:
    """The kinds' own first, then those of single pools. Needs the view at the root."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    return carrying.carry_rules(ctx)


def live_pools(ctx: Context) -> Sequence[tuple[Pool, int]]:
    """(pool, year) of the years that are not closed. Needs the view at the root."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    return [(row[0], row[1]) for row in carrying.live_pools(ctx)]


def state_purpose(ctx: Context, carry_over_id: UUID, *, purpose: str) -> CarryOver:
    """What the money that follows is for. The pool's figures are made up again with it.

    Raises NotFound, Forbidden, Invalid, and Conflict once the year is closed, unless the pool's
    figures wait for somebody's yes again: money that was freed after the closing needs one too.
    """
    found = carry_over(ctx, carry_over_id)
    if not ctx.actor.may(
        Permission.BUDGET_TRANSFER, at=organisation.path_at(ctx, found.pool.unit_id)
    ):
        raise Forbidden()
    year = queries.year(ctx, found.year_id, lock=True)
    if year is None:
        raise NotFound()
    check_is_closing(year.year, year.state)
    waits = found.approved_at is None and found.result > 0
    if year.state is not BudgetYearState.CLOSING and not waits:
        raise Conflict(N_("The budget year %(year)s is closed."), year=year.year)
    said = purpose.strip()
    if not said:
        raise Invalid(N_("Write what the money is for."), field="purpose")
    if len(said) > LONGEST_PURPOSE:
        raise Invalid(
            N_("The purpose is longer than %(most)s letters."),
            field="purpose",
            most=LONGEST_PURPOSE,
        )
    old = found.purpose
    found.purpose = said
    found.approved_at = found.approved_by_name = None
    ctx.session.flush()
    statements.compute(ctx, year.id)
    audit.record(
        ctx,
        "budgets.carry_purpose_stated",
        found.pool_id,
        old={"purpose": old},
        new={"purpose": said},
    )
    return carry_over(ctx, carry_over_id)


def approve_carry_overs(
    ctx: Context, year_id: UUID, *, only: Collection[UUID] | None = None
) -> int:
    """Those that wait (of these only) and are the actor's to approve are. Returns how many.

    Raises Conflict when none is, NotFound for a named one that is not of the year, and Forbidden
    for one that is not the actor's.
    """
    if not ctx.actor.may(Permission.BUDGET_VIEW):
        raise NotFound()
    year = queries.year(ctx, year_id, lock=True)
    if year is None:
        raise NotFound()
    ctx.require(Permission.BUDGET_TRANSFER)
    check_is_closing(year.year, year.state)
    if only is not None and not carrying.are_of(ctx, year_id, only):
        raise NotFound()
    rows = [row for row in carrying.waiting(ctx, year_id) if only is None or row[0] in only]
    paths = organisation.paths_of(ctx, {row[2] for row in rows})
    root = organisation.root_path(ctx)
    ids = [row[0] for row in rows if _may_approve(ctx, row[1], paths.get(row[2], root), root)]
    if only is not None and len(ids) < len(rows):
        raise Forbidden()
    if not ids:
        raise Conflict(N_("Nothing of this waits for your approval."))
    ctx.session.execute(
        update(CarryOver)
        .where(CarryOver.id.in_(ids))
        .values(approved_at=ctx.now, approved_by_name=ctx.actor.name),
        execution_options={"synchronize_session": False},
    )
    audit.record(ctx, "budgets.carry_overs_approved", year_id, new={"pools": len(ids)})
    return len(ids)


def waits_for(ctx: Context, year_id: UUID) -> int:
    """How many of the year's carry-overs wait for the actor's yes."""
    rows = carrying.waiting(ctx, year_id)
    paths = organisation.paths_of(ctx, {row[2] for row in rows})
    root = organisation.root_path(ctx)
    return sum(_may_approve(ctx, row[1], paths.get(row[2], root), root) for row in rows)


def _may_approve(ctx: Context, approver: CarryApprover, path: str, root: str) -> bool:
    if approver is CarryApprover.CENTRAL:
        return ctx.actor.may(Permission.BUDGET_MANAGE, at=root)
    if approver is CarryApprover.AREA and path != root:
        path = path.rstrip(".").rpartition(".")[0] + "."
    return ctx.actor.may(Permission.BUDGET_TRANSFER, at=path)


def may_approve_carry_over(ctx: Context, found: CarryOver) -> bool:
    """Whether it waits for the actor's yes."""
    if found.approved_at is not None or not found.result:
        return False
    root = organisation.root_path(ctx)
    return _may_approve(ctx, found.approver, organisation.path_at(ctx, found.pool.unit_id), root)


def carry_over(ctx: Context, carry_over_id: UUID) -> CarryOver:
    """Of a pool in sight, with its pool and year. Raises NotFound."""
    ctx.require(Permission.BUDGET_VIEW)
    found = carrying.carry_over(ctx, carry_over_id, queries.in_sight(ctx))
    if found is None:
        raise NotFound()
    return found


def entered_by(ctx: Context, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an entry is what one of these carry-overs gave, or took, in the next year."""
    return carrying.entered(*which)


def carry_overs_in_sight(ctx: Context) -> ColumnElement[bool]:
    """The one WHERE for screens that list them."""
    return CarryOver.pool_id.in_(select(Pool.id).where(queries.in_sight(ctx)))
