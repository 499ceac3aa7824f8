"""Names nobody expects, empty pages and long answers look as if somebody had thought of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from admin import enrolments_outcomes
from tenant_app.enrolments.models import EnrolmentState
from tenant_app.organisation.models import Employee
from tests.enrolments.panel.conftest import asked, marks

S = EnrolmentState
STRANGE = [
    'O\'Neill "Bo" & søn',
    "<script>alert(1)</script>",
    "Åse 👩‍🏫🇩🇰",
    "Ørsted" * 60,
    "%(name)s {amount} {{ 7 * 7 }}",
]


def rename(town, person, name):
    with town.as_system() as ctx:
        ctx.session.execute(
            update(Employee).where(Employee.id == town.employees[person]).values(name=name)
        )


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_name_is_shown_as_it_is_written(town, school, session_id, browser, name):
    rename(town, "ped_n1_1", name)
    asked(town, session_id)
    leader = browser("leader_n1")

    inbox = leader.text("/admin/inbox/")
    assert name in inbox
    raw = leader.get("/admin/inbox/").text
    assert "<script>alert" not in raw
    leader.post("/admin/inbox/", {"rows": marks(raw), "decision": "return", "note": name})
    assert name in leader.text("/admin/inbox/answered/")
    choose = f"/admin/browse/request/?session={session_id}&p={town.employees['ped_n1_2']}"
    for path in (choose, f"{choose}&q=%3Cscript%3E", f"{choose}&step=confirm"):
        assert "<script>alert" not in leader.get(path).text


def test_a_catalogue_where_nothing_fits_says_what_to_do(browser, school, session_id):
    page = browser("ped_n1").text("/admin/browse/?q=findes+ikke")
    assert "Prøv færre ord eller filtre" in page
    assert "Vis alle" in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("begins_from=32-13-2027", "Skriv datoen som"),
        ("price=mange", "er ikke et beløb"),
        ("form=nonsense&provider=x&competence=y&page=x&seats=maybe", ""),
    ],
)
def test_a_filter_that_cannot_be_read_is_told_at_its_field(
    browser, school, session_id, query, told
):
    page = browser("ped_n1").text(f"/admin/browse/?{query}")
    assert told in page
    assert "Course" in page, "what cannot be read filters nothing"


def test_the_filters_find_what_they_say(town, school, start, browser):
    cheap = school.session(
        fee=100, starts_on=start, deadline=start - timedelta(days=9), serves_municipal_goal=True
    )
    dear = school.session(
        starts_on=start + timedelta(days=30), deadline=start - timedelta(days=9), seats=1
    )
    asked(town, dear)
    person = browser("ped_n1")

    def found(query):
        page = person.text(f"/admin/browse/?{query}")
        return [f"session={key}" in page for key in (cheap, dear)]

    assert found("price=2") == [True, False]
    assert found("goal=y") == [True, False]
    assert found("begins_from=" + (start + timedelta(days=1)).strftime("%d-%m-%Y"))[0] is False
    assert found("begins_to=" + (start + timedelta(days=1)).strftime("%d-%m-%Y")) == [True, False]
    assert "Fuldt" in person.text("/admin/browse/")
    assert "Fuldt" not in person.text("/admin/browse/?seats=y")


def test_an_outcome_too_long_for_the_cookie_is_told_at_once(
    town, school, session_id, browser, monkeypatch
):
    monkeypatch.setattr(enrolments_outcomes, "ROOM", 10)
    [first] = asked(town, session_id)
    leader = browser("leader_n1")

    answer = leader.post(
        "/admin/inbox/", {"rows": marks(leader.text("/admin/inbox/")), "decision": "approve"}
    )

    assert answer.status_code == 200
    assert "1 af 1 tilmelding" in answer.text
    assert school.state(first) is S.LEADER_APPROVED


def test_25_refusals_with_long_reasons_fit_the_cookie_or_are_told_at_once(
    town, school, session_id, browser
):
    """A cookie above 4,096 bytes would be dropped, and the user signed out."""
    leader = browser("leader_n1")
    ticks = [f"0190000000000000000000000000{place:04}:submitted:1" for place in range(200)]
    answer = leader.post("/admin/inbox/", {"rows": ticks, "decision": "approve"})
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert len(cookie) < 4096
    assert leader.get("/admin/inbox/").status_code == 200, "still signed in"


def test_without_an_outcome_the_page_of_answers_leads_back(browser, school):
    answer = browser("leader_n1").get("/admin/inbox/answered/")
    assert (answer.status_code, answer.location) == (302, "/admin/inbox/")


def test_sending_twice_is_told_and_done_once(town, school, session_id, browser):
    person = town.employees["ped_n1_2"]
    leader = browser("leader_n1")
    url = f"/admin/browse/request/?session={session_id}&p={town.employees['ped_n1_3']}&step=confirm"
    first = leader.post(url, {"people": person})
    before = school.everything()

    second = leader.post(url, {"people": person})

    assert second.location == first.location
    assert "Intet er sendt to gange" in leader.text(second.location)
    assert school.everything() == before


def test_what_somebody_else_has_sent_is_refused_by_name(town, school, session_id, browser):
    asked(town, session_id, "ped_n1_2", who="area_north")
    before = school.everything()
    url = f"/admin/browse/request/?session={session_id}&p={town.employees['ped_n1_3']}&step=confirm"

    answer = browser("leader_n1").post(url, {"people": town.employees["ped_n1_2"]})

    assert answer.status_code == 409
    assert "ped_n1_2" in answer.text
    assert school.everything() == before
