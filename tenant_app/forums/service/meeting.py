"""Meetings: planned, moved, held and closed; their agenda and minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.cooperation import service as cooperation
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.forums import queries, rules
from tenant_app.forums.models import AgendaItem, Meeting, MeetingState
from tenant_app.forums.rules import Subject
from tenant_app.forums.service.shared import (
    clusters_below,
    forum_to_manage,
    meeting_to_manage,
    require_sight,
)
from tenant_app.needs import service as needs
from tenant_app.organisation import service as organisation


def plan(
    ctx: Context, forum_id: UUID, *, day: date, begins: time, ends: time, place: str
) -> Meeting:
    """The forum meets then and there."""
    forum = forum_to_manage(ctx, forum_id)
    rules.check_forum_meets(forum.closed_on)
    starts_at, ends_at = rules.times(rules.check_day(day, today=ctx.today), begins, ends)
    made = Meeting(
        id=uuid7(),
        forum_id=forum.id,
        starts_at=starts_at,
        ends_at=ends_at,
        place=rules.check_line(place, field="place"),
        state=MeetingState.PLANNED,
        state_since=ctx.now,
        minutes="",
    )
    ctx.session.add(made)
    ctx.session.flush()  # whoever asks for it by its id must find it
    audit.record(ctx, "meeting.planned", made.id, new={"forum": forum.name, "on": starts_at})
    return made


def change(
    ctx: Context, meeting_id: UUID, *, day: date, begins: time, ends: time, place: str
) -> Meeting:
    """The meeting is then and there instead. Raises Conflict once it is held."""
    found = meeting_to_manage(ctx, meeting_id)
    rules.check_ahead(found.state)
    starts_at, ends_at = rules.times(rules.check_day(day, today=ctx.today), begins, ends)
    old = {"on": found.starts_at, "place": found.place}
    found.starts_at, found.ends_at = starts_at, ends_at
    found.place = rules.check_line(place, field="place")
    audit.record(
        ctx, "meeting.changed", found.id, old=old, new={"on": starts_at, "place": found.place}
    )
    return found


def move(ctx: Context, meeting_id: UUID, to: MeetingState) -> Meeting:
    """The meeting is held, closed or cancelled. It is called by issuing its pack.

    A ranking that too few took part in ends with it, without a result; shared needs that it did not
    decide on are free again.
    """
    found = meeting_to_manage(ctx, meeting_id)
    if to in (MeetingState.PLANNED, MeetingState.CALLED):
        raise Invalid(
            N_("A meeting is called by making its pack. Choose held, closed or cancelled."),
            field="to",
        )
    rules.check_move(found.state, to)
    if to is MeetingState.HELD:
        rules.check_held(found.starts_at, now=ctx.now)
    if to in (MeetingState.CLOSED, MeetingState.CANCELLED):
        _end_ranking(ctx, found, to)
        for item in queries.agenda(ctx, found.id):
            _give_back(ctx, item, but=found)
    old, found.state, found.state_since = found.state, to, ctx.now
    audit.record(
        ctx,
        f"meeting.{to.value}",
        found.id,
        old={"state": old.value},
        new={"state": to.value},
    )
    return found


def add_item(
    ctx: Context,
    meeting_id: UUID,
    *,
    title: str = "",
    need_id: UUID | None = None,
    cluster_id: UUID | None = None,
    initiative_id: UUID | None = None,
    position: int | None = None,
) -> AgendaItem:
    """An item stands on the agenda, last or where it was asked for.

    A candidate lies below the forum's unit and is one the actor sees; a shared need is taken up.
    Raises NotFound, Invalid, and Conflict once the candidates are being ranked.
    """
    found = meeting_to_manage(ctx, meeting_id)
    if need_id is not None:  # before anything is written, as a merge of needs has it
        queries.hold(ctx, rules.Candidate(Subject.NEED, need_id))
    titles = [
        _need(ctx, found, need_id),
        _cluster(ctx, found, cluster_id),
        _initiative(ctx, found, initiative_id),
    ]
    rules.check_one_candidate(titles)
    rules.check_open(found.state)
    candidate = rules.candidate_of(
        need_id=need_id, cluster_id=cluster_id, initiative_id=initiative_id
    )
    named = next((each for each in titles if each is not None), "")
    known = queries.agenda(ctx, found.id)
    rules.check_room(len(known))
    if candidate is not None:
        rules.check_unranked(queries.round_of(ctx, found.id) is not None)
        rules.check_once(any(rules.subject_of(each) == candidate for each in known))
    place = rules.place_of(position, items=len(known))
    made = AgendaItem(
        id=uuid7(),
        meeting_id=found.id,
        position=place,
        title=rules.check_line(title.strip() or named[: rules.LONGEST_LINE], field="title"),
        minutes="",
        **(candidate.columns() if candidate else {}),
    )
    if candidate is not None and candidate.kind is Subject.CLUSTER:
        cooperation.take_up(ctx, candidate.id, under=organisation.path_at(ctx, found.forum.unit_id))
    for each in known[place - 1 :]:
        each.position += 1
    ctx.session.add(made)
    audit.record(ctx, "meeting.item_added", found.id, new={"title": made.title})
    return made


def order_agenda(ctx: Context, meeting_id: UUID, *, ordered: Sequence[UUID]) -> list[AgendaItem]:
    """The items of the agenda stand in this order, until the meeting is held.

    Raises Invalid unless each is named once, and Conflict once the candidates are being ranked.
    """
    found = meeting_to_manage(ctx, meeting_id)
    known = {each.id: each for each in queries.agenda(ctx, found.id)}
    rules.check_agenda(list(known), ordered)
    rules.check_ahead(found.state)
    rules.check_unranked(queries.round_of(ctx, found.id) is not None)
    if list(known) != list(ordered):
        for at, item_id in enumerate(ordered, start=1):
            known[item_id].position = at
        audit.record(ctx, "meeting.agenda_ordered", found.id, new={"items": len(known)})
    return [known[item_id] for item_id in ordered]


def remove_item(ctx: Context, item_id: UUID) -> None:
    """The item stands on the agenda no more. Raises Conflict for one that is ranked or decided."""
    meeting_id = queries.meeting_of_item(ctx, item_id)
    if meeting_id is None:
        require_sight(ctx)
        raise NotFound(N_("There is no such item. Choose from the list."), field="item_id")
    found = meeting_to_manage(ctx, meeting_id)
    item = queries.item(ctx, item_id, found.id)
    if item is None:  # removed while the lock was waited for
        raise NotFound(N_("There is no such item. Choose from the list."), field="item_id")
    rules.check_open(found.state)
    if rules.subject_of(item) is not None:
        rules.check_unranked(queries.round_of(ctx, found.id) is not None)
    if queries.standing_of_item(ctx, item.id) is not None:
        raise Conflict(
            N_("Something was decided on this item, so it stays on the agenda."), field="item_id"
        )
    _give_back(ctx, item)
    take_off(ctx, item)
    audit.record(ctx, "meeting.item_removed", found.id, old={"title": item.title})


def take_off(ctx: Context, item: AgendaItem) -> None:
    """It stands on its agenda no more, and what is left is counted anew."""
    item.removed_at = ctx.now
    ctx.session.flush()
    for at, each in enumerate(queries.agenda(ctx, item.meeting_id), start=1):
        each.position = at


def follow_merge(ctx: Context, need_id: UUID, into_id: UUID) -> None:
    """Open items on a need are about the one it was merged into; of two on one agenda that one
    leaves, unless it was ranked or decided on: ballots and decisions name it."""
    for item in queries.items_on_need(ctx, need_id):
        known = [rules.subject_of(each) for each in queries.agenda(ctx, item.meeting_id)]
        is_free = (
            queries.round_of(ctx, item.meeting_id) is None
            and queries.standing_of_item(ctx, item.id) is None
        )
        if is_free and rules.Candidate(Subject.NEED, into_id) in known:
            take_off(ctx, item)
        else:
            item.need_id = into_id
        audit.record(ctx, "meeting.item_followed", item.meeting_id, new={"title": item.title})


needs.AFTER_MERGE.append(follow_merge)


def write_minutes(
    ctx: Context, meeting_id: UUID, *, minutes: str = "", items: Mapping[UUID, str] | None = None
) -> Meeting:
    """What was said, of the meeting and of each item that is named. Until it is closed."""
    found = meeting_to_manage(ctx, meeting_id)
    known = {each.id: each for each in queries.agenda(ctx, found.id)}
    said = dict(items or {})
    if set(said) - set(known):
        raise NotFound(N_("There is no such item. Choose from the list."), field="items")
    rules.check_open(found.state)
    rules.check_begun(found.starts_at, now=ctx.now)
    found.minutes = rules.check_text(minutes, field="minutes")
    for item_id, text in said.items():
        known[item_id].minutes = rules.check_text(text, field="items")
    audit.record(ctx, "meeting.minutes_written", found.id, new={"items": len(said)})
    return found


def _need(ctx: Context, meeting: Meeting, need_id: UUID | None) -> str | None:
    if need_id is None:
        return None
    found = queries.need_of(ctx, need_id, meeting.forum.unit_id)
    if found is None:
        raise NotFound(
            N_("Choose a qualified need of the forum’s unit, or of one below it."), field="need_id"
        )
    return found


def _cluster(ctx: Context, meeting: Meeting, cluster_id: UUID | None) -> str | None:
    if cluster_id is None:
        return None
    for line in clusters_below(ctx, meeting.forum.unit_id):
        if line.id == cluster_id:
            return f"{line.area}: {line.title}"
    raise NotFound(
        N_("Choose a shared need that is confirmed by leaders below the forum’s unit."),
        field="cluster_id",
    )


def _initiative(ctx: Context, meeting: Meeting, initiative_id: UUID | None) -> str | None:
    if initiative_id is None:
        return None
    found = queries.initiative_of(ctx, initiative_id, meeting.forum.unit_id)
    if found is None:
        raise NotFound(
            N_("Choose an initiative of the forum’s unit, or of one below it."),
            field="initiative_id",
        )
    return found.title


def _end_ranking(ctx: Context, meeting: Meeting, to: MeetingState) -> None:
    """An open round ends without a result; one that can have a result is closed for itself."""
    found = queries.round_held(ctx, meeting.id, alone=True)
    if found is None or found.closed_at is not None:
        return
    voices = len(queries.ballots(ctx, found.id))
    if to is MeetingState.CLOSED and voices >= rules.FEWEST_VOICES:
        raise Conflict(N_("The ranking is still open. Close it first."), field="to")
    found.closed_at = ctx.now
    audit.record(ctx, "ranking.closed", meeting.id, new={"voices": voices})


def _give_back(ctx: Context, item: AgendaItem, *, but: Meeting | None = None) -> None:
    """A shared need that stands on no other agenda is its houses' again.

    Before anything is written: needs and what they are part of are locked first.
    """
    if item.cluster_id is None:
        return
    mine = [item] if but is None else queries.agenda(ctx, but.id)
    if not queries.is_on_an_agenda(ctx, item.cluster_id, but=[each.id for each in mine]):
        cooperation.give_back(ctx, item.cluster_id)
