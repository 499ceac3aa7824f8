"""Tables of catalogue."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "providers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
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
            ["tenant_id"], ["tenants.id"], name=op.f("fk_providers_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_providers")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_providers_tenant_id_name")),
    )
    op.create_table(
        "courses",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("ects", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("hours", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("cover_hours", sa.Numeric(precision=10, scale=4), nullable=True),
        sa.Column("price_kind", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("materials", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("travel", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("serves_municipal_goal", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_mandatory", sa.Boolean(), server_default="false", nullable=False),
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
        sa.CheckConstraint(
            "cover_hours IS NULL OR cover_hours >= 0", name=op.f("ck_courses_cover_is_not_negative")
        ),
        sa.CheckConstraint(
            "price >= 0 AND materials >= 0 AND travel >= 0 AND ects >= 0 AND hours >= 0",
            name=op.f("ck_courses_amounts_are_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "provider_id"],
            ["providers.tenant_id", "providers.id"],
            name=op.f("fk_courses_tenant_id_provider_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_courses_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_courses")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_courses_tenant_id_code")),
    )
    op.create_index(
        op.f("ix_courses_tenant_id_title"), "courses", ["tenant_id", "title"], unique=False
    )
    op.create_table(
        "course_competences",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("competence_id", sa.Uuid(), nullable=False),
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
            ["tenant_id", "competence_id"],
            ["competences.tenant_id", "competences.id"],
            name=op.f("fk_course_competences_tenant_id_competence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "course_id"],
            ["courses.tenant_id", "courses.id"],
            name=op.f("fk_course_competences_tenant_id_course_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_course_competences_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_course_competences")),
        sa.UniqueConstraint(
            "tenant_id",
            "course_id",
            "competence_id",
            name=op.f("uq_course_competences_tenant_id_course_id_competence_id"),
        ),
    )
    op.create_index(
        op.f("ix_course_competences_tenant_id_competence_id"),
        "course_competences",
        ["tenant_id", "competence_id"],
        unique=False,
    )
    op.create_table(
        "course_sessions",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
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
            "deadline <= starts_on", name=op.f("ck_course_sessions_deadline_is_before_start")
        ),
        sa.CheckConstraint(
            "ends_on >= starts_on", name=op.f("ck_course_sessions_ends_after_it_begins")
        ),
        sa.CheckConstraint("seats > 0", name=op.f("ck_course_sessions_seats_are_positive")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "course_id"],
            ["courses.tenant_id", "courses.id"],
            name=op.f("fk_course_sessions_tenant_id_course_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_course_sessions_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_course_sessions")),
        sa.UniqueConstraint(
            "tenant_id",
            "course_id",
            "starts_on",
            "place",
            name=op.f("uq_course_sessions_tenant_id_course_id_starts_on_place"),
        ),
    )
    op.create_index(
        op.f("ix_course_sessions_tenant_id_starts_on"),
        "course_sessions",
        ["tenant_id", "starts_on"],
        unique=False,
    )
    raise_fence("providers")
    raise_fence("courses")
    raise_fence("course_competences", grants="SELECT, INSERT, UPDATE, DELETE")
    raise_fence("course_sessions")


def downgrade() -> None:
    op.drop_table("course_sessions")
    op.drop_table("course_competences")
    op.drop_table("courses")
    op.drop_table("providers")
