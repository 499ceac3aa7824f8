"""Policies per pool and form, thresholds, earmarks, what a person may cost.

Entries can be linked: the halves of a transfer, the parts of an invoice. Lines remember what the
rules were asked about, and whom they are for.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenant_app.core.fencing import raise_fence

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

OWNER = sa.text("(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint")
WALL = "ck_pool_balances_stop_means_stop"
PLAIN = "policy <> 'stop' OR allotted + carried + transferred - committed - actual >= 0"
LADDER = (
    "policy IN ('warn', 'ignore') "
    "OR forms @? '$.*.policy ? (@ == \"warn\" || @ == \"ignore\")' "
    "OR (committed + actual) * 10000 <= (allotted + carried + transferred) * CASE "
    "WHEN policy = 'approve_over' OR forms @? '$.*.policy ? (@ == \"approve_over\")' "
    "THEN block_bp ELSE 10000 END"
)
ONCE = "ix_ledger_entries_tenant_id_line_id_kind"


SEEN_WHOLE = (
    "money_lines",
    "enrolments",
    "course_sessions",
    "courses",
    "employees",
    "approval_steps",
    "pools",
)
"""Read in full by the owner: rows are filled in, and foreign keys are checked."""


def _fence_of_owner(word: str) -> None:
    for table in SEEN_WHOLE:
        op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def upgrade() -> None:
    _fence_of_owner("NO FORCE")
    for name, default in (("notify_bp", "8000"), ("approve_bp", "10000"), ("block_bp", "10500")):
        op.add_column(
            "pool_balances",
            sa.Column(name, sa.BigInteger(), server_default=default, nullable=False),
        )
    op.add_column(
        "pool_balances",
        sa.Column("over_level", sa.Text(), server_default="central", nullable=False),
    )
    op.add_column(
        "pool_balances",
        sa.Column("forms", postgresql.JSONB(), server_default="{}", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_pool_balances_ladder_rises"),
        "pool_balances",
        "notify_bp > 0 AND notify_bp <= approve_bp AND approve_bp <= block_bp "
        "AND block_bp >= 10000 AND block_bp <= 20000",
    )
    _wall(LADDER)
    _columns_of_lines()
    _links()
    _constraints()
    _caps()
    op.add_column("approval_steps", sa.Column("over_pool_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_approval_steps_tenant_id_over_pool_id"),
        "approval_steps",
        "pools",
        ["tenant_id", "over_pool_id"],
        ["tenant_id", "id"],
        ondelete="RESTRICT",
    )
    _fence_of_owner("FORCE")


def _wall(condition: str) -> None:
    op.drop_constraint(op.f(WALL), "pool_balances", type_="check")
    op.create_check_constraint(op.f(WALL), "pool_balances", condition)


def _columns_of_lines() -> None:
    op.add_column(
        "money_lines", sa.Column("adjusted", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "money_lines", sa.Column("facts", postgresql.JSONB(), server_default="{}", nullable=False)
    )
    op.add_column("money_lines", sa.Column("employee_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_money_lines_tenant_id_employee_id"),
        "money_lines",
        "employees",
        ["tenant_id", "employee_id"],
        ["tenant_id", "id"],
        ondelete="RESTRICT",
    )
    op.create_index(
        op.f("ix_money_lines_tenant_id_employee_id"),
        "money_lines",
        ["tenant_id", "employee_id"],
        postgresql_where=sa.text("employee_id IS NOT NULL"),
    )
    op.create_check_constraint(
        op.f("ck_money_lines_nothing_is_paid_back"), "money_lines", "amount + adjusted >= 0"
    )
    # What was asked for before is known by its form, and by whom it is for.
    op.execute(
        "UPDATE money_lines SET employee_id = e.employee_id, "
        "facts = jsonb_build_object('form', c.form, 'ects', c.ects, "
        "'mandatory', c.is_mandatory, 'municipal_goal', c.serves_municipal_goal) "
        "FROM enrolments e "
        "JOIN course_sessions s ON s.tenant_id = e.tenant_id AND s.id = e.session_id "
        "JOIN courses c ON c.tenant_id = s.tenant_id AND c.id = s.course_id "
        "WHERE e.tenant_id = money_lines.tenant_id AND e.id = money_lines.source_id"
    )


def _links() -> None:
    op.add_column("ledger_entries", sa.Column("link_id", sa.Uuid(), nullable=True))
    op.drop_index(op.f(ONCE), table_name="ledger_entries")
    op.create_index(
        op.f(ONCE),
        "ledger_entries",
        ["tenant_id", "line_id", "kind"],
        unique=True,
        postgresql_where=sa.text("line_id IS NOT NULL AND link_id IS NULL"),
    )
    op.create_index(
        op.f("ix_ledger_entries_tenant_id_line_id_kind_link_id"),
        "ledger_entries",
        ["tenant_id", "line_id", "kind", "link_id"],
        unique=True,
        postgresql_where=sa.text("line_id IS NOT NULL AND link_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_ledger_entries_tenant_id_pool_id_kind_link_id"),
        "ledger_entries",
        ["tenant_id", "pool_id", "kind", "link_id"],
        unique=True,
        postgresql_where=sa.text("line_id IS NULL AND link_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_ledger_entries_tenant_id_link_id"),
        "ledger_entries",
        ["tenant_id", "link_id"],
        postgresql_where=sa.text("link_id IS NOT NULL"),
    )


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("tenant_id", sa.BigInteger(), server_default=OWNER, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f(f"fk_{table}_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    ]


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{other}.tenant_id", f"{other}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete="RESTRICT",
    )


def _constraints() -> None:
    op.create_table(
        "pool_constraints",
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("when", postgresql.JSONB(), nullable=False),
        sa.Column("most_bp", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        *_owned("pool_constraints"),
        _key("pool_constraints", "pool_id", "pools"),
        sa.CheckConstraint(
            "most_bp BETWEEN 0 AND 10000", name=op.f("ck_pool_constraints_most_is_a_share")
        ),
        sa.CheckConstraint("used >= 0", name=op.f("ck_pool_constraints_used_is_not_negative")),
        sa.UniqueConstraint(
            "tenant_id", "pool_id", "name", name=op.f("uq_pool_constraints_tenant_id_pool_id_name")
        ),
    )
    op.create_table(
        "constraint_uses",
        sa.Column("constraint_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        *_owned("constraint_uses"),
        _key("constraint_uses", "constraint_id", "pool_constraints"),
        _key("constraint_uses", "line_id", "money_lines"),
        sa.UniqueConstraint(
            "tenant_id",
            "constraint_id",
            "line_id",
            name=op.f("uq_constraint_uses_tenant_id_constraint_id_line_id"),
        ),
    )
    op.create_index(
        op.f("ix_constraint_uses_tenant_id_line_id"), "constraint_uses", ["tenant_id", "line_id"]
    )
    raise_fence("pool_constraints")
    raise_fence("constraint_uses", grants="SELECT, INSERT, DELETE")


def _caps() -> None:
    op.create_table(
        "person_caps",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=True),
        sa.Column("rule_name", sa.Text(), nullable=True),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        *_owned("person_caps"),
        sa.CheckConstraint("most > 0", name=op.f("ck_person_caps_most_is_positive")),
        sa.CheckConstraint(
            "payer IS NOT NULL OR rule_name IS NOT NULL",
            name=op.f("ck_person_caps_covers_something"),
        ),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_person_caps_tenant_id_name")),
    )
    op.create_table(
        "person_uses",
        sa.Column("cap_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        *_owned("person_uses"),
        _key("person_uses", "cap_id", "person_caps"),
        _key("person_uses", "employee_id", "employees"),
        sa.CheckConstraint("used >= 0", name=op.f("ck_person_uses_used_is_not_negative")),
        sa.UniqueConstraint(
            "tenant_id",
            "cap_id",
            "employee_id",
            "year",
            name=op.f("uq_person_uses_tenant_id_cap_id_employee_id_year"),
        ),
    )
    op.create_index(
        op.f("ix_person_uses_tenant_id_employee_id"), "person_uses", ["tenant_id", "employee_id"]
    )
    raise_fence("person_caps")
    raise_fence("person_uses", grants="SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    """Refused by the database where a link or a policy it no longer knows is in use."""
    op.drop_constraint(
        op.f("fk_approval_steps_tenant_id_over_pool_id"), "approval_steps", type_="foreignkey"
    )
    op.drop_column("approval_steps", "over_pool_id")
    for table in ("person_uses", "person_caps", "constraint_uses", "pool_constraints"):
        op.drop_table(table)
    op.drop_index(op.f("ix_ledger_entries_tenant_id_link_id"), table_name="ledger_entries")
    for name in ("pool_id_kind_link_id", "line_id_kind_link_id"):
        op.drop_index(op.f(f"ix_ledger_entries_tenant_id_{name}"), table_name="ledger_entries")
    op.drop_index(op.f(ONCE), table_name="ledger_entries")
    op.create_index(
        op.f(ONCE),
        "ledger_entries",
        ["tenant_id", "line_id", "kind"],
        unique=True,
        postgresql_where=sa.text("line_id IS NOT NULL"),
    )
    op.drop_column("ledger_entries", "link_id")
    op.drop_constraint(op.f("ck_money_lines_nothing_is_paid_back"), "money_lines", type_="check")
    op.drop_index(op.f("ix_money_lines_tenant_id_employee_id"), table_name="money_lines")
    op.drop_constraint(
        op.f("fk_money_lines_tenant_id_employee_id"), "money_lines", type_="foreignkey"
    )
    for column in ("employee_id", "facts", "adjusted"):
        op.drop_column("money_lines", column)
    _wall(PLAIN)
    op.drop_constraint(op.f("ck_pool_balances_ladder_rises"), "pool_balances", type_="check")
    for column in ("forms", "over_level", "block_bp", "approve_bp", "notify_bp"):
        op.drop_column("pool_balances", column)
