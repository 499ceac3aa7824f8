"""A session is made, joined, written in and voted in; and what is refused changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tenant_app.audit.models import AuditEntry
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.dialogue import rules
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import (
    DialogueParticipant,
    DialogueSession,
    DialogueVote,
    Phase,
    SessionState,
)
from tenant_app.dialogue.rules import CODE_LENGTH, LETTERS, STANDARD

S = SessionState


def test_a_session_has_the_cards_as_they_read_on_that_day(town, circle):
    made = circle.draft()

    assert (made.state, made.votes_each, made.facilitator_id) == (
        S.DRAFT,
        3,
        town.users["leader_n1"],
    )
    assert len(made.join_code) == CODE_LENGTH
    assert set(made.join_code) <= set(LETTERS)
    with town.as_user("admin") as ctx:
        first = dialogue.cards(ctx)[0]
        facts = {name: getattr(first, name) for name in ("title_en", "question_da", "question_en")}
        dialogue.change_card(
            ctx, first.id, phase=first.phase, position=1, title_da="Nyt navn", **facts
        )
        kept = dialogue.session_cards(ctx, made.id)
    assert len(kept) == len(STANDARD)
    assert kept[0].title_da == STANDARD[0].title_da


def test_a_session_can_be_held_with_a_few_of_the_cards(town, circle):
    with town.as_user("leader_n1") as ctx:
        chosen = [card.id for card in dialogue.cards(ctx)[::8]]
    made = circle.draft(card_ids=chosen)

    with town.as_user("leader_n1") as ctx:
        assert [card.card_id for card in dialogue.session_cards(ctx, made.id)] == chosen


@pytest.mark.parametrize(
    ("who", "facts", "refusal"),
    [
        ("ped_n1", {}, Forbidden),
        ("auditor", {}, Forbidden),
        ("leader_n2", {}, NotFound),
        ("leader_n1", {"title": "  "}, Invalid),
        ("leader_n1", {"title": "x" * 102_400}, Invalid),
        ("leader_n1", {"votes_each": 21}, Invalid),
        ("leader_n1", {"card_ids": []}, Invalid),
    ],
)
def test_a_session_that_cannot_be_is_refused(circle, who, facts, refusal):
    before = circle.everything()

    with pytest.raises(refusal):
        circle.draft(who=who, **facts)

    assert circle.everything() == before


def test_people_come_in_by_the_code_and_come_back_to_what_they_wrote(town, circle):
    session = circle.open()
    typed = f" {session.join_code[:3].lower()}-{session.join_code[3:]} "
    with town.as_user("ped_n1") as ctx:
        assert dialogue.join(ctx, typed).id == session.id
    circle.go(session.id, S.NEEDS)
    answer_id = circle.answer(session.id)

    with town.as_user("ped_n1", now=circle.later) as ctx:
        dialogue.join(ctx, session.join_code)
        state = dialogue.live_state(ctx, session.id)

    assert [person.is_here for person in state.people] == [True]
    [mine] = [each for card in state.cards for each in card.answers]
    assert (mine.id, mine.is_mine, mine.text) == (answer_id, True, "Vi når ikke samtalerne")
    circle.go(session.id, S.CLOSED)
    with town.as_user("ped_n1", now=circle.later) as ctx:
        assert dialogue.join(ctx, session.join_code).state is S.CLOSED
        [seat] = ctx.session.scalars(select(DialogueParticipant))
    assert seat.joined_at == town.now


def test_leaders_of_other_units_come_in_by_the_code(town, circle):
    session = circle.open(unit="north", who="area_north")

    circle.join(session, "leader_s1", "leader_n1")

    with town.as_user("leader_s1") as ctx:
        assert dialogue.one(ctx, session.id).id == session.id
    with town.as_user("leader_s2") as ctx, pytest.raises(NotFound):
        dialogue.one(ctx, session.id)


@pytest.mark.parametrize(("state", "refusal"), [(S.DRAFT, "not open yet"), (S.CLOSED, "is closed")])
def test_nobody_new_comes_in_before_or_after(town, circle, state, refusal):
    session = circle.draft() if state is S.DRAFT else circle.open(S.CLOSED)
    before = circle.everything()

    with town.as_user("ped_n1") as ctx, pytest.raises(Conflict, match=refusal):
        dialogue.join(ctx, session.join_code)
    with town.as_user("ped_n1") as ctx, pytest.raises(NotFound):
        dialogue.join(ctx, "AAAAAA")
    with town.as_user("auditor") as ctx, pytest.raises(Forbidden):
        dialogue.join(ctx, session.join_code)

    assert circle.everything() == before


def test_the_code_of_another_municipality_opens_nothing(town, circle, make_circle):
    other = make_circle()
    session = other.open()

    with town.as_user("ped_n1") as ctx, pytest.raises(NotFound):
        dialogue.join(ctx, session.join_code)


def test_one_changes_and_removes_ones_own_answers_while_the_phase_is_on(town, circle):
    session = circle.open(S.NEEDS)
    circle.join(session, "ped_n1", "leader_n1")
    answer_id = circle.answer(session.id)
    version = circle.read(session.id).version

    with town.as_user("ped_n1") as ctx:
        edited = dialogue.edit_answer(ctx, answer_id, text="  Vi når dem sjældent ")
    assert (edited.text, edited.edited_at) == ("Vi når dem sjældent", town.now)
    assert circle.read(session.id).version == version + 1
    before = circle.everything()
    with town.as_user("leader_n1") as ctx, pytest.raises(Forbidden):
        dialogue.edit_answer(ctx, answer_id, text="Noget andet")
    with town.as_user("ped_n1") as ctx, pytest.raises(Invalid) as refused:
        dialogue.edit_answer(ctx, answer_id, text="x" * 102_400)
    assert refused.value.field == "text"
    with town.as_user("ped_s1") as ctx, pytest.raises(NotFound):
        dialogue.remove_answer(ctx, answer_id)
    assert circle.everything() == before

    with town.as_user("ped_n1") as ctx:
        dialogue.remove_answer(ctx, answer_id)
        state = dialogue.live_state(ctx, session.id)
    assert not [each for card in state.cards for each in card.answers]
    with town.as_user("ped_n1") as ctx, pytest.raises(NotFound):
        dialogue.edit_answer(ctx, answer_id, text="Den er væk")


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 102_400, "Skjult \x07 tegn"])
def test_a_text_that_cannot_be_kept_is_refused(town, circle, text):
    session = circle.open(S.NEEDS)
    circle.join(session)
    card_id = circle.card(session.id)
    before = circle.everything()

    with town.as_user("ped_n1") as ctx, pytest.raises(Invalid) as refused:
        dialogue.answer(ctx, session.id, card_id=card_id, text=text)

    assert refused.value.field == "text"
    assert circle.everything() == before


@pytest.mark.parametrize("state", [S.OPEN, S.INITIATIVE, S.CLOSED])
def test_one_writes_and_votes_only_while_the_phase_is_on(town, circle, state):
    session = circle.open(S.NEEDS)
    circle.join(session)
    answer_id = circle.answer(session.id)
    with town.as_system() as ctx:
        ctx.session.execute(
            update(type(session)).values(
                state=state, closed_at=town.now if state is S.CLOSED else None
            )
        )
    card_id = circle.card(session.id)
    before = circle.everything()

    for act in (
        lambda ctx: dialogue.answer(ctx, session.id, card_id=card_id, text="For sent"),
        lambda ctx: dialogue.edit_answer(ctx, answer_id, text="For sent"),
        lambda ctx: dialogue.remove_answer(ctx, answer_id),
        lambda ctx: dialogue.vote(ctx, answer_id),
        lambda ctx: dialogue.unvote(ctx, answer_id),
    ):
        with town.as_user("ped_n1") as ctx, pytest.raises(Conflict):
            act(ctx)

    assert circle.everything() == before


def test_each_has_so_many_votes_in_a_phase(town, circle):
    session = circle.open(S.NEEDS, votes_each=2)
    circle.join(session, "ped_n1", "leader_n1")
    answers = [circle.answer(session.id, f"Svar {number}") for number in range(3)]

    with town.as_user("leader_n1") as ctx:
        assert dialogue.vote(ctx, answers[0]) == 1
        assert dialogue.vote(ctx, answers[0]) == 1, "the same vote twice is one"
        assert dialogue.vote(ctx, answers[1]) == 0
    before = circle.everything()
    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict, match="2 votes"):
        dialogue.vote(ctx, answers[2])
    with town.as_user("consultant") as ctx, pytest.raises(Forbidden):
        dialogue.vote(ctx, answers[2])
    assert circle.everything() == before
    with town.as_user("leader_n1") as ctx:
        assert dialogue.unvote(ctx, answers[0]) == 1
        assert dialogue.unvote(ctx, answers[0]) == 1
        assert dialogue.vote(ctx, answers[2]) == 0
        state = dialogue.live_state(ctx, session.id)
    told = [(each.text, each.votes, each.is_voted) for each in state.cards[0].answers]
    assert told == [("Svar 0", 0, False), ("Svar 1", 1, True), ("Svar 2", 1, True)]
    assert state.votes_left == 0
    with town.as_user("ped_n1") as ctx:
        theirs = dialogue.live_state(ctx, session.id)
        assert [each.is_voted for each in theirs.cards[0].answers] == [False] * 3


def test_votes_for_a_removed_answer_are_free_again(town, circle):
    session = circle.open(S.NEEDS, votes_each=1)
    circle.join(session, "ped_n1", "leader_n1")
    gone, stays = circle.answer(session.id, "Væk"), circle.answer(session.id, "Bliver")
    with town.as_user("ped_n1") as ctx:
        dialogue.vote(ctx, gone)
    with town.as_user("leader_n1") as ctx:
        dialogue.remove_answer(ctx, gone)

    with town.as_user("ped_n1") as ctx:
        assert dialogue.vote(ctx, stays) == 0
        assert len(ctx.session.scalars(select(DialogueVote)).all()) == 1


def test_a_look_that_finds_nothing_new_is_told_nothing(town, circle):
    session = circle.open(S.NEEDS)
    circle.join(session, "ped_n1")
    with town.as_user("ped_n1") as ctx:
        state = dialogue.live_state(ctx, session.id)
        assert dialogue.live_state(ctx, session.id, since=state.version) is None
    circle.answer(session.id)

    with town.as_user("ped_n1") as ctx:
        newer = dialogue.live_state(ctx, session.id, since=state.version)
    assert newer.version == state.version + 1
    assert len(newer.cards[0].answers) == 1
    with town.as_user("auditor") as ctx, pytest.raises(Forbidden):
        dialogue.live_state(ctx, session.id)
    with town.as_user("ped_s1") as ctx, pytest.raises(NotFound):
        dialogue.live_state(ctx, session.id)


def test_whoever_is_not_heard_of_is_not_here(town, circle):
    session = circle.open(S.NEEDS)
    circle.join(session, "ped_n1", "leader_n1")
    with town.as_user("leader_n1", now=town.now + timedelta(minutes=2)) as ctx:
        dialogue.live_state(ctx, session.id)
    with town.as_user("leader_n1", now=town.now + timedelta(minutes=2)) as ctx:
        here = {each.name: each.is_here for each in dialogue.live_state(ctx, session.id).people}

    assert sorted(here.values()) == [False, True]
    assert next(name for name, is_here in here.items() if is_here).startswith("leader_n1")


def test_the_clock_is_set_stopped_and_lengthened_and_ends_with_the_phase(town, circle):
    session = circle.open(S.NEEDS)
    with town.as_user("leader_n1") as ctx:
        ends = dialogue.set_timer(ctx, session.id, minutes=5).timer_ends_at
        assert ends == town.now + timedelta(minutes=5)
        longer = dialogue.add_time(ctx, session.id, minutes=2).timer_ends_at
        assert longer == town.now + timedelta(minutes=7)
        assert dialogue.set_timer(ctx, session.id, minutes=None).timer_ends_at is None
        dialogue.set_timer(ctx, session.id, minutes=5)
    late = town.now + timedelta(minutes=9)
    with town.as_user("leader_n1", now=late) as ctx:
        ran_out = dialogue.add_time(ctx, session.id, minutes=2).timer_ends_at
        assert ran_out == late + timedelta(minutes=2)
    before = circle.everything()
    with town.as_user("leader_n1") as ctx, pytest.raises(Invalid):
        dialogue.set_timer(ctx, session.id, minutes=181)
    with town.as_user("ped_n1") as ctx, pytest.raises(NotFound):
        dialogue.set_timer(ctx, session.id, minutes=5)
    assert circle.everything() == before

    circle.go(session.id, S.INITIATIVE)

    assert circle.read(session.id).timer_ends_at is None


def test_a_second_click_does_not_skip_a_phase(town, circle):
    session = circle.open(S.NEEDS)
    with town.as_user("leader_n1") as ctx:
        dialogue.move(ctx, session.id, S.INITIATIVE)
        version = dialogue.one(ctx, session.id).version
        assert dialogue.move(ctx, session.id, S.INITIATIVE).version == version
        assert dialogue.move(ctx, session.id, S.NEEDS).state is S.NEEDS, "one step back"
    before = circle.everything()
    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict):
        dialogue.move(ctx, session.id, S.PLANNING)
    with town.as_user("area_south") as ctx, pytest.raises(NotFound):
        dialogue.move(ctx, session.id, S.INITIATIVE)
    with town.as_user("auditor") as ctx, pytest.raises(Forbidden):
        dialogue.close(ctx, session.id)
    assert circle.everything() == before
    circle.go(session.id, S.CLOSED)
    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict, match="closed"):
        dialogue.move(ctx, session.id, S.PLANNING)
    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict):
        dialogue.change(ctx, session.id, title="Nyt", held_on=town.today, votes_each=3)


def test_what_can_be_joined_is_told_at_ones_own_place(town, circle):
    session = circle.open()
    circle.draft(title="Kladde")
    with town.as_user("ped_n1") as ctx:
        assert [(each.id, inside) for each, inside in dialogue.joinable(ctx)] == [
            (session.id, False)
        ]
        [asked] = dialogue.asks(ctx)
        assert ctx.execute(asked, {}).all() == [("dialogue_open", 1)]
    circle.join(session)
    with town.as_user("ped_n1") as ctx:
        assert [inside for _session, inside in dialogue.joinable(ctx)] == [True]
        assert ctx.execute(dialogue.asks(ctx)[0], {}).all() == [("dialogue_open", 0)]
    with town.as_user("ped_s1") as ctx:
        assert list(dialogue.joinable(ctx)) == []
    with town.as_user("auditor") as ctx:
        assert dialogue.asks(ctx) == []


def test_one_card_does_not_take_all_of_one_persons_words(town, circle):
    session = circle.open(S.NEEDS)
    circle.join(session)
    for number in range(10):
        circle.answer(session.id, f"Svar {number}")
    before = circle.everything()

    with pytest.raises(Conflict, match="10 answers"):
        circle.answer(session.id, "Et til")

    assert circle.everything() == before
    circle.go(session.id, S.INITIATIVE)
    assert circle.answer(session.id, phase=Phase.INITIATIVE)


def test_the_trail_names_nobody_for_what_they_wrote_or_voted(town, circle):
    session = circle.open(S.NEEDS)
    circle.join(session, "ped_n1", "leader_n1")
    with town.as_system() as ctx:
        before = len(ctx.session.scalars(select(AuditEntry.id)).all())
    answer_id, other = circle.answer(session.id), circle.answer(session.id, "Et andet")
    with town.as_user("ped_n1") as ctx:
        dialogue.edit_answer(ctx, answer_id, text="Anderledes")
        dialogue.vote(ctx, answer_id)
        dialogue.unvote(ctx, answer_id)
        dialogue.remove_answer(ctx, answer_id)
    with town.as_system() as ctx:
        assert len(ctx.session.scalars(select(AuditEntry.id)).all()) == before

    with town.as_user("leader_n1") as ctx:
        dialogue.remove_answer(ctx, other)
    with town.as_system() as ctx:
        # Whose it was is not said: those who lead remove what others wrote.
        action = AuditEntry.action == "dialogue.answer_removed"
        [noted] = ctx.session.scalars(select(AuditEntry).where(action))
    assert (noted.object_id, noted.changes) == (session.id, {})


def test_no_more_votes_are_left_than_none(town, circle):
    session = circle.open(S.NEEDS, votes_each=2)
    circle.join(session)
    answers = [circle.answer(session.id, f"Svar {number}") for number in range(2)]
    for each in answers:
        with town.as_user("ped_n1") as ctx:
            dialogue.vote(ctx, each)
    with town.as_system() as ctx:
        ctx.session.execute(update(DialogueSession).values(votes_each=1))

    with town.as_user("ped_n1") as ctx:
        assert dialogue.vote(ctx, answers[0]) == 0


def test_an_emoji_of_next_year_is_a_text_like_any_other():
    assert rules.clean_text("Godt \U0001fadd", field="text") == "Godt \U0001fadd"
    for sign in ("\x07", "\ue000"):
        with pytest.raises(Invalid, match="invisible"):
            rules.clean_text(f"Godt {sign}", field="text")
