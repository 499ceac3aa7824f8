"""State pools: applied for by the municipality, received with their strings, and accounted for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PoolKind
from tenant_app.budgets.rules import check_code, check_constraints
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.money import Money, check_amount
from tenant_app.core.paging import Page, scalars_page
from tenant_app.funds import rules
from tenant_app.funds.models import GrantState, StateGrant
from tenant_app.funds.queries import grants as queries
from tenant_app.funds.service.shared import require_manage

_S = GrantState
MOVES: Mapping[GrantState, frozenset[GrantState]] = {
    _S.DRAFT: frozenset({_S.SENT}),
    _S.SENT: frozenset({_S.AWARDED, _S.REFUSED}),
    _S.AWARDED: frozenset({_S.RECEIVED}),
    _S.REFUSED: frozenset(),
    _S.RECEIVED: frozenset({_S.REPORTED}),
    _S.REPORTED: frozenset(),
}


def grants_seen(ctx: Context) -> ColumnElement[bool]:
    """Which grants the actor sees: for screens that build their own SELECT."""
    return queries.seen_grants(ctx)


def grants(
    ctx: Context, *, state: GrantState | None = None, page: int = 1, page_size: int = 50
) -> Page[StateGrant]:
    """The municipality's applications for state money, the latest deadline first."""
    ctx.require(Permission.BUDGET_VIEW)
    filters = [queries.seen_grants(ctx)]
    if state is not None:
        filters.append(StateGrant.state == state)
    return scalars_page(ctx, queries.grants(filters), page=page, page_size=page_size)


def grant(ctx: Context, grant_id: UUID) -> StateGrant:
    """One of them. Raises NotFound."""
    found = queries.grant(ctx, grant_id) if ctx.actor.may(Permission.BUDGET_VIEW) else None
    if found is None:
        raise NotFound()
    return found


def create_grant(
    ctx: Context,
    *,
    title: str,
    giver: str,
    code: str,
    year: int,
    asked: int,
    apply_by: date,
    report_by: date | None = None,
    purpose: str = "",
    strings: Sequence[Mapping[str, Any]] = (),
) -> StateGrant:
    """A draft of an application for state money, with the strings that will be on it.

    Raises Forbidden, Invalid naming the field, and Conflict for a code that the year has.
    """
    require_manage(ctx)
    if not ctx.today.year - 1 <= year <= ctx.today.year + 3:
        raise Invalid(
            N_("Choose a year from %(first)s to %(last)s."),
            field="year",
            first=str(ctx.today.year - 1),
            last=str(ctx.today.year + 3),
        )
    rules.check_grant_days(apply_by, report_by, year=year)
    amount = check_amount(asked, field="asked")
    if amount == 0:
        raise Invalid(N_("The amount must be above zero."), field="asked")
    clean = check_code(code)
    kept = check_constraints(strings)
    if queries.has_grant(ctx, code=clean, year=year) or (
        budgets.pool_with_code(ctx, year=year, code=clean) is not None
    ):
        raise Conflict(
            N_("%(year)s already has a pool with the code “%(code)s”. Choose another code."),
            field="code",
            year=str(year),
            code=clean,
        )
    made = StateGrant(
        title=rules.check_text(title, field="title", needed=True),
        giver=rules.check_text(giver, field="giver", needed=True),
        code=clean,
        year=year,
        purpose=rules.check_text(purpose, field="purpose"),
        asked=amount,
        strings=kept,
        apply_by=apply_by,
        report_by=report_by,
        state=_S.DRAFT,
        created_at=ctx.now,
    )
    ctx.session.add(made)
    ctx.session.flush()  # the trail names it
    audit.record(
        ctx,
        "state_grant.created",
        made.id,
        new={"title": made.title, "code": clean, "year": year, "asked": amount},
    )
    return made


def send_grant(ctx: Context, grant_id: UUID) -> StateGrant:
    """It is applied for. Raises NotFound, Forbidden, and Conflict after the last day."""
    found = _find(ctx, grant_id)
    _check_move(found, _S.SENT)
    if ctx.today > found.apply_by:
        raise Conflict(
            N_("The last day to apply was %(day)s. Look for the next round of the pool."),
            day=rules.shown(found.apply_by),
        )
    found.sent_on = ctx.today
    return _move(ctx, found, _S.SENT)


def answer_grant(
    ctx: Context,
    grant_id: UUID,
    *,
    awarded: int | None,
    reference: str = "",
    answer: str = "",
) -> StateGrant:
    """What the state said: an amount, or None for a refusal, which says why.

    Raises NotFound, Forbidden, Invalid and Conflict.
    """
    found = _find(ctx, grant_id)
    to = _S.REFUSED if awarded is None else _S.AWARDED
    _check_move(found, to)
    found.answer = rules.check_text(answer, field="answer", needed=awarded is None)
    found.reference = rules.check_text(reference, field="reference")
    if awarded is not None:
        found.awarded = rules.check_awarded(awarded, asked=found.asked)
    return _move(ctx, found, to, awarded=found.awarded)


def receive_grant(ctx: Context, grant_id: UUID) -> StateGrant:
    """The money lies in an earmarked pool of its year, and its strings are the pool's constraints.

    Raises NotFound, Forbidden, and Conflict when it is not awarded or the year holds no money.
    """
    found = _find(ctx, grant_id)
    _check_move(found, _S.RECEIVED)
    year = next((each for each in budgets.years(ctx).items if each.year == found.year), None)
    if year is None:
        raise Conflict(
            N_("There is no budget year %(year)s yet. Draft and adopt it first."),
            year=str(found.year),
        )
    pool = budgets.open_named_pool(
        ctx,
        year.id,
        kind=PoolKind.EARMARKED,
        code=found.code,
        name=found.title,
        purpose=found.purpose,
    )
    budgets.set_constraints(ctx, pool.id, found.strings)
    budgets.receive(
        ctx,
        pool_id=pool.id,
        amount=Money(found.awarded or 0),
        note=f"{found.giver}: {found.title}"[:900],
        link_id=found.id,
    )
    found.pool_id, found.received_on = pool.id, ctx.today
    return _move(ctx, found, _S.RECEIVED, amount=found.awarded, pool=pool.name)


def report_grant(ctx: Context, grant_id: UUID) -> StateGrant:
    """The statement of what the money went to is handed in. Raises NotFound, Forbidden and
    Conflict."""
    found = _find(ctx, grant_id)
    found.reported_on = ctx.today
    return _move(ctx, found, _S.REPORTED)


def _find(ctx: Context, grant_id: UUID) -> StateGrant:
    found = queries.grant(ctx, grant_id, lock=True)
    if found is None:
        raise NotFound()
    require_manage(ctx)
    return found


def _check_move(found: StateGrant, to: GrantState) -> None:
    if to not in MOVES[found.state]:
        raise Conflict(
            N_(
                "The step does not follow from where the application stands. Reload the page and "
                "choose one of its steps."
            ),
            field="to",
        )


def _move(ctx: Context, found: StateGrant, to: GrantState, **facts: Any) -> StateGrant:
    _check_move(found, to)
    before = found.state
    found.state = to
    audit.record(
        ctx,
        f"state_grant.{to.value}",
        found.id,
        old={"state": before.value},
        new={"state": to.value} | facts,
        note=found.answer if to in (_S.AWARDED, _S.REFUSED) else "",
    )
    return found
