"""The API of settings, jobs, support sessions, the trail and imports."""

from __future__ import annotations

from tenant_app.tenancy import service as tenancy
from tests.doors.rows_setup import CONFIGURES, KEEPS, OVERSEES, contact, units_file
from tests.doors.table import Row, api, fixed


def upload(place, thing):
    return {"file": (units_file(place), "enheder.csv")}


def other_language(place, thing):
    with place.as_system() as ctx:
        return {"locale": "da" if tenancy.settings(ctx).locale == "en" else "en"}


ROWS = api(
    Row("api_tenancy.get_settings", **CONFIGURES),
    Row(
        "api_tenancy.set_approval_rules",
        "PUT",
        **CONFIGURES,
        body=fixed(approval_rules=[{"when": {}, "levels": ["central"]}]),
    ),
    Row(
        "api_tenancy.set_cover_rules",
        "PUT",
        **CONFIGURES,
        body=fixed(cover_rules={"rate": 23_000, "share_taught": {"default": 80}}),
    ),
    Row(
        "api_tenancy.set_limits", "PUT", **CONFIGURES, body=fixed(limits={"leader_observes": True})
    ),
    Row("api_tenancy.set_language", "PUT", **CONFIGURES, body=other_language),
    Row("api_tenancy.set_accessibility", "PUT", **CONFIGURES, body=contact),
    Row("api_tenancy.list_jobs", **CONFIGURES, lists="job"),
    Row("api_tenancy.retry_job", "POST", **CONFIGURES, thing="dead"),
    Row("api_tenancy.list_support_sessions", **OVERSEES, lists="support"),
    Row("api_tenancy.end_support_session", "POST", **CONFIGURES, thing="support"),
    Row("api_audit.list_entries", **OVERSEES, lists="trail", asks={"object_id": "unit"}),
    Row("api_imports.run", "POST", **KEEPS, path={"kind": "units"}, body=upload),
)
