"""The list of enrolments, and one enrolment's story."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from admin.base import RoomView
from admin.beginnings import Beginning
from admin.choosing import seen_unit_choices
from admin.enrolments_labels import (
    LEVELS,
    LINES,
    MONEY_STATES,
    MOVEMENTS,
    STATES,
    STEP_STATES,
    TONES,
)
from admin.enrolments_verbs import (
    Approve,
    Cancel,
    Complete,
    Join,
    NoShow,
    Reject,
    Resubmit,
    Return,
    Withdraw,
)
from admin.formats import day, money, state
from admin.labels import ENROL
from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.money import show
from tenant_app.core.searching import SHORTEST, asked
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.enrolments.service import Details

WITHOUT = "none"
"""In the filter of initiatives: those that are part of none."""


def wanted() -> dict[str, Any]:
    """The filters of the address; what cannot be read filters nothing."""
    found: dict[str, Any] = {}
    for name, read in (
        ("state", EnrolmentState),
        ("unit_id", UUID),
        ("course_id", UUID),
        ("year", int),
        ("initiative_id", UUID),
    ):
        try:
            found[name] = read(request.args.get(name, ""))
        except ValueError:
            found[name] = None
    found["without_initiative"] = request.args.get("initiative_id") == WITHOUT
    return found


class EnrolmentList(RoomView):
    """Everyone's, as far as one may see; an employee reaches only their own from here."""

    model_class = Enrolment
    endpoint_name = "requests"
    thread = "enrolment"
    label = _l("Enrolments")
    empty = _l("No enrolments yet. They begin in the catalogue.")
    begins_at = (
        Beginning(
            _l("Look in the catalogue"),
            "browse.index",
            frozenset({Permission.ENROLMENT_REQUEST, Permission.ENROLMENT_REQUEST_OWN}),
        ),
    )
    group = ENROL
    help = _l("Newest first. Choose one to see its cost, its answers and what can be done.")
    permission = Permission.ENROLMENT_VIEW
    verbs = (Approve, Return, Reject, Withdraw, Resubmit, Complete, NoShow, Join, Cancel)
    load = (
        joinedload(Enrolment.employee),
        joinedload(Enrolment.unit),
        joinedload(Enrolment.session).joinedload(CourseSession.course).joinedload(Course.provider),
    )
    can_export = True
    list_template = "enrolments/list.html"
    details_template = "enrolments/details.html"
    column_list = (
        "employee",
        "unit",
        "session",
        "session.starts_on",
        "state",
        "total",
        "submitted_at",
    )
    column_details_list = (
        "employee",
        "unit",
        "session",
        "session.starts_on",
        "state",
        "total",
        "submitted_at",
        "motivation",
        "decision_note",
    )
    column_labels = {
        "employee": _l("Participant"),
        "unit": _l("Unit"),
        "session": _l("Course"),
        "session.starts_on": _l("Course begins"),
        "state": _l("State"),
        "total": _l("Total cost"),
        "submitted_at": _l("Sent on"),
        "motivation": _l("Why this course"),
        "decision_note": _l("Latest reason"),
    }
    column_formatters = {
        "employee": lambda view, context, row, name: row.employee.name,
        "unit": lambda view, context, row, name: row.unit.name,
        "session": lambda view, context, row, name: row.session.course.title,
        "session.starts_on": day("session.starts_on"),
        "state": state("state", STATES, TONES),
        "total": money("total"),
        "submitted_at": day("submitted_at", hours=False),
    }
    column_formatters_detail = {**column_formatters, "submitted_at": day("submitted_at")}
    column_sortable_list = (
        ("employee", "employee.name"),
        ("unit", "unit.name"),
        ("session", "session.course.title"),
        "session.starts_on",
        *("state", "total", "submitted_at"),
    )
    more_columns = ("motivation", "decision_note")
    kept_args = ("state", "unit_id", "course_id", "year", "initiative_id")
    column_default_sort = [("submitted_at", True), ("id", True)]
    empty_is_latest = ("submitted_at",)  # only a draft has none

    def title_of(self, row: Enrolment) -> str:
        return f"{row.employee.name}: {row.session.course.title}"

    def is_accessible(self) -> bool:
        """An employee comes here from their own list, for the details of their own."""
        return super().is_accessible() or self.ctx.actor.employee_id is not None

    def is_visible(self) -> bool:
        return bool(self.ctx.actor.may(Permission.ENROLMENT_VIEW))

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return enrolments.scope(ctx)

    def get_one(self, id: str) -> Enrolment:
        """One of the actor's units', or one of their own, which a leader's list leaves out."""
        try:
            found = enrolments.shown(self.ctx, [UUID(str(id))])
        except ValueError:
            raise NotFound() from None
        if not found:
            raise NotFound()
        return found[0]

    def get_query(self) -> Any:
        return super().get_query().filter(*enrolments.matching(self.ctx, **wanted()))

    def init_search(self) -> bool:
        """It is searched by other tables' texts, as the search in everything does."""
        return True

    def search_placeholder(self) -> str:
        return _("Name, course or course code")

    def _apply_search(
        self, query: Any, count_query: Any, joins: Any, count_joins: Any, search: str
    ) -> Any:
        text = asked(search)  # too little to go by leaves nothing out, and the page says so
        if text is not None:
            query = query.filter(*enrolments.matching(self.ctx, wanted=text))
        return query, count_query, joins, count_joins

    def filters(self) -> dict[str, Any]:
        """What the filter form offers and holds."""
        units: list[tuple[str, str]] = []
        if self.ctx.actor.may(Permission.UNITS_VIEW):
            units = seen_unit_choices(self.ctx, Permission.UNITS_VIEW)
        return {"chosen": wanted(), "states": STATES, "units": units, "without": WITHOUT}

    def least_to_search(self, text: str | None) -> int | None:
        """How many letters it takes, where too few were written."""
        return SHORTEST if text and asked(text) is None else None

    def story(self, row: Enrolment) -> Details:
        """Everything that happened to one enrolment."""
        return enrolments.one(self.ctx, row.id)

    def words(self) -> dict[str, Any]:
        """The labels of the story."""
        return {
            "states": STATES,
            "tones": TONES,
            "levels": LEVELS,
            "steps": STEP_STATES,
            "lines": LINES,
            "money": MONEY_STATES,
            "movements": MOVEMENTS,
            "show": show,
            "sees_rules": self.ctx.actor.may(Permission.BUDGET_VIEW),
        }
