"""The trail in words: what was done, and which facts changed. Ids are for machines and left out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import (
    anchoring_labels,
    cooperation_labels,
    forums_labels,
    labels_dialogue,
    labels_funds,
    labels_goals,
    labels_initiatives,
    labels_invoices,
    labels_needs,
    labels_resource,
    labels_rounds,
    supervision_labels,
    talks_labels,
)
from admin.budget_fields import POLICIES, percent_text
from admin.budget_fields import STATES as YEAR_STATES
from admin.budget_years import key_text
from admin.catalogue_verbs import FORM_LABELS, PRICE_LABELS, PROVIDER_LABELS
from admin.enrolments_labels import LEVELS, STATES
from admin.labels import ROLES
from admin.organisation_verbs import KIND_LABELS, POSITION_LABELS
from tenant_app.core.clock import DENMARK
from tenant_app.core.money import show

ACTIONS = {
    "budgets.alarm_raised": _l("A figure differs from the ledger"),
    "budgets.alarm_settled": _l("A figure agrees with the ledger again"),
    "budgets.allotment_adjusted": _l("Allotment adjusted"),
    "budgets.cap_ended": _l("Cap per person ended"),
    "budgets.cap_set": _l("Cap per person set"),
    "budgets.constraints_set": _l("Constraints of a pool set"),
    "budgets.policy_set": _l("Pool's policy set"),
    "budgets.threshold_passed": _l("Pool passed its first threshold"),
    "budgets.named_pool_opened": _l("Earmarked pool or fund opened"),
    "budgets.pool_opened": _l("Pool opened"),
    "budgets.rules_set": _l("Funding rules changed"),
    "budgets.year_adopted": _l("Budget year adopted"),
    "budgets.year_changed": _l("Budget year changed"),
    "budgets.year_created": _l("Budget year drafted"),
    "budgets.year_opened": _l("Budget year opened"),
    "budgets.carry_overs_approved": _l("Carry-over approved"),
    "budgets.carry_purpose_stated": _l("Purpose of a carry-over stated"),
    "budgets.carry_rule_set": _l("Caps on carry-over set"),
    "budgets.closing_day_set": _l("Closing day chosen"),
    "budgets.closing_made_up": _l("Closing made up again"),
    "budgets.closing_taken_back": _l("Closing taken back"),
    "budgets.reservations_sent_back": _l("Unanswered requests sent back"),
    "budgets.transfer_approved": _l("Transfer approved"),
    "budgets.transfer_asked": _l("Transfer asked for"),
    "budgets.transfer_rejected": _l("Transfer rejected"),
    "budgets.transfer_withdrawn": _l("Transfer withdrawn"),
    "budgets.year_closed": _l("Budget year closed"),
    "budgets.year_closed_again": _l("Budget year closed again"),
    "budgets.year_closing": _l("Closing begun"),
    "budgets.year_redivided": _l("Allotment divided again"),
    "unit.figures_imported": _l("Children imported"),
    "unit.figures_recorded": _l("Children of an institution registered"),
    "competence.changed": _l("Competence changed"),
    "competence.created": _l("Competence created"),
    "competence_area.created": _l("Competence area created"),
    "competence_area.renamed": _l("Competence area renamed"),
    "course.changed": _l("Course changed"),
    "course.competence_given": _l("Course gives a competence"),
    "course.competence_taken": _l("Course no longer gives a competence"),
    "course.created": _l("Course created"),
    "course.imported": _l("Courses imported"),
    "course_session.cancelled": _l("Session cancelled"),
    "course_session.changed": _l("Session changed"),
    "course_session.created": _l("Session created"),
    "coverage_target.removed": _l("Coverage target removed"),
    "coverage_target.set": _l("Coverage target set"),
    "delegation.granted": _l("Deputy appointed"),
    "delegation.revoked": _l("Deputy's period ended"),
    "employee.changed": _l("Employment changed"),
    "employee.described": _l("Employee's name or e-mail changed"),
    "employee.ended": _l("Employment ended"),
    "employee.hired": _l("Employee hired"),
    "employee.imported": _l("Employees imported"),
    "employee.rehired": _l("Employee hired again"),
    "enrolment.approved": _l("Request approved"),
    "enrolment.cancelled": _l("Place given up"),
    "enrolment.completed": _l("Course completed"),
    "enrolment.joined_initiative": _l("Enrolment put under an initiative"),
    "enrolment.left_initiative": _l("Request left its initiative"),
    "enrolment.marked_no_show": _l("No-show recorded"),
    "enrolment.rejected": _l("Request rejected"),
    "enrolment.requested": _l("Request sent"),
    "enrolment.resubmitted": _l("Request sent again"),
    "enrolment.returned": _l("Request returned"),
    "enrolment.withdrawn": _l("Request withdrawn"),
    "holding.ended": _l("Competence's last day changed"),
    "holding.granted": _l("Competence earned"),
    "holding.noted": _l("Earlier competence noted"),
    "import.completed": _l("File imported"),
    "invitation.accepted": _l("Invitation accepted"),
    "jobs.cancelled": _l("Job cancelled"),
    "jobs.retried": _l("Failed jobs tried again"),
    "password.changed": _l("Password changed"),
    "provider.changed": _l("Provider changed"),
    "provider.created": _l("Provider created"),
    "report.computed": _l("Report made"),
    "report.requested": _l("Report asked for"),
    "scenario.adopted": _l("Scenario adopted as a draft"),
    "scenario.made": _l("Scenario made"),
    "scenario.removed": _l("Scenario removed"),
    "role.ended": _l("Role ended"),
    "role.granted": _l("Role granted"),
    "saved_view.put_first": _l("Chose how a list opens"),
    "saved_view.removed": _l("View of a list removed"),
    "saved_view.saved": _l("View of a list saved"),
    "session.closed": _l("Signed out"),
    "session.opened": _l("Signed in"),
    "settings.changed": _l("Settings changed"),
    "support.closed": _l("Support session ended"),
    "support.looked": _l("Vendor looked at a page"),
    "support.opened": _l("Support session opened"),
    "tenant.activated": _l("Municipality activated"),
    "tenant.archived": _l("Municipality archived"),
    "tenant.configured": _l("Municipality set up"),
    "tenant.founded": _l("Municipality created"),
    "tenant.reactivated": _l("Municipality reactivated"),
    "tenant.renamed": _l("Municipality renamed"),
    "tenant.suspended": _l("Municipality suspended"),
    "token.made": _l("API token made"),
    "token.revoked": _l("API token revoked"),
    "unit.closed": _l("Unit closed"),
    "unit.described": _l("Unit's name or economy changed"),
    "unit.founded": _l("Unit founded"),
    "unit.imported": _l("Units imported"),
    "unit.merged": _l("Unit merged"),
    "unit.moved": _l("Unit moved"),
    "user.closed": _l("Login closed"),
    "user.invited": _l("User invited"),
    "user.locale_set": _l("Language chosen"),
    "user.opened": _l("Login opened"),
    **labels_needs.STEPS,
    **labels_goals.STEPS,
    **anchoring_labels.STEPS,
    **supervision_labels.STEPS,
    **talks_labels.STEPS,
    **labels_initiatives.ACTIONS,
    **cooperation_labels.ACTIONS,
    **forums_labels.STEPS,
    **labels_dialogue.ACTIONS,
    **labels_resource.ACTIONS,
    **labels_invoices.STEPS,
    **labels_rounds.STEPS,
    **labels_funds.STEPS,
}
SYSTEMS = {
    "nightly reports": _l("Nightly reports"),
    "nightly measuring": _l("Nightly measuring"),
    "meeting pack": _l("Meeting pack"),
    "nightly follow-up of moves": _l("Nightly follow-up of moves"),
    "report of usage": _l("Usage report"),
    "report of coverage": _l("Coverage report"),
    "search for shared needs": _l("Search for shared needs"),
    "settling of orders": _l("Settling of orders"),
    "demo": _l("Demo data"),
    "command line": _l("Command line"),
}
GUESTS = {"vendor": _l("Vendor"), "support": _l("Support")}
"""How the names of the vendor's staff begin."""
FACTS = {
    "accessibility_email": _l("E-mail for accessibility"),
    "accessibility_phone": _l("Telephone for accessibility"),
    "accessibility_statement": _l("Statement in the WAS-Tool"),
    "added": _l("Rows added"),
    "allocation": _l("Allocation key"),
    "allotted": _l("Allotted"),
    "area_bp": _l("Areas' share"),
    "as_of": _l("As of"),
    "central_bp": _l("Central share"),
    "changed": _l("Rows changed"),
    "code": _l("Code"),
    "count": _l("Count"),
    "cover_hours": _l("Cover hours"),
    "deadline": _l("Deadline"),
    "due_date": _l("Reached by"),
    "ects": _l("ECTS"),
    "email": _l("E-mail"),
    "ends_on": _l("Ends"),
    "expires_at": _l("Lasts until"),
    "form": _l("Form"),
    "frame": _l("Frame"),
    "from_date": _l("From"),
    "fte": _l("FTE"),
    "hours": _l("Hours"),
    "is_active": _l("In the catalogue"),
    "is_mandatory": _l("Mandatory municipal effort"),
    "kind": _l("Kind"),
    "level": _l("Step"),
    "locale": _l("Language"),
    "materials": _l("Materials per person"),
    "min_count": _l("At least, people"),
    "min_percent": _l("At least, per cent"),
    "minutes": _l("Minutes"),
    "name": _l("Name"),
    "number": _l("Number"),
    "on": _l("Day"),
    "place": _l("Place"),
    "policy": _l("When a pool is empty"),
    "pools": _l("Pools"),
    "position": _l("Position"),
    "price": _l("Price"),
    "price_kind": _l("Price is"),
    "profile": _l("Profile"),
    "role": _l("Role"),
    "rule": _l("Rule"),
    "rule_version": _l("Funding rules version"),
    "seats": _l("Seats"),
    "serves_municipal_goal": _l("Serves a municipal goal"),
    "slug": _l("Short name"),
    "source": _l("Source"),
    "staff": _l("Employees"),
    "starts_on": _l("Starts"),
    "state": _l("State"),
    "submission": _l("Time sent"),
    "title": _l("Title"),
    "to_date": _l("Until"),
    "total": _l("Total cost"),
    "travel": _l("Travel per person"),
    "until_date": _l("Held until"),
    "valid_from": _l("Valid from"),
    "validity_months": _l("Valid for, months"),
    "version": _l("Version"),
    "weak_economy": _l("Weak economy"),
    "year": _l("Year"),
    "approval_rules": _l("Approval rules"),
    "cover_rules": _l("Cover"),
    "limits": _l("Working rules"),
    "urgency": _l("Urgency"),
    "actor_role": _l("Role"),
    "found_on": _l("Found on"),
    **labels_goals.FACTS,
    **anchoring_labels.FACTS,
    **supervision_labels.FACTS,
    **talks_labels.FACTS,
    **labels_initiatives.FACTS,
    **cooperation_labels.FACTS,
    **forums_labels.FACTS,
    **labels_dialogue.FACTS,
    **labels_resource.FACTS,
    **labels_invoices.FACTS,
    **labels_rounds.FACTS,
    **labels_funds.FACTS,
}
AMOUNTS = {"allotted", "estimate", "frame", "materials", "price", "total", "travel"}
AMOUNTS |= {"amount", "asked", "awarded", "cap", "master_cap"}
SHARES = {"area_bp", "central_bp", "employer_bp"}
MOST_LISTED = 10
"""An import names every row; the trail shows how many beyond these."""

