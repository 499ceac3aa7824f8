"""Development plans: one per employee, theirs and of the leader with whom they took it up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, true

from tenant_app.audit import service as audit
from tenant_app.competences import service as competences
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.enrolments import service as enrolments
from tenant_app.needs import service as needs
from tenant_app.talks import queries, rules
from tenant_app.talks.models import DevelopmentItem, DevelopmentPlan, ItemState
from tenant_app.talks.queries import Item, Progress
from tenant_app.talks.service.shared import part_in


@dataclass(frozen=True)
class PlanDetails:
    """A plan as its parties read it."""

    plan: DevelopmentPlan
    notes: str
    items: Sequence[Item]
    is_mine: bool

    def stands(self, item: Item) -> ItemState:
        """Where the item stands, its course taken into account."""
        return rules.stands(item.state, is_completed=item.is_completed)

    @property
    def counted(self) -> int:
        """Items that were not dropped."""
        return sum(each.state is not ItemState.DROPPED for each in self.items)

    @property
    def done(self) -> int:
        return sum(self.stands(each) is ItemState.DONE for each in self.items)


def plan_scope(ctx: Context) -> ColumnElement[bool]:
    """Plans that the actor reads: for screens that build their own SELECT."""
    return queries.is_plan_party(ctx)


def plans(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[DevelopmentPlan]:
    """The plans that the actor reads, by name."""
    found = queries.plans([queries.is_plan_party(ctx)])
    return scalars_page(ctx, found, page=page, page_size=page_size)


def plan(ctx: Context, plan_id: UUID) -> DevelopmentPlan:
    """One plan. Raises NotFound for whoever is no party."""
    found = queries.plan(ctx, plan_id)
    if found is None:
        raise NotFound()
    return found


def own_plan(ctx: Context) -> DevelopmentPlan | None:
    """The actor's own; None as long as there is none."""
    return queries.own_plan(ctx)


def plan_details(ctx: Context, found: DevelopmentPlan) -> PlanDetails:
    """All that a plan holds that was asked for already: two statements."""
    return PlanDetails(
        plan=found,
        notes=queries.notes(ctx, found.id),
        items=queries.items(ctx, found.id, seen=needs.visible(ctx)),
        is_mine=found.employee_id == ctx.actor.employee_id,
    )


def progress(ctx: Context, plan_ids: Collection[UUID]) -> dict[UUID, Progress]:
    """How far these plans are, in one statement."""
    found = {row.plan_id: row for row in queries.progress(ctx, plan_ids)}
    return {each: found.get(each, Progress(each, 0, 0, 0)) for each in plan_ids}


