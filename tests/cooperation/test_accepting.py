"""An initiative for all houses of a cluster, what one sees of it, and a search on demand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import ClusterState
from tenant_app.core.errors import Conflict, Forbidden, NotFound
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import InitiativeNeed, InitiativeUnit
from tests.cooperation.conftest import CLOAKROOM, Sharing

# The initiative


def test_accepting_makes_one_initiative_with_all_needs_and_houses(sharing):
    cluster_id = sharing.confirmed(qualified=True)
    inside = sharing.inside(cluster_id)
    with sharing.town.as_user("consultant") as ctx:
        made = cooperation.accept(ctx, cluster_id, title="Ro i garderoben")
        assert made.unit_id == sharing.town.units["root"]
        assert made.people == 8
        assert made.area_id == sharing.needing.area
    cluster = sharing.row(cluster_id)
    assert (cluster.state, cluster.initiative_id) == (ClusterState.STAFFED, made.id)
    with sharing.town.as_user("consultant") as ctx:
        tied = initiatives.tied(ctx, made.id)
        assert tied["need_ids"] == inside
        assert tied["unit_ids"] == {sharing.town.units["n1"], sharing.town.units["s1"]}
        found = cooperation.of_initiative(ctx, made.id)
        assert found is not None
        assert found.id == cluster_id
    assert sharing.search().suggested == 0


def test_an_area_leader_accepts_for_the_houses_of_the_area(sharing):
    cluster_id = sharing.cloakroom("n1", "n2", qualified=True)
    sharing.say("n1", cluster_id)
    sharing.say("n2", cluster_id)
    with sharing.town.as_user("area_north") as ctx:
        made = cooperation.accept(ctx, cluster_id, title="Ro i garderoben")
        assert made.unit_id == sharing.town.units["north"]


def test_without_areas_it_is_the_municipality_s(make_town):
    sharing = Sharing(make_town(areas=False))
    cluster_id = sharing.confirmed(qualified=True)
    with sharing.town.as_user("area_root") as ctx:
        made = cooperation.accept(ctx, cluster_id, title="Ro i garderoben")
        assert made.unit_id == sharing.town.units["root"]


@pytest.mark.parametrize("who", ["leader_n1", "area_north", "auditor"])
def test_nobody_accepts_for_houses_of_others(sharing, who):
    cluster_id = sharing.confirmed(qualified=True)
    before = sharing.sums()
    with pytest.raises(Forbidden), sharing.town.as_user(who) as ctx:
        cooperation.accept(ctx, cluster_id, title="Ro i garderoben")
    assert sharing.sums() == before


def test_every_need_must_be_qualified_first(sharing):
    cluster_id = sharing.confirmed()
    before = sharing.sums()
    with pytest.raises(Conflict, match="2 of the needs"), sharing.town.as_user("admin") as ctx:
        cooperation.accept(ctx, cluster_id, title="Ro i garderoben")
    assert sharing.sums() == before


def test_a_second_initiative_is_refused(sharing):
    cluster_id = sharing.confirmed(qualified=True)
    with sharing.town.as_user("admin") as ctx:
        cooperation.accept(ctx, cluster_id, title="Ro i garderoben")
    before = sharing.sums()
    with pytest.raises(Conflict, match="initiative already"), sharing.town.as_user("admin") as ctx:
        cooperation.accept(ctx, cluster_id, title="Ro i garderoben")
    assert sharing.sums() == before
    with sharing.town.as_system() as ctx:
        assert len(ctx.session.scalars(select(InitiativeNeed.id)).all()) == 2
        assert len(ctx.session.scalars(select(InitiativeUnit.id)).all()) == 2


# What one sees


def test_a_leader_sees_the_other_house_s_name_and_number_and_not_its_words(sharing):
    cluster_id = sharing.cloakroom()
    with sharing.town.as_user("leader_n1") as ctx:
        shown = cooperation.one(ctx, cluster_id)
        texts = {house.name.split()[0]: [n.title for n in house.needs] for house in shown.houses}
    assert texts == {"n1": [CLOAKROOM["n1"]], "s1": [None]}
    with sharing.town.as_user("consultant") as ctx:
        shown = cooperation.one(ctx, cluster_id)
        assert {n.title for house in shown.houses for n in house.needs} == {
            CLOAKROOM["n1"],
            CLOAKROOM["s1"],
        }


def test_who_has_no_house_in_it_does_not_see_it(sharing):
    cluster_id = sharing.cloakroom()
    with pytest.raises(NotFound), sharing.town.as_user("leader_n2") as ctx:
        cooperation.one(ctx, cluster_id)
    with sharing.town.as_user("leader_n2") as ctx:
        assert cooperation.clusters(ctx).items == []
    with sharing.town.as_user("area_north") as ctx:
        assert [each.id for each in cooperation.clusters(ctx).items] == [cluster_id]
    with pytest.raises(Forbidden), sharing.town.as_user("ped_n1") as ctx:
        cooperation.clusters(ctx)


def test_the_pack_of_a_meeting_has_confirmed_ones_and_no_text_of_a_need(sharing):
    cluster_id = sharing.confirmed()
    with sharing.town.as_user("area_north") as ctx:
        north = cooperation.confirmed_clusters(ctx, under=ctx.actor.grants[0].path)
        assert cooperation.named(ctx, [cluster_id])[cluster_id].startswith("Sprog: ")
    [line] = north
    assert line.id == cluster_id
    assert (line.needs, line.staff, len(line.houses)) == (2, 8, 2)
    assert CLOAKROOM["s1"] not in repr(line)
    with sharing.town.as_user("admin") as ctx:
        assert cooperation.confirmed_clusters(ctx, under="999.") == []
    sharing.needing.need(by="leader_s2", unit="s2", title="Musik er væk")
    with sharing.town.as_user("leader_s2") as ctx:
        assert cooperation.confirmed_clusters(ctx) == []


def test_what_to_answer_is_found_and_counted(sharing):
    cluster_id = sharing.cloakroom()
    for who, found in (("leader_n1", 1), ("leader_n2", 0), ("area_north", 1), ("admin", 0)):
        with sharing.town.as_user(who) as ctx:
            counted = [
                count for ask in cooperation.asks(ctx) for _key, count in ctx.execute(ask, {})
            ]
            assert sum(counted) == found, who
            assert len(cooperation.clusters(ctx, to_answer=True).items) == found
    sharing.say("n1", cluster_id)
    with sharing.town.as_user("leader_n1") as ctx:
        assert cooperation.clusters(ctx, to_answer=True).items == []


# On demand


def test_a_leader_asks_for_a_search_and_a_second_wish_is_the_same_job(sharing):
    with sharing.town.as_user("leader_n1") as ctx:
        first = cooperation.request_search(ctx)
    with sharing.town.as_user("leader_s1") as ctx:
        assert cooperation.request_search(ctx) == first
    with pytest.raises(Forbidden), sharing.town.as_user("ped_n1") as ctx:
        cooperation.request_search(ctx)


def test_the_search_tells_how_far_it_is(sharing):
    sharing.need("n1", CLOAKROOM["n1"])
    told = []
    with sharing.town.as_system(now=sharing.town.now + timedelta(hours=1)) as ctx:
        ctx.report_progress = lambda done, total, note: told.append((done, total, note))
        cooperation.find_shared_needs(ctx)
    assert told[0][2] == "Reading the needs"
    assert told[-1][0] == told[-1][1]
