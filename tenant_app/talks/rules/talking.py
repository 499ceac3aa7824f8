"""How a talk moves, and what it asks of its parties. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid
from tenant_app.talks.models import ItemState, TalkKind, TalkState

LONGEST_TEXT = 20_000
FURTHEST = timedelta(days=3 * 366)
EARLIEST = timedelta(days=366)
"""A talk may be recorded as much as a year after it was held."""
YEAR = 365
MOST_MEMBERS = 30
MOST_ITEMS = 40
SOON = timedelta(days=14)
"""So long before a talk should be held its leader is reminded."""
AHEAD = timedelta(days=7)
"""So long before the time of a talk its members are."""
BEFORE = frozenset({TalkState.INVITED, TalkState.PREPARED})
"""It lies ahead."""
OPEN = BEFORE | {TalkState.HELD}
"""Another leader can take it over."""
OVER = frozenset({TalkState.DECLINED, TalkState.CANCELLED})
COUNTED = frozenset({TalkState.HELD, TalkState.AGREED})
"""It took place."""
ANSWERS = ("good", "hard", "learn", "support")
"""The questions of a preparation; each side has its own words for them."""


def check_text(text: str, *, field: str, required: bool = True) -> str:
    """A text, trimmed. Raises Invalid when it is missing or too long."""
    found = text.strip()
    if required and not found:
        raise Invalid(N_("Write something here."), field=field)
    if len(found) > LONGEST_TEXT:
        raise Invalid(
            N_("The text is %(length)s characters. Write at most %(longest)s."),
            field=field,
            length=len(found),
            longest=LONGEST_TEXT,
        )
    return found


def check_period(from_date: date, to_date: date, due_on: date, *, today: date) -> None:
    """Raises Invalid for days that make no round."""
    if to_date < from_date:
        raise Invalid(N_("The round ends before it begins. Choose a later day."), field="to_date")
    if to_date < today or to_date > today + FURTHEST:
        raise Invalid(
            N_("A round ends today or later, and at most three years ahead."), field="to_date"
        )
    if from_date < today - EARLIEST:
        raise Invalid(N_("A round begins at most a year back."), field="from_date")
    if not from_date <= due_on <= to_date:
        raise Invalid(N_("Choose a day within the round."), field="due_on")


def check_not_ended(ended_at: datetime | None) -> None:
    """Raises Conflict for a round that was ended."""
    if ended_at is not None:
        raise Conflict(N_("The round is ended. Open a new one."))


def check_group(kind: TalkKind, count: int) -> None:
    """Raises Invalid for a group talk of too few or too many."""
    if kind is TalkKind.GRUS and count < 2:
        raise Invalid(
            N_("A group talk is for two or more. Choose more people."), field="employee_ids"
        )
    if kind is TalkKind.GRUS and count > MOST_MEMBERS:
        raise Invalid(
            N_("A group talk is for at most %(most)s people. Make two groups."),
            field="employee_ids",
            most=MOST_MEMBERS,
        )


def check_before(state: TalkState) -> None:
    """Raises Conflict for a talk that does not lie ahead."""
    if state in COUNTED:
        raise Conflict(N_("The talk has been held already."), field="state")
    check_on(state)


def check_on(state: TalkState) -> None:
    """Raises Conflict for a talk that was declined or cancelled."""
    if state in OVER:
        raise Conflict(
            N_("The talk was declined or cancelled. Invite again from its round instead."),
            field="state",
        )


def check_held(state: TalkState) -> None:
    """Raises Conflict for a talk that was not held, or is frozen."""
    check_on(state)
    if state in BEFORE:
        raise Conflict(
            N_("The talk has not been held yet. The leader records that first."), field="state"
        )
    check_open(state)


def check_open(state: TalkState) -> None:
    """Raises Conflict for a talk that is over, or frozen."""
    check_on(state)
    if state is TalkState.AGREED:
        raise Conflict(
            N_("Everybody has signed, so nothing in this talk changes any more."), field="state"
        )


def check_planned(moment: datetime, *, today: date) -> datetime:
    """Raises Invalid for a time that has passed, or is too far off."""
    if not today <= moment.date() <= today + FURTHEST:
        raise Invalid(N_("Choose a day from today and at most three years ahead."), field="day")
    return moment


def check_held_on(day: date, *, today: date) -> date:
    """Raises Invalid for a day ahead, or too long ago."""
    if day > today:
        raise Invalid(N_("The day lies ahead. Record it on that day or later."), field="held_on")
    if day < today - EARLIEST:
        raise Invalid(N_("Choose a day within the last year."), field="held_on")
    return day


def check_unsigned(signatures: Sequence[object]) -> None:
    """Raises Conflict when somebody has signed what is to be changed."""
    if any(signatures):
        raise Conflict(
            N_("Somebody has signed this agreement. Open it again before you change it."),
            field="agreement",
        )


def check_signable(agreement: str, *, revision: int, read: int, signed: bool) -> None:
    """Raises Conflict unless the actor signs, once, the agreement as it stands."""
    if not agreement:
        raise Conflict(N_("Write what you agreed on before it is signed."), field="agreement")
    if read != revision:
        raise Conflict(
            N_("The agreement was changed meanwhile. Read it again before you sign."),
            field="revision",
        )
    if signed:
        raise Conflict(N_("You have signed this agreement already."), field="revision")


def check_other(holder: object, members: Sequence[object]) -> None:
    """Raises Forbidden for somebody who would hold their own talk."""
    if holder is not None and holder in members:
        raise Forbidden(
            N_("Nobody holds their own talk. Let another leader hold it."), field="holder_id"
        )


def check_valid_until(day: date, *, today: date) -> date:
    """Raises Invalid for a plan that is out of date at once, or for ever valid."""
    if not today <= day <= today + FURTHEST:
        raise Invalid(
            N_("Choose a day from today and at most three years ahead."), field="valid_until"
        )
    return day


def check_due(day: date, *, today: date, was: date | None = None) -> date:
    """Raises Invalid for a day that has passed, unless it stood there before."""
    if day != was and not today <= day <= today + FURTHEST:
        raise Invalid(N_("Choose a day from today and at most three years ahead."), field="due_on")
    return day


def check_room(count: int) -> None:
    """Raises Conflict when a plan has as many items as somebody can keep in mind."""
    if count >= MOST_ITEMS:
        raise Conflict(
            N_("There are %(most)s items already. Change or drop one instead."),
            field="aim",
            most=MOST_ITEMS,
        )


def stands(state: ItemState, *, is_completed: bool) -> ItemState:
    """Where an item stands: done once its enrolment is completed, unless it was dropped."""
    return ItemState.DONE if is_completed and state is not ItemState.DROPPED else state


def after_sharing(shared: int, members: int) -> TalkState:
    """Prepared once every member has shared what they wrote."""
    return TalkState.PREPARED if members and shared >= members else TalkState.INVITED
