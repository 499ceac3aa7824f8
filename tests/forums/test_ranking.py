"""Members rank, the result and the spread are shown after the close, and no vote comes later."""

from __future__ import annotations

import pytest

from tenant_app.audit.models import AuditEntry
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.forums import service as forums
from tenant_app.forums.models import MeetingState


def close(council, meeting_id, who="area_north"):
    with council.town.as_user(who) as ctx:
        forums.close_ranking(ctx, meeting_id)


def shown(council, meeting_id, who):
    with council.town.as_user(who) as ctx:
        return forums.details(ctx, forums.meeting(ctx, meeting_id)).ranking


def test_before_the_close_one_sees_only_ones_own_and_how_many_have_ranked(council):
    meeting_id, (a, b, c) = council.ranked()
    council.vote("leader_n1", meeting_id, [c, a, b])
    council.vote("ped_n1", meeting_id, [a, b, c])
    for who, own in (("leader_n1", [c, a, b]), ("ped_n1", [a, b, c]), ("admin", [])):
        found = shown(council, meeting_id, who)
        assert found.own == own
        assert found.voices == 2
        assert found.result == []


def test_after_the_close_the_result_and_the_spread_are_shown_to_all(council):
    meeting_id, (a, b, c) = council.ranked()
    council.vote("leader_n1", meeting_id, [c, a, b])
    council.vote("leader_n2", meeting_id, [c, b, a])
    council.vote("ped_n1", meeting_id, [a, c, b])
    close(council, meeting_id)
    for who in ("leader_n2", "auditor"):
        found = shown(council, meeting_id, who)
        assert [each.item_id for each in found.result] == [c, a, b]
        assert (found.result[0].best, found.result[0].worst) == (1, 2)
        assert (found.result[1].best, found.result[1].worst) == (1, 3)


def test_the_latest_order_counts_until_the_close(council, refused):
    meeting_id, (a, b, c) = council.ranked()
    council.vote("leader_n1", meeting_id, [a, b, c])
    council.vote("leader_n1", meeting_id, [c, b, a])
    council.vote("leader_n2", meeting_id, [c, b, a])
    close(council, meeting_id)
    found = shown(council, meeting_id, "leader_n1")
    assert found.voices == 2
    assert [each.item_id for each in found.result] == [c, b, a]
    error = refused(Conflict, lambda: council.vote("ped_n1", meeting_id, [a, b, c]))
    assert "closed" in str(error)
    refused(Conflict, lambda: council.vote("leader_n1", meeting_id, [a, b, c]))
    refused(Conflict, lambda: close(council, meeting_id))


def test_only_members_rank(council, refused):
    meeting_id, items = council.ranked()
    refused(Forbidden, lambda: council.vote("admin", meeting_id, items))
    refused(Forbidden, lambda: council.vote("auditor", meeting_id, items))
    refused(NotFound, lambda: council.vote("ped_n2", meeting_id, items))
    refused(NotFound, lambda: council.vote("leader_s1", meeting_id, items))


@pytest.mark.parametrize("pick", [lambda i: i[:2], lambda i: [i[0], i[0], i[1]], lambda i: []])
def test_an_order_is_of_all_candidates(council, refused, pick):
    meeting_id, items = council.ranked()
    error = refused(Invalid, lambda: council.vote("leader_n1", meeting_id, pick(items)))
    assert error.field == "ordered"


def test_a_ranking_is_opened_once_and_needs_candidates(council, refused):
    def open_(meeting_id, who="area_north"):
        with council.town.as_user(who) as ctx:
            forums.open_ranking(ctx, meeting_id)

    meeting_id = council.meeting()
    council.item(meeting_id, need_id=council.need())
    refused(Conflict, lambda: open_(meeting_id))
    refused(Conflict, lambda: council.vote("leader_n1", meeting_id, []))
    refused(Conflict, lambda: close(council, meeting_id))
    council.item(meeting_id, initiative_id=council.plans.make("n2"))
    refused(Forbidden, lambda: open_(meeting_id, "leader_n1"))
    open_(meeting_id)
    refused(Conflict, lambda: open_(meeting_id))


def test_while_it_is_ranked_the_candidates_stay(council, refused):
    meeting_id, _items = council.ranked()
    need_id = council.need()
    refused(Conflict, lambda: council.item(meeting_id, need_id=need_id))


def test_a_matter_without_candidate_still_comes_on_the_agenda(council, refused):
    meeting_id, items = council.ranked()
    extra = council.item(meeting_id, title="Eventuelt")

    def remove(item_id):
        with council.town.as_user("area_north") as ctx:
            forums.remove_item(ctx, item_id)

    refused(Conflict, lambda: remove(items[0]))
    remove(extra)


def move(council, meeting_id, to):
    with council.town.as_user("area_north") as ctx:
        forums.move(ctx, meeting_id, to)


def test_an_open_ranking_that_can_have_a_result_keeps_the_meeting_open(council, refused):
    meeting_id, items = council.ranked()
    council.vote("leader_n1", meeting_id, items)
    council.vote("leader_n2", meeting_id, items)
    move(council, meeting_id, MeetingState.HELD)
    refused(Conflict, lambda: move(council, meeting_id, MeetingState.CLOSED))
    close(council, meeting_id)
    move(council, meeting_id, MeetingState.CLOSED)


@pytest.mark.parametrize("voices", [0, 1])
def test_too_few_voices_are_no_result_and_end_with_the_meeting(council, refused, voices):
    meeting_id, items = council.ranked()
    for who in ("leader_n1",)[:voices]:
        council.vote(who, meeting_id, items)
    refused(Conflict, lambda: close(council, meeting_id))
    move(council, meeting_id, MeetingState.HELD)
    move(council, meeting_id, MeetingState.CLOSED)
    found = shown(council, meeting_id, "leader_n2")
    assert (found.is_open, found.voices, found.result) == (False, voices, [])
    refused(Conflict, lambda: council.vote("leader_n2", meeting_id, items))


def test_the_trail_tells_that_somebody_ranked_and_not_how(council):
    meeting_id, items = council.ranked()
    council.vote("leader_n1", meeting_id, items)
    with council.town.as_system() as ctx:
        [entry] = ctx.session.query(AuditEntry).filter_by(action="ranking.ranked")
        assert entry.changes == {}
        assert entry.note == ""
