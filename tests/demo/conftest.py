"""The demo, loaded once for all who look at it."""

from __future__ import annotations

from collections import Counter

import pytest

from config.settings import Settings
from tenant_app.cli.demo import load, plan
from tenant_app.core.uow import Database
from tests.databases import opened_for_commands

GLOSTRUP, RUDERSDAL, _ = plan.MUNICIPALITIES


@pytest.fixture(scope="session")
def told(settings: Settings, db: Database) -> dict[str, Counter[str] | None]:
    """Two of the three, loaded as the command does: the third is the same story in another
    profile."""
    with opened_for_commands(settings) as database:
        return load(database, (GLOSTRUP, RUDERSDAL))
