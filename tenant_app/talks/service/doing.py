"""A talk on its way: prepared, given a time, held, called off."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, Confidentiality, SourceType
from tenant_app.organisation import service as organisation
from tenant_app.talks import queries, rules
from tenant_app.talks.models import (
    DevelopmentTalk,
    Preparation,
    TalkKind,
    TalkState,
)
from tenant_app.talks.service.shared import (
    Part,
    holder_in,
    may_hold_at,
    part_in,
    talk_to_change,
)

SOURCES = {TalkKind.MUS: SourceType.MUS, TalkKind.GRUS: SourceType.GROUP_DIALOGUE}


def prepare(
    ctx: Context,
    talk_id: UUID,
    *,
    good: str = "",
    hard: str = "",
    learn: str = "",
    support: str = "",
    share: bool = False,
) -> DevelopmentTalk:
    """The actor's own side is written down, and shared with all in the talk or taken back.

    The talk is prepared once every member has shared. Raises Conflict once it was held.
    """
    found = part_in(ctx, talk_id)
    rules.check_before(found.talk.state)
    answers = {"good": good, "hard": hard, "learn": learn, "support": support}
    told = {
        name: rules.check_text(text, field=name, required=False) for name, text in answers.items()
    }
    if share and not any(told.values()):
        raise Invalid(N_("Write something before you share it."), field="good")
    member_id = found.me.id if found.me is not None else None
    row = queries.preparation_to_change(ctx, found.talk.id, member_id=member_id)
    if row is None:
        row = Preparation(
            id=uuid7(),
            talk_id=found.talk.id,
            member_id=member_id,
            holder_id=None if member_id is not None else ctx.actor.user_id,
            changed_at=ctx.now,
            **told,
        )
        ctx.session.add(row)
    else:
        for name, text in told.items():
            setattr(row, name, text)
    row.changed_at = ctx.now
    row.shared_at = ctx.now if share else None
    ctx.session.flush()  # who has shared is counted by the database
    _settle(ctx, found.talk)
    audit.record(ctx, "talk.prepared", found.talk.id, new={"shared": share})
    return found.talk


def schedule(ctx: Context, talk_id: UUID, *, planned_at: datetime) -> DevelopmentTalk:
    """The talk has a time. By its holder."""
    found = holder_in(ctx, talk_id)
    rules.check_before(found.talk.state)
    found.talk.planned_at = rules.check_planned(planned_at, today=ctx.today)
    audit.record(ctx, "talk.scheduled", found.talk.id, new={"planned_at": planned_at})
    return found.talk


def hand_over(ctx: Context, talk_id: UUID, *, holder_id: UUID) -> DevelopmentTalk:
    """Another leader or a deputy holds the talk, and what was shared must be shared with them anew.

    By its holder; of one who no longer leads there, by those who lead there in their own right.
    """
    talk = talk_to_change(ctx, talk_id)
    path = organisation.path_of(ctx, talk.unit_id)
    able = {user.id: user for user in queries.holders(ctx, talk.unit_id, path)}
    if talk.holder_id != ctx.actor.user_id and not _may_take(ctx, talk, path, set(able)):
        raise Forbidden(N_("Only the leader who holds this talk can do this."))
    rules.check_before(talk.state)
    user = able.get(holder_id)
    if user is None or user.id == talk.holder_id:
        raise Invalid(
            N_("Choose another leader of this unit, or a deputy of theirs."), field="holder_id"
        )
    members = [each.employee_id for each in queries.members_of(ctx, [talk.id])]
    rules.check_other(user.employee_id, members)
    talk.holder_id = user.id
    queries.take_back(ctx, talk.id)
    _settle(ctx, talk)
    audit.record(ctx, "talk.handed_over", talk.id)
    return talk


def _may_take(ctx: Context, talk: DevelopmentTalk, path: str, able: set[UUID]) -> bool:
    """Whether its holder is gone, and the actor leads there without standing in for anybody."""
    is_own = rules.holder_for(ctx.actor.grants, path=path, unit_id=talk.unit_id) is None
    return talk.holder_id not in able and is_own and may_hold_at(ctx, talk.unit_id, path)


def hold(ctx: Context, talk_id: UUID, *, held_on: date) -> DevelopmentTalk:
    """The talk took place on the day; then it can be agreed on. By its holder."""
    found = holder_in(ctx, talk_id)
    rules.check_before(found.talk.state)
    found.talk.held_on = rules.check_held_on(held_on, today=ctx.today)
    _move(ctx, found.talk, TalkState.HELD, "talk.held")
    return found.talk


def call_off(ctx: Context, talk_id: UUID, *, reason: str) -> DevelopmentTalk:
    """The holder cancels the talk; a member says no, and the others of a group go on.

    Raises Conflict once it was held.
    """
    found = part_in(ctx, talk_id)
    rules.check_before(found.talk.state)
    why = rules.check_text(reason, field="reason")
    if found.me is None:
        found.talk.reason = why
        for member in found.members:
            member.left_at = ctx.now
        _move(ctx, found.talk, TalkState.CANCELLED, "talk.cancelled")
        return found.talk
    found.me.left_at, found.me.left_why = ctx.now, why
    ctx.session.flush()  # those who are left are counted by the database
    if len(found.members) == 1:
        _move(ctx, found.talk, TalkState.DECLINED, "talk.declined")
    else:
        _settle(ctx, found.talk)
        audit.record(ctx, "talk.declined", found.talk.id)
    return found.talk


def add_evidence(
    ctx: Context,
    talk_id: UUID,
    *,
    need_id: UUID,
    text: str,
    confidentiality: Confidentiality = Confidentiality.INSTITUTION,
) -> UUID:
    """What a party writes here, anew, stands behind the need as a finding of a talk.

    Nothing of the talk itself is copied. Raises Conflict before it was held.
    """
    found = part_in(ctx, talk_id)
    rules.check_on(found.talk.state)
    if found.talk.held_on is None:
        raise Conflict(
            N_("The talk has not been held yet. The leader records that first."), field="state"
        )
    made = needs.add_evidence(
        ctx,
        need_id,
        source=SOURCES[found.talk.kind],
        role=_role_of(found),
        text=text,
        confidentiality=confidentiality,
        found_on=found.talk.held_on,
    )
    audit.record(ctx, "talk.gave_evidence", found.talk.id)
    return made


def _role_of(found: Part) -> ActorRole:
    return ActorRole.LEADER if found.me is None else ActorRole.PEDAGOGUE


def _settle(ctx: Context, talk: DevelopmentTalk) -> None:
    """Invited or prepared, by who has shared what."""
    staying = [each for each in queries.members_of(ctx, [talk.id]) if each.left_at is None]
    shared = queries.shared_by(ctx, [talk.id]) & {each.id for each in staying}
    talk.state = rules.after_sharing(len(shared), len(staying))


def _move(ctx: Context, talk: DevelopmentTalk, to: TalkState, action: str) -> None:
    old, talk.state = talk.state, to
    # Never a text: the trail is read by others than the parties.
    audit.record(ctx, action, talk.id, old={"state": old.value}, new={"state": to.value})
