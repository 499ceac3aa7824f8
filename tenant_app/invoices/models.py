"""Orders, invoices, and what is posted to the finance system. Amounts in whole øre."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.budgets.models import CostLine, MoneyLine
from tenant_app.catalogue.models import CourseSession, Provider
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.core.money import Money
from tenant_app.enrolments.models import Enrolment
from tenant_app.organisation.models import Unit


class OrderState(StrEnum):
    EXPECTED = "expected"
    """An invoice is to come."""
    MATCHED = "matched"
    """It came and agrees; the course is not held yet."""
    DIFFERENCE = "difference"
    """It came and does not agree: somebody else than the one who matched it answers."""
    SETTLED = "settled"
    """Paid, and the money of its places is spent."""
    CANCELLED = "cancelled"


class InvoiceState(StrEnum):
    WAITING = "waiting"
    """Nobody knows yet which order it answers; `why` says what was in the way."""
    DIFFERENCE = "difference"
    MATCHED = "matched"
    APPROVED = "approved"
    DISMISSED = "dismissed"
    """Not to be paid from here."""


class Why(StrEnum):
    """Why an invoice was not matched by itself."""

    NO_REQUISITION = "no_requisition"
    UNKNOWN_REQUISITION = "unknown_requisition"
    CANCELLED = "cancelled"
    OTHER_SUPPLIER = "other_supplier"
    DIFFERENCE_WAITS = "difference_waits"
    CLOSED_YEAR = "closed_year"
    NOBODY_LEFT = "nobody_left"
    CREDIT_TOO_LARGE = "credit_too_large"
    TURNED_DOWN = "turned_down"


class InvoiceForm(StrEnum):
    """What it was read from."""

    TABLE = "table"
    OIOUBL = "oioubl"
    PEPPOL = "peppol"
    TYPED = "typed"


class Order(TenantOwned):
    """What the municipality buys of a provider for one session."""

    __tablename__ = "orders"
    belongs_to = {"session_id": "course_sessions", "provider_id": "providers"}
    extras = (
        unique("requisition"),
        # Places confirmed after the invoice came are another order.
        unique("session_id", where="is_open"),
        index("session_id", name="ix_orders_session"),
        index("provider_id"),
        index("state", "expected_by"),
    )

    session_id: Mapped[UUID]
    provider_id: Mapped[UUID]
    requisition: Mapped[str]
    """The number the provider writes on the invoice."""
    reference: Mapped[str]
    """The person to ask."""
    supplier_cvr: Mapped[str] = mapped_column(default="", server_default="")
    gln: Mapped[str] = mapped_column(default="", server_default="")
    """The EAN number the invoice is sent to."""
    account: Mapped[str] = mapped_column(default="", server_default="")
    """An account string for the whole order; empty follows those of the units that pay."""
    expected_by: Mapped[date]
    state: Mapped[OrderState] = mapped_column(StrEnumText(OrderState))
    is_open: Mapped[bool] = mapped_column(default=True, server_default="true")
    """Whether it still takes places: until it has an invoice or is cancelled."""
    created_at: Mapped[datetime]

    session: Mapped[CourseSession] = relationship(
        primaryjoin=lambda: foreign(Order.session_id) == CourseSession.id,
        viewonly=True,
        lazy="raise",
    )
    provider: Mapped[Provider] = relationship(
        primaryjoin=lambda: foreign(Order.provider_id) == Provider.id, viewonly=True, lazy="raise"
    )


class OrderLine(TenantOwned):
    """A place that is bought with an order."""

    __tablename__ = "order_lines"
    belongs_to = {"order_id": "orders", "enrolment_id": "enrolments"}
    extras = (unique("enrolment_id"), index("order_id"))

    order_id: Mapped[UUID]
    enrolment_id: Mapped[UUID]

    enrolment: Mapped[Enrolment] = relationship(
        primaryjoin=lambda: foreign(OrderLine.enrolment_id) == Enrolment.id,
        viewonly=True,
        lazy="raise",
    )


class Invoice(TenantOwned):
    """An invoice, or with a negative amount a credit note, as it was read. In Danish kroner."""

    __tablename__ = "invoices"
    belongs_to = {
        "order_id": "orders",
        "read_by": "users",
        "matched_by": "users",
        "answered_by": "users",
    }
    extras = (
        # However the number is written: in a file by hand it loses its hyphens and zeros.
        unique("supplier_cvr", "number_key"),
        index("order_id"),
        index("state", "issued_on"),
        check("amount_is_not_nothing", "amount <> 0"),
        check("matched_has_an_order", "order_id IS NOT NULL OR state IN ('waiting', 'dismissed')"),
        # Four eyes, also past the services: somebody known, and not whoever matched.
        check(
            "answered_by_another",
            "state <> 'approved' OR (answered_by IS NOT NULL "
            "AND answered_by IS DISTINCT FROM matched_by)",
        ),
    )

    supplier_cvr: Mapped[str]
    supplier_name: Mapped[str] = mapped_column(default="", server_default="")
    number: Mapped[str]
    """As it is written."""
    number_key: Mapped[str]
    issued_on: Mapped[date]
    amount: Mapped[Money]
    """Without VAT, which municipalities get back."""
    requisition: Mapped[str] = mapped_column(default="", server_default="")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    gln: Mapped[str] = mapped_column(default="", server_default="")
    form: Mapped[InvoiceForm] = mapped_column(StrEnumText(InvoiceForm))
    file_name: Mapped[str]
    read_at: Mapped[datetime]
    read_by: Mapped[UUID | None]
    state: Mapped[InvoiceState] = mapped_column(StrEnumText(InvoiceState))
    why: Mapped[Why | None] = mapped_column(StrEnumText(Why))
    order_id: Mapped[UUID | None]
    difference: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    """The amount − what was left to pay on the order when it was matched."""
    is_part: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether more is to come: the rest of the order stays set aside."""
    matched_by: Mapped[UUID | None]
    matched_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="", server_default="")

    order: Mapped[Order | None] = relationship(
        primaryjoin=lambda: foreign(Invoice.order_id) == Order.id, viewonly=True, lazy="raise"
    )


