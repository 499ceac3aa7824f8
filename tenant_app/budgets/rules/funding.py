"""First-match funding rules: who pays which share of which cost line.

A rule is `{"name": "ECTS", "when": {"ects_over": 0}, "shares": {"fee": {"central": 10000},
"cover": {"central": 5000, "institution": 5000}, "default": {"institution": 10000}}}`: basis points
per kind of pool, 10000 for each line; lines that are not named follow "default".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tenant_app.budgets.models import CostLine, PoolKind
from tenant_app.budgets.rules.cost import Cost, CostCard, Share
from tenant_app.budgets.rules.years import WHOLE, percent
from tenant_app.core.errors import N_, Conflict, Invalid, Word
from tenant_app.core.matching import check_conditions, fact_of, first_match
from tenant_app.core.money import split

NO_RULE = "no rule"
MOST_RULES = 50
MOST_YEARS = 10
"""How far ahead rules can be planned."""
DEFAULT = "default"

NUMBERS = frozenset({"ects", "institutions", "amount"})
FLAGS = frozenset({"municipal_goal", "mandatory", "weak_economy"})
TEXTS = frozenset({"form", "provider_kind", "position"})
FACTS = NUMBERS | FLAGS | TEXTS
"""What a condition may ask about an enrolment; approval rules know the same."""

FUNDERS = (PoolKind.CENTRAL, PoolKind.AREA, PoolKind.INSTITUTION)
"""In this order: an øre that does not divide goes to the first of those with equal remainders."""

MISSING: Mapping[PoolKind, str] = {
    PoolKind.CENTRAL: N_(
        "The funding rule “%(rule)s” lets the central pool pay, but the year has none. "
        "Adopt the budget year first."
    ),
    PoolKind.AREA: N_(
        "The funding rule “%(rule)s” lets the area pay, but the unit has no area with a pool "
        "this year. Change the rule, or open a pool for the area."
    ),
    PoolKind.INSTITUTION: N_(
        "The funding rule “%(rule)s” lets the institution pay, but it has no pool this year. "
        "Open a pool for it."
    ),
}


@dataclass(frozen=True)
class Funding:
    """The rule that matched: per cost line, the shares of the kinds of pool in basis points."""

    rule_name: str
    rule_version: int
    shares: Mapping[CostLine, Mapping[PoolKind, int]]

    def kinds(self, cost: Cost) -> list[PoolKind]:
        """The kinds of pool that pay something of this cost."""
        paying = [self.shares[line] for line in CostLine if cost.of(line)]
        return [kind for kind in FUNDERS if any(shares.get(kind) for shares in paying)]


@dataclass(frozen=True)
class Payer:
    """A pool that can pay."""

    pool_id: UUID
    name: str


def check_rules(rules: Sequence[Mapping[str, Any]]) -> None:
    """Each rule has a name of its own, known conditions and shares of exactly 100 %.

    Raises Invalid on the field `rules`, naming the rule.
    """
    if not 1 <= len(rules) <= MOST_RULES:
        raise Invalid(
            N_("Write between 1 and %(most)s funding rules."), field="rules", most=MOST_RULES
        )
    names: set[str] = set()
    for place, rule in enumerate(rules, start=1):
        name = rule.get("name") if isinstance(rule, Mapping) else None
        if not isinstance(name, str) or not 1 <= len(name.strip()) <= 200 or not _is_kept(name):
            raise Invalid(N_("Funding rule %(place)s needs a name."), field="rules", place=place)
        if name in names or name == NO_RULE:
            raise Invalid(
                N_("Two funding rules are called “%(name)s”. Give each its own name."),
                field="rules",
                name=name,
            )
        names.add(name)
        if set(rule) != {"name", "when", "shares"}:
            raise Invalid(
                N_("The rule “%(name)s” must have a name, conditions and shares."),
                field="rules",
                name=name,
            )
        _check_when(name, rule["when"])
        _check_shares(name, rule["shares"])


def check_first_day(day: date, *, today: date) -> None:
    """At most ten years from today: later is a slip of the hand. Raises Invalid."""
    if (day.year - MOST_YEARS, day.month, day.day) > (today.year, today.month, today.day):
        raise Invalid(
            N_("%(date)s is more than %(years)s years from today. Check the year."),
            field="valid_from",
            date=day.strftime("%d-%m-%Y"),
            years=MOST_YEARS,
        )


def check_areas_exist(rules: Sequence[Mapping[str, Any]]) -> None:
    """In a municipality without areas no rule lets the area pay. Raises Invalid naming the rule."""
    for rule in rules:
        if any(parts.get(PoolKind.AREA.value) for parts in rule["shares"].values()):
            raise Invalid(
                N_(
                    "The rule “%(name)s” lets the area pay, but the municipality has no areas. "
                    "Give that share to another pool, or found the areas first."
                ),
                field="rules",
                name=rule["name"],
            )


def _check_when(name: str, when: Any) -> None:
    if not isinstance(when, Mapping):
        raise _condition(name, "when")
    check_conditions(when, FACTS, field="rules")
    for key, wanted in when.items():
        if not _fits(key, fact_of(key), wanted):
            raise _condition(name, key)


def _fits(key: str, fact: str, wanted: Any) -> bool:
    """The condition compares like with like, so that it cannot fail at night."""
    if key.endswith("_in"):
        return isinstance(wanted, list | tuple) and all(_is(fact, value) for value in wanted)
    if key != fact and fact not in NUMBERS:
        return False  # "more than" a form or a flag
    return _is(fact, wanted)


def _is(fact: str, value: Any) -> bool:
    if fact in NUMBERS:
        return (
            isinstance(value, int | float | Decimal)
            and not isinstance(value, bool)
            and _is_kept(value)
        )
    return isinstance(value, bool if fact in FLAGS else str) and _is_kept(value)


def _is_kept(value: Any) -> bool:
    """Whether JSON in the database can hold it: no NaN, no NUL."""
    if isinstance(value, str):
        return value.isprintable()
    return not isinstance(value, float) or math.isfinite(value)


def _condition(name: str, key: str) -> Invalid:
    return Invalid(
        N_("The condition “%(key)s” of the rule “%(name)s” has a value of the wrong kind."),
        field="rules",
        name=name,
        key=key,
    )


def _check_shares(name: str, shares: Any) -> None:
    lines = {line.value for line in CostLine}
    if not isinstance(shares, Mapping) or set(shares) - lines - {DEFAULT}:
        raise Invalid(
            N_("The shares of the rule “%(name)s” are per cost line: %(known)s or default."),
            field="rules",
            name=name,
            known=", ".join(CostLine),
        )
    if DEFAULT not in shares and lines - set(shares):
        raise Invalid(
            N_("The rule “%(name)s” does not say who pays %(lines)s. Add a default."),
            field="rules",
            name=name,
            lines=", ".join(sorted(lines - set(shares))),
        )
    for line, parts in shares.items():
        _check_line(name, line, parts)


LINE_NAMES = {
    CostLine.FEE.value: Word(N_("Fee")),
    CostLine.COVER.value: Word(N_("Cover")),
    CostLine.MATERIALS.value: Word(N_("Materials")),
    CostLine.TRAVEL.value: Word(N_("Travel")),
    "default": Word(N_("All other lines")),
}


def _check_line(name: str, line: str, parts: Any) -> None:
    kinds = {kind.value for kind in PoolKind}
    whole = isinstance(parts, Mapping) and not set(parts) - kinds
    if not whole or not all(
        isinstance(part, int) and not isinstance(part, bool) and part >= 0
        for part in parts.values()
    ):
        raise Invalid(
            N_("The rule “%(name)s”, line “%(line)s”: shares are whole basis points per pool."),
            field="rules",
            name=name,
            line=LINE_NAMES.get(line, line),
        )
    if sum(parts.values()) != WHOLE:
        raise Invalid(
            N_(
                "The rule “%(name)s”, line “%(line)s”: the shares add up to %(sum)s "
                "and must add up to 100 %%."
            ),
            field="rules",
            name=name,
            line=LINE_NAMES.get(line, line),
            sum=percent(sum(parts.values())),
        )


def funding_of(
    rules: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], *, version: int
) -> Funding:
    """The first rule that matches; where none does, the institution pays all."""
    found = first_match(rules, facts)
    if found is None:
        alone = {PoolKind.INSTITUTION: WHOLE}
        return Funding(NO_RULE, 0, dict.fromkeys(CostLine, alone))
    _, rule = found
    shares = rule["shares"]
    per_line: dict[CostLine, dict[PoolKind, int]] = {}
    for line in CostLine:
        named = shares.get(line.value, shares.get(DEFAULT))
        per_line[line] = {kind: named[kind.value] for kind in FUNDERS if named.get(kind.value)}
    return Funding(str(rule["name"]), version, per_line)


def share_out(
    cost: Cost,
    funding: Funding,
    payers: Mapping[PoolKind, Payer],
    facts: Mapping[str, Any] | None = None,
) -> CostCard:
    """The cost with its shares. Each cost line divides by the largest remainder, so the shares
    add up to the cost to the øre; shares of nothing are left out.

    Raises Conflict when a kind of pool that must pay does not exist here.
    """
    for kind in funding.kinds(cost):
        if kind not in payers:
            raise Conflict(MISSING[kind], rule=funding.rule_name)
    made: list[Share] = []
    for line in CostLine:
        if not cost.of(line):
            continue
        parts = funding.shares[line]
        for (kind, share_bp), amount in zip(
            parts.items(), split(cost.of(line), list(parts.values())), strict=True
        ):
            if amount:
                payer = payers[kind]
                made.append(Share(payer.pool_id, payer.name, kind, line, amount, share_bp))
    return CostCard(cost, tuple(made), funding.rule_name, funding.rule_version, facts or {})
