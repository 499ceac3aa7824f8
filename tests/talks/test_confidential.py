"""Who is a party: the employee and the leader who holds the talk, and nobody in their place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role
from tenant_app.audit.api import blueprint
from tenant_app.audit.models import AuditEntry
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.needs import service as needs
from tenant_app.needs.models import Confidentiality, SourceType, Urgency
from tenant_app.talks import service as talks
from tenant_app.talks.models import TalkKind, TalkState
from tests.anchoring.test_screens import Browser
from tests.catalogue.door import api_of
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
    house.leave("leader_n1")
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


def test_a_handed_over_talk_lets_go_of_the_plan(town, house, deputy):
    talk_id = house.talk()
    plan_id = house.plan(talk_id=talk_id)
    with town.as_user("leader_n1") as ctx:
        assert talks.plan(ctx, plan_id).talk_id == talk_id
        talks.hand_over(ctx, talk_id, holder_id=town.users[deputy])
    for who in (deputy, "leader_n1"):
        with town.as_user(who) as ctx, pytest.raises(NotFound):
            talks.plan(ctx, plan_id)
    before = house.everything()
    with town.as_user(deputy) as ctx, pytest.raises(Conflict):
        talks.take_up(ctx, talk_id, valid_until=TODAY + timedelta(days=300))
    assert house.everything() == before
    with town.as_user("ped_n1") as ctx:
        assert talks.plan(ctx, plan_id).talk_id is None
        talks.take_up(ctx, talk_id, valid_until=TODAY + timedelta(days=300))
    with town.as_user(deputy) as ctx:
        assert talks.plan_details(ctx, talks.plan(ctx, plan_id)).items[0].aim == SAID


def test_a_held_talk_is_taken_over_from_a_leader_who_left_and_signed_anew(town, house, deputy):
    talk_id = house.agreed(by=("ped_n1",))
    plan_id = house.plan(talk_id=talk_id)
    with town.as_system() as ctx:
        town._user(ctx, "new_leader", Role.INSTITUTION_LEADER, "n1")
    taken = {"holder_id": town.users["new_leader"]}
    before = house.everything()
    assert not house.seen(talk_id, "new_leader").may_hand_over
    with town.as_user("new_leader") as ctx, pytest.raises(Forbidden):
        talks.hand_over(ctx, talk_id, **taken)
    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict):
        talks.hand_over(ctx, talk_id, **taken)
    assert house.everything() == before
    house.leave("leader_n1")
    assert not house.seen(talk_id, "ped_n1").may_hand_over
    assert house.seen(talk_id, "new_leader").may_hand_over
    with town.as_user("new_leader") as ctx:
        talks.hand_over(ctx, talk_id, **taken)
        with pytest.raises(NotFound):
            talks.plan(ctx, plan_id)
    seen = house.seen(talk_id, "new_leader")
    assert (seen.texts.agreement, seen.signatures) == (AGREED, 0)
    assert list(seen.preparations) == []
    for who in ("new_leader", "ped_n1"):
        with town.as_user(who) as ctx:
            talks.sign(ctx, talk_id, revision=1)
    assert house.row(talk_id).state is TalkState.AGREED
    house.leave("new_leader")
    with town.as_system() as ctx:
        town._user(ctx, "third", Role.INSTITUTION_LEADER, "n1")
    with town.as_user("third") as ctx, pytest.raises(Conflict):
        talks.hand_over(ctx, talk_id, holder_id=town.users["third"])


def test_the_trail_tells_that_and_neither_who_nor_which_talk(town, house, app):
    talk_id = house.agreed()
    with town.as_user("ped_n1") as ctx:
        name = ctx.actor.name
    told = api_of(town, "admin", blueprint).get("/api/v1/audit-entries?action=talk.")
    assert "talk.signed" in {each["action"] for each in told.json["items"]}
    for each in told.json["items"]:
        assert (each["actor_name"], each["user_id"], each["object_id"]) == ("", None, None)
    asked = api_of(town, "admin", blueprint).get(f"/api/v1/audit-entries?object_id={talk_id}")
    assert asked.json["items"] == []
    for who in ("admin", "auditor"):
        browser = Browser(app, town, who)
        page = browser.page("/trail/")
        assert "Aftale i en samtale underskrevet" in page
        assert "En part i en samtale" in page
        files = browser.client.get("/admin/trail/export/csv/").text
        assert "En part i en samtale" in files
        assert not [line for line in files.splitlines() if name in line and "samtale" in line]
        assert "En part i en samtale" in browser.page("/trail/?sort=1")
        assert "En part i en samtale" not in browser.page(f"/trail/?search={name.split()[0]}")
        assert str(talk_id) not in page + files
    with town.as_system() as ctx:
        kept = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "talk.signed")
        ).all()
        assert {each.object_id for each in kept} == {talk_id}
        assert {each.user_id for each in kept} == {town.users["ped_n1"], town.users["leader_n1"]}


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
