"""Tables of talks."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _owned(table: str) -> tuple[Any, ...]:
    """What every table of a municipality has."""
    return (
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
            name=op.f(f"fk_{table}_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    op.create_table(
        "talk_rounds",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("invitation", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "due_on BETWEEN from_date AND to_date", name=op.f("ck_talk_rounds_is_due_within")
        ),
        sa.CheckConstraint(
            "to_date >= from_date", name=op.f("ck_talk_rounds_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "opened_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_talk_rounds_tenant_id_opened_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_talk_rounds_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        *_owned("talk_rounds"),
    )
    op.create_index(
        op.f("ix_talk_rounds_tenant_id_opened_by"),
        "talk_rounds",
        ["tenant_id", "opened_by"],
        unique=False,
    )
    op.create_index(
        op.f("ix_talk_rounds_tenant_id_unit_id_due_on"),
        "talk_rounds",
        ["tenant_id", "unit_id", "due_on"],
        unique=False,
    )
    op.create_table(
        "development_talks",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="invited", nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("agreement", sa.Text(), server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(state = 'agreed') = (agreed_at IS NOT NULL)",
            name=op.f("ck_development_talks_agreed_is_signed"),
        ),
        sa.CheckConstraint(
            "(state IN ('held', 'agreed')) = (held_on IS NOT NULL)",
            name=op.f("ck_development_talks_held_has_a_day"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "holder_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_development_talks_tenant_id_holder_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["talk_rounds.tenant_id", "talk_rounds.id"],
            name=op.f("fk_development_talks_tenant_id_round_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_development_talks_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        *_owned("development_talks"),
    )
    op.create_index(
        op.f("ix_development_talks_tenant_id_holder_id_state"),
        "development_talks",
        ["tenant_id", "holder_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_development_talks_tenant_id_round_id"),
        "development_talks",
        ["tenant_id", "round_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_development_talks_tenant_id_unit_id_state"),
        "development_talks",
        ["tenant_id", "unit_id", "state"],
        unique=False,
    )
    op.create_table(
        "development_plans",
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("talk_id", sa.Uuid(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("notes", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["employees.tenant_id", "employees.id"],
            name=op.f("fk_development_plans_tenant_id_employee_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "talk_id"],
            ["development_talks.tenant_id", "development_talks.id"],
            name=op.f("fk_development_plans_tenant_id_talk_id"),
            ondelete="RESTRICT",
        ),
        *_owned("development_plans"),
        sa.UniqueConstraint(
            "tenant_id", "employee_id", name=op.f("uq_development_plans_tenant_id_employee_id")
        ),
    )
    op.create_index(
        op.f("ix_development_plans_tenant_id_talk_id"),
        "development_plans",
        ["tenant_id", "talk_id"],
        unique=False,
        postgresql_where=sa.text("talk_id IS NOT NULL"),
    )
    op.create_table(
        "talk_members",
        sa.Column("talk_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_why", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["employees.tenant_id", "employees.id"],
            name=op.f("fk_talk_members_tenant_id_employee_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["talk_rounds.tenant_id", "talk_rounds.id"],
            name=op.f("fk_talk_members_tenant_id_round_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "talk_id"],
            ["development_talks.tenant_id", "development_talks.id"],
            name=op.f("fk_talk_members_tenant_id_talk_id"),
            ondelete="RESTRICT",
        ),
        *_owned("talk_members"),
        sa.UniqueConstraint(
            "tenant_id",
            "talk_id",
            "employee_id",
            name=op.f("uq_talk_members_tenant_id_talk_id_employee_id"),
        ),
    )
    op.create_index(
        op.f("ix_talk_members_tenant_id_employee_id"),
        "talk_members",
        ["tenant_id", "employee_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_talk_members_tenant_id_round_id_employee_id"),
        "talk_members",
        ["tenant_id", "round_id", "employee_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "development_items",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("competence_id", sa.Uuid(), nullable=True),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (done_on IS NOT NULL)",
            name=op.f("ck_development_items_done_has_a_day"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["competence_areas.tenant_id", "competence_areas.id"],
            name=op.f("fk_development_items_tenant_id_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "competence_id"],
            ["competences.tenant_id", "competences.id"],
            name=op.f("fk_development_items_tenant_id_competence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "enrolment_id"],
            ["enrolments.tenant_id", "enrolments.id"],
            name=op.f("fk_development_items_tenant_id_enrolment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "need_id"],
            ["needs.tenant_id", "needs.id"],
            name=op.f("fk_development_items_tenant_id_need_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["development_plans.tenant_id", "development_plans.id"],
            name=op.f("fk_development_items_tenant_id_plan_id"),
            ondelete="RESTRICT",
        ),
        *_owned("development_items"),
    )
    op.create_index(
        op.f("ix_development_items_tenant_id_area_id"),
        "development_items",
        ["tenant_id", "area_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_development_items_tenant_id_plan_id_due_on"),
        "development_items",
        ["tenant_id", "plan_id", "due_on"],
        unique=False,
    )
    op.create_table(
        "talk_preparations",
        sa.Column("talk_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("good", sa.Text(), server_default="", nullable=False),
        sa.Column("hard", sa.Text(), server_default="", nullable=False),
        sa.Column("learn", sa.Text(), server_default="", nullable=False),
        sa.Column("support", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(member_id IS NULL) <> (holder_id IS NULL)",
            name=op.f("ck_talk_preparations_is_of_one_side"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "holder_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_talk_preparations_tenant_id_holder_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member_id"],
            ["talk_members.tenant_id", "talk_members.id"],
            name=op.f("fk_talk_preparations_tenant_id_member_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "talk_id"],
            ["development_talks.tenant_id", "development_talks.id"],
            name=op.f("fk_talk_preparations_tenant_id_talk_id"),
            ondelete="RESTRICT",
        ),
        *_owned("talk_preparations"),
    )
    op.create_index(
        op.f("ix_talk_preparations_tenant_id_talk_id_holder_id"),
        "talk_preparations",
        ["tenant_id", "talk_id", "holder_id"],
        unique=True,
        postgresql_where=sa.text("holder_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_talk_preparations_tenant_id_talk_id_member_id"),
        "talk_preparations",
        ["tenant_id", "talk_id", "member_id"],
        unique=True,
        postgresql_where=sa.text("member_id IS NOT NULL"),
    )
    raise_fence("talk_rounds")
    raise_fence("development_talks")
    raise_fence("talk_members")
    raise_fence("talk_preparations")
    raise_fence("development_plans")
    raise_fence("development_items")


def downgrade() -> None:
    op.drop_table("talk_preparations")
    op.drop_table("development_items")
    op.drop_table("talk_members")
    op.drop_table("development_plans")
    op.drop_table("development_talks")
    op.drop_table("talk_rounds")
