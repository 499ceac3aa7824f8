"""Applications at once for one person keep to the cap, and money goes in and out once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from tenant_app.core.errors import Conflict
from tenant_app.funds import queries
from tenant_app.funds.models import FundApplicant
from tenant_app.funds.queries import places
from tenant_app.funds.rules import AlreadyApplied, FundCapExceeded
from tests.funds.conftest import Fund
from tests.races.test_resource_persons import at_once

pytestmark = pytest.mark.races
THREADS = 16


@pytest.fixture
def fund(town):
    return Fund(town)


def applying(fund):
    """8,000 kr each; three fit in 30,000."""
    sessions = [fund.session(fee=10_000) for _ in range(THREADS)]

    def apply(i: int) -> str:
        try:
            fund.apply(session=sessions[i])
        except FundCapExceeded:
            return "refused"
        return "applied"

    return apply


def asked(fund) -> int:
    with fund.town.as_system() as ctx:
        return int(ctx.session.scalar(select(func.sum(FundApplicant.asked))) // 100)


def test_sixteen_apply_for_one_person_and_the_cap_holds(fund):
    ended = at_once(THREADS, applying(fund))

    assert ended == {"applied": 3, "refused": THREADS - 3}
    assert asked(fund) == 24_000


def test_the_control_without_the_lock_breaks_the_cap(fund, monkeypatch):
    """All read what is used before any of them writes. It must lose."""
    read, used = threading.Barrier(THREADS), queries.used_within

    def unlocked(ctx, employee_ids):
        return {}

    def slow(*args, **facts):
        found = used(*args, **facts)
        read.wait()
        return found

    monkeypatch.setattr(queries, "lock_people", unlocked)
    monkeypatch.setattr(queries, "used_within", slow)
    at_once(THREADS, applying(fund))

    assert asked(fund) > 30_000


def applying_twice(fund):
    session = fund.session(fee=5_000)

    def apply(i: int) -> str:
        try:
            fund.apply(session=session)
        except AlreadyApplied:
            return "refused"
        return "applied"

    return apply


def test_one_place_is_applied_for_once(fund):
    assert at_once(4, applying_twice(fund)) == {"applied": 1, "refused": 3}
    assert asked(fund) == 4_000


def test_the_control_without_the_lock_applies_for_one_place_again(fund, monkeypatch):
    """All see that nobody has applied before any of them does. It must lose."""
    read, asked_before = threading.Barrier(4), places.funds_asked

    def slow(*args, **facts):
        found = asked_before(*args, **facts)
        read.wait()
        return found

    monkeypatch.setattr(queries, "lock_people", lambda ctx, employee_ids: {})
    monkeypatch.setattr(places, "funds_asked", slow)
    at_once(4, applying_twice(fund))

    assert asked(fund) > 4_000


@pytest.mark.parametrize(("verb", "facts"), [("pay", {}), ("refund", {"note": "Ikke optaget"})])
def test_what_comes_and_goes_does_so_once(fund, verb, facts):
    made = fund.taken_to("awarded" if verb == "pay" else "paid", fund.apply())
    if verb == "refund":
        facts = facts | {"employee_ids": [fund.town.employees["ped_n1_1"]]}

    def act(i: int) -> str:
        try:
            fund.do(verb, made, **facts)
        except Conflict:
            return "refused"
        return "done"

    assert at_once(8, act) == {"done": 1, "refused": 7}
    assert fund.pool() == ((16_000, 16_000) if verb == "pay" else (0, 0))
