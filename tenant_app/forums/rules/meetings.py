"""Forums, their meetings and what stands on the agenda."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from tenant_app.core.clock import DENMARK
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.forums.models import Meeting, MeetingState
from tenant_app.organisation.models import UnitKind

LONGEST_LINE = 200
LONGEST_TEXT = 20_000
MOST_MEMBERS = 200
MOST_ITEMS = 50
FURTHEST = 1100
"""Days ahead that a meeting can be planned."""
FURTHEST_BACK = 400
"""And back: minutes of a meeting that was held before the forum came into the system."""

MOVES: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PLANNED: frozenset(
        {MeetingState.CALLED, MeetingState.HELD, MeetingState.CANCELLED}
    ),
    MeetingState.CALLED: frozenset({MeetingState.HELD, MeetingState.CANCELLED}),
    MeetingState.HELD: frozenset({MeetingState.CLOSED}),
    MeetingState.CLOSED: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}
AHEAD = (MeetingState.PLANNED, MeetingState.CALLED)
OPEN = (*AHEAD, MeetingState.HELD)
"""Something can still be written in these."""
_OVER = {
    MeetingState.CLOSED: N_("The meeting is closed, and its minutes stay as they are."),
    MeetingState.CANCELLED: N_("The meeting was cancelled. Plan a new one."),
    MeetingState.HELD: N_("The meeting has been held. Write in its minutes instead."),
}


def check_line(text: str, *, field: str) -> str:
    """One line with single spaces. Raises Invalid when it is empty or too long."""
    found = " ".join(text.split())
    if not found:
        raise Invalid(N_("Write something here."), field=field)
    if len(found) > LONGEST_LINE:
        raise Invalid(
            N_("This is %(length)s characters. Write at most %(longest)s."),
            field=field,
            length=len(found),
            longest=LONGEST_LINE,
        )
    return found


def check_text(text: str, *, field: str, required: bool = False) -> str:
    """A text without blank ends. Raises Invalid when it is missing or too long."""
    found = text.strip()
    if required and not found:
        raise Invalid(N_("Write something here."), field=field)
    if len(found) > LONGEST_TEXT:
        raise Invalid(
            N_("This is %(length)s characters. Write at most %(longest)s."),
            field=field,
            length=len(found),
            longest=LONGEST_TEXT,
        )
    return found


def check_home(kind: UnitKind) -> None:
    """A forum belongs to the municipality, an area or an institution. Raises Invalid."""
    if kind is UnitKind.HOUSE:
        raise Invalid(
            N_("A forum belongs to the municipality, an area or an institution."), field="unit_id"
        )


def check_members(user_ids: Collection[UUID]) -> list[UUID]:
    """Each once. Raises Invalid when they are too many."""
    found = list(dict.fromkeys(user_ids))
    check_seats(len(found), field="member_ids")
    return found


def check_seats(count: int, *, field: str) -> None:
    """Raises Invalid when they are too many."""
    if count > MOST_MEMBERS:
        raise Invalid(N_("A forum has at most %(most)s members."), field=field, most=MOST_MEMBERS)


def times(day: date, begins: time, ends: time) -> tuple[datetime, datetime]:
    """When a meeting begins and ends, of the day and hours in Denmark. Raises Invalid."""
    first, last = _moment(day, begins, field="begins"), _moment(day, ends, field="ends")
    if last <= first:
        raise Invalid(N_("The meeting ends after it begins, on the same day."), field="ends")
    return first, last


def _moment(day: date, hour: time, *, field: str) -> datetime:
    """In UTC. Raises Invalid for an hour that the clocks jump over."""
    found = datetime.combine(day, hour, tzinfo=DENMARK).astimezone(UTC)
    if found.astimezone(DENMARK).time() != hour:
        raise Invalid(
            N_("The clocks go forward that night, and there is no such hour. Choose another."),
            field=field,
        )
    return found


def local_times(meeting: Meeting) -> tuple[date, time, time]:
    """(day, begins, ends) of a meeting in Denmark."""
    first, last = (each.astimezone(DENMARK) for each in (meeting.starts_at, meeting.ends_at))
    return first.date(), first.time(), last.time()


def check_day(day: date, *, today: date) -> date:
    """Raises Invalid for a day that nobody can mean."""
    first, last = today - timedelta(days=FURTHEST_BACK), today + timedelta(days=FURTHEST)
    if not first <= day <= last:
        raise Invalid(
            N_("Choose a day from %(first)s to %(last)s."),
            field="day",
            first=first.strftime("%d-%m-%Y"),
            last=last.strftime("%d-%m-%Y"),
        )
    return day


def check_move(state: MeetingState, to: MeetingState) -> None:
    """Raises Conflict when a meeting cannot go from the one state to the other."""
    if to in MOVES[state]:
        return
    if state in _OVER and state is not MeetingState.HELD:
        raise Conflict(_OVER[state], field="to")
    raise Conflict(
        N_(
            "The step is not possible from where the meeting is now. Load the page again to see "
            "what can be done."
        ),
        field="to",
    )


def check_held(starts_at: datetime, *, now: datetime) -> None:
    """Raises Conflict for a meeting that has not begun."""
    if now < starts_at:
        raise Conflict(
            N_("The meeting begins on %(when)s. It can be marked as held from then on."),
            field="to",
            when=_told(starts_at),
        )


def check_begun(starts_at: datetime, *, now: datetime) -> None:
    """Raises Conflict where something is said or decided before the meeting has begun."""
    if now < starts_at:
        raise Conflict(
            N_(
                "The meeting begins on %(when)s. Minutes and decisions can be written from then on."
            ),
            when=_told(starts_at),
        )


def _told(moment: datetime) -> str:
    return moment.astimezone(DENMARK).strftime("%d-%m-%Y %H:%M")


def check_ahead(state: MeetingState) -> None:
    """Raises Conflict once a meeting is held or over."""
    if state not in AHEAD:
        raise Conflict(_OVER[state])


def check_open(state: MeetingState) -> None:
    """Raises Conflict once nothing can be written in a meeting any more."""
    if state not in OPEN:
        raise Conflict(_OVER[state])


def check_forum_meets(closed_on: date | None) -> None:
    """Raises Conflict for a forum that does not meet any more."""
    if closed_on is not None:
        raise Conflict(
            N_("The forum was closed on %(day)s. Make a new one to meet again."),
            day=closed_on.strftime("%d-%m-%Y"),
        )


def check_room(items: int) -> None:
    """Raises Conflict when an agenda is full."""
    if items >= MOST_ITEMS:
        raise Conflict(
            N_("There are %(most)s items already. Remove one, or plan another meeting."),
            field="title",
            most=MOST_ITEMS,
        )


def place_of(position: int | None, *, items: int) -> int:
    """Where a new item goes, from 1: last, or where it was asked for. Raises Invalid."""
    if position is None:
        return items + 1
    if not 1 <= position <= items + 1:
        raise Invalid(N_("Write a number from 1 to %(last)s."), field="position", last=items + 1)
    return position


def check_one_candidate(given: Sequence[object | None]) -> None:
    """Raises Invalid where an item is about more than one thing."""
    if sum(each is not None for each in given) > 1:
        raise Invalid(
            N_("An item is about one thing. Choose a need, a shared need or an initiative."),
            field="need_id",
        )


def check_agenda(known: Sequence[UUID], ordered: Sequence[UUID]) -> None:
    """Raises Invalid unless every item of the agenda is named once."""
    if sorted(known) != sorted(ordered):
        raise Invalid(
            N_("The agenda was changed meanwhile. See it as it is now, and order it again."),
            field="ordered",
        )


def numbered_anew(known: Sequence[UUID], numbers: Mapping[UUID, int]) -> list[UUID]:
    """The items by the numbers they were given. Of two with the same number the one that was moved
    there stands first."""

    def place(at: int) -> tuple[int, bool, int]:
        number = numbers.get(known[at - 1], at)
        return number, number == at, at

    return [known[at - 1] for at in sorted(range(1, len(known) + 1), key=place)]


def check_once(is_there: bool) -> None:
    """Raises Conflict for a candidate that stands on the agenda already."""
    if is_there:
        raise Conflict(N_("This stands on the agenda already."), field="candidate")


def check_pack_is_due(state: MeetingState, *, is_waiting: bool, hangs: bool = True) -> None:
    """Raises Conflict when a pack is being made, comes too late, or would be of no unit."""
    check_ahead(state)
    if not hangs:
        raise Conflict(
            N_(
                "The unit of the forum is closed, so there is nothing to collect. Make a forum of "
                "the unit that took over. Minutes and decisions can still be written here."
            )
        )
    if is_waiting:
        raise Conflict(N_("The meeting pack is being made. Load the page again in a moment."))
