"""SELECTs of needs and of the evidence behind them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload

from tenant_app.audit.models import AuditEntry
from tenant_app.competences.models import Competence, CompetenceArea
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own
from tenant_app.needs.models import Evidence, Need, NeedState, Urgency
from tenant_app.needs.rules import OPEN_TO_EVIDENCE
from tenant_app.organisation.models import Employment, Unit, UnitKind, UnitPlacement

LOADED = (joinedload(Need.unit), joinedload(Need.area))
MOST_CHOICES = 500


def placed(row: Any, day: Any) -> ColumnElement[bool]:
    return and_(row.from_date <= day, or_(row.to_date.is_(None), row.to_date > day))


def among(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:
    """`column = ANY(:ids)`: one parameter however many they are."""
    held: ColumnElement[bool] = column == any_(bindparam(None, list(ids), type_=ARRAY(Uuid())))
    return held


# Needs


def own_institution(employee_id: UUID, day: date) -> Select[UUID]:
    """Ids of the institution where the person works on the day, and of its houses."""
    low, home, own = aliased(UnitPlacement), aliased(UnitPlacement), aliased(UnitPlacement)
    return (
        select(low.unit_id)
        .join(home, low.path.bool_op("^@")(home.path))
        .join(Unit, (Unit.id == home.unit_id) & (Unit.kind == UnitKind.INSTITUTION))
        .join(own, own.path.bool_op("^@")(home.path))
        .join(Employment, Employment.unit_id == own.unit_id)
        .where(
            Employment.employee_id == employee_id,
            placed(Employment, day),
            *(placed(row, day) for row in (low, home, own)),
        )
    )


def needs(
    scope: ColumnElement[bool],
    *,
    state: NeedState | None = None,
    area_id: UUID | None = None,
    units: Select[UUID] | None = None,
    urgency: Urgency | None = None,
    single_source: bool | None = None,
) -> Select[Any]:
    """Newest first."""
    found = select(Need).where(scope).options(*LOADED)
    for column, wanted in ((Need.state, state), (Need.area_id, area_id), (Need.urgency, urgency)):
        if wanted is not None:
            found = found.where(column == wanted)
    if units is not None:
        found = found.where(Need.unit_id.in_(units))
    if single_source is not None:
        held = single_sources()
        found = found.where(held if single_source else ~held)
    return found.order_by(Need.reported_on.desc(), Need.id.desc())


def need(ctx: Context, need_id: UUID, scope: ColumnElement[bool]) -> Need | None:
    return ctx.session.scalars(
        select(Need)
        .where(Need.id == need_id, scope)
        .options(*LOADED, joinedload(Need.goal), joinedload(Need.competence))
        .options(joinedload(Need.merged_into))
    ).one_or_none()


def needs_to_change(
    ctx: Context, need_ids: Collection[UUID], scope: ColumnElement[bool]
) -> dict[UUID, Need]:
    """Locked in the order of their ids. Rows can still point at them: a room above that holds what
    hangs on a need must not wait for it."""
    found = ctx.session.scalars(
        select(Need)
        .where(among(Need.id, need_ids), scope)
        .order_by(Need.id)
        .with_for_update(of=Need, key_share=True)
        .execution_options(populate_existing=True)
    )
    return {each.id: each for each in found}


def hold_ids(ctx: Context, need_ids: Collection[UUID], scope: ColumnElement[bool]) -> set[UUID]:
    """Those within the scope, which stay as they are to the end of the unit of work."""
    return set(
        ctx.session.scalars(
            select(Need.id)
            .where(among(Need.id, need_ids), scope)
            .order_by(Need.id)
            .with_for_update(read=True, of=Need)
        )
    )


def ids_of(ctx: Context, need_ids: Collection[UUID], scope: ColumnElement[bool]) -> set[UUID]:
    return set(ctx.session.scalars(select(Need.id).where(among(Need.id, need_ids), scope)))


def titles(ctx: Context, need_ids: Collection[UUID], scope: ColumnElement[bool]) -> dict[UUID, str]:
    rows = ctx.session.execute(
        select(Need.id, Need.title).where(among(Need.id, need_ids), scope)
    ).all()
    return {row.id: row.title for row in rows}


def answerable(
    ctx: Context, scope: ColumnElement[bool], states: Collection[NeedState]
) -> Sequence[Row[UUID, str, str]]:
    return ctx.session.execute(
        select(Need.id, Need.title, Unit.name)
        .join(Unit, Unit.id == Need.unit_id)
        .where(scope, Need.state.in_(states))
        .order_by(Need.reported_on.desc(), Need.id.desc())
        .limit(MOST_CHOICES)
    ).all()


def merged_into(ctx: Context, need_id: UUID) -> Sequence[UUID]:
    return ctx.session.scalars(select(Need.id).where(Need.merged_into_id == need_id)).all()


def merged_here(ctx: Context, need_id: UUID, scope: ColumnElement[bool]) -> Sequence[Need]:
    return ctx.session.scalars(
        select(Need)
        .where(Need.merged_into_id == need_id, scope)
        .options(*LOADED)
        .order_by(Need.state_since, Need.id)
    ).all()


def area(ctx: Context, area_id: UUID) -> CompetenceArea | None:
    return ctx.session.scalars(
        select(CompetenceArea).where(CompetenceArea.id == area_id)
    ).one_or_none()


_AREAS = only_own(
    select(CompetenceArea.id, CompetenceArea.name).order_by(
        danish(CompetenceArea.name), CompetenceArea.id
    ),
    CompetenceArea,
)


def areas(ctx: Context) -> Sequence[Any]:
    """(id, name) of the competence areas, by name."""
    return ctx.execute(_AREAS, {}).all()


def competence(ctx: Context, competence_id: UUID) -> Competence | None:
    return ctx.session.scalars(
        select(Competence).where(Competence.id == competence_id)
    ).one_or_none()


def unit(ctx: Context, unit_id: UUID, units: Sequence[Select[UUID]]) -> Unit | None:
    """The unit, where it is among any of these."""
    inside = or_(*(Unit.id.in_(each) for each in units))
    return ctx.session.scalars(select(Unit).where(Unit.id == unit_id, inside)).one_or_none()


def units(ctx: Context, among_: Select[UUID], day: date) -> Sequence[Row[UUID, str, UnitKind, str]]:
    """(id, name, kind, path) of those placed on the day, parents before children."""
    return ctx.session.execute(
        select(Unit.id, Unit.name, Unit.kind, UnitPlacement.path)
        .join(UnitPlacement, UnitPlacement.unit_id == Unit.id)
        .where(Unit.id.in_(among_), placed(UnitPlacement, day))
        .order_by(UnitPlacement.path)
    ).all()


def home_of(ctx: Context, employee_id: UUID, day: date) -> UUID | None:
    """The institution where the person works on the day; the unit itself where there is none."""
    home, own = aliased(UnitPlacement), aliased(UnitPlacement)
    is_institution = (Unit.kind == UnitKind.INSTITUTION).desc()
    return ctx.session.scalar(
        select(home.unit_id)
        .join(own, own.path.bool_op("^@")(home.path))
        .join(Unit, Unit.id == home.unit_id)
        .join(Employment, Employment.unit_id == own.unit_id)
        .where(Employment.employee_id == employee_id, placed(Employment, day))
        .where(placed(home, day), placed(own, day))
        .order_by(is_institution, func.length(home.path).desc())
        .limit(1)
    )


def history(ctx: Context, need_id: UUID, *, limit: int) -> Sequence[Row[Any, str, str, str]]:
    """(when, who, what, why) of all that happened to the need, latest first."""
    return ctx.session.execute(
        select(AuditEntry.at, AuditEntry.actor_name, AuditEntry.action, AuditEntry.note)
        .where(AuditEntry.object_id == need_id, AuditEntry.action.startswith("need."))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
    ).all()


# Evidence


def evidence(
    ctx: Context, need_id: UUID, readable: ColumnElement[bool], *, mine: ColumnElement[bool]
) -> Sequence[Any]:
    """The findings behind a need and behind those merged into it, newest first.

    What must not be read is not in the answer of the database: `text` is NULL there.
    """
    return ctx.session.execute(
        select(
            Evidence.id,
            Evidence.need_id,
            Evidence.source,
            Evidence.role,
            Evidence.found_on,
            Evidence.confidentiality,
            Evidence.recorded_at,
            Evidence.withdrawn_at,
            case((readable, Evidence.text), else_=null()).label("text"),
            case((readable, Evidence.withdrawn_why), else_=null()).label("withdrawn_why"),
            mine.label("is_mine"),
            Need.unit_id,
        )
        .join(Need, Need.id == Evidence.need_id)
        .where(or_(Need.id == need_id, Need.merged_into_id == need_id))
        .order_by(Evidence.found_on.desc(), Evidence.id.desc())
    ).all()


def evidence_to_change(ctx: Context, evidence_id: UUID) -> Evidence | None:
    return ctx.session.scalars(
        select(Evidence).where(Evidence.id == evidence_id).with_for_update(of=Evidence)
    ).one_or_none()


def need_of(ctx: Context, evidence_id: UUID, scope: ColumnElement[bool]) -> Any | None:
    """(need, the one it is merged into) of a finding."""
    return ctx.session.execute(
        select(Need.id, Need.merged_into_id)
        .join(Evidence, Evidence.need_id == Need.id)
        .where(Evidence.id == evidence_id, scope)
    ).one_or_none()


def findings(ctx: Context, need_ids: Collection[UUID]) -> Sequence[Any]:
    """(need, source, role, how many) behind each need and what was merged into it."""
    whole = aliased(Need)
    return ctx.session.execute(
        select(whole.id, Evidence.source, Evidence.role, func.count())
        .join(Need, or_(Need.id == whole.id, Need.merged_into_id == whole.id))
        .join(Evidence, (Evidence.need_id == Need.id) & Evidence.withdrawn_at.is_(None))
        .where(among(whole.id, need_ids))
        .group_by(whole.id, Evidence.source, Evidence.role)
    ).all()


def by_owner() -> Any:
    """(need with what was merged into it, source), each once."""
    owner = func.coalesce(Need.merged_into_id, Need.id).label("owner")
    return (
        select(owner, Evidence.source.label("source"))
        .join(Need, Need.id == Evidence.need_id)
        .where(Evidence.withdrawn_at.is_(None))
        .distinct()
    )


def single_sources() -> ColumnElement[bool]:
    """The need rests on one kind of source alone."""
    found = by_owner().subquery()
    return Need.id.in_(select(found.c.owner).group_by(found.c.owner).having(func.count() == 1))


def index_of() -> Any:
    """The triangulation index of each need, to sort by."""
    part = aliased(Need)
    return (
        select(func.count(Evidence.source.distinct()))
        .join(part, part.id == Evidence.need_id)
        .where(
            Evidence.withdrawn_at.is_(None),
            or_(part.id == Need.id, part.merged_into_id == Need.id),
        )
        .correlate(Need)
        .scalar_subquery()
    )


def age(today: date) -> ColumnElement[int]:
    """Days since each need was reported; of one that is over, until then."""
    over = func.date(func.timezone("Europe/Copenhagen", Need.state_since))
    until = case((Need.state.in_(OPEN_TO_EVIDENCE), literal(today)), else_=over)
    days: ColumnElement[int] = until - Need.reported_on
    return days
