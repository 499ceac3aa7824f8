"""How a session goes on, who may come in when, and how much may be written and voted. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.dialogue.models import Phase, SessionState

_S = SessionState
PHASES: dict[SessionState, Phase] = {_S(each.value): each for each in Phase}
"""What goes on in each of the states in the middle."""
LIVE = (_S.OPEN, *PHASES)
"""One can come in."""
_STEPS = tuple(SessionState)
MOVES: dict[SessionState, frozenset[SessionState]] = {
    _S.DRAFT: frozenset({_S.OPEN, _S.CLOSED}),
    _S.OPEN: frozenset({_S.NEEDS, _S.CLOSED}),
    _S.NEEDS: frozenset({_S.INITIATIVE, _S.CLOSED}),
    _S.INITIATIVE: frozenset({_S.PLANNING, _S.NEEDS, _S.CLOSED}),
    _S.PLANNING: frozenset({_S.INITIATIVE, _S.CLOSED}),
    _S.CLOSED: frozenset(),
}

LETTERS = "ABCDEFGHJKMNPQRTUVWXYZ2346789"
"""Of join codes: none that is read as another one on a screen across the room."""
CODE_LENGTH = 6
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
MOST_VOTES = 20
MOST_MINUTES = 180
MOST_PEOPLE = 300
LAST_POSITION = 999
MOST_ANSWERS = 10
"""Of one participant on one card."""
MOST_IN_SESSION = 1000
MOST_CARDS = 60
"""Of the municipality's set, retired ones apart."""
SEEN_EVERY = timedelta(seconds=15)
HERE_FOR = timedelta(seconds=60)
"""Whoever was not heard of for so long is not here."""
LONGEST = {
    "title": 200,
    "text": 2000,
    "agreement": 500,
    "title_da": 80,
    "title_en": 80,
    "question_da": 300,
    "question_en": 300,
    "hint_da": 300,
    "hint_en": 300,
}


def check_move(state: SessionState, to: SessionState) -> None:
    """Raises Conflict when the session cannot go from the one state to the other."""
    if to in MOVES[state]:
        return
    if state is _S.CLOSED:
        raise Conflict(
            N_("The session is closed and stays so. Make a new one to go on."), field="to"
        )
    raise Conflict(
        N_("The session goes one step at a time. Reload the page and choose the next one."),
        field="to",
    )


def is_live(state: SessionState) -> bool:
    """Whether people can come in."""
    return state in LIVE


def check_joinable(state: SessionState) -> None:
    """Raises Conflict when nobody can come in now."""
    if state is _S.DRAFT:
        raise Conflict(
            N_("The session is not open yet. Try again when the facilitator has opened it."),
            field="code",
        )
    if state is _S.CLOSED:
        raise Conflict(
            N_("The session is closed. Ask the facilitator what came of it."), field="code"
        )


def check_on(state: SessionState, phase: Phase) -> None:
    """Raises Conflict unless this phase is going on: then one writes on its cards, and votes."""
    if PHASES.get(state) is phase:
        return
    if state is _S.CLOSED:
        raise Conflict(N_("The session is closed. Nothing more can be written or voted for in it."))
    if _STEPS.index(state) < _STEPS.index(_S(phase.value)):
        raise Conflict(
            N_("This phase has not begun. Wait until the facilitator goes on to its cards.")
        )
    raise Conflict(
        N_("This phase is over. Ask the facilitator to go back to it, if something is missing.")
    )


def check_over(state: SessionState, phase: Phase) -> None:
    """Raises Conflict until the phase is over: then its answers can become something."""
    if _STEPS.index(state) <= _STEPS.index(_S(phase.value)):
        raise Conflict(
            N_("Answers can become something when their phase is over. Go on to the next first.")
        )


def is_over(state: SessionState, phase: Phase) -> bool:
    """The same as a question."""
    return _STEPS.index(state) > _STEPS.index(_S(phase.value))


def check_changeable(state: SessionState) -> None:
    """Raises Conflict once the session is closed."""
    if state is _S.CLOSED:
        raise Conflict(N_("The session is closed, and its facts are kept as they were."))


def check_votes_left(used: int, most: int) -> None:
    """Raises Conflict when the participant has used all votes of the phase."""
    if used < most:
        return
    if most == 0:
        raise Conflict(N_("There is no voting in this session."))
    raise Conflict(
        N_("You have used your %(most)s votes in this phase. Take one back to vote for another."),
        most=most,
    )


