"""The limit of a person, reasons that add up, merged houses, closed surveys, and the rules of the
advice as the municipality's own."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tenant_app.catalogue.models import CourseForm
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import Money
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.initiatives import rules
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import AdviceRules, InitiativeState, PersonOverride
from tenant_app.initiatives.rules import Answers, PersonLimitReached
from tenant_app.needs.models import Urgency
from tenant_app.organisation import service as organisation
from tests.enrolments.conftest import School
from tests.initiatives.conftest import Plans

S = InitiativeState
ONE_STEP = [{"when": {}, "levels": ["institution"]}]
ANSWERS = Answers(
    urgency=Urgency.NORMAL,
    people=2,
    units=1,
    shared=False,
    same_level=False,
    resource_persons=True,
    weeks=30,
    amount=Money(5_000_000),
)


@pytest.fixture
def plans(town):
    return Plans(town)


@pytest.fixture
def school(town):
    return School(town, approval_rules=ONE_STEP)


def enrolled(town, school, initiative_id=None, *, who="ped_n1_1", as_user="leader_n1"):
    """A place of the person through the initiative, if any."""
    session = school.session()
    with town.as_user(as_user) as ctx:
        [made] = enrolments.request(
            ctx,
            session_id=session,
            employee_ids=[town.employees[who]],
            initiative_id=initiative_id,
        )
        return made.id


def overrides(town):
    with town.as_system() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(PersonOverride))


# The limit of a person


def test_a_person_takes_part_in_no_more_than_the_limit_at_once(town, plans, school):
    plans.limits(running_per_person=1)
    enrolled(town, school, plans.make("n1", state=S.RUNNING))
    second = plans.make("n1", state=S.RUNNING)

    with pytest.raises(PersonLimitReached) as refused:
        enrolled(town, school, second)

    assert f"ped_n1_1 {town.slug} (1)" in str(refused.value)
    with town.as_system() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Enrolment)) == 1
    enrolled(town, school, second, who="ped_n1_2")
    enrolled(town, school)  # outside every initiative nothing is counted


def test_beginning_counts_everybody_enrolled_and_an_override_says_why(town, plans, school):
    plans.limits(running_per_person=1)
    enrolled(town, school, plans.make("n1", state=S.RUNNING))
    second = plans.make("n1", state=S.PLANNED)
    enrolled(town, school, second)  # planned takes nobody's attention yet
    enrolled(town, school, second, who="ped_n1_2")

    with pytest.raises(PersonLimitReached), town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, second, S.RUNNING)
    with pytest.raises(Forbidden), town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, second, S.RUNNING, override_reason="Kan ikke vente.")
    assert overrides(town) == 0
    with town.as_user("area_north") as ctx:
        initiatives.move(ctx, second, S.RUNNING, override_reason="Kan ikke vente.")

    assert overrides(town) == 1
    with town.as_user("leader_n1") as ctx:
        shown = initiatives.one(ctx, second)
        assert [(number, why) for number, why, _by in shown.people_let_in] == [
            (1, "Kan ikke vente.")
        ]
        year = ctx.today.year
        found = initiatives.portfolio(
            ctx, first=ctx.today.replace(month=1, day=1), last=ctx.today.replace(month=12, day=31)
        )
        marked = {bar.initiative.id: bar.people for lane in found.items for bar in lane.bars}
        assert (marked[second], year) == (1, 2026)


def test_without_a_limit_nobody_is_counted(town, plans, school):
    for _ in range(3):
        enrolled(town, school, plans.make("n1", state=S.RUNNING))
    assert overrides(town) == 0


def test_who_leads_above_the_person_lets_them_in(town, plans, school):
    """Also to what is the municipality's own, where an area leader leads nothing."""
    plans.limits(running_per_person=1)
    enrolled(town, school, plans.make("n1", state=S.RUNNING))
    shared = plans.make("root", units=("n1", "s1"), who="admin", state=S.RUNNING)
    session = school.session()

    def ask(who, reason):
        with town.as_user(who) as ctx:
            enrolments.request(
                ctx,
                session_id=session,
                employee_ids=[town.employees["ped_n1_1"]],
                initiative_id=shared,
                override_reason=reason,
            )

    for who, reason, refusal in (
        ("area_north", "", PersonLimitReached),
        ("leader_n1", "Kan ikke vente.", Forbidden),
    ):
        with pytest.raises(refusal):
            ask(who, reason)
    assert overrides(town) == 0
    ask("area_north", "Kan ikke vente.")
    assert overrides(town) == 1


