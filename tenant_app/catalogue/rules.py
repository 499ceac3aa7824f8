"""What a course and a session may say, and how a price divides over people. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from tenant_app.catalogue.models import CourseForm, PriceKind, SessionState
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.money import Money, check_amount, split

MOST_ECTS = 60
MOST_HOURS = 2000
MOST_SEATS = 1000
LONGEST_RUN_DAYS = 5 * 366
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
LONGEST = {"code": 40, "title": 200, "name": 120, "place": 200, "reason": 500}
MOST_DECIMALS = 4
"""What the tables keep; more would be rounded silently."""


class CourseFacts(TypedDict, total=False):
    """The facts of a course, by name; when changing, those left out stay."""

    code: str
    title: str
    provider_id: UUID
    form: CourseForm
    ects: Decimal
    hours: Decimal
    cover_hours: Decimal | None
    price_kind: PriceKind
    price: Money
    materials: Money
    travel: Money
    serves_municipal_goal: bool
    is_mandatory: bool


def clean_text(text: str, *, field: str) -> str:
    """The text with single spaces and without invisible characters. Raises Invalid."""
    cleaned = " ".join(text.split())
    if not cleaned:
        raise Invalid(N_("This cannot be empty. Write something."), field=field)
    if len(cleaned) > LONGEST[field]:
        raise Invalid(
            N_("The text is too long. Use at most %(longest)s characters."),
            field=field,
            longest=LONGEST[field],
        )
    if any(unicodedata.category(letter).startswith("C") for letter in cleaned):
        raise Invalid(
            N_("The text has invisible characters. Type it instead of pasting it."), field=field
        )
    return cleaned


def search(q: str) -> str:
    """What is looked for; the database refuses a NUL, so it is taken out."""
    return q.replace("\0", "").strip()


def check_course(facts: CourseFacts) -> CourseFacts:
    """The facts that are given, cleaned. Raises Invalid naming the first that cannot be right."""
    checked = facts.copy()
    if "code" in facts:
        checked["code"] = clean_text(facts["code"], field="code")
    if "title" in facts:
        checked["title"] = clean_text(facts["title"], field="title")
    if "ects" in facts:
        check_number(facts["ects"], most=MOST_ECTS, field="ects")
    if "hours" in facts:
        check_number(facts["hours"], most=MOST_HOURS, field="hours")
    if (cover_hours := facts.get("cover_hours")) is not None:
        check_number(cover_hours, most=MOST_HOURS, field="cover_hours")
    if "price" in facts:
        check_amount(facts["price"], field="price")
    if "materials" in facts:
        check_amount(facts["materials"], field="materials")
    if "travel" in facts:
        check_amount(facts["travel"], field="travel")
    return checked


def check_number(value: Decimal, *, most: int, field: str) -> Decimal:
    """A number from 0 to `most` that the tables can keep. Raises Invalid."""
    if not value.is_finite() or not 0 <= value <= most:
        raise Invalid(N_("Use a number from 0 to %(most)s."), field=field, most=most)
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MOST_DECIMALS:
        raise Invalid(N_("Use at most %(decimals)s decimals."), field=field, decimals=MOST_DECIMALS)
    return value


def check_dates(*, deadline: date, starts_on: date, ends_on: date) -> None:
    """Deadline, then start, then end; the same day is allowed. Raises Invalid."""
    for field, day in (("deadline", deadline), ("starts_on", starts_on), ("ends_on", ends_on)):
        if not FIRST_DAY <= day <= LAST_DAY:
            raise Invalid(
                N_("%(day)s cannot be right. Use a date from %(first)s to %(last)s."),
                field=field,
                day=_shown(day),
                first=_shown(FIRST_DAY),
                last=_shown(LAST_DAY),
            )
    if deadline > starts_on:
        raise Invalid(
            N_("The deadline must be %(starts_on)s, when the session starts, or earlier."),
            field="deadline",
            starts_on=_shown(starts_on),
        )
    if ends_on < starts_on:
        raise Invalid(
            N_("The session cannot end before it starts. Use %(starts_on)s or later."),
            field="ends_on",
            starts_on=_shown(starts_on),
        )
    if (ends_on - starts_on).days > LONGEST_RUN_DAYS:
        raise Invalid(
            N_("A session of more than five years cannot be right. Check the year."),
            field="ends_on",
        )


def check_seats(seats: int) -> int:
    """From 1 to 1000 seats. Raises Invalid."""
    if not 1 <= seats <= MOST_SEATS:
        raise Invalid(
            N_("The number of seats must be from 1 to %(most)s."), field="seats", most=MOST_SEATS
        )
    return seats


def check_offered(*, is_active: bool, title: str) -> None:
    """New sessions are only of courses in the catalogue. Raises Conflict."""
    if not is_active:
        raise Conflict(
            N_("“%(title)s” is retired. Bring it back, or choose another course."),
            field="course_id",
            title=title,
        )


def check_open(state: SessionState) -> None:
    """A cancelled session stays as it was. Raises Conflict."""
    if state is SessionState.CANCELLED:
        raise Conflict(N_("The session is cancelled. Create a new one instead."))


def fee_parts(*, price: Money, kind: PriceKind, people: int) -> list[Money]:
    """What each of the people costs; a group's price divides so that the parts sum to it.

    Raises Invalid without people.
    """
    if people < 1:
        raise Invalid(N_("Choose at least one person."), field="employee_ids")
    if kind is PriceKind.PER_GROUP:
        return split(price, [1] * people)
    return [price] * people


def changed(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts that differ, before and after."""
    names = [name for name in new if old[name] != new[name]]
    return {name: old[name] for name in names}, {name: new[name] for name in names}


def _shown(day: date) -> str:
    return day.strftime("%d-%m-%Y")
