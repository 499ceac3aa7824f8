"""The red thread: neighbours of every link, what hangs loose, and what serves the goals."""

from __future__ import annotations

from datetime import date

import pytest
from flask_smorest import Api

from admin import chain as chain_panel
from admin import goal_tree as tree_panel
from admin import goals as goals_panel
from tenant_app.anchoring.models import Outcome, PracticeTrial, Sharing
from tenant_app.budgets.models import MoneyState
from tenant_app.core.db import uuid7
from tenant_app.core.errors import Forbidden, NotFound
from tenant_app.enrolments.models import EnrolmentState
from tenant_app.goals import service as goals
from tenant_app.initiatives.models import InitiativeState
from tenant_app.needs.models import NeedState
from tenant_app.reports import service as reports
from tenant_app.reports.api import blueprints
from tenant_app.reports.rules import Break, LinkKind
from tenant_app.web import errors
from tests.catalogue.door import Door, panel_of
from tests.reports.conftest import NOVEMBER
from tests.reports.threads import Thread
from tests.town import Town


@pytest.fixture
def late_town(make_town) -> Town:
    """A town after the course of the conftest and its follow-up time."""
    return make_town(now=NOVEMBER.replace(year=2027))


@pytest.fixture
def thread(late_town) -> Thread:
    return Thread(late_town)


def test_from_every_link_both_neighbours_are_opened(thread):
    top = thread.goal()
    goal = thread.goal("north", "Nord", parent_id=top)
    indicator = thread.indicator(goal)
    need = thread.need(goal_id=goal)
    initiative = thread.initiative(need_ids=(need,))
    enrolment = thread.enrolment(initiative_id=initiative)
    plan = thread.plan(enrolment)
    thread.reading(indicator, date(2026, 11, 1))
    effect = thread.reading(indicator, date(2027, 3, 1))

    assert thread.around(LinkKind.GOAL, top) == ([], [goal])
    assert thread.around(LinkKind.GOAL, goal) == ([top], [need])
    assert thread.around(LinkKind.NEED, need) == ([goal], [initiative])
    assert thread.around(LinkKind.INITIATIVE, initiative) == ([goal, need], [enrolment])
    assert thread.around(LinkKind.ENROLMENT, enrolment) == ([initiative], [plan])
    assert thread.around(LinkKind.PLAN, plan) == ([enrolment], [effect])
    assert thread.around(LinkKind.READING, effect) == ([plan], [goal])


def test_a_whole_thread_has_no_loose_end(thread):
    goal = thread.goal()
    indicator = thread.indicator(goal)
    thread.reading(indicator, date(2027, 3, 1))
    need = thread.need(goal_id=goal)
    initiative = thread.initiative(need_ids=(need,))
    enrolment = thread.enrolment(initiative_id=initiative, state=EnrolmentState.COMPLETED)
    plan = thread.plan(enrolment)
    assert thread.breaks() == {
        (Break.COURSE_WITHOUT_SHARING, plan),
        (Break.COURSE_WITHOUT_TRIAL, plan),
    }
    thread.add(Sharing(plan_id=plan, shared_on=date(2027, 1, 10), place="Personalemøde"))
    trial = {"plan_id": plan, "hypothesis": "a", "signs": "b", "begins_on": date(2027, 1, 5)}
    thread.add(
        PracticeTrial(**trial, outcome=Outcome.KEEP, result="c", evaluated_on=date(2027, 2, 1))
    )
    assert thread.breaks() == set()


def test_every_kind_of_loose_end_is_found(thread):
    bare = thread.goal(title="Uden noget")
    unread = thread.goal(title="Aldrig målt")
    thread.indicator(unread)
    due = thread.goal(title="Dato nået", due_date=date(2027, 6, 30))
    thread.reading(thread.indicator(due), date(2027, 6, 29))
    above = thread.goal("north", "Afsluttes")
    below = thread.goal("n1", "Under", parent_id=above)
    with thread.town.as_system() as ctx:
        goals.retire(ctx, above, note="Nået")
    lone = thread.need(title="Alene")
    idle = thread.initiative(title="Løs")
    outside = thread.enrolment()

    found = thread.breaks()

    assert found == {
        (Break.GOAL_WITHOUT_INDICATOR, bare),
        (Break.GOAL_WITHOUT_NEED, bare),
        (Break.GOAL_WITHOUT_READING, unread),
        (Break.GOAL_WITHOUT_NEED, unread),
        (Break.GOAL_DUE_WITHOUT_READING, due),
        (Break.GOAL_WITHOUT_NEED, due),
        (Break.GOAL_ABOVE_RETIRED, below),
        (Break.GOAL_WITHOUT_INDICATOR, below),
        (Break.GOAL_WITHOUT_NEED, below),
        (Break.NEED_WITHOUT_GOAL, lone),
        (Break.NEED_WITHOUT_INITIATIVE, lone),
        (Break.INITIATIVE_WITHOUT_NEED, idle),
        (Break.INITIATIVE_WITHOUT_GOAL, idle),
        (Break.INITIATIVE_WITHOUT_ENROLMENT, idle),
        (Break.ENROLMENT_WITHOUT_INITIATIVE, outside),
    }
    with thread.town.as_user("admin") as ctx:
        counts = reports.broken_chains(ctx, why=Break.GOAL_WITHOUT_NEED, page_size=2)
    assert counts.total == len(found)
    assert counts.counts[Break.GOAL_WITHOUT_NEED] == 4
    assert [each.why for each in counts.page.items] == [Break.GOAL_WITHOUT_NEED] * 2
    assert counts.page.has_more


