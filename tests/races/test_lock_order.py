"""Verbs of money that meet wait for each other in one order: year, places, pools, orders and
applications. The controls lock as they come, and PostgreSQL ends one of the two.

The first stands at a chosen moment until the second is through or waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PoolBalance
from tenant_app.budgets.service import ledger
from tenant_app.catalogue import queries as catalogue_queries
from tenant_app.catalogue.models import CourseSession
from tenant_app.core.errors import Refusal
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment
from tenant_app.enrolments.service import Decision, requesting
from tenant_app.funds.models import FundApplication
from tenant_app.funds.service import answering as fund_answering
from tenant_app.funds.service import following
from tenant_app.invoices import queries
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import Order, OrderLine
from tenant_app.invoices.service import taking
from tests.funds.conftest import Fund
from tests.invoices.conftest import FEE, Purchase
from tests.races.waiting import until_it_waits_or_ends

pytestmark = pytest.mark.races


class Meeting:
    """`first` runs up to the moment; then `second` runs until it is through or waits."""

    def __init__(self, second: Callable[[], Any]) -> None:
        self.ended: list[Exception] = []
        self.met = False
        self._thread = threading.Thread(target=self._run, args=(second,))
        self._main = threading.current_thread()

    def _run(self, second: Callable[[], Any]) -> None:
        try:
            second()
        except (Refusal, DBAPIError) as error:
            self.ended.append(error)

    def here(self, ctx: Any) -> None:
        """The moment, once, and only for the first."""
        if not self.met and threading.current_thread() is self._main:
            self.met = True
            self._thread.start()
            until_it_waits_or_ends(self._thread, ctx.session)

    @contextmanager
    def first(self) -> Iterator[None]:
        try:
            yield
        except (Refusal, DBAPIError) as error:
            self.ended.append(error)
        assert self.met, "the moment never came"
        self._thread.join()

    @property
    def deadlocks(self) -> int:
        return sum("deadlock" in str(error) for error in self.ended)


def stop_before(monkeypatch, where: Any, name: str, meeting: Meeting, *, after: bool = False):
    """The function's first call is the moment, before it does its work or after."""
    real = getattr(where, name)

    def at_the_moment(ctx, *args, **facts):
        if not after:
            meeting.here(ctx)
        found = real(ctx, *args, **facts)
        if after:
            meeting.here(ctx)
        return found

    monkeypatch.setattr(where, name, at_the_moment)


# -- an invoice is approved while a place on its order is given up


def giving_up(town, monkeypatch) -> tuple[Purchase, Any, Meeting]:
    """The leader has taken the lines, and is about to take the pool."""
    purchase = Purchase(town)
    order_id = purchase.order("ped_n1_1", "ped_n1_2")
    invoice_id = purchase.invoiced(order_id, 2 * FEE + 100)
    with town.as_system() as ctx:
        enrolment_id = ctx.session.scalars(
            select(OrderLine.enrolment_id).order_by(OrderLine.id).limit(1)
        ).one()

    def approve():
        with town.as_user("consultant") as ctx:
            invoices.approve(ctx, invoice_id)

    meeting = Meeting(approve)
    stop_before(monkeypatch, ledger, "_shift", meeting)

    def cancel():
        with meeting.first(), town.as_user("leader_n1") as ctx:
            enrolments.cancel(ctx, enrolment_id, note="Syg")

    return purchase, cancel, meeting


def test_giving_up_a_place_and_approving_its_invoice_follow_each_other(town, monkeypatch):
    purchase, cancel, meeting = giving_up(town, monkeypatch)
    cancel()
    [refused] = meeting.ended
    assert "has changed since" in str(refused)
    assert purchase.school.money("n1") == (0, FEE, 0)


def test_the_control_that_does_not_hold_the_places_deadlocks(town, monkeypatch):
    _, cancel, meeting = giving_up(town, monkeypatch)
    monkeypatch.setattr(queries, "lock_places", queries.enrolments_on)
    cancel()
    assert meeting.deadlocks == 1


# -- two files, and a file and answers to many


