"""A municipality with a competence area, a screening tool and a visit that was held."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.competences import service as competences
from tenant_app.imports import service as imports
from tenant_app.imports.models import ImportKind, ImportRun
from tenant_app.needs import service as needs
from tenant_app.needs.models import Evidence, Need, Urgency
from tenant_app.organisation.models import Unit, UnitKind
from tenant_app.supervision import service as supervision
from tenant_app.supervision.models import (
    FollowUp,
    Notice,
    Screening,
    ScreeningArea,
    ScreeningResult,
    ScreeningTool,
    SupervisionFinding,
    SupervisionVisit,
    Verdict,
)
from tests.imports.conftest import table
from tests.town import Town

TODAY = date(2026, 3, 2)
SCALE = supervision.Scale(Decimal(1), Decimal(5), Decimal("0.5"), Decimal("3.5"))
HEADER = ("enhedsnummer", "redskab", "dato", "område", "score", "observationer")
TABLES = (
    *(SupervisionVisit, SupervisionFinding, FollowUp, ScreeningTool, ScreeningArea),
    *(Screening, ScreeningResult, Need, Evidence, ImportRun),
)
NEW = supervision.NewNeed(title="Vi mangler greb til lege", staff=4)


class Inspectorate:
    """What the tests do again and again: `inspectorate.held("n1")`."""

    def __init__(self, town: Town) -> None:
        self.town = town
        with town.as_system() as ctx:
            self.area_id = competences.create_area(ctx, name="Leg").id
            self.tool_id = supervision.create_tool(
                ctx,
                name="KIDS",
                scale=SCALE,
                areas=[
                    supervision.AreaDraft("Relationer", self.area_id),
                    supervision.AreaDraft("Leg og aktivitet"),
                ],
            ).id
            rows = ctx.session.execute(select(Unit.id, Unit.number))
            number = {row[0]: row[1] for row in rows}
        self.number = {name: number[key] for name, key in town.units.items()}

    def house(self, name: str, under: str = "n1") -> None:
        """One more house of an institution."""
        with self.town.as_system() as ctx:
            self.town._unit(ctx, name, UnitKind.HOUSE, under)
            ctx.session.flush()
            self.number[name] = ctx.session.get_one(Unit, self.town.units[name]).number

    def planned(self, unit: str = "n1", *, on: date = TODAY, who: str = "consultant") -> UUID:
        with self.town.as_user(who) as ctx:
            return supervision.plan(
                ctx,
                unit_id=self.town.units[unit],
                visit_on=on,
                notice=Notice.ANNOUNCED,
                by_whom="Konsulenten",
            ).id

    def held(self, unit: str = "n1", *, on: date = TODAY, heightened: bool = False) -> UUID:
        visit_id = self.planned(unit, on=on)
        with self.town.as_user("consultant") as ctx:
            supervision.hold(ctx, visit_id, visit_on=on, heightened=heightened)
        return visit_id

    def published(self, unit: str, on: date) -> UUID:
        visit_id = self.held(unit, on=on - timedelta(days=30))
        with self.town.as_user("consultant") as ctx:
            supervision.publish(ctx, visit_id, published_on=on)
        return visit_id

    def found(self, visit_id: UUID, text: str = "Legen afbrydes") -> UUID:
        with self.town.as_user("consultant") as ctx:
            return supervision.add_finding(
                ctx, visit_id, area_id=self.area_id, verdict=Verdict.ATTENTION, text=text
            ).id

    def agreed(self, visit_id: UUID, *, due: date = TODAY) -> UUID:
        with self.town.as_user("leader_n1") as ctx:
            return supervision.follow_up(
                ctx, visit_id, text="Små grupper", owner="Leder", due_on=due
            ).id

    def need(self, unit: str = "n1") -> UUID:
        with self.town.as_user(f"leader_{unit}") as ctx:
            return needs.report(
                ctx,
                unit_id=self.town.units[unit],
                area_id=self.area_id,
                title="Legene er korte",
                urgency=Urgency.NORMAL,
                staff=3,
            ).id

    def line(self, unit: str = "n1", *, on: str = "12-01-2026", **changed: Any) -> tuple[Any, ...]:
        facts = {
            "enhedsnummer": self.number[unit],
            "redskab": "KIDS",
            "dato": on,
            "område": "Relationer",
            "score": "3,5",
            "observationer": "4",
        } | changed
        return tuple(facts[name] for name in HEADER)

    def read_in(
        self, *lines: tuple[Any, ...], who: str = "admin", dry_run: bool = False, file: Any = None
    ) -> imports.ImportResult:
        with self.town.as_user(who) as ctx:
            return imports.run(
                ctx,
                kind=ImportKind.SCREENINGS,
                file_name="kids.csv",
                content=table(HEADER, lines) if file is None else file,
                dry_run=dry_run,
            )

    def screened(self, unit: str = "n1", **changed: Any) -> UUID:
        """The screening of one line."""
        assert not self.read_in(self.line(unit, **changed)).errors
        with self.town.as_system() as ctx:
            return ctx.session.scalars(
                select(Screening.id)
                .where(Screening.unit_id == self.town.units[unit])
                .order_by(Screening.id.desc())
                .limit(1)
            ).one()

    def score_of(self, screening_id: UUID) -> UUID:
        with self.town.as_system() as ctx:
            return ctx.session.scalars(
                select(ScreeningResult.id).where(ScreeningResult.screening_id == screening_id)
            ).one()

    def everything(self) -> tuple[Any, ...]:
        """All that a refusal must leave alone."""
        with self.town.as_system() as ctx:
            rows = [
                sorted(map(repr, ctx.session.execute(select(*each.__table__.columns))))
                for each in TABLES
            ]
            return (*rows, len(ctx.session.scalars(select(AuditEntry.id)).all()))

    def refused(self, kind: type[Exception], call: Any) -> Any:
        """The refusal, after which nothing is changed."""
        before = self.everything()
        with pytest.raises(kind) as caught:
            call()
        assert self.everything() == before
        return caught.value


@pytest.fixture
def inspectorate(town: Town) -> Inspectorate:
    """A municipality that keeps supervision."""
    return Inspectorate(town)
