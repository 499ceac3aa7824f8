"""Tables of forums: who meets, what was issued, ranked and decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from tenant_app.core.fencing import raise_fence

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

OWNER = "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
TABLES = (
    "forums",
    "forum_members",
    "wheel_entries",
    "forum_meetings",
    "agenda_items",
    "meeting_packs",
    "ranking_rounds",
    "ranking_ballots",
    "forum_decisions",
)
"""Each points only at those before it."""
GRANTS = {"wheel_entries": "SELECT, INSERT, UPDATE, DELETE", "meeting_packs": "SELECT, INSERT"}


def _table(name: str, *parts: sa.Column | sa.Constraint, belongs_to: dict[str, str]) -> None:
    """A table behind the fence, with its keys into other tables of the same municipality."""
    op.create_table(
        name,
        *parts,
        sa.Column("tenant_id", sa.BigInteger(), server_default=sa.text(OWNER), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                name=f"fk_{name}_tenant_id_{column}",
                ondelete="RESTRICT",
            )
            for column, table in belongs_to.items()
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=f"fk_{name}_tenant_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=f"pk_{name}"),
    )


def _index(table: str, *columns: str, unique: bool = False, where: str | None = None) -> None:
    op.create_index(
        f"ix_{table}_tenant_id_{'_'.join(columns)}",
        table,
        ["tenant_id", *columns],
        unique=unique,
        postgresql_where=None if where is None else sa.text(where),
    )


def upgrade() -> None:
    _table(
        "forums",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        belongs_to={"unit_id": "units"},
    )
    _index("forums", "unit_id")
    _table(
        "forum_members",
        sa.Column("forum_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.UniqueConstraint(
            "tenant_id", "forum_id", "user_id", name="uq_forum_members_tenant_id_forum_id_user_id"
        ),
        belongs_to={"forum_id": "forums", "user_id": "users"},
    )
    _index("forum_members", "user_id")
    _table(
        "wheel_entries",
        sa.Column("month", sa.BigInteger(), nullable=False),
        sa.Column("week", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_wheel_entries_month_is_one")),
        sa.CheckConstraint("week BETWEEN 1 AND 53", name=op.f("ck_wheel_entries_week_is_one")),
        belongs_to={},
    )
    _index("wheel_entries", "month", "week")
    _table(
        "forum_meetings",
        sa.Column("forum_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "ends_at > starts_at", name=op.f("ck_forum_meetings_ends_after_it_begins")
        ),
        belongs_to={"forum_id": "forums"},
    )
    _index("forum_meetings", "forum_id", "starts_at")
    _index("forum_meetings", "starts_at", "id")
    _table(
        "agenda_items",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("cluster_id", sa.Uuid(), nullable=True),
        sa.Column("initiative_id", sa.Uuid(), nullable=True),
        sa.Column("minutes", sa.Text(), server_default="", nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(need_id, cluster_id, initiative_id) <= 1",
            name=op.f("ck_agenda_items_is_about_one"),
        ),
        belongs_to={
            "meeting_id": "forum_meetings",
            "need_id": "needs",
            "cluster_id": "shared_need_clusters",
            "initiative_id": "initiatives",
        },
    )
    _index("agenda_items", "cluster_id", where="cluster_id IS NOT NULL")
    _index("agenda_items", "initiative_id", where="initiative_id IS NOT NULL")
    _index("agenda_items", "meeting_id", "position")
    _index("agenda_items", "need_id", where="need_id IS NOT NULL")
    _table(
        "meeting_packs",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("data_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rules", JSONB(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_meeting_packs_counts_from_one")),
        sa.UniqueConstraint(
            "tenant_id",
            "meeting_id",
            "version",
            name="uq_meeting_packs_tenant_id_meeting_id_version",
        ),
        belongs_to={"meeting_id": "forum_meetings"},
    )
    _table(
        "ranking_rounds",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint(
            "tenant_id", "meeting_id", name="uq_ranking_rounds_tenant_id_meeting_id"
        ),
        belongs_to={"meeting_id": "forum_meetings"},
    )
    _table(
        "ranking_ballots",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("ordered", JSONB(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint(
            "tenant_id", "round_id", "user_id", name="uq_ranking_ballots_tenant_id_round_id_user_id"
        ),
        belongs_to={"round_id": "ranking_rounds", "user_id": "users"},
    )
    _table(
        "forum_decisions",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("cluster_id", sa.Uuid(), nullable=True),
        sa.Column("initiative_id", sa.Uuid(), nullable=True),
        sa.Column("started_id", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("done_note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(need_id, cluster_id, initiative_id) <= 1",
            name=op.f("ck_forum_decisions_is_about_one"),
        ),
        sa.CheckConstraint("replaces_id <> id", name=op.f("ck_forum_decisions_replaces_another")),
        belongs_to={
            "meeting_id": "forum_meetings",
            "item_id": "agenda_items",
            "owner_id": "users",
            "need_id": "needs",
            "cluster_id": "shared_need_clusters",
            "initiative_id": "initiatives",
            "started_id": "initiatives",
            "replaces_id": "forum_decisions",
            "done_by": "users",
            "decided_by": "users",
        },
    )
    _index(
        "forum_decisions",
        "cluster_id",
        unique=True,
        where="cluster_id IS NOT NULL AND replaced_at IS NULL",
    )
    _index("forum_decisions", "decided_at", "id")
    _index(
        "forum_decisions",
        "initiative_id",
        unique=True,
        where="initiative_id IS NOT NULL AND replaced_at IS NULL",
    )
    _index(
        "forum_decisions",
        "item_id",
        unique=True,
        where="item_id IS NOT NULL AND replaced_at IS NULL",
    )
    _index("forum_decisions", "meeting_id")
    _index(
        "forum_decisions",
        "need_id",
        unique=True,
        where="need_id IS NOT NULL AND replaced_at IS NULL",
    )
    _index("forum_decisions", "owner_id", "due_on", where="done_on IS NULL AND replaced_at IS NULL")
    _index("forum_decisions", "replaces_id", unique=True, where="replaces_id IS NOT NULL")
    _index("forum_decisions", "started_id", where="started_id IS NOT NULL")
    for name in TABLES:
        raise_fence(name, **({"grants": GRANTS[name]} if name in GRANTS else {}))


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
