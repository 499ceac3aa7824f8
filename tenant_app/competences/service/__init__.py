"""Verbs of competences: what can be learnt, who holds it, and how many should."""

from tenant_app.competences.service.competences import (
    areas,
    change_competence,
    competence,
    competences,
    create_area,
    create_competence,
    rename_area,
)
from tenant_app.competences.service.holdings import (
    Held,
    end_holding,
    grant,
    held_on,
    holdings,
    note_holding,
    visible_holdings,
    with_names,
)
from tenant_app.competences.service.targets import (
    change_target,
    remove_target,
    set_target,
    targets,
)

__all__ = [
    "Held",
    "areas",
    "change_competence",
    "change_target",
    "competence",
    "competences",
    "create_area",
    "create_competence",
    "end_holding",
    "grant",
    "held_on",
    "holdings",
    "note_holding",
    "remove_target",
    "rename_area",
    "set_target",
    "targets",
    "visible_holdings",
    "with_names",
]
