"""Asking: for oneself, for one's staff, and again after a return."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from tenant_app.accounts.rules import ROLE_PERMISSIONS
from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear
from tenant_app.budgets.rules import Cost, CostCard, Over
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseSession, PriceKind, SessionState
from tenant_app.core.access import Actor, Grant, Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Forbidden, NotFound, Refusal
from tenant_app.core.money import Money
from tenant_app.enrolments import queries, rules
from tenant_app.enrolments.models import ApprovalLevel, Enrolment, EnrolmentState
from tenant_app.enrolments.service.hooks import follow
from tenant_app.enrolments.service.shared import (
    decides,
    find_locked,
    institution_of,
    learn_places,
    looked_at,
    put_aside,
    write_steps,
)
from tenant_app.initiatives import service as initiatives
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
    participant_decides: frozenset[ApprovalLevel] = frozenset()


@dataclass(frozen=True)
class Party:
    """Those who are asked for together."""

    people: list[Employment]
    by_leader: bool
    """Whether a leader asks for all of them."""
    leaders: Mapping[UUID, Actor]
    """Employee → who they are in their own roles, of those who lead."""


def request(
    ctx: Context,
    *,
    session_id: UUID,
    employee_ids: Sequence[UUID],
    motivation: str = "",
    initiative_id: UUID | None = None,
    override_reason: str = "",
) -> list[Enrolment]:
    """Each person has a request that waits for its first answer, with the money set aside.

    All or none, and all through the same initiative, if any. What the one who asks may answer is
    answered with it; when nothing remains the enrolment is confirmed at once. Raises NotFound,
    Forbidden, Invalid, Conflict, budgets' BudgetExceeded, and PersonLimitReached without an
    `override_reason` by somebody who leads above the people.
    """
    if ctx.actor.user_id is None:
        raise Forbidden(N_("A request is sent by a person who is signed in."))
    party = _people(ctx, employee_ids)
    session = catalogue.offer(ctx, session_id, lock=True)
    company = queries.company(ctx, session.id)
    _check_session(ctx, session, party, company)
    rules.check_seats(seats=session.seats, taken=company.seats, asked=len(party.people))

    drafts = _drafts(ctx, session, party, going=company.taken)
    if initiative_id is not None:
        for unit_id in {draft.unit.id for draft in drafts}:
            initiatives.check_open(ctx, initiative_id, course_id=session.course_id, unit_id=unit_id)
        people = {draft.employment.employee_id for draft in drafts}
        initiatives.check_people(ctx, initiative_id, people, override_reason=override_reason)
    group_id = uuid7() if len(drafts) > 1 else None
    made = [
        Enrolment(
            id=uuid7(),
            employee_id=draft.employment.employee_id,
            session_id=session.id,
            unit_id=draft.unit.id,
            year_id=draft.year.id,
            initiative_id=initiative_id,
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
    # The steps point at these rows, and these at the year, which whoever closes it holds before
    # the pools.
    ctx.session.flush()
    if group_id is not None:
        queries.lock_pools(ctx, {pool for draft in drafts for pool in draft.card.by_pool()})
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
    party = _people(ctx, employee_ids)
    session, company = looked_at(ctx, session_id)
    _check_session(ctx, session, party, company)
    rules.check_seats(seats=session.seats, taken=company.seats, asked=len(party.people))
    drafts = _drafts(ctx, session, party, going=company.taken)
    for draft in drafts:
        # Through which initiative is chosen with the price on the page.
        budgets.check_modes(ctx, draft.card, unit_id=draft.unit.id, has_initiative=True)
    overs = budgets.foresee_overs(ctx, [draft.card for draft in drafts])
    return [_with_overs(draft, each) for draft, each in zip(drafts, overs, strict=True)]


def resubmit(
    ctx: Context,
    enrolment_id: UUID,
    *,
    motivation: str | None = None,
    override_reason: str = "",
) -> Enrolment:
    """A returned request is on its way again, with today's price set aside.

    Raises what `request` raises, and Conflict when it was not returned.
    """
    enrolment = find_locked(ctx, enrolment_id)
    draft = _again(ctx, enrolment, lock=True)
    _leave_initiative_that_is_over(ctx, enrolment, draft.unit.id)
    if enrolment.initiative_id is not None:
        initiatives.check_people(
            ctx, enrolment.initiative_id, [enrolment.employee_id], override_reason=override_reason
        )
    enrolment.unit_id = draft.unit.id
    enrolment.year_id = draft.year.id
    enrolment.submission += 1
    enrolment.submitted_at = ctx.now
    enrolment.total = Money(draft.card.total)
    if motivation is not None:
        enrolment.motivation = motivation.strip()
    ctx.session.flush()  # the year before the pools, as above
    _send(ctx, enrolment, draft, action="enrolment.resubmitted")
    return enrolment


def _leave_initiative_that_is_over(ctx: Context, enrolment: Enrolment, unit_id: UUID) -> None:
    """What was returned may come again when its initiative is stopped or no longer the unit's: it
    then stands alone, since whoever sends it again has no other to choose."""
    if enrolment.initiative_id is None:
        return
    session = catalogue.offer(ctx, enrolment.session_id, lock=False)
    try:
        initiatives.check_open(
            ctx, enrolment.initiative_id, course_id=session.course_id, unit_id=unit_id
        )
    except Refusal:
        enrolment.initiative_id = None
        audit.record(ctx, "enrolment.left_initiative", enrolment.id)


def preview_again(ctx: Context, enrolment: Enrolment) -> Draft:
    """What a returned request, found in the actor's sight, would cost today; refuses what
    `resubmit` would refuse."""
    return _again(ctx, enrolment, lock=False)


def _again(ctx: Context, enrolment: Enrolment, *, lock: bool) -> Draft:
    party = _people(ctx, [enrolment.employee_id])
    rules.check_move(enrolment.state, rules.Move.RESUBMIT)
    session = catalogue.offer(ctx, enrolment.session_id, lock=lock)
    _check_dates(ctx, session, party.people)
    company = queries.company(ctx, session.id)
    rules.check_seats(seats=session.seats, taken=company.seats, asked=1)
    place, size = queries.group_place(ctx, enrolment)
    cost = catalogue.cost_of(ctx, session, people=size)[place]
    [draft] = _drafts(ctx, session, party, going=company.taken, costs=[cost])
    return draft


def _with_overs(draft: Draft, overs: Sequence[Over]) -> Draft:
    """The draft with the steps that pools going over ask for."""
    if not overs:
        return draft
    steps = rules.with_overs(
        draft.steps, rules.asked_for(overs), participant_decides=draft.participant_decides
    )
    return replace(draft, steps=steps)


def _send(ctx: Context, enrolment: Enrolment, draft: Draft, *, action: str) -> None:
    overs = put_aside(ctx, enrolment, draft.card)
    write_steps(ctx, enrolment, _with_overs(draft, overs).steps)
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
            "initiative_id": enrolment.initiative_id,
            "state": enrolment.state.value,
            "total": enrolment.total,
            "rule": draft.card.rule_name,
            "rule_version": draft.card.rule_version,
        },
        note=enrolment.motivation,
    )
    follow(ctx, enrolment, before=EnrolmentState.SUBMITTED)


def _people(ctx: Context, employee_ids: Sequence[UUID]) -> Party:
    """Those asked for, in order. Raises what `request` raises of people."""
    wanted = rules.check_group(employee_ids)
    found = queries.latest_employments(ctx, wanted)
    learn_places(ctx, {employment.unit_id for employment, _held in found.values()})
    by_leader = True
    for employee_id in wanted:
        if employee_id not in found:
            raise NotFound(
                N_("There is no such employee. Choose from the list."), field="employee_ids"
            )
        employment, _held = found[employee_id]
        path = organisation.path_of(ctx, employment.unit_id)
        leads = ctx.actor.may(Permission.ENROLMENT_REQUEST, at=path)
        if not leads and employee_id == ctx.actor.employee_id:
            ctx.require(Permission.ENROLMENT_REQUEST_OWN, at=path)
        elif not leads:
            ctx.require(Permission.ENROLMENT_REQUEST, at=path)
        by_leader = by_leader and leads
    people = [found[employee_id][0] for employee_id in wanted]
    gone = [
        employment.employee.name
        for employment in people
        if employment.to_date is not None and employment.to_date <= ctx.today
    ]
    rules.check_employed(gone, on=ctx.today)
    leaders = {
        key: Actor(
            name=employment.employee.name,
            employee_id=key,
            grants=tuple(
                Grant(role.value, unit_id, path, ROLE_PERMISSIONS[role])
                for role, unit_id, path in held
            ),
        )
        for key, (employment, held) in found.items()
        if held
    }
    return Party(people, by_leader, leaders)


def _check_session(
    ctx: Context,
    session: CourseSession,
    party: Party,
    company: queries.Company,
) -> None:
    _check_dates(ctx, session, party.people)
    rules.check_group_price(
        per_group=session.course.price_kind is PriceKind.PER_GROUP,
        by_leader=party.by_leader,
        people=len(party.people),
    )
    rules.check_not_asked(
        [each.employee.name for each in party.people if each.employee_id in company.asked]
    )


def _check_dates(ctx: Context, session: CourseSession, people: Sequence[Employment]) -> None:
    rules.check_offer(
        is_open=session.state is SessionState.OPEN and session.course.is_active,
        deadline=session.deadline,
        today=ctx.today,
    )
    # Who has no last day is there on the first day of a session that can still be asked for.
    leaving = [each.employee_id for each in people if each.to_date is not None]
    there = queries.employed_on(ctx, leaving, session.starts_on) if leaving else set()
    missing = [
        each.employee.name
        for each in people
        if each.to_date is not None and each.employee_id not in there
    ]
    rules.check_employed(missing, on=session.starts_on)


def _drafts(
    ctx: Context,
    session: CourseSession,
    party: Party,
    *,
    going: Collection[UUID],
    costs: Sequence[Cost] | None = None,
) -> list[Draft]:
    people = party.people
    if costs is None:
        costs = catalogue.cost_of(ctx, session, people=len(people))
    units = [institution_of(ctx, employment) for employment in people]
    institutions = {*going, *(unit.id for unit in units)}
    year = budgets.learn_payers(
        ctx,
        day=session.starts_on,
        until=session.ends_on,
        unit_ids={unit.id for unit in units},
        on=ctx.today,
    )
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
            ctx,
            year=year,
            unit_id=unit.id,
            cost=cost,
            facts=facts,
            on=ctx.today,
            span=(session.starts_on, session.ends_on),
        )
        levels = rules.approval_levels(approval_rules, facts)
        leader = party.leaders.get(employment.employee_id)
        asks_for_other = employment.employee_id != ctx.actor.employee_id
        own = decides(ctx, leader, unit.id, rules.LEVELS, own=True) if leader else ()
        steps = rules.chain(
            levels,
            participant_decides=own,
            requester_decides=(
                decides(ctx, ctx.actor, unit.id, rules.LEVELS, own=False) if asks_for_other else ()
            ),
        )
        drafts.append(Draft(employment, unit, year, card, steps, frozenset(own)))
    return drafts
