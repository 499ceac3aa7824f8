"""Funding rules: versions, each valid from a date. Existing money lines never change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import FundingRuleSet
from tenant_app.budgets.queries import funding as queries_funding
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation

MOST_NOTE = 1000


def set_rules(
    ctx: Context,
    new_rules: Sequence[Mapping[str, Any]],
    *,
    valid_from: date,
    cover: Sequence[Mapping[str, Any]] | None = None,
    note: str = "",
) -> FundingRuleSet:
    """A new version of the ordered rules is valid from the day on; `cover` are the rules of who
    pays cover where it is not left to them (None: as in the newest version).

    Raises Invalid for rules that cannot be right or never match, for pools or areas that do not
    exist, or a day far ahead or passed (unless the municipality has no rules yet): what was decided
    under the old rules keeps them.
    """
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    newest = queries_funding.newest(ctx)
    if cover is None:
        cover = newest.cover if newest else []
    check_draft_rules(ctx, new_rules, cover=cover, valid_from=valid_from)
    if len(note) > MOST_NOTE or "\0" in note:
        raise Invalid(N_("Write the reason in at most 1000 letters."), field="note")
    if newest and valid_from < ctx.today:
        raise Invalid(
            N_("Funding rules can change from today (%(today)s) on, not back in time."),
            field="valid_from",
            today=ctx.today.strftime("%d-%m-%Y"),
        )
    version = (newest.version if newest else 0) + 1
    row = {"id": uuid7(), "version": version, "valid_from": valid_from, "created_at": ctx.now}
    row |= {"rules": [dict(rule) for rule in new_rules], "cover": [dict(rule) for rule in cover]}
    row |= {"note": note.strip(), "made_by": ctx.actor.name}
    made = ctx.session.execute(insert_or_skip(FundingRuleSet, row, skip=True)).scalar_one_or_none()
    if made is None:
        raise Conflict(
            N_("Someone else changed the funding rules at the same moment. Look at them again.")
        )
    for key in [key for key in ctx.memo if isinstance(key, tuple) and key[0] == "funding rules"]:
        del ctx.memo[key]
    audit.record(
        ctx,
        "budgets.rules_set",
        made,
        new={"version": version, "valid_from": valid_from},
        note=note.strip(),
    )
    return ctx.session.get_one(FundingRuleSet, made)


def check_draft_rules(
    ctx: Context,
    new_rules: Sequence[Mapping[str, Any]],
    *,
    cover: Sequence[Mapping[str, Any]],
    valid_from: date,
) -> None:
    """What `set_rules` would refuse of the rules themselves. Raises Invalid."""
    rules.check_rules(new_rules)
    rules.check_cover(cover)
    rules.check_first_day(valid_from, today=ctx.today)
    rules.check_each_can_match(new_rules, field="rules")
    rules.check_each_can_match(cover, field="cover")
    rules.check_codes_known([*new_rules, *cover], queries_funding.known_codes(ctx))
    if not queries.has_areas(ctx, max(valid_from, ctx.today)):
        rules.check_areas_exist([*new_rules, *cover])


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


def planned_after(ctx: Context, found: Collection[FundingRuleSet]) -> dict[int, tuple[int, date]]:
    """Version → the older one that was planned for a later day, and that day: from then on it is
    valid again instead of the newer. Those that yield to none are left out."""
    days = queries_funding.days_of_versions(ctx) if found else {}
    planned = {each.version: rules.yields_to(each.version, days) for each in found}
    return {
        version: (older, days[older]) for version, older in planned.items() if older is not None
    }


def rules_before(ctx: Context, rules_id: UUID) -> FundingRuleSet | None:
    """The version before this one, to compare them. Raises NotFound."""
    ctx.require(Permission.BUDGET_VIEW)
    found = queries_funding.rule_set(ctx, rules_id)
    if found is None:
        raise NotFound()
    return queries_funding.version_before(ctx, found.version)