@pytest.mark.parametrize(
    ("state", "loose"),
    [
        (NeedState.REPORTED, False),
        (NeedState.ANALYSED, False),
        (NeedState.QUALIFIED, True),
        (NeedState.PRIORITISED, True),
        (NeedState.COVERED, False),
        (NeedState.REJECTED, False),
    ],
)
def test_only_a_qualified_need_calls_for_an_initiative(thread, state, loose):
    need = thread.need(state=state)
    stopped = InitiativeState.STOPPED
    thread.initiative(title="Stoppet", need_ids=(need,), state=stopped)  # counts as none
    assert ((Break.NEED_WITHOUT_INITIATIVE, need) in thread.breaks()) is loose


def test_what_is_only_an_idea_or_stopped_need_not_hang_together(thread):
    thread.initiative(title="Idé", state=InitiativeState.IDEA)
    thread.initiative(title="Stoppet", state=InitiativeState.STOPPED)
    thread.enrolment(state=EnrolmentState.WITHDRAWN)
    planned = thread.initiative(title="Planlagt", state=InitiativeState.PLANNED)
    assert {why for why, id_ in thread.breaks() if id_ == planned} == {
        Break.INITIATIVE_WITHOUT_NEED,
        Break.INITIATIVE_WITHOUT_GOAL,
    }
    assert {id_ for _, id_ in thread.breaks()} == {planned}


def test_a_goal_above_a_served_one_is_served(thread):
    top = thread.goal()
    middle = thread.goal("north", "Nord", parent_id=top)
    thread.need(goal_id=middle)
    assert Break.GOAL_WITHOUT_NEED not in {why for why, _ in thread.breaks()}


def test_a_course_has_its_time_before_its_plan_is_late(make_town):
    young = Thread(make_town(now=NOVEMBER.replace(month=12, day=20)))
    done = young.enrolment(state=EnrolmentState.COMPLETED)
    young.plan(done)
    assert {why for why, _ in young.breaks()} == {Break.ENROLMENT_WITHOUT_INITIATIVE}


def test_each_sees_the_loose_ends_of_their_own_branch(thread):
    mine, others = thread.need("n1"), thread.need("s1")
    top = thread.goal()
    assert {id_ for _, id_ in thread.breaks("leader_n1")} == {mine}
    assert {id_ for _, id_ in thread.breaks("area_south")} == {others}
    assert {id_ for _, id_ in thread.breaks("auditor")} == {mine, others, top}
    south = thread.town.units["south"]
    assert {id_ for _, id_ in thread.breaks("admin", unit_id=south)} == {others}
    with pytest.raises(NotFound), thread.town.as_user("leader_n1") as ctx:
        reports.broken_chains(ctx, unit_id=south)
    with pytest.raises(Forbidden), thread.town.as_user("ped_n1") as ctx:
        reports.broken_chains(ctx)


def test_what_is_out_of_sight_is_neither_opened_nor_named(thread):
    top = thread.goal()
    mine, others = thread.need("n1", goal_id=top), thread.need("s1", goal_id=top)
    assert thread.around(LinkKind.GOAL, top, "leader_n1") == ([], [mine])
    assert set(thread.around(LinkKind.GOAL, top)[1]) == {mine, others}
    for unseen in (others, uuid7()):
        with pytest.raises(NotFound), thread.town.as_user("leader_n1") as ctx:
            reports.chain(ctx, LinkKind.NEED, unseen)


