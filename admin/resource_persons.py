"""The list of resource persons, and one's page with hours and bookings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask_admin import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from admin.anchoring_choices import Where, unit_options
from admin.catalogue_verbs import options
from admin.choosing import YES_NO, FilteredView, ReadOptions, all_of, as_options, key, yes_or_no
from admin.formats import choice, date_text
from admin.labels_resource import BOOKINGS, ROLES, TONES
from admin.resource_bookings import BookingList
from admin.resource_hours import ResourceHoursPage
from admin.resource_persons_verbs import VERBS, story
from tenant_app.competences import service as competences
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import ResourcePerson, ResourceRole
from tenant_app.resource_persons.rules import hours_text
from tenant_app.resource_persons.service import Details, Glance
from tenant_app.web.current import context

TAG = Markup('<span class="tag {}">{}</span>')


def _glance(row: ResourcePerson) -> Glance:
    known: dict[Any, Glance] = context().memo.setdefault("resource glances", {})
    if row.id not in known:
        known |= resource_persons.glances(context(), [row.id])
    return known[row.id]


def _competences(view: Any, page: Any, row: ResourcePerson, name: str) -> str:
    return ", ".join(_glance(row).competences)


def _hours(view: Any, page: Any, row: ResourcePerson, name: str) -> Any:
    found = _glance(row).balance
    return Markup('<span class="money">{}</span>').format(
        hours_text(found.minutes) if found else "–"
    )


def _left(view: Any, page: Any, row: ResourcePerson, name: str) -> Any:
    found = _glance(row).balance
    if found is None or not row.is_active:
        return ""
    if not found.left:
        return TAG.format("warn", _("None left"))
    return Markup('<span class="money">{}</span>').format(hours_text(found.left))


def _standing(view: Any, page: Any, row: ResourcePerson, name: str) -> Any:
    return "" if row.is_active else TAG.format("bad", _("Cannot be booked"))


def _area_options() -> list[tuple[str, str]]:
    found = all_of(partial(competences.areas, context()))
    return as_options((area.id, area.name) for area in found)


class PersonList(FilteredView):
    model_class = ResourcePerson
    endpoint_name = "resource-persons"
    label = _l("Resource persons")
    help = _l(
        "The municipality’s own guides and experts: what they can, where they serve, and how many "
        "hours of this year are left."
    )
    permission = Permission.RESOURCE_PERSONS_VIEW
    empty = _l("No resource persons yet.")
    verbs = VERBS
    load = (joinedload(ResourcePerson.unit),)
    details_template = "resource_persons/details.html"
    column_list = ("name", "role", "competences", "unit", "hours", "left", "standing")
    column_details_list = ("role", "competences", "unit", "description", "standing")
    column_labels = {
        "name": _l("Name"),
        "role": _l("Role"),
        "competences": _l("Competences"),
        "unit": _l("Area served"),
        "hours": _l("Hours this year"),
        "left": _l("Hours left"),
        "standing": _l("State"),
        "description": _l("What one can be booked for"),
    }
    column_searchable_list = ("name",)
    column_sortable_list = ("name", "role", ("unit", "unit.name"))
    column_default_sort = "name"
    column_formatters = {
        "role": choice("role", ROLES),
        "competences": _competences,
        "unit": lambda view, page, row, name: row.unit.name,
        "hours": _hours,
        "left": _left,
        "standing": _standing,
    }
    column_filters = (
        Where(
            ResourcePerson.role,
            _l("Role"),
            options(ROLES),
            word="role",
            convert=ResourceRole,
            where=lambda value: resource_persons.matching_persons(context(), role=value),
        ),
        Where(
            ResourcePerson.id,
            _l("Competence area"),
            ReadOptions(_area_options),
            word="area",
            convert=key,
            where=lambda value: resource_persons.matching_persons(context(), area_id=value),
        ),
        Where(
            ResourcePerson.unit_id,
            _l("Serves the unit"),
            ReadOptions(unit_options),
            word="unit",
            convert=key,
            where=lambda value: resource_persons.matching_persons(context(), unit_id=value),
        ),
        Where(
            ResourcePerson.is_active,
            _l("Has hours left"),
            YES_NO[:1],
            word="bookable",
            convert=yes_or_no,
            where=lambda value: resource_persons.matching_persons(context(), bookable=value),
        ),
    )

    def is_accessible(self) -> bool:
        """Whoever is booked finds their own page, too."""
        return super().is_accessible() or resource_persons.is_listed(self.ctx)

    def is_visible(self) -> bool:
        """In the menu of those who may see them all: it is made for every page, and whether an
        employee is a resource person would have to be asked each time. Their home page leads here.
        """
        return bool(self.ctx.actor.may(Permission.RESOURCE_PERSONS_VIEW))

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return resource_persons.persons_seen(ctx)

    def read_for(self, rows: Sequence[ResourcePerson]) -> None:
        """Competences and hours of the page's rows are read at once."""
        found = resource_persons.glances(self.ctx, [row.id for row in rows])
        self.ctx.memo["resource glances"] = dict(found)

    def story(self, row: ResourcePerson) -> Details:
        """Everything about one."""
        return story(self.ctx, row)

    def words(self) -> dict[str, Any]:
        """The labels of their page."""
        return {"states": BOOKINGS, "tones": TONES, "text": hours_text, "day": date_text}


def views() -> list[BaseView]:
    """In the order of the menu."""
    return [PersonList(), BookingList(), ResourceHoursPage()]
