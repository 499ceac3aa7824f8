"""Tables of core."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenant_app.core.fencing import let_vendor_see, raise_fence

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("args", postgresql.JSONB(), nullable=False),
        sa.Column("unique_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("starts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_outbox_tries_are_counted")),
        sa.CheckConstraint("starts >= 0", name=op.f("ck_outbox_starts_are_counted")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_outbox_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_outbox")),
    )
    op.create_index(
        op.f("ix_outbox_tenant_id_created_at"), "outbox", ["tenant_id", "created_at"], unique=False
    )
    op.create_index(
        op.f("ix_outbox_tenant_id_due_at"),
        "outbox",
        ["tenant_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.create_index(
        op.f("ix_outbox_tenant_id_job_unique_key"),
        "outbox",
        ["tenant_id", "job", "unique_key"],
        unique=True,
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "job_progress",
        sa.Column("outbox_id", sa.Uuid(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
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
            name=op.f("fk_job_progress_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_job_progress")),
        sa.UniqueConstraint(
            "tenant_id", "outbox_id", name=op.f("uq_job_progress_tenant_id_outbox_id")
        ),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
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
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_idempotency_keys_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint(
            "tenant_id", "user_id", "key", name=op.f("uq_idempotency_keys_tenant_id_user_id_key")
        ),
    )
    op.create_index(
        op.f("ix_idempotency_keys_tenant_id_created_at"),
        "idempotency_keys",
        ["tenant_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "audit_entries",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("support_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
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
            name=op.f("fk_audit_entries_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_entries")),
    )
    op.create_index(
        op.f("ix_audit_entries_tenant_id_at"), "audit_entries", ["tenant_id", "at"], unique=False
    )
    op.create_index(
        op.f("ix_audit_entries_tenant_id_object_id_at"),
        "audit_entries",
        ["tenant_id", "object_id", "at"],
        unique=False,
    )
    raise_fence("outbox")
    raise_fence("job_progress", grants="SELECT, INSERT, UPDATE, DELETE")
    raise_fence("idempotency_keys", grants="SELECT, INSERT, UPDATE, DELETE")
    raise_fence("audit_entries", grants="SELECT, INSERT")
    let_vendor_see(
        "outbox",
        ("tenant_id", "id", "job", "created_at", "due_at", "tries", "done_at", "dead_at"),
    )


def downgrade() -> None:
    op.drop_table("audit_entries")
    op.drop_table("idempotency_keys")
    op.drop_table("job_progress")
    op.drop_table("outbox")
