"""Competences of the town, and ways to look at what was written."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.competences import service as competences
from tenant_app.competences.models import CoverageTarget, Holding
from tests.town import Town


@pytest.fixture
def make_competence() -> Callable[..., UUID]:
    """Found a competence in a town: `make_competence(town, "Sprog", validity_months=24)`."""

    def make(town: Town, name: str = "Sprog", *, validity_months: int | None = None) -> UUID:
        with town.as_system() as ctx:
            area = competences.create_area(ctx, name=f"Område for {name}")
            made = competences.create_competence(
                ctx, area_id=area.id, name=name, validity_months=validity_months
            )
            return made.id

    return make


@pytest.fixture
def language(town: Town, make_competence: Callable[..., UUID]) -> UUID:
    """A competence that lasts for ever."""
    return make_competence(town)


@pytest.fixture
def first_aid(town: Town, make_competence: Callable[..., UUID]) -> UUID:
    """A competence that lasts 24 months."""
    return make_competence(town, "Førstehjælp", validity_months=24)


def holdings_in(town: Town) -> list[Holding]:
    with town.as_system() as ctx:
        return list(ctx.session.scalars(select(Holding).order_by(Holding.id)))


def targets_in(town: Town) -> list[CoverageTarget]:
    with town.as_system() as ctx:
        return list(ctx.session.scalars(select(CoverageTarget).order_by(CoverageTarget.id)))


def trail_of(town: Town) -> list[str]:
    with town.as_system() as ctx:
        return list(ctx.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture
def look() -> type[Look]:
    return Look


class Look:
    """What the database holds now."""

    holdings = staticmethod(holdings_in)
    targets = staticmethod(targets_in)
    trail = staticmethod(trail_of)
