"""Asking: for oneself, for one's staff, and again after a return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear
from tenant_app.budgets.rules import Cost, CostCard
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseSession, PriceKind, SessionState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Forbidden, NotFound
from tenant_app.core.money import Money
from tenant_app.enrolments import queries, rules
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.enrolments.service.shared import (
    decides,
    find_locked,
    institution_of,
    leaders_among,
    put_aside,
    write_steps,
)
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Employment, Unit
from tenant_app.tenancy import service as tenancy


@dataclass(frozen=True)
class Draft:
    """What one person's request will cost and who will answer it."""

    employment: Employment
    unit: Unit
    """The institution that pays and whose leader answers."""
    year: BudgetYear
    card: CostCard
    steps: list[rules.Step]


def request(
    ctx: Context, *, session_id: UUID, employee_ids: Sequence[UUID], motivation: str = ""
) -> list[Enrolment]:
    """Each person has a request that waits for its first answer, with the money set aside.

    All or none. What the one who asks may answer is answered with it; when nothing remains the
    enrolment is confirmed at once. Raises NotFound, Forbidden, Invalid, Conflict and
    budgets' BudgetExceeded.
    """
    if ctx.actor.user_id is None:
        raise Forbidden(N_("A request is sent by a person who is signed in."))
    people, by_leader = _people(ctx, employee_ids)
    session = catalogue.offer(ctx, session_id, lock=True)
    _check_session(ctx, session, people, by_leader=by_leader)
    _check_seats(ctx, session, people)

    drafts = _drafts(ctx, session, people)
    group_id = uuid7() if len(drafts) > 1 else None
    if group_id is not None:
        queries.lock_pools(ctx, {pool for draft in drafts for pool in draft.card.by_pool()})
    made = [
        Enrolment(
            id=uuid7(),
            employee_id=draft.employment.employee_id,
            session_id=session.id,
            unit_id=draft.unit.id,
            year_id=draft.year.id,
            state=EnrolmentState.SUBMITTED,
            group_id=group_id,
            requested_by=ctx.actor.user_id,
            submission=1,
            submitted_at=ctx.now,
            total=Money(draft.card.total),
            motivation=motivation.strip(),
            waiting_level=None,
            waiting_unit_id=None,
        )
        for draft in drafts
    ]
    ctx.session.add_all(made)
    ctx.session.flush()  # the steps point at these rows
    for enrolment, draft in zip(made, drafts, strict=True):
        _send(ctx, enrolment, draft, action="enrolment.requested")
    return made


def cost_preview(
    ctx: Context, *, session_id: UUID, employee_ids: Sequence[UUID]
) -> list[tuple[Employee, CostCard]]:
    """What a request would cost, per person and pool. Nothing is changed or held."""
    return [
        (draft.employment.employee, draft.card)
        for draft in preview(ctx, session_id=session_id, employee_ids=employee_ids)
    ]


def preview(ctx: Context, *, session_id: UUID, employee_ids: Sequence[UUID]) -> list[Draft]:
    """The same with the steps that will follow; refuses what `request` would refuse."""
    people, by_leader = _people(ctx, employee_ids)
    session = catalogue.offer(ctx, session_id)
    _check_session(ctx, session, people, by_leader=by_leader)
    _check_seats(ctx, session, people)
    return _drafts(ctx, session, people)


def resubmit(ctx: Context, enrolment_id: UUID, *, motivation: str | None = None) -> Enrolment:
    """A returned request is on its way again, with today's price set aside.

    Raises what `request` raises, and Conflict when it was not returned.
    """
    enrolment = find_locked(ctx, enrolment_id)
    draft = _again(ctx, enrolment, lock=True)
    enrolment.unit_id = draft.unit.id
    enrolment.year_id = draft.year.id
    enrolment.submission += 1
    enrolment.submitted_at = ctx.now
    enrolment.total = Money(draft.card.total)
    if motivation is not None:
        enrolment.motivation = motivation.strip()
    _send(ctx, enrolment, draft, action="enrolment.resubmitted")
    return enrolment


def preview_again(ctx: Context, enrolment_id: UUID) -> Draft:
    """What a returned request would cost today; refuses what `resubmit` would refuse."""
    enrolment = queries.get(ctx, enrolment_id)
    if enrolment is None:
        raise NotFound()
    return _again(ctx, enrolment, lock=False)


def _again(ctx: Context, enrolment: Enrolment, *, lock: bool) -> Draft:
    people, _ = _people(ctx, [enrolment.employee_id])
    rules.check_move(enrolment.state, rules.Move.RESUBMIT)
    session = catalogue.offer(ctx, enrolment.session_id, lock=lock)
    _check_dates(ctx, session, people)
    _check_seats(ctx, session, people)
    place, size = queries.group_place(ctx, enrolment)
    cost = catalogue.cost_of(ctx, session, people=size)[place]
    [draft] = _drafts(ctx, session, people, costs=[cost])
    return draft


