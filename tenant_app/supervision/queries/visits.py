"""SELECTs of visits, their findings and the plans that follow them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Text,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, joinedload

from tenant_app.accounts.models import User
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.needs import service as needs
from tenant_app.needs.models import Evidence, Need
from tenant_app.needs.rules import OPEN_TO_EVIDENCE
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit
from tenant_app.supervision.models import (
    FollowUp,
    Screening,
    ScreeningArea,
    ScreeningResult,
    ScreeningTool,
    SupervisionFinding,
    SupervisionVisit,
)
from tenant_app.supervision.rules import FOUND

WITH_UNIT = (joinedload(SupervisionVisit.unit),)
_LEFT = FollowUp.done_on.is_(None)


def visible(ctx: Context) -> ColumnElement[bool]:
    """Visits to the units where the actor sees supervision."""
    units = organisation.visible_units(ctx, Permission.SUPERVISION_VIEW)
    return SupervisionVisit.unit_id.in_(units)


def visits(conditions: Iterable[ColumnElement[bool]]) -> Select[SupervisionVisit]:
    """The latest first."""
    return (
        select(SupervisionVisit)
        .where(*conditions)
        .order_by(SupervisionVisit.visit_on.desc(), SupervisionVisit.id.desc())
        .options(*WITH_UNIT)
    )


def called_late(today: date) -> ColumnElement[bool]:
    """Visits with something left in the plan that was due before today."""
    late = select(FollowUp.visit_id).where(_LEFT, FollowUp.due_on < today)
    return SupervisionVisit.id.in_(late)


def visit(ctx: Context, visit_id: UUID) -> SupervisionVisit | None:
    return ctx.session.scalar(
        select(SupervisionVisit)
        .where(SupervisionVisit.id == visit_id, visible(ctx))
        .options(*WITH_UNIT)
    )


def visit_to_change(ctx: Context, visit_id: UUID) -> SupervisionVisit | None:
    """Read again even if this unit of work saw it before: the lock may have waited."""
    return ctx.session.scalar(
        select(SupervisionVisit)
        .where(SupervisionVisit.id == visit_id, visible(ctx))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def finding_to_change(ctx: Context, finding_id: UUID) -> SupervisionFinding | None:
    """The finding with its visit, locked and as it is now."""
    return ctx.session.scalar(
        select(SupervisionFinding)
        .join(SupervisionVisit, SupervisionVisit.id == SupervisionFinding.visit_id)
        .where(SupervisionFinding.id == finding_id, visible(ctx))
        .options(joinedload(SupervisionFinding.visit))
        .with_for_update(of=SupervisionFinding)
        .execution_options(populate_existing=True)
    )


def follow_up_to_change(ctx: Context, follow_up_id: UUID) -> FollowUp | None:
    """The line with its visit, locked and as it is now."""
    return ctx.session.scalar(
        select(FollowUp)
        .join(SupervisionVisit, SupervisionVisit.id == FollowUp.visit_id)
        .where(FollowUp.id == follow_up_id, visible(ctx))
        .options(joinedload(FollowUp.visit))
        .with_for_update(of=FollowUp)
        .execution_options(populate_existing=True)
    )


def findings(ctx: Context, visit_id: UUID) -> Sequence[SupervisionFinding]:
    """What the visit found, as it was written down, each with its area."""
    return ctx.session.scalars(
        select(SupervisionFinding)
        .where(SupervisionFinding.visit_id == visit_id)
        .options(joinedload(SupervisionFinding.area))
        .order_by(SupervisionFinding.verdict.desc(), SupervisionFinding.id)
    ).all()


def follow_ups(ctx: Context, visit_id: UUID) -> Sequence[tuple[FollowUp, str | None]]:
    """(line, who ticked it), what is due first comes first."""
    rows = ctx.session.execute(
        select(FollowUp, User.name)
        .outerjoin(User, User.id == FollowUp.done_by)
        .where(FollowUp.visit_id == visit_id)
        .order_by(FollowUp.due_on, FollowUp.id)
    )
    return [(row[0], row[1]) for row in rows]


def is_area(ctx: Context, area_id: UUID) -> bool:
    return bool(ctx.session.scalar(select(exists().where(CompetenceArea.id == area_id))))


def count_findings(ctx: Context, visit_id: UUID) -> int:
    mine = SupervisionFinding.visit_id == visit_id
    return ctx.session.scalar(select(func.count(SupervisionFinding.id)).where(mine)) or 0


def count_follow_ups(ctx: Context, visit_id: UUID) -> int:
    mine = FollowUp.visit_id == visit_id
    return ctx.session.scalar(select(func.count(FollowUp.id)).where(mine)) or 0


def counts(ctx: Context, visit_ids: Collection[UUID]) -> Sequence[Any]:
    """(visit, findings, lines left, late lines) of these visits, in one statement."""
    found = (
        select(SupervisionFinding.visit_id, func.count().label("findings"))
        .where(SupervisionFinding.visit_id.in_(visit_ids))
        .group_by(SupervisionFinding.visit_id)
        .subquery()
    )
    left = (
        select(
            FollowUp.visit_id,
            func.count().filter(_LEFT).label("left"),
            func.count().filter(_LEFT, FollowUp.due_on < ctx.today).label("late"),
        )
        .where(FollowUp.visit_id.in_(visit_ids))
        .group_by(FollowUp.visit_id)
        .subquery()
    )
    return ctx.session.execute(
        select(SupervisionVisit.id, found.c.findings, left.c.left, left.c.late)
        .outerjoin(found, found.c.visit_id == SupervisionVisit.id)
        .outerjoin(left, left.c.visit_id == SupervisionVisit.id)
        .where(SupervisionVisit.id.in_(visit_ids))
    ).all()


def latest_heightened(*, as_of: date) -> Select[UUID]:
    """Units whose latest visit that was held by the day puts them under heightened supervision."""
    latest = (
        select(SupervisionVisit.unit_id, SupervisionVisit.heightened)
        .where(SupervisionVisit.state.in_(FOUND), SupervisionVisit.visit_on <= as_of)
        .ext(distinct_on(SupervisionVisit.unit_id))
        .order_by(
            SupervisionVisit.unit_id, SupervisionVisit.visit_on.desc(), SupervisionVisit.id.desc()
        )
        .subquery()
    )
    return select(latest.c.unit_id).where(latest.c.heightened)


def unit_at(ctx: Context, unit_id: UUID, permission: Permission) -> Unit | None:
    """The unit, where the actor has the permission or sees supervision."""
    seen = [
        organisation.visible_units(ctx, each) for each in (permission, Permission.SUPERVISION_VIEW)
    ]
    return ctx.session.scalar(
        select(Unit).where(Unit.id == unit_id, Unit.id.in_(seen[0]) | Unit.id.in_(seen[1]))
    )


def open_needs(ctx: Context, unit_ids: Collection[UUID]) -> Sequence[Any]:
    """(need, title, unit) that evidence can be added to in these units, newest first."""
    return ctx.session.execute(
        select(Need.id, Need.title, Unit.name)
        .join(Unit, Unit.id == Need.unit_id)
        .where(Need.unit_id.in_(unit_ids), Need.state.in_(OPEN_TO_EVIDENCE), needs.visible(ctx))
        .order_by(Need.reported_on.desc(), Need.id.desc())
        .limit(200)
    ).all()


def standing(ctx: Context, evidence_ids: Collection[UUID]) -> Sequence[Any]:
    """(evidence, need, its title where the actor sees it) of the evidence that still counts."""
    named = aliased(Need)
    seen = select(Need.id).where(needs.visible(ctx))
    return ctx.session.execute(
        select(Evidence.id, Evidence.need_id, named.title)
        .outerjoin(named, (named.id == Evidence.need_id) & named.id.in_(seen))
        .where(Evidence.id.in_(evidence_ids), Evidence.withdrawn_at.is_(None))
    ).all()


def origins(ctx: Context, need_id: UUID) -> Sequence[Any]:
    """(kind, id of the visit or screening, its day, text, score) behind the need and behind what
    was merged into it, in sight. Withdrawn evidence counts no more."""
    whole = select(Evidence.id).where(
        Evidence.withdrawn_at.is_(None),
        Evidence.need_id.in_(
            select(Need.id).where((Need.id == need_id) | (Need.merged_into_id == need_id))
        ),
    )
    units = organisation.visible_units(ctx, Permission.SUPERVISION_VIEW)
    found = (
        select(
            literal("supervision", Text).label("kind"),
            SupervisionVisit.id.label("at"),
            SupervisionVisit.visit_on.label("day"),
            SupervisionFinding.text.label("text"),
            cast(null(), ScreeningResult.score.type).label("score"),
        )
        .join(SupervisionVisit, SupervisionVisit.id == SupervisionFinding.visit_id)
        .where(SupervisionFinding.evidence_id.in_(whole), SupervisionVisit.unit_id.in_(units))
    )
    scored = (
        select(
            literal("screening", Text),
            Screening.id,
            cast(Screening.held_on, Date),
            ScreeningTool.name + ", " + ScreeningArea.name,
            ScreeningResult.score,
        )
        .join(Screening, Screening.id == ScreeningResult.screening_id)
        .join(ScreeningTool, ScreeningTool.id == Screening.tool_id)
        .join(ScreeningArea, ScreeningArea.id == ScreeningResult.area_id)
        .where(ScreeningResult.evidence_id.in_(whole), Screening.unit_id.in_(units))
    )
    both = union_all(found, scored).subquery()
    return ctx.session.execute(select(both).order_by(both.c.day, both.c.at)).all()
