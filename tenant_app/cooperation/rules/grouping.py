"""Which needs belong together, and what becomes of the clusters that are there. Pure.

A cluster is a star: every need is like the one in its middle. A chain, where each is like the
next and the ends have nothing to do with each other, would swallow a whole competence area.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tenant_app.cooperation.rules import likeness
from tenant_app.cooperation.rules.likeness import Text

HOUSES_AT_LEAST = 2
MOST_WORDS = 5
MOST_NEEDS = 200
"""As many as an initiative can answer; what is left over can be found alike by itself."""


@dataclass(frozen=True)
class Asked:
    """A need that somebody works with, or should."""

    id: UUID
    house: UUID
    """The institution."""
    title: str
    competence: UUID | None = None


@dataclass(frozen=True)
class Held:
    """A cluster that nobody has judged yet."""

    id: UUID
    centre: UUID | None
    members: tuple[UUID, ...]
    left: frozenset[UUID] = frozenset()
    """Needs that were in it: they do not come back."""
    refused: frozenset[UUID] = frozenset()
    """Houses that said no: their needs do not come to it."""


@dataclass(frozen=True)
class Part:
    """A need in a cluster, and how like the one in the middle it is, in per cent."""

    need_id: UUID
    house: UUID
    likeness: int


@dataclass(frozen=True)
class Star:
    """A cluster as it should be. `id` is None for a new one; the first part is its middle."""

    id: UUID | None
    parts: tuple[Part, ...]
    words: tuple[str, ...]


@dataclass
class _Field:
    """The needs of a competence area, those that say the same standing at one place."""

    needs: Sequence[Asked]
    texts: list[Text] = field(default_factory=list)
    at: dict[UUID, int] = field(default_factory=dict)
    standing: list[list[Asked]] = field(default_factory=list)

    def __post_init__(self) -> None:
        known: dict[str, int] = {}
        for need in self.needs:
            text = likeness.read(need.title)
            place = known.setdefault(text.plain, len(known))
            if place == len(self.texts):
                self.texts.append(text)
                self.standing.append([])
            self.standing[place].append(need)
            self.at[need.id] = place

    def text_of(self, need_id: UUID) -> Text:
        return self.texts[self.at[need_id]]


def find(
    needs: Sequence[Asked],
    held: Sequence[Held] = (),
    ended: Collection[frozenset[UUID]] = (),
    *,
    weak: Collection[str] = (),
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> list[Star]:
    """The clusters of one competence area: those held, with what has come to them, and new ones.

    `needs` in the order of their age; `ended` are sets of needs that people did not want together:
    they are suggested again only when another need has joined them.
    """
    found = _Field(needs)
    alike = likeness.pairs(found.texts, weak=weak, tell=lambda done: tell(done, len(found.texts)))
    by_id = {need.id: need for need in needs}
    taken: set[UUID] = {member for cluster in held for member in cluster.members}
    weight = likeness.weights(found.texts, weak)

    def near(centre: Asked) -> Iterator[tuple[Asked, float]]:
        place = found.at[centre.id]
        if not found.texts[place].words:
            return  # nothing to go by
        for other, score in ((place, 1.0), *alike.of(place).items()):
            for need in found.standing[other]:
                same = need.competence is not None and need.competence == centre.competence
                whole = min(1.0, score + (likeness.SAME_COMPETENCE if same else 0.0))
                if need.id != centre.id and whole >= likeness.ALIKE:
                    yield need, whole

    stars = _grown(held, by_id, taken, near)
    order = _by_reach(found, alike)
    for place in order:
        # More than one, where more say the same than a cluster can hold.
        while (parts := _star(found.standing[place], taken, near)) is not None:
            ids = {need.id for need, _score in parts}
            if any(ids <= unwanted for unwanted in ended):
                break
            taken |= ids
            stars.append((None, parts))
    return [
        Star(
            cluster_id,
            tuple(Part(need.id, need.house, round(score * 100)) for need, score in parts),
            words_in_common(
                [(need.house, found.text_of(need.id)) for need, _score in parts], weight
            ),
        )
        for cluster_id, parts in stars
    ]


_Parts = list[tuple[Asked, float]]
_Near = Callable[[Asked], Iterator[tuple[Asked, float]]]


def _star(standing: Sequence[Asked], taken: Collection[UUID], near: _Near) -> _Parts | None:
    """A new cluster around the oldest of these that is free; None where it is one house's."""
    centre = next((need for need in standing if need.id not in taken), None)
    if centre is None:
        return None
    coming = [each for each in near(centre) if each[0].id not in taken]
    parts = [(centre, 1.0), *_nearest(coming, MOST_NEEDS - 1, known=[centre.house])]
    houses = {need.house for need, _score in parts}
    return parts if len(houses) >= HOUSES_AT_LEAST else None


