"""A municipality says whom to tell of what is not accessible, and where its statement stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

COLUMNS = ("accessibility_email", "accessibility_phone", "accessibility_statement")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("tenant_settings", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("tenant_settings", name)
