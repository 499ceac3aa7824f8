"""Funding rules: versions, each valid from a date. Existing money lines never change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tenant_app.audit import service as audit
from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import FundingRuleSet
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation


def set_rules(
    ctx: Context, new_rules: Sequence[Mapping[str, Any]], *, valid_from: date
) -> FundingRuleSet:
    """A new version of the ordered rules is valid from the day on.

    Raises Invalid for rules that cannot be right, for areas that do not exist, or a day far ahead
    or passed (unless the municipality has no rules yet): what was decided under the old rules
    keeps them.
    """
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    rules.check_rules(new_rules)
    rules.check_first_day(valid_from, today=ctx.today)
    if not queries.has_areas(ctx, max(valid_from, ctx.today)):
        rules.check_areas_exist(new_rules)
    newest = queries.newest_version(ctx)
    if newest and valid_from < ctx.today:
        raise Invalid(
            N_("Funding rules can change from today (%(today)s) on, not back in time."),
            field="valid_from",
            today=ctx.today.strftime("%d-%m-%Y"),
        )
    row = {"id": uuid7(), "version": newest + 1, "valid_from": valid_from, "created_at": ctx.now}
    row |= {"rules": [dict(rule) for rule in new_rules]}
    made = ctx.session.execute(insert_or_skip(FundingRuleSet, row, skip=True)).scalar_one_or_none()
    if made is None:
        raise Conflict(
            N_("Someone else changed the funding rules at the same moment. Look at them again.")
        )
    for key in [key for key in ctx.memo if isinstance(key, tuple) and key[0] == "funding rules"]:
        del ctx.memo[key]
    audit.record(
        ctx, "budgets.rules_set", made, new={"version": newest + 1, "valid_from": valid_from}
    )
    return ctx.session.get_one(FundingRuleSet, made)


def rules_on(ctx: Context, day: date) -> FundingRuleSet | None:
    """The version that is valid on the day, or None before the first."""
    key = ("funding rules", day)
    if key not in ctx.memo:
        ctx.memo[key] = queries.rules_on(ctx, day)
    found: FundingRuleSet | None = ctx.memo[key]
    return found


def rules_versions(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[FundingRuleSet]:
    """All versions, newest first. How a municipality funds is no secret among those who pay."""
    ctx.require(Permission.BUDGET_VIEW)
    return scalars_page(ctx, queries.rule_sets(), page=page, page_size=page_size)
