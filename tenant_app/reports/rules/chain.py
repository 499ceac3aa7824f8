"""The red thread from goal to effect: which nodes there are, and where the thread is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class LinkKind(StrEnum):
    """What stands on the thread, in its order."""

    GOAL = "goal"
    NEED = "need"
    INITIATIVE = "initiative"
    ENROLMENT = "enrolment"
    PLAN = "plan"
    """The anchoring plan of an enrolment."""
    READING = "reading"
    """What a goal's indicator showed: the effect, which leads back to the goal."""


class Break(StrEnum):
    """Why a node hangs loose, from the goal downwards."""

    GOAL_ABOVE_RETIRED = "goal_above_retired"
    GOAL_WITHOUT_INDICATOR = "goal_without_indicator"
    GOAL_WITHOUT_READING = "goal_without_reading"
    GOAL_WITHOUT_NEED = "goal_without_need"
    """Neither a need nor an initiative serves it or a goal below it."""
    GOAL_DUE_WITHOUT_READING = "goal_due_without_reading"
    NEED_WITHOUT_GOAL = "need_without_goal"
    NEED_WITHOUT_INITIATIVE = "need_without_initiative"
    INITIATIVE_WITHOUT_NEED = "initiative_without_need"
    INITIATIVE_WITHOUT_GOAL = "initiative_without_goal"
    INITIATIVE_WITHOUT_ENROLMENT = "initiative_without_enrolment"
    ENROLMENT_WITHOUT_INITIATIVE = "enrolment_without_initiative"
    COURSE_WITHOUT_SHARING = "course_without_sharing"
    COURSE_WITHOUT_TRIAL = "course_without_trial"

    @property
    def link(self) -> LinkKind:
        """What hangs loose."""
        start = self.value.split("_")[0]
        return LinkKind.PLAN if start == "course" else LinkKind(start)


@dataclass(frozen=True)
class Link:
    """Something on the thread, as a list shows it."""

    kind: LinkKind
    id: UUID
    title: str
    unit: str
    state: str | None = None
    day: date | None = None
    page_id: UUID | None = None
    """The object whose page tells of it, where it has none of its own."""


@dataclass(frozen=True)
class Chain:
    """A node with what leads to it and what follows from it, as far as the reader sees."""

    link: Link
    before: Sequence[Link]
    after: Sequence[Link]
    most: int
    """Of each kind at most so many are named."""


@dataclass(frozen=True)
class Loose:
    """A node that hangs loose."""

    why: Break
    id: UUID
    title: str
    unit_id: UUID
    unit: str
    day: date | None
