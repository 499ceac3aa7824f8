"""The pages of resource persons: found, booked, answered by the one who is booked, and counted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tenant_app.core import clock
from tenant_app.needs.models import Need
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import BookingState
from tests.anchoring.test_screens import Browser
from tests.initiatives.conftest import Plans

S = BookingState


@pytest.fixture
def town(make_town):
    return make_town(now=clock.now())


@pytest.fixture
def browser(app, town):
    return lambda user: Browser(app, town, user)


@pytest.fixture
def person(town, experts):
    made = experts.person("north", employee="ped_n2_1", hours=None)
    with town.as_user("consultant") as ctx:
        for year in {town.now.year, (town.now + timedelta(days=10)).year}:
            resource_persons.set_hours(ctx, made, year=year, hours=Decimal(20))
    return made


def asked(town, experts, **facts):
    day = (experts.today + timedelta(days=10)).strftime("%d-%m-%Y")
    return {
        "unit_id": str(town.units["n1"]),
        "hours": "2,5",
        "starts_on": day,
        "ends_on": day,
        "purpose": "Vejledning på stuen",
    } | facts


def test_a_leader_books_and_the_resource_person_answers(town, experts, browser, person):
    leader = browser("leader_n1")
    page = leader.page("/resource-persons/")
    assert f"ped_n2_1 {town.slug}" in page
    assert "Sprogvejledning" in page
    sent = leader.send(f"/resource-persons/book/?id={person}", **asked(town, experts))
    assert sent.status_code == 302
    assert "Afventer svar" in leader.page("/resource-bookings/")

    me = browser("ped_n2")
    home = me.page("/")
    assert "booking af en ressourceperson venter på dit svar" in home
    page = me.page("/resource-bookings/?flt0_waiting=1")
    assert "Vejledning på stuen" in page
    booking = sent.headers["Location"].rpartition("=")[2]
    page = me.page(f"/resource-bookings/details/?id={booking}")
    assert "Sig nej til bookingen" in page
    assert "Aflys bookingen" not in page
    asking = leader.page(f"/resource-bookings/details/?id={booking}")
    assert "Sig nej til bookingen" not in asking
    assert me.send(f"/resource-bookings/decline/?id={booking}", reason="").status_code == 422
    assert me.send(f"/resource-bookings/agree/?id={booking}").status_code == 302
    assert "aftalt booking af en ressourceperson forude" in me.page("/")
    assert "aftalt booking" in leader.page("/")
    assert browser("ped_n1").client.get("/admin/resource-bookings/").status_code == 403


def test_too_many_hours_are_refused_at_the_field_with_what_is_left(town, experts, browser, person):
    before = experts.everything()
    leader = browser("leader_n1")
    answer = leader.send(
        f"/resource-persons/book/?id={person}", **asked(town, experts, hours="20,25")
    )
    assert answer.status_code == 409
    assert "har 20 timer tilbage" in answer.text
    for facts in ({"hours": "2,1"}, {"hours": "x"}, {"purpose": "x" * 102_400}):
        sent = leader.send(f"/resource-persons/book/?id={person}", **asked(town, experts, **facts))
        assert sent.status_code == 422
    assert experts.everything() == before


def test_the_report_is_a_page_and_a_file(town, experts, browser, person):
    experts.booking(person, hours="3.5", state=S.AGREED)
    leader = browser("leader_n1")
    year = (experts.today + timedelta(days=10)).year
    page = leader.page(f"/resource-hours/?year={year}")
    assert "3,5" in page
    assert "100 %" in page
    file = leader.client.get(f"/admin/resource-hours/export/csv/?year={year}")
    assert "3,50" in file.text
    assert browser("ped_n1").client.get("/admin/resource-hours/").status_code == 403


def test_the_need_of_a_booking_is_named_to_those_who_see_it(town, experts, browser, person):
    need = Plans(town).need("n1")
    with town.as_system() as ctx:
        ctx.session.get_one(Need, need).title = "Uro i garderoben"
    booking = experts.booking(person, need_id=need)
    page = f"/resource-bookings/details/?id={booking}"
    assert "Uro i garderoben" in browser("leader_n1").page(page)
    theirs = browser("ped_n2").page(page)
    assert "Uro i garderoben" not in theirs
    assert "Et behov, du ikke kan se" in theirs
