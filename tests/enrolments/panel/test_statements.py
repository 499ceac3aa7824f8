"""No page asks the database more the more it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.core.db import uuid7
from tenant_app.enrolments import service as enrolments
from tenant_app.organisation.models import Employee, Employment, Position
from tests.enrolments.panel.conftest import asked
from tests.statements import statements

MOST = 13
"""Of a page with prices: the thirteenth asks what else guards the pools, constraints and caps."""


def counted(site, browser, who, path):
    """The statements of a page, looked at once before so that nothing is new."""
    seen_by = browser(who)
    seen_by.text(path)
    with statements(site.app) as seen:
        seen_by.text(path)
    return seen


def waits(town, session_id, house, employee_id):
    """A request that waits, as if the employee had sent it."""
    with town.as_user(f"ped_{house}") as ctx:
        ctx.actor = replace(ctx.actor, employee_id=employee_id)
        enrolments.request(ctx, session_id=session_id, employee_ids=[employee_id])


def crowd(town, unit, number):
    ids = [uuid7() for _ in range(number)]
    with town.as_system() as ctx:
        ctx.insert_many(
            Employee,
            [
                {"id": each, "number": f"Q{unit}{place:05}", "name": f"Q {place:05}", "email": None}
                for place, each in enumerate(ids)
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
                    "from_date": town.today - timedelta(days=400),
                    "to_date": None,
                }
                for each in ids
            ],
        )
    return ids


@pytest.fixture
def session_id(school, start):
    return school.session(starts_on=start, deadline=start - timedelta(days=10), seats=200)


@pytest.fixture
def paths(town, session_id):
    """Each page with nobody chosen and with people chosen."""
    request = f"/admin/browse/request/?session={session_id}"
    chosen = "".join(f"&p={town.employees[f'med_{house}']}" for house in ("n1", "n2"))
    return {
        "inbox": "/admin/inbox/",
        "all": "/admin/inbox/?all=1",
        "browse": "/admin/browse/?seats=y&q=course",
        "choose": request,
        "search": f"{request}&q=ped",
        "chosen": f"{request}{chosen}",
        "confirm": f"{request}{chosen}&step=confirm",
        "cost": f"/admin/browse/cost/?session={session_id}{chosen}",
    }


def figures(db, browser, paths):
    return {name: len(counted(db, browser, "area_north", path)) for name, path in paths.items()}


def test_no_page_asks_more_the_more_it_shows(db, town, school, start, session_id, browser, paths):
    asked(town, session_id)
    few = figures(db, browser, paths)

    for place in range(30):
        school.session(starts_on=start + timedelta(days=place), deadline=start - timedelta(days=5))
    for house in ("n1", "n2", "s1"):
        people = crowd(town, house, 12)
        for person in people[:8]:
            waits(town, session_id, house, person)
    many = figures(db, browser, paths)

    assert many == few
    assert max(many.values()) <= MOST


def test_ten_thousand_people_are_searched_page_by_page(db, town, session_id, browser):
    crowd(town, "n1", 10_000)
    leader = browser("leader_n1")
    page = leader.text(f"/admin/browse/request/?session={session_id}")
    assert page.count('name="p"') == 25
    assert 'name="page" value="2"' in page
    found = leader.text(f"/admin/browse/request/?session={session_id}&q=Q+09999")
    assert found.count('name="p"') == 1
    last = leader.text(f"/admin/browse/request/?session={session_id}&page=99999")
    assert last.count('name="p"') == 0


def test_leaders_who_are_asked_for_cost_no_statement_each(db, town, session_id, browser):
    """Their own roles shorten the chain of approvals, and are read with their employments."""
    with town.as_system() as ctx:
        for person in ("ped_n1_1", "ped_n2_1"):  # two more who lead, each with a login
            user = ctx.session.scalar(
                select(User).where(User.employee_id == town.employees[person])
            ) or User(
                email=f"{person}@leads.dk",
                name=person,
                employee_id=town.employees[person],
                locale="da",
                is_active=True,
            )
            ctx.session.add(user)
            ctx.session.flush()
            ctx.session.add(
                RoleAssignment(
                    user_id=user.id,
                    role=Role.INSTITUTION_LEADER,
                    unit_id=town.units[person.split("_")[1]],
                    from_date=town.today,
                    to_date=None,
                )
            )
    few, many = ("leder_n1",), ("leder_n1", "leder_n2", "ped_n1_1", "ped_n2_1")

    def figures_of(people):
        chosen = "".join(f"&p={town.employees[person]}" for person in people)
        about = f"?session={session_id}{chosen}"
        return [
            len(counted(db, browser, "area_north", f"/admin/browse/{page}/{about}"))
            for page in ("request", "cost")
        ]

    assert figures_of(many) == figures_of(few)
    assert max(figures_of(many)) <= MOST
