"""Who may do what: the one role table; who may give which role; and who must stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from tenant_app.accounts.models import Role
from tenant_app.core.access import Actor, Grant
from tenant_app.core.access import Permission as P
from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid
from tenant_app.organisation.models import UnitKind

_READ = {
    P.UNITS_VIEW,
    P.EMPLOYEES_VIEW,
    P.COMPETENCES_VIEW,
    P.CATALOGUE_VIEW,
    P.BUDGET_VIEW,
    P.ENROLMENT_VIEW,
    P.REPORT_VIEW,
    P.GOALS_VIEW,
    P.NEEDS_VIEW,
    P.INITIATIVES_VIEW,
    P.ANCHORING_VIEW,
    P.TALKS_VIEW,
    P.SUPERVISION_VIEW,
    P.DIALOGUE_VIEW,
    P.COOPERATION_VIEW,
    P.RESOURCE_PERSONS_VIEW,
    P.FORUMS_VIEW,
    P.FUNDS_VIEW,
    P.INVOICES_VIEW,
}
_LEADS = {
    P.GOALS_MANAGE,
    P.NEEDS_REPORT,
    P.NEEDS_QUALIFY,
    P.INITIATIVES_MANAGE,
    P.ANCHORING_MANAGE,
    P.SUPERVISION_FOLLOW,
    P.DIALOGUE_HOLD,
    P.DIALOGUE_JOIN,
    P.COOPERATION_STATE,
    P.RESOURCE_PERSONS_BOOK,
    P.FORUMS_TAKE_PART,
}
"""From goal to changed practice: done by whoever leads there."""
_WORKS = {
    P.CATALOGUE_VIEW,
    P.COMPETENCES_VIEW,
    P.ENROLMENT_REQUEST_OWN,
    P.GOALS_VIEW,
    P.NEEDS_REPORT,
    P.INITIATIVES_VIEW,
    P.ANCHORING_OWN,
    P.TALKS_OWN,
    P.DIALOGUE_JOIN,
    P.FORUMS_TAKE_PART,
}
"""Whoever works here."""
ROLE_PERMISSIONS: dict[Role, frozenset[P]] = {
    Role.MUNICIPAL_ADMIN: frozenset(
        _READ
        | _LEADS
        | {
            P.LIMIT_OVERRIDE,
            P.ANCHORING_CONFIGURE,
            P.INITIATIVES_CONFIGURE,
            P.TALKS_HOLD,
            P.SUPERVISION_MANAGE,
            P.DIALOGUE_CONFIGURE,
            P.RESOURCE_PERSONS_MANAGE,
            P.FORUMS_MANAGE,
            P.TENANT_CONFIGURE,
            P.USERS_MANAGE,
            P.DELEGATION_MANAGE,
            P.UNITS_MANAGE,
            P.EMPLOYEES_MANAGE,
            P.COMPETENCES_MANAGE,
            P.CATALOGUE_MANAGE,
            P.BUDGET_MANAGE,
            P.BUDGET_TRANSFER,
            P.ROUNDS_APPLY,
            P.FUNDS_APPLY,
            P.INVOICES_MANAGE,
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
        _READ
        | _LEADS
        | {
            P.ANCHORING_CONFIGURE,
            P.INITIATIVES_CONFIGURE,
            P.SUPERVISION_MANAGE,
            P.DIALOGUE_CONFIGURE,
            P.RESOURCE_PERSONS_MANAGE,
            P.FORUMS_MANAGE,
            P.COMPETENCES_MANAGE,
            P.CATALOGUE_MANAGE,
            # Four eyes: a difference is approved by another than the one who matched it.
            P.INVOICES_MANAGE,
            P.ENROLMENT_COMPLETE,
            P.REPORT_RUN,
        }
    ),
    Role.AREA_LEADER: frozenset(
        _READ
        | _LEADS
        | {
            P.LIMIT_OVERRIDE,
            P.TALKS_HOLD,
            P.BUDGET_TRANSFER,
            P.ROUNDS_APPLY,
            P.FUNDS_APPLY,
            P.SUPERVISION_MANAGE,
            P.COOPERATION_CONFIRM,
            P.FORUMS_MANAGE,
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
        | _LEADS
        | {
            P.TALKS_HOLD,
            P.BUDGET_TRANSFER,
            P.ROUNDS_APPLY,
            P.FUNDS_APPLY,
            P.COOPERATION_CONFIRM,
            P.ENROLMENT_REQUEST,
            P.ENROLMENT_APPROVE_INSTITUTION,
            P.ENROLMENT_COMPLETE,
            P.DELEGATION_MANAGE,
        }
    ),
    Role.EMPLOYEE: frozenset(_WORKS),
    Role.AUDITOR: frozenset(_READ | {P.AUDIT_VIEW}),
    # A colleague who signs for the union on applications to funds, and sees those.
    Role.UNION_REPRESENTATIVE: frozenset(_WORKS | {P.FUNDS_VIEW, P.FUNDS_SIGN}),
}
RANK: dict[Role, int] = {
    Role.MUNICIPAL_ADMIN: 4,
    Role.CONSULTANT: 3,
    Role.AREA_LEADER: 3,
    Role.INSTITUTION_LEADER: 2,
    Role.AUDITOR: 2,
    Role.EMPLOYEE: 1,
    Role.UNION_REPRESENTATIVE: 1,
}
"""Nobody grants a role above the highest of their own."""
ROLE_KINDS: dict[Role, frozenset[UnitKind]] = {
    Role.MUNICIPAL_ADMIN: frozenset({UnitKind.MUNICIPALITY}),
    Role.CONSULTANT: frozenset({UnitKind.MUNICIPALITY, UnitKind.AREA}),
    # A municipality without areas places the area leader's work at its top.
    Role.AREA_LEADER: frozenset({UnitKind.MUNICIPALITY, UnitKind.AREA}),
    Role.INSTITUTION_LEADER: frozenset({UnitKind.INSTITUTION, UnitKind.HOUSE}),
    Role.EMPLOYEE: frozenset(UnitKind),
    Role.AUDITOR: frozenset(UnitKind),
    Role.UNION_REPRESENTATIVE: frozenset(UnitKind),
}
"""Where in the hierarchy a role makes sense."""
NOT_DEPUTISED = frozenset({Role.EMPLOYEE, Role.AUDITOR, Role.UNION_REPRESENTATIVE})
"""A deputy leads in a leader's place; private, oversight and elected roles stay with the person."""
DELEGATING = frozenset(
    role
    for role, permissions in ROLE_PERMISSIONS.items()
    if P.DELEGATION_MANAGE in permissions and role not in NOT_DEPUTISED
)
"""Whoever has one of these may have a deputy."""


