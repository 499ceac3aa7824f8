"""Who sees which resource persons and bookings; hours bought against internal hours."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import Course, CourseSession, ProviderKind
from tenant_app.core.errors import Forbidden, NotFound
from tenant_app.enrolments import service as enrolments
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import BookingState
from tenant_app.resource_persons.service import AHEAD, TO_ANSWER
from tests.enrolments.conftest import School

S = BookingState
ONE_STEP = [{"when": {}, "levels": ["institution"]}]


def seen(town, who, **filters):
    with town.as_user(who) as ctx:
        return {each.person.name for each in resource_persons.listing(ctx, **filters).items}


def test_each_sees_those_who_serve_where_they_are(town, experts):
    experts.person("root", name="Alle")
    experts.person("north", name="Nord")
    experts.person("n1", name="Huset")
    experts.person("s1", name="Syd")
    assert seen(town, "leader_n1") == {"Alle", "Nord", "Huset"}
    assert seen(town, "leader_n2") == {"Alle", "Nord"}
    assert seen(town, "area_south") == {"Alle", "Syd"}
    assert seen(town, "auditor") == {"Alle", "Nord", "Huset", "Syd"}
    assert seen(town, "consultant", unit_id=town.units["n2"]) == {"Alle", "Nord"}
    with pytest.raises(Forbidden):
        seen(town, "ped_n1")


def test_bookings_are_seen_where_they_are_and_by_whoever_is_booked(town, experts):
    person = experts.person("north", employee="ped_n2_1")
    here = experts.booking(person, "n1")
    experts.booking(experts.person("north"), "n1")
    there = experts.booking(person, "n2")

    def ids(who):
        with town.as_user(who) as ctx:
            return {each.id for each in resource_persons.bookings(ctx).items}

    assert there not in ids("leader_n1")
    assert here in ids("leader_n1")
    assert ids("ped_n2") == {here, there}
    with pytest.raises(Forbidden):
        ids("ped_n1")
    with pytest.raises(NotFound), town.as_user("leader_n2") as ctx:
        resource_persons.booking(ctx, here)


def counts(town, who, *, now=None):
    with town.as_user(who, now=now) as ctx:
        return {
            key: count
            for statement in resource_persons.asks(ctx)
            for key, count in ctx.execute(statement, {})
        }


def test_a_home_page_counts_what_waits_and_what_is_ahead(town, experts):
    person = experts.person("north", employee="ped_n2_1")
    experts.booking(person, "n1")
    experts.booking(person, "n1", state=S.AGREED)
    experts.booking(experts.person("north"), "n1", who="consultant")

    assert counts(town, "ped_n2") == {TO_ANSWER: 1, AHEAD: 1}
    assert counts(town, "consultant") == {TO_ANSWER: 1, AHEAD: 0}
    assert counts(town, "admin") == {TO_ANSWER: 2, AHEAD: 0}
    assert counts(town, "leader_n1")[AHEAD] == 1
    assert counts(town, "leader_n1", now=experts.later)[AHEAD] == 0
    assert counts(town, "auditor") == {}


def bought(town, school, who, *, hours, asks=None):
    """A place on a course of so many hours; an institution's leader confirms by asking."""
    session = school.session(fee=100, cover_hours="0", ects="0")
    with town.as_system() as ctx:
        course_id = ctx.session.get_one(CourseSession, session).course_id
        ctx.session.get_one(Course, course_id).hours = Decimal(hours)
    with town.as_user(asks or f"leader_{who.split('_')[1]}") as ctx:
        enrolments.request(ctx, session_id=session, employee_ids=[town.employees[who]])


def test_bought_hours_stand_against_internal_ones_of_the_year_and_the_unit(town, experts):
    school = School(town, approval_rules=ONE_STEP)
    bought(town, school, "ped_n1_1", hours="22.5")
    bought(town, school, "ped_n1_2", hours="7.5")
    bought(town, school, "ped_n1_1", hours="100", asks="ped_n1")  # nobody has answered
    with town.as_system() as ctx:
        own = catalogue.create_provider(ctx, name="Kommunen", kind=ProviderKind.MUNICIPAL)
        ctx.session.flush()
        school.provider_id = own.id
    bought(town, school, "ped_n2_1", hours="40")
    person = experts.person("north", hours="100")
    experts.booking(person, "n1", hours="10", state=S.HELD)
    experts.booking(person, "n2", hours="2.25", state=S.AGREED)
    experts.booking(person, "n2", hours="5")  # nobody has answered

    with town.as_user("area_north") as ctx:
        found = resource_persons.compared(ctx, year=2026)
    told = {each.name.split()[0]: each for each in found.units}
    first, second = told["n1"].hours, told["n2"].hours
    assert (first.bought, first.places, first.internal, first.bookings) == (1800, 2, 600, 1)
    assert (second.bought, second.internal) == (0, 135)
    assert (first.percent, second.percent) == (25, 100)
    assert told["n1"].area.startswith("north")
    assert (found.total.bought, found.total.internal) == (1800, 735)

    with town.as_user("area_north") as ctx:
        assert resource_persons.compared(ctx, year=2027).units == []
    with town.as_user("leader_s1") as ctx:
        assert resource_persons.compared(ctx, year=2026).units == []
    with town.as_user("leader_n2") as ctx:
        assert [
            each.name.split()[0] for each in resource_persons.compared(ctx, year=2026).units
        ] == ["n2"]
    with pytest.raises(Forbidden), town.as_user("ped_n1") as ctx:
        resource_persons.compared(ctx, year=2026)


def test_a_course_counts_in_the_year_in_which_it_begins(town, experts):
    person = experts.person("north", hours="10")
    with town.as_user("consultant") as ctx:
        resource_persons.set_hours(ctx, person, year=2027, hours=Decimal(3))
    experts.booking(person, hours="1", starts=date(2027, 1, 4), state=S.AGREED)
    experts.booking(person, hours="2", starts=experts.today + timedelta(days=1), state=S.AGREED)
    with town.as_user("leader_n1") as ctx:
        assert resource_persons.compared(ctx, year=2026).total.internal == 120
        assert resource_persons.compared(ctx, year=2027).total.internal == 60
