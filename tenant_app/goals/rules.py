"""What a goal may say, what it may stand under, how far it is, and what is kept of it. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.goals.models import Goal, GoalState, Indicator, LearningTheme
from tenant_app.organisation.models import UnitKind

LONGEST_TITLE = 200
LONGEST_TEXT = 20_000
MOST_INDICATORS = 10
DEEPEST = 20
"""Steps from a goal up to the highest above it. Deeper than that nobody keeps in mind."""
ACTIVE_GOALS = 5
"""How many adopted goals a unit has at most, where the municipality has set no limit of its own."""
LARGEST = Decimal(100_000)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
LEVELS = (UnitKind.MUNICIPALITY, UnitKind.AREA, UnitKind.INSTITUTION)
"""The kinds of unit that have goals. The houses of an institution share the institution's."""
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Measured:
    """An indicator and its latest reading."""

    baseline: Decimal
    target: Decimal
    latest: Decimal | None


def clean_line(text: str, *, field: str, longest: int = LONGEST_TITLE) -> str:
    """One line with single spaces and without invisible characters. Raises Invalid."""
    line = " ".join(text.split())
    if not line:
        raise Invalid(N_("The text is missing. Write it."), field=field)
    if len(line) > longest:
        raise Invalid(
            N_("The text is too long. Use at most %(longest)s characters."),
            field=field,
            longest=longest,
        )
    if any(unicodedata.category(letter).startswith("C") for letter in line):
        raise Invalid(
            N_("The text has invisible characters. Type it instead of pasting it."), field=field
        )
    return line


def check_text(text: str, *, field: str) -> str:
    """Paragraphs of at most 20,000 characters. Raises Invalid."""
    cleaned = text.strip()
    if len(cleaned) > LONGEST_TEXT:
        raise Invalid(
            N_(
                "The text has %(length)s characters. Shorten it to at most %(longest)s, or refer "
                "to a document."
            ),
            field=field,
            length=len(cleaned),
            longest=LONGEST_TEXT,
        )
    return cleaned


def check_themes(themes: Iterable[Any]) -> list[str]:
    """Themes of the curriculum, each once, in its order. Raises Invalid."""
    try:
        chosen = {LearningTheme(theme) for theme in themes}
    except ValueError:
        raise Invalid(
            N_("There is no such theme. Choose among the six of the curriculum."), field="themes"
        ) from None
    return [theme.value for theme in LearningTheme if theme in chosen]


