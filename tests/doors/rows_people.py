"""Units, employees, users, deputies, oneself, and the municipality's own set-up."""

from __future__ import annotations

from admin.imports import keep
from tenant_app.core import clock
from tenant_app.imports.models import ImportKind
from tests.doors.table import Body, Row, api, verb

ROLE_AT_TOP = "Municipal administrators stand only at the top: a role below it cannot be given."
EVERY_USER = "Whoever is signed in may."
BARE = "bare"


def fixed(**fields: object) -> Body:
    """The same body every time; `+3` and `-3` are days from today."""

    def body(place, thing):
        return {
            name: place.day(value[0]).isoformat() if isinstance(value, tuple) else value
            for name, value in fields.items()
        }

    return body


def unit_facts(place, thing):
    return {
        "number": place.word("units", "number"),
        "name": place.word("units", "name"),
        "kind": "institution",
        "from_date": place.day(0).isoformat(),
    }


def unit_name(place, thing):
    return {"name": place.word("units", "name")}


def person_facts(place, thing):
    return {
        "number": place.word("employees", "number"),
        "name": place.word("employees", "name"),
        "position": "pedagogue",
        "fte": "1",
        "from_date": place.day(0).isoformat(),
    }


def invited(place, thing):
    return {"email": place.new_email(), "name": place.word("users", "name"), "role": "employee"}


def ended_role(place, thing):
    """The role of the very user; of nobody's, one of ours."""
    return {"role": str(place.role_of(thing) or place.the("role"))}


def key_facts(place, thing):
    return {"name": place.word("api_tokens", "name"), "days": 3}


def deputy_of(where):
    """A deputy for a few days; `where` tells the two doors' deputies apart."""

    def body(place, thing):
        return {
            "deputy": place.email_of(place.the("user", where)),
            "from_date": place.day(1).isoformat(),
            "to_date": place.day(5).isoformat(),
            "reason": place.word("delegations", "reason"),
        }

    return body


EMPLOYMENT = fixed(position="assistant", fte="1", from_date=(0,))
SEES_UNITS = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
KEEPS = {"may": "admin", "may_not": "leader_n1", "branch": "admin_south"}
DEPUTIES = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
SELF = {"may": "leader_n1", "may_not": BARE, "branch": "leader_s1", "branch_may": True}
CONFIGURES = {"may": "admin", "may_not": "auditor", "branch": None, "why": ROLE_AT_TOP}
OVERSEES = {"may": "auditor", "may_not": "leader_n1", "branch": "auditor_south"}

