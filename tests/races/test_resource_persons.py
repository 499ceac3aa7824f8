"""Many book the same hours at once: real commits, and a control that must lose."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text, update

from tenant_app.core.errors import Conflict
from tenant_app.resource_persons import queries
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import Booking, BookingState, ResourceHours
from tenant_app.resource_persons.rules import HoursExceeded
from tests.resource_persons.conftest import YEAR, Experts

pytestmark = pytest.mark.races
THREADS, FITS = 64, 20


@pytest.fixture
def experts(town):
    return Experts(town)


def at_once(count: int, work: Callable[[int], str]) -> Counter[str]:
    """Run the work in that many threads that start together; how each ended."""
    start = threading.Barrier(count)

    def run(i: int) -> str:
        start.wait()
        return work(i)

    with ThreadPoolExecutor(count) as threads:
        return Counter(threads.map(run, range(count)))


def booking(town, experts, person):
    """One hour for an institution of the area."""
    day = experts.today + timedelta(days=10)

    def book(i: int) -> str:
        where = ("n1", "n2")[i % 2]
        try:
            with town.as_user(f"leader_{where}") as ctx:
                resource_persons.book(
                    ctx,
                    person,
                    unit_id=town.units[where],
                    hours=Decimal(1),
                    starts_on=day,
                    ends_on=day,
                    purpose="Vejledning",
                )
        except HoursExceeded:
            return "refused"
        return "booked"

    return book


def test_sixty_four_book_an_hour_of_twenty_and_twenty_get_one(town, experts):
    person = experts.person("north", hours=str(FITS))

    ended = at_once(THREADS, booking(town, experts, person))

    assert ended == {"booked": FITS, "refused": THREADS - FITS}
    assert experts.balance(person) == (FITS, FITS)
    assert experts.books_are_kept()


def test_the_control_that_reads_and_then_writes_overdraws(town, experts, monkeypatch):
    """Read, decide, write: what the conditional UPDATE replaces. It must lose.

    The check of the table is the last wall; the control looks past it by booking what it read.
    """
    person = experts.person("north", hours=str(FITS))
    read = threading.Barrier(8)

    def naive(ctx, person_id, year, minutes):
        found = queries.balance(ctx, person_id, year)
        read.wait()  # eight at a time have read before any of them writes
        if found is None or found.left < minutes:
            return False
        ctx.session.execute(
            update(ResourceHours)
            .where(ResourceHours.person_id == person_id, ResourceHours.year == year)
            .values(booked=found.booked + minutes)
        )
        return True

    monkeypatch.setattr(queries, "take", naive)
    book = booking(town, experts, person)
    with ThreadPoolExecutor(8) as threads:
        ended = Counter(threads.map(book, range(THREADS)))

    assert ended["booked"] > FITS
    assert not experts.books_are_kept()


def test_fewer_hours_and_a_booking_at_once_never_cross(town, experts):
    person = experts.person("north", hours="20")
    book = booking(town, experts, person)

    def work(i: int) -> str:
        if i % 4:
            return book(i)
        try:
            with town.as_user("consultant") as ctx:
                resource_persons.set_hours(ctx, person, year=YEAR, hours=Decimal(10))
        except Conflict:
            return "kept"
        return "set"

    at_once(40, work)

    hours, booked = experts.balance(person)
    assert booked <= hours
    assert experts.books_are_kept()


def test_one_booking_given_up_by_many_at_once_frees_its_hours_once(town, experts):
    person = experts.person("north", hours="20")
    experts.booking(person, hours="5")
    given_up = experts.booking(person, hours="3")

    def cancel(i: int) -> str:
        try:
            with town.as_user(("leader_n1", "consultant")[i % 2]) as ctx:
                resource_persons.cancel(ctx, given_up, reason="Sygdom")
        except Conflict:
            return "refused"
        return "cancelled"

    assert at_once(12, cancel) == {"cancelled": 1, "refused": 11}
    assert experts.balance(person) == (20, 5)
    assert experts.books_are_kept()


def test_taken_off_the_list_while_booked_leaves_no_booking_behind(town, experts):
    person = experts.person("north", hours="20")
    day = experts.today + timedelta(days=10)

    def work(i: int) -> str:
        try:
            if i:
                with town.as_user("leader_n1") as ctx:
                    resource_persons.book(
                        ctx,
                        person,
                        unit_id=town.units["n1"],
                        hours=Decimal(1),
                        starts_on=day,
                        ends_on=day,
                        purpose="Vejledning",
                    )
                return "booked"
            with town.as_user("consultant") as ctx:
                resource_persons.set_active(ctx, person, active=False)
        except Conflict:
            return "refused"
        return "retired"

    ended = at_once(6, work)

    with town.as_system() as ctx:
        open_ones = ctx.session.scalars(
            select(Booking).where(Booking.state == BookingState.REQUESTED)
        ).all()
        active = ctx.session.scalar(text("SELECT bool_and(is_active) FROM resource_persons"))
    assert bool(open_ones) == bool(active) or not ended["booked"]
    assert not (ended["retired"] and open_ones)
