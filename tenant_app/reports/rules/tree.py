"""Units with their figures, as a tree and as lines of a table. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar
from uuid import UUID

from tenant_app.core.danish import danish_key

Figures = TypeVar("Figures")


def parent_path(path: str, known: set[str]) -> str | None:
    """The nearest of the known paths that `path` lies below: '1.2.' for '1.2.17.'."""
    steps = path.rstrip(".").split(".")
    for length in range(len(steps) - 1, 0, -1):
        candidate = ".".join(steps[:length]) + "."
        if candidate in known:
            return candidate
    return None


@dataclass(frozen=True)
class Node(Generic[Figures]):
    """A unit with the figures of everything below it, and of what it holds itself."""

    unit_id: UUID
    number: str
    name: str
    kind: str
    is_open: bool
    """False where the unit no longer hung anywhere on the day, but its figures count."""
    total: Figures
    own: Figures
    children: tuple[Node[Figures], ...] = ()


@dataclass(frozen=True)
class Line(Generic[Figures]):
    """A node as a line of a table; `is_own` marks what the unit above holds itself."""

    depth: int
    node: Node[Figures]
    figures: Figures
    is_own: bool = False


def tree(nodes: Sequence[tuple[str, Node[Figures]]]) -> tuple[Node[Figures], ...]:
    """Nodes with their paths, put together. One whose parent is not there stands at the top."""
    known = {path for path, _ in nodes}

    def by_name(pair: tuple[str, Node[Figures]]) -> tuple[str, str]:
        return danish_key(pair[1].name), pair[1].number

    below: dict[str | None, list[tuple[str, Node[Figures]]]] = {}
    for path, node in nodes:
        below.setdefault(parent_path(path, known), []).append((path, node))

    def grow(path: str | None) -> tuple[Node[Figures], ...]:
        # Taken out, so that each node stands once even if two should share a path.
        found = sorted(below.pop(path, ()), key=by_name)
        return tuple(replace(node, children=grow(own_path)) for own_path, node in found)

    return grow(None)


def lines(roots: Sequence[Node[Figures]], depth: int = 0) -> Iterator[Line[Figures]]:
    """The tree from top to bottom, what a unit holds itself just below its total."""
    for node in roots:
        yield Line(depth, node, node.total)
        if node.children and node.own and node.own != type(node.own)():
            yield Line(depth + 1, node, node.own, is_own=True)
        yield from lines(node.children, depth + 1)
