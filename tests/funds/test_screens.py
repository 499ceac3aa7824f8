"""The pages of funds: applied, signed by two, answered, paid; and state money."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tenant_app.core import clock
from tests.anchoring.test_screens import Browser


@pytest.fixture
def town(make_town):
    return make_town(now=clock.now())


@pytest.fixture
def browser(app, town):
    return lambda user: Browser(app, town, user)


@pytest.fixture
def session(fund, town):
    today = clock.danish_date(town.now)
    return fund.session(starts_on=today + timedelta(days=15), deadline=today)


def test_a_leader_applies_both_sign_and_the_money_comes(fund, town, browser, session):
    leader, union, admin = browser("leader_n1"), browser("union"), browser("admin")
    page = leader.page("/fund-applications/apply/")
    assert "arbejdspladsen betaler mindst 20 %" in page
    sent = leader.send(
        "/fund-applications/apply/",
        scheme_id=str(fund.scheme_id),
        session_id=str(session),
        employee_ids=str(town.employees["ped_n1_1"]),
        purpose="Diplommodul",
    )
    assert sent.status_code == 302
    made = sent.location.split("id=")[1]
    home = leader.page("/")
    assert "venter på din underskrift" in home
    assert "kurset begynder inden for tre uger" in home
    assert "venter på din underskrift" not in union.page("/")
    leader.send(f"/fund-applications/sign/?id={made}")
    assert "Underskriv ansøgningen" not in leader.page(f"/fund-applications/details/?id={made}")
    assert "venter på din underskrift" in union.page("/")
    union.send(f"/fund-applications/sign/?id={made}")
    leader.send(f"/fund-applications/send/?id={made}")
    assert "16.000,00" in admin.page(f"/fund-applications/answer/?id={made}")
    admin.send(f"/fund-applications/answer/?id={made}", outcome="awarded", amount="12.000")
    admin.send(f"/fund-applications/pay/?id={made}")

    shown = leader.page(f"/fund-applications/details/?id={made}")
    assert "Udbetalt til kommunen" in shown
    assert "12.000,00 kr" in shown
    assert f"union {town.slug}" in shown


def test_the_cap_says_no_at_the_amount_and_nothing_is_made(fund, town, browser, session):
    fund.apply(session=session, now=town.now, amount=15_000)
    later = fund.session(starts_on=session_day(town), deadline=clock.danish_date(town.now))
    fund.apply(session=later, amount=15_000)

    page = browser("leader_n1").send(
        "/fund-applications/apply/",
        scheme_id=str(fund.scheme_id),
        session_id=str(session),
        employee_ids=str(town.employees["ped_n1_1"]),
        purpose="Diplommodul",
    )

    assert page.status_code == 409
    assert "inden for 12 måneder" in page.text


def session_day(town):
    return clock.danish_date(town.now) + timedelta(days=20)


def test_a_scheme_shows_its_terms_and_they_are_changed(fund, browser):
    admin = browser("admin")
    assert "30.000,00 kr" in admin.page("/fund-schemes/")
    change = f"/fund-schemes/change/?id={fund.scheme_id}"
    assert 'value="30.000,00"' in admin.page(change)
    assert "20 %" in admin.page(f"/fund-schemes/details/?id={fund.scheme_id}")


def test_state_money_is_drafted_with_a_constraint_and_received(fund, town, browser):
    admin = browser("admin")
    today = clock.danish_date(town.now)
    sent = admin.send(
        "/state-grants/create/",
        title="Opkvalificering",
        giver="Ministeriet",
        code="OPKVAL",
        year=str(today.year),
        asked="100.000",
        apply_by=min(today + timedelta(days=5), date(today.year, 12, 31)).strftime("%d-%m-%Y"),
        **{
            "constraints-0-name": "Uformel",
            "constraints-0-most_bp": "10",
            "constraints-0-form": "network",
        },
    )
    assert sent.status_code == 302
    made = sent.location.split("id=")[1]
    assert "frist for statslige penge" in admin.page("/")
    admin.send(f"/state-grants/send/?id={made}")
    admin.send(f"/state-grants/answer/?id={made}", outcome="awarded", amount="80.000")
    admin.send(f"/state-grants/receive/?id={made}")

    page = admin.page(f"/state-grants/details/?id={made}")
    assert "Uformel" in page
    assert "Puljeregnskab" in page
    assert "80.000,00 kr" in page
