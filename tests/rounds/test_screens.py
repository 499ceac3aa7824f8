"""The pages of rounds: announced, applied in, decided and compared; and of turns."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from tenant_app.core import clock
from tenant_app.forums import service as forums
from tenant_app.forums.models import ForumKind
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
    last = min(today + timedelta(days=10), today.replace(month=12, day=31))
    return held.round(opens_on=today, closes_on=last)


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


def test_turns_are_chosen_in_rows_and_half_a_row_is_named(held, town, browser):
    admin, pool, year = browser("admin"), held.pool(), town.now.year
    unit = str(town.units["n1"])
    half = {"mode": "rotation", "turns-0-unit_id": unit, "turns-0-first_day": f"01-02-{year}"}
    wrong = admin.send(f"/pools/mode/?id={pool}", **half)
    assert wrong.status_code == 422
    assert "Tur 1 er ikke hel" in wrong.text
    whole = half | {"turns-0-last_day": f"28-02-{year}", "turns-1-unit_id": ""}
    assert admin.send(f"/pools/mode/?id={pool}", **whole).status_code == 302

    page = admin.page(f"/pools/details/?id={pool}")
    assert "Rotation: på skift" in page
    assert f"28-02-{year}" in page
    again = admin.page(f"/pools/mode/?id={pool}")
    assert f'selected value="{unit}"' in again
    assert f'value="28-02-{year}"' in again


def test_what_is_wrong_in_a_row_is_said_in_words(held, town, browser, made):
    award = held.apply(made, thousands=20, now=town.now)
    admin = browser("admin")
    admin.send(f"/rounds/close/?id={made}")

    fields = {"awards-0-application_id": str(award), "awards-0-amount": "-1"}
    page = admin.send(f"/rounds/decide/?id={made}", **fields)

    assert page.status_code == 422
    assert "Tildelinger 1, Tildelt (kr.)</a>: Beløbet kan ikke være negativt." in page.text
    assert "{&#39;" not in page.text


def test_a_round_leads_to_the_meeting_that_weighed_it(held, town, browser, made):
    award = held.apply(made, thousands=20, now=town.now)
    with town.as_user("admin") as ctx:
        forum = forums.create(
            ctx,
            unit_id=town.units["root"],
            kind=ForumKind.LEADER_GROUP,
            name="Ledergruppen",
            member_ids=[town.users["leader_n1"]],
        )
        today = clock.danish_date(town.now)
        meeting = forums.plan(
            ctx, forum.id, day=today, begins=time(8), ends=time(9), place="Rådhuset"
        )
        name, way = f"Ledergruppen {today:%d-%m-%Y}", f"/admin/meetings/details/?id={meeting.id}"
    admin = browser("admin")
    admin.send(f"/rounds/close/?id={made}")
    assert name in admin.page(f"/rounds/decide/?id={made}")
    fields = {"awards-0-application_id": str(award), "awards-0-amount": "20.000"}
    sent = admin.send(f"/rounds/decide/?id={made}", weighed_at=name, **fields)
    assert sent.status_code == 302

    assert way in admin.page(f"/rounds/details/?id={made}")
    assert way in browser("leader_n1").page(f"/rounds/details/?id={made}")
    stranger = browser("leader_s1").page(f"/rounds/details/?id={made}")
    assert name in stranger
    assert way not in stranger


def test_a_round_given_up_is_on_no_list(held, town, browser, made):
    admin = browser("admin")
    assert "Træk en ansøgning tilbage" not in browser("leader_n1").page(
        f"/rounds/details/?id={made}"
    )
    assert admin.send(f"/rounds/drop/?id={made}").status_code == 302
    assert "er opgivet" in admin.page("/rounds/")
    assert "Efterårsrunde" not in admin.page("/rounds/")


def test_nobody_but_those_who_hold_it_sees_the_buttons(browser, made):
    assert "Afgør runden" not in browser("leader_n1").page(f"/rounds/details/?id={made}")
    assert "Luk for ansøgninger" in browser("admin").page(f"/rounds/details/?id={made}")


def test_the_list_sums_what_others_apply_for_only_to_those_who_hold_the_round(held, browser, made):
    held.apply(made, "n2", 13)

    assert "13.000,00" in browser("admin").page("/rounds/")
    assert "13.000,00" not in browser("leader_n1").page("/rounds/")
