"""What waits for somebody on their home page."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import union_all

from tenant_app.forums import service as forums


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
    }
    assert waits(council, "leader_n2") == {
        "forum_packs": 1,
        "forum_rankings": 0,
        "forum_decisions": 0,
    }
    assert set(waits(council, "ped_s1").values()) == {0}
    assert waits(council, "auditor") == {}
