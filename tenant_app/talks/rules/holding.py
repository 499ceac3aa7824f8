"""Who may hold the talks of a unit, and who is asked to them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tenant_app.accounts.models import Role
from tenant_app.core.access import Grant, Permission
from tenant_app.needs.models import ActorRole

INSIDE = Role.INSTITUTION_LEADER
"""Leads a unit from inside, with all below."""
AT_UNIT = frozenset({Role.AREA_LEADER, Role.MUNICIPAL_ADMIN})
"""Whoever leads from above holds the talks of that unit itself: those with its leaders."""


@dataclass(frozen=True)
class Held:
    """Where somebody holds talks."""

    inside: tuple[UUID, ...] = ()
    """Units that they lead from inside, with all below."""
    alone: tuple[UUID, ...] = ()
    """Units that they lead themselves alone."""


def held(grants: Iterable[Grant]) -> Held:
    """The talks of an institution are held by those who lead it: whoever leads the area or the
    municipality holds those with the leaders, and looks into no others."""
    inside, alone = [], []
    for grant in grants:
        if Permission.TALKS_HOLD not in grant.permissions:
            continue
        if grant.role == INSIDE.value:
            inside.append(grant.unit_id)
        elif grant.role in {role.value for role in AT_UNIT}:
            alone.append(grant.unit_id)
    return Held(tuple(inside), tuple(alone))


def holder_for(grants: Iterable[Grant], *, path: str, unit_id: UUID) -> UUID | None:
    """Whom the actor stands in for at the unit: the leader themselves holds the talks that a deputy
    opens. None where the role is the actor's own."""
    found: list[UUID | None] = [
        grant.deputy_for
        for grant in grants
        if Permission.TALKS_HOLD in grant.permissions
        and (
            path.startswith(grant.path) if grant.role == INSIDE.value else grant.unit_id == unit_id
        )
    ]
    return None if not found or None in found else found[0]


VIEWS = {
    Role.AREA_LEADER.value: ActorRole.AREA_LEADER,
    Role.MUNICIPAL_ADMIN.value: ActorRole.ADMINISTRATION,
}


def view_of(grants: Iterable[Grant], unit_id: UUID) -> ActorRole:
    """As what somebody who holds the talks of the unit says what they found there."""
    roles = [grant.role for grant in grants if grant.unit_id == unit_id and grant.role in VIEWS]
    return VIEWS[roles[0]] if roles else ActorRole.LEADER
