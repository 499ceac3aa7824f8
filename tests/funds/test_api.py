"""Funds over the API: the same verbs as in the panel."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tenant_app.funds.api import blueprint
from tests.catalogue.door import api_of

URL = "/api/v1/funds"


@pytest.fixture
def api(town):
    """A client per user, at the town's time."""
    return lambda who: api_of(town, who, blueprint)


def _key():
    return {"Idempotency-Key": str(uuid4())}


def test_an_application_goes_from_draft_to_paid_and_back(fund, town, api):
    admin, leader, union = api("admin"), api("leader_n1"), api("union")
    [scheme] = leader.get(f"{URL}/schemes").json
    made = leader.post(
        f"{URL}/applications",
        json={
            "scheme_id": scheme["id"],
            "session_id": str(fund.session()),
            "employee_ids": [str(town.employees["ped_n1_1"])],
            "purpose": "Leg",
        },
    )
    assert (made.status_code, made.json["people"][0]["asked"]) == (201, 1_600_000)
    url = f"{URL}/applications/{made.json['id']}"
    waiting = leader.get(f"{URL}/applications", query_string={"to_sign": "true"}).json["items"]
    assert [each["id"] for each in waiting] == [made.json["id"]]
    leader.post(f"{url}/moves", json={"step": "sign"})
    assert leader.post(f"{url}/moves", json={"step": "sign"}).status_code == 403
    union.post(f"{url}/moves", json={"step": "sign"})
    assert leader.post(f"{url}/moves", json={"step": "send"}).json["answer_by"] == "2026-03-16"
    admin.post(f"{url}/answer", json={"awarded": 1_000_000, "reference": "KF-7"})
    assert admin.post(f"{url}/payment").status_code == 422  # without a key
    paid = admin.post(f"{url}/payment", headers=_key())
    assert (paid.json["state"], fund.pool()) == ("paid", (10_000, 10_000))
    people = [str(town.employees["ped_n1_1"])]
    back = admin.post(
        f"{url}/refund", json={"note": "Ikke optaget", "employee_ids": people}, headers=_key()
    )

    assert (back.json["state"], fund.pool()) == ("refunded", (0, 0))


def test_state_money_goes_into_a_pool_with_its_strings(fund, api):
    admin = api("admin")
    made = admin.post(
        f"{URL}/grants",
        json={
            "title": "Opkvalificering",
            "giver": "Ministeriet",
            "code": "OPKVAL",
            "year": 2026,
            "asked": 100_000,
            "apply_by": "2026-03-20",
            "strings": [{"name": "Uformel", "when": {"form": "network"}, "most_bp": 1000}],
        },
    )
    assert made.status_code == 201
    url = f"{URL}/grants/{made.json['id']}"
    admin.post(f"{url}/moves", json={"step": "send"})
    admin.post(f"{url}/answer", json={"awarded": 90_000})
    assert admin.post(f"{url}/payment", headers=_key()).json["state"] == "received"

    assert fund.pool("OPKVAL") == (900, 900)
    assert admin.post(f"{url}/moves", json={"step": "report"}).json["state"] == "reported"
    assert api("leader_n1").get(f"{URL}/grants").json["items"] == []


def test_terms_are_put_by_their_code(fund, api):
    admin = api("admin")
    [scheme] = admin.get(f"{URL}/schemes").json
    scheme.pop("id")

    changed = admin.put(f"{URL}/schemes", json=scheme | {"cap": 2_500_000})

    assert changed.json["cap"] == 2_500_000
    odd = admin.put(f"{URL}/schemes", json=scheme | {"cost_lines": ["beer"]})
    assert odd.status_code == 422
    assert api("leader_n1").put(f"{URL}/schemes", json=scheme).status_code == 403
