"""Forums over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.forums import service as forums
from tenant_app.forums.models import (
    AgendaItem,
    Decision,
    Forum,
    Meeting,
    MeetingPack,
    MeetingState,
    RankingBallot,
    RankingRound,
    WheelEntry,
)
from tenant_app.forums.schemas import (
    AgendaItemIn,
    AgendaItemOut,
    AgendaOrderIn,
    AgendaOut,
    BallotOut,
    DecisionIn,
    DecisionOut,
    DecisionQuery,
    DoneIn,
    ForumChangeIn,
    ForumDetailsOut,
    ForumIn,
    ForumOut,
    ForumQuery,
    MeetingDetailsOut,
    MeetingIn,
    MeetingMoveIn,
    MeetingOut,
    MeetingQuery,
    MinutesIn,
    PackAskedOut,
    PackOut,
    RankIn,
    RoundOut,
    WheelEntryIn,
    WheelEntryOut,
)

blueprint = Blueprint(
    "forums",
    __name__,
    url_prefix="/api/v1/forums",
    description="Forums, their meetings, packs, rankings and decisions, and the year as a wheel",
)


@blueprint.get("")
@endpoint(blueprint, query=ForumQuery, page_of=ForumOut)
def list_forums(ctx: Context, **filters: Any) -> Page[Forum]:
    """The forums that the caller looks into or is a member of."""
    return forums.listing(ctx, **filters)


@blueprint.post("")
@endpoint(blueprint, takes=ForumIn, returns=ForumOut, status=201)
def create_forum(ctx: Context, **facts: Any) -> Forum:
    """Make a forum of a unit."""
    made = forums.create(ctx, **facts)
    return forums.one(ctx, made.id)


@blueprint.get("/<uuid:forum_id>")
@endpoint(blueprint, returns=ForumDetailsOut)
def show_forum(ctx: Context, forum_id: UUID) -> dict[str, Any]:
    """One forum with its members."""
    found = forums.one(ctx, forum_id)
    names = ("id", "kind", "name", "purpose", "unit", "closed_on")
    people = [seat.user for seat in forums.members(ctx, [forum_id])[forum_id]]
    return {name: getattr(found, name) for name in names} | {"members": people}


@blueprint.put("/<uuid:forum_id>")
@endpoint(blueprint, takes=ForumChangeIn, returns=ForumOut)
def change_forum(ctx: Context, forum_id: UUID, **facts: Any) -> Forum:
    """Change what a forum is, and who is in it."""
    return forums.change(ctx, forum_id, **facts)


@blueprint.post("/<uuid:forum_id>/close")
@endpoint(blueprint, returns=ForumOut)
def close_forum(ctx: Context, forum_id: UUID) -> Forum:
    """The forum does not meet any more."""
    return forums.close(ctx, forum_id)


@blueprint.post("/<uuid:forum_id>/meetings")
@endpoint(blueprint, takes=MeetingIn, returns=MeetingOut, status=201)
def plan_meeting(ctx: Context, forum_id: UUID, **facts: Any) -> Meeting:
    """Plan a meeting of the forum."""
    made = forums.plan(ctx, forum_id, **facts)
    return forums.meeting(ctx, made.id)


@blueprint.get("/meetings")
@endpoint(blueprint, query=MeetingQuery, page_of=MeetingOut)
def list_meetings(ctx: Context, **filters: Any) -> Page[Meeting]:
    """The meetings of forums in sight, the latest first."""
    return forums.meetings(ctx, **filters)


@blueprint.get("/meetings/<uuid:meeting_id>")
@endpoint(blueprint, returns=MeetingDetailsOut)
def show_meeting(ctx: Context, meeting_id: UUID) -> dict[str, Any]:
    """One meeting with its agenda, packs, ranking and decisions."""
    found = forums.details(ctx, forums.meeting(ctx, meeting_id))
    names = ("id", "forum_id", "forum", "starts_at", "ends_at", "place", "state", "minutes")
    return {name: getattr(found.meeting, name) for name in names} | {
        "agenda": [point.item for point in found.agenda],
        "packs": found.packs,
        "ranking": found.ranking,
        "decisions": [each.decision for each in found.decisions],
    }


@blueprint.put("/meetings/<uuid:meeting_id>")
@endpoint(blueprint, takes=MeetingIn, returns=MeetingOut)
def change_meeting(ctx: Context, meeting_id: UUID, **facts: Any) -> Meeting:
    """The meeting is then and there instead."""
    return forums.change_meeting(ctx, meeting_id, **facts)


@blueprint.post("/meetings/<uuid:meeting_id>/move")
@endpoint(blueprint, takes=MeetingMoveIn, returns=MeetingOut)
def move_meeting(ctx: Context, meeting_id: UUID, to: MeetingState) -> Meeting:
    """The meeting is held, closed or cancelled."""
    return forums.move(ctx, meeting_id, to)


@blueprint.post("/meetings/<uuid:meeting_id>/agenda")
@endpoint(blueprint, takes=AgendaItemIn, returns=AgendaItemOut, status=201)
def add_agenda_item(ctx: Context, meeting_id: UUID, **facts: Any) -> AgendaItem:
    """Put a candidate or another matter on the agenda."""
    return forums.add_item(ctx, meeting_id, **facts)


@blueprint.put("/meetings/<uuid:meeting_id>/agenda")
@endpoint(blueprint, takes=AgendaOrderIn, returns=AgendaOut)
def order_agenda(ctx: Context, meeting_id: UUID, ordered: list[UUID]) -> dict[str, Any]:
    """Put the items of the agenda in another order."""
    return {"agenda": forums.order_agenda(ctx, meeting_id, ordered=ordered)}


@blueprint.delete("/agenda-items/<uuid:item_id>")
@endpoint(blueprint, status=204)
def remove_agenda_item(ctx: Context, item_id: UUID) -> None:
    """Take an item off its agenda."""
    forums.remove_item(ctx, item_id)


@blueprint.put("/meetings/<uuid:meeting_id>/minutes")
@endpoint(blueprint, takes=MinutesIn, returns=MeetingOut)
def write_minutes(
    ctx: Context, meeting_id: UUID, minutes: str, items: list[dict[str, Any]]
) -> Meeting:
    """Write what was said, of the meeting and of items."""
    said = {each["item_id"]: each["minutes"] for each in items}
    return forums.write_minutes(ctx, meeting_id, minutes=minutes, items=said)


@blueprint.post("/meetings/<uuid:meeting_id>/pack")
@endpoint(blueprint, returns=PackAskedOut, status=202)
def request_pack(ctx: Context, meeting_id: UUID) -> dict[str, Any]:
    """Have a pack made in the background; the meeting is called once it is there."""
    return {"job_id": forums.request_pack(ctx, meeting_id)}


@blueprint.get("/packs/<uuid:pack_id>")
@endpoint(blueprint, returns=PackOut)
def show_pack(ctx: Context, pack_id: UUID) -> MeetingPack:
    """A pack as it was issued."""
    found, _meeting = forums.pack(ctx, pack_id)
    return found


@blueprint.post("/meetings/<uuid:meeting_id>/ranking")
@endpoint(blueprint, returns=RoundOut, status=201)
def open_ranking(ctx: Context, meeting_id: UUID) -> RankingRound:
    """The members can rank the candidates of the agenda."""
    return forums.open_ranking(ctx, meeting_id)


@blueprint.put("/meetings/<uuid:meeting_id>/ranking/own")
@endpoint(blueprint, takes=RankIn, returns=BallotOut)
def rank(ctx: Context, meeting_id: UUID, ordered: list[UUID]) -> RankingBallot:
    """Give one's own order of the candidates; it may be given anew until the close."""
    return forums.rank(ctx, meeting_id, ordered)


