"""Money between pools: asked for, answered by another, moved once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import EntryKind, LedgerEntry
from tenant_app.budgets.rules import Cost
from tenant_app.budgets.year_models import PoolTransfer, TransferState
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tests.budgets.conftest import balances, sums
from tests.races.test_budget_ledger import at_once


def ask(money, who, giver, taker, amount=1_000_000, reason="Fælles forløb"):
    with money.town.as_user(who) as ctx:
        return budgets.ask_transfer(
            ctx,
            from_pool_id=money.pools[giver],
            to_pool_id=money.pools[taker],
            amount=amount,
            reason=reason,
        ).id


def approve(money, who, transfer_id):
    with money.town.as_user(who) as ctx:
        return budgets.approve_transfer(ctx, transfer_id).state


def state(money, transfer_id):
    with money.town.as_system() as ctx:
        return ctx.session.get_one(PoolTransfer, transfer_id).state


def test_a_leader_asks_and_the_administration_approves(money):
    asked = ask(money, "leader_n1", "central", "n1")
    assert money.position("n1").transferred == 0
    assert approve(money, "admin", asked) is TransferState.APPROVED
    assert money.position("n1").transferred == kroner(10_000)
    assert money.position("central").transferred == -kroner(10_000)
    with money.town.as_system() as ctx:
        entries = ctx.session.scalars(
            select(LedgerEntry).where(LedgerEntry.kind == EntryKind.TRANSFERRED)
        ).all()
        assert {entry.link_id for entry in entries} == {asked}
        assert len(entries) == 2
        assert balances(ctx) == sums(ctx)


def test_the_owner_of_the_giving_pool_answers(money):
    asked = ask(money, "admin", "n1", "n2")
    with pytest.raises(Forbidden):
        approve(money, "leader_n2", asked)
    with pytest.raises(NotFound):
        approve(money, "leader_s1", asked)
    assert approve(money, "leader_n1", asked) is TransferState.APPROVED


@pytest.mark.parametrize(("who", "giver"), [("admin", "central"), ("leader_n1", "n1")])
def test_nobody_approves_what_they_asked_for(money, who, giver):
    asked = ask(money, who, giver, "n2" if who == "admin" else "central")
    before = money.picture()
    with pytest.raises(Forbidden, match="yourself"):
        approve(money, who, asked)
    assert money.picture() == before
    assert state(money, asked) is TransferState.ASKED


def test_a_pool_never_gives_what_is_committed(money):
    source = money.reserve("n1", Cost(fee=kroner(145_000)), ects=0)
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    asked = ask(money, "admin", "n1", "n2")
    before = money.picture()
    with pytest.raises(Conflict, match="can give up"):
        approve(money, "leader_n1", asked)
    assert money.picture() == before
    assert state(money, asked) is TransferState.ASKED


def test_rejected_with_a_reason_and_withdrawn_by_who_asked(money):
    asked = ask(money, "leader_n1", "central", "n1")
    with money.town.as_user("admin") as ctx, pytest.raises(Invalid):
        budgets.reject_transfer(ctx, asked, note="  ")
    with money.town.as_user("admin") as ctx:
        assert budgets.reject_transfer(ctx, asked, note="Ikke i år").answer == "Ikke i år"
    with pytest.raises(Conflict, match="answered already"):
        approve(money, "admin", asked)
    other = ask(money, "leader_n1", "central", "n1")
    with money.town.as_user("admin") as ctx, pytest.raises(Forbidden):
        budgets.withdraw_transfer(ctx, other)
    with money.town.as_user("leader_n1") as ctx:
        assert budgets.withdraw_transfer(ctx, other).state is TransferState.WITHDRAWN
    assert money.position("n1").transferred == 0


def test_refusals_change_nothing(money):
    before = money.picture()
    for giver, taker, amount, reason, refusal in (
        ("n1", "n1", 100, "Hvorfor", Invalid),
        ("central", "n1", 0, "Hvorfor", Invalid),
        ("central", "n1", -1, "Hvorfor", Invalid),
        ("central", "n1", 100, " ", Invalid),
        ("central", "n1", 100, "x" * 1001, Invalid),
        ("s1", "n1", 100, "Hvorfor", NotFound),
    ):
        with pytest.raises(refusal):
            ask(money, "leader_n1", giver, taker, amount, reason)
    with pytest.raises(Forbidden):
        ask(money, "ped_n1", "central", "n1")
    assert money.picture() == before
    with money.town.as_user("leader_n1") as ctx:
        assert not budgets.pool_transfers(ctx).items


def test_two_approvals_at_once_move_the_money_once(money):
    asked = ask(money, "leader_n1", "central", "n1")

    def work(_):
        try:
            approve(money, "admin", asked)
        except Conflict:
            return "refused"
        return "approved"

    assert at_once(8, work) == {"approved": 1, "refused": 7}
    assert money.position("n1").transferred == kroner(10_000)
    with money.town.as_system() as ctx:
        assert balances(ctx) == sums(ctx)


def test_the_control_without_the_guard_answers_more_than_once(money):
    """Read, then write: what the conditional update replaces. It must lose."""
    asked = ask(money, "leader_n1", "central", "n1")
    read = threading.Barrier(4)

    def work(_):
        with money.town.as_system() as ctx:
            found = ctx.session.get_one(PoolTransfer, asked)
            waits = found.state is TransferState.ASKED
            read.wait()
            if not waits:
                return "refused"
            found.state = TransferState.APPROVED
        return "approved"

    assert at_once(4, work)["approved"] > 1
