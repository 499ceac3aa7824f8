"""What a need may do next, what stands behind it, and how needs add up."""

from datetime import date
from uuid import UUID

import pytest

from tenant_app.core.access import Grant, Permission
from tenant_app.core.errors import Conflict, Invalid
from tenant_app.needs import rules
from tenant_app.needs.models import ActorRole, NeedState, SourceType
from tenant_app.needs.rules import Heat, Spot, UnitHeat
from tenant_app.organisation.models import UnitKind

A, B = SourceType.DIALOGUE, SourceType.SCREENING
P, L = ActorRole.PEDAGOGUE, ActorRole.LEADER
IDS = [UUID(int=number) for number in range(1, 10)]


def test_every_state_has_its_ways_and_the_last_have_none():
    assert set(rules.MOVES) == set(NeedState)
    final = {state for state, to in rules.MOVES.items() if not to}
    assert final == {NeedState.MERGED, NeedState.REJECTED, NeedState.CLOSED}


@pytest.mark.parametrize("state", NeedState)
def test_nothing_is_qualified_without_being_analysed(state):
    assert rules.may_move(state, NeedState.QUALIFIED) == (state is NeedState.ANALYSED)


@pytest.mark.parametrize("state", [NeedState.MERGED, NeedState.CLOSED, NeedState.REPORTED])
def test_a_step_that_cannot_be_is_refused(state):
    with pytest.raises(Conflict):
        rules.check_move(state, NeedState.COVERED)


@pytest.mark.parametrize(
    ("pairs", "sources", "roles", "holds"),
    [
        ([], 0, 0, False),
        ([(A, P)], 1, 1, False),
        ([(A, P), (A, P)], 1, 1, False),
        ([(A, P), (B, P)], 2, 1, False),
        ([(A, P), (A, L)], 1, 2, False),
        ([(A, P), (B, L)], 2, 2, True),
    ],
)
def test_standing_counts_kinds_and_not_findings(pairs, sources, roles, holds):
    found = rules.standing(pairs, {})
    assert (found.index, len(found.roles), found.holds) == (sources, roles, holds)
    assert found.findings == len(pairs)
    assert bool(found.missing_sources) == (sources < 2)
    assert bool(found.missing_roles) == (roles < 2)
    assert not set(found.missing_sources) & set(found.sources)


def test_the_refusal_names_what_is_missing_and_only_that():
    with pytest.raises(Conflict) as neither:
        rules.check_qualified(rules.standing([(A, P)], {}))
    assert "Screening" in str(neither.value)
    assert "Parents" in str(neither.value)
    assert "Running dialogue" not in str(neither.value)
    with pytest.raises(Conflict) as role:
        rules.check_qualified(rules.standing([(A, P), (B, P)], {}))
    assert "Screening" not in str(role.value)
    assert "Parents" in str(role.value)
    with pytest.raises(Conflict) as source:
        rules.check_qualified(rules.standing([(A, P), (A, L)], {}))
    assert "Parents" not in str(source.value)


def test_the_municipality_sets_how_many_but_never_more_than_there_are():
    limits = {"sources_at_least": 3, "roles_at_least": 1}
    found = rules.standing([(A, P), (B, P)], limits)
    assert (found.lacks_sources, found.lacks_roles) == (1, 0)
    most = rules.standing([], {"sources_at_least": 100, "roles_at_least": 100})
    assert (most.sources_needed, most.roles_needed) == (8, 8)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 201])
def test_a_sentence_that_is_none_or_too_long(text):
    with pytest.raises(Invalid) as refused:
        rules.clean_title(text)
    assert refused.value.field == "title"


def test_texts_stop_at_twenty_thousand():
    assert rules.clean_text(" to ord ", field="text") == "to ord"
    with pytest.raises(Invalid):
        rules.clean_text("x" * 100_000, field="text")
    with pytest.raises(Invalid):
        rules.clean_text("  ", field="text", required=True)