def two_files(town, monkeypatch) -> tuple[Purchase, Any, Meeting]:
    """Two sessions paid by two houses; an invoice on each order in either file."""
    purchase = Purchase(town)
    orders = [purchase.order("ped_n1_1"), purchase.order("ped_s1_1")]
    mine = [purchase.fact(each, FEE) for each in orders]
    theirs = [purchase.fact(each, FEE) for each in reversed(orders)]

    meeting = Meeting(lambda: purchase.read(*theirs, who="consultant"))

    def read():
        with meeting.first():
            purchase.read(*mine)

    return purchase, read, meeting


def test_two_files_with_the_same_orders_follow_each_other(town, monkeypatch):
    purchase, read, meeting = two_files(town, monkeypatch)
    stop_before(monkeypatch, taking, "lock_orders", meeting, after=True)
    read()
    assert meeting.ended == []
    assert purchase.postings() == [(FEE, 0), (FEE, 0)], "the second file’s are differences"


def test_the_control_that_locks_order_by_order_deadlocks(town, monkeypatch):
    _, read, meeting = two_files(town, monkeypatch)
    real = taking.lock_orders

    def one_by_one(ctx, order_ids):
        found = {}
        backwards = threading.current_thread() is not threading.main_thread()
        for each in sorted(order_ids, reverse=backwards):
            found |= real(ctx, [each])
            meeting.here(ctx)
        return found

    monkeypatch.setattr(taking, "lock_orders", one_by_one)
    read()
    assert meeting.deadlocks == 1


def test_two_files_with_the_same_unknown_invoices_follow_each_other(town, monkeypatch):
    """No order holds them apart: their numbers do."""
    purchase = Purchase(town)
    facts = [purchase.fact(None, FEE, number=number) for number in ("1", "2")]
    meeting = Meeting(lambda: purchase.read(*reversed(facts), who="consultant"))
    real = taking.insert_or_skip

    def slowly(*args, **more):
        if args[1]["number"] == "2":
            meeting.here(current[0])
        return real(*args, **more)

    monkeypatch.setattr(taking, "insert_or_skip", slowly)
    current = []
    with meeting.first(), town.as_user("admin") as ctx:
        current.append(ctx)
        invoices.take(ctx, facts, file_name="f", write=True)
    assert meeting.ended == []


def answers(town, monkeypatch) -> tuple[Purchase, Any, Meeting]:
    """Requests for two sessions, answered in the opposite order of their orders."""
    purchase = Purchase(town)
    orders = [purchase.order("ped_n1_1"), purchase.order("ped_n1_2")]
    with town.as_system() as ctx:
        sessions = {each.id: each.session_id for each in ctx.session.scalars(select(Order))}
    wanted = sorted(orders, key=lambda each: sessions[each])
    asked = []
    for order_id in reversed(wanted):
        with town.as_user("ped_s1") as ctx:
            [made] = enrolments.request(
                ctx, session_id=sessions[order_id], employee_ids=[ctx.actor.employee_id]
            )
            asked.append(made.id)
    facts = [purchase.fact(each, FEE) for each in wanted]
    meeting = Meeting(lambda: purchase.read(*facts))

    def approve():
        with meeting.first(), town.as_user("leader_s1") as ctx:
            for outcome in enrolments.decide_many(ctx, asked, Decision.APPROVE):
                assert outcome.refusal is None

    return purchase, approve, meeting


def stop_at_second_order(monkeypatch, meeting):
    real, seen = queries.open_order, []

    def slowly(ctx, session_id):
        seen.append(session_id)
        if len(set(seen)) == 2:
            meeting.here(ctx)
        return real(ctx, session_id)

    monkeypatch.setattr(queries, "open_order", slowly)


def test_a_file_and_answers_to_many_follow_each_other(town, monkeypatch):
    _, approve, meeting = answers(town, monkeypatch)
    stop_at_second_order(monkeypatch, meeting)
    approve()
    assert meeting.ended == []
    with town.as_system() as ctx:
        states = ctx.session.scalars(select(Enrolment.state)).all()
    assert {state.value for state in states} == {"confirmed"}


