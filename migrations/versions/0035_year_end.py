"""Figures per unit, transfers, revisions, caps, and the closing of a year."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenant_app.core.fencing import raise_fence

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

OWNER = sa.text("(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint")
APPEND_ONLY = ("budget_revisions", "budget_revision_lines")
CHANGED = ("unit_figures", "pool_transfers", "carry_rules", "carry_overs")


def upgrade() -> None:
    op.add_column(
        "budget_years",
        sa.Column("limits", postgresql.JSONB(), server_default="{}", nullable=False),
    )
    op.create_table(
        "unit_figures",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("children_0_2", sa.BigInteger(), nullable=False),
        sa.Column("children_3_5", sa.BigInteger(), nullable=False),
        sa.Column("socio_index", sa.BigInteger(), server_default="100", nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), server_default=OWNER, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "children_0_2 >= 0 AND children_3_5 >= 0",
            name=op.f("ck_unit_figures_counts_are_not_negative"),
        ),
        sa.CheckConstraint(
            "socio_index BETWEEN 0 AND 1000", name=op.f("ck_unit_figures_index_is_sane")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_unit_figures_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_unit_figures_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_unit_figures")),
        sa.UniqueConstraint(
            "tenant_id",
            "unit_id",
            "from_date",
            name=op.f("uq_unit_figures_tenant_id_unit_id_from_date"),
        ),
    )
    op.create_table(
        "budget_revisions",
        sa.Column("year_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("frame_before", sa.BigInteger(), nullable=False),
        sa.Column("frame", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_name", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), server_default=OWNER, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "year_id"],
            ["budget_years.tenant_id", "budget_years.id"],
            name=op.f("fk_budget_revisions_tenant_id_year_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_budget_revisions_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_budget_revisions")),
        sa.UniqueConstraint(
            "tenant_id",
            "year_id",
            "number",
            name=op.f("uq_budget_revisions_tenant_id_year_id_number"),
        ),
    )
    op.create_table(
        "budget_revision_lines",
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), server_default=OWNER, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_budget_revision_lines_is_a_change")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_budget_revision_lines_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "revision_id"],
            ["budget_revisions.tenant_id", "budget_revisions.id"],
            name=op.f("fk_budget_revision_lines_tenant_id_revision_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_budget_revision_lines_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_budget_revision_lines")),
        sa.UniqueConstraint(
            "tenant_id",
            "revision_id",
            "pool_id",
            name=op.f("uq_budget_revision_lines_tenant_id_revision_id_pool_id"),
        ),
    )
    op.create_index(
        op.f("ix_budget_revision_lines_tenant_id_pool_id"),
        "budget_revision_lines",
        ["tenant_id", "pool_id"],
        unique=False,
    )
    op.create_table(
        "pool_transfers",
        sa.Column("from_pool_id", sa.Uuid(), nullable=False),
        sa.Column("to_pool_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_by_name", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_name", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), server_default=OWNER, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_pool_transfers_is_an_amount")),
        sa.CheckConstraint(
            "from_pool_id <> to_pool_id", name=op.f("ck_pool_transfers_has_two_ends")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_pool_transfers_tenant_id_from_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_pool_transfers_tenant_id_to_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_pool_transfers_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_pool_transfers")),
    )
    op.create_index(
        op.f("ix_pool_transfers_tenant_id_from_pool_id"),
        "pool_transfers",
        ["tenant_id", "from_pool_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pool_transfers_tenant_id_state"),
        "pool_transfers",
        ["tenant_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pool_transfers_tenant_id_to_pool_id"),
        "pool_transfers",
        ["tenant_id", "to_pool_id"],
        unique=False,
    )
    op.create_table(
        "carry_rules",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=True),
        sa.Column("overspend_cap_bp", sa.BigInteger(), nullable=True),
        sa.Column("underspend_cap_bp", sa.BigInteger(), nullable=True),
        sa.Column("abs_cap", sa.BigInteger(), nullable=True),
        sa.Column("requires_purpose", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), server_default=OWNER, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("abs_cap >= 0", name=op.f("ck_carry_rules_abs_cap_is_not_negative")),
        sa.CheckConstraint(
            "overspend_cap_bp BETWEEN 0 AND 10000",
            name=op.f("ck_carry_rules_overspend_cap_is_a_share"),
        ),
        sa.CheckConstraint(
            "underspend_cap_bp BETWEEN 0 AND 10000",
            name=op.f("ck_carry_rules_underspend_cap_is_a_share"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_carry_rules_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_carry_rules_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_carry_rules")),
    )
    op.create_index(
        op.f("ix_carry_rules_tenant_id_kind"),
        "carry_rules",
        ["tenant_id", "kind"],
        unique=True,
        postgresql_where=sa.text("pool_id IS NULL"),
    )
    op.create_index(
        op.f("ix_carry_rules_tenant_id_pool_id"),
        "carry_rules",
        ["tenant_id", "pool_id"],
        unique=True,
        postgresql_where=sa.text("pool_id IS NOT NULL"),
    )
    op.create_table(
        "carry_overs",
        sa.Column("year_id", sa.Uuid(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("result", sa.BigInteger(), nullable=False),
        sa.Column("carried", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.Column("over_cap", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_name", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("into_pool_id", sa.Uuid(), nullable=True),
        sa.Column("posted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("postings", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), server_default=OWNER, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("lost >= 0 AND over_cap >= 0", name=op.f("ck_carry_overs_goes_one_way")),
        sa.CheckConstraint(
            "result = carried + lost - over_cap", name=op.f("ck_carry_overs_adds_up")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "into_pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_carry_overs_tenant_id_into_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_carry_overs_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "year_id"],
            ["budget_years.tenant_id", "budget_years.id"],
            name=op.f("fk_carry_overs_tenant_id_year_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_carry_overs_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_carry_overs")),
        sa.UniqueConstraint("tenant_id", "pool_id", name=op.f("uq_carry_overs_tenant_id_pool_id")),
    )
    op.create_index(
        op.f("ix_carry_overs_tenant_id_into_pool_id"),
        "carry_overs",
        ["tenant_id", "into_pool_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_carry_overs_tenant_id_year_id"),
        "carry_overs",
        ["tenant_id", "year_id"],
        unique=False,
    )
    for table in APPEND_ONLY:
        raise_fence(table, grants="SELECT, INSERT")
    for table in CHANGED:
        raise_fence(table)


def downgrade() -> None:
    for table in reversed(("unit_figures", *APPEND_ONLY, *CHANGED[1:])):
        op.drop_table(table)
    op.drop_column("budget_years", "limits")
