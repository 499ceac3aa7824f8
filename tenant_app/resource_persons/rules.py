"""Resource persons said without saying "database": hours in whole quarters, days, moves, texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.organisation.models import UnitKind
from tenant_app.resource_persons.models import BookingState

_S = BookingState
QUARTER = 15
MOST_HOURS = 2000
"""A full working year is 1,924 hours."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_COMPETENCES = 50
LONGEST = {"name": 200, "description": 4000, "purpose": 2000, "reason": 2000, "number": 50}
MOVES: Mapping[BookingState, frozenset[BookingState]] = {
    _S.REQUESTED: frozenset({_S.AGREED, _S.CANCELLED, _S.DECLINED}),
    _S.AGREED: frozenset({_S.HELD, _S.CANCELLED}),
    _S.HELD: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.DECLINED: frozenset(),
}
OPEN = (_S.REQUESTED, _S.AGREED)
"""Still ahead, and can be given up."""
USED = (_S.AGREED, _S.HELD)
"""Counted as internal hours."""


class HoursExceeded(Conflict):
    """More hours are asked for than are left."""

    code = "hours_exceeded"


class OutsideArea(Conflict):
    """The person does not serve the unit."""

    code = "outside_area"


@dataclass(frozen=True)
class Balance:
    """The hours of a year, in minutes."""

    year: int
    minutes: int
    booked: int

    @property
    def left(self) -> int:
        """What can still be booked."""
        return self.minutes - self.booked


def minutes_of(hours: Decimal, *, field: str = "hours", least: int = QUARTER) -> int:
    """Whole quarters of an hour in minutes. Raises Invalid."""
    if not hours.is_finite() or not 0 <= hours <= MOST_HOURS:
        raise Invalid(
            N_("Write a number of hours from 0 to %(most)s."), field=field, most=MOST_HOURS
        )
    minutes = hours * 60
    if minutes % QUARTER:
        raise Invalid(
            N_("Hours are booked in whole quarters. Write 1,25 or 1,5, for example."), field=field
        )
    if minutes < least:
        raise Invalid(N_("Write at least a quarter of an hour: 0,25."), field=field)
    return int(minutes)


def hours_of(minutes: int) -> Decimal:
    """Minutes in hours: 90 is 1.5."""
    return Decimal(minutes) / 60


def hours_text(minutes: int) -> str:
    """As Danish offices write them: 1,5."""
    return format(hours_of(minutes).normalize(), "f").replace(".", ",")


def check_year(year: int, *, today: date) -> int:
    """This year, the last or one of the two to come. Raises Invalid."""
    first, last = max(FIRST_YEAR, today.year - 1), min(LAST_YEAR, today.year + 2)
    if not first <= year <= last:
        raise Invalid(
            N_("Choose a year from %(first)s to %(last)s."), field="year", first=first, last=last
        )
    return year


def check_days(starts_on: date, ends_on: date, *, today: date) -> int:
    """The year whose hours it takes. In order, ahead, and within one year. Raises Invalid."""
    if ends_on < starts_on:
        raise Invalid(
            N_("The booking cannot end before it begins. Use %(starts_on)s or later."),
            field="ends_on",
            starts_on=shown(starts_on),
        )
    if starts_on < today:
        raise Invalid(
            N_("Hours are booked ahead. Choose %(today)s or a later day."),
            field="starts_on",
            today=shown(today),
        )
    if starts_on.year != ends_on.year:
        raise Invalid(
            N_("Hours belong to a calendar year. Make one booking for each year."),
            field="ends_on",
        )
    return starts_on.year


def check_unit(kind: UnitKind) -> None:
    """Hours are for a unit with a leader, and not for a house of an institution. Raises Invalid."""
    if kind is UnitKind.HOUSE:
        raise Invalid(
            N_("Choose the institution, and not one of its houses."),
            field="unit_id",
        )


def check_inside(
    unit_path: str, area_path: str | None, *, person: str, area: str, unit: str
) -> None:
    """A person is booked only where they serve. Raises OutsideArea."""
    if area_path is None or not unit_path.startswith(area_path):
        raise OutsideArea(
            N_(
                "%(person)s serves %(area)s, and %(unit)s lies outside it. Choose another resource "
                "person, or ask for the area to be widened."
            ),
            field="unit_id",
            person=person,
            area=area,
            unit=unit,
        )


def check_move(state: BookingState, to: BookingState) -> None:
    """Raises Conflict when the one state does not follow the other."""
    if to not in MOVES[state]:
        raise Conflict(
            N_(
                "The step does not follow from where the booking stands. Reload the page and "
                "choose one of its steps."
            ),
            field="to",
        )


def check_begun(starts_on: date, *, today: date) -> None:
    """What has not begun was not held. Raises Conflict."""
    if starts_on > today:
        raise Conflict(
            N_("It begins on %(day)s. Note it as held once it has been."),
            field="to",
            day=shown(starts_on),
        )


def too_few(balance: Balance | None, *, person: str, year: int, asked: int) -> HoursExceeded:
    """Why the hours cannot be had, with what there is and what to do."""
    if balance is None or balance.minutes == 0:
        return HoursExceeded(
            N_(
                "No hours are set for %(person)s in %(year)s. Choose days in another year, or ask "
                "for hours to be set."
            ),
            field="starts_on",
            person=person,
            year=str(year),
        )
    return HoursExceeded(
        N_(
            "%(person)s has %(left)s hours left in %(year)s, and %(asked)s are asked for: "
            "%(short)s too many. Ask for fewer, or choose another resource person."
        ),
        field="hours",
        person=person,
        year=str(year),
        left=hours_text(balance.left),
        asked=hours_text(asked),
        short=hours_text(asked - balance.left),
    )


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


def check_name(name: str) -> str:
    """A name on one line. Raises Invalid."""
    return " ".join(check_text(name, field="name", needed=True).split())


def changed(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts that differ, before and after."""
    names = [name for name in new if old[name] != new[name]]
    return {name: old[name] for name in names}, {name: new[name] for name in names}


def shown(day: date) -> str:
    """dd-mm-åååå."""
    return day.strftime("%d-%m-%Y")
