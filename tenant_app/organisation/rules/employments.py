"""A person's employment over time, as plain values. Spells never overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.organisation.models import Position
from tenant_app.organisation.rules.inputs import check_day, show_day

MOST_FTE = Decimal("1.5")
_FOUR_DECIMALS = Decimal("0.0001")


@dataclass(frozen=True)
class Spell:
    """Unit, position and FTE from `from_date` up to but not including `to_date`."""

    unit_id: UUID
    position: Position
    fte: Decimal
    from_date: date
    to_date: date | None = None

    def holds(self, day: date) -> bool:
        return self.from_date <= day and (self.to_date is None or day < self.to_date)


def check_fte(fte: Decimal) -> Decimal:
    """Above 0 and at most 1.5, with four decimals. Raises Invalid."""
    within = fte.is_finite() and 0 < fte <= MOST_FTE
    rounded = fte.quantize(_FOUR_DECIMALS) if within else Decimal(0)
    if not rounded:
        raise Invalid(
            N_("%(fte)s is not an FTE. Write a number above 0 and at most 1,5 (full time is 1)."),
            field="fte",
            fte=str(fte).replace(".", ",")[:20],
        )
    return rounded


def on_day(spells: Sequence[Spell], day: date) -> Spell | None:
    """What the person is on the day, if employed."""
    return next((spell for spell in spells if spell.holds(day)), None)


def stays(spells: Sequence[Spell], today: date) -> bool:
    """Employed today, and no last day is known."""
    return on_day(spells, today) is not None and any(spell.to_date is None for spell in spells)


def begun(spells: Sequence[Spell], new: Spell) -> list[Spell]:
    """Employed from a date on. Raises Conflict when employed at any time after it."""
    check_day(new.from_date, field="from_date")
    for spell in spells:
        if spell.to_date is None or spell.to_date > new.from_date:
            raise Conflict(
                N_(
                    "The dates overlap: already employed from %(start)s. "
                    "Change or end that employment first."
                ),
                field="from_date",
                start=show_day(spell.from_date),
            )
    return [*spells, replace(new, fte=check_fte(new.fte))]


def changed(
    spells: Sequence[Spell],
    on: date,
    *,
    unit_id: UUID | None = None,
    position: Position | None = None,
    fte: Decimal | None = None,
) -> list[Spell]:
    """Another unit, position or FTE from `on`. Raises Conflict, or Invalid for the FTE.

    A change on the day the spell began corrects the spell.
    """
    check_day(on, field="on")
    now = _only_if_last(spells, on)
    new = replace(
        now,
        unit_id=unit_id or now.unit_id,
        position=position or now.position,
        fte=now.fte if fte is None else check_fte(fte),
        from_date=on,
    )
    if replace(new, from_date=now.from_date) == now:
        raise Conflict(
            N_("Nothing would change. Choose another unit, position or FTE."), field="on"
        )
    before = [] if now.from_date == on else [replace(now, to_date=on)]
    return [*(spell for spell in spells if spell is not now), *before, new]


def ended(spells: Sequence[Spell], on: date) -> list[Spell]:
    """No longer employed from `on`. Raises Conflict."""
    check_day(on, field="on")
    now = _only_if_last(spells, on)
    if now.from_date == on:
        raise Conflict(
            N_("The employment begins on %(date)s. Choose a later date."),
            field="on",
            date=show_day(on),
        )
    return [*(spell for spell in spells if spell is not now), replace(now, to_date=on)]


def moved_over(spells: Sequence[Spell], *, unit_id: UUID, into_id: UUID, on: date) -> list[Spell]:
    """What is spent in one unit is from `on` spent in the other."""
    made: list[Spell] = []
    for spell in spells:
        if spell.unit_id != unit_id or (spell.to_date is not None and spell.to_date <= on):
            made.append(spell)
        elif spell.from_date >= on:
            made.append(replace(spell, unit_id=into_id))
        else:
            made += [
                replace(spell, to_date=on),
                replace(spell, unit_id=into_id, from_date=on),
            ]
    return made


def _only_if_last(spells: Sequence[Spell], on: date) -> Spell:
    """The spell of the day, when nothing is planned after the day that would be overwritten."""
    later = next((spell for spell in spells if spell.from_date > on), None)
    now = on_day(spells, on)
    if now is None:
        raise Conflict(
            N_("Not employed on %(date)s. Choose a date within the employment."),
            field="on",
            date=show_day(on),
        )
    if later is not None:
        raise Conflict(
            N_("Another employment begins on %(date)s. Choose that date or a later one."),
            field="on",
            date=show_day(later.from_date),
        )
    return now
