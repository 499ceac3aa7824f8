"""What the screens of competences share."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from admin.base import Verb
from admin.choosing import all_of
from tenant_app.competences import service as competences
from tenant_app.core.access import Permission
from tenant_app.core.context import Context


class ManageVerb(Verb):
    """Something only those who keep the competences do."""

    permission = Permission.COMPETENCES_MANAGE


def competence_choices(ctx: Context) -> list[tuple[UUID, str]]:
    """Every competence, with its area, for a select."""
    return [
        (competence.id, f"{competence.name} ({competence.area.name})")
        for competence in all_of(partial(competences.competences, ctx))
    ]
