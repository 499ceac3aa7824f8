"""Scenarios, and what they show; what the forecast of a report rests on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenant_app.core.fencing import raise_fence

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

OWNER = sa.text("(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint")


def upgrade() -> None:
    op.create_table(
        "scenarios",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("divides_anew", sa.Boolean(), nullable=False),
        sa.Column("central_bp", sa.BigInteger(), nullable=False),
        sa.Column("area_bp", sa.BigInteger(), nullable=False),
        sa.Column("allocation", postgresql.JSONB(), nullable=False),
        sa.Column("limits", postgresql.JSONB(), nullable=False),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
        sa.Column("cover", postgresql.JSONB(), nullable=False),
        sa.Column("rules_name", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_name", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requests", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lost_cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("adopted_year", sa.BigInteger(), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), server_default=OWNER, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "central_bp >= 0 AND area_bp >= 0 AND central_bp + area_bp <= 10000",
            name=op.f("ck_scenarios_shares_are_shares"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_scenarios_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_scenarios")),
    )
    op.create_index(
        op.f("ix_scenarios_tenant_id_name"),
        "scenarios",
        ["tenant_id", "name"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "scenario_rows",
        sa.Column("scenario_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("allotted_before", sa.BigInteger(), nullable=False),
        sa.Column("allotted_after", sa.BigInteger(), nullable=False),
        sa.Column("brought", sa.BigInteger(), nullable=False),
        sa.Column("spent_before", sa.BigInteger(), nullable=False),
        sa.Column("spent_after", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("refused_cost", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.Column("lost_cost", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), server_default=OWNER, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scenario_id"],
            ["scenarios.tenant_id", "scenarios.id"],
            name=op.f("fk_scenario_rows_tenant_id_scenario_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_scenario_rows_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_scenario_rows")),
        sa.UniqueConstraint(
            "tenant_id",
            "scenario_id",
            "place",
            name=op.f("uq_scenario_rows_tenant_id_scenario_id_place"),
        ),
    )
    raise_fence("scenarios")
    raise_fence("scenario_rows", grants="SELECT, INSERT, DELETE")
    op.add_column("report_runs", sa.Column("passed_bp", sa.BigInteger(), nullable=True))
    op.add_column("report_runs", sa.Column("season_from", sa.BigInteger(), nullable=True))
    op.add_column("report_runs", sa.Column("season_until", sa.BigInteger(), nullable=True))
    op.add_column(
        "report_runs",
        sa.Column("approval_bp", sa.BigInteger(), server_default="10000", nullable=False),
    )


def downgrade() -> None:
    for column in ("approval_bp", "season_until", "season_from", "passed_bp"):
        op.drop_column("report_runs", column)
    op.drop_table("scenario_rows")
    op.drop_table("scenarios")
