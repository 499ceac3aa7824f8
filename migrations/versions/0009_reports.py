"""Tables of reports."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_runs",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("data_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule_version", sa.BigInteger(), nullable=False),
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
            name=op.f("fk_report_runs_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_report_runs")),
        sa.UniqueConstraint(
            "tenant_id",
            "kind",
            "year",
            "as_of",
            name=op.f("uq_report_runs_tenant_id_kind_year_as_of"),
        ),
    )
    op.create_table(
        "usage_rows",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("allotted", sa.BigInteger(), nullable=False),
        sa.Column("carried", sa.BigInteger(), nullable=False),
        sa.Column("transferred", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("actual", sa.BigInteger(), nullable=False),
        sa.Column("forecast", sa.BigInteger(), nullable=False),
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
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_usage_rows_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["report_runs.tenant_id", "report_runs.id"],
            name=op.f("fk_usage_rows_tenant_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_usage_rows_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_usage_rows_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_usage_rows")),
        sa.UniqueConstraint(
            "tenant_id", "run_id", "pool_id", name=op.f("uq_usage_rows_tenant_id_run_id_pool_id")
        ),
    )
    op.create_table(
        "coverage_rows",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("group_size", sa.BigInteger(), nullable=False),
        sa.Column("covered", sa.BigInteger(), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("needed", sa.BigInteger(), nullable=False),
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
            ["tenant_id", "run_id"],
            ["report_runs.tenant_id", "report_runs.id"],
            name=op.f("fk_coverage_rows_tenant_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "target_id"],
            ["coverage_targets.tenant_id", "coverage_targets.id"],
            name=op.f("fk_coverage_rows_tenant_id_target_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_coverage_rows_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_coverage_rows_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_coverage_rows")),
        sa.UniqueConstraint(
            "tenant_id",
            "run_id",
            "target_id",
            "unit_id",
            name=op.f("uq_coverage_rows_tenant_id_run_id_target_id_unit_id"),
        ),
    )
    op.create_index(
        op.f("ix_coverage_rows_tenant_id_target_id"),
        "coverage_rows",
        ["tenant_id", "target_id"],
        unique=False,
    )
    op.create_table(
        "import_runs",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
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
            name=op.f("fk_import_runs_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_import_runs")),
    )
    op.create_index(
        op.f("ix_import_runs_tenant_id_at"), "import_runs", ["tenant_id", "at"], unique=False
    )
    raise_fence("report_runs")
    raise_fence("usage_rows", grants="SELECT, INSERT, UPDATE, DELETE")
    raise_fence("coverage_rows", grants="SELECT, INSERT, UPDATE, DELETE")
    raise_fence("import_runs")


def downgrade() -> None:
    op.drop_table("import_runs")
    op.drop_table("coverage_rows")
    op.drop_table("usage_rows")
    op.drop_table("report_runs")
