"""How long a request has waited, and the one moment from which every page calls it late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tenant_app.enrolments import rules
from tenant_app.enrolments.rules import Patience

NOW = datetime(2027, 3, 15, 9, 30, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("days", "how"),
    [
        (0, Patience.IN_TIME),
        (7, Patience.IN_TIME),
        (8, Patience.LATE),
        (14, Patience.LATE),
        (15, Patience.VERY_LATE),
    ],
)
def test_more_than_a_week_is_late_and_more_than_two_very_late(days, how):
    assert rules.patience(days) is how


@pytest.mark.parametrize(
    ("waited", "is_late"),
    [
        (timedelta(days=7), False),
        (timedelta(days=8) - MOMENT, False),  # shown as 7 days, so not counted as late either
        (timedelta(days=8), True),
        (timedelta(days=8) + MOMENT, True),
    ],
)
def test_what_is_counted_as_late_is_what_is_shown_as_late(waited, is_late):
    since = NOW - waited
    assert (since <= rules.late_since(NOW)) is is_late
    shown = rules.patience(rules.days_waited(since, NOW))
    assert (shown is not Patience.IN_TIME) is is_late
