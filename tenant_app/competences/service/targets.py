"""Verbs of how many should hold a competence. Targets are the whole municipality's."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from psycopg.errors import UniqueViolation

from tenant_app.audit import service as audit
from tenant_app.competences import queries, rules
from tenant_app.competences.models import CoverageTarget
from tenant_app.competences.service.competences import competence as find_competence
from tenant_app.competences.service.refusing import refusing
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Position


def targets(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[CoverageTarget]:
    """Coverage targets by due date, with their competence."""
    ctx.require(Permission.COMPETENCES_VIEW)
    return scalars_page(ctx, queries.targets(), page=page, page_size=page_size)


def set_target(
    ctx: Context,
    *,
    competence_id: UUID,
    position: Position,
    min_count: int | None = None,
    min_percent: int | None = None,
    due_date: date,
) -> CoverageTarget:
    """In each unit so many, or this share, of the group should hold the competence by the day.

    There is one target per competence and group: setting it again changes it.
    """
    ctx.require(Permission.COMPETENCES_MANAGE, at=organisation.root_path(ctx))
    find_competence(ctx, competence_id)
    rules.check_target(min_count=min_count, min_percent=min_percent, due_date=due_date)
    target = queries.target_of(ctx, competence_id, position)
    old = None if target is None else _aim(target)
    if target is None:
        target = CoverageTarget(competence_id=competence_id, position=position)
    with refusing(ctx, UniqueViolation, _target_set_meanwhile()):
        target.min_count, target.min_percent = min_count, min_percent
        target.due_date = due_date
        ctx.session.add(target)
    audit.record(ctx, "coverage_target.set", target.id, old=old, new=_aim(target))
    return target


def change_target(
    ctx: Context,
    target_id: UUID,
    *,
    min_count: int | None = None,
    min_percent: int | None = None,
    due_date: date,
) -> CoverageTarget:
    """The target of this competence and group asks for so many, by the day."""
    target = queries.target(ctx, target_id)
    if target is None:
        raise NotFound()
    return set_target(
        ctx,
        competence_id=target.competence_id,
        position=target.position,
        min_count=min_count,
        min_percent=min_percent,
        due_date=due_date,
    )


def remove_target(ctx: Context, target_id: UUID) -> None:
    """The target is gone. Reports made of it keep what it said."""
    target = queries.target(ctx, target_id)
    if target is None:
        raise NotFound()
    ctx.require(Permission.COMPETENCES_MANAGE, at=organisation.root_path(ctx))
    old = _aim(target)
    ctx.session.delete(target)
    audit.record(ctx, "coverage_target.removed", target_id, old=old)


def _target_set_meanwhile() -> Conflict:
    return Conflict(
        N_("Somebody set this target at the same moment. Look at it, then change it."),
        field="competence_id",
    )


def _aim(target: CoverageTarget) -> dict[str, object]:
    return {
        "competence_id": target.competence_id,
        "position": target.position.value,
        "min_count": target.min_count,
        "min_percent": target.min_percent,
        "due_date": target.due_date,
    }
