"""After the request: withdrawn, sent again, cancelled, completed, or nobody came."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import Course, CourseSession, SessionState
from tenant_app.competences import service as competences
from tenant_app.competences.models import Holding
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import EnrolmentState, StepState
from tests.enrolments.conftest import ECTS_RULES, NOTHING
from tests.enrolments.test_deciding import _deputy, answer, refused, steps

CENTRAL, LOCAL = kroner(20_900), kroner(8_900)
S = EnrolmentState
MAY_4 = datetime(2026, 5, 4, 12, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 12, tzinfo=UTC)
ONE_STEP = [{"when": {}, "levels": ["institution"]}]


@pytest.fixture
def school(town, make_school):
    return make_school(town, funding_rules=ECTS_RULES, approval_rules=ONE_STEP)


@pytest.fixture
def asked(town, school):
    """A pedagogue of n1 has asked; the leader's answer is the only one awaited."""
    session_id = school.session()
    with town.as_user("ped_n1") as ctx:
        [enrolment] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]]
        )
    return enrolment.id


@pytest.fixture
def confirmed(town, asked):
    answer(town, "leader_n1", "approve", asked)
    return asked


def later(town, who, verb, enrolment_id, *, now=JUNE, **kwargs):
    with town.as_user(who, now=now) as ctx:
        return getattr(enrolments, verb)(ctx, enrolment_id, **kwargs).state


@pytest.mark.parametrize("who", ["ped_n1", "leader_n1", "area_north"])
def test_a_request_is_withdrawn_by_the_participant_or_their_leader(town, school, asked, who):
    assert answer(town, who, "withdraw", asked) is S.WITHDRAWN

    assert school.money("root") == school.money("n1") == NOTHING
    assert steps(town, asked) == [StepState.LAPSED]


@pytest.mark.parametrize(
    ("who", "kind"),
    [("auditor", Forbidden), ("admin", Forbidden), ("leader_n2", NotFound), ("ped_n2", NotFound)],
)
def test_others_do_not_withdraw_it(town, school, asked, who, kind):
    refused(school, town, who, "withdraw", asked, kind)


def test_a_confirmed_enrolment_is_cancelled_and_not_withdrawn(town, school, confirmed):
    error = refused(school, town, "ped_n1", "withdraw", confirmed, Conflict)

    assert "Cancel" in str(error)


def test_a_withdrawn_request_can_be_asked_for_anew(town, school, asked):
    answer(town, "ped_n1", "withdraw", asked)
    with town.as_user("ped_n1") as ctx:
        session_id = enrolments.one(ctx, asked).enrolment.session_id
        [again] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]]
        )

    assert again.id != asked
    assert school.money("root") == (CENTRAL, 0, 0)


def test_a_returned_request_is_sent_again_at_todays_price(town, school, asked):
    answer(town, "leader_n1", "return_", asked, note="Tell me why")
    with town.as_system() as ctx:
        ctx.session.execute(update(Course).values(price=kroner(13_000)))

    with town.as_user("ped_n1") as ctx:
        again = enrolments.resubmit(ctx, asked, motivation="Because")

    assert again.state is S.SUBMITTED
    assert again.submission == 2
    assert again.total == kroner(30_800)
    assert school.money("root") == (CENTRAL + kroner(1000), 0, 0)
    assert steps(town, asked) == [StepState.RETURNED, StepState.WAITING]


def test_a_price_change_leaves_what_was_asked_alone(town, school, asked):
    with town.as_system() as ctx:
        ctx.session.execute(update(Course).values(price=kroner(99_000)))

    answer(town, "leader_n1", "approve", asked)

    assert school.money("root") == (0, CENTRAL, 0)


def test_a_leader_who_sends_it_again_has_answered(town, school, asked):
    answer(town, "leader_n1", "return_", asked, note="Wait")

    assert answer(town, "leader_n1", "resubmit", asked) is S.CONFIRMED
    assert school.money("root") == (0, CENTRAL, 0)


def test_only_a_returned_request_is_sent_again(town, school, asked):
    refused(school, town, "ped_n1", "resubmit", asked, Conflict)


