"""The end of a year: what follows, what is lost, and that closing twice is closing once."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    BudgetYearState,
    EntryKind,
    LedgerEntry,
    Policy,
    Pool,
    PoolBalance,
    PoolKind,
)
from tenant_app.budgets.rules import Cost
from tenant_app.budgets.rules.closing import Caps, carried_of
from tenant_app.budgets.year_models import CarryApprover, CarryOver
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import Money, kroner
from tenant_app.organisation.models import UnitPlacement
from tests.budgets.conftest import FACTS, balances, sums
from tests.races.test_budget_ledger import at_once

NEW_YEAR = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)


@pytest.fixture
def next_year(money):
    """2027 is adopted while 2026 runs."""
    with money.town.as_user("admin") as ctx:
        made = budgets.create_year(ctx, year=2027, frame=kroner(1_000_000), central_bp=4000)
        budgets.adopt(ctx, made.id)
        return made.id


def spend(money, unit, amount):
    source = money.reserve(unit, Cost(fee=Money(amount)), ects=0)
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
        budgets.charge(ctx, source_id=source)
    return source


def begin(money):
    with money.town.as_user("admin", now=NEW_YEAR) as ctx:
        return budgets.begin_closing(ctx, money.year_id)


def approve(money):
    with money.town.as_user("admin", now=NEW_YEAR) as ctx:
        return budgets.approve_carry_overs(ctx, money.year_id)


def close(money):
    with money.town.as_user("admin", now=NEW_YEAR) as ctx:
        return budgets.close_year(ctx, money.year_id)


def rows(money):
    with money.town.as_system() as ctx:
        found = ctx.session.scalars(select(CarryOver)).all()
        names = {pool: name for name, pool in money.pools.items()}
        return {names[row.pool_id]: row for row in found}


def carried_into(money, year_id):
    """Unit of a pool of the year → what it was carried, and how many entries say so."""
    with money.town.as_system() as ctx:
        found = ctx.session.execute(
            select(Pool.kind, Pool.unit_id, PoolBalance.carried, func.count(LedgerEntry.id))
            .join(PoolBalance, PoolBalance.pool_id == Pool.id)
            .outerjoin(
                LedgerEntry,
                (LedgerEntry.pool_id == Pool.id) & (LedgerEntry.kind == EntryKind.CARRIED),
            )
            .where(Pool.year_id == year_id)
            .group_by(Pool.kind, Pool.unit_id, PoolBalance.carried)
        )
        by_unit = {unit: name for name, unit in money.town.units.items()}
        return {
            "central" if kind is PoolKind.CENTRAL else by_unit[unit]: (carried, entries)
            for kind, unit, carried, entries in found
        }


def test_closed_twice_carries_the_same_and_enters_nothing_twice(money, next_year):
    spend(money, "n1", kroner(100_000))
    begin(money)
    approve(money)
    first = close(money)
    carried = carried_into(money, next_year)
    assert carried["n1"] == (kroner(50_000), 1)
    assert carried["central"] == (kroner(400_000), 1)
    before = money.picture()
    second = close(money)
    assert (first.carried, first.posted) == (second.carried, second.posted)
    assert first.posted == kroner(900_000)
    assert carried_into(money, next_year) == carried
    assert money.picture() == before
    with money.town.as_system() as ctx:
        assert balances(ctx) == sums(ctx)


def test_what_changed_after_the_closing_enters_as_a_difference_once_approved(money, next_year):
    source = money.reserve("n1", Cost(fee=kroner(10_000)), ects=0)
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    begin(money)
    approve(money)
    close(money)
    assert carried_into(money, next_year)["n1"] == (kroner(140_000), 1)
    with money.town.as_system() as ctx:
        budgets.release(ctx, source_id=source)
    with pytest.raises(Conflict, match="wait for somebody"):
        close(money)
    with money.town.as_user("admin", now=NEW_YEAR) as ctx:
        budgets.make_up(ctx, money.year_id)
    assert approve(money) == 1
    close(money)
    close(money)
    assert carried_into(money, next_year)["n1"] == (kroner(150_000), 2)
    with money.town.as_system() as ctx:
        assert balances(ctx) == sums(ctx)


def test_a_committed_course_stays_in_its_year_and_counts_as_spent(money, next_year):
    source = money.reserve("n1", Cost(fee=kroner(20_000)), ects=0)
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    begin(money)
    approve(money)
    close(money)
    with money.town.as_system(now=NEW_YEAR) as ctx:
        budgets.charge(ctx, source_id=source)
    assert money.position("n1").actual == kroner(20_000)
    close(money)
    assert carried_into(money, next_year)["n1"] == (kroner(130_000), 1)


def test_no_new_request_draws_on_a_year_that_closes(money, next_year):
    begin(money)
    with money.town.as_system() as ctx, pytest.raises(Conflict, match="takes no new requests"):
        budgets.year_for(ctx, date(2026, 12, 1))


def test_what_is_only_asked_for_is_answered_first(money, next_year):
    money.reserve("n1", Cost(fee=kroner(5_000)), ects=0)
    begin(money)
    approve(money)
    before = money.picture()
    with pytest.raises(Conflict, match="wait for an answer"):
        close(money)
    assert money.picture() == before
    with money.town.as_user("admin") as ctx:
        [asked] = budgets.reservations(ctx, money.year_id)
        assert asked.amount == kroner(5_000)
    # Nobody knows this source: it is answered where it was made.
    with money.town.as_user("admin") as ctx, pytest.raises(Conflict, match="where they were"):
        budgets.send_back_reservations(ctx, money.year_id, note="Året er slut")


def test_caps_hold_per_direction_and_what_is_over_is_told(make_money, town):
    money = make_money(town, policy=Policy.WARN)
    with town.as_user("admin") as ctx:
        made = budgets.create_year(
            ctx, year=2027, frame=kroner(1_000_000), central_bp=4000, policy=Policy.WARN
        )
        budgets.adopt(ctx, made.id)
        caps = Caps(overspend_cap_bp=200, underspend_cap_bp=500, abs_cap=kroner(7_000))
        budgets.set_carry_rule(ctx, kind=PoolKind.INSTITUTION, caps=caps)
        budgets.set_carry_rule(ctx, kind=PoolKind.CENTRAL, caps=Caps(requires_purpose=True))
        own = Caps(underspend_cap_bp=10_000, approver=CarryApprover.OWNER)
        budgets.set_carry_rule(ctx, pool_id=money.pools["s1"], caps=own)
    spend(money, "n1", kroner(160_000))
    spend(money, "n2", kroner(149_000))
    begin(money)
    found = rows(money)
    told = {name: (row.result, row.carried, row.lost, row.over_cap) for name, row in found.items()}
    assert told["n1"] == (-kroner(10_000), -kroner(3_000), 0, kroner(7_000))
    assert told["n2"] == (kroner(1_000), kroner(1_000), 0, 0)
    assert told["s1"] == (kroner(150_000), kroner(150_000), 0, 0)
    assert told["s2"] == (kroner(150_000), kroner(7_000), kroner(143_000), 0)
    assert told["central"] == (kroner(400_000), 0, kroner(400_000), 0)
    with town.as_user("admin", now=NEW_YEAR) as ctx:
        row = budgets.state_purpose(ctx, found["central"].id, purpose="Diplomforløb i foråret")
        assert (row.carried, row.lost) == (kroner(400_000), 0)
    with town.as_user("leader_s1", now=NEW_YEAR) as ctx:
        assert budgets.approve_carry_overs(ctx, money.year_id) == 1
    with town.as_user("leader_s1", now=NEW_YEAR) as ctx, pytest.raises(Conflict):
        budgets.approve_carry_overs(ctx, money.year_id)
    with town.as_user("leader_n1", now=NEW_YEAR) as ctx, pytest.raises(Forbidden):
        budgets.approve_carry_overs(ctx, money.year_id, only={found["n1"].id})
    assert approve(money) == 4
    close(money)
    assert carried_into(money, made.id)["n1"] == (-kroner(3_000), 1)


def test_a_pool_that_stops_does_not_take_a_debt_it_cannot_bear(make_money, town):
    money = make_money(town, policy=Policy.WARN)
    spend(money, "n1", kroner(400_000))
    with town.as_user("admin") as ctx:
        made = budgets.create_year(ctx, year=2027, frame=kroner(1_000_000), central_bp=4000)
        budgets.adopt(ctx, made.id)
    begin(money)
    approve(money)
    before = money.picture()
    with pytest.raises(Conflict, match="n1 "):
        close(money)
    assert money.picture() == before


def test_what_is_asked_for_in_the_next_year_is_counted_where_a_pool_stops(make_money, town):
    money = make_money(town, policy=Policy.WARN)
    spend(money, "n1", kroner(200_000))  # 50,000 kr more than it has
    with town.as_user("admin") as ctx:
        made = budgets.create_year(ctx, year=2027, frame=kroner(1_000_000), central_bp=4000)
        budgets.adopt(ctx, made.id)
        budgets.open_year(ctx, made.id)
        card = budgets.cost_card(
            ctx,
            year=made,
            unit_id=town.units["n1"],
            cost=Cost(fee=kroner(100_001)),  # of 150,000 kr: 49,999 kr are left
            facts=FACTS | {"ects": 0},
            on=ctx.today,
        )
        budgets.reserve(ctx, source_id=uuid4(), submission=1, card=card)
    begin(money)
    approve(money)
    before = money.picture()
    with pytest.raises(Conflict, match="do not hold the debt"):
        close(money)
    assert money.picture() == before


def test_without_pools_in_the_next_year_nothing_is_closed(money):
    begin(money)
    approve(money)
    before = money.picture()
    with pytest.raises(Conflict, match="Adopt 2027 first"):
        close(money)
    assert money.picture() == before


def test_a_closed_units_money_goes_to_its_area_else_to_the_municipality(make_money, town):
    money = make_money(town, area_bp=1000)
    with town.as_system() as ctx:
        for name in ("n1", "s1"):
            ctx.session.execute(
                update(UnitPlacement)
                .where(UnitPlacement.unit_id == town.units[name])
                .values(to_date=date(2026, 12, 1))
            )
    with town.as_user("admin", now=NEW_YEAR) as ctx:
        made = budgets.create_year(
            ctx, year=2027, frame=kroner(1_000_000), central_bp=4000, area_bp=1000
        )
        budgets.adopt(ctx, made.id)
    begin(money)
    approve(money)
    close(money)
    carried = carried_into(money, made.id)
    assert carried["north"] == (kroner(50_000) + kroner(125_000), 2)
    assert carried["n2"] == (kroner(125_000), 1)
    with town.as_system() as ctx:
        assert balances(ctx) == sums(ctx)


def test_a_unit_without_a_pool_in_the_next_year_is_named(make_money, town):
    money = make_money(town, area_bp=1000)
    with town.as_user("admin") as ctx:
        made = budgets.create_year(ctx, year=2027, frame=kroner(1_000_000), central_bp=4000)
        budgets.adopt(ctx, made.id)
    begin(money)
    approve(money)
    with pytest.raises(Conflict, match=r"north .*south|south .*north"):
        close(money)
    with town.as_user("admin") as ctx:
        for name in ("north", "south"):
            budgets.open_pool(ctx, made.id, unit_id=town.units[name])
    close(money)
    assert carried_into(money, made.id)["north"] == (kroner(50_000), 1)


def test_states_and_rights(money, next_year):
    with money.town.as_user("admin") as ctx, pytest.raises(Conflict, match="not begun"):
        budgets.close_year(ctx, money.year_id)
    with money.town.as_user("leader_n1") as ctx, pytest.raises(Forbidden):
        budgets.begin_closing(ctx, money.year_id)
    begin(money)
    with money.town.as_user("admin") as ctx, pytest.raises(Conflict, match="being closed"):
        budgets.begin_closing(ctx, money.year_id)
    with money.town.as_user("admin") as ctx, pytest.raises(Conflict, match="being closed"):
        budgets.adjust_allotment(ctx, money.pools["n1"], amount=100, reason="For sent")
    with money.town.as_user("admin") as ctx:
        assert budgets.budget_year(ctx, money.year_id).state is BudgetYearState.CLOSING
    with money.town.as_user("admin") as ctx, pytest.raises(Invalid):
        budgets.set_carry_rule(ctx, kind=PoolKind.AREA, caps=Caps(overspend_cap_bp=10_001))
    with money.town.as_user("admin") as ctx, pytest.raises(Invalid):
        budgets.set_carry_rule(ctx, kind=PoolKind.AREA, caps=Caps(abs_cap=Money(-1)))


RESULTS = (0, 1, 99, 100_01, 20_000_00, -1, -100_01, -20_000_00)
SHARES = (None, 0, 333, 10_000)


def test_the_statement_says_what_the_rule_says(make_money, town):
    """Every mixture of result, caps and purpose in turn, on one pool."""
    money = make_money(town, policy=Policy.WARN)
    pool = money.pools["n1"]
    own = kroner(150_000)
    begin(money)
    for result, share, most, strict in itertools.product(
        RESULTS, SHARES, (None, 0, 5_000), (False, True)
    ):
        caps = Caps(share, share, None if most is None else Money(most), strict)
        with town.as_system(now=NEW_YEAR) as ctx:
            ctx.session.execute(
                update(PoolBalance).where(PoolBalance.pool_id == pool).values(actual=own - result)
            )
            budgets.set_carry_rule(ctx, kind=PoolKind.INSTITUTION, caps=caps)
            budgets.make_up(ctx, money.year_id)
            row = ctx.session.scalars(
                select(CarryOver).where(CarryOver.pool_id == pool),
                execution_options={"populate_existing": True},
            ).one()
            assert (row.carried, row.lost, row.over_cap) == carried_of(result, own, caps), (
                result,
                caps,
            )


def test_two_closings_at_once_enter_once(money, next_year):
    begin(money)
    approve(money)

    def work(_):
        close(money)
        return "closed"

    assert at_once(4, work)["closed"] == 4
    assert {entries for _carried, entries in carried_into(money, next_year).values()} == {1}


def test_an_unknown_year_is_not_found(money):
    with money.town.as_user("admin") as ctx, pytest.raises(NotFound):
        budgets.close_year(ctx, uuid4())
