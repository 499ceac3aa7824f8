"""Tables of enrolments."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enrolments",
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("year_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("submission", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("motivation", sa.Text(), server_default="", nullable=False),
        sa.Column("waiting_level", sa.Text(), nullable=True),
        sa.Column("waiting_unit_id", sa.Uuid(), nullable=True),
        sa.Column("decision_note", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["employees.tenant_id", "employees.id"],
            name=op.f("fk_enrolments_tenant_id_employee_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "requested_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_enrolments_tenant_id_requested_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "session_id"],
            ["course_sessions.tenant_id", "course_sessions.id"],
            name=op.f("fk_enrolments_tenant_id_session_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_enrolments_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "waiting_unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_enrolments_tenant_id_waiting_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "year_id"],
            ["budget_years.tenant_id", "budget_years.id"],
            name=op.f("fk_enrolments_tenant_id_year_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_enrolments_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_enrolments")),
    )
    op.create_index(
        "ix_enrolments_waiting",
        "enrolments",
        ["tenant_id", "submitted_at", "id"],
        unique=False,
        postgresql_where=sa.text("waiting_level IS NOT NULL"),
    )
    op.create_index(
        "ix_enrolments_inbox",
        "enrolments",
        ["tenant_id", "waiting_level", "waiting_unit_id", "submitted_at"],
        unique=False,
        postgresql_where=sa.text("waiting_level IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_enrolments_tenant_id_employee_id_session_id"),
        "enrolments",
        ["tenant_id", "employee_id", "session_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('rejected', 'withdrawn', 'cancelled')"),
    )
    op.create_index(
        op.f("ix_enrolments_tenant_id_group_id"),
        "enrolments",
        ["tenant_id", "group_id"],
        unique=False,
        postgresql_where=sa.text("group_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_enrolments_tenant_id_session_id"),
        "enrolments",
        ["tenant_id", "session_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_enrolments_tenant_id_employee_id_submitted_at"),
        "enrolments",
        ["tenant_id", "employee_id", "submitted_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_enrolments_tenant_id_submitted_at"),
        "enrolments",
        ["tenant_id", "submitted_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_enrolments_tenant_id_unit_id_submitted_at"),
        "enrolments",
        ["tenant_id", "unit_id", "submitted_at"],
        unique=False,
    )
    op.create_table(
        "approval_steps",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("submission", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_approval_steps_tenant_id_decided_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "enrolment_id"],
            ["enrolments.tenant_id", "enrolments.id"],
            name=op.f("fk_approval_steps_tenant_id_enrolment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_approval_steps_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_approval_steps_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_approval_steps")),
        sa.UniqueConstraint(
            "tenant_id",
            "enrolment_id",
            "submission",
            "position",
            name=op.f("uq_approval_steps_tenant_id_enrolment_id_submission_position"),
        ),
    )
    raise_fence("enrolments")
    raise_fence("approval_steps")


def downgrade() -> None:
    op.drop_table("approval_steps")
    op.drop_table("enrolments")
