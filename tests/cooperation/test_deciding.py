"""A forum speaks for its own houses, decides anew, and what is over leaves on the way."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import ClusterOutcome, ClusterState
from tenant_app.core.errors import Conflict, Forbidden
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import InitiativeState
from tenant_app.needs import service as needs
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitPlacement
from tests.cooperation.conftest import CLOAKROOM

MORE = {**CLOAKROOM, "s2": "Konflikter i garderoben, hver gang vi skal ud"}


def path(ctx, sharing, unit):
    return organisation.path_of(ctx, sharing.town.units[unit])


def units_inside(sharing, cluster_id):
    known = {key: name for name, key in sharing.town.units.items()}
    return {known[sharing.needing.row(each).unit_id] for each in sharing.inside(cluster_id)}


def decide(sharing, cluster_id, outcome, *, under="root"):
    with sharing.town.as_user("admin") as ctx:
        return cooperation.decide(ctx, cluster_id, outcome, under=path(ctx, sharing, under))


def over(sharing, cluster_id, unit):
    """The house's need is given up."""
    [gone] = [n for n in sharing.inside(cluster_id) if units_inside_one(sharing, n) == unit]
    with sharing.town.as_user("admin") as ctx:
        needs.reject(ctx, gone, reason="Løst")
    return gone


def units_inside_one(sharing, need_id):
    known = {key: name for name, key in sharing.town.units.items()}
    return known[sharing.needing.row(need_id).unit_id]


def test_no_of_one_area_releases_its_own_houses_only(sharing, monkeypatch):
    monkeypatch.setitem(CLOAKROOM, "s2", MORE["s2"])
    cluster_id = sharing.cloakroom("n1", "s1", "s2")
    for unit in ("n1", "s1", "s2"):
        sharing.say(unit, cluster_id)
    found = decide(sharing, cluster_id, ClusterOutcome.NO, under="north")
    assert (found.state, found.outcome, found.decided_at) == (ClusterState.CONFIRMED, None, None)
    assert units_inside(sharing, cluster_id) == {"s1", "s2"}
    assert sharing.search().suggested == 0
    assert units_inside(sharing, cluster_id) == {"s1", "s2"}


def test_no_that_leaves_one_house_ends_it_for_all(sharing):
    cluster_id = sharing.confirmed()
    found = decide(sharing, cluster_id, ClusterOutcome.NO, under="north")
    assert (found.state, found.outcome) == (ClusterState.DECIDED, ClusterOutcome.NO)
    assert sharing.inside(cluster_id) == set()


def test_a_forum_without_a_house_in_it_neither_takes_it_up_nor_decides(sharing):
    cluster_id = sharing.cloakroom("n1", "n2")
    sharing.say("n1", cluster_id)
    sharing.say("n2", cluster_id)
    before = sharing.sums()
    for verb in (
        lambda ctx, under: cooperation.take_up(ctx, cluster_id, under=under),
        lambda ctx, under: cooperation.decide(ctx, cluster_id, ClusterOutcome.NO, under=under),
    ):
        with pytest.raises(Conflict, match="below"), sharing.town.as_user("admin") as ctx:
            verb(ctx, path(ctx, sharing, "south"))
    assert sharing.sums() == before


def test_houses_still_answer_while_a_forum_has_it(sharing):
    cluster_id = sharing.confirmed("n1", "n2", "s1")
    with sharing.town.as_user("admin") as ctx:
        cooperation.take_up(ctx, cluster_id, under=path(ctx, sharing, "south"))
    sharing.say("n1", cluster_id, joins=False)
    assert sharing.row(cluster_id).state is ClusterState.TAKEN_UP
    assert units_inside(sharing, cluster_id) == {"n2", "s1"}
    sharing.say("n2", cluster_id, joins=False)
    assert sharing.row(cluster_id).state is ClusterState.DECLINED


def test_what_is_given_back_is_what_its_answers_say(sharing):
    cluster_id = sharing.confirmed("n1", "n2", "s1")
    with sharing.town.as_user("admin") as ctx:
        cooperation.take_up(ctx, cluster_id)
    with sharing.town.as_user("ped_n1") as ctx:  # asked by the room of forums
        cooperation.give_back(ctx, cluster_id)
    assert sharing.row(cluster_id).state is ClusterState.CONFIRMED
    with sharing.town.as_user("admin") as ctx:
        cooperation.take_up(ctx, cluster_id)
    sharing.say("n1", cluster_id, joins=False)
    with sharing.town.as_user("admin") as ctx:
        cooperation.give_back(ctx, cluster_id)
    assert sharing.row(cluster_id).state is ClusterState.SUGGESTED
    before = sharing.sums()
    with sharing.town.as_user("admin") as ctx:
        cooperation.give_back(ctx, cluster_id)
    assert sharing.sums() == before


@pytest.mark.parametrize("first", [ClusterOutcome.START, ClusterOutcome.NO])
def test_what_was_decided_is_decided_anew(sharing, first):
    cluster_id = sharing.confirmed(qualified=True)
    inside = sharing.inside(cluster_id)
    decide(sharing, cluster_id, first)
    decide(sharing, cluster_id, ClusterOutcome.LATER)
    found = sharing.row(cluster_id)
    assert (found.state, found.outcome, found.ended_at) == (
        ClusterState.DECIDED,
        ClusterOutcome.LATER,
        None,
    )
    assert sharing.inside(cluster_id) == inside
    decide(sharing, cluster_id, ClusterOutcome.START)
    with sharing.town.as_user("admin") as ctx:
        cooperation.accept(ctx, cluster_id, title="Ro i garderoben")
    with pytest.raises(Conflict, match="initiative already"):
        decide(sharing, cluster_id, ClusterOutcome.NO)