@blueprint.post("/meetings/<uuid:meeting_id>/ranking/close")
@endpoint(blueprint, returns=RoundOut)
def close_ranking(ctx: Context, meeting_id: UUID) -> RankingRound:
    """No more votes are taken, and the result is shown."""
    return forums.close_ranking(ctx, meeting_id)


@blueprint.post("/meetings/<uuid:meeting_id>/decisions")
@endpoint(blueprint, takes=DecisionIn, returns=DecisionOut, status=201)
def decide(ctx: Context, meeting_id: UUID, **facts: Any) -> Decision:
    """Decide; what starts or waits by it follows at once."""
    return forums.decide(ctx, meeting_id, **facts)


@blueprint.get("/decisions")
@endpoint(blueprint, query=DecisionQuery, page_of=DecisionOut)
def list_decisions(ctx: Context, **filters: Any) -> Page[Decision]:
    """The decisions of forums in sight and the caller's own, the latest first."""
    return forums.decisions(ctx, **filters)


@blueprint.post("/decisions/<uuid:decision_id>/done")
@endpoint(blueprint, takes=DoneIn, returns=DecisionOut)
def finish(ctx: Context, decision_id: UUID, note: str) -> Decision:
    """The decision is carried out."""
    return forums.finish(ctx, decision_id, note=note)


@blueprint.get("/wheel")
@endpoint(blueprint, page_of=WheelEntryOut)
def list_wheel(ctx: Context, page: int, page_size: int) -> Page[WheelEntry]:
    """The fixed points of every year, in its order."""
    found = forums.points(ctx)
    start = (page - 1) * page_size
    more = len(found) > start + page_size
    return Page(found[start : start + page_size], page, page_size, more)


@blueprint.post("/wheel")
@endpoint(blueprint, takes=WheelEntryIn, returns=WheelEntryOut, status=201)
def add_point(ctx: Context, **facts: Any) -> WheelEntry:
    """Add a fixed point to every year."""
    return forums.add_point(ctx, **facts)


@blueprint.delete("/wheel/<uuid:entry_id>")
@endpoint(blueprint, status=204)
def remove_point(ctx: Context, entry_id: UUID) -> None:
    """Remove a fixed point from every year."""
    forums.remove_point(ctx, entry_id)
