"""A pool that stops may hold more requests than money; it never binds or spends more."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAME = "ck_pool_balances_stop_means_stop"
BOUND = "policy <> 'stop' OR allotted + carried + transferred - committed - actual >= 0"
ASKED = "policy <> 'stop' OR allotted + carried + transferred - reserved - committed - actual >= 0"


def upgrade() -> None:
    _replace(BOUND)


def downgrade() -> None:
    """Refused by the database while a pool that stops has more requests than money."""
    _replace(ASKED)


def _replace(condition: str) -> None:
    op.drop_constraint(op.f(NAME), "pool_balances", type_="check")
    op.create_check_constraint(op.f(NAME), "pool_balances", condition)
