"""The screens: read as pages, used without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import EnrolmentState
from tests.enrolments.conftest import NOTHING
from tests.enrolments.panel.conftest import asked, marks

CENTRAL, LOCAL = kroner(20_900), kroner(8_900)
S = EnrolmentState


# From the catalogue to a request


def test_a_leader_finds_a_course_sees_the_cost_card_and_sends(town, school, session_id, browser):
    leader = browser("leader_n1")
    page = leader.text("/admin/browse/?q=course&form=diploma_module")
    assert "12.000,00 kr" in page
    url = f"/admin/browse/request/?session={session_id}"
    assert url in page
    assert "ped_n1_3" in leader.text(url)
    people = {"people": [str(town.employees["ped_n1_1"])], "motivation": "Sprog"}

    card = leader.text(f"{url}&p={town.employees['ped_n1_1']}&step=confirm")

    for amount in ("12.000,00 kr", "8.900,00 kr", "20.900,00 kr", "29.800,00 kr"):
        assert amount in card
    assert school.money("root") == NOTHING, "a preview holds nothing"

    sent = leader.post(f"{url}&p={town.employees['ped_n1_1']}&step=confirm", people)

    assert sent.status_code == 302
    assert school.money("root") == (CENTRAL, 0, 0)
    assert school.money("n1") == (LOCAL, 0, 0)
    story = leader.text(sent.location)
    assert "Sprog" in story
    assert "20.900,00 kr" in story or "8.900,00 kr" in story


def test_an_employee_asks_for_oneself_and_finds_it_again(town, school, session_id, browser):
    pedagogue = browser("ped_n1")
    url = f"/admin/browse/request/?session={session_id}"
    page = pedagogue.text(url)
    assert "ped_n1_2" not in page

    sent = pedagogue.post(f"{url}&step=confirm", {"people": str(town.employees["ped_n1_1"])})

    assert sent.status_code == 302
    assert "Course" in pedagogue.text("/admin/own/")
    assert pedagogue.get(sent.location).status_code == 200


def test_a_refused_request_says_why_and_changes_nothing(town, school, session_id, browser):
    asked(town, session_id)
    before = school.everything()
    url = f"/admin/browse/request/?session={session_id}"
    person = town.employees["ped_n1_1"]
    leader = browser("leader_n1")

    page = leader.text(f"{url}&p={person}&step=confirm")
    assert "Der er allerede sendt tilmelding til dette hold for: ped_n1_1" in page
    answer = leader.post(f"{url}&step=confirm&p={town.employees['ped_n1_2']}", {"people": person})

    assert answer.status_code == 409
    assert "ped_n1_1" in answer.text
    assert school.everything() == before


def test_one_ore_too_little_is_shown_with_pool_and_shortage(town, school, session_id, browser):
    school.leave("n1", LOCAL - 1)
    before = school.everything()
    person = town.employees["ped_n1_1"]
    url = f"/admin/browse/request/?session={session_id}&p={person}&step=confirm"
    leader = browser("leader_n1")

    assert "0,01 kr" in leader.text(url)
    answer = leader.post(url, {"people": person, "motivation": "Leg <3"})

    assert answer.status_code == 409
    assert "0,01 kr" in answer.text
    assert "8.899,99 kr" in answer.text
    assert "Leg &lt;3" in answer.text, "nothing has to be typed again"
    assert school.everything() == before


def test_staff_of_another_branch_cannot_be_asked_for(town, school, session_id, browser):
    url = f"/admin/browse/request/?session={session_id}"

    answer = browser("leader_n1").post(
        f"{url}&p={town.employees['ped_n1_1']}&step=confirm",
        {"people": str(town.employees["ped_s1_1"])},
    )

    assert answer.status_code == 404


def test_those_who_ask_for_nobody_only_look(town, school, session_id, browser):
    admin = browser("admin")

    assert "request/?session" not in admin.text("/admin/browse/")
    assert admin.get(f"/admin/browse/request/?session={session_id}").status_code == 403


# The inbox


def test_the_inbox_shows_what_one_must_know(town, school, session_id, browser):
    asked(town, session_id)

    page = browser("leader_n1").text("/admin/inbox/")

    for text in ("ped_n1_1", "20.900,00 kr", "8.900,00 kr", "29.800,00 kr", "→"):
        assert text in page


def test_many_are_approved_and_the_refused_say_why(town, school, session_id, browser):
    [first] = asked(town, session_id)
    [second] = asked(town, session_id, "ped_n2_1", who="ped_n2")
    area = browser("area_north")
    page = area.text("/admin/inbox/")
    assert len(marks(page)) == 2
    with town.as_user("leader_n2") as ctx:
        enrolments.approve(ctx, second)

    answer = area.post("/admin/inbox/", {"rows": marks(page), "decision": "approve"})

    assert answer.status_code == 302
    assert answer.location == "/admin/inbox/answered/"
    answer = area.get(answer.location)
    assert area.get("/admin/inbox/answered/").text.count("tag bad") == 1, "a reload shows the same"
    assert school.state(first) is S.LEADER_APPROVED
    assert school.state(second) is S.LEADER_APPROVED, "not answered by a stale page"
    assert "ped_n1_1" in answer.text
    assert "ped_n2_1" in answer.text
    assert answer.text.count("tag bad") == 1


def test_one_is_approved_by_its_own_button(town, school, session_id, browser):
    [first] = asked(town, session_id)
    leader = browser("leader_n1")
    [mark] = marks(leader.text("/admin/inbox/"))

    leader.post("/admin/inbox/", {"approve_one": mark})

    assert school.state(first) is S.LEADER_APPROVED


@pytest.mark.parametrize(("decision", "state"), [("return", S.RETURNED), ("reject", S.REJECTED)])
def test_a_no_needs_a_reason(town, school, session_id, browser, decision, state):
    [first] = asked(town, session_id)
    leader = browser("leader_n1")
    ticked = {"rows": marks(leader.text("/admin/inbox/")), "decision": decision}
    before = school.everything()

    bare = leader.post("/admin/inbox/", ticked | {"note": " "})
    assert bare.status_code == 422
    assert "field-error" in bare.text
    assert re.search(r'name="rows"[^>]*checked', bare.text), "the ticks are kept"
    assert school.everything() == before

    leader.post("/admin/inbox/", ticked | {"note": "Ikke i år"})
    assert school.state(first) is state
    assert school.money("root") == NOTHING


@pytest.mark.parametrize(
    "data",
    [
        {"decision": "approve"},
        {"decision": "nonsense", "rows": "x"},
        {"decision": "approve", "rows": "x"},
        {"decision": "approve", "rows": "a:b:c"},
    ],
)
def test_nonsense_in_the_inbox_changes_nothing(town, school, session_id, browser, data):
    asked(town, session_id)
    before = school.everything()

    assert browser("leader_n1").post("/admin/inbox/", data).status_code == 422
    assert school.everything() == before


@pytest.mark.parametrize("who", ["ped_n1", "auditor", "consultant"])
def test_those_who_answer_nothing_have_no_inbox(browser, school, who):
    assert browser(who).get("/admin/inbox/").status_code == 403


def test_an_empty_inbox_says_so(browser, school):
    assert "csrf" in browser("admin").text("/admin/inbox/")


# The list and one enrolment's story


def test_the_list_shows_ones_branch_filters_and_exports(town, school, session_id, browser):
    asked(town, session_id)
    asked(town, session_id, "ped_s1_1", who="ped_s1")

    north, admin = browser("area_north"), browser("admin")

    assert "ped_n1_1" in north.text("/admin/requests/")
    assert "ped_s1_1" not in north.text("/admin/requests/")
    assert "ped_s1_1" in admin.text("/admin/requests/")
    assert "ped_n1_1" not in admin.text("/admin/requests/?search=ped_s")
    assert "ped_n1_1" not in admin.text(f"/admin/requests/?unit_id={town.units['south']}")
    assert "ped_n1_1" not in admin.text("/admin/requests/?state=confirmed")
    assert "ped_n1_1" in admin.text("/admin/requests/?state=nonsense&year=x")
    export = admin.get("/admin/requests/export/csv/?search=ped_s").text
    assert "ped_s1_1" in export
    assert "ped_n1_1" not in export


def test_the_story_of_another_branch_is_not_found(town, school, session_id, browser):
    [enrolment_id] = asked(town, session_id)
    url = f"/admin/requests/details/?id={enrolment_id}"

    assert browser("leader_n1").get(url).status_code == 200
    assert browser("ped_n1").get(url).status_code == 200
    for who in ("leader_s1", "ped_n2"):
        assert browser(who).get(url).status_code == 404


def test_an_answer_from_the_enrolments_own_page(town, school, session_id, browser):
    [enrolment_id] = asked(town, session_id)
    leader = browser("leader_n1")
    url = f"/admin/requests/return/?id={enrolment_id}"
    assert url in leader.text(f"/admin/requests/details/?id={enrolment_id}")
    shown = re.search(r'name="shown"[^>]*value="([^"]+)"', leader.get(url).text)[1]

    assert leader.post(url, {"shown": shown, "note": ""}).status_code == 422
    assert leader.post(url, {"shown": "x", "note": "Hvorfor?"}).status_code == 422
    assert leader.post(url, {"shown": shown, "note": "Hvorfor?"}).status_code == 302
    assert school.state(enrolment_id) is S.RETURNED


def test_a_returned_request_is_sent_again_with_its_new_cost_in_view(
    town, school, session_id, browser
):
    [enrolment_id] = asked(town, session_id)
    with town.as_user("leader_n1") as ctx:
        enrolments.return_(ctx, enrolment_id, note="Hvorfor?")
    pedagogue = browser("ped_n1")
    url = f"/admin/requests/resubmit/?id={enrolment_id}"
    page = pedagogue.text(url)
    assert "Hvorfor?" in page
    assert "29.800,00 kr" in page

    assert pedagogue.post(url, {"motivation": "Fordi"}).status_code == 302
    assert school.state(enrolment_id) is S.SUBMITTED


def test_a_request_that_cannot_be_sent_again_says_why(town, school, session_id, browser):
    [enrolment_id] = asked(town, session_id)
    before = school.everything()
    url = f"/admin/requests/resubmit/?id={enrolment_id}"

    assert "alert-danger" in browser("ped_n1").text(url)
    assert browser("ped_n1").post(url, {"motivation": ""}).status_code == 409
    assert school.everything() == before


def test_withdrawing_cancelling_and_recording(town, school, session_id, browser):
    [first] = asked(town, session_id)
    [second] = asked(town, session_id, "ped_n1_2", who="area_north")
    with town.as_user("admin") as ctx:
        enrolments.approve(ctx, second)
    leader = browser("leader_n1")

    assert leader.post(f"/admin/requests/withdraw/?id={first}", {}).status_code == 302
    assert school.state(first) is S.WITHDRAWN
    early = leader.post(f"/admin/requests/complete/?id={second}", {})
    assert early.status_code == 409
    assert "no-show" not in leader.text(f"/admin/requests/details/?id={second}")
    assert leader.post(f"/admin/requests/cancel/?id={second}", {"note": ""}).status_code == 422
    assert leader.post(f"/admin/requests/cancel/?id={second}", {"note": "Syg"}).status_code == 302
    assert school.state(second) is S.CANCELLED
    assert school.money("root") == NOTHING


def test_a_session_that_began_is_recorded(town, school, browser):
    today = town.today
    session_id = school.session(
        starts_on=today + timedelta(days=40), deadline=today + timedelta(days=40)
    )
    [first] = asked(town, session_id, "ped_n1_2", who="area_north")
    with town.as_user("admin") as ctx:
        enrolments.approve(ctx, first)
        session = enrolments.one(ctx, first).enrolment.session
        session.starts_on = session.ends_on = session.deadline = today
    leader = browser("leader_n1")

    assert "/admin/requests/no-show/" in leader.text(f"/admin/requests/details/?id={first}")
    assert leader.post(f"/admin/requests/complete/?id={first}", {}).status_code == 302
    assert school.state(first) is S.COMPLETED
    assert school.money("root") == (0, 0, CENTRAL)


def test_an_employees_own_page_is_not_for_logins_without_employment(browser, school):
    assert browser("admin").get("/admin/own/").status_code == 403


def test_the_pages_are_danish(town, school, session_id, browser):
    asked(town, session_id)
    leader = browser("leader_n1")

    for path, texts in (
        ("/admin/inbox/", ("Indbakke", "Værd at vide", "Godkend valgte")),
        ("/admin/requests/", ("Tilmeldinger", "Deltager", "Indsendt")),
        ("/admin/browse/", ("Katalog", "Sidste dag")),
        ("/admin/own/", ("Mine forløb",)),
    ):
        page = leader.text(path)
        for text in texts:
            assert text in page, f"{path}: {text}"
