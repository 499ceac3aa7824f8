"""Tables of resource persons: who they are, their hours of a year, and who books them."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resource_persons",
        sa.Column("employee_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
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
        sa.CheckConstraint("name <> ''", name=op.f("ck_resource_persons_has_a_name")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["employees.tenant_id", "employees.id"],
            name=op.f("fk_resource_persons_tenant_id_employee_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_resource_persons_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_resource_persons_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_resource_persons")),
    )
    op.create_index(
        "ix_resource_persons_danish_name",
        "resource_persons",
        ["tenant_id", sa.literal_column('danish_sort(name COLLATE "C")'), "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_resource_persons_tenant_id_employee_id"),
        "resource_persons",
        ["tenant_id", "employee_id"],
        unique=True,
        postgresql_where=sa.text("employee_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_resource_persons_tenant_id_unit_id"),
        "resource_persons",
        ["tenant_id", "unit_id"],
        unique=False,
    )
    op.create_table(
        "resource_competences",
        sa.Column("person_id", sa.Uuid(), nullable=False),
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
            name=op.f("fk_resource_competences_tenant_id_competence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["resource_persons.tenant_id", "resource_persons.id"],
            name=op.f("fk_resource_competences_tenant_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_resource_competences_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_resource_competences")),
        sa.UniqueConstraint(
            "tenant_id",
            "person_id",
            "competence_id",
            name=op.f("uq_resource_competences_tenant_id_person_id_competence_id"),
        ),
    )
    op.create_index(
        op.f("ix_resource_competences_tenant_id_competence_id"),
        "resource_competences",
        ["tenant_id", "competence_id"],
        unique=False,
    )
    op.create_table(
        "resource_hours",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("booked", sa.BigInteger(), server_default="0", nullable=False),
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
            "booked BETWEEN 0 AND minutes", name=op.f("ck_resource_hours_no_overdraw")
        ),
        sa.CheckConstraint(
            "minutes % 15 = 0 AND booked % 15 = 0", name=op.f("ck_resource_hours_whole_quarters")
        ),
        sa.CheckConstraint(
            "year BETWEEN 2000 AND 2100", name=op.f("ck_resource_hours_year_is_a_year")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["resource_persons.tenant_id", "resource_persons.id"],
            name=op.f("fk_resource_hours_tenant_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_resource_hours_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_resource_hours")),
        sa.UniqueConstraint(
            "tenant_id",
            "person_id",
            "year",
            name=op.f("uq_resource_hours_tenant_id_person_id_year"),
        ),
    )
    op.create_table(
        "resource_bookings",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("initiative_id", sa.Uuid(), nullable=True),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="requested", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_resource_bookings_says_what_for")),
        sa.CheckConstraint(
            "state <> 'cancelled' OR reason <> ''",
            name=op.f("ck_resource_bookings_cancelled_says_why"),
        ),
        sa.CheckConstraint(
            "ends_on >= starts_on", name=op.f("ck_resource_bookings_ends_after_it_begins")
        ),
        sa.CheckConstraint(
            "minutes > 0 AND minutes % 15 = 0",
            name=op.f("ck_resource_bookings_hours_are_whole_quarters"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "answered_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_resource_bookings_tenant_id_answered_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "booked_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_resource_bookings_tenant_id_booked_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["initiatives.tenant_id", "initiatives.id"],
            name=op.f("fk_resource_bookings_tenant_id_initiative_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "need_id"],
            ["needs.tenant_id", "needs.id"],
            name=op.f("fk_resource_bookings_tenant_id_need_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["resource_persons.tenant_id", "resource_persons.id"],
            name=op.f("fk_resource_bookings_tenant_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_resource_bookings_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_resource_bookings_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_resource_bookings")),
    )
    op.create_index(
        "ix_resource_bookings_open",
        "resource_bookings",
        ["tenant_id", "unit_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('requested', 'agreed')"),
    )
    op.create_index(
        op.f("ix_resource_bookings_tenant_id_initiative_id"),
        "resource_bookings",
        ["tenant_id", "initiative_id"],
        unique=False,
        postgresql_where=sa.text("initiative_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_resource_bookings_tenant_id_person_id_starts_on"),
        "resource_bookings",
        ["tenant_id", "person_id", "starts_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_resource_bookings_tenant_id_starts_on_id"),
        "resource_bookings",
        ["tenant_id", "starts_on", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_resource_bookings_tenant_id_unit_id_starts_on"),
        "resource_bookings",
        ["tenant_id", "unit_id", "starts_on"],
        unique=False,
    )
    raise_fence("resource_persons")
    raise_fence("resource_competences", grants="SELECT, INSERT, DELETE")
    raise_fence("resource_hours")
    raise_fence("resource_bookings")


def downgrade() -> None:
    op.drop_index(
        op.f("ix_resource_bookings_tenant_id_unit_id_starts_on"), table_name="resource_bookings"
    )
    op.drop_index(
        op.f("ix_resource_bookings_tenant_id_starts_on_id"), table_name="resource_bookings"
    )
    op.drop_index(
        op.f("ix_resource_bookings_tenant_id_person_id_starts_on"), table_name="resource_bookings"
    )
    op.drop_index(
        op.f("ix_resource_bookings_tenant_id_initiative_id"),
        table_name="resource_bookings",
        postgresql_where=sa.text("initiative_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_resource_bookings_open",
        table_name="resource_bookings",
        postgresql_where=sa.text("state IN ('requested', 'agreed')"),
    )
    op.drop_table("resource_bookings")
    op.drop_table("resource_hours")
    op.drop_index(
        op.f("ix_resource_competences_tenant_id_competence_id"), table_name="resource_competences"
    )
    op.drop_table("resource_competences")
    op.drop_index(op.f("ix_resource_persons_tenant_id_unit_id"), table_name="resource_persons")
    op.drop_index(
        op.f("ix_resource_persons_tenant_id_employee_id"),
        table_name="resource_persons",
        postgresql_where=sa.text("employee_id IS NOT NULL"),
    )
    op.drop_index("ix_resource_persons_danish_name", table_name="resource_persons")
    op.drop_table("resource_persons")
