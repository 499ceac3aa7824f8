"""Two goals are adopted in the last room, and two come to serve one another, at the same moment:
the second sees the first. The controls overshoot, and go in a circle."""

import threading

import pytest
from sqlalchemy import select

from tenant_app.core.errors import Conflict, Invalid, Refusal
from tenant_app.goals import queries
from tenant_app.goals import service as goals
from tenant_app.goals.models import Goal, GoalState
from tenant_app.tenancy import service as tenancy
from tests.races.waiting import until_it_waits_or_ends


def both(town, first, second):
    """The second acts while the first has acted and is not committed. Returns its refusal."""
    caught: list[Refusal] = []

    def act():
        try:
            with town.as_user("area_north") as ctx:
                second(ctx)
        except Refusal as refusal:
            caught.append(refusal)

    thread = threading.Thread(target=act)
    with town.as_user("area_north") as ctx:
        first(ctx)
        ctx.session.flush()
        thread.start()
        until_it_waits_or_ends(thread, ctx.session)
    thread.join()
    return caught[0] if caught else None


def goal(town, title, *, adopted=True):
    with town.as_system() as ctx:
        made = goals.create(ctx, unit_id=town.units["north"], title=title, is_local=True)
        if adopted:
            goals.adopt(ctx, made.id)
        return made.id


def in_last_room(town):
    """Two drafts, and room for one of them."""
    with town.as_user("admin") as ctx:
        tenancy.change_settings(ctx, limits={"active_goals": 1})
    ids = [goal(town, f"Mål {i}", adopted=False) for i in (1, 2)]
    return both(town, *(lambda ctx, id_=id_: goals.adopt(ctx, id_) for id_ in ids))


def serving_each_other(town):
    """Two goals, each of which comes to serve the other."""
    one, other = goal(town, "Det ene"), goal(town, "Det andet")
    refusal = both(
        town,
        lambda ctx: goals.change(ctx, one, parent_id=other, is_local=False),
        lambda ctx: goals.change(ctx, other, parent_id=one, is_local=False),
    )
    with town.as_system() as ctx:
        above = [ctx.session.get_one(Goal, each).parent_id for each in (one, other)]
    return refusal, [parent is not None for parent in above]


def adopted(town):
    with town.as_system() as ctx:
        return len(ctx.session.scalars(select(Goal).where(Goal.state == GoalState.ADOPTED)).all())


@pytest.mark.races
def test_of_two_adopted_at_once_in_the_last_room_one_is_refused(town):
    assert isinstance(in_last_room(town), Conflict)
    assert adopted(town) == 1


@pytest.mark.races
def test_control_without_the_lock_the_unit_has_one_too_many(town, monkeypatch):
    monkeypatch.setattr(queries, "lock_unit", lambda ctx, unit: None)

    assert in_last_room(town) is None
    assert adopted(town) == 2


@pytest.mark.races
def test_of_two_that_come_to_serve_each_other_one_is_refused(town):
    refusal, above = serving_each_other(town)

    assert isinstance(refusal, Invalid)
    assert refusal.field == "parent_id"
    assert above == [True, False]


@pytest.mark.races
def test_control_without_the_lock_they_go_in_a_circle(town, monkeypatch):
    monkeypatch.setattr(queries, "lock_tree", lambda ctx: None)

    refusal, above = serving_each_other(town)

    assert refusal is None
    assert above == [True, True]
