"""Money from one pool to another: asked for, answered by another than who asked, then moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, update

from tenant_app.audit import service as audit
from tenant_app.budgets import rules
from tenant_app.budgets.models import Pool, PoolKind
from tenant_app.budgets.queries import transfers as queries
from tenant_app.budgets.service.holding import hold_open_year
from tenant_app.budgets.service.moves import transfer as move
from tenant_app.budgets.year_models import PoolTransfer, TransferState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import check_amount
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation

LONGEST_REASON = 1000
TRANSFERS_WAIT = "transfers-wait"
"""The key of what the home page tells."""


@dataclass(frozen=True)
class End:
    """A pool that a transfer may name."""

    pool_id: UUID
    name: str
    year: int
    is_own: bool
    """Whether the actor may ask and answer on its behalf."""


def ask_transfer(
    ctx: Context, *, from_pool_id: UUID, to_pool_id: UUID, amount: int, reason: str
) -> PoolTransfer:
    """The one pool is asked to give the other so much. No money moves before somebody else says
    yes.

    One end must be the actor's own. Raises NotFound at the field of a pool that cannot be named,
    Invalid, Forbidden, and Conflict when the year takes no transfers.
    """
    ctx.require(Permission.BUDGET_TRANSFER)
    giving = _end(ctx, from_pool_id, "from_pool_id")
    taking = _end(ctx, to_pool_id, "to_pool_id")
    if not any(_is_own(ctx, pool) for pool in (giving, taking)):
        raise Forbidden()
    if giving.id == taking.id:
        raise Invalid(N_("Choose two different pools."), field="to_pool_id")
    if giving.year_id != taking.year_id:
        raise Invalid(
            N_("Both pools must be of the same year. What is left at year end is carried over."),
            field="to_pool_id",
        )
    for pool, field in ((giving, "from_pool_id"), (taking, "to_pool_id")):
        if pool.kind in (PoolKind.EARMARKED, PoolKind.FUND):
            raise Invalid(
                N_("“%(pool)s” holds money for its own purpose only. Choose another pool."),
                field=field,
                pool=pool.name,
            )
    rules.check_holds_money(giving.year.year, giving.year.state)
    check_amount(amount)
    if amount == 0:
        raise Invalid(N_("The amount must be above zero."), field="amount")
    made = PoolTransfer(
        id=uuid7(),
        from_pool_id=giving.id,
        to_pool_id=taking.id,
        amount=amount,
        reason=_said(reason, "reason", N_("Write what the money is moved for.")),
        state=TransferState.ASKED,
        asked_by=ctx.actor.user_id,
        asked_by_name=ctx.actor.name,
        asked_at=ctx.now,
    )
    ctx.session.add(made)
    ctx.session.flush()
    audit.record(
        ctx,
        "budgets.transfer_asked",
        made.id,
        note=made.reason,
        new={"from": giving.name, "to": taking.name, "amount": amount},
    )
    return made


def approve_transfer(ctx: Context, transfer_id: UUID, *, note: str = "") -> PoolTransfer:
    """The money lies in the other pool. Whoever asked never approves, whatever their role.

    Raises NotFound, Forbidden, and Conflict when it was answered already, the year takes no more
    or the giver does not hold it.
    """
    found = _to_answer(ctx, transfer_id)
    hold_open_year(ctx, found.from_pool.year_id)
    said = _short(note, "note")
    _answer(ctx, found, TransferState.APPROVED, said, link_id=found.id)
    move(
        ctx,
        from_pool_id=found.from_pool_id,
        to_pool_id=found.to_pool_id,
        amount=found.amount,
        note=found.reason,
        link_id=found.id,
    )
    _note(ctx, "budgets.transfer_approved", found, said)
    return pool_transfer(ctx, transfer_id)


def reject_transfer(ctx: Context, transfer_id: UUID, *, note: str) -> PoolTransfer:
    """The giver keeps the money, and says why. Raises as approving does, and Invalid."""
    found = _to_answer(ctx, transfer_id)
    said = _said(note, "note", N_("Write why the transfer is rejected."))
    _answer(ctx, found, TransferState.REJECTED, said)
    _note(ctx, "budgets.transfer_rejected", found, said)
    return pool_transfer(ctx, transfer_id)


def withdraw_transfer(ctx: Context, transfer_id: UUID) -> PoolTransfer:
    """Whoever asked no longer asks. Raises NotFound, Forbidden, Conflict."""
    found = pool_transfer(ctx, transfer_id)
    ctx.require(Permission.BUDGET_TRANSFER)
    if found.asked_by != ctx.actor.user_id:
        raise Forbidden(N_("Only the one who asked can withdraw the transfer."))
    _answer(ctx, found, TransferState.WITHDRAWN, "")
    _note(ctx, "budgets.transfer_withdrawn", found, "")
    return pool_transfer(ctx, transfer_id)


def pool_transfer(ctx: Context, transfer_id: UUID) -> PoolTransfer:
    """A transfer of which the actor sees either end, with its pools. Raises NotFound."""
    ctx.require(Permission.BUDGET_VIEW)
    found = queries.transfer(ctx, transfer_id)
    if found is None:
        raise NotFound()
    return found


def pool_transfers(
    ctx: Context, *, state: TransferState | None = None, page: int = 1, page_size: int = 50
) -> Page[PoolTransfer]:
    """Those of which the actor sees either end, newest first."""
    ctx.require(Permission.BUDGET_VIEW)
    return scalars_page(ctx, queries.transfers(ctx, state), page=page, page_size=page_size)


def transfers_in_sight(ctx: Context) -> ColumnElement[bool]:
    """The one WHERE for screens that list them."""
    return queries.in_sight(ctx)


def transfer_ends(ctx: Context) -> list[End]:
    """The pools that the actor may name, by year and name."""
    ctx.require(Permission.BUDGET_TRANSFER)
    return [End(row[0], row[1], row[2], bool(row[3])) for row in queries.ends(ctx)]


def transfer_asks(ctx: Context) -> list[Select[Any]]:
    """(key, count): the transfers that wait for the actor's answer."""
    if ctx.actor.user_id is None or not ctx.actor.may(Permission.BUDGET_TRANSFER):
        return []
    return [queries.count_waiting(ctx, TRANSFERS_WAIT)]


