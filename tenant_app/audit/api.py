"""URLs of the trail. It can be read and never changed."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from tenant_app.audit import service as audit
from tenant_app.audit.models import AuditEntry
from tenant_app.audit.schemas import AuditEntryOut, EntriesAsked
from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page

blueprint = Blueprint(
    "audit",
    __name__,
    url_prefix="/api/v1",
    description="Who did what, when, and what it was before",
)


@blueprint.get("/audit-entries")
@endpoint(blueprint, query=EntriesAsked, page_of=AuditEntryOut)
def list_entries(ctx: Context, **asked: Any) -> Page[AuditEntry]:
    """The trail, newest first. Only for those who oversee the whole municipality."""
    return audit.entries(ctx, **asked)
