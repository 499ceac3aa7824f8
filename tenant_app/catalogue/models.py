"""Providers, courses and sessions. Prices in whole øre."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.core.db import StrEnumText, TenantOwned, check, danish_index, index, unique
from tenant_app.core.money import Money


class ProviderKind(StrEnum):
    UNIVERSITY_COLLEGE = "university_college"
    MUNICIPAL = "municipal"
    PRIVATE = "private"


class CourseForm(StrEnum):
    """Forms named in the seed and in municipal sources."""

    COURSE = "course"
    DIPLOMA_MODULE = "diploma_module"
    ACADEMY_MODULE = "academy_module"
    THEME_DAY = "theme_day"
    PEDAGOGICAL_DAY = "pedagogical_day"
    LECTURE = "lecture"
    SIDE_BY_SIDE = "side_by_side"
    SUPERVISION = "supervision"
    ACTION_LEARNING = "action_learning"
    NETWORK = "network"
    VIDEO_FEEDBACK = "video_feedback"
    E_LEARNING = "e_learning"


class PriceKind(StrEnum):
    PER_PERSON = "per_person"
    PER_GROUP = "per_group"


class SessionState(StrEnum):
    OPEN = "open"
    CANCELLED = "cancelled"


class Provider(TenantOwned):
    """Who holds courses."""

    __tablename__ = "providers"
    extras = (unique("name"), danish_index("ix_providers_danish_name", "name"))

    name: Mapped[str]
    kind: Mapped[ProviderKind] = mapped_column(StrEnumText(ProviderKind))


class Course(TenantOwned):
    """A catalogue item. Changing a price never alters an existing commitment."""

    __tablename__ = "courses"
    belongs_to = {"provider_id": "providers"}
    extras = (
        unique("code"),
        index("title"),
        danish_index("ix_courses_danish_title", "title"),
        check(
            "amounts_are_not_negative",
            "price >= 0 AND materials >= 0 AND travel >= 0 AND ects >= 0 AND hours >= 0",
        ),
        check("cover_is_not_negative", "cover_hours IS NULL OR cover_hours >= 0"),
    )

    code: Mapped[str]
    """The municipality's own code: the natural key of files."""
    title: Mapped[str]
    provider_id: Mapped[UUID]
    form: Mapped[CourseForm] = mapped_column(StrEnumText(CourseForm))
    ects: Mapped[Decimal]
    hours: Mapped[Decimal]
    """The participant's total hours, own study included (5 ECTS is about 140)."""
    cover_hours: Mapped[Decimal | None]
    """Hours away from the children that need cover; None follows the tenant's rule per form."""
    price_kind: Mapped[PriceKind] = mapped_column(StrEnumText(PriceKind))
    price: Mapped[Money]
    materials: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    travel: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    serves_municipal_goal: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_mandatory: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")

    provider: Mapped[Provider] = relationship(
        primaryjoin=lambda: foreign(Course.provider_id) == Provider.id, viewonly=True, lazy="raise"
    )


class CourseCompetence(TenantOwned):
    """A course gives a competence."""

    __tablename__ = "course_competences"
    belongs_to = {"course_id": "courses", "competence_id": "competences"}
    extras = (unique("course_id", "competence_id"), index("competence_id"))

    course_id: Mapped[UUID]
    competence_id: Mapped[UUID]


class CourseSession(TenantOwned):
    """A dated run of a course. Its row is the lock of its seats."""

    __tablename__ = "course_sessions"
    belongs_to = {"course_id": "courses"}
    extras = (
        unique("course_id", "starts_on", "place"),
        index("starts_on"),
        check("seats_are_positive", "seats > 0"),
        check("ends_after_it_begins", "ends_on >= starts_on"),
        check("deadline_is_before_start", "deadline <= starts_on"),
    )

    course_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    deadline: Mapped[date]
    """The last day on which a request can be sent."""
    seats: Mapped[int]
    place: Mapped[str]
    state: Mapped[SessionState] = mapped_column(StrEnumText(SessionState))

    course: Mapped[Course] = relationship(
        primaryjoin=lambda: foreign(CourseSession.course_id) == Course.id,
        viewonly=True,
        lazy="raise",
    )
