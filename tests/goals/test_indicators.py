"""Indicators and what they show."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.goals import service as goals

SCALE = {
    "name": "Ordforråd",
    "measure": "point",
    "baseline": Decimal(2),
    "baseline_on": date(2026, 1, 15),
    "target": Decimal("4.5"),
}


def test_a_goal_is_followed_from_start_to_target(town, make_goal, make_indicator, look):
    goal_id = make_goal("n1")
    indicator = make_indicator(goal_id)
    with town.as_user("leader_n1") as ctx:
        assert goals.standing(ctx, [goal_id])[goal_id].progress is None
        goals.record_reading(ctx, indicator, read_on=date(2026, 2, 10), value=Decimal(40))
        goals.record_reading(ctx, indicator, read_on=date(2026, 3, 1), value=Decimal(50))
    with town.as_user("ped_n1") as ctx:
        standing = goals.standing(ctx, [goal_id])[goal_id]
        assert (standing.progress, standing.indicators, standing.read) == (75, 1, 1)
        assert standing.latest == date(2026, 3, 1)
        [followed] = goals.details(ctx, goal_id).indicators
        assert [reading.value for reading in followed.readings] == [40, 50]
        assert goals.details(ctx, goal_id).standing == standing
        assert [r.value for r in goals.readings(ctx, indicator).items] == [50, 40]
    assert look.trail()[-2:] == ["indicator.read", "indicator.read"]


def test_a_reading_of_the_same_day_corrects_it(town, make_goal, make_indicator, look):
    indicator = make_indicator(make_goal("n1"))
    with town.as_user("leader_n1") as ctx:
        for value in (30, 35):
            goals.record_reading(ctx, indicator, read_on=date(2026, 2, 10), value=Decimal(value))
    assert look.readings() == [(date(2026, 2, 10), Decimal(35))]


def test_a_new_target_waits_in_the_version_until_adoption(town, make_goal, make_indicator, look):
    goal_id = make_goal("n1")
    indicator = make_indicator(goal_id)
    with town.as_user("leader_n1") as ctx:
        goals.adopt(ctx, goal_id)
        goals.set_indicator(ctx, goal_id, indicator_id=indicator, **SCALE)
        assert goals.details(ctx, goal_id).is_changed
    [_first, second] = look.versions(goal_id)
    assert [each["target"] for each in second.facts["indicators"]] == ["60"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"target": Decimal(2)}, "target"),
        ({"target": Decimal("NaN")}, "target"),
        ({"baseline": Decimal(10) ** 30}, "baseline"),
        ({"baseline_on": date(2026, 3, 3)}, "baseline_on"),
        ({"baseline_on": date(1899, 1, 1)}, "baseline_on"),
        ({"name": " "}, "name"),
        ({"measure": "a" * 61}, "measure"),
    ],
)
def test_an_absurd_indicator_is_refused(town, make_goal, look, wrong, field):
    goal_id = make_goal("n1")
    before = look.counts()
    with pytest.raises(Invalid) as refusal, town.as_user("leader_n1") as ctx:
        goals.set_indicator(ctx, goal_id, **{**SCALE, **wrong})
    assert refusal.value.field == field
    assert look.counts() == before


def test_names_are_taken_once_and_ten_are_enough(town, make_goal, make_indicator, look):
    goal_id = make_goal("n1")
    for i in range(10):
        make_indicator(goal_id, f"Tal {i}")
    before = look.counts()
    with pytest.raises(Conflict) as refusal, town.as_user("leader_n1") as ctx:
        goals.set_indicator(ctx, goal_id, **{**SCALE, "name": "Tal 3"})
    assert refusal.value.field == "name"
    with pytest.raises(Conflict), town.as_user("leader_n1") as ctx:
        goals.set_indicator(ctx, goal_id, **SCALE)
    assert look.counts() == before


def test_the_start_stays_before_what_was_read(town, make_goal, make_indicator, look):
    goal_id = make_goal("n1")
    indicator = make_indicator(goal_id)
    with town.as_user("leader_n1") as ctx:
        goals.record_reading(ctx, indicator, read_on=date(2026, 2, 10), value=Decimal(30))
    before = look.counts()
    late = {**SCALE, "baseline_on": date(2026, 2, 11)}
    with pytest.raises(Invalid) as refusal, town.as_user("leader_n1") as ctx:
        goals.set_indicator(ctx, goal_id, indicator_id=indicator, **late)
    assert refusal.value.field == "baseline_on"
    for day in (date(2026, 1, 31), date(2026, 3, 3)):
        with pytest.raises(Invalid) as unread, town.as_user("leader_n1") as ctx:
            goals.record_reading(ctx, indicator, read_on=day, value=Decimal(1))
        assert unread.value.field == "read_on"
    assert look.counts() == before


def test_indicators_are_of_their_goal_and_kept_by_its_keepers(
    town, make_goal, make_indicator, look
):
    mine, top, south = make_goal("n1"), make_goal("root"), make_goal("s1")
    of_top, of_south = make_indicator(top), make_indicator(south)
    reading = {"read_on": date(2026, 2, 10), "value": Decimal(30)}
    before = look.counts()
    with pytest.raises(NotFound) as refusal, town.as_user("leader_n1") as ctx:
        goals.set_indicator(ctx, mine, indicator_id=of_top, **SCALE)
    assert refusal.value.field == "indicator_id"
    with pytest.raises(Forbidden), town.as_user("leader_n1") as ctx:
        goals.record_reading(ctx, of_top, **reading)
    with pytest.raises(Forbidden), town.as_user("ped_n1") as ctx:
        goals.set_indicator(ctx, mine, **SCALE)
    for unseen in (of_south, uuid7()):
        with pytest.raises(NotFound), town.as_user("leader_n1") as ctx:
            goals.record_reading(ctx, unseen, **reading)
        with pytest.raises(NotFound), town.as_user("leader_n1") as ctx:
            goals.readings(ctx, unseen)
    assert look.counts() == before


def test_only_the_latest_readings_are_shown_and_all_are_listed(town, make_goal, make_indicator):
    goal_id = make_goal("n1")
    indicator = make_indicator(goal_id, baseline_on=date(2025, 11, 1))
    with town.as_user("leader_n1") as ctx:
        for i in range(65):
            day = date(2025, 11, 2) + timedelta(days=i)
            goals.record_reading(ctx, indicator, read_on=day, value=Decimal(i))
        [followed] = goals.details(ctx, goal_id).indicators
        assert [reading.value for reading in followed.readings] == list(range(5, 65))
        assert len(goals.readings(ctx, indicator, page=2, page_size=50).items) == 15
