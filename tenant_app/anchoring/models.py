"""Anchoring plans: what is agreed before, during and after a course, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.catalogue.models import CourseForm
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.enrolments.models import Enrolment
from tenant_app.organisation.models import Unit


class Phase(StrEnum):
    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Owner(StrEnum):
    """Whose task it is."""

    LEADER = "leader"
    PARTICIPANT = "participant"


class ItemKind(StrEnum):
    AGREE = "agree"
    """Something to agree on, prepare or talk about; done when ticked."""
    SHARE = "share"
    """Knowledge is shared with colleagues; done by recording it."""
    TRIAL = "trial"
    """Something new is tried in practice; done by recording its result."""
    OBSERVE = "observe"
    """The leader has seen it in everyday practice; done by recording it."""


class Outcome(StrEnum):
    """What came of a practice trial."""

    KEEP = "keep"
    ADAPT = "adapt"
    DROP = "drop"


class Seen(StrEnum):
    """Whether the leader saw the new practice."""

    YES = "yes"
    PARTLY = "partly"
    NOT_YET = "not_yet"


class TemplateItem(TenantOwned):
    """An item of the plans made from now on; `form` None is of every form without its own."""

    __tablename__ = "anchoring_template_items"
    belongs_to = {}
    extras = (index("form", "phase", "days"),)

    form: Mapped[CourseForm | None] = mapped_column(StrEnumText(CourseForm))
    phase: Mapped[Phase] = mapped_column(StrEnumText(Phase))
    owner: Mapped[Owner] = mapped_column(StrEnumText(Owner))
    kind: Mapped[ItemKind] = mapped_column(StrEnumText(ItemKind))
    text: Mapped[str]
    days: Mapped[int]
    """Before and during: from the first day of the session (negative is before it); after: from
    its last."""


class AnchoringPlan(TenantOwned):
    """The agreements around one enrolment."""

    __tablename__ = "anchoring_plans"
    belongs_to = {"enrolment_id": "enrolments", "employee_id": "employees", "unit_id": "units"}
    extras = (unique("enrolment_id"), index("unit_id"), index("employee_id"))

    enrolment_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    """The institution that paid and whose leader follows up."""
    created_at: Mapped[datetime]

    enrolment: Mapped[Enrolment] = relationship(
        primaryjoin=lambda: foreign(AnchoringPlan.enrolment_id) == Enrolment.id,
        viewonly=True,
        lazy="raise",
    )
    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(AnchoringPlan.unit_id) == Unit.id,
        viewonly=True,
        lazy="raise",
    )


class PlanItem(TenantOwned):
    """Something somebody does by a day."""

    __tablename__ = "anchoring_items"
    belongs_to = {"plan_id": "anchoring_plans", "done_by": "users"}
    extras = (
        index("plan_id", "due_on"),
        index("due_on", where="done_on IS NULL AND dropped_why = ''", name="ix_anchoring_due"),
    )

    plan_id: Mapped[UUID]
    phase: Mapped[Phase] = mapped_column(StrEnumText(Phase))
    owner: Mapped[Owner] = mapped_column(StrEnumText(Owner))
    kind: Mapped[ItemKind] = mapped_column(StrEnumText(ItemKind))
    text: Mapped[str]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    done_by: Mapped[UUID | None]
    dropped_why: Mapped[str] = mapped_column(default="", server_default="")
    """Why it is no longer to be done."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    """What was said when it was ticked."""

    plan: Mapped[AnchoringPlan] = relationship(
        primaryjoin=lambda: foreign(PlanItem.plan_id) == AnchoringPlan.id,
        viewonly=True,
        lazy="raise",
    )


class Sharing(TenantOwned):
    """New knowledge was shared with colleagues."""

    __tablename__ = "sharings"
    belongs_to = {"plan_id": "anchoring_plans", "recorded_by": "users"}
    extras = (index("plan_id"),)

    plan_id: Mapped[UUID]
    shared_on: Mapped[date]
    place: Mapped[str]
    """Where, such as a staff meeting."""
    text: Mapped[str] = mapped_column(default="", server_default="")
    recorded_by: Mapped[UUID | None]


class PracticeTrial(TenantOwned):
    """A prøvehandling: what is tried, what would show that it works, and what came of it."""

    __tablename__ = "practice_trials"
    belongs_to = {"plan_id": "anchoring_plans", "recorded_by": "users"}
    extras = (
        index("plan_id"),
        check("result_has_a_day", "(outcome IS NULL) = (evaluated_on IS NULL)"),
    )

    plan_id: Mapped[UUID]
    hypothesis: Mapped[str]
    signs: Mapped[str]
    begins_on: Mapped[date]
    outcome: Mapped[Outcome | None] = mapped_column(StrEnumText(Outcome))
    result: Mapped[str] = mapped_column(default="", server_default="")
    evaluated_on: Mapped[date | None]
    recorded_by: Mapped[UUID | None]


class Observation(TenantOwned):
    """What the leader saw of it in everyday practice."""

    __tablename__ = "observations"
    belongs_to = {"plan_id": "anchoring_plans", "observed_by": "users"}
    extras = (index("plan_id"),)

    plan_id: Mapped[UUID]
    observed_on: Mapped[date]
    seen: Mapped[Seen] = mapped_column(StrEnumText(Seen))
    text: Mapped[str] = mapped_column(default="", server_default="")
    observed_by: Mapped[UUID | None]
