"""What can be asked for, whom for, and what it would take from the pools. Nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tenant_app.budgets import rules as budget_rules
from tenant_app.budgets import service as budgets
from tenant_app.budgets.rules import CostCard, Verdict
from tenant_app.catalogue.models import CourseForm, CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import Money
from tenant_app.core.paging import Page, scalars_page
from tenant_app.enrolments import queries, rules
from tenant_app.enrolments.models import Enrolment
from tenant_app.enrolments.queries import Wish
from tenant_app.enrolments.service.inbox import PoolEffect
from tenant_app.enrolments.service.shared import look_again, looked_at
from tenant_app.organisation.models import Employment


@dataclass(frozen=True)
class Offer:
    """A session one can still ask for."""

    session: CourseSession
    seats_left: int
    asked: frozenset[UUID] = frozenset()
    """The employees with a live request for it; known where one session is looked at."""


def offers(
    ctx: Context,
    *,
    words: str = "",
    form: CourseForm | None = None,
    provider_id: UUID | None = None,
    competence_id: UUID | None = None,
    begins_from: date | None = None,
    begins_to: date | None = None,
    price_most: Money | None = None,
    has_seats: bool = False,
    serves_goal: bool = False,
    page: int = 1,
    page_size: int = 50,
) -> Page[Offer]:
    """The sessions one can still ask for that fit, soonest deadline first, with the seats left.

    `price_most` in whole øre.
    """
    ctx.require(Permission.CATALOGUE_VIEW)
    wish = Wish(
        words=words,
        form=form,
        provider_id=provider_id,
        competence_id=competence_id,
        begins_from=begins_from,
        begins_to=begins_to,
        price_most=price_most,
        has_seats=has_seats,
        serves_goal=serves_goal,
    )
    found = scalars_page(ctx, queries.offers(ctx, wish), page=page, page_size=page_size)
    taken = queries.seats_taken(ctx, [each.id for each in found.items]) if found.items else {}
    items = [Offer(each, max(0, each.seats - taken.get(each.id, 0))) for each in found.items]
    return Page(items, found.page, found.page_size, found.has_more)


def offer(ctx: Context, session_id: UUID, *, again: bool = False) -> Offer:
    """The session with its seats left; with `again` as it is now, not as it was first seen.

    Raises NotFound.
    """
    if again:
        look_again(ctx, session_id)
    session, company = looked_at(ctx, session_id)
    return Offer(session, max(0, session.seats - company.seats), company.asked)


def staff_to_ask_for(
    ctx: Context,
    *,
    words: str = "",
    without: Collection[UUID] = (),
    page: int = 1,
    page_size: int = 50,
) -> Page[Employment]:
    """Those the actor may request for today, by name, with their units.

    Each of the words is in the name, the number or the unit's name; `without` are left out.
    """
    found = queries.candidates(ctx, words=words, without=without)
    return scalars_page(ctx, found, page=page, page_size=page_size)


def chosen_staff(ctx: Context, employee_ids: Collection[UUID]) -> Sequence[Employment]:
    """Those of the people whom the actor may request for today, by name."""
    if not employee_ids:
        return []
    some = list(employee_ids)[: rules.LARGEST_GROUP]
    return list(ctx.session.scalars(queries.candidates_among(ctx, some)))


def asked_already(
    ctx: Context, session_id: UUID, employee_ids: Collection[UUID]
) -> list[Enrolment]:
    """The live requests of these people for the session."""
    return queries.live_requests(ctx, session_id, employee_ids) if employee_ids else []


def effect(ctx: Context, cards: Sequence[CostCard]) -> list[PoolEffect]:
    """What requests with these cost cards would take from each pool together, as the pools were
    when the cards were made."""
    amounts: dict[UUID, int] = {}
    shares = {share.pool_id: share for card in cards for share in card.shares}
    for card in cards:
        for share in card.shares:
            amounts[share.pool_id] = amounts.get(share.pool_id, 0) + share.amount
    whole = sum(amounts.values())
    balances = budgets.seen_positions(ctx, set(amounts))
    form = str(cards[0].facts.get("form", "")) if cards else ""
    found = []
    for pool_id, amount in amounts.items():
        balance = balances[pool_id]
        after = balance.available - amount
        stance = budget_rules.stance(balance, form)
        held = int(budget_rules.held(balance))
        said = budget_rules.said(balance, amount, form, is_held=False)
        room = budget_rules.room(stance, held=held, used=held - int(balance.available))
        found.append(
            PoolEffect(
                pool_id=pool_id,
                name=shares[pool_id].pool_name,
                kind=shares[pool_id].pool_kind,
                amount=Money(amount),
                before=balance.available,
                after=Money(after),
                policy=stance.policy,
                share_bp=(amount * 20000 + whole) // (2 * whole) if whole else 0,
                lacks=Money(amount - room if said.verdict is Verdict.BLOCKED else 0),
                said=said,
                year=shares[pool_id].year,
            )
        )
    return found
