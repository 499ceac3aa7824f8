"""Tables of organisation."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "units",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("weak_economy", sa.Boolean(), server_default="false", nullable=False),
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
            ["tenant_id"], ["tenants.id"], name=op.f("fk_units_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_units")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_units_tenant_id_number")),
        sa.UniqueConstraint("tenant_id", "seq", name=op.f("uq_units_tenant_id_seq")),
    )
    op.create_table(
        "unit_placements",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.Text(collation="C"), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
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
            "to_date IS NULL OR to_date > from_date",
            name=op.f("ck_unit_placements_ends_after_it_begins"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_unit_placements_tenant_id_parent_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_unit_placements_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_unit_placements_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_unit_placements")),
        sa.UniqueConstraint(
            "tenant_id",
            "unit_id",
            "from_date",
            name=op.f("uq_unit_placements_tenant_id_unit_id_from_date"),
        ),
    )
    op.create_index(
        op.f("ix_unit_placements_tenant_id_parent_id"),
        "unit_placements",
        ["tenant_id", "parent_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_unit_placements_tenant_id_path"),
        "unit_placements",
        ["tenant_id", "path"],
        unique=False,
    )
    op.create_index(
        op.f("ix_unit_placements_tenant_id_unit_id"),
        "unit_placements",
        ["tenant_id", "unit_id"],
        unique=True,
        postgresql_where=sa.text("to_date IS NULL"),
    )
    op.create_table(
        "employees",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
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
            ["tenant_id"], ["tenants.id"], name=op.f("fk_employees_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_employees")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_employees_tenant_id_number")),
    )
    op.create_index(
        op.f("ix_employees_tenant_id_name"), "employees", ["tenant_id", "name"], unique=False
    )
    op.create_table(
        "employments",
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("fte", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("fte > 0 AND fte <= 1.5", name=op.f("ck_employments_fte_is_a_share")),
        sa.CheckConstraint(
            "to_date IS NULL OR to_date > from_date",
            name=op.f("ck_employments_ends_after_it_begins"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["employees.tenant_id", "employees.id"],
            name=op.f("fk_employments_tenant_id_employee_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_employments_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_employments_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_employments")),
        sa.UniqueConstraint(
            "tenant_id",
            "employee_id",
            "from_date",
            name=op.f("uq_employments_tenant_id_employee_id_from_date"),
        ),
    )
    op.create_index(
        op.f("ix_employments_tenant_id_employee_id"),
        "employments",
        ["tenant_id", "employee_id"],
        unique=True,
        postgresql_where=sa.text("to_date IS NULL"),
    )
    op.create_index(
        op.f("ix_employments_tenant_id_unit_id"),
        "employments",
        ["tenant_id", "unit_id"],
        unique=False,
    )
    raise_fence("units")
    raise_fence("unit_placements", grants="SELECT, INSERT, UPDATE, DELETE")
    raise_fence("employees")
    raise_fence("employments", grants="SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    op.drop_table("employments")
    op.drop_table("employees")
    op.drop_table("unit_placements")
    op.drop_table("units")
