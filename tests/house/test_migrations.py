"""One head; empty → head; models equal database; down and up again."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tenant_app.cli.migrate import alembic_config, migrate
from tenant_app.registry import METADATA
from tests.databases import drop_database


@pytest.fixture
def empty(settings, servers):
    """A database of its own, with nothing in it yet."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    owner = create_engine(servers.owner_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(servers.owner_url).set(database=name)
    yield replace(settings, database_url=url.render_as_string(hide_password=False))
    owner.dispose()
    drop_database(servers.owner_url, name)


def _differences(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        found = compare_metadata(context, METADATA)
    engine.dispose()
    return found


def test_there_is_one_head(empty):
    engine = create_engine(empty.database_url)
    with engine.connect() as connection:
        heads = ScriptDirectory.from_config(alembic_config(connection)).get_heads()
    engine.dispose()
    assert len(heads) == 1


def test_models_equal_the_migrated_database(empty):
    migrate(empty)
    assert _differences(empty.database_url) == []


def test_down_and_up_again(empty):
    migrate(empty)
    engine = create_engine(empty.database_url)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    with engine.connect() as connection:
        left = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        assert set(left) == {"alembic_version"}
    engine.dispose()
    migrate(empty)
    assert _differences(empty.database_url) == []


def test_migrating_twice_changes_nothing(empty):
    migrate(empty)
    migrate(empty)
    assert _differences(empty.database_url) == []
