"""What happens around a forum: needs that merge, shared needs, houses that close, clocks."""

from __future__ import annotations

from datetime import date, time

import pytest

from tenant_app.accounts.models import RoleAssignment, User
from tenant_app.cooperation.models import ClusterOutcome, ClusterState
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.forums import service as forums
from tenant_app.forums.models import MeetingPack, MeetingState, Outcome
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative, InitiativeState
from tenant_app.needs import service as needs
from tenant_app.needs.models import Need, Urgency
from tenant_app.organisation.models import UnitPlacement
from tests.cooperation.conftest import Sharing
from tests.needs.conftest import Needing

S = InitiativeState


def merge(council, need_id, into_id):
    with council.town.as_user("area_north") as ctx:
        needs.merge(ctx, need_id, into_id=into_id)


def agenda(council, meeting_id):
    with council.town.as_system() as ctx:
        return [(each.position, each.need_id) for each in forums.agenda(ctx, meeting_id)]


def remove(council, item_id, who="area_north"):
    with council.town.as_user(who) as ctx:
        forums.remove_item(ctx, item_id)


# Needs that become one


def test_an_item_follows_its_need_into_the_one_that_took_it_in(council):
    meeting_id, one, other = council.meeting(), council.need(), council.need("n2")
    council.item(meeting_id, title="Velkomst")
    council.item(meeting_id, need_id=one)
    merge(council, one, other)
    assert agenda(council, meeting_id) == [(1, None), (2, other)]


def test_of_two_items_on_what_became_one_need_the_one_leaves(council):
    meeting_id, one, other = council.meeting(), council.need(), council.need("n2")
    council.item(meeting_id, need_id=one)
    council.item(meeting_id, need_id=other)
    merge(council, one, other)
    assert agenda(council, meeting_id) == [(1, other)]


def test_what_is_being_ranked_stays_whole(council):
    meeting_id, items = council.ranked()
    [(_, one), (_, other), _] = agenda(council, meeting_id)
    council.vote("leader_n1", meeting_id, items)
    council.vote("leader_n2", meeting_id, items)
    merge(council, one, other)
    assert [need_id for _at, need_id in agenda(council, meeting_id)][:2] == [other, other]
    with council.town.as_user("area_north") as ctx:
        forums.close_ranking(ctx, meeting_id)
    with council.town.as_user("leader_n1") as ctx:
        found = forums.details(ctx, forums.meeting(ctx, meeting_id)).ranking
        assert [each.item_id for each in found.result] == items


def test_a_closed_meeting_keeps_its_agenda(council):
    meeting_id, one, other = council.meeting(), council.need(), council.need("n2")
    council.item(meeting_id, need_id=one)
    for to in (MeetingState.HELD, MeetingState.CLOSED):
        with council.town.as_user("area_north") as ctx:
            forums.move(ctx, meeting_id, to)
    merge(council, one, other)
    assert agenda(council, meeting_id) == [(1, one)]


def test_what_was_decided_on_a_merged_need_stands_on_the_other(council, refused):
    meeting_id, one, other = council.meeting(), council.need(), council.need("n2")
    first = council.decide(meeting_id, item_id=council.item(meeting_id, need_id=one))
    merge(council, one, other)
    with council.town.as_user("leader_n2") as ctx:
        found = forums.about(ctx, [forums.Candidate(forums.Subject.NEED, other)])
        assert [each.decision.id for each in found] == [first]
    later = council.meeting()
    item_id = council.item(later, need_id=other)
    error = refused(Conflict, lambda: council.decide(later, item_id=item_id))
    assert error.field == "replaces_id"
    second = council.decision(council.decide(later, item_id=item_id, replaces_id=first))
    assert second.need_id == other
    assert council.decision(first).replaced_at is not None


def test_of_two_that_stand_on_what_became_one_either_names_both(council):
    meeting_id, one, other = council.meeting(), council.need(), council.need("n2")
    made = [
        council.decide(meeting_id, item_id=council.item(meeting_id, need_id=need_id))
        for need_id in (one, other)
    ]
    merge(council, one, other)
    third = council.decide(council.meeting(), replaces_id=made[0], outcome=Outcome.LATER)
    assert all(council.decision(each).replaced_at is not None for each in made)
    assert council.decision(third).need_id == other


def test_naming_one_does_not_undo_what_another_forum_decided(council, refused):
    one, other = council.need("n1"), council.need("n2")
    top = council.meeting(who="admin", forum_id=council.forum("root", who="admin", member_ids=[]))
    theirs = council.item(top, who="admin", need_id=other)
    council.decide(top, who="admin", item_id=theirs)
    meeting_id = council.meeting()
    mine = council.decide(meeting_id, item_id=council.item(meeting_id, need_id=one))
    merge(council, one, other)
    refused(Forbidden, lambda: council.decide(meeting_id, replaces_id=mine))


# One decision per item


