"""The pages of forums: the main story as the keeper and the members click through it."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest

from tenant_app.core import clock
from tenant_app.core.db import uuid7
from tenant_app.forums import service as forums
from tenant_app.forums.models import MeetingPack, MeetingState
from tenant_app.organisation.models import UnitPlacement
from tests.anchoring.test_screens import Browser


@pytest.fixture
def browser(app, town, monkeypatch):
    """A user's browser, at the town's time."""

    def sign_in(user):
        monkeypatch.setattr(clock, "now", lambda: town.now)
        return Browser(app, town, user)

    return sign_in


def latest(council):
    with council.town.as_user("area_north") as ctx:
        return forums.meetings(ctx).items[0].id


def test_a_keeper_plans_ranks_and_decides_and_members_rank(council, browser):
    one, other = council.need("n1"), council.need("n2")
    keeper = browser("area_north")
    day = (council.today - timedelta(days=1)).strftime("%d-%m-%Y")
    sent = keeper.send(
        f"/forums/plan/?id={council.forum_id}", day=day, begins="9", ends="11.30", place="Rådhuset"
    )
    assert sent.status_code == 302
    meeting_id = latest(council)
    at = f"?id={meeting_id}"
    found = keeper.page(f"/meetings/add-item/{at}&words=n2")
    assert f"need:{other}" in found
    assert f"need:{one}" not in found
    for need_id in (one, other):
        sent = keeper.send(
            f"/meetings/add-item/{at}", candidate=f"need:{need_id}", title="", position=""
        )
        assert sent.status_code == 302, sent.text
    assert keeper.send(f"/meetings/open-ranking/{at}").status_code == 302
    with council.town.as_user("area_north") as ctx:
        items = [each.id for each in forums.agenda(ctx, meeting_id)]
    for who in ("leader_n1", "leader_n2"):
        me = browser(who)
        assert "sæt forslagene i rækkefølge" in me.page(f"/meetings/details/{at}").lower()
        order = {f"item_{key.hex}": str(place) for place, key in enumerate(items, start=1)}
        assert me.send(f"/meetings/rank/{at}", **order).status_code == 302
    browser("area_south").page(f"/meetings/rank/{at}", status=404)
    browser("admin").page(f"/meetings/rank/{at}", status=403)
    keeper = browser("area_north")
    assert keeper.send(f"/meetings/close-ranking/{at}").status_code == 302
    form = keeper.page(f"/meetings/decide/{at}")
    for name in ("outcome", "owner_id"):  # nothing is chosen beforehand
        assert re.search(rf'<select[^>]*name="{name}"[^>]*><option[^>]*value="">', form), name
    nothing = {"outcome": "", "owner_id": "", "text": "x", "due_on": "01-01-2027"}
    refused = keeper.send(f"/meetings/decide/{at}", item_id=str(items[0]), **nothing)
    assert refused.status_code == 422
    sent = keeper.send(
        f"/meetings/decide/{at}",
        item_id=str(items[0]),
        outcome="start",
        text="Vi begynder i nord",
        owner_id=str(council.town.users["leader_n1"]),
        due_on=(council.today + timedelta(days=30)).strftime("%d-%m-%Y"),
        new_title="Sprog i nord",
        people="",
        started_id="",
        replaces_id="",
    )
    assert sent.status_code == 302, sent.text
    page = browser("ped_n1").page(f"/meetings/details/{at}")
    assert "Vi begynder i nord" in page
    assert "Sprog i nord" in page
    assert "Vi begynder i nord" in browser("leader_n1").page("/decisions/")
    assert "Vi begynder i nord" in browser("leader_n1").page(f"/needs/details/?id={one}")


def test_a_round_without_enough_votes_is_told_as_no_vote(council, browser):
    meeting_id, _items = council.ranked()
    keeper = browser("area_north")
    for verb in ("hold", "close"):
        assert keeper.send(f"/meetings/{verb}/?id={meeting_id}").status_code == 302
    assert council.state(meeting_id) is MeetingState.CLOSED
    assert "Ingen afstemning" in browser("leader_n1").page(f"/meetings/details/?id={meeting_id}")


def test_the_file_of_a_pack_has_what_its_page_has(council, browser):
    meeting_id = council.meeting(days=5)
    for _ in range(2):
        council.need()
    with council.town.as_system() as ctx:
        made = forums.make_pack(ctx, meeting_id, 1)
        content = {**made.content, "needs": {**made.content["needs"], "total": 240}}
        content["clusters"] = {
            "rows": [
                {
                    **{"title": "Uro", "area": "Sprog", "words": ["uro"], "houses": ["Solsikken"]},
                    **{"elsewhere": 2, "needs": 3, "staff": 9, "rule_version": "1"},
                }
            ],
            "total": 1,
        }
        facts = {"data_at": made.data_at, "rules": made.rules, "content": content}
        second = MeetingPack(id=uuid7(), meeting_id=meeting_id, version=2, **facts)
        ctx.session.add(second)
        pack_id = second.id
    reader = browser("leader_n1")
    page = reader.page(f"/meetings/packs/?id={pack_id}")
    answer = reader.client.get(f"/admin/meetings/packs/export/csv/?id={pack_id}")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    told = [[cell for cell in row if cell] for row in rows]
    for text in ("De første 2 af 240.", "Solsikken og 2 andre steder"):
        assert text in page
        assert any(text in row for row in told), told
    [shown] = [row for row in told if row and row[-1] == "Kvalificeret" and "i n1" in row[0]][:1]
    assert len(shown) == 7


def test_the_agenda_is_ordered_by_numbers(council, browser):
    meeting_id = council.meeting(days=5)
    items = [council.item(meeting_id, title=each) for each in ("Nyt", "Budget", "Eventuelt")]
    keeper, url = browser("area_north"), f"/meetings/order/?id={meeting_id}"
    assert keeper.page(url).count('type="number"') == 3
    wrong = {f"item_{each.hex}": "0" for each in items}
    assert keeper.send(url, **wrong).status_code == 422
    numbers = {f"item_{each.hex}": str(at) for each, at in zip(items, (1, 2, 1), strict=True)}
    assert keeper.send(url, **numbers).status_code == 302
    page = keeper.page(f"/meetings/details/?id={meeting_id}")
    assert page.index("Eventuelt") < page.index("Nyt") < page.index("Budget")
    browser("leader_n1").page(url, status=403)


def test_members_are_ticked_in_a_list(council, browser):
    keeper = browser("area_north")
    form = keeper.page(f"/forums/change/?id={council.forum_id}")
    boxes = re.findall(r'<input[^>]*name="member_ids"[^>]*>', form)
    assert boxes
    assert all('type="checkbox"' in each for each in boxes)
    assert sum("checked" in each for each in boxes) >= 2
    assert "Ctrl" not in form


def test_a_closed_house_has_its_pages_still(council, browser):
    forum_id = council.forum("n1", member_ids=[])
    meeting_id = council.meeting(forum_id=forum_id)
    with council.town.as_system() as ctx:
        place = ctx.session.query(UnitPlacement).filter_by(unit_id=council.town.units["n1"]).one()
        place.to_date = ctx.today
    admin = browser("admin")
    for verb in ("add-item", "decide", "minutes"):
        admin.page(f"/meetings/{verb}/?id={meeting_id}")
    admin.page(f"/meetings/details/?id={meeting_id}")
