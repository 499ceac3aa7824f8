"""What is decided follows at once; one decision stands on a candidate; owners finish."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.forums import service as forums
from tenant_app.forums.models import MeetingState, Outcome
from tenant_app.forums.service import Candidate, Standing, Subject
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative, InitiativeState
from tenant_app.needs import service as needs
from tenant_app.needs.models import Confidentiality, Need, NeedState
from tests.forums.conftest import BIG
from tests.needs.conftest import ENOUGH

S = InitiativeState


@pytest.fixture
def meeting_id(council):
    return council.meeting()


def on(council, meeting_id, where="n1"):
    """(need, its item on the agenda)."""
    need_id = council.need(where)
    return need_id, council.item(meeting_id, need_id=need_id)


def test_a_need_that_starts_comes_before_others_with_an_initiative_of_its_own(council, meeting_id):
    need_id, item_id = on(council, meeting_id)
    made = council.decision(
        council.decide(meeting_id, item_id=item_id, new_title="Sprog i garderoben")
    )
    assert council.need_state(need_id) is NeedState.PRIORITISED
    with council.town.as_user("area_north") as ctx:
        found = initiatives.one(ctx, made.started_id)
        assert found.initiative.title == "Sprog i garderoben"
        assert found.initiative.unit_id == council.town.units["north"]
        assert found.initiative.people == 4
        assert [each.need.id for each in found.needs] == [need_id]
        assert [each.unit.id for each in found.units] == [council.town.units["n1"]]
    assert (made.need_id, made.item_id) == (need_id, item_id)


def test_an_initiative_that_is_there_goes_on_for_the_need(council, meeting_id):
    need_id, item_id = on(council, meeting_id)
    other = council.plans.make("north", who="area_north")
    made = council.decision(council.decide(meeting_id, item_id=item_id, started_id=other))
    assert made.started_id == other
    with council.town.as_user("area_north") as ctx:
        assert initiatives.tied(ctx, other)["need_ids"] == {need_id}


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.START, NeedState.PRIORITISED),
        (Outcome.LATER, NeedState.PARKED),
        (Outcome.NO, NeedState.REJECTED),
    ],
)
def test_a_need_follows_the_outcome(council, meeting_id, outcome, state):
    need_id, item_id = on(council, meeting_id)
    council.decide(meeting_id, item_id=item_id, outcome=outcome, text="Vi venter til marts.")
    with council.town.as_system() as ctx:
        need = ctx.session.get_one(Need, need_id)
        assert need.state is state
        assert need.reason == ("" if outcome is Outcome.START else "Vi venter til marts.")


@pytest.mark.parametrize(
    ("outcome", "before", "after"),
    [
        (Outcome.START, S.IDEA, S.PRIORITISED),
        (Outcome.START, S.QUALIFIED, S.PRIORITISED),
        (Outcome.START, S.PRIORITISED, S.PRIORITISED),
        (Outcome.LATER, S.QUALIFIED, S.QUALIFIED),
        (Outcome.NO, S.QUALIFIED, S.STOPPED),
    ],
)
def test_an_initiative_follows_the_outcome(council, meeting_id, outcome, before, after):
    initiative = council.plans.make("n1", state=before, need_ids=[council.need()])
    item_id = council.item(meeting_id, initiative_id=initiative)
    made = council.decision(council.decide(meeting_id, item_id=item_id, outcome=outcome))
    assert council.initiative_state(initiative) is after
    assert made.initiative_id == initiative
    assert made.started_id == (initiative if outcome is Outcome.START else None)


def test_another_matter_can_start_something_too(council, meeting_id, refused):
    item_id = council.item(meeting_id, title="Netværk for ledere")
    error = refused(
        Invalid, lambda: council.decide(meeting_id, item_id=item_id, new_title="Netværk")
    )
    assert error.field == "people"
    made = council.decision(
        council.decide(meeting_id, item_id=item_id, new_title="Netværk", people=8)
    )
    with council.town.as_system() as ctx:
        assert ctx.session.get_one(Initiative, made.started_id).people == 8
    assert council.decision(council.decide(meeting_id, text="Vi mødes igen i maj.")).item_id is None


def test_what_cannot_follow_undoes_the_decision(council, meeting_id, refused):
    """The need was rejected in its own room between the agenda and the decision."""
    need_id, item_id = on(council, meeting_id)
    with council.town.as_system() as ctx:
        ctx.session.get_one(Need, need_id).state = NeedState.REJECTED
    refused(Conflict, lambda: council.decide(meeting_id, item_id=item_id, new_title="Alligevel"))
    initiative = council.plans.make("n1", state=S.QUALIFIED)
    other = council.item(meeting_id, initiative_id=initiative)
    refused(Invalid, lambda: council.decide(meeting_id, item_id=other, new_title="En til"))
    third = council.plans.make("north", who="area_north")
    refused(Invalid, lambda: council.decide(meeting_id, item_id=other, started_id=third))


def test_one_decision_stands_and_who_decides_anew_names_it(council, meeting_id, refused):
    need_id, item_id = on(council, meeting_id)
    first = council.decide(meeting_id, item_id=item_id, outcome=Outcome.LATER, text="Til efteråret")
    error = refused(Conflict, lambda: council.decide(meeting_id, item_id=item_id))
    assert error.field == "replaces_id"
    assert "Til efteråret" in str(error)
    later = council.meeting(days=-1)
    second = council.decide(later, replaces_id=first, text="Nu er der råd", outcome=Outcome.NO)
    assert council.need_state(need_id) is NeedState.REJECTED
    old, new = council.decision(first), council.decision(second)
    assert old.replaced_at is not None
    assert (new.need_id, new.replaces_id) == (need_id, first)
    error = refused(Conflict, lambda: council.decide(later, replaces_id=first))
    assert error.field == "replaces_id"
    with council.town.as_user("leader_n1") as ctx:
        assert forums.replaced_by(ctx, first).id == second


def test_a_parked_need_is_taken_up_again_by_a_decision_that_replaces(council, meeting_id):
    need_id, item_id = on(council, meeting_id)
    for source, role in ENOUGH:
        with council.town.as_user("leader_n1") as ctx:
            needs.add_evidence(
                ctx,
                need_id,
                source=source,
                role=role,
                text="Set på stuen",
                confidentiality=Confidentiality.OPEN,
            )
    first = council.decide(meeting_id, item_id=item_id, outcome=Outcome.LATER)
    assert council.need_state(need_id) is NeedState.PARKED
    council.decide(meeting_id, replaces_id=first, item_id=item_id)
    assert council.need_state(need_id) is NeedState.PRIORITISED


def test_a_decision_about_something_else_is_not_replaced(council, meeting_id, refused):
    _need, item_id = on(council, meeting_id)
    first = council.decide(meeting_id, item_id=item_id)
    _other_need, other = on(council, meeting_id, "n2")
    error = refused(Conflict, lambda: council.decide(meeting_id, item_id=other, replaces_id=first))
    assert error.field == "replaces_id"
    error = refused(NotFound, lambda: council.decide(meeting_id, replaces_id=uuid4()))
    assert error.field == "replaces_id"


def test_what_another_forum_decided_is_not_decided_over_its_head(council, refused):
    need_id = council.need("n1")
    top = council.forum("root", who="admin", member_ids=[])
    above = council.meeting(who="admin", forum_id=top)
    item = council.item(above, who="admin", need_id=need_id)
    first = council.decide(above, who="admin", item_id=item, text="Kommunens egen sag")
    below = council.meeting()
    own = council.item(below, need_id=need_id)
    error = refused(Forbidden, lambda: council.decide(below, item_id=own))
    assert "Kommunens egen sag" not in str(error)
    refused(NotFound, lambda: council.decide(below, item_id=own, replaces_id=first))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"text": BIG}, "text"),
        ({"text": " "}, "text"),
        ({"new_title": BIG, "people": 3}, "title"),
        ({"outcome": Outcome.NO, "new_title": "X"}, "new_title"),
    ],
)
def test_what_cannot_be_right_is_refused(council, meeting_id, refused, facts, field):
    assert refused(Invalid, lambda: council.decide(meeting_id, **facts)).field == field


def test_days_owners_and_links_are_checked(council, meeting_id, refused):
    town, early = council.town, council.today - timedelta(days=5)

    def refuse(kind, **facts):
        return refused(kind, lambda: council.decide(meeting_id, **facts)).field

    assert refuse(Invalid, due_on=early) == "due_on"
    assert refuse(NotFound, owner_id=town.users["leader_s1"]) == "owner_id"
    assert refuse(NotFound, item_id=uuid4()) == "item_id"
    assert refuse(NotFound, started_id=uuid4()) == "started_id"


def test_only_who_keeps_the_forum_decides_and_once_the_meeting_has_begun(council, refused):
    meeting_id, ahead = council.meeting(), council.meeting(days=2)
    refused(Forbidden, lambda: council.decide(meeting_id, who="leader_n1"))
    refused(NotFound, lambda: council.decide(meeting_id, who="area_south"))
    refused(Conflict, lambda: council.decide(ahead))
    with council.town.as_user("area_north") as ctx:
        forums.move(ctx, meeting_id, MeetingState.HELD)
        forums.move(ctx, meeting_id, MeetingState.CLOSED)
    refused(Conflict, lambda: council.decide(meeting_id))


def finish(council, decision_id, who, **facts):
    with council.town.as_user(who) as ctx:
        forums.finish(ctx, decision_id, **facts)


def test_the_owner_finishes_it_once(council, meeting_id, refused):
    made = council.decide(meeting_id)
    refused(Forbidden, lambda: finish(council, made, "leader_n2"))
    refused(NotFound, lambda: finish(council, made, "leader_s1"))
    refused(Invalid, lambda: finish(council, made, "leader_n1", note=BIG))
    finish(council, made, "leader_n1", note="Holdt i maj")
    assert council.decision(made).done_on == council.today
    refused(Conflict, lambda: finish(council, made, "area_north"))


def test_an_owner_outside_the_forum_finds_their_own_decision(council, meeting_id):
    made = council.decide(meeting_id, owner_id=council.town.users["ped_n2"])
    council.decide(meeting_id)
    with council.town.as_user("ped_n2") as ctx:
        assert [each.id for each in forums.decisions(ctx).items] == [made]
        with pytest.raises(NotFound):
            forums.meeting(ctx, meeting_id)
    finish(council, made, "ped_n2")


def test_the_log_is_filtered(council, meeting_id):
    late = council.decide(meeting_id, due_on=council.today - timedelta(days=1))
    open_ = council.decide(meeting_id)
    done = council.decide(meeting_id, outcome=Outcome.NO)
    finish(council, done, "area_north")
    with council.town.as_user("auditor") as ctx:
        for standing, expected in (
            (Standing.OVERDUE, [late]),
            (Standing.OPEN, [open_]),
            (Standing.DONE, [done]),
            (Standing.REPLACED, []),
        ):
            found = forums.decisions(ctx, standing=standing)
            assert [each.id for each in found.items] == expected
        found = forums.decisions(ctx, outcome=Outcome.NO, forum_id=council.forum_id)
        assert [each.id for each in found.items] == [done]
        with pytest.raises(NotFound):
            forums.decisions(ctx, forum_id=uuid4())


def test_decisions_are_told_to_who_sees_the_need_and_the_meeting_to_who_sees_the_forum(
    council, meeting_id
):
    need_id, item_id = on(council, meeting_id, "n1")
    made = council.decision(council.decide(meeting_id, item_id=item_id, new_title="Sammen"))
    for who, sees in (("leader_n1", True), ("leader_n2", True), ("ped_s1", False)):
        with council.town.as_user(who) as ctx:
            [told] = forums.about(ctx, [Candidate(Subject.NEED, need_id)])
            assert told.decision.id == made.id
            assert told.seen is sees
    with council.town.as_user("admin") as ctx:
        [told] = forums.about(ctx, [Candidate(Subject.INITIATIVE, made.started_id)])
        assert told.decision.id == made.id
        assert forums.about(ctx, []) == []
