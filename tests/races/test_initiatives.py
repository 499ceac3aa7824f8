"""Two initiatives begin in a house with room for one: the second sees the first. The control
overshoots."""

import threading

import pytest
from sqlalchemy import func, select

from tenant_app.core.errors import Refusal
from tenant_app.initiatives import queries
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import UNDER_WAY, Initiative, InitiativeState
from tenant_app.initiatives.rules import LimitReached
from tests.initiatives.conftest import Plans
from tests.races.waiting import until_it_waits_or_ends

S = InitiativeState


@pytest.fixture
def plans(town):
    made = Plans(town)
    made.limits(running_initiatives=2)
    return made


def both_begin(town, first, second):
    """The second begins while the first has begun and is not committed. Returns its refusal."""
    caught: list[Refusal] = []

    def begin():
        try:
            with town.as_user("area_north") as ctx:
                initiatives.move(ctx, second, S.RUNNING)
        except Refusal as refusal:
            caught.append(refusal)

    thread = threading.Thread(target=begin)
    with town.as_user("area_north") as ctx:
        initiatives.move(ctx, first, S.RUNNING)
        ctx.session.flush()
        thread.start()
        until_it_waits_or_ends(thread, ctx.session)
    thread.join()
    return caught[0] if caught else None


def under_way(town):
    with town.as_system() as ctx:
        states = [InitiativeState(state) for state in UNDER_WAY]
        return ctx.session.scalar(select(func.count()).where(Initiative.state.in_(states)))


def ready(plans, *, shared=False):
    """One runs, and two are ready to begin in the same house: one of it, and perhaps one shared."""
    plans.make("n1", state=S.RUNNING)
    first = plans.make("n1", state=S.PLANNED)
    if not shared:
        return first, plans.make("n1", state=S.PLANNED)
    return first, plans.make("north", units=("n1", "n2"), who="area_north", state=S.PLANNED)


@pytest.mark.races
@pytest.mark.parametrize("shared", [False, True])
def test_of_two_that_begin_at_once_in_the_last_room_one_is_refused(town, plans, shared):
    refusal = both_begin(town, *ready(plans, shared=shared))

    assert isinstance(refusal, LimitReached)
    assert f"n1 {town.slug} (2)" in str(refusal)
    assert under_way(town) == 2


@pytest.mark.races
def test_control_without_the_lock_the_house_is_overrun(town, plans, monkeypatch):
    monkeypatch.setattr(queries, "lock_houses", lambda ctx, unit_ids: None)

    assert both_begin(town, *ready(plans)) is None
    assert under_way(town) == 3


@pytest.mark.races
def test_a_house_that_joins_and_one_that_begins_count_each_other(town, plans):
    plans.make("n1", state=S.RUNNING)
    running = plans.make("north", units=("n2",), who="area_north", state=S.RUNNING)
    beginning = plans.make("n1", state=S.PLANNED)
    caught: list[Refusal] = []

    def join():
        try:
            with town.as_user("area_north") as ctx:
                both = [town.units["n1"], town.units["n2"]]
                initiatives.change(ctx, running, unit_ids=both)
        except Refusal as refusal:
            caught.append(refusal)

    thread = threading.Thread(target=join)
    with town.as_user("area_north") as ctx:
        initiatives.move(ctx, beginning, S.RUNNING)
        ctx.session.flush()
        thread.start()
        until_it_waits_or_ends(thread, ctx.session)
    thread.join()

    assert [type(each) for each in caught] == [LimitReached]


@pytest.mark.races
def test_twelve_at_once_begin_in_a_house_with_room_for_two(town, plans):
    ready_ones = [plans.make("n1", state=S.PLANNED) for _ in range(12)]
    gate, told = threading.Barrier(12), []

    def begin(each):
        gate.wait()
        try:
            with town.as_user("leader_n1") as ctx:
                initiatives.move(ctx, each, S.RUNNING)
            told.append("begun")
        except LimitReached:
            told.append("refused")

    crew = [threading.Thread(target=begin, args=(each,)) for each in ready_ones]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()

    assert sorted(told) == ["begun"] * 2 + ["refused"] * 10
    assert under_way(town) == 2
