"""A fund with the terms of the Kompetencefond, and applications taken on to each state."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tenant_app.accounts.models import Role
from tenant_app.audit.models import AuditEntry
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import LedgerEntry, Pool, PoolBalance, PoolConstraint
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.funds import service as funds
from tenant_app.funds.models import (
    FundApplicant,
    FundApplication,
    FundScheme,
    FundState,
    StateGrant,
)
from tests.enrolments.conftest import School
from tests.town import Town

ONE_STEP = [{"when": {}, "levels": ["institution"]}]
TABLES = (FundScheme, FundApplication, FundApplicant, StateGrant, Pool, PoolBalance, PoolConstraint)
STARTS = date(2026, 5, 4)
_COUNT = itertools.count(1)


class Fund:
    """`fund.apply("ped_n1_1")` is a draft; `fund.taken_to("paid", …)` goes on."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.school = School(town, approval_rules=ONE_STEP, year=town.now.year)
        with town.as_system() as ctx:
            town._user(ctx, "union", Role.UNION_REPRESENTATIVE, "root")
        with town.as_user("admin") as ctx:
            self.scheme_id = funds.set_scheme(
                ctx, code="KOMP", name="Den Kommunale Kompetencefond", **funds.KOMPETENCEFOND
            ).id

    def session(self, *, fee: int = 20_000, starts_on: date = STARTS, **facts: Any) -> UUID:
        facts = {"ects": "0", "deadline": date(2026, 3, 2)} | facts
        return self.school.session(fee=kroner(fee), starts_on=starts_on, **facts)

    def apply(
        self,
        *people: str,
        session: UUID | None = None,
        who: str | None = None,
        now: datetime | None = None,
        amount: int | None = None,
        **facts: Any,
    ) -> UUID:
        """`amount` in whole kroner per person."""
        wanted = people or ("ped_n1_1",)
        facts = {"scheme_id": self.scheme_id, "purpose": "Diplommodul om leg"} | facts
        with self.town.as_user(who or f"leader_{wanted[0].split('_')[1]}", now=now) as ctx:
            return funds.apply(
                ctx,
                session_id=session or self.session(),
                employee_ids=[self.town.employees[each] for each in wanted],
                amount=None if amount is None else kroner(amount),
                **facts,
            ).id

    def do(self, verb: str, application_id: UUID, *, who: str = "admin", **facts: Any) -> None:
        now = facts.pop("now", None)
        with self.town.as_user(who, now=now) as ctx:
            getattr(funds, verb)(ctx, application_id, **facts)

    def taken_to(self, state: str, application_id: UUID, *, awarded: int | None = None) -> UUID:
        """Through each step to the state; awarded what was asked, or so many kroner."""
        steps: list[tuple[str, Callable[[], Any]]] = [
            ("leader_signed", lambda: self.do("sign", application_id, who="leader_n1")),
            ("union_signed", lambda: self.do("sign", application_id, who="union")),
            ("sent", lambda: self.do("send", application_id, who="leader_n1")),
            ("awarded", lambda: self._award(application_id, awarded)),
            ("paid", lambda: self.do("pay", application_id)),
        ]
        for name, step in steps:
            step()
            if name == state:
                break
        return application_id

    def _award(self, application_id: UUID, awarded: int | None) -> None:
        amount = self.details(application_id).sums.asked if awarded is None else kroner(awarded)
        self.do("answer", application_id, awarded=amount, reference="KF-1")

    def details(self, application_id: UUID) -> funds.Details:
        with self.town.as_user("admin") as ctx:
            return funds.one(ctx, application_id)

    def state(self, application_id: UUID) -> FundState:
        return self.details(application_id).application.state

    def asked(self, application_id: UUID) -> list[int]:
        """Whole kroner per person."""
        return [int(each.asked // 100) for each in self.details(application_id).people]

    def enrol(self, who: str, session_id: UUID) -> UUID:
        leader = f"leader_{who.split('_')[1]}"
        with self.town.as_user(leader) as ctx:
            [made] = enrolments.request(
                ctx, session_id=session_id, employee_ids=[self.town.employees[who]]
            )
        if self.school.state(made.id) != "confirmed":
            with self.town.as_user(leader) as ctx:
                enrolments.approve(ctx, made.id)
        return made.id

    def cancel(self, enrolment_id: UUID, leader: str = "leader_n1") -> None:
        with self.town.as_user(leader) as ctx:
            enrolments.cancel(ctx, enrolment_id, note="Sygdom")

    def pool(self, code: str = "KOMP") -> tuple[int, int] | None:
        """(allotted, available) of the fund's pool in whole kroner."""
        with self.town.as_system() as ctx:
            found = budgets.pool_with_code(ctx, year=2026, code=code)
            if found is None:
                return None
            balance = budgets.positions(ctx, [found.id])[found.id]
            entries = ctx.session.scalars(
                select(LedgerEntry).where(LedgerEntry.pool_id == found.id)
            ).all()
            assert sum(each.allotted for each in entries) == balance.allotted
            return int(balance.allotted // 100), int(balance.available // 100)

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
                for table in TABLES
            ]
            # A test may make a session on its way; that is noted, too.
            noted = select(AuditEntry.id).where(
                AuditEntry.action.regexp_match("^(fund_|state_grant|budgets)")
            )
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
def fund(town: Town) -> Fund:
    """A town that applies to the Kompetencefond."""
    return Fund(town)
