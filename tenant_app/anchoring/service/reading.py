"""What one can look at. Nothing here changes anything, and each list costs a fixed number of
statements whatever it holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from tenant_app.anchoring import queries, rules
from tenant_app.anchoring.models import (
    AnchoringPlan,
    Observation,
    Owner,
    Phase,
    PlanItem,
    PracticeTrial,
    Sharing,
)
from tenant_app.anchoring.rules import Standing
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation

Trial = tuple[PracticeTrial, str | None]
"""(trial, who recorded it)."""


@dataclass(frozen=True)
class Progress:
    """How far a plan is."""

    standing: Standing
    done: int = 0
    dropped: int = 0
    left: int = 0
    late: int = 0
    next_due: date | None = None

    @property
    def items(self) -> int:
        """All of them but those that were dropped."""
        return self.done + self.left


@dataclass
class Details:
    """One plan with its items and all that was recorded in it."""

    plan: AnchoringPlan
    items: list[PlanItem] = field(default_factory=list)
    sharings: list[tuple[Sharing, str | None]] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    observations: list[tuple[Observation, str | None]] = field(default_factory=list)

    def of(self, phase: Phase) -> list[PlanItem]:
        """The items of a phase, in the order of time."""
        return [item for item in self.items if item.phase is phase]

    @property
    def open_trial(self) -> PracticeTrial | None:
        """The trial that has no result yet."""
        return next((trial for trial, _ in self.trials if trial.outcome is None), None)


def listing(
    ctx: Context,
    *,
    standing: Standing | None = None,
    unit_id: UUID | None = None,
    form: CourseForm | None = None,
    employee: str = "",
    page: int = 1,
    page_size: int = 50,
) -> Page[AnchoringPlan]:
    """The plans in the actor's sight that fit, what is due first comes first."""
    filters = matching(ctx, standing=standing, unit_id=unit_id, form=form, employee=employee)
    found = queries.plans([queries.visible(ctx), *filters])
    return scalars_page(ctx, found, page=page, page_size=page_size)


def matching(
    ctx: Context,
    *,
    standing: Standing | None = None,
    unit_id: UUID | None = None,
    form: CourseForm | None = None,
    employee: str = "",
) -> list[ColumnElement[bool]]:
    """The conditions of a list. A unit includes what hangs below it today; raises NotFound for
    one out of scope."""
    filters: list[ColumnElement[bool]] = []
    if standing is not None:
        filters.append(queries.in_standing(standing, ctx.today))
    if unit_id is not None:
        filters.append(queries.at_or_below(ctx, organisation.unit(ctx, unit_id).id))
    if form is not None:
        filters.append(queries.of_form(form))
    if employee.strip():
        filters.append(queries.participant_named(employee))
    return filters


def scope(ctx: Context) -> ColumnElement[bool]:
    """Which plans the actor may see: for screens that build their own SELECT."""
    return queries.visible(ctx)


def standing_is(ctx: Context, standing: Standing) -> ColumnElement[bool]:
    """Plans that stand so today: for screens that build their own SELECT."""
    return queries.in_standing(standing, ctx.today)


def next_due(ctx: Context) -> ColumnElement[Any]:
    """When a plan's next item is due, to sort by."""
    return queries.next_due()


def own(ctx: Context, *, page: int = 1, page_size: int = 10) -> Page[AnchoringPlan]:
    """The actor's own plans; none without an employment."""
    mine = AnchoringPlan.employee_id == ctx.actor.employee_id
    return scalars_page(ctx, queries.plans([mine]), page=page, page_size=page_size)


def one(ctx: Context, plan_id: UUID) -> AnchoringPlan:
    """The plan with its names. Raises NotFound outside the actor's sight."""
    found = queries.get(ctx, plan_id)
    if found is None:
        raise NotFound()
    return found


def details(ctx: Context, plan_id: UUID) -> Details:
    """One plan with everything in it. Raises NotFound outside the actor's sight."""
    return stories(ctx, [one(ctx, plan_id)])[0]


def stories(ctx: Context, plans: Sequence[AnchoringPlan]) -> list[Details]:
    """Everything in these plans, in four statements however many they are."""
    found = {plan.id: Details(plan) for plan in plans}
    if not found:
        return []
    for item in queries.items_of(ctx, found):
        found[item.plan_id].items.append(item)
    for sharing, name in queries.sharings(ctx, found):
        found[sharing.plan_id].sharings.append((sharing, name))
    for trial, name in queries.trials(ctx, found):
        found[trial.plan_id].trials.append((trial, name))
    for seen, name in queries.observations(ctx, found):
        found[seen.plan_id].observations.append((seen, name))
    return list(found.values())


def named(ctx: Context, plan_ids: Collection[UUID]) -> dict[UUID, AnchoringPlan]:
    """Those of the plans that the actor may see, with their names."""
    return queries.named(ctx, plan_ids)


def progress(ctx: Context, plans: Sequence[AnchoringPlan]) -> dict[UUID, Progress]:
    """How far each of the plans is, in one statement."""
    rows = {row.plan_id: row for row in queries.progress(ctx, [plan.id for plan in plans])}
    found = {}
    for plan in plans:
        row, state = rows.get(plan.id), plan.enrolment.state
        if row is None:
            found[plan.id] = Progress(rules.standing(state, left=0, late=0))
            continue
        found[plan.id] = Progress(
            rules.standing(state, left=row.left, late=row.late),
            row.done,
            row.dropped,
            row.left,
            row.late,
            row.next_due,
        )
    return found


def tasks(
    ctx: Context,
    *,
    owner: Owner | None = None,
    unit_id: UUID | None = None,
    until: date | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[PlanItem]:
    """What is left to do in the plans in the actor's sight, what is due first comes first."""
    conditions = list(queries.tasks(ctx))
    if unit_id is not None:
        below = queries.at_or_below(ctx, organisation.unit(ctx, unit_id).id)
        conditions.append(PlanItem.plan_id.in_(select(AnchoringPlan.id).where(below)))
    found = queries.tasks_due(conditions, owner=owner, until=until)
    return scalars_page(ctx, found, page=page, page_size=page_size)
