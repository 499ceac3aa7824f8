"""What a plan holds, when its items are due, and what can be done to them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tenant_app.anchoring.models import ItemKind, Owner, Phase
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.enrolments.models import EnrolmentState

LONGEST_LINE = 200
LONGEST_TEXT = 20_000
FURTHEST = 730
"""Days; nothing is planned further off than two years."""
FOLLOW_UP_DAYS = 90
"""Within so many days of the last day, unless the municipality says otherwise."""
SOON = timedelta(days=30)
"""What is due within so many days is shown on the home page."""
MOST_ITEMS = 50
"""In one set; a plan of more would be read by nobody."""
LIVE = frozenset({EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED})
"""States in which an enrolment's plan is worked on."""


class Standing(StrEnum):
    """Where a plan stands."""

    OVERDUE = "overdue"
    """Something should have been done by now."""
    OPEN = "open"
    """There is something to do, and nothing is late."""
    FINISHED = "finished"
    """Nothing is left to do."""
    CLOSED = "closed"
    """The place was given up, or the participant stayed away."""


@dataclass(frozen=True)
class Draft:
    """An item as a set has it; `form` None is of every form without a set of its own."""

    form: CourseForm | None
    phase: Phase
    owner: Owner
    kind: ItemKind
    text: str
    days: int


def standard(limits: Mapping[str, Any]) -> list[Draft]:
    """The set a municipality begins with, by its own working rules and in its own language."""
    share = (
        "Del det lærte på et personalemøde"
        if limits.get("share_at_staff_meeting")
        else "Del det lærte med kollegerne"
    )
    agree = "Aftal, hvad forløbet skal bruges til i hverdagen"
    note = "Skriv ned undervejs, hvad der kan prøves af hos jer"
    trial = "Prøv noget af det lærte i praksis, og skriv resultatet"
    observe = "Se den nye praksis i hverdagen, og tal om den"
    me, leader = Owner.PARTICIPANT, Owner.LEADER
    short = CourseForm.LECTURE
    found = [
        Draft(None, Phase.BEFORE, leader, ItemKind.AGREE, agree, -14),
        Draft(None, Phase.DURING, me, ItemKind.AGREE, note, 0),
        Draft(None, Phase.AFTER, me, ItemKind.SHARE, share, 21),
        Draft(None, Phase.AFTER, me, ItemKind.TRIAL, trial, 60),
    ]
    if limits.get("leader_observes"):
        found.append(Draft(None, Phase.AFTER, leader, ItemKind.OBSERVE, observe, 75))
    return [
        *found,
        Draft(short, Phase.AFTER, me, ItemKind.SHARE, share, 14),
        Draft(short, Phase.AFTER, me, ItemKind.TRIAL, trial, 45),
    ]


def chosen(
    items: Sequence[Draft], form: CourseForm, limits: Mapping[str, Any] | None = None
) -> list[Draft]:
    """The items of a plan for this form: its own set, or the one for the other forms.

    What the working rules ask for is in every plan, also where a set was made before them.
    """
    own = [item for item in items if item.form is form]
    found = own or [item for item in items if item.form is None]
    kinds = {item.kind for item in found}
    asked = {kind for kind, (flag, _) in _KEPT.items() if (limits or {}).get(flag)} - kinds
    if not asked:
        return found
    return found + [
        item for item in standard(limits or {}) if item.form is None and item.kind in asked
    ]


def due_on(phase: Phase, days: int, *, starts_on: date, ends_on: date, today: date) -> date:
    """The day an item is due. Nothing is late on the day it is agreed."""
    begin = ends_on if phase is Phase.AFTER else starts_on
    return max(begin + timedelta(days=days), today)


def standing(state: EnrolmentState, *, left: int, late: int) -> Standing:
    """Where a plan stands with so many items left, and so many of them late."""
    if state not in LIVE:
        return Standing.CLOSED
    if late:
        return Standing.OVERDUE
    return Standing.OPEN if left else Standing.FINISHED


def check_line(text: str, *, field: str) -> str:
    """One line, trimmed. Raises Invalid when it is empty or too long."""
    found = " ".join(text.split())
    if not found or len(found) > LONGEST_LINE:
        raise Invalid(N_("Write 1 to %(longest)s characters."), field=field, longest=LONGEST_LINE)
    return found


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


def check_days(phase: Phase, days: int) -> int:
    """Raises Invalid for days that do not fit the phase, or are too far off."""
    if abs(days) > FURTHEST:
        raise Invalid(N_("Write at most %(most)s days."), field="days", most=FURTHEST)
    if phase is Phase.AFTER and days < 0:
        raise Invalid(
            N_("What is done afterwards has 0 days or more, counted from the last day."),
            field="days",
        )
    if phase is Phase.BEFORE and days > 0:
        raise Invalid(
            N_("What is done before has 0 days or fewer, such as -14 for two weeks before."),
            field="days",
        )
    return days


def check_fits(phase: Phase, owner: Owner, kind: ItemKind) -> None:
    """Raises Invalid for an item that nobody could do."""
    if kind is ItemKind.OBSERVE and owner is not Owner.LEADER:
        raise Invalid(N_("The leader observes. Choose the leader."), field="owner")
    if kind is not ItemKind.AGREE and phase is Phase.BEFORE:
        raise Invalid(
            N_("Nothing is shared, tried or observed before the course. Choose another phase."),
            field="phase",
        )


def check_room(count: int) -> None:
    """Raises Conflict when a set has as many items as it can hold."""
    if count >= MOST_ITEMS:
        raise Conflict(
            N_("There are %(most)s items already. Change or remove one instead."),
            field="text",
            most=MOST_ITEMS,
        )


