"""URLs of units and employees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Employment, Unit, UnitFigures, UnitPlacement
from tenant_app.organisation.schemas import (
    ChangeIn,
    DayIn,
    EmployeeDescriptionIn,
    EmployeeIn,
    EmployeeOut,
    EmployeesAsked,
    EmploymentIn,
    EmploymentOut,
    FiguresAsked,
    FiguresIn,
    FiguresOut,
    MergeIn,
    MoveIn,
    PlacementOut,
    UnitDescriptionIn,
    UnitIn,
    UnitOut,
    UnitsAsked,
)

blueprint = Blueprint(
    "organisation", __name__, url_prefix="/api/v1", description="Units and employees over time"
)


@blueprint.get("/units")
@endpoint(blueprint, query=UnitsAsked, page_of=PlacementOut)
def list_units(ctx: Context, **asked: Any) -> Page[UnitPlacement]:
    """The units you may see, as they hang on a day; parents before children."""
    return organisation.units_page(ctx, **asked)


@blueprint.post("/units")
@endpoint(blueprint, takes=UnitIn, returns=UnitOut, status=201)
def found_unit(ctx: Context, **facts: Any) -> Unit:
    """Found a unit under a parent, from a date."""
    return organisation.found_unit(ctx, **facts)


@blueprint.get("/units/<uuid:unit_id>")
@endpoint(blueprint, returns=UnitOut)
def get_unit(ctx: Context, unit_id: UUID) -> Unit:
    """One unit."""
    return organisation.unit(ctx, unit_id)


@blueprint.get("/units/<uuid:unit_id>/placements")
@endpoint(blueprint, returns=PlacementOut, many=True)
def list_placements(ctx: Context, unit_id: UUID) -> Sequence[UnitPlacement]:
    """Where the unit has hung, hangs and will hang."""
    return organisation.history(ctx, unit_id)


@blueprint.post("/units/<uuid:unit_id>/move")
@endpoint(blueprint, takes=MoveIn, returns=UnitOut)
def move_unit(ctx: Context, unit_id: UUID, **where: Any) -> Unit:
    """Hang the unit, with all below it, under another parent from a date."""
    return organisation.move_unit(ctx, unit_id, **where)


@blueprint.post("/units/<uuid:unit_id>/merge")
@endpoint(blueprint, takes=MergeIn, returns=UnitOut)
def merge_unit(ctx: Context, unit_id: UUID, **where: Any) -> Unit:
    """Move the unit's staff into another unit from a date, and close it. Answers the other."""
    return organisation.merge_unit(ctx, unit_id, **where)


@blueprint.post("/units/<uuid:unit_id>/close")
@endpoint(blueprint, takes=DayIn, returns=UnitOut)
def close_unit(ctx: Context, unit_id: UUID, **when: Any) -> Unit:
    """Close a unit without staff and units below it, from a date."""
    return organisation.close_unit(ctx, unit_id, **when)


@blueprint.post("/units/<uuid:unit_id>/description")
@endpoint(blueprint, takes=UnitDescriptionIn, returns=UnitOut)
def describe_unit(ctx: Context, unit_id: UUID, **facts: Any) -> Unit:
    """Rename the unit, or flag a weak economy."""
    return organisation.describe_unit(ctx, unit_id, **facts)


@blueprint.get("/employees")
@endpoint(blueprint, query=EmployeesAsked, page_of=EmploymentOut)
def list_employees(ctx: Context, **asked: Any) -> Page[Employment]:
    """Who is employed on a day where you may see, by name."""
    return organisation.employees_page(ctx, **asked)


@blueprint.post("/employees")
@endpoint(blueprint, takes=EmployeeIn, returns=EmployeeOut, status=201)
def hire(ctx: Context, **facts: Any) -> Employee:
    """Hire a person from a date."""
    return organisation.hire(ctx, **facts)


@blueprint.get("/employees/<uuid:employee_id>")
@endpoint(blueprint, returns=EmployeeOut)
def get_employee(ctx: Context, employee_id: UUID) -> Employee:
    """One person."""
    return organisation.employee(ctx, employee_id)


@blueprint.get("/employees/<uuid:employee_id>/employments")
@endpoint(blueprint, returns=EmploymentOut, many=True)
def list_employments(ctx: Context, employee_id: UUID) -> Sequence[Employment]:
    """The person's employments over time, in the units you may see."""
    return organisation.employments(ctx, employee_id)


@blueprint.post("/employees/<uuid:employee_id>/change")
@endpoint(blueprint, takes=ChangeIn, returns=EmployeeOut)
def change_employment(ctx: Context, employee_id: UUID, **change: Any) -> Employee:
    """Another unit, position or FTE from a date."""
    return organisation.change_employment(ctx, employee_id, **change)


@blueprint.post("/employees/<uuid:employee_id>/end")
@endpoint(blueprint, takes=DayIn, returns=EmployeeOut)
def end_employment(ctx: Context, employee_id: UUID, **when: Any) -> Employee:
    """End the employment: `on` is the first day without it."""
    return organisation.end_employment(ctx, employee_id, **when)


@blueprint.post("/employees/<uuid:employee_id>/rehire")
@endpoint(blueprint, takes=EmploymentIn, returns=EmployeeOut)
def rehire(ctx: Context, employee_id: UUID, **facts: Any) -> Employee:
    """Employ somebody again who has left."""
    return organisation.rehire(ctx, employee_id, **facts)


@blueprint.post("/employees/<uuid:employee_id>/description")
@endpoint(blueprint, takes=EmployeeDescriptionIn, returns=EmployeeOut)
def describe_employee(ctx: Context, employee_id: UUID, **facts: Any) -> Employee:
    """Correct the name or the e-mail."""
    return organisation.describe_employee(ctx, employee_id, **facts)


@blueprint.get("/unit-figures")
@endpoint(blueprint, query=FiguresAsked, page_of=FiguresOut)
def list_figures(ctx: Context, **asked: Any) -> Page[UnitFigures]:
    """The children and the index of the institutions you may see, newest first."""
    return organisation.figures_page(ctx, **asked)


@blueprint.post("/unit-figures")
@endpoint(blueprint, takes=FiguresIn, returns=FiguresOut, status=201)
def record_figures(ctx: Context, **facts: Any) -> UnitFigures:
    """Say how many children an institution has from a day on."""
    return organisation.record_figures(ctx, **facts)
