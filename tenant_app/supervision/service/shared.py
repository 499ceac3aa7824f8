"""What the verbs of this room have in common: find, and ask who acts."""

from __future__ import annotations

from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.organisation import service as organisation
from tenant_app.supervision import queries
from tenant_app.supervision.models import SupervisionVisit


def visit_for(ctx: Context, visit_id: UUID, permission: Permission) -> SupervisionVisit:
    """The visit, locked, for somebody with the permission at its unit. Raises NotFound."""
    found = queries.visit_to_change(ctx, visit_id)
    if found is None:
        raise NotFound()
    ctx.require(permission, at=organisation.path_at(ctx, found.unit_id))
    return found
