"""How a pool is given out: as planned, to whoever comes first, in a round, or by turns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tenant_app.budgets.models import PoolMode
from tenant_app.core.errors import N_, Conflict, Invalid

MOST_TURNS = 400


class NotDrawn(Conflict):
    """The pool is not given out in this way."""

    code = "pool_mode"


@dataclass(frozen=True)
class Turn:
    """The days on which a unit may draw, both included."""

    path: str
    """Where the unit hangs today."""
    first_day: date
    last_day: date


def check_mode(
    mode: PoolMode,
    *,
    pool: str,
    has_initiative: bool,
    path: str,
    turns: Iterable[Turn],
    today: date,
) -> None:
    """Go on only if a request of the unit at the path may draw on the pool. Raises NotDrawn."""
    if mode is PoolMode.PLANNED and not has_initiative:
        raise NotDrawn(
            N_(
                "“%(pool)s” pays for planned development only. Send the request through an "
                "initiative that is planned or running."
            ),
            field="initiative_id",
            pool=pool,
        )
    if mode is PoolMode.ROUND:
        raise NotDrawn(
            N_(
                "“%(pool)s” is given out in application rounds and pays no request directly. "
                "Apply in a round: what is awarded lies in the unit’s own pool."
            ),
            field="session_id",
            pool=pool,
        )
    if mode is PoolMode.ROTATION:
        _check_turn([turn for turn in turns if path.startswith(turn.path)], pool=pool, today=today)


def _check_turn(own: Sequence[Turn], *, pool: str, today: date) -> None:
    if any(turn.first_day <= today <= turn.last_day for turn in own):
        return
    coming = sorted(turn.first_day for turn in own if turn.first_day > today)
    if coming:
        raise NotDrawn(
            N_(
                "“%(pool)s” is used by turns, and it is the unit’s turn from %(day)s. Send the "
                "request then."
            ),
            field="session_id",
            pool=pool,
            day=f"{coming[0]:%d-%m-%Y}",
        )
    raise NotDrawn(
        N_(
            "“%(pool)s” is used by turns, and none is planned for the unit. Ask the administration "
            "for a turn."
        ),
        field="session_id",
        pool=pool,
    )


def check_turns(mode: PoolMode, turns: Sequence[tuple[object, date, date]], *, year: int) -> None:
    """(unit, first day, last day) fit the mode and the year of the pool. Raises Invalid."""
    if mode is PoolMode.ROTATION and not turns:
        raise Invalid(N_("Write at least one turn: a unit with its days."), field="turns")
    if mode is not PoolMode.ROTATION and turns:
        raise Invalid(N_("Only a pool that is used by turns has turns."), field="turns")
    if len(turns) > MOST_TURNS:
        raise Invalid(N_("Write at most %(most)s turns."), field="turns", most=MOST_TURNS)
    seen: list[tuple[object, date, date]] = []
    for unit, first, last in turns:
        if last < first:
            raise Invalid(
                N_("A turn cannot end before it begins: %(first)s to %(last)s."),
                field="turns",
                first=f"{first:%d-%m-%Y}",
                last=f"{last:%d-%m-%Y}",
            )
        # Requests for next year's courses are sent in the year before.
        if not year - 1 <= first.year <= last.year <= year:
            raise Invalid(
                N_("Turns on a pool of %(year)s lie in that year or the one before."),
                field="turns",
                year=str(year),
            )
        if any(unit == other and first <= till and from_ <= last for other, from_, till in seen):
            raise Invalid(
                N_("A unit has two turns that overlap from %(first)s. Make them one."),
                field="turns",
                first=f"{first:%d-%m-%Y}",
            )
        seen.append((unit, first, last))
