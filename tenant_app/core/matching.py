"""First match wins: ordered rules as data, asked with facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tenant_app.core.errors import N_, Invalid

_SUFFIXES = ("_over", "_at_least", "_at_most", "_in")


def fact_of(key: str) -> str:
    """The fact a condition asks about: `ects_over` asks about `ects`."""
    for suffix in _SUFFIXES:
        if key.endswith(suffix):
            return key.removesuffix(suffix)
    return key


def matches(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether every condition holds. No conditions match everything.

    `x_over` is >, `x_at_least` is >=, `x_at_most` is <=, `x_in` is membership, a bare `x` is
    equality.
    """
    return all(holds(key, wanted, facts[fact_of(key)]) for key, wanted in when.items())


def holds(key: str, wanted: Any, value: Any) -> bool:
    """Whether one condition holds for the value of its fact."""
    if key.endswith("_over"):
        return bool(value > wanted)
    if key.endswith("_at_least"):
        return bool(value >= wanted)
    if key.endswith("_at_most"):
        return bool(value <= wanted)
    if key.endswith("_in"):
        return value in wanted
    return bool(value == wanted)


def first_match(
    rules: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]
) -> tuple[int, Mapping[str, Any]] | None:
    """The place (from 0) and the rule that matches first, or None."""
    for place, rule in enumerate(rules):
        if matches(rule["when"], facts):
            return place, rule
    return None


def check_conditions(when: Mapping[str, Any], known: Iterable[str], *, field: str) -> None:
    """Refuse a condition about a fact nobody knows, before it can fail at night."""
    for key in when:
        if fact_of(key) not in set(known):
            raise Invalid(
                N_("Unknown condition “%(key)s”. Known facts: %(known)s."),
                field=field,
                key=key,
                known=", ".join(sorted(known)),
            )
