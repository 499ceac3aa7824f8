"""Figures, revisions, transfers and years on their way to an end."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Pool, PoolKind
from tenant_app.budgets.year_models import CarryOver, PoolTransfer
from tenant_app.organisation import service as organisation
from tests.closing import let_years_close
from tests.doors.things_money import MoneyThings


class YearThings(MoneyThings):
    """Each closing has years of its own, which nothing else draws on."""

    def make_area_pool(self, where: str) -> UUID:
        """The pool of the institution's area in this year; there is one."""
        with self.as_system() as ctx:
            return ctx.session.scalars(
                select(Pool.id).where(
                    Pool.unit_id == self.the("area", where),
                    Pool.year_id == self.the("year"),
                    Pool.kind == PoolKind.AREA,
                )
            ).one()

    def make_open_year(self, where: str) -> UUID:
        year_id: UUID = self.make("adopted_year", where)
        with self.as_system() as ctx:
            budgets.open_year(ctx, year_id)
            let_years_close(ctx)
        return year_id

    def make_ending_year(self, where: str) -> UUID:
        """Made up, and nobody has said yes. The next year has its pools."""
        year_id: UUID = self.make("open_year", where)
        self.make("adopted_year", where)
        with self.as_system() as ctx:
            budgets.begin_closing(ctx, year_id)
        return year_id

    def make_approved_year(self, where: str) -> UUID:
        year_id: UUID = self.make("ending_year", where)
        with self.as_system() as ctx:
            budgets.approve_carry_overs(ctx, year_id)
        return year_id

    def make_carry_over(self, where: str) -> UUID:
        year_id: UUID = self.make("ending_year", where)
        with self.as_system() as ctx:
            found = ctx.session.scalars(
                select(CarryOver)
                .join(Pool, Pool.id == CarryOver.pool_id)
                .where(
                    CarryOver.year_id == year_id,
                    Pool.unit_id == self.units[where],
                    Pool.kind == PoolKind.INSTITUTION,
                )
            ).one()
            words = ("purpose", "approved_by_name")
            for name in words:
                setattr(found, name, self.word("carry_overs", name))
            return found.id

    def make_transfer(self, where: str) -> UUID:
        """The institution's pool is asked to give its area's."""
        return self._asked(where, asked_by=None)

    def make_own_transfer(self, where: str) -> UUID:
        """The same, asked for by the institution's leader."""
        return self._asked(where, asked_by=self.users[f"leader_{where}"])

    def _asked(self, where: str, *, asked_by: UUID | None) -> UUID:
        giving, taking = self.the("pool", where), self.the("area_pool", where)
        with self.as_system() as ctx:
            made = budgets.ask_transfer(
                ctx,
                from_pool_id=giving,
                to_pool_id=taking,
                amount=100,
                reason=self.word("pool_transfers", "reason"),
            )
            found: Any = ctx.session.get_one(PoolTransfer, made.id)
            found.asked_by = asked_by or self.users["consultant"]
            for name in ("asked_by_name", "answered_by_name", "answer"):
                setattr(found, name, self.word("pool_transfers", name))
            return made.id

    def make_revision(self, where: str) -> UUID:
        with self.as_system() as ctx:
            budgets.adjust_allotment(
                ctx,
                self.the("pool", where),
                amount=100,
                reason=self.word("budget_revisions", "reason"),
            )
            return budgets.revisions(ctx, year_id=self.the("year")).items[0].id

    def make_figures(self, where: str) -> UUID:
        with self.as_system() as ctx:
            return organisation.record_figures(
                ctx,
                unit_id=self.units[where],
                from_date=date(self.today.year, 1, 1),
                children_0_2=10,
                children_3_5=20,
            ).id
