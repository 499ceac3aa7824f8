"""From which day a year can be closed, closings that are taken back, postings that stay, and which
two people signed an application to a fund."""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import APP

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

HANDED_OVER = ("batch_id", "place", "account", "psp")
"""What handing over writes on a posting."""
SIGNERS = {"leader_employee_id": "leader_signed_by", "union_employee_id": "union_signed_by"}
FILLED = ("fund_applications", "users", "employees")


def _fence_of_owner(word: str) -> None:
    for table in FILLED:
        op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def upgrade() -> None:
    op.add_column("budget_years", sa.Column("closes_from", sa.Date(), nullable=True))
    # A closing that is taken back leaves nothing of what was made up.
    op.execute(f"GRANT DELETE ON carry_overs TO {APP}")

    op.execute(f"REVOKE UPDATE ON invoice_postings FROM {APP}")
    op.execute(f"GRANT UPDATE ({', '.join(HANDED_OVER)}) ON invoice_postings TO {APP}")
    # Handed over once: after that not even those columns.
    op.execute(
        f"CREATE POLICY handed_over_once ON invoice_postings AS RESTRICTIVE FOR UPDATE TO {APP} "
        "USING (batch_id IS NULL) WITH CHECK (true)"
    )

    # The owner fills in every municipality's rows; the fence stands for everybody else.
    _fence_of_owner("NO FORCE")
    for column, user in SIGNERS.items():
        op.add_column("fund_applications", sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_fund_applications_tenant_id_{column}"),
            "fund_applications",
            "employees",
            ["tenant_id", column],
            ["tenant_id", "id"],
            ondelete="RESTRICT",
        )
        op.execute(
            f"UPDATE fund_applications SET {column} = users.employee_id FROM users "
            f"WHERE users.tenant_id = fund_applications.tenant_id "
            f"AND users.id = fund_applications.{user}"
        )
    # One person with two logins could sign twice before; of those the second is not known.
    op.execute(
        "UPDATE fund_applications SET union_employee_id = NULL "
        "WHERE union_employee_id = leader_employee_id"
    )
    _fence_of_owner("FORCE")
    op.create_check_constraint(
        op.f("ck_fund_applications_two_employees_sign"),
        "fund_applications",
        "leader_employee_id <> union_employee_id",
    )


def downgrade() -> None:
    op.drop_constraint(
        op.f("ck_fund_applications_two_employees_sign"), "fund_applications", type_="check"
    )
    for column in reversed(SIGNERS):
        op.drop_column("fund_applications", column)
    op.execute("DROP POLICY handed_over_once ON invoice_postings")
    op.execute(f"REVOKE UPDATE ({', '.join(HANDED_OVER)}) ON invoice_postings FROM {APP}")
    op.execute(f"GRANT UPDATE ON invoice_postings TO {APP}")
    op.execute(f"REVOKE DELETE ON carry_overs FROM {APP}")
    op.drop_column("budget_years", "closes_from")
