"""A vote and the close at once; two decisions on one candidate at once. The controls lose."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tenant_app.core.errors import Conflict
from tenant_app.forums import queries
from tenant_app.forums import service as forums
from tenant_app.forums.models import Decision, Outcome, RankingBallot, RankingRound
from tenant_app.needs.models import NeedState
from tests.forums.conftest import Council
from tests.races.waiting import until_it_waits_or_ends


@pytest.fixture
def council(town):
    return Council(town)


def meanwhile(first, second):
    """The second begins while the first has acted and is not committed. Returns what it raised."""
    caught: list[Exception] = []

    def go():
        try:
            second()
        except (Conflict, IntegrityError) as error:
            caught.append(error)

    thread = threading.Thread(target=go)
    with first() as ctx:
        ctx.session.flush()
        thread.start()
        until_it_waits_or_ends(thread, ctx.session)
    thread.join()
    return caught[0] if caught else None


class Acting:
    """A unit of work in which something was done already."""

    def __init__(self, council, who, act):
        self.council, self.who, self.act = council, who, act

    def __enter__(self):
        self.unit = self.council.town.as_user(self.who)
        ctx = self.unit.__enter__()
        self.act(ctx)
        return ctx

    def __exit__(self, *found):
        return self.unit.__exit__(*found)


def closing(council):
    """A ranking with two voices, closed while a third is on its way."""
    meeting_id, items = council.ranked()
    for who in ("leader_n1", "leader_n2"):
        council.vote(who, meeting_id, items)
    return meanwhile(
        lambda: Acting(council, "area_north", lambda ctx: forums.close_ranking(ctx, meeting_id)),
        lambda: council.vote("ped_n1", meeting_id, items),
    )


def ballots(council):
    with council.town.as_system() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(RankingBallot))


@pytest.mark.races
def test_a_vote_that_comes_while_the_ranking_is_closed_is_refused(council):
    assert isinstance(closing(council), Conflict)
    assert ballots(council) == 2


@pytest.mark.races
def test_control_without_the_lock_the_vote_slips_in_behind_the_result(council, monkeypatch):
    monkeypatch.setattr(
        queries,
        "round_held",
        lambda ctx, meeting_id, *, alone: ctx.session.scalar(
            select(RankingRound).where(RankingRound.meeting_id == meeting_id)
        ),
    )
    assert closing(council) is None
    assert ballots(council) == 3


@pytest.mark.races
def test_the_close_waits_for_a_vote_that_is_on_its_way(council):
    meeting_id, items = council.ranked()
    council.vote("leader_n1", meeting_id, items)

    def close():
        with council.town.as_user("area_north") as ctx:
            forums.close_ranking(ctx, meeting_id)

    refusal = meanwhile(
        lambda: Acting(council, "leader_n2", lambda ctx: forums.rank(ctx, meeting_id, items)),
        close,
    )
    assert refusal is None  # it counted both
    assert ballots(council) == 2


def both_decide(council):
    """Two meetings decide on one need at once; neither changes the need."""
    need_id = council.need("n1", state=NeedState.PRIORITISED)
    (first, one), (second, other) = (
        (meeting_id, council.item(meeting_id, need_id=need_id))
        for meeting_id in (council.meeting(), council.meeting())
    )

    def decide(ctx, meeting_id, item_id):
        forums.decide(
            ctx,
            meeting_id,
            text="Vi begynder",
            outcome=Outcome.START,
            owner_id=council.town.users["leader_n1"],
            due_on=council.today,
            item_id=item_id,
        )

    def again():
        with council.town.as_user("area_north") as ctx:
            decide(ctx, second, other)

    return meanwhile(
        lambda: Acting(council, "area_north", lambda ctx: decide(ctx, first, one)), again
    )


def decisions(council):
    with council.town.as_system() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(Decision))


@pytest.mark.races
def test_of_two_decisions_at_once_the_second_is_told_of_the_first(council):
    refusal = both_decide(council)
    assert isinstance(refusal, Conflict)
    assert refusal.field == "replaces_id"
    assert decisions(council) == 1


@pytest.mark.races
def test_control_without_the_lock_only_the_database_stands_in_the_way(council, monkeypatch):
    monkeypatch.setattr(queries, "hold", lambda ctx, candidate: None)
    assert isinstance(both_decide(council), IntegrityError)
    assert decisions(council) == 1
