"""What the courses of the demo come to on paper: orders are made by the year itself, and their
invoices are read in once a month. Most agree; one waits for its difference, one never came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select

from tenant_app.budgets.models import CostLine
from tenant_app.catalogue.models import CourseSession, Provider
from tenant_app.cli.demo import plan
from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.core.context import Context
from tenant_app.core.errors import Refusal
from tenant_app.core.money import Money, kroner
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import Invoice, InvoiceState, Order, OrderState

Scene = tuple[datetime, Callable[[datetime], None]]

READ_IN = [date(2026, month, 10) for month in range(3, 12)]
"""Each month's invoices, a fortnight after the courses of the month before."""
NEVER_CAME = 6
"""Of so many orders one is not invoiced."""
DIFFERS = 5
"""Of so many invoices one is dearer than what was ordered."""
DEARER = kroner(450)
"""What a provider adds for refreshments that nobody had agreed on."""
TRAILING = "Forplejning er lagt til; det står i tilbuddet."
ACCOUNTS = {
    CostLine.FEE: ("5.25.10.1.40", "XG-0000005201-00010"),
    CostLine.MATERIALS: ("5.25.10.1.29", "XG-0000005201-00020"),
}
"""Kursusafgifter and materials, on the accounts of day care in the municipal chart."""


class Bills:
    """Orders and invoices of one municipality."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self.stage, self.town = stage, town
        self.told: Counter[str] = Counter()
        self._runs = {session.id: at for at, session in enumerate(town.sessions)}

    def scenes(self) -> Iterator[Scene]:
        """What happens, and when."""
        yield plan.OPENED + timedelta(hours=2), self._set_accounts
        for day in READ_IN:
            yield _at(day, 9), self._read_in
            if day != READ_IN[-1]:  # the last ones wait for their answer
                yield _at(day + timedelta(days=2), 13), self._answer
                yield _at(day + timedelta(days=5), 8), self._hand_over
        yield _at(date(2026, 11, 12), 10), self._ahead
        yield _at(date(2026, 11, 18), 9), self._loose
        yield _at(date(2026, 11, 20), 8), self._hand_over

    def _set_accounts(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        for cost_line, (account, psp) in ACCOUNTS.items():
            invoices.set_account_string(
                ctx,
                unit_id=self.town.root_id,
                cost_line=cost_line,
                from_date=date(plan.YEAR, 1, 1),
                account=account,
                psp=psp,
                gln=gln_of(self.town.place.code),
            )

    def _read_in(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.consultant_id)
        due = self._expected(ctx, CourseSession.ends_on < ctx.today - timedelta(days=14))
        facts = [
            self._fact(order, provider, left, at)
            for order, provider, left in due
            if self._runs[order.session_id] % NEVER_CAME != NEVER_CAME - 1
        ]
        self._take(ctx, facts, f"fakturaer-{at:%Y-%m}.csv")

    def _ahead(self, at: datetime) -> None:
        """Two providers send their invoices before the courses begin; one of them asks for more."""
        ctx = self.stage.enter(at, self.town.consultant_id)
        coming = self._expected(ctx, CourseSession.starts_on > ctx.today)
        facts = [
            self._fact(order, provider, Money(left + (DEARER if at_place else 0)), at, agrees=True)
            for at_place, (order, provider, left) in enumerate(coming[:2])
        ]
        self._take(ctx, facts, "forskud.csv")

    def _loose(self, at: datetime) -> None:
        """One forgets the requisition number."""
        ctx = self.stage.enter(at, self.town.consultant_id)
        late = self._expected(ctx, CourseSession.ends_on < ctx.today)
        facts = [
            self._fact(order, provider, left, at, agrees=True, requisition="")
            for order, provider, left in late[:1]
        ]
        self._take(ctx, facts, "enkeltfaktura.csv")

    def _answer(self, at: datetime) -> None:
        """Somebody else than the one who read them in says yes to what differs."""
        ctx = self.stage.enter(at, self.town.admin_id)
        waiting = ctx.session.scalars(
            select(Invoice.id).where(Invoice.state == InvoiceState.DIFFERENCE).order_by(Invoice.id)
        ).all()
        for invoice_id in waiting:
            # Refreshments are for those who came.
            able = invoices.carriers(ctx, invoices.invoice(ctx, invoice_id))
            came = [each.enrolment_id for each in able if not each.is_given_up]
            try:
                with ctx.session.begin_nested():
                    invoices.approve(ctx, invoice_id, note=TRAILING, enrolment_ids=came)
                self.told["differences"] += 1
            except Refusal:  # its pool holds nothing more
                ctx.session.expire_all()
                invoices.turn_down(ctx, invoice_id, note="Der er ikke flere penge i puljen.")

    def _hand_over(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.consultant_id)
        if invoices.ready(ctx).rows:
            invoices.hand_over(ctx)
            self.told["batches"] += 1

    def _take(self, ctx: Context, facts: list[invoices.InvoiceFact], name: str) -> None:
        if facts:
            invoices.take(ctx, facts, file_name=name, write=True)
            self.told["invoices"] += len(facts)

    def _expected(
        self, ctx: Context, when: ColumnElement[bool]
    ) -> list[tuple[Order, Provider, Money]]:
        rows = ctx.session.execute(
            select(Order, Provider)
            .join(Provider, Provider.id == Order.provider_id)
            .join(CourseSession, CourseSession.id == Order.session_id)
            .where(Order.state == OrderState.EXPECTED, when)
            .order_by(CourseSession.starts_on, Order.requisition)
        ).all()
        paid = invoices.paid_of(ctx, [order.id for order, _ in rows])
        return [(order, provider, paid[order.id].left) for order, provider in rows]

    def _fact(
        self,
        order: Order,
        provider: Provider,
        left: Money,
        at: datetime,
        *,
        agrees: bool = False,
        requisition: str | None = None,
    ) -> invoices.InvoiceFact:
        self.told["orders"] += 1
        number = self.told["orders"]
        more = 0 if agrees or number % DIFFERS else DEARER
        return invoices.InvoiceFact(
            supplier_cvr=cvr_of(provider.name),
            number=f"{at:%y%m}-{number:03}",
            issued_on=(at - timedelta(days=3)).date(),
            amount=Money(left + more),
            requisition=order.requisition if requisition is None else requisition,
            supplier_name=provider.name,
            reference=order.reference,
            gln=order.gln,
        )


def cvr_of(name: str) -> str:
    """A number of the right form for a provider: of the demo, nobody's own."""
    start = 3_100_000 + sum(ord(sign) * at for at, sign in enumerate(name, 1))
    return next(
        cvr
        for number in range(start, start + 20)
        for digit in range(10)
        if not invoices.is_odd_cvr(cvr := f"{number}{digit}")
    )


def gln_of(code: str) -> str:
    """An EAN number of the right form for a municipality."""
    start = f"57980{code:0>4}100"
    total = sum(int(each) * (3 if at % 2 else 1) for at, each in enumerate(start))
    return f"{start}{-total % 10}"


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)
