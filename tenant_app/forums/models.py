"""Forums where leaders prioritise across institutions: meetings, packs, rankings, decisions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.accounts.models import User
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.organisation.models import Unit


class ForumKind(StrEnum):
    LEADER_GROUP = "leader_group"
    AREA_MEETING = "area_meeting"
    MED = "med"
    CONSULTANTS = "consultants"
    OTHER = "other"


class MeetingState(StrEnum):
    PLANNED = "planned"
    CALLED = "called"
    """Its pack has been issued."""
    HELD = "held"
    CLOSED = "closed"
    """The minutes are as they stay."""
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    START = "start"
    LATER = "later"
    NO = "no"


class WheelKind(StrEnum):
    """What a fixed point of the year is about."""

    BUDGET = "budget"
    TALKS = "talks"
    SUPERVISION = "supervision"
    NEEDS = "needs"
    FOLLOW_UP = "follow_up"
    OTHER = "other"


class Forum(TenantOwned):
    """A fixed group that meets about the needs of its unit and what hangs below it."""

    __tablename__ = "forums"
    belongs_to = {"unit_id": "units"}
    extras = (index("unit_id"),)

    unit_id: Mapped[UUID]
    kind: Mapped[ForumKind] = mapped_column(StrEnumText(ForumKind))
    name: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    closed_on: Mapped[date | None]
    """Since when it does not meet any more."""

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(Forum.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )


class ForumMember(TenantOwned):
    """A user in a forum. Who leaves stays in the row, so that what they ranked can be counted."""

    __tablename__ = "forum_members"
    belongs_to = {"forum_id": "forums", "user_id": "users"}
    extras = (unique("forum_id", "user_id"), index("user_id"))

    forum_id: Mapped[UUID]
    user_id: Mapped[UUID]
    left_on: Mapped[date | None]

    user: Mapped[User] = relationship(
        primaryjoin=lambda: foreign(ForumMember.user_id) == User.id, viewonly=True, lazy="raise"
    )


class WheelEntry(TenantOwned):
    """A fixed point of every year in the municipality."""

    __tablename__ = "wheel_entries"
    extras = (
        index("month", "week"),
        check("month_is_one", "month BETWEEN 1 AND 12"),
        check("week_is_one", "week BETWEEN 1 AND 53"),
    )

    month: Mapped[int]
    week: Mapped[int | None]
    kind: Mapped[WheelKind] = mapped_column(StrEnumText(WheelKind))
    text: Mapped[str]


class Meeting(TenantOwned):
    """A meeting of a forum."""

    __tablename__ = "forum_meetings"
    belongs_to = {"forum_id": "forums"}
    extras = (
        index("forum_id", "starts_at"),
        index("starts_at", "id"),
        check("ends_after_it_begins", "ends_at > starts_at"),
    )

    forum_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str]
    state: Mapped[MeetingState] = mapped_column(
        StrEnumText(MeetingState), default=MeetingState.PLANNED, server_default="planned"
    )
    state_since: Mapped[datetime]
    minutes: Mapped[str] = mapped_column(default="", server_default="")
    """What was said besides the items of the agenda."""

    forum: Mapped[Forum] = relationship(
        primaryjoin=lambda: foreign(Meeting.forum_id) == Forum.id, viewonly=True, lazy="raise"
    )


class AgendaItem(TenantOwned):
    """Something a meeting talks about: a candidate to prioritise, or any other matter."""

    __tablename__ = "agenda_items"
    belongs_to = {
        "meeting_id": "forum_meetings",
        "need_id": "needs",
        "cluster_id": "shared_need_clusters",
        "initiative_id": "initiatives",
    }
    extras = (
        index("meeting_id", "position"),
        index("need_id", where="need_id IS NOT NULL"),
        index("cluster_id", where="cluster_id IS NOT NULL"),
        index("initiative_id", where="initiative_id IS NOT NULL"),
        check("is_about_one", "num_nonnulls(need_id, cluster_id, initiative_id) <= 1"),
    )

    meeting_id: Mapped[UUID]
    position: Mapped[int]
    title: Mapped[str]
    """Of a candidate as it was called when it was put on the agenda."""
    need_id: Mapped[UUID | None]
    cluster_id: Mapped[UUID | None]
    initiative_id: Mapped[UUID | None]
    minutes: Mapped[str] = mapped_column(default="", server_default="")
    removed_at: Mapped[datetime | None]


class MeetingPack(TenantOwned):
    """What a meeting reads beforehand, frozen as issued. A new pack is a new version."""

    __tablename__ = "meeting_packs"
    belongs_to = {"meeting_id": "forum_meetings"}
    extras = (unique("meeting_id", "version"), check("counts_from_one", "version > 0"))

    meeting_id: Mapped[UUID]
    version: Mapped[int]
    data_at: Mapped[datetime]
    """The moment whose data it shows."""
    rules: Mapped[dict[str, Any]]
    """Versions and limits it was made by."""
    content: Mapped[dict[str, Any]]


class RankingRound(TenantOwned):
    """The members put the candidates of a meeting in order, once."""

    __tablename__ = "ranking_rounds"
    belongs_to = {"meeting_id": "forum_meetings"}
    extras = (unique("meeting_id"),)

    meeting_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class RankingBallot(TenantOwned):
    """A member's own order. The latest before the close counts."""

    __tablename__ = "ranking_ballots"
    belongs_to = {"round_id": "ranking_rounds", "user_id": "users"}
    extras = (unique("round_id", "user_id"),)

    round_id: Mapped[UUID]
    user_id: Mapped[UUID]
    ordered: Mapped[list[Any]]
    """Ids of agenda items, the most important first."""
    cast_at: Mapped[datetime]


