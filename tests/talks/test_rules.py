"""What may be counted: nobody in fewer than five, and nothing that subtraction would tell."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tenant_app.talks import rules
from tenant_app.talks.models import ItemState, TalkState
from tenant_app.talks.rules import SMALLEST

NAMES = [f"{area}{number}" for area in "abc" for number in range(4)]


@st.composite
def municipalities(draw):
    """(people of each unit itself, unit → the one above)."""
    houses = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    own = {name: draw(st.integers(0, 12)) for name in houses}
    parents = {name: name[0] for name in houses}
    for area in sorted({name[0] for name in houses}):
        own[area], parents[area] = draw(st.integers(0, 3)), "root"
    own["root"], parents["root"] = draw(st.integers(0, 3)), None
    return own, parents


def whole(own, parents):
    """With those below."""
    counts = dict(own)
    for name in own:
        above = parents[name]
        while above is not None:
            counts[above] += own[name]
            above = parents[above]
    return counts


def remainders(counts, parents, shown):
    """What each shown unit has besides the shown ones right below it."""
    for name in shown:
        below = [each for each in shown if parents[each] == name]
        yield counts[name] - sum(counts[each] for each in below)


@given(municipalities())
def test_whatever_can_be_told_from_the_table_is_of_nobody_or_of_enough(town):
    own, parents = town
    counts = whole(own, parents)

    found = rules.shown(counts, parents)

    assert all(counts[name] >= SMALLEST for name in found)
    assert all(parents[name] is None or parents[name] in found for name in found)
    assert all(left == 0 or left >= SMALLEST for left in remainders(counts, parents, found))


@given(municipalities())
def test_no_sum_or_difference_of_shown_numbers_is_a_hidden_unit(town):
    """The same, tried out: every combination of shown numbers, against every hidden unit's own."""
    own, parents = town
    counts = whole(own, parents)
    found = rules.shown(counts, parents)
    # People in the groups that the table tells apart, which every combination is a sum of.
    groups = {
        name: {each for each in own if _nearest(each, parents, found) == name} for name in found
    }
    hidden = {
        name: {each for each in own if name in _line(each, parents)}
        for name in own
        if name not in found and counts[name]
    }
    for size in range(1, min(3, len(groups)) + 1):
        for some in itertools.combinations(groups, size):
            people = {each for name in some for each in groups[name] if own[each]}
            for name, theirs in hidden.items():
                if counts[name] < SMALLEST:
                    assert people != {each for each in theirs if own[each]}, (name, some)


def _line(name, parents):
    found = [name]
    while parents[found[-1]] is not None:
        found.append(parents[found[-1]])
    return found


def _nearest(name, parents, found):
    return next((each for each in _line(name, parents) if each in found), None)


@given(municipalities(), st.data())
def test_tags_are_hidden_with_their_unit_and_told_apart_no_better(town, data):
    own, parents = town
    people = whole(own, parents)
    with_tag = whole(
        {name: data.draw(st.integers(0, count)) for name, count in own.items()}, parents
    )
    base = rules.shown(people, parents, nobody_is_safe=True)

    found = rules.shown(with_tag, parents, among=base, nobody_is_safe=True)

    assert found <= base
    assert all(with_tag[name] == 0 or with_tag[name] >= SMALLEST for name in found)
    assert all(left == 0 or left >= SMALLEST for left in remainders(with_tag, parents, found))


@given(municipalities(), st.data())
def test_a_part_is_told_where_it_and_its_rest_are_nobody_or_enough(town, data):
    own, parents = town
    people = whole(own, parents)
    parts = whole({name: data.draw(st.integers(0, count)) for name, count in own.items()}, parents)
    rest = {name: people[name] - parts[name] for name in people}
    base = rules.shown(people, parents, nobody_is_safe=True)

    found = rules.shown_parts(parts, people, parents, among=base)

    assert found <= base
    for counts in (parts, rest):
        assert all(counts[name] == 0 or counts[name] >= SMALLEST for name in found)
        assert all(left == 0 or left >= SMALLEST for left in remainders(counts, parents, found))


def test_the_smallest_goes_along_with_the_one_that_must_be_hidden():
    parents = {"root": None, "a": "root", "b": "root", "c": "root"}
    counts = {"root": 33, "a": 3, "b": 10, "c": 20}
    assert rules.shown(counts, parents) == {"root", "c"}
    assert rules.shown(counts | {"a": 5, "root": 35}, parents) == {"root", "a", "b", "c"}


def test_without_hiding_the_next_one_the_first_would_be_told():
    """The control: of the plain rule that hides small units alone, the remainder is the unit."""
    parents = {"root": None, "a": "root", "b": "root"}
    counts = {"root": 13, "a": 3, "b": 10}
    plain = {name for name, count in counts.items() if count >= SMALLEST}
    assert 3 in remainders(counts, parents, plain)
    assert 3 not in remainders(counts, parents, rules.shown(counts, parents))


@given(st.integers(0, 500), st.integers(1, 500))
def test_per_cent_are_whole(part, of):
    assert rules.percent(min(part, of), of) == round(min(part, of) * 100 / of + 1e-9)


def test_an_item_is_done_when_its_course_is_completed_unless_it_was_dropped():
    for state in ItemState:
        expected = state if state is ItemState.DROPPED else ItemState.DONE
        assert rules.stands(state, is_completed=True) is expected
        assert rules.stands(state, is_completed=False) is state


def test_a_talk_is_prepared_when_all_have_shared():
    assert rules.after_sharing(1, 2) is TalkState.INVITED
    assert rules.after_sharing(2, 2) is TalkState.PREPARED
