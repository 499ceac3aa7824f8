"""Asking for a place: what it costs is set aside at once, or nothing happens."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from tenant_app.budgets.models import Policy
from tenant_app.budgets.service import BudgetExceeded
from tenant_app.catalogue.models import CourseForm, CourseSession, PriceKind, SessionState
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import Money, kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import ApprovalLevel, Enrolment, EnrolmentState
from tenant_app.organisation.models import Employment

CENTRAL, LOCAL = kroner(20_900), kroner(8_900)


def ask(town, who, session_id, *people):
    ids = [town.employees[person] for person in people]
    with town.as_user(who) as ctx:
        return enrolments.request(ctx, session_id=session_id, employee_ids=ids)


def test_the_cost_card_shows_both_pools_before_anything_is_asked(town, school):
    session_id = school.session()
    before = school.everything()

    with town.as_user("leader_n1") as ctx:
        [(employee, card)] = enrolments.cost_preview(
            ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]]
        )

    central, local = school.balance("root").pool_id, school.balance("n1").pool_id
    assert employee.id == town.employees["ped_n1_1"]
    assert card.total == kroner(29_800)
    assert card.by_pool() == {central: CENTRAL, local: LOCAL}
    assert school.everything() == before


def test_a_request_reserves_exactly_what_the_cost_card_showed(town, school):
    [enrolment] = ask(town, "leader_n1", school.session(), "ped_n1_1")

    assert enrolment.total == kroner(29_800)
    assert school.money("root") == (CENTRAL, 0, 0)
    assert school.money("n1") == (LOCAL, 0, 0)


def test_a_leader_who_asks_has_answered_the_first_step(town, school):
    [enrolment] = ask(town, "leader_n1", school.session(), "ped_n1_1")

    assert enrolment.state is EnrolmentState.LEADER_APPROVED
    assert enrolment.waiting_level is ApprovalLevel.AREA
    assert enrolment.waiting_unit_id == town.units["north"]


def test_an_area_leader_who_asks_has_answered_two_steps(town, school):
    [enrolment] = ask(town, "area_north", school.session(), "ped_n1_1")

    assert enrolment.state is EnrolmentState.AREA_APPROVED
    assert enrolment.waiting_unit_id == town.units["root"]


def test_when_the_asker_answers_every_step_the_enrolment_is_confirmed(town, make_school):
    school = make_school(town, approval_rules=[{"when": {}, "levels": ["institution"]}])
    [enrolment] = ask(town, "leader_n1", school.session(), "ped_n1_1")

    assert enrolment.state is EnrolmentState.CONFIRMED
    assert enrolment.waiting_level is None
    assert school.money("root") == (0, CENTRAL, 0)
    assert school.money("n1") == (0, LOCAL, 0)


def test_an_employee_asks_for_oneself_and_waits_for_the_leader(town, school):
    [enrolment] = ask(town, "ped_n1", school.session(), "ped_n1_1")

    assert enrolment.state is EnrolmentState.SUBMITTED
    assert enrolment.waiting_unit_id == town.units["n1"]


def test_a_leader_who_takes_part_is_answered_by_the_next_level(town, make_school):
    school = make_school(town, approval_rules=[{"when": {}, "levels": ["institution"]}])
    [enrolment] = ask(town, "leader_n1", school.session(), "leder_n1")

    assert enrolment.state is EnrolmentState.SUBMITTED
    assert enrolment.waiting_level is ApprovalLevel.AREA


def test_an_area_leader_who_asks_for_a_leader_has_answered_the_area_step(town, make_school):
    rules = [{"when": {}, "levels": ["institution", "area"]}]
    school = make_school(town, approval_rules=rules)
    [enrolment] = ask(town, "area_north", school.session(), "leder_n1")

    assert enrolment.state is EnrolmentState.CONFIRMED


def test_a_group_is_asked_for_together(town, school):
    made = ask(town, "leader_n1", school.session(), "ped_n1_1", "ped_n1_2", "leder_n1")

    assert len({enrolment.group_id for enrolment in made}) == 1
    assert made[0].group_id is not None
    assert [enrolment.state for enrolment in made] == [
        EnrolmentState.LEADER_APPROVED,
        EnrolmentState.LEADER_APPROVED,
        EnrolmentState.SUBMITTED,
    ]
    assert school.money("root") == (3 * CENTRAL, 0, 0)


def test_a_group_price_is_divided_to_the_last_ore(town, school):
    session_id = school.session(
        fee=Money(1000),
        ects="0",
        cover_hours="0",
        price_kind=PriceKind.PER_GROUP,
        form=CourseForm.THEME_DAY,
    )
    made = ask(town, "leader_n1", session_id, "ped_n1_1", "ped_n1_2", "ped_n1_3")

    assert sorted(enrolment.total for enrolment in made) == [333, 333, 334]
    assert school.money("n1") == (1000, 0, 0)


def test_the_second_institution_changes_the_funding(town, make_school):
    together = [
        {
            "name": "Together",
            "when": {"institutions_at_least": 2},
            "shares": {"default": {"central": 5000, "institution": 5000}},
        },
        {"name": "Alone", "when": {}, "shares": {"default": {"institution": 10000}}},
    ]
    school = make_school(town, funding_rules=together)
    session_id = school.session(fee=kroner(1000), cover_hours="0")
    ask(town, "leader_n1", session_id, "ped_n1_1")
    ask(town, "leader_n2", session_id, "ped_n2_1")

    assert school.money("n1") == (kroner(1000), 0, 0)
    assert school.money("n2") == (kroner(500), 0, 0)
    assert school.money("root") == (kroner(500), 0, 0)


# Refusals: a clear message, and nothing changed


@pytest.mark.parametrize("where", ["root", "n1"])
def test_one_ore_too_little_is_refused_naming_the_pool(town, school, where):
    session_id = school.session()
    needed = CENTRAL if where == "root" else LOCAL
    school.leave(where, needed - 1)
    before = school.everything()

    with pytest.raises(BudgetExceeded) as refused:
        ask(town, "leader_n1", session_id, "ped_n1_1")

    assert refused.value.short.pool_id == school.balance(where).pool_id
    assert refused.value.short.available == needed - 1
    assert "0,01 kr short" in str(refused.value)
    assert refused.value.short.pool_name in str(refused.value)
    assert school.everything() == before


@pytest.mark.parametrize("where", ["root", "n1"])
def test_exactly_enough_is_enough(town, school, where):
    session_id = school.session()
    school.leave(where, CENTRAL if where == "root" else LOCAL)

    ask(town, "leader_n1", session_id, "ped_n1_1")

    assert school.balance(where).available == 0


def test_a_warning_pool_is_overdrawn_with_a_warning(town, school):
    session_id = school.session()
    school.leave("n1", LOCAL - 1)
    school.set_policy("n1", Policy.WARN)

    with town.as_user("leader_n1") as ctx:
        enrolments.request(ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]])
        [warning] = enrolments.warnings_of(ctx)

    assert warning.shortage == 1
    assert school.balance("n1").available == -1


def test_a_group_is_refused_whole_when_the_money_ends_in_the_middle(town, school):
    session_id = school.session()
    school.leave("n1", 2 * LOCAL)
    before = school.everything()

    with pytest.raises(BudgetExceeded):
        ask(town, "leader_n1", session_id, "ped_n1_1", "ped_n1_2", "ped_n1_3")

    assert school.everything() == before


def refused(school, town, who, session_id, *people, kind, match=None, field="employee_ids"):
    before = school.everything()
    with pytest.raises(kind, match=match) as caught:
        ask(town, who, session_id, *people)
    if field:
        assert caught.value.field == field
    assert school.everything() == before


def test_asking_twice_for_the_same_person_is_refused(town, school):
    session_id = school.session()
    ask(town, "leader_n1", session_id, "ped_n1_1")

    refused(
        school,
        town,
        "leader_n1",
        session_id,
        "ped_n1_2",
        "ped_n1_1",
        kind=Conflict,
        match="Already requested for this session: ped_n1_1",
    )


def test_after_the_deadline_is_refused(town, school):
    session_id = school.session(deadline=date(2026, 3, 1))

    refused(
        school,
        town,
        "leader_n1",
        session_id,
        "ped_n1_1",
        kind=Conflict,
        match="01-03-2026",
        field="session_id",
    )


def test_a_full_session_is_refused(town, school):
    session_id = school.session(seats=1)
    ask(town, "leader_n1", session_id, "ped_n1_1")

    refused(
        school,
        town,
        "leader_n2",
        session_id,
        "ped_n2_1",
        kind=Conflict,
        match="0 of 1 seats",
        field="session_id",
    )


def test_a_cancelled_session_is_refused(town, school):
    session_id = school.session()
    with town.as_system() as ctx:
        ctx.session.execute(
            update(CourseSession)
            .where(CourseSession.id == session_id)
            .values(state=SessionState.CANCELLED)
        )

    refused(
        school,
        town,
        "leader_n1",
        session_id,
        "ped_n1_1",
        kind=Conflict,
        match="cancelled",
        field="session_id",
    )


@pytest.mark.parametrize(("last_day", "told"), [(2, "02-03-2026"), (30, "04-05-2026")])
def test_someone_who_has_left_or_will_have_is_refused(town, school, last_day, told):
    with town.as_system() as ctx:
        ctx.session.execute(
            update(Employment)
            .where(Employment.employee_id == town.employees["ped_n1_2"])
            .values(to_date=date(2026, 3, last_day))
        )

    refused(
        school,
        town,
        "leader_n1",
        school.session(),
        "ped_n1_1",
        "ped_n1_2",
        kind=Conflict,
        match=f"Not employed on {told}: ped_n1_2",
    )


def test_all_who_hinder_a_group_are_named_and_nobody_is_asked_for(town, school):
    with town.as_system() as ctx:
        ctx.session.execute(
            update(Employment)
            .where(
                Employment.employee_id.in_([town.employees["ped_n1_2"], town.employees["ped_n1_3"]])
            )
            .values(to_date=date(2026, 3, 30))
        )

    refused(
        school,
        town,
        "leader_n1",
        school.session(),
        "ped_n1_1",
        "ped_n1_2",
        "ped_n1_3",
        kind=Conflict,
        match="Not employed on 04-05-2026: ped_n1_2.*, ped_n1_3",
    )


def test_staff_of_another_branch_are_not_found(town, school):
    refused(school, town, "leader_n1", school.session(), "ped_s1_1", kind=NotFound)


def test_staff_of_another_municipality_are_not_found_in_the_same_words(town, school, make_town):
    other = make_town()
    session_id = school.session()
    texts = []
    for stranger in (other.employees["ped_n1_1"], uuid4(), town.employees["ped_s1_1"]):
        with pytest.raises(NotFound) as caught, town.as_user("leader_n1") as ctx:
            enrolments.request(ctx, session_id=session_id, employee_ids=[stranger])
        texts.append((str(caught.value), caught.value.field))

    assert set(texts) == {("There is no such employee. Choose from the list.", "employee_ids")}


def test_a_session_of_another_municipality_is_not_found(town, school, make_town, make_school):
    foreign = make_school(make_town()).session()

    refused(school, town, "leader_n1", foreign, "ped_n1_1", kind=NotFound, field="session_id")


def test_an_employee_cannot_ask_for_a_colleague(town, school):
    refused(school, town, "ped_n1", school.session(), "ped_n1_2", kind=NotFound)


@pytest.mark.parametrize("who", ["admin", "consultant", "auditor"])
def test_those_without_staff_ask_for_nobody(town, school, who):
    refused(school, town, who, school.session(), "ped_n1_1", kind=Forbidden, field=None)


def test_nobody_is_not_a_group(town, school):
    refused(school, town, "leader_n1", school.session(), kind=Invalid)


@pytest.mark.parametrize(("who", "people"), [("ped_n1", 1), ("leader_n1", 1)])
def test_a_group_price_is_not_for_one(town, school, who, people):
    session_id = school.session(price_kind=PriceKind.PER_GROUP)

    refused(school, town, who, session_id, "ped_n1_1", kind=Conflict, match="price per group")


def test_a_year_that_is_not_open_pays_for_nothing(town, school):
    session_id = school.session(starts_on=date(2027, 5, 4), deadline=date(2026, 4, 1))

    refused(
        school,
        town,
        "leader_n1",
        session_id,
        "ped_n1_1",
        kind=Conflict,
        match="2027 is not open",
        field=None,
    )


def test_the_database_itself_refuses_a_second_live_request(town, school):
    session_id = school.session()
    [enrolment] = ask(town, "leader_n1", session_id, "ped_n1_1")
    with town.as_system() as ctx:
        made = ctx.session.get_one(Enrolment, enrolment.id)
        copy = {
            column.key: getattr(made, column.key)
            for column in Enrolment.__table__.columns
            if column.key != "id"
        }

    with pytest.raises(Exception, match="duplicate key"), town.as_system() as ctx:
        ctx.session.add(Enrolment(**copy))

    with town.as_system() as ctx:
        assert len(ctx.session.scalars(select(Enrolment.id)).all()) == 1
