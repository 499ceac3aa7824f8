"""Who is on the list, what is said of them, and the hours of their year."""

from decimal import Decimal

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, ProgrammingError

from tenant_app.accounts.models import Role
from tenant_app.competences.models import Competence
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import Booking, BookingState, ResourceHours, ResourceRole
from tests.resource_persons.conftest import YEAR

S = BookingState


def test_an_employee_is_listed_by_their_own_name_and_once(town, experts):
    person = experts.person(employee="ped_n1_2")
    with town.as_user("leader_n1") as ctx:
        found = resource_persons.one(ctx, person)
        assert found.person.name == f"ped_n1_2 {town.slug}"
        assert [name for _id, name in found.competences] == ["Sprogvejledning"]
        assert [(each.year, each.left) for each in found.hours] == [(YEAR, 1200)]
    before = experts.everything()
    with pytest.raises(Conflict) as refused:
        experts.person(employee="ped_n1_2")
    assert refused.value.field == "employee_id"
    assert experts.everything() == before


def test_a_person_without_a_name_or_an_employment_is_nobody(experts):
    before = experts.everything()
    with pytest.raises(Invalid) as refused:
        experts.person(name=" ")
    assert refused.value.field == "name"
    assert experts.everything() == before


@pytest.mark.parametrize("who", ["leader_n1", "area_north", "auditor", "ped_n1"])
def test_only_those_who_keep_the_list_add_to_it(town, experts, who):
    before = experts.everything()
    with pytest.raises(Forbidden), town.as_user(who) as ctx:
        resource_persons.create(
            ctx, unit_id=town.units["n1"], role=ResourceRole.OTHER, name="Nogen"
        )
    assert experts.everything() == before


def test_what_is_said_of_somebody_is_changed_and_the_rest_stays(town, experts):
    person = experts.person("north", name="Vera", description="Video")
    with town.as_system() as ctx:
        other = Competence(area_id=experts.area_id, name="Leg", validity_months=None)
        ctx.session.add(other)
        ctx.session.flush()
        other_id = other.id
    with town.as_user("consultant") as ctx:
        resource_persons.change(
            ctx,
            person,
            name="Vera  Vejleder",
            unit_id=town.units["root"],
            competence_ids=[other_id],
        )
    with town.as_user("leader_s1") as ctx:
        found = resource_persons.one(ctx, person)
        assert (found.person.name, found.person.description) == ("Vera Vejleder", "Video")
        assert found.person.role is ResourceRole.GUIDE
        assert [name for _id, name in found.competences] == ["Leg"]


def test_hours_of_the_year_never_fall_below_what_is_booked(town, experts):
    person = experts.person(hours="20")
    experts.booking(person, hours="12.5")
    before = experts.everything()
    with pytest.raises(Conflict) as refused, town.as_user("consultant") as ctx:
        resource_persons.set_hours(ctx, person, year=YEAR, hours=Decimal("12.25"))
    assert "12,5 hours of 2026" in str(refused.value)
    assert refused.value.field == "hours"
    assert experts.everything() == before
    with town.as_user("consultant") as ctx:
        resource_persons.set_hours(ctx, person, year=YEAR, hours=Decimal("12.5"))
    assert experts.balance(person) == (Decimal("12.5"), Decimal("12.5"))


@pytest.mark.parametrize(
    ("year", "hours", "field"),
    [(2024, "5", "year"), (2029, "5", "year"), (YEAR, "-1", "hours"), (YEAR, "0.1", "hours")],
)
def test_hours_that_cannot_be_right_are_refused(town, experts, year, hours, field):
    person = experts.person()
    before = experts.everything()
    with pytest.raises(Invalid) as refused, town.as_user("consultant") as ctx:
        resource_persons.set_hours(ctx, person, year=year, hours=Decimal(hours))
    assert refused.value.field == field
    assert experts.everything() == before


def test_whoever_has_bookings_ahead_stays_on_the_list(town, experts):
    person = experts.person()
    booking = experts.booking(person, state=S.AGREED)
    before = experts.everything()
    with pytest.raises(Conflict, match="bookings ahead"), town.as_user("consultant") as ctx:
        resource_persons.set_active(ctx, person, active=False)
    assert experts.everything() == before
    with town.as_user("leader_n1") as ctx:
        resource_persons.cancel(ctx, booking, reason="Ny plan")
    with town.as_user("consultant") as ctx:
        resource_persons.set_active(ctx, person, active=False)
    before = experts.everything()
    with pytest.raises(Conflict, match="no longer be booked"):
        experts.booking(person)
    assert experts.everything() == before
    with town.as_user("consultant") as ctx:
        resource_persons.set_active(ctx, person, active=True)
    experts.booking(person)


def test_those_who_keep_an_area_keep_the_list_there_only(town, experts):
    person = experts.person("root")
    with town.as_system() as ctx:
        town._user(ctx, "consultant_north", Role.CONSULTANT, "north")
    before = experts.everything()
    with pytest.raises(Forbidden), town.as_user("consultant_north") as ctx:
        resource_persons.set_hours(ctx, person, year=YEAR, hours=Decimal(500))
    with pytest.raises(NotFound), town.as_user("consultant_north") as ctx:
        resource_persons.create(
            ctx, unit_id=town.units["south"], role=ResourceRole.PPR, name="Nogen"
        )
    assert experts.everything() == before


def test_who_could_help_is_who_knows_the_field_serves_the_place_and_has_hours_left(town, experts):
    fits = experts.person("north", name="Passer", hours="4")
    experts.person("south", name="Dækker syd")
    experts.person("north", name="Kan andet", competence_ids=[])
    experts.booking(experts.person("north", name="Udsolgt", hours="2"), hours="2")
    experts.person("north", name="Uden timer", hours=None)
    everywhere = experts.person("root", name="Dækker alle", hours="40")
    with town.as_user("leader_n1") as ctx:
        found = resource_persons.helpers(ctx, area_id=experts.area_id, unit_ids=[town.units["n1"]])
        assert [each.person.id for each in found] == [everywhere, fits]
        assert (found[1].competences, found[1].left) == ("Sprogvejledning", 240)
    with town.as_user("ped_n1") as ctx:
        assert resource_persons.helpers(ctx, area_id=experts.area_id) == []


def test_the_database_itself_admits_no_overdraw(town, experts):
    person = experts.person(hours="1")
    with pytest.raises(IntegrityError, match="no_overdraw"), town.as_system() as ctx:
        row = ctx.session.query(ResourceHours).filter_by(person_id=person).one()
        row.booked = 75
        ctx.session.flush()


def test_the_database_keeps_bookings(town, experts):
    """What was booked is never removed: the app has no right to."""
    experts.booking(experts.person())
    with pytest.raises(ProgrammingError, match="permission denied"), town.as_system() as ctx:
        ctx.session.execute(delete(Booking))
