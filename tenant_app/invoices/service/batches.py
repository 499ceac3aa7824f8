"""Postings are handed to the finance system in numbered batches, each posting once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, update

from tenant_app.audit import service as audit
from tenant_app.budgets.models import CostLine
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.money import Money
from tenant_app.core.paging import Page, scalars_page
from tenant_app.invoices import queries
from tenant_app.invoices.models import Posting, PostingBatch
from tenant_app.invoices.service.accounts import accounts_for
from tenant_app.invoices.service.shared import require_manage
from tenant_app.organisation import service as organisation

POSTINGS = Posting.metadata.tables["invoice_postings"]


@dataclass(frozen=True)
class Row:
    """A posting as the finance system reads it."""

    posting_id: UUID
    unit: str
    cost_line: CostLine
    account: str
    psp: str
    amount: Money
    text: str
    requisition: str
    booked_on: date
    invoice_number: str
    supplier_cvr: str


@dataclass(frozen=True)
class Ready:
    """What the next batch would hold, and what lacks an account string and so stays behind."""

    rows: Sequence[Row] = ()
    lacking: Sequence[Row] = field(default_factory=tuple)

    @property
    def total(self) -> Money:
        return Money(sum(row.amount for row in self.rows))

    @property
    def places(self) -> list[tuple[str, CostLine, int]]:
        """(unit, cost line, how many) of what lacks an account string."""
        found: dict[tuple[str, CostLine], int] = {}
        for row in self.lacking:
            found[row.unit, row.cost_line] = found.get((row.unit, row.cost_line), 0) + 1
        return [(unit, line, count) for (unit, line), count in sorted(found.items())]


def ready(ctx: Context) -> Ready:
    """What nobody has handed over yet."""
    _require_view(ctx)
    return _ready(ctx)


def hand_over(ctx: Context) -> PostingBatch:
    """Every posting with an account string is in a new batch, with the string of today. Those
    without stay behind.

    Raises Forbidden, and Conflict when nothing can be handed over.
    """
    if not ctx.actor.may(Permission.INVOICES_VIEW):
        raise NotFound()
    require_manage(ctx)
    queries.one_at_a_time(ctx)
    found = _ready(ctx)
    if not found.rows and found.lacking:
        raise Conflict(
            N_("Nothing can be handed over: account strings are missing for %(units)s."),
            units=", ".join(sorted({row.unit for row in found.lacking})[:5]),
        )
    if not found.rows:
        raise Conflict(N_("Everything is handed over already. There are no new postings."))
    made = PostingBatch(
        id=uuid7(),
        number=queries.newest_number(ctx) + 1,
        made_at=ctx.now,
        made_by=ctx.actor.user_id,
        postings=len(found.rows),
        total=found.total,
    )
    ctx.session.add(made)
    ctx.session.flush()  # the postings point at it
    ctx.session.connection().execute(
        update(POSTINGS)
        .where(POSTINGS.c.tenant_id == ctx.tenant_id, POSTINGS.c.id == bindparam("posting"))
        .values(
            batch_id=made.id,
            place=bindparam("row"),
            account=bindparam("string"),
            psp=bindparam("element"),
        ),
        [
            {"posting": row.posting_id, "row": at, "string": row.account, "element": row.psp}
            for at, row in enumerate(found.rows, 1)
        ],
    )
    new = {"number": made.number, "postings": made.postings, "total": made.total}
    audit.record(ctx, "postings.handed_over", made.id, new=new)
    return made


def batches(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[PostingBatch]:
    """The batches, the newest first."""
    _require_view(ctx)
    return scalars_page(ctx, queries.batches(), page=page, page_size=page_size)


def batch(ctx: Context, batch_id: UUID) -> PostingBatch:
    """One batch. Raises NotFound."""
    if not ctx.actor.may(Permission.INVOICES_VIEW):
        raise NotFound()
    _require_view(ctx)
    found = queries.batch(ctx, batch_id)
    if found is None:
        raise NotFound()
    return found


def rows_of(ctx: Context, found: PostingBatch) -> list[Row]:
    """What was handed over in a batch, the same each time."""
    return [
        Row(
            posting.id,
            _whose(unit.name, code),
            cost_line,
            posting.account,
            posting.psp,
            posting.amount,
            posting.text,
            order.requisition,
            posting.booked_on,
            invoice.number,
            invoice.supplier_cvr,
        )
        for posting, invoice, order, cost_line, unit, code in queries.rows_of(ctx, found.id)
    ]


def _ready(ctx: Context) -> Ready:
    found = queries.unposted(ctx)
    wanted = {(unit.id, code or "", cost_line) for _, _, _, cost_line, unit, code in found}
    accounts = accounts_for(ctx, wanted)
    rows: list[Row] = []
    lacking: list[Row] = []
    for posting, invoice, order, cost_line, unit, code in found:
        string = accounts.get((unit.id, code or "", cost_line))
        account = order.account or (string.account if string else "")
        row = Row(
            posting.id,
            _whose(unit.name, code),
            cost_line,
            account,
            string.psp if string and not order.account else "",
            posting.amount,
            posting.text,
            order.requisition,
            posting.booked_on,
            invoice.number,
            invoice.supplier_cvr,
        )
        (rows if account else lacking).append(row)
    return Ready(rows, lacking)


def _whose(unit: str, code: str | None) -> str:
    """The unit; with an earmarked pool or a fund, its code too."""
    return f"{unit} ({code})" if code else unit


def _require_view(ctx: Context) -> None:
    """The finance system has one batch for the whole municipality."""
    ctx.require(Permission.INVOICES_VIEW, at=organisation.root_path(ctx))
