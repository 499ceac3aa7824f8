"""Tables of competences."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "competence_areas",
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
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_competence_areas_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_competence_areas")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_competence_areas_tenant_id_name")),
    )
    op.create_table(
        "competences",
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("validity_months", sa.BigInteger(), nullable=True),
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
            "validity_months IS NULL OR validity_months > 0",
            name=op.f("ck_competences_validity_is_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["competence_areas.tenant_id", "competence_areas.id"],
            name=op.f("fk_competences_tenant_id_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_competences_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_competences")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_competences_tenant_id_name")),
    )
    op.create_table(
        "holdings",
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("competence_id", sa.Uuid(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
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
            "until_date IS NULL OR until_date >= from_date",
            name=op.f("ck_holdings_ends_after_it_begins"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "competence_id"],
            ["competences.tenant_id", "competences.id"],
            name=op.f("fk_holdings_tenant_id_competence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["employees.tenant_id", "employees.id"],
            name=op.f("fk_holdings_tenant_id_employee_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_holdings_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_holdings")),
        sa.UniqueConstraint(
            "tenant_id",
            "employee_id",
            "competence_id",
            "from_date",
            name=op.f("uq_holdings_tenant_id_employee_id_competence_id_from_date"),
        ),
    )
    op.create_index(
        op.f("ix_holdings_tenant_id_competence_id_employee_id"),
        "holdings",
        ["tenant_id", "competence_id", "employee_id"],
        unique=False,
    )
    op.create_table(
        "coverage_targets",
        sa.Column("competence_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("min_count", sa.BigInteger(), nullable=True),
        sa.Column("min_percent", sa.BigInteger(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=False),
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
            "(min_count IS NULL) <> (min_percent IS NULL)",
            name=op.f("ck_coverage_targets_one_kind_of_target"),
        ),
        sa.CheckConstraint(
            "min_count IS NULL OR min_count > 0", name=op.f("ck_coverage_targets_count_is_positive")
        ),
        sa.CheckConstraint(
            "min_percent IS NULL OR min_percent BETWEEN 1 AND 100",
            name=op.f("ck_coverage_targets_percent_is_a_share"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "competence_id"],
            ["competences.tenant_id", "competences.id"],
            name=op.f("fk_coverage_targets_tenant_id_competence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_coverage_targets_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_coverage_targets")),
        sa.UniqueConstraint(
            "tenant_id",
            "competence_id",
            "position",
            name=op.f("uq_coverage_targets_tenant_id_competence_id_position"),
        ),
    )
    raise_fence("competence_areas")
    raise_fence("competences")
    raise_fence("holdings")
    raise_fence("coverage_targets", grants="SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    op.drop_table("coverage_targets")
    op.drop_table("holdings")
    op.drop_table("competences")
    op.drop_table("competence_areas")
