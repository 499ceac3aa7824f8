"""The end of a year: open → closing → closed; back to open while nobody has said yes.

While it closes no new request draws on it, and what is under way is settled: what is only asked
for is answered or sent back. What is committed stays in its year until it is charged, and counts as
spent in the result: a course that runs over New Year was split by date when it was asked for, so no
commitment moves. What is left, or lacking, follows into the next year within the caps once those
who may have said yes. Closing again enters the differences alone: with the same figures nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import BudgetYear, BudgetYearState, PoolKind
from tenant_app.budgets.queries import carrying
from tenant_app.budgets.queries import closing as statements
from tenant_app.budgets.rules.closing import check_can_take_back, check_is_closing
from tenant_app.budgets.rules.revising import check_reason
from tenant_app.budgets.year_models import CarryOver
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.money import Money, show
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation

MOST_NAMED = 5
CAN_TAKE = {BudgetYearState.ADOPTED, BudgetYearState.OPEN, BudgetYearState.CLOSING}
"""What follows can also be entered in a year whose own end is being made up: it is made up again
before it closes, and whoever said yes to other figures looks again."""
SendBack = Callable[[Context, Collection[UUID], str], set[UUID]]
"""(sources, why) → those that were sent back, their money released."""
SEND_BACK: list[SendBack] = []
"""Rooms above know what their sources are: each sends back its own."""


_NO_POOLS = N_(
    "What is left of %(year)s follows into %(next)s, which has no pools yet. Adopt %(next)s first."
)
_IS_OVER = N_(
    "What is left of %(year)s would follow into %(next)s, which is closed too. Post the difference "
    "in the finance system, and adjust the allotment of the pools in a year that is open."
)


@dataclass(frozen=True)
class Reservation:
    """Money that is asked for in a year that closes, and not answered."""

    source_id: UUID
    pool_id: UUID
    pool_name: str
    amount: Money


@dataclass(frozen=True)
class Closing:
    """How the end of a year stands."""

    year: BudgetYear
    pools: int
    waiting: int
    """Carry-overs that nobody has said yes to."""
    result: Money
    carried: Money
    lost: Money
    over_cap: Money
    posted: Money
    """What the next year's pools have been given so far."""


def begin_closing(ctx: Context, year_id: UUID) -> Closing:
    """No new request draws on the year, and its end is made up. Raises Conflict unless it is
    open, and before the day from which it can be closed."""
    year = to_close(ctx, year_id)
    rules.check_move(year.year, year.state, BudgetYearState.CLOSING)
    rules.check_may_close(year.year, year.may_close_from, ctx.today)
    year.state = BudgetYearState.CLOSING
    ctx.session.flush()
    statements.compute(ctx, year.id)
    audit.record(ctx, "budgets.year_closing", year.id)
    return closing(ctx, year_id)


def take_back_closing(ctx: Context, year_id: UUID, *, reason: str) -> Closing:
    """The year is open again, and what was made up is gone: nothing of it was entered. What was
    sent back stays so.

    Raises Invalid without a reason, and Conflict before the closing has begun and once anybody has
    said yes to what follows.
    """
    year = to_close(ctx, year_id)
    check_can_take_back(year.year, year.state, approved=carrying.approved(ctx, year.id))
    said = check_reason(reason, missing=N_("Write why the closing is taken back."))
    made = closing(ctx, year_id)
    carrying.forget(ctx, year.id)
    year.state = BudgetYearState.OPEN
    ctx.session.flush()
    audit.record(
        ctx,
        "budgets.closing_taken_back",
        year.id,
        note=said,
        old={"carried": made.carried, "lost": made.lost, "over_cap": made.over_cap},
    )
    nothing = Money(0)
    return Closing(year, 0, 0, nothing, nothing, nothing, nothing, nothing)


def make_up(ctx: Context, year_id: UUID) -> Closing:
    """What each pool takes along is made up again, as its figures and the caps are now. Whoever
    said yes to other figures has to look again. Raises Conflict before the closing has begun."""
    year = to_close(ctx, year_id)
    check_is_closing(year.year, year.state)
    statements.compute(ctx, year.id)
    made = closing(ctx, year_id)
    audit.record(
        ctx,
        "budgets.closing_made_up",
        year.id,
        new={"carried": made.carried, "lost": made.lost, "over_cap": made.over_cap},
    )
    return made


def send_back_reservations(ctx: Context, year_id: UUID, *, note: str) -> int:
    """Everything that is asked for in the year and not answered is sent back, with the reason, and
    its money is free again. Returns how many. Raises Conflict for what no room can send back."""
    year = to_close(ctx, year_id)
    check_is_closing(year.year, year.state)
    sources = {each.source_id for each in _reservations(ctx, year.id)}
    done: set[UUID] = set()
    for send_back in SEND_BACK:
        done |= send_back(ctx, sources - done, note)
    left = sources - done
    if left:
        raise Conflict(
            N_(
                "%(count)s requests cannot be sent back from here. Answer them where they were "
                "made."
            ),
            count=len(left),
        )
    statements.compute(ctx, year.id)
    audit.record(
        ctx, "budgets.reservations_sent_back", year.id, note=note, new={"count": len(done)}
    )
    return len(done)


