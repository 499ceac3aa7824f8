"""What the pools of a new year take over from the year before: policies, thresholds, caps and
constraints of their own. It holds from the day they are founded, and is changed on each pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tenant_app.budgets import queries
from tenant_app.budgets.models import OverLevel, Policy, PoolKind
from tenant_app.budgets.queries import taking_over as statements
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.organisation import service as organisation


@dataclass(frozen=True)
class OwnWays:
    """What an earlier pool did otherwise than a new one would."""

    pool_id: UUID
    name: str
    kind: PoolKind
    unit_id: UUID
    code: str | None
    year: int
    policy: Policy | None
    """None: as its whole year did."""
    over_level: OverLevel
    forms: Mapping[str, Any]
    ladder: tuple[int, int, int]
    has_own_ladder: bool
    has_caps: bool
    constraints: int


def own_ways(ctx: Context, year_id: UUID) -> list[OwnWays]:
    """What pools of the year take over once they are founded. Needs the view at the root."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    year = queries.year(ctx, year_id)
    if year is None:
        raise NotFound()
    usual = tuple(statements.LADDER.values())
    found = []
    for pool, of_year, policy, over_level, forms, *ladder, caps, strings in statements.own_ways(
        ctx, year.year
    ):
        steps = (int(ladder[0]), int(ladder[1]), int(ladder[2]))
        found.append(
            OwnWays(
                pool_id=pool.id,
                name=pool.name,
                kind=pool.kind,
                unit_id=pool.unit_id,
                code=pool.code,
                year=of_year,
                policy=policy,
                over_level=over_level,
                forms=forms,
                ladder=steps,
                has_own_ladder=steps != usual,
                has_caps=bool(caps),
                constraints=int(strings),
            )
        )
    return found
