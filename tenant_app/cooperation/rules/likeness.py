"""How alike two needs are by what their titles say, and in which words. Pure.

Danish glues words together and bends them, so words are compared by how they begin: `konflikter`
and `konflikthåndtering` meet. Words that every need has count for nothing, rare ones for most.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

VERSION = "ord-1"
"""Of the rule, written on each cluster: raised when the same needs would be found otherwise."""
ALIKE = 0.36
"""From here on two needs are alike."""
SHARE_OF_WORDS = 0.7
"""The weight of the words in common; the rest is how alike the sentences are letter by letter."""
SAME_COMPETENCE = 0.08
"""Added where both call for the same competence."""
STEM = 6
"""Letters by which a word is known."""
SHORTEST = 3
EVERYWHERE = 0.25
"""A word in more than so many of the texts of an area says nothing about any of them …"""
FEW = 40
"""… unless there are only so few texts."""
LEAST_IN_COMMON = 0.15
"""Of what both say, before they are compared letter by letter."""
MOST_NEIGHBOURS = 60
"""Of each text, the nearest: what bounds the memory of the search."""
AT_A_TIME = 500
"""Texts between two notes of how far it is."""

_WORD = re.compile(r"[a-zæøåéü]+")
_ENDINGS = ("erne", "ende", "ene", "ers", "ens", "ets", "er", "en", "et", "es", "e", "s")
_FILLERS = """
af al alle alt altid andet andre at bedre blandt blev bliver bruge bruger bruges brug både børn
børnene børns barn barnet barnets da de dem den der deres det dette dig din disse dog du efter
eller ellers en end endnu er et far fast faste fem fik fire flere flest for fordi fra fælles få får
før første gang gange gerne give giver god gode godt gør gøre ha ham han har havde hele hen hende
her hinanden hos hun hus huse husene huset hvad hver hvis hvor hvordan hvornår i igen ikke ind
indgår ingen institution institutionen ja jeg jer kan kender klar kom komme kommer kun kunne lave
lidt lige lige ligger lille længere længe løbet man mange mangler mangle med meget mellem men mens
mere mest mindre mindst måde måden måder nogen noget nogle nok nu ny nye nyt når også om omkring
op os over pga personale personalet pædagog pædagoger pædagogerne pædagogisk pædagogiske på rigtig
samme samt selv sent ser ses sig sin skal skulle som stadig stor store stue stuen stuer stuerne
svært så sådan tage tager til to tre ud uden under usikre usikker var ved vi viden vide vil ville
virker vores være været år behov brug greb redskaber redskab værktøjer metode metoder mangel faglig
vuggestue vuggestuen vuggestuebørn børnehave børnehaven dagplejen ældste yngste små
faglige styrke styrket arbejde arbejder arbejdet dagligt daglige dagen hverdag hverdagen især
"""
FILLERS = frozenset(_FILLERS.split())
"""Words that say how somebody speaks, and not about what."""


@dataclass(frozen=True)
class Text:
    """What a title says, as it is compared."""

    words: dict[str, str]
    """Key → the word as it was written, in the order of the sentence."""
    plain: str
    """The words alone, for comparing letter by letter."""

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self.words)


def key_of(word: str) -> str:
    """What a word is known by: its beginning without its ending."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word.removesuffix(ending)
            break
    return word[:STEM]


def read(title: str) -> Text:
    """The title without the words that say nothing."""
    kept = [
        word
        for word in _WORD.findall(title.lower())
        if len(word) >= SHORTEST and word not in FILLERS
    ]
    words: dict[str, str] = {}
    for word in kept:
        words.setdefault(key_of(word), word)
    return Text(words, " ".join(sorted(words)))


def weights(texts: Sequence[Text], weak: Collection[str] = ()) -> dict[str, float]:
    """Key → how much it says, among these texts. `weak` ones, such as the words of the area's own
    name, say little; what nearly all texts have says nothing."""
    found = Counter(key for text in texts for key in text.words)
    total = len(texts)
    most = max(FEW, int(total * EVERYWHERE))
    return {
        key: float(np.log1p(total / count)) * (0.35 if key in weak else 1.0)
        for key, count in found.items()
        if count <= most
    }


@dataclass(frozen=True)
class Pairs:
    """Texts that are alike, each pair in both directions, in the order of the first."""

    starts: NDArray[np.int64]
    others: NDArray[np.int32]
    scores: NDArray[np.float32]

    def of(self, place: int) -> dict[int, float]:
        """Those that are like this one → how much."""
        part = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return dict(zip(self.others[part].tolist(), self.scores[part].tolist(), strict=True))


