"""Rows of reports hold no keys of what they count, and coverage keeps one row per target.

The figures of coverage reports made before are carried over.
"""

import sqlalchemy as sa
from alembic import op

from tenant_app.core.fencing import raise_fence

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TENANT = "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
POINTED_AT = ("usage_rows", "coverage_targets", "competences", "units", "pools")


def _new_table(*columns: sa.Column, key: list[str]) -> None:
    op.create_table(
        "coverage_rows",
        sa.Column("tenant_id", sa.BigInteger(), server_default=sa.text(TENANT), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_coverage_rows"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["report_runs.tenant_id", "report_runs.id"],
            name="fk_coverage_rows_tenant_id_run_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_coverage_rows_tenant_id", ondelete="RESTRICT"
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "run_id",
            *key,
            name="_".join(["uq_coverage_rows_tenant_id_run_id", *key]),
        ),
    )


def _number(name: str, *, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.BigInteger(), nullable=False)


def _fence_of_owner(word: str, *tables: str) -> None:
    """Carrying rows over, and checking keys of rows that are there, the owner reads all tenants'."""
    for table in tables:
        op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def _set_aside() -> None:
    """The old table makes way, with the names of its keys."""
    op.execute("ALTER TABLE coverage_rows RENAME TO old_rows")
    op.execute("ALTER TABLE old_rows DROP CONSTRAINT pk_coverage_rows")


def upgrade() -> None:
    _fence_of_owner("NO FORCE", "coverage_rows", *POINTED_AT)
    for column in ("pool_id", "unit_id"):
        op.drop_constraint(f"fk_usage_rows_tenant_id_{column}", "usage_rows", type_="foreignkey")
    _set_aside()
    figures = ("group_size", "covered", "planned", "needed")
    _new_table(
        sa.Column("competence", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("min_count", sa.BigInteger(), nullable=True),
        sa.Column("min_percent", sa.BigInteger(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=False),
        _number("unit_ids", kind=sa.ARRAY(sa.Uuid())),
        *(_number(name, kind=sa.ARRAY(sa.BigInteger())) for name in figures),
        key=["target_id"],
    )
    op.create_check_constraint(
        "figures_stand_side_by_side",
        "coverage_rows",
        "cardinality(unit_ids) = ALL (ARRAY[cardinality(group_size), cardinality(covered), "
        "cardinality(planned), cardinality(needed)])",
    )
    op.execute(
        f"""INSERT INTO coverage_rows (tenant_id, id, run_id, target_id, competence, position,
                min_count, min_percent, due_date, unit_ids, {", ".join(figures)})
            SELECT o.tenant_id, gen_random_uuid(), o.run_id, o.target_id, c.name, t.position,
                t.min_count, t.min_percent, t.due_date, array_agg(o.unit_id),
                {", ".join(f"array_agg(o.{name})" for name in figures)}
            FROM old_rows o
            JOIN coverage_targets t ON t.tenant_id = o.tenant_id AND t.id = o.target_id
            JOIN competences c ON c.tenant_id = t.tenant_id AND c.id = t.competence_id
            GROUP BY o.tenant_id, o.run_id, o.target_id, c.name, t.position, t.min_count,
                t.min_percent, t.due_date"""
    )
    op.execute("DROP TABLE old_rows")
    raise_fence("coverage_rows", grants="SELECT, INSERT, UPDATE, DELETE")
    _fence_of_owner("FORCE", *POINTED_AT)


def downgrade() -> None:
    _fence_of_owner("NO FORCE", "coverage_rows", *POINTED_AT)
    _set_aside()
    figures = ("group_size", "covered", "planned", "needed")
    _new_table(
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        *(_number(name) for name in figures),
        key=["target_id", "unit_id"],
    )
    # A target that was removed since cannot be pointed at any more.
    op.execute(
        f"""INSERT INTO coverage_rows (tenant_id, id, run_id, target_id, unit_id,
                {", ".join(figures)})
            SELECT o.tenant_id, gen_random_uuid(), o.run_id, o.target_id, each.*
            FROM old_rows o, unnest(o.unit_ids, {", ".join(f"o.{name}" for name in figures)}) each
            WHERE EXISTS (SELECT FROM coverage_targets t
                          WHERE t.tenant_id = o.tenant_id AND t.id = o.target_id)"""
    )
    op.execute("DROP TABLE old_rows")
    op.create_index(
        "ix_coverage_rows_tenant_id_target_id", "coverage_rows", ["tenant_id", "target_id"]
    )
    for table, column, counted in (
        ("coverage_rows", "target_id", "coverage_targets"),
        ("coverage_rows", "unit_id", "units"),
        ("usage_rows", "pool_id", "pools"),
        ("usage_rows", "unit_id", "units"),
    ):
        op.create_foreign_key(
            f"fk_{table}_tenant_id_{column}",
            table,
            counted,
            ["tenant_id", column],
            ["tenant_id", "id"],
            ondelete="RESTRICT",
        )
    raise_fence("coverage_rows", grants="SELECT, INSERT, UPDATE, DELETE")
    _fence_of_owner("FORCE", *POINTED_AT)
