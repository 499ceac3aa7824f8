"""saved_views: each user's own ways to see a list; and names in Danish order, with indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FROM = (
    "àÀáÁâÂãÃāĀăĂąĄçÇćĆčČďĎđĐðÐèÈéÉêÊëËēĒęĘěĚğĞìÌíÍîÎïÏīĪıİłŁñÑńŃň"
    "ŇòÒóÓôÔõÕōŌřŘśŚšŠşŞßẞťŤţŢùÙúÚûÛūŪůŮýÝÿŸüÜűŰźŹżŻžŽæÆäÄøØöÖőŐåÅ"
)
TO = (
    "aaaaaaaaaaaaaaccccccddddddeeeeeeeeeeeeeeggiiiiiiiiiiiillnnnnn"
    "noooooooooorrssssssssttttuuuuuuuuuuyyyyyyyyzzzzzz{{{{||||||}}"
)
INDEXES = (
    ("ix_employees_danish_name", "employees", "name"),
    ("ix_units_danish_name", "units", "name"),
    ("ix_users_danish_name", "users", "name"),
    ("ix_courses_danish_title", "courses", "title"),
    ("ix_providers_danish_name", "providers", "name"),
)


def upgrade() -> None:
    # The letters stand here as they were on the day, since the indexes are built of them:
    # another alphabet takes a migration that builds them anew.
    op.execute(
        "CREATE FUNCTION danish_sort(name text) RETURNS text "
        "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE "
        f"RETURN translate(replace(lower(name COLLATE \"C\"), 'aa', '}}'), '{FROM}', '{TO}')"
    )
    for index, table, column in INDEXES:
        key = sa.text(f'danish_sort({column} COLLATE "C")')
        op.create_index(op.f(index), table, ["tenant_id", key, "id"])
    op.create_table(
        "saved_views",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "tenant_id",
            sa.BigInteger(),
            server_default=sa.text(
                "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_saved_views_tenant_id_user_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_saved_views_tenant_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint(
            "tenant_id",
            "user_id",
            "view",
            "name",
            name=op.f("uq_saved_views_tenant_id_user_id_view_name"),
        ),
    )
    op.create_index(
        op.f("ix_saved_views_tenant_id_user_id_view"),
        "saved_views",
        ["tenant_id", "user_id", "view"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    # A way to see a list is its user's own to throw away.
    raise_fence("saved_views", grants="SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    op.drop_table("saved_views")
    for index, table, _column in INDEXES:
        op.drop_index(op.f(index), table)
    op.execute("DROP FUNCTION danish_sort(text)")
