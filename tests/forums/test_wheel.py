"""The year as a wheel: fixed points of the municipality, and the meetings one sees."""

from __future__ import annotations

from uuid import uuid4

from tenant_app.core.errors import Forbidden, Invalid, NotFound
from tenant_app.forums import service as forums
from tenant_app.forums.models import MeetingState, WheelKind
from tests.forums.conftest import BIG


def add(council, who="admin", **facts):
    given = {"month": 8, "kind": WheelKind.BUDGET, "text": "Budgetforslag"} | facts
    with council.town.as_user(who) as ctx:
        return forums.add_point(ctx, **given).id


def test_the_year_holds_fixed_points_and_the_meetings_in_sight(council):
    add(council, week=34)
    add(council, month=1, kind=WheelKind.TALKS, text="MUS begynder")
    meeting_id = council.meeting(days=-1)
    cancelled = council.meeting(days=3)
    with council.town.as_user("area_north") as ctx:
        forums.move(ctx, cancelled, MeetingState.CANCELLED)
    with council.town.as_user("ped_n1") as ctx:
        months = forums.year(ctx, 2026)
        assert [each.text for each in months[7].points] == ["Budgetforslag"]
        assert [each.id for each in months[2].meetings] == [meeting_id]
        assert sum(len(each.meetings) for each in forums.year(ctx, 2025)) == 0
        text = forums.calendar(ctx, 2026, name="Årshjul")
        assert text.count("BEGIN:VEVENT") == 2
        assert text.count("STATUS:CANCELLED") == 1
    with council.town.as_user("leader_s1") as ctx:
        assert not any(each.meetings for each in forums.year(ctx, 2026))
        assert "VEVENT" not in forums.calendar(ctx, 2026, name="Årshjul")


def test_only_who_keeps_forums_of_the_whole_municipality_sets_it(council, refused):
    refused(Forbidden, lambda: add(council, "area_north"))
    refused(Forbidden, lambda: add(council, "leader_n1"))
    entry_id = add(council, "consultant")

    def remove(who, key=entry_id):
        with council.town.as_user(who) as ctx:
            forums.remove_point(ctx, key)

    refused(Forbidden, lambda: remove("area_north"))
    refused(NotFound, lambda: remove("admin", uuid4()))
    remove("admin")
    with council.town.as_user("admin") as ctx:
        assert forums.points(ctx) == []


def test_a_point_has_a_month_a_week_in_it_and_a_short_text(council, refused):
    assert refused(Invalid, lambda: add(council, week=2)).field == "week"
    assert refused(Invalid, lambda: add(council, month=0)).field == "month"
    assert refused(Invalid, lambda: add(council, text=BIG)).field == "text"
