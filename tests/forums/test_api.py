"""Forums over the API: the main story with the same verbs as in the panel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenant_app.cooperation import api as cooperation
from tenant_app.forums.api import blueprint
from tests.catalogue.door import api_of
from tests.forums.conftest import BIG

URL = "/api/v1/forums"


@pytest.fixture
def api(town):
    """A client per user, at the town's time."""
    return lambda who: api_of(town, who, blueprint)


def test_a_forum_meets_ranks_decides_and_carries_it_out(council, api):
    town, keeper = council.town, api("area_north")
    users = town.users
    made = keeper.post(
        URL,
        json={
            "unit_id": str(town.units["north"]),
            "kind": "area_meeting",
            "name": "Lederne i nord",
            "member_ids": [str(users[each]) for each in ("leader_n1", "leader_n2")],
        },
    )
    assert made.status_code == 201
    forum = f"{URL}/{made.json['id']}"
    assert len(keeper.get(forum).json["members"]) == 2
    when = {
        "day": (council.today - timedelta(days=1)).isoformat(),
        "begins": "09:00",
        "ends": "11:00",
        "place": "Rådhuset",
    }
    planned = keeper.post(f"{forum}/meetings", json=when)
    assert (planned.status_code, planned.json["state"]) == (201, "planned")
    meeting = f"{URL}/meetings/{planned.json['id']}"
    items = [
        keeper.post(f"{meeting}/agenda", json={"need_id": str(council.need(where))}).json["id"]
        for where in ("n1", "n2")
    ]
    assert keeper.post(f"{meeting}/pack").status_code == 202
    assert keeper.post(f"{meeting}/ranking").status_code == 201
    for who in ("leader_n1", "leader_n2"):
        sent = api(who).put(f"{meeting}/ranking/own", json={"ordered": items[::-1]})
        assert (sent.status_code, sent.json["ordered"]) == (200, items[::-1])
    assert keeper.post(f"{meeting}/ranking/close").status_code == 200
    decided = keeper.post(
        f"{meeting}/decisions",
        json={
            "text": "Vi begynder i nord",
            "outcome": "start",
            "owner_id": str(users["leader_n2"]),
            "due_on": (council.today + timedelta(days=40)).isoformat(),
            "item_id": items[1],
            "new_title": "Sprog i nord",
        },
    )
    assert decided.status_code == 201
    assert decided.json["started_id"]
    assert keeper.post(f"{meeting}/move", json={"to": "held"}).json["state"] == "held"
    said = {"minutes": "Godt møde", "items": [{"item_id": items[0], "minutes": "Venter"}]}
    assert keeper.put(f"{meeting}/minutes", json=said).status_code == 200
    assert keeper.post(f"{meeting}/move", json={"to": "closed"}).json["state"] == "closed"

    shown = api("leader_n1").get(meeting).json
    assert shown["ranking"]["voices"] == 2
    assert [each["item_id"] for each in shown["ranking"]["result"]] == items[::-1]
    assert shown["agenda"][0]["minutes"] == "Venter"
    owner = api("leader_n2")
    listed = owner.get(f"{URL}/decisions", query_string={"standing": "open"}).json["items"]
    assert [each["id"] for each in listed] == [decided.json["id"]]
    done = owner.post(f"{URL}/decisions/{decided.json['id']}/done", json={"note": "Klaret"})
    assert done.json["done_on"] == council.today.isoformat()


def test_a_pack_reads_as_issued(council, api):
    meeting_id = council.meeting(days=5)
    council.item(meeting_id, title="Velkomst")
    found = api("ped_n1").get(f"{URL}/packs/{council.pack(meeting_id)}").json
    assert (found["version"], found["content"]["agenda"]) == (1, ["Velkomst"])


def test_the_wheel_is_kept(api):
    keeper = api("consultant")
    made = keeper.post(f"{URL}/wheel", json={"month": 4, "kind": "budget", "text": "Budget"})
    assert made.status_code == 201
    [found] = api("leader_n1").get(f"{URL}/wheel").json["items"]
    assert (found["text"], found["week"]) == ("Budget", None)
    assert keeper.delete(f"{URL}/wheel/{found['id']}").status_code == 204
    assert api("leader_n1").get(f"{URL}/wheel").json["items"] == []


def test_refusals_name_the_field_and_change_nothing(council, api):
    keeper, meeting_id = api("area_north"), council.meeting()
    url = f"{URL}/meetings/{meeting_id}"
    item_id = council.item(meeting_id, title="Sprog")
    council.decide(meeting_id, item_id=item_id)
    before = council.sums()
    again = {
        "text": "Igen",
        "outcome": "later",
        "owner_id": str(council.town.users["leader_n1"]),
        "due_on": council.today.isoformat(),
        "item_id": str(item_id),
    }
    found = keeper.post(f"{url}/decisions", json=again)
    assert (found.status_code, found.json["field"]) == (409, "replaces_id")
    night = {"day": "2027-03-28", "begins": "02:30", "ends": "03:10", "place": "A"}
    found = keeper.post(f"{URL}/{council.forum_id}/meetings", json=night)
    assert (found.status_code, found.json["field"]) == (422, "begins")
    assert keeper.put(f"{url}/minutes", json={"minutes": BIG}).status_code == 422
    assert keeper.post(f"{url}/agenda", json={"title": "A", "more": 1}).status_code == 422
    assert api("leader_n1").post(f"{url}/agenda", json={"title": "A"}).status_code == 403
    assert api("leader_s1").get(url).status_code == 404
    assert council.sums() == before


def test_a_voice_tells_what_a_forum_decided_and_where(council, town):
    meeting_id, need_id = council.meeting(), council.need()
    council.decide(meeting_id, item_id=council.item(meeting_id, need_id=need_id))
    url = f"/api/v1/cooperation/voices/{need_id}"
    found = api_of(town, "leader_n1", cooperation.blueprint).get(url).json["steps"]
    [step] = [each for each in found if each["kind"] == "forum.decided"]
    assert step["facts"]["outcome"] == "start"
    assert step["link"] == {"kind": "meeting", "id": str(meeting_id)}
