"""Tables of what houses share."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenant_app.core.fencing import raise_fence

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shared_need_clusters",
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="suggested", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("initiative_id", sa.Uuid(), nullable=True),
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
            "(state = 'staffed') = (initiative_id IS NOT NULL)",
            name=op.f("ck_shared_need_clusters_staffed_has_initiative"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_shared_need_clusters_decided_says_what"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["competence_areas.tenant_id", "competence_areas.id"],
            name=op.f("fk_shared_need_clusters_tenant_id_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["initiatives.tenant_id", "initiatives.id"],
            name=op.f("fk_shared_need_clusters_tenant_id_initiative_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_shared_need_clusters_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shared_need_clusters")),
    )
    op.create_index(
        op.f("ix_shared_need_clusters_tenant_id_area_id_state"),
        "shared_need_clusters",
        ["tenant_id", "area_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_shared_need_clusters_tenant_id_initiative_id"),
        "shared_need_clusters",
        ["tenant_id", "initiative_id"],
        unique=False,
        postgresql_where=sa.text("initiative_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_shared_need_clusters_tenant_id_state_proposed_at"),
        "shared_need_clusters",
        ["tenant_id", "state", "proposed_at"],
        unique=False,
    )
    op.create_table(
        "cluster_members",
        sa.Column("cluster_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("likeness", sa.BigInteger(), nullable=False),
        sa.Column("is_centre", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
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
            "likeness BETWEEN 0 AND 100", name=op.f("ck_cluster_members_likeness_is_a_share")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cluster_id"],
            ["shared_need_clusters.tenant_id", "shared_need_clusters.id"],
            name=op.f("fk_cluster_members_tenant_id_cluster_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "institution_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_cluster_members_tenant_id_institution_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "need_id"],
            ["needs.tenant_id", "needs.id"],
            name=op.f("fk_cluster_members_tenant_id_need_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_cluster_members_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cluster_members")),
        sa.UniqueConstraint(
            "tenant_id",
            "cluster_id",
            "need_id",
            name=op.f("uq_cluster_members_tenant_id_cluster_id_need_id"),
        ),
    )
    op.create_index(
        op.f("ix_cluster_members_tenant_id_institution_id_cluster_id"),
        "cluster_members",
        ["tenant_id", "institution_id", "cluster_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_cluster_members_tenant_id_need_id"),
        "cluster_members",
        ["tenant_id", "need_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index(
        "ix_cluster_members_of_need", "cluster_members", ["tenant_id", "need_id"], unique=False
    )
    op.create_table(
        "cluster_answers",
        sa.Column("cluster_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("joins", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
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
            ["tenant_id", "answered_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_cluster_answers_tenant_id_answered_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cluster_id"],
            ["shared_need_clusters.tenant_id", "shared_need_clusters.id"],
            name=op.f("fk_cluster_answers_tenant_id_cluster_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "institution_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_cluster_answers_tenant_id_institution_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_cluster_answers_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cluster_answers")),
        sa.UniqueConstraint(
            "tenant_id",
            "cluster_id",
            "institution_id",
            name=op.f("uq_cluster_answers_tenant_id_cluster_id_institution_id"),
        ),
    )
    op.create_table(
        "capacity_statements",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("competence_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
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
            "kind <> 'hours' OR hours IS NOT NULL",
            name=op.f("ck_capacity_statements_hours_say_how_many"),
        ),
        sa.CheckConstraint(
            "hours IS NULL OR hours > 0", name=op.f("ck_capacity_statements_hours_are_positive")
        ),
        sa.CheckConstraint(
            "to_date >= from_date", name=op.f("ck_capacity_statements_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["competence_areas.tenant_id", "competence_areas.id"],
            name=op.f("fk_capacity_statements_tenant_id_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "competence_id"],
            ["competences.tenant_id", "competences.id"],
            name=op.f("fk_capacity_statements_tenant_id_competence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stated_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_capacity_statements_tenant_id_stated_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_capacity_statements_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_capacity_statements_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_capacity_statements")),
    )
    op.create_index(
        op.f("ix_capacity_statements_tenant_id_area_id_to_date"),
        "capacity_statements",
        ["tenant_id", "area_id", "to_date"],
        unique=False,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index(
        op.f("ix_capacity_statements_tenant_id_to_date_id"),
        "capacity_statements",
        ["tenant_id", "to_date", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_capacity_statements_tenant_id_unit_id"),
        "capacity_statements",
        ["tenant_id", "unit_id"],
        unique=False,
    )
    raise_fence("shared_need_clusters")
    raise_fence("cluster_members")
    raise_fence("cluster_answers")
    raise_fence("capacity_statements")


def downgrade() -> None:
    op.drop_index(
        op.f("ix_capacity_statements_tenant_id_unit_id"), table_name="capacity_statements"
    )
    op.drop_index(
        op.f("ix_capacity_statements_tenant_id_to_date_id"), table_name="capacity_statements"
    )
    op.drop_index(
        op.f("ix_capacity_statements_tenant_id_area_id_to_date"),
        table_name="capacity_statements",
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.drop_table("capacity_statements")
    op.drop_table("cluster_answers")
    op.drop_index("ix_cluster_members_of_need", table_name="cluster_members")
    op.drop_index(
        op.f("ix_cluster_members_tenant_id_need_id"),
        table_name="cluster_members",
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.drop_index(
        op.f("ix_cluster_members_tenant_id_institution_id_cluster_id"), table_name="cluster_members"
    )
    op.drop_table("cluster_members")
    op.drop_index(
        op.f("ix_shared_need_clusters_tenant_id_state_proposed_at"),
        table_name="shared_need_clusters",
    )
    op.drop_index(
        op.f("ix_shared_need_clusters_tenant_id_initiative_id"),
        table_name="shared_need_clusters",
        postgresql_where=sa.text("initiative_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_shared_need_clusters_tenant_id_area_id_state"), table_name="shared_need_clusters"
    )
    op.drop_table("shared_need_clusters")
