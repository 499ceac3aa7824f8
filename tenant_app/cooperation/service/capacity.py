"""Who has a surplus of what: stated by leaders, found by others, withdrawn or over by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.audit import service as audit
from tenant_app.cooperation import queries, rules
from tenant_app.cooperation.models import CapacityKind, CapacityStatement, SharedNeedCluster
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation

MOST_HELPERS = 10


def state_capacity(
    ctx: Context,
    *,
    unit_id: UUID,
    area_id: UUID,
    kind: CapacityKind,
    from_date: date,
    to_date: date,
    competence_id: UUID | None = None,
    hours: int | None = None,
    note: str = "",
) -> CapacityStatement:
    """The unit has this to give from the first day to the last. Everybody who cooperates sees it.

    By whoever leads there. Raises NotFound of what cannot be chosen, Forbidden, Invalid.
    """
    ctx.require(Permission.COOPERATION_STATE)
    path = _path(ctx, unit_id)
    ctx.require(Permission.COOPERATION_STATE, at=path)
    if not queries.area_exists(ctx, area_id):
        raise NotFound(
            N_("There is no such competence area. Choose from the list."), field="area_id"
        )
    _check_competence(ctx, competence_id, area_id)
    rules.check_period(from_date, to_date, today=ctx.today)
    made = CapacityStatement(
        id=uuid7(),
        unit_id=unit_id,
        area_id=area_id,
        competence_id=competence_id,
        kind=kind,
        hours=rules.check_hours(kind, hours),
        from_date=from_date,
        to_date=to_date,
        note=rules.clean(note, field="note", longest=rules.LONGEST_NOTE),
        stated_by=ctx.actor.user_id,
        stated_at=ctx.now,
    )
    ctx.session.add(made)
    ctx.session.flush()  # a check of the table must speak before the trail is written
    audit.record(
        ctx,
        "cooperation.capacity_stated",
        made.id,
        new={"kind": kind.value, "hours": made.hours, "from_date": from_date, "to_date": to_date},
    )
    found = queries.capacity_to_change(ctx, made.id)  # with its names
    assert found is not None
    return found


def withdraw_capacity(ctx: Context, capacity_id: UUID) -> CapacityStatement:
    """The unit has it no longer. Raises NotFound, Forbidden, and Conflict once it is over."""
    ctx.require(Permission.COOPERATION_VIEW)
    found = queries.capacity_to_change(ctx, capacity_id)
    if found is None:
        raise NotFound()
    ctx.require(Permission.COOPERATION_STATE, at=organisation.path_at(ctx, found.unit_id))
    if found.withdrawn_at is not None or found.to_date < ctx.today:
        raise Conflict(N_("The offer is withdrawn or over already. Nothing more need be done."))
    found.withdrawn_at = ctx.now
    audit.record(ctx, "cooperation.capacity_withdrawn", found.id, old={"to_date": found.to_date})
    return found


def capacities(
    ctx: Context,
    *,
    area_id: UUID | None = None,
    competence_id: UUID | None = None,
    kind: CapacityKind | None = None,
    q: str = "",
    page: int = 1,
    page_size: int = 50,
) -> Page[CapacityStatement]:
    """What the houses of the whole municipality have to give today or soon; what ends first comes
    first."""
    ctx.require(Permission.COOPERATION_VIEW)
    conditions = [queries.stands(ctx.today), *about(ctx, q)]
    for column, wanted in (
        (CapacityStatement.area_id, area_id),
        (CapacityStatement.competence_id, competence_id),
        (CapacityStatement.kind, kind),
    ):
        if wanted is not None:
            conditions.append(column == wanted)
    return scalars_page(ctx, queries.capacities(conditions), page=page, page_size=page_size)


def standing_capacity(ctx: Context) -> ColumnElement[bool]:
    """Neither withdrawn nor over: for screens that build their own SELECT."""
    return queries.stands(ctx.today)


def about(ctx: Context, q: str) -> list[ColumnElement[bool]]:
    """Those of which competence, area or note hold the words; all without words."""
    words = q.replace("\0", "").strip()[:100]
    return [queries.about(words)] if words else []


def may_withdraw(ctx: Context, found: CapacityStatement) -> bool:
    """Whether it stands, and is the actor's to withdraw."""
    if found.withdrawn_at is not None or not ctx.actor.may(Permission.COOPERATION_STATE):
        return False
    own = {
        grant.unit_id
        for grant in ctx.actor.grants
        if Permission.COOPERATION_STATE in grant.permissions
    }
    if found.unit_id in own:  # known without asking where it hangs
        return True
    return ctx.actor.may(Permission.COOPERATION_STATE, at=organisation.path_at(ctx, found.unit_id))


def helpers(ctx: Context, cluster: SharedNeedCluster) -> Sequence[CapacityStatement]:
    """Who could help: a surplus in the competence area, those of a competence asked for first."""
    asked = queries.competences_of(cluster.id)
    return queries.helpers(ctx, cluster.area_id, asked, ctx.today, limit=MOST_HELPERS)


def _path(ctx: Context, unit_id: UUID) -> str:
    try:
        organisation.unit(ctx, unit_id)
    except NotFound:
        raise NotFound(
            N_("There is no such unit. Choose from the list."), field="unit_id"
        ) from None
    try:
        return organisation.path_of(ctx, unit_id)
    except NotFound:
        raise Invalid(N_("The unit is closed. Choose one that is open."), field="unit_id") from None


def _check_competence(ctx: Context, competence_id: UUID | None, area_id: UUID) -> None:
    if competence_id is None:
        return
    found = queries.competence(ctx, competence_id)
    if found is None:
        raise NotFound(N_("There is no such competence. Choose one."), field="competence_id")
    if found.area_id != area_id:
        raise Invalid(
            N_("The competence “%(name)s” belongs to another area. Choose one of this area."),
            field="competence_id",
            name=found.name,
        )
