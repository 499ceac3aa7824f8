"""A talk from the invitation to the last signature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, union_all

from tenant_app.accounts.models import Role, RoleAssignment
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.needs import service as needs
from tenant_app.needs.models import Urgency
from tenant_app.organisation.models import Employment
from tenant_app.talks import service as talks
from tenant_app.talks.models import DevelopmentTalk, TalkKind, TalkState
from tests.talks.conftest import AGREED, SAID, TODAY

LONG = "x" * 100_000


def test_a_round_invites_everybody_but_the_leader(town, house):
    round_id = house.round()
    with town.as_user("leader_n1") as ctx:
        found = talks.talks(ctx, round_id=round_id).items
        names = {m.employee.name for each in talks.members(ctx, found).values() for m in each}
        line = talks.rounds(ctx).items[0]
    expected = {f"{who} {town.slug}" for who in ("ped_n1_1", "ped_n1_2", "ped_n1_3", "med_n1")}
    assert names == expected
    assert (line.talks, line.ahead, line.held, line.agreed) == (4, 4, 0, 0)


def test_the_area_leader_talks_with_the_leaders_and_with_nobody_else(town, house):
    days = {"from_date": TODAY, "to_date": TODAY, "due_on": TODAY}
    with town.as_user("area_north") as ctx:
        made = talks.open_round(ctx, unit_id=town.units["north"], kind=TalkKind.MUS, **days)
        found = talks.talks(ctx, round_id=made.id).items
        names = {m.employee.name for each in talks.members(ctx, found).values() for m in each}
    assert names == {f"leder_n1 {town.slug}", f"leder_n2 {town.slug}"}
    before = house.everything()
    with town.as_user("area_north") as ctx, pytest.raises(Forbidden):
        talks.open_round(ctx, unit_id=town.units["n1"], kind=TalkKind.MUS, **days)
    assert house.everything() == before


@pytest.mark.parametrize(
    ("who", "error"),
    [
        *(("leader_s1", NotFound), ("leader_n2", NotFound), ("admin", Forbidden)),
        *(("consultant", Forbidden), ("auditor", Forbidden), ("ped_n1", NotFound)),
    ],
)
def test_nobody_outside_opens_a_round(town, house, who, error):
    before = house.everything()
    days = {"from_date": TODAY, "to_date": TODAY, "due_on": TODAY}
    with town.as_user(who) as ctx, pytest.raises(error):
        talks.open_round(ctx, unit_id=town.units["n1"], kind=TalkKind.MUS, **days)
    assert house.everything() == before


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"to_date": TODAY - timedelta(days=1)}, "to_date"),
        ({"to_date": TODAY + timedelta(days=2000)}, "to_date"),
        ({"from_date": TODAY - timedelta(days=800)}, "from_date"),
        ({"due_on": TODAY + timedelta(days=61)}, "due_on"),
        ({"invitation": LONG}, "invitation"),
    ],
)
def test_a_round_has_days_and_texts_that_can_be(house, facts, field):
    before = house.everything()
    with pytest.raises(Invalid) as caught:
        house.round(**facts)
    assert caught.value.field == field
    assert house.everything() == before


def test_a_group_is_put_together_by_its_leader(town, house):
    talk_id = house.group("ped_n1_1", "ped_n1_2")
    assert len(house.seen(talk_id, "ped_n1").members) == 2
    round_id = house.row(talk_id).round_id
    before = house.everything()
    for who in (["ped_n1_3"], ["ped_n1_1", "ped_n1_3"], ["ped_s1_1", "ped_n1_3"], ["leder_n1"]):
        with town.as_user("leader_n1") as ctx, pytest.raises(Invalid) as caught:
            talks.invite(ctx, round_id, employee_ids=[town.employees[each] for each in who])
        assert caught.value.field == "employee_ids"
    assert house.everything() == before
    ids = [town.employees["ped_n1_3"], town.employees["med_n1"]]
    with town.as_user("leader_n1") as ctx:
        talks.invite(ctx, round_id, employee_ids=ids)
    with town.as_user("leader_n1") as ctx:
        assert len(talks.talks(ctx, round_id=round_id).items) == 2


def test_what_one_side_writes_is_theirs_until_they_share_it(town, house):
    talk_id = house.talk()
    with town.as_user("ped_n1") as ctx:
        talks.prepare(ctx, talk_id, good=SAID)
    assert house.seen(talk_id, "leader_n1").preparations == []
    assert house.seen(talk_id, "ped_n1").mine.good == SAID
    assert house.row(talk_id).state is TalkState.INVITED
    with town.as_user("ped_n1") as ctx:
        talks.prepare(ctx, talk_id, good=SAID, learn="Mere", share=True)
    [seen] = house.seen(talk_id, "leader_n1").preparations
    assert (seen.good, seen.learn, seen.is_mine) == (SAID, "Mere", False)
    assert house.row(talk_id).state is TalkState.PREPARED
    with town.as_user("ped_n1") as ctx:
        talks.prepare(ctx, talk_id, good=SAID)
    assert house.seen(talk_id, "leader_n1").preparations == []
    assert house.row(talk_id).state is TalkState.INVITED
    with town.as_user("leader_n1") as ctx:
        talks.prepare(ctx, talk_id, hard="Lederens egne ord")
    assert [each.is_mine for each in house.seen(talk_id, "ped_n1").preparations] == [True]


def test_a_group_is_prepared_when_all_have_shared_and_reads_what_was_shared(town, house):
    talk_id = house.group("ped_n1_1", "ped_n1_2")
    with town.as_system() as ctx:
        town._user(ctx, "second", Role.EMPLOYEE, "n1", employee="ped_n1_2")
    with town.as_user("ped_n1") as ctx:
        talks.prepare(ctx, talk_id, good=SAID, share=True)
    assert house.row(talk_id).state is TalkState.INVITED
    assert [each.good for each in house.seen(talk_id, "second").preparations] == [SAID]
    with town.as_user("second") as ctx:
        talks.prepare(ctx, talk_id, good="Jeg også", share=True)
    assert house.row(talk_id).state is TalkState.PREPARED


def test_both_sign_the_agreement_they_have_read_and_then_it_is_frozen(town, house):
    talk_id = house.held()
    with town.as_user("leader_n1") as ctx:
        talks.write_agreement(ctx, talk_id, agreement=AGREED)
    with town.as_user("ped_n1") as ctx:
        talks.sign(ctx, talk_id, revision=1)
    before = house.everything()
    for who in ("leader_n1", "ped_n1"):
        with town.as_user(who) as ctx, pytest.raises(Conflict):
            talks.write_agreement(ctx, talk_id, agreement="Noget andet")
    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict) as caught:
        talks.sign(ctx, talk_id, revision=0)
    assert caught.value.field == "revision"
    with town.as_user("ped_n1") as ctx, pytest.raises(Conflict):
        talks.sign(ctx, talk_id, revision=1)
    assert house.everything() == before
    with town.as_user("leader_n1") as ctx:
        talks.sign(ctx, talk_id, revision=1)
    row = house.row(talk_id)
    assert (row.state, row.agreed_at) == (TalkState.AGREED, town.now)
    before = house.everything()
    for verb, facts in (
        (talks.write_agreement, {"agreement": "Nyt"}),
        (talks.sign, {"revision": 1}),
        (talks.reopen, {}),
        (talks.call_off, {"reason": "Nej"}),
        (talks.prepare, {"good": "Nej"}),
    ):
        with town.as_user("ped_n1") as ctx, pytest.raises(Conflict):
            verb(ctx, talk_id, **facts)
    assert house.everything() == before
    assert house.seen(talk_id, "ped_n1").texts.agreement == AGREED


def test_either_opens_it_again_until_all_have_signed(town, house):
    talk_id = house.agreed(by=("leader_n1",))
    with town.as_user("ped_n1") as ctx:
        talks.reopen(ctx, talk_id)
        talks.write_agreement(ctx, talk_id, agreement="Bedre", read=1)
    assert house.seen(talk_id, "leader_n1").texts.agreement == "Bedre"
    before = house.everything()
    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict):
        talks.reopen(ctx, talk_id)
    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict) as caught:
        talks.write_agreement(ctx, talk_id, agreement="Forældet", read=1)
    assert caught.value.field == "agreement"
    assert house.everything() == before


def test_nothing_is_agreed_on_before_the_talk(town, house):
    talk_id = house.talk()
    before = house.everything()
    with town.as_user("ped_n1") as ctx, pytest.raises(Conflict):
        talks.write_agreement(ctx, talk_id, agreement=AGREED)
    with town.as_user("ped_n1") as ctx, pytest.raises(Conflict):
        talks.sign(ctx, talk_id, revision=0)
    with town.as_user("ped_n1") as ctx, pytest.raises(Forbidden):
        talks.hold(ctx, talk_id, held_on=TODAY)
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=500)):
        with town.as_user("leader_n1") as ctx, pytest.raises(Invalid):
            talks.hold(ctx, talk_id, held_on=day)
    assert house.everything() == before


@pytest.mark.parametrize("verb", ["prepare", "write_agreement", "call_off"])
def test_a_text_of_a_hundred_kilobytes_is_refused(town, house, verb):
    talk_id = house.talk() if verb != "write_agreement" else house.held()
    field = {"prepare": "learn", "write_agreement": "agreement", "call_off": "reason"}[verb]
    before = house.everything()
    with town.as_user("ped_n1") as ctx, pytest.raises(Invalid) as caught:
        getattr(talks, verb)(ctx, talk_id, **{field: LONG})
    assert caught.value.field == field
    assert house.everything() == before


def test_a_talk_gets_a_time_from_its_holder_alone(town, house):
    talk_id = house.talk()
    at = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
    with town.as_user("leader_n1") as ctx:
        talks.schedule(ctx, talk_id, planned_at=at)
    assert house.row(talk_id).planned_at == at
    before = house.everything()
    with town.as_user("ped_n1") as ctx, pytest.raises(Forbidden):
        talks.schedule(ctx, talk_id, planned_at=at)
    with town.as_user("leader_n1") as ctx, pytest.raises(Invalid):
        talks.schedule(ctx, talk_id, planned_at=at - timedelta(days=60))
    assert house.everything() == before


def test_a_member_says_no_and_a_holder_cancels(town, house):
    round_id = house.round()
    talk_id, other = (house.talk_of(round_id, who) for who in ("ped_n1_1", "ped_n1_2"))
    with town.as_user("ped_n1") as ctx:
        talks.call_off(ctx, talk_id, reason="Jeg vil hellere tale i gruppe")
    assert house.row(talk_id).state is TalkState.DECLINED
    seen = house.seen(talk_id, "leader_n1")
    assert list(seen.reasons.values()) == ["Jeg vil hellere tale i gruppe"]
    with town.as_user("leader_n1") as ctx:
        talks.call_off(ctx, other, reason="Sygdom")
    assert house.row(other).state is TalkState.CANCELLED
    with town.as_user("leader_n1") as ctx:
        talks.invite(ctx, round_id, employee_ids=[town.employees["ped_n1_1"]])


def test_who_leaves_a_group_reads_no_more_of_it(town, house):
    talk_id = house.group("ped_n1_1", "ped_n1_2", "ped_n1_3")
    with town.as_user("ped_n1") as ctx:
        talks.call_off(ctx, talk_id, reason="Hellere en MUS")
    assert house.row(talk_id).state is TalkState.INVITED
    seen = house.seen(talk_id, "ped_n1")
    assert seen.texts is None
    assert seen.reasons == {}
    with town.as_user("ped_n1") as ctx, pytest.raises(Forbidden):
        talks.prepare(ctx, talk_id, good="Nej")


def test_a_group_does_not_wait_for_the_signature_of_whoever_left_the_job(town, house):
    talk_id = house.held(house.group("ped_n1_1", "ped_n1_2", "ped_n1_3"))
    with town.as_system() as ctx:
        town._user(ctx, "second", Role.EMPLOYEE, "n1", employee="ped_n1_2")
    with town.as_user("leader_n1") as ctx:
        talks.write_agreement(ctx, talk_id, agreement=AGREED)
    for who in ("leader_n1", "second"):
        with town.as_user(who) as ctx:
            talks.sign(ctx, talk_id, revision=1)
    with town.as_system() as ctx:
        employed = select(Employment).where(Employment.employee_id == town.employees["ped_n1_3"])
        ctx.session.scalars(employed).one().to_date = TODAY
    assert house.row(talk_id).state is TalkState.HELD, "one more works here"
    with town.as_user("ped_n1") as ctx:
        talks.sign(ctx, talk_id, revision=1)
    assert house.row(talk_id).state is TalkState.AGREED


def test_a_leader_alone_agrees_with_nobody(town, house):
    talk_id = house.held(house.talk("ped_n1_2"))
    with town.as_user("leader_n1") as ctx:
        talks.write_agreement(ctx, talk_id, agreement=AGREED)
    with town.as_system() as ctx:
        employed = select(Employment).where(Employment.employee_id == town.employees["ped_n1_2"])
        ctx.session.scalars(employed).one().to_date = TODAY
    with town.as_user("leader_n1") as ctx:
        talks.sign(ctx, talk_id, revision=1)
    assert house.row(talk_id).state is TalkState.HELD


def test_what_is_found_in_a_talk_is_said_as_what_one_is(town, house):
    days = {"from_date": TODAY, "to_date": TODAY, "due_on": TODAY}
    with town.as_user("area_north") as ctx:
        made = talks.open_round(ctx, unit_id=town.units["north"], kind=TalkKind.MUS, **days)
    of_leader = house.held(house.talk_of(made.id, "leder_n1"), leader="area_north")
    with town.as_user("leader_n1") as ctx:
        need_id = needs.report(
            ctx,
            unit_id=town.units["n1"],
            area_id=house.area_id,
            title="Ledelse af små grupper",
            description="",
            urgency=Urgency.NORMAL,
            staff=3,
        ).id
    said = ((of_leader, "area_north"), (of_leader, "leader_n1"), (house.held(), "leader_n1"))
    for talk_id, who in (*said, (house.held(), "ped_n1")):
        with town.as_user(who) as ctx:
            talks.add_evidence(ctx, talk_id, need_id=need_id, text="Nyt")
    with town.as_user("leader_n1") as ctx:
        roles = [each.role for each in needs.evidence(ctx, need_id)]
    expected = ["area_leader", "leader", "leader", "pedagogue"]
    assert sorted(role.value for role in roles) == expected


def waiting(town, who, *, days=0):
    with town.as_user(who, now=town.now + timedelta(days=days)) as ctx:
        return {row[0]: row[1] for row in ctx.execute(union_all(*talks.asks(ctx)), {}) if row[1]}


def test_reminders_come_before_it_is_too_late_and_to_whoever_holds_the_talk(town, house):
    talk_id = house.talk()
    with town.as_user("leader_n1") as ctx:
        talks.schedule(ctx, talk_id, planned_at=town.now + timedelta(days=20))
    assert waiting(town, "leader_n1") == {}
    assert waiting(town, "leader_n1", days=16) == {talks.TO_HOLD_SOON: 4}
    assert waiting(town, "leader_n1", days=31) == {talks.TO_HOLD: 4}
    assert waiting(town, "ped_n1") == {talks.TO_PREPARE: 1}
    assert waiting(town, "ped_n1", days=12) == {talks.TO_PREPARE: 1}
    soon = {talks.TO_PREPARE: 1, talks.TO_ATTEND: 1}
    assert waiting(town, "ped_n1", days=14) == soon
    assert waiting(town, "ped_n1", days=21) == {talks.TO_PREPARE: 1}
    with town.as_user("leader_n1", now=town.now + timedelta(days=16)) as ctx:
        assert len(talks.talks(ctx).items) == 4
        assert len(ctx.session.scalars(soon_of(ctx)).all()) == 4
    with town.as_system() as ctx:
        role = ctx.session.scalars(
            select(RoleAssignment).where(RoleAssignment.user_id == town.users["leader_n1"])
        ).one()
        role.unit_id = town.units["s1"]
    assert waiting(town, "leader_n1", days=31) == {}, "they lead elsewhere now"


def soon_of(ctx):
    return select(DevelopmentTalk.id).where(*talks.matching(ctx, soon=True))
