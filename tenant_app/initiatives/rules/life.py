"""The life of an initiative, what it may say, and how many a house can carry at once. Pure."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from tenant_app.catalogue.models import CourseForm
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.money import Money, check_amount
from tenant_app.initiatives.models import UNDER_WAY, InitiativeState
from tenant_app.organisation.models import UnitKind

_S = InitiativeState
LINE = (
    *(_S.IDEA, _S.QUALIFIED, _S.PRIORITISED, _S.PLANNED),
    *(_S.RUNNING, _S.FOLLOW_UP, _S.EVALUATED, _S.ANCHORED),
)
"""From an idea to everyday practice, one step at a time."""
MOVES: dict[InitiativeState, frozenset[InitiativeState]] = {
    **{here: frozenset({there, _S.STOPPED}) for here, there in itertools.pairwise(LINE)},
    _S.ANCHORED: frozenset(),
    _S.STOPPED: frozenset(),
}
OVER = frozenset({_S.EVALUATED, _S.ANCHORED, _S.STOPPED})
"""Its facts are history."""
OPEN = frozenset({_S.PLANNED, _S.RUNNING})
"""One can ask for a place through it."""
MENDED = frozenset({*OPEN, _S.FOLLOW_UP, _S.EVALUATED})
"""An enrolment that stands alone can be put under it."""
SURVEYED = frozenset({_S.QUALIFIED, _S.PRIORITISED, _S.PLANNED, _S.RUNNING})
"""The survey can be opened and answered."""
CENTRAL = (UnitKind.MUNICIPALITY, UnitKind.AREA)

MOST_PEOPLE = 100_000
LONGEST_DAYS = 5 * 366
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
MOST_NAMED = 5
MOST_LINKED = 200
"""Needs, units or courses of one initiative."""
LONGEST = {
    "title": 200,
    "description": 20_000,
    "target_group": 500,
    "reason": 2000,
    "override_reason": 2000,
    "expects": 2000,
    "will_use": 2000,
    "says": 300,
}


class Facts(TypedDict, total=False):
    """The facts of an initiative, by name; when changing, those left out stay."""

    title: str
    people: int
    description: str
    target_group: str
    goal_id: UUID | None
    area_id: UUID | None
    form: CourseForm | None
    starts_on: date | None
    ends_on: date | None
    estimate: Money


class Links(TypedDict, total=False):
    """What an initiative is tied to; when changing, those left out stay."""

    need_ids: Sequence[UUID]
    unit_ids: Sequence[UUID]
    course_ids: Sequence[UUID]


@dataclass(frozen=True)
class House:
    """An institution, and how many initiatives it has under way."""

    unit_id: UUID
    name: str
    running: int


@dataclass(frozen=True)
class Person:
    """Somebody who takes part, and in how many initiatives that are under way."""

    employee_id: UUID
    name: str
    running: int


class PersonLimitReached(Conflict):
    """Somebody would take part in more at once than the municipality's limit."""

    code = "person_limit_reached"


class LimitReached(Conflict):
    """A house would have more under way than the municipality's limit."""

    code = "limit_reached"


def may_move(state: InitiativeState, to: InitiativeState) -> bool:
    """Whether the one state follows the other."""
    return to in MOVES[state]


def check_move(state: InitiativeState, to: InitiativeState) -> None:
    """Raises Conflict when the one state does not follow the other."""
    if state is _S.STOPPED:
        raise Conflict(
            N_("The initiative was stopped and stays so. Make a new one instead."), field="to"
        )
    if not may_move(state, to):
        raise Conflict(
            N_(
                "The step does not follow from where the initiative stands. Reload the page and "
                "choose one of its steps."
            ),
            field="to",
        )


def check_purpose(need_ids: Collection[UUID], goal_id: UUID | None) -> None:
    """Whatever is more than an idea answers a need or serves a goal. Raises Conflict."""
    if not need_ids and goal_id is None:
        raise Conflict(
            N_("Choose a need that the initiative answers, or a goal that it serves, first."),
            field="need_ids",
        )


def check_ready(to: InitiativeState, *, has_days: bool, units: int) -> None:
    """What must be known before a step. Raises Conflict naming what to fill in."""
    if to in (_S.PLANNED, _S.RUNNING):
        if not has_days:
            raise Conflict(
                N_("Write when the initiative begins and ends before it is planned."),
                field="starts_on",
            )
        if not units:
            raise Conflict(
                N_("Choose the institutions that take part before the initiative is planned."),
                field="unit_ids",
            )


def check_open_to_change(state: InitiativeState) -> None:
    """Raises Conflict once the initiative is over."""
    if state in OVER:
        raise Conflict(
            N_("The initiative is over, and its facts are kept as they were. Make a new one.")
        )


