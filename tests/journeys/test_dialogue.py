"""A dialogue session with three browsers: one on the wall, two in hands, nobody reloads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from tenant_app.competences.models import CompetenceArea
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import DialogueSession, Phase, SessionState
from tests.journeys.conftest import Enter
from tests.journeys.visitor import PHONE, SECONDS_TO_ARRIVE, Visitor, Watch
from tests.town import Town

SECOND = 1_000
SOON = SECONDS_TO_ARRIVE * SECOND
LOST = "Forbindelsen er afbrudt"
EXPECTED = re.compile(r"ERR_INTERNET_DISCONNECTED|^409: .*/dialogue-live/act/")
"""What a telephone without a connection, and one that is refused, has on its console."""
Phone = Callable[[str], tuple[Visitor, BrowserContext]]


@pytest.fixture
def phone(chromium: Browser, site: str, town: Town) -> Iterator[Phone]:
    """A participant's telephone, which may lose its connection."""
    watch, contexts = Watch(), []

    def come(name: str) -> tuple[Visitor, BrowserContext]:
        context = chromium.new_context(
            base_url=site, viewport={"width": PHONE, "height": 844}, locale="da-DK"
        )
        context.set_default_timeout(SOON)
        contexts.append(context)
        watch.over(context)
        visitor = Visitor(context.new_page())
        visitor.opens("/sign-in")
        visitor.signs_in(f"By {town.slug}", f"{name}@{town.slug}.dk")
        return visitor, context

    yield come
    for context in contexts:
        context.close()
    assert [each for each in watch.seen if not EXPECTED.search(each)] == []


@pytest.fixture
def session(town: Town) -> DialogueSession:
    """People may come in."""
    with town.as_system() as ctx:
        dialogue.restore_standard(ctx)
        ctx.session.add(CompetenceArea(name="Sprog og kommunikation"))
    with town.as_user("leader_n1") as ctx:
        made = dialogue.create(
            ctx, unit_id=town.units["n1"], title="Sprog i garderoben", held_on=ctx.today
        )
        dialogue.move(ctx, made.id, SessionState.OPEN)
    return made


def first_card(town: Town, session: DialogueSession, phase: Phase) -> str:
    with town.as_system() as ctx:
        return next(
            each.title_da for each in dialogue.session_cards(ctx, session.id) if each.phase is phase
        )


def joins(visitor: Visitor, code: str) -> None:
    visitor.opens("/admin/dialogue-join/")
    visitor.fills("Kode", code)
    visitor.presses("Deltag i mødet")
    visitor.reads("Du er med")
    visitor.page.evaluate("window.stayed = true")


def stayed(visitor: Visitor) -> bool:
    return bool(visitor.page.evaluate("window.stayed === true"))


def box(visitor: Visitor) -> Locator:
    return visitor.main.get_by_label("Skriv et svar").first


def writes(visitor: Visitor, text: str) -> None:
    box(visitor).fill(text)
    visitor.main.get_by_role("button", name="Send svaret").first.click()


def sees(visitor: Visitor, text: str) -> None:
    expect(visitor.main).to_contain_text(text, timeout=SOON)


def answer(visitor: Visitor, text: str) -> Locator:
    return visitor.main.locator(".live-answers > li").filter(has_text=text)


def leads(screen: Visitor, name: str) -> None:
    screen.main.get_by_role("button", name=name, exact=True).click()


def line_of(visitor: Visitor, text: str) -> Locator:
    """The part of a form that is about that answer."""
    found = visitor.main.get_by_role("group").filter(has_text=text)
    found.get_by_role("checkbox").check()
    return found


def traced(visitor: Visitor, text: str, words: str) -> None:
    """The answer stands on its card, with what it became."""
    said = visitor.main.locator(".dialogue-card li").filter(has_text=text)
    expect(said.locator(".became").first).to_contain_text(words)


def becomes_a_need(screen: Visitor, text: str) -> None:
    screen.follows("Gør svar til behov")
    line_of(screen, text).get_by_label("Kompetenceområde").select_option(
        label="Sprog og kommunikation"
    )
    screen.fills("Hvor mange af personalet gælder det?", "6")
    screen.presses("Gør svar til behov")
    traced(screen, text, "Blev et behov")


def becomes_an_initiative(screen: Visitor, title: str) -> None:
    screen.follows("Gør svar til en indsats")
    screen.fills("Titel", title)
    screen.fills("Antal personer", "4")
    screen.presses("Gør svar til en indsats")
    traced(screen, "Sidemandsoplæring i læsning", title)


def becomes_a_plan(screen: Visitor, text: str) -> None:
    screen.follows("Gør svar til et planudkast")
    line_of(screen, text)
    screen.presses("Gør svar til et planudkast")
    traced(screen, text, "I planudkastet")


