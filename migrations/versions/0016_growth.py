"""The vendor sees how each municipality grows, month by month: counts without persons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import let_vendor_see, raise_fence

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tenant_months",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("employees", sa.BigInteger(), nullable=False),
        sa.Column("users", sa.BigInteger(), nullable=False),
        sa.Column("enrolments", sa.BigInteger(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
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
            "extract(day FROM month) = 1", name=op.f("ck_tenant_months_first_of_month")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_tenant_months_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tenant_months")),
        sa.UniqueConstraint("tenant_id", "month", name=op.f("uq_tenant_months_tenant_id_month")),
    )
    raise_fence("tenant_months")
    let_vendor_see("tenant_months", ("tenant_id", "month", "employees", "users", "enrolments"))


def downgrade() -> None:
    op.drop_table("tenant_months")
