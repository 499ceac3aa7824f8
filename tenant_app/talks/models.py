"""Development talks and plans. Who had a talk may be counted; what was said is its parties' own."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.accounts.models import User
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.organisation.models import Employee, Unit


class TalkKind(StrEnum):
    MUS = "mus"
    """One employee and the leader who holds the talk."""
    GRUS = "grus"
    """Several employees together with one leader."""


class TalkState(StrEnum):
    INVITED = "invited"
    PREPARED = "prepared"
    """Everybody invited has shared their preparation."""
    HELD = "held"
    AGREED = "agreed"
    """Signed by all; nothing in it changes any more."""
    DECLINED = "declined"
    """Those invited said no."""
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    PLANNED = "planned"
    UNDERWAY = "underway"
    DONE = "done"
    DROPPED = "dropped"


class TalkRound(TenantOwned):
    """The talks of a unit in a period."""

    __tablename__ = "talk_rounds"
    belongs_to = {"unit_id": "units", "opened_by": "users"}
    extras = (
        index("unit_id", "due_on"),
        index("opened_by"),
        check("ends_after_it_begins", "to_date >= from_date"),
        check("is_due_within", "due_on BETWEEN from_date AND to_date"),
    )

    unit_id: Mapped[UUID]
    kind: Mapped[TalkKind] = mapped_column(StrEnumText(TalkKind))
    from_date: Mapped[date]
    to_date: Mapped[date]
    due_on: Mapped[date]
    """By when the talks should have been held."""
    invitation: Mapped[str] = mapped_column(
        default="", server_default="", deferred=True, deferred_raiseload=True
    )
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Since when nobody is invited any more; its talks ahead were cancelled then."""

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(TalkRound.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )


class DevelopmentTalk(TenantOwned):
    """One talk. Its texts are never read along with the row: the statement that reads them asks
    whether the reader is a party."""

    __tablename__ = "development_talks"
    belongs_to = {"round_id": "talk_rounds", "unit_id": "units", "holder_id": "users"}
    extras = (
        index("round_id"),
        index("unit_id", "state"),
        index("holder_id", "state"),
        check("agreed_is_signed", "(state = 'agreed') = (agreed_at IS NOT NULL)"),
        check("held_has_a_day", "(state IN ('held', 'agreed')) = (held_on IS NOT NULL)"),
    )

    round_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    """The round's own: who leads there may hold the talk."""
    kind: Mapped[TalkKind] = mapped_column(StrEnumText(TalkKind))
    holder_id: Mapped[UUID]
    """The leader who holds it: a party, as nobody else who leads there is."""
    state: Mapped[TalkState] = mapped_column(
        StrEnumText(TalkState), default=TalkState.INVITED, server_default="invited"
    )
    planned_at: Mapped[datetime | None]
    held_on: Mapped[date | None]
    agreement: Mapped[str] = mapped_column(
        default="", server_default="", deferred=True, deferred_raiseload=True
    )
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the agreement was written: one signs the one that one has read."""
    signed_at: Mapped[datetime | None]
    """When the holder signed; each member's own is in the members."""
    agreed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(
        default="", server_default="", deferred=True, deferred_raiseload=True
    )
    """Why it was cancelled."""

    round: Mapped[TalkRound] = relationship(
        primaryjoin=lambda: foreign(DevelopmentTalk.round_id) == TalkRound.id,
        viewonly=True,
        lazy="raise",
    )
    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(DevelopmentTalk.unit_id) == Unit.id,
        viewonly=True,
        lazy="raise",
    )
    holder: Mapped[User] = relationship(
        primaryjoin=lambda: foreign(DevelopmentTalk.holder_id) == User.id,
        viewonly=True,
        lazy="raise",
    )


