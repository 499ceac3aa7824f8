"""The what-if in the panel and over the API."""

from __future__ import annotations

import html
import json
import re

import pytest
from flask import Flask
from flask_babel import force_locale

from admin.scenario_parts import pair_of
from tenant_app.core import clock
from tenant_app.organisation import service as organisation
from tenant_app.reports import service as reports
from tenant_app.scenarios import service as scenarios
from tenant_app.scenarios.models import ScenarioRow
from tests.admin.lists import Browser as OnLists
from tests.town import Town

OWN = [{"name": "Alt", "when": {}, "shares": {"default": {"central": 10000}}}]


class Browser(OnLists):
    """Signed in now, while the municipality's story is of last March."""

    def __init__(self, app: Flask, town: Town, user: str = "admin") -> None:
        then, town.now = town.now, clock.now()
        super().__init__(app, town, user)
        town.now = then


@pytest.fixture
def admin(app, town):
    return Browser(app, town, "admin")


def test_a_scenario_is_shown_before_and_after_and_taken_away_as_a_file(app, lab, town):
    lab.ask("ped_n1_1", "module")
    made = lab.run(central_bp=6000)
    browser = Browser(app, town, "auditor")
    page = browser.get(f"/scenarios/details/?id={made}").text

    assert page.count("<svg") == 4
    assert "17.000,00" in page
    assert "Rudersdals regler" in page
    assert "/admin/scenarios/adopt/" not in page
    for kind in ("csv", "xlsx"):
        file = browser.get(f"/scenarios/result/{kind}/?id={made}")
        assert file.status_code == 200
        assert f".{kind}" in file.headers["Content-Disposition"]
    with town.as_user("admin") as ctx:
        assert scenarios.result(ctx, made)


def test_it_is_made_and_adopted_in_the_panel(admin, lab, town):
    answer = admin.post(
        "/scenarios/make/",
        name="Alt centralt",
        year="2026",
        rules_from="own",
        own_rules=json.dumps(OWN),
        central_bp="60",
        allocation="headcount",
        weight="100",
        second_key="",
    )
    assert answer.status_code == 302
    with town.as_user("admin") as ctx:
        [made] = scenarios.scenarios(ctx).items
        assert (made.rules_version, made.central_bp, made.divides_anew) == (None, 6000, True)
        made_id = made.id
    assert "Ikke beregnet endnu" in admin.get("/scenarios/").text
    with town.as_system() as ctx:
        scenarios.compute(ctx, made_id)
    assert admin.post(f"/scenarios/adopt/?id={made_id}").status_code == 302
    assert "Brugt som kladde til 2027" in admin.get(f"/scenarios/details/?id={made_id}").text


def test_floor_and_amounts_of_the_form_are_those_of_the_scenario(admin, lab, town):
    with town.as_user("admin") as ctx:
        [unit] = [
            place.unit
            for place in organisation.placements(ctx)
            if place.unit_id == town.units["n1"]
        ]
        number, name = unit.number, unit.name
    sent = {"name": "Bund", "year": "2026", "rules_from": "profile:decentral", "weight": "100"}
    sent |= {"allocation": "headcount", "second_key": "fixed", "floor": "50 %"}

    wrong = admin.post("/scenarios/make/", **sent, amounts="Findes ikke;10.000")
    assert wrong.status_code == 422
    assert "Linje 1: »Findes ikke;10.000«" in wrong.text
    answer = admin.post("/scenarios/make/", **sent, amounts=f"{name};10.000")

    with town.as_user("admin") as ctx:
        [made] = scenarios.scenarios(ctx).items
        assert made.limits == {"floor": {"average_bp": 5000}}
        assert made.allocation == [
            {"key": "headcount", "weight": 100},
            {"key": "fixed", "amounts": {number: 1_000_000}},
        ]
        assert answer.headers["Location"].endswith(f"/scenarios/details/?id={made.id}")


def test_two_charts_beside_each_other_have_one_axis(app):
    full, over = (
        ScenarioRow(
            allotted_before=100, allotted_after=100, brought=0, spent_before=50, spent_after=50
        ),
        ScenarioRow(
            allotted_before=100, allotted_after=100, brought=0, spent_before=150, spent_after=20
        ),
    )
    with app.test_request_context(), force_locale("da"):
        before, after = pair_of("most", "Mest", [("A", [full]), ("B", [over])])

    assert "150 %" in before.svg
    assert "150 %" in after.svg


@pytest.mark.parametrize("rules", ["{", "[]", '[{"name": "x"}]'])
def test_what_is_wrong_in_the_rules_is_said_on_the_page(admin, lab, rules):
    sent = {"name": "x", "year": "2026", "rules_from": "own", "own_rules": rules}
    answer = admin.post("/scenarios/make/", allocation="", second_key="", **sent)
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_every_figure_of_the_usage_report_leads_to_its_entries(app, lab, town):
    lab.ask("ped_n1_1", "module")
    browser = Browser(app, town, "admin")
    with town.as_user("admin") as ctx:
        reports.compute_usage(ctx, year=2026)
    page = browser.get("/usage/?year=2026").text
    links = {html.unescape(each) for each in re.findall(r'class="figure" href="([^"]+)"', page)}
    assert len(links) >= 30
    mine = f"unit={town.units['n1']}"
    [own] = [each for each in links if mine in each and "column=reserved" in each]
    told = browser.get(own.removeprefix("/admin")).text
    assert "22.501,00 kr" in told
    assert "/admin/funding-rules/details/" in told
    assert "/admin/requests/details/" in told
