"""Orders, invoices and what they are matched with. Enrolments that are confirmed already get their
order by hand."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_strings",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("cost_line", sa.Text(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("psp", sa.Text(), server_default="", nullable=False),
        sa.Column("gln", sa.Text(), server_default="", nullable=False),
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
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_account_strings_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_account_strings_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_account_strings")),
        sa.UniqueConstraint(
            "tenant_id",
            "unit_id",
            "cost_line",
            "from_date",
            name=op.f("uq_account_strings_tenant_id_unit_id_cost_line_from_date"),
        ),
    )
    op.create_table(
        "posting_batches",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("postings", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
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
            ["tenant_id", "made_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_posting_batches_tenant_id_made_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_posting_batches_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_posting_batches")),
        sa.UniqueConstraint(
            "tenant_id", "number", name=op.f("uq_posting_batches_tenant_id_number")
        ),
    )
    op.create_table(
        "orders",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("requisition", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("supplier_cvr", sa.Text(), server_default="", nullable=False),
        sa.Column("gln", sa.Text(), server_default="", nullable=False),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("expected_by", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), server_default="true", nullable=False),
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
            ["tenant_id", "provider_id"],
            ["providers.tenant_id", "providers.id"],
            name=op.f("fk_orders_tenant_id_provider_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "session_id"],
            ["course_sessions.tenant_id", "course_sessions.id"],
            name=op.f("fk_orders_tenant_id_session_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_orders_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_orders")),
        sa.UniqueConstraint(
            "tenant_id", "requisition", name=op.f("uq_orders_tenant_id_requisition")
        ),
    )
    op.create_index("ix_orders_session", "orders", ["tenant_id", "session_id"], unique=False)
    op.create_index(
        op.f("ix_orders_tenant_id_provider_id"),
        "orders",
        ["tenant_id", "provider_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_orders_tenant_id_session_id"),
        "orders",
        ["tenant_id", "session_id"],
        unique=True,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        op.f("ix_orders_tenant_id_state_expected_by"),
        "orders",
        ["tenant_id", "state", "expected_by"],
        unique=False,
    )
    op.create_table(
        "invoices",
        sa.Column("supplier_cvr", sa.Text(), nullable=False),
        sa.Column("supplier_name", sa.Text(), server_default="", nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("requisition", sa.Text(), server_default="", nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("gln", sa.Text(), server_default="", nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("difference", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("matched_by", sa.Uuid(), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.CheckConstraint(
            "order_id IS NOT NULL OR state IN ('waiting', 'dismissed')",
            name=op.f("ck_invoices_matched_has_an_order"),
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR answered_by <> matched_by",
            name=op.f("ck_invoices_answered_by_another"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_invoices_amount_is_not_nothing")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "answered_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_invoices_tenant_id_answered_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "matched_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_invoices_tenant_id_matched_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_invoices_tenant_id_order_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "read_by"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_invoices_tenant_id_read_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_invoices_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_invoices")),
        sa.UniqueConstraint(
            "tenant_id",
            "supplier_cvr",
            "number",
            name=op.f("uq_invoices_tenant_id_supplier_cvr_number"),
        ),
    )
    op.create_index(
        op.f("ix_invoices_tenant_id_order_id"), "invoices", ["tenant_id", "order_id"], unique=False
    )
    op.create_index(
        op.f("ix_invoices_tenant_id_state_issued_on"),
        "invoices",
        ["tenant_id", "state", "issued_on"],
        unique=False,
    )
    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
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
            ["tenant_id", "enrolment_id"],
            ["enrolments.tenant_id", "enrolments.id"],
            name=op.f("fk_order_lines_tenant_id_enrolment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_lines_tenant_id_order_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_order_lines_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint(
            "tenant_id", "enrolment_id", name=op.f("uq_order_lines_tenant_id_enrolment_id")
        ),
    )
    op.create_index(
        op.f("ix_order_lines_tenant_id_order_id"),
        "order_lines",
        ["tenant_id", "order_id"],
        unique=False,
    )
    op.create_table(
        "invoice_postings",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("difference", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("psp", sa.Text(), server_default="", nullable=False),
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
            "batch_id IS NULL OR account <> ''",
            name=op.f("ck_invoice_postings_handed_over_has_an_account"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"],
            ["posting_batches.tenant_id", "posting_batches.id"],
            name=op.f("fk_invoice_postings_tenant_id_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invoice_id"],
            ["invoices.tenant_id", "invoices.id"],
            name=op.f("fk_invoice_postings_tenant_id_invoice_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "line_id"],
            ["money_lines.tenant_id", "money_lines.id"],
            name=op.f("fk_invoice_postings_tenant_id_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_invoice_postings_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_invoice_postings")),
        sa.UniqueConstraint(
            "tenant_id",
            "invoice_id",
            "line_id",
            name=op.f("uq_invoice_postings_tenant_id_invoice_id_line_id"),
        ),
    )
    op.create_index(
        op.f("ix_invoice_postings_tenant_id_batch_id"),
        "invoice_postings",
        ["tenant_id", "batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_invoice_postings_tenant_id_line_id"),
        "invoice_postings",
        ["tenant_id", "line_id"],
        unique=False,
    )
    for table in ("orders", "order_lines", "invoices", "invoice_postings", "account_strings"):
        raise_fence(table)
    raise_fence("posting_batches", grants="SELECT, INSERT")


def downgrade() -> None:
    op.drop_index(op.f("ix_invoice_postings_tenant_id_line_id"), table_name="invoice_postings")
    op.drop_index(op.f("ix_invoice_postings_tenant_id_batch_id"), table_name="invoice_postings")
    op.drop_table("invoice_postings")
    op.drop_index(op.f("ix_order_lines_tenant_id_order_id"), table_name="order_lines")
    op.drop_table("order_lines")
    op.drop_index(op.f("ix_invoices_tenant_id_state_issued_on"), table_name="invoices")
    op.drop_index(op.f("ix_invoices_tenant_id_order_id"), table_name="invoices")
    op.drop_table("invoices")
    op.drop_index(op.f("ix_orders_tenant_id_state_expected_by"), table_name="orders")
    op.drop_index(
        op.f("ix_orders_tenant_id_session_id"),
        table_name="orders",
        postgresql_where=sa.text("is_open"),
    )
    op.drop_index(op.f("ix_orders_tenant_id_provider_id"), table_name="orders")
    op.drop_index("ix_orders_session", table_name="orders")
    op.drop_table("orders")
    op.drop_table("posting_batches")
    op.drop_table("account_strings")
