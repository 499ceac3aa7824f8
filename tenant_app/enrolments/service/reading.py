"""What one can look at. Nothing here changes anything, and each list costs a fixed number of
statements whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    LedgerEntry,
    MoneyLine,
    MoneyState,
    Policy,
    PoolBalance,
    PoolKind,
)
from tenant_app.budgets.rules import CostCard
from tenant_app.catalogue.models import CourseForm, CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Forbidden, NotFound
from tenant_app.core.money import Money
from tenant_app.core.paging import Page, scalars_page
from tenant_app.enrolments import queries
from tenant_app.enrolments.models import ApprovalStep, Enrolment, EnrolmentState
from tenant_app.enrolments.service.deciding import may_decide
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment

COUNTED_TO = 1000
CHOICES = 1000
"""Employees offered in a form; a leader of more names them through the API."""


@dataclass(frozen=True)
class PoolEffect:
    """What a request takes from a pool, and what is available before and after. Whole øre."""

    pool_id: UUID
    name: str
    kind: PoolKind
    amount: Money
    before: Money
    after: Money
    policy: Policy


@dataclass(frozen=True)
class InboxRow:
    """A request that waits for the actor, with what one must know to answer it."""

    enrolment: Enrolment
    pools: Sequence[PoolEffect]
    colleagues: int
    """Others of the same unit with a seat on the same session."""
    seats_left: int
    age_days: int


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


@dataclass(frozen=True)
class Offer:
    """A session one can still ask for."""

    session: CourseSession
    seats_left: int


def inbox(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[InboxRow]:
    """The requests that wait for the actor's answer, oldest first. Raises Forbidden to those
    who may answer nothing."""
    if not may_decide(ctx):
        raise Forbidden()
    found = scalars_page(ctx, queries.inbox(ctx), page=page, page_size=page_size)
    rows = shown(ctx, found.items) if found.items else []
    lines = budgets.lines_of(ctx, [row.id for row in rows]) if rows else {}
    pool_ids = {line.pool_id for each in lines.values() for line in each}
    balances = budgets.positions(ctx, pool_ids) if pool_ids else {}
    places = {(row.unit_id, row.session_id) for row in rows}
    going = queries.colleagues(ctx, places) if rows else {}
    taken = queries.seats_taken(ctx, {row.session_id for row in rows}) if rows else {}
    items = [
        InboxRow(
            enrolment=row,
            pools=_reserved(row, lines.get(row.id, ()), balances),
            colleagues=max(0, going.get((row.unit_id, row.session_id), 0) - 1),
            seats_left=max(0, row.session.seats - taken.get(row.session_id, 0)),
            age_days=(ctx.now - (row.submitted_at or ctx.now)).days,
        )
        for row in rows
    ]
    return Page(items, found.page, found.page_size, found.has_more)


def inbox_size(ctx: Context) -> int:
    """How many requests wait for the actor, counted no further than to 1,000."""
    return queries.inbox_size(ctx, cap=COUNTED_TO)


def listing(
    ctx: Context,
    *,
    state: EnrolmentState | None = None,
    unit_id: UUID | None = None,
    course_id: UUID | None = None,
    employee: str = "",
    year: int | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Enrolment]:
    """The enrolments of the actor's units that fit `matching`, newest first; for those who lead
    none, their own."""
    filters = matching(
        ctx, state=state, unit_id=unit_id, course_id=course_id, employee=employee, year=year
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
) -> list[ColumnElement[bool]]:
    """The conditions of a list; `employee` is how the name begins.

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
    deciders = {step.decided_by for step in steps if step.decided_by is not None}
    return Details(
        enrolment=enrolment,
        lines=budgets.lines_of(ctx, [enrolment_id]).get(enrolment_id, []),
        steps=steps,
        unit_names=queries.unit_names(ctx, {step.unit_id for step in steps}),
        user_names=queries.user_names(ctx, deciders | {enrolment.requested_by}),
        entries=queries.entries(ctx, enrolment_id),
    )


def shown(ctx: Context, enrolment_ids: Sequence[UUID]) -> list[Enrolment]:
    """Those of the enrolments that the actor may see, in the given order, with their names."""
    found = queries.named(ctx, enrolment_ids)
    return [found[each] for each in enrolment_ids if each in found]


def offers(
    ctx: Context,
    *,
    words: str = "",
    form: CourseForm | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Offer]:
    """The sessions one can still ask for, soonest deadline first, with the seats left."""
    ctx.require(Permission.CATALOGUE_VIEW)
    found = scalars_page(
        ctx, queries.offers(ctx, words=words, form=form), page=page, page_size=page_size
    )
    taken = queries.seats_taken(ctx, [each.id for each in found.items]) if found.items else {}
    items = [Offer(each, max(0, each.seats - taken.get(each.id, 0))) for each in found.items]
    return Page(items, found.page, found.page_size, found.has_more)


def staff_to_ask_for(ctx: Context) -> Sequence[Employment]:
    """Those the actor may request for today, by name, with their units; at most 1,000."""
    return queries.staff(ctx, Permission.ENROLMENT_REQUEST, limit=CHOICES)


def effect(ctx: Context, cards: Sequence[CostCard]) -> list[PoolEffect]:
    """What requests with these cost cards would take from each pool together."""
    amounts: dict[UUID, int] = {}
    shares = {share.pool_id: share for card in cards for share in card.shares}
    for card in cards:
        for share in card.shares:
            amounts[share.pool_id] = amounts.get(share.pool_id, 0) + share.amount
    balances = budgets.positions(ctx, set(amounts))
    return [
        PoolEffect(
            pool_id=pool_id,
            name=shares[pool_id].pool_name,
            kind=shares[pool_id].pool_kind,
            amount=Money(amount),
            before=balances[pool_id].available,
            after=Money(balances[pool_id].available - amount),
            policy=balances[pool_id].policy,
        )
        for pool_id, amount in amounts.items()
    ]


def _reserved(
    enrolment: Enrolment,
    lines: Sequence[MoneyLine],
    balances: Mapping[UUID, PoolBalance],
) -> list[PoolEffect]:
    """The money was set aside when the request was sent: what is available now is the after."""
    amounts: dict[UUID, int] = {}
    pools = {}
    for line in lines:
        if line.submission == enrolment.submission and line.state is MoneyState.RESERVED:
            amounts[line.pool_id] = amounts.get(line.pool_id, 0) + line.amount
            pools[line.pool_id] = line.pool
    return [
        PoolEffect(
            pool_id=pool_id,
            name=pools[pool_id].name,
            kind=pools[pool_id].kind,
            amount=Money(amount),
            before=Money(balances[pool_id].available + amount),
            after=Money(balances[pool_id].available),
            policy=balances[pool_id].policy,
        )
        for pool_id, amount in amounts.items()
    ]
