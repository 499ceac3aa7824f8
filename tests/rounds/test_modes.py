"""A pool is given out first come, as planned, in rounds, or by turns: requests feel it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PoolKind, PoolMode
from tenant_app.budgets.rules.modes import NotDrawn
from tenant_app.core.errors import Forbidden, Invalid, NotFound
from tenant_app.enrolments import service as enrolments

TURN = (date(2026, 3, 9), date(2026, 3, 15))


@pytest.fixture
def asking(held):
    """Asks for a module that the central pool pays part of; its id."""
    session_id = held.school.session()

    def ask(where="n1", who=1, *, now=None, preview=False, session=session_id):
        people = [held.town.employees[f"ped_{where}_{who}"]]
        with held.town.as_user(f"leader_{where}", now=now) as ctx:
            if preview:
                return enrolments.preview(ctx, session_id=session, employee_ids=people)
            [made] = enrolments.request(ctx, session_id=session, employee_ids=people)
            return made.id

    return ask


@pytest.fixture
def set_mode(held):
    def act(mode, *turns, where="root", who="admin"):
        kind = PoolKind.CENTRAL if where == "root" else PoolKind.INSTITUTION
        with held.town.as_user(who) as ctx:
            rows = [(held.town.units[unit], first, last) for unit, first, last in turns]
            budgets.set_mode(ctx, held.pool(where, kind), mode, turns=rows)

    return act


def test_first_come_is_as_it_was(asking):
    assert asking()


def test_a_planned_pool_pays_requests_through_an_initiative_only(held, asking, set_mode):
    set_mode(PoolMode.PLANNED)

    refusal = held.refused(NotDrawn, asking)

    assert refusal.field == "initiative_id"
    assert asking(preview=True)  # the initiative is chosen on the page that shows the price


def test_a_pool_of_rounds_sends_the_unit_to_apply(held, asking, set_mode):
    set_mode(PoolMode.ROUND)

    assert "Apply in a round" in held.refused(NotDrawn, asking).message
    held.refused(NotDrawn, lambda: asking(preview=True))


def test_a_pool_that_pays_nothing_of_it_says_nothing(held, asking, set_mode):
    set_mode(PoolMode.ROUND)
    own = held.school.session(ects="0", cover_hours="0")

    assert asking(session=own)


def test_turns_let_a_unit_draw_on_its_days_and_tell_when_they_come(held, asking, set_mode):
    set_mode(PoolMode.ROTATION, ("n1", *TURN))

    assert held.refused(NotDrawn, asking).params["day"] == "09-03-2026"
    assert asking(now=held.town.now + timedelta(days=7))
    assert asking(who=2, now=held.town.now + timedelta(days=13))
    over = held.refused(NotDrawn, lambda: asking(who=3, now=held.town.now + timedelta(days=14)))
    assert "none is planned" in over.message


def test_the_turn_of_an_area_is_that_of_its_institutions(held, asking, set_mode):
    set_mode(PoolMode.ROTATION, ("north", date(2026, 3, 1), date(2026, 3, 31)))

    assert asking("n2")
    held.refused(NotDrawn, lambda: asking("s1"))


def test_turns_that_make_no_sense_are_refused(held, set_mode):
    rotation = PoolMode.ROTATION
    first, last = TURN

    held.refused(Invalid, lambda: set_mode(rotation))
    held.refused(Invalid, lambda: set_mode(PoolMode.ROUND, ("n1", first, last)))
    held.refused(Invalid, lambda: set_mode(rotation, ("n1", last, first)))
    held.refused(Invalid, lambda: set_mode(rotation, ("n1", first, last), ("n1", last, last)))
    held.refused(Invalid, lambda: set_mode(rotation, ("n1", date(2028, 1, 1), date(2028, 2, 1))))
    held.refused(Invalid, lambda: set_mode(rotation, ("s1", first, last), where="n1"))
    held.refused(NotFound, lambda: set_mode(rotation, ("root", first, last), who="ped_n1"))
    held.refused(Forbidden, lambda: set_mode(PoolMode.ROUND, where="n1", who="leader_n1"))


def test_turns_are_replaced_and_read(held, set_mode):
    set_mode(PoolMode.ROTATION, ("n1", *TURN), ("s1", *TURN))
    set_mode(PoolMode.ROTATION, ("n2", *TURN))

    with held.town.as_user("admin") as ctx:
        found = budgets.turns_of(ctx, held.pool())

    assert [(each.unit_id, each.first_day) for each in found] == [(held.town.units["n2"], TURN[0])]
