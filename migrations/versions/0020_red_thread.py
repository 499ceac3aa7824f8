"""Tables of goals and needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenant_app.core.fencing import raise_fence

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goals",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("is_local", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "themes", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state <> 'adopted' OR version > 0", name=op.f("ck_goals_adopted_has_a_version")
        ),
        sa.CheckConstraint(
            "NOT (is_local AND parent_id IS NOT NULL)", name=op.f("ck_goals_local_has_no_parent")
        ),
        sa.CheckConstraint(
            "parent_id IS NULL OR parent_id <> id", name=op.f("ck_goals_is_not_its_own_parent")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["goals.tenant_id", "goals.id"],
            name=op.f("fk_goals_tenant_id_parent_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_goals_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_goals_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_goals")),
    )
    op.create_index(
        op.f("ix_goals_tenant_id_parent_id"), "goals", ["tenant_id", "parent_id"], unique=False
    )
    op.create_index(
        op.f("ix_goals_tenant_id_unit_id_state"),
        "goals",
        ["tenant_id", "unit_id", "state"],
        unique=False,
    )
    op.create_table(
        "goal_versions",
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_by", sa.Uuid(), nullable=True),
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
            ["tenant_id", "adopted_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_goal_versions_tenant_id_adopted_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "goal_id"],
            ["goals.tenant_id", "goals.id"],
            name=op.f("fk_goal_versions_tenant_id_goal_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_goal_versions_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_goal_versions")),
        sa.UniqueConstraint(
            "tenant_id",
            "goal_id",
            "version",
            name=op.f("uq_goal_versions_tenant_id_goal_id_version"),
        ),
    )
    op.create_table(
        "indicators",
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("baseline_on", sa.Date(), nullable=False),
        sa.Column("target", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("target <> baseline", name=op.f("ck_indicators_target_differs")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "goal_id"],
            ["goals.tenant_id", "goals.id"],
            name=op.f("fk_indicators_tenant_id_goal_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_indicators_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_indicators")),
        sa.UniqueConstraint(
            "tenant_id", "goal_id", "name", name=op.f("uq_indicators_tenant_id_goal_id_name")
        ),
    )
    op.create_table(
        "needs",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("competence_id", sa.Uuid(), nullable=True),
        sa.Column("goal_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("staff", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="reported", nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)",
            name=op.f("ck_needs_merged_says_where"),
        ),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id",
            name=op.f("ck_needs_is_not_merged_into_itself"),
        ),
        sa.CheckConstraint("staff > 0", name=op.f("ck_needs_staff_is_positive")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["competence_areas.tenant_id", "competence_areas.id"],
            name=op.f("fk_needs_tenant_id_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "competence_id"],
            ["competences.tenant_id", "competences.id"],
            name=op.f("fk_needs_tenant_id_competence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "goal_id"],
            ["goals.tenant_id", "goals.id"],
            name=op.f("fk_needs_tenant_id_goal_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "merged_into_id"],
            ["needs.tenant_id", "needs.id"],
            name=op.f("fk_needs_tenant_id_merged_into_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reported_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_needs_tenant_id_reported_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_needs_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_needs_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_needs")),
    )
    op.create_index(
        op.f("ix_needs_tenant_id_area_id_state"),
        "needs",
        ["tenant_id", "area_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_needs_tenant_id_goal_id"), "needs", ["tenant_id", "goal_id"], unique=False
    )
    op.create_index(
        op.f("ix_needs_tenant_id_merged_into_id"),
        "needs",
        ["tenant_id", "merged_into_id"],
        unique=False,
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_needs_tenant_id_reported_by"), "needs", ["tenant_id", "reported_by"], unique=False
    )
    op.create_index(
        op.f("ix_needs_tenant_id_reported_on_id"),
        "needs",
        ["tenant_id", "reported_on", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_needs_tenant_id_unit_id_state"),
        "needs",
        ["tenant_id", "unit_id", "state"],
        unique=False,
    )
    op.create_table(
        "evidence",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidentiality", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_why = '')",
            name=op.f("ck_evidence_withdrawn_says_why"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "need_id"],
            ["needs.tenant_id", "needs.id"],
            name=op.f("fk_evidence_tenant_id_need_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recorded_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_evidence_tenant_id_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_evidence_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_evidence")),
    )
    op.create_index(
        op.f("ix_evidence_tenant_id_need_id"), "evidence", ["tenant_id", "need_id"], unique=False
    )
    op.create_table(
        "indicator_readings",
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
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
            ["tenant_id", "indicator_id"],
            ["indicators.tenant_id", "indicators.id"],
            name=op.f("fk_indicator_readings_tenant_id_indicator_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recorded_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_indicator_readings_tenant_id_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_indicator_readings_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_indicator_readings")),
        sa.UniqueConstraint(
            "tenant_id",
            "indicator_id",
            "read_on",
            name=op.f("uq_indicator_readings_tenant_id_indicator_id_read_on"),
        ),
    )
    raise_fence("goals")
    raise_fence("goal_versions", grants="SELECT, INSERT")
    raise_fence("indicators", grants="SELECT, INSERT, UPDATE, DELETE")
    raise_fence("indicator_readings")
    raise_fence("needs")
    raise_fence("evidence")


def downgrade() -> None:
    op.drop_table("indicator_readings")
    op.drop_index(op.f("ix_evidence_tenant_id_need_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index(op.f("ix_needs_tenant_id_unit_id_state"), table_name="needs")
    op.drop_index(op.f("ix_needs_tenant_id_reported_on_id"), table_name="needs")
    op.drop_index(op.f("ix_needs_tenant_id_reported_by"), table_name="needs")
    op.drop_index(
        op.f("ix_needs_tenant_id_merged_into_id"),
        table_name="needs",
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_needs_tenant_id_goal_id"), table_name="needs")
    op.drop_index(op.f("ix_needs_tenant_id_area_id_state"), table_name="needs")
    op.drop_table("needs")
    op.drop_table("indicators")
    op.drop_table("goal_versions")
    op.drop_index(op.f("ix_goals_tenant_id_unit_id_state"), table_name="goals")
    op.drop_index(op.f("ix_goals_tenant_id_parent_id"), table_name="goals")
    op.drop_table("goals")
