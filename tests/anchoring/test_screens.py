"""The pages of anchoring: what each role sees and does there, in a few statements."""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import event

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.anchoring import service as anchoring
from tenant_app.core import clock
from tenant_app.enrolments import service as enrolments
from tests.anchoring.conftest import ENDS
from tests.anchoring.test_reading import follow_up

MOST = 12


class Browser:
    """Signed in as one user, at the time of the pages."""

    def __init__(self, app, town, user):
        with town.as_system(now=clock.now()) as ctx:
            token = accounts.open_session(ctx, ctx.session.get_one(User, town.users[user]))
        self.town, self.client = town, app.test_client()
        with self.client.session_transaction() as kept:
            kept.update(tenant=town.tenant_id, token=token)

    def page(self, path, *, status=200):
        answer = self.client.get(f"/admin{path}")
        assert answer.status_code == status, answer.text
        return unescape(re.sub(r"\s+", " ", answer.text))

    def send(self, path, **fields):
        page = self.client.get(f"/admin{path}").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        return self.client.post(f"/admin{path}", data={"csrf_token": token, **fields})


@pytest.fixture
def browser(app, town, monkeypatch):
    """A user's browser, with the clock of the pages so many days after the town's today."""

    def sign_in(user, *, days=0):
        monkeypatch.setattr(clock, "now", lambda: town.now + timedelta(days=days))
        return Browser(app, town, user)

    return sign_in


@contextmanager
def counted(db):
    seen = []

    def note(conn, cursor, statement, *rest):
        if not statement.startswith("SET LOCAL"):
            seen.append(statement)

    event.listen(db.app, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.app, "before_cursor_execute", note)


def test_the_participant_finds_the_plan_ticks_shares_and_tries(town, practice, browser):
    plan_id = practice.plan()
    note = practice.item(plan_id, "agree", owner="participant")
    me = browser("ped_n1")
    page = me.page("/own-anchoring/")
    assert "Før forløbet" in page
    assert note.text in page
    assert f"tick/?id={note.id}" in page
    assert "Registrér videndeling" not in page, "the course has not begun"

    sent = me.send(f"/anchoring-tasks/tick/?id={note.id}&url=/admin/own-anchoring/")
    assert (sent.status_code, sent.location) == (302, "/admin/own-anchoring/")
    assert practice.item(plan_id, "agree", owner="participant").done_on is not None

    me = browser("ped_n1", days=100)
    page = me.page("/own-anchoring/")
    for verb in ("Registrér videndeling", "Begynd en prøvehandling"):
        assert verb in page
    sent = me.send(
        f"/anchoring/share/?id={plan_id}", shared_on="25-05-2026", place="Personalemøde", text="Leg"
    )
    assert sent.status_code == 302
    sent = me.send(
        f"/anchoring/begin-trial/?id={plan_id}",
        hypothesis="Hvis",
        signs="Så",
        begins_on="25-05-2026",
    )
    assert sent.status_code == 302
    page = me.page(f"/anchoring/details/?id={plan_id}")
    assert "Registrér prøvehandlingens resultat" in page
    assert "Begynd en prøvehandling" not in page
    early = me.send(
        f"/anchoring/end-trial/?id={plan_id}",
        outcome="keep",
        result="God",
        evaluated_on="24-05-2026",
    )
    assert early.status_code == 422
    assert "Den kan ikke slutte, før den begynder." in early.text
    sent = me.send(
        f"/anchoring/end-trial/?id={plan_id}",
        outcome="keep",
        result="God effekt i garderoben",
        evaluated_on="01-06-2026",
    )
    assert sent.status_code == 302
    page = me.page(f"/anchoring/details/?id={plan_id}")
    assert "God effekt i garderoben" in page
    assert "Vi fastholder det" in page


def test_the_leader_sees_the_plan_by_phases_and_observes(make_practice, app, monkeypatch):
    practice = make_practice(leader_observes=True)
    town = practice.town
    plan_id = practice.plan()
    monkeypatch.setattr(clock, "now", lambda: practice.later)
    leader = Browser(app, town, "leader_n1")

    page = leader.page(f"/anchoring/details/?id={plan_id}")
    found = [page.index(phase) for phase in ("Før forløbet", "Undervejs", "Efter forløbet")]
    assert found == sorted(found)
    assert "Over tid" in page
    observe = practice.item(plan_id, "observe")
    assert f"anchoring-tasks/drop/?id={observe.id}" not in page, "the working rules ask for it"

    sent = leader.send(
        f"/anchoring/observe/?id={plan_id}", observed_on="25-05-2026", seen="yes", text="Rolig"
    )
    assert sent.status_code == 302
    assert practice.item(plan_id, "observe").done_on is not None
    assert "Rolig" in Browser(app, town, "ped_n1").page(f"/anchoring/details/?id={plan_id}")


def test_ticking_twice_is_told_and_changes_nothing(town, practice, browser):
    item = practice.item(practice.plan(), "agree", owner="leader")
    leader = browser("leader_n1")
    assert leader.send(f"/anchoring-tasks/tick/?id={item.id}").status_code == 302
    before = practice.everything()

    again = leader.send(f"/anchoring-tasks/tick/?id={item.id}")

    assert again.status_code == 409
    assert "allerede udført den 02-03-2026" in again.text
    assert practice.everything() == before


def test_foreign_plans_and_items_are_not_found(town, practice, browser):
    plan_id = practice.plan()
    item = practice.item(plan_id, "agree")
    for who in ("leader_s1", "ped_n2"):
        other = browser(who)
        other.page(f"/anchoring/details/?id={plan_id}", status=404)
        other.page(f"/anchoring-tasks/tick/?id={item.id}", status=404)
        assert str(plan_id) not in other.page("/anchoring/")
        assert item.text not in other.page("/anchoring-tasks/")