def test_three_browsers_hold_a_session_without_a_reload(
    sign_in: Enter, phone: Phone, town: Town, session: DialogueSession
) -> None:
    screen = sign_in("leader_n1")
    screen.opens(f"/admin/dialogue-live/?id={session.id}")
    code = screen.main.locator(".live-code").inner_text()
    assert code.replace(" ", "") == session.join_code
    screen.page.evaluate("window.stayed = true")
    screen.looks("dialogmoede-start")
    (one, line), (other, _) = phone("ped_n1"), phone("ped_n2")
    for visitor, name in ((one, "ped_n1"), (other, "ped_n2")):
        joins(visitor, code.lower())
        sees(screen, f"{name} {town.slug}")
    sees(screen, "2 er her")

    # One writes while the other is writing: it comes, and nothing typed is disturbed.
    leads(screen, "Begynd med behov")
    for visitor in (one, other):
        sees(visitor, first_card(town, session, Phase.NEEDS))
    box(other).press_sequentially("Vi mangler ")
    writes(one, "Vi når ikke samtalerne")
    for visitor in (screen, other):
        sees(visitor, "Vi når ikke samtalerne")
    expect(box(one)).to_have_value("")
    expect(box(other)).to_have_value("Vi mangler ")
    expect(box(other)).to_be_focused()
    box(other).press_sequentially("ro til dem")
    other.main.get_by_role("button", name="Send svaret").first.click()
    sees(one, "Vi mangler ro til dem")

    # Votes are seen by all, and are as many as there are.
    answer(other, "Vi når ikke").get_by_role("button", name="Stem").click()
    expect(answer(screen, "Vi når ikke")).to_contain_text("1 stemme", timeout=SOON)
    expect(answer(one, "Vi når ikke")).to_contain_text("1 stemme", timeout=SOON)
    sees(other, "2 stemmer tilbage")
    one.looks("dialogmoede-telefon")
    screen.looks("dialogmoede-behov")

    # The time runs down on each of them.
    leads(screen, "Start tiden")
    for visitor in (screen, one, other):
        expect(visitor.main.locator("#live-timer")).to_have_text(
            re.compile(r"^[78]:\d\d$"), timeout=SOON
        )

    # One loses the connection, loses nothing, and comes back to what the others did meanwhile.
    line.set_offline(True)
    box(one).fill("Vi læser for lidt")
    sees(one, LOST)
    one.main.get_by_role("button", name="Send svaret").first.click()
    sees(one, "Det blev ikke sendt")
    expect(box(one)).to_have_value("Vi læser for lidt")
    writes(other, "Børnene venter for længe")
    sees(screen, "Børnene venter for længe")
    line.set_offline(False)
    sees(one, "Børnene venter for længe")
    expect(one.main).not_to_contain_text(LOST)
    one.main.get_by_role("button", name="Send svaret").first.click()
    sees(screen, "Vi læser for lidt")
    assert all(map(stayed, (screen, one, other)))

    # Whoever reloads finds the same answers and votes, and what was not sent yet.
    box(other).fill("Halvt skrevet")
    other.page.reload()
    sees(other, "Børnene venter for længe")
    expect(box(other)).to_have_value("Halvt skrevet")
    expect(answer(other, "Vi når ikke").get_by_role("button")).to_contain_text("Træk min stemme")

    # On through the phases.
    for name, phase, text in (
        ("Gå videre til indsats", Phase.INITIATIVE, "Sidemandsoplæring i læsning"),
        ("Gå videre til planlægning", Phase.PLANNING, "Vi deler på personalemødet"),
    ):
        leads(screen, name)
        for visitor in (one, other):
            sees(visitor, first_card(town, session, phase))
        writes(one, text)
        for visitor in (screen, other):
            sees(visitor, text)

    # A telephone that has not noticed that it is over is told so.
    other.page.route("**/dialogue-live/state/**", lambda route: route.fulfill(status=204))
    screen.main.get_by_text("Afslut mødet", exact=True).click()
    leads(screen, "Afslut nu")
    sees(screen, "Dialogmødet er slut")
    sees(one, "Dialogmødet er slut")
    answer(other, "Vi deler").get_by_role("button", name="Stem").click()
    sees(other, "afsluttet")
    other.page.unroute("**/dialogue-live/state/**")
    sees(other, "Dialogmødet er slut")
    sees(other, "afsluttet")
    assert stayed(screen)
    assert stayed(one)

    # What they said becomes a need, an initiative and a plan, each traced to its card.
    screen.follows("Se, hvad der kom ud af det")
    becomes_a_need(screen, "Vi når ikke samtalerne")
    becomes_an_initiative(screen, "Læsning to og to")
    becomes_a_plan(screen, "Vi deler på personalemødet")
    screen.looks("dialogmoede-resultat")
    with town.as_user("leader_n1") as ctx:
        told = dialogue.details(ctx, session.id)
        assert [each.title for each in told.needs] == ["Vi når ikke samtalerne"]
        assert [each.title for each in told.initiatives] == ["Læsning to og to"]
        assert [each.text for each in told.agreements] == ["Vi deler på personalemødet"]