def check_day(day: date, *, field: str) -> date:
    """A day a municipality could mean. Raises Invalid."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(
            N_("%(day)s cannot be right. Use a date from %(first)s to %(last)s."),
            field=field,
            day=day.strftime("%d-%m-%Y"),
            first=FIRST_DAY.strftime("%d-%m-%Y"),
            last=LAST_DAY.strftime("%d-%m-%Y"),
        )
    return day


def check_level(kind: UnitKind) -> None:
    """Raises Invalid where goals are not set."""
    if kind not in LEVELS:
        raise Invalid(
            N_("A house has no goals of its own. Choose its institution."), field="unit_id"
        )


def check_place(kind: UnitKind, *, parent_id: UUID | None, is_local: bool) -> None:
    """Below the municipality a goal points up or says that it is local. Raises Invalid."""
    if kind is UnitKind.MUNICIPALITY:
        if parent_id is not None:
            raise Invalid(
                N_("The municipality's goals are the highest. Leave the goal above empty."),
                field="parent_id",
            )
        if is_local:
            raise Invalid(
                N_("A goal of the whole municipality is not local. Leave that unticked."),
                field="is_local",
            )
    elif parent_id is not None and is_local:
        raise Invalid(
            N_("A local goal has no goal above it. Choose one of the two."), field="is_local"
        )
    elif parent_id is None and not is_local:
        raise Invalid(
            N_("Choose the goal that this one serves, or say that it is local."), field="parent_id"
        )


def check_parent(
    *,
    path: str,
    parent_path: str | None,
    parent_state: GoalState,
    lineage: Sequence[UUID],
    me: Any,
    height: int = 0,
) -> None:
    """A goal above is adopted, of the same unit or one above it, and not below this one.

    `lineage` is the parent and all above it; `height` how many goals come along below. Raises
    Invalid.
    """
    if me in lineage:
        raise Invalid(
            N_(
                "The chosen goal itself serves this one, so that the two would go in a circle. "
                "Choose another."
            ),
            field="parent_id",
        )
    if parent_path is None or not path.startswith(parent_path):
        raise Invalid(
            N_("The goal above must be of the same unit or of one above it. Choose another."),
            field="parent_id",
        )
    if parent_state is not GoalState.ADOPTED:
        raise Invalid(
            N_("The goal above is not adopted. Adopt it first, or choose another."),
            field="parent_id",
        )
    if len(lineage) + height >= DEEPEST:
        raise Invalid(
            N_("More than %(most)s goals would stand above one another. Choose a higher one."),
            field="parent_id",
            most=DEEPEST,
        )


def check_room(*, unit: str, active: int, most: int) -> None:
    """A unit has only so many goals at a time. Raises Conflict."""
    if active >= most:
        raise Conflict(
            N_(
                "%(unit)s already has %(active)s adopted goals, and the limit is %(most)s. Retire "
                "one first, or ask the municipality to change the limit."
            ),
            unit=unit,
            active=active,
            most=most,
        )


def check_change(state: GoalState) -> None:
    """Raises Conflict for a goal that is no longer worked for."""
    if state is GoalState.RETIRED:
        raise Conflict(N_("The goal is retired. Adopt it again before you change it."))


def check_retire(state: GoalState) -> None:
    """Raises Conflict when the goal is retired already."""
    if state is GoalState.RETIRED:
        raise Conflict(N_("The goal is retired already."))


def check_note(note: str) -> str:
    """Why a goal is retired. Raises Invalid."""
    cleaned = check_text(note, field="note")
    if not cleaned:
        raise Invalid(N_("Write why: that it is reached, or why it is given up."), field="note")
    return cleaned


def check_number(value: Decimal, *, field: str) -> Decimal:
    """A number the table keeps as it was typed. Raises Invalid."""
    if not value.is_finite() or abs(value) >= LARGEST or value != round(value, 4):
        raise Invalid(
            N_("Write a number below %(largest)s with at most four decimals."),
            field=field,
            largest="100.000",
        )
    return value


def check_scale(*, baseline: Decimal, target: Decimal, baseline_on: date, today: date) -> None:
    """Somewhere to go from, and somewhere else to go. Raises Invalid."""
    check_number(baseline, field="baseline")
    check_number(target, field="target")
    if baseline == target:
        raise Invalid(
            N_("The target is what was measured at the start. Write where you want to get."),
            field="target",
        )
    check_day(baseline_on, field="baseline_on")
    if baseline_on > today:
        raise Invalid(
            N_("The start was measured on a day that has come. Use %(today)s or earlier."),
            field="baseline_on",
            today=today.strftime("%d-%m-%Y"),
        )


def check_reading(*, read_on: date, baseline_on: date, today: date, value: Decimal) -> None:
    """Read after the start, on a day that has come. Raises Invalid."""
    check_number(value, field="value")
    if not baseline_on <= read_on <= today:
        raise Invalid(
            N_("Use a day from %(first)s, when the start was measured, to %(today)s."),
            field="read_on",
            first=baseline_on.strftime("%d-%m-%Y"),
            today=today.strftime("%d-%m-%Y"),
        )


def check_count(indicators: int) -> None:
    """Raises Conflict when a goal has as many indicators as anybody follows."""
    if indicators >= MOST_INDICATORS:
        raise Conflict(
            N_("A goal has at most %(most)s indicators. Change one of them instead."),
            most=MOST_INDICATORS,
        )


def way(measured: Measured) -> Decimal | None:
    """How much of the way from baseline to target is gone, in per cent from 0 to 100.

    None before the first reading. Going back counts as 0, going past the target as 100.
    """
    if measured.latest is None:
        return None
    gone = (measured.latest - measured.baseline) * HUNDRED / (measured.target - measured.baseline)
    return min(max(gone, Decimal(0)), HUNDRED)


def progress(indicators: Iterable[Measured]) -> int | None:
    """A goal's progress: the average of its indicators that were read, in whole per cent."""
    ways = [gone for each in indicators if (gone := way(each)) is not None]
    if not ways:
        return None
    return int((sum(ways, Decimal(0)) / len(ways)).quantize(Decimal(1), ROUND_HALF_UP))


def words_of(goal: Goal) -> dict[str, Any]:
    """The words of the goal as its columns hold them: plain values, as a draft keeps them."""
    return {
        "title": goal.title,
        "description": goal.description,
        "themes": list(goal.themes),
        "due_date": None if goal.due_date is None else goal.due_date.isoformat(),
    }


def worked_on(goal: Goal) -> dict[str, Any]:
    """The words that are worked on: those of the draft, else those that stand."""
    return goal.draft or words_of(goal)


def take_words(goal: Goal, words: Mapping[str, Any]) -> None:
    """The goal says these words."""
    goal.title, goal.description, goal.themes = (
        words["title"],
        words["description"],
        list(words["themes"]),
    )
    goal.due_date = None if words["due_date"] is None else date.fromisoformat(words["due_date"])


def differs(working: Mapping[str, Any], adopted: Mapping[str, Any] | None) -> bool:
    """Whether a goal has been changed since it was adopted."""
    return adopted is None or dict(working) != dict(adopted)


def facts_of(goal: Goal, indicators: Iterable[Indicator], *, draft: bool = True) -> dict[str, Any]:
    """What is adopted: plain values, since they are kept as JSON. Of the draft where there is one,
    unless it is not to be seen."""
    return {
        **(worked_on(goal) if draft else words_of(goal)),
        "parent_id": None if goal.parent_id is None else str(goal.parent_id),
        "is_local": goal.is_local,
        "indicators": [
            {
                "name": each.name,
                "measure": each.measure,
                "baseline": number(each.baseline),
                "baseline_on": each.baseline_on.isoformat(),
                "target": number(each.target),
            }
            for each in indicators
        ],
    }


def number(value: Decimal) -> str:
    """2.5000 as 2.5, so that the same number is always the same text."""
    return format(value.normalize(), "f")


def told(goal: Goal) -> dict[str, object]:
    """What the trail keeps of a goal. Its description stays in the goal and its versions."""
    words = worked_on(goal)
    return {
        "unit_id": goal.unit_id,
        "title": words["title"],
        "themes": words["themes"],
        "due_date": words["due_date"],
        "parent_id": goal.parent_id,
        "is_local": goal.is_local,
    }