def test_a_request_that_is_sent_again_is_counted(town, plans, school):
    first = plans.make("n1", state=S.RUNNING)
    key = enrolled(town, school, first, who="ped_n1_1", as_user="ped_n1")
    with town.as_user("leader_n1") as ctx:
        enrolments.return_(ctx, key, note="Ikke nu")
    plans.limits(running_per_person=1)
    enrolled(town, school, plans.make("n1", state=S.RUNNING))
    with pytest.raises(PersonLimitReached), town.as_user("ped_n1") as ctx:
        enrolments.resubmit(ctx, key)
    with pytest.raises(Forbidden), town.as_user("ped_n1") as ctx:
        enrolments.resubmit(ctx, key, override_reason="Kan ikke vente.")
    assert overrides(town) == 0
    with town.as_user("area_north") as ctx:
        enrolments.resubmit(ctx, key, override_reason="Kan ikke vente.")
    assert overrides(town) == 1


@pytest.mark.parametrize("state", [EnrolmentState.COMPLETED, EnrolmentState.NO_SHOW])
def test_who_is_through_with_it_is_not_busy(town, plans, school, state):
    plans.limits(running_per_person=1)
    first = plans.make("n1", state=S.RUNNING)
    key = enrolled(town, school, first)
    with town.as_system() as ctx:
        ctx.session.get_one(Enrolment, key).state = state
    enrolled(town, school, plans.make("n1", state=S.RUNNING))
    assert overrides(town) == 0


# A chain that is mended


def test_an_enrolment_that_stands_alone_is_put_under_an_initiative(town, plans, school):
    alone = enrolled(town, school)
    running = plans.make("n1", state=S.RUNNING)
    with town.as_user("leader_n1") as ctx:
        assert enrolments.may_join(ctx, ctx.session.get_one(Enrolment, alone))
        enrolments.join_initiative(ctx, alone, initiative_id=running)
    with town.as_system() as ctx:
        assert ctx.session.get_one(Enrolment, alone).initiative_id == running
    with pytest.raises(Conflict), town.as_user("leader_n1") as ctx:
        enrolments.join_initiative(ctx, alone, initiative_id=plans.make("n1", state=S.RUNNING))


def test_it_joins_only_what_fits_and_only_by_its_leader(town, plans, school):
    alone = enrolled(town, school)
    elsewhere = plans.make("n2", state=S.RUNNING)
    running = plans.make("n1", state=S.RUNNING)
    idea = plans.make("n1")
    for who, key, refusal in (
        ("leader_n1", elsewhere, NotFound),
        ("leader_n1", idea, Conflict),
        ("ped_n1", running, Forbidden),
        ("leader_n2", running, NotFound),
    ):
        with pytest.raises(refusal), town.as_user(who) as ctx:
            enrolments.join_initiative(ctx, alone, initiative_id=key)
    plans.limits(running_per_person=1)
    enrolled(town, school, running)
    second = plans.make("n1", state=S.RUNNING)
    with pytest.raises(PersonLimitReached), town.as_user("leader_n1") as ctx:
        enrolments.join_initiative(ctx, alone, initiative_id=second)
    with town.as_system() as ctx:
        assert ctx.session.get_one(Enrolment, alone).initiative_id is None


# What the hostile review found


