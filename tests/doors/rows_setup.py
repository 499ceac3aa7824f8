"""The municipality's settings, trail, support sessions, jobs and imports."""

from __future__ import annotations

from admin.imports import keep
from tenant_app.core import clock
from tenant_app.imports.models import ImportKind
from tests.doors.table import Row, api, fixed, verb

KEEPS = {"may": "admin", "may_not": "leader_n1", "branch": "admin_south"}
CONFIGURES = {"may": "admin", "may_not": "auditor", "branch": "admin_south"}
OVERSEES = {"may": "auditor", "may_not": "leader_n1", "branch": "auditor_south"}


def units_file(place):
    number, name = place.word("units", "number"), place.word("units", "name")
    head = "enhedsnummer;navn;type;overordnet;fra_dato"
    return f"{head}\n{number};{name};institution;;{place.day(0):%d-%m-%Y}\n".encode()


def upload(place, thing):
    return {"kind": "units", "file": (units_file(place), "enheder.csv")}


def waiting(place, thing):
    """A file that the administrator has had checked."""
    with place.as_user("admin", now=clock.now()) as ctx, place.app.app_context():
        return {"waiting": keep(ctx, ImportKind.UNITS, "enheder.csv", units_file(place))}


def contact(place, thing):
    """What the municipality tells all the world."""
    return {
        "accessibility_email": place.word("tenant_settings", "accessibility_email") + "@by.dk",
        "accessibility_phone": "12 34 56 78",
        "accessibility_statement": "https://was.digst.dk/by-dk",
    }


ROWS = [
    Row("settings.index", **CONFIGURES),
    *verb(
        "settings.verb_approval",
        **CONFIGURES,
        body=fixed(
            **{
                "approval_rules-0-institution": "y",
                "approval_rules-0-area": "y",
                "approval_rules-0-first": "",
                "approval_rules-0-second": "",
                "approval_rules-0-first_number": "",
                "approval_rules-0-second_number": "",
            }
        ),
    ),
    *verb("settings.verb_cover", **CONFIGURES, body=fixed(rate="212,00", default="90")),
    *verb("settings.verb_limits", **CONFIGURES, body=fixed(running_initiatives="3")),
    *verb("settings.verb_language", **CONFIGURES, body=fixed(locale="en")),
    *verb("settings.verb_accessibility", **CONFIGURES, body=contact),
    Row("trail.index_view", **OVERSEES, branch_may=True, lists="trail"),
    Row("trail.details_view", **OVERSEES, thing="trail"),
    Row("support-sessions.index_view", **OVERSEES, branch_may=True, lists="support"),
    Row("support-sessions.details_view", **OVERSEES, thing="support"),
    *verb("support-sessions.verb_end", **(KEEPS | {"may_not": "auditor"}), thing="support"),
    Row("jobs.index_view", **CONFIGURES, lists="job"),
    Row("jobs.details_view", **CONFIGURES, thing="job"),
    *verb("jobs.verb_retry", **CONFIGURES, thing="dead"),
    Row("dead-letters.index_view", **CONFIGURES, lists="dead"),
    Row("dead-letters.details_view", **CONFIGURES, thing="dead"),
    *verb("dead-letters.verb_retry", **CONFIGURES, thing="dead"),
    *verb("dead-letters.verb_retry_all", **CONFIGURES, needs="dead"),
    Row("imports.index", **(KEEPS | {"branch_may": True})),
    Row("imports.check", "POST", **KEEPS, body=upload),
    Row(
        "imports.confirm",
        "POST",
        **KEEPS,
        body=waiting,
        answer=302,
        refused=(403, 404, 422),  # what waits can be confirmed by nobody else
    ),
    Row("imports.template", **(KEEPS | {"branch_may": True}), path={"kind": "units"}),
    *api(
        Row(
            "api_jobs.job",
            may="admin",
            may_not="auditor",
            branch="leader_s1",
            thing="job",
        )
    ),
]
