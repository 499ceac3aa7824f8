"""The rules of the form advice, a survey that is closed, and an enrolment that joins."""

from __future__ import annotations

from tenant_app.catalogue.models import CourseForm
from tenant_app.initiatives import service as initiatives
from tests.doors.table import Row, api, reaching, verb

SETS = {"may": "consultant", "may_not": "leader_n1", "branch": "consultant_south"}
SEES = {"may": "leader_n1", "may_not": "bare", "branch": "leader_s1", "branch_may": True}
LEADS = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}


def _version(place):
    """The one that counts when the form is sent."""
    with place.as_system() as ctx:
        return str(initiatives.advice_rules(ctx).version)


def rule(place, thing):
    points = {f"points_{form.value}": "1" for form in CourseForm}
    return {"says": "Vi har gode erfaringer.", "version": _version(place)} | points


def scale(place, thing):
    weeks = {f"weeks_{form.value}": "9" for form in CourseForm}
    numbers = {"few": "3", "many": "10", "time": "4", "money": "2"}
    return numbers | weeks | {"version": _version(place)}


def standard(place, thing):
    return {"version": _version(place)}


def version_json(place, thing):
    return {"version": int(_version(place))}


def rule_json(place, thing):
    return {"says": "Vi har gode erfaringer.", "points": {"course": 2}} | version_json(place, thing)


def scale_json(place, thing):
    scale_ = {"few": 3, "many": 10, "time": 4, "money": 2, "weeks": {"course": 9}}
    return scale_ | version_json(place, thing)


PANEL = [
    Row("advice-rules.index", **SEES),
    *reaching("advice-rules.verb_rule", **SETS, body=rule),
    *reaching("advice-rules.verb_scale", **SETS, body=scale),
    *reaching("advice-rules.verb_standard", **SETS, body=standard),
    *verb("initiatives.verb_close_survey", **LEADS, thing="surveyed_initiative"),
    *verb(
        "requests.verb_join",
        **LEADS,
        thing="confirmed",
        refs={"initiative_id": "planned_initiative"},
    ),
]
API = api(
    Row("api_initiatives.show_advice_rules", **SEES),
    Row(
        "api_initiatives.set_advice_rule",
        "PUT",
        **SETS,
        path={"key": "urgent"},
        body=rule_json,
    ),
    Row("api_initiatives.set_advice_scale", "PUT", **SETS, body=scale_json),
    Row("api_initiatives.restore_advice_rules", "POST", **SETS, body=version_json),
    Row("api_initiatives.close_survey", "POST", **LEADS, thing="surveyed_initiative"),
)
ROWS = [*PANEL, *API]
