"""A change to an adopted goal waits beside it, so that others read what stands; a round of talks
can be ended, and a booking of a resource person declined."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TO_DRAFTS = """
UPDATE goals SET
    draft = jsonb_build_object(
        'title', goals.title, 'description', goals.description,
        'themes', goals.themes, 'due_date', goals.due_date
    ),
    title = kept.facts ->> 'title',
    description = kept.facts ->> 'description',
    themes = kept.facts -> 'themes',
    due_date = (kept.facts ->> 'due_date')::date
FROM goal_versions AS kept
WHERE kept.tenant_id = goals.tenant_id AND kept.goal_id = goals.id
    AND kept.version = goals.version AND goals.state = 'adopted'
    AND (goals.title, goals.description, goals.themes, goals.due_date) IS DISTINCT FROM (
        kept.facts ->> 'title', kept.facts ->> 'description',
        kept.facts -> 'themes', (kept.facts ->> 'due_date')::date
    )
"""
FROM_DRAFTS = """
UPDATE goals SET
    title = draft ->> 'title', description = draft ->> 'description',
    themes = draft -> 'themes', due_date = (draft ->> 'due_date')::date
WHERE draft IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("goals", sa.Column("draft", postgresql.JSONB(), nullable=True))
    _across_fences(TO_DRAFTS, "goals", "goal_versions")
    op.add_column(
        "talk_rounds", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True)
    )
    _says_why("state NOT IN ('cancelled', 'declined') OR reason <> ''", name="over_says_why")


def downgrade() -> None:
    """One that was declined counts as cancelled: its reason says so."""
    _across_fences(
        "UPDATE resource_bookings SET state = 'cancelled' WHERE state = 'declined'",
        "resource_bookings",
    )
    _says_why("state <> 'cancelled' OR reason <> ''", name="cancelled_says_why")
    op.drop_column("talk_rounds", "ended_at")
    _across_fences(FROM_DRAFTS, "goals")
    op.drop_column("goals", "draft")


def _says_why(condition: str, *, name: str) -> None:
    for each in ("cancelled_says_why", "over_says_why"):
        op.execute(
            f"ALTER TABLE resource_bookings DROP CONSTRAINT IF EXISTS ck_resource_bookings_{each}"
        )
    op.create_check_constraint(op.f(f"ck_resource_bookings_{name}"), "resource_bookings", condition)


def _across_fences(statement: str, *tables: str) -> None:
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
