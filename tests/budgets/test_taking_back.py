"""A closing begins on its day at the earliest, and is taken back until somebody says yes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYearState, EntryKind, LedgerEntry
from tenant_app.budgets.year_models import CarryOver
from tenant_app.core.errors import Conflict, Forbidden, Invalid
from tenant_app.core.money import kroner
from tests.budgets.test_closing import NEW_YEAR, approve, begin, next_year, spend

__all__ = ["next_year"]


def taken_back(money, who="admin", reason="For tidligt"):
    with money.town.as_user(who, now=NEW_YEAR) as ctx:
        return budgets.take_back_closing(ctx, money.year_id, reason=reason)


def everything(money):
    with money.town.as_system() as ctx:
        rows = ctx.session.execute(select(*CarryOver.__table__.c).order_by(CarryOver.id))
        year = budgets.budget_year(ctx, money.year_id)
        return money.picture(), [tuple(map(str, row)) for row in rows], year.state


def refused(money, error, act, match=None):
    before = everything(money)
    with pytest.raises(error, match=match) as caught:
        act()
    assert everything(money) == before
    return caught.value


def test_a_year_cannot_be_closed_before_its_day(money, next_year):
    def early():
        with money.town.as_user("admin") as ctx:
            budgets.begin_closing(ctx, money.year_id)

    refused(money, Conflict, early, "can begin from 01-01-2027")
    for day in (date(2026, 11, 30), date(2028, 1, 1)):
        with money.town.as_user("admin") as ctx, pytest.raises(Invalid) as caught:
            budgets.set_closing_day(ctx, money.year_id, day)
        assert caught.value.field == "closes_from"
    with money.town.as_user("admin") as ctx:
        budgets.set_closing_day(ctx, money.year_id, date(2027, 2, 1))
    refused(money, Conflict, lambda: begin(money), "can begin from 01-02-2027")
    with money.town.as_user("leader_n1") as ctx, pytest.raises(Forbidden):
        budgets.set_closing_day(ctx, money.year_id, date(2027, 1, 1))
    with money.town.as_user("admin") as ctx:
        budgets.set_closing_day(ctx, money.year_id, date(2027, 1, 1))
    begin(money)
    with money.town.as_user("admin") as ctx, pytest.raises(Conflict, match="being closed"):
        budgets.set_closing_day(ctx, money.year_id, date(2027, 3, 1))


def test_a_closing_is_taken_back_until_somebody_says_yes(money, next_year):
    spend(money, "n1", kroner(1_000))
    refused(money, Conflict, lambda: taken_back(money), "not begun")
    begun = begin(money)
    assert begun.pools
    refused(money, Invalid, lambda: taken_back(money, reason=" "))
    refused(money, Forbidden, lambda: taken_back(money, who="leader_n1"))
    assert taken_back(money).pools == 0
    with money.town.as_system() as ctx:
        assert ctx.session.scalars(select(CarryOver)).all() == []
        assert budgets.budget_year(ctx, money.year_id).state is BudgetYearState.OPEN
        assert not ctx.session.scalars(
            select(LedgerEntry).where(LedgerEntry.kind == EntryKind.CARRIED)
        ).all()
    spend(money, "n1", kroner(1_000))  # it takes requests again

    again = begin(money)
    assert again.result == begun.result - kroner(1_000)
    approve(money)
    refused(money, Conflict, lambda: taken_back(money), "approved for")
    with money.town.as_user("admin", now=NEW_YEAR) as ctx:
        budgets.close_year(ctx, money.year_id)
    refused(money, Conflict, lambda: taken_back(money), "is closed")
