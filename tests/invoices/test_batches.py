"""Account strings, and postings that are handed to the finance system once."""

from __future__ import annotations

from datetime import date

import pytest

from tenant_app.budgets.models import CostLine
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tenant_app.invoices import service as invoices
from tests.invoices.conftest import FEE


def hand_over(purchase, who="admin"):
    with purchase.town.as_user(who) as ctx:
        return invoices.hand_over(ctx).id


def rows(purchase, batch_id):
    with purchase.town.as_user("auditor") as ctx:
        return invoices.rows_of(ctx, invoices.batch(ctx, batch_id))


def test_each_posting_is_handed_over_once_and_a_batch_stays_as_it_is(purchase):
    purchase.account()
    order_id = purchase.order("ped_n1_1", "ped_s1_1")
    purchase.invoiced(order_id, 2 * FEE)
    first = hand_over(purchase)
    before = rows(purchase, first)
    assert [(row.amount, row.account, row.requisition) for row in before] == [
        (FEE, "5.25.14.0.10", purchase.requisition(order_id))
    ] * 2
    purchase.refused(Conflict, lambda: hand_over(purchase))

    purchase.account(account="9.9.9", from_date=date(2026, 2, 1))
    purchase.invoiced(purchase.order("ped_n1_2"), FEE)
    second = hand_over(purchase)
    assert [row.account for row in rows(purchase, second)] == ["9.9.9"]
    assert rows(purchase, first) == before
    with purchase.town.as_user("auditor") as ctx:
        found = invoices.batches(ctx).items
        assert [(each.number, each.postings, each.total) for each in found] == [
            (2, 1, FEE),
            (1, 2, 2 * FEE),
        ]


def test_what_lacks_an_account_string_stays_behind_and_is_named(purchase):
    purchase.account("n1", "1.1")
    purchase.invoiced(purchase.order("ped_n1_1", "ped_s1_1"), 2 * FEE)
    with purchase.town.as_user("admin") as ctx:
        found = invoices.ready(ctx)
        assert [(row.account, row.amount) for row in found.rows] == [("1.1", FEE)]
        assert [(line, count) for _, line, count in found.places] == [(CostLine.FEE, 1)]
    hand_over(purchase)
    refusal = purchase.refused(Conflict, lambda: hand_over(purchase))
    assert "s1" in str(refusal)
    purchase.account("south", "2.2")
    assert [row.account for row in rows(purchase, hand_over(purchase))] == ["2.2"]


def test_the_nearest_account_string_in_force_counts(purchase):
    purchase.account("root", "0", cost_line=CostLine.MATERIALS)
    purchase.account("root", "1")
    purchase.account("north", "2")
    purchase.account("n1", "3", from_date=date(2026, 3, 3))  # from tomorrow
    with purchase.town.as_user("admin") as ctx:
        units = purchase.town.units
        wanted = [(units[at], CostLine.FEE) for at in ("n1", "s1", "root")]
        wanted.append((units["n1"], CostLine.MATERIALS))
        found = invoices.accounts_of(ctx, wanted)
        assert [found[each].account for each in wanted] == ["2", "1", "1", "0"]
        assert (units["n1"], CostLine.COVER) not in found


def test_an_orders_own_account_string_comes_first(purchase):
    order_id = purchase.order(materials=kroner(100))
    with purchase.town.as_user("admin") as ctx:
        invoices.change_order(
            ctx,
            order_id,
            supplier_cvr="",
            gln="",
            reference="A",
            account="7.7",
            expected_by=date(2026, 7, 1),
        )
    purchase.invoiced(order_id, FEE + kroner(100))
    found = rows(purchase, hand_over(purchase))
    assert [(row.account, row.amount) for row in found] == [("7.7", FEE), ("7.7", kroner(100))]


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("account", {"account": " "}),
        ("account", {"account": "=1+1"}),
        ("account", {"account": "1" * 61}),
        ("psp", {"psp": "a;b"}),
        ("gln", {"gln": "5798000419682"}),
        ("from_date", {"from_date": date(1026, 1, 1)}),
    ],
)
def test_account_strings_are_checked(purchase, field, facts):
    refusal = purchase.refused(Invalid, lambda: purchase.account(**facts))
    assert refusal.field == field


def test_the_same_day_again_corrects(purchase):
    for account in ("1", "2", "2"):
        purchase.account(account=account)
    with purchase.town.as_user("admin") as ctx:
        assert [each.account for each in invoices.account_strings(ctx).items] == ["2"]


@pytest.mark.parametrize("who", ["leader_n1", "area_north", "auditor"])
def test_others_hand_nothing_over(purchase, who):
    purchase.account()
    purchase.invoiced(purchase.order(), FEE)
    purchase.refused(Forbidden, lambda: hand_over(purchase, who))

    def account():
        with purchase.town.as_user(who) as ctx:
            invoices.set_account_string(
                ctx,
                unit_id=purchase.town.units["n1"],
                cost_line=CostLine.FEE,
                from_date=date(2026, 1, 1),
                account="1",
            )

    purchase.refused(Forbidden, account)


def test_batches_are_the_municipalitys(purchase):
    purchase.account()
    purchase.invoiced(purchase.order(), FEE)
    batch_id = hand_over(purchase)
    with purchase.town.as_user("leader_n1") as ctx, pytest.raises(Forbidden):
        invoices.batch(ctx, batch_id)
    with purchase.town.as_user("ped_n1") as ctx, pytest.raises(NotFound):
        invoices.batch(ctx, batch_id)
