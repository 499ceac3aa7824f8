"""The accessibility statement, as lov nr. 692 af 8. juni 2018 § 4 wants it.

Its parts follow the model of Commission Implementing Decision (EU) 2018/1523. A municipality also
gives its statement in the WAS-Tool of Digitaliseringsstyrelsen, which is where the law wants it
published; this page holds what is to be written there, leads to it where the municipality has told
its address, and stays with the product. The law wants a telephone number and an address to write
to: both are the municipality's own settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from tenant_app.core.fence import TenantSession
from tenant_app.tenancy import service as tenancy
from tenant_app.web.current import house
from tenant_app.web.doors import host_slug

PREPARED = date(2026, 11, 24)
"""When the statement was written from an evaluation of every page. Anew at least once a year."""

blueprint = Blueprint("accessibility", __name__)


@dataclass(frozen=True)
class Body:
    """The municipality that answers for the website, and what it has told of itself."""

    name: str
    email: str | None
    phone: str | None
    statement: str | None

    @property
    def mailto(self) -> str:
        """A link that holds an address and nothing else, whatever signs the address has."""
        return f"mailto:{quote(self.email or '', safe='@')}"

    @property
    def tel(self) -> str:
        """A link of digits, which is what a telephone can dial."""
        return "tel:" + "".join(sign for sign in self.phone or "" if sign in "+0123456789")


@blueprint.get("/tilgaengelighed")
def page() -> str:
    """What is accessible, what is not, whom to tell, and who enforces it."""
    return render_template("accessibility.html", body=_body(), prepared=PREPARED)


@blueprint.get("/was")
def short() -> ResponseReturnValue:
    """Where the agency wants the statement to be found on every website."""
    return redirect(url_for(".page"))


def _body() -> Body | None:
    """The municipality of the host or the session; None at a door where it is not known yet."""
    slug, tenant_id = host_slug(), session.get("tenant")
    if slug is None and tenant_id is None:
        return None
    with TenantSession(house().app, tenant_id=None) as opened:
        if slug is not None:
            found = tenancy.find_by_slug(opened, slug)
        else:
            found = tenancy.find(opened, int(tenant_id or 0))
    if found is None:
        return None
    with house().unit_of_work(found.id) as ctx:
        told = tenancy.settings(ctx)
        return Body(
            name=found.name,
            email=told.accessibility_email,
            phone=told.accessibility_phone,
            statement=told.accessibility_statement,
        )
