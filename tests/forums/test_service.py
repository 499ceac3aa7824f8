"""Forums, meetings and their agenda: by whom, and what is refused."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import uuid4

import pytest

from tenant_app.accounts import service as accounts
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.forums import rules
from tenant_app.forums import service as forums
from tenant_app.forums.models import ForumKind, MeetingState
from tenant_app.needs.models import NeedState
from tests.forums.conftest import BIG, MEMBERS


def as_(council, who):
    return council.town.as_user(who)


def test_members_and_readers_see_a_forum_and_others_do_not(council):
    for who in (*MEMBERS, "admin", "consultant", "auditor"):
        with as_(council, who) as ctx:
            assert forums.one(ctx, council.forum_id).id == council.forum_id
            assert [each.id for each in forums.listing(ctx).items] == [council.forum_id]
    for who in ("area_south", "leader_s1", "ped_n2", "ped_s1"):
        with as_(council, who) as ctx:
            assert forums.listing(ctx).items == []
            with pytest.raises(NotFound):
                forums.one(ctx, council.forum_id)


def test_who_leaves_the_forum_reads_its_papers_no_more(council):
    meeting_id = council.meeting()
    keep = [council.town.users[each] for each in MEMBERS if each != "ped_n1"]
    facts = {"kind": ForumKind.MED, "name": "MED", "purpose": ""}
    with as_(council, "area_north") as ctx:
        forums.change(ctx, council.forum_id, member_ids=keep, **facts)
    with as_(council, "ped_n1") as ctx, pytest.raises(NotFound):
        forums.meeting(ctx, meeting_id)
    with as_(council, "area_north") as ctx:
        forums.change(
            ctx, council.forum_id, member_ids=[*keep, council.town.users["ped_n1"]], **facts
        )
    with as_(council, "ped_n1") as ctx:
        assert forums.meeting(ctx, meeting_id).id == meeting_id


def test_only_who_keeps_forums_there_makes_one(council, refused):
    assert refused(NotFound, lambda: council.forum("south")).field == "unit_id"
    refused(Forbidden, lambda: council.forum("n1", who="leader_n1"))
    refused(Forbidden, lambda: council.forum("root", who="auditor"))
    assert council.forum("root", who="consultant", member_ids=[])


def test_a_member_works_at_the_unit_above_it_or_below_it(council, refused):
    users = council.town.users
    for wrong in ([users["leader_s1"]], [uuid4()]):
        error = refused(NotFound, lambda wrong=wrong: council.forum(member_ids=wrong))
        assert error.field == "member_ids"
    assert council.forum(member_ids=[users["admin"], users["ped_n2"]])


def test_texts_have_an_end(council, refused):
    assert refused(Invalid, lambda: council.forum(name=BIG)).field == "name"
    assert refused(Invalid, lambda: council.forum(name="  ")).field == "name"
    assert refused(Invalid, lambda: council.forum(purpose=BIG)).field == "purpose"


def test_a_closed_forum_plans_nothing_and_keeps_what_it_had(council, refused):
    meeting_id = council.meeting()
    with as_(council, "area_north") as ctx:
        forums.close(ctx, council.forum_id)
    refused(Conflict, lambda: council.meeting(days=20))
    with as_(council, "leader_n1") as ctx:
        assert forums.meeting(ctx, meeting_id).id == meeting_id


def test_a_meeting_begins_before_it_ends_and_on_a_day_that_can_be_meant(council, refused):
    def plan(**facts):
        given = {"day": council.today, "begins": time(9), "ends": time(10), "place": "Her"} | facts
        with as_(council, "area_north") as ctx:
            forums.plan(ctx, council.forum_id, **given)

    assert refused(Invalid, lambda: plan(ends=time(9))).field == "ends"
    far = council.today + timedelta(days=2000)
    assert refused(Invalid, lambda: plan(day=far)).field == "day"
    assert refused(Invalid, lambda: plan(place="")).field == "place"


def test_a_member_plans_nothing(council, refused):
    refused(Forbidden, lambda: council.meeting(who="leader_n1"))
    meeting_id = council.meeting()
    refused(Forbidden, lambda: council.item(meeting_id, who="leader_n1", title="Nyt"))
    refused(NotFound, lambda: council.item(meeting_id, who="area_south", title="Nyt"))


def test_the_agenda_keeps_its_order(council):
    meeting_id = council.meeting()
    first = council.item(meeting_id, title="Velkomst")
    last = council.item(meeting_id, title="Eventuelt")
    middle = council.item(meeting_id, need_id=council.need("n2"), position=2)
    with as_(council, "ped_n1") as ctx:
        assert [each.id for each in forums.agenda(ctx, meeting_id)] == [first, middle, last]
    with as_(council, "area_north") as ctx:
        forums.remove_item(ctx, first)
        agenda = forums.agenda(ctx, meeting_id)
        assert [(each.position, each.id) for each in agenda] == [(1, middle), (2, last)]
        assert agenda[0].title.endswith("i n2")


def test_a_candidate_lies_below_the_forum_and_is_ready(council, refused):
    meeting_id = council.meeting()
    for where, state in (("s1", NeedState.QUALIFIED), ("n1", NeedState.REPORTED)):
        need_id = council.need(where, state=state)
        error = refused(NotFound, lambda need_id=need_id: council.item(meeting_id, need_id=need_id))
        assert error.field == "need_id"
    initiative = council.plans.make("s1")
    error = refused(NotFound, lambda: council.item(meeting_id, initiative_id=initiative))
    assert error.field == "initiative_id"
    error = refused(NotFound, lambda: council.item(meeting_id, cluster_id=uuid4()))
    assert error.field == "cluster_id"


def test_an_item_is_about_one_thing_and_once(council, refused):
    meeting_id, need_id = council.meeting(), council.need()
    initiative = council.plans.make("n1")
    refused(Invalid, lambda: council.item(meeting_id, need_id=need_id, initiative_id=initiative))
    council.item(meeting_id, need_id=need_id)
    assert refused(Conflict, lambda: council.item(meeting_id, need_id=need_id))
    assert refused(Invalid, lambda: council.item(meeting_id)).field == "title"
    assert refused(Invalid, lambda: council.item(meeting_id, title=BIG)).field == "title"
    assert refused(Invalid, lambda: council.item(meeting_id, title="A", position=9))


def move(council, meeting_id, to, who="area_north"):
    with as_(council, who) as ctx:
        forums.move(ctx, meeting_id, to)


def test_a_meeting_is_held_once_it_has_begun_and_then_closed(council, refused):
    ahead = council.meeting(days=3)
    assert refused(Conflict, lambda: move(council, ahead, MeetingState.HELD)).field == "to"
    refused(Conflict, lambda: move(council, ahead, MeetingState.CLOSED))
    refused(Invalid, lambda: move(council, ahead, MeetingState.CALLED))
    refused(Forbidden, lambda: move(council, ahead, MeetingState.CANCELLED, who="ped_n1"))
    held = council.meeting()
    move(council, held, MeetingState.HELD)
    refused(Conflict, lambda: move(council, held, MeetingState.CANCELLED))
    move(council, held, MeetingState.CLOSED)
    refused(Conflict, lambda: council.item(held, title="For sent"))
    move(council, ahead, MeetingState.CANCELLED)
    refused(Conflict, lambda: council.item(ahead, title="Aflyst"))


def write(council, meeting_id, who="area_north", **facts):
    with as_(council, who) as ctx:
        forums.write_minutes(ctx, meeting_id, **facts)


def test_minutes_are_written_until_the_meeting_is_closed(council, refused):
    meeting_id = council.meeting()
    item_id = council.item(meeting_id, title="Nyt fra husene")
    write(council, meeting_id, minutes="Alle var der.", items={item_id: "To huse fortalte."})
    with as_(council, "leader_n2") as ctx:
        found = forums.details(ctx, forums.meeting(ctx, meeting_id))
        assert found.meeting.minutes == "Alle var der."
        assert found.agenda[0].item.minutes == "To huse fortalte."
        assert found.is_member
        assert not found.may_manage
    refused(Invalid, lambda: write(council, meeting_id, minutes=BIG))
    refused(NotFound, lambda: write(council, meeting_id, items={uuid4(): "Nej"}))
    refused(Forbidden, lambda: write(council, meeting_id, who="leader_n1", minutes="Mit"))
    ahead = council.meeting(days=3)
    refused(Conflict, lambda: write(council, ahead, minutes="For tidligt"))
    for to in (MeetingState.HELD, MeetingState.CLOSED):
        move(council, meeting_id, to)
    refused(Conflict, lambda: write(council, meeting_id, minutes="For sent"))


def test_a_deputy_reads_along_and_does_not_vote_as_the_leader(council, refused):
    meeting_id, items = council.ranked()
    with as_(council, "leader_n1") as ctx:
        accounts.delegate(
            ctx,
            deputy_id=council.town.users["ped_n2"],
            from_date=council.today,
            to_date=council.today + timedelta(days=5),
            reason="Ferie",
        )
    with as_(council, "ped_n2") as ctx:
        assert forums.meeting(ctx, meeting_id).id == meeting_id
    refused(Forbidden, lambda: council.vote("ped_n2", meeting_id, items))


def test_an_agenda_is_put_in_another_order_until_it_is_ranked_or_held(council):
    meeting_id = council.meeting()
    first, second, third = (council.item(meeting_id, title=each) for each in ("A", "B", "C"))
    with as_(council, "area_north") as ctx:
        made = forums.order_agenda(ctx, meeting_id, ordered=[third, first, second])
        assert [(each.title, each.position) for each in made] == [("C", 1), ("A", 2), ("B", 3)]
    with as_(council, "area_north") as ctx:
        assert [each.id for each in forums.agenda(ctx, meeting_id)] == [third, first, second]
    for wrong in ([first, second], [first, second, second], [first, second, third, uuid4()]):
        with pytest.raises(Invalid), as_(council, "area_north") as ctx:
            forums.order_agenda(ctx, meeting_id, ordered=wrong)
    with pytest.raises(Forbidden), as_(council, "leader_n1") as ctx:
        forums.order_agenda(ctx, meeting_id, ordered=[first, second, third])
    with pytest.raises(NotFound), as_(council, "area_south") as ctx:
        forums.order_agenda(ctx, meeting_id, ordered=[first, second, third])
    with as_(council, "area_north") as ctx:
        forums.move(ctx, meeting_id, MeetingState.HELD)
        with pytest.raises(Conflict):
            forums.order_agenda(ctx, meeting_id, ordered=[first, second, third])
        assert [each.id for each in forums.agenda(ctx, meeting_id)] == [third, first, second]


def test_numbers_that_were_typed_make_an_order():
    a, b, c, d = (uuid4() for _ in range(4))
    known = [a, b, c, d]
    assert rules.numbered_anew(known, {a: 1, b: 2, c: 3, d: 1}) == [d, a, b, c]
    assert rules.numbered_anew(known, {a: 3, b: 2, c: 3, d: 4}) == [b, a, c, d]
    assert rules.numbered_anew(known, {a: 4, b: 3, c: 2, d: 1}) == [d, c, b, a]
    assert rules.numbered_anew(known, {}) == known
