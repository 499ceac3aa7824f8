"""The shared screen, the telephones, and the paper: what each shows, takes and refuses."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import event

from tenant_app.core import clock
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import SessionState
from tests.dialogue.browsing import JSON, Browser

S = SessionState
MOST = 12


@pytest.fixture
def browser(app, town, monkeypatch):
    """A user's browser, with the clock of the pages so many minutes after the town's now."""

    def sign_in(user, *, minutes=0):
        monkeypatch.setattr(clock, "now", lambda: town.now + timedelta(minutes=minutes))
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


@pytest.fixture
def going(circle):
    """A session in its first phase, in which ped_n1 and the leader take part."""
    session = circle.open()
    circle.join(session, "ped_n1", "ped_n2")
    circle.go(session.id, S.NEEDS)
    return session


# --- the shared screen


def test_before_it_begins_the_screen_says_how_to_join(circle, browser):
    session = circle.open()

    page = browser("leader_n1").page("/", id=session.id)

    code = session.join_code
    assert f"{code[:3]} {code[3:]}" in page
    assert "/admin/dialogue-join" in page
    assert "<svg" in page
    assert "Ingen deltager endnu." in page
    assert "Begynd med behov" in page


def test_the_screen_shows_the_cards_of_the_phase_with_answers_and_votes(circle, browser, going):
    said = circle.answer(going.id, "Vi når ikke samtalerne")
    with circle.town.as_user("ped_n2") as ctx:
        dialogue.vote(ctx, said)
        [card] = [c for c in dialogue.session_cards(ctx, going.id) if c.position == 1][:1]

    page = browser("leader_n1").page("/", id=going.id)

    assert card.title_da in page
    assert "Vi når ikke samtalerne" in page
    assert "1 stemme" in page
    assert f"ped_n1 {circle.town.slug}" in page
    assert "2 er her" in page
    assert 'width="100.0" height="6"' in page  # the bar of the answer with the most votes


def test_only_who_leads_there_has_the_screen(circle, browser, going):
    assert browser("ped_n1").get("/", id=going.id).status_code == 403
    assert browser("leader_s1").get("/", id=going.id).status_code == 404
    assert browser("auditor").get("/", id=going.id).status_code == 403


def test_the_facilitator_leads_through_the_phases_and_closes(circle, browser):
    session = circle.open()
    leader = browser("leader_n1")

    for to in (S.NEEDS, S.INITIATIVE, S.NEEDS, S.INITIATIVE, S.PLANNING, S.CLOSED):
        answer = leader.press("move", session.id, view="screen", to=to.value)
        assert answer.status_code == 302
        assert circle.read(session.id).state is to
    assert "Dialogmødet er slut" in leader.page("/", id=session.id)


def test_the_time_is_set_made_longer_and_stopped(circle, browser, going):
    leader = browser("leader_n1")

    leader.press("timer", going.id, view="screen", minutes="8")
    page = leader.page("/", id=going.id)
    assert "Til kl. 12.08" in page
    assert 'data-left="480000"' in page

    leader.press("more", going.id, view="screen", minutes="1")
    assert 'data-left="540000"' in leader.page("/", id=going.id)
    assert "Tiden er gået" in browser("leader_n1", minutes=30).page("/", id=going.id)

    leader.press("stop", going.id, view="screen")
    assert "data-left" not in leader.page("/", id=going.id)


@pytest.mark.parametrize("minutes", ["", "x", "0", "-5", "181", "9" * 30])
def test_a_time_that_cannot_be_is_refused(circle, browser, going, minutes):
    before = circle.everything()

    answer = browser("leader_n1").press("timer", going.id, view="screen", minutes=minutes)

    assert answer.status_code == 422
    assert "fra 1 til 180" in unescape(answer.text)
    assert circle.everything() == before


# --- the telephone


def test_on_the_telephone_one_writes_changes_and_takes_back(circle, browser, going):
    phone, card = browser("ped_n1"), circle.card(going.id)

    assert phone.press("answer", going.id, card=card, text="Første").status_code == 302
    page = phone.page("/phone/", id=going.id)
    [answer] = re.findall(r'id="answer-([0-9a-f-]{36})"', page)
    assert "Første" in page

    phone.press("edit", going.id, answer=answer, text="Andet")
    page = phone.page("/phone/", id=going.id)
    assert ("Andet" in page, "ændret" in page) == (True, True)

    phone.press("remove", going.id, answer=answer)
    assert "Ingen svar endnu" in phone.page("/phone/", id=going.id)


def test_votes_are_given_taken_back_and_never_too_many(circle, browser, going):
    answers = [circle.answer(going.id, f"Svar {n}") for n in range(4)]
    phone = browser("ped_n2")

    for answer in answers[:3]:
        assert phone.press("vote", going.id, answer=answer).status_code == 302
    assert "0 stemmer tilbage" in phone.page("/phone/", id=going.id)

    before = circle.everything()
    refused = phone.press("vote", going.id, answer=answers[3])
    assert refused.status_code == 409
    assert circle.everything() == before

    phone.press("unvote", going.id, answer=answers[0])
    assert "1 stemme tilbage" in phone.page("/phone/", id=going.id)


def test_what_is_refused_stays_in_the_box_of_a_browser_without_scripts(circle, browser, going):
    card, text = circle.card(going.id), "x" * 2001
    before = circle.everything()

    answer = browser("ped_n1").press("answer", going.id, card=card, text=text)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f">{text}</textarea>" in answer.text
    assert circle.everything() == before


@pytest.mark.parametrize("do", ["answer", "edit"])
@pytest.mark.parametrize("text", ["", "   ", "å" * 100_000, "ned\x00brud"])
def test_a_text_that_cannot_be_kept_is_refused(circle, browser, going, do, text):
    said = circle.answer(going.id)
    before = circle.everything()

    for script in (False, True):
        answer = browser("ped_n1").press(
            do, going.id, script=script, card=circle.card(going.id), answer=said, text=text
        )
        assert answer.status_code == 422
    assert circle.everything() == before


def test_a_vote_after_closing_is_refused_and_says_why(circle, browser, going):
    said = circle.answer(going.id)
    phone = browser("ped_n2")
    token = re.search(r'csrf_token"[^>]*value="([^"]+)"', phone.get("/phone/", id=going.id).text)
    circle.go(going.id, S.CLOSED)
    before = circle.everything()

    answer = phone.client.post(
        "/admin/dialogue-live/act/",
        query_string={"id": going.id},
        data={"csrf_token": token[1], "view": "phone", "do": "vote", "answer": said},
        headers=JSON,
    )

    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"
    assert "afsluttet" in answer.json["detail"]
    assert circle.everything() == before


@pytest.mark.parametrize("do", ["", "nothing", "__class__"])
def test_what_no_form_asks_for_is_refused(circle, browser, going, do):
    before = circle.everything()

    assert browser("ped_n1").press(do, going.id).status_code == 422
    assert circle.everything() == before


def test_an_answer_of_another_municipality_is_not_there(circle, make_circle, browser, going):
    other = make_circle()
    foreign = other.open()
    other.join(foreign)
    other.go(foreign.id, S.NEEDS)
    said = other.answer(foreign.id)
    before, theirs = circle.everything(), other.everything()
    phone = browser("ped_n1")

    for do in ("vote", "edit", "remove"):
        assert phone.press(do, going.id, answer=said, text="Mit").status_code == 404
    assert phone.press("answer", going.id, card=other.card(foreign.id), text="Mit").status_code in (
        404,
        422,
    )
    assert phone.part(foreign.id).status_code == 404
    assert (circle.everything(), other.everything()) == (before, theirs)


# --- asking again and again


def test_a_look_that_finds_nothing_new_is_empty_and_cheap(circle, browser, going, db):
    phone = browser("ped_n1")
    version = phone.part(going.id).json["version"]

    with counted(db) as seen:
        answer = phone.part(going.id, since=version)

    assert (answer.status_code, answer.data) == (204, b"")
    assert len(seen) <= 5, seen


def test_a_look_shows_what_the_others_wrote_and_voted(circle, browser, going):
    phone = browser("ped_n2")
    version = phone.part(going.id).json["version"]
    said = circle.answer(going.id, "Nyt <b>her</b>")
    with circle.town.as_user("ped_n1") as ctx:
        dialogue.vote(ctx, said)

    found = phone.part(going.id, since=version)

    assert found.status_code == 200
    assert found.json["version"] > version
    assert "Nyt &lt;b&gt;her&lt;/b&gt;" in found.json["html"]
    assert "1 stemme" in found.json["html"]


def test_the_part_is_the_same_that_the_page_begins_with(circle, browser, going):
    circle.answer(going.id)
    for user, view, path in (("leader_n1", "screen", "/"), ("ped_n1", "phone", "/phone/")):
        someone = browser(user)
        page, part = someone.get(path, id=going.id).text, someone.part(going.id, view).json["html"]
        bare = [re.sub(r'value="[^"]{60,}"|\s+', "", text) for text in (page, part)]
        assert bare[1] in bare[0]


@pytest.mark.parametrize(("view", "user"), [("screen", "leader_n1"), ("phone", "ped_n1")])
def test_a_look_at_many_answers_takes_few_statements(circle, browser, going, db, view, user):
    for n in range(8):
        circle.answer(going.id, f"Svar {n}")
    someone = browser(user)
    someone.part(going.id, view)

    with counted(db) as seen:
        assert someone.part(going.id, view).status_code == 200

    assert len(seen) <= MOST, seen


@pytest.mark.parametrize("query", [{"view": "wall"}, {"view": ""}])
def test_a_view_that_is_none_is_refused(circle, browser, going, query):
    assert browser("ped_n1").get("/state/", id=going.id, **query).status_code == 422


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_session_that_never_was_is_not_there(circle, browser, key):
    leader = browser("leader_n1")

    for path in ("/", "/phone/", "/state/"):
        assert leader.get(path, id=key, view="phone").status_code == 404


def test_whoever_comes_back_finds_answers_and_votes(circle, browser, going):
    said = circle.answer(going.id, "Mit svar")
    browser("ped_n1").press("vote", going.id, answer=said)

    circle.join(going, "ped_n1")
    page = browser("ped_n1", minutes=20).page("/phone/", id=going.id)

    assert "Mit svar" in page
    assert "Træk min stemme tilbage" in page
    assert "2 stemmer tilbage" in page


def test_who_was_not_heard_of_is_shown_as_away(circle, browser, going):
    page = browser("leader_n1", minutes=20).page("/", id=going.id)

    assert "0 er her" in page
    assert "ikke her lige nu" in page
