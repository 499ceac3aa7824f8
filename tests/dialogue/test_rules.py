"""How a session goes on, what is kept of texts, and the standard set. No database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tenant_app.core.errors import Conflict, Invalid
from tenant_app.dialogue import rules
from tenant_app.dialogue.models import Phase, SessionState
from tenant_app.needs.models import Urgency

S = SessionState
NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


def test_each_phase_has_six_to_eight_standard_cards_in_both_languages():
    counts = Counter(card.phase for card in rules.STANDARD)

    assert set(counts) == set(Phase)
    assert all(6 <= count <= 8 for count in counts.values())
    assert len({card.title_da for card in rules.STANDARD}) == len(rules.STANDARD)
    for card in rules.STANDARD:
        for name, text in card._asdict().items():
            if name != "phase":
                assert text == rules.clean_line(text, field=name)
        assert card.question_da.endswith("?")
        assert card.question_en.endswith("?")


@pytest.mark.parametrize("state", list(S))
def test_one_step_on_one_back_and_closing_from_everywhere(state):
    allowed = rules.MOVES[state]

    assert (S.CLOSED in allowed) == (state is not S.CLOSED)
    for to in S:
        if to in allowed:
            rules.check_move(state, to)
        else:
            with pytest.raises(Conflict):
                rules.check_move(state, to)


@pytest.mark.parametrize("phase", list(Phase))
def test_a_phase_is_on_in_one_state_and_over_in_those_after(phase):
    own = S(phase.value)
    for state in S:
        if state is own:
            rules.check_on(state, phase)
        else:
            with pytest.raises(Conflict):
                rules.check_on(state, phase)
    line = list(S)
    assert [state for state in S if rules.is_over(state, phase)] == line[line.index(own) + 1 :]


@pytest.mark.parametrize("typed", ["ABC234", "abc 234", " a-b-c 2.3.4 "])
def test_a_code_is_read_however_it_is_typed(typed):
    assert rules.clean_code(typed) == "ABC234"


def test_a_code_of_100_kb_is_no_code():
    assert len(rules.clean_code("A" * 102_400)) == rules.CODE_LENGTH + 1


def test_more_time_is_counted_from_the_end_or_from_now():
    end = NOW + timedelta(minutes=3)

    assert rules.longer(end, 2, now=NOW) == NOW + timedelta(minutes=5)
    assert rules.longer(NOW - timedelta(minutes=3), 2, now=NOW) == NOW + timedelta(minutes=2)
    assert rules.longer(None, 2, now=NOW) == NOW + timedelta(minutes=2)
    assert rules.longer(end, 180, now=NOW) == NOW + timedelta(minutes=rules.MOST_MINUTES)


def test_needs_with_the_same_sentence_are_one():
    one, two, three = UUID(int=1), UUID(int=2), UUID(int=3)

    def draft(answer, title, urgency=Urgency.LOW):
        return rules.NeedDraft([answer], title, UUID(int=9), urgency, 4)

    found = rules.together(
        [
            draft(one, "Vi mangler ro"),
            draft(two, "Andet"),
            draft(three, " vi  mangler ro", Urgency.HIGH),
        ]
    )

    assert [(each.title, list(each.answer_ids)) for each in found] == [
        ("Vi mangler ro", [one, three]),
        ("Andet", [two]),
    ]
    assert found[0].urgency is Urgency.LOW


@pytest.mark.parametrize("field", list(rules.LONGEST))
def test_a_text_of_100_kb_is_refused(field):
    with pytest.raises(Invalid) as refused:
        rules.clean_text("x" * 102_400, field=field)

    assert refused.value.field == field


def test_emoji_families_and_other_letters_are_kept():
    for text in ("Børn & voksne “sammen” – é ł", "👩\u200d👧 leger"):
        assert rules.clean_text(text, field="text") == text
