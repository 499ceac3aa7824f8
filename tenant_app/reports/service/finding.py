"""What is worked on, found by what somebody typed, within what the actor sees of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tenant_app.core.context import Context
from tenant_app.core.searching import Asked
from tenant_app.dialogue import service as dialogue
from tenant_app.forums import service as forums
from tenant_app.initiatives import service as initiatives
from tenant_app.needs import service as needs
from tenant_app.reports.queries import finding as queries
from tenant_app.reports.rules import Found


@dataclass(frozen=True)
class Hit:
    """Something that is worked on."""

    kind: Found
    id: UUID
    title: str
    unit: str
    state: str
    day: date | None


def search(ctx: Context, wanted: Asked, *, limit: int) -> Sequence[Hit]:
    """Needs, initiatives, meetings and dialogue sessions whose title holds every word: at most so
    many of each. Texts behind the titles are never looked through."""
    scopes = {
        Found.NEED: needs.visible(ctx),
        Found.INITIATIVE: initiatives.visible(ctx),
        Found.MEETING: forums.meetings_scope(ctx),
        Found.SESSION: dialogue.scope(ctx),
    }
    rows = queries.like(ctx, scopes, wanted, limit=limit)
    return [Hit(Found(row.kind), *row[1:]) for row in rows]
