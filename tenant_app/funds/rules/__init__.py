"""Funds said without saying "database": who can apply, for how much, when, and who signs."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tenant_app.budgets.models import CostLine
from tenant_app.budgets.rules import Cost
from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid
from tenant_app.core.money import Money, check_amount, show
from tenant_app.funds.models import FundState
from tenant_app.organisation.models import Position

_S = FundState
LONGEST = {
    "name": 200,
    "title": 200,
    "giver": 200,
    "terms": 4000,
    "purpose": 2000,
    "answer": 2000,
    "reference": 100,
    "note": 1000,
}
MOST_PEOPLE = 200
MOVES: Mapping[FundState, frozenset[FundState]] = {
    _S.DRAFT: frozenset({_S.LEADER_SIGNED, _S.WITHDRAWN}),
    _S.LEADER_SIGNED: frozenset({_S.UNION_SIGNED, _S.WITHDRAWN}),
    _S.UNION_SIGNED: frozenset({_S.SENT, _S.WITHDRAWN}),
    _S.SENT: frozenset({_S.AWARDED, _S.REFUSED, _S.WITHDRAWN}),
    _S.AWARDED: frozenset({_S.PAID, _S.WITHDRAWN}),
    _S.PAID: frozenset({_S.REFUNDED}),
    _S.REFUSED: frozenset(),
    _S.REFUNDED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
DEAD = (_S.REFUSED, _S.WITHDRAWN, _S.REFUNDED)
"""Counts against no cap."""
AHEAD = (_S.DRAFT, _S.LEADER_SIGNED, _S.UNION_SIGNED)
"""Not sent yet."""


class FundCapExceeded(Conflict):
    """More than the fund gives a person within its months."""

    code = "fund_cap"


class AlreadyApplied(Conflict):
    """The person's place on the session is applied for, or was given, once before."""

    code = "already_applied"


class OutsideWindow(Conflict):
    """Too early or too late to apply for this session."""

    code = "outside_window"


class NotEligible(Conflict):
    """The fund does not pay for the person."""

    code = "not_eligible"


class SignedTwice(Forbidden):
    """One person cannot give both signatures."""

    code = "signed_twice"


def check_move(state: FundState, to: FundState) -> None:
    """Raises Conflict when the one state does not follow the other."""
    if to not in MOVES[state]:
        raise Conflict(
            N_(
                "The step does not follow from where the application stands. Reload the page and "
                "choose one of its steps."
            ),
            field="to",
        )


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of a shorter month."""
    month = day.year * 12 + day.month - 1 - months
    year, month = divmod(month, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def check_window(starts_on: date, *, months: int, days: int, today: date) -> None:
    """Go on only within the window before the first day. Raises OutsideWindow."""
    first, last = months_before(starts_on, months), starts_on - timedelta(days=days)
    if today < first:
        raise OutsideWindow(
            N_("Applications for this session are taken from %(first)s. Apply then."),
            field="session_id",
            first=shown(first),
        )
    if today > last:
        raise OutsideWindow(
            N_(
                "The last day to apply for this session was %(last)s. Choose a session that "
                "begins later."
            ),
            field="session_id",
            last=shown(last),
        )


def fund_looks_at(cost: Cost, lines: Collection[str]) -> Money:
    """The part of a person's cost that the fund pays a share of."""
    return Money(sum(cost.of(CostLine(line)) for line in lines))


