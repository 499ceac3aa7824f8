"""Hours in whole quarters, days within a year, moves in order: without a database."""

from datetime import date
from decimal import Decimal

import pytest

from tenant_app.core.errors import Conflict, Invalid
from tenant_app.resource_persons import rules
from tenant_app.resource_persons.models import BookingState

S = BookingState
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("hours", "minutes"), [("0.25", 15), ("1", 60), ("1.75", 105), ("1924.0", 115_440)]
)
def test_hours_are_whole_quarters(hours, minutes):
    assert rules.minutes_of(Decimal(hours)) == minutes
    assert rules.hours_of(minutes) == Decimal(hours)


@pytest.mark.parametrize("hours", ["0.2", "1.1", "0", "-1", "2000.25", "1e30", "NaN", "0.0001"])
def test_what_is_no_number_of_quarters_is_refused(hours):
    with pytest.raises(Invalid) as refused:
        rules.minutes_of(Decimal(hours))
    assert refused.value.field == "hours"


def test_a_year_may_have_no_hours_at_all():
    assert rules.minutes_of(Decimal(0), least=0) == 0


def test_hours_are_written_as_in_danish_offices():
    assert [rules.hours_text(each) for each in (60, 90, 75, 0, 6000)] == [
        *("1", "1,5", "1,25", "0", "100")
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        (date(2026, 5, 2), date(2026, 5, 1), "ends_on"),
        (date(2026, 3, 1), date(2026, 5, 1), "starts_on"),
        (date(2026, 12, 30), date(2027, 1, 2), "ends_on"),
    ],
)
def test_days_are_ahead_in_order_and_of_one_year(starts, ends, field):
    with pytest.raises(Invalid) as refused:
        rules.check_days(starts, ends, today=TODAY)
    assert refused.value.field == field


def test_the_year_is_that_of_the_days():
    assert rules.check_days(date(2027, 1, 1), date(2027, 12, 31), today=TODAY) == 2027
    assert rules.check_days(TODAY, TODAY, today=TODAY) == 2026


def test_a_booking_goes_one_step_at_a_time():
    allowed = {(here, there) for here in S for there in S if there in rules.MOVES[here]}
    assert allowed == {
        (S.REQUESTED, S.AGREED),
        (S.REQUESTED, S.CANCELLED),
        (S.REQUESTED, S.DECLINED),
        (S.AGREED, S.HELD),
        (S.AGREED, S.CANCELLED),
    }
    with pytest.raises(Conflict):
        rules.check_move(S.HELD, S.CANCELLED)


def test_too_few_hours_are_told_with_what_is_left_and_what_lacks():
    found = rules.too_few(rules.Balance(2026, 600, 510), person="Ida", year=2026, asked=150)
    assert str(found) == (
        "Ida has 1,5 hours left in 2026, and 2,5 are asked for: 1 too many. Ask for fewer, or "
        "choose another resource person."
    )
    assert found.field == "hours"


def test_texts_of_any_length_and_kind_are_refused():
    for text in ("x" * 102_400, "a\u200bb", "  "):
        with pytest.raises(Invalid):
            rules.check_text(text, field="purpose", needed=True)
