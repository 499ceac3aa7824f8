"""Transfers between pools: asked for, answered by somebody else."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms import SelectField
from wtforms.validators import InputRequired, Length

from admin.base import Verb
from admin.choosing import Among, FilteredView, key
from admin.fields import KronerField, TextAreaField, choices_of
from admin.formats import day, money, state
from admin.labels import MONEY
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Pool, PoolBalance
from tenant_app.budgets.year_models import PoolTransfer, TransferState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import show

TRANSFER_STATES = {
    TransferState.ASKED: _l("Waits for an answer"),
    TransferState.APPROVED: _l("Approved"),
    TransferState.REJECTED: _l("Rejected"),
    TransferState.WITHDRAWN: _l("Withdrawn"),
}
TONES = {TransferState.ASKED: "warn", TransferState.APPROVED: "ok", TransferState.REJECTED: "bad"}


def _positions(ctx: Context, pool_ids: Collection[UUID]) -> dict[UUID, PoolBalance]:
    """The balances of those in sight: a leader asks the central pool, and does not see it."""
    return budgets.positions(ctx, list(budgets.pool_names(ctx, pool_ids)))


def _end_text(end: budgets.End, position: PoolBalance | None) -> str:
    name = f"{end.name}, {end.year}"
    if position is None:
        return name
    return _("%(pool)s (%(amount)s available)", pool=name, amount=show(position.available))


class AskForm(FlaskForm):
    from_pool_id = SelectField(_l("From the pool"), [InputRequired()], coerce=key)
    to_pool_id = SelectField(_l("To the pool"), [InputRequired()], coerce=key)
    amount = KronerField(_l("Amount (kr)"), [InputRequired()])
    reason = TextAreaField(_l("Reason"), [InputRequired(), Length(max=1000)])


class AskTransfer(Verb):
    name = "ask"
    label = _l("Ask for a transfer")
    help = _l(
        "One of the two pools must be yours. The money moves when the owner of the giving pool or "
        "the administration approves; you never approve your own."
    )
    form = AskForm
    permission = Permission.BUDGET_TRANSFER
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        known = budgets.transfer_ends(ctx)
        seen = _positions(ctx, [each.pool_id for each in known])
        ends = [(each.pool_id, _end_text(each, seen.get(each.pool_id))) for each in known]
        form.from_pool_id.choices = choices_of(ends)
        form.to_pool_id.choices = choices_of(ends)
        if request.method == "GET":
            # A forecast suggests it: both pools and the amount stand in the address.
            form.from_pool_id.data = request.args.get("from_pool", type=key)
            form.to_pool_id.data = request.args.get("to_pool", type=key)
            form.amount.data = min(request.args.get("kroner", 0, type=int), 10**9) * 100 or None

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        made = budgets.ask_transfer(
            ctx,
            from_pool_id=form.from_pool_id.data,
            to_pool_id=form.to_pool_id.data,
            amount=form.amount.data,
            reason=form.reason.data,
        )
        return _("The transfer of %(amount)s waits for an answer.", amount=show(made.amount))


class AnswerForm(FlaskForm):
    note = TextAreaField(_l("Answer"), [Length(max=1000)])


class RejectForm(FlaskForm):
    note = TextAreaField(_l("Reason"), [InputRequired(), Length(max=1000)])


class ApproveTransfer(Verb):
    name = "approve"
    label = _l("Approve the transfer")
    form = AnswerForm
    permission = Permission.BUDGET_TRANSFER
    template = "budgets/transfer.html"

    def shown(self, ctx: Context, row: Any) -> bool:
        return budgets.may_answer_transfer(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        moved = budgets.approve_transfer(ctx, row_id, note=form.note.data or "")
        return _(
            "%(amount)s is moved from “%(giver)s” to “%(taker)s”.",
            amount=show(moved.amount),
            giver=moved.from_pool.name,
            taker=moved.to_pool.name,
        )


class RejectTransfer(Verb):
    name = "reject"
    label = _l("Reject the transfer")
    form = RejectForm
    permission = Permission.BUDGET_TRANSFER
    template = "budgets/transfer.html"
    danger = True

    def shown(self, ctx: Context, row: Any) -> bool:
        return budgets.may_answer_transfer(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        budgets.reject_transfer(ctx, row_id, note=form.note.data)
        return _("The transfer is rejected.")


class WithdrawTransfer(Verb):
    name = "withdraw"
    label = _l("Withdraw the transfer")
    permission = Permission.BUDGET_TRANSFER
    danger = True

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.state is TransferState.ASKED and row.asked_by == ctx.actor.user_id

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        budgets.withdraw_transfer(ctx, row_id)
        return _("The transfer is withdrawn.")


class TransfersView(FilteredView):
    """What pools give each other, and what waits for an answer."""

    model_class = PoolTransfer
    endpoint_name = "transfers"
    label = _l("Transfers")
    help = _l("Money from one pool to another: asked for by one, approved by somebody else.")
    empty = _l("No transfers yet.")
    group = MONEY
    permission = Permission.BUDGET_VIEW
    load = (
        joinedload(PoolTransfer.from_pool).joinedload(Pool.year),
        joinedload(PoolTransfer.to_pool),
    )
    verbs = (AskTransfer, ApproveTransfer, RejectTransfer, WithdrawTransfer)
    details_template = "budgets/transfer_details.html"
    column_list: ClassVar[list[str]] = [
        "from_pool",
        "to_pool",
        "year",
        "amount",
        "state",
        "asked_at",
        "asked_by_name",
    ]
    column_details_list: ClassVar[list[str]] = [
        "asked_at",
        "from_pool",
        "to_pool",
        "year",
        "amount",
        "reason",
        "asked_by_name",
        "state",
        "answered_by_name",
        "answered_at",
        "answer",
    ]
    more_columns: ClassVar[list[str]] = ["reason", "answered_by_name", "answered_at", "answer"]
    column_sortable_list: ClassVar[list[str]] = ["asked_at", "amount", "state", "asked_by_name"]
    column_default_sort = ("asked_at", True)
    column_filters: ClassVar[list[Any]] = [
        Among(
            PoolTransfer.state,
            _l("State"),
            [(each.value, label) for each, label in TRANSFER_STATES.items()],
            word="state",
            convert=TransferState,
        )
    ]
    column_labels: ClassVar[dict[str, Any]] = {
        "asked_at": _l("Asked on"),
        "year": _l("Budget year"),
        "from_pool": _l("From the pool"),
        "to_pool": _l("To the pool"),
        "amount": _l("Amount"),
        "reason": _l("Reason"),
        "state": _l("State"),
        "asked_by_name": _l("Asked by"),
        "answered_by_name": _l("Answered by"),
        "answered_at": _l("Answered"),
        "answer": _l("Answer"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "asked_at": day("asked_at", hours=False),
        "answered_at": day("answered_at", hours=False),
        "year": lambda v, c, row, name: str(row.from_pool.year.year),
        "from_pool": lambda v, c, row, name: row.from_pool.name,
        "to_pool": lambda v, c, row, name: row.to_pool.name,
        "amount": money("amount"),
        "state": state("state", TRANSFER_STATES, TONES),
    }
    column_formatters_detail = column_formatters

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        return budgets.transfers_in_sight(ctx)

    def title_of(self, row: PoolTransfer) -> str:
        return f"{row.from_pool.name} → {row.to_pool.name}"

    def ends(self, row: PoolTransfer) -> list[dict[str, Any]]:
        """Both pools as they stand, and how they would stand; figures of those in sight alone."""
        pools = (row.from_pool, row.to_pool)
        seen = _positions(self.ctx, [pool.id for pool in pools])
        moves = row.amount if row.state is TransferState.ASKED else 0
        return [
            {
                "id": pool.id if pool.id in seen else None,
                "name": pool.name,
                "available": seen[pool.id].available if pool.id in seen else None,
                "after": seen[pool.id].available + sign * moves if pool.id in seen else None,
            }
            for pool, sign in zip(pools, (-1, 1), strict=True)
        ]
