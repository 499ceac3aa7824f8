"""Each member puts the candidates in order; the result and how far they are apart are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Forbidden
from tenant_app.forums import queries, rules
from tenant_app.forums.models import AgendaItem, Meeting, RankingBallot, RankingRound
from tenant_app.forums.rules import Ranked
from tenant_app.forums.service.shared import find_meeting, meeting_to_manage


@dataclass(frozen=True)
class Ranking:
    """The round of a meeting as the actor may see it."""

    round: RankingRound
    candidates: Sequence[AgendaItem]
    voices: int
    """How many have ranked."""
    own: Sequence[UUID]
    """The actor's own order; nothing of others'."""
    result: Sequence[Ranked]
    """Once it is closed, of enough voices."""

    @property
    def is_open(self) -> bool:
        return self.round.closed_at is None

    def title(self, item_id: UUID) -> str:
        """What a candidate is called."""
        return next(each.title for each in self.candidates if each.id == item_id)


def open_ranking(ctx: Context, meeting_id: UUID) -> RankingRound:
    """The members can rank the candidates of the agenda, which stay as they are."""
    found = meeting_to_manage(ctx, meeting_id)
    count = len(_candidates(queries.agenda(ctx, found.id)))
    known = queries.round_of(ctx, found.id)
    rules.check_openable(found.state, candidates=count, is_there=known is not None)
    made = RankingRound(id=uuid7(), meeting_id=found.id, opened_at=ctx.now)
    ctx.session.add(made)
    audit.record(ctx, "ranking.opened", found.id, new={"candidates": count})
    return made


def rank(ctx: Context, meeting_id: UUID, ordered: Sequence[UUID]) -> RankingBallot:
    """The actor's own order of all candidates, the most important first; it may be given anew.

    Raises Forbidden to others than members, and Conflict once the ranking is closed.
    """
    found = find_meeting(ctx, meeting_id)
    ctx.require(Permission.FORUMS_TAKE_PART)
    held = queries.round_held(ctx, found.id, alone=False)
    rules.check_votes(
        is_member=queries.is_member(ctx, found.forum_id),
        round_is_there=held is not None,
        closed_at=held.closed_at if held is not None else None,
    )
    rules.check_open(found.state)
    assert held is not None
    items = [each.id for each in _candidates(queries.agenda(ctx, found.id))]
    order = [str(each) for each in rules.check_order(ordered, items)]
    mine = {"round_id": held.id, "user_id": ctx.actor.user_id}
    row = {"id": uuid7(), **mine, "ordered": order, "cast_at": ctx.now}
    if ctx.session.execute(insert_or_skip(RankingBallot, row, skip=True)).scalar() is None:
        queries.vote_anew(ctx, held.id, order)
    # That somebody ranked is told; how is theirs.
    audit.record(ctx, "ranking.ranked", found.id)
    [own] = [each for each in queries.ballots(ctx, held.id) if each.user_id == ctx.actor.user_id]
    return own


def close_ranking(ctx: Context, meeting_id: UUID) -> RankingRound:
    """No more votes are taken, and everybody in the forum sees the result."""
    found = meeting_to_manage(ctx, meeting_id)
    held = queries.round_held(ctx, found.id, alone=True)
    voices = len(queries.ballots(ctx, held.id)) if held is not None else 0
    rules.check_closable(
        round_is_there=held is not None,
        voices=voices,
        closed_at=held.closed_at if held is not None else None,
    )
    assert held is not None
    held.closed_at = ctx.now
    audit.record(ctx, "ranking.closed", found.id, new={"voices": voices})
    return held


def ranking(ctx: Context, meeting: Meeting, agenda: Sequence[AgendaItem]) -> Ranking | None:
    """The round of a meeting in sight; None where there has been none.

    While it is open the actor sees only their own order, and how many have ranked.
    """
    found, cast = queries.round_with_ballots(ctx, meeting.id)
    if found is None:
        return None
    candidates = _candidates(agenda)
    items = [each.id for each in candidates]
    # An item can have left since: a need that was merged into another on the same agenda.
    orders = [[key for key in map(UUID, each.ordered) if key in items] for each in cast]
    has_result = found.closed_at is not None and len(cast) >= rules.FEWEST_VOICES
    return Ranking(
        round=found,
        candidates=candidates,
        voices=len(cast),
        own=[key for key in _own(ctx, cast) if key in items],
        result=rules.result(items, orders) if has_result else [],
    )


def own_order(ctx: Context, meeting: Meeting) -> list[UUID]:
    """The order a member gave in a meeting's round, of what stands on its agenda; nothing where
    they gave none. Raises Forbidden to others."""
    if not queries.is_member(ctx, meeting.forum_id):
        raise Forbidden(N_("Only the members of the forum rank."))
    _round, cast = queries.round_with_ballots(ctx, meeting.id)
    items = {each.id for each in _candidates(queries.agenda(ctx, meeting.id))}
    return [key for key in _own(ctx, cast) if key in items]


def _own(ctx: Context, cast: Sequence[RankingBallot]) -> list[UUID]:
    mine = ctx.actor.user_id
    found = next((each.ordered for each in cast if mine is not None and each.user_id == mine), [])
    return [UUID(key) for key in found]


def may_rank(ctx: Context, meeting: Meeting, shown: Ranking | None) -> bool:
    """Whether the actor can give an order now."""
    if shown is None or not shown.is_open or meeting.state not in rules.OPEN:
        return False
    if not ctx.actor.may(Permission.FORUMS_TAKE_PART):
        return False
    return queries.is_member(ctx, meeting.forum_id)


def _candidates(agenda: Sequence[AgendaItem]) -> list[AgendaItem]:
    return [each for each in agenda if rules.subject_of(each) is not None]
