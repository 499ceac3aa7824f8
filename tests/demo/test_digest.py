"""The demo is the same wherever it is loaded: pictures, guides and sales talks rely on it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from tenant_app.budgets.models import BudgetYear, LedgerEntry, Pool
from tenant_app.cli.demo import plan
from tenant_app.core.access import system
from tenant_app.core.uow import Database
from tenant_app.organisation.models import Employee, Unit
from tenant_app.tenancy import service as tenancy
from tests.databases import SECRET_KEY, Servers, new_database, opened

SMALLEST = min(plan.MUNICIPALITIES, key=lambda place: place.institutions)
COLUMNS = ("allotted", "carried", "transferred", "reserved", "committed", "actual")
LOAD = """
from config.settings import Settings
from tenant_app.cli.demo import load, plan
from tenant_app.core.uow import Database

settings = Settings.from_env()
smallest = min(plan.MUNICIPALITIES, key=lambda place: place.institutions)
load(Database(settings.database_app_url, settings.database_vendor_url), [smallest])
"""


@pytest.fixture(scope="session")
def elsewhere(servers: Servers) -> Iterator[Callable[[], Database]]:
    """Another database, filled by another process: sets of texts have another order there.

    Asked for first, it is filled while this process loads its own; called, it is ready.
    """
    with new_database(servers) as settings, opened(settings) as database:
        env = {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": SECRET_KEY,
            "PYTHONHASHSEED": "7",
        }
        with subprocess.Popen([sys.executable, "-c", LOAD], env=os.environ | env) as loading:

            def ready() -> Database:
                assert loading.wait(timeout=300) == 0
                return database

            yield ready
            loading.kill()  # where nobody waited


def told_of(db: Database, place: plan.Municipality) -> tuple[list[tuple[object, ...]], ...]:
    """Everybody's number and name, and every movement of money: as people know them, no ids."""
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as vendor:
        tenant = tenancy.find_by_slug(vendor.session, place.slug)
        assert tenant is not None
    with db.unit_of_work(tenant.id, system("test")) as ctx:
        people = ctx.session.execute(select(Employee.number, Employee.name)).all()
        amounts = (getattr(LedgerEntry, name) for name in COLUMNS)
        money = ctx.session.execute(
            select(BudgetYear.year, Pool.kind, Unit.number, LedgerEntry.booked_at)
            .add_columns(LedgerEntry.kind, LedgerEntry.actor_name, *amounts)
            .join(Pool, Pool.id == LedgerEntry.pool_id)
            .join(BudgetYear, BudgetYear.id == Pool.year_id)
            .join(Unit, Unit.id == Pool.unit_id)
        ).all()
    return sorted(tuple(row) for row in people), sorted(tuple(row) for row in money)


def digest(rows: list[tuple[object, ...]]) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_two_databases_get_the_same_people_and_the_same_money(elsewhere, told, db):
    people, money = told_of(db, SMALLEST)
    same_people, same_money = told_of(elsewhere(), SMALLEST)

    assert len(people) > 150
    assert len(money) > 500
    assert digest(people) == digest(same_people)
    assert digest(money) == digest(same_money)


def test_another_municipality_has_another_digest(told, db):
    """Else the digest would see nothing."""
    [other] = [place for place in plan.MUNICIPALITIES if place.slug == "rudersdal"]
    people, money = told_of(db, SMALLEST)
    others, amounts = told_of(db, other)

    assert digest(people) != digest(others)
    assert digest(money) != digest(amounts)
