"""How a pool is given out, and whether a request may draw on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import rules
from tenant_app.budgets.mode_models import PoolTurn
from tenant_app.budgets.models import Pool, PoolMode
from tenant_app.budgets.queries import modes as queries
from tenant_app.budgets.rules import CostCard, modes
from tenant_app.budgets.service.pools import pool
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.organisation import service as organisation

Turns = Sequence[tuple[UUID, date, date]]
"""(unit, first day, last day)."""


def set_mode(ctx: Context, pool_id: UUID, mode: PoolMode, *, turns: Turns = ()) -> Pool:
    """The pool is given out so from now on; these are all its turns. What is set aside stays.

    Raises NotFound, Invalid naming the field, and Conflict when the year holds no money.
    """
    found = pool(ctx, pool_id)
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    rules.check_holds_money(found.year.year, found.year.state)
    queries.lock_pool(ctx, pool_id)
    modes.check_turns(mode, turns, year=found.year.year)
    owner, paths = organisation.path_of(ctx, found.unit_id), {}
    if turns:
        paths = organisation.paths_of(ctx, {unit_id for unit_id, *_ in turns})
    for unit_id, *_ in turns:
        if unit_id not in paths:
            raise NotFound(N_("There is no such unit. Choose from the list."), field="turns")
        if not paths[unit_id].startswith(owner):
            raise Invalid(N_("A turn is for a unit that the pool pays for."), field="turns")
    old = found.mode
    found.mode = mode
    queries.remove_turns(ctx, pool_id)
    ctx.insert_many(
        PoolTurn,
        [
            {"pool_id": pool_id, "unit_id": unit_id, "first_day": first, "last_day": last}
            for unit_id, first, last in turns
        ],
    )
    audit.record(
        ctx,
        "budgets.mode_set",
        pool_id,
        old={"mode": old.value},
        new={"mode": mode.value} | ({"turns": len(turns)} if turns else {}),
    )
    return found


def turns_of(ctx: Context, pool_id: UUID) -> Sequence[PoolTurn]:
    """The turns of a pool in sight, by their first day, with their units."""
    return queries.turns(ctx, [pool(ctx, pool_id).id])


def check_modes(ctx: Context, card: CostCard, *, unit_id: UUID, has_initiative: bool) -> None:
    """Go on only if a request of the unit may draw on the pools of its card today.

    `has_initiative`: it goes through one that is planned or running. Raises NotDrawn.
    """
    amounts, names = card.by_pool(), card.pool_names()
    wanted = {pool_id for pool_id, amount in amounts.items() if amount}
    # The card's pools were read with their modes; a card of another unit of work is asked for.
    seen: dict[UUID, PoolMode] = ctx.memo.get("pool modes", {})
    found = {key: seen[key] for key in wanted & seen.keys()}
    if wanted - found.keys():
        found |= queries.modes(ctx, wanted - found.keys())
    other = {key: mode for key, mode in found.items() if mode is not PoolMode.FIRST_COME}
    if not other:
        return
    rotating = [key for key, mode in other.items() if mode is PoolMode.ROTATION]
    turns = queries.turns(ctx, rotating) if rotating else ()
    paths = organisation.paths_of(ctx, {turn.unit_id for turn in turns})
    for pool_id, mode in sorted(other.items()):
        modes.check_mode(
            mode,
            pool=names[pool_id],
            has_initiative=has_initiative,
            path=organisation.path_of(ctx, unit_id),
            turns=[
                modes.Turn(paths[turn.unit_id], turn.first_day, turn.last_day)
                for turn in turns
                if turn.pool_id == pool_id and turn.unit_id in paths
            ],
            today=ctx.today,
        )
