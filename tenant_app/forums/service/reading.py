"""What one can look at: meetings, and the log of decisions. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.forums import queries, rules
from tenant_app.forums.models import AgendaItem, Decision, Forum, Meeting, MeetingState, Outcome
from tenant_app.forums.rules import Candidate, Standing
from tenant_app.forums.service.keeping import Seat, members
from tenant_app.forums.service.packs import Making, making
from tenant_app.forums.service.ranking import Ranking, ranking
from tenant_app.forums.service.shared import clusters_below, find_meeting, may_manage, require_sight


@dataclass(frozen=True)
class Issued:
    """A pack of a meeting, without what is in it."""

    id: UUID
    version: int
    data_at: object


@dataclass(frozen=True)
class Point:
    """An item of an agenda, and whether the actor may open what it is about."""

    item: AgendaItem
    is_open: bool


@dataclass(frozen=True)
class Decided:
    """A decision, and what the initiative it started is called for those who see it."""

    decision: Decision
    started: str
    seen: bool
    """Whether the actor sees its meeting."""

    def standing(self, today: date) -> Standing:
        """Where it stands on a day."""
        return rules.standing_of(self.decision, today)


@dataclass(frozen=True)
class Details:
    """One meeting with everything that belongs to it."""

    meeting: Meeting
    agenda: Sequence[Point]
    members: Sequence[Seat]
    packs: Sequence[Issued]
    making: Making | None
    """Told to those who keep the forum."""
    ranking: Ranking | None
    decisions: Sequence[Decided]
    may_manage: bool
    is_member: bool


def meetings(
    ctx: Context,
    *,
    forum_id: UUID | None = None,
    state: MeetingState | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Meeting]:
    """The meetings in the actor's sight, the latest first. Raises NotFound for a forum that is
    out of it."""
    require_sight(ctx)
    filters = meetings_matching(ctx, forum_id=forum_id, state=state)
    found = queries.meetings([queries.of_visible(ctx), *filters])
    return scalars_page(ctx, found, page=page, page_size=page_size)


def meetings_matching(
    ctx: Context,
    *,
    forum_id: UUID | None = None,
    state: MeetingState | None = None,
    to_rank: bool = False,
) -> list[ColumnElement[bool]]:
    """The conditions of a list of meetings; `to_rank`: those whose ranking waits for the actor."""
    filters: list[ColumnElement[bool]] = []
    if forum_id is not None:
        if queries.forum(ctx, forum_id) is None:
            raise NotFound()
        filters.append(Meeting.forum_id == forum_id)
    if state is not None:
        filters.append(Meeting.state == state)
    if to_rank:
        filters.append(queries.waits_for_rank(ctx))
    return filters


def meetings_scope(ctx: Context) -> ColumnElement[bool]:
    """Which meetings the actor may see: for screens that build their own SELECT."""
    return queries.of_visible(ctx)


def meeting(ctx: Context, meeting_id: UUID) -> Meeting:
    """A meeting in sight, with forum and unit. Raises NotFound."""
    return find_meeting(ctx, meeting_id)


def details(ctx: Context, found: Meeting) -> Details:
    """Everything about a meeting that was found in the actor's sight."""
    agenda = queries.agenda_seen(ctx, found.id)
    people = members(ctx, [found.forum_id])[found.forum_id]
    keeps = may_manage(ctx, found.forum)
    return Details(
        meeting=found,
        agenda=[Point(item, bool(is_open)) for item, is_open in agenda],
        members=people,
        packs=[Issued(*row) for row in queries.packs(ctx, found.id)],
        making=making(ctx, found.id) if keeps and found.state in rules.AHEAD else None,
        ranking=ranking(ctx, found, [item for item, _is_open in agenda]),
        decisions=[
            Decided(decision, title or "", seen=True)
            for decision, title in queries.of_meeting(ctx, found.id)
        ],
        may_manage=keeps,
        is_member=any(each.user.id == ctx.actor.user_id for each in people),
    )


def agenda(ctx: Context, meeting_id: UUID) -> Sequence[AgendaItem]:
    """What stands on the agenda of a meeting in sight."""
    return queries.agenda(ctx, find_meeting(ctx, meeting_id).id)


