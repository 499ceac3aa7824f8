"""Requests whose institution is gone, or whose participant is: someone can still answer them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from tenant_app.core.clock import DENMARK
from tenant_app.core.errors import Conflict, Forbidden, NotFound
from tenant_app.core.money import kroner
from tenant_app.core.outbox import Outbox
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import ApprovalStep, EnrolmentState
from tenant_app.enrolments.service import Decision, Expected
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment
from tests.enrolments.conftest import NOTHING
from tests.enrolments.test_deciding import answer, refused

CENTRAL, LOCAL = kroner(20_900), kroner(8_900)
S = EnrolmentState


def ask(town, session_id, person="ped_n1_1", who="ped_n1"):
    with town.as_user(who) as ctx:
        [enrolment] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees[person]]
        )
    return enrolment.id


@pytest.fixture
def asked(town, school):
    """A pedagogue of n1 has asked for a place; nobody has answered."""
    return ask(town, school.session())


def merge(town, unit="n1", into="s1"):
    with town.as_user("admin") as ctx:
        organisation.merge_unit(ctx, town.units[unit], into_id=town.units[into], on=ctx.today)


def close_without_staff(town, unit="n1"):
    """Everybody of the unit has left, and it is closed."""
    with town.as_system() as ctx:
        ctx.session.execute(
            update(Employment)
            .where(Employment.unit_id == town.units[unit])
            .values(to_date=ctx.today)
        )
    with town.as_user("admin") as ctx:
        organisation.close_unit(ctx, town.units[unit], on=ctx.today)


def follow(town):
    with town.as_system() as ctx:
        return enrolments.follow_moves(ctx)


def inbox_of(town, who):
    with town.as_user(who) as ctx:
        return [row.enrolment.id for row in enrolments.inbox(ctx).items]


def leave(town, person, on=None):
    with town.as_user("admin") as ctx:
        organisation.end_employment(ctx, town.employees[person], on=on or ctx.today)


# The institution is gone


def test_after_a_merge_the_new_leader_answers_and_the_same_pools_pay(town, school, asked):
    merge(town)
    refused(school, town, "leader_n1", "approve", asked, (NotFound, Forbidden))
    assert follow(town) == 1
    assert follow(town) == 0

    assert inbox_of(town, "leader_s1") == [asked]
    assert inbox_of(town, "area_north") == inbox_of(town, "admin") == []
    with town.as_user("leader_s1") as ctx:
        found = enrolments.one(ctx, asked)
        assert enrolments.may_answer(ctx, found.enrolment)
        assert found.steps[0].unit_id == town.units["s1"]
    [outcome] = _many(town, "leader_s1", asked)
    assert outcome.refusal is None
    assert outcome.enrolment.state is S.LEADER_APPROVED
    assert inbox_of(town, "area_south") == [asked]
    assert answer(town, "area_south", "approve", asked) is S.AREA_APPROVED
    assert answer(town, "admin", "approve", asked) is S.CONFIRMED

    assert school.money("root") == (0, CENTRAL, 0)
    assert school.money("n1") == (0, LOCAL, 0)
    assert school.money("s1") == NOTHING
    assert answer(town, "leader_s1", "cancel", asked, note="Syg") is S.CANCELLED


def _many(town, who, *ids):
    with town.as_user(who) as ctx:
        return enrolments.decide_many(ctx, ids, Decision.APPROVE)


def test_before_the_inboxes_follow_the_new_leader_can_answer_already(town, school, asked):
    merge(town)

    assert answer(town, "leader_s1", "approve", asked) is S.LEADER_APPROVED


def test_others_do_not_see_what_a_merge_left_behind(town, school, asked):
    merge(town)
    follow(town)

    for who in ("leader_n2", "leader_s2", "area_north", "ped_s1"):
        refused(school, town, who, "approve", asked, NotFound)
    for who in ("auditor", "consultant"):
        refused(school, town, who, "approve", asked, Forbidden)


def test_a_merge_leaves_the_requests_of_other_units_alone(town, school, asked):
    other = ask(town, school.session(), "ped_n2_1", "ped_n2")
    merge(town)
    assert follow(town) == 1

    assert inbox_of(town, "leader_n2") == [other]
    refused(school, town, "leader_s1", "approve", other, NotFound)


@pytest.mark.parametrize(
    ("verb", "state"),
    [("reject", S.REJECTED), ("return_", S.RETURNED), ("withdraw", S.WITHDRAWN)],
)
def test_when_nobody_is_left_the_municipality_clears_up(town, school, asked, verb, state):
    close_without_staff(town)
    assert follow(town) == 1
    assert follow(town) == 0
    assert inbox_of(town, "admin") == [asked]
    for who in ("auditor", "consultant"):
        refused(school, town, who, verb, asked, Forbidden, note="x")

    assert answer(town, "admin", verb, asked, note="Lukket") is state

    assert school.money("root") == school.money("n1") == NOTHING


def test_a_returned_request_of_a_closed_unit_is_withdrawn_by_the_municipality(town, school, asked):
    answer(town, "leader_n1", "return_", asked, note="Hvorfor?")
    close_without_staff(town)

    assert answer(town, "admin", "withdraw", asked) is S.WITHDRAWN


def test_a_request_that_waits_for_an_area_waits_where_its_participant_works(town, school, asked):
    answer(town, "leader_n1", "approve", asked)
    merge(town)
    assert follow(town) == 1

    assert inbox_of(town, "area_north") == []
    assert inbox_of(town, "area_south") == [asked]
    with town.as_system() as ctx:
        second = ctx.session.scalars(
            select(ApprovalStep)
            .where(ApprovalStep.enrolment_id == asked)
            .order_by(ApprovalStep.position)
        ).all()[1]
        assert second.unit_id == town.units["south"]
    assert answer(town, "area_south", "approve", asked) is S.AREA_APPROVED


# Inboxes follow at once


@pytest.mark.parametrize("days", [0, 30])
def test_a_move_a_merge_and_a_closing_call_for_the_inboxes_to_follow_that_day(town, days):
    on = town.today + timedelta(days=days)
    with town.as_system() as ctx:
        ctx.session.execute(
            update(Employment)
            .where(Employment.unit_id == town.units["s2"])
            .values(to_date=date(2026, 1, 1))
        )
    with town.as_user("admin") as ctx:
        organisation.move_unit(ctx, town.units["n1"], parent_id=town.units["south"], on=on)
        assert len(_calls(ctx, on)) == 1
        organisation.merge_unit(ctx, town.units["n2"], into_id=town.units["s1"], on=on)
        organisation.close_unit(ctx, town.units["s2"], on=on)
        [due] = _calls(ctx, on)

    midnight = datetime.combine(on, time(0), tzinfo=DENMARK)
    assert due == max(midnight, town.now)


@pytest.mark.parametrize("verb", ["merge", "close"])
def test_a_merge_or_a_closing_alone_calls_too(town, verb):
    if verb == "merge":
        merge(town)
    else:
        close_without_staff(town)

    with town.as_system() as ctx:
        assert _calls(ctx, ctx.today) == [town.now]


def test_a_refused_merge_calls_for_nothing(town):
    with pytest.raises(Conflict), town.as_user("admin") as ctx:
        organisation.merge_unit(ctx, town.units["n1"], into_id=town.units["north"], on=town.today)

    with town.as_system() as ctx:
        assert _calls(ctx, ctx.today) == []


def _calls(ctx, on):
    return ctx.session.scalars(
        select(Outbox.due_at).where(
            Outbox.job == "jobs.enrolments.follow_moves", Outbox.unique_key == f"moved:{on}"
        )
    ).all()


# The participant has left


def test_a_yes_to_somebody_who_has_left_is_refused_and_a_no_is_not(town, school):
    first = ask(town, school.session())
    second = ask(town, school.session())
    third = ask(town, school.session())
    leave(town, "ped_n1_1")

    error = refused(school, town, "leader_n1", "approve", first, Conflict)
    assert "ped_n1_1" in str(error)
    assert "02-03-2026" in str(error)
    assert "Reject the request or return it" in str(error)

    assert answer(town, "leader_n1", "reject", first, note="Rejst") is S.REJECTED
    assert answer(town, "leader_n1", "return_", second, note="Rejst") is S.RETURNED
    assert answer(town, "leader_n1", "withdraw", third) is S.WITHDRAWN
    assert school.money("root") == school.money("n1") == NOTHING


def test_a_yes_to_somebody_who_will_have_left_by_then_is_refused(town, school, asked):
    leave(town, "ped_n1_1", on=date(2026, 5, 1))

    error = refused(school, town, "leader_n1", "approve", asked, Conflict)

    assert "04-05-2026" in str(error)


def test_nobody_completes_a_course_that_began_after_they_left(town, make_school):
    school = make_school(town, approval_rules=[{"when": {}, "levels": ["institution"]}])
    confirmed = ask(town, school.session())
    answer(town, "leader_n1", "approve", confirmed)
    leave(town, "ped_n1_1", on=date(2026, 5, 4))
    june = datetime(2026, 6, 1, 12, tzinfo=UTC)
    before = school.everything()

    with (
        pytest.raises(Conflict, match=r"ped_n1_1.* was not employed on 04-05-2026"),
        town.as_user("leader_n1", now=june) as ctx,
    ):
        enrolments.complete(ctx, confirmed)
    assert school.everything() == before

    with town.as_user("leader_n1", now=june) as ctx:
        assert enrolments.no_show(ctx, confirmed).state is S.NO_SHOW


def test_who_left_after_the_course_has_completed_it(town, make_school):
    school = make_school(town, approval_rules=[{"when": {}, "levels": ["institution"]}])
    confirmed = ask(town, school.session())
    answer(town, "leader_n1", "approve", confirmed)
    leave(town, "ped_n1_1", on=date(2026, 5, 5))

    with town.as_user("leader_n1", now=datetime(2026, 6, 1, 12, tzinfo=UTC)) as ctx:
        assert enrolments.complete(ctx, confirmed).state is S.COMPLETED


# Early and late answers


def test_the_second_click_of_the_same_leader_says_whom_it_waits_for(town, school, asked):
    answer(town, "area_north", "approve", asked)
    answer(town, "area_north", "approve", asked)

    error = refused(school, town, "area_north", "approve", asked, Conflict)
    assert "municipal administration" in str(error)
    stale = Expected(state=S.LEADER_APPROVED, submission=1)
    error = refused(school, town, "area_north", "approve", asked, Conflict, expected=stale)
    assert "area_north" in str(error)
    assert "approved this request on" in str(error)
    error = refused(school, town, "leader_n1", "reject", asked, Conflict, note="x")
    assert error.field == "state"


def test_who_has_no_part_in_the_chain_is_refused_as_such(town, make_school):
    school = make_school(town, approval_rules=[{"when": {}, "levels": ["institution"]}])
    asked = ask(town, school.session())

    refused(school, town, "admin", "approve", asked, Forbidden)
    answer(town, "leader_n1", "approve", asked)
    refused(school, town, "auditor", "approve", asked, Forbidden)


@pytest.mark.parametrize(("who", "person"), [("ped_n1", "ped_n1_1"), ("leader_n1", "leder_n1")])
@pytest.mark.parametrize("verb", ["approve", "return_", "reject"])
def test_ones_own_request_is_refused_in_those_words(town, school, who, person, verb):
    asked = ask(town, school.session(), person, who)

    error = refused(school, town, who, verb, asked, Forbidden, note="x")

    assert "their own request" in str(error)
    assert error.field == "employee_id"
