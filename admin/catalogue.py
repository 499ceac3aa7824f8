"""The screens of providers, courses and sessions."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask_admin import BaseView
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from admin.beginnings import FROM_FILE, Beginning
from admin.catalogue_verbs import (
    FORM_LABELS,
    PRICE_LABELS,
    PROVIDER_LABELS,
    STATE_LABELS,
    AddSession,
    CancelSession,
    ChangeCourse,
    ChangeProvider,
    ChangeSession,
    CreateCourse,
    CreateProvider,
    CreateSession,
    GiveCompetence,
    ReinstateCourse,
    RetireCourse,
    TakeCompetence,
    options,
)
from admin.choosing import YES_NO, Among, FilteredView, ReadOptions, all_of, key, number, yes_or_no
from admin.formats import choice, day, money, one_line, yes_no
from admin.labels import COMPETENCE
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import (
    Course,
    CourseForm,
    CourseSession,
    Provider,
    ProviderKind,
    SessionState,
)
from tenant_app.competences import service as competences
from tenant_app.core.access import Permission
from tenant_app.core.danish import danish_key
from tenant_app.core.money import show
from tenant_app.web.current import context

__all__ = ["FORM_LABELS", "PROVIDER_LABELS", "views"]


def _providers() -> list[tuple[str, str]]:
    found = all_of(partial(catalogue.providers, context()))
    return [(str(provider.id), provider.name) for provider in found]


class ProviderView(FilteredView):
    model_class = Provider
    endpoint_name = "providers"
    label = _l("Providers")
    help = _l("Those who hold the courses.")
    group = COMPETENCE
    permission = Permission.CATALOGUE_VIEW
    empty = _l("No providers yet.")
    verbs = (CreateProvider, ChangeProvider)
    column_list = column_details_list = ("name", "kind")
    column_labels = {"name": _l("Name"), "kind": _l("Kind")}
    column_searchable_list = ("name",)
    column_sortable_list = ("name", "kind")
    column_default_sort = "name"
    column_filters = (
        Among(
            Provider.kind, _l("Kind"), options(PROVIDER_LABELS), word="kind", convert=ProviderKind
        ),
    )
    column_formatters = {"kind": choice("kind", PROVIDER_LABELS)}


def _provider_of_course(view: Any, page: Any, row: Course, name: str) -> str:
    return row.provider.name


def _price(view: Any, page: Any, row: Course, name: str) -> Any:
    text = Markup('<span><span class="money">{}</span> <span class="sub">{}</span></span>')
    return text.format(show(row.price), PRICE_LABELS[row.price_kind])


def _gives(view: Any, page: Any, row: Course, name: str) -> str:
    ctx = context()
    given = [competences.competence(ctx, key) for key in catalogue.competences_given(ctx, row.id)]
    return ", ".join(sorted((competence.name for competence in given), key=danish_key))


class CourseView(FilteredView):
    model_class = Course
    endpoint_name = "courses"
    label = _l("Courses")
    help = _l(
        "What can be offered. Choose one to see what it costs and which competences it "
        "gives, or to add a session."
    )
    group = COMPETENCE
    permission = Permission.CATALOGUE_VIEW
    empty = _l("No courses yet.")
    begins_at = (FROM_FILE,)
    verbs = (
        CreateCourse,
        AddSession,
        ChangeCourse,
        GiveCompetence,
        TakeCompetence,
        ReinstateCourse,
        RetireCourse,
    )
    load = (joinedload(Course.provider),)
    column_list = ("title", "code", "provider", "form", "ects", "price", "is_active")
    column_details_list = (
        "code",
        "title",
        "provider",
        "form",
        "ects",
        "hours",
        "cover_hours",
        "price",
        "price_kind",
        "materials",
        "travel",
        "serves_municipal_goal",
        "is_mandatory",
        "gives",
        "is_active",
    )
    column_labels = {
        "code": _l("Code"),
        "title": _l("Title"),
        "provider": _l("Provider"),
        "form": _l("Form"),
        "ects": _l("ECTS"),
        "hours": _l("Hours"),
        "cover_hours": _l("Cover hours"),
        "price": _l("Price"),
        "price_kind": _l("Price is"),
        "materials": _l("Materials per person"),
        "travel": _l("Travel per person"),
        "serves_municipal_goal": _l("Serves a municipal goal"),
        "is_mandatory": _l("Mandatory municipal effort"),
        "gives": _l("Gives the competences"),
        "is_active": _l("In the catalogue"),
    }
    column_searchable_list = ("code", "title")
    column_sortable_list = (
        ("provider", "provider.name"),
        *("code", "title", "form", "ects", "hours", "cover_hours", "price", "materials"),
        *("travel", "serves_municipal_goal", "is_mandatory", "is_active"),
    )
    more_columns = (
        *("hours", "cover_hours", "materials", "travel"),
        *("serves_municipal_goal", "is_mandatory"),
    )
    column_default_sort = "title"
    column_filters = (
        Among(Course.form, _l("Form"), options(FORM_LABELS), word="form", convert=CourseForm),
        Among(
            Course.provider_id,
            _l("Provider"),
            ReadOptions(_providers),
            word="provider",
            convert=key,
        ),
        Among(Course.is_active, _l("In the catalogue"), YES_NO, word="active", convert=yes_or_no),
    )
    column_formatters_detail = {
        "provider": _provider_of_course,
        "form": choice("form", FORM_LABELS),
        "ects": number("ects"),
        "hours": number("hours"),
        "cover_hours": number("cover_hours"),
        "price": money("price"),
        "price_kind": choice("price_kind", PRICE_LABELS),
        "materials": money("materials"),
        "travel": money("travel"),
        "serves_municipal_goal": yes_no("serves_municipal_goal"),
        "is_mandatory": yes_no("is_mandatory"),
        "is_active": yes_no("is_active"),
        "gives": _gives,
    }
    column_formatters = {**column_formatters_detail, "code": one_line("code"), "price": _price}


def _course_of_session(view: Any, page: Any, row: CourseSession, name: str) -> str:
    return f"{row.course.title} ({row.course.code})"


def _provider_of_session(view: Any, page: Any, row: CourseSession, name: str) -> str:
    return row.course.provider.name


class SessionView(FilteredView):
    model_class = CourseSession
    endpoint_name = "sessions"
    label = _l("Sessions")
    help = _l("The courses with dates, seats and a deadline: what one can ask for.")
    group = COMPETENCE
    permission = Permission.CATALOGUE_VIEW
    empty = _l("No sessions yet.")
    begins_at = (
        Beginning(
            _l("See the courses"), "courses.index_view", frozenset({Permission.CATALOGUE_MANAGE})
        ),
    )
    verbs = (CreateSession, ChangeSession, CancelSession)
    load = (joinedload(CourseSession.course).joinedload(Course.provider),)
    column_list = ("course", "starts_on", "ends_on", "deadline", "place", "seats", "state")
    column_details_list = (
        "course",
        "provider",
        "form",
        "starts_on",
        "ends_on",
        "deadline",
        "place",
        "seats",
        "state",
    )
    column_labels = {
        "course": _l("Course"),
        "provider": _l("Provider"),
        "form": _l("Form"),
        "starts_on": _l("Starts"),
        "ends_on": _l("Ends"),
        "deadline": _l("Deadline"),
        "place": _l("Place"),
        "seats": _l("Seats"),
        "state": _l("State"),
    }
    column_searchable_list = (Course.title, Course.code, "place")
    column_sortable_list = (
        ("course", "course.title"),
        *("starts_on", "ends_on", "deadline", "place", "seats", "state"),
    )
    more_columns = ("provider", "form")
    column_default_sort = ("starts_on", True)
    column_filters = (
        Among(Course.form, _l("Form"), options(FORM_LABELS), word="form", convert=CourseForm),
        Among(
            Course.provider_id,
            _l("Provider"),
            ReadOptions(_providers),
            word="provider",
            convert=key,
        ),
        Among(
            CourseSession.state,
            _l("State"),
            options(STATE_LABELS),
            word="state",
            convert=SessionState,
        ),
    )
    column_formatters = {
        "course": _course_of_session,
        "provider": _provider_of_session,
        "form": choice("course.form", FORM_LABELS),
        "starts_on": day("starts_on"),
        "ends_on": day("ends_on"),
        "deadline": day("deadline"),
        "state": choice("state", STATE_LABELS),
    }

    def search_placeholder(self) -> str:
        return f"{self.column_labels['course']}, {self.column_labels['place']}"

    def title_of(self, row: CourseSession) -> str:
        return f"{row.course.title}, {row.starts_on:%d-%m-%Y}"


def views() -> list[BaseView]:
    """Courses first: most people look for one."""
    return [CourseView(), SessionView(), ProviderView()]
