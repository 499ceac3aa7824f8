"""Policies per pool and form, thresholds, earmarks, what a person may cost."""

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
