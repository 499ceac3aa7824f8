"""Orders and invoices in the panel and over the API: the same verbs."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest

from admin.home.tiles import tiles
from tenant_app.core import clock
from tenant_app.core.money import show
from tenant_app.enrolments import service as enrolments
from tenant_app.invoices import service as invoices
from tenant_app.invoices.api import blueprint
from tests.admin.lists import Browser
from tests.catalogue.door import api_of
from tests.invoices.conftest import CVR, FEE
from tests.invoices.files import ubl

URL = "/api/v1/invoices"
KEY = {"Idempotency-Key": "one-effect-1"}


@pytest.fixture
def browser(app, town, monkeypatch):
    """A user's browser, at the town's time."""
    monkeypatch.setattr(clock, "now", lambda: town.now)
    return lambda user: Browser(app, town, user)


@pytest.fixture
def api(town):
    """A client per user, at the town's time."""
    return lambda who: api_of(town, who, blueprint)


def page(answer, *, status=200):
    assert answer.status_code == status, answer.text
    return unescape(re.sub(r"\s+", " ", answer.text))


def test_a_file_is_checked_confirmed_and_approved_by_another(purchase, browser):
    order_id = purchase.order()
    content = ubl(requisition=purchase.requisition(order_id), net="5100.00", vat="0")
    me = browser("admin")
    checked = page(me.post("/invoice-reading/check/", file=(io.BytesIO(content), "f.xml")))
    assert "100,00 kr" in checked
    assert purchase.state(order_id) == "expected"
    waiting = re.search(r'name="waiting"[^>]*value="([^"]+)"', checked)[1]
    assert me.post("/invoice-reading/confirm/", waiting=waiting).status_code == 302
    assert purchase.state(order_id) == "difference"
    order = page(me.get(f"/orders/details/?id={order_id}"))
    assert "F-77" in order
    invoice_id = re.search(r"/admin/invoices/details/\?id=([0-9a-f-]+)", order)[1]
    assert "/admin/invoices/approve/" not in page(me.get(f"/invoices/details/?id={invoice_id}"))
    other = browser("consultant")
    assert "/admin/invoices/approve/" in page(other.get(f"/invoices/details/?id={invoice_id}"))
    assert other.post(f"/invoices/approve/?id={invoice_id}", note="Ok").status_code == 302
    assert purchase.state(order_id) == "matched"


def test_a_file_that_means_harm_is_refused_on_the_page(purchase, browser):
    bomb = ubl(doctype='<!DOCTYPE Invoice [<!ENTITY a "b">]>', number="&a;")
    before = purchase.everything()
    answer = browser("admin").post("/invoice-reading/check/", file=(io.BytesIO(bomb), "f.xml"))
    assert "DTD" in page(answer, status=422)
    changed = browser("admin").post("/invoice-reading/confirm/", waiting="x~y.z")
    page(changed, status=422)
    assert purchase.everything() == before


def test_a_batch_is_fetched_twice_as_the_same_file(purchase, browser):
    purchase.account(psp="XG-1")
    order_id = purchase.order(fee=FEE + 50)
    purchase.invoiced(order_id, FEE + 50, number="=1+1")
    me = browser("admin")
    sent = me.post("/posting-batches/hand-over/")
    assert sent.status_code == 302
    batch = sent.location.rpartition("=")[2]
    first, second = (me.get(f"/posting-batches/file/?id={batch}") for _ in range(2))
    assert first.data == second.data
    lines = first.data.decode("utf-8").splitlines()
    assert lines[0].startswith("\ufeffBundt;Bogføringsdato;Kontostreng")
    cells = lines[1].split(";")
    assert cells[:5] == ["1", "02-03-2026", "5.25.14.0.10", "XG-1", "5000,50"]
    assert cells[6:] == [purchase.requisition(order_id), "'=1+1", CVR]
    assert cells[5].startswith("'=1+1")


