"""Money moves exactly as far as each step says."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    CostLine,
    EntryKind,
    LedgerEntry,
    MoneyState,
    Policy,
    PoolKind,
)
from tenant_app.budgets.rules import Cost
from tenant_app.core.errors import Conflict
from tenant_app.core.money import kroner
from tests.budgets.conftest import balances, sums

MODULE = Cost(fee=kroner(12_000), cover=kroner(17_800), cover_hours=Decimal(84))


def test_the_worked_example_is_shown_before_submit_and_reserved_exactly(money):
    with money.town.as_user("leader_n1") as ctx:
        card = money.card(ctx, "n1", MODULE)
        source = uuid4()
        budgets.reserve(ctx, source_id=source, submission=1, card=card)

    assert card.by_kind() == {
        PoolKind.CENTRAL: kroner(20_900),
        PoolKind.INSTITUTION: kroner(8_900),
    }
    assert card.rule_name == "ECTS"
    assert money.position("central").reserved == kroner(20_900)
    assert money.position("n1").reserved == kroner(8_900)
    assert money.position("n2").reserved == 0


def test_a_release_restores_exactly_what_was_reserved(money):
    before = money.picture()["balances"]
    source = money.reserve("n1", MODULE)
    with money.town.as_system() as ctx:
        budgets.release(ctx, source_id=source)

    assert money.picture()["balances"] == before


def test_approval_commits_and_completion_makes_it_actual(money):
    source = money.reserve("n1", MODULE)
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    committed = money.position("central")
    assert (committed.reserved, committed.committed, committed.actual) == (0, kroner(20_900), 0)

    with money.town.as_system() as ctx:
        budgets.charge(ctx, source_id=source)
    spent = money.position("central")
    assert (spent.reserved, spent.committed, spent.actual) == (0, 0, kroner(20_900))
    assert spent.available == kroner(400_000) - kroner(20_900)


def test_what_was_committed_can_be_released(money):
    before = money.picture()["balances"]
    source = money.reserve("n1", MODULE)
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    with money.town.as_system() as ctx:
        budgets.release(ctx, source_id=source)

    assert money.picture()["balances"] == before


@pytest.mark.parametrize("verb", [budgets.commit, budgets.release])
def test_the_same_verb_twice_is_one_effect(money, verb):
    source = money.reserve("n1", MODULE)
    with money.town.as_system() as ctx:
        verb(ctx, source_id=source)
    once = money.picture()
    with money.town.as_system() as ctx:
        verb(ctx, source_id=source)

    assert money.picture() == once


def test_reserving_the_same_submission_twice_is_one_effect(money):
    source = uuid4()
    with money.town.as_system() as ctx:
        card = money.card(ctx, "n1", MODULE)
        budgets.reserve(ctx, source_id=source, submission=1, card=card)
    once = money.picture()
    with money.town.as_system() as ctx:
        assert budgets.reserve(ctx, source_id=source, submission=1, card=card) == []

    assert money.picture() == once


def test_a_returned_request_is_reserved_again_on_its_next_submission(money):
    source = money.reserve("n1", MODULE)
    with money.town.as_system() as ctx:
        budgets.release(ctx, source_id=source)
        budgets.reserve(ctx, source_id=source, submission=2, card=money.card(ctx, "n1", MODULE))
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
        lines = budgets.lines_of(ctx, [source])[source]

    assert [(line.submission, line.state) for line in lines] == [
        (1, MoneyState.RELEASED),
    ] * 3 + [(2, MoneyState.COMMITTED)] * 3
    assert money.position("central").committed == kroner(20_900)


@pytest.mark.parametrize(
    ("done", "verb", "says"),
    [
        ((), budgets.charge, "only reserved"),
        ((budgets.release,), budgets.commit, "no longer set aside"),
        ((budgets.release,), budgets.charge, "no longer set aside"),
        ((budgets.commit, budgets.charge), budgets.release, "has been spent"),
    ],
)
def test_a_step_out_of_turn_is_refused_and_nothing_changed(money, done, verb, says):
    source = money.reserve("n1", MODULE)
    for step in done:
        with money.town.as_system() as ctx:
            step(ctx, source_id=source)
    before = money.picture()

    with pytest.raises(Conflict, match=says), money.town.as_system() as ctx:
        verb(ctx, source_id=source)

    assert money.picture() == before


def test_what_costs_nothing_moves_nothing(money):
    before = money.picture()
    source = money.reserve("n1", Cost())
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
        budgets.charge(ctx, source_id=source)

    assert money.picture() == before


def test_one_oere_too_much_is_refused_naming_pool_available_and_shortage(money):
    room = money.position("n1").available
    before = money.picture()

    with pytest.raises(budgets.BudgetExceeded) as refused:
        money.reserve("n1", Cost(fee=room + 1), ects=0)

    assert str(refused.value).startswith(
        f"The pool “n1 {money.town.slug}” has 150.000,00 kr available and 150.000,01 kr is needed: "
        "0,01 kr short."
    )
    assert refused.value.status == 409
    assert money.picture() == before
    money.reserve("n1", Cost(fee=room), ects=0)
    assert money.position("n1").available == 0


def test_a_refusal_by_the_second_pool_takes_nothing_from_the_first(money):
    before = money.picture()
    with pytest.raises(budgets.BudgetExceeded):
        money.reserve("n1", Cost(fee=kroner(100), cover=kroner(400_000)))

    assert money.picture() == before


def test_a_refusal_inside_a_savepoint_leaves_the_rest_of_the_work(money):
    kept = uuid4()
    with money.town.as_system() as ctx:
        card = money.card(ctx, "n1", MODULE)
        budgets.reserve(ctx, source_id=kept, submission=1, card=card)
        huge = money.card(ctx, "n1", Cost(cover=kroner(900_000)))
        with pytest.raises(budgets.BudgetExceeded), ctx.session.begin_nested():
            budgets.reserve(ctx, source_id=uuid4(), submission=1, card=huge)

    assert money.position("central").reserved == kroner(20_900)
    with money.town.as_system() as ctx:
        assert balances(ctx) == sums(ctx)


def test_a_pool_that_warns_lets_it_pass_and_says_so(town, make_money):
    money = make_money(town, policy=Policy.WARN)
    with town.as_system() as ctx:
        card = money.card(ctx, "n1", Cost(fee=kroner(150_010)), ects=0)
        [warning] = budgets.reserve(ctx, source_id=uuid4(), submission=1, card=card)

    assert warning.pool_id == money.pools["n1"]
    assert warning.available == kroner(150_000)
    assert warning.shortage == kroner(10)
    assert "150.000,00 kr available" in str(warning)
    assert "10,00 kr too much" in str(warning)
    assert money.position("n1").available == kroner(-10)


def test_the_lines_tell_who_pays_what_and_by_which_rule(money):
    source = money.reserve("n1", MODULE)
    with money.town.as_system() as ctx:
        lines = budgets.lines_of(ctx, [source])[source]

    assert {(line.pool.kind, line.cost_line, line.amount, line.share_bp) for line in lines} == {
        (PoolKind.CENTRAL, CostLine.FEE, kroner(12_000), 10000),
        (PoolKind.CENTRAL, CostLine.COVER, kroner(8_900), 5000),
        (PoolKind.INSTITUTION, CostLine.COVER, kroner(8_900), 5000),
    }
    assert {(line.rule_name, line.rule_version) for line in lines} == {("ECTS", 1)}


def test_sources_without_money_are_there_without_lines(money):
    unknown = uuid4()
    with money.town.as_system() as ctx:
        assert budgets.lines_of(ctx, [unknown]) == {unknown: []}
        assert budgets.lines_of(ctx, []) == {}


def test_entries_are_booked_on_the_danish_date(money):
    last_minute = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
    first_minute = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    source = money.reserve("n1", MODULE)
    with money.town.as_system(now=last_minute) as ctx:
        budgets.commit(ctx, source_id=source)
    with money.town.as_system(now=first_minute) as ctx:
        budgets.charge(ctx, source_id=source)
        booked = dict(
            ctx.session.execute(
                select(LedgerEntry.kind, LedgerEntry.booked_on).where(
                    LedgerEntry.kind.in_([EntryKind.COMMITTED, EntryKind.ACTUAL])
                )
            ).all()
        )

    assert booked == {
        EntryKind.COMMITTED: date(2026, 12, 31),
        EntryKind.ACTUAL: date(2027, 1, 1),
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET reserved = 0",
        "DELETE FROM ledger_entries",
        "TRUNCATE ledger_entries",
    ],
)
def test_nobody_edits_the_ledger(money, statement):
    money.reserve("n1", MODULE)
    before = money.picture()
    with pytest.raises(ProgrammingError, match="permission denied"), money.town.as_system() as ctx:
        ctx.session.execute(text(statement))

    assert money.picture() == before
