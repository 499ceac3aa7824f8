"""Cancelling, and being told, in the panel and over the API."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from flask_smorest import Api
from sqlalchemy import text

from admin import explaining as explaining_panel
from admin import jobs as jobs_panel
from admin import reports as reports_panel
from config.wsgi import build
from jobs.runner import Outcome, perform
from tenant_app.core.errors import Conflict
from tenant_app.reports import service as reports
from tenant_app.reports.api import blueprints
from tenant_app.reports.models import ReportKind
from tenant_app.tenancy import service as tenancy
from tenant_app.web import errors
from tests.catalogue.door import Door, panel_of
from tests.jobs import practice
from tests.jobs.conftest import eventually
from tests.reports.conftest import NOVEMBER, Ledger

pytestmark = pytest.mark.usefixtures("nothing_left_undone")


@pytest.fixture
def town(make_town):
    made = make_town(now=NOVEMBER)
    Ledger(made)
    return made


@pytest.fixture
def api(town):
    def as_user(user, of=town):
        app = Door(of, user)
        smorest = Api(app)
        for blueprint in blueprints:
            smorest.register_blueprint(blueprint)
        errors.init(app)
        return app.test_client()

    return as_user


@pytest.fixture
def panel(town, settings):
    def as_user(user):
        views = [*reports_panel.views(), *jobs_panel.views(), *explaining_panel.views()]
        return panel_of(town, user, settings, views)

    return as_user


def asked(town, user="admin", kind=ReportKind.USAGE):
    with town.as_user(user) as ctx:
        return reports.request_report(ctx, kind, 2026)


def form_of(page):
    """Where the Cancel button of the widget leads; None without one."""
    found = re.search(r'<form id="job-cancel" method="post" action="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else None


def test_the_api_cancels_what_waits_and_says_when_it_is_too_late(api, town, make_town, row):
    job = asked(town)
    url = f"/api/v1/jobs/{job}/cancellation"
    foreign = api("admin", make_town(now=NOVEMBER)).post(url)
    never = api("admin").post(f"/api/v1/jobs/{uuid4()}/cancellation")
    assert (foreign.status_code, foreign.data) == (never.status_code, never.data)
    assert foreign.status_code == 404
    assert api("consultant").post(url).status_code == 403
    assert row(job).cancelled_at is None

    answer = api("admin").post(url)
    assert (answer.status_code, answer.json["state"]) == (200, "cancelled")
    assert api("admin").get(f"/api/v1/jobs/{job}").json["state"] == "cancelled"

    again = api("admin").post(url)
    assert again.status_code == 409
    assert again.json["code"] == "conflict"


def test_the_api_says_that_a_job_in_hand_is_stopping(api, house, town, under_way):
    practice.GO_ON.clear()
    with house.unit_of_work(
        town.tenant_id, lambda ctx: ctx.actor.__class__("x", user_id=town.users["admin"])
    ) as ctx:
        key = ctx.enqueue("tests.jobs.practice.patient", name="api")
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(perform(house, town.tenant_id, key)))
    thread.start()
    try:
        eventually(lambda: under_way(key))
        answer = api("admin").post(f"/api/v1/jobs/{key}/cancellation").json
        twice = api("admin").post(f"/api/v1/jobs/{key}/cancellation")
    finally:
        practice.GO_ON.set()
        thread.join(60)
    assert (answer["state"], answer["is_stopping"]) == ("running", True)
    assert twice.status_code == 200
    assert outcome == [Outcome.CANCELLED]
    assert api("admin").get(f"/api/v1/jobs/{key}").json["is_stopping"] is False


def test_the_description_of_the_api_has_the_verb(settings, db):
    client = build(settings, db).test_client()
    found = client.get("/api/v1/openapi.json").json["paths"]["/api/v1/jobs/{job_id}/cancellation"]
    assert "nothing it did is kept" in found["post"]["description"]
    assert "is_stopping" in str(client.get("/api/v1/openapi.json").json["components"]["schemas"])


def test_the_widget_has_a_button_that_works_without_a_script(panel, town):
    admin = panel("admin")
    sent = admin.post("/admin/usage/run/", data={"year": "2026"})
    cancel = form_of(admin.get(sent.location).text)
    assert cancel is not None

    answer = admin.post(cancel)

    assert answer.status_code == 302
    page = admin.get(answer.location).text
    assert "Jobbet er annulleret. Intet blev ændret." in page
    assert "Annulleret, intet blev ændret" in page
    assert form_of(page) is None
    assert "data-progress" not in page
    again = admin.post(cancel)
    assert again.status_code == 302
    assert "Jobbet er allerede slut" in admin.get(again.location).text


def test_a_get_cancels_nothing(panel, town, row):
    job = asked(town)
    assert panel("admin").get(f"/admin/usage/cancel/?job={job}").status_code == 405
    assert row(job).cancelled_at is None


def test_the_button_is_shown_to_who_may(panel, town):
    job = asked(town, "area_north")

    assert form_of(panel("area_north").get(f"/admin/usage/?year=2026&job={job}").text)
    assert form_of(panel("admin").get(f"/admin/usage/?year=2026&job={job}").text)
    others = panel("area_south").get(f"/admin/usage/?year=2026&job={job}")
    assert others.status_code == 200
    assert form_of(others.text) is None
    assert panel("area_south").post(f"/admin/usage/cancel/?job={job}").status_code == 403
    assert panel("admin").post(f"/admin/usage/cancel/?job={uuid4()}").status_code == 404


def test_the_jobs_screen_cancels_and_shows_it(panel, town, row):
    job = asked(town, "consultant")
    admin = panel("admin")
    details = admin.get(f"/admin/jobs/details/?id={job}").text
    assert "Annullér job" in details
    assert "Intet af det gemmes" not in details
    form = admin.get(f"/admin/jobs/cancel/?id={job}").text
    assert "Et annulleret job prøves ikke igen." in form

    assert admin.post(f"/admin/jobs/cancel/?id={job}").status_code == 302

    assert row(job).cancelled_by == town.users["admin"]
    details = admin.get(f"/admin/jobs/details/?id={job}").text
    assert "Annulleret" in details
    assert f"/admin/jobs/cancel/?id={job}" not in details
    refused = admin.post(f"/admin/jobs/cancel/?id={job}")
    assert refused.status_code == 409
    assert "Jobbet er allerede slut" in refused.text


def test_whoever_asked_is_told_once_at_their_next_page(panel, town, house):
    job = asked(town, "area_north")
    usage = "/admin/usage/?year=2026"
    assert "Forbrugsrapporten er klar" not in panel("area_north").get(usage).text
    perform(house, town.tenant_id, job, now=NOVEMBER)

    assert "Forbrugsrapporten er klar" not in panel("admin").get(usage).text
    first = panel("area_north").get("/admin/coverage/").text
    told = re.search(r'role="status">Forbrugsrapporten er klar\. <a href="([^"]+)">Se den', first)
    assert told is not None
    assert panel("area_north").get(told[1]).status_code == 200
    assert "Forbrugsrapporten er klar" not in panel("area_north").get("/admin/coverage/").text


def test_whoever_asked_is_told_that_somebody_cancelled_or_that_it_failed(panel, town):
    with town.as_user("admin") as ctx:
        reports.cancel_job(ctx, asked(town, "area_north"))
    dead = asked(town, "area_north", ReportKind.COVERAGE)
    with town.as_system() as ctx:
        ctx.session.execute(
            text("UPDATE outbox SET dead_at = :at WHERE id = :id"),
            {"id": dead, "at": datetime(2026, 11, 24, 12, 0, tzinfo=UTC)},
        )

    page = panel("area_north").get("/admin/usage/").text

    assert "Forbrugsrapporten blev annulleret." in page
    assert "Dækningsrapporten kunne ikke laves. En administrator kan prøve igen." in page
    assert "Se den" not in page


@pytest.mark.parametrize(
    "unread", [{"method": "HEAD"}, {"method": "GET", "headers": {"Sec-Purpose": "prefetch"}}]
)
def test_a_page_that_nobody_reads_has_told_nobody(panel, town, unread):
    with town.as_user("admin") as ctx:
        reports.cancel_job(ctx, asked(town, "area_north"))

    panel("area_north").open("/admin/usage/", **unread)

    assert "Forbrugsrapporten blev annulleret." in panel("area_north").get("/admin/usage/").text


def told(town, user):
    with town.as_user(user) as ctx:
        return [found.id for found in tenancy.tell_finished(ctx, ["jobs.reports.usage"])]


def test_a_report_that_others_asked_for_too_is_not_cancelled_and_all_are_told(house, town, row):
    job = asked(town, "consultant")
    assert asked(town, "admin") == asked(town, "admin") == job

    with town.as_user("consultant") as ctx, pytest.raises(Conflict, match="Others asked"):
        reports.cancel_job(ctx, job)
    assert row(job).cancelled_at is None
    assert perform(house, town.tenant_id, job) is Outcome.DONE
    for user in ("admin", "consultant"):
        assert told(town, user) == [job]
        assert told(town, user) == []


def test_who_steers_jobs_cancels_for_all_and_the_others_hear_of_it(town, row):
    job = asked(town, "consultant")
    asked(town, "admin")
    with town.as_user("admin") as ctx:
        reports.cancel_job(ctx, job)
    assert row(job).cancelled_at is not None
    assert told(town, "consultant") == [job]


def test_a_report_that_is_stopping_is_not_promised_to_somebody_else(town):
    job = asked(town, "consultant")
    with town.as_system() as ctx:
        ctx.session.execute(
            text(
                "INSERT INTO job_progress (id, outbox_id, done, total, note, updated_at,"
                " cancel_asked_at) VALUES (gen_random_uuid(), :job, 0, 1, '', now(), now())"
            ),
            {"job": job},
        )
    with pytest.raises(Conflict, match="being cancelled"):
        asked(town, "admin")