def test_figures_of_a_goal_hold_those_of_the_goals_below_once(thread):
    top = thread.goal()
    below = thread.goal("n1", "N1", parent_id=top)
    need = thread.need(goal_id=below)
    thread.need(goal_id=below, state=NeedState.REJECTED)
    both = thread.initiative(goal_id=top, need_ids=(need,), people=4, estimate=900_00)
    thread.initiative("s1", "Syd", goal_id=top, people=2, estimate=100_00)
    thread.initiative(title="Stoppet", goal_id=top, state=InitiativeState.STOPPED)
    thread.enrolment(initiative_id=both, money=(MoneyState.COMMITTED, 300_00))
    thread.enrolment(
        "ped_n1_2",
        initiative_id=both,
        state=EnrolmentState.COMPLETED,
        money=(MoneyState.ACTUAL, 200_00),
    )
    thread.enrolment(
        "ped_n1_3",
        initiative_id=both,
        state=EnrolmentState.WITHDRAWN,
        money=(MoneyState.RELEASED, 700_00),
    )

    with thread.town.as_user("admin") as ctx:
        upper, lower = reports.goal_tree(ctx).items
    assert (upper.goal.id, upper.depth, lower.goal.id, lower.depth) == (top, 0, below, 1)
    whole, part = upper.served, lower.served
    assert (whole.needs, whole.initiatives, whole.people, whole.estimate) == (1, 2, 6, 1000_00)
    assert (part.needs, part.initiatives, part.people, part.estimate) == (1, 1, 4, 900_00)
    for served in (whole, part):
        assert (served.enrolled, served.reserved, served.committed, served.actual) == (
            2,
            0,
            300_00,
            200_00,
        )
        assert served.booked == 500_00
    with thread.town.as_user("leader_s1") as ctx:
        [seen] = reports.goal_tree(ctx).items
    assert (seen.served.needs, seen.served.initiatives, seen.served.booked) == (0, 1, 0)


def test_a_goals_page_counts_what_serves_those_below_it_too(thread, settings):
    top = thread.goal()
    below = thread.goal("n1", "Husets", parent_id=top)
    need = thread.need(goal_id=below)
    thread.need(goal_id=top, title="Øverst")
    thread.need(goal_id=below, title="Nej", state=NeedState.REJECTED)
    thread.initiative("root", goal_id=top, title="Øverst", need_ids=(need,))
    thread.initiative(goal_id=below)
    thread.initiative(goal_id=below, state=InitiativeState.STOPPED)
    thread.initiative("s1", "Sydpå", need_ids=(thread.need("s1", goal_id=top, title="Syd"),))
    with thread.town.as_user("admin") as ctx:
        assert reports.serving_counts(ctx, top) == reports.Serving(3, 2, 3, 2)
        assert reports.serving_counts(ctx, below) == reports.Serving(1, 1, 2, 2)
    with thread.town.as_user("leader_n1") as ctx:  # nothing of the south's
        found = reports.serving_counts(ctx, top)
        assert (found.needs, found.own_needs) == (2, 1)
    views = [*goals_panel.views(), *tree_panel.views(), *chain_panel.views()]
    page = panel_of(thread.town, "admin", settings, views).get(f"/admin/goals/details/?id={top}")
    assert "<strong>3</strong> her af direkte 2" in page.text


def test_the_pages_name_each_break_with_its_cure(thread, settings):
    goal = thread.goal()
    need = thread.need(goal_id=goal, title="Stille børn i garderoben")
    views = [*goals_panel.views(), *tree_panel.views(), *chain_panel.views()]
    leader = panel_of(thread.town, "leader_n1", settings, views)
    page = leader.get("/admin/chain/").text
    assert "Stille børn i garderoben" in page
    assert "Behov uden indsats" in page
    assert "Planlæg en indsats for det" in page
    assert f"kind=need&amp;id={need}" in page
    assert "Intet hænger løst her" in leader.get("/admin/chain/?why=goal_without_need").text
    around = leader.get(f"/admin/thread/?kind=need&id={need}").text
    assert "Flere ord" in around
    assert "Intet, som du kan se, følger af det endnu" in around
    served = leader.get(f"/admin/goals/details/?id={goal}").text
    assert f"/admin/thread/?kind=goal&amp;id={goal}" in served
    assert "Stille børn i garderoben" in served
    for wrong in ("kind=need", "kind=x&id=1", f"kind=goal&id={need}"):
        assert leader.get(f"/admin/thread/?{wrong}").status_code == 404


def test_the_same_over_the_api(thread):
    goal = thread.goal()
    need = thread.need(goal_id=goal)
    app = Door(thread.town, "leader_n1")
    smorest = Api(app)
    for blueprint in blueprints:
        smorest.register_blueprint(blueprint)
    errors.init(app)
    client = app.test_client()
    found = client.get(f"/api/v1/reports/chain?kind=need&id={need}").json
    assert [link["id"] for link in found["before"]] == [str(goal)]
    loose = client.get("/api/v1/reports/broken-chains").json["items"]
    assert [each["why"] for each in loose] == ["need_without_initiative"]
    [line] = client.get("/api/v1/reports/goal-tree").json["items"]
    assert (line["goal_id"], line["served"]["needs"]) == (str(goal), 1)
