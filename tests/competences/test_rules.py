"""Months, names and targets, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_app.competences import rules
from tenant_app.core.errors import Invalid


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 15), 1, date(2026, 12, 15)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_months_end_where_the_month_ends(day, months, then):
    assert rules.add_months(day, months) == then


@given(st.dates(date(1960, 1, 1), date(2100, 12, 31)), st.integers(1, 600))
def test_months_land_in_the_right_month(day, months):
    then = rules.add_months(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day <= day.day


def test_without_validity_a_competence_is_for_ever():
    assert rules.valid_until(date(2026, 3, 2), None) is None


@pytest.mark.parametrize("name", ["", "   ", "\t\n", "a" * 121, "a\0b", "a\u202eb"])
def test_a_name_that_cannot_be_read_is_refused(name):
    with pytest.raises(Invalid) as refusal:
        rules.clean_name(name)
    assert refusal.value.field == "name"


def test_a_name_keeps_single_spaces():
    assert rules.clean_name("  Sprog \n og  leg ") == "Sprog og leg"


@pytest.mark.parametrize("months", [0, -1, 601])
def test_an_absurd_validity_is_refused(months):
    with pytest.raises(Invalid) as refusal:
        rules.check_validity(months)
    assert refusal.value.field == "validity_months"


@pytest.mark.parametrize(
    ("count", "percent", "field"),
    [
        (None, None, "min_count"),
        (2, 50, "min_count"),
        (0, None, "min_count"),
        (1001, None, "min_count"),
        (None, 0, "min_percent"),
        (None, 101, "min_percent"),
    ],
)
def test_a_target_is_a_number_or_a_share(count, percent, field):
    with pytest.raises(Invalid) as refusal:
        rules.check_target(min_count=count, min_percent=percent, due_date=date(2026, 12, 31))
    assert refusal.value.field == field


def test_a_target_in_another_age_is_refused():
    with pytest.raises(Invalid) as refusal:
        rules.check_target(min_count=2, min_percent=None, due_date=date(2206, 12, 31))
    assert refusal.value.field == "due_date"
