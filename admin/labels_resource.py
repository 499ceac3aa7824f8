"""What roles and states of resource persons and bookings are called in the panel and the trail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.resource_persons.models import BookingState, ResourceRole

ROLES = {
    ResourceRole.GUIDE: _l("Pedagogical guide"),
    ResourceRole.CONSULTANT: _l("Consultant"),
    ResourceRole.HEALTH_VISITOR: _l("Health visitor"),
    ResourceRole.PPR: _l("PPR"),
    ResourceRole.OTHER: _l("Other resource person"),
}
BOOKINGS = {
    BookingState.REQUESTED: _l("Booking waits for an answer"),
    BookingState.AGREED: _l("Agreed"),
    BookingState.HELD: _l("Held"),
    BookingState.CANCELLED: _l("Called off"),
    BookingState.DECLINED: _l("Answered no"),
}
TONES = {
    BookingState.REQUESTED: "warn",
    BookingState.AGREED: "ok",
    BookingState.HELD: "good",
    BookingState.CANCELLED: "bad",
    BookingState.DECLINED: "bad",
}
ACTIONS = {
    "resource_person.created": _l("Resource person added"),
    "resource_person.changed": _l("Resource person changed"),
    "resource_person.retired": _l("Resource person no longer to be booked"),
    "resource_person.restored": _l("Resource person can be booked again"),
    "resource_person.hours_set": _l("Hours of a resource person set"),
    "resource_booking.requested": _l("Resource person asked for"),
    "resource_booking.agreed": _l("Booking agreed"),
    "resource_booking.held": _l("Booking held"),
    "resource_booking.cancelled": _l("Booking cancelled"),
    "resource_booking.declined": _l("Booking declined"),
}
FACTS = {
    "area_served": _l("Area served"),
    "competences": _l("Competences"),
    "hours": _l("Hours"),
    "resource_person": _l("Resource person"),
}
