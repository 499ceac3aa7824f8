"""First-match funding rules: who pays which share of which cost line.

A rule is `{"name": "ECTS", "when": {"ects_over": 0}, "shares": {"fee": {"central": 10000},
"cover": {"central": 5000, "institution": 5000}, "default": {"institution": 10000}}}`: basis points
per kind of pool, or per named pool (`pool:CODE`), 10000 for each line; lines that are not named
follow "default". A cover rule says the same of cover alone: `{"name", "when", "shares": {payer:
basis points}}`; where one matches it goes before the funding rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tenant_app.budgets.models import CostLine, PoolKind
from tenant_app.budgets.rules.cost import Cost, CostCard, Share
from tenant_app.budgets.rules.named import code_of, is_code, payers_in
from tenant_app.budgets.rules.words import can_be
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
        "The funding rule “%(rule)s” lets the central pool pay, but %(year)s has none. "
        "Adopt the budget year first."
    ),
    PoolKind.AREA: N_(
        "The funding rule “%(rule)s” lets the area pay, but the unit has no area with a pool "
        "in %(year)s. Change the rule, or open a pool for the area."
    ),
    PoolKind.INSTITUTION: N_(
        "The funding rule “%(rule)s” lets the institution pay, but it has no pool in %(year)s. "
        "Open a pool for it."
    ),
}
MISSING_NAMED = N_(
    "The funding rule “%(rule)s” lets the pool “%(code)s” pay, but %(year)s has no such pool. "
    "Open it for that year, or change the rule."
)


@dataclass(frozen=True)
class Funding:
    """The rule that matched: per cost line, the shares of the payers in basis points."""

    rule_name: str
    rule_version: int
    shares: Mapping[CostLine, Mapping[str, int]]
    """Payer → its share: a kind of pool, or `pool:CODE`."""
    cover_rule: str | None = None
    """The cover rule that matched and decides the cover line."""

    def name_for(self, line: CostLine) -> str:
        """The rule that decides the line."""
        return self.cover_rule if self.cover_rule and line is CostLine.COVER else self.rule_name


@dataclass(frozen=True)
class Payer:
    """A pool that can pay."""

    pool_id: UUID
    name: str
    kind: PoolKind | None = None
    """None: the kind it is a payer as."""


def check_rules(rules: Sequence[Mapping[str, Any]]) -> None:
    """Each rule has a name of its own, known conditions and shares of exactly 100 %.

    Raises Invalid on the field `rules`, naming the rule.
    """
    if not 1 <= len(rules) <= MOST_RULES:
        raise Invalid(
            N_("Write between 1 and %(most)s funding rules."), field="rules", most=MOST_RULES
        )
    _check_each(rules, _check_shares)


def check_cover(rules: Sequence[Mapping[str, Any]]) -> None:
    """The same of the rules of who pays cover; there need not be any."""
    if len(rules) > MOST_RULES:
        raise Invalid(
            N_("Write at most %(most)s rules of who pays cover."), field="cover", most=MOST_RULES
        )
    _check_each(rules, lambda name, shares: _check_line(name, CostLine.COVER.value, shares))


def _check_each(
    rules: Sequence[Mapping[str, Any]], check_shares: Callable[[str, Any], None]
) -> None:
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
        check_shares(name, rule["shares"])


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
    for name, payer in payers_in(rules):
        if payer == PoolKind.AREA:
            raise Invalid(
                N_(
                    "The rule “%(name)s” lets the area pay, but the municipality has no areas. "
                    "Give that share to another pool, or found the areas first."
                ),
                field="rules",
                name=name,
            )


def _check_when(name: str, when: Any) -> None:
    if not isinstance(when, Mapping):
        raise _condition(name, "when")
    check_conditions(when, FACTS, field="rules")
    for key, wanted in when.items():
        if not _fits(key, fact_of(key), wanted):
            raise _condition(name, key)
        if not can_be(key, wanted):
            raise Invalid(
                N_(
                    "The condition “%(key)s” of the rule “%(name)s” asks for what no request can "
                    "be. Choose from the list, or write a number that can occur."
                ),
                field="rules",
                name=name,
                key=key,
            )


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
    whole = isinstance(parts, Mapping) and all(map(_is_payer, parts))
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


def _is_payer(payer: Any) -> bool:
    if payer in FUNDERS:
        return True
    code = code_of(payer) if isinstance(payer, str) else None
    return code is not None and is_code(code)


def funding_of(
    rules: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Any],
    *,
    version: int,
    cover: Sequence[Mapping[str, Any]] = (),
) -> Funding:
    """The first rule that matches; where none does, the institution pays all. The first of the
    cover rules that matches decides the cover line instead."""
    found = first_match(rules, facts)
    per_line: dict[CostLine, Mapping[str, int]]
    if found is None:
        name, number = NO_RULE, 0
        per_line = {line: {PoolKind.INSTITUTION.value: WHOLE} for line in CostLine}
    else:
        name, number = str(found[1]["name"]), version
        shares = found[1]["shares"]
        per_line = {
            line: in_order(shares.get(line.value, shares.get(DEFAULT))) for line in CostLine
        }
    own = first_match(cover, facts) if cover else None
    if own is None:
        return Funding(name, number, per_line)
    per_line[CostLine.COVER] = in_order(own[1]["shares"])
    return Funding(name, number, per_line, cover_rule=str(own[1]["name"]))


def in_order(parts: Mapping[str, int]) -> dict[str, int]:
    """Those that pay something: the kinds of pool first, then the named pools by code."""
    named = sorted(payer for payer in parts if code_of(payer) is not None)
    return {payer: parts[payer] for payer in (*FUNDERS, *named) if parts.get(payer)}


def share_out(
    cost: Cost,
    funding: Funding,
    payers: Mapping[Any, Payer],
    facts: Mapping[str, Any] | None = None,
    *,
    year: int | None = None,
) -> CostCard:
    """The cost with its shares, all on the pools of one year. Each cost line divides by the
    largest remainder, so the shares add up to the cost to the øre; shares of nothing are left out.

    Raises Conflict when a pool that must pay does not exist here.
    """
    shares = _shares(cost, funding, payers, year)
    return CostCard(cost, shares, funding.rule_name, funding.rule_version, facts or {})


def share_over_years(
    cost: Cost,
    funding: Funding,
    parts: Mapping[int, Cost],
    payers: Mapping[int, Mapping[Any, Payer]],
    facts: Mapping[str, Any],
) -> CostCard:
    """The same for a cost in parts: each year's on that year's pools."""
    shares = [
        share
        for year, part in parts.items()
        for share in _shares(part, funding, payers[year], year)
    ]
    return CostCard(cost, tuple(shares), funding.rule_name, funding.rule_version, facts)


def _shares(
    cost: Cost, funding: Funding, payers: Mapping[Any, Payer], year: int | None
) -> tuple[Share, ...]:
    made: list[Share] = []
    for line in CostLine:
        if not cost.of(line):
            continue
        parts, rule = funding.shares[line], funding.name_for(line)
        _check_there(parts, payers, rule=rule, year=year)
        for (key, share_bp), amount in zip(
            parts.items(), split(cost.of(line), list(parts.values())), strict=True
        ):
            if not amount:
                continue
            payer = payers[key]
            made.append(
                Share(
                    payer.pool_id,
                    payer.name,
                    payer.kind or PoolKind(key),
                    line,
                    amount,
                    share_bp,
                    year,
                    None if rule == funding.rule_name else rule,
                )
            )
    return tuple(made)


def _check_there(
    parts: Mapping[str, int], payers: Mapping[Any, Payer], *, rule: str, year: int | None
) -> None:
    for payer in parts:
        if payer in payers:
            continue
        code = code_of(payer)
        when = str(year) if year is not None else Word(N_("the year"))
        if code is not None:
            raise Conflict(MISSING_NAMED, rule=rule, code=code, year=when)
        raise Conflict(MISSING[PoolKind(payer)], rule=rule, year=when)
