"""What waits for somebody on their home page."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import union_all

from tenant_app.core.clock import DENMARK
from tenant_app.forums import service as forums
from tenant_app.forums.models import MeetingState


def _begins(council, days):
    day = council.today + timedelta(days=days)
    return int(datetime.combine(day, time(9), tzinfo=DENMARK).timestamp())


def waits(council, who):
    with council.town.as_user(who) as ctx:
        asked = forums.asks(ctx)
        return dict(tuple(row) for row in ctx.execute(union_all(*asked), {})) if asked else {}


def test_packs_rankings_and_late_decisions_are_counted_for_those_they_wait_for(council):
    council.pack(council.meeting(days=5))
    meeting_id, items = council.ranked()
    council.vote("leader_n2", meeting_id, items)
    council.decide(meeting_id, due_on=council.today - timedelta(days=1))
    assert waits(council, "leader_n1") == {
        "forum_packs": 1,
        "forum_rankings": 1,
        "forum_decisions": 1,
        "forum_owned": 0,
        "forum_next": _begins(council, 5),
    }
    assert waits(council, "leader_n2") == {
        "forum_packs": 1,
        "forum_rankings": 0,
        "forum_decisions": 0,
        "forum_owned": 0,
        "forum_next": _begins(council, 5),
    }
    nothing = waits(council, "ped_s1")
    assert nothing.pop("forum_next") is None
    assert set(nothing.values()) == {0}
    assert waits(council, "auditor") == {}


def test_the_next_meeting_is_the_soonest_that_is_not_called_off(council):
    later, soon = council.meeting(days=9), council.meeting(days=3)
    decided = council.meeting(days=-2)
    council.decide(decided, due_on=council.today)
    assert waits(council, "leader_n1")["forum_next"] == _begins(council, 3)
    assert waits(council, "leader_n1")["forum_owned"] == 1
    with council.town.as_user("area_north") as ctx:
        forums.move(ctx, soon, MeetingState.CANCELLED)
    assert waits(council, "leader_n1")["forum_next"] == _begins(council, 9)
    with council.town.as_user("area_north") as ctx:
        forums.move(ctx, later, MeetingState.CANCELLED)
    assert waits(council, "leader_n1")["forum_next"] is None
