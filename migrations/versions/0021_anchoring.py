"""Tables of anchoring. Municipalities that are there get the standard set for their plans to come;
enrolments that are confirmed already get no plan."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

STANDARD = """
    INSERT INTO anchoring_template_items (tenant_id, id, form, phase, owner, kind, text, days)
    SELECT s.tenant_id, gen_random_uuid(), i.form, i.phase, i.owner, i.kind, i.text, i.days
    FROM tenant_settings s
    CROSS JOIN (VALUES
      (NULL, 'before', 'leader', 'agree',
       'Aftal, hvad forløbet skal bruges til i hverdagen', -14, NULL),
      (NULL, 'during', 'participant', 'agree',
       'Skriv ned undervejs, hvad der kan prøves af hos jer', 0, NULL),
      (NULL, 'after', 'participant', 'share', 'Del det lærte med kollegerne', 21, 'free'),
      (NULL, 'after', 'participant', 'share', 'Del det lærte på et personalemøde', 21, 'meeting'),
      (NULL, 'after', 'participant', 'trial',
       'Prøv noget af det lærte i praksis, og skriv resultatet', 60, NULL),
      (NULL, 'after', 'leader', 'observe',
       'Se den nye praksis i hverdagen, og tal om den', 75, 'observes'),
      ('lecture', 'after', 'participant', 'share', 'Del det lærte med kollegerne', 14, 'free'),
      ('lecture', 'after', 'participant', 'share',
       'Del det lærte på et personalemøde', 14, 'meeting'),
      ('lecture', 'after', 'participant', 'trial',
       'Prøv noget af det lærte i praksis, og skriv resultatet', 45, NULL)
    ) AS i(form, phase, owner, kind, text, days, when_)
    WHERE i.when_ IS NULL
       OR i.when_ = 'observes' AND coalesce(s.limits->>'leader_observes', '') = 'true'
       OR i.when_ = 'meeting' AND coalesce(s.limits->>'share_at_staff_meeting', '') = 'true'
       OR i.when_ = 'free' AND coalesce(s.limits->>'share_at_staff_meeting', '') <> 'true'