class TalkMember(TenantOwned):
    """An employee in a talk."""

    __tablename__ = "talk_members"
    belongs_to = {
        "talk_id": "development_talks",
        "round_id": "talk_rounds",
        "employee_id": "employees",
    }
    extras = (
        unique("talk_id", "employee_id"),
        # Once in a round; whoever left may be invited again.
        unique("round_id", "employee_id", where="left_at IS NULL"),
        index("employee_id"),
    )

    talk_id: Mapped[UUID]
    round_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    signed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    """Said no, or the talk was cancelled."""
    left_why: Mapped[str] = mapped_column(
        default="", server_default="", deferred=True, deferred_raiseload=True
    )

    employee: Mapped[Employee] = relationship(
        primaryjoin=lambda: foreign(TalkMember.employee_id) == Employee.id,
        viewonly=True,
        lazy="raise",
    )


class Preparation(TenantOwned):
    """What one side wrote before the talk: a member's, or a holder's. Its writer's own until it is
    shared."""

    __tablename__ = "talk_preparations"
    belongs_to = {
        "talk_id": "development_talks",
        "member_id": "talk_members",
        "holder_id": "users",
    }
    extras = (
        unique("talk_id", "member_id", where="member_id IS NOT NULL"),
        unique("talk_id", "holder_id", where="holder_id IS NOT NULL"),
        check("is_of_one_side", "(member_id IS NULL) <> (holder_id IS NULL)"),
    )

    talk_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    holder_id: Mapped[UUID | None]
    good: Mapped[str] = mapped_column(
        default="", server_default="", deferred=True, deferred_raiseload=True
    )
    hard: Mapped[str] = mapped_column(
        default="", server_default="", deferred=True, deferred_raiseload=True
    )
    learn: Mapped[str] = mapped_column(
        default="", server_default="", deferred=True, deferred_raiseload=True
    )
    support: Mapped[str] = mapped_column(
        default="", server_default="", deferred=True, deferred_raiseload=True
    )
    changed_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]


class DevelopmentPlan(TenantOwned):
    """What one employee is to learn: one plan, which goes on from talk to talk."""

    __tablename__ = "development_plans"
    belongs_to = {"employee_id": "employees", "talk_id": "development_talks"}
    extras = (unique("employee_id"), index("talk_id", where="talk_id IS NOT NULL"))

    employee_id: Mapped[UUID]
    talk_id: Mapped[UUID | None]
    """The talk it was last taken up in: whoever holds that reads along."""
    valid_until: Mapped[date]
    notes: Mapped[str] = mapped_column(
        default="", server_default="", deferred=True, deferred_raiseload=True
    )
    made_at: Mapped[datetime]

    employee: Mapped[Employee] = relationship(
        primaryjoin=lambda: foreign(DevelopmentPlan.employee_id) == Employee.id,
        viewonly=True,
        lazy="raise",
    )


class DevelopmentItem(TenantOwned):
    """Something to learn. Its competence area may be counted; its aim is the parties' own."""

    __tablename__ = "development_items"
    belongs_to = {
        "plan_id": "development_plans",
        "area_id": "competence_areas",
        "competence_id": "competences",
        "need_id": "needs",
        "enrolment_id": "enrolments",
    }
    extras = (
        index("plan_id", "due_on"),
        index("area_id"),
        check("done_has_a_day", "(state = 'done') = (done_on IS NOT NULL)"),
    )

    plan_id: Mapped[UUID]
    area_id: Mapped[UUID]
    competence_id: Mapped[UUID | None]
    need_id: Mapped[UUID | None]
    enrolment_id: Mapped[UUID | None]
    """Once this is completed, the item is done: derived, and not written here."""
    aim: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=True)
    state: Mapped[ItemState] = mapped_column(
        StrEnumText(ItemState), default=ItemState.PLANNED, server_default="planned"
    )
    due_on: Mapped[date]
    done_on: Mapped[date | None]

    area: Mapped[CompetenceArea] = relationship(
        primaryjoin=lambda: foreign(DevelopmentItem.area_id) == CompetenceArea.id,
        viewonly=True,
        lazy="raise",
    )
