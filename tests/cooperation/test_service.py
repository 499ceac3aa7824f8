"""A shared need is found, confirmed by its leaders, taken up, decided, and gets its initiative."""

from __future__ import annotations

import pytest

from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import ClusterOutcome, ClusterState
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.needs import service as needs
from tests.cooperation.conftest import CLOAKROOM

# The search


def test_needs_of_two_houses_are_suggested_with_the_words_as_the_reason(sharing):
    cluster = sharing.row(sharing.cloakroom())
    assert cluster.state is ClusterState.SUGGESTED
    assert set(cluster.words) == {"konflikter", "garderoben"}
    assert cluster.title.lower() in ("konflikter, garderoben", "garderoben, konflikter")
    assert cluster.rule_version == "ord-1"
    assert cluster.data_at == cluster.proposed_at == sharing.town.now
    assert len(sharing.inside(cluster.id)) == 2


def test_needs_of_two_areas_of_competence_are_not_one(sharing):
    sharing.need("n1", CLOAKROOM["n1"])
    sharing.need("s1", CLOAKROOM["s1"], area_id=sharing.needing.play)
    assert sharing.search().suggested == 0


def test_a_search_twice_changes_nothing(sharing):
    sharing.cloakroom()
    before = sharing.sums()[:-1]
    found = sharing.search()
    assert (found.suggested, found.joined, found.left, found.dissolved) == (0, 0, 0, 0)
    assert sharing.sums()[:-1] == before


def test_a_new_need_joins_what_is_suggested(sharing):
    cluster_id = sharing.cloakroom()
    more = sharing.need("n2", CLOAKROOM["n2"])
    assert sharing.search().joined == 1
    assert more in sharing.inside(cluster_id)
    assert len(sharing.clusters()) == 1


def test_a_new_need_does_not_join_what_leaders_have_confirmed(sharing):
    cluster_id = sharing.confirmed()
    sharing.need("n2", CLOAKROOM["n2"])
    assert sharing.search().joined == 0
    assert len(sharing.inside(cluster_id)) == 2


@pytest.mark.parametrize("end", ["reject", "park"])
def test_a_need_that_is_over_leaves_and_one_house_is_no_cluster(sharing, end):
    cluster_id = sharing.cloakroom()
    gone = next(iter(sharing.inside(cluster_id)))
    with sharing.town.as_user("admin") as ctx:
        getattr(needs, end)(ctx, gone, reason="Løst")
    found = sharing.search()
    assert (found.left, found.dissolved) == (1, 1)
    assert sharing.row(cluster_id).state is ClusterState.DISSOLVED
    assert sharing.inside(cluster_id) == set()


def test_what_was_dissolved_may_be_found_again(sharing):
    cluster_id = sharing.cloakroom()
    gone = next(iter(sharing.inside(cluster_id)))
    with sharing.town.as_user("admin") as ctx:
        needs.park(ctx, gone, reason="Vi venter")
    sharing.search()
    with sharing.town.as_user("admin") as ctx:
        needs.analyse(ctx, gone)
    assert sharing.search().suggested == 1


def test_a_merged_need_is_followed_by_the_one_it_was_merged_into(sharing):
    cluster_id = sharing.cloakroom()
    [mine] = [n for n in sharing.inside(cluster_id) if _unit(sharing, n) == "n1"]
    other = sharing.need("n1", "Trængsel ved afhentning")
    with sharing.town.as_user("leader_n1") as ctx:
        needs.merge(ctx, mine, into_id=other)
    assert mine not in sharing.inside(cluster_id)
    assert other in sharing.inside(cluster_id)
    assert sharing.row(cluster_id).state is ClusterState.SUGGESTED


def test_merged_needs_that_are_merged_again_are_followed_too(sharing):
    cluster_id = sharing.cloakroom()
    [mine] = [n for n in sharing.inside(cluster_id) if _unit(sharing, n) == "n1"]
    second = sharing.need("n1", "Trængsel ved afhentning")
    third = sharing.need("n1", "Hektiske overgange")
    with sharing.town.as_user("leader_n1") as ctx:
        needs.merge(ctx, mine, into_id=second)
    with sharing.town.as_user("leader_n1") as ctx:
        needs.merge(ctx, second, into_id=third)
    inside = sharing.inside(cluster_id)
    assert third in inside
    assert not {mine, second} & inside
    before = sharing.inside(cluster_id)
    sharing.search()
    assert sharing.inside(cluster_id) == before


def test_merged_into_a_need_of_the_same_cluster_one_house_may_be_left(sharing):
    cluster_id = sharing.cloakroom()
    one, other = sorted(sharing.inside(cluster_id))
    with sharing.town.as_user("admin") as ctx:
        needs.merge(ctx, one, into_id=other)
    assert sharing.row(cluster_id).state is ClusterState.DISSOLVED


def test_a_house_that_moves_to_another_institution_leaves_at_the_next_search(sharing):
    """A need of an area or of the municipality belongs to no house."""
    with sharing.town.as_system() as ctx:
        needs.report(ctx, **sharing.needing.facts("north", title=CLOAKROOM["n2"]))
    sharing.need("n1", CLOAKROOM["n1"])
    assert sharing.search().suggested == 0


def _unit(sharing, need_id):
    unit_id = sharing.needing.row(need_id).unit_id
    return next(name for name, each in sharing.town.units.items() if each == unit_id)


# What leaders say


