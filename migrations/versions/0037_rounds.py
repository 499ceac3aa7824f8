"""How pools are given out: modes, turns, and application rounds."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "pools", sa.Column("mode", sa.Text(), server_default="first_come", nullable=False)
    )
    op.create_table(
        "pool_turns",
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
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
            "last_day >= first_day", name=op.f("ck_pool_turns_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_pool_turns_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_pool_turns_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_pool_turns_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_pool_turns")),
        sa.UniqueConstraint(
            "tenant_id",
            "pool_id",
            "unit_id",
            "first_day",
            name=op.f("uq_pool_turns_tenant_id_pool_id_unit_id_first_day"),
        ),
    )
    op.create_index(
        op.f("ix_pool_turns_tenant_id_unit_id"),
        "pool_turns",
        ["tenant_id", "unit_id"],
        unique=False,
    )
    op.create_table(
        "application_rounds",
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("criteria", sa.Text(), server_default="", nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_where", sa.Text(), server_default="", nullable=False),
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
            "(state = 'decided') = (decided_at IS NOT NULL)",
            name=op.f("ck_application_rounds_decided_says_when"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_application_rounds_has_a_title")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_application_rounds_gives_something")),
        sa.CheckConstraint(
            "closes_on >= opens_on", name=op.f("ck_application_rounds_closes_after_it_opens")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_application_rounds_tenant_id_decided_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_application_rounds_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_application_rounds_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_application_rounds")),
    )
    op.create_index(
        op.f("ix_application_rounds_tenant_id_pool_id"),
        "application_rounds",
        ["tenant_id", "pool_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_application_rounds_tenant_id_state_closes_on"),
        "application_rounds",
        ["tenant_id", "state", "closes_on"],
        unique=False,
    )
    op.create_table(
        "round_applications",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("initiative_id", sa.Uuid(), nullable=True),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("is_withdrawn", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("awarded", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("applied_by_name", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_round_applications_says_why")),
        sa.CheckConstraint(
            "NOT is_withdrawn OR awarded IS NULL",
            name=op.f("ck_round_applications_withdrawn_gets_nothing"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_round_applications_asks_for_something")),
        sa.CheckConstraint(
            "awarded BETWEEN 0 AND amount",
            name=op.f("ck_round_applications_awarded_at_most_what_it_asked"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "applied_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_round_applications_tenant_id_applied_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["initiatives.tenant_id", "initiatives.id"],
            name=op.f("fk_round_applications_tenant_id_initiative_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "need_id"],
            ["needs.tenant_id", "needs.id"],
            name=op.f("fk_round_applications_tenant_id_need_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["application_rounds.tenant_id", "application_rounds.id"],
            name=op.f("fk_round_applications_tenant_id_round_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_round_applications_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_round_applications_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_round_applications")),
        sa.UniqueConstraint(
            "tenant_id",
            "round_id",
            "unit_id",
            name=op.f("uq_round_applications_tenant_id_round_id_unit_id"),
        ),
    )
    op.create_index(
        op.f("ix_round_applications_tenant_id_initiative_id"),
        "round_applications",
        ["tenant_id", "initiative_id"],
        unique=False,
        postgresql_where=sa.text("initiative_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_round_applications_tenant_id_unit_id"),
        "round_applications",
        ["tenant_id", "unit_id"],
        unique=False,
    )
    raise_fence("pool_turns", grants="SELECT, INSERT, DELETE")
    raise_fence("application_rounds")
    raise_fence("round_applications")


def downgrade() -> None:
    op.drop_table("round_applications")
    op.drop_table("application_rounds")
    op.drop_table("pool_turns")
    op.drop_column("pools", "mode")
