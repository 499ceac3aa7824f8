"""Settings, jobs and support sessions over the API."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from tenant_app.core.outbox import Outbox
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.api import blueprint
from tenant_app.tenancy.models import SupportSession
from tests.catalogue.door import api_of
from tests.tenancy.looking import trail_of
from tests.town import APPROVAL_RULES, COVER_RULES

SETTINGS = "/api/v1/settings"


@pytest.fixture
def admin(town):
    return api_of(town, "admin", blueprint)


def settings_of(town):
    with town.as_system() as ctx:
        found = tenancy.settings(ctx)
        return (found.approval_rules, found.cover_rules, found.limits, found.locale)


def queue(town, *, job="jobs.tenancy.measure", key=None, dead=False, done=False):
    """A job in the given state. Returns its id."""
    with town.as_system() as ctx:
        row = Outbox(
            job=job,
            args={},
            unique_key=key,
            created_at=ctx.now,
            due_at=ctx.now,
            requested_by=None,
            tries=5 if dead else 0,
            last_error="Boom" if dead else None,
            dead_at=ctx.now if dead else None,
            done_at=ctx.now if done else None,
        )
        ctx.session.add(row)
        ctx.session.flush()
        return row.id


def job_of(town, job_id):
    with town.as_system() as ctx:
        return ctx.session.scalars(select(Outbox).where(Outbox.id == job_id)).one()


def test_the_admin_reads_the_settings(admin):
    answer = admin.get(SETTINGS)

    assert answer.status_code == 200
    assert answer.json["approval_rules"] == APPROVAL_RULES
    assert answer.json["cover_rules"] == COVER_RULES
    assert answer.json["locale"] == "da"


def test_each_part_is_changed_by_itself_and_noted(town, admin):
    rules = [{"when": {"amount_over": 5}, "levels": ["central"]}, {"when": {}, "levels": ["area"]}]
    cover = {"rate": 23_000, "share_taught": {"default": 80}}
    limits = {"running_initiatives": 3, "leader_observes": True}

    for part, body in {
        "approval-rules": {"approval_rules": rules},
        "cover-rules": {"cover_rules": cover},
        "limits": {"limits": limits},
        "locale": {"locale": "en"},
    }.items():
        assert admin.put(f"{SETTINGS}/{part}", json=body).status_code == 200, part

    assert settings_of(town) == (rules, cover, limits, "en")
    assert [action for _, action, _ in trail_of(town)] == ["settings.changed"] * 4


@pytest.mark.parametrize(
    ("part", "body", "field"),
    [
        ("approval-rules", {"approval_rules": []}, "approval_rules"),
        ("approval-rules", {"approval_rules": [{"when": {}}]}, "approval_rules"),
        ("approval-rules", {"approval_rules": [{"when": {}, "levels": 5}]}, "approval_rules"),
        ("approval-rules", {"approval_rules": [{"when": 1, "levels": ["area"]}]}, "approval_rules"),
        (
            "approval-rules",
            {"approval_rules": [{"when": {"form": "a\0"}, "levels": ["area"]}]},
            "approval_rules",
        ),
        (
            "approval-rules",
            {"approval_rules": [{"when": {"ects_over": float("nan")}, "levels": ["area"]}]},
            "approval_rules",
        ),
        (
            "cover-rules",
            {"cover_rules": {"rate": -1, "share_taught": {"default": 1}}},
            "cover_rules",
        ),
        ("cover-rules", {"cover_rules": {"rate": 1, "share_taught": {}}}, "cover_rules"),
        (
            "cover-rules",
            {"cover_rules": {"rate": 1, "share_taught": {"default": 1, "\0": 1}}},
            "cover_rules",
        ),
        (
            "cover-rules",
            {"cover_rules": {"rate": "1", "share_taught": {"default": 1}}},
            "cover_rules.rate",
        ),
        ("limits", {"limits": {"unknown": 1}}, "limits"),
        ("limits", {"limits": {"running_initiatives": {}}}, "limits"),
        ("locale", {"locale": "tlh"}, "locale"),
        ("locale", {"locale": "en", "profile": "x"}, "profile"),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_changed(town, admin, part, body, field):
    before = settings_of(town)

    answer = admin.put(f"{SETTINGS}/{part}", json=body)

    assert answer.status_code == 422
    assert answer.json["field"] == field
    assert settings_of(town) == before
    assert trail_of(town) == []


def test_the_accessibility_contact_is_changed_as_one(town, admin):
    told = {
        "accessibility_email": "tilgaengelig@by.dk",
        "accessibility_phone": "12 34 56 78",
        "accessibility_statement": "https://www.was.digst.dk/by-dk",
    }

    answer = admin.put(f"{SETTINGS}/accessibility", json=told)

    assert answer.status_code == 200
    assert told.items() <= admin.get(SETTINGS).json.items()

    admin.put(f"{SETTINGS}/accessibility", json={"accessibility_phone": "12 34 56 78"})
    left = admin.get(SETTINGS).json
    assert (left["accessibility_email"], left["accessibility_phone"]) == (None, "12 34 56 78")
    assert [action for _, action, _ in trail_of(town)] == ["settings.changed"] * 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accessibility_email", "by.dk"),
        ("accessibility_phone", "112"),
        ("accessibility_phone", "1" * 16),
        ("accessibility_statement", "https://was.digst.dk"),
        ("accessibility_statement", "https://rudersdal.dk/was"),
        ("accessibility_statement", None),
        ("accessibility_other", "x"),
    ],
)
def test_a_wrong_contact_is_refused_and_nothing_changed(town, admin, field, value):
    answer = admin.put(
        f"{SETTINGS}/accessibility", json={"accessibility_email": "a@by.dk", field: value}
    )

    assert answer.status_code == 422
    assert answer.json["field"] == field
    assert admin.get(SETTINGS).json["accessibility_email"] is None
    assert trail_of(town) == []


@pytest.mark.parametrize("name", ["auditor", "consultant", "area_north", "leader_n1", "ped_n1"])
def test_others_neither_read_nor_change_settings_and_jobs(town, name):
    client = api_of(town, name, blueprint)
    dead = queue(town, dead=True)

    assert client.get(SETTINGS).status_code == 403
    assert client.put(f"{SETTINGS}/locale", json={"locale": "en"}).status_code == 403
    contact = {"accessibility_phone": "12345678"}
    assert client.put(f"{SETTINGS}/accessibility", json=contact).status_code == 403
    assert client.get("/api/v1/jobs").status_code == 403
    assert client.post(f"/api/v1/jobs/{dead}/retry").status_code == 403
    assert settings_of(town)[3] == "da"
    with town.as_system() as ctx:
        assert tenancy.settings(ctx).accessibility_phone is None
    assert job_of(town, dead).dead_at is not None


def test_jobs_are_listed_by_where_they_stand(town, admin):
    ids = {
        "waiting": queue(town),
        "dead": queue(town, dead=True),
        "done": queue(town, done=True),
    }

    for state, job_id in ids.items():
        items = admin.get(f"/api/v1/jobs?state={state}").json["items"]
        assert [(item["id"], item["state"]) for item in items] == [(str(job_id), state)]
    assert len(admin.get("/api/v1/jobs").json["items"]) == 3
    first = admin.get("/api/v1/jobs?page_size=2").json
    assert len(first["items"]) == 2
    assert first["has_more"]
    assert admin.get("/api/v1/jobs?state=lost").status_code == 422


def test_a_dead_job_waits_again_as_if_new(town, admin):
    dead = queue(town, dead=True)

    answer = admin.post(f"/api/v1/jobs/{dead}/retry")

    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["tries"]) == ("waiting", 0)
    assert job_of(town, dead).dead_at is None
    assert [action for _, action, _ in trail_of(town)] == ["jobs.retried"]


def test_where_the_same_job_waits_already_the_dead_one_is_done_with(town, admin):
    waiting, dead = queue(town, key="k"), queue(town, key="k", dead=True)

    assert admin.post(f"/api/v1/jobs/{dead}/retry").json["state"] == "done"

    assert job_of(town, waiting).done_at is None


def test_only_a_dead_job_is_tried_again(town, admin):
    for job_id in (queue(town), queue(town, done=True)):
        assert admin.post(f"/api/v1/jobs/{job_id}/retry").status_code == 409
    assert admin.post(f"/api/v1/jobs/{uuid4()}/retry").status_code == 404
    assert trail_of(town) == []


def support(town):
    with town.as_system() as ctx:
        row = SupportSession(
            vendor_user_id=uuid4(),
            staff_name="Vera",
            reason="Fejl i en rapport",
            token_hash=uuid4().hex,
            opened_at=ctx.now,
            expires_at=ctx.now.replace(hour=23),
            closed_at=None,
        )
        ctx.session.add(row)
        ctx.session.flush()
        return row.id


def test_support_is_seen_by_those_who_oversee_and_ended_by_the_admin(town, admin):
    session_id = support(town)
    auditor = api_of(town, "auditor", blueprint)

    [seen] = auditor.get("/api/v1/support-sessions").json["items"]
    assert (seen["id"], seen["staff_name"]) == (str(session_id), "Vera")
    assert "token_hash" not in seen
    ending = f"/api/v1/support-sessions/{session_id}/ending"
    assert auditor.post(ending).status_code == 403
    assert admin.post(ending).json["closed_at"] is not None
    assert admin.post(ending).status_code == 409
    assert admin.post(f"/api/v1/support-sessions/{uuid4()}/ending").status_code == 404
    assert [action for _, action, _ in trail_of(town)] == ["support.closed"]


@pytest.mark.parametrize("name", ["consultant", "area_north", "leader_n1"])
def test_leaders_do_not_see_support(town, name):
    assert api_of(town, name, blueprint).get("/api/v1/support-sessions").status_code == 403


def test_another_municipalitys_job_and_support_are_not_there(town, make_town, admin):
    other = make_town()
    dead, session_id = queue(other, dead=True), support(other)

    assert admin.get("/api/v1/jobs").json["items"] == []
    assert admin.get("/api/v1/support-sessions").json["items"] == []
    assert admin.post(f"/api/v1/jobs/{dead}/retry").status_code == 404
    assert admin.post(f"/api/v1/support-sessions/{session_id}/ending").status_code == 404
    assert job_of(other, dead).dead_at is not None