ORGANISATION = [
    Row("units.index_view", **SEES_UNITS, branch_may=True, lists="unit"),
    Row("units.details_view", **SEES_UNITS, thing="unit"),
    *verb("units.verb_found", **KEEPS, body=unit_facts, refs={"parent_id": "area"}),
    *verb(
        "units.verb_move",
        **KEEPS,
        thing="unit",
        body=fixed(on=(1,)),
        refs={"parent_id": "other_area"},
    ),
    *verb(
        "units.verb_merge", **KEEPS, thing="unit", body=fixed(on=(1,)), refs={"into_id": "+unit"}
    ),
    *verb("units.verb_close", **KEEPS, thing="unit", body=fixed(on=(1,))),
    *verb("units.verb_describe", **KEEPS, thing="unit", body=unit_name),
    Row("employees.index_view", **SEES_UNITS, branch_may=True, lists="employee"),
    Row("employees.details_view", **SEES_UNITS, thing="employee"),
    *verb("employees.verb_hire", **KEEPS, body=person_facts, refs={"unit_id": "unit"}),
    *verb(
        "employees.verb_change",
        **KEEPS,
        thing="employee",
        body=fixed(on=(1,), position="assistant", fte="0,5"),
        refs={"unit_id": "unit"},
    ),
    *verb("employees.verb_end", **KEEPS, thing="employee", body=fixed(on=(1,))),
    *verb(
        "employees.verb_rehire", **KEEPS, thing="left", body=EMPLOYMENT, refs={"unit_id": "unit"}
    ),
    *verb("employees.verb_describe", **KEEPS, thing="employee", body=fixed(name="Ny", email="")),
]
ORGANISATION_API = api(
    Row("api_organisation.list_units", **SEES_UNITS, branch_may=True, lists="unit"),
    Row("api_organisation.get_unit", **SEES_UNITS, thing="unit"),
    Row("api_organisation.list_placements", **SEES_UNITS, thing="unit"),
    Row(
        "api_organisation.found_unit",
        "POST",
        **KEEPS,
        body=unit_facts,
        refs={"parent_id": "area"},
        answer=201,
    ),
    Row(
        "api_organisation.move_unit",
        "POST",
        **KEEPS,
        thing="unit",
        body=fixed(on=(1,)),
        refs={"parent_id": "other_area"},
    ),
    Row(
        "api_organisation.merge_unit",
        "POST",
        **KEEPS,
        thing="unit",
        body=fixed(on=(1,)),
        refs={"into_id": "+unit"},
    ),
    Row("api_organisation.close_unit", "POST", **KEEPS, thing="unit", body=fixed(on=(1,))),
    Row("api_organisation.describe_unit", "POST", **KEEPS, thing="unit", body=fixed(name="Nyt")),
    Row(
        "api_organisation.list_employees",
        **SEES_UNITS,
        branch_may=True,
        lists="employee",
        asks={"unit_id": "unit"},
    ),
    Row("api_organisation.get_employee", **SEES_UNITS, thing="employee"),
    Row("api_organisation.list_employments", **SEES_UNITS, thing="employee"),
    Row(
        "api_organisation.hire",
        "POST",
        **KEEPS,
        body=person_facts,
        refs={"unit_id": "unit"},
        answer=201,
    ),
    Row(
        "api_organisation.change_employment",
        "POST",
        **KEEPS,
        thing="employee",
        body=fixed(on=(1,), fte="0.5"),
        refs={"unit_id": "unit"},
    ),
    Row("api_organisation.end_employment", "POST", **KEEPS, thing="employee", body=fixed(on=(1,))),
    Row(
        "api_organisation.rehire",
        "POST",
        **KEEPS,
        thing="left",
        body=EMPLOYMENT,
        refs={"unit_id": "unit"},
    ),
    Row(
        "api_organisation.describe_employee",
        "POST",
        **KEEPS,
        thing="employee",
        body=fixed(name="Nyt"),
    ),
)
ACCOUNTS = [
    Row("users.index_view", **KEEPS, lists="user"),
    Row("users.details_view", **KEEPS, thing="user"),
    *verb(
        "users.verb_invite",
        **KEEPS,
        body=invited,
        refs={"unit_id": "unit"},
        natural={"employee_id": "number"},
        answer=200,
    ),
    *verb("users.verb_reinvite", **KEEPS, thing="user", answer=200),
    *verb(
        "users.verb_grant_role",
        **KEEPS,
        thing="user",
        body=fixed(role="auditor"),
        refs={"unit_id": "unit"},
    ),
    *verb("users.verb_end_role", **KEEPS, thing="user", body=ended_role, refs={"role": "role"}),
    *verb("users.verb_close", **KEEPS, thing="user"),
    *verb("users.verb_open", **KEEPS, thing="closed_user"),
    Row("delegations.index_view", **DEPUTIES, branch_may=True, lists="delegation"),
    Row("delegations.details_view", **DEPUTIES, thing="delegation"),
    *verb(
        "delegations.verb_delegate",
        **DEPUTIES,
        branch_may=True,
        body=deputy_of("n1"),
        natural={"deputy": "email"},
    ),
    *verb("delegations.verb_revoke", **DEPUTIES, thing="delegation"),
    Row("profile.index", may="ped_n1", may_not=None, branch=None, why=EVERY_USER),
    *verb("profile.verb_language", **SELF, body=fixed(locale="en")),
    *verb("profile.verb_token", **SELF, body=key_facts, answer=200),
    *verb("profile.verb_revoke_token", **(SELF | {"branch_may": False}), thing="token"),
]
ACCOUNTS_API = api(
    Row("api_accounts.me", may="ped_n1", may_not=None, branch=None, why=EVERY_USER),
    Row(
        "api_accounts.set_locale",
        "PUT",
        may="ped_n1",
        may_not=None,
        branch=None,
        body=fixed(locale="en"),
        why=EVERY_USER,
    ),
    Row("api_accounts.users", **KEEPS, lists="user"),
    Row(
        "api_accounts.invite",
        "POST",
        **KEEPS,
        body=invited,
        refs={"unit_id": "unit", "employee_id": "+employee"},
        answer=201,
    ),
    Row("api_accounts.reinvite", "POST", **KEEPS, thing="user", answer=201),
    Row("api_accounts.close_user", "POST", **KEEPS, thing="user"),
    Row("api_accounts.open_user", "POST", **KEEPS, thing="closed_user"),
    Row("api_accounts.roles", **KEEPS, lists="role", asks={"user_id": "user"}),
    Row(
        "api_accounts.grant_role",
        "POST",
        **KEEPS,
        body=fixed(role="auditor"),
        refs={"user_id": "+user", "unit_id": "unit"},
        answer=201,
    ),
    Row("api_accounts.end_role", "POST", **KEEPS, thing="role"),
    Row("api_accounts.delegations", **DEPUTIES, branch_may=True, lists="delegation"),
    Row(
        "api_accounts.delegate",
        "POST",
        **DEPUTIES,
        branch_may=True,
        body=deputy_of("s1"),
        natural={"deputy": "email"},
        answer=201,
    ),
    Row("api_accounts.revoke_delegation", "POST", **DEPUTIES, thing="delegation"),
    Row(
        "api_accounts.tokens",
        may="leader_n1",
        may_not=None,
        branch="leader_s1",
        branch_may=True,
        lists="token",
        why=EVERY_USER,
    ),
    Row(
        "api_accounts.make_token",
        "POST",
        may="leader_n1",
        may_not=None,
        branch=None,
        body=key_facts,
        answer=201,
        why=EVERY_USER,
    ),
    Row(
        "api_accounts.revoke_token",
        "POST",
        may="leader_n1",
        may_not="ped_n1",
        branch="leader_s1",
        thing="token",
    ),
)


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