def test_an_item_with_a_decision_takes_no_other_in_place_of_a_third(council, refused):
    """Once it ended in the database's own refusal."""
    meeting_id = council.meeting()
    need_item = council.item(meeting_id, need_id=council.need())
    other_item = council.item(meeting_id, title="Netværk")
    of_need = council.decide(meeting_id, item_id=need_item)
    of_item = council.decide(meeting_id, item_id=other_item, text="Vi ses i maj")
    error = refused(
        Conflict,
        lambda: council.decide(meeting_id, item_id=other_item, replaces_id=of_need),
    )
    assert error.field == "replaces_id"
    assert "Vi ses i maj" in str(error)
    assert council.decide(meeting_id, item_id=other_item, replaces_id=of_item)


@pytest.mark.parametrize("over", [S.STOPPED, S.ANCHORED, S.EVALUATED])
@pytest.mark.parametrize("outcome", [Outcome.START, Outcome.LATER])
def test_nothing_is_decided_on_an_initiative_that_is_over(council, refused, over, outcome):
    meeting_id, initiative = council.meeting(), council.plans.make("n1")
    item_id = council.item(meeting_id, initiative_id=initiative)
    with council.town.as_system() as ctx:
        row = ctx.session.get_one(Initiative, initiative)
        row.state, row.reason = over, "Ikke mere" if over is S.STOPPED else ""
    error = refused(Conflict, lambda: council.decide(meeting_id, item_id=item_id, outcome=outcome))
    assert error.field == "item_id"
    if outcome is Outcome.START:
        error = refused(Conflict, lambda: council.decide(meeting_id, started_id=initiative))
        assert error.field == "started_id"


# Shared needs


def sharing_of(council):
    """In the competence area that the town's plans have made already."""
    found, needing = Sharing.__new__(Sharing), Needing.__new__(Needing)
    needing.town, needing.area = council.town, council.plans.area_id
    found.town, found.needing = council.town, needing
    return found


@pytest.fixture
def shared(council):
    """Of n1 and n2, confirmed, of qualified needs."""
    sharing = sharing_of(council)
    cluster_id = sharing.cloakroom("n1", "n2", qualified=True)
    sharing.say("n1", cluster_id)
    sharing.say("n2", cluster_id)
    council.sharing = sharing
    return cluster_id


def cluster(council, cluster_id):
    return council.sharing.row(cluster_id)


def test_a_shared_need_starts_with_an_initiative_that_is_there(council, shared):
    meeting_id = council.meeting()
    initiative = council.plans.make("north", who="area_north")
    item_id = council.item(meeting_id, cluster_id=shared)
    assert cluster(council, shared).state is ClusterState.TAKEN_UP
    made = council.decision(council.decide(meeting_id, item_id=item_id, started_id=initiative))
    assert (made.cluster_id, made.started_id) == (shared, initiative)
    found = cluster(council, shared)
    assert (found.state, found.initiative_id) == (ClusterState.STAFFED, initiative)
    with council.town.as_user("area_north") as ctx:
        assert len(initiatives.tied(ctx, initiative)["need_ids"]) == 2


def test_a_shared_need_is_decided_anew(council, shared):
    meeting_id = council.meeting()
    item_id = council.item(meeting_id, cluster_id=shared)
    first = council.decide(meeting_id, item_id=item_id, outcome=Outcome.NO)
    assert cluster(council, shared).outcome is ClusterOutcome.NO
    council.decide(meeting_id, replaces_id=first, item_id=item_id, new_title="Ro i garderoben")
    assert cluster(council, shared).state is ClusterState.STAFFED


def test_a_shared_need_that_is_taken_off_is_its_houses_again(council, shared):
    first, second = council.meeting(), council.meeting()
    items = [council.item(each, cluster_id=shared) for each in (first, second)]
    remove(council, items[0])
    assert cluster(council, shared).state is ClusterState.TAKEN_UP  # it stands on the other still
    remove(council, items[1])
    assert cluster(council, shared).state is ClusterState.CONFIRMED


@pytest.mark.parametrize(
    "ends", [(MeetingState.CANCELLED,), (MeetingState.HELD, MeetingState.CLOSED)]
)
def test_a_meeting_that_ends_without_deciding_gives_it_back(council, shared, ends):
    meeting_id = council.meeting()
    council.item(meeting_id, cluster_id=shared)
    for to in ends:
        with council.town.as_user("area_north") as ctx:
            forums.move(ctx, meeting_id, to)
    assert cluster(council, shared).state is ClusterState.CONFIRMED


def test_what_one_forum_gives_up_for_its_houses_the_others_still_decide(council):
    sharing = council.sharing = sharing_of(council)
    found = sharing.cloakroom("n1", "n2", "s1", qualified=True)
    for unit in ("n1", "n2", "s1"):
        sharing.say(unit, found)
    south = council.forum("s1", who="admin", member_ids=[])
    below = council.meeting(who="admin", forum_id=south)
    item_id = council.item(below, who="admin", cluster_id=found)
    only = council.decide(
        below,
        who="admin",
        item_id=item_id,
        outcome=Outcome.NO,
        owner_id=council.town.users["admin"],
    )
    assert cluster(council, found).outcome is None
    assert council.decision(only).cluster_id is None
    again = council.decide(
        below,
        who="admin",
        item_id=council.item(below, who="admin", title="Andet"),
        replaces_id=only,
        owner_id=council.town.users["admin"],
    )
    assert council.decision(again).replaces_id == only
    meeting_id = council.meeting()
    council.decide(
        meeting_id, item_id=council.item(meeting_id, cluster_id=found), outcome=Outcome.LATER
    )
    assert cluster(council, found).outcome is ClusterOutcome.LATER
    with council.town.as_user("admin") as ctx:
        told = forums.about(ctx, [forums.Candidate(forums.Subject.CLUSTER, found)])
        assert [each.decision.outcome for each in told] == [Outcome.NO, Outcome.LATER]