def test_every_reason_of_the_same_house_is_kept_and_shown(town, plans):
    plans.limits(running_initiatives=1)
    plans.make("n1", state=S.RUNNING)
    shared = plans.make("north", units=("n1", "n2"), who="area_north", state=S.PLANNED)
    n1, n2 = town.units["n1"], town.units["n2"]
    with town.as_user("area_north") as ctx:
        initiatives.move(ctx, shared, S.RUNNING, override_reason="Første grund.")
    with town.as_user("area_north") as ctx:
        initiatives.change(ctx, shared, unit_ids=[n2])
    later = town.now + timedelta(days=1)
    with town.as_user("area_north", now=later) as ctx:
        initiatives.change(ctx, shared, unit_ids=[n1, n2], override_reason="Anden grund.")
    with town.as_user("area_north") as ctx:
        parts = {part.unit.id: part for part in initiatives.one(ctx, shared).units}
        assert [each.reason for each, _by in parts[n1].overrides] == [
            "Første grund.",
            "Anden grund.",
        ]
        first, last = ctx.today.replace(month=1, day=1), ctx.today.replace(month=12, day=31)
        lanes = {
            lane.unit.id: lane for lane in initiatives.portfolio(ctx, first=first, last=last).items
        }
        [bar] = [bar for bar in lanes[n1].bars if bar.initiative.id == shared]
        assert list(bar.overrides) == ["Første grund.", "Anden grund."]


def test_houses_that_are_merged_add_up_against_the_limit(town, plans):
    plans.limits(running_initiatives=2)
    plans.make("n1", state=S.RUNNING)
    plans.make("n2", state=S.RUNNING)
    over = plans.make("n2", state=S.ANCHORED)
    ready = plans.make("n1", state=S.PLANNED)
    with town.as_user("admin") as ctx:
        organisation.merge_unit(
            ctx, town.units["n2"], into_id=town.units["n1"], on=ctx.today + timedelta(days=1)
        )
    with pytest.raises(rules.LimitReached), town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, ready, S.RUNNING)
    with town.as_system() as ctx:
        assert town.units["n1"] not in initiatives.tied(ctx, over)["unit_ids"]


def test_while_a_survey_is_open_only_a_rounded_number_is_told(town, plans):
    answers = [(step, "Nye greb", "") for step in (1, 2, 3, 4, 5, 5, 5)]
    told = rules.summed(answers, is_open=True)
    assert (told.answers, told.mean, told.steps, told.expects) == (5, "", None, ())
    assert rules.summed(answers[:4], is_open=True).answers is None
    assert rules.summed(answers * 2, is_open=True).answers == 10
    closed = rules.summed(answers)
    assert (closed.answers, closed.mean) == (7, "3.6")


def test_a_closed_survey_takes_no_answer_and_is_closed_once(town, plans):
    made = plans.make("n1", state=S.PLANNED)
    with pytest.raises(Conflict), town.as_user("leader_n1") as ctx:
        initiatives.close_survey(ctx, made)
    with town.as_user("leader_n1") as ctx:
        initiatives.open_survey(ctx, made)
    with town.as_user("ped_n1") as ctx:
        assert asked(ctx) == 1
        initiatives.answer_survey(ctx, made, confidence=3)
    with town.as_user("ped_n1") as ctx:
        assert asked(ctx) == 0
    with town.as_user("leader_n1") as ctx:
        assert initiatives.one(ctx, made).survey.is_open
        initiatives.close_survey(ctx, made)
    with town.as_user("leader_n1") as ctx:
        assert not initiatives.one(ctx, made).survey.is_open
    before = plans.everything()
    with pytest.raises(NotFound), town.as_user("ped_n1") as ctx:
        initiatives.answer_survey(ctx, made, confidence=1)
    with pytest.raises(Conflict), town.as_user("leader_n1") as ctx:
        initiatives.close_survey(ctx, made)
    assert plans.everything() == before


def asked(ctx):
    """How many surveys wait on the home page."""
    [statement] = initiatives.asks(ctx)
    [(key, count)] = ctx.execute(statement, {})
    assert key == initiatives.WAITING
    return count


def test_the_home_page_counts_the_surveys_of_those_enrolled(town, plans, school):
    session = school.session()
    with town.as_system() as ctx:
        course = enrolments.offer(ctx, session).session.course_id
    made = plans.make("n1", state=S.PLANNED, course_ids=[course])
    with town.as_user("leader_n1") as ctx:
        initiatives.open_survey(ctx, made)
    with town.as_user("ped_n1") as ctx:
        assert asked(ctx) == 0
    with town.as_user("leader_n1") as ctx:
        enrolments.request(
            ctx,
            session_id=session,
            employee_ids=[town.employees["ped_n1_1"]],
            initiative_id=made,
        )
    with town.as_user("ped_n1") as ctx:
        assert asked(ctx) == 1
    with town.as_user("leader_n1") as ctx:
        assert asked(ctx) == 0  # leads the house, and is not enrolled


