"""Where a published report is due, and what calls on a home page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind
from tenant_app.supervision import queries, rules
from tenant_app.tenancy import service as tenancy


@dataclass(frozen=True)
class DueLine:
    """An institution, and when its next report must be published."""

    unit_id: UUID
    name: str
    area: str
    """Where it hung on the day; empty without areas."""
    published_on: date | None
    deadline: date | None
    """None: no report was ever published."""
    planned_on: date | None
    heightened: bool
    is_due: bool


@dataclass(frozen=True)
class DueList:
    """Every institution in sight, never reported ones first, then by the age of the report."""

    as_of: date
    months: int
    lines: list[DueLine]

    @property
    def due(self) -> list[DueLine]:
        """Those without a report published within the months."""
        return [line for line in self.lines if line.is_due]

    @property
    def never(self) -> int:
        """How many never had a report."""
        return sum(line.published_on is None for line in self.lines)


def report_months(ctx: Context) -> int:
    """How old a published report may be before the next one is due."""
    return int(tenancy.settings(ctx).limits.get("report_months", rules.REPORT_MONTHS))


def due(ctx: Context, *, as_of: date) -> DueList:
    """Where no report was published within the municipality's months, as of a day."""
    ctx.require(Permission.SUPERVISION_VIEW)
    months = report_months(ctx)
    areas = {
        place.path: place.unit.name
        for place in organisation.placements(ctx, on=as_of, kinds=(UnitKind.AREA,))
    }
    lines = []
    for found in queries.published(ctx, as_of=as_of):
        deadline = None
        if found.published_on is not None:
            deadline = rules.months_after(found.published_on, months)
        area = next((name for path, name in areas.items() if found.path.startswith(path)), "")
        lines.append(
            DueLine(
                unit_id=found.unit_id,
                name=found.name,
                area=area,
                published_on=found.published_on,
                deadline=deadline,
                planned_on=found.planned_on,
                heightened=found.heightened,
                is_due=found.published_on is None
                or found.published_on < rules.months_before(as_of, months),
            )
        )
    return DueList(as_of, months, lines)


def asks(ctx: Context) -> list[Select[Any]]:
    """What waits for the actor, to be counted with what waits elsewhere: reports for those who
    keep the visits, and what is overdue in the plans for those who only follow them."""
    if ctx.actor.may(Permission.SUPERVISION_MANAGE):
        units = organisation.visible_units(ctx, Permission.SUPERVISION_MANAGE)
        return [queries.due_asks(ctx, units, months=rules.REPORT_MONTHS)]
    if ctx.actor.may(Permission.SUPERVISION_FOLLOW):
        units = organisation.visible_units(ctx, Permission.SUPERVISION_FOLLOW)
        return [queries.late_asks(ctx, units)]
    return []
