"""What every API endpoint answers, whatever room it is of."""

from __future__ import annotations

import pytest

from tenant_app.accounts import service as accounts
from tenant_app.core import clock
from tenant_app.organisation.models import Unit


@pytest.fixture
def town(make_town):
    return make_town(now=clock.now())


@pytest.fixture
def call(app, town):
    with town.as_user("admin") as ctx:
        token = accounts.make_token(ctx, name="test", days=1)

    def send(method, path, **kwargs):
        headers = {"Authorization": f"Bearer {token}", **kwargs.pop("headers", {})}
        return app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **kwargs)

    return send


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_a_text_that_cannot_be_kept_is_refused_at_its_field(call, town, sign):
    body = {
        "number": "X1",
        "name": f"a{sign}b",
        "kind": "area",
        "parent_id": str(town.units["root"]),
        "from_date": "2026-01-01",
    }

    answer = call("POST", "/units", json=body)

    assert (answer.status_code, answer.json["field"]) == (422, "name")
    with town.as_system() as ctx:
        assert ctx.session.query(Unit).filter_by(number="X1").count() == 0


def test_an_unknown_filter_is_refused_by_name(call):
    answer = call("GET", "/units?bogus=1")

    assert (answer.status_code, answer.json["field"]) == (422, "bogus")
    assert answer.content_type == "application/problem+json"


def test_the_place_in_a_list_is_named(call):
    answer = call(
        "POST",
        "/enrolments/cost-preview",
        json={"session_id": "x", "employee_ids": ["y"]},
    )

    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"session_id", "employee_ids[0]"}


def test_what_is_not_json_is_refused(call):
    answer = call("POST", "/units", data="{", content_type="application/json")

    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_a_dead_token_says_what_to_do(app):
    answer = app.test_client().get("/api/v1/me", headers={"Authorization": "Bearer rt_1_x"})

    assert answer.status_code == 401
    assert "new one" in answer.json["detail"]
