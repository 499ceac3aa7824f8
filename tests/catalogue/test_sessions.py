"""Dated sessions and what one costs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from tenant_app.budgets.rules import Cost
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseForm, CourseSession, PriceKind, SessionState
from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tests.catalogue.facts import DATES, add_session


def test_the_admin_creates_a_session(town, course, look):
    with town.as_user("admin") as ctx:
        made = add_session(ctx, course)
    with town.as_user("ped_n1") as ctx:
        read = catalogue.offer(ctx, made)
        assert (read.course.title, read.seats, read.state) == (
            "Børns sprog",
            20,
            SessionState.OPEN,
        )
        assert read.course.provider.name == "Københavns Professionshøjskole"
    assert look.trail(town)[-1] == "course_session.created"


def test_a_session_is_changed_where_told_and_nowhere_else(town, session, look):
    before = look.rows(town, CourseSession)[0]
    with town.as_user("consultant") as ctx:
        catalogue.change_session(ctx, session, seats=12, place="Aarhus")
    after = look.rows(town, CourseSession)[0]
    assert {name for name in after if after[name] != before[name]} == {"seats", "place"}
    assert look.trail(town)[-1] == "course_session.changed"


def test_a_session_is_cancelled_once(town, session, look):
    with town.as_user("admin") as ctx:
        catalogue.cancel_session(ctx, session, reason="For få tilmeldte")
        with pytest.raises(Conflict):
            catalogue.cancel_session(ctx, session, reason="Igen")
        with pytest.raises(Conflict):
            catalogue.change_session(ctx, session, seats=1)
    row = look.rows(town, CourseSession)[0]
    assert (row["state"], row["seats"]) == (SessionState.CANCELLED, 20)
    assert look.trail(town)[-1] == "course_session.cancelled"


def test_a_cancellation_needs_a_reason(town, session, look):
    with town.as_user("admin") as ctx, pytest.raises(Invalid) as refusal:
        catalogue.cancel_session(ctx, session, reason=" ")
    assert refusal.value.field == "reason"
    assert look.rows(town, CourseSession)[0]["state"] is SessionState.OPEN


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"seats": 0}, "seats"),
        ({"seats": -5}, "seats"),
        ({"seats": 1001}, "seats"),
        ({"deadline": DATES["starts_on"] + timedelta(1)}, "deadline"),
        ({"ends_on": DATES["starts_on"] - timedelta(1)}, "ends_on"),
        ({"place": ""}, "place"),
    ],
)
def test_absurd_sessions_are_refused_and_nothing_changes(town, course, session, facts, field, look):
    before = look.rows(town, CourseSession), look.trail(town)
    with town.as_user("admin") as ctx:
        with pytest.raises(Invalid) as refusal:
            add_session(ctx, course, **({"place": "Odense"} | facts))
        assert refusal.value.field == field
        with pytest.raises(Invalid) as refusal:
            catalogue.change_session(ctx, session, **facts)
        assert refusal.value.field == field
    assert (look.rows(town, CourseSession), look.trail(town)) == before


def test_two_sessions_cannot_share_start_and_place(town, course, session, look):
    with town.as_user("admin") as ctx:
        other = add_session(ctx, course, place="Odense")
    before = look.rows(town, CourseSession), look.trail(town)
    with town.as_user("admin") as ctx:
        with pytest.raises(Conflict) as refusal:
            add_session(ctx, course)
        assert refusal.value.field == "starts_on"
        with pytest.raises(Conflict):
            catalogue.change_session(ctx, other, place="Campus Carlsberg", seats=3)
    assert (look.rows(town, CourseSession), look.trail(town)) == before


def test_a_retired_course_gets_no_new_sessions(town, course, look):
    with town.as_user("admin") as ctx:
        catalogue.retire_course(ctx, course)
        with pytest.raises(Conflict) as refusal:
            add_session(ctx, course)
        assert refusal.value.field == "course_id"
    assert look.rows(town, CourseSession) == []


@pytest.mark.parametrize("user", ["area_north", "leader_n1", "ped_n1", "auditor"])
def test_others_cannot_change_sessions(town, course, session, user, look):
    before = look.rows(town, CourseSession), look.trail(town)
    with town.as_user(user) as ctx:
        with pytest.raises(Forbidden):
            add_session(ctx, course, place="Odense")
        with pytest.raises(Forbidden):
            catalogue.change_session(ctx, session, seats=1)
        with pytest.raises(Forbidden):
            catalogue.cancel_session(ctx, session, reason="x")
    assert (look.rows(town, CourseSession), look.trail(town)) == before


def test_ids_of_another_municipality_are_not_there(town, make_town, course, session, look):
    elsewhere = make_town()
    before = look.rows(town, CourseSession)
    with elsewhere.as_user("admin") as ctx:
        assert catalogue.sessions(ctx).items == []
        for unknown in (session, uuid7()):
            with pytest.raises(NotFound):
                catalogue.offer(ctx, unknown)
            with pytest.raises(NotFound):
                catalogue.offer(ctx, unknown, lock=True)
            with pytest.raises(NotFound):
                catalogue.change_session(ctx, unknown, seats=1)
            with pytest.raises(NotFound):
                catalogue.cancel_session(ctx, unknown, reason="x")
        with pytest.raises(NotFound) as refusal:
            add_session(ctx, course)
        assert refusal.value.field == "course_id"
    assert look.rows(town, CourseSession) == before
    assert look.rows(elsewhere, CourseSession) == []


def test_sessions_are_found_by_text_form_course_and_deadline(town, make_course):
    language = make_course(town)
    theme = make_course(town, code="TD-1", title="Leg", form=CourseForm.THEME_DAY, ects=Decimal(0))
    retired = make_course(town, code="GL-1", title="Gammelt")
    with town.as_system() as ctx:
        passed = add_session(ctx, language, deadline=date(2026, 3, 1), place="Slagelse")
        last_day = add_session(ctx, language, deadline=date(2026, 3, 2))
        cancelled = add_session(ctx, theme, place="Odense")
        of_theme = add_session(ctx, theme, place="Rådhuset")
        of_retired = add_session(ctx, retired)
        catalogue.cancel_session(ctx, cancelled, reason="Sygdom")
        catalogue.retire_course(ctx, retired)
    with town.as_user("ped_n1") as ctx:

        def found(**filters):
            return {session.id for session in catalogue.sessions(ctx, **filters).items}

        assert found() == {passed, last_day, cancelled, of_theme, of_retired}
        assert found(open_only=True) == {last_day, of_theme}
        assert found(q="rådhus") == {of_theme}
        assert found(q="sprog") == {passed, last_day}
        assert found(form=CourseForm.THEME_DAY) == {cancelled, of_theme}
        assert found(course_id=theme, open_only=True) == {of_theme}


def test_a_locked_offer_holds_the_seats_and_reads_them_anew(town, session):
    with town.as_system() as first:
        catalogue.offer(first, session)
        with town.as_user("admin") as second:
            catalogue.change_session(second, session, seats=3)
        assert catalogue.offer(first, session, lock=True).seats == 3
        with town.as_system() as second:
            free = second.session.scalar(
                text(
                    "SELECT count(*) FROM "
                    "(SELECT 1 FROM course_sessions FOR UPDATE SKIP LOCKED) AS free"
                )
            )
    assert free == 0


def test_one_person_costs_fee_cover_materials_and_travel(town, make_course):
    course = make_course(town, materials=kroner(450), travel=kroner(600))
    with town.as_system() as ctx:
        session = catalogue.offer(ctx, add_session(ctx, course))
        costs = catalogue.cost_of(ctx, session, people=2)
    # 30 % of 280 hours at 200 kr
    one = Cost(
        fee=kroner(12000),
        cover=kroner(16800),
        materials=kroner(450),
        travel=kroner(600),
        cover_hours=Decimal(84),
    )
    assert costs == [one, one]
    assert one.total == kroner(29850)


def test_a_course_with_own_cover_hours_follows_them(town, make_course):
    course = make_course(town, cover_hours=Decimal("89"))
    with town.as_system() as ctx:
        session = catalogue.offer(ctx, add_session(ctx, course))
        (cost,) = catalogue.cost_of(ctx, session, people=1)
    assert (cost.fee, cost.cover) == (kroner(12000), kroner(17800))


def test_a_group_price_divides_to_the_ore(town, make_course):
    course = make_course(
        town,
        price_kind=PriceKind.PER_GROUP,
        price=kroner(10000),
        form=CourseForm.THEME_DAY,
        hours=Decimal("7.4"),
    )
    with town.as_system() as ctx:
        session = catalogue.offer(ctx, add_session(ctx, course))
        costs = catalogue.cost_of(ctx, session, people=3)
    assert [cost.fee for cost in costs] == [333334, 333333, 333333]
    assert sum(cost.fee for cost in costs) == kroner(10000)
    assert {cost.cover for cost in costs} == {kroner(1480)}


def test_nobody_has_no_cost(town, session):
    with town.as_system() as ctx, pytest.raises(Invalid):
        catalogue.cost_of(ctx, catalogue.offer(ctx, session), people=0)
