"""The looking itself: it sees what it should, and every free text is a canary."""

from __future__ import annotations

import pytest
from flask import Response
from sqlalchemy import text

from tests.doors.conftest import changes
from tests.doors.knocking import NEVER, Caller, wrong_headers
from tests.doors.place import free_texts, tenant_models
from tests.doors.rows import INSIDE
from tests.statements import statements

EMPTY = {
    "idempotency_keys": "kept answers: the API's own callers make them",
    "import_runs": "its file is read by the doors themselves",
    "job_progress": "written while a job runs",
    "audit_entries.action": "a word of ours, such as unit.moved",
    "outbox.unique_key": "None for jobs that may wait twice",
    "support_sessions.staff_name": "the vendor's staff, not the municipality's",
    "approval_steps": "written by those who answer",
    "ledger_entries.actor_name": "the actor's name",
    "budget_revisions.made_by_name": "the actor's name",
    "funding_rule_sets.made_by": "the actor's name",
}


def row_named(name):
    [row] = [each for each in INSIDE if each.name == name]
    return row


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model.__tablename__)
def test_every_free_text_of_the_other_municipality_is_a_canary(model, there):
    table = model.__tablename__
    for column in free_texts(model):
        if {table, f"{table}.{column}"} & set(EMPTY):
            continue
        with there.as_system() as ctx:
            count = ctx.session.scalar(
                text(f"SELECT count(*) FROM {table} WHERE {column} ILIKE 't8-%'")
            )
        assert count, f"Write a canary into {table}.{column}"


def test_the_looking_sees_a_canary_and_an_id(house, here, there):
    """The other municipality's own user is shown what the first one's must not be."""
    row = row_named("GET courses.details_view")
    course = there.the("course")
    seen = house.knock(row, Caller(there, "admin"), course, of=there)
    assert not house.leaks

    house.look(row, Caller(here, "admin"), seen)

    assert any("T8-courses-title" in leak for leak in house.leaks)
    assert any(str(course) in leak for leak in house.leaks)
    house.leaks.clear()


def test_the_comparing_sees_a_difference(house, here):
    row = row_named("GET courses.details_view")
    caller, own = Caller(here, "admin"), here.the("course")
    found, never = (house.knock(row, caller, each, of=here) for each in (own, NEVER))

    assert house.masked(found, own) != house.masked(never, NEVER)


def test_the_checksum_sees_a_change_and_a_swap(house, work):
    before = work.sums()
    work.make("unit")
    house.forget_ids(work)

    assert set(changes(before, work.sums())) >= {"units", "unit_placements"}


def test_what_is_remembered_of_the_sums_is_true(house, here, db):
    """Nothing is read again while nothing was written, and a single bare UPDATE is seen."""
    row = row_named("GET courses.details_view")
    before = here.sums()
    house.knock(row, Caller(here, "admin"), here.the("course"), of=here)
    with statements(db.app) as sent:
        assert here.sums() == before
    assert len(sent) == 1, "a page that is only read moves nothing on"

    change = text("UPDATE users SET locale = CASE locale WHEN 'en' THEN 'da' ELSE 'en' END")
    for expected in ({"users": 0}, {}):
        with here.as_system() as ctx:
            ctx.session.execute(change)
        assert changes(before, here.sums()) == expected


def test_headers_that_are_missing_are_missed():
    bare = Response("<p>", mimetype="text/html")
    loose = Response('<script>run()</script><p onclick="x()">', mimetype="text/html")
    loose.headers["Content-Security-Policy"] = "default-src 'none'; script-src 'unsafe-inline'"

    assert len(wrong_headers(bare, is_static=False)) == 5
    found = "; ".join(wrong_headers(loose, is_static=True))
    assert "unsafe-" in found
    assert "<script>" in found
    assert "onclick" in found
