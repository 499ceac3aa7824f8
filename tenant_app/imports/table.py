"""What a known table looks like in a file. Plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_NOT_WORD = re.compile(r"[\W_]+")

Cell = str | int | float | bool | date


@dataclass(frozen=True)
class Column:
    """A column of a known table. The first header is the Danish one that templates use."""

    key: str
    headers: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True)
class Row:
    """A row with its number in the file (the header's row counted) and its cells by column."""

    number: int
    cells: dict[str, Cell]
    spilled: bool = False
    """There were more cells than headers."""


@dataclass(frozen=True)
class Sheet:
    """The rows of a known table. `headers` are as the file writes them."""

    headers: dict[str, str]
    ignored: tuple[str, ...]
    rows: list[Row]


def normal(header: str) -> str:
    """A header without case, spaces and punctuation: `Overordnet nr.` is `overordnetnr`."""
    return _NOT_WORD.sub("", header.casefold())
