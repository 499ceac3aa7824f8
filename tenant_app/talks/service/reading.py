"""Talks as people see them: that they are there, and to their parties what they say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.accounts.models import User
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.talks import queries, rules
from tenant_app.talks.models import DevelopmentTalk, TalkKind, TalkMember, TalkState
from tenant_app.talks.queries import Texts, Wrote
from tenant_app.talks.service.shared import may_take_over


@dataclass(frozen=True)
class Details:
    """A talk as the actor may see it. Without `texts` the actor is no party."""

    talk: DevelopmentTalk
    members: Sequence[TalkMember]
    shared: Collection[UUID]
    """Members who have shared their preparation."""
    texts: Texts | None
    preparations: Sequence[Wrote]
    reasons: Mapping[UUID, str] = field(default_factory=dict)
    me: TalkMember | None = None
    holds: bool = False
    may_hand_over: bool = False
    """Whether the actor may let somebody hold it: who holds it, or leads where its holder did."""

    @property
    def is_party(self) -> bool:
        return self.texts is not None

    @property
    def mine(self) -> Wrote | None:
        """What the actor has written themselves."""
        return next((each for each in self.preparations if each.is_mine), None)

    @property
    def signatures(self) -> int:
        """How many have signed, the holder among them."""
        there = [each.signed_at for each in self.members if each.left_at is None]
        return sum(each is not None for each in [self.talk.signed_at, *there])

    @property
    def has_signed(self) -> bool:
        """Whether the actor has."""
        own = self.talk if self.holds else self.me
        return own is not None and own.signed_at is not None

    @property
    def may_sign(self) -> bool:
        """Whether an agreement waits for the actor's signature."""
        written = self.talk.state is TalkState.HELD and self.talk.revision > 0
        return self.is_party and written and not self.has_signed


def scope(ctx: Context) -> ColumnElement[bool]:
    """Talks that the actor sees: for screens that build their own SELECT."""
    return queries.visible(ctx)


def matching(
    ctx: Context,
    *,
    state: TalkState | None = None,
    kind: TalkKind | None = None,
    round_id: UUID | None = None,
    late: bool | None = None,
    soon: bool | None = None,
    own: bool = False,
) -> list[ColumnElement[bool]]:
    """The conditions of a list; `own` are those that the actor is or was invited to."""
    found: list[ColumnElement[bool]] = []
    if state is not None:
        found.append(DevelopmentTalk.state == state)
    if kind is not None:
        found.append(DevelopmentTalk.kind == kind)
    if round_id is not None:
        found.append(queries.in_round(round_id))
    if late is not None:
        is_late = queries.late(ctx.today)
        found.append(is_late if late else ~is_late)
    if soon is not None:
        is_soon = queries.soon(ctx.today)
        found.append(is_soon if soon else ~is_soon)
    if own:
        found.append(queries.is_member(ctx, left=True))
    return found


def talks(
    ctx: Context,
    *,
    state: TalkState | None = None,
    kind: TalkKind | None = None,
    round_id: UUID | None = None,
    late: bool | None = None,
    own: bool = False,
    page: int = 1,
    page_size: int = 50,
) -> Page[DevelopmentTalk]:
    """The talks that the actor sees: those that lie ahead first, the earliest due of them."""
    filters = matching(ctx, state=state, kind=kind, round_id=round_id, late=late, own=own)
    found = queries.talks([queries.visible(ctx), *filters])
    return scalars_page(ctx, found, page=page, page_size=page_size)


def talk(ctx: Context, talk_id: UUID) -> DevelopmentTalk:
    """One talk, without what it says. Raises NotFound outside the actor's sight."""
    found = queries.talk(ctx, talk_id)
    if found is None:
        raise NotFound()
    return found


def details(ctx: Context, found: DevelopmentTalk) -> Details:
    """Everything that the actor may see of a talk that was asked for already."""
    members = queries.members_of(ctx, [found.id])
    texts = queries.texts(ctx, found.id)
    is_party = texts is not None
    holds = is_party and found.holder_id == ctx.actor.user_id
    is_open = found.state in (rules.BEFORE if holds else rules.OPEN)
    own = [
        each
        for each in members
        if is_party and each.employee_id == ctx.actor.employee_id and each.left_at is None
    ]
    left = [each for each in members if each.left_at is not None]
    return Details(
        talk=found,
        members=members,
        shared=queries.shared_by(ctx, [found.id]),
        texts=texts,
        preparations=queries.preparations(ctx, found.id) if is_party else [],
        reasons=queries.reasons(ctx, found.id) if is_party and left else {},
        me=own[0] if own else None,
        holds=holds,
        may_hand_over=is_open and (holds or may_take_over(ctx, found)),
    )


def members(ctx: Context, found: Sequence[DevelopmentTalk]) -> dict[UUID, list[TalkMember]]:
    """Talk → those in it, by name: one statement."""
    told: dict[UUID, list[TalkMember]] = {each.id: [] for each in found}
    if told:
        for member in queries.members_of(ctx, list(told)):
            told[member.talk_id].append(member)
    return told


def takes_part(ctx: Context) -> bool:
    """Whether the actor can have talks and a plan of their own."""
    return queries.takes_part(ctx)


def holders(ctx: Context, found: DevelopmentTalk) -> Sequence[User]:
    """Who may take the talk over: those who lead there today and their deputies."""
    try:
        path = organisation.path_of(ctx, found.unit_id)
    except NotFound:
        return []
    inside = {each.employee_id for each in queries.members_of(ctx, [found.id])}
    return [
        user
        for user in queries.holders(ctx, found.unit_id, path)
        if user.id != found.holder_id
        and (user.employee_id is None or user.employee_id not in inside)
    ]


def is_late(ctx: Context, found: DevelopmentTalk) -> bool:
    """Whether it lies ahead although it should have been held."""
    return found.state in rules.BEFORE and found.round.due_on < ctx.today
