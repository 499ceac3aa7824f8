"""Money that is freed after its year was closed: it finds its way, or the cure is told."""

from __future__ import annotations

import pytest

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PoolKind
from tenant_app.budgets.rules import Cost
from tenant_app.budgets.rules.closing import Caps
from tenant_app.core.errors import Conflict
from tenant_app.core.money import kroner
from tests.budgets.test_closing import (
    NEW_YEAR,
    approve,
    begin,
    carried_into,
    close,
    next_year,
    rows,
)

__all__ = ["next_year"]


def freed_after_the_closing(money, source):
    with money.town.as_system() as ctx:
        budgets.release(ctx, source_id=source)
    with money.town.as_user("admin", now=NEW_YEAR) as ctx:
        budgets.make_up(ctx, money.year_id)


def committed(money, unit, amount):
    source = money.reserve(unit, Cost(fee=amount), ects=0)
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    return source


def test_a_purpose_can_be_stated_for_what_is_freed_after_the_closing(money, next_year):
    with money.town.as_user("admin") as ctx:
        budgets.set_carry_rule(ctx, kind=PoolKind.INSTITUTION, caps=Caps(requires_purpose=True))
    source = committed(money, "n1", kroner(10_000))
    begin(money)
    approve(money)
    close(money)
    key = rows(money)["n1"].id

    def state():
        with money.town.as_user("admin", now=NEW_YEAR) as ctx:
            return budgets.state_purpose(ctx, key, purpose="Sprog i foråret")

    before = money.picture()
    with pytest.raises(Conflict, match="closed"):
        state()
    assert money.picture() == before
    freed_after_the_closing(money, source)
    state()
    approve(money)
    close(money)

    assert carried_into(money, next_year)["n1"] == (kroner(150_000), 1)


def test_what_is_freed_late_follows_into_a_year_that_is_closing_itself(money, next_year):
    source = committed(money, "n1", kroner(10_000))
    begin(money)
    approve(money)
    close(money)
    with money.town.as_user("admin") as ctx:
        budgets.open_year(ctx, next_year)
    later = NEW_YEAR.replace(year=2028)
    with money.town.as_user("admin", now=later) as ctx:
        budgets.begin_closing(ctx, next_year)
        budgets.approve_carry_overs(ctx, next_year)
    freed_after_the_closing(money, source)
    approve(money)
    close(money)

    assert carried_into(money, next_year)["n1"] == (kroner(150_000), 2)
    with money.town.as_user("admin", now=later) as ctx:
        # Whoever said yes to the other figures looks again.
        assert budgets.make_up(ctx, next_year).waiting == 1


def test_where_the_next_year_is_closed_too_the_cure_is_another(money, next_year):
    source = committed(money, "n1", kroner(10_000))
    with money.town.as_user("admin") as ctx:
        last = budgets.create_year(ctx, year=2028, frame=kroner(1_000_000), central_bp=4000)
        budgets.adopt(ctx, last.id)
        budgets.open_year(ctx, next_year)
    begin(money)
    approve(money)
    close(money)
    with money.town.as_user("admin", now=NEW_YEAR.replace(year=2028)) as ctx:
        budgets.begin_closing(ctx, next_year)
        budgets.approve_carry_overs(ctx, next_year)
        budgets.close_year(ctx, next_year)
    freed_after_the_closing(money, source)
    approve(money)

    before = money.picture()
    with pytest.raises(Conflict, match="closed too"):
        close(money)
    assert money.picture() == before
