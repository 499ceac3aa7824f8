"""Numbers, dates and prices, without a database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_app.catalogue import rules
from tenant_app.catalogue.models import PriceKind
from tenant_app.core.errors import Invalid
from tenant_app.core.money import LARGEST, Money

APRIL = date(2026, 4, 15)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", ""),
        ("code", "x" * 41),
        ("title", "a\0b"),
        ("title", "x" * 201),
        ("ects", Decimal("-0.5")),
        ("ects", Decimal("60.5")),
        ("ects", Decimal("NaN")),
        ("ects", Decimal("1.00001")),
        ("hours", Decimal("-1")),
        ("hours", Decimal("2001")),
        ("hours", Decimal("Infinity")),
        ("cover_hours", Decimal("-1")),
        ("cover_hours", Decimal("2001")),
        ("price", Money(-1)),
        ("price", Money(LARGEST + 1)),
        ("materials", Money(-1)),
        ("travel", Money(-1)),
    ],
)
def test_absurd_facts_are_refused_by_name(field, value):
    with pytest.raises(Invalid) as refusal:
        rules.check_course({field: value})
    assert refusal.value.field == field


def test_the_borders_are_fine():
    rules.check_course(
        {
            "ects": Decimal("60"),
            "hours": Decimal("2000.0000"),
            "cover_hours": Decimal("7.4"),
            "price": LARGEST,
        }
    )
    assert rules.check_course({"cover_hours": None}) == {"cover_hours": None}


@pytest.mark.parametrize(
    ("deadline", "starts", "ends", "field"),
    [
        (APRIL + timedelta(1), APRIL, APRIL, "deadline"),
        (APRIL, APRIL, APRIL - timedelta(1), "ends_on"),
        (APRIL, APRIL, APRIL + timedelta(2000), "ends_on"),
        (APRIL, APRIL, date(2226, 4, 15), "ends_on"),
        (date(1026, 4, 15), APRIL, APRIL, "deadline"),
    ],
)
def test_dates_out_of_order_are_refused_by_name(deadline, starts, ends, field):
    with pytest.raises(Invalid) as refusal:
        rules.check_dates(deadline=deadline, starts_on=starts, ends_on=ends)
    assert refusal.value.field == field


def test_all_on_one_day_is_fine():
    rules.check_dates(deadline=APRIL, starts_on=APRIL, ends_on=APRIL)


@pytest.mark.parametrize("seats", [0, -1, 1001])
def test_absurd_seats_are_refused(seats):
    with pytest.raises(Invalid) as refusal:
        rules.check_seats(seats)
    assert refusal.value.field == "seats"


@given(st.integers(0, 10**9), st.integers(1, 200))
def test_a_group_pays_exactly_the_price(price, people):
    parts = rules.fee_parts(price=Money(price), kind=PriceKind.PER_GROUP, people=people)
    assert len(parts) == people
    assert sum(parts) == price
    assert max(parts) - min(parts) <= 1


def test_each_person_pays_the_price():
    parts = rules.fee_parts(price=Money(1001), kind=PriceKind.PER_PERSON, people=3)
    assert parts == [1001, 1001, 1001]


@pytest.mark.parametrize("kind", list(PriceKind))
def test_nobody_has_no_price(kind):
    with pytest.raises(Invalid):
        rules.fee_parts(price=Money(1000), kind=kind, people=0)


def test_only_what_differs_is_noted():
    assert rules.changed({"a": 1, "b": 2}, {"a": 1, "b": 3}) == ({"b": 2}, {"b": 3})
