"""Application rounds over the API: the same verbs as in the panel."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tenant_app.rounds import service as rounds
from tenant_app.rounds.api import blueprint
from tests.catalogue.door import api_of

URL = "/api/v1/rounds"


@pytest.fixture
def api(town):
    """A client per user, at the town's time."""
    return lambda who, **facts: api_of(town, who, blueprint, **facts)


def drafted(held, **facts):
    return {
        "pool_id": str(held.pool()),
        "title": "Forårsrunde",
        "amount": 10_000_000,
        "opens_on": "2026-03-02",
        "closes_on": "2026-03-20",
    } | facts


def test_a_round_is_drafted_opened_applied_in_closed_and_decided(held, town, api):
    admin, leader = api("admin"), api("leader_n1")
    made = admin.post(URL, json=drafted(held))
    assert (made.status_code, made.json["standing"]) == (201, "draft")
    url = f"{URL}/{made.json['id']}"
    assert leader.get(url).status_code == 404
    assert admin.post(f"{url}/moves", json={"to": "open"}).json["standing"] == "open"
    unit = str(town.units["n1"])
    asked = leader.post(
        f"{url}/applications", json={"unit_id": unit, "amount": 2_000_000, "reason": "Leg"}
    )
    assert (asked.status_code, asked.json["amount"]) == (200, 2_000_000)
    early = admin.post(f"{url}/decision", json={"awards": []}, headers=_key())
    assert early.status_code == 409
    admin.post(f"{url}/moves", json={"to": "closed"})
    award = {"application_id": asked.json["id"], "amount": 1_500_000, "answer": "Ja"}
    assert admin.post(f"{url}/decision", json={"awards": [award]}).status_code == 422
    done = admin.post(f"{url}/decision", json={"awards": [award]}, headers=_key())

    assert (done.status_code, done.json["standing"]) == (200, "decided")
    assert leader.get(url).json["applications"][0]["awarded"] == 1_500_000
    assert held.entries(award["application_id"]) == [("central", -15_000), ("institution", 15_000)]
    assert [each["id"] for each in leader.get(URL).json["items"]] == [made.json["id"]]


def test_the_same_key_decides_once_and_answers_the_same(held, api):
    made = held.round()
    award = held.apply(made)
    with held.town.as_user("admin") as ctx:
        rounds.close(ctx, made)
    body = {"awards": [{"application_id": str(award), "amount": 100}]}
    key = _key()
    first, again = (
        api("admin").post(f"{URL}/{made}/decision", json=body, headers=key) for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == again.json


def test_what_is_missing_or_unknown_is_named(held, api):
    admin = api("admin")

    assert admin.post(URL, json={}).json["errors"].keys() >= {"pool_id", "title", "amount"}
    odd = admin.post(URL, json=drafted(held, colour="red"))
    assert odd.status_code == 422
    day = (held.town.now + timedelta(days=-1)).date().isoformat()
    over = admin.post(URL, json=drafted(held, opens_on=day, closes_on=day))
    assert (over.status_code, over.json["field"]) == (422, "closes_on")


def _key():
    return {"Idempotency-Key": str(uuid4())}
