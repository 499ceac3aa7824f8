"""Municipalities that were there before anchoring get the standard set of their working rules."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text

from tenant_app.anchoring import rules
from tenant_app.anchoring.models import TemplateItem
from tenant_app.cli.migrate import alembic_config, migrate
from tenant_app.core.access import system
from tests.databases import new_database, opened
from tests.town import Town

LIMITS = ({}, {"leader_observes": True}, {"share_at_staff_meeting": True})


def test_the_migration_gives_what_founding_gives(servers):
    with new_database(servers) as settings, opened(settings) as db:
        towns = [Town(db) for _ in LIMITS]
        engine = create_engine(settings.database_url)
        with engine.begin() as connection:
            command.downgrade(alembic_config(connection), "0020")
        for town, limits in zip(towns, LIMITS, strict=True):
            with db.unit_of_work(town.tenant_id, system("test")) as ctx:
                ctx.session.execute(
                    text("UPDATE tenant_settings SET limits = CAST(:limits AS jsonb)"),
                    {"limits": str(limits).replace("'", '"').replace("True", "true")},
                )
        migrate(settings)
        engine.dispose()

        for town, limits in zip(towns, LIMITS, strict=True):
            with db.unit_of_work(town.tenant_id, system("test")) as ctx:
                found = [
                    rules.Draft(item.form, item.phase, item.owner, item.kind, item.text, item.days)
                    for item in ctx.session.query(TemplateItem)
                ]
            assert sorted(found, key=str) == sorted(rules.standard(limits), key=str)
