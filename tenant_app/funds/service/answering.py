"""Sent, answered by the fund, paid, and paid back where somebody did not take part after all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.money import Money, split
from tenant_app.funds import queries, rules
from tenant_app.funds.models import FundApplicant, FundApplication, FundState
from tenant_app.funds.queries import places
from tenant_app.funds.service.shared import (
    HOLDS_MONEY,
    find,
    find_to_apply,
    find_to_manage,
    may_manage,
    move,
    pool_of,
    require_manage,
)
from tenant_app.organisation import service as organisation


def send(ctx: Context, application_id: UUID) -> FundApplication:
    """It is with the fund, which answers within its days.

    Raises NotFound, Forbidden, Conflict before both have signed, and OutsideWindow.
    """
    found = find_to_apply(ctx, application_id)
    rules.check_move(found.state, FundState.SENT)
    rules.check_window(
        found.starts_on,
        months=found.scheme.months_before,
        days=found.scheme.days_before,
        today=ctx.today,
    )
    found.sent_on = ctx.today
    found.answer_by = ctx.today + timedelta(days=found.scheme.answer_days)
    return move(ctx, found, FundState.SENT, answer_by=found.answer_by)


def answer(
    ctx: Context,
    application_id: UUID,
    *,
    awarded: int | None,
    reference: str = "",
    answer: str = "",
) -> FundApplication:
    """What the fund said: the amount awarded in all, divided as it was asked; None is a refusal,
    which says why.

    Raises NotFound, Forbidden, Invalid, and Conflict when it was not sent or is answered.
    """
    found = find_to_manage(ctx, application_id)
    to = FundState.REFUSED if awarded is None else FundState.AWARDED
    rules.check_move(found.state, to)
    said = rules.check_text(answer, field="answer", needed=awarded is None)
    found.reference = rules.check_text(reference, field="reference")
    found.answer, found.answered_on = said, ctx.today
    people = queries.applicants(ctx, [found.id])
    if awarded is None:
        return move(ctx, found, to, note=said)
    amount = rules.check_awarded(awarded, asked=sum(each.asked for each in people))
    for each, part in zip(people, split(amount, [each.asked for each in people]), strict=True):
        each.awarded = part
    return move(ctx, found, to, note=said, awarded=amount)


def pay(ctx: Context, application_id: UUID) -> FundApplication:
    """The award has come and lies in the fund's pool of this year, which is opened with the first.
    Nothing comes for those whose places were given up meanwhile.

    Raises NotFound, Forbidden, and Conflict when it is not awarded, nobody takes part, or the year
    holds no money.
    """
    seen = _seen_to_manage(ctx, application_id)
    rules.check_move(seen.state, FundState.PAID)
    pool = pool_of(ctx, code=seen.scheme.code, name=seen.scheme.name, day=ctx.today)
    # The pool before the application: whoever gives up a place holds its pools before it is noted
    # on the application.
    queries.lock_pool(ctx, pool.id)
    found = find_to_manage(ctx, application_id)
    rules.check_move(found.state, FundState.PAID)
    people = {each.id: each for each in queries.applicants(ctx, [found.id])}
    for key, why in places.lost_enrolments(ctx, found.id):
        people[key].lost_on, people[key].lost_why = ctx.today, why
    for each in people.values():
        if each.lost_on is not None:
            each.awarded = Money(0)
    amount = sum(each.awarded or 0 for each in people.values())
    if amount == 0:
        raise Conflict(
            N_(
                "Nobody of the application takes part any more, so nothing is paid. Withdraw it "
                "instead."
            )
        )
    budgets.receive(
        ctx,
        pool_id=pool.id,
        amount=amount,
        note=_note(found),
        link_id=found.id,
    )
    found.pool_id, found.paid_on = pool.id, ctx.today
    return move(ctx, found, FundState.PAID, amount=amount, pool=pool.name)


def refund(
    ctx: Context,
    application_id: UUID,
    *,
    note: str,
    employee_ids: Sequence[UUID] | None = None,
) -> FundApplication:
    """What was paid for these people goes back, once each; without any named, for those whose
    places were given up. When nobody is left it is all paid back.

    Raises NotFound, Forbidden, Invalid, and Conflict when nothing is to go back or the pool does
    not hold it.
    """
    seen = _seen_to_manage(ctx, application_id)
    why = rules.check_text(note, field="note", needed=True)
    if seen.state is not FundState.PAID:
        rules.check_move(seen.state, FundState.REFUNDED)
    pool_id = _pool_to_pay_from(ctx, seen)
    queries.lock_pool(ctx, pool_id)  # before the application, as above
    found = find_to_manage(ctx, application_id)
    if found.state is not FundState.PAID:
        rules.check_move(found.state, FundState.REFUNDED)
    people = queries.applicants(ctx, [found.id])
    if employee_ids and {*employee_ids} - {each.employee_id for each in people}:
        raise NotFound(N_("Choose people of the application."), field="employee_ids")
    back = [each for each in people if _goes_back(each, employee_ids)]
    if not back:
        raise Conflict(
            N_(
                "Nothing is to be paid back: nobody of the application has given up a place that "
                "was paid. Name those who did not take part."
            ),
            field="employee_ids",
        )
    for each in back:
        if each.lost_on is None:
            each.lost_on, each.lost_why = ctx.today, why
        each.refunded_on = ctx.today
        budgets.pay_back(
            ctx,
            pool_id=pool_id,
            amount=int(each.awarded or 0),
            note=f"{_note(found)}: {why}"[:900],
            link_id=each.id,
        )
    amount = sum(int(each.awarded or 0) for each in back)
    left = [each for each in people if each.awarded and each.refunded_on is None]
    if left:
        audit.record(
            ctx,
            "fund_application.refunded_part",
            found.id,
            new={"amount": amount, "people": len(back)},
            note=why,
        )
        return found
    return move(ctx, found, FundState.REFUNDED, note=why, amount=amount)


def withdraw(ctx: Context, application_id: UUID, *, note: str) -> FundApplication:
    """It is taken back before anything is paid, and counts against no cap any more.

    Raises NotFound, Forbidden, Invalid and Conflict.
    """
    found = find(ctx, application_id, lock=True)
    if not may_manage(ctx):
        ctx.require(Permission.FUNDS_APPLY, at=organisation.path_at(ctx, found.unit_id))
    found.answer = rules.check_text(note, field="note", needed=True)
    return move(ctx, found, FundState.WITHDRAWN, note=found.answer)


def _goes_back(each: FundApplicant, employee_ids: Sequence[UUID] | None) -> bool:
    if not each.awarded or each.refunded_on is not None:
        return False
    return each.employee_id in employee_ids if employee_ids else each.lost_on is not None


def _seen_to_manage(ctx: Context, application_id: UUID) -> FundApplication:
    """The application as it is seen, not locked yet."""
    found = find(ctx, application_id)
    require_manage(ctx)
    return found


def _pool_to_pay_from(ctx: Context, found: FundApplication) -> UUID:
    """Where it was paid in, or this year's when the books of that year are closed."""
    assert found.pool_id is not None
    pool = budgets.pool(ctx, found.pool_id)
    if budgets.hold_year(ctx, pool.year_id).state in HOLDS_MONEY:
        return pool.id
    return pool_of(ctx, code=found.scheme.code, name=found.scheme.name, day=ctx.today).id


def _note(found: FundApplication) -> str:
    case = f", {found.reference}" if found.reference else ""
    return f"{found.scheme.name}: {found.unit.name}, {found.session.course.title}{case}"
