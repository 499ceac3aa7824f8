"""What an ordered list of rules means as a whole: which rule decided and why those before it did
not, which can never decide, and which two could both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from typing import Any

from tenant_app.core.errors import N_, Invalid
from tenant_app.core.matching import fact_of, holds


@dataclass(frozen=True)
class Unmet:
    """A condition that did not hold."""

    key: str
    wanted: Any
    value: Any


@dataclass(frozen=True)
class Looked:
    """A rule that was looked at, in order: it matched when nothing was unmet."""

    place: int
    """From 1, as on the screen."""
    name: str
    unmet: tuple[Unmet, ...]

    @property
    def matched(self) -> bool:
        return not self.unmet


def trace(rules: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]) -> list[Looked]:
    """The rules in order up to the one that decides, each with what did not hold."""
    found = []
    for place, rule in enumerate(rules, start=1):
        unmet = tuple(
            Unmet(key, wanted, facts[fact_of(key)])
            for key, wanted in rule["when"].items()
            if not holds(key, wanted, facts[fact_of(key)])
        )
        found.append(Looked(place, str(rule["name"]), unmet))
        if not unmet:
            break
    return found


class Doubt(StrEnum):
    IMPOSSIBLE = "impossible"
    """Its own conditions exclude each other."""
    SHADOWED = "shadowed"
    """Whatever it matches, an earlier rule has matched."""
    COVERED = "covered"
    """Earlier rules together have matched all of it, each for one answer to yes-or-no facts."""
    OVERLAPS = "overlaps"
    """Both can match the same request and pay differently: the earlier decides."""


@dataclass(frozen=True)
class Doubtful:
    """A rule to look at again, and the earlier one that stands in its way."""

    doubt: Doubt
    place: int
    name: str
    other_place: int = 0
    other_name: str = ""


def doubts(rules: Sequence[Mapping[str, Any]]) -> list[Doubtful]:
    """What is worth a warning, rule by rule. Rules without conditions overlap everything, which is
    what they are for."""
    found = []
    for place, rule in enumerate(rules):
        name, when = str(rule["name"]), rule["when"]
        if not possible(when):
            found.append(Doubtful(Doubt.IMPOSSIBLE, place + 1, name))
            continue
        if _covered(when, rules[:place]):
            found.append(Doubtful(Doubt.COVERED, place + 1, name))
            continue
        for before, other in enumerate(rules[:place]):
            if implies(when, other["when"]):
                doubt = Doubt.SHADOWED
            elif (
                when
                and other["shares"] != rule["shares"]
                and not implies(other["when"], when)
                and possible(when, other["when"])
            ):
                doubt = Doubt.OVERLAPS
            else:
                continue
            found.append(Doubtful(doubt, place + 1, name, before + 1, str(other["name"])))
            if doubt is Doubt.SHADOWED:
                break
    return found


def _covered(when: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the earlier rules match all of it between them, and none of them alone."""
    asked = {
        key
        for rule in before
        for key, wanted in rule["when"].items()
        if isinstance(wanted, bool) and key not in when
    }
    if not asked or any(implies(when, rule["when"]) for rule in before):
        return False
    names = sorted(asked)
    return all(
        any(
            implies({**when, **dict(zip(names, answers, strict=True))}, rule["when"])
            for rule in before
        )
        for answers in product((True, False), repeat=len(names))
    )


def check_each_can_match(rules: Sequence[Mapping[str, Any]], *, field: str) -> None:
    """No rule is there in vain. Raises Invalid naming it."""
    for each in doubts(rules):
        if each.doubt is Doubt.IMPOSSIBLE:
            raise Invalid(
                N_(
                    "Rule %(place)s “%(name)s” can never match: its conditions exclude each other. "
                    "Change them, or remove the rule."
                ),
                field=field,
                place=each.place,
                name=each.name,
            )
        if each.doubt is Doubt.COVERED:
            raise Invalid(
                N_(
                    "Rule %(place)s “%(name)s” can never match: the rules before it match all of "
                    "it between them. Move it up, or remove it."
                ),
                field=field,
                place=each.place,
                name=each.name,
            )
        if each.doubt is Doubt.SHADOWED:
            raise Invalid(
                N_(
                    "Rule %(place)s “%(name)s” can never match: rule %(other)s “%(before)s” comes "
                    "first and matches all of it. Move it up, or remove it."
                ),
                field=field,
                place=each.place,
                name=each.name,
                other=each.other_place,
                before=each.other_name,
            )


def yields_to(version: int, days: Mapping[int, date]) -> int | None:
    """The older version that was planned for a later day and takes over on it; None where none
    does, or a newer one. `days`: version → its first day."""
    later = [day for day in days.values() if day > days[version]]
    if not later:
        return None
    following = max(each for each, day in days.items() if day == min(later))
    return following if following < version else None


def implies(when: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether all that meets `when` meets `other` too."""
    return all(
        any(
            fact_of(mine) == fact_of(key) and _implies(mine, has, key, wanted)
            for mine, has in when.items()
        )
        for key, wanted in other.items()
    )


def _implies(mine: str, has: Any, key: str, wanted: Any) -> bool:
    if mine.endswith("_in"):
        return all(holds(key, wanted, value) for value in has)
    if mine == fact_of(mine):
        return holds(key, wanted, has)
    if mine.endswith("_at_most"):
        return key.endswith("_at_most") and bool(has <= wanted)
    if key.endswith("_over"):
        return bool(has >= wanted if mine.endswith("_over") else has > wanted)
    return key.endswith("_at_least") and bool(has >= wanted)


def possible(*whens: Mapping[str, Any]) -> bool:
    """Whether something can meet all these conditions at once."""
    asked: dict[str, list[tuple[str, Any]]] = {}
    for when in whens:
        for key, wanted in when.items():
            asked.setdefault(fact_of(key), []).append((key, wanted))
    return all(_possible(conditions) for conditions in asked.values())


def _possible(conditions: Sequence[tuple[str, Any]]) -> bool:
    """Of one fact: a value that is named meets them all, or the bounds leave room."""
    named = [[wanted] for key, wanted in conditions if key == fact_of(key)]
    named += [list(wanted) for key, wanted in conditions if key.endswith("_in")]
    if named:
        return any(all(holds(*each, value) for each in conditions) for value in named[0])
    most = min((w for key, w in conditions if key.endswith("_at_most")), default=None)
    return most is None or all(holds(*each, most) for each in conditions)
