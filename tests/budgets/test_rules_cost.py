"""Rules of cost and funding, without a database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_app.budgets import rules
from tenant_app.budgets.models import CostLine, PoolKind
from tenant_app.budgets.rules import Cost, Payer
from tenant_app.core.errors import Conflict, Invalid
from tenant_app.core.money import Money, kroner

COVER = {"rate": 21200, "share_taught": {"diploma_module": 30, "default": 100}}
WHO = ["central", "area", "institution", "pool:STAT-26", "pool:FOND"]
PAYERS = {
    who: Payer(UUID(int=i), who, PoolKind.EARMARKED if ":" in who else None)
    for i, who in enumerate(WHO)
}
ALONE = {"name": "all", "when": {}, "shares": {"default": {"institution": 10000}}}
FACTS: dict[str, Any] = {"ects": 0, "form": "course", "weak_economy": False, "institutions": 1}

amounts = st.integers(min_value=0, max_value=10**11).map(Money)


@st.composite
def shares(draw: Any) -> dict[str, int]:
    """Of the three kinds and two named pools: any part may be nothing."""
    cuts = sorted(draw(st.lists(st.integers(0, 10000), min_size=4, max_size=4)))
    parts = [high - low for low, high in zip([0, *cuts], [*cuts, 10000], strict=True)]
    return dict(zip(WHO, parts, strict=True))


def rule(name: str = "r", when: dict[str, Any] | None = None, **shares: Any) -> dict[str, Any]:
    return {"name": name, "when": when or {}, "shares": shares}


@pytest.mark.parametrize(
    ("hours", "form", "own", "expected_hours", "expected"),
    [
        ("280", "diploma_module", None, "84", kroner(17_808)),
        ("280", "course", None, "280", kroner(59_360)),
        ("280", "diploma_module", "10", "10", kroner(2_120)),
        ("280", "diploma_module", "0", "0", 0),
        ("0.1", "diploma_module", None, "0.03", 636),
        ("0.0001", "course", "0.00002358", "0.00002358", 0),
        ("1", "course", "0.00002359", "0.00002359", 1),
    ],
)
def test_cover_follows_the_course_or_the_share_taught(hours, form, own, expected_hours, expected):
    own_hours = None if own is None else Decimal(own)
    got_hours, price = rules.cover_cost(Decimal(hours), form, own_hours, COVER)
    assert got_hours == Decimal(expected_hours)
    assert price == expected


def test_half_an_oere_of_cover_is_rounded_up():
    assert rules.cover_cost(Decimal("0.5"), "course", None, COVER | {"rate": 1})[1] == 1
    assert rules.cover_cost(Decimal("0.49"), "course", None, COVER | {"rate": 1})[1] == 0


@given(amounts, amounts, amounts, amounts, shares(), shares())
def test_shares_add_up_to_the_cost_on_every_line(fee, cover, materials, travel, on_fee, on_rest):
    cost = Cost(fee=fee, cover=cover, materials=materials, travel=travel)
    funding = rules.funding_of([rule(fee=on_fee, default=on_rest)], FACTS, version=3)
    card = rules.share_out(cost, funding, PAYERS)

    for line in CostLine:
        assert sum(s.amount for s in card.by_line().get(line, [])) == cost.of(line)
    assert sum(card.by_pool().values()) == card.total == cost.total
    assert sum(card.by_kind().values()) == cost.total
    assert all(share.amount > 0 for share in card.shares)
    assert list(card.by_pool()) == sorted(card.by_pool())


def test_an_oere_that_does_not_divide_goes_to_the_first_funder():
    half = rule(default={"institution": 5000, "central": 5000})
    funding = rules.funding_of([half], FACTS, version=1)
    card = rules.share_out(Cost(fee=Money(101)), funding, PAYERS)
    assert card.by_kind() == {PoolKind.CENTRAL: 51, PoolKind.INSTITUTION: 50}


def test_the_first_rule_that_matches_decides():
    ordered = [
        rule("weak", {"weak_economy": True}, default={"central": 8000, "institution": 2000}),
        rule("together", {"institutions_at_least": 2}, default={"central": 10000}),
        ALONE,
    ]
    asked = [
        rules.funding_of(ordered, FACTS | facts, version=1).rule_name
        for facts in (
            {"weak_economy": True, "institutions": 2},
            {"institutions": 2},
            {},
        )
    ]
    assert asked == ["weak", "together", "all"]


def test_without_a_matching_rule_the_institution_pays_and_it_is_flagged():
    only_ects = [rule("ects", {"ects_over": 0}, default={"central": 10000})]
    card = rules.share_out(
        Cost(fee=kroner(10)), rules.funding_of(only_ects, FACTS, version=4), PAYERS
    )
    assert card.by_kind() == {PoolKind.INSTITUTION: kroner(10)}
    assert (card.rule_name, card.rule_version, card.is_unruled) == ("no rule", 0, True)


def test_a_pool_that_must_pay_and_does_not_exist_is_named():
    funding = rules.funding_of([rule("a", default={"area": 10000})], FACTS, version=1)
    no_area = {who: payer for who, payer in PAYERS.items() if who != PoolKind.AREA}
    with pytest.raises(Conflict, match="“a” lets the area pay"):
        rules.share_out(Cost(fee=Money(1)), funding, no_area)
    assert rules.share_out(Cost(), funding, no_area).shares == ()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ([], "between 1 and 50"),
        ([rule(default={"central": 9999})], "add up to 99,99 %"),
        ([rule(default={"central": 10001})], "add up to 100,01 %"),
        ([rule(default={"central": 5000, "institution": 4000})], "add up to 90 %"),
        ([rule(default={"central": -1, "institution": 10001})], "whole basis points"),
        ([rule(default={"central": 10000.0})], "whole basis points"),
        ([rule(default={"central": True, "institution": 9999})], "whole basis points"),
        ([rule(default={"state": 10000})], "whole basis points"),
        ([rule(fee={"central": 10000})], "who pays cover, materials, travel"),
        ([rule(lunch={"central": 10000}, default={"central": 10000})], "per cost line"),
        ([ALONE, ALONE], "called “all”"),
        ([rule("no rule", default={"central": 10000})], "called “no rule”"),
        ([rule(" ", default={"central": 10000})], "needs a name"),
        ([{"name": "x", "when": {}}], "conditions and shares"),
        ([ALONE | {"extra": 1}], "conditions and shares"),
        ([rule(when={"moon_over": 1}, default={"central": 10000})], "Unknown condition"),
        ([rule(when={"ects_over": "ten"}, default={"central": 10000})], "wrong kind"),
        ([rule(when={"ects_over": True}, default={"central": 10000})], "wrong kind"),
        ([rule(when={"form_over": "course"}, default={"central": 10000})], "wrong kind"),
        ([rule(when={"mandatory": "yes"}, default={"central": 10000})], "wrong kind"),
        ([rule(when={"form_in": "course"}, default={"central": 10000})], "wrong kind"),
        ([rule(when={"form_in": [1]}, default={"central": 10000})], "wrong kind"),
        (["text"], "needs a name"),
    ],
)
def test_rules_that_cannot_be_right_are_refused(wrong, says):
    with pytest.raises(Invalid, match=says) as refused:
        rules.check_rules(wrong)
    assert refused.value.field == "rules"


def test_rules_of_every_kind_of_condition_are_accepted():
    rules.check_rules(
        [
            rule("a", {"ects_over": 0, "amount_at_least": 100}, default={"central": 10000}),
            rule("b", {"form_in": ["course"], "mandatory": False}, default={"area": 10000}),
            rule(
                "c",
                {"form": "course", "ects": 2.5},
                **{
                    line.value: {"central": 2500, "area": 2500, "institution": 5000}
                    for line in CostLine
                },
            ),
            ALONE,
        ]
    )
