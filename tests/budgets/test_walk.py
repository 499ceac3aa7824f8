"""Any walk through the verbs: balances equal entries, a pool that stops never binds more than it
holds and takes no request beyond it, and what is refused changes nothing. A small model in Python
says what should have happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenant_app.budgets import rules
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import MoneyState, Policy
from tenant_app.budgets.rules import Cost, CostCard
from tenant_app.core.errors import Refusal
from tenant_app.core.money import Money as Ore
from tests.budgets.conftest import Money, balances, sums

NAMES = ("central", "n1", "n2", "s1", "s2")
UNITS = NAMES[1:]
amounts = st.integers(0, 700).map(Ore)
steps = st.one_of(
    st.tuples(st.just("reserve"), st.sampled_from(UNITS), amounts, amounts),
    st.tuples(st.sampled_from(["commit", "charge", "release", "resubmit"]), st.integers(0, 30)),
    st.tuples(st.just("adjust"), st.sampled_from(NAMES), st.integers(-400, 400)),
    st.tuples(st.just("policy"), st.sampled_from(NAMES), st.sampled_from(Policy)),
)


class Walk:
    """The real thing beside the model."""

    def __init__(self, money: Money) -> None:
        self.money = money
        self.sources: list[UUID] = []
        self.submission: dict[UUID, int] = {}
        self.refused = 0

    def take(self, step: tuple[Any, ...]) -> None:
        before = self.money.picture()
        try:
            with self.money.town.as_user("admin") as ctx:
                getattr(self, step[0])(ctx, *step[1:])
        except Refusal:
            self.refused += 1
            assert self.money.picture() == before
        self.check()

    def check(self) -> None:
        with self.money.town.as_system() as ctx:
            held = balances(ctx)
            assert held == sums(ctx)
            positions = budgets.positions(ctx, list(held))
            lines = [
                line for lines in budgets.lines_of(ctx, self.sources).values() for line in lines
            ]
            for pool_id, row in positions.items():
                assert row.policy is not Policy.STOP or rules.unbound(row) >= 0
                for state in (MoneyState.RESERVED, MoneyState.COMMITTED, MoneyState.ACTUAL):
                    expected = sum(
                        line.amount
                        for line in lines
                        if line.pool_id == pool_id and line.state is state
                    )
                    assert getattr(row, state.value) == expected

    def reserve(self, ctx: Any, unit: str, fee: Ore, cover: Ore) -> None:
        source = uuid4()
        card = self.money.card(ctx, unit, Cost(fee=fee, cover=cover))
        budgets.reserve(ctx, source_id=source, submission=1, card=card)
        self._stopping_pools_hold(ctx, card)
        self.sources.append(source)
        self.submission[source] = 1

    def commit(self, ctx: Any, place: int) -> None:
        budgets.commit(ctx, source_id=self._source(place))

    def charge(self, ctx: Any, place: int) -> None:
        budgets.charge(ctx, source_id=self._source(place))

    def release(self, ctx: Any, place: int) -> None:
        budgets.release(ctx, source_id=self._source(place))

    def resubmit(self, ctx: Any, place: int) -> None:
        source = self._source(place)
        budgets.release(ctx, source_id=source)
        card = self.money.card(ctx, "n1", Cost(fee=Ore(7), cover=Ore(101)))
        budgets.reserve(
            ctx, source_id=source, submission=self.submission.get(source, 0) + 1, card=card
        )
        self._stopping_pools_hold(ctx, card)
        self.submission[source] = self.submission.get(source, 0) + 1
        if source not in self.sources:
            self.sources.append(source)

    def adjust(self, ctx: Any, name: str, amount: int) -> None:
        budgets.adjust_allotment(ctx, self.money.pools[name], amount=amount, reason="walk")

    def policy(self, ctx: Any, name: str, policy: Policy) -> None:
        budgets.set_policy(ctx, self.money.pools[name], policy)

    def _stopping_pools_hold(self, ctx: Any, card: CostCard) -> None:
        """No request was taken beyond what a pool that stops has available."""
        paid = {pool_id for pool_id, amount in card.by_pool().items() if amount}
        for row in budgets.positions(ctx, paid).values():
            assert row.policy is not Policy.STOP or row.available >= 0

    def _source(self, place: int) -> UUID:
        return self.sources[place % len(self.sources)] if self.sources else uuid4()


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate, Phase.target],  # shrinking would found hundreds of towns
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(st.lists(steps, min_size=25, max_size=45))
def test_every_walk_keeps_the_books(
    make_town: Callable[..., Any], make_money: Callable[..., Money], walk: list[tuple[Any, ...]]
) -> None:
    going = Walk(make_money(make_town(), frame=Ore(3_000)))
    for step in walk:
        going.take(step)


def test_the_check_notices_a_balance_that_is_an_oere_off(money: Money) -> None:
    """The control: a walk that moves a balance without an entry must be caught."""
    walk = Walk(money)
    walk.take(("reserve", "n1", Ore(10), Ore(10)))
    with money.town.as_system() as ctx:
        row = budgets.positions(ctx, [money.pools["n1"]])[money.pools["n1"]]
        row.actual = Ore(row.actual + 1)
    with pytest.raises(AssertionError):
        walk.check()
