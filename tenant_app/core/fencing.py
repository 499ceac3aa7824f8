"""What a migration says to put a table behind the tenant fence. One statement per execute."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op

from tenant_app.core.db import CURRENT_TENANT

APP = "roedtraad_app"
VENDOR = "roedtraad_vendor"


def raise_fence(table: str, *, grants: str = "SELECT, INSERT, UPDATE") -> None:
    """Row-level security, enabled and forced, both halves; and the app role's grants.

    Grants beyond reading and adding are given only where a verb needs them.
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant_fence ON {table} TO {APP} "
        f"USING (tenant_id = {CURRENT_TENANT}) WITH CHECK (tenant_id = {CURRENT_TENANT})"
    )
    op.execute(f"GRANT {grants} ON {table} TO {APP}")


def let_vendor_see(table: str, columns: Sequence[str]) -> None:
    """The vendor reads these columns of every tenant's rows: counts and states, never persons."""
    op.execute(f"CREATE POLICY vendor_view ON {table} FOR SELECT TO {VENDOR} USING (true)")
    op.execute(f"GRANT SELECT ({', '.join(columns)}) ON {table} TO {VENDOR}")
