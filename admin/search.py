"""One field for people, units, courses, enrolments and what is worked on, within what the role may
see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.base import Page
from admin.catalogue_verbs import FORM_LABELS
from admin.enrolments_labels import STATES
from admin.formats import date_text
from admin.forums_labels import STATES as MEETING_STATES
from admin.labels_dialogue import STATES as SESSION_STATES
from admin.labels_initiatives import STATES as INITIATIVE_STATES
from admin.labels_needs import STATES as NEED_STATES
from admin.organisation_verbs import KIND_LABELS, POSITION_LABELS
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import Course
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.searching import LONGEST, SHORTEST, Asked, asked
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Employment, Unit
from tenant_app.reports import service as reports
from tenant_app.reports.rules import Found

SHOWN = 8
"""Hits per group; a link leads to the rest."""


@dataclass(frozen=True)
class Hit:
    """One thing found, and where it is."""

    title: str
    about: str
    url: str | None = None
    tag: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `all_url` where there is more."""

    name: str
    label: str
    hits: Sequence[Hit]
    all_url: str | None
    all_label: str


class SearchPage(Page):
    """Finds by the beginning or any part of names, by numbers and by e-mail."""

    permission = None
    help = _l(
        "Search for people, units, courses, enrolments, needs, initiatives and meetings. Press / "
        "on any page to begin."
    )

    def __init__(self) -> None:
        super().__init__(name=_l("Search"), endpoint="search", url="search")

    def is_visible(self) -> bool:
        """It stands on top of every page, not in the menu."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        text = " ".join(request.args.get("q", "")[:LONGEST].replace("\0", " ").split())
        wanted = asked(text)
        groups: list[Group] = []
        if wanted is not None:
            groups = found(self.ctx, wanted, text)
        return self.render(
            "search/index.html",
            searched=text,
            too_short=bool(text) and wanted is None,
            least=SHORTEST,
            groups=groups,
            count=sum(len(group.hits) for group in groups),
        )


def found(ctx: Context, wanted: Asked, text: str) -> list[Group]:
    """The groups in which something was found."""
    made = []
    for name, look in LOOKS.items():
        label, hits, list_url = look(ctx, wanted, text, SHOWN + 1)
        if not hits:
            continue
        made.append(
            Group(
                name=name,
                label=label,
                hits=hits[:SHOWN],
                all_url=list_url if len(hits) > SHOWN else None,
                all_label=_("Show all: %(group)s", group=label),
            )
        )
    return made


def _people(
    ctx: Context, wanted: Asked, text: str, limit: int
) -> tuple[str, list[Hit], str | None]:
    people = organisation.search_people(ctx, wanted, limit=limit)
    leads = ctx.actor.may(Permission.EMPLOYEES_VIEW)
    places = organisation.nearest_employments(ctx, [each.id for each in people]) if leads else {}
    hits = [_person(ctx, each, places.get(each.id)) for each in people]
    return _("Employees"), hits, url_for("employees.index_view", search=text) if leads else None


def _person(ctx: Context, person: Employee, place: Employment | None) -> Hit:
    is_own = person.id == ctx.actor.employee_id
    parts = [person.number]
    if place is not None:
        parts += [str(POSITION_LABELS[place.position]), place.unit.name]
    url = url_for("own.index") if is_own else url_for("employees.details_view", id=person.id)
    left = place is not None and place.to_date is not None and place.to_date <= ctx.today
    tag = _("You") if is_own else _("Has left") if left else ""
    return Hit(title=person.name, about=" · ".join(parts), url=url, tag=tag)


def _units(ctx: Context, wanted: Asked, text: str, limit: int) -> tuple[str, list[Hit], str]:
    hits = [_unit(each) for each in organisation.search_units(ctx, wanted, limit=limit)]
    return _("Units"), hits, url_for("units.index_view", search=text)


def _unit(unit: Unit) -> Hit:
    return Hit(
        title=unit.name,
        about=f"{KIND_LABELS[unit.kind]} · {unit.number}",
        url=url_for("units.details_view", id=unit.id),
    )


def _courses(ctx: Context, wanted: Asked, text: str, limit: int) -> tuple[str, list[Hit], str]:
    hits = [_course(each) for each in catalogue.search(ctx, wanted, limit=limit)]
    return _("Courses"), hits, url_for("courses.index_view", search=text)


def _course(course: Course) -> Hit:
    return Hit(
        title=course.title,
        about=f"{FORM_LABELS[course.form]} · {course.code} · {course.provider.name}",
        url=url_for("courses.details_view", id=course.id),
        tag="" if course.is_active else _("No longer offered"),
    )


def _enrolments(ctx: Context, wanted: Asked, text: str, limit: int) -> tuple[str, list[Hit], str]:
    hits = [_enrolment(each) for each in enrolments.search(ctx, wanted, limit=limit)]
    return _("Enrolments"), hits, url_for("requests.index_view", search=text)


def _enrolment(enrolment: Enrolment) -> Hit:
    session = enrolment.session
    return Hit(
        title=f"{enrolment.employee.name}: {session.course.title}",
        about=f"{enrolment.unit.name} · {session.starts_on:%d-%m-%Y}",
        url=url_for("requests.details_view", id=enrolment.id),
        tag=str(STATES[enrolment.state]),
    )


def _work(kind: Found, ctx: Context, wanted: Asked, text: str, limit: int) -> Any:
    """One kind of what is worked on: all kinds are read at once, by the first that asks."""
    if "work found" not in ctx.memo:
        ctx.memo["work found"] = reports.search(ctx, wanted, limit=limit)
    label, endpoint, states, args = WORK[kind]
    hits = [
        Hit(
            title=each.title,
            about=" · ".join([each.unit, *([date_text(each.day)] if each.day else [])]),
            url=url_for(f"{endpoint}.details_view", id=each.id),
            tag=str(states[each.state]),
        )
        for each in ctx.memo["work found"]
        if each.kind is kind
    ]
    return str(label), hits, url_for(f"{endpoint}.index_view", **{args: text} if args else {})


WORK: dict[Found, tuple[Any, str, Any, str]] = {
    Found.NEED: (_l("Needs"), "needs", NEED_STATES, "search"),
    Found.INITIATIVE: (_l("Initiatives"), "initiatives", INITIATIVE_STATES, "search"),
    Found.MEETING: (_l("Meetings"), "meetings", MEETING_STATES, ""),
    Found.SESSION: (_l("Dialogue sessions"), "dialogue", SESSION_STATES, ""),
}
"""What each is called, where it is listed, its states, and what its list is searched by."""
LOOKS: dict[str, Any] = {
    "people": _people,
    "units": _units,
    "courses": _courses,
    "enrolments": _enrolments,
    **{kind.value: partial(_work, kind) for kind in Found},
}


def views() -> list[BaseView]:
    """The screens of this room."""
    return [SearchPage()]
