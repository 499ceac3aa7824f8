"""Tables of tenancy."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenant_app.core.fencing import APP, VENDOR, let_vendor_see, raise_fence
from tenant_app.core.db import CURRENT_TENANT

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tenants",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
        sa.UniqueConstraint("code", name=op.f("uq_tenants_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenants_slug")),
    )
    op.create_table(
        "tenant_settings",
        sa.Column("approval_rules", postgresql.JSONB(), nullable=False),
        sa.Column("cover_rules", postgresql.JSONB(), nullable=False),
        sa.Column("limits", postgresql.JSONB(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
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
            name=op.f("fk_tenant_settings_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tenant_settings")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_tenant_settings_tenant_id")),
    )
    op.create_table(
        "tenant_figures",
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("employees", sa.BigInteger(), nullable=False),
        sa.Column("users", sa.BigInteger(), nullable=False),
        sa.Column("enrolments", sa.BigInteger(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
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
            name=op.f("fk_tenant_figures_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tenant_figures")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_tenant_figures_tenant_id")),
    )
    op.create_table(
        "support_sessions",
        sa.Column("vendor_user_id", sa.Uuid(), nullable=False),
        sa.Column("staff_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
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
            name=op.f("fk_support_sessions_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_support_sessions")),
        sa.UniqueConstraint(
            "tenant_id", "token_hash", name=op.f("uq_support_sessions_tenant_id_token_hash")
        ),
    )
    op.create_index(
        op.f("ix_support_sessions_tenant_id_opened_at"),
        "support_sessions",
        ["tenant_id", "opened_at"],
        unique=False,
    )
    op.create_table(
        "vendor_users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_users")),
        sa.UniqueConstraint("email", name=op.f("uq_vendor_users_email")),
    )
    op.create_table(
        "vendor_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_vendor_sessions_token_hash")),
    )
    op.create_table(
        "vendor_audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("tenant_slug", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_audit_entries")),
    )
    op.create_index(
        op.f("ix_vendor_audit_entries_at"), "vendor_audit_entries", ["at"], unique=False
    )
    raise_fence("tenant_settings")
    raise_fence("tenant_figures")
    raise_fence("support_sessions")
    # The app may read tenants and add only the row whose fence it stands in.
    op.execute("ALTER TABLE tenants ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE tenants FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY read_all ON tenants FOR SELECT TO {APP} USING (true)")
    op.execute(
        f"CREATE POLICY add_own ON tenants FOR INSERT TO {APP} WITH CHECK (id = {CURRENT_TENANT})"
    )
    op.execute(f"CREATE POLICY vendor_all ON tenants TO {VENDOR} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT ON tenants TO {APP}")
    op.execute(f"GRANT USAGE ON SEQUENCE tenants_id_seq TO {APP}")
    op.execute(f"GRANT SELECT ON tenants TO {VENDOR}")
    op.execute(f"GRANT UPDATE (state, name, slug) ON tenants TO {VENDOR}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON vendor_users, vendor_sessions TO {VENDOR}")
    op.execute(f"GRANT SELECT, INSERT ON vendor_audit_entries TO {VENDOR}")
    let_vendor_see(
        "tenant_figures",
        ("tenant_id", "units", "employees", "users", "enrolments", "measured_at"),
    )


def downgrade() -> None:
    op.drop_table("vendor_audit_entries")
    op.drop_table("vendor_sessions")
    op.drop_table("vendor_users")
    op.drop_table("support_sessions")
    op.drop_table("tenant_figures")
    op.drop_table("tenant_settings")
    op.drop_table("tenants")
