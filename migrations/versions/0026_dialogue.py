"""Tables of the dialogue tool."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _key() -> tuple[Any, ...]:
    """What every table of a municipality begins with."""
    whose = sa.text("(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint")
    return (
        sa.Column("tenant_id", sa.BigInteger(), server_default=whose, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def _own(table: str) -> tuple[Any, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f(f"fk_{table}_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{other}.tenant_id", f"{other}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete="RESTRICT",
    )


def _index(table: str, *columns: str, where: str | None = None) -> None:
    """An index that begins with the municipality."""
    op.create_index(
        op.f("_".join(("ix", table, "tenant_id", *columns))),
        table,
        ["tenant_id", *columns],
        unique=False,
        postgresql_where=None if where is None else sa.text(where),
    )


def upgrade() -> None:
    op.create_table(
        "dialogue_cards",
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title_da", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("question_da", sa.Text(), nullable=False),
        sa.Column("question_en", sa.Text(), nullable=False),
        sa.Column("hint_da", sa.Text(), server_default="", nullable=False),
        sa.Column("hint_en", sa.Text(), server_default="", nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        *_key(),
        *_own("dialogue_cards"),
    )
    _index("dialogue_cards", "phase", "position")
    op.create_table(
        "dialogue_sessions",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("facilitator_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("join_code", sa.Text(), nullable=False),
        sa.Column("votes_each", sa.BigInteger(), server_default="3", nullable=False),
        sa.Column("timer_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_key(),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_dialogue_sessions_closed_says_when"),
        ),
        sa.CheckConstraint(
            "votes_each BETWEEN 0 AND 20", name=op.f("ck_dialogue_sessions_votes_are_few")
        ),
        _to("dialogue_sessions", "created_by", "users"),
        _to("dialogue_sessions", "facilitator_id", "users"),
        _to("dialogue_sessions", "unit_id", "units"),
        *_own("dialogue_sessions"),
        sa.UniqueConstraint(
            "tenant_id", "join_code", name=op.f("uq_dialogue_sessions_tenant_id_join_code")
        ),
    )
    _index("dialogue_sessions", "held_on", "id")
    _index("dialogue_sessions", "unit_id", "state")
    op.create_table(
        "dialogue_participants",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        *_key(),
        _to("dialogue_participants", "session_id", "dialogue_sessions"),
        _to("dialogue_participants", "user_id", "users"),
        *_own("dialogue_participants"),
        sa.UniqueConstraint(
            "tenant_id",
            "session_id",
            "user_id",
            name=op.f("uq_dialogue_participants_tenant_id_session_id_user_id"),
        ),
    )
    _index("dialogue_participants", "user_id")
    op.create_table(
        "dialogue_session_cards",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title_da", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("question_da", sa.Text(), nullable=False),
        sa.Column("question_en", sa.Text(), nullable=False),
        sa.Column("hint_da", sa.Text(), server_default="", nullable=False),
        sa.Column("hint_en", sa.Text(), server_default="", nullable=False),
        *_key(),
        _to("dialogue_session_cards", "card_id", "dialogue_cards"),
        _to("dialogue_session_cards", "session_id", "dialogue_sessions"),
        *_own("dialogue_session_cards"),
        sa.UniqueConstraint(
            "tenant_id",
            "session_id",
            "card_id",
            name=op.f("uq_dialogue_session_cards_tenant_id_session_id_card_id"),
        ),
    )
    op.create_table(
        "dialogue_answers",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        *_key(),
        _to("dialogue_answers", "card_id", "dialogue_session_cards"),
        _to("dialogue_answers", "participant_id", "dialogue_participants"),
        _to("dialogue_answers", "session_id", "dialogue_sessions"),
        *_own("dialogue_answers"),
    )
    _index("dialogue_answers", "participant_id")
    _index("dialogue_answers", "session_id", "card_id")
    op.create_table(
        "dialogue_agreements",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("initiative_id", sa.Uuid(), nullable=True),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key(),
        _to("dialogue_agreements", "answer_id", "dialogue_answers"),
        _to("dialogue_agreements", "card_id", "dialogue_session_cards"),
        _to("dialogue_agreements", "initiative_id", "initiatives"),
        _to("dialogue_agreements", "made_by", "users"),
        _to("dialogue_agreements", "session_id", "dialogue_sessions"),
        *_own("dialogue_agreements"),
        sa.UniqueConstraint(
            "tenant_id", "answer_id", name=op.f("uq_dialogue_agreements_tenant_id_answer_id")
        ),
    )
    _index("dialogue_agreements", "card_id")
    _index("dialogue_agreements", "initiative_id", where="initiative_id IS NOT NULL")
    _index("dialogue_agreements", "session_id")
    op.create_table(
        "dialogue_results",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("initiative_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key(),
        sa.CheckConstraint(
            "(need_id IS NULL) = (evidence_id IS NULL)",
            name=op.f("ck_dialogue_results_evidence_is_of_a_need"),
        ),
        sa.CheckConstraint(
            "(need_id IS NULL) <> (initiative_id IS NULL)",
            name=op.f("ck_dialogue_results_is_one_thing"),
        ),
        _to("dialogue_results", "answer_id", "dialogue_answers"),
        _to("dialogue_results", "card_id", "dialogue_session_cards"),
        _to("dialogue_results", "evidence_id", "evidence"),
        _to("dialogue_results", "initiative_id", "initiatives"),
        _to("dialogue_results", "made_by", "users"),
        _to("dialogue_results", "need_id", "needs"),
        _to("dialogue_results", "session_id", "dialogue_sessions"),
        *_own("dialogue_results"),
        sa.UniqueConstraint(
            "tenant_id", "answer_id", name=op.f("uq_dialogue_results_tenant_id_answer_id")
        ),
    )
    _index("dialogue_results", "card_id")
    _index("dialogue_results", "initiative_id", where="initiative_id IS NOT NULL")
    _index("dialogue_results", "need_id", where="need_id IS NOT NULL")
    _index("dialogue_results", "session_id")
    op.create_table(
        "dialogue_votes",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        *_key(),
        _to("dialogue_votes", "answer_id", "dialogue_answers"),
        _to("dialogue_votes", "participant_id", "dialogue_participants"),
        _to("dialogue_votes", "session_id", "dialogue_sessions"),
        *_own("dialogue_votes"),
        sa.UniqueConstraint(
            "tenant_id",
            "answer_id",
            "participant_id",
            name=op.f("uq_dialogue_votes_tenant_id_answer_id_participant_id"),
        ),
    )
    _index("dialogue_votes", "participant_id")
    _index("dialogue_votes", "session_id")
    raise_fence("dialogue_cards")
    raise_fence("dialogue_sessions")
    raise_fence("dialogue_participants")
    raise_fence("dialogue_session_cards", grants="SELECT, INSERT")
    raise_fence("dialogue_answers")
    raise_fence("dialogue_agreements", grants="SELECT, INSERT")
    raise_fence("dialogue_results", grants="SELECT, INSERT, DELETE")
    raise_fence("dialogue_votes", grants="SELECT, INSERT, DELETE")


def downgrade() -> None:
    op.drop_table("dialogue_votes")
    op.drop_table("dialogue_results")
    op.drop_table("dialogue_agreements")
    op.drop_table("dialogue_answers")
    op.drop_table("dialogue_session_cards")
    op.drop_table("dialogue_participants")
    op.drop_table("dialogue_sessions")
    op.drop_table("dialogue_cards")
