"""Which rule decides and why, which never can, and which two could both."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_app.budgets import rules
from tenant_app.budgets.rules import Doubt
from tenant_app.budgets.rules.ordering import implies, possible
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
