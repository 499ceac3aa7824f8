"""SELECTs of screening tools, of screenings and of their results over time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    any_,
    bindparam,
    case,
    delete,
    exists,
    extract,
    func,
    select,
)
from sqlalchemy.orm import aliased, joinedload

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.needs.models import Evidence
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement
from tenant_app.supervision.models import (
    Screening,
    ScreeningArea,
    ScreeningResult,
    ScreeningTool,
)
from tenant_app.tenancy.models import TenantSettings

_WITH_NAMES = (joinedload(Screening.unit), joinedload(Screening.tool))


def tools() -> Select[ScreeningTool]:
    """Those in use first, by name."""
    return select(ScreeningTool).order_by(
        ScreeningTool.retired_on.is_not(None), danish(ScreeningTool.name), ScreeningTool.id
    )


def tool(ctx: Context, tool_id: UUID) -> ScreeningTool | None:
    return ctx.session.scalar(select(ScreeningTool).where(ScreeningTool.id == tool_id))


def tool_to_change(ctx: Context, tool_id: UUID) -> ScreeningTool | None:
    """The tool as it is now, after `lock`."""
    return ctx.session.scalar(
        select(ScreeningTool)
        .where(ScreeningTool.id == tool_id)
        .execution_options(populate_existing=True)
    )


def tool_named(ctx: Context, name: str) -> UUID | None:
    return ctx.session.scalar(
        select(ScreeningTool.id).where(func.lower(ScreeningTool.name) == name.lower())
    )


def lock(ctx: Context) -> None:
    """Who changes tools, and who reads results by their scales, come one after the other."""
    ctx.session.execute(select(TenantSettings.id).with_for_update()).all()


def all_tools(ctx: Context) -> Sequence[ScreeningTool]:
    return ctx.session.scalars(
        select(ScreeningTool).order_by(ScreeningTool.id).execution_options(populate_existing=True)
    ).all()


def is_used(ctx: Context, tool_id: UUID) -> bool:
    return bool(ctx.session.scalar(select(exists().where(Screening.tool_id == tool_id))))


def used_tools(ctx: Context, tool_ids: Collection[UUID]) -> set[UUID]:
    """Those of the tools that have results."""
    wanted = Screening.tool_id.in_(tool_ids)
    return set(ctx.session.scalars(select(Screening.tool_id).where(wanted).distinct()))


def areas_of(ctx: Context, tool_ids: Collection[UUID]) -> Sequence[ScreeningArea]:
    """The areas of these tools, each in its place."""
    return ctx.session.scalars(
        select(ScreeningArea)
        .where(ScreeningArea.tool_id.in_(tool_ids))
        .options(joinedload(ScreeningArea.competence_area))
        .order_by(ScreeningArea.tool_id, ScreeningArea.place)
    ).all()


def clear_areas(ctx: Context, tool_id: UUID) -> None:
    ctx.session.execute(
        delete(ScreeningArea)
        .where(ScreeningArea.tool_id == tool_id)
        .execution_options(synchronize_session=False)
    )


def visible_screenings(ctx: Context) -> ColumnElement[bool]:
    """Screenings of the units where the actor sees supervision."""
    units = organisation.visible_units(ctx, Permission.SUPERVISION_VIEW)
    return Screening.unit_id.in_(units)


def screenings(conditions: Iterable[ColumnElement[bool]]) -> Select[Screening]:
    """The latest first."""
    return (
        select(Screening)
        .where(*conditions)
        .order_by(Screening.held_on.desc(), Screening.id.desc())
        .options(*_WITH_NAMES)
    )


def screening(ctx: Context, screening_id: UUID) -> Screening | None:
    return ctx.session.scalar(
        select(Screening)
        .where(Screening.id == screening_id, visible_screenings(ctx))
        .options(*_WITH_NAMES)
    )


def results_of(ctx: Context, screening_id: UUID) -> Sequence[ScreeningResult]:
    """The scores in the tool's order, each with its area."""
    return ctx.session.scalars(
        select(ScreeningResult)
        .join(ScreeningArea, ScreeningArea.id == ScreeningResult.area_id)
        .where(ScreeningResult.screening_id == screening_id)
        .options(joinedload(ScreeningResult.area))
        .order_by(ScreeningArea.place)
    ).all()


def result_to_change(ctx: Context, result_id: UUID) -> ScreeningResult | None:
    """The result with its screening and area, locked and as it is now."""
    return ctx.session.scalar(
        select(ScreeningResult)
        .join(Screening, Screening.id == ScreeningResult.screening_id)
        .where(ScreeningResult.id == result_id, visible_screenings(ctx))
        .options(
            joinedload(ScreeningResult.screening).joinedload(Screening.tool),
            joinedload(ScreeningResult.area),
        )
        .with_for_update(of=ScreeningResult)
        .execution_options(populate_existing=True)
    )


