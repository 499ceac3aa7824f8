"""Verbs of the what-if: make a scenario, run it in the background, adopt it as next year's draft.

The job reads live data and writes its own rows: no pool, line or entry changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, BudgetYearState, FundingRuleSet
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.money import Money
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.scenarios import queries, rules
from tenant_app.scenarios.models import Scenario, ScenarioRow
from tenant_app.scenarios.service.standing import Standing, facts_without, standings_of
from tenant_app.tenancy import profiles

JOB = "jobs.scenarios.compute"
STARTING = N_("Starting")
RUNNING_AGAIN = N_("Running the requests again")
NOTING = N_("Noting the result")
OWN = N_("Own rules")


def make(
    ctx: Context,
    *,
    name: str,
    year: int,
    profile: str | None = None,
    version: int | None = None,
    own_rules: Sequence[Mapping[str, Any]] | None = None,
    own_cover: Sequence[Mapping[str, Any]] | None = None,
    central_bp: int | None = None,
    area_bp: int | None = None,
    allocation: Sequence[Mapping[str, Any]] | None = None,
    limits: Mapping[str, Mapping[str, int]] | None = None,
) -> Scenario:
    """A job will run the year's enrolments again under these rules and this split.

    The rules are a profile's, an earlier version or one's own; with none of them the version that
    is valid today. What is not said of split and key is the year's own. Raises Invalid or Conflict
    for what could not be adopted either.
    """
    _require(ctx, Permission.BUDGET_MANAGE)
    cleaned = rules.check_name(name)
    rules.check_base_year(year, queries.years_with_pools(ctx), today=ctx.today.year)
    base = queries.year(ctx, year)
    assert base is not None  # it is among those just asked for
    chosen = _chosen_rules(
        ctx, profile=profile, version=version, own_rules=own_rules, own_cover=own_cover
    )
    said = (central_bp, area_bp, allocation, limits)
    row: dict[str, Any] = {
        "id": uuid7(),
        "name": cleaned,
        "year": year,
        "divides_anew": any(each is not None for each in said),
        "central_bp": base.central_bp if central_bp is None else central_bp,
        "area_bp": base.area_bp if area_bp is None else area_bp,
        "allocation": [dict(e) for e in (base.allocation if allocation is None else allocation)],
        "limits": dict(base.limits if limits is None else limits),
        **chosen,
        "made_at": ctx.now,
        "made_by_name": ctx.actor.name,
    }
    draft = Scenario(**row)
    standings = standings_of(ctx, base, draft)
    pots = {key: each.pot for key, each in standings.items()}
    rules.check_payers_there(draft.rules, draft.cover, pots)
    made = ctx.session.execute(insert_or_skip(Scenario, row, skip=True)).scalar_one_or_none()
    if made is None:
        raise Conflict(
            N_("There is a scenario called “%(name)s”. Choose another name."),
            field="name",
            name=cleaned,
        )
    scenario = ctx.session.get_one(Scenario, made)
    scenario.job_id = ctx.enqueue(JOB, scenario_id=str(made))
    audit.record(
        ctx,
        "scenario.made",
        made,
        new={
            "name": cleaned,
            "year": year,
            "rules": scenario.rules_name,
            "central_bp": scenario.central_bp,
            "area_bp": scenario.area_bp,
            "allocation": scenario.allocation,
        },
    )
    return scenario


NEWEST_FACT = '"weak_economy"'
"""Lines from before all facts were kept with the money have none, or only some of them."""


def compute(ctx: Context, scenario_id: UUID) -> None:
    """The scenario has its result, in place of an earlier one. Reads all but its own rows.

    A scenario that was removed meanwhile is left alone.
    """
    _require(ctx, Permission.BUDGET_VIEW)
    scenario = queries.scenario(ctx, scenario_id, lock=True)
    if scenario is None:
        return
    base = queries.year(ctx, scenario.year)
    if base is None:
        raise NotFound()
    ctx.report_progress(0, 1, STARTING)
    standings = standings_of(ctx, base, scenario)
    run = rules.Rerun(
        rules=scenario.rules,
        cover=scenario.cover,
        version=scenario.rules_version or 1,
        pots={key: each.pot for key, each in standings.items()},
        guard=partial(budgets.with_equity, ctx),
    )
    for chunk in queries.drawn(ctx, base.id):
        missing = facts_without(ctx, [row.id for row in chunk if NEWEST_FACT not in row.facts])
        for id_, unit_id, area_id, facts, _total, *amounts in chunk:
            run.take(unit_id, area_id, missing.get(id_, facts), tuple(amounts))
        ctx.report_progress(run.requests, chunk[-1].total + 1, RUNNING_AGAIN)
    ctx.report_progress(run.requests, run.requests + 1, NOTING)
    _keep(ctx, scenario, run, standings)


def _keep(
    ctx: Context,
    scenario: Scenario,
    run: rules.Rerun,
    standings: Mapping[tuple[str, UUID | None], Standing],
) -> None:
    by_pot = {id(each.pot): each for each in standings.values()}
    queries.clear(ctx, scenario.id)
    ctx.insert_many(
        ScenarioRow,
        [
            {
                "scenario_id": scenario.id,
                "place": place,
                "kind": pot.kind,
                "unit_id": pot.unit_id,
                "pool_id": by_pot[id(pot)].pool_id,
                "name": pot.name,
                "allotted_before": by_pot[id(pot)].allotted,
                "allotted_after": pot.allotted,
                "brought": pot.brought,
                "spent_before": by_pot[id(pot)].spent,
                "spent_after": pot.spent,
                "refused": pot.refused,
                "refused_cost": pot.refused_cost,
                "requests": pot.requests,
                "lost": pot.lost,
                "lost_cost": pot.lost_cost,
            }
            for place, pot in enumerate(rules.in_order([each.pot for each in standings.values()]))
        ],
    )
    scenario.requests, scenario.cost = run.requests, Money(run.cost)
    scenario.lost, scenario.lost_cost = run.lost, Money(run.lost_cost)
    scenario.computed_at = ctx.now


def adopt(ctx: Context, scenario_id: UUID) -> BudgetYear:
    """Next year's draft has the scenario's split and key, and from 1 January its rules are valid.

    A year that is adopted already keeps its money: then only a scenario with the same split can be
    adopted, for its rules. Raises NotFound, Conflict.
    """
    scenario = _to_change(ctx, scenario_id)
    rules.check_done(scenario.computed_at is not None)
    if scenario.adopted_year is not None:
        raise Conflict(
            N_("The scenario was adopted as the draft of %(year)s already."),
            year=scenario.adopted_year,
        )
    next_year = ctx.today.year + 1
    split: dict[str, Any] = {
        "central_bp": scenario.central_bp,
        "area_bp": scenario.area_bp,
        "allocation": scenario.allocation,
        "limits": scenario.limits,
    }
    draft = queries.year(ctx, next_year)
    if draft is None:
        base = queries.year(ctx, scenario.year)
        assert base is not None  # its pools are what was run
        draft = budgets.create_year(
            ctx, year=next_year, frame=base.frame, policy=base.policy, **split
        )
    elif draft.state is BudgetYearState.DRAFT or scenario.divides_anew:
        draft = budgets.change_year(ctx, draft.id, **split)
    budgets.set_rules(
        ctx,
        scenario.rules,
        cover=scenario.cover,
        valid_from=date(next_year, 1, 1),
        note=scenario.name,
    )
    scenario.adopted_year, scenario.adopted_at = next_year, ctx.now
    audit.record(
        ctx, "scenario.adopted", scenario.id, new={"name": scenario.name, "year": next_year}
    )
    return draft


def remove(ctx: Context, scenario_id: UUID) -> None:
    """The scenario is no longer shown; its name is free. What it was adopted as stays."""
    scenario = _to_change(ctx, scenario_id)
    scenario.removed_at = ctx.now
    audit.record(ctx, "scenario.removed", scenario.id, old={"name": scenario.name})


def scenarios(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[Scenario]:
    """All scenarios, newest first. The whole municipality's money: seen from the root only."""
    _require(ctx, Permission.BUDGET_VIEW)
    return scalars_page(ctx, queries.scenarios(), page=page, page_size=page_size)