TENANCY = [
    Row("settings.index", **CONFIGURES),
    *verb(
        "settings.verb_approval",
        **CONFIGURES,
        body=fixed(
            **{
                "approval_rules-0-chain": "institution>area",
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
    Row("trail.index_view", **OVERSEES, branch_may=True, lists="trail"),
    Row("trail.details_view", **OVERSEES, thing="trail"),
    Row("trail.export", **OVERSEES, branch_may=True, path={"export_type": "csv"}),
    Row("support-sessions.index_view", **OVERSEES, branch_may=True, lists="support"),
    Row("support-sessions.details_view", **OVERSEES, thing="support"),
    *verb("support-sessions.verb_end", **(KEEPS | {"may_not": "auditor"}), thing="support"),
    Row("jobs.index_view", **CONFIGURES, lists="job"),
    Row("jobs.details_view", **CONFIGURES, thing="job"),
    *verb("jobs.verb_retry", **CONFIGURES, thing="dead"),
    Row("dead-letters.index_view", **CONFIGURES, lists="dead"),
    Row("dead-letters.details_view", **CONFIGURES, thing="dead"),
    *verb("dead-letters.verb_retry", **CONFIGURES, thing="dead"),
    *verb("dead-letters.verb_retry_all", **CONFIGURES),
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
ROWS = [*ORGANISATION, *ORGANISATION_API, *ACCOUNTS, *ACCOUNTS_API, *TENANCY]
