"""Doors outside any municipality: before sign-in, static files, and the vendor's panel."""

from __future__ import annotations

from sqlalchemy import select

from tenant_app.tenancy import profiles
from tenant_app.tenancy.models import Tenant
from tests.doors.table import Kind, Row, fixed, verb

EVERY_USER = "All of the vendor's staff may."
STRANGERS = "Nobody is signed in yet."
ADMIN, SUPPORT = "vendor_admin", "vendor_support"


def outside(endpoint, method="GET", *, answer=200, **facts):
    """Open to everybody."""
    return Row(
        endpoint,
        method,
        Kind.OPEN,
        may_not=None,
        branch=None,
        why=STRANGERS,
        answer=answer,
        **facts,
    )


OPEN = [
    outside("home", answer=302),
    outside("livez"),
    outside("readyz"),
    outside("docs.page"),
    outside("accessibility.page"),
    outside("accessibility.short", answer=302),
    outside("api-docs.openapi_json"),
    outside("signin.page"),
    outside("signin.sign_in", "POST", answer=422),
    outside("signin.sign_out", "POST", answer=302),
    outside("signin.language", "POST", answer=302, body=fixed(locale="en")),
    outside("signin.invitation", path={"slug": "nowhere", "token": "guessed"}, answer=404),
    outside("signin.invitation", "POST", path={"slug": "nowhere", "token": "guessed"}, answer=404),
    outside("signin.password", answer=302),
    outside("signin.password", "POST", answer=302),
    outside("vendor_signin.page"),
    outside("vendor_signin.page", "POST", answer=422),
    outside("vendor_signin.support"),
    outside("vendor_signin.support", "POST", answer=422),
    outside("vendor_signin.sign_out", "POST", answer=302),
]


def vendor(row):
    """The same row at the vendor's door, where support may look and admins may act."""
    changed = {"kind": Kind.VENDOR, "branch": None}
    changed |= {"why": row.why or "The vendor's staff has no branches."}
    return Row(**{**vars(row), **changed})


def new_tenant(place, thing):
    """A municipality that no other test has founded."""
    with place.as_system() as ctx:
        taken = set(ctx.session.scalars(select(Tenant.code)))
    return {
        "code": next(code for code in profiles.municipalities() if code not in taken),
        "profile": "decentral",
        "slug": f"doors-{place.slug}",
        "name": "Prøve",
        "year": place.today.year,
        "admin_name": "Ny",
        "admin_email": "ny@doors.dk",
    }


def renamed(place, thing):
    return {"name": "Nyt navn", "slug": f"renamed-{thing}"}


def colleague(place, thing):
    return {
        "name": "Ny kollega",
        "email": f"ny.{place.slug}@vendor.dk",
        "role": "vendor_support",
        "password": "en lang adgangskode til ansatte",
    }


ACTS = {"may": ADMIN, "may_not": SUPPORT}
BOTH = {"may": SUPPORT, "may_not": None, "why": EVERY_USER}
WHY = fixed(reason="Aftalen er ændret fra i dag")
LANGUAGE = fixed(reason="Aftalen er ændret fra i dag", locale="en")
VENDOR = [
    vendor(row)
    for row in (
        Row("vendor.index", **BOTH),
        Row("vendor.details", **BOTH, thing="active_tenant"),
        *verb("vendor.verb_create", **ACTS, body=new_tenant, answer=200),
        *verb("vendor.verb_rename", **ACTS, body=renamed, thing="active_tenant"),
        *verb("vendor.verb_configure", **ACTS, body=LANGUAGE, thing="active_tenant"),
        *verb("vendor.verb_activate", **ACTS, body=WHY, thing="trial_tenant"),
        *verb("vendor.verb_suspend", **ACTS, body=WHY, thing="active_tenant"),
        *verb("vendor.verb_reactivate", **ACTS, body=WHY, thing="suspended_tenant"),
        *verb("vendor.verb_archive", **ACTS, body=WHY, thing="suspended_tenant"),
        *verb(
            "vendor.verb_support",
            **BOTH,
            body=fixed(reason="Fejl i lønfil, sag 1234", minutes=5),
            thing="active_tenant",
            answer=200,
        ),
        Row("vendor_jobs.index", **BOTH),
        Row("vendor_jobs.progress", **BOTH, thing="active_tenant"),
        *verb("vendor_jobs.verb_retry", **BOTH, thing="active_tenant"),
        Row("vendor_staff.index", **ACTS),
        *verb("vendor_staff.verb_create", **ACTS, body=colleague),
        *verb("vendor_staff.verb_close", **ACTS, thing="staff"),
        Row("vendor_trail.index", **BOTH),
        *verb(
            "vendor_trail.verb_change",
            **BOTH,
            body=fixed(old="en lang adgangskode", new="en anden lang adgangskode"),
        ),
    )
]
ROWS = [*OPEN, *VENDOR]