def scenario(ctx: Context, scenario_id: UUID) -> Scenario:
    """One scenario. Raises NotFound."""
    _require(ctx, Permission.BUDGET_VIEW)
    found = queries.scenario(ctx, scenario_id)
    if found is None:
        raise NotFound()
    return found


def result(ctx: Context, scenario_id: UUID) -> Sequence[ScenarioRow]:
    """Its pools before and after: central, areas, institutions, named. Empty until computed."""
    return queries.rows(ctx, scenario(ctx, scenario_id).id)


def base_years(ctx: Context) -> list[int]:
    """The years whose enrolments can be run again, latest first."""
    _require(ctx, Permission.BUDGET_VIEW)
    this = ctx.today.year
    return [year for year in queries.years_with_pools(ctx) if year in (this, this - 1)]


def may_see(ctx: Context) -> bool:
    """Whether the actor sees the whole municipality's money."""
    return bool(ctx.actor.grants or ctx.actor.is_system) and ctx.actor.may(
        Permission.BUDGET_VIEW, at=organisation.root_path(ctx)
    )


def _require(ctx: Context, permission: Permission) -> None:
    ctx.require(permission, at=organisation.root_path(ctx))


def _to_change(ctx: Context, scenario_id: UUID) -> Scenario:
    """The scenario, locked. Those who do not see scenarios are told nothing of it."""
    if not may_see(ctx):
        raise NotFound()
    found = queries.scenario(ctx, scenario_id, lock=True)
    if found is None:
        raise NotFound()
    _require(ctx, Permission.BUDGET_MANAGE)
    return found


def _chosen_rules(
    ctx: Context,
    *,
    profile: str | None,
    version: int | None,
    own_rules: Sequence[Mapping[str, Any]] | None,
    own_cover: Sequence[Mapping[str, Any]] | None,
) -> dict[str, Any]:
    if sum(each is not None for each in (profile, version, own_rules)) > 1:
        raise Invalid(
            N_("Choose one set of rules: a profile's, a version, or your own."), field="rules"
        )
    name, number = "", None
    cover: list[Any]
    if profile is not None:
        start = profiles.load(profile)
        chosen, cover, name = start.funding_rules, [], start.title
    elif own_rules is not None:
        chosen = [dict(rule) for rule in own_rules]
        cover, name = [dict(rule) for rule in own_cover or ()], OWN
    else:
        kept = _version(ctx, version)
        chosen, cover, number = kept.rules, kept.cover, kept.version
    budgets.check_draft_rules(ctx, chosen, cover=cover, valid_from=ctx.today)
    return {
        "rules": [dict(rule) for rule in chosen],
        "cover": [dict(rule) for rule in cover],
        "rules_name": name,
        "rules_version": number,
    }


def _version(ctx: Context, version: int | None) -> FundingRuleSet:
    if version is None:
        found = budgets.rules_on(ctx, ctx.today)
    else:
        found = queries.rules_version(ctx, version)
    if found is None:
        raise Invalid(
            N_("There is no such version of the funding rules. Choose from the list."),
            field="rules",
        )
    return found
