"""Profiles are data; a profile that is not sound never loads."""

from __future__ import annotations

import pytest

from tenant_app.budgets import rules as budget_rules
from tenant_app.core.errors import Invalid
from tenant_app.core.matching import first_match
from tenant_app.tenancy import profiles, rules

FACTS = {
    "ects": 0,
    "form": "course",
    "provider_kind": "private",
    "municipal_goal": False,
    "mandatory": False,
    "weak_economy": False,
    "institutions": 1,
    "amount": 100_000,
    "position": "pedagogue",
}


def test_the_three_ways_of_working_are_there():
    assert profiles.NAMES == ("decentral", "ects_central", "mixed_equity")


@pytest.mark.parametrize("name", profiles.NAMES)
def test_a_profile_is_sound_also_in_the_eyes_of_budgets(name):
    profile = profiles.load(name)

    budget_rules.check_rules(profile.funding_rules)
    budget_rules.check_allocation(profile.allocation)
    budget_rules.check_policy(profile.policy)
    assert profile.central_bp + profile.area_bp <= 10_000
    assert set(rules.FACTS) == set(budget_rules.FACTS) == set(FACTS)


def test_an_unknown_profile_is_refused_and_the_known_are_named():
    with pytest.raises(Invalid, match="decentral, ects_central, mixed_equity") as refusal:
        profiles.load("../mixed_equity")

    assert refusal.value.field == "profile"


@pytest.mark.parametrize(
    ("name", "facts", "who_pays", "who_approves"),
    [
        ("ects_central", {"ects": 10}, {"central": 10000}, ["institution", "area", "central"]),
        ("ects_central", {"municipal_goal": True}, {"central": 10000}, ["institution"]),
        ("ects_central", {}, {"institution": 10000}, ["institution"]),
        (
            "mixed_equity",
            {"weak_economy": True, "municipal_goal": True},
            {"central": 8000, "institution": 2000},
            ["institution", "area"],
        ),
        (
            "mixed_equity",
            {"municipal_goal": True},
            {"central": 6000, "institution": 4000},
            ["institution", "area"],
        ),
        (
            "mixed_equity",
            {"institutions": 2},
            {"central": 5000, "institution": 5000},
            ["institution", "area"],
        ),
        ("mixed_equity", {}, {"institution": 10000}, ["institution", "area"]),
        ("decentral", {"mandatory": True}, {"central": 10000}, ["institution"]),
        ("decentral", {"amount": 2_500_000}, {"institution": 10000}, ["institution"]),
        ("decentral", {"amount": 2_500_001}, {"institution": 10000}, ["institution", "area"]),
    ],
)
def test_each_profile_answers_who_pays_the_fee_and_who_approves(
    name, facts, who_pays, who_approves
):
    profile = profiles.load(name)

    _, funding = first_match(profile.funding_rules, FACTS | facts)
    _, approval = first_match(profile.approval_rules, FACTS | facts)

    assert funding["shares"].get("fee", funding["shares"]["default"]) == who_pays
    assert approval["levels"] == who_approves


def test_the_list_of_municipalities_is_whole():
    known = profiles.municipalities()

    assert len(known) == 98
    assert known["0217"] == "Helsingør"
    assert known["0751"] == "Aarhus"
