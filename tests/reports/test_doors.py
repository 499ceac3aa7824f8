"""Reports and jobs in the panel and over the API."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from flask_smorest import Api
from openpyxl import load_workbook
from sqlalchemy import text

from admin import competences as competences_panel
from admin import explaining as explaining_panel
from admin import jobs as jobs_panel
from admin import reports as reports_panel
from jobs import runner
from tenant_app.core.outbox import Outbox
from tenant_app.reports.api import blueprints
from tenant_app.web import errors
from tests.catalogue.door import Door, panel_of
from tests.reports.conftest import NOVEMBER, Ledger


@pytest.fixture
def now_town(make_town):
    return make_town(now=NOVEMBER)


@pytest.fixture
def busy(now_town):
    ledger = Ledger(now_town)
    ledger.book("n1", date(2026, 1, 1), "allotted", allotted=1_000_00)
    ledger.book("n1", date(2026, 2, 1), actual=345_67)
    return now_town


@pytest.fixture
def api(busy):
    def as_user(user: str, town=busy):
        app = Door(town, user)
        smorest = Api(app)
        for blueprint in blueprints:
            smorest.register_blueprint(blueprint)
        errors.init(app)
        return app.test_client()

    return as_user


@pytest.fixture
def panel(busy, settings):
    def as_user(user: str):
        # An empty report of coverage leads to its targets.
        views = [*reports_panel.views(), *jobs_panel.views(), *competences_panel.views()]
        views += explaining_panel.views()
        return panel_of(busy, user, settings, views)

    return as_user


def work(db, town):
    """Do all that waits."""
    with town.as_system() as ctx:
        keys = ctx.session.scalars(text("SELECT id FROM outbox WHERE done_at IS NULL")).all()
    for key in keys:
        runner.perform(db, town.tenant_id, key, now=NOVEMBER)


def test_a_report_is_asked_for_followed_and_read_over_the_api(api, busy, db):
    admin = api("admin")
    assert admin.get("/api/v1/reports/usage?year=2026").status_code == 404
    asked = admin.post("/api/v1/reports/usage/runs", json={"year": 2026})
    assert (asked.status_code, asked.json["state"]) == (202, "waiting")
    again = api("consultant").post("/api/v1/reports/usage/runs", json={"year": 2026})
    assert again.json["id"] == asked.json["id"]

    work(db, busy)
    job = admin.get(f"/api/v1/jobs/{asked.json['id']}")
    assert (job.json["state"], job.json["done"]) == ("done", job.json["total"])
    report = admin.get("/api/v1/reports/usage?year=2026").json
    assert report["total"]["actual"] == 345_67
    assert report["total"]["usage_percent"] == "34.6"
    assert report["rule_version"] == 3
    assert datetime.fromisoformat(report["data_time"]) == NOVEMBER.astimezone(UTC)

    assert admin.post("/api/v1/reports/coverage/runs", json={"year": 2026}).status_code == 202
    work(db, busy)
    assert admin.get("/api/v1/reports/coverage?year=2026").json["targets"] == []


def test_the_api_refuses_with_the_field(api):
    admin = api("admin")
    for body, field in (
        ({"year": 2030}, "year"),
        ({"year": 2026, "as_of": "2025-01-01"}, "as_of"),
        ({"year": 2026, "as_of": "yesterday"}, "as_of"),
        ({}, "year"),
        ({"year": 2026, "tenant_id": 1}, "tenant_id"),
    ):
        answer = admin.post("/api/v1/reports/usage/runs", json=body)
        assert answer.status_code == 422, body
        assert answer.json["field"] == field


def test_who_may_ask_for_and_follow_a_report(api, busy, make_town):
    asked = api("admin").post("/api/v1/reports/usage/runs", json={"year": 2026}).json["id"]

    assert api("area_north").get(f"/api/v1/jobs/{asked}").status_code == 200
    assert api("leader_n1").get(f"/api/v1/jobs/{asked}").status_code == 403
    assert (
        api("leader_n1").post("/api/v1/reports/usage/runs", json={"year": 2026}).status_code == 403
    )
    assert api("ped_n1").get("/api/v1/reports/usage?year=2026").status_code == 403
    foreign = api("admin", make_town(now=NOVEMBER)).get(f"/api/v1/jobs/{asked}")
    never = api("admin").get(f"/api/v1/jobs/{uuid4()}")
    assert (foreign.status_code, foreign.data) == (never.status_code, never.data)
    assert foreign.status_code == 404


def test_without_cover_the_figures_lead_to_their_entries_too(panel, busy):
    with busy.as_user("admin") as ctx:
        reports_panel.reports.compute_usage(ctx, year=2026)
    admin = panel("admin")
    shown = admin.get("/admin/usage/?year=2026&cover=without").text
    seen = {}
    for link in re.findall(r'<a class="figure" href="([^"]+)">[^<]+</a>', shown):
        column = re.search(r"column=(\w+)", link)[1]
        seen[column] = re.search(r"cover=(\w+)", link)
    assert {name: found and found[1] for name, found in seen.items()} == {
        "budget": None,
        "reserved": "without",
        "committed": "without",
        "actual": "without",
        "used": "without",
        "taken": "only",
    }


def test_the_panel_runs_a_report_and_shows_it(panel, busy, db):
    admin = panel("admin")
    empty = admin.get("/admin/usage/")
    assert empty.status_code == 200
    assert "Rapporten er ikke lavet endnu" in empty.text

    sent = admin.post("/admin/usage/run/", data={"year": "2026"})
    assert sent.status_code == 302
    waiting = admin.get(sent.location)
    progress = re.search(r'data-progress="([^"]+)"', waiting.text)
    assert progress is not None
    assert "Opdatér" in waiting.text  # the way without a script
    assert admin.get(progress[1]).json["is_over"] is False

    work(db, busy)
    assert admin.get(progress[1]).json == {"done": 3, "total": 3, "text": "Færdig", "is_over": True}
    shown = admin.get(sent.location).text
    assert "345,67" in shown
    assert "34,6 %" in shown
    assert "24-11-2026" in shown
    assert "<script>" not in shown
    assert "style=" not in shown

    for form in ("csv", "xlsx"):
        file = admin.get(f"/admin/usage/export/?year=2026&format={form}")
        assert file.status_code == 200
        assert file.headers["Content-Type"].count("charset") == (form == "csv")
        assert f"usage-2026-11-24.{form}" in file.headers["Content-Disposition"]
    assert load_workbook(io.BytesIO(file.data)).active["A1"].value == "Niveau"


def test_a_day_can_be_chosen(panel, busy, db):
    admin = panel("admin")
    admin.post("/admin/usage/run/", data={"year": "2026", "as_of": "31-01-2026"})
    admin.post("/admin/usage/run/", data={"year": "2026"})
    work(db, busy)

    january = admin.get("/admin/usage/?year=2026&as_of=2026-01-31").text
    assert "345,67" not in january
    assert '<option value="2026-01-31" selected>' in january


def test_a_day_in_the_future_is_refused_at_the_field(panel, busy):
    answer = panel("admin").post("/admin/usage/run/", data={"year": "2026", "as_of": "24-12-2026"})

    assert answer.status_code == 422
    assert "ligger i fremtiden" in answer.text
    with busy.as_system() as ctx:
        assert ctx.session.query(Outbox).count() == 0


def test_who_sees_what_in_the_panel(panel, busy, db):
    with busy.as_system(now=NOVEMBER) as ctx:
        reports_panel.reports.compute_usage(ctx, year=2026)
        reports_panel.reports.compute_coverage(ctx, year=2026)

    assert "south" not in panel("area_north").get("/admin/usage/").text
    assert "Kør rapport" in panel("area_north").get("/admin/usage/").text
    assert "Kør rapport" not in panel("leader_n1").get("/admin/usage/").text
    assert panel("leader_n1").post("/admin/usage/run/", data={"year": "2026"}).status_code == 403
    assert panel("ped_n1").get("/admin/usage/").status_code == 403
    assert panel("admin").get("/admin/coverage/").status_code == 200
    assert panel("leader_n1").get("/admin/jobs/").status_code == 403


def test_the_jobs_screen_shows_dead_letters_and_tries_them_again(panel, busy):
    with busy.as_system(now=NOVEMBER) as ctx:
        key = ctx.enqueue("jobs.reports.usage", year=2026)
        ctx.enqueue("jobs.tenancy.measure")
        ctx.session.flush()
        row = ctx.session.get_one(Outbox, key)
        row.tries, row.dead_at, row.last_error = 5, ctx.now, "ValueError"
    admin = panel("admin")

    listed = admin.get("/admin/jobs/").text
    assert "Forbrugsrapport" in listed
    assert "Natlig opmåling" in listed
    assert "Mislykket" in listed
    dead = admin.get("/admin/dead-letters/").text
    assert "ValueError" in dead
    assert "Natlig opmåling" not in dead
    assert "Prøv igen" in admin.get(f"/admin/jobs/details/?id={key}").text

    assert admin.get(f"/admin/jobs/retry/?id={key}").status_code == 200
    assert admin.post(f"/admin/jobs/retry/?id={key}").status_code == 302
    with busy.as_system() as ctx:
        row = ctx.session.get_one(Outbox, key)
        assert (row.dead_at, row.tries) == (None, 0)