"""
"""As `anchoring.rules.standard` had it when these tables were made."""


def upgrade() -> None:
    op.create_table(
        "anchoring_template_items",
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
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
            name=op.f("fk_anchoring_template_items_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_anchoring_template_items")),
    )
    op.create_index(
        op.f("ix_anchoring_template_items_tenant_id_form_phase_days"),
        "anchoring_template_items",
        ["tenant_id", "form", "phase", "days"],
        unique=False,
    )
    op.create_table(
        "anchoring_plans",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
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
            ["tenant_id", "employee_id"],
            ["employees.tenant_id", "employees.id"],
            name=op.f("fk_anchoring_plans_tenant_id_employee_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "enrolment_id"],
            ["enrolments.tenant_id", "enrolments.id"],
            name=op.f("fk_anchoring_plans_tenant_id_enrolment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_anchoring_plans_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_anchoring_plans_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_anchoring_plans")),
        sa.UniqueConstraint(
            "tenant_id", "enrolment_id", name=op.f("uq_anchoring_plans_tenant_id_enrolment_id")
        ),
    )
    op.create_index(
        op.f("ix_anchoring_plans_tenant_id_employee_id"),
        "anchoring_plans",
        ["tenant_id", "employee_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_anchoring_plans_tenant_id_unit_id"),
        "anchoring_plans",
        ["tenant_id", "unit_id"],
        unique=False,
    )
    op.create_table(
        "anchoring_items",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("dropped_why", sa.Text(), server_default="", nullable=False),
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
            ["tenant_id", "done_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_anchoring_items_tenant_id_done_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["anchoring_plans.tenant_id", "anchoring_plans.id"],
            name=op.f("fk_anchoring_items_tenant_id_plan_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_anchoring_items_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_anchoring_items")),
    )
    op.create_index(
        "ix_anchoring_due",
        "anchoring_items",
        ["tenant_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("done_on IS NULL AND dropped_why = ''"),
    )
    op.create_index(
        op.f("ix_anchoring_items_tenant_id_plan_id_due_on"),
        "anchoring_items",
        ["tenant_id", "plan_id", "due_on"],
        unique=False,
    )
    op.create_table(
        "observations",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("observed_by", sa.Uuid(), nullable=True),
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
            ["tenant_id", "observed_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_observations_tenant_id_observed_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["anchoring_plans.tenant_id", "anchoring_plans.id"],
            name=op.f("fk_observations_tenant_id_plan_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_observations_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_observations")),
    )
    op.create_index(
        op.f("ix_observations_tenant_id_plan_id"),
        "observations",
        ["tenant_id", "plan_id"],
        unique=False,
    )
    op.create_table(
        "practice_trials",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("hypothesis", sa.Text(), nullable=False),
        sa.Column("signs", sa.Text(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
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
            "(outcome IS NULL) = (evaluated_on IS NULL)",
            name=op.f("ck_practice_trials_result_has_a_day"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["anchoring_plans.tenant_id", "anchoring_plans.id"],
            name=op.f("fk_practice_trials_tenant_id_plan_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recorded_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_practice_trials_tenant_id_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_practice_trials_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_practice_trials")),
    )
    op.create_index(
        op.f("ix_practice_trials_tenant_id_plan_id"),
        "practice_trials",
        ["tenant_id", "plan_id"],
        unique=False,
    )
    op.create_table(
        "sharings",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("shared_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
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
            ["tenant_id", "plan_id"],
            ["anchoring_plans.tenant_id", "anchoring_plans.id"],
            name=op.f("fk_sharings_tenant_id_plan_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recorded_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_sharings_tenant_id_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_sharings_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sharings")),
    )
    op.create_index(
        op.f("ix_sharings_tenant_id_plan_id"), "sharings", ["tenant_id", "plan_id"], unique=False
    )
    # The owner too is behind a forced fence, and would find no municipality's settings.
    op.execute("ALTER TABLE tenant_settings NO FORCE ROW LEVEL SECURITY")
    op.execute(STANDARD)
    op.execute("ALTER TABLE tenant_settings FORCE ROW LEVEL SECURITY")
    raise_fence("anchoring_template_items", grants="SELECT, INSERT, UPDATE, DELETE")
    raise_fence("anchoring_plans")
    raise_fence("anchoring_items")
    raise_fence("sharings", grants="SELECT, INSERT")
    raise_fence("practice_trials")
    raise_fence("observations", grants="SELECT, INSERT")


def downgrade() -> None:
    op.drop_index(op.f("ix_sharings_tenant_id_plan_id"), table_name="sharings")
    op.drop_table("sharings")
    op.drop_index(op.f("ix_practice_trials_tenant_id_plan_id"), table_name="practice_trials")
    op.drop_table("practice_trials")
    op.drop_index(op.f("ix_observations_tenant_id_plan_id"), table_name="observations")
    op.drop_table("observations")
    op.drop_index(op.f("ix_anchoring_items_tenant_id_plan_id_due_on"), table_name="anchoring_items")
    op.drop_index(
        "ix_anchoring_due",
        table_name="anchoring_items",
        postgresql_where=sa.text("done_on IS NULL AND dropped_why = ''"),
    )
    op.drop_table("anchoring_items")
    op.drop_index(op.f("ix_anchoring_plans_tenant_id_unit_id"), table_name="anchoring_plans")
    op.drop_index(op.f("ix_anchoring_plans_tenant_id_employee_id"), table_name="anchoring_plans")
    op.drop_table("anchoring_plans")
    op.drop_index(
        op.f("ix_anchoring_template_items_tenant_id_form_phase_days"),
        table_name="anchoring_template_items",
    )
    op.drop_table("anchoring_template_items")
