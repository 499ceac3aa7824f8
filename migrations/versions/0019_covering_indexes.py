"""Indexes that carry what seats and days are counted by, so that no row is fetched for them."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_enrolments_seats",
        "enrolments",
        ["tenant_id", "session_id", "unit_id"],
        postgresql_include=["state", "employee_id"],
    )
    op.create_index(
        "ix_enrolments_days",
        "enrolments",
        ["tenant_id", "employee_id"],
        postgresql_include=["state", "session_id"],
    )
    op.drop_index("ix_enrolments_tenant_id_session_id", table_name="enrolments")


def downgrade() -> None:
    op.create_index("ix_enrolments_tenant_id_session_id", "enrolments", ["tenant_id", "session_id"])
    op.drop_index("ix_enrolments_days", table_name="enrolments")
    op.drop_index("ix_enrolments_seats", table_name="enrolments")
