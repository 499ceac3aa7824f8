"""The same requests under other rules: who would have paid, and what would not have fitted. Pure.

The rules of money are the budgets' own: `funding_of`, `share_out` and `verdict` decide here what
they decide when a request is sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tenant_app.budgets.models import OverLevel, Policy, PoolKind
from tenant_app.budgets.rules import (
    FUNDERS,
    Cost,
    Funding,
    Payer,
    Stance,
    Verdict,
    code_of,
    funding_of,
    payer_key,
    share_out,
    stance,
    verdict,
)
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.money import Money

HOME = PoolKind.INSTITUTION.value
KEPT = 5_000
"""How many different costs are remembered at a time: most requests cost what another did."""
MOST_RULES_TEXT = 50_000
Guard = Callable[[Funding, Mapping[str, Any]], Funding]
"""What is done to a rule's shares afterwards, such as the guard of weak institutions."""
Amounts = tuple[int, int, int, int]
"""Fee, cover, materials and travel in øre."""


@dataclass
class Pot:
    """A pool of the scenario: what it holds, and what it has been asked for so far."""

    kind: PoolKind
    unit_id: UUID
    name: str
    allotted: int
    brought: int = 0
    policy: Policy = Policy.STOP
    over_level: OverLevel = OverLevel.CENTRAL
    forms: Mapping[str, Any] = field(default_factory=dict)
    notify_bp: int = 8_000
    approve_bp: int = 10_000
    block_bp: int = 10_500
    spent: int = 0
    refused: int = 0
    refused_cost: int = 0
    requests: int = 0
    lost: int = 0
    lost_cost: int = 0
    _stances: dict[str, Stance] = field(default_factory=dict)

    def says_no(self, form: str, amount: int) -> bool:
        """Whether the pool's policy for the form refuses the amount."""
        known = self._stances.get(form)
        if known is None:
            known = self._stances[form] = stance(self, form)
        held = self.allotted + self.brought
        return verdict(known, held=held, used=self.spent, amount=amount) is Verdict.BLOCKED


@dataclass
class Rerun:
    """Requests are taken one by one in the order they were sent, as they were once."""

    rules: Sequence[Mapping[str, Any]]
    cover: Sequence[Mapping[str, Any]]
    version: int
    pots: Mapping[tuple[str, UUID | None], Pot]
    """(payer, owner) → its pool; the central pool and named pools have no owner."""
    guard: Guard = lambda funding, facts: funding
    requests: int = 0
    cost: int = 0
    lost: int = 0
    lost_cost: int = 0
    _parts: dict[tuple[str, Amounts], tuple[str, list[tuple[str, int]], int]] = field(
        default_factory=dict
    )
    _near: dict[tuple[UUID, UUID | None], dict[str, Pot | None]] = field(default_factory=dict)
    _payers: dict[str, Payer] = field(default_factory=dict)

    def take(self, unit_id: UUID, area_id: UUID | None, facts: str, amounts: Amounts) -> None:
        """One request is granted, or refused whole when one of its pools has no room for it."""
        form, parts, total = self.parts(facts, amounts)
        near = self._near.get((unit_id, area_id)) or self._nearby(unit_id, area_id)
        home = near[HOME]
        self.requests += 1
        self.cost += total
        if home is not None:
            home.requests += 1
        no = []
        for payer, amount in parts:
            pot = near[payer]
            if pot is None or pot.says_no(form, amount):
                no.append((pot, amount))
        if not no:
            for payer, amount in parts:
                near[payer].spent += amount  # type: ignore[union-attr]  # it did not say no
            return
        for pot, amount in no:
            if pot is not None:
                pot.refused += 1
                pot.refused_cost += amount
        self.lost += 1
        self.lost_cost += total
        if home is not None:
            home.lost += 1
            home.lost_cost += total

    def parts(self, facts: str, amounts: Amounts) -> tuple[str, list[tuple[str, int]], int]:
        """(the form, payer → its part, all of it) of a request with these facts, in JSON."""
        key = (facts, amounts)
        known = self._parts.get(key)
        if known is None:
            if len(self._parts) >= KEPT:
                self._parts.clear()
            known = self._parts[key] = (*self._shared(json.loads(facts), amounts), sum(amounts))
        return known

    def _nearby(self, unit_id: UUID, area_id: UUID | None) -> dict[str, Pot | None]:
        """Payer → its pool, for requests of the unit under the area."""
        owners = {HOME: unit_id, PoolKind.AREA.value: area_id}
        payers = {payer for payer, _owner in self.pots} | set(FUNDERS)
        near = {str(payer): self.pots.get((str(payer), owners.get(str(payer)))) for payer in payers}
        self._near[unit_id, area_id] = near
        return near

    def _shared(self, facts: Mapping[str, Any], amounts: Amounts) -> tuple[str, list[Any]]:
        funding = funding_of(self.rules, facts, version=self.version, cover=self.cover)
        funding = self.guard(funding, facts)
        for shares in funding.shares.values():
            for payer in shares:
                if payer not in self._payers:
                    # A stand-in: which pool it is depends on the unit that asks.
                    kind = None if code_of(payer) is None else PoolKind.EARMARKED
                    self._payers[payer] = Payer(uuid7(), payer, kind)
        fee, cover, materials, travel = map(Money, amounts)
        cost = Cost(fee, cover, materials, travel)
        card = share_out(cost, funding, self._payers, facts)
        names = {payer.pool_id: key for key, payer in self._payers.items()}
        parts = [(names[pool_id], int(amount)) for pool_id, amount in card.by_pool().items()]
        return str(facts.get("form", "")), parts