def check_live(state: EnrolmentState) -> None:
    """Raises Conflict when the enrolment of the plan was lost."""
    if state not in LIVE:
        raise Conflict(
            N_(
                "The plan is closed, because the place was given up or the participant stayed "
                "away. Nothing more is recorded in it."
            ),
            field="state",
        )


def check_open(*, done_on: date | None, dropped_why: str) -> None:
    """Raises Conflict when the item is done or dropped already."""
    if done_on is not None:
        raise Conflict(
            N_("This was done on %(day)s already. Reload the page to see the plan as it is."),
            field="item_id",
            day=done_on.strftime("%d-%m-%Y"),
        )
    if dropped_why:
        raise Conflict(
            N_("This was dropped already. Reload the page to see the plan as it is."),
            field="item_id",
        )


_RECORDED: Mapping[ItemKind, str] = {
    ItemKind.SHARE: N_("Record the sharing itself: where, when and what. Then this is done."),
    ItemKind.TRIAL: N_("Record the result of the trial. Then this is done."),
    ItemKind.OBSERVE: N_("Record the observation itself. Then this is done."),
}


def check_ticked(kind: ItemKind) -> None:
    """Raises Conflict for what is done by recording it, and says how."""
    if kind in _RECORDED:
        raise Conflict(_RECORDED[kind], field="item_id")


_KEPT: Mapping[ItemKind, tuple[str, str]] = {
    ItemKind.OBSERVE: (
        "leader_observes",
        N_(
            "The municipality's working rules ask for the leader's observation, so it cannot be "
            "dropped. Move it to another day instead."
        ),
    ),
    ItemKind.SHARE: (
        "share_at_staff_meeting",
        N_(
            "The municipality's working rules ask for sharing at a staff meeting, so it cannot be "
            "dropped. Move it to another day instead."
        ),
    ),
}


def may_drop(kind: ItemKind, limits: Mapping[str, Any]) -> bool:
    """Whether the municipality's working rules leave it to the leader."""
    return kind not in _KEPT or not limits.get(_KEPT[kind][0])


def check_dropped(kind: ItemKind, limits: Mapping[str, Any]) -> None:
    """Raises Conflict for what the municipality's working rules ask for."""
    if not may_drop(kind, limits):
        raise Conflict(_KEPT[kind][1], field="item_id")


def check_moved(day: date, *, today: date) -> date:
    """Raises Invalid for a day that has passed, or is too far off."""
    if not today <= day <= today + timedelta(days=FURTHEST):
        raise Invalid(N_("Choose a day from today and at most two years ahead."), field="due_on")
    return day


def check_happened(day: date, *, field: str, starts_on: date, today: date) -> date:
    """Raises Invalid for a day before the course, or one that has not come."""
    if day > today:
        raise Invalid(N_("The day lies ahead. Record it on that day or later."), field=field)
    if day < starts_on:
        raise Invalid(
            N_("The course began on %(day)s. Choose that day or a later one."),
            field=field,
            day=starts_on.strftime("%d-%m-%Y"),
        )
    return day


def check_begins(day: date, *, starts_on: date, today: date) -> date:
    """Raises Invalid for a trial before the course, or too far off."""
    if day < starts_on:
        raise Invalid(
            N_("The course began on %(day)s. Choose that day or a later one."),
            field="begins_on",
            day=starts_on.strftime("%d-%m-%Y"),
        )
    if day > today + timedelta(days=FURTHEST):
        raise Invalid(N_("Choose a day at most two years ahead."), field="begins_on")
    return day


def check_ended(*, begins_on: date, evaluated_on: date, ended: bool, today: date) -> date:
    """Raises Conflict for a trial that has its result, Invalid for a day that cannot be."""
    if ended:
        raise Conflict(
            N_("The trial has its result already. Begin a new one to try again."),
            field="trial_id",
        )
    if evaluated_on < begins_on:
        raise Invalid(
            N_("The trial began on %(day)s. It cannot end before it begins."),
            field="evaluated_on",
            day=begins_on.strftime("%d-%m-%Y"),
        )
    if evaluated_on > today:
        raise Invalid(
            N_("The day lies ahead. Record it on that day or later."), field="evaluated_on"
        )
    return evaluated_on


def check_trials(open_: int) -> None:
    """Raises Conflict when a trial is under way."""
    if open_:
        raise Conflict(
            N_("A trial is under way. Record its result before you begin a new one."),
            field="hypothesis",
        )


def follow_up_days(limits: Mapping[str, Any]) -> int:
    """Within how many days of a course its sharing and trial count."""
    return int(limits.get("follow_up_days") or FOLLOW_UP_DAYS)


@dataclass(frozen=True)
class Figures:
    """How the completed enrolments of a unit, or of some together, were followed through."""

    completed: int = 0
    shared: int = 0
    tried: int = 0
    followed: int = 0
    """Both shared and tried, in time."""
    in_time: int = 0
    """Not followed through yet, and there is time left."""
    overdue: int = 0
    """Items of plans that should have been done by now."""

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.completed + other.completed,
            self.shared + other.shared,
            self.tried + other.tried,
            self.followed + other.followed,
            self.in_time + other.in_time,
            self.overdue + other.overdue,
        )

    @property
    def percent(self) -> int | None:
        """Followed through, of the completed, rounded half up; None of none."""
        if not self.completed:
            return None
        return (self.followed * 200 + self.completed) // (2 * self.completed)
