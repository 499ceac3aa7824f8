"""A provider, a course and a session in the town, and ways to look at what was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import ProviderKind
from tests.catalogue.facts import add_session, course_facts
from tests.town import Town


@pytest.fixture
def make_course() -> Callable[..., UUID]:
    """`make_course(town, code="A1", price=…)`, at the provider KP."""

    def make(town: Town, **facts: Any) -> UUID:
        with town.as_system() as ctx:
            known = catalogue.providers(ctx, q="Københavns").items
            provider = (
                known[0]
                if known
                else catalogue.create_provider(
                    ctx, name="Københavns Professionshøjskole", kind=ProviderKind.UNIVERSITY_COLLEGE
                )
            )
            made = catalogue.create_course(ctx, provider_id=provider.id, **course_facts(**facts))
            return made.id

    return make


@pytest.fixture
def course(town: Town, make_course: Callable[..., UUID]) -> UUID:
    return make_course(town)


@pytest.fixture
def session(town: Town, course: UUID) -> UUID:
    with town.as_system() as ctx:
        return add_session(ctx, course)


class Look:
    """What the database holds now."""

    @staticmethod
    def rows(town: Town, model: Any) -> list[dict[str, Any]]:
        """Every row, column by column."""
        with town.as_system() as ctx:
            found = ctx.session.execute(
                select(*model.__table__.columns)
                .where(model.__table__.c.tenant_id == town.tenant_id)
                .order_by(model.__table__.c.id)
            )
            return [dict(row._mapping) for row in found]

    @staticmethod
    def trail(town: Town) -> list[str]:
        with town.as_system() as ctx:
            return list(ctx.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture
def look() -> type[Look]:
    return Look
