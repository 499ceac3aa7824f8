"""A step of the launcher: two municipalities with money, and requests that wait for an answer.

Writes what the load needs to know to the file that CHAOS_FACTS names.
"""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from config.settings import Settings
from tenant_app.accounts import service as accounts
from tenant_app.budgets import service as budgets
from tenant_app.competences import service as competences
from tenant_app.core import clock
from tenant_app.core.db import uuid7
from tenant_app.core.money import kroner
from tenant_app.core.uow import Database
from tenant_app.enrolments import service as enrolments
from tenant_app.organisation.models import Employee, Employment, Position
from tests.enrolments.conftest import School
from tests.town import APPROVAL_RULES, START, Town

TOWNS = 2
INSTITUTIONS = ("n1", "n2", "s1", "s2")
WAITING_PER_SESSION = 40
FRESH_PER_INSTITUTION = 80
"""Staff whom the load asks for while things are being killed."""
FRAME = kroner(100_000_000)
USERS = ("admin", "area_north", "area_south", *(f"leader_{name}" for name in INSTITUTIONS))


def build(db: Database) -> dict[str, Any]:
    """A municipality in the middle of its budget year; what the load must know of it."""
    now = clock.now()
    today = clock.danish_date(now)
    starts_on = today + timedelta(days=30)
    town = Town(db, now=now)
    school = School(town, frame=FRAME, year=starts_on.year, approval_rules=APPROVAL_RULES)
    # Reports speak of days that have been: last year has 365 of them on any day of this one.
    for year in sorted({today.year, today.year - 1} - {starts_on.year}):
        with town.as_system() as ctx:
            made = budgets.create_year(ctx, year=year, frame=FRAME, central_bp=4000)
            budgets.adopt(ctx, made.id)
            budgets.open_year(ctx, made.id)
    with town.as_system() as ctx:
        area = competences.create_area(ctx, name="Sprog")
        ctx.session.flush()  # the next rows point at this one
        wanted = competences.create_competence(ctx, area_id=area.id, name="Sprogvejleder")
        ctx.session.flush()
        competences.set_target(
            ctx,
            competence_id=wanted.id,
            position=Position.PEDAGOGUE,
            min_count=2,
            due_date=starts_on,
        )
    days = {"starts_on": starts_on, "deadline": today + timedelta(days=14), "seats": 1000}
    # Two steps remain after the leader's with ECTS, one without.
    with_ects = school.session(**days)
    without = school.session(ects="0", **days)
    waiting = []
    for name in INSTITUTIONS:
        for session_id in (with_ects, without):
            people = _hire(town, name, WAITING_PER_SESSION)
            with town.as_user(f"leader_{name}") as ctx:
                asked = enrolments.request(ctx, session_id=session_id, employee_ids=people)
                waiting += [
                    {
                        "id": str(enrolment.id),
                        "area": "area_north" if name.startswith("n") else "area_south",
                        "central": session_id == with_ects,
                    }
                    for enrolment in asked
                ]
    fresh = [
        {"employee_id": str(person), "leader": f"leader_{name}"}
        for name in INSTITUTIONS
        for person in _hire(town, name, FRESH_PER_INSTITUTION)
    ]
    return {
        "tenant_id": town.tenant_id,
        "tokens": {name: _token(town, name) for name in USERS},
        "waiting": waiting,
        "fresh": fresh,
        "session_ids": [str(with_ects), str(without)],
        "this_year": today.year,
        "last_days": _days_of(today.year - 1),
    }


def _days_of(year: int) -> list[str]:
    """All but New Year's Eve, which the nightly jobs of January look at too."""
    first = date(year, 1, 1)
    return [(first + timedelta(days=number)).isoformat() for number in range(364)]


def _hire(town: Town, unit: str, number: int) -> list[UUID]:
    ids = [uuid7() for _ in range(number)]
    with town.as_system() as ctx:
        ctx.insert_many(
            Employee,
            [
                {"id": each, "number": f"C{each}", "name": f"Chaos {each}", "email": None}
                for each in ids
            ],
        )
        ctx.insert_many(
            Employment,
            [
                {
                    "employee_id": each,
                    "unit_id": town.units[unit],
                    "position": Position.PEDAGOGUE,
                    "fte": 1,
                    "from_date": START,
                    "to_date": None,
                }
                for each in ids
            ],
        )
    return ids


def _token(town: Town, name: str) -> str:
    with town.as_user(name) as ctx:
        return accounts.make_token(ctx, name="chaos", days=1)


def main() -> None:
    """Prepare, and say where everything is."""
    settings = Settings.from_env()
    db = Database(settings.database_app_url, settings.database_vendor_url)
    facts = {"database_url": settings.database_url, "towns": [build(db) for _ in range(TOWNS)]}
    db.dispose()
    descriptor = os.open(os.environ["CHAOS_FACTS"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(facts, file)


if __name__ == "__main__":
    main()
