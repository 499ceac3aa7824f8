"""Many at once on the same pools: real commits, and a control that must lose."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import CostLine, Policy, Pool, PoolBalance, PoolKind
from tenant_app.budgets.rules import BudgetExceeded, Cost, CostCard, Share
from tenant_app.core.errors import Conflict
from tenant_app.core.money import Money, kroner
from tests.budgets.conftest import balances, sums
from tests.town import Town

pytestmark = pytest.mark.races
THREADS, FITS = 64, 20
EACH = kroner(1_000)


def open_year(town: Town, *, policy: Policy = Policy.STOP) -> dict[PoolKind, list[UUID]]:
    """A year whose central pool fits exactly FITS requests of EACH."""
    with town.as_user("admin") as ctx:
        year = budgets.create_year(
            ctx, year=2026, frame=EACH * FITS * 2, central_bp=5000, policy=policy
        )
        budgets.adopt(ctx, year.id)
        pools: dict[PoolKind, list[UUID]] = {kind: [] for kind in PoolKind}
        for pool in ctx.session.query(Pool).order_by(Pool.id):
            pools[pool.kind].append(pool.id)
    return pools


def card(*parts: tuple[UUID, int]) -> CostCard:
    """The parts on the pools, in the order given."""
    shares = tuple(
        Share(pool, "Puljen", PoolKind.CENTRAL, line, Money(amount), 10000)
        for (pool, amount), line in zip(parts, CostLine, strict=False)
    )
    return CostCard(Cost(fee=Money(sum(amount for _, amount in parts))), shares, "race", 1)


def at_once(count: int, work: Callable[[int], str]) -> Counter[str]:
    """Run the work in that many threads that start together; how each ended."""
    start = threading.Barrier(count)

    def run(i: int) -> str:
        start.wait()
        return work(i)

    with ThreadPoolExecutor(count) as threads:
        return Counter(threads.map(run, range(count)))


def books_are_kept(town: Town) -> bool:
    with town.as_system() as ctx:
        return balances(ctx) == sums(ctx)


def position(town: Town, pool: UUID) -> PoolBalance:
    with town.as_system() as ctx:
        return budgets.positions(ctx, [pool])[pool]


def test_sixty_four_requests_on_a_pool_that_fits_twenty_give_exactly_twenty(town):
    [pool] = open_year(town)[PoolKind.CENTRAL]

    def request(_: int) -> str:
        try:
            with town.as_system() as ctx:
                budgets.reserve(ctx, source_id=uuid4(), submission=1, card=card((pool, EACH)))
        except BudgetExceeded:
            return "refused"
        return "reserved"

    assert at_once(THREADS, request) == {"reserved": FITS, "refused": THREADS - FITS}
    assert position(town, pool).reserved == EACH * FITS
    assert position(town, pool).available == 0
    assert books_are_kept(town)


def test_the_control_without_the_guard_overspends(town):
    """Read, decide, write: what the conditional UPDATE replaces. It must lose."""
    [pool] = open_year(town, policy=Policy.WARN)[PoolKind.CENTRAL]
    read = threading.Barrier(8)

    def request(_: int) -> str:
        with town.as_system() as ctx:
            seen = budgets.positions(ctx, [pool])[pool].available
            read.wait()  # eight at a time have read before any of them writes
            if seen < EACH:
                return "refused"
            ctx.session.execute(
                update(PoolBalance)
                .where(PoolBalance.pool_id == pool)
                .values(reserved=PoolBalance.reserved + EACH)
            )
            return "reserved"

    with ThreadPoolExecutor(8) as threads:
        ended = Counter(threads.map(request, range(THREADS)))
    assert ended["reserved"] > FITS
    assert position(town, pool).available < 0


def test_requests_that_take_two_pools_in_opposite_orders_never_deadlock(town):
    pools = open_year(town)
    first, second = pools[PoolKind.CENTRAL][0], pools[PoolKind.INSTITUTION][0]

    def request(i: int) -> str:
        pair = (first, second) if i % 2 else (second, first)
        source = uuid4()
        for _ in range(5):
            with town.as_system() as ctx:
                budgets.reserve(
                    ctx, source_id=source, submission=1, card=card(*((p, 10) for p in pair))
                )
            with town.as_system() as ctx:
                budgets.commit(ctx, source_id=source)
            with town.as_system() as ctx:
                budgets.release(ctx, source_id=source)
            source = uuid4()
        return "done"

    assert at_once(24, request) == {"done": 24}
    assert position(town, first).available == EACH * FITS
    assert books_are_kept(town)


def test_the_control_that_locks_in_opposite_orders_deadlocks(town):
    pools = open_year(town)
    pair = [pools[PoolKind.CENTRAL][0], pools[PoolKind.INSTITUTION][0]]
    both_hold_one = threading.Barrier(2)

    def request(i: int) -> str:
        try:
            with town.as_system() as ctx:
                for place, pool in enumerate(pair if i else reversed(pair)):
                    ctx.session.execute(
                        update(PoolBalance)
                        .where(PoolBalance.pool_id == pool)
                        .values(reserved=PoolBalance.reserved + 1)
                    )
                    if place == 0:
                        both_hold_one.wait()
        except OperationalError:
            return "deadlock"
        return "done"

    assert at_once(2, request) == {"done": 1, "deadlock": 1}


@pytest.mark.parametrize("verb", [budgets.commit, budgets.release])
def test_the_same_step_from_many_threads_is_one_effect(town, verb: Callable[..., None]):
    [pool] = open_year(town)[PoolKind.CENTRAL]
    source = uuid4()
    with town.as_system() as ctx:
        budgets.reserve(ctx, source_id=source, submission=1, card=card((pool, EACH)))

    def again(_: int) -> str:
        with town.as_system() as ctx:
            verb(ctx, source_id=source)
        return "done"

    assert at_once(16, again) == {"done": 16}
    held = position(town, pool)
    expected = EACH if verb is budgets.commit else 0
    assert (held.reserved, held.committed) == (0, expected)
    assert books_are_kept(town)


def test_the_same_submission_from_many_threads_is_reserved_once(town):
    pools = open_year(town)
    asked = card((pools[PoolKind.CENTRAL][0], EACH), (pools[PoolKind.INSTITUTION][0], 100))
    source = uuid4()

    def again(_: int) -> str:
        with town.as_system() as ctx:
            budgets.reserve(ctx, source_id=source, submission=1, card=asked)
        return "done"

    assert at_once(16, again) == {"done": 16}
    assert position(town, pools[PoolKind.CENTRAL][0]).reserved == EACH
    assert books_are_kept(town)


def test_a_decision_and_a_withdrawal_at_once_have_one_winner(town):
    [pool] = open_year(town)[PoolKind.CENTRAL]
    for _ in range(10):
        source = uuid4()
        with town.as_system() as ctx:
            budgets.reserve(ctx, source_id=source, submission=1, card=card((pool, EACH)))

        def step(i: int, source: UUID = source) -> str:
            verb: Any = budgets.release if i else budgets.commit
            try:
                with town.as_system() as ctx:
                    verb(ctx, source_id=source)
            except Conflict:
                return "refused"
            return verb.__name__

        ended = at_once(2, step)
        # Either the release came first, or it undid what had just been committed.
        assert ended in ({"release": 1, "refused": 1}, {"release": 1, "commit": 1})
        held = position(town, pool)
        assert (held.reserved, held.committed) == (0, 0)
    assert books_are_kept(town)


def test_an_allotment_lowered_while_requests_come_in_never_overdraws(town):
    """Write skew: both look at the same room and each takes it (T26)."""
    [pool] = open_year(town)[PoolKind.CENTRAL]

    def step(i: int) -> str:
        try:
            if i % 4 == 0:
                with town.as_user("admin") as ctx:
                    budgets.adjust_allotment(ctx, pool, amount=-3 * EACH, reason="Sparet")
            else:
                with town.as_system() as ctx:
                    budgets.reserve(ctx, source_id=uuid4(), submission=1, card=card((pool, EACH)))
        except Conflict:
            return "refused"
        return "lowered" if i % 4 == 0 else "reserved"

    ended = at_once(48, step)
    held = position(town, pool)
    assert held.available >= 0
    assert held.reserved == ended["reserved"] * EACH
    assert held.allotted == (FITS - 3 * ended["lowered"]) * EACH
    assert books_are_kept(town)


def test_a_policy_set_to_stop_while_requests_come_in_holds(town):
    [pool] = open_year(town, policy=Policy.WARN)[PoolKind.CENTRAL]

    def step(i: int) -> str:
        try:
            if i == 0:
                with town.as_user("admin") as ctx:
                    budgets.set_policy(ctx, pool, Policy.STOP)
            else:
                with town.as_system() as ctx:
                    source = uuid4()
                    budgets.reserve(ctx, source_id=source, submission=1, card=card((pool, EACH)))
                    budgets.commit(ctx, source_id=source)
        except Conflict:
            return "refused"
        return "done"

    at_once(40, step)
    held = position(town, pool)
    assert held.policy is Policy.WARN or held.available >= 0
    assert books_are_kept(town)


def test_two_who_adopt_at_once_found_the_pools_once(town):
    with town.as_user("admin") as ctx:
        year_id = budgets.create_year(ctx, year=2026, frame=EACH, central_bp=4000).id

    def adopt(_: int) -> str:
        try:
            with town.as_user("admin") as ctx:
                budgets.adopt(ctx, year_id)
        except Conflict:
            return "refused"
        return "adopted"

    assert at_once(8, adopt) == {"adopted": 1, "refused": 7}
    with town.as_system() as ctx:
        assert sum(row["allotted"] for row in balances(ctx).values()) == EACH


def test_two_who_change_the_rules_at_once_make_two_versions_or_one_is_told(town):
    rules = [{"name": "all", "when": {}, "shares": {"default": {"central": 10000}}}]

    def change(_: int) -> str:
        try:
            with town.as_user("admin") as ctx:
                budgets.set_rules(ctx, rules, valid_from=ctx.today)
        except Conflict:
            return "told"
        return "made"

    ended = at_once(8, change)
    with town.as_user("admin") as ctx:
        versions = [found.version for found in budgets.rules_versions(ctx).items]
    assert versions == list(range(ended["made"], 0, -1))
    assert ended["made"] + ended["told"] == 8