def most_of(cost: int, employer_bp: int) -> Money:
    """What the fund pays at most when the workplace pays its share, rounded up in its favour."""
    return Money(cost - -(-cost * employer_bp // 10_000))


def check_share(asked: int, *, cost: int, employer_bp: int, person: str) -> Money:
    """Above zero, and leaving the workplace its share. Raises Invalid."""
    amount = check_amount(asked)
    most = most_of(cost, employer_bp)
    if most <= 0:
        raise Invalid(
            N_("The session has no cost that the fund pays. Choose another session."),
            field="session_id",
        )
    if amount == 0:
        raise Invalid(N_("The amount must be above zero."), field="amount")
    if amount > most:
        raise Invalid(
            N_(
                "For %(person)s the fund looks at %(cost)s, of which the workplace pays at least "
                "%(share)s %%. Apply for at most %(most)s."
            ),
            field="amount",
            person=person,
            cost=show(cost),
            share=percent(employer_bp),
            most=show(most),
        )
    return amount


def cap_exceeded(person: str, *, cap: int, used: int, months: int) -> FundCapExceeded:
    """Why the cap says no, with what is left."""
    return FundCapExceeded(
        N_(
            "%(person)s can be given %(cap)s within %(months)s months, and %(used)s of it is "
            "applied for or given. Apply for at most %(left)s, or for a later session."
        ),
        field="amount",
        person=person,
        cap=show(cap),
        months=str(months),
        used=show(used),
        left=show(max(0, cap - used)),
    )


def check_not_applied(person: str, *, fund: str | None) -> None:
    """A fund pays for a place once, and no two funds for the same. `fund`: the one that is asked
    already, if any. Raises AlreadyApplied."""
    if fund is None:
        return
    raise AlreadyApplied(
        N_(
            "%(person)s is applied for already for this session, to “%(fund)s”. Leave them out, "
            "or withdraw the other application first."
        ),
        field="employee_ids",
        person=person,
        fund=fund,
    )


def check_people(employee_ids: Sequence[UUID]) -> list[UUID]:
    """At least one, each once, and not too many. Raises Invalid."""
    wanted = list(dict.fromkeys(employee_ids))
    if not wanted:
        raise Invalid(N_("Choose at least one person."), field="employee_ids")
    if len(wanted) > MOST_PEOPLE:
        raise Invalid(
            N_("Apply for at most %(most)s people at a time."),
            field="employee_ids",
            most=MOST_PEOPLE,
        )
    return wanted


def check_eligible(
    *, person: str, position: Position | None, leaves: date | None, positions: Collection[str]
) -> None:
    """Employed on the first day without a last one, in a position of the agreement.

    Raises NotEligible.
    """
    if position is None:
        raise NotEligible(
            N_("%(person)s is not employed here when the session begins. Leave them out."),
            field="employee_ids",
            person=person,
        )
    if leaves is not None:
        raise NotEligible(
            N_(
                "%(person)s leaves on %(day)s. The fund does not pay for people under notice: "
                "leave them out."
            ),
            field="employee_ids",
            person=person,
            day=shown(leaves),
        )
    if position.value not in positions:
        raise NotEligible(
            N_("%(person)s has a position that the agreement does not cover. Leave them out."),
            field="employee_ids",
            person=person,
        )


def check_one_unit(units: Mapping[UUID, str]) -> UUID:
    """A group is of one unit. Raises Invalid."""
    if len(units) > 1:
        raise Invalid(
            N_(
                "A group is of one workplace, and these are of %(units)s. Send one application "
                "for each."
            ),
            field="employee_ids",
            units=", ".join(sorted(units.values())[:5]),
        )
    return next(iter(units))


def check_signer(
    *,
    user_id: UUID | None,
    employee_id: UUID | None,
    other: UUID | None,
    other_employee: UUID | None,
    applicants: Collection[UUID],
) -> None:
    """A person who signs is signed in, is none of those applied for, and gave no other signature,
    with this login or another.

    Raises Forbidden and SignedTwice.
    """
    if user_id is None:
        raise Forbidden(N_("A signature is given by a person who is signed in."))
    if employee_id is not None and employee_id in applicants:
        raise Forbidden(
            N_("Nobody signs an application for themselves. Ask the leader above to sign.")
        )
    same_person = other_employee is not None and other_employee == employee_id
    if other == user_id or same_person:
        raise SignedTwice(
            N_("You have signed as the leader. The second signature is the union representative’s.")
        )


def check_awarded(amount: int, *, asked: int) -> Money:
    """Above zero and at most what was asked. Raises Invalid."""
    checked = check_amount(amount)
    if checked == 0:
        raise Invalid(
            N_("Write the amount that is awarded, or answer that it was refused."), field="amount"
        )
    if checked > asked:
        raise Invalid(
            N_("%(asked)s was applied for. Write that or less."),
            field="amount",
            asked=show(asked),
        )
    return checked


def check_grant_days(apply_by: date, report_by: date | None, *, year: int) -> None:
    """State money of a year is applied for in that year or the one before, and accounted for by
    the end of the second year after it. Raises Invalid."""
    _check_day(apply_by, "apply_by", date(year - 1, 1, 1), date(year, 12, 31))
    if report_by is None:
        return
    if report_by <= apply_by:
        raise Invalid(
            N_("The statement is due after the application. Choose a later day."),
            field="report_by",
        )
    _check_day(report_by, "report_by", apply_by, date(year + 2, 12, 31))


def _check_day(day: date, field: str, first: date, last: date) -> None:
    if not first <= day <= last:
        raise Invalid(
            N_("Choose a day from %(first)s to %(last)s."),
            field=field,
            first=shown(first),
            last=shown(last),
        )


def check_scheme(facts: Mapping[str, Any]) -> None:
    """The numbers of a scheme are sane. Raises Invalid naming the field."""
    for name in ("cap", "master_cap"):
        if check_amount(facts[name], field=name) == 0:
            raise Invalid(N_("The amount must be above zero."), field=name)
    if facts["master_cap"] < facts["cap"]:
        raise Invalid(N_("With a master the cap is at least the ordinary one."), field="master_cap")
    _check_number(facts, "employer_bp", 0, 9900)
    _check_number(facts, "cap_months", 1, 60)
    _check_number(facts, "months_before", 1, 36)
    _check_number(facts, "days_before", 0, 365)
    _check_number(facts, "answer_days", 1, 365)
    _check_words(facts, "cost_lines", [line.value for line in CostLine])
    _check_words(facts, "positions", [position.value for position in Position])


def _check_number(facts: Mapping[str, Any], name: str, least: int, most: int) -> None:
    if not least <= facts[name] <= most:
        raise Invalid(
            N_("Write a number from %(least)s to %(most)s."), field=name, least=least, most=most
        )


def _check_words(facts: Mapping[str, Any], name: str, known: Sequence[str]) -> None:
    if not facts[name] or set(facts[name]) - set(known):
        raise Invalid(N_("Choose at least one of the list."), field=name)


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


def percent(bp: int) -> str:
    """2000 is 20, 1250 is 12,5."""
    whole, rest = divmod(bp, 100)
    return f"{whole}" + (f",{rest:02d}".rstrip("0") if rest else "")


def shown(day: date) -> str:
    """As Danish offices write it."""
    return f"{day:%d-%m-%Y}"
