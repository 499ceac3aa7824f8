"""Whether what was learnt was shared and tried, unit by unit; and what calls on a home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tenant_app.anchoring import queries, rules
from tenant_app.anchoring.queries import Due
from tenant_app.anchoring.rules import Figures
from tenant_app.anchoring.service.shared import limits
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind


@dataclass(frozen=True)
class UnitFigures:
    """How the completed enrolments that a unit paid for were followed through."""

    unit_id: UUID
    name: str
    area: str
    """Where it hangs today; empty without areas."""
    figures: Figures


@dataclass(frozen=True)
class FollowThrough:
    """Every unit in sight, by name, and all of them together."""

    as_of: date
    days: int
    """Within so many days of the last day, sharing and trial count."""
    units: Sequence[UnitFigures]
    total: Figures


def follow_up_days(ctx: Context) -> int:
    """Within how many days of a course its sharing and trial count."""
    return rules.follow_up_days(limits(ctx))


def follow_through(ctx: Context, *, as_of: date) -> FollowThrough:
    """Completed enrolments with sharing and trial within the set days, of the completed.

    Those that were confirmed before there were plans have none, and are not counted.
    """
    ctx.require(Permission.ANCHORING_VIEW)
    days = follow_up_days(ctx)
    visible = organisation.visible_units(ctx, Permission.ANCHORING_VIEW)
    rows = queries.figures(ctx, visible, as_of=as_of, days=days)
    lines = organisation.lines_above(ctx, [row[0] for row in rows])
    units = []
    for unit_id, name, *counts in rows:
        line = lines.get(unit_id, ())
        area = next((unit.name for unit in line if unit.kind is UnitKind.AREA), "")
        units.append(UnitFigures(unit_id, name, area, Figures(*map(int, counts))))
    return FollowThrough(as_of, days, units, sum((each.figures for each in units), Figures()))


def due_now(ctx: Context, *, own: bool, led: bool, above: bool, most: int) -> dict[str, list[Due]]:
    """What calls on a home page, in one statement: one's `own` tasks, those of the leader one is
    (`led`), and the institutions with late tasks in the area one leads (`unit`)."""
    found: dict[str, list[Due]] = {"own": [], "led": [], "unit": []}
    managed = organisation.visible_units(ctx, Permission.ANCHORING_MANAGE)
    for due in queries.due_now(
        ctx,
        own=own,
        led=managed if led else None,
        above=managed if above else None,
        soon=rules.SOON,
        most=most,
    ):
        found[due.why].append(due)
    return found
