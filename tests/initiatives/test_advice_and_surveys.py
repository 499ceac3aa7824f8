"""The advice on a form, its choice, and what is asked before an initiative begins."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.enrolments import service as enrolments
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import FormChoice, Initiative, SurveyAnswer
from tenant_app.initiatives.rules import Answers
from tests.initiatives.conftest import ANSWERS, S

ASKED = Answers(**ANSWERS)


def test_advice_has_the_prices_of_the_catalogue_and_the_cover_rules(town, school):
    school.session(fee=1_200_000, cover_hours="89")

    with town.as_user("leader_n1") as ctx:
        advice = {each.form: each for each in initiatives.advise(ctx, ASKED)}

    module = advice[CourseForm.DIPLOMA_MODULE]
    assert module.cost.middle == 3 * (1_200_000 + 89 * 20_000)
    assert advice[CourseForm.NETWORK].cost is None


def test_advice_on_what_cannot_be_is_refused(town):
    for change, field in (({"people": 0}, "people"), ({"units": 0}, "units")):
        with pytest.raises(Invalid) as refused, town.as_user("leader_n1") as ctx:
            initiatives.advise(ctx, replace(ASKED, **change))
        assert refused.value.field == field


def test_the_advice_as_it_was_is_kept_with_the_choice(town, plans):
    made = plans.make("n1")
    with town.as_user("leader_n1") as ctx:
        first = initiatives.advise(ctx, ASKED)[0]
        initiatives.choose_form(ctx, made, answers=ASKED, chosen=first.form)
        initiatives.choose_form(
            ctx, made, answers=ASKED, chosen=CourseForm.NETWORK, reason="Vi har et netværk."
        )
        latest, before = initiatives.one(ctx, made).forms
        assert latest[0].chosen is CourseForm.NETWORK
        assert before[0].ranked[0] == first.kept()
        assert before[0].answers == ASKED.kept()
        assert initiatives.get(ctx, made).form is CourseForm.NETWORK


def test_leaving_the_advice_without_a_reason_keeps_nothing(town, plans):
    made = plans.make("n1")
    over = plans.make("n1")
    with town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, over, S.STOPPED, reason="Udgår.")
    before = plans.everything()
    for key, reason, refusal in (
        (made, " ", Invalid),
        (made, "x" * 100_000, Invalid),
        (over, "Alligevel.", Conflict),
    ):
        with pytest.raises(refusal), town.as_user("leader_n1") as ctx:
            initiatives.choose_form(
                ctx, key, answers=ASKED, chosen=CourseForm.PEDAGOGICAL_DAY, reason=reason
            )
    assert plans.everything() == before
    with town.as_system() as ctx:
        assert not ctx.session.scalars(select(FormChoice)).all()


# The survey


def test_those_enrolled_are_asked_and_nobody_else(town, plans, school):
    session = school.session()
    with town.as_system() as ctx:
        course = enrolments.offer(ctx, session).session.course_id
    made = plans.make("n1", state=S.PLANNED, course_ids=[course])
    with town.as_user("leader_n1") as ctx:
        enrolments.request(
            ctx,
            session_id=session,
            employee_ids=[town.employees["ped_n1_1"]],
            initiative_id=made,
        )
        initiatives.open_survey(ctx, made)

    with town.as_user("ped_n1") as ctx:
        assert [each.id for each, _answer in initiatives.surveys(ctx)] == [made]
        initiatives.answer_survey(ctx, made, confidence=2, expects="Nye greb")
    for user in ("leader_n1", "ped_s1"):
        with pytest.raises(NotFound), town.as_user(user) as ctx:
            initiatives.answer_survey(ctx, made, confidence=2)
    with pytest.raises(Forbidden), town.as_user("consultant") as ctx:
        initiatives.answer_survey(ctx, made, confidence=2)
    with town.as_system() as ctx:
        [answer] = ctx.session.scalars(select(SurveyAnswer)).all()
        assert answer.employee_id == town.employees["ped_n1_1"]


def test_without_courses_everybody_in_the_institutions_is_asked(town, plans):
    made = plans.make("north", units=("n1",), who="area_north", state=S.PLANNED)
    with town.as_user("area_north") as ctx:
        initiatives.open_survey(ctx, made)

    def asked(user):
        with town.as_user(user) as ctx:
            return [each.id for each, _answer in initiatives.surveys(ctx)]

    assert asked("ped_n1") == asked("leader_n1") == [made]
    assert asked("ped_n2") == asked("consultant") == []


def test_a_survey_opens_once_and_closes_with_the_initiative(town, plans):
    made = plans.make("n1")
    with pytest.raises(Conflict), town.as_user("leader_n1") as ctx:
        initiatives.open_survey(ctx, made)
    with town.as_user("leader_n1") as ctx:
        initiatives.change(ctx, made, need_ids=[plans.need("n1")])
    plans.to(made, S.RUNNING)
    with town.as_user("leader_n1") as ctx:
        initiatives.open_survey(ctx, made)
    with pytest.raises(Conflict), town.as_user("leader_n1") as ctx:
        initiatives.open_survey(ctx, made)
    plans.to(made, S.FOLLOW_UP)
    with pytest.raises(NotFound), town.as_user("ped_n1") as ctx:
        initiatives.answer_survey(ctx, made, confidence=3)


def test_no_word_of_an_answer_is_in_the_trail(town, plans):
    made = plans.make("n1", state=S.PLANNED)
    with town.as_user("leader_n1") as ctx:
        initiatives.open_survey(ctx, made)
    with town.as_user("ped_n1") as ctx:
        initiatives.answer_survey(ctx, made, confidence=1, expects="Hemmeligt", will_use="Privat")
    with town.as_system() as ctx:
        for entry in ctx.session.scalars(select(AuditEntry)).all():
            assert "Hemmeligt" not in f"{entry.note}{entry.changes}"
            assert "Privat" not in f"{entry.note}{entry.changes}"


def test_odd_answers_are_refused_and_nothing_is_kept(town, plans):
    made = plans.make("n1", state=S.PLANNED)
    with town.as_user("leader_n1") as ctx:
        initiatives.open_survey(ctx, made)
    before = plans.everything()
    for told in (
        {"confidence": 0},
        {"confidence": 6},
        {"confidence": 3, "expects": "x" * 100_000},
        {"confidence": 3, "will_use": "a\u202eb"},
    ):
        with pytest.raises(Invalid), town.as_user("ped_n1") as ctx:
            initiatives.answer_survey(ctx, made, **told)
    assert plans.everything() == before


def test_where_one_asks_before_a_course_a_missing_survey_is_said(town, plans):
    made = plans.make("n1", state=S.PLANNED)
    with town.as_user("leader_n1") as ctx:
        assert not initiatives.lacks_survey(ctx, initiatives.get(ctx, made))
    plans.limits(survey_before_course=True)
    with town.as_user("leader_n1") as ctx:
        assert initiatives.lacks_survey(ctx, initiatives.get(ctx, made))
        initiatives.open_survey(ctx, made)
        assert not initiatives.lacks_survey(ctx, ctx.session.get_one(Initiative, made))
