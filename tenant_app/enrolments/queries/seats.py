"""SELECTs of sessions and their seats."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, func, select

from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.enrolments.models import (
    TAKES_SEAT,
    Enrolment,
    EnrolmentState,
)

NOT_LIVE = (EnrolmentState.REJECTED, EnrolmentState.WITHDRAWN, EnrolmentState.CANCELLED)


def seats_taken(ctx: Context, session_ids: Collection[UUID]) -> dict[UUID, int]:
    rows = ctx.session.execute(
        select(Enrolment.session_id, func.count())
        .where(Enrolment.session_id.in_(session_ids), _takes_seat())
        .group_by(Enrolment.session_id)
    )
    return dict(rows.all())


@dataclass(frozen=True)
class Company:
    """Those on a session."""

    taken: dict[UUID, int]
    """Institution → how many of its people have a seat."""
    asked: frozenset[UUID]
    """The employees with a live request, one that was returned among them."""

    @property
    def seats(self) -> int:
        """How many seats are taken."""
        return sum(self.taken.values())


def _takes_seat() -> ColumnElement[bool]:
    return Enrolment.state.in_([EnrolmentState(state) for state in TAKES_SEAT])


_COMPANY = only_own(
    select(
        Enrolment.unit_id,
        func.count().filter(_takes_seat()),
        func.array_agg(Enrolment.employee_id).filter(Enrolment.state.not_in(NOT_LIVE)),
    )
    .where(Enrolment.session_id == bindparam("session", type_=Uuid()))
    .group_by(Enrolment.unit_id),
    Enrolment,
)


def company(ctx: Context, session_id: UUID) -> Company:
    """Those on a session, a row per institution."""
    rows = ctx.read(_COMPANY, {"session": session_id}).all()
    return Company(
        taken={unit_id: people for unit_id, people, _ in rows if people},
        asked=frozenset(key for *_, asked in rows for key in asked or ()),
    )


def group_place(ctx: Context, enrolment: Enrolment) -> tuple[int, int]:
    """(place from 0, size) of an enrolment in the group it was asked for with."""
    if enrolment.group_id is None:
        return 0, 1
    ids = ctx.session.scalars(
        select(Enrolment.id).where(Enrolment.group_id == enrolment.group_id).order_by(Enrolment.id)
    ).all()
    return ids.index(enrolment.id), len(ids)
