"""Places that are bought, and the invoices that come of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.budgets.models import CostLine, LedgerEntry, MoneyLine, PoolBalance
from tenant_app.core.money import Money, kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import (
    AccountString,
    Invoice,
    Order,
    OrderLine,
    Posting,
    PostingBatch,
)
from tests.enrolments.conftest import School
from tests.town import Town

ONE_STEP = [{"when": {}, "levels": ["institution"]}]
CVR = "29189730"
FEE = kroner(5000)
STARTS = date(2026, 5, 4)
TABLES = (Order, OrderLine, Invoice, Posting, PostingBatch, AccountString, MoneyLine)
_COUNT = itertools.count(1)


class Purchase:
    """`purchase.order("ped_n1_1")` is a confirmed place and its order."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.school = School(town, approval_rules=ONE_STEP)

    @property
    def held(self) -> datetime:
        """A moment after the course."""
        return self.town.now + timedelta(days=100)

    def session(self, **facts: Any) -> UUID:
        """5,000 kr a person, paid by the institution, without cover."""
        facts = {"fee": FEE, "cover_hours": "0", "ects": "0"} | facts
        return self.school.session(**facts)

    def place(self, who: str = "ped_n1_1", session_id: UUID | None = None) -> UUID:
        """A confirmed place."""
        leader = f"leader_{who.split('_')[1]}"
        with self.town.as_user(leader) as ctx:
            [made] = enrolments.request(
                ctx,
                session_id=session_id or self.session(),
                employee_ids=[self.town.employees[who]],
            )
        # A leader's own request needs no further answer where one step is enough.
        if self.school.state(made.id) != "confirmed":
            with self.town.as_user(leader) as ctx:
                enrolments.approve(ctx, made.id)
        return made.id

    def order(self, *people: str, **facts: Any) -> UUID:
        """The order of a session with these people on it."""
        session_id = self.session(**facts)
        for who in people or ("ped_n1_1",):
            self.place(who, session_id)
        with self.town.as_system() as ctx:
            return ctx.session.scalars(
                select(Order.id).where(Order.session_id == session_id, Order.is_open)
            ).one()

    def fact(self, order_id: UUID | None, amount: int, **facts: Any) -> invoices.InvoiceFact:
        """An invoice on the order."""
        facts.setdefault("requisition", self.requisition(order_id) if order_id else "")
        facts.setdefault("number", f"F{next(_COUNT)}")
        facts.setdefault("issued_on", date(2026, 3, 1))
        facts.setdefault("supplier_cvr", CVR)
        return invoices.InvoiceFact(amount=Money(amount), **facts)

    def requisition(self, order_id: UUID) -> str:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(Order, order_id).requisition

    def read(
        self,
        *facts: invoices.InvoiceFact,
        who: str = "admin",
        write: bool = True,
        now: datetime | None = None,
    ) -> list[invoices.Reading]:
        with self.town.as_user(who, now=now) as ctx:
            return invoices.take(ctx, facts, file_name="f.csv", write=write)

    def invoiced(self, order_id: UUID, amount: int, **more: Any) -> UUID:
        """An invoice with the order's requisition, read in; its id."""
        now = more.pop("now", None)
        who = more.pop("who", "admin")
        [found] = self.read(self.fact(order_id, amount, **more), who=who, now=now)
        return found.invoice_id

    def state(self, order_id: UUID) -> str:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(Order, order_id).state.value

    def invoice(self, invoice_id: UUID) -> Invoice:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(Invoice, invoice_id)

    def lines(self, order_id: UUID) -> list[tuple[str, int, int]]:
        """(state, amount, adjusted) of each of the order's money lines."""
        with self.town.as_system() as ctx:
            found = ctx.session.scalars(
                select(MoneyLine)
                .join(OrderLine, OrderLine.enrolment_id == MoneyLine.source_id)
                .where(OrderLine.order_id == order_id)
                .order_by(MoneyLine.id)
            )
            return [(line.state.value, line.amount, line.adjusted) for line in found]

    def postings(self) -> list[tuple[int, int]]:
        """(amount, difference) of all."""
        with self.town.as_system() as ctx:
            found = ctx.session.scalars(select(Posting).order_by(Posting.id))
            return [(each.amount, each.difference) for each in found]

    def account(self, where: str = "root", account: str = "5.25.14.0.10", **facts: Any) -> None:
        facts = {"cost_line": CostLine.FEE, "from_date": date(2026, 1, 1)} | facts
        with self.town.as_user("admin") as ctx:
            invoices.set_account_string(
                ctx, unit_id=self.town.units[where], account=account, **facts
            )

    def everything(self) -> tuple[Any, ...]:
        """All that a refusal must leave alone."""
        with self.town.as_system() as ctx:
            rows = [
                [
                    tuple(str(value) for value in row)
                    for row in ctx.session.execute(
                        select(*table.__table__.columns).order_by(table.id)
                    )
                ]
                for table in (*TABLES, PoolBalance)
            ]
            noted = select(AuditEntry.id).where(AuditEntry.action.not_like("session.%"))
            return (
                *rows,
                len(ctx.session.scalars(select(LedgerEntry.id)).all()),
                len(ctx.session.scalars(noted).all()),
            )

    def refused(self, error: type[Exception], act: Callable[[], Any]) -> Any:
        """The verb raises, and nothing has changed. Returns the refusal."""
        before = self.everything()
        with pytest.raises(error) as caught:
            act()
        assert self.everything() == before
        return caught.value


@pytest.fixture
def purchase(town: Town) -> Purchase:
    """A town whose leaders buy places."""
    return Purchase(town)


def approve(purchase: Purchase, invoice_id, who="consultant", enrolment_ids=(), **more):
    with purchase.town.as_user(who, **more) as ctx:
        return invoices.approve(ctx, invoice_id, note="Ok", enrolment_ids=enrolment_ids)
