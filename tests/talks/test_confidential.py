"""Who is a party: the employee and the leader who holds the talk, and nobody in their place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, RoleAssignment
from tenant_app.audit.models import AuditEntry
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.needs import service as needs
from tenant_app.needs.models import Confidentiality, SourceType, Urgency
from tenant_app.talks import service as talks
from tenant_app.talks.models import TalkKind
from tests.talks.conftest import AGREED, SAID, TODAY


@pytest.fixture
def deputy(town, house):
    """A colleague who leads n1 while its leader is away."""
    with town.as_system() as ctx:
        town._user(ctx, "deputy", Role.EMPLOYEE, "n1", employee="ped_n1_2")
    with town.as_user("leader_n1") as ctx:
        accounts.delegate(
            ctx,
            deputy_id=town.users["deputy"],
            from_date=TODAY,
            to_date=TODAY + timedelta(days=30),
            reason="Ferie",
        )
    return "deputy"


@pytest.mark.parametrize(
    "who",
    ["admin", "consultant", "auditor", "area_north", "leader_n2", "leader_s1", "ped_n2"],
)
def test_nobody_outside_finds_the_talk(town, house, who):
    talk_id = house.agreed()
    with town.as_user(who) as ctx, pytest.raises(NotFound):
        talks.talk(ctx, talk_id)
    before = house.everything()
    for verb, facts in (
        (talks.prepare, {"good": "Nej"}),
        (talks.sign, {"revision": 1}),
        (talks.call_off, {"reason": "Nej"}),
    ):
        with town.as_user(who) as ctx, pytest.raises(NotFound):
            verb(ctx, talk_id, **facts)
    assert house.everything() == before


def test_a_deputy_sees_that_a_talk_is_there_and_reads_it_once_it_is_theirs(town, house, deputy):
    talk_id = house.talk()
    with town.as_user("ped_n1") as ctx:
        talks.prepare(ctx, talk_id, good=SAID, share=True)
    seen = house.seen(talk_id, deputy)
    assert (seen.texts, list(seen.preparations)) == (None, [])
    before = house.everything()
    with town.as_user(deputy) as ctx, pytest.raises(Forbidden):
        talks.hold(ctx, talk_id, held_on=TODAY)
    with town.as_user(deputy) as ctx, pytest.raises(Forbidden):
        talks.hand_over(ctx, talk_id, holder_id=town.users[deputy])
    assert house.everything() == before
    with town.as_user("leader_n1") as ctx:
        talks.hand_over(ctx, talk_id, holder_id=town.users[deputy])
    seen = house.seen(talk_id, deputy)
    assert seen.texts is not None
    assert list(seen.preparations) == [], "it was shared with another"
    assert house.seen(talk_id, "leader_n1").texts is None
    later = town.now + timedelta(days=40)
    with town.as_user(deputy, now=later) as ctx, pytest.raises(NotFound):
        talks.talk(ctx, talk_id)


def test_the_leader_holds_what_a_deputy_opens(town, house, deputy):
    days = {"from_date": TODAY, "to_date": TODAY, "due_on": TODAY}
    with town.as_user(deputy) as ctx:
        made = talks.open_round(
            ctx,
            unit_id=town.units["n1"],
            kind=TalkKind.MUS,
            employee_ids=[town.employees["ped_n1_1"]],
            **days,
        )
    talk_id = house.talk_of(made.id)
    assert house.row(talk_id).holder_id == town.users["leader_n1"]
    assert house.seen(talk_id, deputy).texts is None


def test_nobody_holds_their_own_talk(town, house, deputy):
    talk_id = house.talk("ped_n1_2")
    before = house.everything()
    with town.as_user("leader_n1") as ctx, pytest.raises(Forbidden) as caught:
        talks.hand_over(ctx, talk_id, holder_id=town.users[deputy])
    assert caught.value.field == "holder_id"
    for other in ("leader_s1", "ped_n1", "area_north"):
        with town.as_user("leader_n1") as ctx, pytest.raises(Invalid):
            talks.hand_over(ctx, talk_id, holder_id=town.users[other])
    assert house.everything() == before


def test_a_leader_who_leads_there_no_more_reads_no_more(town, house):
    talk_id, other_id = house.agreed(), house.talk("ped_n1_2")
    with town.as_system() as ctx:
        town._user(ctx, "new_leader", Role.INSTITUTION_LEADER, "n1")
        role = ctx.session.scalars(
            select(RoleAssignment).where(RoleAssignment.user_id == town.users["leader_n1"])
        ).one()
        role.to_date = TODAY
    with town.as_user("leader_n1") as ctx, pytest.raises(NotFound):
        talks.talk(ctx, talk_id)
    assert house.seen(talk_id, "new_leader").texts is None
    with town.as_user("new_leader") as ctx:
        talks.hand_over(ctx, other_id, holder_id=town.users["new_leader"])
    assert house.seen(other_id, "new_leader").texts is not None
    assert house.seen(talk_id, "ped_n1").texts.agreement == AGREED


def test_a_system_actor_reads_no_text(town, house):
    talk_id = house.agreed()
    plan_id = house.plan()
    with town.as_system() as ctx:
        assert talks.details(ctx, talks.talk(ctx, talk_id)).texts is None
        with pytest.raises(NotFound):
            talks.plan(ctx, plan_id)


def test_the_trail_tells_what_was_done_and_nothing_that_was_said(town, house):
    talk_id = house.agreed()
    house.plan(talk_id=talk_id)
    with town.as_user("ped_n1") as ctx:
        other = house.talk("ped_n1_2")
    with town.as_user("leader_n1") as ctx:
        talks.call_off(ctx, other, reason="Hemmelig grund")
    with town.as_system() as ctx:
        entries = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.action.startswith("talk."))
        ).all()
    told = " ".join(f"{each.note} {each.changes}" for each in entries)
    assert len(entries) > 8
    for said in (SAID, AGREED, "Hemmelig"):
        assert said not in told


def test_evidence_is_written_anew_with_the_talk_as_its_source(town, house):
    talk_id = house.agreed()
    with town.as_user("leader_n1") as ctx:
        need_id = needs.report(
            ctx,
            unit_id=town.units["n1"],
            area_id=house.area_id,
            title="Samtaler med forældre",
            description="",
            urgency=Urgency.NORMAL,
            staff=3,
        ).id
    with town.as_user("ped_n1") as ctx:
        talks.add_evidence(ctx, talk_id, need_id=need_id, text="Flere nævner det samme")
    with town.as_user("leader_n1") as ctx:
        [found] = needs.evidence(ctx, need_id)
    assert (found.source, found.confidentiality) == (SourceType.MUS, Confidentiality.INSTITUTION)
    assert found.text == "Flere nævner det samme"
    with town.as_user("area_north") as ctx:
        [seen] = needs.evidence(ctx, need_id)
        assert seen.text is None
    ahead = house.talk("ped_n1_2")
    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict):
        talks.add_evidence(ctx, ahead, need_id=need_id, text="For tidligt")
