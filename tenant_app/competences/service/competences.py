"""Verbs of what can be learnt: areas and competences.

They are the whole municipality's, so changing them is asked at its root.
"""

from __future__ import annotations

from uuid import UUID

from psycopg.errors import UniqueViolation

from tenant_app.audit import service as audit
from tenant_app.competences import queries, rules
from tenant_app.competences.models import Competence, CompetenceArea
from tenant_app.competences.service.refusing import refusing
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation


def areas(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[CompetenceArea]:
    """Competence areas by name."""
    ctx.require(Permission.COMPETENCES_VIEW)
    return scalars_page(ctx, queries.areas(), page=page, page_size=page_size)


def create_area(ctx: Context, *, name: str) -> CompetenceArea:
    """A new competence area. Raises Conflict when the name is taken."""
    ctx.require(Permission.COMPETENCES_MANAGE, at=organisation.root_path(ctx))
    area = CompetenceArea(name=rules.clean_name(name))
    with refusing(ctx, UniqueViolation, _area_exists(area.name)):
        ctx.session.add(area)
    audit.record(ctx, "competence_area.created", area.id, new={"name": area.name})
    return area


def rename_area(ctx: Context, area_id: UUID, *, name: str) -> CompetenceArea:
    """The area has another name. Raises Conflict when it is taken."""
    area = queries.area_to_change(ctx, area_id)
    if area is None:
        raise NotFound()
    ctx.require(Permission.COMPETENCES_MANAGE, at=organisation.root_path(ctx))
    old, new = area.name, rules.clean_name(name)
    with refusing(ctx, UniqueViolation, _area_exists(new)):
        area.name = new
    audit.record(ctx, "competence_area.renamed", area.id, old={"name": old}, new={"name": new})
    return area


def _area_exists(name: str) -> Conflict:
    return Conflict(
        N_("There is already a competence area “%(name)s”. Choose another name."),
        field="name",
        name=name,
    )


def competences(
    ctx: Context,
    *,
    q: str = "",
    area_id: UUID | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Competence]:
    """Competences by name, with their area."""
    ctx.require(Permission.COMPETENCES_VIEW)
    found = queries.competences(q=q.replace("\0", "").strip(), area_id=area_id)
    return scalars_page(ctx, found, page=page, page_size=page_size)


def competence(ctx: Context, competence_id: UUID) -> Competence:
    """The competence with its area. Raises NotFound at the input that names it."""
    ctx.require(Permission.COMPETENCES_VIEW)
    found = queries.competence(ctx, competence_id)
    if found is None:
        raise NotFound(N_("There is no such competence. Choose one."), field="competence_id")
    return found


def create_competence(
    ctx: Context, *, area_id: UUID, name: str, validity_months: int | None = None
) -> Competence:
    """A new competence, held for ever or for so many months. Raises Conflict on a taken name."""
    ctx.require(Permission.COMPETENCES_MANAGE, at=organisation.root_path(ctx))
    made = Competence(
        area_id=_area(ctx, area_id).id,
        name=rules.clean_name(name),
        validity_months=rules.check_validity(validity_months),
    )
    with refusing(ctx, UniqueViolation, _competence_exists(made.name)):
        ctx.session.add(made)
    audit.record(ctx, "competence.created", made.id, new=_facts(made))
    return made


def change_competence(
    ctx: Context, competence_id: UUID, *, area_id: UUID, name: str, validity_months: int | None
) -> Competence:
    """The competence has these facts. Holdings already given keep their last day."""
    found = queries.competence_to_change(ctx, competence_id)
    if found is None:
        raise NotFound()
    ctx.require(Permission.COMPETENCES_MANAGE, at=organisation.root_path(ctx))
    area, name = _area(ctx, area_id), rules.clean_name(name)
    rules.check_validity(validity_months)
    old = _facts(found)
    with refusing(ctx, UniqueViolation, _competence_exists(name)):
        found.area_id, found.name, found.validity_months = area.id, name, validity_months
    ctx.session.expire(found, ["area"])  # read for the old one
    audit.record(ctx, "competence.changed", found.id, old=old, new=_facts(found))
    return found


def _area(ctx: Context, area_id: UUID) -> CompetenceArea:
    area = queries.area(ctx, area_id)
    if area is None:
        raise NotFound(N_("There is no such competence area. Choose one."), field="area_id")
    return area


def _competence_exists(name: str) -> Conflict:
    return Conflict(
        N_("There is already a competence “%(name)s”. Choose another name."),
        field="name",
        name=name,
    )


def _facts(competence: Competence) -> dict[str, object]:
    return {
        "area_id": competence.area_id,
        "name": competence.name,
        "validity_months": competence.validity_months,
    }
