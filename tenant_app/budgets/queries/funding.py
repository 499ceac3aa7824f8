"""SELECTs about funding rules and the pools they name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tenant_app.budgets.models import BudgetYear, BudgetYearState, FundingRuleSet, Pool
from tenant_app.core.context import Context


def known_codes(ctx: Context) -> dict[str, str]:
    """Code → the name of the newest pool that has it, of years that are not closed."""
    rows = ctx.session.execute(
        select(Pool.code, Pool.name)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(Pool.code.is_not(None), BudgetYear.state != BudgetYearState.CLOSED)
        .order_by(Pool.code, BudgetYear.year)
    )
    return {str(code): str(name) for code, name in rows}


def named_in(ctx: Context, year_id: UUID) -> int:
    """How many pools of the year have a code."""
    return int(
        ctx.session.scalar(
            select(func.count())
            .select_from(Pool)
            .where(Pool.year_id == year_id, Pool.code.is_not(None))
        )
        or 0
    )


def pool_by_code(ctx: Context, calendar_year: int, code: str) -> Pool | None:
    return ctx.session.scalars(
        select(Pool)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(BudgetYear.year == calendar_year, Pool.code == code)
        .options(joinedload(Pool.year), joinedload(Pool.unit))
    ).one_or_none()


def rule_set(ctx: Context, rules_id: UUID) -> FundingRuleSet | None:
    return ctx.session.scalars(
        select(FundingRuleSet).where(FundingRuleSet.id == rules_id)
    ).one_or_none()


def version_before(ctx: Context, version: int) -> FundingRuleSet | None:
    return ctx.session.scalars(
        select(FundingRuleSet)
        .where(FundingRuleSet.version < version)
        .order_by(FundingRuleSet.version.desc())
        .limit(1)
    ).one_or_none()


def days_of_versions(ctx: Context) -> dict[int, date]:
    """Version → the day from which it is valid."""
    rows = ctx.session.execute(select(FundingRuleSet.version, FundingRuleSet.valid_from))
    return {row.version: row.valid_from for row in rows}


def years_by_number(ctx: Context, calendar_years: Sequence[int]) -> dict[int, Any]:
    found = ctx.session.scalars(select(BudgetYear).where(BudgetYear.year.in_(calendar_years)))
    return {year.year: year for year in found}


def newest(ctx: Context) -> FundingRuleSet | None:
    return ctx.session.scalars(
        select(FundingRuleSet).order_by(FundingRuleSet.version.desc()).limit(1)
    ).one_or_none()