class GrantGone(Invalid):
    """The role chosen to work in is not, or no longer, one of the user's."""

    def __init__(self) -> None:
        super().__init__(
            N_("You do not hold this role today. Choose one from the list."), field="grant"
        )


class LastAdmin(Conflict):
    """Nobody could let anybody in again."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This is the municipality's last administrator. Make another user administrator "
                "first."
            )
        )


class LastAdminLeaves(Conflict):
    """The same, where the login would end with the employment."""

    def __init__(self, name: str) -> None:
        super().__init__(
            N_(
                "%(name)s is the municipality's last administrator, and the login ends with the "
                "employment. First give another user the role of municipal administrator."
            ),
            name=name,
        )


def key_of(grant: Grant) -> str:
    """What names a grant from one request to the next: the role, where, and whose."""
    return f"{grant.role}.{grant.unit_id}.{grant.deputy_for or 'own'}"


def narrow(grants: Collection[Grant], key: str) -> tuple[Grant, ...]:
    """Only the grant of that key. Never more than was given: raises GrantGone for any other key."""
    kept = tuple(grant for grant in grants if key_of(grant) == key)
    if not kept:
        raise GrantGone()
    return kept


def rank_at(actor: Actor, path: str) -> int:
    """The highest rank with which the actor may place roles at a path; 0 is nobody's.

    What is borrowed counts one less: a deputy passes on less than was lent.
    """
    if actor.is_system:
        return max(RANK.values())
    return max(
        (
            RANK[Role(grant.role)] - (grant.deputy_for is not None)
            for grant in actor.grants
            if P.USERS_MANAGE in grant.permissions and path.startswith(grant.path)
        ),
        default=0,
    )


def check_other(actor: Actor, user_id: UUID) -> None:
    """Nobody changes their own roles or login. Raises Forbidden."""
    if actor.user_id == user_id:
        raise Forbidden(
            N_("Nobody can change their own roles or login. Ask another administrator.")
        )


def check_rank(actor: Actor, roles: Iterable[Role], *, path: str) -> None:
    """Nobody gives, takes or steers a role above their own. Raises Forbidden."""
    highest = max((RANK[role] for role in roles), default=0)
    if highest > rank_at(actor, path):
        raise Forbidden(N_("This role ranks above yours. Ask an administrator who has it."))


def check_kind(role: Role, kind: UnitKind) -> None:
    """A role belongs to certain kinds of units. Raises Invalid."""
    if kind not in ROLE_KINDS[role]:
        raise Invalid(
            N_("This role cannot be given at this kind of unit. Choose another unit or role."),
            field="unit_id",
        )


def check_admins_stay(
    *,
    working: Mapping[UUID, str],
    staying: Mapping[UUID, str],
    gone: Collection[UUID],
    not_staying: Collection[UUID],
) -> None:
    """Of the administrators (with their names) who work today one still will, and of those without
    a known last day one still has none. Raises LastAdminLeaves."""
    for before, without in ((working, gone), (staying, not_staying)):
        if before and not set(before) - set(without):
            raise LastAdminLeaves(next(iter(before.values())))


def check_admin_remains(admins: Collection[UUID], *, leaving: UUID) -> None:
    """At least one lasting administrator stays behind. Raises LastAdmin."""
    if set(admins) == {leaving}:
        raise LastAdmin()
