"""What the facts of a request can be, so that no condition asks for what never comes.

Forms and kinds of provider are the catalogue's own words: it says them here, from above.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tenant_app.core.matching import fact_of
from tenant_app.organisation.models import Position

WORDS: dict[str, frozenset[str]] = {"position": frozenset(each.value for each in Position)}
"""Fact → the words that it can be."""
MOST: dict[str, int] = {}
"""Fact → the largest number that it can be; none is below zero."""


def learn(fact: str, words: Iterable[str]) -> None:
    """The fact can be these words and no others."""
    WORDS[fact] = frozenset(words)


def can_be(key: str, wanted: Any) -> bool:
    """Whether a request can have a value that the condition asks for, or one of them. The value is
    of the right kind."""
    fact = fact_of(key)
    values = wanted if key.endswith("_in") else [wanted]
    return all(_is_known(fact, value) for value in values)


def _is_known(fact: str, value: Any) -> bool:
    if isinstance(value, str):
        return fact not in WORDS or value in WORDS[fact]
    if isinstance(value, bool):
        return True
    return bool(0 <= value <= MOST.get(fact, value))
