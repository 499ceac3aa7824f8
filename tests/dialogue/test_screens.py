"""The pages of the dialogue tool: what each role sees and does there, in a few statements."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import DialogueAgreement, DialogueSession, Phase, SessionState
from tenant_app.initiatives.models import Initiative
from tenant_app.needs.models import Confidentiality, Evidence, Need
from tests.anchoring.test_screens import Browser, counted

S = SessionState
MOST = 12
LIST = "/dialogue/"


@pytest.fixture
def browser(app, town, monkeypatch):
    monkeypatch.setattr("tenant_app.core.clock.now", lambda: town.now)
    return lambda user: Browser(app, town, user)


def url_of(session, page="details"):
    return f"/dialogue/{page}/?id={session.id}"


def test_the_leader_makes_opens_and_leads_a_session(town, circle, browser):
    leader = browser("leader_n1")
    page = leader.page("/dialogue/create/")
    assert "Behov: Det, der udfordrer os" in page
    with town.as_system() as ctx:
        chosen = [str(card.id) for card in dialogue.cards(ctx)[:3]]

    sent = {"title": "Sprog i garderoben", "held_on": "02-03-2026", "votes_each": "3"}
    sent |= {"unit_id": str(town.units["n1"])}
    answer = leader.send("/dialogue/create/", **sent, card_ids=chosen)
    assert answer.status_code == 302
    with town.as_system() as ctx:
        session = ctx.session.scalars(select(DialogueSession)).one()
        assert len(dialogue.session_cards(ctx, session.id)) == 3
    assert "Åbn mødet</button>" in leader.page(url_of(session))
    assert leader.send(url_of(session, "move"), to="open").status_code == 302
    shown = leader.page(url_of(session))
    assert "Åbn mødet</button>" not in shown
    assert f"{session.join_code[:3]} {session.join_code[3:]}" in shown
    assert "Fælles skærm" in shown
    assert leader.send(url_of(session, "move"), to="planning").status_code == 422
    assert circle.read(session.id).state is S.OPEN


def test_a_worker_joins_by_the_code_or_from_the_list(town, circle, browser):
    session = circle.open()
    worker = browser("ped_n1")
    page = worker.page("/dialogue-join/")
    assert "Sprog i garderoben" in page
    assert "Deltag uden kode" in page

    wrong = worker.send("/dialogue-join/", code="AAAAAA")
    assert wrong.status_code == 404
    assert "Intet dialogmøde har den kode" in wrong.text
    answer = worker.send("/dialogue-join/", code=session.join_code.lower())
    assert answer.status_code == 302
    assert "Gå ind igen" in worker.page("/dialogue-join/")
    assert "dialogmøde" not in worker.page("/").split('class="tiles"')[-1]
    assert "Skriv og stem" in worker.page(url_of(session))
    circle.go(session.id, S.CLOSED)
    assert "Der er ikke noget åbent dialogmøde" in worker.page("/dialogue-join/")


def test_answers_are_made_into_needs_an_initiative_and_a_plan(town, circle, browser):
    session, said = circle.held()
    leader = browser("leader_n1")
    page = leader.page(url_of(session, "needs"))
    assert "Svar om needs" in page

    line = {"rows-0-chosen": "y", "rows-0-answer_id": str(said[Phase.NEEDS])}
    line |= {"rows-0-title": "Vi mangler greb", "rows-0-urgency": "high"}
    before = circle.everything()
    lacking = leader.send(url_of(session, "needs"), **line, staff="5", role="pedagogue")
    assert lacking.status_code == 422
    assert "Vælg et kompetenceområde" in lacking.text
    none = leader.send(url_of(session, "needs"), staff="5", role="pedagogue")
    assert none.status_code == 422
    assert circle.everything() == before
    line |= {"rows-0-area_id": str(circle.area_id)}
    assert leader.send(url_of(session, "needs"), **line, staff="5", role="pedagogue").status_code
    answered = leader.send(
        url_of(session, "initiative"),
        answer_ids=[str(said[Phase.INITIATIVE])],
        title="Greb sammen",
        people="6",
        description="",
        form="",
        starts_on="",
        ends_on="",
    )
    assert answered.status_code == 302
    with town.as_system() as ctx:
        need = ctx.session.scalars(select(Need)).one()
        initiative = ctx.session.scalars(select(Initiative)).one()
    planned = leader.send(
        url_of(session, "plan"),
        **{
            "initiative_id": str(initiative.id),
            "rows-0-chosen": "y",
            "rows-0-answer_id": str(said[Phase.PLANNING]),
            "rows-0-text": "Vi deler det på stuemødet",
            "rows-0-phase": "after",
            "rows-0-owner": "participant",
            "rows-0-due_on": "01-04-2026",
        },
    )
    assert planned.status_code == 302
    with town.as_system() as ctx:
        assert ctx.session.scalars(select(DialogueAgreement)).one().initiative_id == initiative.id

    shown = leader.page(url_of(session))
    assert "Vi mangler greb" in shown
    assert "Greb sammen" in shown
    assert "Vi deler det på stuemødet" in shown
    assert "Gør svar til behov" not in shown
    of_need = leader.page(f"/needs/details/?id={need.id}")
    assert "»Det, der udfordrer os« på dialogmødet Sprog i garderoben" in of_need
    of_initiative = leader.page(f"/initiatives/details/?id={initiative.id}")
    assert "Kom fra et dialogmøde" in of_initiative
    assert "Planudkast fra dialogmødet" in of_initiative


def test_a_bad_date_is_told_at_its_line(town, circle, browser):
    session, said = circle.held()
    leader = browser("leader_n1")

    answer = leader.send(
        url_of(session, "plan"),
        **{
            "rows-0-chosen": "y",
            "rows-0-answer_id": str(said[Phase.PLANNING]),
            "rows-0-text": "Vi deler det",
            "rows-0-phase": "after",
            "rows-0-owner": "participant",
            "rows-0-due_on": "i morgen",
        },
    )

    assert answer.status_code == 422
    assert "Linje 1:" in answer.text
    assert "i morgen" in answer.text, "what was typed stays"


def need_line(circle, answer_id, **fields):
    return {
        "rows-0-chosen": "y",
        "rows-0-answer_id": str(answer_id),
        "rows-0-title": "Vi mangler greb",
        "rows-0-area_id": str(circle.area_id),
        "rows-0-urgency": "normal",
        "staff": "4",
        "role": "pedagogue",
        **fields,
    }


@pytest.mark.parametrize(
    "crafted", [{"rows-0-answer_id": "ingen id"}, {"rows-0-title": "Greb\x00 nu"}]
)
@pytest.mark.parametrize("verb", ["needs", "plan"])
def test_what_no_form_sends_is_refused(town, circle, browser, crafted, verb):
    session, said = circle.held()
    phase = Phase.NEEDS if verb == "needs" else Phase.PLANNING
    fields = need_line(circle, said[phase])
    fields |= {"rows-0-phase": "after", "rows-0-owner": "participant"}
    fields |= {name.replace("title", "text"): text for name, text in crafted.items()}
    before = circle.everything()

    answer = browser("leader_n1").send(url_of(session, verb), **fields | crafted)

    assert answer.status_code == 422
    assert circle.everything() == before


def test_who_may_read_the_answers_as_evidence_is_chosen(town, circle, browser):
    session, said = circle.held()
    leader = browser("leader_n1")
    assert "Hvem må læse, hvad der blev set?" in leader.page(url_of(session, "needs"))

    fields = need_line(circle, said[Phase.NEEDS], confidentiality="institution")
    assert leader.send(url_of(session, "needs"), **fields).status_code == 302

    with town.as_system() as ctx:
        [kept] = ctx.session.scalars(select(Evidence.confidentiality))
    assert kept is Confidentiality.INSTITUTION


def test_an_answer_is_deleted_on_the_page_of_its_session(town, circle, browser):
    session = circle.open(S.NEEDS)
    circle.join(session, "ped_n1", "leader_n1")
    own = circle.answer(session.id, "Mit")
    circle.answer(session.id, "Lederens", who="leader_n1")
    worker, leader = browser("ped_n1"), browser("leader_n1")
    assert worker.page(url_of(session)).count("Slet svaret") == 1
    assert leader.page(url_of(session)).count("Slet svaret") == 2
    shown = worker.client.get(f"/admin{url_of(session)}").text
    form = re.search(r'<form method="post" action="([^"]+/act/[^"]+)">.*?</form>', shown, re.S)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]+)"', form[0]))
    assert (fields["do"], fields["answer"]) == ("remove", str(own))
    sent = worker.client.post(form[1], data=fields)
    assert sent.status_code == 302
    assert sent.location.endswith(url_of(session))
    assert "Mit" not in worker.page(url_of(session))
    circle.go(session.id, S.CLOSED)
    assert "Slet svaret" not in leader.page(url_of(session))
    assert "Lederens" in leader.page(url_of(session))


def test_readers_see_what_was_said_without_names(town, circle, browser):
    session, _said = circle.held()
    page = browser("auditor").page(url_of(session))

    assert "Svar om needs" in page
    assert f"ped_n1 {town.slug}" not in page
    assert "Du var ikke med" in page
    assert session.join_code not in page.replace(" ", "")


def test_the_consultant_changes_the_set_of_cards(town, circle, browser):
    consultant = browser("consultant")
    assert "Det, der udfordrer os" in consultant.page("/dialogue-cards/")
    sent = {"phase": "needs", "position": "1", "title_da": "Først", "question_da": "Hvad først?"}
    assert consultant.send("/dialogue-cards/add/", **sent).status_code == 302
    assert "»Først« er med" in consultant.page("/dialogue-cards/")
    assert consultant.send("/dialogue-cards/standard/").status_code == 302
    assert "Taget ud" in consultant.page("/dialogue-cards/")
    assert "Nyt dialogkort" not in browser("leader_n1").page("/dialogue-cards/")


def test_the_pages_ask_few_statements(town, circle, browser):
    session, said = circle.held()
    with town.as_user("leader_n1") as ctx:
        dialogue.make_needs(ctx, session.id, [circle.need_draft(said[Phase.NEEDS])])
    for number in range(4):
        circle.open(title=f"Møde {number}")
    leader, worker = browser("leader_n1"), browser("ped_n1")

    for who, path in (
        (leader, LIST),
        (leader, url_of(session)),
        (leader, url_of(session, "initiative")),
        (leader, "/dialogue-cards/"),
        (worker, "/dialogue-join/"),
    ):
        who.page(path)
        with counted(town.db) as seen:
            who.page(path)
        assert len(seen) <= MOST, f"{path}: " + "\n".join(seen)
