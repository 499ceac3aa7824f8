"""Verbs of the what-if."""

from tenant_app.scenarios.service.trying import (
    adopt,
    base_years,
    compute,
    make,
    may_see,
    remove,
    result,
    scenario,
    scenarios,
)

__all__ = [
    "adopt",
    "base_years",
    "compute",
    "make",
    "may_see",
    "remove",
    "result",
    "scenario",
    "scenarios",
]
