"""Verbs of goals: what a unit wants to reach, and whether it comes closer."""

from tenant_app.goals.service.goals import adopt, change, create, retire
from tenant_app.goals.service.indicators import record_reading, set_indicator
from tenant_app.goals.service.reading import (
    Details,
    Followed,
    Standing,
    depths,
    details,
    details_of,
    get,
    goals,
    has_theme,
    indicator,
    indicators,
    readings,
    standing,
    tree,
    versions,
    visible,
)
from tenant_app.goals.service.serving import check_serves, choices

__all__ = [
    "Details",
    "Followed",
    "Standing",
    "adopt",
    "change",
    "check_serves",
    "choices",
    "create",
    "depths",
    "details",
    "details_of",
    "get",
    "goals",
    "has_theme",
    "indicator",
    "indicators",
    "readings",
    "record_reading",
    "retire",
    "set_indicator",
    "standing",
    "tree",
    "versions",
    "visible",
]
