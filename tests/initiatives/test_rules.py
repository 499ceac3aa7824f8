"""The life of an initiative, the limit of a house and the advice, without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from tenant_app.catalogue.models import CourseForm, PriceKind
from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, Invalid
from tenant_app.core.money import Money, kroner
from tenant_app.initiatives import rules
from tenant_app.initiatives.models import InitiativeState as S
from tenant_app.initiatives.rules import Answers, House, Priced
from tenant_app.needs.models import Urgency

BASE = Answers(
    urgency=Urgency.NORMAL,
    people=3,
    units=1,
    shared=False,
    same_level=False,
    resource_persons=False,
    weeks=40,
    amount=kroner(200_000),
)


def priced(form, price, *, kind=PriceKind.PER_PERSON, cover="0"):
    return Priced(form, Decimal(10), Decimal(cover), kind, kroner(price), Money(0), Money(0))


def test_every_step_follows_the_one_before_and_no_other():
    for here, there in product(S, S):
        follows = (here, there) in zip(rules.LINE, rules.LINE[1:], strict=False)
        stops = there is S.STOPPED and here not in (S.ANCHORED, S.STOPPED)
        assert rules.may_move(here, there) is (follows or stops), (here, there)
        if not rules.may_move(here, there):
            with pytest.raises(Conflict):
                rules.check_move(here, there)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field"),
    [
        (date(2026, 5, 2), date(2026, 5, 1), "ends_on"),
        (None, date(2026, 5, 1), "starts_on"),
        (date(2026, 5, 1), None, "ends_on"),
        (date(1026, 5, 1), date(2026, 5, 1), "starts_on"),
        (date(2026, 5, 1), date(2036, 5, 1), "ends_on"),
    ],
)
def test_days_that_cannot_be_right_are_refused_at_their_field(starts_on, ends_on, field):
    with pytest.raises(Invalid) as refused:
        rules.check_days(starts_on, ends_on)
    assert refused.value.field == field


def test_days_in_order_or_none_at_all_are_taken():
    rules.check_days(None, None)
    rules.check_days(date(2026, 5, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"description": "x" * 100_000}, "description"),
        ({"description": "a\u202eb"}, "description"),
        ({"people": 0}, "people"),
        ({"estimate": -1}, "estimate"),
    ],
)
def test_facts_that_cannot_be_right_are_refused_at_their_field(facts, field):
    with pytest.raises(Invalid) as refused:
        rules.check_facts(facts)
    assert refused.value.field == field


def test_a_house_at_its_limit_is_full_and_the_refusal_names_it():
    here, there = House(uuid7(), "Solsikken", 2), House(uuid7(), "Mælkevejen", 1)

    assert rules.crowded([here, there], most=2) == [here]
    assert rules.crowded([here, there], most=None) == []
    with pytest.raises(rules.LimitReached) as refused:
        rules.check_limit([here], most=2, override_reason="  ")
    assert refused.value.field == "override_reason"
    assert "Solsikken (2)" in str(refused.value)
    assert "2 initiatives" in str(refused.value)
    assert rules.check_limit([here], most=2, override_reason=" Aftalt. ") == "Aftalt."
    assert rules.check_limit([], most=2, override_reason="spare") == ""


def test_the_points_of_a_form_are_the_sum_of_its_reasons():
    for urgency, people, units, shared, same, at_hand in product(
        Urgency, (1, 8, 30), (1, 3), (True, False), (True, False), (True, False)
    ):
        answers = replace(
            BASE,
            urgency=urgency,
            people=people,
            units=units,
            shared=shared,
            same_level=same,
            resource_persons=at_hand,
        )
        advice = rules.ranked(answers, {})
        assert {each.form for each in advice} == set(CourseForm)
        assert [each.points for each in advice] == sorted(
            (each.points for each in advice), reverse=True
        )
        for each in advice:
            assert each.points == sum(points for _says, points in each.reasons)


def test_a_few_who_need_depth_are_sent_out():
    first = rules.ranked(BASE, {})[0]
    assert first.form is CourseForm.DIPLOMA_MODULE


def test_an_acute_need_with_resource_persons_is_met_in_practice():
    answers = replace(BASE, urgency=Urgency.ACUTE, resource_persons=True, weeks=8)
    first, *_rest, last = rules.ranked(answers, {})
    assert first.form in (CourseForm.SIDE_BY_SIDE, CourseForm.SUPERVISION)
    assert last.form in (CourseForm.ACADEMY_MODULE, CourseForm.DIPLOMA_MODULE, CourseForm.NETWORK)


def test_a_whole_house_learns_at_home():
    answers = replace(BASE, people=20, shared=True, same_level=True, weeks=12)
    assert rules.ranked(answers, {})[0].form is CourseForm.PEDAGOGICAL_DAY


def test_what_takes_too_long_and_what_is_too_dear_loses_points():
    cost = rules.rough_costs(
        [priced(CourseForm.DIPLOMA_MODULE, 12_000)], people=3, cover_rules=COVER
    )

    def points(answers):
        found = {each.form: each for each in rules.ranked(answers, cost)}
        return found[CourseForm.DIPLOMA_MODULE]

    rich = points(BASE)
    poor = points(replace(BASE, amount=kroner(35_999)))
    late = points(replace(BASE, weeks=25))
    assert rich.points - poor.points == 2 * rules.MONEY
    assert (rules.TOO_DEAR, -rules.MONEY) in poor.reasons
    assert rich.points - late.points == rules.TIME
    assert points(replace(BASE, amount=kroner(36_000))).points == rich.points


def test_a_price_that_nobody_knows_is_no_free_pass():
    cost = rules.rough_costs([priced(CourseForm.COURSE, 1_000)], people=3, cover_rules=COVER)
    found = {each.form: each for each in rules.ranked(BASE, cost)}
    assert (rules.IN_BUDGET, rules.MONEY) in found[CourseForm.COURSE].reasons
    unknown = found[CourseForm.NETWORK]
    assert (rules.UNKNOWN, -2) in unknown.reasons
    assert unknown.points == sum(points for _says, points in unknown.reasons)
    free = rules.rough_costs(
        [priced(CourseForm.NETWORK, 0, cover="0")], people=3, cover_rules=COVER
    )
    found = {each.form: each for each in rules.ranked(replace(BASE, amount=kroner(0)), free)}
    assert (rules.IN_BUDGET, rules.MONEY) in found[CourseForm.NETWORK].reasons


COVER = {"rate": 20_000, "share_taught": {"default": 100}}


def test_rough_costs_come_of_prices_and_cover():
    found = rules.rough_costs(
        [
            priced(CourseForm.COURSE, 1000, cover="2"),
            priced(CourseForm.COURSE, 3000, cover="2"),
            priced(CourseForm.COURSE, 2000, cover="2"),
            priced(CourseForm.THEME_DAY, 18_000, kind=PriceKind.PER_GROUP),
        ],
        people=10,
        cover_rules=COVER,
    )

    cover = 10 * 2 * 20_000
    course = found[CourseForm.COURSE]
    assert (course.low, course.middle, course.high, course.courses) == (
        10 * kroner(1000) + cover,
        10 * kroner(2000) + cover,
        10 * kroner(3000) + cover,
        3,
    )
    assert found[CourseForm.THEME_DAY].middle == kroner(18_000)
    assert CourseForm.NETWORK not in found


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"people": 0}, "people"),
        ({"units": 0}, "units"),
        ({"weeks": -1}, "weeks"),
        ({"weeks": 10**9}, "weeks"),
        ({"amount": -1}, "amount"),
    ],
)
def test_answers_that_cannot_be_right_are_refused(change, field):
    with pytest.raises(Invalid) as refused:
        rules.check_answers(replace(BASE, **change))
    assert refused.value.field == field


def test_whoever_leaves_the_advice_says_why():
    advice = rules.ranked(BASE, {})
    rules.check_choice(advice, advice[0].form, "")
    rules.check_choice(advice, advice[-1].form, "Kendt underviser.")
    with pytest.raises(Invalid) as refused:
        rules.check_choice(advice, advice[-1].form, "  ")
    assert refused.value.field == "reason"


def test_few_answers_tell_nothing():
    four = [(3, "a", "b")] * 4
    told = rules.summed(four)
    assert (told.answers, told.mean, told.steps, told.expects) == (None, "", None, ())


def test_five_answers_tell_the_mean_and_the_words_and_no_small_cell():
    told = rules.summed([(2, "a", ""), *[(3, "", "b")] * 4])
    assert (told.answers, told.mean) == (5, "2.8")
    assert told.steps is None
    assert (told.expects, told.will_use) == (("a",), ("b",) * 4)
    assert rules.summed([(4, "", "")] * 5).steps == {1: 0, 2: 0, 3: 0, 4: 5, 5: 0}
