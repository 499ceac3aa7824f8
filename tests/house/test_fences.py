"""Asks PostgreSQL itself whether the fence stands around every table."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from tenant_app.core.db import CURRENT_TENANT, TenantOwned
from tenant_app.registry import METADATA

TENANT_TABLES = sorted(
    mapper.local_table.name
    for mapper in TenantOwned.registry.mappers
    if issubclass(mapper.class_, TenantOwned)
)
WITHOUT_TENANT = {
    "alembic_version",
    "tenants",
    "vendor_users",
    "vendor_sessions",
    "vendor_audit_entries",
}
APPEND_ONLY = ("ledger_entries", "audit_entries")


@pytest.fixture(scope="module")
def ask(settings):
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        yield lambda sql, **kw: connection.execute(text(sql), kw).all()
    engine.dispose()


def test_every_table_is_a_tenants_or_on_the_short_list(ask):
    tables = {row[0] for row in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert tables - WITHOUT_TENANT == set(TENANT_TABLES)
    assert {t for t in METADATA.tables if t not in WITHOUT_TENANT} == set(TENANT_TABLES)


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_the_fence_is_enabled_forced_and_both_halves(ask, table):
    [(enabled, forced)] = ask(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = to_regclass(:t)",
        t=table,
    )
    assert (enabled, forced) == (True, True), f"{table}: call raise_fence() in its migration"
    policies = ask(
        "SELECT policyname, cmd, roles::text, qual, with_check FROM pg_policies "
        "WHERE tablename = :t AND 'roedtraad_app' = ANY(roles) AND permissive = 'PERMISSIVE'",
        t=table,
    )
    # A restrictive policy beside it only takes away; nothing else lets the app in.
    assert len(policies) == 1, f"{table}: exactly one policy that lets the app in"
    _, cmd, _, using, check = policies[0]
    wanted = f"(tenant_id = {CURRENT_TENANT})"
    assert (cmd, using, check) == ("ALL", wanted, wanted)


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_keys_are_led_by_the_tenant(ask, table):
    rows = ask(
        "SELECT i.indisprimary, i.indisunique, a.attname FROM pg_index i "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
        "WHERE i.indrelid = to_regclass(:t) AND i.indisunique",
        t=table,
    )
    assert rows
    assert {lead for _, _, lead in rows} == {"tenant_id"}, f"{table}: lead with the tenant"


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_foreign_keys_are_composite_and_restrict(ask, table):
    rows = ask(
        "SELECT conname, array_length(conkey, 1), confrelid::regclass::text, confdeltype "
        "FROM pg_constraint WHERE contype = 'f' AND conrelid = to_regclass(:t)",
        t=table,
    )
    assert any(target == "tenants" for _, _, target, _ in rows)
    for constraint, width, target, on_delete in rows:
        assert width == (1 if target == "tenants" else 2), f"{constraint} could point abroad"
        assert on_delete == "r", f"{constraint}: RESTRICT and soft-delete"


def test_the_app_role_is_harmless(ask):
    for role in ("roedtraad_app", "roedtraad_vendor"):
        [flags] = ask(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles "
            "WHERE rolname = :r",
            r=role,
        )
        assert not any(flags), f"{role} must not be able to step over the fence"
        assert not ask("SELECT 1 FROM pg_tables WHERE tableowner = :r", r=role)
        assert not ask(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants "
            "WHERE grantee = :r AND privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')",
            r=role,
        )


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_was_written_stays(ask, table):
    rights = ask(
        "SELECT privilege_type FROM information_schema.role_table_grants "
        "WHERE grantee = 'roedtraad_app' AND table_name = :t",
        t=table,
    )
    assert {right for (right,) in rights} == {"SELECT", "INSERT"}


def test_a_posting_that_was_handed_over_stays(ask):
    """Only handing over writes on a posting, and only on one that nobody has handed over."""
    rights = ask(
        "SELECT privilege_type FROM information_schema.role_table_grants "
        "WHERE grantee = 'roedtraad_app' AND table_name = 'invoice_postings'"
    )
    assert {right for (right,) in rights} == {"SELECT", "INSERT"}
    columns = ask(
        "SELECT column_name FROM information_schema.role_column_grants WHERE grantee = "
        "'roedtraad_app' AND table_name = 'invoice_postings' AND privilege_type = 'UPDATE'"
    )
    assert {column for (column,) in columns} == {"batch_id", "place", "account", "psp"}
    policies = ask(
        "SELECT permissive, cmd, qual FROM pg_policies "
        "WHERE tablename = 'invoice_postings' AND policyname = 'handed_over_once'"
    )
    assert policies == [("RESTRICTIVE", "UPDATE", "(batch_id IS NULL)")]


def test_the_vendor_reads_no_row_with_persons(ask):
    tables = {
        row[0]
        for row in ask(
            "SELECT table_name FROM information_schema.column_privileges "
            "WHERE grantee = 'roedtraad_vendor'"
        )
    }
    assert tables == {
        "tenants",
        "tenant_figures",
        "tenant_months",
        "outbox",
        "vendor_users",
        "vendor_sessions",
        "vendor_audit_entries",
    }
    columns = {
        row[0]
        for row in ask(
            "SELECT column_name FROM information_schema.column_privileges "
            "WHERE grantee = 'roedtraad_vendor' AND table_name = 'outbox'"
        )
    }
    assert not columns & {"args", "last_error", "requested_by"}


def test_nothing_runs_with_its_owners_rights(ask):
    assert not ask(
        "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'public' AND p.prosecdef"
    )
    assert not ask("SELECT matviewname FROM pg_matviews WHERE schemaname = 'public'")
    assert not ask(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind = 'v' "
        "AND NOT coalesce(c.reloptions::text LIKE '%security_invoker=true%', false)"
    )


def test_without_a_tenant_there_are_no_rows(town, settings):
    engine = create_engine(settings.database_app_url)
    with engine.connect() as connection:
        for table in TENANT_TABLES:
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    engine.dispose()
