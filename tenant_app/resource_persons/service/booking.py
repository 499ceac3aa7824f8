"""Asking for hours, answering, noting them as held, and giving them up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Forbidden, NotFound
from tenant_app.initiatives import service as initiatives
from tenant_app.needs import service as needs
from tenant_app.organisation import service as organisation
from tenant_app.resource_persons import queries, rules
from tenant_app.resource_persons.models import Booking, BookingState, ResourcePerson
from tenant_app.resource_persons.service.shared import is_oneself, may_manage

_S = BookingState


def book(
    ctx: Context,
    person_id: UUID,
    *,
    unit_id: UUID,
    hours: Decimal,
    starts_on: date,
    ends_on: date,
    purpose: str,
    initiative_id: UUID | None = None,
    need_id: UUID | None = None,
) -> Booking:
    """The hours are asked for, and taken from the year's at once.

    Raises NotFound of what cannot be chosen, Invalid, OutsideArea and HoursExceeded.
    """
    person = queries.person_locked(ctx, person_id, read=True)
    if person is None:
        raise NotFound()
    ctx.require(Permission.RESOURCE_PERSONS_BOOK)
    if not person.is_active:
        raise Conflict(
            N_("%(name)s can no longer be booked. Choose another resource person."),
            name=person.name,
        )
    unit = queries.units_to_choose(ctx, [unit_id], Permission.RESOURCE_PERSONS_BOOK).get(unit_id)
    if unit is None:
        raise NotFound(N_("There is no such unit. Choose from the list."), field="unit_id")
    rules.check_unit(unit.kind)
    minutes = rules.minutes_of(hours)
    year = rules.check_days(starts_on, ends_on, today=ctx.today)
    if not queries.works(ctx, person, days=(starts_on, ends_on)):
        raise Conflict(
            N_("%(name)s does not work here on those days. Choose another resource person."),
            name=person.name,
        )
    why = rules.check_text(purpose, field="purpose", needed=True)
    rules.check_inside(
        organisation.path_of(ctx, unit.id),
        _served(ctx, person),
        person=person.name,
        area=person.unit.name,
        unit=unit.name,
    )
    _check_part_of(ctx, unit_id=unit.id, initiative_id=initiative_id, need_id=need_id)
    # Last, so that the row of the hours is held as briefly as can be.
    if not queries.take(ctx, person.id, year, minutes):
        known = queries.balance(ctx, person.id, year)
        raise rules.too_few(known, person=person.name, year=year, asked=minutes)
    made = Booking(
        person_id=person.id,
        unit_id=unit.id,
        year=year,
        minutes=minutes,
        starts_on=starts_on,
        ends_on=ends_on,
        purpose=why,
        initiative_id=initiative_id,
        need_id=need_id,
        state=_S.REQUESTED,
        booked_by=ctx.actor.user_id,
        booked_at=ctx.now,
    )
    ctx.session.add(made)
    ctx.session.flush()  # the trail names it
    audit.record(
        ctx,
        "resource_booking.requested",
        made.id,
        new={
            "resource_person": person.name,
            "unit": unit.name,
            "hours": rules.hours_of(minutes),
            "starts_on": starts_on,
            "ends_on": ends_on,
        },
    )
    return made


def agree(ctx: Context, booking_id: UUID) -> Booking:
    """The resource person comes. Answered by them, or by those who keep the list where they serve;
    never by whoever asked. Raises NotFound, Forbidden and Conflict."""
    return _move(ctx, _to_answer(ctx, booking_id), _S.AGREED)


def decline(ctx: Context, booking_id: UUID, *, reason: str) -> Booking:
    """The resource person does not come, and exactly its hours are free again. Answered by those
    who could agree, with a reason for whoever asked. Raises NotFound, Forbidden, Invalid and
    Conflict."""
    found = _to_answer(ctx, booking_id)
    why = rules.check_text(reason, field="reason", needed=True)
    rules.check_move(found.state, _S.DECLINED)
    queries.release(ctx, found.person_id, found.year, found.minutes)
    found.reason = why
    return _move(ctx, found, _S.DECLINED, note=why)


def hold(ctx: Context, booking_id: UUID) -> Booking:
    """It has been. Noted by either side. Raises NotFound, Forbidden and Conflict."""
    found = _find(ctx, booking_id)
    _require_either(ctx, found)
    rules.check_move(found.state, _S.HELD)
    rules.check_begun(found.starts_on, today=ctx.today)
    return _move(ctx, found, _S.HELD)


def cancel(ctx: Context, booking_id: UUID, *, reason: str) -> Booking:
    """It does not take place, and exactly its hours are free again. By either side, with a reason.

    Raises NotFound, Forbidden, Invalid and Conflict.
    """
    found = _find(ctx, booking_id)
    _require_either(ctx, found)
    why = rules.check_text(reason, field="reason", needed=True)
    rules.check_move(found.state, _S.CANCELLED)
    queries.release(ctx, found.person_id, found.year, found.minutes)
    found.reason = why
    return _move(ctx, found, _S.CANCELLED, note=why)


def move(ctx: Context, booking_id: UUID, to: BookingState, *, reason: str = "") -> Booking:
    """The step that leads to the state. Raises what it raises, and Conflict where none does."""
    if to is _S.AGREED:
        return agree(ctx, booking_id)
    if to is _S.HELD:
        return hold(ctx, booking_id)
    if to is _S.CANCELLED:
        return cancel(ctx, booking_id, reason=reason)
    if to is _S.DECLINED:
        return decline(ctx, booking_id, reason=reason)
    found = _find(ctx, booking_id)
    _require_either(ctx, found)
    return _move(ctx, found, to)


def may_answer(ctx: Context, booking: Booking) -> bool:
    """Whether it waits for an answer that the actor may give."""
    mine = booking.booked_by is not None and booking.booked_by == ctx.actor.user_id
    return booking.state is _S.REQUESTED and not mine and _answers(ctx, booking)


def may_hold(ctx: Context, booking: Booking) -> bool:
    """Whether the actor can note that it has been."""
    return booking.state is _S.AGREED and booking.starts_on <= ctx.today and _either(ctx, booking)


def may_cancel(ctx: Context, booking: Booking) -> bool:
    """Whether the actor can give it up."""
    return booking.state in rules.OPEN and _either(ctx, booking)


def _find(ctx: Context, booking_id: UUID) -> Booking:
    found = queries.booking_locked(ctx, booking_id)
    if found is None:
        raise NotFound()
    return found


def _to_answer(ctx: Context, booking_id: UUID) -> Booking:
    found = _find(ctx, booking_id)
    _require_answerer(ctx, found)
    if found.booked_by is not None and found.booked_by == ctx.actor.user_id:
        raise Forbidden(
            N_("You asked for these hours yourself. The resource person or a colleague answers.")
        )
    return found


def _answers(ctx: Context, booking: Booking) -> bool:
    return is_oneself(ctx, booking.person) or may_manage(ctx, booking.person)


def _books(ctx: Context, booking: Booking) -> bool:
    permission = Permission.RESOURCE_PERSONS_BOOK
    if not ctx.actor.may(permission):
        return False
    return ctx.actor.may(permission, at=organisation.path_at(ctx, booking.unit_id))


def _either(ctx: Context, booking: Booking) -> bool:
    return _answers(ctx, booking) or _books(ctx, booking)


def _require_answerer(ctx: Context, booking: Booking) -> None:
    if not _answers(ctx, booking):
        raise Forbidden(
            N_("The resource person answers, or those who keep the list of resource persons.")
        )


def _require_either(ctx: Context, booking: Booking) -> None:
    if not _either(ctx, booking):
        raise Forbidden()


def _move(ctx: Context, booking: Booking, to: BookingState, *, note: str = "") -> Booking:
    before = booking.state
    rules.check_move(before, to)
    booking.state = to
    booking.answered_by, booking.answered_at = ctx.actor.user_id, ctx.now
    audit.record(
        ctx,
        f"resource_booking.{to.value}",
        booking.id,
        old={"state": before.value},
        new={"state": to.value},
        note=note,
    )
    return booking


def _served(ctx: Context, person: ResourcePerson) -> str | None:
    try:
        return organisation.path_of(ctx, person.unit_id)
    except NotFound:
        return None  # the area is closed


def _check_part_of(
    ctx: Context, *, unit_id: UUID, initiative_id: UUID | None, need_id: UUID | None
) -> None:
    if initiative_id is not None and initiative_id not in dict(
        initiatives.choices(ctx, unit_id=unit_id)
    ):
        raise NotFound(
            N_(
                "Choose an initiative that is planned or running and in which the unit takes "
                "part, or none."
            ),
            field="initiative_id",
        )
    if need_id is not None and not needs.is_choosable(ctx, need_id, unit_id=unit_id):
        raise NotFound(
            N_("Choose a need of the unit that is qualified or prioritised, or none."),
            field="need_id",
        )
