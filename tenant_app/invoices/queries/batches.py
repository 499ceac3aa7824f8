"""SELECTs of postings and the batches they are handed over in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from tenant_app.budgets.models import MoneyLine, Pool
from tenant_app.core.context import Context
from tenant_app.invoices.models import Invoice, Order, Posting, PostingBatch
from tenant_app.organisation.models import Unit
from tenant_app.tenancy.models import TenantSettings


def one_at_a_time(ctx: Context) -> None:
    """Two who hand over at once follow each other: the second finds what is left."""
    ctx.session.execute(select(TenantSettings.id).with_for_update())


def _rows() -> Any:
    return (
        select(Posting, Invoice, Order, MoneyLine.cost_line, Unit, Pool.code)
        .join(Invoice, Invoice.id == Posting.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .join(MoneyLine, MoneyLine.id == Posting.line_id)
        .join(Pool, Pool.id == MoneyLine.pool_id)
        .join(Unit, Unit.id == Pool.unit_id)
    )


def unposted(ctx: Context) -> Sequence[Any]:
    """(posting, its invoice and order, cost line, the unit whose pool pays, the pool's code) of
    what nobody handed over yet, the oldest first."""
    return ctx.session.execute(
        _rows().where(Posting.batch_id.is_(None), Posting.amount != 0).order_by(Posting.id),
        execution_options={"populate_existing": True},
    ).all()


def rows_of(ctx: Context, batch_id: UUID) -> Sequence[Any]:
    return ctx.session.execute(
        _rows().where(Posting.batch_id == batch_id).order_by(Posting.place)
    ).all()


def newest_number(ctx: Context) -> int:
    return int(ctx.session.scalar(select(func.max(PostingBatch.number))) or 0)


def batch(ctx: Context, batch_id: UUID) -> PostingBatch | None:
    return ctx.session.scalars(
        select(PostingBatch).where(PostingBatch.id == batch_id)
    ).one_or_none()


def batches() -> Select[Any]:
    return select(PostingBatch).order_by(PostingBatch.number.desc())


def posted(ctx: Context, invoice_id: UUID) -> Sequence[Any]:
    """(batch, its number, postings, amount) of an invoice; without a batch those that wait."""
    return ctx.session.execute(
        select(Posting.batch_id, PostingBatch.number, func.count(), func.sum(Posting.amount))
        .outerjoin(PostingBatch, PostingBatch.id == Posting.batch_id)
        .where(Posting.invoice_id == invoice_id, Posting.amount != 0)
        .group_by(Posting.batch_id, PostingBatch.number)
        .order_by(PostingBatch.number)
    ).all()
