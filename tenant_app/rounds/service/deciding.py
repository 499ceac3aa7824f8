"""A round is decided once: each award moves from its pool to the unit's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.money import Money
from tenant_app.rounds import queries, rules
from tenant_app.rounds.models import ApplicationRound, RoundState
from tenant_app.rounds.service.shared import find_to_hold, standing


@dataclass(frozen=True)
class Award:
    """What an application is given."""

    application_id: UUID
    amount: int
    answer: str = ""


def decide(
    ctx: Context, round_id: UUID, awards: Sequence[Award], *, decided_where: str = ""
) -> ApplicationRound:
    """Every application is answered, and what is awarded lies in the units' own pools.

    All or nothing. Raises NotFound, Forbidden, Invalid when an application is unanswered or
    answered twice, or with a no without a word, OverAwarded, and Conflict before the last day is
    over, the second time, and when the pool does not hold it.
    """
    found = find_to_hold(ctx, round_id)
    rules.check_decidable(standing(ctx, found), closes_on=found.closes_on)
    budgets.hold_open_year(ctx, found.pool.year_id)
    where = rules.check_text(decided_where, field="decided_where")
    applications = {each.id: each for each in queries.applications(ctx, found.id, withdrawn=False)}
    given = {award.application_id: award for award in awards}
    if given.keys() - applications.keys():
        raise NotFound(N_("There is no such application in the round."), field="awards")
    if len(given) != len(awards) or given.keys() != applications.keys():
        raise Invalid(
            N_("Answer each application once; 0 says no."),
            field="awards",
        )
    total = rules.check_awards(
        [(each.unit.name, each.amount, given[key].amount) for key, each in applications.items()],
        most=found.amount,
    )
    answers = {
        key: rules.check_answer(each.unit.name, awarded=given[key].amount, answer=given[key].answer)
        for key, each in applications.items()
    }
    pools = queries.pools_of_units(
        ctx, {each.unit_id for each in applications.values()}, year_id=found.pool.year_id
    )
    queries.lock_balances(ctx, [found.pool_id, *pools.values()])
    for key, application in applications.items():
        award = given[key]
        application.awarded = Money(award.amount)
        application.answer = answers[key]
        if not award.amount:
            continue
        if application.unit_id not in pools:
            raise Conflict(
                N_("“%(unit)s” has no pool that the award could lie in. Open one first."),
                field="awards",
                unit=application.unit.name,
            )
        budgets.transfer(
            ctx,
            from_pool_id=found.pool_id,
            to_pool_id=pools[application.unit_id],
            amount=award.amount,
            note=found.title,
            link_id=application.id,
        )
    found.state, found.decided_at = RoundState.DECIDED, ctx.now
    found.decided_by, found.decided_by_name = ctx.actor.user_id, ctx.actor.name
    found.decided_where = where
    audit.record(
        ctx,
        "round.decided",
        found.id,
        new={
            "awarded": total,
            "applications": len(applications),
            "met": sum(1 for award in awards if award.amount),
        },
        note=where,
    )
    return found
