"""The year: its states, its frame, and how the frame parts in levels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tenant_app.budgets.models import BudgetYearState as State
from tenant_app.budgets.models import Policy
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.money import Money, check_amount, split

WHOLE = 10_000
"""100 % in basis points."""
EARLIEST, LATEST = 2000, 2100

MOVES: Mapping[State, State] = {
    State.DRAFT: State.ADOPTED,
    State.ADOPTED: State.OPEN,
    State.OPEN: State.CLOSING,
    State.CLOSING: State.CLOSED,
}
"""One way, one step at a time; only a closing that nobody has said yes to is taken back."""

_REFUSALS: Mapping[State, str] = {
    State.DRAFT: N_("The budget year %(year)s is still a draft. Adopt it first."),
    State.ADOPTED: N_("The budget year %(year)s is already adopted."),
    State.OPEN: N_("The budget year %(year)s is already open."),
    State.CLOSING: N_("The budget year %(year)s is being closed."),
    State.CLOSED: N_("The budget year %(year)s is closed."),
}


def check_move(year: int, state: State, to: State) -> None:
    """The year may take this step. Raises Conflict saying where it stands."""
    if MOVES.get(state) is not to:
        raise Conflict(_REFUSALS[state], year=year)


def check_draft(year: int, state: State) -> None:
    """Only a draft can be changed: later, money stands on it. Raises Conflict."""
    if state is not State.DRAFT:
        raise Conflict(
            N_(
                "The budget year %(year)s is adopted and cannot be changed. "
                "Adjust the allotment of the pools instead."
            ),
            year=year,
        )


def check_holds_money(year: int, state: State) -> None:
    """Allotments move while the year is adopted or open. Raises Conflict."""
    if state not in {State.ADOPTED, State.OPEN}:
        raise Conflict(_REFUSALS[state], year=year)


def check_closing_day(year: int, state: State, day: date) -> None:
    """The day lies about New Year, and the closing has not begun. Raises Invalid and Conflict."""
    if state in {State.CLOSING, State.CLOSED}:
        raise Conflict(_REFUSALS[state], year=year)
    first, last = date(year, 12, 1), date(year + 1, 12, 31)
    if not first <= day <= last:
        raise Invalid(
            N_("Choose a day from %(first)s to %(last)s."),
            field="closes_from",
            first=first.strftime("%d-%m-%Y"),
            last=last.strftime("%d-%m-%Y"),
        )


def check_may_close(year: int, first: date, today: date) -> None:
    """The day has come from which the year can be closed. Raises Conflict."""
    if today < first:
        raise Conflict(
            N_(
                "The closing of %(year)s can begin from %(day)s. Begin it then, or choose an "
                "earlier day under “Closing day”."
            ),
            year=year,
            day=first.strftime("%d-%m-%Y"),
        )


def check_year(year: int) -> None:
    """A calendar year someone could mean. Raises Invalid."""
    if not EARLIEST <= year <= LATEST:
        raise Invalid(
            N_("%(year)s is not a budget year. Write one between %(earliest)s and %(latest)s."),
            field="year",
            year=year,
            earliest=EARLIEST,
            latest=LATEST,
        )


def check_frame(frame: int, *, central_bp: int, area_bp: int, has_areas: bool) -> None:
    """The frame is an amount and its shares do not pass 100 %. Raises Invalid naming the field."""
    check_amount(frame, field="frame")
    for field, share in (("central_bp", central_bp), ("area_bp", area_bp)):
        if not 0 <= share <= WHOLE:
            raise Invalid(N_("A share must be between 0 % and 100 %."), field=field)
    if central_bp + area_bp > WHOLE:
        raise Invalid(
            N_(
                "The central share and the areas' share are %(sum)s together. "
                "They can be 100 %% at most; the institutions get the rest."
            ),
            field="central_bp",
            sum=percent(central_bp + area_bp),
        )
    if area_bp and not has_areas:
        raise Invalid(
            N_("The municipality has no areas, so their share must be zero."), field="area_bp"
        )


def check_money(frame: int) -> None:
    """There is something to divide: what is adopted cannot be taken back. Raises Conflict."""
    if not frame:
        raise Conflict(N_("A year without money divides nothing. Write the frame."), field="frame")


def check_policy(policy: str) -> Policy:
    """The policy with this name. Raises Invalid."""
    try:
        return Policy(policy)
    except ValueError:
        raise Invalid(N_("Choose what a pool does when it is empty: stop or warn."), field="policy")


def parts_of(frame: int, *, central_bp: int, area_bp: int) -> tuple[Money, Money, Money]:
    """(central, areas, institutions): the three add up to the frame to the øre."""
    central, areas, institutions = split(frame, [central_bp, area_bp, WHOLE - central_bp - area_bp])
    return central, areas, institutions


def figures_day(year: int, today: date) -> date:
    """The day whose staff the frame divides by: today, or the end of the year nearest to it."""
    return min(max(today, date(year, 1, 1)), date(year, 12, 31))


def percent(bp: int) -> str:
    """4000 → '40 %', 3350 → '33,5 %'."""
    whole, rest = divmod(bp, 100)
    decimals = f",{rest:02d}".rstrip("0") if rest else ""
    return f"{whole}{decimals} %"
