"""Verbs of the catalogue: providers, courses, sessions and what they cost."""

from tenant_app.catalogue.service.courses import (
    change_course,
    competences_given,
    course,
    courses,
    create_course,
    give_competence,
    reinstate_course,
    retire_course,
    take_competence,
)
from tenant_app.catalogue.service.providers import (
    change_provider,
    create_provider,
    providers,
)
from tenant_app.catalogue.service.searching import search
from tenant_app.catalogue.service.sessions import (
    cancel_session,
    change_session,
    cost_of,
    create_session,
    offer,
    sessions,
)

__all__ = [
    "cancel_session",
    "change_course",
    "change_provider",
    "change_session",
    "competences_given",
    "cost_of",
    "course",
    "courses",
    "create_course",
    "create_provider",
    "create_session",
    "give_competence",
    "offer",
    "providers",
    "reinstate_course",
    "retire_course",
    "search",
    "sessions",
    "take_competence",
]
