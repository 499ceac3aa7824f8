"""Rules of forums: ranking, the wheel, calendars, standings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from math import isclose
from uuid import UUID, uuid4

import pytest

from tenant_app.core.errors import Conflict, Invalid
from tenant_app.forums import rules
from tenant_app.forums.models import MeetingState, Outcome
from tenant_app.forums.rules import Candidate, Event, Standing, Subject

A, B, C = (UUID(int=at) for at in (1, 2, 3))
DAY = date(2026, 3, 2)


def test_the_result_is_the_mean_place_with_how_far_the_voices_are_apart():
    found = rules.result([A, B, C], [[B, A, C], [B, C, A], [A, B, C]])
    assert [each.item_id for each in found] == [B, A, C]
    first, second, third = found
    assert (first.place, first.best, first.worst, first.points) == (1, 1, 2, 5)
    assert isclose(first.mean, 4 / 3)
    assert (second.place, second.best, second.worst, second.points) == (2, 1, 3, 3)
    assert isclose(second.deviation, (2 / 3) ** 0.5)
    assert (third.place, third.points) == (3, 1)
    assert sum(each.points for each in found) == 3 * (2 + 1 + 0)


def test_equal_means_share_a_place_and_stand_as_on_the_agenda():
    found = rules.result([A, B, C], [[A, B, C], [B, A, C]])
    assert [(each.item_id, each.place) for each in found] == [(A, 1), (B, 1), (C, 3)]
    assert found[2].deviation == 0


def test_there_is_no_result_without_voices():
    assert rules.result([A, B], []) == []


@pytest.mark.parametrize("ordered", [[], [A], [A, A], [A, B, C], [A, C]])
def test_an_order_names_each_candidate_once(ordered):
    with pytest.raises(Invalid):
        rules.check_order(ordered, [A, B])


def test_places_that_are_given_twice_are_no_order():
    assert rules.order_of({A: 2, B: 1}) == [B, A]
    assert rules.order_of({A: 1, B: 1}) == []


@pytest.mark.parametrize("candidates", [0, 1, 21])
def test_a_ranking_needs_something_to_choose_between(candidates):
    with pytest.raises(Conflict):
        rules.check_openable(MeetingState.CALLED, candidates=candidates, is_there=False)


def test_hours_are_danish_in_summer_and_winter():
    winter, _ = rules.times(date(2026, 1, 12), time(9), time(10))
    summer, _ = rules.times(date(2026, 7, 13), time(9), time(10))
    assert (winter.hour, summer.hour) == (8, 7)


@pytest.mark.parametrize(
    ("due_on", "done_on", "is_replaced", "expected"),
    [
        (date(2026, 3, 2), None, False, Standing.OPEN),
        (date(2026, 3, 1), None, False, Standing.OVERDUE),
        (date(2026, 3, 1), DAY, False, Standing.DONE),
        (date(2026, 3, 1), None, True, Standing.REPLACED),
    ],
)
def test_where_a_decision_stands(due_on, done_on, is_replaced, expected):
    found = rules.standing(due_on=due_on, done_on=done_on, is_replaced=is_replaced, today=DAY)
    assert found is expected


def test_only_what_starts_has_an_initiative():
    rules.check_links(Outcome.START, title="Ny", started_id=None)
    with pytest.raises(Invalid):
        rules.check_links(Outcome.START, title="Ny", started_id=uuid4())
    with pytest.raises(Invalid):
        rules.check_links(Outcome.LATER, title="Ny", started_id=None)
    with pytest.raises(Invalid):
        rules.check_links(Outcome.NO, title="", started_id=uuid4())


def test_a_candidate_is_read_from_a_form():
    assert rules.candidate_of_text("") is None
    assert rules.candidate_of_text(f"need:{A}") == Candidate(Subject.NEED, A)
    for wrong in ("need", f"goal:{A}", "need:x"):
        with pytest.raises(ValueError, match=r"."):
            rules.candidate_of_text(wrong)


def test_every_week_lies_in_a_month_and_none_in_another_season():
    for year in range(2015, 2045):
        for month in range(1, 13):
            for day in (1, 10, 20, 28):
                week = date(year, month, day).isocalendar().week
                if not (month == 1 and week > 50) and not (month == 12 and week == 1):
                    assert week in rules.weeks_of(month)
    rules.check_point(6, 25)
    with pytest.raises(Invalid):
        rules.check_point(6, 40)
    with pytest.raises(Invalid):
        rules.check_point(13, None)


def test_the_calendar_is_escaped_folded_and_in_world_time():
    event = Event(
        id=A,
        starts_at=datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
        ends_at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
        title="Ledermøde; område, nord\nog " + "æ" * 60,
        place="Rådhuset, lokale 3",
        is_cancelled=True,
    )
    text = rules.calendar([event], name="Årshjul", now=event.starts_at)
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20260302T080000Z" in lines
    assert "STATUS:CANCELLED" in lines
    assert "LOCATION:Rådhuset\\, lokale 3" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = text.replace("\r\n ", "")
    assert "SUMMARY:Ledermøde\\; område\\, nord og " + "æ" * 60 in whole


@pytest.mark.parametrize(
    ("spent", "budget", "expected"), [(1, 3, "33.3"), (0, 5, "0.0"), (5, 0, None), (6, 4, "150.0")]
)
def test_usage_is_of_what_there_was(spent, budget, expected):
    assert rules.usage(spent=spent, budget=budget) == expected
