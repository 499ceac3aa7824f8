"""A fund, applications taken on to each state, and state money."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.core.money import kroner
from tenant_app.funds import service as funds
from tenant_app.funds.models import FundApplicant, FundApplication, StateGrant
from tests.town import Town

STEPS = ("sign", "second", "send", "award", "pay")


class FundThings(Town):
    """Every application is for one krone and a session of its own, so that no cap is met and no
    place is applied for twice."""

    _fund_codes = itertools.count(1)

    def make_fund_scheme(self, where: str) -> UUID:
        with self.as_system() as ctx:
            return funds.set_scheme(
                ctx,
                code=f"KOMP-{next(self._fund_codes)}",
                name=self.word("fund_schemes", "name"),
                terms=self.word("fund_schemes", "terms"),
                **funds.KOMPETENCEFOND,
            ).id

    def make_fund_session(self, where: str) -> UUID:
        return self.make("session", where)

    def make_fund_draft(self, where: str) -> UUID:
        scheme_id, session_id = self.the("fund_scheme"), self.make("session", where)
        with self.as_user(f"leader_{where}") as ctx:
            made = funds.apply(
                ctx,
                scheme_id=scheme_id,
                session_id=session_id,
                employee_ids=[self.employees[f"ped_{where}_2"]],
                purpose=self.word("fund_applications", "purpose"),
                amount=100,
            ).id
        with self.as_system() as ctx:
            found: Any = ctx.session.get_one(FundApplication, made)
            for name in ("leader_signed_name", "union_signed_name", "reference", "answer"):
                setattr(found, name, self.word("fund_applications", name))
            [person] = ctx.session.query(FundApplicant).filter_by(application_id=made)
            person.lost_why = self.word("fund_applicants", "lost_why")
        return made

    def make_fund_led(self, where: str) -> UUID:
        return self._fund(where, "sign")

    def make_fund_signed(self, where: str) -> UUID:
        return self._fund(where, "second")

    def make_fund_sent(self, where: str) -> UUID:
        return self._fund(where, "send")

    def make_fund_awarded(self, where: str) -> UUID:
        return self._fund(where, "award")

    def make_fund_paid(self, where: str) -> UUID:
        return self._fund(where, "pay")

    def _fund(self, where: str, until: str) -> UUID:
        made = self.make_fund_draft(where)
        for step in STEPS[: STEPS.index(until) + 1]:
            if step == "sign":
                with self.as_user(f"leader_{where}") as ctx:
                    funds.sign(ctx, made)
            elif step == "second":
                with self.as_user(f"union_{where}") as ctx:
                    funds.sign(ctx, made)
            else:
                with self.as_system() as ctx:
                    if step == "award":
                        funds.answer(ctx, made, awarded=100)
                    else:
                        {"send": funds.send, "pay": funds.pay}[step](ctx, made)
        return made

    def make_state_grant(self, where: str) -> UUID:
        with self.as_system() as ctx:
            made: Any = funds.create_grant(
                ctx,
                title=self.word("state_grants", "title"),
                giver=self.word("state_grants", "giver"),
                code=f"GRANT-{next(self._fund_codes)}",
                year=self.today.year,
                asked=kroner(1000),
                apply_by=min(self.day(10), date(self.today.year, 12, 31)),
                purpose=self.word("state_grants", "purpose"),
            )
            for name in ("reference", "answer"):
                setattr(made, name, self.word("state_grants", name))
            return made.id

    def make_sent_grant(self, where: str) -> UUID:
        made = self.make_state_grant(where)
        with self.as_system() as ctx:
            funds.send_grant(ctx, made)
        return made

    def make_awarded_grant(self, where: str) -> UUID:
        made = self.make_sent_grant(where)
        with self.as_system() as ctx:
            funds.answer_grant(ctx, made, awarded=100)
        return made

    def make_received_grant(self, where: str) -> UUID:
        made = self.make_awarded_grant(where)
        with self.as_system() as ctx:
            funds.receive_grant(ctx, made)
            assert ctx.session.get_one(StateGrant, made).pool_id is not None
        return made