def check_facts(facts: Facts) -> Facts:
    """The facts that are given, cleaned. Raises Invalid naming the first that cannot be right."""
    checked = facts.copy()
    if "title" in facts:
        checked["title"] = " ".join(check_text(facts["title"], field="title", needed=True).split())
    if "description" in facts:
        checked["description"] = check_text(facts["description"], field="description")
    if "target_group" in facts:
        checked["target_group"] = check_text(facts["target_group"], field="target_group")
    if "people" in facts and not 1 <= facts["people"] <= MOST_PEOPLE:
        raise Invalid(
            N_("Write how many people it is for: from 1 to %(most)s."),
            field="people",
            most=MOST_PEOPLE,
        )
    if "estimate" in facts:
        check_amount(facts["estimate"], field="estimate")
    return checked


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


def check_days(starts_on: date | None, ends_on: date | None) -> None:
    """Both days or none, in order, and within reason. Raises Invalid."""
    if starts_on is None and ends_on is None:
        return
    if starts_on is None:
        raise Invalid(N_("Write when the initiative begins, too."), field="starts_on")
    if ends_on is None:
        raise Invalid(N_("Write when the initiative ends, too."), field="ends_on")
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not FIRST_DAY <= day <= LAST_DAY:
            raise Invalid(
                N_("%(day)s cannot be right. Use a date from %(first)s to %(last)s."),
                field=field,
                day=_shown(day),
                first=_shown(FIRST_DAY),
                last=_shown(LAST_DAY),
            )
    if ends_on < starts_on:
        raise Invalid(
            N_("The initiative cannot end before it begins. Use %(starts_on)s or later."),
            field="ends_on",
            starts_on=_shown(starts_on),
        )
    if (ends_on - starts_on).days > LONGEST_DAYS:
        raise Invalid(
            N_("An initiative of more than five years cannot be right. Check the year."),
            field="ends_on",
        )


def check_linked(ids: Sequence[UUID], *, field: str) -> list[UUID]:
    """Each once, and not too many. Raises Invalid."""
    once = list(dict.fromkeys(ids))
    if len(once) > MOST_LINKED:
        raise Invalid(
            N_("Choose at most %(most)s."),
            field=field,
            most=MOST_LINKED,
        )
    return once


def check_owner(kind: UnitKind) -> None:
    """An initiative is the municipality's, an area's or an institution's. Raises Invalid."""
    if kind is UnitKind.HOUSE:
        raise Invalid(
            N_("An initiative belongs to an institution, not to one of its houses. Choose it."),
            field="unit_id",
        )


def crowded(houses: Sequence[House], *, most: int | None) -> list[House]:
    """Those that carry as many as they may already."""
    return [] if most is None else [house for house in houses if house.running >= most]


def check_limit(full: Sequence[House], *, most: int, override_reason: str) -> str:
    """The reason to go on over the limit, cleaned; "" where there is room. Raises LimitReached."""
    if not full:
        return ""
    reason = check_text(override_reason, field="override_reason")
    if not reason:
        raise LimitReached(
            N_(
                "At most %(most)s initiatives run at once in an institution, and the limit is "
                "reached in %(units)s. End one first, or have it started above the limit with a "
                "reason."
            ),
            field="override_reason",
            most=most,
            units=", ".join(f"{house.name} ({house.running})" for house in full),
        )
    return reason


def overloaded(people: Sequence[Person], *, most: int | None) -> list[Person]:
    """Those who take part in as many as they may already."""
    return [] if most is None else [each for each in people if each.running >= most]


def check_person_limit(busy: Sequence[Person], *, most: int, override_reason: str) -> str:
    """The reason to go on over the limit, cleaned; "" where there is room. Raises
    PersonLimitReached."""
    if not busy:
        return ""
    reason = check_text(override_reason, field="override_reason")
    if not reason:
        named = ", ".join(f"{each.name} ({each.running})" for each in busy[:MOST_NAMED])
        raise PersonLimitReached(
            N_(
                "Nobody takes part in more than %(most)s initiatives at once, and the limit is "
                "reached by %(people)s. Let others take part, end one first, or have somebody who "
                "leads above the institution let them in with a reason."
            ),
            field="override_reason",
            most=most,
            people=named + (" …" if len(busy) > MOST_NAMED else ""),
        )
    return reason


def is_under_way(state: InitiativeState) -> bool:
    """Whether it takes the attention of its houses."""
    return state.value in UNDER_WAY


def is_central(kind: UnitKind) -> bool:
    """The municipality's or an area's."""
    return kind in CENTRAL


def check_reason(reason: str, *, field: str = "reason") -> str:
    """A reason that is there. Raises Invalid."""
    return check_text(reason, field=field, needed=True)


def changed(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts that differ, before and after."""
    names = [name for name in new if old[name] != new[name]]
    return {name: old[name] for name in names}, {name: new[name] for name in names}


def _shown(day: date) -> str:
    return day.strftime("%d-%m-%Y")