class PostingBatch(TenantOwned):
    """Postings that were handed to the finance system together. Never changed."""

    __tablename__ = "posting_batches"
    belongs_to = {"made_by": "users"}
    extras = (unique("number"),)

    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    postings: Mapped[int]
    total: Mapped[Money]


class Posting(TenantOwned):
    """What an invoice comes to on one money line; handed over once."""

    __tablename__ = "invoice_postings"
    belongs_to = {
        "invoice_id": "invoices",
        "line_id": "money_lines",
        "batch_id": "posting_batches",
    }
    extras = (
        unique("invoice_id", "line_id"),
        index("line_id"),
        index("batch_id"),
        check("handed_over_has_an_account", "batch_id IS NULL OR account <> ''"),
    )

    invoice_id: Mapped[UUID]
    line_id: Mapped[UUID]
    amount: Mapped[Money]
    difference: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    """How much of it was not set aside, and so was approved and posted on the pool."""
    booked_on: Mapped[date]
    text: Mapped[str]
    batch_id: Mapped[UUID | None]
    place: Mapped[int | None]
    """Its row in the batch."""
    account: Mapped[str] = mapped_column(default="", server_default="")
    """As it was when it was handed over, with `psp`."""
    psp: Mapped[str] = mapped_column(default="", server_default="")

    line: Mapped[MoneyLine] = relationship(
        primaryjoin=lambda: foreign(Posting.line_id) == MoneyLine.id, viewonly=True, lazy="raise"
    )
    invoice: Mapped[Invoice] = relationship(
        primaryjoin=lambda: foreign(Posting.invoice_id) == Invoice.id, viewonly=True, lazy="raise"
    )


class AccountString(TenantOwned):
    """Where a unit, and those below it without their own, post a cost line from a day on; or where
    one of its earmarked pools or funds does."""

    __tablename__ = "account_strings"
    belongs_to = {"unit_id": "units"}
    extras = (unique("unit_id", "pool_code", "cost_line", "from_date"),)

    unit_id: Mapped[UUID]
    pool_code: Mapped[str] = mapped_column(default="", server_default="")
    """Only the pools with this code, year after year; empty: all other money of the unit."""
    cost_line: Mapped[CostLine] = mapped_column(StrEnumText(CostLine))
    from_date: Mapped[date]
    account: Mapped[str]
    psp: Mapped[str] = mapped_column(default="", server_default="")
    gln: Mapped[str] = mapped_column(default="", server_default="")
    """The EAN number of the unit, thirteen digits."""

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(AccountString.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )
