"""Tables of budgets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenant_app.core.fencing import raise_fence

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget_years",
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("frame", sa.BigInteger(), nullable=False),
        sa.Column("central_bp", sa.BigInteger(), nullable=False),
        sa.Column("area_bp", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("allocation", postgresql.JSONB(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
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
            "area_bp BETWEEN 0 AND 10000 AND central_bp + area_bp <= 10000",
            name=op.f("ck_budget_years_area_is_a_share"),
        ),
        sa.CheckConstraint(
            "central_bp BETWEEN 0 AND 10000", name=op.f("ck_budget_years_central_is_a_share")
        ),
        sa.CheckConstraint("frame >= 0", name=op.f("ck_budget_years_frame_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_budget_years_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_budget_years")),
        sa.UniqueConstraint("tenant_id", "year", name=op.f("uq_budget_years_tenant_id_year")),
    )
    op.create_table(
        "pools",
        sa.Column("year_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
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
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_pools_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "year_id"],
            ["budget_years.tenant_id", "budget_years.id"],
            name=op.f("fk_pools_tenant_id_year_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_pools_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_pools")),
        sa.UniqueConstraint(
            "tenant_id",
            "year_id",
            "kind",
            "unit_id",
            name=op.f("uq_pools_tenant_id_year_id_kind_unit_id"),
        ),
    )
    op.create_index(
        op.f("ix_pools_tenant_id_unit_id"), "pools", ["tenant_id", "unit_id"], unique=False
    )
    op.create_table(
        "pool_balances",
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("allotted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("carried", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("transferred", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("committed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("actual", sa.BigInteger(), server_default="0", nullable=False),
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
            "policy <> 'stop' OR allotted + carried + transferred - reserved - committed - actual >= 0",
            name=op.f("ck_pool_balances_stop_means_stop"),
        ),
        sa.CheckConstraint(
            "reserved >= 0 AND committed >= 0", name=op.f("ck_pool_balances_nothing_is_owed")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_pool_balances_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_pool_balances_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_pool_balances")),
        sa.UniqueConstraint(
            "tenant_id", "pool_id", name=op.f("uq_pool_balances_tenant_id_pool_id")
        ),
    )
    op.create_table(
        "funding_rule_sets",
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_funding_rule_sets_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_funding_rule_sets")),
        sa.UniqueConstraint(
            "tenant_id", "version", name=op.f("uq_funding_rule_sets_tenant_id_version")
        ),
    )
    op.create_table(
        "money_lines",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("submission", sa.BigInteger(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("cost_line", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("share_bp", sa.BigInteger(), nullable=False),
        sa.Column("rule_name", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_money_lines_amount_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_money_lines_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_money_lines_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_money_lines")),
        sa.UniqueConstraint(
            "tenant_id",
            "source_id",
            "submission",
            "cost_line",
            "pool_id",
            name=op.f("uq_money_lines_tenant_id_source_id_submission_cost_line_pool_id"),
        ),
    )
    op.create_index(
        op.f("ix_money_lines_tenant_id_pool_id_state"),
        "money_lines",
        ["tenant_id", "pool_id", "state"],
        unique=False,
    )
    op.create_table(
        "ledger_entries",
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("allotted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("carried", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("transferred", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("committed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("actual", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
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
            ["tenant_id", "line_id"],
            ["money_lines.tenant_id", "money_lines.id"],
            name=op.f("fk_ledger_entries_tenant_id_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_ledger_entries_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_ledger_entries_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ledger_entries")),
    )
    op.create_index(
        op.f("ix_ledger_entries_tenant_id_line_id_kind"),
        "ledger_entries",
        ["tenant_id", "line_id", "kind"],
        unique=True,
        postgresql_where=sa.text("line_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_ledger_entries_tenant_id_pool_id_booked_on"),
        "ledger_entries",
        ["tenant_id", "pool_id", "booked_on"],
        unique=False,
    )
    raise_fence("budget_years")
    raise_fence("pools")
    raise_fence("pool_balances")
    raise_fence("funding_rule_sets")
    raise_fence("money_lines")
    raise_fence("ledger_entries", grants="SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("ledger_entries")
    op.drop_table("money_lines")
    op.drop_table("funding_rule_sets")
    op.drop_table("pool_balances")
    op.drop_table("pools")
    op.drop_table("budget_years")
