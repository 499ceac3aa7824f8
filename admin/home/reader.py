"""Whom the home page is for: what the actor's roles together make it show."""

from __future__ import annotations

from dataclasses import dataclass

from tenant_app.accounts.models import Role
from tenant_app.core.access import Actor, Permission

OVERSEEING = {Role.MUNICIPAL_ADMIN, Role.CONSULTANT, Role.AUDITOR}
DECIDING = (
    Permission.ENROLMENT_APPROVE_INSTITUTION,
    Permission.ENROLMENT_APPROVE_AREA,
    Permission.ENROLMENT_APPROVE_CENTRAL,
)


@dataclass(frozen=True)
class Reader:
    """What the page is about for its reader. Deputies count as those they stand in for."""

    oversees: bool
    """Looks at many without leading them: administrator, consultant, auditor."""
    leads_area: bool
    leads_institution: bool
    takes_part: bool
    """Goes on courses: works here, or may ask for oneself."""
    asks_for_self: bool
    asks_for_staff: bool
    audits: bool
    decides: bool
    sets_up: bool
    keeps_jobs: bool
    reads_reports: bool
    sees_money: bool
    area_paths: tuple[str, ...]
    institution_paths: tuple[str, ...]

    @classmethod
    def of(cls, actor: Actor) -> Reader:
        """The reader that an actor is."""
        roles = {Role(grant.role) for grant in actor.grants}
        own = actor.may(Permission.ENROLMENT_REQUEST_OWN)
        return cls(
            oversees=bool(roles & OVERSEEING) and actor.may(Permission.REPORT_VIEW),
            leads_area=Role.AREA_LEADER in roles,
            leads_institution=Role.INSTITUTION_LEADER in roles,
            takes_part=own or actor.employee_id is not None,
            asks_for_self=own,
            asks_for_staff=actor.may(Permission.ENROLMENT_REQUEST),
            audits=Role.AUDITOR in roles,
            decides=any(actor.may(permission) for permission in DECIDING),
            sets_up=actor.may(Permission.IMPORT_RUN),
            keeps_jobs=actor.may(Permission.JOBS_VIEW),
            reads_reports=actor.may(Permission.REPORT_VIEW),
            sees_money=actor.may(Permission.BUDGET_VIEW),
            area_paths=_paths(actor, Role.AREA_LEADER),
            institution_paths=_paths(actor, Role.INSTITUTION_LEADER),
        )

    @property
    def leads(self) -> bool:
        return self.leads_area or self.leads_institution

    @property
    def is_called(self) -> bool:
        """Whether something can wait for the reader."""
        return self.decides or self.leads or self.takes_part


def _paths(actor: Actor, role: Role) -> tuple[str, ...]:
    return tuple(sorted({grant.path for grant in actor.grants if grant.role == role.value}))