def pairs(
    texts: Sequence[Text],
    *,
    weak: Collection[str] = (),
    tell: Callable[[int], None] = lambda done: None,
) -> Pairs:
    """Which of the texts are alike. `tell` hears now and then how many were looked at.

    Only texts that share a word are compared, and of each the nearest are kept: the memory grows
    with the number of texts and not with its square, whatever they say.
    """
    firsts, seconds, scores = [], [], []
    for done, (first, second, score) in _chunks(texts, weights(texts, weak)):
        firsts.append(first)
        seconds.append(second)
        scores.append(score)
        tell(done)
    return _both_ways(len(texts), firsts, seconds, scores)


_Part = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]


def _chunks(texts: Sequence[Text], weight: dict[str, float]) -> Iterator[tuple[int, _Part]]:
    """(texts looked at, the pairs among them and those with a higher number)."""
    squares = {key: value * value for key, value in weight.items()}
    holders: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        for key in text.words:
            if key in squares:
                holders[key].append(place)
    index = {key: np.array(places, dtype=np.int32) for key, places in holders.items()}
    length = np.array(
        [sum(squares.get(key, 0.0) for key in text.words) ** 0.5 for text in texts],
        dtype=np.float64,
    )
    for start in range(0, len(texts), AT_A_TIME):
        end = min(start + AT_A_TIME, len(texts))
        near = [_near(place, texts[place], index, squares, length) for place in range(start, end)]
        yield end, _scored(texts, start, near)


def _near(
    place: int,
    text: Text,
    index: dict[str, NDArray[np.int32]],
    squares: dict[str, float],
    length: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(the nearest others, how much of what both say is the same)."""
    known = [key for key in text.words if key in index]
    if not known:
        return np.empty(0, dtype=np.int64), np.empty(0)
    places = np.concatenate([index[key] for key in known])
    shares = np.repeat([squares[key] for key in known], [len(index[key]) for key in known])
    common = np.bincount(places, weights=shares, minlength=len(length))
    common[place] = 0.0
    others = np.flatnonzero(common)
    cosine = common[others] / (length[place] * length[others])
    enough = cosine >= LEAST_IN_COMMON
    others, cosine = others[enough], cosine[enough]
    if len(others) > MOST_NEIGHBOURS:
        # Of equals the earlier ones, so that the same needs are always found alike.
        best = np.lexsort((others, -cosine))[:MOST_NEIGHBOURS]
        others, cosine = others[best], cosine[best]
    return others, cosine


def _scored(
    texts: Sequence[Text],
    start: int,
    near: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]],
) -> _Part:
    first = np.repeat(
        np.arange(start, start + len(near), dtype=np.int32), [len(others) for others, _ in near]
    )
    second = np.concatenate([others for others, _ in near]).astype(np.int32)
    cosine = np.concatenate([shares for _, shares in near])
    if not len(first):
        return first, second, np.empty(0, dtype=np.float32)
    letters = process.cpdist(
        [texts[place].plain for place in first.tolist()],
        [texts[place].plain for place in second.tolist()],
        scorer=fuzz.token_set_ratio,
        dtype=np.float32,
    )
    score = SHARE_OF_WORDS * cosine + (1 - SHARE_OF_WORDS) * letters / 100
    kept = score >= ALIKE - SAME_COMPETENCE
    return first[kept], second[kept], score[kept].astype(np.float32)


def _both_ways(
    count: int,
    firsts: list[NDArray[np.int32]],
    seconds: list[NDArray[np.int32]],
    scores: list[NDArray[np.float32]],
) -> Pairs:
    """One that is among the nearest of the other is its neighbour too."""
    if not firsts:
        empty = np.zeros(count + 1, dtype=np.int64)
        return Pairs(empty, np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))
    first = np.concatenate(firsts)
    second = np.concatenate(seconds)
    score = np.concatenate(scores)
    ones = np.concatenate([first, second]).astype(np.int64)
    others = np.concatenate([second, first])
    all_scores = np.concatenate([score, score])
    _, once = np.unique(ones * count + others, return_index=True)
    ones, others, all_scores = ones[once], others[once], all_scores[once]
    starts = np.searchsorted(ones, np.arange(count + 1))
    return Pairs(starts, others.astype(np.int32), all_scores)