def test_the_control_whose_orders_are_locked_the_other_way_deadlocks(town, monkeypatch):
    """A file that takes the orders one by one, against the order of sessions."""
    _purchase, approve, meeting = answers(town, monkeypatch)
    stop_at_second_order(monkeypatch, meeting)
    real = queries.lock_orders

    def backwards(ctx, order_ids):
        found = {}
        rows = ctx.session.execute(
            select(Order.id).where(Order.id.in_(order_ids)).order_by(Order.session_id.desc())
        )
        for order_id in rows.scalars().all():
            found |= real(ctx, [order_id])
        return found

    monkeypatch.setattr(queries, "lock_orders", backwards)
    approve()
    assert meeting.deadlocks == 1


# -- an award is paid while a place is given up that its pool pays


FUNDED = [{"name": "Fond", "when": {}, "shares": {"default": {"pool:KOMP": 10000}}}]


def paying(town, monkeypatch, verb: str) -> tuple[Fund, Any, Meeting]:
    """The leader has taken the fund's pool, and is about to note the application."""
    fund = Fund(town)
    fund.taken_to("paid", fund.apply("ped_n1_2"))
    with town.as_system() as ctx:
        budgets.set_rules(ctx, FUNDED, valid_from=ctx.today)
    session = fund.session(fee=5_000, cover_hours="0")
    place = fund.enrol("ped_n1_1", session)
    made = fund.taken_to("awarded" if verb == "pay" else "paid", fund.apply(session=session))
    facts = {"note": "Syg", "employee_ids": [town.employees["ped_n1_1"]]}
    meeting = Meeting(lambda: fund.do(verb, made, **(facts if verb == "refund" else {})))
    stop_before(monkeypatch, following.queries, "applied_for", meeting)

    def cancel():
        with meeting.first():
            fund.cancel(place)

    return fund, cancel, meeting


@pytest.mark.parametrize("verb", ["pay", "refund"])
def test_paying_an_award_and_giving_up_its_place_follow_each_other(town, monkeypatch, verb):
    fund, cancel, meeting = paying(town, monkeypatch, verb)
    cancel()
    assert meeting.deadlocks == 0
    # Nobody takes part any more, so nothing is paid; what was paid goes back.
    assert len(meeting.ended) == (verb == "pay")
    assert fund.pool() == (16_000, 16_000)


@pytest.mark.parametrize("verb", ["pay", "refund"])
def test_the_control_that_holds_the_application_first_deadlocks(town, monkeypatch, verb):
    _, cancel, meeting = paying(town, monkeypatch, verb)

    def late(ctx, pool_id):
        ctx.session.execute(select(FundApplication.id).with_for_update()).all()
        ctx.session.execute(
            select(PoolBalance.id).where(PoolBalance.pool_id == pool_id).with_for_update()
        ).all()

    monkeypatch.setattr(fund_answering.queries, "lock_pool", late)
    cancel()
    assert meeting.deadlocks == 1


# -- an approval makes a session's order while somebody asks for a seat on it


def asking(town, monkeypatch) -> tuple[Any, Meeting]:
    """The leader has the session, and is about to take the pool."""
    purchase = Purchase(town)
    session_id = purchase.session(fee=kroner(1000))
    with town.as_user("ped_n1") as ctx:
        [asked] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[ctx.actor.employee_id]
        )

    def approve():
        with town.as_user("leader_n1") as ctx:
            enrolments.approve(ctx, asked.id)

    meeting = Meeting(approve)
    stop_before(monkeypatch, requesting, "put_aside", meeting)

    def request():
        with meeting.first(), town.as_user("leader_n1") as ctx:
            wanted = [town.employees["ped_n1_2"]]
            enrolments.request(ctx, session_id=session_id, employee_ids=wanted)

    return request, meeting


def test_a_request_and_an_approval_on_the_same_session_follow_each_other(town, monkeypatch):
    request, meeting = asking(town, monkeypatch)
    request()
    assert meeting.ended == []


def test_the_control_whose_session_nothing_may_point_at_deadlocks(town, monkeypatch):
    """Whoever asks holds the session whole, and whoever approves the pool."""
    request, meeting = asking(town, monkeypatch)
    real = catalogue_queries.session

    def whole(ctx, session_id, *, lock):
        if lock:
            ctx.session.execute(
                select(CourseSession.id).where(CourseSession.id == session_id).with_for_update()
            ).all()
        return real(ctx, session_id, lock=lock)

    monkeypatch.setattr(catalogue_queries, "session", whole)
    request()
    assert meeting.deadlocks == 1