def check_votes_each(votes: int) -> int:
    """How many votes each has in a phase. Raises Invalid."""
    if not 0 <= votes <= MOST_VOTES:
        raise Invalid(
            N_("Write how many votes each has in a phase: from 0 to %(most)s."),
            field="votes_each",
            most=MOST_VOTES,
        )
    return votes


def check_position(position: int) -> int:
    """A place among the cards of a phase. Raises Invalid."""
    if not 1 <= position <= LAST_POSITION:
        raise Invalid(
            N_("Write the place of the card in its phase: a whole number from 1 to %(most)s."),
            field="position",
            most=LAST_POSITION,
        )
    return position


def check_minutes(minutes: int) -> int:
    """A time that a meeting could take. Raises Invalid."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise Invalid(
            N_("Write a number of minutes from 1 to %(most)s."), field="minutes", most=MOST_MINUTES
        )
    return minutes


def longer(ends_at: datetime | None, minutes: int, *, now: datetime) -> datetime:
    """When the time is up with so many minutes more; counted from now when it ran out."""
    start = ends_at if ends_at is not None and ends_at > now else now
    return min(start + timedelta(minutes=minutes), now + timedelta(minutes=MOST_MINUTES))


def check_room(written: int, in_session: int) -> None:
    """Raises Conflict when one person has filled a card, or all of them the session."""
    if written >= MOST_ANSWERS:
        raise Conflict(
            N_("You have written %(most)s answers on this card. Change one of them instead."),
            most=MOST_ANSWERS,
        )
    if in_session >= MOST_IN_SESSION:
        raise Conflict(
            N_("The session is full: it has %(most)s answers. Change one that is there."),
            most=f"{MOST_IN_SESSION:,}".replace(",", "."),
        )


def check_people(people: int) -> None:
    """Raises Conflict when the room is full."""
    if people >= MOST_PEOPLE:
        raise Conflict(
            N_("The session is full: %(most)s people take part already."),
            field="code",
            most=MOST_PEOPLE,
        )


def check_held_on(day: date) -> date:
    """A day that can be right. Raises Invalid."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(
            N_("%(day)s cannot be right. Use a date from %(first)s to %(last)s."),
            field="held_on",
            day=_shown(day),
            first=_shown(FIRST_DAY),
            last=_shown(LAST_DAY),
        )
    return day


def clean_line(text: str, *, field: str, required: bool = True) -> str:
    """One line with single spaces. Raises Invalid."""
    return " ".join(clean_text(text, field=field, required=required).split())


def clean_text(text: str, *, field: str, required: bool = True) -> str:
    """The text without blank ends, nor what cannot be seen. Raises Invalid."""
    cleaned = text.strip()
    if required and not cleaned:
        raise Invalid(N_("This cannot be empty. Write something."), field=field)
    if len(cleaned) > LONGEST[field]:
        raise Invalid(
            N_("The text is too long. Use at most %(longest)s characters."),
            field=field,
            longest=f"{LONGEST[field]:,}".replace(",", "."),
        )
    # Not those that are unassigned: a newer emoji is, to an older Python.
    hidden = {sign for sign in cleaned if unicodedata.category(sign) in ("Cc", "Cs", "Co")}
    if hidden - set("\r\n\t"):
        raise Invalid(
            N_("The text has invisible characters. Type it instead of pasting it."), field=field
        )
    return cleaned


def clean_code(code: str) -> str:
    """The code as it is kept, whatever way it was typed."""
    return "".join(sign for sign in code.upper() if sign.isalnum())[: CODE_LENGTH + 1]


Id = TypeVar("Id")


def check_chosen(wanted: Sequence[Id], there: Collection[Id], *, field: str, most: int) -> list[Id]:
    """Each once, all of them there, at least one and not too many. Raises Invalid."""
    once = list(dict.fromkeys(wanted))
    if not once:
        raise Invalid(N_("Choose at least one."), field=field)
    if len(once) > most:
        raise Invalid(N_("Choose at most %(most)s."), field=field, most=most)
    if any(each not in there for each in once):
        raise Invalid(N_("Choose from the list."), field=field)
    return once


def _shown(day: date) -> str:
    return day.strftime("%d-%m-%Y")
