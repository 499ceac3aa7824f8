"""The demo, loaded once for all who look at it."""

from __future__ import annotations

from collections import Counter

import pytest

from tenant_app.cli.demo import load, plan
from tenant_app.core.uow import Database

GLOSTRUP, RUDERSDAL, _ = plan.MUNICIPALITIES


@pytest.fixture(scope="session")
def told(db: Database) -> dict[str, Counter[str] | None]:
    """Two of the three: the third is the same story in another profile."""
    return load(db, (GLOSTRUP, RUDERSDAL))
