"""Two votes at once never exceed what one has, a vote and a closing never pass each other, and no
version is lost. The controls, which read without the lock, do all of it."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from tenant_app.core.errors import Conflict, Refusal
from tenant_app.dialogue import queries
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import DialogueSession, DialogueVote, Phase, SessionState
from tenant_app.initiatives import service as initiatives
from tests.dialogue.conftest import Circle
from tests.dialogue.test_turning import qualify
from tests.races.waiting import until_it_waits_or_ends

S = SessionState


@pytest.fixture
def circle(town):
    return Circle(town)


@pytest.fixture
def unlocked(monkeypatch):
    monkeypatch.setattr(queries, "get_locked", queries.get)


def both(town, first, second):
    """Each is (who, what). The second acts while the first has acted and is not committed.
    Returns its refusal."""
    caught: list[Refusal] = []

    def act():
        try:
            with town.as_user(second[0]) as ctx:
                second[1](ctx)
        except Refusal as refusal:
            caught.append(refusal)

    thread = threading.Thread(target=act)
    with town.as_user(first[0]) as ctx:
        first[1](ctx)
        ctx.session.flush()
        thread.start()
        until_it_waits_or_ends(thread, ctx.session)
    thread.join()
    return caught[0] if caught else None


def meeting(circle, **facts):
    session = circle.open(S.NEEDS, **facts)
    circle.join(session, "ped_n1", "leader_n1")
    return session


def votes(town):
    with town.as_system() as ctx:
        return len(ctx.session.scalars(select(DialogueVote)).all())


def last_vote_twice(town, circle):
    session = meeting(circle, votes_each=1)
    one, two = circle.answer(session.id, "Et"), circle.answer(session.id, "To")
    return both(
        town,
        ("leader_n1", lambda ctx: dialogue.vote(ctx, one)),
        ("leader_n1", lambda ctx: dialogue.vote(ctx, two)),
    )


@pytest.mark.races
def test_of_two_last_votes_at_once_one_is_refused(town, circle):
    assert isinstance(last_vote_twice(town, circle), Conflict)
    assert votes(town) == 1


@pytest.mark.races
def test_control_without_the_lock_one_votes_too_often(town, circle, unlocked):
    assert last_vote_twice(town, circle) is None
    assert votes(town) == 2


def closed_before_the_vote(town, circle):
    session = meeting(circle)
    answer_id = circle.answer(session.id)
    return both(
        town,
        ("leader_n1", lambda ctx: dialogue.close(ctx, session.id)),
        ("ped_n1", lambda ctx: dialogue.vote(ctx, answer_id)),
    )


@pytest.mark.races
def test_a_vote_that_comes_after_the_closing_is_refused(town, circle):
    refusal = closed_before_the_vote(town, circle)

    assert isinstance(refusal, Conflict)
    assert "closed" in str(refusal)
    assert votes(town) == 0


@pytest.mark.races
def test_control_without_the_lock_the_vote_goes_in(town, circle, unlocked):
    assert closed_before_the_vote(town, circle) is None
    assert votes(town) == 1


@pytest.mark.races
def test_a_vote_that_came_before_the_closing_counts(town, circle):
    session = meeting(circle)
    answer_id = circle.answer(session.id)

    assert (
        both(
            town,
            ("ped_n1", lambda ctx: dialogue.vote(ctx, answer_id)),
            ("leader_n1", lambda ctx: dialogue.close(ctx, session.id)),
        )
        is None
    )
    assert votes(town) == 1
    assert circle.read(session.id).state is S.CLOSED


@pytest.mark.races
def test_two_who_write_at_once_are_two_versions(town, circle):
    session = meeting(circle)
    card_id = circle.card(session.id)
    before = circle.read(session.id).version

    def write(text):
        return lambda ctx: dialogue.answer(ctx, session.id, card_id=card_id, text=text)

    assert both(town, ("ped_n1", write("Et")), ("leader_n1", write("To"))) is None
    with town.as_system() as ctx:
        assert ctx.session.get_one(DialogueSession, session.id).version == before + 2


@pytest.mark.races
def test_the_same_answer_does_not_become_two_needs(town, circle):
    session = meeting(circle)
    answer_id = circle.answer(session.id)
    circle.go(session.id, S.CLOSED)

    def make(ctx):
        return dialogue.make_needs(ctx, session.id, [circle.need_draft(answer_id)])

    refusal = both(town, ("leader_n1", make), ("area_north", make))

    assert isinstance(refusal, Conflict)


@pytest.mark.races
def test_whoever_joins_twice_at_once_is_one(town, circle):
    session = circle.open()

    def join(ctx):
        return dialogue.join(ctx, session.join_code)

    assert both(town, ("ped_n1", join), ("ped_n1", join)) is None
    with town.as_user("leader_n1") as ctx:
        assert len(dialogue.live_state(ctx, session.id).people) == 1


def tied_by_two(town, circle):
    """One ties a need of another session to the initiative while the other ties those of its own.
    Returns how many it answers then."""
    session, said = circle.held()
    strangers, more = circle.held()
    with town.as_user("leader_n1") as ctx:
        drafts = [circle.need_draft(said[Phase.NEEDS], title="Eget")]
        [own] = [need.id for need in dialogue.make_needs(ctx, session.id, drafts)]
        drafts = [circle.need_draft(more[Phase.NEEDS], title="Andet")]
        [other] = [need.id for need in dialogue.make_needs(ctx, strangers.id, drafts)]
        made = dialogue.make_initiative(
            ctx, session.id, answer_ids=[said[Phase.INITIATIVE]], title="Sammen", people=3
        ).id
    for need_id in (own, other):
        qualify(circle, need_id)
    refusal = both(
        town,
        ("leader_n1", lambda ctx: initiatives.change(ctx, made, need_ids=[other])),
        ("area_north", lambda ctx: dialogue.tie_needs(ctx, session.id, made)),
    )
    assert refusal is None
    with town.as_system() as ctx:
        return len(queries.tied_needs(ctx, made))


@pytest.mark.races
def test_tying_needs_takes_no_other_away(town, circle):
    assert tied_by_two(town, circle) == 2


@pytest.mark.races
def test_control_without_the_lock_the_other_need_is_lost(town, circle, monkeypatch):
    monkeypatch.setattr(queries, "hold_initiative", lambda ctx, initiative_id: None)
    assert tied_by_two(town, circle) == 1
