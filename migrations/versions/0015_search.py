"""What an employee is found by, ready to be looked through: made of the row by the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # By danish_sort as it was on the day: another alphabet takes a migration that makes it anew.
    made_of = "danish_sort(name || ' ' || number || ' ' || coalesce(email, ''))"
    op.add_column(
        "employees",
        sa.Column("sought", sa.Text(), sa.Computed(made_of, persisted=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("employees", "sought")
