"""Rules of supervision and screening. Pure: no session and no clock."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.organisation.models import UnitKind
from tenant_app.supervision.models import ScreeningTool, VisitState

LONGEST_LINE = 200
LONGEST_TEXT = 4_000
LONGEST_LINK = 500
REPORT_MONTHS = 24
"""Every second year, as the law has it, where the municipality has set no limit of its own."""
"""The law asks for a published report of each institution at least every second year."""
FEWEST_COMPARED = 3
"""A mean of fewer institutions would tell what one of them scored."""
FIRST_DAY = date(2000, 1, 1)
FURTHEST_YEARS = 5
MOST_LINES = 100
"""Findings, or lines of the plan, of one visit."""
MOST_AREAS = 12
WIDEST = Decimal(1000)
VISITED = (UnitKind.INSTITUTION, UnitKind.HOUSE)
OPEN = (VisitState.PLANNED, VisitState.HELD)
FOUND = (VisitState.HELD, VisitState.REPORTED)
"""There is something to use and to follow up."""
_STATES = {
    VisitState.PLANNED: N_("The visit is not held yet. Record first that it was."),
    VisitState.HELD: N_("The visit is held already. Load the page again to see what can be done."),
    VisitState.REPORTED: N_(
        "The report is published, and the visit stays as it is. Plan a new visit instead."
    ),
    VisitState.CALLED_OFF: N_("The visit is called off. Plan a new visit instead."),
}


@dataclass(frozen=True)
class AreaDraft:
    """An area of a tool, in its place."""

    name: str
    area_id: UUID | None = None


@dataclass(frozen=True)
class Scale:
    """The scale of a tool, and from where on a score is good."""

    smallest: Decimal
    largest: Decimal
    step: Decimal
    good_at: Decimal
    high_is_good: bool = True

    def is_good(self, score: Decimal) -> bool:
        """Whether a score is where it should be."""
        return score >= self.good_at if self.high_is_good else score <= self.good_at


def scale_of(tool: ScreeningTool) -> Scale:
    """The tool's scale as a value."""
    return Scale(tool.smallest, tool.largest, tool.step, tool.good_at, tool.high_is_good)


def check_state(state: VisitState, allowed: Sequence[VisitState]) -> None:
    """Raises Conflict, saying why, for what cannot be done in this state."""
    if state not in allowed:
        raise Conflict(_STATES[state], field="state")


def check_kind(kind: UnitKind) -> None:
    """Raises Invalid unless such a unit is visited."""
    if kind not in VISITED:
        raise Invalid(N_("A visit is to an institution or a house. Choose one."), field="unit_id")


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


def check_link(link: str) -> str:
    """An address of the web, or nothing. Raises Invalid."""
    found = link.strip()
    if not found:
        return ""
    is_address = found.startswith(("https://", "http://")) and not any(map(str.isspace, found))
    if not is_address or not found.isprintable() or len(found) > LONGEST_LINK:
        raise Invalid(
            N_("This is not an address of the web. It begins with https://."), field="report_link"
        )
    return found


def check_planned(day: date, *, today: date) -> date:
    """Raises Invalid for a day that no visit can be planned on."""
    if not FIRST_DAY <= day <= _ahead(today):
        raise Invalid(
            N_("Choose a day from %(first)s and at most %(years)s years ahead."),
            field="visit_on",
            first=_day(FIRST_DAY),
            years=FURTHEST_YEARS,
        )
    return day


def check_held(day: date, *, today: date) -> date:
    """Raises Invalid for a day that has not come."""
    if not FIRST_DAY <= day <= today:
        raise Invalid(
            N_("The visit was held on a day from %(first)s to today, %(today)s."),
            field="visit_on",
            first=_day(FIRST_DAY),
            today=_day(today),
        )
    return day


def check_published(day: date, *, visit_on: date, today: date) -> date:
    """Raises Invalid for a day before the visit, or one that has not come."""
    if not visit_on <= day <= today:
        raise Invalid(
            N_("The report was published on a day from the visit, %(visit)s, to today, %(today)s."),
            field="published_on",
            visit=_day(visit_on),
            today=_day(today),
        )
    return day


def check_due(day: date, *, visit_on: date, today: date) -> date:
    """Raises Invalid for a day before the visit, or too far off."""
    if not visit_on <= day <= _ahead(today):
        raise Invalid(
            N_("Choose a day from the visit, %(visit)s, and at most %(years)s years ahead."),
            field="due_on",
            visit=_day(visit_on),
            years=FURTHEST_YEARS,
        )
    return day


def check_room(count: int, *, field: str) -> None:
    """Raises Conflict when a visit holds as many lines as it can."""
    if count >= MOST_LINES:
        raise Conflict(
            N_("There are %(most)s of them already. Plan a new visit for more."),
            field=field,
            most=MOST_LINES,
        )


