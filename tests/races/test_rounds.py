"""Two decide one round at once, and a round is decided while its pool is drawn on."""

from __future__ import annotations

import threading

import pytest

from tenant_app.core.errors import Conflict
from tenant_app.core.money import kroner
from tenant_app.rounds import queries
from tenant_app.rounds import service as rounds
from tests.races.test_resource_persons import at_once
from tests.rounds.conftest import Rounds

pytestmark = pytest.mark.races
THREADS = 8


@pytest.fixture
def held(town):
    return Rounds(town)


def deciding(held, made, award):
    def decide(i: int) -> str:
        try:
            held.decide(made, {award: 20})
        except Conflict:
            return "refused"
        return "decided"

    return decide


def test_eight_decide_and_the_money_moves_once(held):
    made = held.round()
    award = held.apply(made)

    ended = at_once(THREADS, deciding(held, made, award))

    assert ended == {"decided": 1, "refused": THREADS - 1}
    assert held.entries(award) == [("central", -20_000), ("institution", 20_000)]


def test_the_control_without_the_lock_is_still_stopped_by_the_link(held, monkeypatch):
    """Everybody reads the round as undecided; the ledger posts one transfer per application."""
    made = held.round()
    award = held.apply(made)
    read, find = threading.Barrier(THREADS), queries.round_of

    def unlocked(ctx, round_id, *, lock=False):
        found = find(ctx, round_id)
        if lock:
            read.wait()
        return found

    monkeypatch.setattr(queries, "round_of", unlocked)
    ended = at_once(THREADS, deciding(held, made, award))

    assert ended["decided"] > 1, "the control lost nothing: the lock is not what this test holds"
    assert held.entries(award) == [("central", -20_000), ("institution", 20_000)]


def test_rounds_of_one_pool_decided_at_once_give_no_more_than_it_holds(held):
    awards = []
    for n in range(4):
        made = held.round(title=f"Runde {n}")
        awards.append((made, held.apply(made, ("n1", "n2", "s1", "s2")[n], 20)))
    held.school.leave("root", kroner(50_000))

    def decide(i: int) -> str:
        try:
            with held.town.as_user("admin", now=held.after) as ctx:
                made, award = awards[i]
                rounds.decide(ctx, made, [rounds.Award(award, kroner(20_000))])
        except Conflict:
            return "refused"
        return "decided"

    ended = at_once(4, decide)

    assert ended == {"decided": 2, "refused": 2}
    assert held.available("root") == 10_000
