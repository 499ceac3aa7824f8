"""What waits for an answer, with all one must know to give it. A fixed number of statements,
however many rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.budgets import rules as budget_rules
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    CostLine,
    MoneyLine,
    MoneyState,
    Policy,
    PoolBalance,
    PoolKind,
)
from tenant_app.budgets.rules import Said, Verdict
from tenant_app.core.context import Context
from tenant_app.core.errors import Forbidden
from tenant_app.core.money import Money
from tenant_app.core.paging import LARGEST_PAGE, Page
from tenant_app.enrolments import queries, rules
from tenant_app.enrolments.models import Enrolment
from tenant_app.enrolments.service.deciding import may_decide
from tenant_app.initiatives import service as initiatives

COUNTED_TO = 1000
NOBODY = queries.Going(everyone=0, own=0, names=())
NOTHING_ELSE = queries.Stays(near=0, together=0, first=())


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
    share_bp: int
    """The pool's share of the whole price in basis points, rounded half up."""
    lacks: Money
    """What a final approval would lack now: the pool stops, and others were approved first."""
    said: Said
    """What the pool says to it, as things stand."""
    year: int | None
    """The budget year of the pool: a course next spring is paid by next year's."""


@dataclass(frozen=True)
class Company:
    """Who else has a seat on the session."""

    own: int
    """Others of the same institution."""
    names: Sequence[str]
    """The first of them, in the Danish alphabet."""
    others: int
    """Those of other institutions."""

    @property
    def is_alone(self) -> bool:
        """Whether nobody else of the institution goes."""
        return self.own == 0


@dataclass(frozen=True)
class InboxRow:
    """A request that waits for the actor, with what one must know to answer it."""

    enrolment: Enrolment
    pools: Sequence[PoolEffect]
    cost: Mapping[CostLine, Money]
    """The price by cost line."""
    company: Company
    load: rules.Load
    away: rules.Away
    seats_left: int
    days_left: int
    """Until the deadline; negative once it has passed."""
    age_days: int
    purpose: initiatives.Purpose | None
    """What it is part of, and through it the goal and the needs; None where it stands alone."""

    @property
    def colleagues(self) -> int:
        """Others of the same institution with a seat on the same session."""
        return self.company.own


@dataclass(frozen=True)
class Inbox(Page[InboxRow]):
    """A page of what waits for the actor."""

    size: int
    """How many wait in all, counted no further than to one more than `counted_to`."""


def inbox(
    ctx: Context, *, page: int = 1, page_size: int = 50, counted_to: int = COUNTED_TO
) -> Inbox:
    """The requests that wait for the actor's answer, oldest first. Raises Forbidden to those
    who may answer nothing."""
    if not may_decide(ctx):
        raise Forbidden()
    page, most = max(1, page), max(1, min(page_size, LARGEST_PAGE))
    first = (page - 1) * most
    ids, size = queries.inbox(ctx, first=first, most=most, cap=counted_to + 1)
    named = queries.named(ctx, ids) if ids else {}
    # Somebody else may have answered between the two SELECTs and taken it out of sight.
    rows = [named[each] for each in ids if each in named]
    return Inbox(
        items=_rows(ctx, rows) if rows else [],
        page=page,
        page_size=most,
        has_more=size > first + most,
        size=min(size, counted_to + 1),
    )


def _rows(ctx: Context, rows: Sequence[Enrolment]) -> list[InboxRow]:
    lines = budgets.lines_of(ctx, [row.id for row in rows])
    balances = budgets.positions(ctx, {line.pool_id for each in lines.values() for line in each})
    places = {(row.unit_id, row.session_id) for row in rows}
    going = queries.going(ctx, places)
    away = queries.away(ctx, places)
    stays = queries.stays(ctx, [(row.employee_id, row.session_id) for row in rows])
    purposes = initiatives.purposes(ctx, {row.initiative_id for row in rows if row.initiative_id})
    items = []
    for row in rows:
        held = _held(row, lines[row.id])
        place = row.unit_id, row.session_id
        seated = going.get(place, NOBODY)
        other = stays.get((row.employee_id, row.session_id), NOTHING_ELSE)
        items.append(
            InboxRow(
                enrolment=row,
                pools=_effects(row, held, balances),
                cost=_by_cost_line(held),
                company=_company(row, seated),
                load=rules.load_of(other.first, other.together, other.near),
                away=rules.Away(*away.get(place, (0, 0))),
                seats_left=max(0, row.session.seats - seated.everyone),
                days_left=rules.days_left(row.session.deadline, ctx.today),
                age_days=rules.days_waited(row.submitted_at or ctx.now, ctx.now),
                purpose=purposes.get(row.initiative_id) if row.initiative_id else None,
            )
        )
    return items


def _held(enrolment: Enrolment, lines: Sequence[MoneyLine]) -> list[MoneyLine]:
    """The money set aside when the request was sent."""
    return [
        line
        for line in lines
        if line.submission == enrolment.submission and line.state is MoneyState.RESERVED
    ]


def _by_cost_line(lines: Sequence[MoneyLine]) -> dict[CostLine, Money]:
    sums: dict[CostLine, Money] = {}
    for line in lines:
        sums[line.cost_line] = Money(sums.get(line.cost_line, 0) + line.amount)
    return sums


def _effects(
    enrolment: Enrolment, lines: Sequence[MoneyLine], balances: Mapping[UUID, PoolBalance]
) -> list[PoolEffect]:
    """The money is set aside already: what is available now is the after."""
    amounts: dict[UUID, int] = {}
    pools = {}
    form = enrolment.session.course.form.value
    for line in lines:
        amounts[line.pool_id] = amounts.get(line.pool_id, 0) + line.amount
        pools[line.pool_id] = line.pool
    whole = int(enrolment.total)
    return [
        PoolEffect(
            pool_id=pool_id,
            name=pools[pool_id].name,
            kind=pools[pool_id].kind,
            amount=Money(amount),
            before=Money(balances[pool_id].available + amount),
            after=Money(balances[pool_id].available),
            policy=budget_rules.stance(balances[pool_id], form).policy,
            share_bp=(amount * 20000 + whole) // (2 * whole) if whole else 0,
            lacks=_lacks(balances[pool_id], amount, form),
            said=budget_rules.said(balances[pool_id], amount, form, is_held=True),
            year=pools[pool_id].year.year,
        )
        for pool_id, amount in amounts.items()
    ]


def _lacks(balance: PoolBalance, amount: int, form: str) -> Money:
    stance = budget_rules.stance(balance, form)
    bound = int(balance.committed + balance.actual)
    held = int(budget_rules.held(balance))
    verdict = budget_rules.verdict(stance, held=held, used=bound, amount=amount)
    short = amount - budget_rules.room(stance, held=held, used=bound)
    return Money(short if verdict is Verdict.BLOCKED else 0)


def _company(enrolment: Enrolment, seated: queries.Going) -> Company:
    names = list(seated.names)
    # Somebody of the same name would be another person: one of the two stays.
    if enrolment.employee.name in names:
        names.remove(enrolment.employee.name)
    return Company(
        own=max(0, seated.own - 1),
        names=names[: queries.NAMES_SHOWN - 1],
        others=seated.everyone - seated.own,
    )
