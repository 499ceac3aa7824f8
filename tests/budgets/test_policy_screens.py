"""Policies, constraints, caps and the statement in the panel and over the API."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from tenant_app.budgets import service as budgets
from tenant_app.budgets.api import blueprint as budgets_api
from tenant_app.budgets.models import OverLevel, Policy, PoolKind
from tenant_app.core.money import kroner
from tenant_app.enrolments.api import statements
from tests.budgets.test_screens import pool_of, text_of
from tests.catalogue.door import api_of

POLICY = {
    "policy": "approve_over",
    "over_level": "area",
    "notify_bp": "75",
    "approve_bp": "100",
    "block_bp": "110",
    "forms-0-form": "theme_day",
    "forms-0-policy": "ignore",
    "forms-0-over_level": "central",
}


@pytest.fixture
def state(opened, today_town):
    """A state pool of 100,000 kr."""
    with today_town.as_user("admin") as ctx:
        pool = budgets.open_named_pool(
            ctx, opened, kind=PoolKind.EARMARKED, code="STAT", name="Statspuljen"
        )
        budgets.adjust_allotment(ctx, pool.id, amount=kroner(100_000), reason="Tilsagn")
        return pool.id


def test_policy_ladder_and_forms_are_set_and_shown(page, today_town, opened):
    pool = pool_of(today_town, "n1")
    assert page("admin", f"/pools/policy/?id={pool}", POLICY).status_code == 302
    with today_town.as_user("admin") as ctx:
        held = budgets.positions(ctx, [pool])[pool]
    assert (held.policy, held.over_level) == (Policy.APPROVE_OVER, OverLevel.AREA)
    assert (held.notify_bp, held.block_bp) == (7500, 11000)
    assert held.forms == {"theme_day": {"policy": "ignore", "over_level": "central"}}
    shown = text_of(page("leader_n1", f"/pools/details/?id={pool}"))
    for part in ("Besked ved 75 %", "spærret over 110 %", "Temadag", "Områdeleder"):
        assert part in shown
    form = text_of(page("admin", f"/pools/policy/?id={pool}"))
    assert 'value="110"' in form


def test_a_ladder_that_falls_is_refused_at_its_field(page, today_town, opened):
    pool = pool_of(today_town, "n1")
    for wrong, said in (
        ({"notify_bp": "101"}, "Beskeden skal komme før godkendelsen"),
        ({"block_bp": "99"}, "fra 100 % til 200 %"),
        ({"block_bp": "201"}, "Skriv en procent fra 0 til 200"),
    ):
        answer = page("admin", f"/pools/policy/?id={pool}", POLICY | wrong)
        assert answer.status_code == 422
        assert said in text_of(answer)
    with today_town.as_user("admin") as ctx:
        assert budgets.positions(ctx, [pool])[pool].policy is Policy.STOP


def test_constraints_are_set_in_the_panel_and_stand_in_the_statement(page, today_town, state):
    sent = {
        "constraints-0-name": "Uformel læring",
        "constraints-0-most_bp": "10",
        "constraints-0-form": ["network", "side_by_side"],
    }
    assert page("admin", f"/pools/constraints/?id={state}", sent).status_code == 302
    with today_town.as_user("admin") as ctx:
        [found] = budgets.constraints_of(ctx, state)
    assert (found.when, found.most_bp) == ({"form_in": ["network", "side_by_side"]}, 1000)
    shown = text_of(page("auditor", f"/pool-statement/?id={state}"))
    for part in ("Uformel læring", "10.000,00 kr", "100.000,00 kr", "Tilsagn"):
        assert part in shown
    file = page("auditor", f"/pool-statement/export/csv/?id={state}")
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:2] == ["Bogført", "Type"]
    summed = next(row for row in rows if row and row[0] == "Uformel læring")
    assert summed[1:3] == ["10 %", "10000,00"]
    sheet = page("auditor", f"/pool-statement/export/xlsx/?id={state}")
    book = openpyxl.load_workbook(io.BytesIO(sheet.data))
    assert "Tilsagn" in {cell.value for row in book.active.rows for cell in row}
    assert page("leader_n1", f"/pool-statement/?id={state}").status_code == 404
    assert page("auditor", f"/pool-statement/export/pdf/?id={state}").status_code == 422


def test_a_constraint_without_share_or_condition_is_refused(page, today_town, state):
    for wrong in (
        {"constraints-0-name": "Uformel", "constraints-0-form": "network"},
        {"constraints-0-name": "Uformel", "constraints-0-most_bp": "10"},
    ):
        answer = page("admin", f"/pools/constraints/?id={state}", wrong)
        assert answer.status_code == 422
    with today_town.as_user("admin") as ctx:
        assert list(budgets.constraints_of(ctx, state)) == []


def test_caps_are_set_changed_and_ended_in_the_panel(page, today_town, opened):
    sent = {"name": "Pr. person", "payer": "central", "rule_name": "", "most": "30.000,00"}
    assert page("admin", "/person-caps/set/", sent).status_code == 302
    assert "30.000,00 kr" in text_of(page("leader_n1", "/person-caps/"))
    with today_town.as_user("admin") as ctx:
        [cap] = budgets.caps(ctx)
        key = cap.id
    assert page("admin", f"/person-caps/change/?id={key}", {"most": "40.000"}).status_code == 302
    assert "40.000,00 kr" in text_of(page("admin", f"/person-caps/details/?id={key}"))
    assert page("leader_n1", f"/person-caps/end/?id={key}").status_code == 403
    assert page("admin", f"/person-caps/end/?id={key}", {}).status_code == 302
    assert page("admin", f"/person-caps/details/?id={key}").status_code == 404
    nobody = sent | {"payer": ""}
    answer = page("admin", "/person-caps/set/", nobody)
    assert answer.status_code == 422
    assert "som loftet gælder for" in text_of(answer)


def test_the_same_over_the_api(today_town, state):
    admin = api_of(today_town, "admin", budgets_api)
    policy = {"policy": "approve_over", "over_level": "area", "block_bp": 12000}
    answer = admin.put(f"/api/v1/pools/{state}/policy", json=policy)
    assert answer.json["position"]["block_bp"] == 12000
    constraints = [{"name": "Uformel", "when": {"form": "network"}, "most_bp": 1000}]
    answer = admin.put(f"/api/v1/pools/{state}/constraints", json={"constraints": constraints})
    assert [each["used"] for each in answer.json] == [0]
    assert admin.get(f"/api/v1/pools/{state}/constraints").json == answer.json
    wrong = [constraints[0] | {"most_bp": 20000}]
    refused = admin.put(f"/api/v1/pools/{state}/constraints", json={"constraints": wrong})
    assert refused.status_code == 422
    reader = api_of(today_town, "auditor", statements)
    rows = reader.get(f"/api/v1/pools/{state}/statement").json
    assert [row["income"] for row in rows["items"]] == [kroner(100_000)]
    cap = {"name": "Pr. person", "payer": "pool:STAT", "most": kroner(20_000)}
    made = admin.put("/api/v1/person-caps", json=cap)
    assert [each["most"] for each in admin.get("/api/v1/person-caps").json] == [kroner(20_000)]
    assert admin.delete(f"/api/v1/person-caps/{made.json['id']}").status_code == 204
    assert admin.get("/api/v1/person-caps").json == []
