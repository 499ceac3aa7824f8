"""Many at once on thresholds, constraints and caps: never above, and controls that must lose."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    CostLine,
    MoneyLine,
    PersonUse,
    Policy,
    PoolConstraint,
    PoolKind,
)
from tenant_app.budgets.rules import (
    BudgetExceeded,
    Cost,
    CostCard,
    EarmarkExceeded,
    PersonCapExceeded,
    Share,
)
from tenant_app.core.errors import Conflict
from tenant_app.core.money import Money
from tests.races.test_budget_ledger import EACH, FITS, at_once, books_are_kept, open_year, position

pytestmark = pytest.mark.races


def card(pool, amount=EACH) -> CostCard:
    share = Share(pool, "Puljen", PoolKind.CENTRAL, CostLine.FEE, Money(amount), 10000)
    return CostCard(Cost(fee=Money(amount)), (share,), "race", 1, {"form": "network"})


@pytest.fixture
def state(town):
    """A state pool that holds a hundred of EACH, of which ten may be informal."""
    open_year(town)
    with town.as_user("admin") as ctx:
        [year] = budgets.years(ctx).items
        pool = budgets.open_named_pool(
            ctx, year.id, kind=PoolKind.EARMARKED, code="STAT", name="Statspuljen"
        )
        budgets.receive(ctx, pool_id=pool.id, amount=EACH * 100, note="Ja", link_id=uuid4())
        budgets.set_constraints(
            ctx, pool.id, [{"name": "Uformel", "when": {"form": "network"}, "most_bp": 1000}]
        )
        return pool.id


def used_of(town) -> int:
    with town.as_system() as ctx:
        return ctx.session.scalars(select(PoolConstraint.used)).one()


def test_never_over_the_block(town):
    """Twenty fit, and one more up to 105 %; sixty-four ask and approve at once."""
    [pool] = open_year(town)[PoolKind.CENTRAL]
    with town.as_user("admin") as ctx:
        budgets.set_policies(ctx, pool, policy=Policy.APPROVE_OVER)

    def request(_: int) -> str:
        source = uuid4()
        try:
            with town.as_system() as ctx:
                budgets.reserve(ctx, source_id=source, submission=1, card=card(pool))
            with town.as_system() as ctx:
                budgets.commit(ctx, source_id=source)
        except BudgetExceeded:
            return "refused"
        return "bound"

    assert at_once(64, request) == {"bound": FITS + 1, "refused": 64 - FITS - 1}
    held = position(town, pool)
    assert held.committed == EACH * (FITS + 1) == held.allotted * 105 // 100
    assert books_are_kept(town)


def test_transfers_and_requests_at_once_never_overdraw(town):
    pools = open_year(town)
    giver, taker = pools[PoolKind.CENTRAL][0], pools[PoolKind.INSTITUTION][0]

    def step(i: int) -> str:
        try:
            with town.as_system() as ctx:
                if i % 3 == 0:
                    budgets.transfer(
                        ctx, from_pool_id=giver, to_pool_id=taker, amount=EACH * 2, note="Ja"
                    )
                    return "moved"
                budgets.reserve(ctx, source_id=uuid4(), submission=1, card=card(giver))
        except Conflict:
            return "refused"
        return "reserved"

    ended = at_once(48, step)
    held = position(town, giver)
    assert held.available >= 0
    assert held.available == EACH * (FITS - ended["reserved"] - 2 * ended["moved"])
    assert books_are_kept(town)


def test_transfers_both_ways_never_deadlock(town):
    pools = open_year(town)
    pair = pools[PoolKind.CENTRAL][0], pools[PoolKind.INSTITUTION][0]

    def step(i: int) -> str:
        giver, taker = pair if i % 2 else reversed(pair)
        for _ in range(5):
            with town.as_system() as ctx:
                budgets.transfer(ctx, from_pool_id=giver, to_pool_id=taker, amount=1, note="Ja")
        return "done"

    assert at_once(24, step) == {"done": 24}
    assert books_are_kept(town)


def test_the_same_posting_from_many_threads_is_once(town):
    [pool] = open_year(town)[PoolKind.CENTRAL]
    link = uuid4()
    before = position(town, pool).available

    def again(_: int) -> str:
        with town.as_system() as ctx:
            budgets.receive(ctx, pool_id=pool, amount=EACH, note="Tilsagn", link_id=link)
        return "done"

    assert at_once(16, again) == {"done": 16}
    assert position(town, pool).available == before + EACH
    assert books_are_kept(town)


def test_the_same_invoice_from_many_threads_is_settled_once(town):
    [pool] = open_year(town)[PoolKind.CENTRAL]
    source, link = uuid4(), uuid4()
    with town.as_system() as ctx:
        budgets.reserve(ctx, source_id=source, submission=1, card=card(pool))
        budgets.commit(ctx, source_id=source)

    def again(_: int) -> str:
        with town.as_system() as ctx:
            budgets.settle(ctx, source_id=source, amount=EACH + 500, link_id=link)
        return "done"

    assert at_once(12, again) == {"done": 12}
    assert (position(town, pool).committed, position(town, pool).actual) == (0, EACH + 500)
    assert books_are_kept(town)


def test_forty_requests_on_a_constraint_that_fits_ten_give_exactly_ten(town, state):
    def request(_: int) -> str:
        try:
            with town.as_system() as ctx:
                budgets.reserve(ctx, source_id=uuid4(), submission=1, card=card(state))
        except EarmarkExceeded:
            return "refused"
        return "reserved"

    assert at_once(40, request) == {"reserved": 10, "refused": 30}
    assert used_of(town) == EACH * 10
    assert position(town, state).reserved == EACH * 10


def test_the_control_that_reads_and_then_writes_breaks_the_constraint(town, state):
    read = threading.Barrier(8)

    def request(_: int) -> str:
        with town.as_system() as ctx:
            used = ctx.session.scalars(select(PoolConstraint.used)).one()
            read.wait()  # eight at a time have read before any of them writes
            if used + EACH > EACH * 10:
                return "refused"
            ctx.session.execute(update(PoolConstraint).values(used=PoolConstraint.used + EACH))
            return "reserved"

    with ThreadPoolExecutor(8) as threads:
        ended = Counter(threads.map(request, range(40)))
    assert ended["reserved"] > 10


def test_a_constraint_set_while_requests_come_in_counts_them_all(town, state):
    """Whoever set money aside first is counted; whoever came after is held to it."""
    with town.as_user("admin") as ctx:
        budgets.set_constraints(ctx, state, [])

    def step(i: int) -> str:
        try:
            if i == 0:
                with town.as_user("admin") as ctx:
                    budgets.set_constraints(
                        ctx,
                        state,
                        [{"name": "Ny", "when": {"form": "network"}, "most_bp": 1000}],
                    )
                return "set"
            with town.as_system() as ctx:
                budgets.reserve(ctx, source_id=uuid4(), submission=1, card=card(state))
        except EarmarkExceeded:
            return "refused"
        return "reserved"

    ended = at_once(40, step)
    with town.as_system() as ctx:
        found = ctx.session.scalars(select(PoolConstraint).where(PoolConstraint.is_active)).one()
    assert found.used == EACH * ended["reserved"] == position(town, state).reserved


def test_many_requests_for_one_person_are_granted_up_to_the_cap(town):
    pools = open_year(town)
    with town.as_user("admin") as ctx:
        budgets.set_cap(ctx, name="Loft", payer="central", most=EACH * 5)
    person = town.employees["ped_n1_1"]

    def request(_: int) -> str:
        try:
            with town.as_system() as ctx:
                budgets.reserve(
                    ctx,
                    source_id=uuid4(),
                    submission=1,
                    card=card(pools[PoolKind.CENTRAL][0]),
                    employee_id=person,
                )
        except PersonCapExceeded:
            return "refused"
        return "granted"

    assert at_once(32, request) == {"granted": 5, "refused": 27}
    with town.as_system() as ctx:
        assert ctx.session.scalars(select(PersonUse.used)).one() == EACH * 5
    assert books_are_kept(town)


def test_the_control_that_sums_before_it_writes_grants_too_much(town):
    pools = open_year(town)
    read = threading.Barrier(8)
    person = town.employees["ped_n1_1"]

    def request(_: int) -> str:
        with town.as_system() as ctx:
            granted = sum(
                ctx.session.scalars(select(MoneyLine.amount).where(MoneyLine.employee_id == person))
            )
            read.wait()
            if granted + EACH > EACH * 5:
                return "refused"
            budgets.reserve(
                ctx,
                source_id=uuid4(),
                submission=1,
                card=card(pools[PoolKind.CENTRAL][0]),
                employee_id=person,
            )
            return "granted"

    with ThreadPoolExecutor(8) as threads:
        ended = Counter(threads.map(request, range(16)))
    assert ended["granted"] > 5
