"""Application rounds said without saying "database": days, moves, amounts, texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from tenant_app.budgets.models import PoolKind
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.money import Money, check_amount, show
from tenant_app.rounds.models import RoundState

_S = RoundState
LONGEST = {
    "title": 200,
    "purpose": 2000,
    "criteria": 2000,
    "reason": 2000,
    "answer": 1000,
    "decided_where": 200,
}
MOVES: Mapping[RoundState, frozenset[RoundState]] = {
    _S.DRAFT: frozenset({_S.OPEN, _S.DROPPED}),
    _S.OPEN: frozenset({_S.CLOSED, _S.DROPPED}),
    _S.CLOSED: frozenset({_S.OPEN, _S.DECIDED, _S.DROPPED}),
    _S.DECIDED: frozenset(),
    _S.DROPPED: frozenset(),
}


class RoundNotOpen(Conflict):
    """The round takes no applications today."""

    code = "round_not_open"


class OverAwarded(Conflict):
    """More is awarded than there is to give."""

    code = "over_awarded"


class Standing(StrEnum):
    """Where a round stands on a day."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    TO_DECIDE = "to_decide"
    DECIDED = "decided"
    DROPPED = "dropped"


def standing(state: RoundState, *, opens_on: date, closes_on: date, today: date) -> Standing:
    """An open round takes applications from its first day to its last, and is then decided."""
    if state is _S.DRAFT:
        return Standing.DRAFT
    if state in (_S.DECIDED, _S.DROPPED):
        return Standing(state.value)
    if state is _S.CLOSED or today > closes_on:
        return Standing.TO_DECIDE
    return Standing.ANNOUNCED if today < opens_on else Standing.OPEN


def check_move(state: RoundState, to: RoundState) -> None:
    """Raises Conflict when the one state does not follow the other."""
    if to not in MOVES[state]:
        raise Conflict(
            N_(
                "The step does not follow from where the round stands. Reload the page and "
                "choose one of its steps."
            ),
            field="to",
        )


def check_days(opens_on: date, closes_on: date, *, today: date, year: int) -> None:
    """In order, not over yet, and before the money is gone with its year: a round for a year may
    be held in the year before. Raises Invalid."""
    if closes_on < opens_on:
        raise Invalid(
            N_("The round cannot close before it opens. Use %(day)s or later."),
            field="closes_on",
            day=shown(opens_on),
        )
    if closes_on < today:
        raise Invalid(
            N_("The last day to apply is over. Choose %(day)s or later."),
            field="closes_on",
            day=shown(today),
        )
    if closes_on.year > year:
        raise Invalid(
            N_("The pool’s money is for %(year)s. Close the round by %(day)s."),
            field="closes_on",
            year=str(year),
            day=shown(date(year, 12, 31)),
        )
    if opens_on.year < year - 1:
        raise Invalid(
            N_("The pool’s money is for %(year)s. Open the round on %(day)s or later."),
            field="opens_on",
            year=str(year),
            day=shown(date(year - 1, 1, 1)),
        )


def check_offer(amount: int, *, left: int, pool: str) -> None:
    """Nothing is offered that is not there. Raises Conflict."""
    if amount > left:
        raise Conflict(
            N_(
                "“%(pool)s” can give %(left)s today, and the round offers %(amount)s. Offer that "
                "or less, or allot more to the pool first."
            ),
            field="amount",
            pool=pool,
            left=show(max(0, left)),
            amount=show(amount),
        )


def check_unapplied(applications: int) -> None:
    """Go on only when nobody waits for an answer. Raises Conflict."""
    if applications:
        raise Conflict(
            N_(
                "%(count)s have applied and wait for an answer. Close the round and decide it; 0 "
                "says no."
            ),
            count=str(applications),
        )


def check_pool(kind: PoolKind, name: str) -> None:
    """Money with strings is not given on. Raises Invalid."""
    if kind not in (PoolKind.CENTRAL, PoolKind.AREA):
        raise Invalid(
            N_("“%(pool)s” cannot be given out in a round. Choose a central or an area pool."),
            field="pool_id",
            pool=name,
        )


