"""SELECTs of the home pages: several short lists in one, and several counts in another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from tenant_app.catalogue.models import Course, CourseSession, SessionState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.enrolments.models import TAKES_SEAT, Enrolment, EnrolmentState
from tenant_app.enrolments.queries.lists import awaiting, own
from tenant_app.enrolments.queries.one import WITH_NAMES
from tenant_app.enrolments.rules import WAITING, late_since
from tenant_app.organisation import service as organisation

COUNTED_TO = 1000
WAITING_LIST = "waiting"
RECENT_DAYS = 365
COMING = (*WAITING, EnrolmentState.CONFIRMED)


def lists(
    ctx: Context, wanted: Collection[str], *, most: int, known: Collection[UUID]
) -> Sequence[Any]:
    """(why, enrolment with its names), at most so many of each wanted list, in its order.

    `known` are the ids of what waits for the actor: found once, with the counts.
    """
    parts = []
    for why in wanted:
        some = _known(known) if why == WAITING_LIST else _LISTS[why](ctx)
        ids = some.limit(most).subquery()
        parts.append(select(ids.c.id, literal(why).label("why"), ids.c.place))
    found = union_all(*parts).subquery()
    return ctx.session.execute(
        select(found.c.why, Enrolment)
        .join(found, found.c.id == Enrolment.id)
        .options(*WITH_NAMES)
        .order_by(found.c.why, found.c.place)
    ).all()


def counts(ctx: Context, *, first: int) -> Any:
    """What calls for the actor: one line, counted no further than to 1,000 each.

    `waiting` for the actor's answer, `late` of them, since when the `oldest` waits, and the
    ids of the `first` so many; what the actor sees waiting `at_institution`, `at_area` and
    `at_central`; `returned` to the actor's units and `to_complete` there.
    """
    condition = awaiting(ctx)
    mine = (
        select(Enrolment.id, Enrolment.submitted_at)
        .where(false() if condition is None else condition)
        .order_by(Enrolment.submitted_at, Enrolment.id)
        .limit(COUNTED_TO)
        .cte("mine")
    )
    ahead = select(mine).order_by(mine.c.submitted_at, mine.c.id).limit(first).subquery()
    late = mine.c.submitted_at <= late_since(ctx.now)
    parts: dict[str, Select[Any]] = {
        "waiting": select(func.count()).select_from(mine),
        "late": select(func.count()).select_from(mine).where(late),
        "oldest": select(func.min(mine.c.submitted_at)),
        "first": select(
            func.array_agg(aggregate_order_by(ahead.c.id, ahead.c.submitted_at, ahead.c.id))
        ),
    }
    seen = _sees(ctx, Permission.ENROLMENT_VIEW)
    for level in ("institution", "area", "central"):
        some = select(Enrolment.id).where(Enrolment.waiting_level == level, seen)
        parts[f"at_{level}"] = _capped(some)
    parts["returned"] = _capped(select(Enrolment.id).where(*_returned(ctx)))
    parts["to_complete"] = _capped(select(Enrolment.id).where(*_to_complete(ctx)))
    return ctx.session.execute(
        select(*(part.scalar_subquery().label(name) for name, part in parts.items()))
    ).one()


def offers(ctx: Context, *, most: int) -> Sequence[Any]:
    """(session id, title, deadline, start, seats left) of what must be decided on soonest.

    Those the actor already has a live request for, or that are full, are left out.
    """
    taken = (
        select(func.count())
        .where(
            Enrolment.session_id == CourseSession.id,
            Enrolment.state.in_([EnrolmentState(state) for state in TAKES_SEAT]),
        )
        .correlate(CourseSession)
        .scalar_subquery()
    )
    asked = select(Enrolment.session_id).where(own(ctx), Enrolment.state.in_(COMING))
    left = (CourseSession.seats - taken).label("seats_left")
    return ctx.session.execute(
        select(
            CourseSession.id,
            Course.title,
            CourseSession.deadline,
            CourseSession.starts_on,
            left,
        )
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            CourseSession.state == SessionState.OPEN,
            CourseSession.deadline >= ctx.today,
            CourseSession.id.not_in(asked),
            Course.is_active,
            left > 0,
        )
        .order_by(CourseSession.deadline, CourseSession.starts_on, CourseSession.id)
        .limit(most)
    ).all()


def _capped(some: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(some.limit(COUNTED_TO).subquery())


def _sees(ctx: Context, permission: Permission) -> ColumnElement[bool]:
    if not ctx.actor.may(permission):
        return false()
    return Enrolment.unit_id.in_(organisation.visible_units(ctx, permission))


def _sessions(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    # By way of the sessions, whose index on dates keeps out years of finished requests.
    return Enrolment.session_id.in_(select(CourseSession.id).where(*conditions))


def _returned(ctx: Context) -> tuple[ColumnElement[bool], ...]:
    """Sent back, with time left to send them again: of one's own, and of the units one leads."""
    mine = or_(_sees(ctx, Permission.ENROLMENT_REQUEST), own(ctx))
    open_ = _sessions(CourseSession.deadline >= ctx.today, CourseSession.state == SessionState.OPEN)
    return (Enrolment.state == EnrolmentState.RETURNED, open_, mine)


