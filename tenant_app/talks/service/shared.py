"""What the verbs of this room share: finding a talk, and asking who acts in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, NotFound
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit
from tenant_app.talks import queries, rules
from tenant_app.talks.models import DevelopmentTalk, TalkMember


@dataclass(frozen=True)
class Part:
    """A talk that is to be changed, locked, and what the actor is in it."""

    talk: DevelopmentTalk
    members: Sequence[TalkMember]
    """Those who are in it still."""
    me: TalkMember | None
    """None is the holder."""


def talk_to_change(ctx: Context, talk_id: UUID) -> DevelopmentTalk:
    """The talk, locked. Raises NotFound outside the actor's sight."""
    found = queries.talk_to_change(ctx, talk_id)
    if found is None:
        raise NotFound()
    return found


def part_in(ctx: Context, talk_id: UUID) -> Part:
    """The same for one of its parties. Raises Forbidden for others who see that it is there."""
    talk = talk_to_change(ctx, talk_id)
    if not queries.is_party_to(ctx, talk.id):
        raise Forbidden(N_("Only those who are in this talk can do this."))
    members = [each for each in queries.members_of(ctx, [talk.id]) if each.left_at is None]
    own = [each for each in members if each.employee_id == ctx.actor.employee_id]
    return Part(talk, members, own[0] if own else None)


def holder_in(ctx: Context, talk_id: UUID) -> Part:
    """The same for whoever holds it."""
    found = part_in(ctx, talk_id)
    if found.talk.holder_id != ctx.actor.user_id:
        raise Forbidden(N_("Only the leader who holds this talk can do this."))
    return found


def may_hold_at(ctx: Context, unit_id: UUID, path: str) -> bool:
    """Whether the talks of the unit are the actor's to hold."""
    held = rules.held(ctx.actor.grants)
    if unit_id in held.alone:
        return True
    inside = [grant.path for grant in ctx.actor.grants if grant.unit_id in held.inside]
    return any(path.startswith(each) for each in inside)


def may_take_over(ctx: Context, talk: DevelopmentTalk) -> bool:
    """Whether its holder no longer leads there, and the actor does without standing in for
    anybody."""
    if not ctx.actor.may(Permission.TALKS_HOLD):
        return False
    try:
        path = organisation.path_of(ctx, talk.unit_id)
    except NotFound:
        return False
    is_own = rules.holder_for(ctx.actor.grants, path=path, unit_id=talk.unit_id) is None
    if not is_own or not may_hold_at(ctx, talk.unit_id, path):
        return False
    return talk.holder_id not in {user.id for user in queries.holders(ctx, talk.unit_id, path)}


def unit_to_hold_at(ctx: Context, unit_id: UUID) -> tuple[Unit, str]:
    """The unit and its path today. Raises NotFound, and Forbidden for those who lead elsewhere."""
    unit = queries.unit_named(ctx, unit_id)
    if unit is None:
        raise NotFound(N_("There is no such unit. Choose from the list."), field="unit_id")
    path = organisation.path_of(ctx, unit.id)
    if ctx.actor.user_id is None or not may_hold_at(ctx, unit.id, path):
        raise Forbidden(
            N_("Talks are opened by those who lead the unit themselves. Choose a unit you lead."),
            field="unit_id",
        )
    return unit, path
