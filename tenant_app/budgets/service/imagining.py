"""How a sum would divide under a split that nobody has decided. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tenant_app.budgets import rules
from tenant_app.budgets.models import BudgetYear, BudgetYearState, Policy, PoolKind
from tenant_app.budgets.service.allocation import Allocation, allocate
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation


def divide_frame(
    ctx: Context,
    *,
    year: int,
    frame: int,
    central_bp: int,
    area_bp: int,
    allocation: Sequence[Mapping[str, Any]],
    limits: Mapping[str, Mapping[str, int]] | None = None,
    kept: Mapping[PoolKind, int] | None = None,
) -> Allocation:
    """The parts of the sum as a year with this split would divide it; `kept` is what closed units
    of a kind hold already. Raises what drafting and adopting such a year would raise."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    rules.check_allocation(allocation)
    rules.check_limits(limits or {}, allocation)
    imagined = BudgetYear(  # never added to the session
        year=year,
        state=BudgetYearState.DRAFT,
        frame=frame,
        central_bp=central_bp,
        area_bp=area_bp,
        allocation=[dict(entry) for entry in allocation],
        limits={end: dict(limit) for end, limit in (limits or {}).items()},
        policy=Policy.STOP,
    )
    return allocate(ctx, imagined, kept=kept)
