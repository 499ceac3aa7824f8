"""The rules of form advice, the limit per person, and surveys that are closed.

An institution may be let in above its limit more than once: each reason is kept.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenant_app.core.fencing import raise_fence

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

OWNER = sa.text("(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint")


def upgrade() -> None:
    op.create_table(
        "advice_rules",
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), server_default=OWNER, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_advice_rules_version_is_counted")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "set_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_advice_rules_tenant_id_set_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_advice_rules_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_advice_rules")),
        sa.UniqueConstraint("tenant_id", "version", name=op.f("uq_advice_rules_tenant_id_version")),
    )
    op.create_table(
        "person_overrides",
        sa.Column("initiative_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("running", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("overridden_by", sa.Uuid(), nullable=True),
        sa.Column("overridden_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), server_default=OWNER, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_person_overrides_says_why")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["employees.tenant_id", "employees.id"],
            name=op.f("fk_person_overrides_tenant_id_employee_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["initiatives.tenant_id", "initiatives.id"],
            name=op.f("fk_person_overrides_tenant_id_initiative_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "overridden_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_person_overrides_tenant_id_overridden_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_person_overrides_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_person_overrides")),
    )
    op.create_index(
        op.f("ix_person_overrides_tenant_id_employee_id"),
        "person_overrides",
        ["tenant_id", "employee_id"],
    )
    op.create_index(
        op.f("ix_person_overrides_tenant_id_initiative_id"),
        "person_overrides",
        ["tenant_id", "initiative_id"],
    )
    op.add_column(
        "form_choices",
        sa.Column("rule_version", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.add_column(
        "initiatives", sa.Column("survey_closed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_check_constraint(
        op.f("ck_initiatives_survey_closes_after_it_opens"),
        "initiatives",
        "survey_closed_at IS NULL OR survey_closed_at >= survey_opened_at",
    )
    op.drop_constraint(
        op.f("uq_limit_overrides_tenant_id_initiative_id_unit_id"),
        "limit_overrides",
        type_="unique",
    )
    op.create_index(
        op.f("ix_limit_overrides_tenant_id_initiative_id_unit_id"),
        "limit_overrides",
        ["tenant_id", "initiative_id", "unit_id"],
    )
    raise_fence("advice_rules", grants="SELECT, INSERT")
    raise_fence("person_overrides", grants="SELECT, INSERT")


def downgrade() -> None:
    op.drop_index(
        op.f("ix_limit_overrides_tenant_id_initiative_id_unit_id"), table_name="limit_overrides"
    )
    # Of several the first stands, as it did before. The owner too is behind a forced fence.
    op.execute("ALTER TABLE limit_overrides NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "DELETE FROM limit_overrides l USING limit_overrides f "
        "WHERE f.tenant_id = l.tenant_id AND f.initiative_id = l.initiative_id "
        "AND f.unit_id = l.unit_id AND (f.overridden_at, f.id) < (l.overridden_at, l.id)"
    )
    op.execute("ALTER TABLE limit_overrides FORCE ROW LEVEL SECURITY")
    op.create_unique_constraint(
        op.f("uq_limit_overrides_tenant_id_initiative_id_unit_id"),
        "limit_overrides",
        ["tenant_id", "initiative_id", "unit_id"],
    )
    op.drop_constraint(
        op.f("ck_initiatives_survey_closes_after_it_opens"), "initiatives", type_="check"
    )
    op.drop_column("initiatives", "survey_closed_at")
    op.drop_column("form_choices", "rule_version")
    op.drop_table("person_overrides")
    op.drop_table("advice_rules")
