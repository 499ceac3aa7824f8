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
from tenant_app.organisation.models import Position
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
    may_take_over,
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
    """Another leader or a deputy holds the talk, and what was shared must be shared with them anew:
    preparations, and plans that were taken up in it.

    By its holder, before it is held; of one who no longer leads there, by those who lead there in
    their own right, until it is agreed on. A held talk keeps its agreement, which all sign anew.
    """
    talk = talk_to_change(ctx, talk_id)
    if talk.holder_id == ctx.actor.user_id:
        rules.check_before(talk.state)
    elif may_take_over(ctx, talk):
        rules.check_open(talk.state)
    else:
        raise Forbidden(N_("Only the leader who holds this talk can do this."))
    path = organisation.path_of(ctx, talk.unit_id)
    user = {user.id: user for user in queries.holders(ctx, talk.unit_id, path)}.get(holder_id)
    if user is None or user.id == talk.holder_id:
        raise Invalid(
            N_("Choose another leader of this unit, or a deputy of theirs."), field="holder_id"
        )
    members = queries.members_of(ctx, [talk.id])
    rules.check_other(user.employee_id, [each.employee_id for each in members])
    talk.holder_id = user.id
    queries.take_back(ctx, talk.id)
    queries.let_go(ctx, talk.id)
    if talk.state is TalkState.HELD:
        talk.signed_at = None
        for member in members:
            member.signed_at = None
    else:
        _settle(ctx, talk)
    audit.record(ctx, "talk.handed_over", talk.id)
    return talk


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
        role=_role_of(ctx, found),
        text=text,
        confidentiality=confidentiality,
        found_on=found.talk.held_on,
    )
    audit.record(ctx, "talk.gave_evidence", found.talk.id)
    return made


def _role_of(ctx: Context, found: Part) -> ActorRole:
    """Whose view it is: the holder's by where they hold the talk, a member's by what they were."""
    if found.me is None:
        return rules.view_of(ctx.actor.grants, found.talk.unit_id)
    day = found.talk.held_on or ctx.today
    position = queries.position_on(ctx, found.me.employee_id, day)
    return ActorRole.LEADER if position is Position.LEADER else ActorRole.PEDAGOGUE


def _settle(ctx: Context, talk: DevelopmentTalk) -> None:
    """Invited or prepared, by who has shared what."""
    staying = [each for each in queries.members_of(ctx, [talk.id]) if each.left_at is None]
    shared = queries.shared_by(ctx, [talk.id]) & {each.id for each in staying}
    talk.state = rules.after_sharing(len(shared), len(staying))


def _move(ctx: Context, talk: DevelopmentTalk, to: TalkState, action: str) -> None:
    old, talk.state = talk.state, to
    # Never a text: the trail is read by others than the parties.
    audit.record(ctx, action, talk.id, old={"state": old.value}, new={"state": to.value})
