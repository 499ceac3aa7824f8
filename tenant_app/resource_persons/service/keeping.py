"""Who can be booked, for what, where, and for how many hours."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.organisation.models import Unit
from tenant_app.resource_persons import queries, rules
from tenant_app.resource_persons.models import ResourceCompetence, ResourcePerson, ResourceRole
from tenant_app.resource_persons.rules import Balance
from tenant_app.resource_persons.service.shared import find_to_manage


def create(
    ctx: Context,
    *,
    unit_id: UUID,
    role: ResourceRole,
    name: str = "",
    employee_id: UUID | None = None,
    description: str = "",
    competence_ids: Sequence[UUID] = (),
) -> ResourcePerson:
    """Somebody who can be booked once hours are set. An employee goes by their own name.

    Raises NotFound of what cannot be chosen, Conflict when the employee is listed, and Invalid.
    """
    ctx.require(Permission.RESOURCE_PERSONS_MANAGE)
    area = _area(ctx, unit_id)
    if employee_id is not None:
        own = _employee(ctx, employee_id)
        name = name.strip() or own
    facts = _checked({"name": name, "description": description, "role": role})
    wanted = _competences(ctx, competence_ids)
    made = ResourcePerson(
        employee_id=employee_id, unit_id=area.id, is_active=True, created_at=ctx.now, **facts
    )
    try:
        with ctx.session.begin_nested():  # its end flushes, so that the constraint speaks here
            ctx.session.add(made)
    except IntegrityError as error:
        if not isinstance(error.orig, UniqueViolation):
            raise
        raise _is_listed(made.name) from None  # by a colleague, this very moment
    _tie(ctx, made.id, wanted)
    audit.record(
        ctx,
        "resource_person.created",
        made.id,
        new={**facts, "area_served": area.name, "competences": len(wanted)},
    )
    return made


def change(ctx: Context, person_id: UUID, **changes: Any) -> ResourcePerson:
    """The person has this name, role, description, area and competences; what is left out stays.

    What is booked already stays booked, also outside a new area. Raises NotFound, Forbidden and
    Invalid.
    """
    found = find_to_manage(ctx, person_id)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    unit_id = changes.pop("unit_id", None)
    if unit_id is not None and unit_id != found.unit_id:
        area = _area(ctx, unit_id)
        before["area_served"], after["area_served"] = found.unit.name, area.name
        found.unit_id = area.id
    competence_ids = changes.pop("competence_ids", None)
    if competence_ids is not None:
        was = queries.competence_ids(ctx, found.id)
        wanted = set(_competences(ctx, competence_ids))
        if was - wanted:
            queries.untie(ctx, found.id, was - wanted)
        _tie(ctx, found.id, sorted(wanted - was))
        if was != wanted:
            before["competences"], after["competences"] = len(was), len(wanted)
    facts = _checked(changes)
    old, new = rules.changed({name: getattr(found, name) for name in facts}, facts)
    for name, value in new.items():
        setattr(found, name, value)
    if new or after:
        ctx.session.flush()
        ctx.session.expire(found, ["unit"])  # read for the old one
        audit.record(
            ctx,
            "resource_person.changed",
            found.id,
            old={**old, **before},
            new={**new, **after},
        )
    return found


def set_active(ctx: Context, person_id: UUID, *, active: bool) -> ResourcePerson:
    """The person can be booked, or no longer. Raises Conflict while a booking is open."""
    found = find_to_manage(ctx, person_id)
    if found.is_active == active:
        return found
    if not active and queries.has_open(ctx, found.id):
        raise Conflict(
            N_(
                "%(name)s has bookings ahead. Note them as held or cancel them first, so that "
                "nobody waits in vain."
            ),
            name=found.name,
        )
    found.is_active = active
    audit.record(ctx, f"resource_person.{'restored' if active else 'retired'}", found.id)
    return found


def set_hours(ctx: Context, person_id: UUID, *, year: int, hours: Decimal) -> Balance:
    """The person has so many hours in the calendar year.

    Raises Invalid, and Conflict when more are booked already.
    """
    found = find_to_manage(ctx, person_id)
    rules.check_year(year, today=ctx.today)
    minutes = rules.minutes_of(hours, least=0)
    known = queries.balance(ctx, found.id, year)
    if not queries.keep_hours(ctx, found.id, year, minutes):
        booked = queries.balance(ctx, found.id, year)
        raise Conflict(
            N_(
                "%(booked)s hours of %(year)s are booked already. Write at least so many, or "
                "cancel bookings first."
            ),
            field="hours",
            booked=rules.hours_text(booked.booked if booked else 0),
            year=str(year),
        )
    kept = queries.balance(ctx, found.id, year)
    assert kept is not None
    old = known.minutes if known else 0
    if known is None or old != minutes:
        audit.record(
            ctx,
            "resource_person.hours_set",
            found.id,
            old={"hours": rules.hours_of(old)},
            new={"hours": rules.hours_of(minutes), "year": year},
        )
    return kept


def employee_numbered(ctx: Context, number: str) -> UUID | None:
    """The employee with a payroll number; None for an empty number. Raises Invalid."""
    ctx.require(Permission.RESOURCE_PERSONS_MANAGE)
    cleaned = rules.check_text(number, field="number")
    if not cleaned:
        return None
    found = queries.employee_numbered(ctx, cleaned)
    if found is None:
        raise Invalid(
            N_("No employee has the number “%(number)s”. Check it, or leave the field empty."),
            field="employee_id",
            number=cleaned,
        )
    return found


def _area(ctx: Context, unit_id: UUID) -> Unit:
    found = queries.units_to_choose(ctx, [unit_id], Permission.RESOURCE_PERSONS_MANAGE)
    if unit_id not in found:
        raise NotFound(N_("There is no such unit. Choose from the list."), field="unit_id")
    return found[unit_id]


def _employee(ctx: Context, employee_id: UUID) -> str:
    """The name of an employee who is not listed yet."""
    found = queries.employees_in(ctx, [employee_id])
    if employee_id not in found:
        raise NotFound(N_("There is no such employee. Choose one you see."), field="employee_id")
    if queries.person_of(ctx, employee_id) is not None:
        raise _is_listed(found[employee_id].name)
    return found[employee_id].name


def _is_listed(name: str) -> Conflict:
    return Conflict(
        N_("%(name)s is a resource person already. Change what is said there instead."),
        field="employee_id",
        name=name,
    )


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    checked = dict(facts)
    if "name" in facts:
        checked["name"] = rules.check_name(facts["name"])
    if "description" in facts:
        checked["description"] = rules.check_text(facts["description"], field="description")
    return checked


def _competences(ctx: Context, ids: Sequence[UUID]) -> list[UUID]:
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > rules.MOST_COMPETENCES:
        raise Invalid(
            N_("Choose at most %(most)s."), field="competence_ids", most=rules.MOST_COMPETENCES
        )
    if wanted and set(wanted) - queries.known_competences(ctx, wanted):
        raise NotFound(
            N_("There is no such competence. Choose from the list."), field="competence_ids"
        )
    return wanted


def _tie(ctx: Context, person_id: UUID, ids: Sequence[UUID]) -> None:
    ctx.insert_many(
        ResourceCompetence, [{"person_id": person_id, "competence_id": each} for each in ids]
    )
