"""What tests of the hierarchy look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.organisation.models import Employment, UnitPlacement
from tests.town import Town


def everything(town: Town) -> dict[str, Any]:
    """All that a verb of this room could have changed."""
    with town.as_system() as ctx:
        places = ctx.session.execute(
            select(
                UnitPlacement.unit_id,
                UnitPlacement.parent_id,
                UnitPlacement.path,
                UnitPlacement.from_date,
                UnitPlacement.to_date,
            ).order_by(UnitPlacement.unit_id, UnitPlacement.from_date)
        ).all()
        spells = ctx.session.execute(
            select(
                Employment.employee_id,
                Employment.unit_id,
                Employment.position,
                Employment.fte,
                Employment.from_date,
                Employment.to_date,
            ).order_by(Employment.employee_id, Employment.from_date)
        ).all()
        trail = ctx.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()
    return {"places": places, "spells": spells, "trail": trail}


@pytest.fixture
def snapshot() -> Callable[[Town], dict[str, Any]]:
    return everything


@pytest.fixture
def path_on() -> Callable[[Town, str, date], str | None]:
    """Where a unit of the town hangs on a day, as the table says."""

    def ask(town: Town, name: str, day: date) -> str | None:
        with town.as_system() as ctx:
            return ctx.session.scalar(
                select(UnitPlacement.path).where(
                    UnitPlacement.unit_id == town.units[name],
                    UnitPlacement.from_date <= day,
                    UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > day),
                )
            )

    return ask
