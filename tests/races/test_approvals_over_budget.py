"""Many leaders approve at once what a pool no longer holds: it was cut after they were asked.

With policy stop, 64 approvals at once on a pool that fits 20 give exactly 20. The control, which
reads, decides and writes as one would without the guard, overspends.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from tenant_app.budgets import rules as budget_rules
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    EntryKind,
    LedgerEntry,
    MoneyLine,
    Policy,
    PoolBalance,
    PoolKind,
)
from tenant_app.budgets.service import BudgetExceeded
from tenant_app.core.context import Context
from tenant_app.core.money import kroner
from tenant_app.core.uow import Database
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.enrolments.service import Decision
from tests.enrolments.conftest import School
from tests.races.test_enrolments import ONE_STEP, at_once, hire
from tests.town import Town

pytestmark = pytest.mark.races
ASKED, FITS = 64, 20
PRICE = kroner(100)
HOUSES = ("n1", "n2", "s1", "s2")
SHARED = [
    {"name": "Half", "when": {}, "shares": {"default": {"central": 5000, "institution": 5000}}}
]
FROM_CENTRAL = [{"name": "Central", "when": {}, "shares": {"default": {"central": 10000}}}]


@pytest.fixture
def crowd(settings, town):
    """The town through a pool of connections wide enough for 64 at once."""
    db = Database(settings.database_app_url, settings.database_vendor_url, pool_size=ASKED)
    town.db = db
    yield town
    db.dispose()


def requests_of(town: Town, school: School) -> list[tuple[str, UUID]]:
    """(house, request): of four houses, each waits for the leader of its own."""
    session_id = school.session(fee=PRICE, cover_hours="0", seats=200)
    return [
        (house, waiting(town, session_id, house, person))
        for house in HOUSES
        for person in hire(town, ASKED // len(HOUSES), house)
    ]


def waiting(town: Town, session_id: UUID, house: str, employee_id: UUID) -> UUID:
    """A request that waits for the leader, as if the employee had sent it."""
    with town.as_user(f"ped_{house}") as ctx:
        ctx.actor = replace(ctx.actor, employee_id=employee_id)
        [made] = enrolments.request(ctx, session_id=session_id, employee_ids=[employee_id])
    assert made.state is EnrolmentState.SUBMITTED
    return made.id


def cut(town: Town, school: School, where: str, amount: int, policy: Policy = Policy.STOP) -> None:
    """The pool is cut to the amount while requests wait, and then has the policy."""
    school.set_policy(where, Policy.WARN)
    balance = school.balance(where)
    with town.as_system() as ctx:
        budgets.adjust_allotment(
            ctx, balance.pool_id, amount=amount - balance.allotted, reason="Sparet"
        )
    school.set_policy(where, policy)


def states(town: Town) -> Counter[EnrolmentState]:
    with town.as_system() as ctx:
        return Counter(ctx.session.scalars(select(Enrolment.state)).all())


def hold(ctx: Context, pool_id: UUID) -> None:
    """The pool's balance is ours until the end of the transaction."""
    ctx.session.execute(
        select(PoolBalance.id).where(PoolBalance.pool_id == pool_id).with_for_update()
    )