# The rules of the advice


def versions(town):
    with town.as_system() as ctx:
        return list(ctx.session.scalars(select(AdviceRules.version).order_by(AdviceRules.version)))


def points_of(ctx, form):
    return next(each.points for each in initiatives.advise(ctx, ANSWERS) if each.form is form)


def test_a_changed_rule_is_a_new_version_and_changes_the_advice_with_its_reason(town, plans):
    lecture = CourseForm.LECTURE
    with town.as_user("consultant") as ctx:
        before = points_of(ctx, lecture)
        made = initiatives.set_rule(
            ctx, "few", says="Vi samler dem.", points={lecture: 9}, version=0
        )
        assert made.version == 1
    with town.as_user("leader_n1") as ctx:
        assert points_of(ctx, lecture) == before + 10  # from −1 to 9
        advice = next(each for each in initiatives.advise(ctx, ANSWERS) if each.form is lecture)
        assert ("Vi samler dem.", 9) in advice.reasons
        assert initiatives.rules_set(ctx).by == f"consultant {town.slug}"
    with town.as_user("consultant") as ctx:
        initiatives.restore_rules(ctx, version=1)
    with town.as_user("leader_n1") as ctx:
        assert points_of(ctx, lecture) == before
        assert initiatives.advice_rules(ctx).version == 2
    assert versions(town) == [1, 2]


def test_advice_that_is_kept_says_its_version_whatever_becomes_of_the_rules(town, plans):
    made = plans.make("n1")
    with town.as_user("consultant") as ctx:
        initiatives.set_scale(
            ctx, version=0, few=3, many=9, time=2, money=1, weeks={CourseForm.COURSE: 4}
        )
    with town.as_user("leader_n1") as ctx:
        best = initiatives.advise(ctx, ANSWERS)[0].form
        kept = initiatives.choose_form(ctx, made, answers=ANSWERS, chosen=best)
        assert kept.rule_version == 1
    with town.as_user("consultant") as ctx:
        initiatives.restore_rules(ctx, version=1)
    with town.as_user("leader_n1") as ctx:
        [(choice, _who)] = initiatives.one(ctx, made).forms
        assert choice.rule_version == 1


@pytest.mark.parametrize("who", ["leader_n1", "area_north", "auditor", "ped_n1"])
def test_only_those_who_configure_set_the_rules(town, plans, who):
    with pytest.raises(Forbidden), town.as_user(who) as ctx:
        initiatives.set_rule(ctx, "few", says="Nej", points={}, version=0)
    assert versions(town) == []


def test_rules_that_cannot_be_right_or_follow_an_old_version_are_refused(town, plans):
    lecture = CourseForm.LECTURE
    with town.as_user("consultant") as ctx:
        initiatives.set_rule(ctx, "few", says="Ja", points={lecture: 1}, version=0)
    for refusal, facts in (
        (Invalid, {"key": "nothing", "says": "Ja", "points": {}, "version": 1}),
        (Invalid, {"key": "few", "says": " ", "points": {}, "version": 1}),
        (Invalid, {"key": "few", "says": "x" * 102_400, "points": {}, "version": 1}),
        (Invalid, {"key": "few", "says": "Ja", "points": {lecture: 10}, "version": 1}),
        (Conflict, {"key": "few", "says": "Ja", "points": {}, "version": 0}),
    ):
        with pytest.raises(refusal), town.as_user("consultant") as ctx:
            initiatives.set_rule(ctx, facts.pop("key"), **facts)
    with pytest.raises(Invalid) as refused, town.as_user("consultant") as ctx:
        initiatives.set_scale(ctx, version=1, few=5, many=5, time=1, money=1, weeks={})
    assert refused.value.field == "many"
    assert versions(town) == [1]


def test_the_standard_is_the_table_of_the_house():
    assert rules.read_set(0, rules.STANDARD.kept()) == rules.STANDARD
    assert set(rules.STANDARD.weeks) == set(CourseForm)
