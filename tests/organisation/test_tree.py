"""The hierarchy over time, on plain values."""

import itertools
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenant_app.core.errors import Conflict, Invalid, Refusal
from tenant_app.organisation.models import UnitKind
from tenant_app.organisation.rules import Tree

START = date(2020, 1, 1)
ROOT, NORTH, SOUTH, INST, HOUSE = (UUID(int=n) for n in range(1, 6))


def town() -> Tree:
    tree = Tree([])
    for unit_id, kind, parent in (
        (ROOT, UnitKind.MUNICIPALITY, None),
        (NORTH, UnitKind.AREA, ROOT),
        (SOUTH, UnitKind.AREA, ROOT),
        (INST, UnitKind.INSTITUTION, NORTH),
        (HOUSE, UnitKind.HOUSE, INST),
    ):
        number = str(unit_id.int)
        tree.found(
            unit_id, number=number, name=number, kind=kind, parent_id=parent, from_date=START
        )
    return tree


def path(tree: Tree, unit_id: UUID, day: date) -> str | None:
    found = [
        p.path
        for p in tree.places()
        if p.unit_id == unit_id and p.from_date <= day and (p.to_date is None or day < p.to_date)
    ]
    assert len(found) <= 1
    return found[0] if found else None


def test_a_move_takes_everything_below_along_from_the_day_on():
    tree = town()
    tree.move(INST, parent_id=SOUTH, on=date(2026, 8, 1))
    assert path(tree, HOUSE, date(2026, 7, 31)) == "1.2.4.5."
    assert path(tree, HOUSE, date(2026, 8, 1)) == "1.3.4.5."
    assert path(tree, INST, date(2026, 7, 31)) == "1.2.4."
    assert path(tree, INST, date(2026, 8, 1)) == "1.3.4."


def test_moving_back_on_the_same_day_leaves_no_trace():
    tree = town()
    before = sorted(tree.places(), key=str)
    tree.move(INST, parent_id=SOUTH, on=date(2026, 8, 1))
    tree.move(INST, parent_id=NORTH, on=date(2026, 8, 1))
    assert sorted(tree.places(), key=str) == before


def test_a_unit_founded_in_the_past_follows_its_parent_through_time():
    tree = town()
    tree.move(INST, parent_id=SOUTH, on=date(2024, 1, 1))
    new = UUID(int=9)
    tree.found(
        new, number="9", name="9", kind=UnitKind.HOUSE, parent_id=INST, from_date=date(2023, 1, 1)
    )
    assert path(tree, new, date(2023, 12, 31)) == "1.2.4.6."
    assert path(tree, new, date(2024, 1, 1)) == "1.3.4.6."


def test_an_institution_may_hang_directly_under_the_municipality():
    tree = town()
    tree.move(INST, parent_id=ROOT, on=date(2026, 1, 1))
    assert path(tree, HOUSE, date(2026, 1, 1)) == "1.4.5."


