"""Verbs of dated sessions, and what one costs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from psycopg.errors import UniqueViolation

from tenant_app.audit import service as audit
from tenant_app.budgets.rules import Cost, cover_cost, cover_weights
from tenant_app.catalogue import queries, rules
from tenant_app.catalogue.models import CourseForm, CourseSession, SessionState
from tenant_app.catalogue.service.refusing import refusing
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy


def sessions(
    ctx: Context,
    *,
    q: str = "",
    form: CourseForm | None = None,
    course_id: UUID | None = None,
    open_only: bool = False,
    page: int = 1,
    page_size: int = 50,
) -> Page[CourseSession]:
    """Sessions by start, with course and provider; `q` is looked for in title, code and place.

    With `open_only` those whose deadline has not passed, neither cancelled nor retired.
    """
    ctx.require(Permission.CATALOGUE_VIEW)
    found = queries.sessions(
        q=rules.search(q),
        form=form,
        course_id=course_id,
        open_on=ctx.today if open_only else None,
    )
    return scalars_page(ctx, found, page=page, page_size=page_size)


def offer(ctx: Context, session_id: UUID, *, lock: bool = False) -> CourseSession:
    """The session with course and provider; locked, nobody else takes its seats meanwhile.

    Raises NotFound. Whether it can be asked for is for the caller to check.
    """
    ctx.require(Permission.CATALOGUE_VIEW)
    session = queries.session(ctx, session_id, lock=lock)
    if session is None:
        raise NotFound(N_("There is no such session. Choose one."), field="session_id")
    return session


def cost_of(ctx: Context, session: CourseSession, *, people: int) -> list[Cost]:
    """What each of so many people costs, one Cost per person in whole øre.

    A group's price is for them all, so its parts sum to it; the rest is the same for each.
    Needs the course loaded, as `offer` gives it. Raises Invalid without people.
    """
    course = session.course
    cover_rules = tenancy.settings(ctx).cover_rules
    hours, cover = cover_cost(
        hours=course.hours,
        form=course.form,
        cover_hours=course.cover_hours,
        cover_rules=cover_rules,
        ects=course.ects,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
    )
    by_year = cover_weights(cover_rules, session.starts_on, session.ends_on)
    fees = rules.fee_parts(price=course.price, kind=course.price_kind, people=people)
    return [
        Cost(
            fee=fee,
            cover=cover,
            materials=course.materials,
            travel=course.travel,
            cover_hours=hours,
            cover_weights={year: paid for year, (paid, _days) in by_year.items()},
        )
        for fee in fees
    ]


def create_session(
    ctx: Context,
    *,
    course_id: UUID,
    starts_on: date,
    ends_on: date,
    deadline: date,
    seats: int,
    place: str,
) -> CourseSession:
    """A dated run of a course. Raises Invalid, and Conflict on a retired course or a double."""
    ctx.require(Permission.CATALOGUE_MANAGE, at=organisation.root_path(ctx))
    # Locked, so that the course is not retired between the check and the commit.
    course = queries.course_to_change(ctx, course_id)
    if course is None:
        raise NotFound(N_("There is no such course. Choose one."), field="course_id")
    rules.check_offered(is_active=course.is_active, title=course.title)
    rules.check_dates(deadline=deadline, starts_on=starts_on, ends_on=ends_on)
    session = CourseSession(
        course_id=course.id,
        starts_on=starts_on,
        ends_on=ends_on,
        deadline=deadline,
        seats=rules.check_seats(seats),
        place=rules.clean_text(place, field="place"),
        state=SessionState.OPEN,
    )
    with refusing(ctx, UniqueViolation, _exists(session.place, starts_on)):
        ctx.session.add(session)
    audit.record(
        ctx, "course_session.created", session.id, new={"course_id": course.id} | _facts(session)
    )
    return session


def change_session(
    ctx: Context,
    session_id: UUID,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    deadline: date | None = None,
    seats: int | None = None,
    place: str | None = None,
) -> CourseSession:
    """The session has these dates, seats and place; what is left out stays.

    Whoever has a seat keeps it, also where the seats become fewer: enrolments lie above this room.
    Raises Invalid, and Conflict on a cancelled session or a double.
    """
    session = _to_change(ctx, session_id)
    new_start = starts_on or session.starts_on
    rules.check_dates(
        deadline=deadline or session.deadline,
        starts_on=new_start,
        ends_on=ends_on or session.ends_on,
    )
    new_seats = session.seats if seats is None else rules.check_seats(seats)
    new_place = session.place if place is None else rules.clean_text(place, field="place")
    before = _facts(session)
    with refusing(ctx, UniqueViolation, _exists(new_place, new_start)):
        session.starts_on = new_start
        session.ends_on = ends_on or session.ends_on
        session.deadline = deadline or session.deadline
        session.seats, session.place = new_seats, new_place
    old, new = rules.changed(before, _facts(session))
    if new:
        audit.record(ctx, "course_session.changed", session.id, old=old, new=new)
    return session


def cancel_session(ctx: Context, session_id: UUID, *, reason: str) -> CourseSession:
    """Nobody can ask for the session any more. Raises Conflict when it is cancelled already."""
    session = _to_change(ctx, session_id)
    why = rules.clean_text(reason, field="reason")
    session.state = SessionState.CANCELLED
    audit.record(
        ctx,
        "course_session.cancelled",
        session.id,
        old={"state": SessionState.OPEN},
        new={"state": SessionState.CANCELLED},
        note=why,
    )
    return session


def _to_change(ctx: Context, session_id: UUID) -> CourseSession:
    session = queries.session(ctx, session_id, lock=True)
    if session is None:
        raise NotFound()
    ctx.require(Permission.CATALOGUE_MANAGE, at=organisation.root_path(ctx))
    rules.check_open(session.state)
    return session


def _exists(place: str, starts_on: date) -> Conflict:
    return Conflict(
        N_("The course already starts on %(day)s at “%(place)s”. Choose another date or place."),
        field="starts_on",
        day=starts_on.strftime("%d-%m-%Y"),
        place=place,
    )


def _facts(session: CourseSession) -> dict[str, object]:
    return {
        "starts_on": session.starts_on,
        "ends_on": session.ends_on,
        "deadline": session.deadline,
        "seats": session.seats,
        "place": session.place,
    }
