"""Units apply while a round is open; it is decided once, and awards lie in their pools."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tenant_app.budgets.models import PoolKind
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tenant_app.rounds import service as rounds
from tenant_app.rounds.models import RoundState
from tenant_app.rounds.rules import OverAwarded, RoundNotOpen, Standing


def test_what_is_awarded_moves_from_the_rounds_pool_to_the_units_own(held):
    made = held.round()
    north, south = held.apply(made, "n1", 40), held.apply(made, "s1", 30)
    root, n1, s1 = (held.available(where) for where in ("root", "n1", "s1"))

    held.decide(made, {north: 25, south: 0}, decided_where="Ledergruppen 12-03-2026")

    assert held.available("root") == root - 25_000
    assert held.available("n1") == n1 + 25_000
    assert held.available("s1") == s1
    assert held.entries(north) == [("central", -25_000), ("institution", 25_000)]
    assert held.entries(south) == []


def test_a_round_is_decided_once(held):
    made = held.round()
    north = held.apply(made)
    held.decide(made, {north: 20})

    held.refused(Conflict, lambda: held.decide(made, {north: 20}))

    assert held.entries(north) == [("central", -20_000), ("institution", 20_000)]


def test_it_gives_no_more_than_it_has_to_give(held):
    made = held.round(amount=kroner(50_000))
    north, south = held.apply(made, "n1", 40), held.apply(made, "s1", 40)

    refusal = held.refused(OverAwarded, lambda: held.decide(made, {north: 30, south: 21}))

    assert refusal.field == "awards"
    assert refusal.params["over"] == "1.000,00 kr"


def test_nor_more_than_its_pool_holds_and_then_nobody_gets_anything(held):
    made = held.round()
    north, south = held.apply(made, "n1", 40), held.apply(made, "s1", 40)
    held.school.leave("root", kroner(60_000))

    held.refused(Conflict, lambda: held.decide(made, {north: 40, south: 30}))

    held.decide(made, {north: 40, south: 20})
    assert held.available("root") == 0


def test_nobody_is_awarded_more_than_they_asked(held):
    made = held.round()
    north = held.apply(made, "n1", 20)

    held.refused(Invalid, lambda: held.decide(made, {north: 21}))


def test_every_application_is_answered_and_only_those_of_the_round(held):
    made, other = held.round(), held.round(title="En anden")
    north, south = held.apply(made, "n1"), held.apply(made, "s1")
    foreign = held.apply(other, "n1")

    held.refused(Invalid, lambda: held.decide(made, {north: 20}))
    held.refused(NotFound, lambda: held.decide(made, {north: 1, south: 1, foreign: 1}))


def test_late_and_early_applications_are_refused_with_the_day(held):
    made = held.round(opens_on=date(2026, 3, 5))

    early = held.refused(RoundNotOpen, lambda: held.apply(made))
    assert early.params["day"] == "05-03-2026"
    late = held.refused(RoundNotOpen, lambda: held.apply(made, now=held.after))
    assert late.params["day"] == "20-03-2026"
    held.apply(made, now=held.town.now + timedelta(days=18))


def test_a_closed_round_takes_none_and_is_decided_before_its_last_day(held):
    made = held.round()
    north = held.apply(made)
    held.refused(Conflict, lambda: held.decide(made, {north: 5}, now=held.town.now))
    with held.town.as_user("admin") as ctx:
        rounds.close(ctx, made)

    held.refused(RoundNotOpen, lambda: held.apply(made, "s1"))
    held.decide(made, {north: 5}, now=held.town.now)


def test_applying_again_changes_what_the_unit_applied_for(held):
    made = held.round()
    first = held.apply(made, "n1", 20)

    assert held.apply(made, "n1", 35) == first
    held.refused(Invalid, lambda: held.apply(made, "n1", 101))
    held.decide(made, {first: 35})


def test_a_withdrawn_application_is_not_answered(held):
    made = held.round()
    north, south = held.apply(made, "n1"), held.apply(made, "s1")
    with held.town.as_user("leader_n1") as ctx:
        rounds.withdraw(ctx, made, unit_id=held.town.units["n1"])

    held.refused(NotFound, lambda: held.decide(made, {north: 5, south: 5}))
    held.decide(made, {south: 5})


def test_a_leader_applies_for_their_own_unit_only(held):
    made = held.round()

    held.refused(NotFound, lambda: held.apply(made, "s1", who="leader_n1"))
    held.refused(NotFound, lambda: held.apply(made, "n1", who="ped_n1"))
    held.refused(Forbidden, lambda: held.apply(made, "n1", who="consultant"))
    held.apply(made, "n1", who="area_north")


def test_a_draft_is_seen_by_those_who_hold_it_only(held):
    made = held.draft()

    held.refused(NotFound, lambda: held.apply(made))
    with held.town.as_user("leader_n1") as ctx, pytest.raises(NotFound):
        rounds.get(ctx, made)
    with held.town.as_user("admin") as ctx:
        assert rounds.one(ctx, made).standing is Standing.DRAFT


def test_results_are_seen_by_applicants_when_it_is_decided_and_not_before(held):
    made = held.round()
    north, south = held.apply(made, "n1", 40), held.apply(made, "s1", 30)
    with held.town.as_user("leader_n1") as ctx:
        before = rounds.one(ctx, made)
        assert [each.application.id for each in before.compared] == [north]
        # Less its own 40,000 the sum would be what the other applies for.
        assert (before.sums.count, before.sums.asked) == (2, None)
        assert rounds.sums(ctx, [made])[made].asked is None
    with held.town.as_user("admin") as ctx:
        assert rounds.one(ctx, made).sums.asked == kroner(70_000)
        assert rounds.sums(ctx, [made])[made].asked == kroner(70_000)
    held.decide(made, {north: 25, south: 0})

    with held.town.as_user("leader_n1") as ctx:
        found = rounds.one(ctx, made)
        assert found.sums.asked == kroner(70_000)
        assert rounds.sums(ctx, [made])[made].asked == kroner(70_000)

    told = {each.application.id: each for each in found.compared}
    assert (told[north].application.awarded, told[south].application.awarded) == (
        kroner(25_000),
        0,
    )
    assert told[north].is_own
    assert not told[south].is_own


def test_applications_are_compared_per_full_time_employee_and_with_earlier_awards(held):
    first = held.round(title="Sidste år")
    held.decide(first, {held.apply(first, "n1", 20): 15})
    second = held.round(closes_on=date(2026, 4, 20))
    held.apply(second, "n1", 10)

    with held.town.as_user("admin") as ctx:
        [told] = rounds.one(ctx, second).compared

    assert told.fte == 5
    assert told.per_fte == kroner(2000)
    assert told.earlier == kroner(15_000)


def test_terms_stand_once_units_can_apply_and_only_the_last_day_moves_on(held):
    made = held.round()
    with held.town.as_user("admin") as ctx:
        rounds.change(ctx, made, closes_on=date(2026, 4, 1))

    def change(**facts):
        with held.town.as_user("admin") as ctx:
            rounds.change(ctx, made, **facts)

    held.refused(Conflict, lambda: change(amount=kroner(1)))
    held.refused(Conflict, lambda: change(closes_on=date(2026, 3, 25)))


def test_money_with_strings_is_not_given_on_and_days_are_in_order(held):
    own = held.pool("n1", PoolKind.INSTITUTION)

    assert held.refused(Invalid, lambda: held.draft(pool_id=own)).field == "pool_id"
    held.refused(Invalid, lambda: held.draft(closes_on=date(2026, 3, 1)))
    held.refused(Invalid, lambda: held.draft(amount=0))
    held.refused(Invalid, lambda: held.draft(title="x" * 100_000))
    held.refused(Forbidden, lambda: held.draft(who="leader_n1"))


def test_a_decided_round_does_not_move(held):
    made = held.round()
    held.decide(made, {held.apply(made): 5})

    def move(to):
        with held.town.as_user("admin", now=held.after) as ctx:
            rounds.move(ctx, made, to)

    for to in RoundState:
        held.refused(Conflict, lambda to=to: move(to))


def test_nothing_is_offered_that_the_pool_does_not_have(held):
    more = held.draft(amount=kroner(held.available("root") + 1))

    refusal = held.refused(Conflict, lambda: held.move(more, RoundState.OPEN))

    assert refusal.field == "amount"
    exact = held.draft(title="Til kanten", amount=kroner(held.available("root")))
    held.move(exact, RoundState.OPEN)


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "field"),
    [
        (date(2026, 12, 1), date(2027, 1, 1), "closes_on"),
        (date(2024, 12, 31), date(2026, 12, 31), "opens_on"),
    ],
)
def test_a_round_lies_before_its_money_is_gone(held, opens_on, closes_on, field):
    refusal = held.refused(Invalid, lambda: held.draft(opens_on=opens_on, closes_on=closes_on))

    assert refusal.field == field
    held.draft(opens_on=date(2025, 1, 1), closes_on=date(2026, 12, 31))


def test_a_round_is_given_up_only_while_nobody_has_applied(held):
    made = held.round()
    held.apply(made)
    held.refused(Conflict, lambda: held.drop(made))
    with held.town.as_user("leader_n1") as ctx:
        rounds.withdraw(ctx, made, unit_id=held.town.units["n1"])
    held.refused(Forbidden, lambda: held.drop(made, who="leader_n1"))

    held.drop(made)

    held.refused(NotFound, lambda: held.drop(made))
    held.refused(NotFound, lambda: held.apply(made))


def test_a_no_without_a_word_is_refused(held):
    made = held.round()
    north, south = held.apply(made), held.apply(made, "s1")
    silent = [rounds.Award(north, kroner(20_000)), rounds.Award(south, kroner(0))]

    def decide():
        with held.town.as_user("admin", now=held.after) as ctx:
            rounds.decide(ctx, made, silent)

    held.refused(Invalid, decide)
