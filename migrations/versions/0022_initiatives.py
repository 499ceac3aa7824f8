"""Tables of initiatives, how their form was chosen, and enrolments that are part of one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenant_app.core.fencing import raise_fence

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "initiatives",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("target_group", sa.Text(), server_default="", nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("estimate", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="idea", nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("survey_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
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
            "state <> 'stopped' OR reason <> ''", name=op.f("ck_initiatives_stopped_says_why")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on",
            name=op.f("ck_initiatives_ends_after_it_begins"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NOT NULL",
            name=op.f("ck_initiatives_has_both_days_or_none"),
        ),
        sa.CheckConstraint("estimate >= 0", name=op.f("ck_initiatives_estimate_is_not_negative")),
        sa.CheckConstraint("people > 0", name=op.f("ck_initiatives_people_are_positive")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["competence_areas.tenant_id", "competence_areas.id"],
            name=op.f("fk_initiatives_tenant_id_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "created_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_initiatives_tenant_id_created_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "goal_id"],
            ["goals.tenant_id", "goals.id"],
            name=op.f("fk_initiatives_tenant_id_goal_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_initiatives_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_initiatives_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_initiatives")),
    )
    op.create_index(
        op.f("ix_initiatives_tenant_id_goal_id"),
        "initiatives",
        ["tenant_id", "goal_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_initiatives_tenant_id_starts_on_id"),
        "initiatives",
        ["tenant_id", "starts_on", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_initiatives_tenant_id_unit_id_state"),
        "initiatives",
        ["tenant_id", "unit_id", "state"],
        unique=False,
    )
    op.create_table(
        "form_choices",
        sa.Column("initiative_id", sa.Uuid(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ranked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
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
            ["tenant_id", "chosen_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_form_choices_tenant_id_chosen_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["initiatives.tenant_id", "initiatives.id"],
            name=op.f("fk_form_choices_tenant_id_initiative_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_form_choices_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_form_choices")),
    )
    op.create_index(
        op.f("ix_form_choices_tenant_id_initiative_id_chosen_at"),
        "form_choices",
        ["tenant_id", "initiative_id", "chosen_at"],
        unique=False,
    )
    op.create_table(
        "initiative_courses",
        sa.Column("initiative_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
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
            ["tenant_id", "course_id"],
            ["courses.tenant_id", "courses.id"],
            name=op.f("fk_initiative_courses_tenant_id_course_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["initiatives.tenant_id", "initiatives.id"],
            name=op.f("fk_initiative_courses_tenant_id_initiative_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_initiative_courses_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_initiative_courses")),
        sa.UniqueConstraint(
            "tenant_id",
            "initiative_id",
            "course_id",
            name=op.f("uq_initiative_courses_tenant_id_initiative_id_course_id"),
        ),
    )
    op.create_index(
        op.f("ix_initiative_courses_tenant_id_course_id"),
        "initiative_courses",
        ["tenant_id", "course_id"],
        unique=False,
    )
    op.create_table(
        "initiative_needs",
        sa.Column("initiative_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
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
            ["tenant_id", "initiative_id"],
            ["initiatives.tenant_id", "initiatives.id"],
            name=op.f("fk_initiative_needs_tenant_id_initiative_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "need_id"],
            ["needs.tenant_id", "needs.id"],
            name=op.f("fk_initiative_needs_tenant_id_need_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_initiative_needs_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_initiative_needs")),
        sa.UniqueConstraint(
            "tenant_id",
            "initiative_id",
            "need_id",
            name=op.f("uq_initiative_needs_tenant_id_initiative_id_need_id"),
        ),
    )
    op.create_index(
        op.f("ix_initiative_needs_tenant_id_need_id"),
        "initiative_needs",
        ["tenant_id", "need_id"],
        unique=False,
    )
    op.create_table(
        "initiative_units",
        sa.Column("initiative_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
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
            ["tenant_id", "initiative_id"],
            ["initiatives.tenant_id", "initiatives.id"],
            name=op.f("fk_initiative_units_tenant_id_initiative_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_initiative_units_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_initiative_units_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_initiative_units")),
        sa.UniqueConstraint(
            "tenant_id",
            "initiative_id",
            "unit_id",
            name=op.f("uq_initiative_units_tenant_id_initiative_id_unit_id"),
        ),
    )
    op.create_index(
        op.f("ix_initiative_units_tenant_id_unit_id"),
        "initiative_units",
        ["tenant_id", "unit_id"],
        unique=False,
    )
    op.add_column("enrolments", sa.Column("initiative_id", sa.Uuid(), nullable=True))
    op.create_index(
        op.f("ix_enrolments_tenant_id_initiative_id"),
        "enrolments",
        ["tenant_id", "initiative_id"],
        unique=False,
        postgresql_where=sa.text("initiative_id IS NOT NULL"),
    )
    # The rows there are must be looked at, and forced row-level security hides them from the owner.
    op.execute("ALTER TABLE enrolments NO FORCE ROW LEVEL SECURITY")
    op.create_foreign_key(
        op.f("fk_enrolments_tenant_id_initiative_id"),
        "enrolments",
        "initiatives",
        ["tenant_id", "initiative_id"],
        ["tenant_id", "id"],
        ondelete="RESTRICT",
    )
    op.execute("ALTER TABLE enrolments FORCE ROW LEVEL SECURITY")
    raise_fence("initiatives")
    raise_fence("initiative_needs", grants="SELECT, INSERT, DELETE")
    raise_fence("initiative_units", grants="SELECT, INSERT, DELETE")
    raise_fence("initiative_courses", grants="SELECT, INSERT, DELETE")
    raise_fence("form_choices", grants="SELECT, INSERT")


def downgrade() -> None:
    op.drop_constraint(
        op.f("fk_enrolments_tenant_id_initiative_id"), "enrolments", type_="foreignkey"
    )
    op.drop_index(
        op.f("ix_enrolments_tenant_id_initiative_id"),
        table_name="enrolments",
        postgresql_where=sa.text("initiative_id IS NOT NULL"),
    )
    op.drop_column("enrolments", "initiative_id")
    op.drop_index(op.f("ix_initiative_units_tenant_id_unit_id"), table_name="initiative_units")
    op.drop_table("initiative_units")
    op.drop_index(op.f("ix_initiative_needs_tenant_id_need_id"), table_name="initiative_needs")
    op.drop_table("initiative_needs")
    op.drop_index(
        op.f("ix_initiative_courses_tenant_id_course_id"), table_name="initiative_courses"
    )
    op.drop_table("initiative_courses")
    op.drop_index(
        op.f("ix_form_choices_tenant_id_initiative_id_chosen_at"), table_name="form_choices"
    )
    op.drop_table("form_choices")
    op.drop_index(op.f("ix_initiatives_tenant_id_unit_id_state"), table_name="initiatives")
    op.drop_index(op.f("ix_initiatives_tenant_id_starts_on_id"), table_name="initiatives")
    op.drop_index(op.f("ix_initiatives_tenant_id_goal_id"), table_name="initiatives")
    op.drop_table("initiatives")