def test_a_returned_request_lost_its_seat(town, make_school, school):
    session_id = school.session(seats=1)
    with town.as_user("ped_n1") as ctx:
        [first] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]]
        )
    answer(town, "leader_n1", "return_", first.id, note="Later")
    with town.as_user("leader_n1") as ctx:
        enrolments.request(ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_2"]])

    refused(school, town, "ped_n1", "resubmit", first.id, Conflict)


def test_one_of_a_group_sent_again_pays_their_part_of_the_price(town, make_school):
    school = make_school(town)
    session_id = school.session(fee=1000, ects="0", cover_hours="0", price_kind="per_group")
    people = [town.employees[f"ped_n1_{i}"] for i in (1, 2, 3)]
    with town.as_user("leader_n1") as ctx:
        made = enrolments.request(ctx, session_id=session_id, employee_ids=people)
    for enrolment in made:
        answer(town, "area_north", "return_", enrolment.id, note="Another day")
    assert school.money("n1") == NOTHING

    for enrolment in made:
        answer(town, "leader_n1", "resubmit", enrolment.id)

    assert school.money("n1") == (1000, 0, 0)


def test_a_confirmed_place_is_cancelled_with_a_reason(town, school, confirmed):
    refused(school, town, "leader_n1", "cancel", confirmed, Invalid, note=" ")

    assert answer(town, "leader_n1", "cancel", confirmed, note="Ill") is S.CANCELLED
    assert school.money("root") == school.money("n1") == NOTHING


@pytest.mark.parametrize(("who", "kind"), [("ped_n1", Forbidden), ("leader_s1", NotFound)])
@pytest.mark.parametrize("verb", ["cancel", "complete", "no_show"])
def test_others_record_nothing(town, school, confirmed, who, kind, verb):
    before = school.everything()
    with pytest.raises(kind):
        later(town, who, verb, confirmed, note="x")
    assert school.everything() == before


def test_a_held_session_is_not_cancelled(town, school, confirmed):
    before = school.everything()
    with pytest.raises(Conflict, match="no-show"):
        later(town, "leader_n1", "cancel", confirmed, note="Ill")
    assert school.everything() == before


def test_a_place_on_a_session_that_was_called_off_is_cancelled_afterwards(town, school, confirmed):
    with town.as_system() as ctx:
        ctx.session.execute(update(CourseSession).values(state=SessionState.CANCELLED))

    assert later(town, "leader_n1", "cancel", confirmed, note="Called off") is S.CANCELLED


def test_completing_spends_the_money(town, school, confirmed):
    assert later(town, "leader_n1", "complete", confirmed, now=MAY_4) is S.COMPLETED

    assert school.money("root") == (0, 0, CENTRAL)
    assert school.money("n1") == (0, 0, LOCAL)


def test_completing_gives_what_the_course_gives(town, school, confirmed):
    with town.as_system() as ctx:
        area = competences.create_area(ctx, name="Language")
        ctx.session.flush()
        competence = competences.create_competence(
            ctx, area_id=area.id, name="Sign language", validity_months=12
        )
        ctx.session.flush()
        course_id = enrolments.one(ctx, confirmed).enrolment.session.course_id
        catalogue.give_competence(ctx, course_id, competence_id=competence.id)

    later(town, "consultant", "complete", confirmed)

    with town.as_system() as ctx:
        holding = ctx.session.scalars(select(Holding)).one()
    assert holding.employee_id == town.employees["ped_n1_1"]
    assert holding.from_date == date(2026, 5, 4)
    assert holding.source_id == confirmed


def test_a_no_show_spends_the_money_and_gives_nothing(town, school, confirmed):
    assert later(town, "leader_n1", "no_show", confirmed) is S.NO_SHOW

    assert school.money("root") == (0, 0, CENTRAL)
    with town.as_system() as ctx:
        assert ctx.session.scalars(select(Holding)).all() == []


@pytest.mark.parametrize("verb", ["complete", "no_show"])
def test_nothing_is_recorded_before_the_session_begins(town, school, confirmed, verb):
    error = refused(school, town, "leader_n1", verb, confirmed, Conflict)

    assert "04-05-2026" in str(error)


@pytest.mark.parametrize("verb", ["complete", "no_show"])
def test_only_a_confirmed_enrolment_is_recorded(town, school, asked, verb):
    refused(school, town, "leader_n1", verb, asked, Conflict)


def test_completing_twice_is_refused(town, school, confirmed):
    later(town, "leader_n1", "complete", confirmed)
    before = school.everything()

    with pytest.raises(Conflict):
        later(town, "leader_n1", "complete", confirmed)

    assert school.everything() == before


def test_a_deputy_records_in_the_leaders_place(town, school, confirmed):
    _deputy(town, "leader_n1", "leader_n2", days=120)

    assert later(town, "leader_n2", "complete", confirmed) is S.COMPLETED