def _check_seats(ctx: Context, session: CourseSession, people: Sequence[Employment]) -> None:
    taken = queries.seats_taken(ctx, [session.id]).get(session.id, 0)
    rules.check_seats(seats=session.seats, taken=taken, asked=len(people))


def _send(ctx: Context, enrolment: Enrolment, draft: Draft, *, action: str) -> None:
    put_aside(ctx, enrolment, draft.card)
    write_steps(ctx, enrolment, draft.steps)
    if enrolment.state is EnrolmentState.CONFIRMED:
        budgets.commit(ctx, source_id=enrolment.id)
    audit.record(
        ctx,
        action,
        enrolment.id,
        new={
            "employee_id": enrolment.employee_id,
            "session_id": enrolment.session_id,
            "unit_id": enrolment.unit_id,
            "submission": enrolment.submission,
            "state": enrolment.state.value,
            "total": enrolment.total,
            "rule": draft.card.rule_name,
            "rule_version": draft.card.rule_version,
        },
        note=enrolment.motivation,
    )


def _people(ctx: Context, employee_ids: Sequence[UUID]) -> tuple[list[Employment], bool]:
    """Those asked for, in order, and whether a leader asks for all of them."""
    wanted = rules.check_group(employee_ids)
    found = queries.latest_employments(ctx, wanted)
    by_leader = True
    for employee_id in wanted:
        if employee_id not in found:
            raise NotFound(
                N_("There is no such employee. Choose from the list."), field="employee_ids"
            )
        employment = found[employee_id]
        path = organisation.path_of(ctx, employment.unit_id)
        leads = ctx.actor.may(Permission.ENROLMENT_REQUEST, at=path)
        if not leads and employee_id == ctx.actor.employee_id:
            ctx.require(Permission.ENROLMENT_REQUEST_OWN, at=path)
        elif not leads:
            ctx.require(Permission.ENROLMENT_REQUEST, at=path)
        by_leader = by_leader and leads
    people = [found[employee_id] for employee_id in wanted]
    for employment in people:
        ended = employment.to_date is not None and employment.to_date <= ctx.today
        rules.check_employed(employment.employee.name, employed=not ended, on=ctx.today)
    return people, by_leader


def _check_session(
    ctx: Context, session: CourseSession, people: Sequence[Employment], *, by_leader: bool
) -> None:
    _check_dates(ctx, session, people)
    rules.check_group_price(
        per_group=session.course.price_kind is PriceKind.PER_GROUP,
        by_leader=by_leader,
        people=len(people),
    )
    already = queries.with_live_request(
        ctx, session.id, [employment.employee_id for employment in people]
    )
    if already:
        raise Conflict(
            N_("Already requested for this session: %(names)s. Leave them out."),
            field="employee_ids",
            names=", ".join(already),
        )


def _check_dates(ctx: Context, session: CourseSession, people: Sequence[Employment]) -> None:
    rules.check_offer(
        is_open=session.state is SessionState.OPEN and session.course.is_active,
        deadline=session.deadline,
        today=ctx.today,
    )
    ids = [employment.employee_id for employment in people]
    there = queries.employed_on(ctx, ids, session.starts_on)
    for employment in people:
        rules.check_employed(
            employment.employee.name,
            employed=employment.employee_id in there,
            on=session.starts_on,
        )


def _drafts(
    ctx: Context,
    session: CourseSession,
    people: Sequence[Employment],
    *,
    costs: Sequence[Cost] | None = None,
) -> list[Draft]:
    year = budgets.year_for(ctx, session.starts_on)
    if costs is None:
        costs = catalogue.cost_of(ctx, session, people=len(people))
    units = [institution_of(ctx, employment) for employment in people]
    institutions = queries.institutions_on(ctx, session.id) | {unit.id for unit in units}
    leaders = leaders_among(ctx, [employment.employee_id for employment in people])
    approval_rules = tenancy.settings(ctx).approval_rules
    drafts = []
    for employment, unit, cost in zip(people, units, costs, strict=True):
        facts = rules.facts(
            course=session.course,
            weak_economy=unit.weak_economy,
            institutions=len(institutions),
            amount=cost.total,
            position=employment.position,
        )
        card = budgets.cost_card(
            ctx, year=year, unit_id=unit.id, cost=cost, facts=facts, on=ctx.today
        )
        levels = rules.approval_levels(approval_rules, facts)
        leader = leaders.get(employment.employee_id)
        asks_for_other = employment.employee_id != ctx.actor.employee_id
        steps = rules.chain(
            levels,
            participant_decides=(
                decides(ctx, leader, unit.id, rules.LEVELS, own=True) if leader else ()
            ),
            requester_decides=(
                decides(ctx, ctx.actor, unit.id, rules.LEVELS, own=False) if asks_for_other else ()
            ),
        )
        drafts.append(Draft(employment, unit, year, card, steps))
    return drafts
