"""Finding by what people type: every word must be there, and what begins so comes first.

Danish letters as `core.danish` has them: capitals as small letters, `aa` as `å`, accents as their
plain letter. What is looked through is a *key*: a text in that form, such as `danish(Unit.name)`.
One municipality's rows are scanned, since nothing indexes the middle of a word here; many rows keep
their key in a column, or making it costs ten times as much as looking.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, collate

from tenant_app.core.danish import AA, danish_key, letters_of

SHORTEST = 2
"""One letter is in nearly every name."""
LONGEST = 100
MOST_WORDS = 6
_ESCAPE = "/"
Key = SQLColumnExpression[str]


@dataclass(frozen=True)
class Asked:
    """What somebody typed, as names are compared. Made by `asked`."""

    whole: str
    words: tuple[str, ...]


def asked(text: str) -> Asked | None:
    """What to look for; None when there is too little to go by."""
    kept = "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST])
    # Halves of surrogate pairs are not printable, so what is left can be sent to the database.
    words = danish_key(kept).split()[:MOST_WORDS]
    whole = " ".join(words)
    return Asked(whole, tuple(words)) if len(whole) >= SHORTEST else None


def _literal(text: str) -> str:
    """The text in a LIKE pattern: its own `%` and `_` mean themselves."""
    for sign in (_ESCAPE, "%", "_"):
        text = text.replace(sign, _ESCAPE + sign)
    return text


def _like(key: Key, pattern: str) -> ColumnElement[bool]:
    return key.like(pattern, escape=_ESCAPE)


def holds(key: Key, wanted: Asked) -> ColumnElement[bool]:
    """Every word is somewhere in the key."""
    return and_(*(_like(key, f"%{_literal(word)}%") for word in wanted.words))


def may_hold(text: Any, wanted: Asked) -> ColumnElement[bool]:
    """What every text fulfils whose key holds the words, and hardly another: told at a twentieth of
    what the key costs, so ask it first where many rows have no column for their key."""
    plain = collate(text, "C")
    return and_(*(plain.regexp_match(_pattern(word), flags="i") for word in wanted.words))


def _pattern(word: str) -> str:
    """The letters of a key as a regular expression of what they can be made of."""
    found = ""
    for sign in word:
        letters = letters_of(sign)
        each = re.escape(sign) if not letters else f"[{letters}{re.escape(sign)}]"
        found += f"(?:{each}|aa)" if sign == AA else each
    return found


def begins(key: Key, wanted: Asked) -> ColumnElement[bool]:
    """The key begins with all that was typed."""
    return _like(key, f"{_literal(wanted.whole)}%")


def nearness(key: Key, wanted: Asked) -> ColumnElement[int]:
    """To order by: 0 where the key begins so, 1 where each word begins one of its words."""
    starts = (
        _like(key, f"{_literal(word)}%") | _like(key, f"% {_literal(word)}%")
        for word in wanted.words
    )
    return case((begins(key, wanted), 0), (and_(*starts), 1), else_=2)
