"""What one can look at. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.supervision import queries, rules
from tenant_app.supervision.models import (
    FollowUp,
    Screening,
    ScreeningArea,
    ScreeningResult,
    SupervisionFinding,
    SupervisionVisit,
    VisitState,
)
from tenant_app.supervision.service.tools import areas_of


@dataclass(frozen=True)
class VisitCounts:
    """What there is in a visit."""

    findings: int = 0
    left: int = 0
    late: int = 0


@dataclass(frozen=True)
class Behind:
    """The need that a finding or a score stands behind. Without a title where the actor may not
    see it: then it is only told that there is one."""

    need_id: UUID
    title: str | None


@dataclass(frozen=True)
class VisitDetails:
    """A visit with its findings, and the plan with who ticked what."""

    visit: SupervisionVisit
    findings: Sequence[SupervisionFinding]
    behind: Mapping[UUID, Behind]
    """Finding → the need that it stands behind; nothing for those that can be used."""
    plan: Sequence[tuple[FollowUp, str | None]]


@dataclass(frozen=True)
class Scored:
    """A score on a day, and the municipality's mean of that year where enough were screened."""

    day: date
    score: Decimal
    observations: int
    mean: Decimal | None


@dataclass(frozen=True)
class Course:
    """One area over time, the oldest first."""

    area: ScreeningArea
    scores: list[Scored] = field(default_factory=list)


@dataclass(frozen=True)
class Origin:
    """Where evidence of a need came from. `score` is of screenings alone."""

    kind: str
    """`supervision` or `screening`: the list that has it."""
    id: UUID
    day: date
    text: str
    score: Decimal | None


def visits(
    ctx: Context,
    *,
    state: VisitState | None = None,
    unit_id: UUID | None = None,
    late: bool | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[SupervisionVisit]:
    """The visits in sight, the latest first. `unit_id` means the unit and those below it."""
    ctx.require(Permission.SUPERVISION_VIEW)
    conditions = [queries.visible(ctx)]
    if state is not None:
        conditions.append(SupervisionVisit.state == state)
    if unit_id is not None:
        conditions.append(SupervisionVisit.unit_id.in_(_below(ctx, unit_id)))
    if late is not None:
        found = queries.called_late(ctx.today)
        conditions.append(found if late else ~found)
    return scalars_page(ctx, queries.visits(conditions), page=page, page_size=page_size)


def visible(ctx: Context) -> ColumnElement[bool]:
    """Which visits the actor sees: for screens that build their own SELECT."""
    return queries.visible(ctx)


def visible_screenings(ctx: Context) -> ColumnElement[bool]:
    """The same for screenings."""
    return queries.visible_screenings(ctx)


def is_late(ctx: Context) -> ColumnElement[bool]:
    """Visits whose plan is behind: for screens that build their own SELECT."""
    return queries.called_late(ctx.today)


def details(ctx: Context, visit_id: UUID) -> VisitDetails:
    """One visit with everything in it. Raises NotFound."""
    ctx.require(Permission.SUPERVISION_VIEW)
    found = queries.visit(ctx, visit_id)
    if found is None:
        raise NotFound()
    return story(ctx, found)


def story(ctx: Context, visit: SupervisionVisit) -> VisitDetails:
    """The same for a visit that was asked for already."""
    findings = queries.findings(ctx, visit.id)
    return VisitDetails(visit, findings, behind(ctx, findings), queries.follow_ups(ctx, visit.id))


def behind(
    ctx: Context, found: Sequence[SupervisionFinding | ScreeningResult]
) -> dict[UUID, Behind]:
    """Finding or score → the need that it stands behind, of those that do. Where its evidence was
    withdrawn it stands behind none any more."""
    used = {each.evidence_id: each for each in found if each.evidence_id is not None}
    rows = queries.standing(ctx, list(used)) if used else []
    return {used[row[0]].id: Behind(row[1], row[2]) for row in rows}


def counts(ctx: Context, visit_ids: Collection[UUID]) -> dict[UUID, VisitCounts]:
    """What there is in each of the visits, in one statement."""
    rows = queries.counts(ctx, visit_ids) if visit_ids else []
    return {row[0]: VisitCounts(*(int(each or 0) for each in row[1:])) for row in rows}


def screenings(
    ctx: Context,
    *,
    tool_id: UUID | None = None,
    unit_id: UUID | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Screening]:
    """The screenings in sight, the latest first."""
    ctx.require(Permission.SUPERVISION_VIEW)
    conditions = [queries.visible_screenings(ctx)]
    if tool_id is not None:
        conditions.append(Screening.tool_id == tool_id)
    if unit_id is not None:
        conditions.append(Screening.unit_id.in_(_below(ctx, unit_id)))
    return scalars_page(ctx, queries.screenings(conditions), page=page, page_size=page_size)


def screening(ctx: Context, screening_id: UUID) -> Screening:
    """One screening with its unit and tool. Raises NotFound."""
    ctx.require(Permission.SUPERVISION_VIEW)
    found = queries.screening(ctx, screening_id)
    if found is None:
        raise NotFound()
    return found


def results(ctx: Context, screening: Screening) -> Sequence[ScreeningResult]:
    """The scores of a screening that was asked for already, in the tool's order."""
    return queries.results_of(ctx, screening.id)


def scored(ctx: Context, screening_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """(areas, areas whose score is not good) of each of the screenings, in one statement."""
    rows = queries.scored(ctx, screening_ids) if screening_ids else []
    return {row[0]: (row[1], row[2]) for row in rows}


def over_time(ctx: Context, screening: Screening) -> list[Course]:
    """What the unit scored with the tool, area by area, beside the municipality's mean.

    The mean is of the calendar year; each institution counts once, with its houses. It is left
    out with fewer than three, and where fewer than three of them are outside the reader's sight
    (but some are): whoever knows the other scores could work out what those had.
    """
    means = {
        (area_id, int(year)): mean
        for area_id, year, mean in queries.means(
            ctx, tool_id=screening.tool_id, at_least=rules.FEWEST_COMPARED
        )
    }
    found = {
        area.id: Course(area) for area in areas_of(ctx, [screening.tool_id])[screening.tool_id]
    }
    rows: Sequence[Any] = queries.over_time(
        ctx, unit_id=screening.unit_id, tool_id=screening.tool_id
    )
    for area_id, day, score, observations in rows:
        mean = means.get((area_id, day.year))
        found[area_id].scores.append(Scored(day, score, observations, mean))
    return [course for course in found.values() if course.scores]


def origins(ctx: Context, need_id: UUID) -> list[Origin]:
    """The visits and screenings in sight that stand behind a need, the oldest first."""
    if not ctx.actor.may(Permission.SUPERVISION_VIEW):
        return []
    return [
        Origin(kind, at, day, text, score)
        for kind, at, day, text, score in queries.origins(ctx, need_id)
    ]


def _below(ctx: Context, unit_id: UUID) -> Any:
    return organisation.units_below(ctx, organisation.unit(ctx, unit_id).id)
