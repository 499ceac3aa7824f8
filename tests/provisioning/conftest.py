"""The vendor, as the command line."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from tenant_app.core.uow import Database
from tenant_app.provisioning import service as provisioning
from tenant_app.tenancy import service as tenancy
from tests.town import NOON

_COUNT = itertools.count(1)


@pytest.fixture
def found(db: Database) -> Callable[..., tuple[int, str, dict[str, object]]]:
    """Found a municipality; returns its id, the invitation's token and what was asked for."""

    def make(**other: object) -> tuple[int, str, dict[str, object]]:
        number = next(_COUNT)
        facts: dict[str, object] = {
            "slug": f"nyby{number}",
            "code": f"9{100 + number}",
            "name": f"Nyby {number} Kommune",
            "profile": "ects_central",
            "admin_email": f"Admin{number}@Nyby.dk",
            "admin_name": "Anna Admin",
        } | other
        with db.vendor_unit_of_work(tenancy.COMMAND_LINE, now=NOON) as ctx:
            tenant_id, token = provisioning.create_tenant(db, ctx, **facts)  # type: ignore[arg-type]
        return tenant_id, token, facts

    return make
