"""Hours are asked for, agreed, held and given up; never more than there are."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tenant_app.audit.models import AuditEntry
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.initiatives.models import InitiativeState
from tenant_app.organisation import service as organisation
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import Booking, BookingState
from tenant_app.resource_persons.rules import HoursExceeded, OutsideArea
from tests.initiatives.conftest import Plans

S = BookingState


def state_of(town, booking_id):
    with town.as_system() as ctx:
        return ctx.session.get_one(Booking, booking_id).state


def test_what_is_asked_for_is_taken_at_once_and_cannot_be_booked_twice(experts):
    person = experts.person(hours="20")
    experts.booking(person, hours="12.5")
    assert experts.balance(person) == (20, Decimal("12.5"))
    before = experts.everything()

    with pytest.raises(HoursExceeded) as refused:
        experts.booking(person, "n2", hours="7.75")

    assert "7,5 hours left in 2026, and 7,75 are asked for: 0,25 too many" in str(refused.value)
    assert refused.value.field == "hours"
    assert experts.everything() == before
    experts.booking(person, "n2", hours="7.5")
    assert experts.balance(person) == (20, 20)
    assert experts.books_are_kept()


def test_cancelling_gives_exactly_its_hours_back_and_once(town, experts):
    person = experts.person(hours="20")
    experts.booking(person, hours="3.25")
    given_up = experts.booking(person, "n2", hours="4.5", state=S.AGREED)
    with town.as_user("leader_n2") as ctx:
        resource_persons.cancel(ctx, given_up, reason="Sygdom på stuen")
    assert experts.balance(person) == (20, Decimal("3.25"))
    before = experts.everything()

    with pytest.raises(Conflict), town.as_user("leader_n2") as ctx:
        resource_persons.cancel(ctx, given_up, reason="Igen")

    assert experts.everything() == before
    assert experts.books_are_kept()


def test_a_reason_is_needed_to_cancel(town, experts):
    booking = experts.booking(experts.person())
    before = experts.everything()
    with pytest.raises(Invalid) as refused, town.as_user("leader_n1") as ctx:
        resource_persons.cancel(ctx, booking, reason="  ")
    assert refused.value.field == "reason"
    assert experts.everything() == before


def test_outside_the_area_served_is_refused_with_both_names(town, experts):
    person = experts.person("north", name="Vera Vejleder")
    before = experts.everything()

    # Whoever sees the person and books elsewhere too: the consultant.
    with pytest.raises(OutsideArea) as refused:
        experts.booking(person, "s1", who="consultant")

    assert f"Vera Vejleder serves north {town.slug}, and s1 {town.slug} lies outside" in str(
        refused.value
    )
    assert refused.value.field == "unit_id"
    assert experts.everything() == before


def test_to_a_leader_of_another_area_there_is_no_such_person(experts):
    person = experts.person("north")
    before = experts.everything()
    with pytest.raises(NotFound):
        experts.booking(person, "s1")
    assert experts.everything() == before


def test_whoever_serves_the_whole_municipality_is_booked_everywhere(experts):
    person = experts.person("root")
    experts.booking(person, "n1")
    experts.booking(person, "s1")
    assert experts.balance(person) == (20, 4)


def test_an_area_moved_away_is_no_longer_served(town, experts):
    person = experts.person("n2", hours="20")
    experts.booking(person, "n2")
    with town.as_user("consultant") as ctx:
        resource_persons.change(ctx, person, unit_id=town.units["s1"])
    before = experts.everything()
    with pytest.raises(OutsideArea):
        experts.booking(person, "n2", who="consultant")
    assert experts.everything() == before
    assert experts.balance(person) == (20, 2)


def test_a_year_without_hours_says_so(experts):
    person = experts.person(hours=None)
    with pytest.raises(HoursExceeded, match="No hours are set for"):
        experts.booking(person)
    other = experts.person(hours="20")
    with pytest.raises(HoursExceeded, match="No hours are set for"):
        experts.booking(other, starts=date(2027, 2, 1))


def test_the_resource_person_answers_with_a_login_of_their_own(town, experts):
    person = experts.person(employee="ped_n2_1")
    booking = experts.booking(person, "n1")
    with town.as_user("ped_n2") as ctx:
        assert resource_persons.is_listed(ctx)
        assert resource_persons.may_answer(ctx, resource_persons.booking(ctx, booking))
        resource_persons.agree(ctx, booking)
    assert state_of(town, booking) is S.AGREED
    with town.as_user("ped_n2", now=experts.later) as ctx:
        resource_persons.hold(ctx, booking)
    assert state_of(town, booking) is S.HELD
    assert experts.balance(person) == (20, 2)


def test_nobody_answers_what_they_asked_for_themselves(town, experts):
    booking = experts.booking(experts.person(), who="consultant")
    before = experts.everything()
    with pytest.raises(Forbidden), town.as_user("consultant") as ctx:
        resource_persons.agree(ctx, booking)
    assert experts.everything() == before
    with town.as_user("admin") as ctx:
        resource_persons.agree(ctx, booking)
    assert state_of(town, booking) is S.AGREED


def test_a_no_says_why_and_gives_exactly_its_hours_back_and_once(town, experts):
    person = experts.person(employee="ped_n2_1")
    booking, other = experts.booking(person, "n1"), experts.booking(person, "n1")
    for who, error in (("leader_n1", Forbidden), ("auditor", Forbidden), ("leader_s1", NotFound)):
        before = experts.everything()
        with pytest.raises(error), town.as_user(who) as ctx:
            resource_persons.decline(ctx, booking, reason="Nej")
        assert experts.everything() == before
    with pytest.raises(Invalid) as refusal, town.as_user("ped_n2") as ctx:
        resource_persons.decline(ctx, booking, reason=" ")
    assert refusal.value.field == "reason"
    with town.as_user("ped_n2") as ctx:
        made = resource_persons.decline(ctx, booking, reason="Jeg er på kursus den uge")
        assert (made.state, made.reason) == (S.DECLINED, "Jeg er på kursus den uge")
    assert experts.balance(person) == (20, 2)
    before = experts.everything()
    for act in (
        lambda ctx: resource_persons.decline(ctx, booking, reason="Igen"),
        lambda ctx: resource_persons.agree(ctx, booking),
        lambda ctx: resource_persons.cancel(ctx, booking, reason="Igen"),
    ):
        with pytest.raises(Conflict), town.as_user("ped_n2") as ctx:
            act(ctx)
    with town.as_user("ped_n2") as ctx:
        resource_persons.agree(ctx, other)
    with pytest.raises(Conflict), town.as_user("ped_n2") as ctx:
        resource_persons.decline(ctx, other, reason="For sent")
    assert experts.balance(person) == (20, 2)
    assert before != experts.everything()


@pytest.mark.parametrize("who", ["leader_n1", "area_north", "auditor"])
def test_those_who_only_book_or_read_do_not_answer(town, experts, who):
    booking = experts.booking(experts.person())
    before = experts.everything()
    with pytest.raises(Forbidden), town.as_user(who) as ctx:
        resource_persons.agree(ctx, booking)
    assert experts.everything() == before


def test_what_has_not_begun_is_not_noted_as_held(town, experts):
    booking = experts.booking(experts.person(), state=S.AGREED)
    with pytest.raises(Conflict, match="begins on 12-03-2026"), town.as_user("leader_n1") as ctx:
        resource_persons.hold(ctx, booking)
    assert state_of(town, booking) is S.AGREED


def test_what_was_held_stays_and_keeps_its_hours(town, experts):
    person = experts.person()
    booking = experts.booking(person, state=S.HELD)
    for step in (resource_persons.hold, resource_persons.agree):
        with pytest.raises(Conflict), town.as_user("consultant", now=experts.later) as ctx:
            step(ctx, booking)
    with pytest.raises(Conflict), town.as_user("leader_n1", now=experts.later) as ctx:
        resource_persons.cancel(ctx, booking, reason="Fortrudt")
    assert experts.balance(person) == (20, 2)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"hours": "1.1"}, "hours"),
        ({"purpose": " "}, "purpose"),
        ({"purpose": "x" * 102_400}, "purpose"),
        ({"starts": date(2026, 2, 27)}, "starts_on"),
        ({"starts": date(2026, 12, 31), "ends_on": date(2027, 1, 1)}, "ends_on"),
    ],
)
def test_what_cannot_be_right_is_refused_and_takes_nothing(experts, facts, field):
    person = experts.person()
    before = experts.everything()
    with pytest.raises(Invalid) as refused:
        experts.booking(person, **facts)
    assert refused.value.field == field
    assert experts.everything() == before


def test_a_booking_can_be_part_of_an_initiative_and_answer_a_need(town, experts):
    plans = Plans(town)
    running = plans.make("n1", state=InitiativeState.RUNNING)
    elsewhere = plans.make("n2", state=InitiativeState.RUNNING)
    need = plans.need("n1")
    person = experts.person()
    booking = experts.booking(person, initiative_id=running, need_id=need)
    with town.as_user("leader_n1") as ctx:
        found = resource_persons.booking(ctx, booking)
        assert (found.initiative.id, found.need_id) == (running, need)
    before = experts.everything()
    with pytest.raises(NotFound) as refused:
        experts.booking(person, initiative_id=elsewhere)
    assert refused.value.field == "initiative_id"
    with pytest.raises(NotFound) as refused:
        experts.booking(person, need_id=plans.need("s1"))
    assert refused.value.field == "need_id"
    assert experts.everything() == before


def test_the_trail_says_who_booked_whom_for_how_long(town, experts):
    booking = experts.booking(experts.person(name="Vera Vejleder"), hours="1.5")
    with town.as_user("leader_n1") as ctx:
        resource_persons.cancel(ctx, booking, reason="Sygdom")
    with town.as_system() as ctx:
        entries = ctx.session.query(AuditEntry).filter(AuditEntry.object_id == booking)
        noted = {each.action: each for each in entries}
    asked = noted["resource_booking.requested"].changes["new"]
    assert (asked["resource_person"], asked["hours"]) == ("Vera Vejleder", "1.5")
    assert noted["resource_booking.cancelled"].note == "Sygdom"


def test_an_area_and_the_municipality_can_be_booked_for_too(experts):
    person = experts.person("root")
    for where in ("root", "north"):
        experts.booking(person, where, who="consultant", starts=experts.today + timedelta(days=3))
    assert experts.balance(person) == (20, 4)


def test_a_booking_names_a_need_of_its_own_unit_however_many_are_newer(town, experts, monkeypatch):
    plans = Plans(town)
    person = experts.person("root")
    need = plans.need("n1")
    before = experts.everything()
    with pytest.raises(NotFound) as refused:
        experts.booking(person, "n2", who="consultant", need_id=need)
    assert refused.value.field == "need_id"
    assert experts.everything() == before
    monkeypatch.setattr("tenant_app.needs.queries.rows.MOST_CHOICES", 0)
    booking = experts.booking(person, "n1", need_id=need)
    with town.as_system() as ctx:
        assert ctx.session.get_one(Booking, booking).need_id == need


def test_who_has_left_is_neither_suggested_nor_booked(town, experts):
    person = experts.person("north", employee="ped_n2_1")
    with town.as_user("admin") as ctx:
        organisation.end_employment(
            ctx, town.employees["ped_n2_1"], on=experts.today + timedelta(days=5)
        )
    before = experts.everything()
    with pytest.raises(Conflict, match="does not work here"):
        experts.booking(person)  # in ten days
    assert experts.everything() == before
    soon = experts.today + timedelta(days=2)
    experts.booking(person, starts=soon)
    with town.as_user("leader_n1") as ctx:
        assert [each.person.id for each in resource_persons.helpers(ctx)] == [person]
    with town.as_user("leader_n1", now=town.now + timedelta(days=6)) as ctx:
        assert resource_persons.helpers(ctx) == []
        assert resource_persons.listing(ctx, bookable=True).items == []
