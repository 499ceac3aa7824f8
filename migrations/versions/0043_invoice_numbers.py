"""What an invoice number is known by, invoices for a part, and four eyes that are known."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

BY_TWO = (
    "state <> 'approved' OR (answered_by IS NOT NULL "
    "AND answered_by IS DISTINCT FROM matched_by)"
)


def _key(number: str) -> str:
    """As the rule has it when this was written."""
    plain = unicodedata.normalize("NFKC", number).casefold()
    signs = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", plain)))
    return signs.lstrip("0") or signs[:1] or plain.strip()


def _fill() -> None:
    """Of an invoice that was read twice the first has the key, and the others keep one of their
    own: what was posted stays."""
    here = op.get_bind()
    rows = here.execute(
        sa.text("SELECT tenant_id, id, supplier_cvr, number FROM invoices ORDER BY tenant_id, id")
    )
    seen = set()
    filled = []
    for tenant_id, invoice_id, cvr, number in rows:
        key = _key(number)
        if (tenant_id, cvr, key) in seen:
            key = f"{key} #{invoice_id}"
        seen.add((tenant_id, cvr, key))
        filled.append({"tenant": tenant_id, "invoice": invoice_id, "key": key})
    if filled:
        here.execute(
            sa.text(
                "UPDATE invoices SET number_key = :key WHERE tenant_id = :tenant AND id = :invoice"
            ),
            filled,
        )


def upgrade() -> None:
    op.add_column(
        "invoices", sa.Column("is_part", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column("invoices", sa.Column("number_key", sa.Text(), nullable=True))
    # The owner fills in every municipality's rows; the fence stands for everybody else.
    op.execute("ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY")
    _fill()
    op.execute("ALTER TABLE invoices FORCE ROW LEVEL SECURITY")
    op.alter_column("invoices", "number_key", nullable=False)
    op.create_unique_constraint(
        op.f("uq_invoices_tenant_id_supplier_cvr_number_key"),
        "invoices",
        ["tenant_id", "supplier_cvr", "number_key"],
    )
    op.drop_constraint(
        op.f("uq_invoices_tenant_id_supplier_cvr_number"), "invoices", type_="unique"
    )
    op.drop_constraint(op.f("ck_invoices_answered_by_another"), "invoices", type_="check")
    op.create_check_constraint(op.f("ck_invoices_answered_by_another"), "invoices", BY_TWO)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_invoices_answered_by_another"), "invoices", type_="check")
    op.create_check_constraint(
        op.f("ck_invoices_answered_by_another"),
        "invoices",
        "state <> 'approved' OR answered_by <> matched_by",
    )
    op.create_unique_constraint(
        op.f("uq_invoices_tenant_id_supplier_cvr_number"),
        "invoices",
        ["tenant_id", "supplier_cvr", "number"],
    )
    op.drop_constraint(
        op.f("uq_invoices_tenant_id_supplier_cvr_number_key"), "invoices", type_="unique"
    )
    op.drop_column("invoices", "number_key")
    op.drop_column("invoices", "is_part")
