"""The app may delete its own old jobs and report runs: the nightly clearing does."""

from __future__ import annotations

from alembic import op

from tenant_app.core.fencing import APP

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CLEARED = ("outbox", "report_runs")


def upgrade() -> None:
    for table in CLEARED:
        op.execute(f"GRANT DELETE ON {table} TO {APP}")


def downgrade() -> None:
    for table in CLEARED:
        op.execute(f"REVOKE DELETE ON {table} FROM {APP}")