def pot_key(kind: PoolKind, unit_id: UUID, code: str | None) -> tuple[str, UUID | None]:
    """What a pool is found by when a request draws on it."""
    if code is not None:
        return payer_key(code), None
    return kind.value, None if kind is PoolKind.CENTRAL else unit_id


def check_name(name: str) -> str:
    """1 to 200 letters. Raises Invalid."""
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= 200 or not cleaned.isprintable():
        raise Invalid(N_("Write a name of 1 to 200 letters."), field="name")
    return cleaned


def check_base_year(year: int, known: Sequence[int], *, today: int) -> None:
    """This year or the last one, whose pools are there. Raises Invalid."""
    choices = sorted(each for each in known if each in (today - 1, today))
    if year in choices:
        return
    if not choices:
        raise Invalid(
            N_("There are no requests to run again: neither this year nor the last is adopted."),
            field="year",
        )
    raise Invalid(
        N_("Choose a year whose requests are known: %(years)s."),
        field="year",
        years=", ".join(map(str, choices)),
    )


def read_rules(text: str) -> tuple[list[Any], list[Any]]:
    """(funding rules, cover rules) of JSON: a list of rules, or an object with both.

    Only its shape; what the rules say is checked by the budgets. Raises Invalid.
    """
    if len(text) > MOST_RULES_TEXT:
        raise Invalid(N_("The rules are too long. Write fewer of them."), field="rules")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid(
            N_("The rules are not JSON. Copy them from a version and change the copy."),
            field="rules",
        ) from None
    whole = {"rules": found} if isinstance(found, list) else found
    if not isinstance(whole, dict) or set(whole) - {"rules", "cover"}:
        raise Invalid(
            N_("Write a list of rules, or an object with “rules” and “cover”."), field="rules"
        )
    lists = whole.get("rules"), whole.get("cover", [])
    if not all(isinstance(each, list) for each in lists):
        raise Invalid(
            N_("Write a list of rules, or an object with “rules” and “cover”."), field="rules"
        )
    return list(lists[0] or []), list(lists[1] or [])


def check_payers_there(
    rules: Sequence[Mapping[str, Any]],
    cover: Sequence[Mapping[str, Any]],
    pots: Mapping[tuple[str, UUID | None], Pot],
) -> None:
    """Each payer has a pool in the scenario. Raises Invalid naming the rule."""
    there = {payer for payer, _owner in pots}
    for rule in [*rules, *cover]:
        for payer in _payers_of(rule["shares"]):
            if payer in there:
                continue
            if payer == PoolKind.AREA:
                raise Invalid(
                    N_(
                        "The rule “%(name)s” lets the areas pay, but in this scenario they have "
                        "no money. Give the areas a share, or choose other rules."
                    ),
                    field="area_bp",
                    name=rule["name"],
                )
            raise Invalid(
                N_("The rule “%(name)s” lets a pool pay that the year does not have: %(payer)s."),
                field="rules",
                name=rule["name"],
                payer=code_of(payer) or payer,
            )


def _payers_of(shares: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for key, part in shares.items():
        if isinstance(part, Mapping):
            found |= {payer for payer, bp in part.items() if bp}
        elif part:
            found.add(key)
    return found


def check_done(computed: bool) -> None:
    """There is a result to build on. Raises Conflict."""
    if not computed:
        raise Conflict(N_("The scenario is not computed yet. Wait until its job is done."))


def in_order(pots: Sequence[Pot]) -> list[Pot]:
    """Central first, then areas, institutions and named pools, each by name."""
    places = [*FUNDERS, PoolKind.EARMARKED, PoolKind.FUND]
    return sorted(pots, key=lambda pot: (places.index(pot.kind), pot.name, str(pot.unit_id)))
