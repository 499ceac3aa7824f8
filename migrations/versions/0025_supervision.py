"""Tables of supervision and screening."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


OWNER = "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"


def _key() -> list[sa.Column]:
    """Whose row it is, and which."""
    return [
        sa.Column("tenant_id", sa.BigInteger(), server_default=sa.text(OWNER), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def _index(table: str, *columns: str, where: str | None = None) -> None:
    """An index that begins with the municipality."""
    op.create_index(
        op.f("_".join(("ix", table, "tenant_id", *columns))),
        table,
        ["tenant_id", *columns],
        unique=False,
        postgresql_where=None if where is None else sa.text(where),
    )


def upgrade() -> None:
    op.create_table(
        "screening_tools",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("smallest", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("largest", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("step", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("good_at", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("high_is_good", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        *_key(),
        sa.CheckConstraint("smallest < largest", name=op.f("ck_screening_tools_scale_has_room")),
        sa.CheckConstraint("step > 0", name=op.f("ck_screening_tools_step_is_positive")),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_screening_tools_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_screening_tools")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_screening_tools_tenant_id_name")),
    )
    op.create_table(
        "screening_areas",
        sa.Column("tool_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        *_key(),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["competence_areas.tenant_id", "competence_areas.id"],
            name=op.f("fk_screening_areas_tenant_id_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "tool_id"],
            ["screening_tools.tenant_id", "screening_tools.id"],
            name=op.f("fk_screening_areas_tenant_id_tool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_screening_areas_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_screening_areas")),
        sa.UniqueConstraint(
            "tenant_id", "tool_id", "name", name=op.f("uq_screening_areas_tenant_id_tool_id_name")
        ),
    )
    _index("screening_areas", "tool_id", "place")
    op.create_table(
        "screenings",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("tool_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("observations", sa.BigInteger(), nullable=False),
        *_key(),
        sa.CheckConstraint("observations > 0", name=op.f("ck_screenings_observations_are_some")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "tool_id"],
            ["screening_tools.tenant_id", "screening_tools.id"],
            name=op.f("fk_screenings_tenant_id_tool_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_screenings_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_screenings_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_screenings")),
        sa.UniqueConstraint(
            "tenant_id",
            "unit_id",
            "tool_id",
            "held_on",
            name=op.f("uq_screenings_tenant_id_unit_id_tool_id_held_on"),
        ),
    )
    _index("screenings", "held_on", "id")
    _index("screenings", "tool_id", "held_on")
    op.create_table(
        "supervision_visits",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        sa.Column("heightened", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("report_link", sa.Text(), server_default="", nullable=False),
        sa.Column("called_off_why", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *_key(),
        sa.CheckConstraint(
            "(state = 'called_off') = (called_off_why <> '')",
            name=op.f("ck_supervision_visits_called_off_says_why"),
        ),
        sa.CheckConstraint(
            "(state = 'reported') = (published_on IS NOT NULL)",
            name=op.f("ck_supervision_visits_published_says_when"),
        ),
        sa.CheckConstraint(
            "published_on IS NULL OR published_on >= visit_on",
            name=op.f("ck_supervision_visits_published_after_the_visit"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recorded_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_supervision_visits_tenant_id_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_supervision_visits_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_supervision_visits_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supervision_visits")),
    )
    _index("supervision_visits", "unit_id", "state", "published_on")
    _index("supervision_visits", "visit_on", "id")
    op.create_table(
        "supervision_follow_ups",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        *_key(),
        sa.ForeignKeyConstraint(
            ["tenant_id", "done_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_supervision_follow_ups_tenant_id_done_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["supervision_visits.tenant_id", "supervision_visits.id"],
            name=op.f("fk_supervision_follow_ups_tenant_id_visit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_supervision_follow_ups_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supervision_follow_ups")),
    )
    op.create_index(
        "ix_supervision_follow_ups_left",
        "supervision_follow_ups",
        ["tenant_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("done_on IS NULL"),
    )
    _index("supervision_follow_ups", "visit_id", "due_on")
    op.create_table(
        "screening_results",
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        *_key(),
        sa.CheckConstraint(
            "(need_id IS NULL) = (evidence_id IS NULL)",
            name=op.f("ck_screening_results_used_says_as_what"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["screening_areas.tenant_id", "screening_areas.id"],
            name=op.f("fk_screening_results_tenant_id_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "evidence_id"],
            ["evidence.tenant_id", "evidence.id"],
            name=op.f("fk_screening_results_tenant_id_evidence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "need_id"],
            ["needs.tenant_id", "needs.id"],
            name=op.f("fk_screening_results_tenant_id_need_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "screening_id"],
            ["screenings.tenant_id", "screenings.id"],
            name=op.f("fk_screening_results_tenant_id_screening_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_screening_results_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_screening_results")),
        sa.UniqueConstraint(
            "tenant_id",
            "screening_id",
            "area_id",
            name=op.f("uq_screening_results_tenant_id_screening_id_area_id"),
        ),
    )
    _index("screening_results", "area_id")
    _index("screening_results", "need_id", where="need_id IS NOT NULL")
    op.create_table(
        "supervision_findings",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        *_key(),
        sa.CheckConstraint(
            "(need_id IS NULL) = (evidence_id IS NULL)",
            name=op.f("ck_supervision_findings_used_says_as_what"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["competence_areas.tenant_id", "competence_areas.id"],
            name=op.f("fk_supervision_findings_tenant_id_area_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "evidence_id"],
            ["evidence.tenant_id", "evidence.id"],
            name=op.f("fk_supervision_findings_tenant_id_evidence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "need_id"],
            ["needs.tenant_id", "needs.id"],
            name=op.f("fk_supervision_findings_tenant_id_need_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["supervision_visits.tenant_id", "supervision_visits.id"],
            name=op.f("fk_supervision_findings_tenant_id_visit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_supervision_findings_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supervision_findings")),
    )
    _index("supervision_findings", "need_id", where="need_id IS NOT NULL")
    _index("supervision_findings", "visit_id")
    raise_fence("supervision_visits")
    raise_fence("supervision_findings", grants="SELECT, INSERT, UPDATE, DELETE")
    raise_fence("supervision_follow_ups")
    raise_fence("screening_tools")
    raise_fence("screening_areas", grants="SELECT, INSERT, UPDATE, DELETE")
    raise_fence("screenings")
    raise_fence("screening_results")


def downgrade() -> None:
    op.drop_index(
        op.f("ix_supervision_findings_tenant_id_visit_id"), table_name="supervision_findings"
    )
    op.drop_index(
        op.f("ix_supervision_findings_tenant_id_need_id"),
        table_name="supervision_findings",
        postgresql_where=sa.text("need_id IS NOT NULL"),
    )
    op.drop_table("supervision_findings")
    op.drop_index(
        op.f("ix_screening_results_tenant_id_need_id"),
        table_name="screening_results",
        postgresql_where=sa.text("need_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_screening_results_tenant_id_area_id"), table_name="screening_results")
    op.drop_table("screening_results")
    op.drop_index(
        op.f("ix_supervision_follow_ups_tenant_id_visit_id_due_on"),
        table_name="supervision_follow_ups",
    )
    op.drop_index(
        "ix_supervision_follow_ups_left",
        table_name="supervision_follow_ups",
        postgresql_where=sa.text("done_on IS NULL"),
    )
    op.drop_table("supervision_follow_ups")
    op.drop_index(
        op.f("ix_supervision_visits_tenant_id_visit_on_id"), table_name="supervision_visits"
    )
    op.drop_index(
        op.f("ix_supervision_visits_tenant_id_unit_id_state_published_on"),
        table_name="supervision_visits",
    )
    op.drop_table("supervision_visits")
    op.drop_index(op.f("ix_screenings_tenant_id_tool_id_held_on"), table_name="screenings")
    op.drop_index(op.f("ix_screenings_tenant_id_held_on_id"), table_name="screenings")
    op.drop_table("screenings")
    op.drop_index(op.f("ix_screening_areas_tenant_id_tool_id_place"), table_name="screening_areas")
    op.drop_table("screening_areas")
    op.drop_table("screening_tools")
