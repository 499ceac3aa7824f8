"""The hierarchy over time, as plain values.

Adjacency is the truth: `Hang` says under which parent a unit hangs and when. Places, with their
paths, follow from it for every unit at once, so a move cannot forget a descendant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from tenant_app.core.danish import danish_key
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.organisation.models import UnitKind
from tenant_app.organisation.rules.inputs import check_day, show_day

PARENTS: dict[UnitKind, tuple[UnitKind, ...]] = {
    UnitKind.MUNICIPALITY: (),
    UnitKind.AREA: (UnitKind.MUNICIPALITY,),
    UnitKind.INSTITUTION: (UnitKind.AREA, UnitKind.MUNICIPALITY),
    UnitKind.HOUSE: (UnitKind.INSTITUTION,),
}
"""Each kind hangs under a higher one. Areas are optional; a circle is impossible by kind."""

WRONG_PARENT = {
    UnitKind.MUNICIPALITY: N_("There is one municipality and it has no parent. Leave it empty."),
    UnitKind.AREA: N_("An area hangs under the municipality. Choose the municipality as parent."),
    UnitKind.INSTITUTION: N_(
        "An institution hangs under an area or directly under the municipality. "
        "Choose one of these as parent."
    ),
    UnitKind.HOUSE: N_("A house hangs under an institution. Choose an institution as parent."),
}
HOLDS_STAFF_OF = {
    UnitKind.AREA: (UnitKind.AREA,),
    UnitKind.INSTITUTION: (UnitKind.INSTITUTION, UnitKind.HOUSE),
    UnitKind.HOUSE: (UnitKind.INSTITUTION, UnitKind.HOUSE),
}
"""Into which kinds a unit can merge."""


@dataclass(frozen=True)
class Hang:
    """Under `parent_id` from `from_date` up to but not including `to_date`."""

    parent_id: UUID | None
    from_date: date
    to_date: date | None

    def holds(self, day: date) -> bool:
        return self.from_date <= day and (self.to_date is None or day < self.to_date)


@dataclass(frozen=True)
class Place:
    """A placement to be kept: what `Hang` says, with the path that follows from all of them."""

    unit_id: UUID
    parent_id: UUID | None
    path: str
    from_date: date
    to_date: date | None


@dataclass
class Node:
    """A unit with where it hangs, in order of time and without gaps."""

    id: UUID
    number: str
    name: str
    kind: UnitKind
    seq: int
    weak_economy: bool = False
    hangs: list[Hang] = field(default_factory=list)

    @property
    def founded(self) -> date:
        return self.hangs[0].from_date

    @property
    def closes(self) -> date | None:
        """The first day on which it is no longer there, when that is known."""
        return self.hangs[-1].to_date

    def on(self, day: date) -> Hang | None:
        return next((hang for hang in self.hangs if hang.holds(day)), None)


def alive(node: Node, day: date, *, field: str) -> Hang:
    """Where the unit hangs on the day. Raises Conflict when it is not there yet, or no more."""
    if day < node.founded:
        raise Conflict(
            N_("%(unit)s exists from %(date)s. Choose that date or a later one."),
            field=field,
            unit=node.name,
            date=show_day(node.founded),
        )
    hang = node.on(day)
    if hang is None:
        raise Conflict(
            N_("%(unit)s is closed from %(date)s. Choose an earlier date or another unit."),
            field=field,
            unit=node.name,
            date=show_day(node.closes or day),
        )
    return hang


def there_throughout(
    node: Node, from_date: date, to_date: date | None, *, unit_field: str, day_field: str
) -> None:
    """The unit exists on every day from `from_date` until `to_date`. Raises Conflict."""
    if from_date < node.founded:
        alive(node, from_date, field=day_field)
    if node.closes is not None and (to_date is None or to_date > node.closes):
        raise Conflict(
            N_("%(unit)s is closed from %(date)s. Choose an earlier date or another unit."),
            field=unit_field,
            unit=node.name,
            date=show_day(node.closes),
        )


class Tree:
    """A municipality's units over all time. Verbs change it or raise and change nothing."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = {node.id: node for node in nodes}
        self.by_number = {node.number: node for node in self.nodes.values()}
        self.last_seq = max((node.seq for node in self.nodes.values()), default=0)

    def node(self, unit_id: UUID) -> Node:
        """Raises NotFound."""
        try:
            return self.nodes[unit_id]
        except KeyError:
            raise NotFound() from None

    @property
    def root(self) -> Node | None:
        kinds = (n for n in self.nodes.values() if n.kind is UnitKind.MUNICIPALITY)
        return next(kinds, None)

    def found(
        self,
        unit_id: UUID,
        *,
        number: str,
        name: str,
        kind: UnitKind,
        parent_id: UUID | None,
        from_date: date,
        weak_economy: bool = False,
    ) -> Node:
        """Add a unit."""
        taken = self.by_number.get(number)
        if taken is not None:
            raise Conflict(
                N_("The number %(number)s belongs to %(unit)s. Choose another number."),
                field="number",
                number=number,
                unit=taken.name,
            )
        check_day(from_date, field="from_date")
        if kind is UnitKind.MUNICIPALITY:
            if self.root is not None or parent_id is not None:
                raise Conflict(WRONG_PARENT[kind], field="kind" if self.root else "parent_id")
        else:
            self._check_parent(kind, parent_id, from_date, None, day_field="from_date")
        self.last_seq += 1
        node = Node(unit_id, number, name, kind, self.last_seq, weak_economy)
        node.hangs.append(Hang(parent_id, from_date, None))
        self.nodes[unit_id] = self.by_number[number] = node
        return node

    def move(self, unit_id: UUID, *, parent_id: UUID, on: date) -> None:
        """From `on` the unit, and all below it, hang under the new parent."""
        node, parent = self.node(unit_id), self.node(parent_id)
        check_day(on, field="on")
        self._check_movable(node, on)
        if parent is node or node.id in self.ancestors(parent, on):
            raise Conflict(
                N_("%(unit)s cannot hang under itself or a unit below it. Choose another parent."),
                field="parent_id",
                unit=node.name,
            )
        now = alive(node, on, field="on")
        self._check_parent(node.kind, parent_id, on, now.to_date, day_field="on")
        if now.parent_id == parent_id:
            raise Conflict(
                N_("%(unit)s already hangs under %(parent)s. Choose another parent."),
                field="parent_id",
                unit=node.name,
                parent=parent.name,
            )
        before = [] if now.from_date == on else [replace(now, to_date=on)]
        at = node.hangs.index(now)
        node.hangs[at:] = joined([*before, Hang(parent_id, on, now.to_date)])
        node.hangs = joined(node.hangs)

    def close(self, unit_id: UUID, *, on: date) -> None:
        """From `on` the unit is no longer there. Staff is the caller's to check."""
        node = self.node(unit_id)
        check_day(on, field="on")
        self._check_movable(node, on)
        now = alive(node, on, field="on")
        if now.to_date is not None:
            raise Conflict(
                N_("%(unit)s already closes on %(date)s."),
                field="on",
                unit=node.name,
                date=show_day(now.to_date),
            )
        if on == node.founded:
            raise Conflict(
                N_("%(unit)s begins on %(date)s. Choose a later date."),
                field="on",
                unit=node.name,
                date=show_day(on),
            )
        children = self.children_after(node, on)
        if children:
            raise Conflict(
                N_("%(unit)s still has units below it: %(children)s. Move or close them first."),
                field="unit_id",
                unit=node.name,
                children=", ".join(sorted((child.name for child in children), key=danish_key)[:5]),
            )
        at = node.hangs.index(now)
        node.hangs[at:] = [] if now.from_date == on else [replace(now, to_date=on)]

    def check_merge(self, unit_id: UUID, *, into_id: UUID, on: date) -> None:
        """The staff of one unit can go on in the other from `on`. Raises Conflict."""
        node, into = self.node(unit_id), self.node(into_id)
        if node is into:
            raise Conflict(
                N_("A unit cannot merge into itself. Choose another unit."), field="into_id"
            )
        self._check_movable(node, on)
        if into.kind not in HOLDS_STAFF_OF[node.kind]:
            raise Conflict(
                N_("%(unit)s and %(into)s are of different kinds. Choose a unit of the same kind."),
                field="into_id",
                unit=node.name,
                into=into.name,
            )
        there_throughout(into, on, None, unit_field="into_id", day_field="on")

    def ancestors(self, node: Node, day: date) -> list[UUID]:
        """Nearest first, on the day."""
        found: list[UUID] = []
        hang = node.on(day)
        while hang is not None and hang.parent_id is not None and hang.parent_id not in found:
            found.append(hang.parent_id)
            hang = self.nodes[hang.parent_id].on(day)
        return found

    def children_after(self, node: Node, day: date) -> list[Node]:
        """Those that hang under the unit on the day or later."""
        return [
            child
            for child in self.nodes.values()
            for hang in child.hangs
            if hang.parent_id == node.id and (hang.to_date is None or hang.to_date > day)
        ]

    def places(self) -> list[Place]:
        """Every placement that follows from where the units hang; no two of a unit overlap."""
        below: dict[UUID | None, list[tuple[Node, Hang]]] = defaultdict(list)
        for node in self.nodes.values():
            for hang in node.hangs:
                below[hang.parent_id].append((node, hang))
        found: dict[UUID, list[Place]] = {unit_id: [] for unit_id in self.nodes}

        waiting = [(None, "", None, None, pair) for pair in below[None]]
        stack: list[tuple[UUID | None, str, date | None, date | None, tuple[Node, Hang]]]
        stack = list(waiting)
        while stack:
            parent_id, path, start, end, (node, hang) = stack.pop()
            begins = hang.from_date if start is None else max(start, hang.from_date)
            ends = min((day for day in (end, hang.to_date) if day is not None), default=None)
            if ends is not None and ends <= begins:
                continue
            own = f"{path}{node.seq}."
            found[node.id].append(Place(node.id, parent_id, own, begins, ends))
            stack += [(node.id, own, begins, ends, pair) for pair in below[node.id]]
        return [place for places in found.values() for place in _touching(places)]

    def _check_movable(self, node: Node, on: date) -> None:
        if node.kind is UnitKind.MUNICIPALITY:
            raise Conflict(
                N_("The municipality itself is neither moved, merged nor closed."), field="unit_id"
            )
        later = next((hang for hang in node.hangs if hang.from_date > on), None)
        if later is not None and on >= node.founded:
            raise Conflict(
                N_("%(unit)s already moves on %(date)s. Choose that date or a later one."),
                field="on",
                unit=node.name,
                date=show_day(later.from_date),
            )

    def _check_parent(
        self,
        kind: UnitKind,
        parent_id: UUID | None,
        from_date: date,
        to_date: date | None,
        *,
        day_field: str,
    ) -> None:
        parent = None if parent_id is None else self.node(parent_id)
        if parent is None or parent.kind not in PARENTS[kind]:
            raise Conflict(WRONG_PARENT[kind], field="parent_id")
        there_throughout(parent, from_date, to_date, unit_field="parent_id", day_field=day_field)


def joined(hangs: Sequence[Hang]) -> list[Hang]:
    """The same in order of time, with neighbours under one parent made one."""
    made: list[Hang] = []
    for hang in sorted(hangs, key=lambda h: h.from_date):
        last = made[-1] if made else None
        if last and last.parent_id == hang.parent_id and last.to_date == hang.from_date:
            made[-1] = replace(last, to_date=hang.to_date)
        else:
            made.append(hang)
    return made


def _touching(places: list[Place]) -> list[Place]:
    made: list[Place] = []
    for place in sorted(places, key=lambda p: p.from_date):
        last = made[-1] if made else None
        if last and last.path == place.path and last.to_date == place.from_date:
            made[-1] = replace(last, to_date=place.to_date)
        else:
            made.append(place)
    return made
