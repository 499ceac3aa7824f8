"""What makes a request worth a second look: a full diary, an empty house, somebody who goes
alone. Warnings only: the one who answers decides. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WINDOW_DAYS = 90
"""Courses that begin this close to each other weigh on the same person."""
MANY_COURSES = 3
"""This many courses inside the window, the one asked for among them, are many for one person."""
OVERLAPS_SHOWN = 5
"""Whoever is on more courses on the same days is told of by number."""
AWAY_SHARE_BP = 2000
"""More than 20 % of a house's staff (in basis points) on courses on the same days are many: cover
is bought for the hours, but the children meet strangers. Our assumption; no law says a number."""
AWAY_LEAST = 2
"""One who is away is what the request is about, and no warning however small the house."""


@dataclass(frozen=True)
class Stay:
    """A course somebody is on, asks for or has a place at, and its days."""

    title: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Load:
    """What else the person does around the course asked for."""

    overlapping: Sequence[Stay]
    """The first OVERLAPS_SHOWN other courses with a day in common, soonest first."""
    overlaps: int
    """How many they are."""
    courses: int
    """Courses inside the window, this one counted; 0 when they are not many."""


@dataclass(frozen=True)
class Away:
    """How many of a house's staff would be on courses on the same days."""

    people: int
    """Those with a place or a request, this one counted."""
    staff: int

    @property
    def is_many(self) -> bool:
        """More than the share of the staff that may be away."""
        return self.people >= AWAY_LEAST and self.people * 10000 > self.staff * AWAY_SHARE_BP

    @property
    def percent(self) -> int:
        """Rounded half up; 100 of a house without staff of its own."""
        return 100 if self.staff <= 0 else (self.people * 200 + self.staff) // (2 * self.staff)


def load_of(overlapping: Sequence[Stay], overlaps: int, near: int) -> Load:
    """What the other courses of the person mean; `near` are those inside the window."""
    courses = near + 1
    return Load(overlapping, overlaps, courses if courses >= MANY_COURSES else 0)


def days_left(deadline: date, today: date) -> int:
    """Days until the deadline; 0 on the day, negative once it has passed."""
    return (deadline - today).days