def await_somebody_waiting(ctx: Context) -> None:
    """Until another connection waits for what this one holds."""
    waits = text(
        "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    for _ in range(500):
        if ctx.session.scalar(waits):
            return
        time.sleep(0.02)
    raise AssertionError("nobody waited within ten seconds")


def test_64_approvals_at_once_on_a_pool_that_fits_20_give_exactly_20(crowd):
    school = School(crowd, funding_rules=FROM_CENTRAL, approval_rules=ONE_STEP)
    made = requests_of(crowd, school)
    cut(crowd, school, "root", FITS * PRICE)

    def approve(house: str, enrolment_id: UUID) -> object:
        with crowd.as_user(f"leader_{house}") as ctx:
            return enrolments.approve(ctx, enrolment_id)

    answers = at_once([partial(approve, *each) for each in made])

    refused = [answer for answer in answers if isinstance(answer, BudgetExceeded)]
    assert len(refused) == ASKED - FITS
    assert {refusal.short.shortage for refusal in refused} == {PRICE}
    assert states(crowd) == {
        EnrolmentState.CONFIRMED: FITS,
        EnrolmentState.SUBMITTED: ASKED - FITS,
    }
    assert school.money("root") == ((ASKED - FITS) * PRICE, FITS * PRICE, 0)
    with crowd.as_system() as ctx:
        committed = select(func.count()).where(LedgerEntry.kind == EntryKind.COMMITTED)
        assert ctx.session.scalar(committed) == FITS
        lines = dict(
            ctx.session.execute(
                select(MoneyLine.state, func.count()).group_by(MoneyLine.state)
            ).all()
        )
    assert lines == {"committed": FITS, "reserved": ASKED - FITS}


def test_the_control_without_the_guard_overspends(crowd):
    """Read, decide, write: what the conditional UPDATE replaces. It must lose. The pool warns, for
    else the database's own last wall would stand in the way."""
    school = School(crowd, funding_rules=FROM_CENTRAL, approval_rules=ONE_STEP)
    requests_of(crowd, school)
    cut(crowd, school, "root", FITS * PRICE, Policy.WARN)
    pool_id = school.pool("root", PoolKind.CENTRAL)
    read = threading.Barrier(8)

    def approve(_: int) -> bool:
        with crowd.as_system() as ctx:
            left = budget_rules.unbound(budgets.positions(ctx, [pool_id])[pool_id])
            read.wait()  # eight at a time have read before any of them writes
            if left < PRICE:
                return False
            ctx.session.execute(
                update(PoolBalance)
                .where(PoolBalance.pool_id == pool_id)
                .values(
                    reserved=PoolBalance.reserved - PRICE,
                    committed=PoolBalance.committed + PRICE,
                )
            )
            return True

    with ThreadPoolExecutor(8) as threads:
        approved = sum(threads.map(approve, range(ASKED)))
    with crowd.as_system() as ctx:
        left = budget_rules.unbound(budgets.positions(ctx, [pool_id])[pool_id])
    assert approved > FITS
    assert left < 0


def test_the_last_wall_is_the_databases_own(crowd):
    """Whoever writes past the guard meets the table's check."""
    school = School(crowd, funding_rules=FROM_CENTRAL, approval_rules=ONE_STEP)
    requests_of(crowd, school)
    cut(crowd, school, "root", FITS * PRICE)
    pool_id = school.pool("root", PoolKind.CENTRAL)

    with pytest.raises(IntegrityError, match="stop_means_stop"), crowd.as_system() as ctx:
        ctx.session.execute(
            update(PoolBalance)
            .where(PoolBalance.pool_id == pool_id)
            .values(committed=(FITS + 1) * PRICE, reserved=0)
        )


def test_bulk_approvals_at_once_spend_what_there_is_and_no_more(crowd):
    school = School(crowd, funding_rules=FROM_CENTRAL, approval_rules=ONE_STEP)
    made = requests_of(crowd, school)
    cut(crowd, school, "root", FITS * PRICE)

    def approve(house: str) -> list[bool]:
        ids = [key for of, key in made if of == house]
        with crowd.as_user(f"leader_{house}") as ctx:
            outcomes = enrolments.decide_many(ctx, ids, Decision.APPROVE)
        assert all(isinstance(each.refusal, BudgetExceeded | None) for each in outcomes)
        return [each.refusal is None for each in outcomes]

    answers = at_once([partial(approve, house) for house in HOUSES])

    assert sum(sum(answer) for answer in answers if isinstance(answer, list)) == FITS
    assert school.money("root") == ((ASKED - FITS) * PRICE, FITS * PRICE, 0)
    assert states(crowd)[EnrolmentState.CONFIRMED] == FITS


def test_a_cut_while_leaders_approve_never_leaves_more_bound_than_there_is(crowd):
    school = School(crowd, funding_rules=FROM_CENTRAL, approval_rules=ONE_STEP)
    made = requests_of(crowd, school)
    cut(crowd, school, "root", ASKED * PRICE, Policy.WARN)
    pool_id = school.pool("root", PoolKind.CENTRAL)

    def approve(house: str, enrolment_id: UUID) -> object:
        with crowd.as_user(f"leader_{house}") as ctx:
            return enrolments.approve(ctx, enrolment_id)

    def stop_at_twenty() -> object:
        with crowd.as_user("admin") as ctx:
            amount = (FITS - ASKED) * PRICE
            budgets.adjust_allotment(ctx, pool_id, amount=amount, reason="Sparet")
            return budgets.set_policy(ctx, pool_id, Policy.STOP)

    at_once([stop_at_twenty, *(partial(approve, *each) for each in made[: ASKED - 1])])

    balance = school.balance("root")
    if balance.policy is Policy.STOP:
        assert balance.committed <= FITS * PRICE
    else:  # more was bound already, so it could not be made to stop
        assert balance.allotted == ASKED * PRICE
    reserved, committed, _ = school.money("root")
    assert reserved + committed == ASKED * PRICE


def test_a_refused_approval_waits_in_the_order_of_the_pools_and_never_deadlocks(crowd):
    """Somebody who holds the first of two pools gets the second as well, while an approval that the
    first has no money for waits."""
    school = School(crowd, funding_rules=SHARED, approval_rules=ONE_STEP)
    session_id = school.session(fee=2 * PRICE, cover_hours="0", seats=20)
    [person] = hire(crowd, 1, "n1")
    enrolment_id = waiting(crowd, session_id, "n1", person)
    pools = {school.pool("root", PoolKind.CENTRAL): "root", school.pool("n1"): "n1"}
    first, second = sorted(pools)
    cut(crowd, school, pools[first], PRICE - 1)
    holds_first = threading.Event()

    def take_both() -> str:
        with crowd.as_system() as ctx:
            hold(ctx, first)
            holds_first.set()
            await_somebody_waiting(ctx)
            hold(ctx, second)
        return "taken"

    def approve() -> object:
        holds_first.wait()
        with crowd.as_user("leader_n1") as ctx:
            return enrolments.approve(ctx, enrolment_id)

    taken, refused = at_once([take_both, approve])

    assert taken == "taken"
    assert isinstance(refused, BudgetExceeded)
    assert refused.short.shortage == 1