def _grown(
    held: Sequence[Held],
    by_id: Mapping[UUID, Asked],
    taken: set[UUID],
    near: _Near,
) -> list[tuple[UUID | None, _Parts]]:
    """The clusters that are there, each need that has come to them with the one it is most like."""
    centres = {}
    wishes: dict[UUID, tuple[float, int]] = {}
    for number, cluster in enumerate(held):
        middle = cluster.centre if cluster.centre in cluster.members else None
        middle = middle or next(iter(cluster.members), None)
        if middle is None or middle not in by_id:
            continue
        centres[number] = by_id[middle]
        for need, score in near(by_id[middle]):
            if need.id in taken or need.id in cluster.left or need.house in cluster.refused:
                continue
            if score > wishes.get(need.id, (0.0, 0))[0]:
                wishes[need.id] = (score, number)
    joined: dict[int, _Parts] = defaultdict(list)
    for need_id, (score, number) in wishes.items():
        joined[number].append((by_id[need_id], score))
        taken.add(need_id)
    grown: list[tuple[UUID | None, _Parts]] = []
    for number, cluster in enumerate(held):
        if number not in centres:
            continue
        centre = centres[number]
        scores = {need.id: score for need, score in near(centre)}
        kept = [
            (by_id[member], scores.get(member, 0.0))
            for member in cluster.members
            if member in by_id and member != centre.id
        ]
        room = max(0, MOST_NEEDS - 1 - len(kept))
        houses = [centre.house, *(need.house for need, _score in kept)]
        coming = _nearest(joined[number], room, known=houses)
        taken -= {need.id for need, _score in joined[number]} - {need.id for need, _ in coming}
        grown.append((cluster.id, [(centre, 1.0), *kept, *coming]))
    return grown


def _nearest(coming: _Parts, most: int, *, known: Collection[UUID]) -> _Parts:
    """No more than so many: the best of each house first, then whatever is most alike."""
    if len(coming) <= most:
        return coming
    seen = set(known)
    firsts: _Parts = []
    others: _Parts = []
    for need, score in sorted(coming, key=lambda each: -each[1]):
        (others if need.house in seen else firsts).append((need, score))
        seen.add(need.house)
    return [*firsts, *others][:most]


def _by_reach(found: _Field, alike: likeness.Pairs) -> list[int]:
    """Places in the order in which they become the middle of a cluster: those that reach most
    houses first, of these the closest, of equals the oldest."""
    numbers: dict[UUID, int] = {}
    houses = [
        {numbers.setdefault(need.house, len(numbers)) for need in standing}
        for standing in found.standing
    ]
    keys = []
    for place, own in enumerate(houses):
        near = alike.of(place)
        reached = set(own).union(*(houses[other] for other in near))
        keys.append((-len(reached), -sum(near.values()), place))
    return [place for _reach, _score, place in sorted(keys)]


def words_in_common(
    texts: Iterable[tuple[UUID, Text]], weight: Mapping[str, float]
) -> tuple[str, ...]:
    """The words that needs of at least two houses have in common, what most houses say first.

    As most houses write it; never a word that stands in one house's needs alone, unless it begins
    like another's: then the shorter of the two.
    """
    houses: dict[str, set[UUID]] = defaultdict(set)
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for house, text in texts:
        for key, word in text.words.items():
            if house not in houses[key]:
                written[key][word] += 1
            houses[key].add(house)
    shared = [key for key, who in houses.items() if len(who) >= HOUSES_AT_LEAST]
    shared.sort(key=lambda key: (-len(houses[key]) * weight.get(key, 0.0), key))
    return tuple(
        min(written[key], key=lambda word: (-written[key][word], len(word), word))
        for key in shared[:MOST_WORDS]
        if weight.get(key, 0.0) > 0
    )
