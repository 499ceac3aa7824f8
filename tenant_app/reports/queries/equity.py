"""What was bound and spent for each institution's people in a year: one statement for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, case, func, literal, select

from tenant_app.budgets.models import BudgetYear, MoneyLine, MoneyState, Pool, PoolKind
from tenant_app.core.context import Context
from tenant_app.enrolments.models import Enrolment
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement
from tenant_app.reports.queries.shared import on, whole

LOCAL = (PoolKind.INSTITUTION, PoolKind.AREA)


def used_per_institution(ctx: Context, year: int, day: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """(unit, name, weak, used, of it not paid locally) of the institutions of the day."""
    paid = MoneyLine.amount + MoneyLine.adjusted
    used = (
        select(
            Enrolment.unit_id,
            whole(paid).label("used"),
            whole(case((Pool.kind.in_(LOCAL), 0), else_=paid)).label("relieved"),
        )
        .join(MoneyLine, MoneyLine.source_id == Enrolment.id)
        .join(Pool, Pool.id == MoneyLine.pool_id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(
            BudgetYear.year == year,
            MoneyLine.state.in_([MoneyState.COMMITTED, MoneyState.ACTUAL]),
        )
        .group_by(Enrolment.unit_id)
        .subquery()
    )
    return ctx.session.execute(
        select(
            Unit.id,
            Unit.name,
            Unit.weak_economy,
            func.coalesce(used.c.used, literal(0)).label("used"),
            func.coalesce(used.c.relieved, literal(0)).label("relieved"),
        )
        .join(UnitPlacement, UnitPlacement.unit_id == Unit.id)
        .outerjoin(used, used.c.unit_id == Unit.id)
        .where(Unit.kind == UnitKind.INSTITUTION, on(UnitPlacement, day))
        .order_by(Unit.id)
    ).all()