@pytest.mark.parametrize("day", [date(2026, 3, 3), date(1999, 12, 31)])
def test_a_finding_is_of_a_day_that_has_come(day):
    with pytest.raises(Invalid) as refused:
        rules.check_found_on(day, today=date(2026, 3, 2))
    assert refused.value.field == "found_on"


def grant(role, unit, *, qualifies=True):
    held = {Permission.NEEDS_VIEW, *([Permission.NEEDS_QUALIFY] if qualifies else [])}
    return Grant(role=role, unit_id=unit, path="1.", permissions=frozenset(held))


def test_only_who_leads_an_institution_leads_it_from_inside():
    held = [
        grant("institution_leader", IDS[0]),
        grant("area_leader", IDS[1]),
        grant("municipal_admin", IDS[2]),
        grant("consultant", IDS[3]),
        grant("auditor", IDS[4], qualifies=False),
        grant("institution_leader", IDS[5], qualifies=False),
    ]
    assert rules.lead_where(held) == ([IDS[0]], [IDS[1], IDS[2]])


SPOTS = [
    Spot(IDS[0], "1.", "Kommunen", UnitKind.MUNICIPALITY),
    Spot(IDS[1], "1.2.", "Nord", UnitKind.AREA),
    Spot(IDS[2], "1.2.3.", "Solsikken", UnitKind.INSTITUTION),
    Spot(IDS[3], "1.2.3.4.", "Stuehuset", UnitKind.HOUSE),
    Spot(IDS[4], "1.2.5.", "Regnbuen", UnitKind.INSTITUTION),
    Spot(IDS[5], "1.6.", "Syd", UnitKind.AREA),
]
LANGUAGE, PLAY = 0, 1
FOUND = [
    UnitHeat(unit_id, {place: heat}, heat)
    for unit_id, place, heat in (
        (IDS[3], LANGUAGE, Heat(2, 8, 1)),
        (IDS[2], LANGUAGE, Heat(1, 3, 0)),
        (IDS[1], PLAY, Heat(1, 5, 1)),
        (IDS[0], PLAY, Heat(1, 9, 0)),
        (IDS[8], PLAY, Heat(4, 4, 0)),
    )
]


def test_needs_add_up_to_institutions_and_what_is_above_stands_for_itself():
    lines = rules.heat_lines(FOUND, SPOTS, level=UnitKind.INSTITUTION)
    told = [(line.name, line.total.needs) for line in lines]
    assert told == [("Kommunen", 1), ("Nord", 1), ("Solsikken", 3), ("Regnbuen", 0), ("", 4)]
    assert lines[2].cells == {LANGUAGE: Heat(3, 11, 1)}
    assert lines[-1].unit_id is None


def test_needs_add_up_to_areas_and_nothing_is_lost():
    lines = rules.heat_lines(FOUND, SPOTS, level=UnitKind.AREA)
    assert [(line.name, line.total.needs) for line in lines[:3]] == [
        ("Kommunen", 1),
        ("Nord", 4),
        ("Syd", 0),
    ]
    assert sum(line.total.needs for line in lines) == sum(each.total.needs for each in FOUND)


def test_areas_add_up_over_all_units():
    assert rules.by_area(FOUND) == {LANGUAGE: Heat(3, 11, 1), PLAY: Heat(6, 18, 1)}
    assert rules.by_area([]) == {}


def test_the_most_is_darkest_and_none_is_white():
    assert [rules.shade(count, 10) for count in (0, 1, 2, 5, 9, 10)] == [0, 1, 1, 3, 5, 5]
    assert rules.shade(0, 0) == 0
    assert rules.shade(1, 1) == 5


def test_many_institutions_are_read_by_area_and_few_one_by_one():
    house = Spot(IDS[2], "1.2.3.", "Solsikken", UnitKind.INSTITUTION)
    assert rules.heat_levels([house] * 40) == [UnitKind.INSTITUTION]
    assert rules.heat_levels(SPOTS)[0] is UnitKind.INSTITUTION
    assert rules.heat_levels([SPOTS[1], *[house] * 40])[0] is UnitKind.AREA
