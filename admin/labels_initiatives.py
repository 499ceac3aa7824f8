"""What states of initiatives are called in the panel, and what was done with one."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.initiatives.models import InitiativeState

S = InitiativeState
STATES = {
    S.IDEA: _l("Idea"),
    S.QUALIFIED: _l("Qualified"),
    S.PRIORITISED: _l("Prioritised"),
    S.PLANNED: _l("Ready to begin"),
    S.RUNNING: _l("Under way"),
    S.FOLLOW_UP: _l("Follow-up"),
    S.EVALUATED: _l("Evaluated"),
    S.ANCHORED: _l("Anchored"),
    S.STOPPED: _l("Stopped"),
}
TONES = {
    S.RUNNING: "ok",
    S.FOLLOW_UP: "ok",
    S.EVALUATED: "good",
    S.ANCHORED: "good",
    S.STOPPED: "bad",
}
STEPS = {
    1: _l("1: not at all sure"),
    2: "2",
    3: "3",
    4: "4",
    5: _l("5: quite sure"),
}
"""How sure one is of the matter before it begins."""
ACTIONS = {
    "initiative.created": _l("Initiative created"),
    "initiative.changed": _l("Initiative changed"),
    "initiative.moved": _l("Initiative moved on"),
    "initiative.stopped": _l("Initiative stopped"),
    "initiative.limit_overridden": _l("Began above the institution’s limit"),
    "initiative.form_chosen": _l("Form of the initiative chosen"),
    "initiative.survey_closed": _l("Survey before the initiative closed"),
    "initiative.person_limit_overridden": _l("People let in above the limit of a person"),
    "initiative.advice_rules_set": _l("Rules of the form advice changed"),
    "initiative.survey_opened": _l("Survey before the initiative opened"),
}
CONDITIONS = {
    "urgent": _l("It is urgent"),
    "not_urgent": _l("It is not urgent"),
    "few": _l("Few people"),
    "many": _l("Many people"),
    "one_unit": _l("One institution"),
    "several_units": _l("Several institutions"),
    "shared": _l("All need it in common"),
    "for_some": _l("It is for some"),
    "same_level": _l("All need it at the same level"),
    "levels_differ": _l("All need it, at different levels"),
    "resource_persons": _l("Resource persons are at hand"),
    "no_resource_persons": _l("No resource persons are at hand"),
}
"""When each rule of the form advice holds."""
FACTS = {
    "rule": _l("Rule"),
    "description": _l("Description"),
    "target_group": _l("Target group"),
    "people": _l("Number of people"),
    "estimate": _l("Estimate"),
    "needs": _l("Needs it answers"),
    "units": _l("Institutions that take part"),
    "courses": _l("Courses of the initiative"),
    "advised": _l("Advised form"),
    "unit": _l("Unit"),
    "running": _l("Under way already"),
    "most": _l("Limit"),
}
