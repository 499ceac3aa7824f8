"""Who could help with an initiative: shown on its page and beside the form advice."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.rules import hours_text


def helpers(
    ctx: Context,
    *,
    area_id: UUID | None,
    unit_ids: Collection[UUID] = (),
    initiative_id: UUID | None = None,
) -> dict[str, Any]:
    """What `resource_persons/helpers.html` needs."""
    return {
        "found": resource_persons.helpers(ctx, area_id=area_id, unit_ids=unit_ids),
        "sees": ctx.actor.may(Permission.RESOURCE_PERSONS_VIEW),
        "may_book": ctx.actor.may(Permission.RESOURCE_PERSONS_BOOK),
        "text": hours_text,
        "link": {} if initiative_id is None else {"initiative": initiative_id},
        "year": ctx.today.year,
    }