def plans_of(ctx: Context, employee_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Employee → plan, of those that the actor reads."""
    return queries.plans_of(ctx, employee_ids)


def begin_plan(ctx: Context, *, valid_until: date, notes: str = "") -> DevelopmentPlan:
    """The actor has a plan of their own. Raises Conflict when they have one."""
    if not queries.takes_part(ctx) or ctx.actor.employee_id is None:
        raise Forbidden()
    made = _make(ctx, ctx.actor.employee_id, valid_until, talk_id=None)
    made.notes = rules.check_text(notes, field="notes", required=False)
    return made


def take_up(
    ctx: Context, talk_id: UUID, *, valid_until: date, employee_id: UUID | None = None
) -> DevelopmentPlan:
    """The employee's plan is part of this talk, so that its holder reads along; made when needed.

    By the employee. By the holder only where there is no plan yet, or where they read it already:
    a plan that was written with another leader is its employee's to show.
    """
    found = part_in(ctx, talk_id)
    rules.check_on(found.talk.state)
    if found.me is not None:
        _check_own(employee_id, found.me.employee_id)
        employee_id = found.me.employee_id
    elif employee_id is None and len(found.members) == 1:
        employee_id = found.members[0].employee_id
    if employee_id not in {each.employee_id for each in found.members}:
        raise _not_in_talk()
    assert employee_id is not None
    known = queries.plan_of(ctx, employee_id, lock=True)
    if known is None:
        return _make(ctx, employee_id, valid_until, talk_id=found.talk.id)
    if found.me is None and not _reads(ctx, known):
        raise Conflict(
            N_("There is a plan already. Ask the employee to take it up in this talk."),
            field="employee_id",
        )
    known.talk_id = found.talk.id
    known.valid_until = rules.check_valid_until(valid_until, today=ctx.today)
    audit.record(ctx, "talk.plan_taken_up", known.id, new={"valid_until": valid_until})
    return known


def _check_own(asked: UUID | None, own: UUID) -> None:
    """A member takes up their own plan and no other's."""
    if asked is not None and asked != own:
        raise _not_in_talk()


def _not_in_talk() -> Invalid:
    return Invalid(N_("Choose somebody who is in this talk."), field="employee_id")


def _reads(ctx: Context, known: DevelopmentPlan) -> bool:
    return known.id in queries.plans_of(ctx, [known.employee_id]).values()


def _make(
    ctx: Context, employee_id: UUID, valid_until: date, *, talk_id: UUID | None
) -> DevelopmentPlan:
    row = {
        "id": uuid7(),
        "employee_id": employee_id,
        "talk_id": talk_id,
        "valid_until": rules.check_valid_until(valid_until, today=ctx.today),
        "made_at": ctx.now,
    }
    # Both sides may begin at once: the database lets one of them.
    plan_id = ctx.session.scalar(insert_or_skip(DevelopmentPlan, row, skip=True))
    if plan_id is None:
        raise Conflict(N_("There is a plan already. Load the page again."), field="valid_until")
    made = ctx.session.get_one(DevelopmentPlan, plan_id)
    audit.record(ctx, "talk.plan_made", made.id, new={"valid_until": valid_until})
    return made


def write_plan(
    ctx: Context, plan_id: UUID, *, valid_until: date, notes: str = ""
) -> DevelopmentPlan:
    """The plan says so, and is valid so long. By a party."""
    found = _to_change(ctx, plan_id)
    if valid_until != found.valid_until:
        rules.check_valid_until(valid_until, today=ctx.today)
    old = {"valid_until": found.valid_until}
    found.notes = rules.check_text(notes, field="notes", required=False)
    found.valid_until = valid_until
    audit.record(ctx, "talk.plan_written", found.id, old=old, new={"valid_until": valid_until})
    return found


def add_item(
    ctx: Context,
    plan_id: UUID,
    *,
    area_id: UUID,
    aim: str,
    due_on: date,
    competence_id: UUID | None = None,
    need_id: UUID | None = None,
    enrolment_id: UUID | None = None,
) -> DevelopmentItem:
    """Something to learn is in the plan. By a party."""
    found = _to_change(ctx, plan_id)
    rules.check_room(queries.count_items(ctx, found.id))
    facts = _checked(ctx, found, area_id, competence_id, need_id, enrolment_id, known=None)
    made = DevelopmentItem(
        id=uuid7(),
        plan_id=found.id,
        aim=rules.check_text(aim, field="aim"),
        due_on=rules.check_due(due_on, today=ctx.today),
        state=ItemState.PLANNED,
        **facts,
    )
    ctx.session.add(made)
    ctx.session.flush()  # the trail names it
    audit.record(ctx, "talk.item_added", made.plan_id, new={"due_on": due_on})
    return made


def change_item(
    ctx: Context,
    item_id: UUID,
    *,
    area_id: UUID,
    aim: str,
    due_on: date,
    state: ItemState,
    competence_id: UUID | None = None,
    need_id: UUID | None = None,
    enrolment_id: UUID | None = None,
) -> DevelopmentItem:
    """The item reads so, and stands so; dropped ones stay in the plan. By a party."""
    item = queries.item_to_change(ctx, item_id)
    if item is None:
        raise NotFound(N_("There is no such item. Choose from the list."), field="item_id")
    found = _to_change(ctx, item.plan_id)
    facts = _checked(ctx, found, area_id, competence_id, need_id, enrolment_id, known=item)
    old = {"state": item.state.value, "due_on": item.due_on}
    item.due_on = rules.check_due(due_on, today=ctx.today, was=item.due_on)
    item.aim = rules.check_text(aim, field="aim")
    for name, value in facts.items():
        setattr(item, name, value)
    if (state is ItemState.DONE) != (item.state is ItemState.DONE):
        item.done_on = ctx.today if state is ItemState.DONE else None
    item.state = state
    told = {"state": state.value, "due_on": due_on}
    audit.record(ctx, "talk.item_changed", item.plan_id, old=old, new=told)
    return item


def _to_change(ctx: Context, plan_id: UUID) -> DevelopmentPlan:
    found = queries.plan(ctx, plan_id, lock=True)
    if found is None:
        raise NotFound()
    return found


def _checked(
    ctx: Context,
    found: DevelopmentPlan,
    area_id: UUID,
    competence_id: UUID | None,
    need_id: UUID | None,
    enrolment_id: UUID | None,
    *,
    known: DevelopmentItem | None,
) -> dict[str, Any]:
    """What the item is tied to. What it was tied to before may stay."""
    if area_id not in {area.id for area in queries.areas(ctx)}:
        raise NotFound(N_("There is no such competence area. Choose one."), field="area_id")
    if competence_id is not None:
        competence = competences.competence(ctx, competence_id)
        if competence.area_id != area_id:
            raise Invalid(
                N_("This competence belongs to another area. Choose one of the area."),
                field="competence_id",
            )
    if need_id is not None and (known is None or known.need_id != need_id):
        _check_need(ctx, need_id)
    if enrolment_id is not None and (known is None or known.enrolment_id != enrolment_id):
        seen = {row[0] for row in enrolment_choices(ctx, found)}
        if enrolment_id not in seen:
            raise NotFound(
                N_("There is no such request of the employee. Choose from the list."),
                field="enrolment_id",
            )
    return {
        "area_id": area_id,
        "competence_id": competence_id,
        "need_id": need_id,
        "enrolment_id": enrolment_id,
    }


def _check_need(ctx: Context, need_id: UUID) -> None:
    try:
        needs.get(ctx, need_id)
    except NotFound:
        raise NotFound(
            N_("There is no such need. Choose from the list."), field="need_id"
        ) from None


def enrolment_choices(ctx: Context, found: DevelopmentPlan) -> Sequence[tuple[UUID, str, date]]:
    """The employee's requests that the actor sees: (id, course, first day)."""
    is_mine = found.employee_id == ctx.actor.employee_id
    seen = true() if is_mine else enrolments.scope(ctx)
    return queries.enrolments_of(ctx, found.employee_id, seen)


def need_choices(ctx: Context) -> Sequence[tuple[UUID, str, str]]:
    """Needs that the actor sees and that are worked with: (id, title, unit)."""
    return queries.open_needs(ctx, needs.visible(ctx))


def area_choices(ctx: Context) -> Sequence[CompetenceArea]:
    """Every competence area."""
    return queries.areas(ctx)
