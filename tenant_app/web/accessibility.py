"""The accessibility statement, as lov nr. 692 af 8. juni 2018 § 4 wants it.

Its parts follow the model of Commission Implementing Decision (EU) 2018/1523. A municipality also
gives its statement in the WAS-Tool of Digitaliseringsstyrelsen, which is where the law wants it
published; this page holds what is to be written there and stays with the product.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, session
from sqlalchemy import select

from tenant_app.core.fence import TenantSession
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import Tenant
from tenant_app.web.current import house
from tenant_app.web.doors import host_slug

PREPARED = date(2026, 11, 24)
"""When the statement was written from an evaluation of every page. Anew at least once a year."""

blueprint = Blueprint("accessibility", __name__)


@blueprint.get("/tilgaengelighed")
def page() -> str:
    """What is accessible, what is not, whom to tell, and who enforces it."""
    return render_template("accessibility.html", tenant=_whose(), prepared=PREPARED)


def _whose() -> str | None:
    """The municipality of the host or the session; None at a door where it is not known yet."""
    slug, tenant_id = host_slug(), session.get("tenant")
    if slug is None and tenant_id is None:
        return None
    with TenantSession(house().app, tenant_id=None) as opened:
        if slug is not None:
            found = tenancy.find_by_slug(opened, slug)
            return found.name if found is not None else None
        return opened.scalar(select(Tenant.name).where(Tenant.id == int(tenant_id or 0)))