def _to_complete(ctx: Context) -> tuple[ColumnElement[bool], ...]:
    """Confirmed, and the session is over: somebody must say whether the person was there."""
    over = _sessions(
        CourseSession.ends_on < ctx.today,
        CourseSession.ends_on >= ctx.today - timedelta(days=RECENT_DAYS),
    )
    led = ctx.actor.may(Permission.ENROLMENT_REQUEST)
    seen = _sees(ctx, Permission.ENROLMENT_REQUEST if led else Permission.ENROLMENT_COMPLETE)
    return (Enrolment.state == EnrolmentState.CONFIRMED, over, seen)


def _known(ids: Collection[UUID]) -> Select[Any]:
    return _ranked(Enrolment.submitted_at, Enrolment.id, where=(Enrolment.id.in_(ids),))


def _latest(ctx: Context) -> Select[Any]:
    return _ranked(
        Enrolment.submitted_at.desc(),
        Enrolment.id.desc(),
        where=(_sees(ctx, Permission.ENROLMENT_REQUEST),),
    )


def _by_start(*where: ColumnElement[bool]) -> Select[Any]:
    order = (CourseSession.starts_on, Enrolment.id)
    return (
        select(Enrolment.id, func.row_number().over(order_by=order).label("place"))
        .join(CourseSession, CourseSession.id == Enrolment.session_id)
        .where(*where)
        .order_by(*order)
    )


def _going(ctx: Context) -> Select[Any]:
    return _by_start(
        CourseSession.starts_on >= ctx.today,
        CourseSession.state == SessionState.OPEN,
        Enrolment.state.in_(COMING),
        _sees(ctx, Permission.ENROLMENT_REQUEST),
    )


def _own_coming(ctx: Context) -> Select[Any]:
    wanted = (*COMING, EnrolmentState.RETURNED)
    return _by_start(CourseSession.ends_on >= ctx.today, Enrolment.state.in_(wanted), own(ctx))


def _own_past(ctx: Context) -> Select[Any]:
    return _ranked(
        Enrolment.submitted_at.desc(),
        Enrolment.id.desc(),
        where=(
            own(ctx),
            or_(
                Enrolment.state.not_in((*COMING, EnrolmentState.RETURNED)),
                _sessions(CourseSession.ends_on < ctx.today),
            ),
        ),
    )


def _ranked(*order: Any, where: tuple[ColumnElement[bool], ...]) -> Select[Any]:
    return (
        select(Enrolment.id, func.row_number().over(order_by=order).label("place"))
        .where(*where)
        .order_by(*order)
    )


_LISTS = {
    "returned": lambda ctx: _by_start(*_returned(ctx)),
    "to_complete": lambda ctx: _by_start(*_to_complete(ctx)),
    "latest": _latest,
    "going": _going,
    "own_coming": _own_coming,
    "own_past": _own_past,
}
