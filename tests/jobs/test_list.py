"""The list of jobs tells a page that waits how its rows stand, and asks nothing more when over."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from sqlalchemy import update

from jobs.runner import Outcome, perform
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.core import clock
from tenant_app.core.outbox import JobProgress, Outbox
from tests.statements import statements

MEASURE = "jobs.tenancy.measure"
PROGRESS = "/admin/jobs/progress/"
pytestmark = pytest.mark.usefixtures("nothing_left_undone")


@pytest.fixture
def town(make_town):
    return make_town(now=clock.now())


@pytest.fixture
def panel(app, town):
    """A browser of a user, by name."""

    def signed_in(name="admin", of=town):
        with of.as_system() as ctx:
            token = accounts.open_session(ctx, ctx.session.get_one(User, of.users[name]))
        client = app.test_client()
        with client.session_transaction() as kept:
            kept.update(tenant=of.tenant_id, token=token)
        return client

    return signed_in


def followed(page):
    """The rows that a page waits for."""
    return set(re.findall(r'data-row="([^"]+)"', page.text))


def rows_of(client, *keys):
    answer = client.get(PROGRESS, query_string={"id": [str(key) for key in keys]})
    assert answer.status_code == 200
    return answer.json["rows"]


def test_a_row_is_followed_until_its_job_is_done(panel, house, town, ask):
    admin, key = panel(), ask(MEASURE, ring=False)
    assert followed(admin.get("/admin/jobs/")) == {str(key)}
    [row] = rows_of(admin, key).values()
    assert "Venter" in row["cells"]["state"]
    assert (row["cells"]["done_at"], row["is_over"]) == ("", False)

    with town.as_system() as ctx:
        ctx.session.add(
            JobProgress(outbox_id=key, done=1, total=3, note="<b>", updated_at=clock.now())
        )
    [row] = rows_of(admin, key).values()
    assert '<progress max="3" value="1"' in row["cells"]["state"]
    assert "&lt;b&gt;" in row["cells"]["state"]  # the script puts it into the page as it is

    with town.as_system() as ctx:
        ctx.session.execute(update(JobProgress).values(note=""))
    [row] = rows_of(admin, key).values()
    assert row["cells"]["state"].endswith("</progress> ")

    assert perform(house, town.tenant_id, key) is Outcome.DONE
    [row] = rows_of(admin, key).values()
    assert "Færdig" in row["cells"]["state"]
    assert re.search(r"\d\d-\d\d-\d{4} \d\d:\d\d", row["cells"]["done_at"])
    assert (row["is_over"], row["text"]) == (True, "Natlig opmåling: Færdig")
    assert followed(admin.get("/admin/jobs/")) == set()


def test_a_job_that_was_given_up_is_over(panel, town, ask):
    admin, key = panel(), ask(MEASURE, ring=False)
    with town.as_system() as ctx:
        ctx.session.execute(update(Outbox).values(dead_at=ctx.now, last_error="Conflict: …"))

    [row] = rows_of(admin, key).values()

    assert (row["is_over"], row["text"]) == (True, "Natlig opmåling: Mislykket")
    assert row["cells"]["last_error"] == "Conflict: …"
    assert followed(admin.get("/admin/jobs/")) == set()
    assert followed(admin.get("/admin/dead-letters/")) == set()


def test_files_and_details_hold_no_marks(panel, ask):
    admin, key = panel(), ask(MEASURE, ring=False)

    assert followed(admin.get(f"/admin/jobs/details/?id={key}")) == set()
    assert "data-row" not in admin.get("/admin/jobs/export/csv/").text


def test_only_ones_own_jobs_are_told_of(panel, ask, town, make_town, house):
    key = ask(MEASURE, ring=False)
    there = make_town(now=clock.now())

    for ids in ("", "?id=", "?id=x", f"?id={uuid4()}", f"?id={key}&id={uuid4()}"):
        assert panel().get(PROGRESS + ids).status_code == 404
    assert panel(of=there).get(f"{PROGRESS}?id={key}").status_code == 404
    assert panel("leader_n1").get(f"{PROGRESS}?id={key}").status_code == 403


def test_asking_costs_the_same_for_one_row_and_for_many(panel, ask, db):
    admin = panel()
    keys = [ask(MEASURE, ring=False, unique=f"key {n}") for n in range(60)]

    def asked(*wanted):
        with statements(db.app) as heard:
            rows = rows_of(admin, *wanted)
        return len(rows), len(heard)

    asked(keys[0])
    one, few = asked(keys[0])
    many, same = asked(*keys)
    assert (one, many) == (1, 50)
    assert few == same <= 6
