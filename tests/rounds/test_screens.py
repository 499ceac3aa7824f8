"""The pages of rounds: announced, applied in, decided and compared; and of turns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenant_app.core import clock
from tenant_app.organisation import service as organisation
from tenant_app.rounds import service as rounds
from tests.anchoring.test_screens import Browser


@pytest.fixture
def town(make_town):
    return make_town(now=clock.now())


@pytest.fixture
def browser(app, town):
    return lambda user: Browser(app, town, user)


@pytest.fixture
def made(held, town):
    today = clock.danish_date(town.now)
    return held.round(opens_on=today, closes_on=today + timedelta(days=10))


def test_a_leader_is_told_applies_and_sees_the_result(held, town, browser, made):
    leader, admin = browser("leader_n1"), browser("admin")
    assert "lukker inden for 14 dage" in leader.page("/")
    assert "Efterårsrunde" in leader.page("/rounds/")
    unit = str(town.units["n1"])
    sent = leader.send(f"/rounds/apply/?id={made}", unit_id=unit, amount="20.000", reason="Leg")
    assert sent.status_code == 302
    assert "lukker inden for 14 dage" not in leader.page("/")
    admin.send(f"/rounds/close/?id={made}")
    assert "venter på din afgørelse" in admin.page("/")
    page = admin.page(f"/rounds/decide/?id={made}")
    assert "4.000,00 kr pr. fuldtidsansat" in page
    with town.as_user("admin") as ctx:
        [each] = rounds.one(ctx, made).compared
    fields = {
        "awards-0-application_id": str(each.application.id),
        "awards-0-amount": "15.000",
        "awards-0-answer": "Ja, til to",
    }
    assert admin.send(f"/rounds/decide/?id={made}", **fields).status_code == 302

    result = leader.page(f"/rounds/details/?id={made}")
    assert "15.000,00 kr" in result
    assert "Ja, til to" in result
    assert "<svg" in result


def test_an_award_too_large_is_said_at_the_awards_and_moves_nothing(held, town, browser, made):
    award = held.apply(made, thousands=20, now=town.now)
    admin = browser("admin")
    admin.send(f"/rounds/close/?id={made}")

    fields = {"awards-0-application_id": str(award), "awards-0-amount": "20.001"}
    page = admin.send(f"/rounds/decide/?id={made}", **fields)

    assert page.status_code == 422
    assert "kan ikke tildeles 20.001,00 kr" in page.text
    assert held.entries(award) == []


def test_turns_are_typed_as_lines_and_a_wrong_line_is_named(held, town, browser):
    admin, pool = browser("admin"), held.pool()
    with town.as_user("admin") as ctx:
        number = next(
            place.unit.number
            for place in organisation.placements(ctx)
            if place.unit_id == town.units["n1"]
        )
    year = town.now.year
    wrong = admin.send(f"/pools/mode/?id={pool}", mode="rotation", turns="X99 imorgen")
    assert wrong.status_code == 422
    assert "Linje 1 er ikke en tur" in wrong.text
    line = f"{number} 01-02-{year} 28-02-{year}"
    assert admin.send(f"/pools/mode/?id={pool}", mode="rotation", turns=line).status_code == 302

    page = admin.page(f"/pools/details/?id={pool}")
    assert "Rotation: på skift" in page
    assert f"28-02-{year}" in page
    assert line in admin.page(f"/pools/mode/?id={pool}")


def test_nobody_but_those_who_hold_it_sees_the_buttons(browser, made):
    assert "Afgør runden" not in browser("leader_n1").page(f"/rounds/details/?id={made}")
    assert "Luk for ansøgninger" in browser("admin").page(f"/rounds/details/?id={made}")
