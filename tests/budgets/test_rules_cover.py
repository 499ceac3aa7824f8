"""What cover costs: hours per form, and rates that change with the date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_app.budgets import rules
from tenant_app.budgets.models import CostLine
from tenant_app.budgets.rules import Cost
from tenant_app.core.money import Money, kroner

OLD = {"rate": 20000, "share_taught": {"default": 50}}
NOV, FEB = date(2026, 11, 16), date(2027, 2, 19)


def cover(form="course", own=None, hours="100", ects="10", starts=NOV, ends=FEB, **rest):
    return rules.cover_cost(
        Decimal(hours),
        form,
        None if own is None else Decimal(own),
        OLD | rest,
        ects=Decimal(ects),
        starts_on=starts,
        ends_on=ends,
    )


def test_the_shape_from_before_means_what_it_meant():
    assert cover() == (Decimal(50), kroner(10_000))
    assert rules.cover_cost(Decimal(100), "course", None, OLD) == (Decimal(50), kroner(10_000))


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ({"per": "none"}, 0),
        ({"per": "ects", "hours": "7.5"}, 75),
        ({"per": "day", "hours": "7.4"}, Decimal("7.4") * 70),  # weekdays of fourteen weeks
    ],
)
def test_a_form_counts_its_hours_its_own_way(way, expected):
    hours, price = cover_of(way)
    assert hours == expected
    assert price == int(hours * 20000)


def cover_of(way, starts=NOV, ends=FEB):
    return rules.cover_cost(
        Decimal(100),
        "course",
        None,
        OLD | {"hours": {"course": way}},
        ects=Decimal(10),
        starts_on=starts,
        ends_on=ends,
    )


def test_a_day_in_a_weekend_counts_all_the_same():
    assert cover_of({"per": "day", "hours": "7.4"}, date(2026, 11, 21), date(2026, 11, 22))[
        0
    ] == Decimal("14.8")


def test_the_courses_own_hours_go_before_the_rules():
    assert cover(own="8")[0] == 8


def test_each_day_is_paid_at_its_own_rate():
    rates = [{"from": "2027-01-01", "rate": 30000}]
    days = (FEB - NOV).days + 1
    in_old = (date(2027, 1, 1) - NOV).days
    _hours, price = cover(rates=rates)
    assert price == round(50 * (20000 * in_old + 30000 * (days - in_old)) / days)
    assert cover(starts=date(2026, 12, 31), ends=date(2026, 12, 31), rates=rates)[1] == kroner(
        10_000
    )
    assert cover(starts=date(2027, 1, 1), ends=date(2027, 1, 1), rates=rates)[1] == kroner(15_000)
    assert rules.rate_on(OLD | {"rates": rates}, date(2026, 12, 31)) == 20000


def test_days_in_years():
    assert rules.days_in_years(NOV, FEB) == {2026: 46, 2027: 50}
    assert rules.days_in_years(NOV, NOV) == {2026: 1}
    assert rules.days_in_years(date(2026, 12, 31), date(2028, 1, 1)) == {
        2026: 1,
        2027: 365,
        2028: 1,
    }


amounts = st.integers(0, 10**9).map(Money)


@given(amounts, amounts, amounts, amounts, st.integers(1, 400), st.integers(1, 400))
def test_the_parts_of_two_years_add_up_to_the_oere(fee, cover_, materials, travel, one, two):
    cost = Cost(
        fee=fee,
        cover=cover_,
        materials=materials,
        travel=travel,
        cover_hours=Decimal("12.35"),
        cover_weights={2026: one * 20000, 2027: two * 21000},
    )
    parts = rules.split_cost(cost, {2026: one, 2027: two})
    for line in CostLine:
        assert sum(part.of(line) for part in parts.values()) == cost.of(line)
    assert sum(part.cover_hours for part in parts.values()) == cost.cover_hours
    if fee:
        assert abs(parts[2026].fee * (one + two) - fee * one) < one + two


def test_cover_parts_by_what_its_hours_cost_in_each_year():
    cost = Cost(cover=Money(50_000), cover_weights={2026: 10 * 20000, 2027: 10 * 30000})
    parts = rules.split_cost(cost, {2026: 10, 2027: 10})
    assert [part.cover for part in parts.values()] == [20_000, 30_000]