class Decision(TenantOwned):
    """What a meeting decided, who sees to it by when, and what came of it at once."""

    __tablename__ = "forum_decisions"
    belongs_to = {
        "meeting_id": "forum_meetings",
        "item_id": "agenda_items",
        "owner_id": "users",
        "need_id": "needs",
        "cluster_id": "shared_need_clusters",
        "initiative_id": "initiatives",
        "started_id": "initiatives",
        "replaces_id": "forum_decisions",
        "done_by": "users",
        "decided_by": "users",
    }
    extras = (
        index("meeting_id"),
        index("owner_id", "due_on", where="done_on IS NULL AND replaced_at IS NULL"),
        index("decided_at", "id"),
        index("started_id", where="started_id IS NOT NULL"),
        # One that stands per candidate: who decides anew names the old one.
        unique("item_id", where="item_id IS NOT NULL AND replaced_at IS NULL"),
        unique("need_id", where="need_id IS NOT NULL AND replaced_at IS NULL"),
        unique("cluster_id", where="cluster_id IS NOT NULL AND replaced_at IS NULL"),
        unique("initiative_id", where="initiative_id IS NOT NULL AND replaced_at IS NULL"),
        unique("replaces_id", where="replaces_id IS NOT NULL"),
        check("is_about_one", "num_nonnulls(need_id, cluster_id, initiative_id) <= 1"),
        check("replaces_another", "replaces_id <> id"),
    )

    meeting_id: Mapped[UUID]
    item_id: Mapped[UUID | None]
    text: Mapped[str]
    outcome: Mapped[Outcome] = mapped_column(StrEnumText(Outcome))
    owner_id: Mapped[UUID]
    due_on: Mapped[date]
    need_id: Mapped[UUID | None]
    """What it is about: the candidate of its agenda item."""
    cluster_id: Mapped[UUID | None]
    initiative_id: Mapped[UUID | None]
    started_id: Mapped[UUID | None]
    """The initiative it made, or let go on."""
    replaces_id: Mapped[UUID | None]
    replaced_at: Mapped[datetime | None]
    """Since when another decision stands in its place."""
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    done_on: Mapped[date | None]
    done_by: Mapped[UUID | None]
    done_note: Mapped[str] = mapped_column(default="", server_default="")

    meeting: Mapped[Meeting] = relationship(
        primaryjoin=lambda: foreign(Decision.meeting_id) == Meeting.id,
        viewonly=True,
        lazy="raise",
    )
    owner: Mapped[User] = relationship(
        primaryjoin=lambda: foreign(Decision.owner_id) == User.id, viewonly=True, lazy="raise"
    )
