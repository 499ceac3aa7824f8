"""Pools that rules name, who pays cover, why and by whom rules were made; usage without cover."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

COVER = ("cover_reserved", "cover_committed", "cover_actual")


def upgrade() -> None:
    op.add_column("pools", sa.Column("code", sa.Text(), nullable=True))
    op.add_column("pools", sa.Column("purpose", sa.Text(), server_default="", nullable=False))
    op.drop_constraint(op.f("uq_pools_tenant_id_year_id_kind_unit_id"), "pools", type_="unique")
    op.create_index(
        op.f("ix_pools_tenant_id_year_id_kind_unit_id"),
        "pools",
        ["tenant_id", "year_id", "kind", "unit_id"],
        unique=True,
        postgresql_where=sa.text("code IS NULL"),
    )
    op.create_index(
        op.f("ix_pools_tenant_id_year_id_code"),
        "pools",
        ["tenant_id", "year_id", "code"],
        unique=True,
        postgresql_where=sa.text("code IS NOT NULL"),
    )
    op.create_check_constraint(
        op.f("ck_pools_named_has_a_code"),
        "pools",
        "(code IS NOT NULL) = (kind IN ('earmarked', 'fund'))",
    )
    op.add_column(
        "funding_rule_sets",
        sa.Column("cover", postgresql.JSONB(), server_default="[]", nullable=False),
    )
    for name in ("note", "made_by"):
        op.add_column(
            "funding_rule_sets", sa.Column(name, sa.Text(), server_default="", nullable=False)
        )
    for name in COVER:
        op.add_column(
            "usage_rows", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    for name in reversed(COVER):
        op.drop_column("usage_rows", name)
    for name in ("made_by", "note", "cover"):
        op.drop_column("funding_rule_sets", name)
    op.drop_constraint(op.f("ck_pools_named_has_a_code"), "pools", type_="check")
    op.drop_index(op.f("ix_pools_tenant_id_year_id_code"), table_name="pools")
    op.drop_index(op.f("ix_pools_tenant_id_year_id_kind_unit_id"), table_name="pools")
    op.create_unique_constraint(
        op.f("uq_pools_tenant_id_year_id_kind_unit_id"),
        "pools",
        ["tenant_id", "year_id", "kind", "unit_id"],
    )
    op.drop_column("pools", "purpose")
    op.drop_column("pools", "code")
