"""A budget year with money, a catalogue with sessions: what one needs to ask for a place."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tenant_app.audit.models import AuditEntry
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import LedgerEntry, Policy, Pool, PoolBalance, PoolKind
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseForm, PriceKind, ProviderKind
from tenant_app.core.context import Context
from tenant_app.core.money import Money, kroner
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.tenancy.models import TenantSettings
from tests.town import Town

_COUNT = itertools.count(1)
ECTS_RULES = [
    {
        "name": "ECTS",
        "when": {"ects_over": 0},
        "shares": {
            "fee": {"central": 10000},
            "cover": {"central": 5000, "institution": 5000},
            "default": {"institution": 10000},
        },
    },
    {"name": "Own choice", "when": {}, "shares": {"default": {"institution": 10000}}},
]
COVER_RULES = {"rate": 20000, "share_taught": {"default": 100}}
NOTHING = (0, 0, 0)
FRAME, FEE = kroner(10_000_000), kroner(12_000)


class School:
    """The money and the catalogue of a town: `school.session()`, `school.position("n1")`."""

    def __init__(
        self,
        town: Town,
        *,
        frame: Money = FRAME,
        policy: Policy = Policy.STOP,
        funding_rules: list[dict[str, Any]] = ECTS_RULES,
        approval_rules: list[dict[str, Any]] | None = None,
        year: int = 2026,
    ) -> None:
        self.town = town
        with town.as_system() as ctx:
            made = budgets.create_year(ctx, year=year, frame=frame, central_bp=4000, policy=policy)
            budgets.adopt(ctx, made.id)
            budgets.open_year(ctx, made.id)
            budgets.set_rules(ctx, funding_rules, valid_from=town.today)
            change: dict[str, Any] = {"cover_rules": COVER_RULES}
            if approval_rules is not None:
                change["approval_rules"] = approval_rules
            ctx.session.execute(update(TenantSettings).values(**change))
            provider = catalogue.create_provider(
                ctx, name="KP", kind=ProviderKind.UNIVERSITY_COLLEGE
            )
            ctx.session.flush()
            self.provider_id = provider.id

    def session(
        self,
        *,
        fee: Money = FEE,
        ects: str = "10",
        cover_hours: str = "89",
        seats: int = 20,
        starts_on: date = date(2026, 5, 4),
        ends_on: date | None = None,
        deadline: date = date(2026, 4, 1),
        price_kind: PriceKind = PriceKind.PER_PERSON,
        form: CourseForm = CourseForm.DIPLOMA_MODULE,
        **facts: Any,
    ) -> UUID:
        """A session; by default 12,000 kr and 17,800 kr of cover for 10 ECTS."""
        number = next(_COUNT)
        with self.town.as_system() as ctx:
            course = catalogue.create_course(
                ctx,
                code=f"C{number}",
                title=f"Course {number}",
                provider_id=self.provider_id,
                form=form,
                ects=Decimal(ects),
                hours=Decimal(280),
                cover_hours=Decimal(cover_hours),
                price_kind=price_kind,
                price=fee,
                **facts,
            )
            ctx.session.flush()
            session = catalogue.create_session(
                ctx,
                course_id=course.id,
                starts_on=starts_on,
                ends_on=ends_on or starts_on,
                deadline=deadline,
                seats=seats,
                place="Aarhus",
            )
            ctx.session.flush()
            return session.id

    def pool(self, where: str, kind: PoolKind = PoolKind.INSTITUTION) -> UUID:
        with self.town.as_system() as ctx:
            return ctx.session.scalars(
                select(Pool.id).where(Pool.unit_id == self.town.units[where], Pool.kind == kind)
            ).one()

    def balance(self, where: str) -> PoolBalance:
        """The balance of an institution's pool, or of the central one for "root"."""
        kind = PoolKind.CENTRAL if where == "root" else PoolKind.INSTITUTION
        pool_id = self.pool(where, kind)
        with self.town.as_system() as ctx:
            return budgets.positions(ctx, [pool_id])[pool_id]

    def money(self, where: str) -> tuple[int, int, int]:
        """(reserved, committed, actual) in whole øre; checked against the ledger's own sums."""
        balance = self.balance(where)
        with self.town.as_system() as ctx:
            entries = ctx.session.scalars(
                select(LedgerEntry).where(LedgerEntry.pool_id == balance.pool_id)
            ).all()
        for column in ("allotted", "reserved", "committed", "actual"):
            booked = sum(getattr(entry, column) for entry in entries)
            assert getattr(balance, column) == booked, f"{column} differs from its entries"
        return balance.reserved, balance.committed, balance.actual

    def leave(self, where: str, amount: int) -> None:
        """Exactly this much is available in the pool."""
        balance = self.balance(where)
        with self.town.as_system() as ctx:
            budgets.adjust_allotment(
                ctx, balance.pool_id, amount=amount - balance.available, reason="test"
            )

    def set_policy(self, where: str, policy: Policy) -> None:
        balance = self.balance(where)
        with self.town.as_system() as ctx:
            budgets.set_policy(ctx, balance.pool_id, policy)

    def state(self, enrolment_id: UUID) -> EnrolmentState:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(Enrolment, enrolment_id).state

    def everything(self) -> tuple[Any, ...]:
        """All that a refusal must leave alone. Signing in is noted too, and no matter here."""
        noted = select(AuditEntry.id).where(AuditEntry.action.startswith("enrolment."))
        with self.town.as_system() as ctx:
            return (
                _rows(ctx, Enrolment, "id", "state", "submission", "waiting_level", "total"),
                _rows(ctx, PoolBalance, "pool_id", "reserved", "committed", "actual", "allotted"),
                len(ctx.session.scalars(select(LedgerEntry.id)).all()),
                len(ctx.session.scalars(noted).all()),
            )


def _rows(ctx: Context, model: Any, *columns: str) -> list[Any]:
    found = ctx.session.execute(
        select(*(getattr(model, column) for column in columns)).order_by(getattr(model, columns[0]))
    )
    return [tuple(row) for row in found]


@pytest.fixture
def make_school() -> Callable[..., School]:
    """Give another town money and a catalogue."""
    return School


@pytest.fixture
def school(town: Town) -> School:
    """The town's money and catalogue: ECTS fee central, cover halved, the rest institution."""
    return School(town)
