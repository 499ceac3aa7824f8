"""Budgets over the API."""

from uuid import uuid4

import pytest

from tenant_app.budgets.api import blueprint
from tenant_app.core.money import kroner
from tests.budgets.conftest import ECTS_RULES
from tests.catalogue.door import api_of
from tests.closing import let_years_close

YEAR = {"year": 2026, "frame": kroner(1_000_000), "central_bp": 4000}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


@pytest.fixture
def admin(town):
    return api_of(town, "admin", blueprint)


def test_a_year_from_draft_to_open(town, admin):
    made = admin.post("/api/v1/budget-years", json=YEAR)
    assert made.status_code == 201
    assert made.json["state"] == "draft"
    url = f"/api/v1/budget-years/{made.json['id']}"
    changed = admin.patch(
        url,
        json={
            "allocation": [
                {"key": "pedagogue_fte", "weight": 70},
                {"key": "equal", "weight": 30},
            ]
        },
    )
    assert changed.status_code == 200
    preview = admin.get(f"{url}/allocation-preview").json
    assert preview["total"] == kroner(1_000_000) == sum(p["amount"] for p in preview["parts"])
    assert admin.post(f"{url}/adoption").status_code == 422
    first = key()
    assert admin.post(f"{url}/adoption", headers=first).json["state"] == "adopted"
    assert admin.post(f"{url}/adoption", headers=first).json["state"] == "adopted"
    assert admin.post(f"{url}/adoption", headers=key()).status_code == 409
    assert admin.post(f"{url}/opening").json["state"] == "open"
    assert admin.get("/api/v1/budget-years").json["items"][0]["state"] == "open"


def test_pools_show_their_position_and_entries(money):
    admin = api_of(money.town, "admin", blueprint)
    [central] = admin.get("/api/v1/pools?kind=central&year=2026").json["items"]
    assert central["position"]["available"] == kroner(400_000)
    url = f"/api/v1/pools/{central['id']}"
    asked = {"amount": -100, "reason": "Sparet"}
    adjusted = admin.post(f"{url}/adjustments", json=asked, headers=key())
    assert adjusted.json["position"]["allotted"] == kroner(400_000) - 100
    kinds = [entry["kind"] for entry in admin.get(f"{url}/entries").json["items"]]
    assert kinds == ["adjusted", "allotted"]
    changed = admin.put(f"{url}/policy", json={"policy": "warn"})
    assert changed.json["position"]["policy"] == "warn"


def test_a_leader_sees_what_is_theirs_and_changes_nothing(money):
    leader = api_of(money.town, "leader_n1", blueprint)
    assert [pool["id"] for pool in leader.get("/api/v1/pools").json["items"]] == [
        str(money.pools["n1"])
    ]
    own, central = money.pools["n1"], money.pools["central"]
    assert leader.put(f"/api/v1/pools/{own}/policy", json={"policy": "warn"}).status_code == 403
    unseen = leader.get(f"/api/v1/pools/{central}/entries")
    never = leader.get(f"/api/v1/pools/{uuid4()}/entries")
    assert (unseen.status_code, unseen.json) == (404, never.json)
    year = f"/api/v1/budget-years/{money.year_id}"
    assert leader.get(year).status_code == 200
    assert leader.get(f"{year}/allocation-preview").status_code == 403
    assert money.position("n1").policy == "stop"


def test_funding_rules_are_read_and_made_anew(money):
    admin = api_of(money.town, "admin", blueprint)
    made = admin.post(
        "/api/v1/funding-rules", json={"rules": ECTS_RULES, "valid_from": "2026-08-01"}
    )
    assert (made.status_code, made.json["version"]) == (201, 2)
    assert [r["version"] for r in admin.get("/api/v1/funding-rules").json["items"]] == [2, 1]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (YEAR | {"frame": -1}, "frame"),
        (YEAR | {"frame": 10**15}, "frame"),
        (YEAR | {"central_bp": 6000, "area_bp": 5000}, "central_bp"),
        (YEAR | {"allocation": [{"key": "equal", "weight": 99}]}, "allocation"),
        (YEAR | {"year": 26}, "year"),
    ],
)
def test_bad_input_names_its_field_and_makes_nothing(admin, body, field):
    refused = admin.post("/api/v1/budget-years", json=body)
    assert refused.status_code == 422
    assert refused.json["field"] == field
    assert admin.get("/api/v1/budget-years").json["items"] == []


@pytest.mark.parametrize("body", [YEAR | {"frame": 1.5}, YEAR | {"colour": 1}, {"year": 2026}])
def test_the_wrong_shape_is_refused(admin, body):
    assert admin.post("/api/v1/budget-years", json=body).status_code == 422
    assert admin.get("/api/v1/budget-years").json["items"] == []