def test_two_leaders_of_two_houses_confirm(sharing):
    cluster_id = sharing.cloakroom()
    sharing.say("n1", cluster_id)
    assert sharing.row(cluster_id).state is ClusterState.SUGGESTED
    sharing.say("s1", cluster_id)
    cluster = sharing.row(cluster_id)
    assert cluster.state is ClusterState.CONFIRMED
    assert cluster.confirmed_at == sharing.town.now
    assert sharing.trail()[-1] == "cooperation.confirmed"


def test_one_leader_of_both_houses_has_said_it_once(sharing):
    cluster_id = sharing.cloakroom("n1", "n2")
    sharing.say("n1", cluster_id, by="area_north")
    sharing.say("n2", cluster_id, by="area_north")
    assert sharing.row(cluster_id).state is ClusterState.SUGGESTED
    sharing.say("n2", cluster_id)
    assert sharing.row(cluster_id).state is ClusterState.CONFIRMED


def test_a_house_that_does_not_join_takes_its_needs_along(sharing):
    cluster_id = sharing.cloakroom("n1", "n2", "s1")
    sharing.say("n2", cluster_id, joins=False)
    assert {_unit(sharing, need) for need in sharing.inside(cluster_id)} == {"n1", "s1"}
    assert sharing.row(cluster_id).state is ClusterState.SUGGESTED


def test_what_is_left_of_two_houses_is_declined_and_not_suggested_again(sharing):
    cluster_id = sharing.cloakroom()
    sharing.say("n1", cluster_id, joins=False)
    assert sharing.row(cluster_id).state is ClusterState.DECLINED
    assert sharing.search().suggested == 0
    sharing.need("n2", CLOAKROOM["n2"])
    assert sharing.search().suggested == 1


def test_a_leader_who_changes_their_mind_opens_it_again(sharing):
    cluster_id = sharing.cloakroom("n1", "n2", "s1")
    sharing.say("n1", cluster_id)
    sharing.say("s1", cluster_id)
    sharing.say("s1", cluster_id, joins=False)
    cluster = sharing.row(cluster_id)
    assert cluster.state is ClusterState.SUGGESTED
    assert cluster.confirmed_at is None


@pytest.mark.parametrize(
    ("who", "unit", "error"),
    [
        ("leader_n1", "s1", Forbidden),
        ("leader_n2", "n2", NotFound),
        ("area_north", "s1", Forbidden),
        ("area_north", "n2", NotFound),
        ("consultant", "n1", Forbidden),
        ("auditor", "n1", Forbidden),
        ("ped_n1", "n1", Forbidden),
    ],
)
def test_nobody_speaks_for_another_house(sharing, who, unit, error):
    cluster_id = sharing.cloakroom()
    before = sharing.sums()
    with pytest.raises(error), sharing.town.as_user(who) as ctx:
        cooperation.answer(ctx, cluster_id, institution_id=sharing.town.units[unit], joins=True)
    assert sharing.sums() == before


def test_a_house_that_does_not_join_says_why(sharing):
    cluster_id = sharing.cloakroom()
    before = sharing.sums()
    for reason, word in (("  ", "why"), ("x" * 100_000, "too long")):
        with pytest.raises(Invalid, match=word), sharing.town.as_user("leader_n1") as ctx:
            cooperation.answer(
                ctx,
                cluster_id,
                institution_id=sharing.town.units["n1"],
                joins=False,
                reason=reason,
            )
    assert sharing.sums() == before


# What a forum says


def test_it_is_taken_up_and_decided(sharing):
    cluster_id = sharing.confirmed()
    for _twice in range(2):
        with sharing.town.as_user("consultant") as ctx:
            cooperation.take_up(ctx, cluster_id)
    assert sharing.row(cluster_id).state is ClusterState.TAKEN_UP
    with sharing.town.as_user("consultant") as ctx:
        cooperation.decide(ctx, cluster_id, ClusterOutcome.LATER)
    with sharing.town.as_user("consultant") as ctx:
        cooperation.take_up(ctx, cluster_id)
        cooperation.decide(ctx, cluster_id, ClusterOutcome.START)
    cluster = sharing.row(cluster_id)
    assert (cluster.state, cluster.outcome) == (ClusterState.DECIDED, ClusterOutcome.START)
    assert sharing.trail().count("cooperation.taken_up") == 2


def test_no_releases_the_needs_and_they_are_not_suggested_again(sharing):
    cluster_id = sharing.confirmed()
    with sharing.town.as_user("consultant") as ctx:
        cooperation.decide(ctx, cluster_id, ClusterOutcome.NO)
    assert sharing.inside(cluster_id) == set()
    assert sharing.search().suggested == 0


def test_what_two_leaders_have_not_confirmed_is_not_taken_up(sharing):
    cluster_id = sharing.cloakroom()
    before = sharing.sums()
    for verb in (
        lambda ctx: cooperation.take_up(ctx, cluster_id),
        lambda ctx: cooperation.decide(ctx, cluster_id, ClusterOutcome.START),
        lambda ctx: cooperation.accept(ctx, cluster_id, title="Fælles"),
    ):
        with pytest.raises(Conflict, match="two houses"), sharing.town.as_user("admin") as ctx:
            verb(ctx)
    assert sharing.sums() == before


def test_what_has_its_initiative_is_not_answered_any_more(sharing):
    cluster_id = sharing.confirmed(qualified=True)
    with sharing.town.as_user("admin") as ctx:
        cooperation.accept(ctx, cluster_id, title="Ro i garderoben")
    before = sharing.sums()
    with pytest.raises(Conflict, match="initiative already"):
        sharing.say("n1", cluster_id, joins=False)
    assert sharing.sums() == before
