"""Alembic's way in. Run by `roedtraad migrate`, which hands over an open connection."""

from alembic import context

from tenant_app.registry import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    compare_server_default=True,
)
with context.begin_transaction():
    # Forced row-level security would make a data migration touch 0 rows in silence;
    # with this it raises instead.
    connection.exec_driver_sql("SET LOCAL row_security = off")
    connection.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
    context.run_migrations()