def test_lists_filter_and_say_what_to_do_when_empty(town, practice, browser):
    leader = browser("leader_n1")
    assert "Ingen planer endnu" in leader.page("/anchoring/")
    assert "Du har ingen plan endnu" in browser("ped_n1").page("/own-anchoring/")
    assert "Intet forløb med en forankringsplan" in leader.page("/follow-through/")
    plan_id = str(practice.plan())
    leader = browser("leader_n1", days=100)

    for query, is_in in {
        "flt0_standing=overdue": True,
        "flt0_standing=closed": False,
        f"flt1_unit={town.units['n1']}": True,
        "flt2_form=lecture": False,
        "flt2_form=diploma_module": True,
        "employee=ped_n1": True,
        "employee=ukendt": False,
    }.items():
        assert (plan_id in leader.page(f"/anchoring/?{query}")) is is_in, query
    assert plan_id in leader.page("/anchoring-tasks/?flt1_late=1&flt0_owner=leader")
    assert plan_id not in leader.page("/anchoring-tasks/?flt0_owner=leader&flt1_late=0")


def test_the_set_is_changed_in_the_panel_and_only_by_those_who_may(town, practice, browser):
    admin = browser("consultant")
    facts = {
        "form": "",
        "phase": "after",
        "owner": "leader",
        "kind": "agree",
        "text": "Skriv til forældrene",
        "days": "10",
    }
    assert admin.send("/anchoring-template/add/", **facts).status_code == 302
    assert "Skriv til forældrene" in admin.page("/anchoring-template/")
    wrong = admin.send("/anchoring-template/add/", **facts | {"days": "-3"})
    assert wrong.status_code == 422
    assert "0 dage eller flere" in wrong.text
    assert admin.send("/anchoring-template/restore/").status_code == 302
    assert "Skriv til forældrene" not in admin.page("/anchoring-template/")
    leader = browser("leader_n1")
    leader.page("/anchoring-template/")
    leader.page("/anchoring-template/add/", status=403)


def test_follow_through_has_a_chart_a_table_and_a_file(town, practice, browser):
    follow_up(practice, practice.plan(), shared=5, tried=10)
    follow_up(practice, practice.plan("ped_n2_1"), who="leader_n2", shared=None, tried=None)
    area = browser("area_north", days=300)

    page = area.page("/follow-through/")
    assert "chart-picture" in page
    assert f"n1 {town.slug} 100,0 %" in page
    assert f"n2 {town.slug} 0,0 %" in page
    answer = area.client.get("/admin/follow-through/export/csv/?as_of=25-12-2026")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert rows[0][:3] == ["Enhed", "Område", "Gennemført"]
    assert [row[0] for row in rows[1:]] == [f"n1 {town.slug}", f"n2 {town.slug}"]
    assert [row[6] for row in rows[1:]] == ["100", "0"]
    assert area.client.get("/admin/follow-through/?as_of=i%20dag").status_code == 422


def test_homes_tell_what_is_due_and_where_it_is_late(town, practice, browser):
    practice.plan()
    practice.plan("ped_s1_1")

    me, leader, area = (
        browser(who, days=100).page("/") for who in ("ped_n1", "leader_n1", "area_north")
    )

    assert "Skriv ned undervejs" in me.partition("Opgaver")[2]
    assert "Aftal, hvad forløbet skal bruges til" not in me
    assert "Aftal, hvad forløbet skal bruges til" in leader.partition("Opgaver")[2]
    late = area.partition("Forankringsopgaver over tid")[2]
    assert f"n1 {town.slug}" in late
    assert f"s1 {town.slug}" not in area


def test_pages_ask_few_statements_however_much_there_is(town, practice, browser):
    def made(people):
        for name in people:
            for _ in range(2):
                plan_id = practice.plan(name)
                with town.as_user(f"leader_{name.split('_')[1]}", now=practice.later) as ctx:
                    anchoring.record_sharing(ctx, plan_id, shared_on=ENDS, place="Møde")
                    anchoring.begin_trial(ctx, plan_id, hypothesis="a", signs="b", begins_on=ENDS)
        return plan_id

    pages = ("/", "/anchoring/", "/anchoring-tasks/", "/own-anchoring/", "/follow-through/")

    def asked(plan_id):
        found = {}
        for who in ("admin", "leader_n1", "ped_n1"):
            visitor = browser(who, days=100)
            for path in (*pages, f"/anchoring/details/?id={plan_id}"):
                key = (who, path.partition("?")[0])
                visitor.client.get(f"/admin{path}")
                with counted(town.db) as seen:
                    visitor.client.get(f"/admin{path}")
                found[key] = len(seen)
        return found

    few = asked(made(["ped_n1_1"]))
    many = asked(made(["ped_n1_1", "ped_n2_1", "ped_s1_1", "ped_n1_1"]))

    assert max(many.values()) <= MOST
    more = {key: (few[key], many[key]) for key in few if many[key] > few[key]}
    assert not more


def test_a_closed_plan_says_so_and_offers_nothing(town, practice, browser):
    plan_id = practice.plan()
    with town.as_user("leader_n1") as ctx:
        enrolments.cancel(ctx, practice.enrolment_of(plan_id), note="Sygdom i huset")
    leader = browser("leader_n1", days=100)

    page = leader.page(f"/anchoring/details/?id={plan_id}")

    assert "Lukket: deltog ikke" in page
    assert page.count("Sygdom i huset") >= 4
    assert "anchoring-tasks/tick" not in page
    assert "Registrér videndeling" not in page
