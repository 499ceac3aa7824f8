"""Orders of confirmed places, their invoices, account strings and a batch."""

from __future__ import annotations

import itertools
from uuid import UUID

from sqlalchemy import select

from tenant_app.budgets.models import CostLine, MoneyLine
from tenant_app.core.money import Money
from tenant_app.enrolments.models import Enrolment
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import Invoice, Order, OrderLine
from tests.town import Town

_NUMBERS = itertools.count(1)


class InvoiceThings(Town):
    """Every order has a confirmed place of its own."""

    def make_order(self, where: str) -> UUID:
        """It expects its invoice."""
        made = self._order(self.make("confirmed", where))
        with self.as_system() as ctx:
            order = ctx.session.get_one(Order, made)
            order.reference = self.word("orders", "reference")
            order.account = self.word("orders", "account")
        return made

    def make_unordered(self, where: str) -> UUID:
        """A session with a confirmed place that nobody has ordered."""
        enrolment_id = self.make("confirmed", where)
        with self.as_system() as ctx:
            return ctx.session.get_one(Enrolment, enrolment_id).session_id

    def make_other_order(self, where: str) -> UUID:
        """One for the second door: an order takes one difference at a time."""
        return self.make_order(where)

    def make_other_unordered(self, where: str) -> UUID:
        """One for the second door: a session is ordered once."""
        return self.make_unordered(where)

    def make_waiting_invoice(self, where: str) -> UUID:
        """Nobody knows its requisition number."""
        order_id = self.the("order", where)
        unknown = self.word("invoices", "requisition")
        made = self._read(order_id, Money(12345), requisition=unknown)
        with self.as_system() as ctx:
            ctx.session.get_one(Invoice, made).note = self.word("invoices", "note")
        return made

    def make_differing_invoice(self, where: str) -> UUID:
        """Matched by nobody who knocks, and dearer than its order."""
        order_id = self.make("order", where)
        return self._read(order_id, Money(self._left(order_id) + 100))

    def make_account_string(self, where: str) -> UUID:
        with self.as_system() as ctx:
            made = invoices.set_account_string(
                ctx,
                unit_id=self.units[where],
                cost_line=CostLine.FEE,
                from_date=self.day(-next(_NUMBERS)),
                account="1.2.3",
            )
            made.account = self.word("account_strings", "account")
            made.psp = self.word("account_strings", "psp")
            return made.id

    def make_unposted(self, where: str) -> UUID:
        """A posting that nobody has handed over; its invoice agreed with its order."""
        order_id = self.make("order", where)
        with self.as_system() as ctx:
            ctx.session.get_one(Order, order_id).account = ""  # an order's own has no element
            invoices.set_account_string(
                ctx,
                unit_id=self.units["root"],
                cost_line=CostLine.FEE,
                from_date=self.day(0),
                # Postings keep what they are handed over with, so it is marked from the start.
                account=f"{self.mark}-postings-account-00000",
                psp=f"{self.mark}-postings-psp-00000",
            )
            lines = select(MoneyLine.cost_line).where(
                MoneyLine.source_id.in_(
                    select(OrderLine.enrolment_id).where(OrderLine.order_id == order_id)
                )
            )
            assert CostLine.FEE in ctx.session.scalars(lines).all()
        return self._read(order_id, self._left(order_id))

    def make_batch(self, where: str) -> UUID:
        self.make("unposted", where)
        with self.as_system() as ctx:
            return invoices.hand_over(ctx).id

    def _order(self, enrolment_id: UUID) -> UUID:
        with self.as_system() as ctx:
            found = ctx.session.scalar(
                select(OrderLine.order_id).where(OrderLine.enrolment_id == enrolment_id)
            )
            if found is None:
                session_id = ctx.session.get_one(Enrolment, enrolment_id).session_id
                found = invoices.order_session(ctx, session_id).id
            return UUID(str(found))

    def _left(self, order_id: UUID) -> Money:
        with self.as_system() as ctx:
            return invoices.paid_of(ctx, [order_id])[order_id].left

    def _read(self, order_id: UUID, amount: Money, *, requisition: str | None = None) -> UUID:
        """With a number of its own; its texts are marked afterwards."""
        with self.as_system() as ctx:
            number = ctx.session.get_one(Order, order_id).requisition
            fact = invoices.InvoiceFact(
                supplier_cvr="29189730",
                number=self.word("invoices", "number"),
                issued_on=self.day(-3),
                amount=amount,
                requisition=number if requisition is None else requisition,
                supplier_name=self.word("invoices", "supplier_name"),
                reference=self.word("invoices", "reference"),
            )
            [found] = invoices.take(
                ctx, [fact], file_name=self.word("invoices", "file_name"), write=True
            )
        return found.invoice_id
