"""Money from outside: fund schemes, applications, and state grants."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenant_app.core.fencing import raise_fence

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fund_schemes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), server_default="", nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=False),
        sa.Column("master_cap", sa.BigInteger(), nullable=False),
        sa.Column("cap_months", sa.BigInteger(), nullable=False),
        sa.Column("employer_bp", sa.BigInteger(), nullable=False),
        sa.Column("months_before", sa.BigInteger(), nullable=False),
        sa.Column("days_before", sa.BigInteger(), nullable=False),
        sa.Column("answer_days", sa.BigInteger(), nullable=False),
        sa.Column("cost_lines", postgresql.JSONB(), nullable=False),
        sa.Column("positions", postgresql.JSONB(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_fund_schemes_has_a_name")),
        sa.CheckConstraint(
            "cap > 0 AND master_cap >= cap", name=op.f("ck_fund_schemes_caps_are_sane")
        ),
        sa.CheckConstraint(
            "cap_months BETWEEN 1 AND 60 AND months_before BETWEEN 1 AND 36",
            name=op.f("ck_fund_schemes_months_are_sane"),
        ),
        sa.CheckConstraint(
            "days_before BETWEEN 0 AND 365 AND answer_days BETWEEN 1 AND 365",
            name=op.f("ck_fund_schemes_days_are_sane"),
        ),
        sa.CheckConstraint(
            "employer_bp BETWEEN 0 AND 9900", name=op.f("ck_fund_schemes_employer_pays_a_share")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_fund_schemes_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_fund_schemes")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_fund_schemes_tenant_id_code")),
    )
    op.create_table(
        "fund_applications",
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("is_master", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leader_signed_by", sa.Uuid(), nullable=True),
        sa.Column("leader_signed_name", sa.Text(), server_default="", nullable=False),
        sa.Column("leader_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("union_signed_by", sa.Uuid(), nullable=True),
        sa.Column("union_signed_name", sa.Text(), server_default="", nullable=False),
        sa.Column("union_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("pool_id", sa.Uuid(), nullable=True),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_fund_applications_says_why")),
        sa.CheckConstraint(
            "state NOT IN ('paid', 'refunded') OR pool_id IS NOT NULL",
            name=op.f("ck_fund_applications_paid_into_a_pool"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('union_signed', 'sent', 'awarded', 'refused', 'paid', 'refunded') "
            "OR (leader_signed_by IS NOT NULL AND union_signed_by IS NOT NULL)",
            name=op.f("ck_fund_applications_signed_before_sent"),
        ),
        sa.CheckConstraint(
            "leader_signed_by <> union_signed_by", name=op.f("ck_fund_applications_two_people_sign")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "created_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_fund_applications_tenant_id_created_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "leader_signed_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_fund_applications_tenant_id_leader_signed_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_fund_applications_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scheme_id"],
            ["fund_schemes.tenant_id", "fund_schemes.id"],
            name=op.f("fk_fund_applications_tenant_id_scheme_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "session_id"],
            ["course_sessions.tenant_id", "course_sessions.id"],
            name=op.f("fk_fund_applications_tenant_id_session_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "union_signed_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_fund_applications_tenant_id_union_signed_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_fund_applications_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_fund_applications_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_fund_applications")),
    )
    op.create_index(
        op.f("ix_fund_applications_tenant_id_scheme_id"),
        "fund_applications",
        ["tenant_id", "scheme_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_fund_applications_tenant_id_session_id"),
        "fund_applications",
        ["tenant_id", "session_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_fund_applications_tenant_id_state_starts_on"),
        "fund_applications",
        ["tenant_id", "state", "starts_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_fund_applications_tenant_id_unit_id"),
        "fund_applications",
        ["tenant_id", "unit_id"],
        unique=False,
    )
    op.create_table(
        "fund_applicants",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("awarded", sa.BigInteger(), nullable=True),
        sa.Column("lost_on", sa.Date(), nullable=True),
        sa.Column("lost_why", sa.Text(), server_default="", nullable=False),
        sa.Column("refunded_on", sa.Date(), nullable=True),
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
            "asked > 0 AND asked <= cost", name=op.f("ck_fund_applicants_asks_for_something")
        ),
        sa.CheckConstraint(
            "awarded BETWEEN 0 AND asked",
            name=op.f("ck_fund_applicants_awarded_at_most_what_it_asked"),
        ),
        sa.CheckConstraint(
            "refunded_on IS NULL OR awarded > 0",
            name=op.f("ck_fund_applicants_refunded_was_awarded"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "application_id"],
            ["fund_applications.tenant_id", "fund_applications.id"],
            name=op.f("fk_fund_applicants_tenant_id_application_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["employees.tenant_id", "employees.id"],
            name=op.f("fk_fund_applicants_tenant_id_employee_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "enrolment_id"],
            ["enrolments.tenant_id", "enrolments.id"],
            name=op.f("fk_fund_applicants_tenant_id_enrolment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_fund_applicants_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_fund_applicants")),
        sa.UniqueConstraint(
            "tenant_id",
            "application_id",
            "employee_id",
            name=op.f("uq_fund_applicants_tenant_id_application_id_employee_id"),
        ),
    )
    op.create_index(
        op.f("ix_fund_applicants_tenant_id_employee_id"),
        "fund_applicants",
        ["tenant_id", "employee_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_fund_applicants_tenant_id_enrolment_id"),
        "fund_applicants",
        ["tenant_id", "enrolment_id"],
        unique=False,
        postgresql_where=sa.text("enrolment_id IS NOT NULL"),
    )
    op.create_table(
        "state_grants",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("awarded", sa.BigInteger(), nullable=True),
        sa.Column("strings", postgresql.JSONB(), nullable=False),
        sa.Column("apply_by", sa.Date(), nullable=False),
        sa.Column("report_by", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("pool_id", sa.Uuid(), nullable=True),
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
        sa.CheckConstraint(
            "(state IN ('received', 'reported')) = (pool_id IS NOT NULL)",
            name=op.f("ck_state_grants_received_into_a_pool"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_state_grants_has_a_title")),
        sa.CheckConstraint("asked > 0", name=op.f("ck_state_grants_asks_for_something")),
        sa.CheckConstraint(
            "awarded BETWEEN 0 AND asked",
            name=op.f("ck_state_grants_awarded_at_most_what_it_asked"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pool_id"],
            ["pools.tenant_id", "pools.id"],
            name=op.f("fk_state_grants_tenant_id_pool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_state_grants_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_state_grants")),
        sa.UniqueConstraint(
            "tenant_id", "code", "year", name=op.f("uq_state_grants_tenant_id_code_year")
        ),
    )
    op.create_index(
        op.f("ix_state_grants_tenant_id_state_apply_by"),
        "state_grants",
        ["tenant_id", "state", "apply_by"],
        unique=False,
    )
    raise_fence("fund_schemes")
    raise_fence("fund_applications")
    raise_fence("fund_applicants")
    raise_fence("state_grants")


def downgrade() -> None:
    op.drop_table("state_grants")
    op.drop_table("fund_applicants")
    op.drop_table("fund_applications")
    op.drop_table("fund_schemes")