def test_the_same_over_the_api(purchase, town, api):
    order_id = purchase.order()
    invoice_id = purchase.invoiced(order_id, FEE + 100, requisition="")
    admin, consultant = api("admin"), api("consultant")
    shown = admin.get(f"{URL}/{invoice_id}").json
    assert shown["suggestions"][0]["order"]["id"] == str(order_id)
    body = {"order_id": str(order_id)}
    assert admin.post(f"{URL}/{invoice_id}/match", json=body).status_code == 422  # without a key
    matched = admin.post(f"{URL}/{invoice_id}/match", json=body, headers=KEY)
    assert (matched.status_code, matched.json["difference"]) == (200, 100)
    mine = admin.post(f"{URL}/{invoice_id}/approval", json={}, headers={"Idempotency-Key": "k" * 9})
    assert mine.status_code == 403
    approved = consultant.post(f"{URL}/{invoice_id}/approval", json={}, headers=KEY)
    assert approved.json["state"] == "approved"
    order = admin.get(f"{URL}/orders/{order_id}").json
    assert (order["state"], order["expected"], order["left"]) == ("matched", FEE + 100, 0)
    assert order["posts"][0]["lines"][0]["invoiced"] == FEE + 100

    facts = {"cost_line": "fee", "from_date": "2026-01-01", "account": "1.2"}
    made = admin.post(f"{URL}/account-strings", json=facts | {"unit_id": str(town.units["root"])})
    assert made.status_code == 201
    batch = admin.post(f"{URL}/batches", headers={"Idempotency-Key": "b" * 9})
    assert (batch.status_code, batch.json["total"]) == (201, FEE + 100)
    rows = api("auditor").get(f"{URL}/batches/{batch.json['id']}").json["rows"]
    assert [(row["account"], row["amount"]) for row in rows] == [("1.2", FEE + 100)]
    assert api("leader_n1").get(f"{URL}/batches").status_code == 403
    assert len(api("leader_n1").get(f"{URL}/orders").json["items"]) == 1
    assert api("leader_s1").get(f"{URL}/orders").json["items"] == []


@pytest.mark.parametrize("who", ["leader_n1", "auditor", "ped_n1"])
def test_others_have_no_page_to_read_invoices_in(town, browser, who):
    assert browser(who).get("/invoice-reading/").status_code == 403


def test_the_home_page_says_what_waits(purchase, town, app):
    purchase.invoiced(purchase.order("ped_n1_1"), FEE + 100)
    purchase.invoiced(purchase.order("ped_n1_2"), FEE, requisition="")
    with town.as_user("consultant") as ctx, app.test_request_context("/admin/"):
        found = [tile for tile in tiles(ctx) if "/admin/invoices/" in tile.url]
    assert [tile.count for tile in found] == [1, 1]
    with town.as_user("leader_n1") as ctx, app.test_request_context("/admin/"):
        assert not [tile for tile in tiles(ctx) if "invoices" in tile.url]


def test_an_invoice_is_typed_once_and_says_what_became_of_it(purchase, browser):
    order_id = purchase.order()
    left = FEE
    sent = {
        "number": "P-1",
        "supplier_cvr": CVR,
        "issued_on": "01-03-2026",
        "amount": show(left, unit=""),
        "requisition": purchase.requisition(order_id),
    }
    admin = browser("admin")

    ahead = admin.post("/invoices/type/", **sent | {"issued_on": "31-12-2099"})
    assert ahead.status_code == 422
    assert "ude i fremtiden" in ahead.text
    first = admin.post("/invoices/type/", **sent)
    assert first.status_code == 302
    assert purchase.state(order_id) == "matched"
    for number in (" P-1 ", "p1", "P/1"):
        again = admin.post("/invoices/type/", **sent | {"number": number})
        assert again.status_code == 409
        assert "Faktura P-1 fra denne leverandør er indlæst før" in again.text
    assert len(re.findall(r">\s*P-1\s*<", admin.get("/invoices/").text)) == 1


