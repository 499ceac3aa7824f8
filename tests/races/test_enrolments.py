"""Real threads and real commits: never more seats or money than there are, and each answer once.

Each guard has a control that does without it and must lose.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from tenant_app.budgets.models import EntryKind, LedgerEntry
from tenant_app.budgets.service import BudgetExceeded
from tenant_app.core.access import system
from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, Refusal
from tenant_app.core.money import kroner
from tenant_app.core.uow import Database
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.enrolments.service import Decision
from tenant_app.organisation.models import Employee, Employment, Position
from tests.enrolments.conftest import School
from tests.town import START, Town

pytestmark = pytest.mark.races

LOCAL = kroner(100)
ONE_STEP = [{"when": {}, "levels": ["institution"]}]
FROM_INSTITUTION = [
    {"name": "Own choice", "when": {}, "shares": {"default": {"institution": 10000}}}
]


@pytest.fixture
def school(town: Town) -> School:
    return School(town, funding_rules=FROM_INSTITUTION, approval_rules=ONE_STEP)


def hire(town: Town, number: int, unit: str = "n1") -> list[UUID]:
    ids = [uuid7() for _ in range(number)]
    with town.as_system() as ctx:
        ctx.insert_many(
            Employee,
            [
                {"id": each, "number": f"R{each}", "name": f"R {each}", "email": None}
                for each in ids
            ],
        )
        ctx.insert_many(
            Employment,
            [
                {
                    "employee_id": each,
                    "unit_id": town.units[unit],
                    "position": Position.PEDAGOGUE,
                    "fte": 1,
                    "from_date": START,
                    "to_date": None,
                }
                for each in ids
            ],
        )
    return ids


def at_once(verbs: list[Callable[[], object]]) -> list[object]:
    """Start all at the same moment; each answer, or the refusal it met."""
    start = threading.Barrier(len(verbs))

    def run(verb: Callable[[], object]) -> object:
        start.wait()
        try:
            return verb()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(run, verbs))


def taken(town: Town, session_id: UUID) -> int:
    with town.as_system() as ctx:
        number = ctx.session.scalar(
            select(func.count()).select_from(Enrolment).where(Enrolment.session_id == session_id)
        )
    return number or 0


@pytest.fixture
def crowd(settings, town):
    """The town through a pool of connections wide enough for 64 at once."""
    db = Database(settings.database_app_url, settings.database_vendor_url, pool_size=64)
    town.db = db
    yield town
    db.dispose()


def test_64_requests_at_once_on_a_pool_that_fits_20_give_20(crowd, school):
    people = hire(crowd, 64)
    session_ids = [school.session(fee=LOCAL, cover_hours="0") for _ in range(8)]
    school.leave("n1", 20 * LOCAL)

    def ask(place: int) -> object:
        with crowd.as_user("leader_n1") as ctx:
            return enrolments.request(
                ctx, session_id=session_ids[place % 8], employee_ids=[people[place]]
            )

    answers = at_once([lambda place=place: ask(place) for place in range(64)])

    assert sum(isinstance(answer, BudgetExceeded) for answer in answers) == 44
    assert school.money("n1") == (0, 20 * LOCAL, 0)
    assert school.balance("n1").available == 0
    assert sum(taken(crowd, session_id) for session_id in session_ids) == 20


def test_64_approvals_at_once_commit_each_exactly_once(crowd, school):
    people = hire(crowd, 32)
    session_id = school.session(fee=LOCAL, cover_hours="0", seats=64)
    made = [_waiting(crowd, session_id, person) for person in people]

    def approve(place: int) -> object:
        with crowd.as_user("leader_n1") as ctx:
            return enrolments.approve(ctx, made[place % 32])

    answers = at_once([lambda place=place: approve(place) for place in range(64)])

    assert sum(isinstance(answer, Conflict) for answer in answers) == 32
    assert school.money("n1") == (0, 32 * LOCAL, 0)
    with crowd.as_system() as ctx:
        committed = select(func.count()).where(LedgerEntry.kind == EntryKind.COMMITTED)
        assert ctx.session.scalar(committed) == 32


def _waiting(town: Town, session_id: UUID, employee_id: UUID) -> UUID:
    """A request that waits for the leader, as if the employee had sent it."""
    with town.as_user("ped_n1") as ctx:
        ctx.actor = type(ctx.actor)(
            name=ctx.actor.name,
            user_id=ctx.actor.user_id,
            employee_id=employee_id,
            grants=ctx.actor.grants,
        )
        [enrolment] = enrolments.request(ctx, session_id=session_id, employee_ids=[employee_id])
    assert enrolment.state is EnrolmentState.SUBMITTED
    return enrolment.id


def test_two_who_answer_at_once_answer_once(crowd, school):
    enrolment_id = _waiting(crowd, school.session(), hire(crowd, 1)[0])

    def approve() -> object:
        with crowd.as_user("leader_n1") as ctx:
            return enrolments.approve(ctx, enrolment_id)

    def reject() -> object:
        with crowd.as_user("area_north") as ctx:
            return enrolments.reject(ctx, enrolment_id, note="no")

    answers = at_once([approve, reject] * 4)

    assert sum(not isinstance(answer, Refusal) for answer in answers) == 1
    with crowd.as_system() as ctx:
        state = ctx.session.get_one(Enrolment, enrolment_id).state
    reserved, committed, _ = school.money("n1")
    assert reserved == 0
    assert (committed > 0) is (state is EnrolmentState.CONFIRMED)


def test_the_last_seat_goes_to_one(crowd, school):
    people = hire(crowd, 16)
    session_id = school.session(fee=LOCAL, cover_hours="0", seats=1)

    def ask(person: UUID) -> object:
        with crowd.as_user("leader_n1") as ctx:
            return enrolments.request(ctx, session_id=session_id, employee_ids=[person])

    answers = at_once([lambda person=person: ask(person) for person in people])

    assert sum(isinstance(answer, Conflict) for answer in answers) == 15
    assert taken(crowd, session_id) == 1


def test_control_without_the_lock_the_last_seat_goes_to_many(crowd, school, monkeypatch):
    people = hire(crowd, 16)
    session_id = school.session(fee=LOCAL, cover_hours="0", seats=1)
    module = enrolments.request.__globals__
    real = module["catalogue"]

    class Unlocked:
        """The catalogue with its lock left out, and time to read the same count of seats."""

        cost_of = staticmethod(real.cost_of)

        @staticmethod
        def offer(ctx, each, *, lock=False):
            return real.offer(ctx, each)

    company = module["queries"].company

    def slow(ctx, session_id):
        found = company(ctx, session_id)
        time.sleep(0.2)
        return found

    monkeypatch.setitem(module, "catalogue", Unlocked)
    monkeypatch.setattr(module["queries"], "company", slow)

    def ask(person: UUID) -> object:
        with crowd.as_user("leader_n1") as ctx:
            return enrolments.request(ctx, session_id=session_id, employee_ids=[person])

    at_once([lambda person=person: ask(person) for person in people])

    assert taken(crowd, session_id) > 1, "the control must lose, or the test above proves nothing"


def test_with_the_lock_and_the_same_delay_the_last_seat_goes_to_one(crowd, school, monkeypatch):
    people = hire(crowd, 4)
    session_id = school.session(fee=LOCAL, cover_hours="0", seats=1)
    module = enrolments.request.__globals__
    company = module["queries"].company

    def slow(ctx, session_id):
        found = company(ctx, session_id)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(module["queries"], "company", slow)

    def ask(person: UUID) -> object:
        with crowd.as_user("leader_n1") as ctx:
            return enrolments.request(ctx, session_id=session_id, employee_ids=[person])

    at_once([lambda person=person: ask(person) for person in people])

    assert taken(crowd, session_id) == 1


def test_control_without_the_row_lock_two_answers_both_count(crowd, school, monkeypatch):
    """Both read “waits”, and the second writes over what the first decided."""
    enrolment_id = _waiting(crowd, school.session(), hire(crowd, 1)[0])
    both_have_read = threading.Barrier(2)

    def decide(state: EnrolmentState) -> bool:
        with crowd.db.unit_of_work(crowd.tenant_id, system("naive"), now=crowd.now) as ctx:
            before = ctx.session.scalar(select(Enrolment.state).where(Enrolment.id == enrolment_id))
            both_have_read.wait()
            if before is EnrolmentState.SUBMITTED:
                ctx.session.execute(
                    update(Enrolment).where(Enrolment.id == enrolment_id).values(state=state)
                )
                return True
        return False

    answers = at_once(
        [lambda: decide(EnrolmentState.CONFIRMED), lambda: decide(EnrolmentState.REJECTED)]
    )

    assert answers == [True, True], "the control must lose"


def test_bulk_answers_in_opposite_orders_never_wait_for_each_other(crowd, make_town, settings):
    both = [
        {
            "name": "Half",
            "when": {},
            "shares": {"default": {"central": 5000, "institution": 5000}},
        }
    ]
    school = School(crowd, funding_rules=both, approval_rules=ONE_STEP)
    session_id = school.session(fee=LOCAL, cover_hours="0", seats=200)
    made = []
    for unit, number in (("n1", 12), ("n2", 12)):
        for person in hire(crowd, number, unit):
            with crowd.as_user(f"ped_{unit}") as ctx:
                ctx.actor = type(ctx.actor)(
                    name=ctx.actor.name,
                    user_id=ctx.actor.user_id,
                    employee_id=person,
                    grants=ctx.actor.grants,
                )
                made += enrolments.request(ctx, session_id=session_id, employee_ids=[person])
    ids = [enrolment.id for enrolment in made]

    def many(order: list[UUID]) -> list[bool]:
        with crowd.as_user("area_north") as ctx:
            outcomes = enrolments.decide_many(ctx, order, Decision.APPROVE)
        return [outcome.refusal is None for outcome in outcomes]

    halves = [ids, ids[::-1], ids[::2], ids[1::2][::-1]]
    answers = at_once([lambda order=order: many(order) for order in halves])

    assert sum(sum(answer) for answer in answers if isinstance(answer, list)) == 24
    assert school.money("root") == (0, 24 * LOCAL // 2, 0)


def test_groups_over_two_houses_in_opposite_orders_all_get_through(crowd):
    both = [
        {
            "name": "Half",
            "when": {},
            "shares": {"default": {"central": 5000, "institution": 5000}},
        }
    ]
    school = School(crowd, funding_rules=both, approval_rules=ONE_STEP)
    session_ids = [school.session(fee=LOCAL, cover_hours="0", seats=200) for _ in range(6)]
    n1, n2 = hire(crowd, 3, "n1"), hire(crowd, 3, "n2")

    def ask(place: int) -> object:
        people = n1 + n2 if place % 2 else n2 + n1
        with crowd.as_user("area_north") as ctx:
            return len(enrolments.request(ctx, session_id=session_ids[place], employee_ids=people))

    answers = at_once([lambda place=place: ask(place) for place in range(6)])

    assert answers == [6] * 6
    assert school.money("root") == (0, 36 * LOCAL // 2, 0)
