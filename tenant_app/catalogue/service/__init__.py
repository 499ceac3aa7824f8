"""Verbs of the catalogue: providers, courses, sessions and what they cost."""

from tenant_app.budgets.rules import words
from tenant_app.catalogue.models import CourseForm, ProviderKind
from tenant_app.catalogue.rules import MOST_ECTS
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

# The rules of budgets ask about the form and the provider of a course, and lie below.
words.learn("form", (each.value for each in CourseForm))
words.learn("provider_kind", (each.value for each in ProviderKind))
words.MOST["ects"] = MOST_ECTS

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
