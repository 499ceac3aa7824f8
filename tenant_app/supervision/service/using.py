"""In one step: a finding or a result stands behind a need, an existing one or a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, Confidentiality, SourceType, Urgency
from tenant_app.organisation import service as organisation
from tenant_app.supervision import queries, rules
from tenant_app.supervision.models import ScreeningResult, SupervisionFinding
from tenant_app.supervision.service.reading import behind


@dataclass(frozen=True)
class NewNeed:
    """A need that is raised with the evidence."""

    title: str
    urgency: Urgency = Urgency.NORMAL
    staff: int = 1
    area_id: UUID | None = None
    """None: the area of the finding."""
    goal_id: UUID | None = None


def use_finding(
    ctx: Context,
    finding_id: UUID,
    *,
    need_id: UUID | None = None,
    new: NewNeed | None = None,
    role: ActorRole = ActorRole.CONSULTANT,
    confidentiality: Confidentiality = Confidentiality.OPEN,
) -> SupervisionFinding:
    """The finding is evidence of supervision for the need, and can be no other's until it is
    withdrawn there.

    Raises Conflict when it stands behind a need already, and what `needs` raises.
    """
    found = queries.finding_to_change(ctx, finding_id)
    if found is None:
        raise NotFound(N_("There is no such finding. Choose from the list."), field="finding_id")
    visit = found.visit
    ctx.require(Permission.SUPERVISION_FOLLOW, at=organisation.path_at(ctx, visit.unit_id))
    check_free(ctx, found, field="finding_id")
    found.need_id, found.evidence_id = _stand_behind(
        ctx,
        _Known(visit.unit_id, found.area_id, visit.visit_on, found.text, SourceType.SUPERVISION),
        need_id=need_id,
        new=new,
        role=role,
        confidentiality=confidentiality,
    )
    audit.record(ctx, "supervision.used", visit.id, new={"need_id": found.need_id})
    return found


def use_result(
    ctx: Context,
    result_id: UUID,
    *,
    need_id: UUID | None = None,
    new: NewNeed | None = None,
    role: ActorRole = ActorRole.CONSULTANT,
    confidentiality: Confidentiality = Confidentiality.OPEN,
) -> ScreeningResult:
    """The same for the score of a screening."""
    found = queries.result_to_change(ctx, result_id)
    if found is None:
        raise NotFound(N_("There is no such result. Choose from the list."), field="result_id")
    screening = found.screening
    ctx.require(Permission.SUPERVISION_FOLLOW, at=organisation.path_at(ctx, screening.unit_id))
    check_free(ctx, found, field="result_id")
    text = rules.result_text(
        tool=screening.tool.name,
        area=found.area.name,
        score=found.score,
        scale=rules.scale_of(screening.tool),
        observations=screening.observations,
    )
    known = _Known(
        screening.unit_id, found.area.area_id, screening.held_on, text, SourceType.SCREENING
    )
    found.need_id, found.evidence_id = _stand_behind(
        ctx, known, need_id=need_id, new=new, role=role, confidentiality=confidentiality
    )
    audit.record(ctx, "screening.used", screening.id, new={"need_id": found.need_id})
    return found


def check_free(ctx: Context, found: SupervisionFinding | ScreeningResult, *, field: str) -> None:
    """Raises Conflict while it stands behind a need: once it is withdrawn there it is free."""
    used = behind(ctx, [found]).get(found.id)
    rules.check_unused(None if used is None else used.need_id, field=field)


def need_choices(ctx: Context, unit_id: UUID) -> list[tuple[UUID, str]]:
    """Open needs in sight of the unit, of those below it and above it, newest first."""
    lines = organisation.lines_above(ctx, [unit_id]).get(unit_id, [])
    near = [unit.id for unit in lines]
    near += ctx.session.scalars(organisation.units_below(ctx, unit_id)).all() if lines else []
    found = queries.open_needs(ctx, near)
    return [(need_id, f"{title} ({unit})") for need_id, title, unit in found]


def may_follow(ctx: Context, unit_id: UUID) -> bool:
    """Whether the actor follows supervision up where the unit is."""
    return ctx.actor.may(Permission.SUPERVISION_FOLLOW, at=organisation.path_at(ctx, unit_id))


def may_manage(ctx: Context, unit_id: UUID) -> bool:
    """Whether the actor keeps the visits of the unit."""
    return ctx.actor.may(Permission.SUPERVISION_MANAGE, at=organisation.path_at(ctx, unit_id))


@dataclass(frozen=True)
class _Known:
    unit_id: UUID
    area_id: UUID | None
    found_on: date
    text: str
    source: SourceType


def _stand_behind(
    ctx: Context,
    known: _Known,
    *,
    need_id: UUID | None,
    new: NewNeed | None,
    role: ActorRole,
    confidentiality: Confidentiality,
) -> tuple[UUID, UUID]:
    """(need, evidence)."""
    rules.check_choice(need_id=need_id, title=new.title if new is not None else "")
    if need_id is None:
        assert new is not None  # check_choice says so
        area_id = new.area_id or known.area_id
        if area_id is None:
            raise Invalid(N_("Choose the competence area that it calls for."), field="area_id")
        need_id = needs.report(
            ctx,
            unit_id=known.unit_id,
            area_id=area_id,
            title=new.title,
            urgency=new.urgency,
            staff=new.staff,
            goal_id=new.goal_id,
        ).id
    return need_id, needs.add_evidence(
        ctx,
        need_id,
        source=known.source,
        role=role,
        text=known.text,
        confidentiality=confidentiality,
        found_on=known.found_on,
    )
