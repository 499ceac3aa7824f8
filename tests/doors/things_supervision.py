"""Visits with their findings and plans, and screenings with their tools."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from tenant_app.organisation.models import Unit
from tenant_app.supervision import service as supervision
from tenant_app.supervision.models import (
    FollowUp,
    Notice,
    Screening,
    ScreeningResult,
    ScreeningTool,
    SupervisionFinding,
    Verdict,
)
from tests.town import Town

SCALE = supervision.Scale(Decimal(1), Decimal(5), Decimal("0.1"), Decimal("3.5"))


class SupervisionThings(Town):
    """Kept by the consultant, followed by the leader of the institution."""

    def make_visit(self, where: str) -> UUID:
        """One that is planned; another one was called off."""
        with self.as_system() as ctx:
            gone = self._planned(ctx, where)
            supervision.call_off(ctx, gone, why=self.word("supervision_visits", "called_off_why"))
            return self._planned(ctx, where)

    def make_held_visit(self, where: str) -> UUID:
        """With a finding and a line of the plan; an earlier one has its report."""
        with self.as_system() as ctx:
            reported = self._held(ctx, where)
            made = supervision.publish(ctx, reported, published_on=self.day(-10))
            # The verb takes addresses only; a canary begins with its mark.
            made.report_link = self.word("supervision_visits", "report_link")
            lines = supervision.details(ctx, reported).plan
            note = self.word("supervision_follow_ups", "note")
            supervision.finish(ctx, lines[0][0].id, note=note)
            return self._held(ctx, where)

    def make_visit_finding(self, where: str) -> UUID:
        return self.found_at(self.make_held_visit(where))

    def make_supervision_task(self, where: str) -> UUID:
        return self.planned_at(self.make_held_visit(where))

    def make_screening_tool(self, where: str) -> UUID:
        """One without results."""
        with self.as_system() as ctx:
            areas = [
                supervision.AreaDraft(self.word("screening_areas", "name"), self.the("field")),
                supervision.AreaDraft(self.word("screening_areas", "name")),
            ]
            name = self.word("screening_tools", "name")
            return supervision.create_tool(ctx, name=name, scale=SCALE, areas=areas).id

    def make_screening(self, where: str) -> UUID:
        """With a score that nobody has used."""
        tool_id = self.make_screening_tool(where)
        with self.as_system() as ctx:
            tool = ctx.session.get_one(ScreeningTool, tool_id)
            area = supervision.areas_of(ctx, [tool_id])[tool_id][0]
            number = ctx.session.get_one(Unit, self.units[where]).number
            line = supervision.ResultLine(
                number, tool.name, self.day(-20), area.name, Decimal("2.5"), 4
            )
            supervision.take_results(ctx, [line], write=True)
        with self.as_system() as ctx:
            found: UUID = ctx.session.scalars(
                select(Screening.id).where(Screening.tool_id == tool_id)
            ).one()
            return found

    def make_screening_result(self, where: str) -> UUID:
        return self.scored_at(self.make_screening(where))

    def found_at(self, visit_id: UUID) -> UUID:
        """The first finding of a visit."""
        return self._first(SupervisionFinding, SupervisionFinding.visit_id == visit_id)

    def planned_at(self, visit_id: UUID) -> UUID:
        """The first line of its plan."""
        return self._first(FollowUp, FollowUp.visit_id == visit_id)

    def scored_at(self, screening_id: UUID) -> UUID:
        """The first score of a screening."""
        return self._first(ScreeningResult, ScreeningResult.screening_id == screening_id)

    def _first(self, model, condition) -> UUID:  # type: ignore[no-untyped-def]  # any table
        with self.as_system() as ctx:
            found: UUID = ctx.session.scalars(
                select(model.id).where(condition).order_by(model.id).limit(1)
            ).one()
            return found

    def _planned(self, ctx, where: str) -> UUID:  # type: ignore[no-untyped-def]  # inside its unit
        return supervision.plan(
            ctx,
            unit_id=self.units[where],
            visit_on=self.day(-30),
            notice=Notice.ANNOUNCED,
            by_whom=self.word("supervision_visits", "by_whom"),
        ).id

    def _held(self, ctx, where: str) -> UUID:  # type: ignore[no-untyped-def]  # inside its unit
        visit_id = self._planned(ctx, where)
        supervision.hold(ctx, visit_id, visit_on=self.day(-30))
        supervision.add_finding(
            ctx,
            visit_id,
            area_id=self.the("field"),
            verdict=Verdict.ATTENTION,
            text=self.word("supervision_findings", "text"),
        )
        supervision.follow_up(
            ctx,
            visit_id,
            text=self.word("supervision_follow_ups", "text"),
            owner=self.word("supervision_follow_ups", "owner"),
            due_on=self.day(-2),
        )
        return visit_id
