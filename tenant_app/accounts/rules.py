"""Who may do what: the one role table. Pure."""

from __future__ import annotations

from tenant_app.accounts.models import Role
from tenant_app.core.access import Permission as P

_READ = {
    P.UNITS_VIEW,
    P.EMPLOYEES_VIEW,
    P.COMPETENCES_VIEW,
    P.CATALOGUE_VIEW,
    P.BUDGET_VIEW,
    P.ENROLMENT_VIEW,
    P.REPORT_VIEW,
}

ROLE_PERMISSIONS: dict[Role, frozenset[P]] = {
    Role.MUNICIPAL_ADMIN: frozenset(
        _READ
        | {
            P.TENANT_CONFIGURE,
            P.USERS_MANAGE,
            P.DELEGATION_MANAGE,
            P.UNITS_MANAGE,
            P.EMPLOYEES_MANAGE,
            P.COMPETENCES_MANAGE,
            P.CATALOGUE_MANAGE,
            P.BUDGET_MANAGE,
            P.ENROLMENT_APPROVE_AREA,
            P.ENROLMENT_APPROVE_CENTRAL,
            P.ENROLMENT_COMPLETE,
            P.REPORT_RUN,
            P.IMPORT_RUN,
            P.JOBS_VIEW,
            P.JOBS_RETRY,
            P.AUDIT_VIEW,
        }
    ),
    Role.CONSULTANT: frozenset(
        _READ | {P.COMPETENCES_MANAGE, P.CATALOGUE_MANAGE, P.ENROLMENT_COMPLETE, P.REPORT_RUN}
    ),
    Role.AREA_LEADER: frozenset(
        _READ
        | {
            P.ENROLMENT_REQUEST,
            P.ENROLMENT_APPROVE_INSTITUTION,
            P.ENROLMENT_APPROVE_AREA,
            P.ENROLMENT_COMPLETE,
            P.DELEGATION_MANAGE,
            P.REPORT_RUN,
        }
    ),
    Role.INSTITUTION_LEADER: frozenset(
        _READ
        | {
            P.ENROLMENT_REQUEST,
            P.ENROLMENT_APPROVE_INSTITUTION,
            P.ENROLMENT_COMPLETE,
            P.DELEGATION_MANAGE,
        }
    ),
    Role.EMPLOYEE: frozenset({P.CATALOGUE_VIEW, P.COMPETENCES_VIEW, P.ENROLMENT_REQUEST_OWN}),
    Role.AUDITOR: frozenset(_READ | {P.AUDIT_VIEW}),
}

RANK: dict[Role, int] = {
    Role.MUNICIPAL_ADMIN: 4,
    Role.CONSULTANT: 3,
    Role.AREA_LEADER: 3,
    Role.INSTITUTION_LEADER: 2,
    Role.AUDITOR: 2,
    Role.EMPLOYEE: 1,
}
"""Nobody grants a role above the highest of their own."""
