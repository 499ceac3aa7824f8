"""Who may do what, where: without tables. Empty means nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Permission(StrEnum):
    """A thing a role may do. The one table of roles is `accounts.rules.ROLE_PERMISSIONS`."""

    TENANT_CONFIGURE = "tenant.configure"
    USERS_MANAGE = "users.manage"
    DELEGATION_MANAGE = "delegation.manage"
    UNITS_VIEW = "units.view"
    UNITS_MANAGE = "units.manage"
    EMPLOYEES_VIEW = "employees.view"
    EMPLOYEES_MANAGE = "employees.manage"
    COMPETENCES_VIEW = "competences.view"
    COMPETENCES_MANAGE = "competences.manage"
    GOALS_VIEW = "goals.view"
    GOALS_MANAGE = "goals.manage"
    NEEDS_VIEW = "needs.view"
    NEEDS_REPORT = "needs.report"
    NEEDS_QUALIFY = "needs.qualify"
    INITIATIVES_VIEW = "initiatives.view"
    INITIATIVES_MANAGE = "initiatives.manage"
    INITIATIVES_CONFIGURE = "initiatives.configure"
    LIMIT_OVERRIDE = "limit.override"
    CATALOGUE_VIEW = "catalogue.view"
    CATALOGUE_MANAGE = "catalogue.manage"
    BUDGET_VIEW = "budget.view"
    BUDGET_MANAGE = "budget.manage"
    BUDGET_TRANSFER = "budget.transfer"
    ROUNDS_APPLY = "rounds.apply"
    FUNDS_VIEW = "funds.view"
    FUNDS_APPLY = "funds.apply"
    FUNDS_SIGN = "funds.sign"
    """The union representative's signature: the second of two."""
    INVOICES_VIEW = "invoices.view"
    INVOICES_MANAGE = "invoices.manage"
    ENROLMENT_VIEW = "enrolment.view"
    ENROLMENT_REQUEST = "enrolment.request"
    ENROLMENT_REQUEST_OWN = "enrolment.request_own"
    ENROLMENT_APPROVE_INSTITUTION = "enrolment.approve_institution"
    ENROLMENT_APPROVE_AREA = "enrolment.approve_area"
    ENROLMENT_APPROVE_CENTRAL = "enrolment.approve_central"
    ENROLMENT_COMPLETE = "enrolment.complete"
    ANCHORING_VIEW = "anchoring.view"
    ANCHORING_MANAGE = "anchoring.manage"
    ANCHORING_OWN = "anchoring.own"
    ANCHORING_CONFIGURE = "anchoring.configure"
    TALKS_VIEW = "talks.view"
    TALKS_HOLD = "talks.hold"
    TALKS_OWN = "talks.own"
    SUPERVISION_VIEW = "supervision.view"
    SUPERVISION_MANAGE = "supervision.manage"
    SUPERVISION_FOLLOW = "supervision.follow"
    DIALOGUE_VIEW = "dialogue.view"
    DIALOGUE_HOLD = "dialogue.hold"
    DIALOGUE_JOIN = "dialogue.join"
    DIALOGUE_CONFIGURE = "dialogue.configure"
    COOPERATION_VIEW = "cooperation.view"
    COOPERATION_CONFIRM = "cooperation.confirm"
    COOPERATION_STATE = "cooperation.state"
    RESOURCE_PERSONS_VIEW = "resource_persons.view"
    RESOURCE_PERSONS_MANAGE = "resource_persons.manage"
    RESOURCE_PERSONS_BOOK = "resource_persons.book"
    FORUMS_VIEW = "forums.view"
    FORUMS_MANAGE = "forums.manage"
    FORUMS_TAKE_PART = "forums.take_part"
    REPORT_VIEW = "report.view"
    REPORT_RUN = "report.run"
    IMPORT_RUN = "import.run"
    JOBS_VIEW = "jobs.view"
    JOBS_RETRY = "jobs.retry"
    AUDIT_VIEW = "audit.view"


AT_TOP = frozenset({Permission.TENANT_CONFIGURE, Permission.JOBS_VIEW, Permission.JOBS_RETRY})
"""About the municipality as a whole: held below its top they open nothing."""


@dataclass(frozen=True)
class Grant:
    """A set of permissions over the subtree whose path starts with `path` (as of today)."""

    role: str
    unit_id: UUID
    path: str
    permissions: frozenset[Permission]
    deputy_for: UUID | None = None
    unit_name: str = ""
    holder_name: str = ""
    """Whose role it is, where it is borrowed. Both names are for people to read."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a user with grants, or a named system actor with none or all."""

    name: str
    user_id: UUID | None = None
    employee_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    is_system: bool = False
    support_id: UUID | None = None
    """Set while vendor staff look inside with the tenant's knowledge; always read-only."""

    def paths(self, permission: Permission) -> tuple[str, ...]:
        """The subtrees where the actor has the permission. Empty means nowhere."""
        held = {grant.path for grant in self.grants if permission in grant.permissions}
        if permission in AT_TOP:
            held = {path for path in held if path.count(".") == 1}  # the municipality is one step
        return tuple(sorted(held))

    def may(self, permission: Permission, *, at: str | None = None) -> bool:
        """Whether the actor has the permission somewhere, or at the unit with path `at`."""
        if self.is_system:
            return True
        paths = self.paths(permission)
        return bool(paths) if at is None else any(at.startswith(path) for path in paths)


def system(name: str) -> Actor:
    """A job or a command. Named, so that the audit trail says what acted."""
    return Actor(name=name, is_system=True)


class VendorPermission(StrEnum):
    """What vendor staff may do, outside every tenant."""

    TENANT_VIEW = "tenant.view"
    TENANT_CREATE = "tenant.create"
    TENANT_CONFIGURE = "tenant.configure"
    TENANT_CHANGE_STATE = "tenant.change_state"
    JOBS_RETRY = "jobs.retry"
    SUPPORT_OPEN = "support.open"
    STAFF_MANAGE = "staff.manage"


@dataclass(frozen=True)
class VendorActor:
    """A named member of the vendor's staff."""

    name: str
    vendor_user_id: UUID | None
    permissions: frozenset[VendorPermission]
