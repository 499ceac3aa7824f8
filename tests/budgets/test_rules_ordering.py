"""Which rule decides and why, which never can, and which two could both."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_app.budgets import rules
from tenant_app.budgets.rules import Doubt
from tenant_app.budgets.rules.ordering import implies, possible
from tenant_app.catalogue import service as catalogue
from tenant_app.core.errors import Invalid
from tenant_app.core.matching import matches

ALL = {"default": {"institution": 10000}}
CENTRAL = {"default": {"central": 10000}}


def rule(name: str, when: dict[str, Any], shares: dict[str, Any] = ALL) -> dict[str, Any]:
    return {"name": name, "when": when, "shares": shares}


def test_the_trace_says_why_each_rule_before_did_not_match():
    ordered = [
        rule("big", {"amount_over": 500_000, "form": "course"}),
        rule("ects", {"ects_over": 0}),
        rule("all", {}),
    ]
    facts = {"amount": 100, "form": "course", "ects": 10}
    first, second = rules.trace(ordered, facts)
    assert (first.place, first.matched) == (1, False)
    assert [(u.key, u.wanted, u.value) for u in first.unmet] == [("amount_over", 500_000, 100)]
    assert (second.name, second.matched) == ("ects", True)


@pytest.mark.parametrize(
    ("earlier", "later", "found"),
    [
        ({}, {"ects_over": 5}, Doubt.SHADOWED),
        ({"ects_over": 0}, {"ects_over": 5}, Doubt.SHADOWED),
        ({"ects_over": 0}, {"ects_at_least": 1}, Doubt.SHADOWED),
        ({"ects_over": 0}, {"ects": 5, "mandatory": True}, Doubt.SHADOWED),
        ({"form_in": ["a", "b"]}, {"form": "a"}, Doubt.SHADOWED),
        ({"form_in": ["a", "b"]}, {"form_in": ["b"]}, Doubt.SHADOWED),
        ({"amount_at_most": 10}, {"amount_at_most": 5}, Doubt.SHADOWED),
        ({"ects_over": 5}, {"ects_over": 0}, None),  # the narrow one first: as it should be
        ({"ects_over": 0}, {"ects_at_least": 0}, None),
        ({"form": "a"}, {"form": "b"}, None),
        ({"ects_over": 0}, {"municipal_goal": True}, Doubt.OVERLAPS),
        ({"amount_over": 10}, {"amount_at_most": 10}, None),
        ({"amount_at_least": 10}, {"amount_at_most": 10}, Doubt.OVERLAPS),
        ({"mandatory": True}, {"mandatory": False}, None),
        ({"mandatory": True}, {}, None),  # the last of all overlaps on purpose
    ],
)
def test_rules_in_each_others_way(earlier, later, found):
    doubts = rules.doubts([rule("first", earlier), rule("second", later, CENTRAL)])
    assert [each.doubt for each in doubts] == ([found] if found else [])
    if found is Doubt.SHADOWED:
        with pytest.raises(Invalid, match="rule 1 “first” comes first"):
            rules.check_each_can_match(
                [rule("first", earlier), rule("second", later, CENTRAL)], field="rules"
            )


YES, NO = {"mandatory": True}, {"mandatory": False}


@pytest.mark.parametrize(
    ("earlier", "later", "is_covered"),
    [
        ([YES, NO], {}, True),
        ([YES, NO], {"ects_over": 5}, True),
        ([YES | {"ects_over": 5}, NO], {"ects_over": 7}, True),
        ([YES | {"ects_over": 5}, NO], {}, False),
        ([YES, {"municipal_goal": False}], {}, False),
        ([YES, NO | {"weak_economy": True}, NO | {"weak_economy": False}], {}, True),
        ([YES, NO | {"weak_economy": True}], {}, False),
    ],
)
def test_a_rule_that_those_before_it_cover_together_can_never_match(earlier, later, is_covered):
    every = [rule(f"no {place}", when) for place, when in enumerate([*earlier, later])]
    last = [each for each in rules.doubts(every) if each.place == len(every)]
    assert (Doubt.COVERED in {each.doubt for each in last}) is is_covered
    if is_covered:
        with pytest.raises(Invalid, match="between them"):
            rules.check_each_can_match(every, field="rules")


@given(st.lists(st.deferred(lambda: conditions), min_size=1, max_size=4))
def test_what_is_called_covered_really_is(whens):
    every = [rule(f"no {place}", when) for place, when in enumerate(whens)]
    for each in rules.doubts(every):
        if each.doubt is Doubt.COVERED:
            before = whens[: each.place - 1]
            for facts in EVERY:
                if matches(whens[each.place - 1], facts):
                    assert any(matches(when, facts) for when in before)


@pytest.mark.parametrize(
    "when",
    [
        {"form": "netvaerk"},
        {"form_in": ["network", "netvaerk"]},
        {"position": "paedagog"},
        {"provider_kind": "xx"},
        {"amount_at_most": -1},
        {"ects_over": 9999},
        {"institutions_at_least": -3},
    ],
)
def test_what_no_request_can_be_is_refused(when):
    assert catalogue
    with pytest.raises(Invalid, match="no request can be") as refused:
        rules.check_rules([rule("x", when)])
    assert refused.value.field == "rules"
    with pytest.raises(Invalid, match="no request can be") as refused:
        rules.check_constraints([{"name": "x", "when": when, "most_bp": 1000}])
    assert refused.value.field == "constraints"


def test_a_constraint_whose_conditions_exclude_each_other_is_refused():
    when = {"ects_over": 10, "ects_at_most": 10}
    with pytest.raises(Invalid, match="exclude each other"):
        rules.check_constraints([{"name": "x", "when": when, "most_bp": 1000}])


def test_a_policy_is_for_a_form_that_there_is():
    rules.check_forms({"network": {"policy": "warn"}})
    with pytest.raises(Invalid, match="not a form of course"):
        rules.check_forms({"nonsens": {"policy": "warn"}})


@pytest.mark.parametrize(
    "when",
    [
        {"ects_over": 10, "ects_at_most": 10},
        {"form_in": []},
        {"form_in": ["a"], "form": "b"},
        {"ects": 5, "ects_over": 5},
    ],
)
def test_conditions_that_exclude_each_other_are_refused(when):
    with pytest.raises(Invalid, match="exclude each other"):
        rules.check_each_can_match([rule("x", when)], field="rules")


numbers = st.integers(0, 4)
conditions = st.fixed_dictionaries(
    {},
    optional={
        "ects_over": numbers,
        "ects_at_least": numbers,
        "ects_at_most": numbers,
        "ects": numbers,
        "form_in": st.lists(st.sampled_from("abc"), max_size=3),
        "form": st.sampled_from("abc"),
        "mandatory": st.booleans(),
    },
)
EVERY = [
    {"ects": ects / 2, "form": form, "mandatory": mandatory}
    for ects in range(12)
    for form in "abcd"
    for mandatory in (True, False)
]


@given(conditions, conditions)
def test_what_is_called_shadowed_or_impossible_really_is(first, second):
    """Against every request there can be: never a rule refused that could have matched."""
    both = [facts for facts in EVERY if matches(second, facts)]
    if implies(second, first):
        assert all(matches(first, facts) for facts in both)
    if not possible(second):
        assert not both
    if not possible(first, second):
        assert not any(matches(first, facts) for facts in both)
