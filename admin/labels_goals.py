"""What levels, states and themes of goals are called in the panel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.goals.models import GoalState, LearningTheme
from tenant_app.organisation.models import UnitKind

GOALS = _l("Goals and needs")
"""The menu's group."""
GOAL_STATES = {
    GoalState.DRAFT: _l("Draft goal"),
    GoalState.ADOPTED: _l("Adopted"),
    GoalState.RETIRED: _l("Retired"),
}
GOAL_TONES = {GoalState.ADOPTED: "ok", GoalState.DRAFT: "warn"}
GOAL_LEVELS = {
    UnitKind.MUNICIPALITY: _l("The whole municipality"),
    UnitKind.AREA: _l("An area"),
    UnitKind.INSTITUTION: _l("An institution"),
}
THEMES = {
    LearningTheme.PERSONAL: _l("Personal development"),
    LearningTheme.SOCIAL: _l("Social development"),
    LearningTheme.LANGUAGE: _l("Communication and language"),
    LearningTheme.BODY: _l("Body, senses and movement"),
    LearningTheme.NATURE: _l("Nature, outdoor life and science"),
    LearningTheme.CULTURE: _l("Culture, aesthetics and community"),
}
"""In the Danish words of dagtilbudsloven § 8."""
STEPS = {
    "goal.adopted": _l("Goal adopted"),
    "goal.changed": _l("Goal changed"),
    "goal.created": _l("Goal drafted"),
    "goal.retired": _l("Goal retired"),
    "indicator.read": _l("Indicator read"),
    "indicator.set": _l("Indicator set"),
}
"""What the trail says was done."""
FACTS = {
    "baseline": _l("At the start"),
    "baseline_on": _l("Measured on"),
    "is_local": _l("Local"),
    "measure": _l("Counted in"),
    "read_on": _l("Read on"),
    "target": _l("Target value"),
    "themes": _l("Themes of the curriculum"),
    "value": _l("Value"),
}
"""What it calls the facts of goals and indicators."""
