"""Account strings of earmarked pools and funds."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

TABLE = "account_strings"
OLD = ("unit_id", "cost_line", "from_date")
NEW = ("unit_id", "pool_code", "cost_line", "from_date")


def _unique(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"uq_{TABLE}_tenant_id_{'_'.join(old)}"), TABLE, type_="unique")
    name = op.f(f"uq_{TABLE}_tenant_id_{'_'.join(new)}")
    op.create_unique_constraint(name, TABLE, ["tenant_id", *new])


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("pool_code", sa.Text(), server_default="", nullable=False))
    _unique(OLD, NEW)


def downgrade() -> None:
    # The owner removes what the old key cannot tell apart; the fence stands for everybody else.
    op.execute(f"ALTER TABLE {TABLE} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"DELETE FROM {TABLE} WHERE pool_code <> ''")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    _unique(NEW, OLD)
    op.drop_column(TABLE, "pool_code")
