"""A person's employment over time, on plain values."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from tenant_app.core.errors import Conflict, Invalid
from tenant_app.organisation.models import Position
from tenant_app.organisation.rules import Spell, begun, changed, check_fte, ended, moved_over

HERE, THERE = UUID(int=1), UUID(int=2)
NOW = Spell(HERE, Position.PEDAGOGUE, Decimal("1.0000"), date(2020, 1, 1))


@pytest.mark.parametrize("fte", ["0", "-0.5", "1.5001", "37", "NaN", "Infinity", "1e30", "0.00001"])
def test_an_fte_outside_0_and_one_and_a_half_is_refused(fte):
    with pytest.raises(Invalid) as refusal:
        check_fte(Decimal(fte))
    assert refusal.value.field == "fte"


@pytest.mark.parametrize("fte", ["0.0001", "0.8649", "1", "1.5"])
def test_an_fte_within_is_kept(fte):
    assert check_fte(Decimal(fte)) == Decimal(fte)


def test_a_change_splits_at_the_day():
    after = changed([NOW], date(2026, 8, 1), unit_id=THERE)
    assert [(s.unit_id, s.from_date, s.to_date) for s in after] == [
        (HERE, date(2020, 1, 1), date(2026, 8, 1)),
        (THERE, date(2026, 8, 1), None),
    ]


def test_a_change_on_the_first_day_corrects():
    after = changed([NOW], NOW.from_date, fte=Decimal("0.5"))
    assert [(s.fte, s.from_date, s.to_date) for s in after] == [
        (Decimal("0.5"), NOW.from_date, None)
    ]


def test_a_change_keeps_a_planned_end():
    spells = ended([NOW], date(2027, 1, 1))
    after = changed(spells, date(2026, 8, 1), position=Position.LEADER)
    assert [s.to_date for s in after] == [date(2026, 8, 1), date(2027, 1, 1)]


@pytest.mark.parametrize(
    "verb",
    [
        lambda: begun([NOW], Spell(THERE, Position.LEADER, Decimal(1), date(2026, 1, 1))),
        lambda: begun([NOW], Spell(THERE, Position.LEADER, Decimal(1), date(2019, 1, 1))),
        lambda: changed([NOW], date(2019, 1, 1), unit_id=THERE),
        lambda: changed([NOW], date(2026, 1, 1)),
        lambda: changed([NOW], date(2026, 1, 1), unit_id=HERE, fte=Decimal(1)),
        lambda: changed(changed([NOW], date(2027, 1, 1), unit_id=THERE), date(2026, 1, 1)),
        lambda: ended([NOW], NOW.from_date),
        lambda: ended([NOW], date(2019, 1, 1)),
        lambda: ended(ended([NOW], date(2024, 1, 1)), date(2025, 1, 1)),
        lambda: ended(changed([NOW], date(2027, 1, 1), unit_id=THERE), date(2026, 1, 1)),
    ],
)
def test_what_overlaps_or_does_not_exist_is_refused(verb):
    with pytest.raises(Conflict) as refusal:
        verb()
    assert refusal.value.field in {"from_date", "on"}


def test_who_has_left_can_come_back_on_the_day_after():
    spells = begun(
        ended([NOW], date(2024, 1, 1)),
        Spell(THERE, Position.PEDAGOGUE, Decimal(1), date(2024, 1, 1)),
    )
    assert len(spells) == 2


def test_a_merge_moves_what_is_after_the_day():
    future = changed([NOW], date(2027, 1, 1), position=Position.LEADER)
    after = moved_over(future, unit_id=HERE, into_id=THERE, on=date(2026, 6, 1))
    assert [(s.unit_id, s.from_date, s.to_date) for s in after] == [
        (HERE, date(2020, 1, 1), date(2026, 6, 1)),
        (THERE, date(2026, 6, 1), date(2027, 1, 1)),
        (THERE, date(2027, 1, 1), None),
    ]
