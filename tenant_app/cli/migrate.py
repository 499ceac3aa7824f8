"""`roedtraad migrate`: the release step. Roles first, then the schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from config.settings import APP_ROLE, VENDOR_ROLE, Settings, role_password

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
ONE_AT_A_TIME = 7_221_906
"""Advisory lock: two releases at once would otherwise race for the same tables."""


def alembic_config(connection: Connection) -> Config:
    """Alembic without an ini file: the connection is handed over."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def ensure_roles(connection: Connection, secret_key: str) -> None:
    """The app and vendor roles exist, own nothing, and have the password of this secret key."""
    for role in (APP_ROLE, VENDOR_ROLE):
        exists = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :r"), {"r": role})
        verb = "ALTER" if exists else "CREATE"
        # The password is 64 hex digits of ours, so it needs no quoting.
        connection.exec_driver_sql(
            f"{verb} ROLE {role} LOGIN NOCREATEDB NOCREATEROLE NOINHERIT "
            f"PASSWORD '{role_password(secret_key, role)}'"
        )
    database = connection.dialect.identifier_preparer.quote(
        str(connection.scalar(text("SELECT current_database()")))
    )
    connection.exec_driver_sql(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    connection.exec_driver_sql("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    for role in (APP_ROLE, VENDOR_ROLE):
        connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {database} TO {role}")
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {role}")


def migrate(settings: Settings, revision: str = "head") -> None:
    """Bring the database to `revision`. Safe to run again and from two places at once."""
    engine = create_engine(settings.database_url)
    with engine.connect() as guard:
        guard.exec_driver_sql(f"SELECT pg_advisory_lock({ONE_AT_A_TIME})")
        with engine.begin() as connection:  # roles are the cluster's, not the migration's
            ensure_roles(connection, settings.secret_key)
        with engine.begin() as connection:
            command.upgrade(alembic_config(connection), revision)
    engine.dispose()
