"""A server that is down: the page says so in the house's look, with what to do, and no trace."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from config.wsgi import build
from tenant_app.core.uow import Database
from tenant_app.organisation.models import Employee
from tests.web.conftest import PASSWORD, Browser, give_password

NOBODY_THERE = "postgresql+psycopg://x@/x?host=/nowhere"


@pytest.fixture
def dead_house(settings):
    """The application when PostgreSQL is gone."""
    database = Database(NOBODY_THERE, NOBODY_THERE)
    yield build(settings, database)
    database.dispose()


def moved(browser: Browser, app) -> Browser:
    """The same browser, whose cookies now go to another process of the same house."""
    browser.client.application = app
    return browser


def looks_deliberate(answer) -> bool:
    text = answer.text
    return (
        answer.status_code == 503
        and int(answer.headers["Retry-After"]) > 0
        and "Systemet er ved at genstarte" in text
        and "tokens." in text
        and 'lang="da"' in text
        and not any(word in text for word in ("Traceback", "psycopg", "sqlalchemy", "nowhere"))
    )


@pytest.mark.parametrize("path", ["/sign-in", "/vendor/sign-in"])
def test_without_a_database_a_stranger_sees_that_it_comes_back(dead_house, path):
    if path == "/vendor/sign-in":
        answer = Browser(dead_house).post(path, {"email": "x@y.dk", "password": "x"})
    else:
        answer = Browser(dead_house).get(path)

    assert looks_deliberate(answer), answer.text


def test_a_page_that_was_read_is_asked_for_again_where_it_was(browser, town, dead_house):
    browser.sign_in(town, give_password(town))

    answer = moved(browser, dead_house).get("/admin/employees/?search=Anna")

    assert looks_deliberate(answer), answer.text
    assert 'href="/admin/employees/?search=Anna"' in answer.text


def sent_in_vain(browser, town, house, *, to: str, **fields):
    """A form filled in while all was well, and sent when the database is gone."""
    browser.sign_in(town, give_password(town, "admin"))
    page = browser.get("/admin/employees/hire/").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    return moved(browser, house).client.post(
        to,
        data={"csrf_token": token, **fields},
        base_url=browser.base,
        environ_base=browser.environ,
    )


def test_a_form_that_was_sent_is_kept_and_filled_when_all_is_well_again(
    browser, town, site, dead_house
):
    answer = sent_in_vain(browser, town, dead_house, to="/admin/employees/hire/", name="Åse Æble")

    assert looks_deliberate(answer), answer.text
    assert "er gemt til dig" in answer.text
    assert 'href="/admin/employees/hire/"' in answer.text
    again = moved(browser, site).get("/admin/employees/hire/").text
    assert 'value="Åse Æble"' in again
    with town.as_system() as ctx:
        assert ctx.session.scalar(select(Employee.id).where(Employee.name == "Åse Æble")) is None


def test_a_form_that_cannot_be_kept_does_not_say_that_it_is(browser, town, dead_house):
    answer = sent_in_vain(browser, town, dead_house, to="/admin/employees/hire/")

    assert looks_deliberate(answer), answer.text
    assert "er gemt til dig" not in answer.text
    assert "se, om det, du skrev, stadig står der" in answer.text


def test_a_machine_is_told_when_to_come_back(dead_house):
    answer = dead_house.test_client().get(
        "/api/v1/me", headers={"Authorization": "Bearer rt_1_guessed"}
    )

    assert answer.status_code == 503
    assert answer.json["code"] == "unavailable"
    assert int(answer.headers["Retry-After"]) > 0


def test_readiness_says_no_while_the_process_lives(dead_house):
    client = dead_house.test_client()

    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200


def test_without_redis_people_still_sign_in_and_work(settings, db, town):
    away = dataclasses.replace(settings, redis_url="unix:///nowhere.sock?db=0")
    browser = Browser(build(away, db))

    answer = browser.sign_in(town, give_password(town), PASSWORD)

    assert answer.status_code == 302
    assert browser.is_in()


def test_an_unknown_error_gives_a_number_and_nothing_else(settings, db):
    app = build(settings, db)

    @app.get("/broken")
    def broken():
        raise RuntimeError("secret words")

    answer = app.test_client().get("/broken")

    assert answer.status_code == 500
    assert "Oplys nummeret" in answer.text
    assert "Vi beklager" in answer.text
    assert not any(word in answer.text for word in ("secret words", "RuntimeError", "Traceback"))