def test_a_no_stays_where_the_needs_have_gone_on(sharing):
    cluster_id = sharing.confirmed()
    gone = sorted(sharing.inside(cluster_id))[0]
    decide(sharing, cluster_id, ClusterOutcome.NO)
    with sharing.town.as_user("admin") as ctx:
        needs.reject(ctx, gone, reason="Løst")
    before = sharing.sums()
    with pytest.raises(Conflict):
        decide(sharing, cluster_id, ClusterOutcome.START)
    with pytest.raises(Conflict, match="decided already"):
        decide(sharing, cluster_id, ClusterOutcome.NO)
    assert sharing.sums() == before


@pytest.mark.parametrize("decided", [False, True])
def test_needs_that_are_over_leave_what_a_forum_has(sharing, decided):
    cluster_id = sharing.confirmed("n1", "n2", "s1")
    with sharing.town.as_user("admin") as ctx:
        cooperation.take_up(ctx, cluster_id)
    if decided:
        decide(sharing, cluster_id, ClusterOutcome.LATER)
    before = sharing.row(cluster_id).state
    gone = over(sharing, cluster_id, "n2")
    assert sharing.search().left == 1
    assert gone not in sharing.inside(cluster_id)
    assert sharing.row(cluster_id).state is before
    over(sharing, cluster_id, "n1")
    assert sharing.search().dissolved == 1
    assert sharing.row(cluster_id).state is ClusterState.DISSOLVED


def test_one_yes_that_is_left_confirms_nothing(sharing):
    cluster_id = sharing.confirmed("n1", "n2", "s1")
    over(sharing, cluster_id, "s1")
    sharing.search()
    found = sharing.row(cluster_id)
    assert (found.state, found.confirmed_at) == (ClusterState.SUGGESTED, None)


def test_the_list_counts_the_yes_of_houses_that_are_in_it(sharing):
    cluster_id = sharing.confirmed("n1", "n2", "s1")
    over(sharing, cluster_id, "s1")
    sharing.search()
    with sharing.town.as_user("admin") as ctx:
        figures = cooperation.figures(ctx, [cluster_id])[cluster_id]
    assert (figures.yes, len(figures.houses)) == (1, 2)


def test_a_house_that_said_no_is_not_drawn_in_again(sharing):
    cluster_id = sharing.cloakroom("n1", "n2", "s1")
    sharing.say("n2", cluster_id, joins=False)
    sharing.need("n2", "Konflikter i garderoben ved afhentning")
    assert sharing.search().joined == 0
    assert units_inside(sharing, cluster_id) == {"n1", "s1"}


def test_accepting_leaves_out_what_is_over_and_houses_that_are_closed(sharing):
    cluster_id = sharing.confirmed("n1", "n2", "s1", qualified=True)
    with sharing.town.as_system() as ctx:
        closed = sharing.town.units["n2"]
        ctx.session.execute(
            update(UnitPlacement).where(UnitPlacement.unit_id == closed).values(to_date=ctx.today)
        )
    with sharing.town.as_user("admin") as ctx:
        made = cooperation.accept(ctx, cluster_id, title="Ro i garderoben")
        tied = initiatives.tied(ctx, made.id)
    assert tied["unit_ids"] == {sharing.town.units["n1"], sharing.town.units["s1"]}
    assert len(tied["need_ids"]) == 2
    assert tied["need_ids"] == sharing.inside(cluster_id)


def test_it_starts_with_an_initiative_that_is_there(sharing):
    cluster_id = sharing.confirmed(qualified=True)
    with sharing.town.as_user("admin") as ctx:
        there = initiatives.create(
            ctx, unit_id=sharing.town.units["root"], title="Rolige overgange", people=5
        )
    before = sharing.sums()
    with pytest.raises(Forbidden), sharing.town.as_user("leader_n1") as ctx:
        cooperation.start_with(ctx, cluster_id, there.id)
    assert sharing.sums() == before
    with sharing.town.as_user("admin") as ctx:
        cooperation.decide(ctx, cluster_id, ClusterOutcome.START)
        made = cooperation.start_with(ctx, cluster_id, there.id)
        assert made.id == there.id
        tied = initiatives.tied(ctx, there.id)
    assert tied["need_ids"] == sharing.inside(cluster_id)
    assert tied["unit_ids"] == {sharing.town.units["n1"], sharing.town.units["s1"]}
    found = sharing.row(cluster_id)
    assert (found.state, found.initiative_id) == (ClusterState.STAFFED, there.id)


def test_an_initiative_that_is_over_starts_nothing(sharing):
    cluster_id = sharing.confirmed(qualified=True)
    with sharing.town.as_user("admin") as ctx:
        there = initiatives.create(
            ctx, unit_id=sharing.town.units["root"], title="Rolige overgange", people=5
        )
    with sharing.town.as_user("admin") as ctx:
        initiatives.move(ctx, there.id, InitiativeState.STOPPED, reason="Ikke nu")
    before = sharing.sums()
    with pytest.raises(Conflict), sharing.town.as_user("admin") as ctx:
        cooperation.start_with(ctx, cluster_id, there.id)
    assert sharing.sums() == before
