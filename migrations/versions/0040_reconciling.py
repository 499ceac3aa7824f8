"""What the nightly reconciling found, and how many of it the vendor sees."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import VENDOR, raise_fence

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget_alarms",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("expected <> found", name=op.f("ck_budget_alarms_is_a_difference")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_budget_alarms_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_budget_alarms_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_budget_alarms")),
    )
    op.create_index(
        op.f("ix_budget_alarms_tenant_id_pool_id"), "budget_alarms", ["tenant_id", "pool_id"]
    )
    op.create_index(
        op.f("ix_budget_alarms_tenant_id_kind_about_id_part"),
        "budget_alarms",
        ["tenant_id", "kind", "about_id", "part"],
        unique=True,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    raise_fence("budget_alarms")
    op.add_column(
        "tenant_figures",
        sa.Column("budget_alarms", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.execute(f"GRANT SELECT (budget_alarms) ON tenant_figures TO {VENDOR}")


def downgrade() -> None:
    op.drop_column("tenant_figures", "budget_alarms")
    op.drop_table("budget_alarms")
