"""How a frame divides, without a database."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenant_app.budgets import rules
from tenant_app.budgets.models import BudgetYearState, EntryKind, MoneyState
from tenant_app.budgets.rules import Holder
from tenant_app.core.errors import Conflict, Invalid, Refusal
from tenant_app.core.money import kroner


def holder(number: str, headcount: int = 0, fte: int = 0, pedagogue_fte: int = 0) -> Holder:
    return Holder(uuid4(), number, f"Unit {number}", headcount, fte, pedagogue_fte)


THREE = [
    holder("1", 3, 25_000, 10_000),
    holder("2", 2, 20_000, 20_000),
    holder("3", 5, 45_000, 0),
]
WEIGHTED = ["equal", "headcount", "fte", "pedagogue_fte"]


def key(name: str, weight: int = 100, **amounts: int) -> dict[str, Any]:
    entry: dict[str, Any] = {"key": name, "weight": weight}
    return entry | {"amounts": amounts} if amounts else entry


def fixed(**amounts: int) -> dict[str, Any]:
    return {"key": "fixed", "amounts": {name.strip("_"): x for name, x in amounts.items()}}


@st.composite
def mixtures(draw: Any) -> list[dict[str, Any]]:
    names = draw(st.lists(st.sampled_from(WEIGHTED), min_size=1, max_size=4, unique=True))
    cuts = sorted(
        draw(
            st.lists(
                st.integers(1, 99),
                min_size=len(names) - 1,
                max_size=len(names) - 1,
                unique=True,
            )
        )
    )
    edges = [0, *cuts, 100]
    return [key(name, edges[i + 1] - edges[i]) for i, name in enumerate(names)]


figures = st.tuples(st.integers(1, 60), st.integers(1, 600_000), st.integers(1, 600_000))


@settings(max_examples=300)
@given(st.integers(0, 10**13), st.lists(figures, min_size=1, max_size=60), mixtures())
def test_the_parts_add_up_to_the_oere_whatever_the_mixture(amount, staff, mixture):
    rules.check_allocation(mixture)
    holders = [holder(str(i), *figure) for i, figure in enumerate(staff)]
    parts = rules.divide(amount, holders, mixture)
    assert sum(parts) == amount
    assert all(part >= 0 for part in parts)


@given(st.integers(0, 10**13), st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_levels_add_up_to_the_frame(frame, central, area):
    if central + area > 10_000:
        with pytest.raises(Invalid, match="100 % at most"):
            rules.check_frame(frame, central_bp=central, area_bp=area, has_areas=True)
    else:
        assert sum(rules.parts_of(frame, central_bp=central, area_bp=area)) == frame


@given(st.lists(figures, min_size=2, max_size=20))
def test_no_part_is_an_oere_from_its_exact_share(staff):
    holders = [holder(str(i), *figure) for i, figure in enumerate(staff)]
    whole = sum(h.fte for h in holders)
    for part, h in zip(rules.divide(10**8, holders, [key("fte")]), holders, strict=True):
        assert abs(part * whole - 10**8 * h.fte) < whole


@pytest.mark.parametrize(
    ("allocation", "expected"),
    [
        ([key("equal")], [33_34, 33_33, 33_33]),
        ([key("headcount")], [30_00, 20_00, 50_00]),
        ([key("fte")], [27_78, 22_22, 50_00]),
        ([key("pedagogue_fte")], [33_33, 66_67, 0]),
        ([key("pedagogue_fte", 70), key("equal", 30)], [33_33, 56_67, 10_00]),
        ([key("manual", 100, **{"1": 5, "2": 99_95})], [5, 99_95, 0]),
        ([fixed(_3=40_00), key("pedagogue_fte")], [20_00, 40_00, 40_00]),
        ([fixed(_1=60_00, _2=40_00)], [60_00, 40_00, 0]),
    ],
)
def test_each_key_divides_as_it_says(allocation, expected):
    rules.check_allocation(allocation)
    assert rules.divide(100_00, THREE, allocation) == expected


@pytest.mark.parametrize(
    ("allocation", "says"),
    [
        ([], "at least one"),
        ([key("equal", 99)], "add up to 99 and"),
        ([key("equal", 60), key("fte", 60)], "add up to 120"),
        ([key("equal", 50), key("equal", 50)], "there twice"),
        ([key("equal", 0), key("fte", 100)], "from 1 to 100"),
        ([key("equal", -10), key("fte", 110)], "from 1 to 100"),
        ([{"key": "equal", "weight": 100.0}], "from 1 to 100"),
        ([{"key": "equal", "weight": True}], "from 1 to 100"),
        ([{"key": "equal"}], "from 1 to 100"),
        ([key("birthdays")], "is one of"),
        ([{"weight": 100}], "is one of"),
        (["equal"], "is one of"),
        ([key("equal") | {"colour": 1}], "is one of"),
        ([key("manual")], "amount per unit number"),
        ([key("equal", 100, **{"1": 5})], "Only fixed and manual"),
        ([fixed(_1=5) | {"weight": 10}, key("equal")], "no weight"),
        ([{"key": "fixed", "amounts": {"1": "5"}}], "whole øre"),
        ([fixed(_1=-5), key("equal")], "negative"),
    ],
)
def test_an_allocation_that_cannot_be_right_is_refused(allocation, says):
    with pytest.raises(Invalid, match=says) as refused:
        rules.check_allocation(allocation)
    assert refused.value.field == "allocation"


@pytest.mark.parametrize(
    ("allocation", "says"),
    [
        ([key("manual", 100, **{"1": 99_99})], "the difference is 0,01 kr"),
        ([key("manual", 100, **{"1": 100_01})], "the difference is -0,01 kr"),
        ([fixed(_1=100_01), key("equal")], "fixed amounts add up to 100,01 kr"),
        ([fixed(_1=99_99)], "fixed amounts add up to 99,99 kr"),
    ],
)
def test_typed_amounts_that_do_not_fit_are_refused(allocation, says):
    with pytest.raises(Conflict, match=says):
        rules.divide(100_00, THREE, allocation)


def test_a_key_that_gives_nobody_a_share_is_refused():
    with pytest.raises(Conflict, match="“By headcount” gives no unit a share"):
        rules.divide(1, [holder("1"), holder("2")], [key("headcount")])
    with pytest.raises(Conflict, match="no unit to divide"):
        rules.divide(1, [], [key("equal")])
    assert rules.divide(0, [], [key("equal")]) == []
    assert rules.divide(0, [holder("1")], [key("headcount")]) == [0]


def test_amounts_for_unknown_numbers_are_refused():
    with pytest.raises(Invalid, match="has the number 9"):
        rules.check_numbers([fixed(_9=1), key("equal")], {"1", "2"})


@pytest.mark.parametrize(
    ("frame", "central", "area", "areas", "field"),
    [
        (-1, 4000, 0, True, "frame"),
        (10**14, 4000, 0, True, "frame"),
        (1, -1, 0, True, "central_bp"),
        (1, 10_001, 0, True, "central_bp"),
        (1, 4000, -1, True, "area_bp"),
        (1, 4000, 6001, True, "central_bp"),
        (1, 4000, 1, False, "area_bp"),
    ],
)
def test_a_frame_that_cannot_be_right_is_refused(frame, central, area, areas, field):
    with pytest.raises(Invalid) as refused:
        rules.check_frame(frame, central_bp=central, area_bp=area, has_areas=areas)
    assert refused.value.field == field


def test_the_year_goes_one_way():
    allowed = {
        (a, b) for a in BudgetYearState for b in BudgetYearState if _passes(rules.check_move, a, b)
    }
    chain = list(BudgetYearState)
    assert allowed == set(itertools.pairwise(chain))


def _passes(check: Any, state: BudgetYearState, to: BudgetYearState) -> bool:
    try:
        check(2026, state, to)
    except Refusal:
        return False
    return True


def test_figures_are_of_the_day_in_the_year_nearest_to_today():
    assert rules.figures_day(2026, date(2026, 3, 2)) == date(2026, 3, 2)
    assert rules.figures_day(2027, date(2026, 3, 2)) == date(2027, 1, 1)
    assert rules.figures_day(2025, date(2026, 3, 2)) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("kind", "was", "expected"),
    [
        (EntryKind.ALLOTTED, None, {"allotted": 7}),
        (EntryKind.ADJUSTED, None, {"allotted": 7}),
        (EntryKind.CARRIED, None, {"carried": 7}),
        (EntryKind.TRANSFERRED, None, {"transferred": 7}),
        (EntryKind.RESERVED, None, {"reserved": 7}),
        (EntryKind.COMMITTED, None, {"reserved": -7, "committed": 7}),
        (EntryKind.ACTUAL, None, {"committed": -7, "actual": 7}),
        (EntryKind.RELEASED, MoneyState.RESERVED, {"reserved": -7}),
        (EntryKind.RELEASED, MoneyState.COMMITTED, {"committed": -7}),
    ],
)
def test_each_kind_of_entry_has_one_effect(kind, was, expected):
    assert rules.effect(kind, 7, was=was) == expected


def test_spent_money_cannot_be_released():
    with pytest.raises(ValueError, match="actual"):
        rules.effect(EntryKind.RELEASED, 7, was=MoneyState.ACTUAL)


def test_percentages_are_written_the_danish_way():
    assert [rules.percent(bp) for bp in (4000, 3350, 3333, 5, 0)] == [
        "40 %",
        "33,5 %",
        "33,33 %",
        "0,05 %",
        "0 %",
    ]
    assert kroner(1) == 100
