"""The pages of talks: what each side sees and does there, and the same over the API."""

from __future__ import annotations

import csv
import io

import pytest

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role
from tenant_app.core import clock
from tests.anchoring.test_screens import Browser, counted
from tests.talks.conftest import AGREED, SAID, TODAY, House
from tests.talks.test_status import hire, hold, plan

MOST = 12


@pytest.fixture
def browser(app, town, monkeypatch):
    """A user's browser at the town's own time."""
    monkeypatch.setattr(clock, "now", lambda: town.now)
    return lambda user: Browser(app, town, user)


def test_from_the_round_to_the_last_signature(town, browser):
    house = House(town)
    leader, me = browser("leader_n1"), browser("ped_n1")
    sent = leader.send(
        "/talk-rounds/open/",
        unit_id=str(town.units["n1"]),
        kind="mus",
        from_date="02-03-2026",
        to_date="30-06-2026",
        due_on="29-05-2026",
        invitation="Velkommen til årets MUS",
    )
    assert sent.status_code == 302, sent.text
    round_id = sent.location.rpartition("=")[2]
    talk_id = house.talk_of(round_id)
    assert "samtale, du ikke har forberedt endnu" in me.page("/")
    assert "Forbered samtalen" in me.page("/own-talks/")
    address = f"/talks/details/?id={talk_id}"
    assert "Velkommen til årets MUS" in me.page(address)
    assert f"MUS med ped_n1_1 {town.slug}" in me.page(address)
    assert "MUS med " in me.page("/own-talks/")
    assert me.send(f"/talks/prepare/?id={talk_id}", learn=SAID).status_code == 302
    assert SAID in me.page(address)
    assert SAID not in leader.page(address)
    assert me.send(f"/talks/prepare/?id={talk_id}", learn=SAID, share="y").status_code == 302
    assert SAID in leader.page(address)
    assert leader.send(f"/talks/hold/?id={talk_id}", held_on="02-03-2026").status_code == 302
    sent = leader.send(f"/talks/agree/?id={talk_id}", agreement=AGREED, read="0")
    assert sent.status_code == 302
    assert "venter på din underskrift" in me.page("/")
    assert AGREED in me.page(f"/talks/sign/?id={talk_id}")
    assert me.send(f"/talks/sign/?id={talk_id}", revision="1").status_code == 302
    assert leader.send(f"/talks/sign/?id={talk_id}", revision="0").status_code == 409
    assert leader.send(f"/talks/sign/?id={talk_id}", revision="1").status_code == 302
    page = leader.page(address)
    assert "Aftalt og underskrevet" in page
    assert "Skriv aftalen" not in page
    assert browser("ped_n2").client.get(f"/admin{address}").status_code == 404


def test_a_plan_begins_on_the_phone_and_is_filled(town, browser):
    house, me = House(town), browser("ped_n1")
    assert "Du har ingen udviklingsplan endnu" in me.page("/own-plan/")
    sent = me.send("/development-plans/begin/", valid_until="01-03-2027", notes="Mine noter")
    assert sent.status_code == 302
    plan_id = sent.location.rpartition("=")[2]
    sent = me.send(
        f"/development-plans/add-item/?id={plan_id}",
        area_id=str(house.area_id),
        aim=SAID,
        due_on="01-06-2026",
    )
    assert sent.status_code == 302
    page = me.page("/own-plan/")
    for text in ("Mine noter", SAID, "Sprog", "0 af 1 nået"):
        assert text in page
    browser("leader_n1").page(f"/development-plans/details/?id={plan_id}", status=404)


def test_the_status_has_a_table_and_files_with_the_same_hidden(town, browser):
    house = House(town)
    hire(town, "n1", 5)
    plan(house, town, hold(house, town, "n1", 5), 1)
    page = browser("admin").page("/talk-status/")
    assert "Samtaler og planer" in page
    assert "50 %" in page
    assert "10 %" not in page
    answer = browser("admin").client.get("/admin/talk-status/export/csv/")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert rows[0][:3] == ["Enhed", "Medarbejdere", "Har haft samtale"]
    assert [row[1] for row in rows[1:]] == ["25", "15", "10", "5", "10", "5", "5"]
    assert rows[3][1:] == ["10", "5", "50", *["skjult"] * 4], "one plan, and what it is about"


def test_whoever_leads_there_now_takes_a_talk_over_on_its_page(town, browser):
    house = House(town)
    talk_id = house.agreed(by=("ped_n1",))
    with town.as_system() as ctx:
        town._user(ctx, "new_leader", Role.INSTITUTION_LEADER, "n1")
    address = f"/talks/details/?id={talk_id}"
    assert "Giv samtalen videre" not in browser("new_leader").page(address)
    house.leave("leader_n1")
    page = browser("new_leader").page(address)
    assert "Giv samtalen videre" in page
    assert AGREED not in page
    sent = browser("new_leader").send(
        f"/talks/hand-over/?id={talk_id}", holder_id=str(town.users["new_leader"])
    )
    assert sent.status_code == 302
    page = browser("new_leader").page(address)
    assert AGREED in page
    assert "Underskrevet" not in page


@pytest.mark.parametrize("path", ["/talks/", "/talk-rounds/", "/own-talks/", "/talk-status/"])
def test_pages_ask_few_statements_however_much_there_is(town, browser, db, path):
    house = House(town)
    house.round()
    leader = browser("leader_n1")
    leader.page(path)
    with counted(db) as few:
        leader.page(path)
    for _ in range(3):
        house.round()
    with counted(db) as many:
        leader.page(path)
    assert len(few) == len(many) <= MOST


def test_the_api_has_the_same_verbs(app, town, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: town.now)
    house = House(town)
    hire(town, "n1", 5)
    hold(house, town, "n1", 5)
    talk_id = house.held()
    client = app.test_client()

    def ask(who, method, path, **body):
        with town.as_user(who) as ctx:
            token = accounts.make_token(ctx, name="talks", days=30)
        found = {"json": body} if body else {}
        headers = {"Authorization": f"Bearer {token}"}
        return client.open(f"/api/v1/talks{path}", method=method, headers=headers, **found)

    answer = ask("leader_n1", "PUT", f"/{talk_id}/agreement", agreement=AGREED, read=0)
    assert answer.status_code == 200, answer.text
    assert "agreement" not in answer.json, "a verb answers where the talk stands"
    for who in ("leader_n1", "ped_n1"):
        answer = ask(who, "POST", f"/{talk_id}/signature", revision=1)
        assert answer.status_code == 200
    assert answer.json["state"] == "agreed"
    assert ask("ped_n1", "GET", f"/{talk_id}").json["texts"]["agreement"] == AGREED
    assert ask("admin", "GET", f"/{talk_id}").status_code == 404
    assert ask("admin", "GET", "/").json["items"] == []
    found = {each["name"]: each for each in ask("admin", "GET", "/status").json["items"]}
    assert found[f"n1 {town.slug}"]["talked_percent"] == 50
    assert found[f"n1 {town.slug}"]["planned_percent"] == 0
    wrong = ask("ped_n1", "POST", f"/{talk_id}/signature", revision=1, extra=TODAY.isoformat())
    assert wrong.status_code == 422