_WORDS = (
    (STATES, YEAR_STATES),
    (LEVELS, KIND_LABELS, PROVIDER_LABELS),
    (FORM_LABELS, PRICE_LABELS, POLICIES),
    (ROLES, POSITION_LABELS),
)
VALUES = {
    "da": _l("Danish"),
    "en": _l("English"),
    "usage": _l("Usage report"),
    "coverage": _l("Coverage report"),
    **{key.value: label for group in _WORDS for labels in group for key, label in labels.items()},
}

for _labels in (
    *(labels_needs.STATES, labels_needs.URGENCIES),
    *(labels_needs.SOURCES, labels_needs.ROLES),
    labels_goals.GOAL_STATES,
    labels_goals.THEMES,
    *(anchoring_labels.PHASES, anchoring_labels.OWNERS, anchoring_labels.KINDS),
    *(anchoring_labels.OUTCOMES, anchoring_labels.SEEN),
    labels_initiatives.STATES,
    *(cooperation_labels.STATES, cooperation_labels.OUTCOMES, cooperation_labels.KINDS),
    *(forums_labels.KINDS, forums_labels.STATES, forums_labels.OUTCOMES),
    *(labels_dialogue.STATES, labels_dialogue.PHASES),
    *(supervision_labels.NOTICES, supervision_labels.VERDICTS),
    *(talks_labels.SHORT, talks_labels.STATES, talks_labels.ITEM_STATES),
    labels_resource.BOOKINGS,
    labels_resource.ROLES,
    *(labels_rounds.MODES, labels_rounds.STATES),
    *(labels_funds.STATES, labels_funds.GRANTS),
):
    for _key, _label in _labels.items():
        VALUES.setdefault(_key.value, _label)


