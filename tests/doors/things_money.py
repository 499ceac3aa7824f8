"""Budget years, pools, entries and rules."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import FundingRuleSet, LedgerEntry, Policy, Pool, PoolKind
from tenant_app.core.money import kroner
from tenant_app.reports import service as reports
from tenant_app.tenancy.models import TenantSettings
from tests.town import Town

COVER_RULES = {"rate": 20000, "share_taught": {"default": 100}}
SHARES = {"fee": {"central": 10000}, "default": {"institution": 10000}}


class MoneyThings(Town):
    """Opens last year, this and next, since tests run on any day, also in December."""

    _years: itertools.count[int]
    _codes = itertools.count(1)
    _known: dict[tuple[str, str], Any]

    def open_money(self) -> None:
        """Three open years with pools; the rules are those of the first day of them."""
        this = self.today.year
        with self.as_system() as ctx:
            ctx.session.execute(update(TenantSettings).values(cover_rules=COVER_RULES))
            rules = [{"name": self.word("rules", "name"), "when": {}, "shares": SHARES}]
            note = self.word("funding_rule_sets", "note")
            budgets.set_rules(ctx, rules, valid_from=date(this - 1, 1, 1), note=note)
            for year in (this - 1, this, this + 1):
                made = self.draft(ctx, year)
                budgets.adopt(ctx, made)
                budgets.open_year(ctx, made)
                if year == this:
                    self._known |= {("year", "n1"): made, ("year", "s1"): made}

    @staticmethod
    def draft(ctx: Any, year: int) -> UUID:
        return budgets.create_year(
            ctx,
            year=year,
            frame=kroner(10_000_000),
            central_bp=4000,
            area_bp=1000,
            policy=Policy.STOP,
        ).id

    def new_year(self) -> int:
        """A year that nobody has drafted."""
        return next(self._years)

    def make_draft_year(self, where: str) -> UUID:
        with self.as_system() as ctx:
            return self.draft(ctx, self.new_year())

    def make_adopted_year(self, where: str) -> UUID:
        year_id: UUID = self.make("draft_year", where)
        with self.as_system() as ctx:
            budgets.adopt(ctx, year_id)
        return year_id

    def make_pool(self, where: str) -> UUID:
        """The institution's own pool of this year; there is one."""
        with self.as_system() as ctx:
            return ctx.session.scalars(
                select(Pool.id).where(
                    Pool.unit_id == self.units[where],
                    Pool.year_id == self.the("year"),
                    Pool.kind == PoolKind.INSTITUTION,
                )
            ).one()

    def make_state_pool(self, where: str) -> UUID:
        """Money with strings attached, of the whole municipality."""
        with self.as_system() as ctx:
            pool = budgets.open_named_pool(
                ctx,
                self.the("year"),
                kind=PoolKind.EARMARKED,
                code=f"STAT-{next(self._codes)}",
                name=self.word("pools", "name"),
                purpose=self.word("pools", "purpose"),
            )
            constraint = {"name": self.word("pool_constraints", "name"), "most_bp": 1000}
            budgets.set_constraints(ctx, pool.id, [constraint | {"when": {"form": "network"}}])
            return pool.id

    def make_cap(self, where: str) -> UUID:
        with self.as_system() as ctx:
            name = self.word("person_caps", "name")
            return budgets.set_cap(ctx, name=name, payer="central", most=kroner(30_000)).id

    def make_entry(self, where: str) -> UUID:
        with self.as_system() as ctx:
            budgets.adjust_allotment(
                ctx,
                self.the("pool", where),
                amount=100,
                reason=self.word("ledger_entries", "note"),
            )
            ctx.session.flush()
            return ctx.session.scalars(
                select(LedgerEntry.id)
                .where(LedgerEntry.pool_id == self.the("pool", where))
                .order_by(LedgerEntry.id.desc())
                .limit(1)
            ).one()

    def make_rules(self, where: str) -> UUID:
        with self.as_system() as ctx:
            return ctx.session.scalars(
                select(FundingRuleSet.id).order_by(FundingRuleSet.version.desc()).limit(1)
            ).one()

    def report(self) -> None:
        """Both reports are made for this year."""
        with self.as_system() as ctx:
            reports.compute_usage(ctx, year=self.today.year)
            reports.compute_coverage(ctx, year=self.today.year)
