"""No money moves in a year while it closes: who closes it waits for the verb, and what the verb did
is in the result. The controls do not hold the year, and what follows is not what is left.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tenant_app.budgets import queries
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, BudgetYearState
from tenant_app.budgets.queries import reconciling, strings
from tenant_app.budgets.service import counting
from tenant_app.core.money import kroner
from tenant_app.funds import service as funds
from tenant_app.rounds import service as rounds
from tests.funds.conftest import Fund
from tests.races.test_budget_ledger import EACH
from tests.races.test_limits import card, state
from tests.races.test_lock_order import Meeting
from tests.rounds.conftest import Rounds

pytestmark = pytest.mark.races
NEW_YEAR = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
VERBS = ["transfer", "round", "pay", "refund"]
__all__ = ["state"]


def year_of(ctx, calendar_year: int) -> BudgetYear:
    return ctx.session.scalars(select(BudgetYear).where(BudgetYear.year == calendar_year)).one()


def prepare(town, verb: str) -> Any:
    """The verb on money of 2026, to be called with a context; 2027 is adopted."""
    if verb == "round":
        held = Rounds(town)
        made = held.round()
        given = [rounds.Award(held.apply(made), kroner(20_000))]

        def act(ctx):
            rounds.decide(ctx, made, given)

    elif verb == "transfer":
        pools = Rounds(town).school
        with town.as_user("area_north") as ctx:
            asked = budgets.ask_transfer(
                ctx,
                from_pool_id=pools.pool("n1"),
                to_pool_id=pools.pool("n2"),
                amount=kroner(1_000),
                reason="Fælles forløb",
            ).id

        def act(ctx):
            budgets.approve_transfer(ctx, asked)

    else:
        fund = Fund(town)
        # The first opens the pool, and refunds find it.
        paid = fund.taken_to("paid", fund.apply("ped_n1_2"))
        made = fund.taken_to("awarded", fund.apply())
        person = town.employees["ped_n1_2"]
        act = {
            "pay": lambda ctx: funds.pay(ctx, made),
            "refund": lambda ctx: funds.refund(ctx, paid, note="Syg", employee_ids=[person]),
        }[verb]
    with town.as_user("admin") as ctx:
        following = budgets.create_year(ctx, year=2027, frame=kroner(1_000_000), central_bp=4000)
        budgets.adopt(ctx, following.id)
        if verb in ("pay", "refund"):
            pool = budgets.pool_with_code(ctx, year=2026, code="KOMP")
            budgets.open_named_pool(ctx, following.id, kind=pool.kind, code="KOMP", name=pool.name)
        year = year_of(ctx, 2026)
        if year.state is BudgetYearState.ADOPTED:
            budgets.open_year(ctx, year.id)
    return act


def close_beside(town, verb: str) -> int:
    """The verb runs up to its end; meanwhile another closes the year. Returns how many pools have
    something else left than the closing found."""
    act = prepare(town, verb)

    def close():
        for step in (budgets.begin_closing, budgets.approve_carry_overs, budgets.close_year):
            with town.as_user("admin", now=NEW_YEAR) as ctx:
                step(ctx, year_of(ctx, 2026).id)

    meeting = Meeting(close)
    with meeting.first(), town.as_user("admin", now=datetime(2026, 4, 1, 9, tzinfo=UTC)) as ctx:
        act(ctx)
        meeting.here(ctx)
    assert meeting.ended == []
    with town.as_system() as ctx:
        assert year_of(ctx, 2026).state is BudgetYearState.CLOSED
        return len(reconciling.unsettled(ctx))


@pytest.mark.parametrize("verb", VERBS)
def test_what_moves_while_a_year_closes_is_in_its_result(town, verb):
    assert close_beside(town, verb) == 0


@pytest.mark.parametrize("verb", VERBS)
def test_the_control_that_does_not_hold_the_year_leaves_a_wrong_result(town, verb, monkeypatch):
    def unlocked(ctx, year_id):
        return ctx.session.scalars(select(BudgetYear).where(BudgetYear.id == year_id)).one()

    monkeypatch.setattr(queries, "hold_year", unlocked)
    assert close_beside(town, verb) > 0


# -- a pool is made smaller while its string is used


def shrink_beside(town, pool, *, looks_first: bool) -> int:
    """The pool is halved, and meanwhile somebody asks for all that its string allowed. Returns how
    many constraints are broken in the end."""

    def ask():
        with town.as_system() as ctx:
            budgets.reserve(ctx, source_id=uuid4(), submission=1, card=card(pool, EACH * 10))

    def halve(ctx):
        budgets.adjust_allotment(ctx, pool, amount=-EACH * 50, reason="Tilsagn nedsat")

    meeting = Meeting(ask)
    with meeting.first(), town.as_user("admin") as ctx:
        if looks_first:
            # As a check before the change, and without the pool, would.
            assert strings.broken(ctx, pool) is None
            meeting.here(ctx)
            halve(ctx)
        else:
            halve(ctx)
            meeting.here(ctx)
    with town.as_system() as ctx:
        return len(reconciling.unsettled(ctx))


def test_a_string_holds_while_its_pool_is_made_smaller(town, state):
    assert shrink_beside(town, state, looks_first=False) == 0


def test_the_control_that_looks_first_breaks_the_string(town, state, monkeypatch):
    monkeypatch.setattr(counting, "check_strings", lambda ctx, pool_id: None)
    assert shrink_beside(town, state, looks_first=True) == 1
