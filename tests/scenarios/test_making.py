"""What a scenario is refused for, and what it becomes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, BudgetYearState, FundingRuleSet, Policy
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tenant_app.core.outbox import Outbox
from tenant_app.scenarios import service as scenarios
from tenant_app.scenarios.models import Scenario
from tenant_app.scenarios.rules import read_rules

AREAS_PAY = [{"name": "Alt", "when": {}, "shares": {"default": {"area": 10000}}}]
OVER = [{"name": "Alt", "when": {}, "shares": {"default": {"central": 6000, "institution": 5000}}}]
NO_POOL = [{"name": "Alt", "when": {}, "shares": {"default": {"pool:STAT": 10000}}}]
NEVER = [
    {"name": "Alt", "when": {}, "shares": {"default": {"central": 10000}}},
    {"name": "Aldrig", "when": {}, "shares": {"default": {"institution": 10000}}},
]


def sums(ctx):
    return (
        ctx.session.scalar(select(func.count()).select_from(Scenario)),
        ctx.session.scalar(select(func.count()).select_from(Outbox)),
        ctx.session.scalar(select(func.count()).select_from(FundingRuleSet)),
    )


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"year": 2024}, "year"),
        ({"year": 2027}, "year"),
        ({"profile": "unknown"}, "profile"),
        ({"profile": None, "version": 99}, "rules"),
        ({"version": 1}, "rules"),
        ({"profile": None, "own_rules": []}, "rules"),
        ({"profile": None, "own_rules": OVER}, "rules"),
        ({"profile": None, "own_rules": NO_POOL}, "rules"),
        ({"profile": None, "own_rules": NEVER}, "rules"),
        ({"profile": None, "own_rules": AREAS_PAY}, "area_bp"),
        ({"central_bp": 10_001}, "central_bp"),
        ({"central_bp": 6000, "area_bp": 5000}, "central_bp"),
        ({"allocation": [{"key": "equal", "weight": 90}]}, "allocation"),
        ({"allocation": [{"key": "children", "weight": 100}]}, "allocation"),
        ({"limits": {"floor": {"ore": 10**12}}}, "floor"),
    ],
)
def test_what_could_not_be_adopted_is_refused_at_once(lab, facts, field):
    with lab.town.as_system() as ctx:
        before = sums(ctx)
    with pytest.raises((Invalid, Conflict)) as refused:
        lab.make(**facts)

    assert refused.value.field == field
    with lab.town.as_system() as ctx:
        assert sums(ctx) == before


def test_a_name_is_used_once_until_its_scenario_is_removed(lab):
    made = lab.make()
    with pytest.raises(Conflict) as refused:
        lab.make()
    assert refused.value.field == "name"
    with lab.town.as_user("admin") as ctx:
        scenarios.remove(ctx, made)
    assert lab.make() != made


def test_only_who_manages_the_whole_budget_makes_one(lab):
    for user in ("consultant", "auditor", "area_north", "leader_n1"):
        with lab.town.as_user(user) as ctx, pytest.raises(Forbidden):
            scenarios.make(ctx, name="Prøve", year=2026)
    with lab.town.as_user("leader_n1") as ctx, pytest.raises(Forbidden):
        scenarios.scenarios(ctx)


def test_those_who_see_all_money_read_it_and_the_rest_learn_nothing(lab):
    made = lab.run()
    for user in ("consultant", "auditor"):
        with lab.town.as_user(user) as ctx:
            assert len(scenarios.result(ctx, made)) == 5
            with pytest.raises(Forbidden):
                scenarios.adopt(ctx, made)
    with lab.town.as_user("leader_n1") as ctx, pytest.raises(NotFound):
        scenarios.adopt(ctx, made)


def test_adopted_it_is_next_years_draft_and_its_rules_from_1_january(lab):
    made = lab.run(central_bp=6000)
    with lab.town.as_user("admin") as ctx:
        draft = scenarios.adopt(ctx, made)

        assert (draft.year, draft.state, draft.central_bp) == (2027, BudgetYearState.DRAFT, 6000)
        assert draft.frame == kroner(400_000)
        newest = budgets.rules_versions(ctx).items[0]
        assert newest.valid_from == date(2027, 1, 1)
        assert newest.rules[0]["name"] == "ECTS"
        assert newest.note == "Prøve"
        assert budgets.rules_on(ctx, date(2026, 12, 31)).version == 1
    with lab.town.as_user("admin") as ctx, pytest.raises(Conflict):
        scenarios.adopt(ctx, made)


def test_a_draft_that_is_there_keeps_its_frame(lab):
    made = lab.run(central_bp=6000)
    with lab.town.as_user("admin") as ctx:
        budgets.create_year(ctx, year=2027, frame=kroner(1), central_bp=0, policy=Policy.WARN)
        draft = scenarios.adopt(ctx, made)
        assert (draft.frame, draft.central_bp, draft.policy) == (kroner(1), 6000, Policy.WARN)


def _adopt_next(lab):
    with lab.town.as_user("admin") as ctx:
        year = budgets.create_year(ctx, year=2027, frame=kroner(100), central_bp=0)
        budgets.adopt(ctx, year.id)


def test_an_adopted_year_is_not_divided_anew(lab):
    made = lab.run(central_bp=6000)
    _adopt_next(lab)
    with lab.town.as_system() as ctx:
        before = sums(ctx)
    with lab.town.as_user("admin") as ctx, pytest.raises(Conflict) as refused:
        scenarios.adopt(ctx, made)
    assert "2027" in str(refused.value.params)
    with lab.town.as_system() as ctx:
        assert sums(ctx) == before


def test_but_a_scenario_of_rules_alone_can_be_adopted_beside_it(lab):
    made = lab.run()
    _adopt_next(lab)
    with lab.town.as_user("admin") as ctx:
        scenarios.adopt(ctx, made)
        year = ctx.session.scalars(select(BudgetYear).where(BudgetYear.year == 2027)).one()
        assert (year.central_bp, year.frame) == (0, kroner(100))
        assert budgets.rules_versions(ctx).items[0].version == 2


def test_what_is_not_computed_is_not_adopted(lab):
    made = lab.make()
    with lab.town.as_user("admin") as ctx, pytest.raises(Conflict):
        scenarios.adopt(ctx, made)


def test_removed_before_its_job_runs_it_is_left_alone(lab):
    made = lab.make()
    with lab.town.as_user("admin") as ctx:
        scenarios.remove(ctx, made)
    with lab.town.as_system() as ctx:
        scenarios.compute(ctx, made)
        assert ctx.session.get(Scenario, made).computed_at is None


@pytest.mark.parametrize("text", ["", "{", "1", '{"rules": 1}', '{"x": []}', "[" * 60_000])
def test_rules_that_are_no_rules_are_refused(text):
    with pytest.raises(Invalid) as refused:
        read_rules(text)
    assert refused.value.field == "rules"


def test_rules_are_read_as_a_list_or_with_cover():
    assert read_rules('[{"name": "A"}]') == ([{"name": "A"}], [])
    assert read_rules('{"rules": [1], "cover": [2]}') == ([1], [2])
