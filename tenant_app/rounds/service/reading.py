"""What one can look at: rounds, who applied for what, and how it compares. Nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select

from tenant_app.budgets import service as budgets
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import Money
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.rounds import queries
from tenant_app.rounds.models import ApplicationRound, RoundApplication, RoundState
from tenant_app.rounds.queries import home
from tenant_app.rounds.rules import Standing
from tenant_app.rounds.service.applying import units_to_apply_for
from tenant_app.rounds.service.holding import may_hold
from tenant_app.rounds.service.shared import find, standing

TO_DECIDE, CLOSING = "rounds-to-decide", "rounds-closing"
"""Keys of what the home page tells."""

NOTHING = Money(0)


@dataclass(frozen=True)
class Sums:
    """What a round came to so far."""

    count: int = 0
    asked: Money | None = NOTHING
    """None for those who are not told before it is decided: less their own it would be the
    others'."""
    awarded: Money = NOTHING


@dataclass(frozen=True)
class Compared:
    """An application beside the others."""

    application: RoundApplication
    fte: Decimal
    """Of the unit with all below it, on the last day to apply."""
    earlier: Money
    """What other rounds awarded it."""
    is_own: bool
    """Whether the actor may read its reason and answer."""

    @property
    def per_fte(self) -> Money | None:
        """What it asks per full-time employee; None without staff."""
        if not self.fte:
            return None
        return Money(int((self.application.amount / self.fte).to_integral_value(ROUND_HALF_UP)))


@dataclass(frozen=True)
class Details:
    """A round, where it stands, and the applications the actor may see."""

    round: ApplicationRound
    standing: Standing
    holds: bool
    """Whether the actor decides it."""
    sums: Sums
    compared: Sequence[Compared]


def rounds_seen(ctx: Context) -> ColumnElement[bool]:
    """Which rounds the actor sees: for screens that build their own SELECT."""
    return queries.seen_rounds(ctx)


def matching(ctx: Context, *, now: Standing | None = None) -> list[ColumnElement[bool]]:
    """The conditions of a list: those that stand so today."""
    state, R, today = ApplicationRound.state, ApplicationRound, ctx.today
    conditions: Mapping[Standing, ColumnElement[bool]] = {
        Standing.DRAFT: state == RoundState.DRAFT,
        Standing.DECIDED: state == RoundState.DECIDED,
        Standing.DROPPED: state == RoundState.DROPPED,
        Standing.ANNOUNCED: (state == RoundState.OPEN) & (R.opens_on > today),
        Standing.OPEN: (state == RoundState.OPEN) & (R.opens_on <= today) & (R.closes_on >= today),
        Standing.TO_DECIDE: (state == RoundState.CLOSED)
        | ((state == RoundState.OPEN) & (R.closes_on < today)),
    }
    return [] if now is None else [conditions[now]]


def rounds(
    ctx: Context, *, standing: Standing | None = None, page: int = 1, page_size: int = 50
) -> Page[ApplicationRound]:
    """The rounds the actor sees, the latest to close first, with pool and year."""
    ctx.require(Permission.BUDGET_VIEW)
    filters = [queries.seen_rounds(ctx), *matching(ctx, now=standing)]
    return scalars_page(ctx, queries.rounds(filters), page=page, page_size=page_size)


def sums(ctx: Context, round_ids: Collection[UUID]) -> dict[UUID, Sums]:
    """Round → how many apply, what for, and what they got, whatever the number of rounds."""
    found = queries.sums(ctx, round_ids) if round_ids else {}
    told = queries.told(ctx, found) if found else set()
    return {
        key: Sums(count, Money(asked) if key in told else None, Money(awarded))
        for key, (count, asked, awarded) in found.items()
    }


def get(ctx: Context, round_id: UUID) -> ApplicationRound:
    """A round in sight. Raises NotFound."""
    return find(ctx, round_id)


def one(ctx: Context, round_id: UUID) -> Details:
    """The same with its applications. Raises NotFound."""
    return details(ctx, get(ctx, round_id))


def details(ctx: Context, found: ApplicationRound) -> Details:
    """Those who hold it see all applications; others see their own, and when it is decided what
    everybody applied for and got."""
    holds, now = may_hold(ctx, found), standing(ctx, found)
    every = queries.applications(ctx, found.id)
    own: set[UUID] = set()
    if not holds:
        places = organisation.choosable(ctx, Permission.BUDGET_VIEW)
        own = {place.unit_id for place in places}
    seen = [
        each
        for each in every
        if holds or each.unit_id in own or (not each.is_withdrawn and now is Standing.DECIDED)
    ]
    staff = _staff(ctx, {each.unit_id for each in seen}, on=min(ctx.today, found.closes_on))
    earlier = queries.earlier_awards(ctx, [each.unit_id for each in seen], but=found.id)
    compared = [
        Compared(
            each,
            staff.get(each.unit_id, Decimal(0)),
            Money(earlier.get(each.unit_id, (0, 0))[0]),
            holds or each.unit_id in own,
        )
        for each in seen
    ]
    live = [each for each in every if not each.is_withdrawn]
    asked = Money(sum(each.amount for each in live))
    total = Sums(
        len(live),
        asked if holds or now is Standing.DECIDED else None,
        Money(sum(each.awarded or 0 for each in live)),
    )
    return Details(found, now, holds, total, compared)


def own_applications(ctx: Context, found: ApplicationRound) -> Sequence[RoundApplication]:
    """Those of units that the actor applies for, in a round found in sight."""
    own = {place.unit_id for place in units_to_apply_for(ctx, found)}
    return [each for each in queries.applications(ctx, found.id) if each.unit_id in own]


def withdrawable(ctx: Context, found: Details) -> Sequence[RoundApplication]:
    """Those of units that the actor applies for, and that stand."""
    own = {place.unit_id for place in units_to_apply_for(ctx, found.round)}
    known = [each.application for each in found.compared]
    return [each for each in known if each.unit_id in own and not each.is_withdrawn]


def room_left(ctx: Context, found: ApplicationRound) -> Money:
    """What the round can give today: its amount, or less when its pool holds less."""
    left = budgets.positions(ctx, [found.pool_id])[found.pool_id].available
    return Money(max(0, min(left, found.amount)))


def _staff(ctx: Context, unit_ids: Collection[UUID], *, on: date) -> dict[UUID, Decimal]:
    """Unit → full-time employees, an area's those of its institutions."""
    if not unit_ids:
        return {}
    figures = {each.unit_id: each.fte for each in organisation.staff_figures(ctx, on=on)}
    paths = organisation.paths_of(ctx, {*unit_ids, *figures})
    return {
        key: sum(
            (
                fte
                for unit_id, fte in figures.items()
                if key in paths and paths.get(unit_id, "").startswith(paths[key])
            ),
            Decimal(0),
        )
        for key in unit_ids
    }


def asks(ctx: Context) -> list[Select[*tuple[Any, ...]]]:
    """Rounds to decide, and rounds that close soon in which one's unit has not applied."""
    actor = ctx.actor
    if actor.user_id is None:
        return []
    found = []
    held = actor.paths(Permission.BUDGET_MANAGE)
    if held:
        found.append(home.count_to_decide(ctx, TO_DECIDE, held))
    own = actor.paths(Permission.ROUNDS_APPLY)
    if own:
        found.append(home.count_closing(ctx, CLOSING, own))
    return found