def test_a_named_pool_is_opened_and_named_in_rules(money):
    admin = api_of(money.town, "admin", blueprint)
    body = {"year_id": str(money.year_id), "unit_id": str(money.town.units["root"])}
    short = admin.post("/api/v1/pools", json=body | {"code": "STAT"})
    assert (short.status_code, "kind" in short.json["errors"]) == (422, True)
    named = {"kind": "earmarked", "code": "stat", "name": "Statspulje", "purpose": "Sprog"}
    made = admin.post("/api/v1/pools", json=body | named)
    assert (made.status_code, made.json["code"], made.json["kind"]) == (201, "STAT", "earmarked")
    assert admin.post("/api/v1/pools", json=body | named).status_code == 409
    rules = [{"name": "a", "when": {}, "shares": {"default": {"pool:STAT": 10000}}}]
    facts = {"rules": rules, "valid_from": "2026-08-01", "note": "Ny pulje"}
    cover = [{"name": "c", "when": {"form": "course"}, "shares": {"central": 10000}}]
    answer = admin.post("/api/v1/funding-rules", json=facts | {"cover": cover})
    assert (answer.status_code, answer.json["note"], answer.json["cover"]) == (
        201,
        "Ny pulje",
        cover,
    )
    unknown = [{"name": "a", "when": {}, "shares": {"default": {"pool:NEJ": 10000}}}]
    refused = admin.post(
        "/api/v1/funding-rules", json={"rules": unknown, "valid_from": "2026-08-01"}
    )
    assert (refused.status_code, refused.json["field"]) == (422, "rules")


def test_a_transfer_over_the_api(money):
    leader = api_of(money.town, "leader_n1", blueprint)
    admin = api_of(money.town, "admin", blueprint)
    ends = {
        "from_pool_id": str(money.pools["central"]),
        "to_pool_id": str(money.pools["n1"]),
    }
    asked = leader.post("/api/v1/transfers", json=ends | {"amount": 100, "reason": "Fælles forløb"})
    assert asked.status_code == 201
    url = f"/api/v1/transfers/{asked.json['id']}/answer"
    assert admin.post(url, json={"state": "asked"}, headers=key()).status_code == 422
    first = key()
    assert admin.post(url, json={"state": "approved"}, headers=first).json["state"] == "approved"
    assert admin.post(url, json={"state": "approved"}, headers=first).json["state"] == "approved"
    assert admin.post(url, json={"state": "approved"}, headers=key()).status_code == 409
    assert money.position("n1").transferred == 100
    assert leader.get("/api/v1/transfers").json["items"][0]["state"] == "approved"


def test_a_year_is_divided_again_and_closed_over_the_api(money):
    admin = api_of(money.town, "admin", blueprint)
    url = f"/api/v1/budget-years/{money.year_id}"
    look = {"frame": kroner(1_100_000)}
    seen = admin.post(f"{url}/redivision", json=look, headers=key()).json
    assert sum(each["difference"] for each in seen["changes"]) == kroner(100_000)
    assert admin.get(f"{url}/revisions").json["items"] == []
    do = look | {"dry_run": False, "reason": "Ny ramme"}
    assert admin.post(f"{url}/redivision", json=do, headers=key()).status_code == 200
    [made] = admin.get(f"{url}/revisions").json["items"]
    assert sum(line["amount"] for line in made["lines"]) == kroner(100_000)
    caps = {"kind": "institution", "underspend_cap_bp": 500}
    assert admin.put("/api/v1/carry-rules", json=caps).status_code == 200
    assert admin.put("/api/v1/carry-rules", json=caps | {"abs_cap": -1}).status_code == 422
    assert len(admin.get("/api/v1/carry-rules").json) == 1
    early = admin.post(f"{url}/closing", json={"step": "begin"}, headers=key())
    assert (early.status_code, "can begin from 01-01-2027" in early.json["detail"]) == (409, True)
    day = {"closes_from": "2026-11-30"}
    assert admin.patch(url, json=day).status_code == 422
    moved = admin.patch(url, json={"closes_from": "2026-12-01"}).json
    assert moved["closes_from"] == "2026-12-01"
    with money.town.as_system() as ctx:
        let_years_close(ctx)
    for _ in range(2):
        begun = admin.post(f"{url}/closing", json={"step": "begin"}, headers=key())
        assert begun.json["state"] == "closing"
        back = {"step": "take_back"}
        assert admin.post(f"{url}/closing", json=back, headers=key()).status_code == 422
        back |= {"note": "For tidligt"}
        opened = admin.post(f"{url}/closing", json=back, headers=key()).json
        assert (opened["state"], opened["pools"]) == ("open", 0)
    begun = admin.post(f"{url}/closing", json={"step": "begin"}, headers=key())
    assert begun.json["state"] == "closing"
    assert admin.post(f"{url}/closing", json={"step": "close"}, headers=key()).status_code == 409
    assert admin.post(f"{url}/carry-overs/approval", json={}).json == {"approved": 5}
    rows = admin.get(f"{url}/carry-overs").json["items"]
    assert {row["result"] - row["carried"] - row["lost"] for row in rows} == {0}