def scored(ctx: Context, screening_ids: Collection[UUID]) -> Sequence[Any]:
    """(screening, areas, areas whose score is not good) of these, in one statement."""
    good = case(
        (ScreeningTool.high_is_good, ScreeningResult.score >= ScreeningTool.good_at),
        else_=ScreeningResult.score <= ScreeningTool.good_at,
    )
    return ctx.session.execute(
        select(Screening.id, func.count(), func.count().filter(~good))
        .join(ScreeningTool, ScreeningTool.id == Screening.tool_id)
        .join(ScreeningResult, ScreeningResult.screening_id == Screening.id)
        .where(Screening.id.in_(screening_ids))
        .group_by(Screening.id)
    ).all()


def over_time(ctx: Context, *, unit_id: UUID, tool_id: UUID) -> Sequence[Any]:
    """(area, day, score, observations) of the unit, the oldest first."""
    return ctx.session.execute(
        select(
            ScreeningResult.area_id,
            Screening.held_on,
            ScreeningResult.score,
            Screening.observations,
        )
        .join(Screening, Screening.id == ScreeningResult.screening_id)
        .where(Screening.unit_id == unit_id, Screening.tool_id == tool_id)
        .order_by(Screening.held_on)
    ).all()


def means(ctx: Context, *, tool_id: UUID, at_least: int) -> Sequence[Any]:
    """(area, year, the municipality's mean), each institution counted once a year.

    A house belongs to the institution it hung under when it was screened. Of all institutions, in
    sight or not: left out where fewer than so many scored, or where the reader, who knows the
    scores in their own sight, would be told of fewer than so many others.
    """
    year = extract("year", Screening.held_on)
    units = organisation.visible_units(ctx, Permission.SUPERVISION_VIEW)
    low, high, above = aliased(UnitPlacement), aliased(UnitPlacement), aliased(Unit)
    house_of = (
        select(high.unit_id)
        .join(low, low.path.bool_op("^@")(high.path))
        .join(above, above.id == high.unit_id)
        .where(
            low.unit_id == Screening.unit_id,
            above.kind == UnitKind.INSTITUTION,
            *(
                (each.from_date <= Screening.held_on)
                & (each.to_date.is_(None) | (each.to_date > Screening.held_on))
                for each in (low, high)
            ),
        )
        .correlate(Screening)
        .scalar_subquery()
    )
    is_house = Unit.kind == UnitKind.HOUSE
    institution = func.coalesce(case((is_house, house_of)), Screening.unit_id)
    own = (
        select(
            ScreeningResult.area_id,
            year.label("year"),
            institution.label("institution"),
            func.avg(ScreeningResult.score).label("score"),
            func.bool_or(Screening.unit_id.in_(units)).label("is_seen"),
            func.bool_and(Screening.unit_id.in_(units)).label("is_known"),
        )
        .join(Screening, Screening.id == ScreeningResult.screening_id)
        .join(Unit, Unit.id == Screening.unit_id)
        .where(Screening.tool_id == tool_id)
        .group_by(ScreeningResult.area_id, year, institution)
        .subquery()
    )
    return ctx.session.execute(
        select(own.c.area_id, own.c.year, func.round(func.avg(own.c.score), 2))
        .group_by(own.c.area_id, own.c.year)
        .having(
            func.count() >= at_least,
            func.bool_and(own.c.is_known)  # nothing is hidden from this reader
            | (func.count().filter(~own.c.is_seen) >= at_least),
        )
    ).all()


def units_numbered(ctx: Context, numbers: Collection[str]) -> dict[str, tuple[UUID, UnitKind]]:
    """Number → unit and kind, of those that hang somewhere or did."""
    given = bindparam(None, list(numbers), type_=ARRAY(Text()))
    rows = ctx.session.execute(
        select(Unit.number, Unit.id, Unit.kind).where(Unit.number == any_(given))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def known_screenings(
    ctx: Context,
    unit_ids: Collection[UUID],
    *,
    tool_ids: Collection[UUID],
    days: Collection[date],
) -> Sequence[Screening]:
    """Those of these units with these tools on these days, after `lock` where one writes."""
    return ctx.session.scalars(
        select(Screening)
        .where(
            Screening.unit_id.in_(unit_ids),
            Screening.tool_id.in_(tool_ids),
            Screening.held_on.in_(days),
        )
        .order_by(Screening.id)
        .execution_options(populate_existing=True)
    ).all()


def known_results(
    ctx: Context, screening_ids: Collection[UUID], *, write: bool
) -> Sequence[ScreeningResult]:
    """Those of these screenings, locked when they are to be written."""
    found = (
        select(ScreeningResult)
        .where(ScreeningResult.screening_id.in_(screening_ids))
        .order_by(ScreeningResult.id)
        .execution_options(populate_existing=True)
    )
    return ctx.session.scalars(found.with_for_update() if write else found).all()


def used_results(ctx: Context, screening_ids: Collection[UUID]) -> Sequence[Any]:
    """(result, screening) of the scores that a need rests on, in these screenings."""
    return ctx.session.execute(
        select(ScreeningResult.id, ScreeningResult.screening_id)
        .join(Evidence, Evidence.id == ScreeningResult.evidence_id)
        .where(ScreeningResult.screening_id.in_(screening_ids), Evidence.withdrawn_at.is_(None))
    ).all()
