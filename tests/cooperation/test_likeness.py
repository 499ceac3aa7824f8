"""Danish needs that mean the same are found, and those that do not are kept apart."""

from __future__ import annotations

import itertools
import tracemalloc
from uuid import UUID, uuid4

import pytest

from tenant_app.cooperation import rules
from tenant_app.cooperation.rules import ALIKE, Asked, Held, find, pairs, read, words_in_common
from tests.cooperation.texts import AFTERWARDS, MADE_WITH

MIXED = ((0, 1), (7, 9), (31, 11), (59, 13), (83, 17))
HOUSES = [uuid4() for _ in range(8)]


def judged(texts):
    """(right, wrong, missed) pairs over all the competence areas."""
    right = wrong = missed = 0
    for area, themes in texts.items():
        marked = [(theme, text) for theme, some in themes.items() for text in some]
        found = pairs([read(text) for _theme, text in marked], weak=read(area).keys)
        for one, other in itertools.combinations(range(len(marked)), 2):
            same = marked[one][0] == marked[other][0]
            hit = found.of(one).get(other, 0) >= ALIKE
            right += same and hit
            wrong += hit and not same
            missed += same and not hit
    return right, wrong, missed


def needs_of(texts):
    """Each text of another house than the one before."""
    return [Asked(uuid4(), HOUSES[n % len(HOUSES)], text) for n, text in enumerate(texts)]


def test_there_are_enough_texts_to_judge_by():
    some = [t for part in (MADE_WITH, AFTERWARDS) for area in part.values() for t in area.values()]
    assert sum(map(len, some)) >= 70


def test_what_it_finds_is_right_and_most_is_found():
    right, wrong, missed = judged(MADE_WITH)
    assert right / (right + wrong) >= 0.93, "precision"
    assert right / (right + missed) >= 0.60, "recall"


def test_it_holds_for_texts_that_it_was_not_made_with():
    right, wrong, missed = judged(AFTERWARDS)
    assert right / (right + wrong) >= 0.80, "precision"
    assert right / (right + missed) >= 0.60, "recall"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Konflikter på stuen", "Vi kender for lidt til konflikthåndtering"),
        ("SPROGVURDERINGEN ligger i skuffen", "sprogvurderinger i en skuffe"),
        ("Samlingen skaber uro", "Der er uro i samlingerne"),
    ],
)
def test_words_meet_however_they_are_bent_or_glued(one, other):
    assert read(one).keys & read(other).keys


def test_what_every_need_says_counts_for_nothing():
    texts = [read(f"Vi mangler viden om {word}") for word in ("motorik", "sorg", "rim", "natur")]
    found = pairs(texts)
    assert all(not found.of(place) for place in range(len(texts)))


def test_a_text_without_a_word_to_go_by_is_like_none():
    blank = needs_of(["Vi mangler det", "Vi mangler det", "???", "..."])
    assert find(blank) == []


def test_needs_of_one_house_alone_are_no_cluster():
    alone = [Asked(uuid4(), HOUSES[0], "Konflikter i garderoben") for _ in range(3)]
    assert find(alone) == []


def test_a_cluster_has_its_needs_its_likeness_and_the_words():
    needs = needs_of(
        ["Uro og konflikter i garderoben", "Konflikter i garderoben om morgenen", "Musik og rytme"]
    )
    [star] = find(needs)
    assert {part.need_id for part in star.parts} == {needs[0].id, needs[1].id}
    assert star.parts[0].likeness == 100
    assert 36 <= star.parts[1].likeness < 100
    assert set(star.words) == {"konflikter", "garderoben"}


def test_the_words_are_never_one_house_s_alone():
    texts = [
        (HOUSES[0], read("Konflikter med Villads i garderoben")),
        (HOUSES[1], read("Konflikter i garderoben hos mellemgruppen")),
    ]
    weight = rules.weights([text for _house, text in texts])
    assert set(words_in_common(texts, weight)) == {"konflikter", "garderoben"}


def test_a_chain_does_not_swallow_everything():
    chain = needs_of(
        [
            "Garderobe morgen konflikter trængsel",
            "Konflikter trængsel samling fordybelse",
            "Samling fordybelse musik rytme",
            "Musik rytme skovtur natur",
            "Skovtur natur digital tablet",
        ]
    )
    stars = find(chain)
    assert max(len(star.parts) for star in stars) <= 3
    ends = {chain[0].id, chain[-1].id}
    assert not any(ends <= {part.need_id for part in star.parts} for star in stars)


def test_a_need_is_in_one_cluster_only():
    needs = needs_of(
        [text for themes in MADE_WITH["Sprog"].values() for text in themes for _house in range(2)]
    )
    stars = find(needs)
    inside = [part.need_id for star in stars for part in star.parts]
    assert len(inside) == len(set(inside)) > 10


def test_found_twice_it_is_the_same():
    needs = needs_of(
        [text for themes in MADE_WITH.values() for some in themes.values() for text in some]
    )
    assert find(needs) == find(needs)


def test_what_people_did_not_want_comes_back_only_with_a_new_need():
    needs = needs_of(["Konflikter i garderoben", "Mange konflikter i garderoben"])
    unwanted = frozenset(need.id for need in needs)
    assert find(needs, ended=[unwanted]) == []
    more = [*needs, Asked(uuid4(), HOUSES[5], "Garderobe og konflikter")]
    [star] = find(more, ended=[unwanted])
    assert {part.need_id for part in star.parts} == {need.id for need in more}


def test_a_cluster_that_is_there_keeps_its_needs_and_takes_new_ones():
    needs = needs_of(
        ["Konflikter i garderoben", "Noget helt andet", "Konflikter i garderoben igen"]
    )
    cluster = uuid4()
    held = Held(cluster, needs[0].id, (needs[0].id, needs[1].id))
    [star] = find(needs, [held])
    assert star.id == cluster
    assert [part.need_id for part in star.parts] == [need.id for need in needs]


def test_a_need_that_left_a_cluster_does_not_come_back_to_it():
    needs = needs_of(
        ["Konflikter i garderoben", "Konflikter i garderoben nu", "Garderobe, konflikter"]
    )
    held = Held(uuid4(), needs[0].id, (needs[0].id, needs[1].id), frozenset({needs[2].id}))
    [star] = find(needs, [held])
    assert needs[2].id not in {part.need_id for part in star.parts}


def test_no_cluster_has_more_needs_than_an_initiative_can_answer():
    many = [Asked(uuid4(), HOUSES[0], "Konflikter i garderoben") for _ in range(500)]
    many.append(Asked(uuid4(), HOUSES[1], "Konflikter i garderoben"))
    stars = find(many)
    assert len(stars[0].parts) == 200
    assert {part.house for part in stars[0].parts} == set(HOUSES[:2])


def test_thousands_of_needs_in_one_area_stay_within_memory():
    kinds = [
        text
        for part in (MADE_WITH, AFTERWARDS)
        for area in part.values()
        for some in area.values()
        for text in some
    ]
    words = sorted({word for text in kinds for word in read(text).words.values()})
    needs = [
        Asked(
            UUID(int=n),
            HOUSES[n % 8],
            " ".join(words[(n // size * step + n) % len(words)] for step, size in MIXED),
        )
        for n in range(4_000)
    ]
    told = []
    tracemalloc.start()
    find(needs, tell=lambda done, total: told.append((done, total)))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200 * 1024 * 1024
    assert len(told) == 8
    assert told[-1][0] == told[-1][1] > 3_900
