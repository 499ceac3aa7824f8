"""Sharing, trials and observations: by whom, from when, and what they finish."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest

from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import Outcome, Seen
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.enrolments import service as enrolments
from tests.anchoring.conftest import ENDS, STARTS

BIG = "x" * 102_400
TRIAL = {"hypothesis": "Hvis vi venter på barnet", "signs": "Barnet svarer"}


@pytest.fixture
def plan_id(practice):
    return practice.plan()


def later(practice, who):
    return practice.town.as_user(who, now=practice.later)


def share(practice, who, plan_id, **facts):
    with later(practice, who) as ctx:
        return anchoring.record_sharing(
            ctx, plan_id, **{"shared_on": ENDS, "place": "Personalemøde", "text": "Om leg"} | facts
        )


def begin(practice, who, plan_id, **facts):
    with later(practice, who) as ctx:
        return anchoring.begin_trial(ctx, plan_id, **TRIAL | {"begins_on": ENDS} | facts).id


def end(practice, who, trial_id, **facts):
    given = {"outcome": Outcome.KEEP, "result": "Flere svar", "evaluated_on": ENDS}
    with later(practice, who) as ctx:
        return anchoring.end_trial(ctx, trial_id, **given | facts)


def observe(practice, who, plan_id, **facts):
    with later(practice, who) as ctx:
        return anchoring.record_observation(
            ctx, plan_id, **{"observed_on": ENDS, "seen": Seen.YES, "text": "Set"} | facts
        )


def refused(practice, kind, call):
    before = practice.everything()
    with pytest.raises(kind) as caught:
        call()
    assert practice.everything() == before
    return caught.value


@pytest.mark.parametrize("who", ["ped_n1", "leader_n1", "area_north"])
def test_a_recorded_sharing_finishes_the_plans_sharing(town, practice, plan_id, who):
    share(practice, who, plan_id)

    item = practice.item(plan_id, "share")
    assert (item.done_on, item.done_by) == (ENDS, town.users[who])
    assert practice.item(plan_id, "trial").done_on is None


def test_sharing_again_keeps_the_first_day_of_the_item(practice, plan_id):
    share(practice, "ped_n1", plan_id)
    share(practice, "ped_n1", plan_id, shared_on=ENDS + timedelta(days=3))

    assert practice.item(plan_id, "share").done_on == ENDS
    with later(practice, "ped_n1") as ctx:
        assert len(anchoring.details(ctx, plan_id).sharings) == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"shared_on": STARTS - timedelta(days=1)}, "shared_on"),
        ({"shared_on": date(2027, 1, 1)}, "shared_on"),
        ({"place": "  "}, "place"),
        ({"place": BIG}, "place"),
        ({"text": BIG}, "text"),
    ],
)
def test_a_sharing_that_cannot_be_is_refused_at_its_field(practice, plan_id, facts, field):
    error = refused(practice, Invalid, lambda: share(practice, "ped_n1", plan_id, **facts))
    assert error.field == field


def test_a_trial_has_its_result_and_finishes_the_plans_trial(practice, plan_id):
    trial_id = begin(practice, "ped_n1", plan_id)
    assert practice.item(plan_id, "trial").done_on is None
    end(practice, "ped_n1", trial_id, outcome=Outcome.ADAPT)

    assert practice.item(plan_id, "trial").done_on == ENDS
    with later(practice, "leader_n1") as ctx:
        story = anchoring.details(ctx, plan_id)
    assert story.open_trial is None
    assert [trial.outcome for trial, _ in story.trials] == [Outcome.ADAPT]


def test_one_trial_at_a_time_and_another_after_its_result(practice, plan_id):
    first = begin(practice, "ped_n1", plan_id)
    refused(practice, Conflict, lambda: begin(practice, "leader_n1", plan_id))
    end(practice, "ped_n1", first, outcome=Outcome.DROP)
    begin(practice, "ped_n1", plan_id)


def test_two_who_begin_at_once_begin_one(practice, plan_id):
    outcomes = []

    def click(who):
        try:
            begin(practice, who, plan_id)
            outcomes.append("begun")
        except Conflict:
            outcomes.append("told")

    threads = [threading.Thread(target=click, args=(who,)) for who in ("ped_n1", "leader_n1") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["begun"] + ["told"] * 3


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"begins_on": STARTS - timedelta(days=1)}, "begins_on"),
        ({"begins_on": date(2040, 1, 1)}, "begins_on"),
        ({"hypothesis": ""}, "hypothesis"),
        ({"signs": BIG}, "signs"),
    ],
)
def test_a_trial_that_cannot_be_is_refused_at_its_field(practice, plan_id, facts, field):
    error = refused(practice, Invalid, lambda: begin(practice, "ped_n1", plan_id, **facts))
    assert error.field == field


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"evaluated_on": ENDS - timedelta(days=1)}, "evaluated_on"),
        ({"evaluated_on": date(2027, 1, 1)}, "evaluated_on"),
        ({"result": " "}, "result"),
        ({"result": BIG}, "result"),
    ],
)
def test_a_result_that_cannot_be_is_refused_at_its_field(practice, plan_id, facts, field):
    trial_id = begin(practice, "ped_n1", plan_id)
    error = refused(practice, Invalid, lambda: end(practice, "ped_n1", trial_id, **facts))
    assert error.field == field


def test_a_trial_ends_once(practice, plan_id):
    trial_id = begin(practice, "ped_n1", plan_id)
    end(practice, "ped_n1", trial_id)
    refused(practice, Conflict, lambda: end(practice, "ped_n1", trial_id, outcome=Outcome.DROP))


def test_the_leader_observes_and_looks_again_until_it_is_there(make_practice):
    practice = make_practice(leader_observes=True)
    plan_id = practice.plan()
    observe(practice, "leader_n1", plan_id, seen=Seen.NOT_YET)
    assert practice.item(plan_id, "observe").done_on is None

    observe(practice, "leader_n1", plan_id, seen=Seen.PARTLY)
    assert practice.item(plan_id, "observe").done_on == ENDS


def test_a_leader_does_not_observe_oneself_and_the_area_leader_does(town, practice):
    with town.as_user("leader_n1") as ctx:
        [made] = enrolments.request(
            ctx, session_id=practice.session(), employee_ids=[town.employees["leder_n1"]]
        )
    with town.as_user("area_north") as ctx:
        enrolments.approve(ctx, made.id)
    plan_id = practice.plan_of(made.id)

    refused(practice, Forbidden, lambda: observe(practice, "leader_n1", plan_id))
    observe(practice, "area_north", plan_id)


@pytest.mark.parametrize(
    ("who", "kind"),
    [("auditor", Forbidden), ("leader_n2", NotFound), ("ped_n2", NotFound), ("ped_s1", NotFound)],
)
def test_others_record_nothing(practice, plan_id, who, kind):
    trial_id = begin(practice, "ped_n1", plan_id)
    for call in (
        lambda: share(practice, who, plan_id),
        lambda: begin(practice, who, plan_id),
        lambda: end(practice, who, trial_id),
        lambda: observe(practice, who, plan_id),
    ):
        refused(practice, kind, call)


def test_the_participant_does_not_observe(practice, plan_id):
    refused(practice, Forbidden, lambda: observe(practice, "ped_n1", plan_id))


def test_the_plan_of_a_lost_place_records_nothing_more(town, practice, plan_id):
    trial_id = begin(practice, "ped_n1", plan_id)
    with later(practice, "leader_n1") as ctx:
        enrolments.no_show(ctx, practice.enrolment_of(plan_id))

    for call in (
        lambda: share(practice, "ped_n1", plan_id),
        lambda: begin(practice, "ped_n1", plan_id),
        lambda: end(practice, "ped_n1", trial_id),
        lambda: observe(practice, "leader_n1", plan_id),
    ):
        refused(practice, Conflict, call)


def test_what_is_of_another_municipality_never_was(make_practice, practice, plan_id):
    other = make_practice()
    trial_id = begin(practice, "ped_n1", plan_id)
    for key in (plan_id, uuid4()):
        refused(other, NotFound, lambda key=key: share(other, "leader_n1", key))
        refused(other, NotFound, lambda key=key: observe(other, "admin", key))
    for key in (trial_id, uuid4()):
        refused(other, NotFound, lambda key=key: end(other, "leader_n1", key))
