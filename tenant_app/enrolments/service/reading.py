"""What one can look at. Nothing here changes anything, and each list costs a fixed number of
statements whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import LedgerEntry, MoneyLine
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.core.searching import Asked
from tenant_app.enrolments import queries
from tenant_app.enrolments.models import ApprovalStep, Enrolment, EnrolmentState
from tenant_app.initiatives import service as initiatives
from tenant_app.organisation import service as organisation


@dataclass(frozen=True)
class Details:
    """One enrolment with everything that happened to it."""

    enrolment: Enrolment
    lines: Sequence[MoneyLine]
    steps: Sequence[ApprovalStep]
    unit_names: Mapping[UUID, str]
    user_names: Mapping[UUID, str]
    entries: Sequence[tuple[LedgerEntry, str]]
    """(movement, name of its pool), oldest first."""
    purpose: initiatives.Purpose | None
    """What it is part of; None where it stands alone."""


def listing(
    ctx: Context,
    *,
    state: EnrolmentState | None = None,
    unit_id: UUID | None = None,
    course_id: UUID | None = None,
    employee: str = "",
    year: int | None = None,
    initiative_id: UUID | None = None,
    without_initiative: bool = False,
    page: int = 1,
    page_size: int = 50,
) -> Page[Enrolment]:
    """The enrolments of the actor's units that fit `matching`, newest first; for those who lead
    none, their own."""
    filters = matching(
        ctx,
        state=state,
        unit_id=unit_id,
        course_id=course_id,
        employee=employee,
        year=year,
        initiative_id=initiative_id,
        without_initiative=without_initiative,
    )
    found = queries.listing([queries.scope(ctx), *filters])
    return scalars_page(ctx, found, page=page, page_size=page_size)


def matching(
    ctx: Context,
    *,
    state: EnrolmentState | None = None,
    unit_id: UUID | None = None,
    course_id: UUID | None = None,
    employee: str = "",
    year: int | None = None,
    initiative_id: UUID | None = None,
    without_initiative: bool = False,
    wanted: Asked | None = None,
) -> list[ColumnElement[bool]]:
    """The conditions of a list; `employee` is how the name begins, `wanted` what somebody typed to
    find a participant or a course.

    A unit includes what hangs below it today. Raises NotFound for a unit out of scope.
    """
    filters: list[ColumnElement[bool]] = []
    if state is not None:
        filters.append(Enrolment.state == state)
    if unit_id is not None:
        filters.append(queries.at_or_below(ctx, organisation.unit(ctx, unit_id).id))
    if course_id is not None:
        filters.append(queries.of_course(course_id))
    if employee.strip():
        filters.append(queries.employee_named(employee.strip()))
    if year is not None:
        filters.append(queries.of_year(year))
    if initiative_id is not None:
        filters.append(queries.of_initiative(initiative_id))
    if without_initiative:
        filters.append(queries.without_initiative())
    if wanted is not None:
        filters.append(queries.speaks_of(ctx, wanted))
    return filters


def own(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[Enrolment]:
    """The enrolments in which the actor takes part, newest first; none without an employment."""
    found = queries.listing([queries.own(ctx)])
    return scalars_page(ctx, found, page=page, page_size=page_size)


def scope(ctx: Context) -> ColumnElement[bool]:
    """Which enrolments the actor's list holds: for screens that build their own SELECT."""
    return queries.scope(ctx)


def one(ctx: Context, enrolment_id: UUID) -> Details:
    """One enrolment with lines, steps and movements. Raises NotFound outside the scope."""
    enrolment = queries.get(ctx, enrolment_id)
    if enrolment is None:
        raise NotFound()
    steps = queries.steps(ctx, enrolment_id)
    part_of = {enrolment.initiative_id} if enrolment.initiative_id else set()
    deciders = {step.decided_by for step in steps if step.decided_by is not None}
    return Details(
        enrolment=enrolment,
        lines=budgets.lines_of(ctx, [enrolment_id]).get(enrolment_id, []),
        steps=steps,
        unit_names=queries.unit_names(ctx, {step.unit_id for step in steps}),
        user_names=queries.user_names(ctx, deciders | {enrolment.requested_by}),
        entries=queries.entries(ctx, enrolment_id),
        purpose=next(iter(initiatives.purposes(ctx, part_of).values()), None),
    )


def shown(ctx: Context, enrolment_ids: Sequence[UUID]) -> list[Enrolment]:
    """Those of the enrolments that the actor may see, in the given order, with their names."""
    found = queries.named(ctx, enrolment_ids)
    return [found[each] for each in enrolment_ids if each in found]