def close_year(ctx: Context, year_id: UUID) -> Closing:
    """The year is closed, and what follows lies in the next year's pools. Closed again, only what
    has changed since is entered.

    Raises Conflict while requests wait, figures wait for somebody's yes, the next year has no
    pools, a pool has none to carry into, or one that stops could not bear its debt.
    """
    year = to_close(ctx, year_id)
    check_is_closing(year.year, year.state)
    statements.compute(ctx, year.id)
    made = closing(ctx, year_id)
    _check_answered(ctx, year)
    if made.waiting:
        raise Conflict(
            N_(
                "%(count)s pools wait for somebody to approve what they take along. Approve them "
                "first."
            ),
            count=made.waiting,
        )
    _carry(ctx, year)
    first = year.state is BudgetYearState.CLOSING
    year.state = BudgetYearState.CLOSED
    ctx.session.flush()
    made = closing(ctx, year_id)
    audit.record(
        ctx,
        "budgets.year_closed" if first else "budgets.year_closed_again",
        year.id,
        new={"carried": made.posted, "lost": made.lost, "over_cap": made.over_cap},
    )
    return made


def _check_answered(ctx: Context, year: BudgetYear) -> None:
    asked = _reservations(ctx, year.id)
    if asked:
        raise Conflict(
            N_(
                "%(count)s requests for %(amount)s wait for an answer in %(year)s. Answer them, or "
                "send them back."
            ),
            count=len({each.source_id for each in asked}),
            amount=show(sum(each.amount for each in asked)),
            year=year.year,
        )


def _carry(ctx: Context, year: BudgetYear) -> None:
    following = carrying.following(ctx, year.year)
    if following is None or following.state not in CAN_TAKE:
        if carrying.is_open(ctx, year.id):
            is_over = following is not None and following.state is BudgetYearState.CLOSED
            raise Conflict(_IS_OVER if is_over else _NO_POOLS, year=year.year, next=year.year + 1)
        return
    statements.aim(ctx, year.id, following.id, date(following.year, 1, 1))
    aimless = carrying.aimless(ctx, year.id)
    if aimless:
        raise Conflict(
            N_(
                "These pools have none to carry into in %(next)s: %(pools)s. Open a pool for them "
                "there first."
            ),
            next=following.year,
            pools=_some(aimless),
        )
    debtors = statements.unbearable(ctx, year.id)
    if debtors:
        raise Conflict(
            N_(
                "These pools of %(next)s stop when they are empty and do not hold the debt they "
                "would get: %(pools)s. Allot more to them first."
            ),
            next=following.year,
            pools=_some(debtors),
        )
    strained = statements.strained(ctx, year.id)
    if strained:
        raise Conflict(
            N_(
                "With the debt they would get, these pools of %(next)s would break their "
                "constraints: %(pools)s. Allot more to them first."
            ),
            next=following.year,
            pools=_some(strained),
        )
    statements.enter(ctx, year.id, note=str(year.year))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def closing(ctx: Context, year_id: UUID) -> Closing:
    """How the end of the year stands. Raises NotFound and Forbidden; Conflict before it began."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    year = queries.year(ctx, year_id)
    if year is None:
        raise NotFound()
    check_is_closing(year.year, year.state)
    pools, waiting, *sums = carrying.counts(ctx, year_id)
    result, carried, lost, over_cap, posted = (Money(int(each)) for each in sums)
    return Closing(year, int(pools), int(waiting), result, carried, lost, over_cap, posted)


def reservations(ctx: Context, year_id: UUID) -> list[Reservation]:
    """What is asked for in the year and not answered. Needs the view at the root."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    if queries.year(ctx, year_id) is None:
        raise NotFound()
    return _reservations(ctx, year_id)


def _reservations(ctx: Context, year_id: UUID) -> list[Reservation]:
    return [
        Reservation(source, pool, name, Money(amount))
        for source, pool, name, amount in carrying.reservations(ctx, year_id)
    ]


def carry_overs(
    ctx: Context, *, year_id: UUID, page: int = 1, page_size: int = 50
) -> Page[CarryOver]:
    """What the pools in sight take along from the year, with pool and year."""
    ctx.require(Permission.BUDGET_VIEW)
    if queries.year(ctx, year_id) is None:
        raise NotFound()
    statement = carrying.carry_overs(queries.in_sight(ctx), year_id)
    return scalars_page(ctx, statement, page=page, page_size=page_size)


@dataclass(frozen=True)
class KindSums:
    """What the pools of a kind take along together, and what they do not."""

    kind: PoolKind
    pools: int
    carried: Money
    lost: Money
    debt: Money
    """Deficits that follow, as a positive amount."""
    over_cap: Money


def closing_sums(ctx: Context, year_id: UUID) -> list[KindSums]:
    """Per kind of pools. Needs the view at the root."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    return [
        KindSums(kind, pools, *(Money(int(each)) for each in sums))
        for kind, pools, *sums in carrying.sums_by_kind(ctx, year_id)
    ]


def beyond_caps(ctx: Context, year_id: UUID, *, limit: int = 50) -> Sequence[CarryOver]:
    """The largest amounts that are lost or over their cap. Needs the view at the root."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    return carrying.beyond(ctx, year_id, limit)


def to_close(ctx: Context, year_id: UUID) -> BudgetYear:
    """The year, held. Those without BUDGET_VIEW are told nothing of it."""
    if not ctx.actor.may(Permission.BUDGET_VIEW):
        raise NotFound()
    year = queries.year(ctx, year_id, lock=True)
    if year is None:
        raise NotFound()
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    return year