def check_left(done_on: date | None) -> None:
    """Raises Conflict for what is done already."""
    if done_on is not None:
        raise Conflict(
            N_("This was done on %(day)s already. Load the page again to see the plan as it is."),
            field="follow_up_id",
            day=_day(done_on),
        )


def check_unused(need_id: UUID | None, *, field: str) -> None:
    """Raises Conflict for a finding or a result that stands behind a need already."""
    if need_id is not None:
        raise Conflict(
            N_("This stands behind a need already, and counts once. Go on with that need."),
            field=field,
        )


def check_scale(scale: Scale) -> Scale:
    """Raises Invalid for a scale that has no room or does not fit its steps."""
    for name in ("smallest", "largest", "step", "good_at"):
        value: Decimal = getattr(scale, name)
        if not value.is_finite() or abs(value) > WIDEST or _decimals(value) > 2:
            raise Invalid(
                N_("Write a number from -1.000 to 1.000 with at most two decimals."), field=name
            )
    if scale.largest <= scale.smallest:
        raise Invalid(N_("The highest score must be above the lowest."), field="largest")
    if not 0 < scale.step <= scale.largest - scale.smallest:
        raise Invalid(
            N_("The step must be above 0 and no larger than the scale itself."), field="step"
        )
    if (scale.largest - scale.smallest) % scale.step:
        raise Invalid(
            N_("With this step one never gets from the lowest to the highest score."), field="step"
        )
    if not scale.smallest <= scale.good_at <= scale.largest:
        raise Invalid(N_("This must be on the scale."), field="good_at")
    return scale


def check_areas(areas: Sequence[AreaDraft]) -> list[AreaDraft]:
    """The areas with clean names. Raises Invalid for none, too many, or a name twice."""
    found = [AreaDraft(check_line(each.name, field="areas"), each.area_id) for each in areas]
    if not 1 <= len(found) <= MOST_AREAS:
        raise Invalid(N_("Write 1 to %(most)s areas."), field="areas", most=MOST_AREAS)
    seen: set[str] = set()
    for each in found:
        if each.name.casefold() in seen:
            raise Invalid(
                N_("The area “%(name)s” is there twice. Give each its own name."),
                field="areas",
                name=each.name,
            )
        seen.add(each.name.casefold())
    return found


def check_tool_free(*, used: bool, retired_on: date | None) -> None:
    """Raises Conflict for a tool that is retired, or whose scale results are told by."""
    if retired_on is not None:
        raise Conflict(N_("The screening tool is retired already."), field="tool_id")
    if used:
        raise Conflict(
            N_(
                "There are results on this scale, so the tool stays as it is. Retire it, and "
                "create a new one under another name."
            ),
            field="tool_id",
        )


def check_score(score: Decimal, scale: Scale) -> Decimal:
    """Raises Invalid, naming the bounds, for a score that is not on the scale."""
    if not scale.smallest <= score <= scale.largest:
        raise Invalid(
            N_("%(score)s is outside the scale. Write a number from %(smallest)s to %(largest)s."),
            field="score",
            score=plain(score),
            smallest=plain(scale.smallest),
            largest=plain(scale.largest),
        )
    if (score - scale.smallest) % scale.step:
        raise Invalid(
            N_(
                "%(score)s is between two steps. The scale goes from %(smallest)s in steps "
                "of %(step)s."
            ),
            field="score",
            score=plain(score),
            smallest=plain(scale.smallest),
            step=plain(scale.step),
        )
    return score


def check_choice(*, need_id: UUID | None, title: str) -> None:
    """Raises Invalid unless either a need is chosen or a new one is written."""
    if need_id is None and not title.strip():
        raise Invalid(N_("Choose a need, or write a new one."), field="need_id")
    if need_id is not None and title.strip():
        raise Invalid(N_("Choose a need or write a new one, not both."), field="title")


def result_text(*, tool: str, area: str, score: Decimal, scale: Scale, observations: int) -> str:
    """A result as a finding: names and numbers alone, the same in every language."""
    bounds = f"{plain(scale.smallest)}–{plain(scale.largest)}"
    return f"{tool}, {area}: {plain(score)} ({bounds}, n = {observations})"


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month where there is none."""
    return _shifted(day, -months)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where there is none."""
    return _shifted(day, months)


def _shifted(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def plain(value: Decimal) -> str:
    """2.5000 as 2,5."""
    return format(value.normalize(), "f").replace(".", ",")


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _ahead(today: date) -> date:
    return months_after(today, 12 * FURTHEST_YEARS)


def _day(day: date) -> str:
    return day.strftime("%d-%m-%Y")
