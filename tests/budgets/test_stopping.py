"""A pool that is made to stop with more requests than it holds: the first approved go."""

from __future__ import annotations

from uuid import UUID

import pytest

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy
from tenant_app.budgets.rules import ApprovalExceeds, Cost
from tenant_app.budgets.service import BudgetExceeded
from tenant_app.core.errors import Conflict
from tenant_app.core.money import kroner
from tests.budgets.conftest import Money

HELD = kroner(150_000)
"""What the pool of n1 has to begin with."""


@pytest.fixture
def asked(town, make_money) -> tuple[Money, UUID, UUID]:
    """Two requests of 1,000 kr, and then the pool is cut to 1,500 kr and made to stop."""
    money = make_money(town, policy=Policy.WARN)
    first = money.reserve("n1", Cost(fee=kroner(1_000)), ects=0)
    second = money.reserve("n1", Cost(fee=kroner(1_000)), ects=0)
    with town.as_user("admin") as ctx:
        cut = kroner(1_500) - HELD
        budgets.adjust_allotment(ctx, money.pools["n1"], amount=cut, reason="Sparet")
        budgets.set_policy(ctx, money.pools["n1"], Policy.STOP)
    assert money.position("n1").available == -kroner(500)
    return money, first, second


def test_the_first_approved_goes_and_the_second_is_told_pool_rest_and_shortage(asked):
    money, first, second = asked
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=first)
    before = money.picture()

    with pytest.raises(BudgetExceeded) as refused, money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=second)

    assert isinstance(refused.value, ApprovalExceeds)
    assert refused.value.short.pool_id == money.pools["n1"]
    said = str(refused.value)
    for text in (refused.value.short.pool_name, "500,00 kr that is not bound", "500,00 kr short"):
        assert text in said
    assert money.picture() == before


def test_the_order_of_the_approvals_decides_not_that_of_the_requests(asked):
    money, first, second = asked
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=second)
    with pytest.raises(BudgetExceeded), money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=first)


def test_the_refused_goes_through_once_there_is_money(asked):
    money, first, second = asked
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=first)
    with money.town.as_user("admin") as ctx:
        budgets.adjust_allotment(ctx, money.pools["n1"], amount=kroner(500), reason="Fundet")
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=second)
    held = money.position("n1")
    assert (held.reserved, held.committed, held.available) == (0, kroner(2_000), 0)


def test_the_refused_can_be_given_up(asked):
    money, first, second = asked
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=first)
        budgets.release(ctx, source_id=second)
    assert money.position("n1").available == kroner(500)


def test_a_pool_that_stops_takes_no_new_request_while_it_is_short(asked):
    money, *_ = asked
    before = money.picture()
    with pytest.raises(BudgetExceeded, match="-500,00 kr available"):
        money.reserve("n1", Cost(fee=kroner(1)), ects=0)
    assert money.picture() == before


def test_a_pool_that_warns_binds_more_than_it_holds(town, make_money):
    money = make_money(town, policy=Policy.WARN)
    source = money.reserve("n1", Cost(fee=HELD + 1), ects=0)
    with town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    assert money.position("n1").available == -1


def test_the_other_pools_of_a_refused_approval_are_left_alone(town, make_money):
    """Fee central, cover halved: the central pool comes first and must be given back."""
    money = make_money(town, policy=Policy.WARN)
    source = money.reserve("n1", Cost(fee=kroner(1_000), cover=kroner(2_000)))
    with town.as_user("admin") as ctx:
        for name in ("central", "n1"):
            pool_id = money.pools[name]
            held = budgets.positions(ctx, [pool_id])[pool_id]
            cut = -held.allotted + (kroner(1_000) - 1 if name == "n1" else kroner(9_000))
            budgets.adjust_allotment(ctx, pool_id, amount=cut, reason="Sparet")
            budgets.set_policy(ctx, pool_id, Policy.STOP)
    before = money.picture()

    with pytest.raises(BudgetExceeded, match="0,01 kr short"), town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)

    assert money.picture() == before


def test_more_bound_than_it_holds_keeps_a_pool_from_stopping(town, make_money):
    money = make_money(town, policy=Policy.WARN)
    source = money.reserve("n1", Cost(fee=HELD + 100), ects=0)
    with town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    with pytest.raises(Conflict, match="overdrawn by 1,00 kr"), town.as_user("admin") as ctx:
        budgets.set_policy(ctx, money.pools["n1"], Policy.STOP)