def test_who_answers_a_difference_sees_the_order_beside_it(purchase, browser):
    order_id = purchase.order("ped_n1_1", "ped_n1_2")
    left = 2 * FEE
    made = purchase.invoiced(order_id, left + 10_001, who="consultant")

    for path in ("details", "approve"):
        told = page(browser("admin").get(f"/invoices/{path}/?id={made}"))
        assert "Hvem der ville betale forskellen" in told
        assert show(left) in told
        assert show(left + 10_001) in told
    told = page(browser("leader_n1").get(f"/invoices/details/?id={made}"))
    assert "Hvem der ville betale forskellen" not in told


def test_who_approves_chooses_the_place_that_was_given_up(purchase, browser):
    order_id = purchase.order("ped_n1_1", "ped_s1_1")
    purchase.invoiced(order_id, 2 * FEE)
    with purchase.town.as_user("admin") as ctx:
        given_up = next(
            post.enrolment.id
            for post in invoices.details(ctx, order_id).posts
            if post.unit.id == purchase.town.units["n1"]
        )
    with purchase.town.as_user("leader_n1") as ctx:
        enrolments.cancel(ctx, given_up, note="Syg")
    credit = purchase.invoiced(order_id, -FEE // 2)
    other = browser("consultant")
    url = f"/invoices/approve/?id={credit}"
    assert "(opgivet)" in page(other.get(url))
    assert "en plads er opgivet" in page(other.get(f"/invoices/details/?id={credit}"))
    before = purchase.everything()
    told = page(other.post(url, note=""), status=422)
    assert "Vælg, hvilke pladser forskellen handler om" in told
    assert purchase.everything() == before
    assert other.post(url, note="", enrolment_ids=str(given_up)).status_code == 302
    assert purchase.school.money("n1") == (0, 0, FEE // 2)
    assert purchase.school.money("s1") == (0, FEE, 0)


def test_instalments_are_matched_on_the_page_and_over_the_api(purchase, browser, api):
    order_id = purchase.order("ped_n1_1")
    first = purchase.invoiced(order_id, FEE // 4, requisition="")
    url = f"/invoices/match/?id={first}"
    sent = browser("admin").post(url, order_id=str(order_id), is_part="y")
    assert sent.status_code == 302
    told = page(browser("admin").get(f"/invoices/details/?id={first}"))
    assert "Delfaktura" in told
    second = purchase.invoiced(order_id, FEE // 4)
    told = api("consultant").post(f"{URL}/{second}/approval", json={"is_part": True}, headers=KEY)
    assert (told.status_code, told.json["is_part"], told.json["difference"]) == (200, True, 0)
    third = purchase.invoiced(order_id, FEE // 4, requisition="")
    told = api("admin").post(
        f"{URL}/{third}/match",
        json={"order_id": str(order_id), "is_part": True},
        headers={"Idempotency-Key": "one-effect-2"},
    )
    assert told.json["is_part"]
    assert purchase.state(order_id) == "expected"
    assert purchase.school.money("n1") == (0, FEE, 0)


def test_a_leader_reads_its_own_amounts_over_the_api(purchase, api, browser):
    order_id = purchase.order("ped_n1_1", "ped_n2_1")
    told = api("leader_n2").get(f"{URL}/orders/{order_id}").json
    assert (told["expected"], told["left"], told["reference"]) == (FEE, FEE, "")
    [listed] = api("leader_n2").get(f"{URL}/orders").json["items"]
    assert listed["reference"] == ""
    assert api("admin").get(f"{URL}/orders/{order_id}").json["expected"] == 2 * FEE
    shown = page(browser("leader_n2").get(f"/orders/details/?id={order_id}"))
    assert "Beløbene er for de pladser, du kan se." in shown
    assert show(2 * FEE) not in shown
