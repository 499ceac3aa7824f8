"""A voice is followed from whoever raised it to what was decided and done about it."""

from __future__ import annotations

from datetime import datetime

import pytest

from tenant_app.accounts.models import Role
from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import ClusterOutcome, ClusterState
from tenant_app.cooperation.rules import Now, now
from tenant_app.core.errors import NotFound
from tenant_app.initiatives.models import InitiativeState
from tenant_app.needs import service as needs
from tenant_app.needs.models import NeedState
from tests.cooperation.conftest import CLOAKROOM
from tests.needs.conftest import ENOUGH

S, C, E = NeedState, ClusterState, InitiativeState


@pytest.mark.parametrize(
    ("need", "clusters", "initiatives", "expected"),
    [
        (S.REPORTED, [], [], Now.HEARD),
        (S.QUALIFIED, [], [], Now.QUALIFIED),
        (S.REPORTED, [(C.SUGGESTED, None)], [], Now.SHARED),
        (S.PRIORITISED, [(C.CONFIRMED, None)], [], Now.CONFIRMED),
        (S.QUALIFIED, [(C.DECIDED, ClusterOutcome.LATER)], [], Now.LATER),
        (S.QUALIFIED, [(C.DECIDED, ClusterOutcome.START)], [], Now.STARTS),
        (S.QUALIFIED, [(C.DECIDED, ClusterOutcome.NO)], [], Now.QUALIFIED),
        (S.QUALIFIED, [(C.DECLINED, None)], [], Now.QUALIFIED),
        (S.QUALIFIED, [(C.STAFFED, None)], [E.IDEA], Now.PLANNED),
        (S.QUALIFIED, [], [E.STOPPED], Now.QUALIFIED),
        (S.QUALIFIED, [], [E.STOPPED, E.RUNNING], Now.RUNNING),
        (S.PARKED, [], [E.RUNNING], Now.PARKED),
        (S.REJECTED, [(C.SUGGESTED, None)], [], Now.REJECTED),
        (S.CLOSED, [], [E.ANCHORED], Now.COVERED),
    ],
)
def test_where_a_need_has_come_to(need, clusters, initiatives, expected):
    assert now(need, clusters, initiatives) is expected


def kinds(voice):
    return [step.kind for step in voice.steps]


def test_from_the_employee_to_the_initiative(sharing):
    need_id = sharing.needing.need(by="ped_n1", unit="n1", title=CLOAKROOM["n1"])
    with sharing.town.as_user("leader_n1") as ctx:
        needs.analyse(ctx, need_id)
    for source, role in ENOUGH:
        sharing.needing.evidence(need_id, source=source, role=role)
    with sharing.town.as_user("leader_n1") as ctx:
        needs.qualify(ctx, need_id)
    sharing.qualified("s1", CLOAKROOM["s1"])
    sharing.search()
    cluster_id = sharing.clusters()[0].id
    sharing.say("n1", cluster_id)
    sharing.say("s1", cluster_id)
    with sharing.town.as_user("consultant") as ctx:
        cooperation.take_up(ctx, cluster_id)
        cooperation.decide(ctx, cluster_id, ClusterOutcome.START)
        made = cooperation.accept(ctx, cluster_id, title="Ro i garderoben").id
    with sharing.town.as_user("ped_n1") as ctx:
        voice = cooperation.trace(ctx, need_id)
        own = cooperation.own(ctx)
    assert kinds(voice) == [
        *("need.reported", "need.analysed", "need.qualified"),
        *("voice.evidence", "voice.evidence"),
        *("voice.shared", "voice.confirmed", "voice.taken_up", "voice.decided"),
        "voice.initiative",
    ]
    assert voice.now is Now.PLANNED
    assert (voice.cluster_ids, voice.initiative_ids) == ((cluster_id,), (made,))
    assert [(need.id, stands) for need, stands in own.items] == [(need_id, Now.PLANNED)]
    links = {step.kind: step.link for step in voice.steps}
    assert links["voice.shared"] is None, "an employee cannot open it"
    assert links["voice.initiative"] == ("initiative", made)
    with sharing.town.as_user("consultant") as ctx:
        assert cooperation.trace(ctx, need_id).steps[5].link == ("cluster", cluster_id)


def test_names_are_told_to_those_who_see_the_need_in_full_alone(sharing):
    need_id = sharing.needing.need(by="ped_n1", unit="n1", title=CLOAKROOM["n1"])
    with sharing.town.as_user("leader_n1") as ctx:
        needs.park(ctx, need_id, reason="Vi venter på ombygningen")
        assert {step.who for step in cooperation.trace(ctx, need_id).steps} != {""}
    with sharing.town.as_system() as ctx:
        _colleague(sharing, ctx)
    with sharing.town.as_user("colleague") as ctx:
        voice = cooperation.trace(ctx, need_id)
    assert {step.who for step in voice.steps} == {""}
    assert all("note" not in step.facts for step in voice.steps)


def _colleague(sharing, ctx):
    sharing.town._user(ctx, "colleague", Role.EMPLOYEE, "n1", employee="ped_n1_3")


def test_a_need_of_another_house_has_no_way_to_follow(sharing):
    need_id = sharing.need("s1", CLOAKROOM["s1"])
    for who in ("leader_n1", "ped_n1", "area_north"):
        with pytest.raises(NotFound), sharing.town.as_user(who) as ctx:
            cooperation.trace(ctx, need_id)


def test_a_merged_need_is_followed_into_the_other(sharing):
    cluster_id = sharing.cloakroom()
    other = next(n for n in sharing.inside(cluster_id) if _is_of(sharing, n, "n1"))
    mine = sharing.needing.need(by="ped_n1", unit="n1", title="Trængsel ved afhentning")
    with sharing.town.as_user("leader_n1") as ctx:
        needs.merge(ctx, mine, into_id=other)
    with sharing.town.as_user("ped_n1") as ctx:
        voice = cooperation.trace(ctx, mine)
        assert cooperation.own(ctx).items[0][1] is Now.SHARED
    assert voice.need_ids == (mine, other)
    assert "need.merged" in kinds(voice)
    assert "voice.shared" in kinds(voice)
    assert voice.now is Now.SHARED


def _is_of(sharing, need_id, unit):
    return sharing.needing.row(need_id).unit_id == sharing.town.units[unit]


def test_a_house_that_said_no_left_and_the_voice_says_so(sharing):
    cluster_id = sharing.cloakroom()
    mine = next(n for n in sharing.inside(cluster_id) if _is_of(sharing, n, "n1"))
    sharing.say("n1", cluster_id, joins=False)
    with sharing.town.as_user("leader_n1") as ctx:
        voice = cooperation.trace(ctx, mine)
    assert kinds(voice)[-1] == "voice.left"
    assert voice.now is Now.HEARD


def test_rooms_above_add_their_steps(sharing):
    need_id = sharing.need("n1", CLOAKROOM["n1"])
    at = datetime(2030, 1, 1, tzinfo=sharing.town.now.tzinfo)

    def more(ctx, voice):
        assert voice.need_ids == (need_id,)
        return [cooperation.VoiceStep(at, "forum.decided")]

    cooperation.MORE_STEPS.append(more)
    try:
        with sharing.town.as_user("leader_n1") as ctx:
            assert kinds(cooperation.trace(ctx, need_id))[-1] == "forum.decided"
    finally:
        cooperation.MORE_STEPS.remove(more)
