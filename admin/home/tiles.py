"""Tiles of rooms on the home page: what waits for its reader, counted in one statement for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, union_all

from tenant_app.core.context import Context

Asked = Select[*tuple[Any, ...]]
"""Two columns: the key of a kind as text, and a count. Fenced with `only_own`, values inlined."""


@dataclass(frozen=True)
class Kind:
    """What is counted, for a number of them without the number; and where they are found."""

    words: Callable[[int], str]
    url: Callable[[], str]


@dataclass(frozen=True)
class Tile:
    count: int
    words: str
    url: str


ASKS: tuple[Callable[[Context], list[Asked]], ...] = ()
"""Of each room its `service.asks`: nothing for a reader whom nothing can wait for."""
KINDS: dict[str, Kind] = {}


def tiles(ctx: Context) -> list[Tile]:
    """What waits, in the order of `KINDS`; what is none is left out."""
    asked = [statement for asks in ASKS for statement in asks(ctx)]
    if not asked:
        return []
    found = {key: count for key, count in ctx.execute(union_all(*asked), {})}
    return [
        Tile(found[key], kind.words(found[key]), kind.url())
        for key, kind in KINDS.items()
        if found.get(key)
    ]