@pytest.mark.parametrize(
    ("verb", "field"),
    [
        (lambda t: t.move(ROOT, parent_id=NORTH, on=date(2026, 1, 1)), "unit_id"),
        (lambda t: t.close(ROOT, on=date(2026, 1, 1)), "unit_id"),
        (lambda t: t.move(INST, parent_id=INST, on=date(2026, 1, 1)), "parent_id"),
        (lambda t: t.move(INST, parent_id=HOUSE, on=date(2026, 1, 1)), "parent_id"),
        (lambda t: t.move(NORTH, parent_id=SOUTH, on=date(2026, 1, 1)), "parent_id"),
        (lambda t: t.move(HOUSE, parent_id=NORTH, on=date(2026, 1, 1)), "parent_id"),
        (lambda t: t.move(HOUSE, parent_id=ROOT, on=date(2026, 1, 1)), "parent_id"),
        (lambda t: t.move(INST, parent_id=NORTH, on=date(2026, 1, 1)), "parent_id"),
        (lambda t: t.move(INST, parent_id=SOUTH, on=date(2019, 12, 31)), "on"),
        (lambda t: t.close(INST, on=date(2026, 1, 1)), "unit_id"),
        (lambda t: t.close(HOUSE, on=START), "on"),
        (lambda t: t.close(HOUSE, on=date(2019, 1, 1)), "on"),
        (lambda t: t.check_merge(HOUSE, into_id=HOUSE, on=date(2026, 1, 1)), "into_id"),
        (lambda t: t.check_merge(HOUSE, into_id=NORTH, on=date(2026, 1, 1)), "into_id"),
        (lambda t: t.close(HOUSE, on=date(9999, 1, 1)), "on"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changed(verb, field):
    tree = town()
    before = tree.places()
    with pytest.raises((Conflict, Invalid)) as refusal:
        verb(tree)
    assert refusal.value.field == field
    assert tree.places() == before


def test_a_closed_unit_takes_no_one_in():
    tree = town()
    tree.close(SOUTH, on=date(2026, 1, 1))
    before = tree.places()
    for day in (date(2025, 6, 1), date(2026, 6, 1)):
        with pytest.raises(Conflict) as refusal:
            tree.move(INST, parent_id=SOUTH, on=day)
        assert refusal.value.field == "parent_id"
        assert "01-01-2026" in str(refusal.value)
    assert tree.places() == before


def test_a_planned_move_is_not_overwritten():
    tree = town()
    tree.move(INST, parent_id=SOUTH, on=date(2027, 1, 1))
    before = tree.places()
    for verb in (
        lambda: tree.move(INST, parent_id=ROOT, on=date(2026, 6, 1)),
        lambda: tree.close(INST, on=date(2026, 6, 1)),
    ):
        with pytest.raises(Conflict) as refusal:
            verb()
        assert refusal.value.field == "on"
        assert "01-01-2027" in str(refusal.value)
    assert tree.places() == before


def test_a_planned_move_of_a_house_outlives_the_move_of_its_institution():
    tree = town()
    other = UUID(int=8)
    tree.found(
        other, number="8", name="8", kind=UnitKind.INSTITUTION, parent_id=SOUTH, from_date=START
    )
    tree.move(HOUSE, parent_id=other, on=date(2027, 1, 1))
    tree.move(INST, parent_id=ROOT, on=date(2026, 6, 1))
    assert path(tree, HOUSE, date(2026, 5, 31)) == "1.2.4.5."
    assert path(tree, HOUSE, date(2026, 6, 1)) == "1.4.5."
    assert path(tree, HOUSE, date(2027, 1, 1)) == "1.3.6.5."


KINDS = st.sampled_from(list(UnitKind))
DAYS = st.integers(0, 2000).map(lambda n: START + timedelta(days=n))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["found", "move", "close"]),
        KINDS,
        st.integers(0, 30),
        st.integers(0, 30),
        DAYS,
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_whatever_is_done_the_hierarchy_stays_whole_on_every_day(steps):
    """Each unit hangs in one place on each day of its life, under a parent that is there, and
    the path says so; and the past before a verb's day stays as it was."""
    tree = town()
    for verb, kind, a, b, day in steps:
        known = list(tree.nodes)
        one, other = known[a % len(known)], known[b % len(known)]
        before = tree.places()
        try:
            if verb == "found":
                new = UUID(int=1000 + len(known))
                tree.found(new, number=str(new), name="x", kind=kind, parent_id=one, from_date=day)
            elif verb == "move":
                tree.move(one, parent_id=other, on=day)
            else:
                tree.close(one, on=day)
        except Refusal:
            assert tree.places() == before
            continue
        past = {(p.unit_id, p.from_date, p.path) for p in before if p.from_date < day}
        assert past <= {(p.unit_id, p.from_date, p.path) for p in tree.places()}

    by_unit: dict[UUID, list] = {}
    for place in tree.places():
        by_unit.setdefault(place.unit_id, []).append(place)
    for node in tree.nodes.values():
        places = by_unit[node.id]
        assert places[0].from_date == node.founded
        assert places[-1].to_date == node.closes
        for earlier, later in itertools.pairwise(places):
            assert earlier.to_date == later.from_date
        for place in places:
            if place.parent_id is None:
                assert place.path == f"{node.seq}."
                continue
            above = [
                p
                for p in by_unit[place.parent_id]
                if p.from_date <= place.from_date
                and (
                    p.to_date is None or (place.to_date is not None and place.to_date <= p.to_date)
                )
            ]
            assert len(above) == 1
            assert place.path == f"{above[0].path}{node.seq}."
