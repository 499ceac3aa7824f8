"""What tests look at afterwards."""

from __future__ import annotations

from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.tenancy.models import Tenant, TenantState
from tests.town import Town


def trail_of(town: Town) -> list[tuple[str, str, str]]:
    """(who, what, note) of the town's own trail but for sign-ins, oldest first."""
    with town.as_system() as ctx:
        return [
            (entry.actor_name, entry.action, entry.note)
            for entry in ctx.session.scalars(
                select(AuditEntry)
                .where(AuditEntry.action != "session.opened")
                .order_by(AuditEntry.id)
            )
        ]


def state_of(town: Town) -> TenantState:
    """The town's state as the app sees it."""
    with town.as_system() as ctx:
        return ctx.session.scalars(select(Tenant).where(Tenant.id == town.tenant_id)).one().state
