"""Statements that PostgreSQL keeps the plans of hold the fence for whoever asks next."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from config.settings import Settings
from tenant_app.core.uow import PREPARED_AFTER, PREPARED_AT_MOST, Database
from tests.databases import SECRET_KEY

WHOSE = text("SELECT DISTINCT tenant_id FROM units")
PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :asked")


def asked(database, tenants):
    """Whose units each of them was shown, and how many statements were prepared for it."""
    shown, prepared = [], 0
    for tenant in tenants:
        with database.unit_of_work(tenant) as ctx:
            shown.append(list(ctx.session.scalars(WHOSE)))
            prepared = ctx.session.scalar(PREPARED, {"asked": f"%{WHOSE.text}%"})
    return shown, prepared


@pytest.fixture
def open_one(settings):
    """A database of one connection, so that everybody meets what was prepared for the others."""
    made = []

    def make(**more):
        made.append(
            Database(settings.database_app_url, settings.database_vendor_url, pool_size=1, **more)
        )
        return made[-1]

    yield make
    for database in made:
        database.dispose()


def test_a_kept_plan_shows_each_municipality_its_own(open_one, make_town):
    one, other = make_town().tenant_id, make_town().tenant_id
    tenants = [one, other] * (4 * PREPARED_AFTER)

    shown, prepared = asked(open_one(), tenants)

    assert prepared == 1
    assert shown == [[tenant] for tenant in tenants]


def test_nothing_is_kept_where_a_pooler_would_lose_it(open_one, town):
    _, prepared = asked(open_one(prepare=False), [town.tenant_id] * (4 * PREPARED_AFTER))

    assert prepared == 0


def test_a_connection_keeps_no_more_than_it_may(open_one, town):
    with open_one().unit_of_work(town.tenant_id) as ctx:
        for number in range(PREPARED_AT_MOST + 20):
            for _ in range(PREPARED_AFTER + 1):
                ctx.session.execute(text(f"SELECT {number} AS kept_{number}"))
        kept = ctx.session.scalar(PREPARED, {"asked": "%AS kept_%"})

    assert 0 < kept <= PREPARED_AT_MOST + 1  # the oldest goes when the next statement is sent


def test_the_environment_says_whether(settings):
    env = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": SECRET_KEY,
    }

    assert Settings.from_env(env).prepare_statements
    assert not Settings.from_env(env | {"PREPARE_STATEMENTS": "0"}).prepare_statements