# A house that closes


@pytest.fixture
def closed(council):
    """A meeting with a matter, of a forum whose house is closed since."""
    forum_id = council.forum("n1", member_ids=[])
    meeting_id = council.meeting(forum_id=forum_id)
    ahead = council.meeting(forum_id=forum_id, days=9)
    council.item(meeting_id, title="Sprog")
    with council.town.as_system() as ctx:
        place = ctx.session.query(UnitPlacement).filter_by(unit_id=council.town.units["n1"]).one()
        place.to_date = ctx.today
    return forum_id, meeting_id, ahead


def test_a_forum_of_a_closed_house_offers_nothing_and_still_writes(council, closed):
    forum_id, meeting_id, _ahead = closed
    with council.town.as_user("admin") as ctx:
        forum = forums.one(ctx, forum_id)
        found = forums.candidates_to_choose(ctx, forum)
        assert found == {"need": [], "cluster": [], "initiative": []}
        assert forums.initiatives_to_start(ctx, forum) == []
        [item] = forums.agenda(ctx, meeting_id)
        forums.write_minutes(ctx, meeting_id, minutes="Sagt", items={item.id: "Mere"})
        forums.details(ctx, forums.meeting(ctx, meeting_id))
    owner = council.town.users["admin"]
    council.decide(meeting_id, who="admin", item_id=item.id, owner_id=owner)
    with council.town.as_user("admin") as ctx:
        forums.move(ctx, meeting_id, MeetingState.HELD)
        forums.move(ctx, meeting_id, MeetingState.CLOSED)


def test_a_pack_of_a_closed_house_is_refused_and_one_on_its_way_is_empty(council, closed, refused):
    _forum_id, _meeting_id, ahead = closed

    def ask():
        with council.town.as_user("admin") as ctx:
            forums.request_pack(ctx, ahead)

    assert "took over" in str(refused(Conflict, ask))
    pack_id = council.pack(ahead)
    with council.town.as_system() as ctx:
        content = ctx.session.get_one(MeetingPack, pack_id).content
        assert content["needs"] == content["clusters"] == {"rows": [], "total": 0}


# Small things


@pytest.mark.parametrize(
    ("begins", "ends", "field"), [("02:30", "03:10", "begins"), ("01:00", "02:30", "ends")]
)
def test_hours_that_the_clocks_jump_over_are_refused(council, refused, begins, ends, field):
    def plan():
        with council.town.as_user("area_north") as ctx:
            forums.plan(
                ctx,
                council.forum_id,
                day=date(2027, 3, 28),
                begins=time.fromisoformat(begins),
                ends=time.fromisoformat(ends),
                place="Rådhuset",
            )

    assert refused(Invalid, plan).field == field


def test_minutes_too_early_are_told_as_minutes(council, refused):
    meeting_id = council.meeting(days=3)

    def write():
        with council.town.as_user("area_north") as ctx:
            forums.write_minutes(ctx, meeting_id, minutes="Alt")

    error = refused(Conflict, write)
    assert "Minutes" in str(error)
    assert error.field is None


def test_the_most_urgent_needs_are_offered_first(council):
    quiet, acute, large = council.need(), council.need("n2"), council.need()
    with council.town.as_system() as ctx:
        ctx.session.get_one(Need, acute).urgency = Urgency.ACUTE
        ctx.session.get_one(Need, large).staff = 40
    with council.town.as_user("area_north") as ctx:
        forum = forums.one(ctx, council.forum_id)
        offered = [key for key, _title in forums.candidates_to_choose(ctx, forum)["need"]]
        assert offered == [acute, large, quiet]
        found = forums.candidates_to_choose(ctx, forum, words="I N2")
        assert [key for key, _title in found["need"]] == [acute]


def test_a_member_who_moved_away_stays_until_taken_out(council):
    town = council.town
    with town.as_system() as ctx:
        email = ctx.session.get_one(User, town.users["ped_n1"]).email
        for each in ctx.session.query(RoleAssignment).filter_by(user_id=town.users["ped_n1"]):
            each.unit_id = town.units["s1"]
    with town.as_user("area_north") as ctx:
        known = {"forum_id": council.forum_id}
        found = forums.named_by_email(ctx, town.units["north"], [email], **known)
        assert found == [town.users["ped_n1"]]
        with pytest.raises(NotFound):
            forums.named_by_email(ctx, town.units["north"], [email])
