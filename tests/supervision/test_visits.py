"""A visit from its planning to its report: by whom, in which order, and what is refused."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest

from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.supervision import service as supervision
from tenant_app.supervision.models import Notice, Verdict, VisitState
from tests.supervision.conftest import TODAY

BIG = "x" * 102_400


def changing(inspectorate, who, visit_id, **facts):
    given = {
        "visit_on": TODAY,
        "notice": Notice.UNANNOUNCED,
        "by_whom": "To konsulenter",
        "heightened": True,
    }
    with inspectorate.town.as_user(who) as ctx:
        return supervision.change(ctx, visit_id, **given | facts)


def test_a_visit_goes_from_plan_to_report(town, inspectorate):
    visit_id = inspectorate.planned(on=TODAY + timedelta(days=10))
    changing(inspectorate, "area_north", visit_id, visit_on=TODAY)
    with town.as_user("area_north") as ctx:
        supervision.hold(ctx, visit_id, visit_on=TODAY, heightened=True)
    inspectorate.found(visit_id)
    with town.as_user("consultant") as ctx:
        made = supervision.publish(
            ctx, visit_id, published_on=TODAY, report_link="https://hus.dk/tilsyn"
        )
        assert (made.state, made.published_on) == (VisitState.REPORTED, TODAY)
    with town.as_user("leader_n1") as ctx:
        found = supervision.details(ctx, visit_id)
        assert found.visit.heightened
        assert [each.text for each in found.findings] == ["Legen afbrydes"]


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        *(("leader_n1", Forbidden), ("auditor", Forbidden)),
        *(("area_south", NotFound), ("leader_n2", NotFound), ("ped_n1", NotFound)),
    ],
)
def test_others_do_not_keep_visits(town, inspectorate, who, kind):
    visit_id = inspectorate.planned()
    held = inspectorate.held()
    finding = inspectorate.found(held)

    def acting(call):
        def act():
            with town.as_user(who) as ctx:
                call(ctx)

        return act

    for call in (
        lambda ctx: supervision.hold(ctx, visit_id, visit_on=TODAY),
        lambda ctx: supervision.call_off(ctx, visit_id, why="Nej"),
        lambda ctx: supervision.publish(ctx, held, published_on=TODAY),
        lambda ctx: supervision.remove_finding(ctx, finding),
        lambda ctx: supervision.add_finding(
            ctx, held, area_id=inspectorate.area_id, verdict=Verdict.STRENGTH, text="Ro"
        ),
    ):
        inspectorate.refused(kind, acting(call))
    inspectorate.refused(kind, lambda: changing(inspectorate, who, visit_id))


def test_nobody_plans_where_they_do_not_keep_visits(inspectorate):
    inspectorate.refused(Forbidden, lambda: inspectorate.planned("n1", who="leader_n1"))
    inspectorate.refused(NotFound, lambda: inspectorate.planned("s1", who="area_north"))
    inspectorate.refused(Invalid, lambda: inspectorate.planned("north"))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"visit_on": date(1999, 1, 1)}, "visit_on"),
        ({"visit_on": date(2040, 1, 1)}, "visit_on"),
        ({"by_whom": " "}, "by_whom"),
        ({"by_whom": BIG}, "by_whom"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_at_its_field(inspectorate, facts, field):
    visit_id = inspectorate.planned()
    error = inspectorate.refused(
        Invalid, lambda: changing(inspectorate, "consultant", visit_id, **facts)
    )
    assert error.field == field


def test_the_steps_keep_their_order(town, inspectorate):
    planned, held = inspectorate.planned(), inspectorate.held()
    gone, reported = inspectorate.planned(), inspectorate.published("n1", TODAY)
    with town.as_user("consultant") as ctx:
        supervision.call_off(ctx, gone, why="Ombygning")

    def doing(verb, visit_id, **facts):
        def do():
            with town.as_user("consultant") as ctx:
                verb(ctx, visit_id, **facts)

        return do

    for visit_id in (planned, gone, reported):
        inspectorate.refused(Conflict, doing(supervision.publish, visit_id, published_on=TODAY))
        inspectorate.refused(Conflict, lambda visit_id=visit_id: inspectorate.found(visit_id))
    for visit_id in (held, gone, reported):
        inspectorate.refused(Conflict, doing(supervision.hold, visit_id, visit_on=TODAY))
        inspectorate.refused(Conflict, doing(supervision.call_off, visit_id, why="Nej"))
    for visit_id in (gone, reported):
        inspectorate.refused(
            Conflict,
            lambda visit_id=visit_id: changing(inspectorate, "consultant", visit_id),
        )


def test_days_that_have_not_come_are_not_held_nor_published(town, inspectorate):
    visit_id = inspectorate.planned(on=TODAY + timedelta(days=3))
    held = inspectorate.held(on=TODAY - timedelta(days=3))

    def doing(verb, key, **facts):
        def do():
            with town.as_user("consultant") as ctx:
                verb(ctx, key, **facts)

        return do

    tomorrow = TODAY + timedelta(days=1)
    for call in (
        doing(supervision.hold, visit_id, visit_on=tomorrow),
        doing(supervision.publish, held, published_on=tomorrow),
        doing(supervision.publish, held, published_on=TODAY - timedelta(days=4)),
        doing(supervision.publish, held, published_on=TODAY, report_link="javascript:x"),
    ):
        inspectorate.refused(Invalid, call)


def test_a_finding_needs_an_area_and_a_text_that_fits(town, inspectorate):
    visit_id = inspectorate.held()
    assert inspectorate.refused(Invalid, lambda: inspectorate.found(visit_id, BIG)).field == "text"
    assert inspectorate.refused(Invalid, lambda: inspectorate.found(visit_id, " ")).field == "text"

    def elsewhere():
        with town.as_user("consultant") as ctx:
            supervision.add_finding(
                ctx, visit_id, area_id=uuid4(), verdict=Verdict.STRENGTH, text="Ro"
            )

    assert inspectorate.refused(NotFound, elsewhere).field == "area_id"


def test_a_finding_is_removed_until_the_report_is_published(town, inspectorate):
    visit_id = inspectorate.held()
    first, second = inspectorate.found(visit_id), inspectorate.found(visit_id, "Mere")
    with town.as_user("consultant") as ctx:
        supervision.remove_finding(ctx, first)
        supervision.publish(ctx, visit_id, published_on=TODAY)

    def remove():
        with town.as_user("consultant") as ctx:
            supervision.remove_finding(ctx, second)

    inspectorate.refused(Conflict, remove)


def test_the_leader_plans_what_follows_and_ticks_it_once(town, inspectorate):
    visit_id = inspectorate.published("n1", TODAY)
    task = inspectorate.agreed(visit_id)
    with town.as_user("leader_n1") as ctx:
        done = supervision.finish(ctx, task, note="Det virker")
        assert (done.done_on, done.done_by) == (TODAY, town.users["leader_n1"])

    def again():
        with town.as_user("leader_n1") as ctx:
            supervision.finish(ctx, task)

    inspectorate.refused(Conflict, again)


def test_two_who_tick_at_once_tick_it_once(town, inspectorate):
    task = inspectorate.agreed(inspectorate.held())
    outcomes = []

    def click(who):
        try:
            with town.as_user(who) as ctx:
                supervision.finish(ctx, task, note=who)
            outcomes.append("done")
        except Conflict:
            outcomes.append("told")

    threads = [
        threading.Thread(target=click, args=(who,)) for who in ("leader_n1", "area_north") * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done"] + ["told"] * 3


@pytest.mark.parametrize(
    ("who", "kind"), [("auditor", Forbidden), ("leader_n2", NotFound), ("ped_n1", NotFound)]
)
def test_others_do_not_follow_up(town, inspectorate, who, kind):
    visit_id = inspectorate.held()
    task = inspectorate.agreed(visit_id)

    def add():
        with town.as_user(who) as ctx:
            supervision.follow_up(ctx, visit_id, text="A", owner="B", due_on=TODAY)

    def tick():
        with town.as_user(who) as ctx:
            supervision.finish(ctx, task)

    inspectorate.refused(kind, add)
    inspectorate.refused(kind, tick)


def test_a_plan_needs_a_visit_that_was_held_and_a_day_after_it(town, inspectorate):
    planned, held = inspectorate.planned(), inspectorate.held()
    inspectorate.refused(Conflict, lambda: inspectorate.agreed(planned))
    early = TODAY - timedelta(days=1)
    assert (
        inspectorate.refused(Invalid, lambda: inspectorate.agreed(held, due=early)).field
        == "due_on"
    )


def test_lists_are_of_ones_own_units_and_can_be_narrowed(town, inspectorate):
    north, south = inspectorate.held("n1"), inspectorate.planned("s1")
    inspectorate.agreed(north, due=TODAY)
    with town.as_user("consultant") as ctx:
        assert {each.id for each in supervision.visits(ctx).items} == {north, south}
        planned = supervision.visits(ctx, state=VisitState.PLANNED).items
        assert [each.id for each in planned] == [south]
        below = supervision.visits(ctx, unit_id=town.units["north"]).items
        assert [each.id for each in below] == [north]
        assert not supervision.visits(ctx, late=True).items
    with town.as_user("leader_s1") as ctx:
        assert [each.id for each in supervision.visits(ctx).items] == [south]
    with town.as_user("consultant", now=town.now + timedelta(days=1)) as ctx:
        assert [each.id for each in supervision.visits(ctx, late=True).items] == [north]
        counts = supervision.counts(ctx, [north, south])
    assert (counts[north].left, counts[north].late, counts[south].left) == (1, 1, 0)


def test_what_is_of_another_municipality_never_was(make_town, inspectorate):
    other = make_town()
    visit_id = inspectorate.planned()
    finding = inspectorate.found(inspectorate.held())
    for key in (visit_id, uuid4()):
        with pytest.raises(NotFound), other.as_user("consultant") as ctx:
            supervision.details(ctx, key)
        with pytest.raises(NotFound), other.as_user("consultant") as ctx:
            supervision.hold(ctx, key, visit_on=TODAY)
    with pytest.raises(NotFound), other.as_user("consultant") as ctx:
        supervision.remove_finding(ctx, finding)
