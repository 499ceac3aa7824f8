"""Lists, tasks, follow-through and what calls on home pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import Outcome, Owner
from tenant_app.anchoring.service import Figures, Standing
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.errors import Forbidden, NotFound
from tenant_app.enrolments import service as enrolments
from tests.anchoring.conftest import ENDS


def follow_up(practice, plan_id, *, who="leader_n1", shared=0, tried=0, now=None):
    """The plan is completed, shared and tried so many days after the last day."""
    practice.complete(plan_id, leader=who)
    with practice.town.as_user(who, now=now or practice.later + timedelta(days=200)) as ctx:
        if shared is not None:
            day = ENDS + timedelta(days=shared)
            anchoring.record_sharing(ctx, plan_id, shared_on=day, place="Møde")
        if tried is not None:
            day = ENDS + timedelta(days=tried)
            trial = anchoring.begin_trial(ctx, plan_id, hypothesis="a", signs="b", begins_on=ENDS)
            anchoring.end_trial(ctx, trial.id, outcome=Outcome.KEEP, result="c", evaluated_on=day)


def figures(town, who, *, days):
    with town.as_user(who) as ctx:
        found = anchoring.follow_through(ctx, as_of=ENDS + timedelta(days=days))
        return {each.unit_id: each.figures for each in found.units}, found.total


def test_follow_through_is_shared_and_tried_in_time_of_the_completed(town, practice):
    follow_up(practice, practice.plan(), shared=10, tried=90)
    follow_up(practice, practice.plan(), shared=10, tried=91)
    follow_up(practice, practice.plan(), shared=10, tried=None)
    follow_up(practice, practice.plan("ped_s1_1"), who="leader_s1", shared=None, tried=None)
    practice.plan("ped_n2_1")  # not completed: its course is over all the same

    units, total = figures(town, "admin", days=300)

    n1, n2, s1 = (units[town.units[name]] for name in ("n1", "n2", "s1"))
    assert (n1.completed, n1.shared, n1.tried, n1.followed) == (3, 3, 1, 1)
    assert (s1.completed, s1.followed, s1.in_time) == (1, 0, 0)
    assert (n2.completed, n2.overdue) == (0, 4)
    assert total.completed == 4
    assert total.percent == 25


def test_as_of_an_earlier_day_only_what_had_happened_counts(town, practice):
    follow_up(practice, practice.plan(), shared=10, tried=60)

    for days, wanted in {
        -1: (0, 0, 0, 0),
        0: (1, 0, 0, 1),
        10: (1, 1, 0, 1),
        60: (1, 1, 1, 0),
    }.items():
        found = figures(town, "admin", days=days)[0].get(town.units["n1"], Figures())
        assert (found.completed, found.shared, found.followed, found.in_time) == wanted, days


def test_the_municipality_sets_within_how_many_days(make_practice):
    practice = make_practice(follow_up_days=30)
    follow_up(practice, practice.plan(), shared=10, tried=31)
    units, _total = figures(practice.town, "admin", days=300)
    assert units[practice.town.units["n1"]].followed == 0


def test_follow_through_shows_the_units_in_sight(town, practice):
    follow_up(practice, practice.plan())
    follow_up(practice, practice.plan("ped_s1_1"), who="leader_s1")

    assert set(figures(town, "area_north", days=300)[0]) == {town.units["n1"]}
    assert set(figures(town, "auditor", days=300)[0]) == {town.units["n1"], town.units["s1"]}
    with town.as_user("ped_n1") as ctx, pytest.raises(Forbidden):
        anchoring.follow_through(ctx, as_of=ENDS)


def test_lists_are_cut_to_the_reader_and_filtered(town, practice):
    late = practice.plan()
    other = practice.plan("ped_s1_1", form=CourseForm.LECTURE)
    with town.as_user("leader_s1", now=practice.later) as ctx:
        enrolments.no_show(ctx, practice.enrolment_of(other))

    def listed(who, **filters):
        with town.as_user(who, now=practice.later) as ctx:
            return [plan.id for plan in anchoring.listing(ctx, **filters).items]

    assert set(listed("admin")) == {late, other}
    assert listed("leader_n1") == listed("area_north") == listed("ped_n1") == [late]
    assert listed("leader_n2") == listed("ped_n2") == []
    assert listed("admin", standing=Standing.OVERDUE) == [late]
    assert listed("admin", standing=Standing.CLOSED) == [other]
    assert listed("admin", standing=Standing.FINISHED) == []
    assert listed("admin", standing=Standing.OPEN) == []
    assert listed("admin", form=CourseForm.LECTURE) == [other]
    assert listed("admin", unit_id=town.units["north"]) == [late]
    assert listed("admin", employee="ped_s1") == [other]
    with town.as_user("leader_n1") as ctx, pytest.raises(NotFound):
        anchoring.listing(ctx, unit_id=town.units["s1"])


def test_a_standing_in_a_list_is_the_one_the_plan_is_counted_as(town, practice):
    practice.plan()
    practice.plan(form=CourseForm.LECTURE)
    for now in (town.now, practice.later):
        with town.as_user("leader_n1", now=now) as ctx:
            plans = anchoring.listing(ctx).items
            found = anchoring.progress(ctx, plans)
            for standing in Standing:
                listed = {plan.id for plan in anchoring.listing(ctx, standing=standing).items}
                assert listed == {key for key, each in found.items() if each.standing is standing}


def test_what_is_due_first_comes_first(town, practice):
    near = town.today + timedelta(days=20)
    second = practice.plan()
    first = practice.plan(starts_on=near, ends_on=near, deadline=near)
    with town.as_user("leader_n1") as ctx:
        assert [plan.id for plan in anchoring.listing(ctx).items] == [first, second]
        days = [item.due_on for item in anchoring.tasks(ctx).items]
    assert days == sorted(days)


def test_tasks_are_what_is_left(town, practice):
    plan_id = practice.plan()
    with town.as_user("leader_n1") as ctx:
        anchoring.tick(ctx, practice.item(plan_id, "agree", owner="leader").id)
        left = anchoring.tasks(ctx)
        mine = anchoring.tasks(ctx, owner=Owner.LEADER)
        soon = anchoring.tasks(ctx, until=town.today)
        below = anchoring.tasks(ctx, unit_id=town.units["n1"])
    assert len(left.items) == len(below.items) == 3
    assert not mine.items
    assert not soon.items


def test_a_home_page_tells_ones_own_the_leaders_and_where_it_is_late(town, practice):
    practice.plan()
    practice.plan("ped_s1_1")

    def due(who, **kinds):
        wanted = {"own": False, "led": False, "above": False} | kinds
        with town.as_user(who, now=practice.later) as ctx:
            return anchoring.due_now(ctx, **wanted, most=6)

    own = due("ped_n1", own=True)
    assert [each.late for each in own["own"]] == [1, 1], "the note and, at the time, no more"
    assert due("leader_n1", led=True)["led"][0].late == 1
    units = due("area_north", above=True)["unit"]
    assert [(each.unit_id, each.late) for each in units] == [(town.units["n1"], 2)]
    assert not any(due("ped_n1").values())


def test_nothing_is_due_of_a_lost_place(town, practice):
    plan_id = practice.plan()
    with town.as_user("leader_n1") as ctx:
        enrolments.cancel(ctx, practice.enrolment_of(plan_id), note="Sygdom")
    with town.as_user("area_north", now=practice.later) as ctx:
        found = anchoring.due_now(ctx, own=True, led=True, above=True, most=6)
    assert not any(found.values())
