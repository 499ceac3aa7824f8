"""Money that moves between pools, into them and out of them, and invoices that differ."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import CostLine, EntryKind, LedgerEntry, MoneyLine, Policy
from tenant_app.budgets.rules import Cost, InvoiceExceeds
from tenant_app.core.errors import Conflict, Invalid, NotFound
from tenant_app.core.money import kroner
from tests.budgets.conftest import balances, sums

FREE = {"ects": 0}
"""The institution pays all."""


def books(money) -> bool:
    with money.town.as_system() as ctx:
        return balances(ctx) == sums(ctx)


def transfer(money, amount: int, *, giver: str = "n1", taker: str = "n2", **more):
    with money.town.as_system() as ctx:
        return budgets.transfer(
            ctx,
            from_pool_id=money.pools[giver],
            to_pool_id=money.pools[taker],
            amount=amount,
            note="Flere på modulet",
            **more,
        )


def test_a_transfer_is_two_entries_with_one_link(money):
    before = money.position("n1").available, money.position("n2").available
    link = transfer(money, kroner(1_000))
    assert money.position("n1").available == before[0] - kroner(1_000)
    assert money.position("n2").available == before[1] + kroner(1_000)
    with money.town.as_system() as ctx:
        rows = ctx.session.scalars(select(LedgerEntry).where(LedgerEntry.link_id == link)).all()
        assert sorted((row.kind, row.transferred) for row in rows) == [
            (EntryKind.TRANSFERRED, -kroner(1_000)),
            (EntryKind.TRANSFERRED, kroner(1_000)),
        ]
    assert books(money)


def test_the_same_transfer_twice_is_once(money):
    link = uuid4()
    assert transfer(money, kroner(1_000), link_id=link) == link
    before = money.picture()
    assert transfer(money, kroner(1_000), link_id=link) == link
    assert money.picture() == before


def test_a_pool_that_stops_gives_no_more_than_is_available(money):
    money.reserve("n1", Cost(fee=kroner(10_000)), **FREE)
    left = money.position("n1").available
    before = money.picture()
    with pytest.raises(Conflict) as refused:
        transfer(money, left + 1)
    assert refused.value.field == "amount"
    assert "0,01 kr short" in str(refused.value)
    assert money.picture() == before
    transfer(money, left)
    assert money.position("n1").available == 0
    assert books(money)


def test_a_pool_that_warns_gives_what_is_not_bound(town, make_money):
    money = make_money(town, policy=Policy.WARN)
    source = money.reserve("n1", Cost(fee=kroner(10_000)), **FREE)
    money.reserve("n1", Cost(fee=kroner(5_000)), **FREE)
    with town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    unbound = money.position("n1").available + kroner(5_000)
    before = money.picture()
    with pytest.raises(Conflict):
        transfer(money, unbound + 1)
    assert money.picture() == before
    transfer(money, unbound)
    assert money.position("n1").available == -kroner(5_000)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": 10**15}, "amount"),
        ({"note": "  "}, "note"),
        ({"note": "x" * 1001}, "note"),
        ({"to_pool_id": "n1"}, "to_pool_id"),
    ],
)
def test_a_transfer_that_cannot_be_meant_is_refused(money, change, field):
    before = money.picture()
    facts = {"to_pool_id": "n2", "amount": 100, "note": "Ja"} | change
    facts["to_pool_id"] = money.pools[facts["to_pool_id"]]
    with pytest.raises(Invalid) as refused, money.town.as_system() as ctx:
        budgets.transfer(ctx, from_pool_id=money.pools["n1"], **facts)
    assert refused.value.field == field
    assert money.picture() == before


def test_an_unknown_pool_is_not_found(money, make_town, make_money):
    other = make_money(make_town())
    before = money.picture()
    for pool in (uuid4(), other.pools["n1"]):
        with pytest.raises(NotFound), money.town.as_system() as ctx:
            budgets.transfer(
                ctx, from_pool_id=money.pools["n1"], to_pool_id=pool, amount=1, note="Ja"
            )
        with pytest.raises(NotFound), money.town.as_system() as ctx:
            budgets.receive(ctx, pool_id=pool, amount=1, note="Ja", link_id=uuid4())
    assert money.picture() == before


def test_what_is_carried_comes_once_and_can_be_a_debt(money):
    link, n1 = uuid4(), money.pools["n1"]
    for _ in range(2):
        with money.town.as_system() as ctx:
            budgets.carry(ctx, pool_id=n1, amount=kroner(700), note="Fra 2025", link_id=link)
    assert money.position("n1").carried == kroner(700)
    with money.town.as_system() as ctx:
        budgets.carry(ctx, pool_id=n1, amount=-kroner(200), note="Gæld", link_id=uuid4())
    assert money.position("n1").carried == kroner(500)
    before = money.picture()
    debt = money.position("n1").available + 1
    with pytest.raises(Conflict), money.town.as_system() as ctx:
        budgets.carry(ctx, pool_id=n1, amount=-debt, note="Gæld", link_id=uuid4())
    assert money.picture() == before
    assert books(money)


def test_income_comes_and_goes_back_once(money):
    grant, refund, pool = uuid4(), uuid4(), money.pools["central"]
    start = money.position("central").available
    for _ in range(2):
        with money.town.as_system() as ctx:
            budgets.receive(ctx, pool_id=pool, amount=kroner(90), note="Tilsagn", link_id=grant)
    assert money.position("central").available == start + kroner(90)
    for _ in range(2):
        with money.town.as_system() as ctx:
            budgets.pay_back(ctx, pool_id=pool, amount=kroner(40), note="Retur", link_id=refund)
    assert money.position("central").available == start + kroner(50)
    before = money.picture()
    with pytest.raises(Conflict), money.town.as_system() as ctx:
        budgets.pay_back(
            ctx, pool_id=pool, amount=start + kroner(51), note="Retur", link_id=uuid4()
        )
    assert money.picture() == before
    assert books(money)


def settle(money, source, amount, **more):
    with money.town.as_system() as ctx:
        return budgets.settle(ctx, source_id=source, amount=amount, **({"link_id": uuid4()} | more))


def committed(money, cost: Cost, **facts):
    source = money.reserve("n1", cost, **facts)
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    return source


def test_a_dearer_invoice_is_spent_with_its_difference_and_once(money):
    source = committed(money, Cost(fee=kroner(1_000)), **FREE)
    start = money.position("n1").available
    link = uuid4()
    assert settle(money, source, kroner(1_100), link_id=link) == kroner(100)
    held = money.position("n1")
    assert (held.committed, held.actual) == (0, kroner(1_100))
    assert held.available == start - kroner(100)
    before = money.picture()
    assert settle(money, source, kroner(1_100), link_id=link) == 0
    assert money.picture() == before
    with money.town.as_system() as ctx:
        budgets.charge(ctx, source_id=source)  # the completion that follows spends nothing twice
    assert money.picture() == before
    # A corrected invoice says what it costs in all.
    assert settle(money, source, kroner(900)) == -kroner(200)
    assert money.position("n1").actual == kroner(900)
    with money.town.as_system() as ctx:
        line = ctx.session.scalars(select(MoneyLine)).one()
        assert (line.amount, line.adjusted) == (kroner(1_000), -kroner(100))
    assert books(money)


def test_the_difference_divides_by_what_each_pool_pays(money):
    """Cover 50/50: 1,000.01 kr of cover turns out to be 1,000.04 kr."""
    source = committed(money, Cost(fee=kroner(100), cover=kroner(1_000) + 1), ects=10)
    assert settle(money, source, kroner(1_000) + 4, cost_line=CostLine.COVER) == 3
    with money.town.as_system() as ctx:
        lines = ctx.session.scalars(
            select(MoneyLine).where(MoneyLine.cost_line == CostLine.COVER)
        ).all()
        assert sum(line.amount + line.adjusted for line in lines) == kroner(1_000) + 4
    assert books(money)


def test_an_invoice_that_the_pool_cannot_bear_is_refused(money):
    source = committed(money, Cost(fee=kroner(1_000)), **FREE)
    left = money.position("n1").available
    before = money.picture()
    with pytest.raises(InvoiceExceeds) as refused:
        settle(money, source, kroner(1_000) + left + 1)
    assert "0,01 kr short" in str(refused.value)
    assert money.picture() == before
    settle(money, source, kroner(1_000) + left)
    assert money.position("n1").available == 0


def test_what_is_released_or_only_reserved_takes_no_invoice(money):
    asked = money.reserve("n1", Cost(fee=kroner(10)), **FREE)
    gone = committed(money, Cost(fee=kroner(10)), **FREE)
    with money.town.as_system() as ctx:
        budgets.release(ctx, source_id=gone)
    before = money.picture()
    for source in (asked, gone, uuid4()):
        with pytest.raises(Conflict):
            settle(money, source, kroner(10))
    assert money.picture() == before
