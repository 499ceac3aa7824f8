"""A session that will not be held."""

from __future__ import annotations

import pytest

from tenant_app.core.errors import Conflict, Forbidden, Invalid
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import EnrolmentState
from tests.enrolments.conftest import ECTS_RULES, NOTHING
from tests.enrolments.test_deciding import answer


@pytest.fixture
def school(town, make_school):
    one_step = [{"when": {}, "levels": ["institution"]}]
    return make_school(town, funding_rules=ECTS_RULES, approval_rules=one_step)


@pytest.fixture
def session_id(school):
    return school.session()


def ask(town, session_id, user, employee):
    with town.as_user(user) as ctx:
        [enrolment] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees[employee]]
        )
    return enrolment.id


def state(town, enrolment_id):
    with town.as_user("admin") as ctx:
        return enrolments.one(ctx, enrolment_id).enrolment.state


def test_everyone_on_it_loses_their_place_and_all_money_is_free(town, school, session_id):
    waiting = ask(town, session_id, "ped_n1", "ped_n1_1")
    confirmed = ask(town, session_id, "ped_s1", "ped_s1_1")
    answer(town, "leader_s1", "approve", confirmed)

    with town.as_user("consultant") as ctx:
        _, people = enrolments.call_off(ctx, session_id, reason="For få tilmeldte")

    assert people == 2
    assert state(town, waiting) is EnrolmentState.WITHDRAWN
    assert state(town, confirmed) is EnrolmentState.CANCELLED
    assert [school.money(where) for where in ("root", "n1", "s1")] == [NOTHING] * 3


def test_those_who_took_part_keep_what_they_had(town, school, session_id):
    rejected = ask(town, session_id, "ped_n1", "ped_n1_1")
    answer(town, "leader_n1", "reject", rejected, note="Ikke i år")

    with town.as_user("admin") as ctx:
        _, people = enrolments.call_off(ctx, session_id, reason="Sygdom")

    assert people == 0
    assert state(town, rejected) is EnrolmentState.REJECTED


@pytest.mark.parametrize(
    ("user", "reason", "refusal"), [("leader_n1", "x", Forbidden), ("admin", " ", Invalid)]
)
def test_a_refused_call_off_changes_nothing(town, school, session_id, user, reason, refusal):
    waiting = ask(town, session_id, "ped_n1", "ped_n1_1")
    before = school.money("root"), school.money("n1")

    with pytest.raises(refusal), town.as_user(user) as ctx:
        enrolments.call_off(ctx, session_id, reason=reason)

    assert state(town, waiting) is EnrolmentState.SUBMITTED
    assert (school.money("root"), school.money("n1")) == before


def test_calling_off_twice_is_refused(town, session_id):
    with town.as_user("admin") as ctx:
        enrolments.call_off(ctx, session_id, reason="Sygdom")

    with pytest.raises(Conflict), town.as_user("admin") as ctx:
        enrolments.call_off(ctx, session_id, reason="Igen")