def who(name: str) -> str:
    """A person as named, the vendor's staff with what they came as; a job by what it does."""
    if not name:
        return _("A party of a talk")
    there_as, _colon, person = name.partition(": ")
    if person and there_as in GUESTS:
        return f"{GUESTS[there_as]}: {SYSTEMS.get(person, person)}"
    return str(SYSTEMS.get(name, name))


def fact(key: str) -> str | None:
    """What a changed fact is called; None for those that only name another row."""
    return None if key.endswith("_id") else str(FACTS.get(key, key))


def value(key: str, found: Any) -> str:
    """A value as people write it."""
    if found is None or found in ("", [], {}):
        return "–"
    if isinstance(found, bool):
        return _("Yes") if found else _("No")
    if key in AMOUNTS and isinstance(found, int):
        return show(found)
    if key in SHARES and isinstance(found, int):
        return f"{percent_text(found)} %"
    if key == "allocation":
        return key_text(found)
    if isinstance(found, list) or (key == "changed" and isinstance(found, dict)):
        return _listed(list(found))
    if isinstance(found, dict):
        return _("%(count)s rules", count=len(found))
    return _text(str(found))


def _listed(found: list[Any]) -> str:
    if not all(isinstance(each, str | int) for each in found):
        return _("%(count)s rules", count=len(found))
    shown = ", ".join(map(str, found[:MOST_LISTED]))
    rest = len(found) - MOST_LISTED
    return shown if rest <= 0 else shown + " " + _("and %(count)s more", count=rest)


def _text(found: str) -> str:
    if found in VALUES:
        return str(VALUES[found])
    for read in (_day, _moment):
        try:
            return read(found)
        except ValueError:
            continue
    return "" if _is_id(found) else found


def _day(found: str) -> str:
    return date.fromisoformat(found).strftime("%d-%m-%Y") if "-" in found else _refuse(found)


def _moment(found: str) -> str:
    if "T" not in found and " " not in found:
        return _refuse(found)
    return datetime.fromisoformat(found).astimezone(DENMARK).strftime("%d-%m-%Y %H:%M")


def _refuse(found: str) -> str:
    raise ValueError(found)


def _is_id(found: str) -> bool:
    try:
        UUID(found)
    except ValueError:
        return False
    return "-" in found
