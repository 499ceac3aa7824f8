"""The poster and the cards as they are fetched: whose, in which language, with which code."""

from __future__ import annotations

from html import unescape

import pytest

from tenant_app.core import clock
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import Phase, SessionState
from tests.dialogue.browsing import Browser
from tests.dialogue.pdf import read

S = SessionState


@pytest.fixture
def browser(app, town, monkeypatch):
    """A user's browser, with the clock of the pages at the town's now."""

    def sign_in(user):
        monkeypatch.setattr(clock, "now", lambda: town.now)
        return Browser(app, town, user)

    return sign_in


@pytest.fixture
def going(circle):
    """A session in its first phase, in which ped_n1 and the leader take part."""
    session = circle.open()
    circle.join(session, "ped_n1", "ped_n2")
    circle.go(session.id, S.NEEDS)
    return session


def test_the_poster_of_a_session_has_its_facts_its_cards_and_its_code(circle, browser, going):
    leader = browser("leader_n1").client
    with circle.town.as_user("leader_n1") as ctx:
        cards = dialogue.session_cards(ctx, going.id)

    answer = leader.get(f"/admin/dialogue-prints/poster.pdf?paper=a3&lang=da&id={going.id}")

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="poster-a3-da.pdf"'
    found = read(answer.data)
    code = going.join_code
    assert found.has(going.title)
    assert found.has(f"{code[:3]} {code[3:]}")
    assert found.has("mandag den 2. marts 2026")
    assert all(found.has(card.title_da) for card in cards)
    assert found.has("Vores vigtigste behov")


def test_the_cards_of_the_set_are_printed_in_the_language_asked_for(circle, browser):
    leader = browser("leader_n1").client
    with circle.town.as_user("leader_n1") as ctx:
        cards = dialogue.cards(ctx)

    found = read(leader.get("/admin/dialogue-prints/cards.pdf?paper=a4&per=6&lang=en").data)

    assert all(found.has(card.question_en) for card in cards)
    assert found.has("Planning")
    assert len(found.sizes) == -(-len(cards) // 6)


def test_cards_of_a_session_are_those_it_was_made_with(circle, browser, going):
    with circle.town.as_user("consultant") as ctx:
        card = dialogue.cards(ctx)[0]
        before = card.title_da
        facts = {
            name: getattr(card, name)
            for name in ("title_en", "question_da", "question_en", "hint_da", "hint_en")
        }
        dialogue.change_card(
            ctx,
            card.id,
            phase=Phase.NEEDS,
            position=card.position,
            title_da="Helt nyt kort",
            **facts,
        )
    leader = browser("leader_n1").client

    found = read(leader.get(f"/admin/dialogue-prints/cards.pdf?id={going.id}").data)

    assert found.has(before)
    assert not found.has("Helt nyt kort")


def test_the_code_is_on_paper_only_for_who_leads_and_while_it_opens_something(
    circle, browser, going
):
    path = f"/admin/dialogue-prints/poster.pdf?id={going.id}"
    code = f"{going.join_code[:3]} {going.join_code[3:]}"

    assert not read(browser("auditor").client.get(path).data).has(code)
    circle.go(going.id, S.CLOSED)
    assert not read(browser("leader_n1").client.get(path).data).has(code)


@pytest.mark.parametrize(
    "query", ["paper=a5", "paper=", "lang=sv", "paper=a3&per=5", "paper=../../etc"]
)
def test_paper_that_there_is_not_is_refused(circle, browser, query):
    leader = browser("leader_n1").client

    assert leader.get(f"/admin/dialogue-prints/cards.pdf?{query}").status_code == 422


def test_one_chooses_paper_language_and_size(circle, browser, going):
    leader = browser("leader_n1").client

    page = unescape(leader.get(f"/admin/dialogue-prints/?id={going.id}").text)

    assert going.title in page
    assert "Hent plakaten" in page
    assert "6 på et A4-ark, 12 på A3" in page
    assert leader.get("/admin/dialogue-prints/?id=x").status_code == 404