def may_answer_transfer(ctx: Context, found: PoolTransfer) -> bool:
    """Whether it waits for the actor's answer."""
    return (
        found.state is TransferState.ASKED
        and found.asked_by != ctx.actor.user_id
        and _is_own(ctx, found.from_pool)
    )


def _end(ctx: Context, pool_id: UUID, field: str) -> Pool:
    found = queries.end(ctx, pool_id)
    if found is None:
        raise NotFound(N_("There is no such pool. Choose from the list."), field=field)
    return found


def _is_own(ctx: Context, pool: Pool) -> bool:
    """The pool's unit is within the actor's say; that of a closed unit within the root's."""
    path = organisation.path_at(ctx, pool.unit_id)
    return ctx.actor.may(Permission.BUDGET_TRANSFER, at=path)


def _to_answer(ctx: Context, transfer_id: UUID) -> PoolTransfer:
    found = pool_transfer(ctx, transfer_id)
    if not _is_own(ctx, found.from_pool):
        raise Forbidden(N_("The owner of the giving pool answers, or the administration."))
    if found.asked_by == ctx.actor.user_id:
        raise Forbidden(N_("You asked for this transfer yourself. Somebody else has to answer it."))
    return found


def _answer(
    ctx: Context,
    found: PoolTransfer,
    state: TransferState,
    said: str,
    *,
    link_id: UUID | None = None,
) -> None:
    """One answer, whoever else answers at the same moment."""
    facts: dict[str, Any] = {"state": state, "answer": said, "link_id": link_id}
    facts |= {"answered_by_name": ctx.actor.name, "answered_at": ctx.now}
    changed = ctx.session.execute(
        update(PoolTransfer)
        .where(PoolTransfer.id == found.id, PoolTransfer.state == TransferState.ASKED)
        .values(**facts)
        .returning(PoolTransfer.id),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()
    if changed is None:
        raise Conflict(N_("The transfer has been answered already. Look at it again."))


def _note(ctx: Context, action: str, found: PoolTransfer, said: str) -> None:
    facts = {"from": found.from_pool.name, "to": found.to_pool.name, "amount": found.amount}
    audit.record(ctx, action, found.id, note=said, new=facts)


def _said(text: str, field: str, missing: str) -> str:
    if not text.strip():
        raise Invalid(missing, field=field)
    return _short(text, field)


def _short(text: str, field: str) -> str:
    if len(text.strip()) > LONGEST_REASON:
        raise Invalid(
            N_("The reason is longer than %(most)s letters."), field=field, most=LONGEST_REASON
        )
    return text.strip()
