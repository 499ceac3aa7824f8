"""What pools would say to requests that are not sent yet. Reads only; the ledger decides."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tenant_app.budgets import rules
from tenant_app.budgets.queries import limits
from tenant_app.budgets.rules import CostCard, EarmarkExceeded, Over, PersonCapExceeded
from tenant_app.budgets.service.card import seen_positions
from tenant_app.core.context import Context
from tenant_app.core.errors import Conflict


def foresee_overs(ctx: Context, cards: Sequence[CostCard]) -> list[list[Over]]:
    """Per card, sent one after the other: the pools that would need one more yes."""
    positions = seen_positions(ctx, {pool for card in cards for pool in card.by_pool()})
    taken: dict[UUID, int] = dict.fromkeys(positions, 0)
    found = []
    for card in cards:
        names, form = card.pool_names(), str(card.facts.get("form", ""))
        overs = []
        for pool_id, amount in card.by_pool().items():
            balance = positions[pool_id]
            stance = rules.stance(balance, form)
            held = int(rules.held(balance))
            used = held - int(balance.available) + taken[pool_id]
            taken[pool_id] += amount
            if rules.verdict(stance, held=held, used=used, amount=amount) is rules.Verdict.OVER:
                overs.append(Over(pool_id, names[pool_id], stance.level))
        found.append(overs)
    return found


def foresee_limits(ctx: Context, cards: Sequence[tuple[UUID, CostCard]]) -> Sequence[Conflict]:
    """The constraints of pools and the caps of persons that the requests together would break."""
    pools = {pool for _, card in cards for pool in card.by_pool()}
    in_force = limits.in_force(ctx, pools) if pools else []
    if not in_force:
        return []
    broken: list[Conflict] = []
    positions = seen_positions(ctx, pools)
    names = {pool: name for _, card in cards for pool, name in card.pool_names().items()}
    for row in in_force:
        if row.pool_id is None:
            continue
        asked = sum(
            card.by_pool().get(row.pool_id, 0)
            for _, card in cards
            if rules.matching(row.when, card.facts)
        )
        used = limits.constraint(ctx, row.id).used if asked else 0
        cap = rules.cap_of(row.most, int(rules.held(positions[row.pool_id])))
        if asked and used + asked > cap:
            broken.append(
                EarmarkExceeded(
                    pool=names[row.pool_id],
                    name=row.name,
                    most_bp=row.most,
                    cap=cap,
                    used=used,
                    amount=asked,
                )
            )
    caps = [row for row in in_force if row.pool_id is None]
    return [*broken, *(_broken_caps(ctx, cards, caps, pools) if caps else [])]


def _broken_caps(
    ctx: Context,
    cards: Sequence[tuple[UUID, CostCard]],
    caps: Sequence[limits.InForce],
    pools: set[UUID],
) -> list[Conflict]:
    called = limits.payers_of(ctx, pools)
    used = limits.uses_of_persons(ctx, [employee for employee, _ in cards])
    broken: list[Conflict] = []
    for cap in caps:
        for employee_id, card in cards:
            sums: dict[int, int] = {}
            for share in card.shares:
                payers, year = called[share.pool_id]
                rule = share.rule_name or card.rule_name
                if cap.payer in {None, *payers} and cap.rule_name in {None, rule}:
                    sums[year] = sums.get(year, 0) + share.amount
            for year, asked in sums.items():
                so_far = used.get((cap.id, employee_id, year), 0)
                if so_far + asked > cap.most:
                    broken.append(
                        PersonCapExceeded(
                            person=limits.employee_name(ctx, employee_id),
                            cap=cap.name,
                            year=year,
                            most=cap.most,
                            used=so_far,
                            amount=asked,
                        )
                    )
    return broken