def check_takes(found: Standing, *, opens_on: date, closes_on: date) -> None:
    """Go on only on the days of the round. Raises RoundNotOpen."""
    if found is Standing.OPEN:
        return
    if found in (Standing.DRAFT, Standing.ANNOUNCED):
        raise RoundNotOpen(N_("The round opens on %(day)s. Apply then."), day=shown(opens_on))
    raise RoundNotOpen(
        N_(
            "The last day to apply was %(day)s. Ask those who hold the round to open it again, "
            "or wait for the next."
        ),
        day=shown(closes_on),
    )


def check_to_give(amount: int, *, field: str = "amount") -> Money:
    """Above zero. Raises Invalid."""
    checked = check_amount(amount, field=field)
    if checked == 0:
        raise Invalid(N_("The amount must be above zero."), field=field)
    return checked


def check_asked(amount: int, *, most: int) -> Money:
    """Above zero, and not above what the round gives in all. Raises Invalid."""
    checked = check_to_give(amount)
    if checked > most:
        raise Invalid(
            N_("The round gives %(most)s in all. Apply for that or less."),
            field="amount",
            most=show(most),
        )
    return checked


def check_decidable(found: Standing, *, closes_on: date) -> None:
    """Go on only when nobody can apply any more, and nobody decided yet. Raises Conflict."""
    if found is Standing.DECIDED:
        raise Conflict(N_("The round is decided, and what was awarded has moved."))
    if found is Standing.DRAFT:
        raise Conflict(N_("The round is a draft. Open it first, so that units can apply."))
    if found is not Standing.TO_DECIDE:
        raise Conflict(
            N_(
                "Units can apply until %(day)s. Close the round first, or wait until that day is "
                "over."
            ),
            day=shown(closes_on),
        )


def check_awards(awards: Sequence[tuple[str, int, int]], *, most: int) -> Money:
    """(unit, asked, awarded): none above what it asked, and together at most what the round gives.
    Their sum. Raises Invalid and OverAwarded."""
    for unit, asked, awarded in awards:
        check_amount(awarded, field="awards")
        if awarded > asked:
            raise Invalid(
                N_(
                    "%(unit)s applied for %(asked)s and cannot be awarded %(awarded)s. Award at "
                    "most what was applied for."
                ),
                field="awards",
                unit=unit,
                asked=show(asked),
                awarded=show(awarded),
            )
    total = sum(awarded for *_, awarded in awards)
    if total > most:
        raise OverAwarded(
            N_(
                "%(total)s is awarded, and the round gives %(most)s: %(over)s too much. Award less."
            ),
            field="awards",
            total=show(total),
            most=show(most),
            over=show(total - most),
        )
    return Money(total)


def check_answer(unit: str, *, awarded: int, answer: str) -> str:
    """The answer; nobody is told no without a word. Raises Invalid."""
    said = check_text(answer, field="answer")
    if not awarded and not said:
        raise Invalid(
            N_("%(unit)s is awarded nothing. Write in the answer why."), field="awards", unit=unit
        )
    return said


def check_text(text: str, *, field: str, needed: bool = False) -> str:
    """The text without what cannot be seen, and not too long. Raises Invalid."""
    cleaned = text.strip()
    if needed and not cleaned:
        raise Invalid(N_("This cannot be empty. Write something."), field=field)
    if len(cleaned) > LONGEST[field]:
        raise Invalid(
            N_("The text is too long. Use at most %(longest)s characters."),
            field=field,
            longest=LONGEST[field],
        )
    hidden = {sign for sign in cleaned if unicodedata.category(sign)[0] == "C"} - set("\r\n\t")
    if hidden:
        raise Invalid(
            N_("The text has invisible characters. Type it instead of pasting it."), field=field
        )
    return cleaned


def shown(day: date) -> str:
    """As Danish offices write it."""
    return f"{day:%d-%m-%Y}"
