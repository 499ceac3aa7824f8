"""The screens of units and employees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_admin import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import BigInteger, ColumnElement, cast, false, func, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Query, aliased

from admin.beginnings import FROM_FILE
from admin.choosing import (
    INDENT,
    YES_NO,
    Among,
    FilteredView,
    ReadOptions,
    plain,
    seen_unit_choices,
    yes_or_no,
)
from admin.formats import choice, yes_no
from admin.labels import PEOPLE
from admin.lists import in_order
from admin.organisation_verbs import (
    KIND_LABELS,
    POSITION_LABELS,
    Change,
    Close,
    DescribeEmployee,
    DescribeUnit,
    End,
    Found,
    Hire,
    Merge,
    Move,
    Rehire,
)
from admin.unit_figures import FiguresView
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.errors import NotFound
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import (
    Employee,
    Employment,
    Position,
    Unit,
    UnitKind,
    UnitPlacement,
)
from tenant_app.web.current import context

__all__ = ["KIND_LABELS", "POSITION_LABELS", "views"]


def _hanging(ctx: Context) -> dict[UUID, UnitPlacement]:
    """Where every unit hangs today, asked once per page."""
    if "hanging" not in ctx.memo:
        ctx.memo["hanging"] = {place.unit_id: place for place in organisation.placements(ctx)}
    known: dict[UUID, UnitPlacement] = ctx.memo["hanging"]
    return known


def _above(ctx: Context, unit_id: UUID, kind: UnitKind) -> str:
    known = _hanging(ctx)
    place = known.get(unit_id)
    while place is not None and place.unit.kind is not kind:
        place = known.get(place.parent_id) if place.parent_id else None
    return place.unit.name if place is not None else ""


def _name_in_tree(view: Any, page: Any, row: Unit, name: str) -> str | Markup:
    place = _hanging(context()).get(row.id)
    if place is None:
        return row.name + Markup(' <span class="tag">{}</span>').format(_("Not there today"))
    return INDENT * (place.path.count(".") - 1) + row.name


def _names_in_tree() -> ColumnElement[Any]:
    """The names from the top down to the unit, to sort by; NULL without a placement."""
    steps = cast(func.string_to_array(func.rtrim(UnitPlacement.path, "."), "."), ARRAY(BigInteger))
    above = aliased(Unit)
    names = aggregate_order_by(danish(above.name), func.array_position(steps, above.seq))
    return (
        select(func.array_agg(names))
        .where(above.seq == func.any(steps))
        .correlate(UnitPlacement)
        .scalar_subquery()
    )


def _area(view: Any, page: Any, row: Unit, name: str) -> str:
    return _above(context(), row.id, UnitKind.AREA)


def _institution(view: Any, page: Any, row: Unit, name: str) -> str:
    return _above(context(), row.id, UnitKind.INSTITUTION)


def _state(view: Any, page: Any, row: Unit, name: str) -> str:
    return _("In use") if row.id in _hanging(context()) else _("Not there today")


def _period(from_date: Any, to_date: Any) -> str:
    if to_date is None:
        return _("since %(day)s", day=f"{from_date:%d-%m-%Y}")
    return f"{from_date:%d-%m-%Y} – {to_date:%d-%m-%Y}"


def _placements(view: Any, page: Any, row: Unit, name: str) -> Markup:
    ctx = context()
    names = {place.unit_id: place.unit.name for place in _hanging(ctx).values()}
    lines = [
        _period(place.from_date, place.to_date)
        + (f": {names.get(place.parent_id, '–')}" if place.parent_id else "")
        for place in organisation.history(ctx, row.id)
    ]
    return Markup("<br>").join(lines)


class Below(Among):
    """Rows in the subtree of a unit: `within` says which ids those are."""

    def __init__(self, column: Any, name: Any, options: Any, *, word: str, within: Any) -> None:
        super().__init__(column, name, options, word=word, convert=UUID)
        self.within = within

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        try:
            inside = self.within(context(), value)
        except NotFound:
            return query.filter(false())
        return query.filter(self.get_column(alias).in_(inside))


class InPosition(Among):
    """Employees in a position today."""

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        held = organisation.staff_as(context(), value)
        return query.filter(self.get_column(alias).in_(held))


class UnitView(FilteredView):
    model_class = Unit
    endpoint_name = "units"
    label = _l("Units")
    help = _l(
        "The municipality as it is today. Moves, merges and closings have a date, and "
        "earlier reports keep the old shape."
    )
    group = PEOPLE
    permission = Permission.UNITS_VIEW
    empty = _l("No units yet.")
    begins_at = (FROM_FILE,)
    verbs = (Found, Move, Merge, Close, DescribeUnit)
    column_list = ("name", "number", "kind", "area", "weak_economy")
    column_details_list = (
        "name",
        "number",
        "kind",
        "area",
        "institution",
        "weak_economy",
        "placements",
    )
    column_labels = {
        "name": _l("Name"),
        "number": _l("Number"),
        "kind": _l("Kind"),
        "area": _l("Area"),
        "institution": _l("Institution"),
        "weak_economy": _l("Weak economy"),
        "state": _l("State"),
        "placements": _l("Under, from and until"),
    }
    column_searchable_list = ("name", "number")
    column_sortable_list = ("name", "number", "kind", "weak_economy")
    more_columns = ("state", "institution")
    column_filters = (
        Among(
            Unit.kind,
            _l("Kind"),
            ReadOptions(lambda: [(kind.value, label) for kind, label in KIND_LABELS.items()]),
            word="kind",
            convert=UnitKind,
        ),
        Below(
            Unit.id,
            _l("Below"),
            ReadOptions(
                lambda: seen_unit_choices(
                    context(), Permission.UNITS_VIEW, UnitKind.AREA, UnitKind.INSTITUTION
                )
            ),
            word="below",
            within=organisation.units_below,
        ),
        Among(
            Unit.weak_economy,
            _l("Weak economy"),
            YES_NO,
            word="weak_economy",
            convert=yes_or_no,
        ),
    )
    column_formatters = {
        "name": _name_in_tree,
        "kind": choice("kind", KIND_LABELS),
        "area": _area,
        "institution": _institution,
        "weak_economy": yes_no("weak_economy"),
        "state": _state,
        "placements": _placements,
    }

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return Unit.id.in_(organisation.visible_units(ctx, Permission.UNITS_VIEW))

    def standard_columns(self) -> list[tuple[Any, Any]]:
        """Without the area where there are none, as in a small municipality."""
        places = _hanging(self.ctx).values()
        has_areas = any(place.unit.kind is UnitKind.AREA for place in places)
        return [each for each in super().standard_columns() if each[0] != "area" or has_areas]

    def get_query(self) -> Query[Any]:
        today = self.ctx.today
        holds = (UnitPlacement.from_date <= today) & (
            UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > today)
        )
        return (
            super().get_query().outerjoin(UnitPlacement, (UnitPlacement.unit_id == Unit.id) & holds)
        )

    def _get_default_order(self) -> Any:
        """As a tree, by name below each parent; what is not there today comes last."""
        yield _names_in_tree(), [], False
        yield Unit.name, [], False


def _nearest(row: Employee) -> Employment | None:
    known: dict[UUID, Employment | None] = context().memo.setdefault("nearest", {})
    if row.id not in known:
        known[row.id] = organisation.nearest_employments(context(), [row.id]).get(row.id)
    return known[row.id]


def _unit_of(view: Any, page: Any, row: Employee, name: str) -> str:
    found = _nearest(row)
    return found.unit.name if found else ""


def _position_of(view: Any, page: Any, row: Employee, name: str) -> str:
    found = _nearest(row)
    return str(POSITION_LABELS[found.position]) if found else ""


def _fte_of(view: Any, page: Any, row: Employee, name: str) -> str:
    found = _nearest(row)
    return plain(found.fte) if found else ""


def _period_of(view: Any, page: Any, row: Employee, name: str) -> str:
    found = _nearest(row)
    if found is None:
        return ""
    period = _period(found.from_date, found.to_date)
    return Markup('<span class="day">{}</span>').format(period)


def _employments(view: Any, page: Any, row: Employee, name: str) -> Markup:
    lines = [
        f"{_period(held.from_date, held.to_date)}: {held.unit.name}, "
        f"{POSITION_LABELS[held.position]}, {plain(held.fte)}"
        for held in organisation.employments(context(), row.id)
    ]
    return Markup("<br>").join(lines)


class EmployeeView(FilteredView):
    model_class = Employee
    endpoint_name = "employees"
    label = _l("Employees")
    help = _l("Staff with unit, position and FTE. Choose one to see earlier employments.")
    group = PEOPLE
    permission = Permission.EMPLOYEES_VIEW
    empty = _l("No employees yet.")
    begins_at = (FROM_FILE,)
    verbs = (Hire, Change, End, Rehire, DescribeEmployee)
    column_list = ("name", "number", "unit", "position", "fte", "period")
    column_details_list = ("name", "number", "email", "employments")
    column_labels = {
        "name": _l("Name"),
        "number": _l("Employee number"),
        "email": _l("E-mail"),
        "unit": _l("Unit"),
        "position": _l("Position"),
        "fte": _l("FTE"),
        "period": _l("From and until"),
        "employments": _l("Employments"),
    }
    column_searchable_list = ("name", "number")
    column_sortable_list = ("name", "number", "email")
    sort_by = {
        "unit": lambda ctx: organisation.held_today(ctx, danish(Unit.name)),
        "position": lambda ctx: organisation.held_today(ctx, in_order(Employment.position)),
        "fte": lambda ctx: organisation.held_today(ctx, Employment.fte),
        "period": lambda ctx: organisation.held_today(ctx, Employment.from_date),
    }
    more_columns = ("email",)
    column_default_sort = "name"
    column_filters = (
        Below(
            Employee.id,
            _l("Unit"),
            ReadOptions(lambda: seen_unit_choices(context(), Permission.EMPLOYEES_VIEW)),
            word="unit",
            within=organisation.staff_of,
        ),
        InPosition(
            Employee.id,
            _l("Position"),
            ReadOptions(lambda: [(p.value, label) for p, label in POSITION_LABELS.items()]),
            word="position",
            convert=Position,
        ),
    )
    column_formatters = {
        "unit": _unit_of,
        "position": _position_of,
        "fte": _fte_of,
        "period": _period_of,
        "employments": _employments,
    }

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return Employee.id.in_(organisation.visible_employees(ctx, Permission.EMPLOYEES_VIEW))

    def read_for(self, rows: Sequence[Employee]) -> None:
        """The page's employments are read at once, not one by one."""
        ids = [row.id for row in rows]
        found = organisation.nearest_employments(self.ctx, ids)
        # Who has no employment is known too, or each of them would be asked for again.
        self.ctx.memo["nearest"] = {id_: found.get(id_) for id_ in ids}


def views() -> list[BaseView]:
    """Units and employees."""
    return [UnitView(), EmployeeView(), FiguresView()]