def decisions(
    ctx: Context,
    *,
    standing: Standing | None = None,
    forum_id: UUID | None = None,
    outcome: Outcome | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Decision]:
    """The decisions in the actor's sight, the latest first; with owner, meeting and forum."""
    require_sight(ctx)
    filters = decisions_matching(ctx, standing=standing, forum_id=forum_id, outcome=outcome)
    found = queries.decisions([queries.decisions_in_sight(ctx), *filters])
    return scalars_page(ctx, found, page=page, page_size=page_size)


def decisions_matching(
    ctx: Context,
    *,
    standing: Standing | None = None,
    forum_id: UUID | None = None,
    outcome: Outcome | None = None,
    mine: bool = False,
) -> list[ColumnElement[bool]]:
    """The conditions of a list of decisions; `mine`: those the actor sees to.

    Raises NotFound for a forum out of sight.
    """
    filters: list[ColumnElement[bool]] = []
    if standing is not None:
        filters.append(queries.in_standing(ctx, standing))
    if forum_id is not None:
        if queries.forum(ctx, forum_id) is None:
            raise NotFound()
        filters.append(
            Decision.meeting_id.in_(select(Meeting.id).where(Meeting.forum_id == forum_id))
        )
    if outcome is not None:
        filters.append(Decision.outcome == outcome)
    if mine:
        filters.append(Decision.owner_id == ctx.actor.user_id)
    return filters


def decisions_scope(ctx: Context) -> ColumnElement[bool]:
    """Which decisions the actor may see: for screens that build their own SELECT."""
    return queries.decisions_in_sight(ctx)


def told(ctx: Context, found: Decision) -> Decided:
    """One decision of the log, with the initiative it started."""
    names = queries.names_of(ctx, [found.started_id] if found.started_id else [])
    seen = queries.meetings_seen(ctx, [found.meeting_id])
    return Decided(found, names.get(found.started_id, "") if found.started_id else "", bool(seen))


def replaced_by(ctx: Context, decision_id: UUID) -> Decision | None:
    """The decision that stands in the place of another, where the actor sees it."""
    return ctx.session.scalar(
        queries.decisions(
            [queries.decisions_in_sight(ctx), Decision.replaces_id == decision_id]
        ).limit(1)
    )


def about(ctx: Context, candidates: Collection[Candidate]) -> list[Decided]:
    """The decisions on these, in the order of time: for those who see the candidates.

    What was decided, by which forum and when is told to all of them; the meeting is open to those
    who see the forum.
    """
    found = queries.about(ctx, candidates)
    if not found:
        return []
    seen = queries.meetings_seen(ctx, {each.meeting_id for each in found})
    return [Decided(each, "", each.meeting_id in seen) for each in found]


def forums_to_choose(ctx: Context) -> list[tuple[UUID, str]]:
    """(id, name with unit) of the forums in sight, to filter lists by."""
    found = ctx.session.scalars(queries.forums([queries.visible(ctx)]).limit(500))
    return [(each.id, f"{each.name} ({each.unit.name})") for each in found]


def candidates_to_choose(
    ctx: Context, forum: Forum, *, words: str = ""
) -> dict[str, list[tuple[UUID, str]]]:
    """What can be put on an agenda of the forum, by kind: (id, title with unit). Nothing once its
    unit is closed. `words`: only those with this in their title or in their unit's name."""
    unit_id = forum.unit_id
    shared = [(each.id, f"{each.area}: {each.title}") for each in clusters_below(ctx, unit_id)]
    return {
        "need": [
            (key, f"{title} ({unit})")
            for key, title, unit in queries.needs_to_choose(ctx, unit_id, words)
        ],
        "cluster": [each for each in shared if words.strip().casefold() in each[1].casefold()],
        "initiative": [
            (key, f"{title} ({unit})")
            for key, title, unit in queries.initiatives_to_choose(ctx, unit_id, words)
        ],
    }


def initiatives_to_start(ctx: Context, forum: Forum) -> list[tuple[UUID, str]]:
    """The initiatives that a decision of the forum can let go on."""
    found = queries.initiatives_to_start(ctx, forum.unit_id)
    return [(key, f"{title} ({unit})") for key, title, unit in found]


def decisions_to_replace(ctx: Context, forum: Forum) -> list[Decision]:
    """The decisions of the forum that stand."""
    return list(queries.to_replace(ctx, forum.id))


def reads_forums(ctx: Context) -> bool:
    """Whether the actor looks into forums at all, or takes part in any."""
    wanted = (Permission.FORUMS_VIEW, Permission.FORUMS_TAKE_PART)
    return any(ctx.actor.may(each) for each in wanted)
