"""A job can be cancelled, and whoever asked for it is told once when it is over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("outbox", sa.Column("cancelled_at", moment, nullable=True))
    op.add_column("outbox", sa.Column("cancelled_by", sa.Uuid(), nullable=True))
    op.add_column("outbox", sa.Column("told_at", moment, nullable=True))
    op.create_check_constraint(
        op.f("ck_outbox_cancelled_is_over"), "outbox", "cancelled_at IS NULL OR done_at IS NOT NULL"
    )
    op.create_index(
        op.f("ix_outbox_tenant_id_requested_by"),
        "outbox",
        ["tenant_id", "requested_by"],
        unique=False,
        postgresql_where=sa.text("requested_by IS NOT NULL AND told_at IS NULL"),
    )
    op.add_column("job_progress", sa.Column("cancel_asked_at", moment, nullable=True))
    op.add_column("job_progress", sa.Column("cancel_asked_by", sa.Uuid(), nullable=True))
    op.add_column(
        "job_progress",
        sa.Column("asked_also", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
    )
    op.create_index(
        "ix_job_progress_asked_also",
        "job_progress",
        ["tenant_id", "outbox_id"],
        postgresql_where=sa.text("asked_also <> '{}'"),
    )


def downgrade() -> None:
    op.drop_index("ix_job_progress_asked_also", table_name="job_progress")
    op.drop_column("job_progress", "asked_also")
    op.drop_column("job_progress", "cancel_asked_by")
    op.drop_column("job_progress", "cancel_asked_at")
    op.drop_index(op.f("ix_outbox_tenant_id_requested_by"), table_name="outbox")
    op.drop_constraint(op.f("ck_outbox_cancelled_is_over"), "outbox", type_="check")
    op.drop_column("outbox", "told_at")
    op.drop_column("outbox", "cancelled_by")
    op.drop_column("outbox", "cancelled_at")
