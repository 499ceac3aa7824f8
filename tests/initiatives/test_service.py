"""Making initiatives, changing them, and taking them from idea to everyday practice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import Money, kroner
from tenant_app.goals.models import GoalState
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative, LimitOverride
from tenant_app.initiatives.rules import LimitReached
from tenant_app.needs import service as needs
from tenant_app.needs.models import Need, NeedState
from tests.initiatives.conftest import STEPS, S


def facts(**more):
    return {"title": "Sprog i hverdagen", "people": 4} | more


def test_a_leader_makes_an_initiative_that_answers_needs(town, plans):
    first, second = plans.need("n1"), plans.need("n1")
    goal = plans.goal("root")

    with town.as_user("leader_n1") as ctx:
        made = initiatives.create(
            ctx,
            unit_id=town.units["n1"],
            need_ids=[first, second, first],
            goal_id=goal,
            area_id=plans.area_id,
            form=CourseForm.NETWORK,
            estimate=kroner(25_000),
            **facts(),
        )
        shown = initiatives.one(ctx, made.id)

    assert shown.initiative.state is S.IDEA
    assert {each.need.id for each in shown.needs} == {first, second}
    assert [part.unit.id for part in shown.units] == [town.units["n1"]]
    assert shown.initiative.goal.id == goal
    assert plans.actions(made.id) == ["initiative.created"]


@pytest.mark.parametrize("user", ["ped_n1", "auditor"])
def test_who_does_not_lead_makes_none(town, plans, user):
    before = plans.everything()
    with pytest.raises(Forbidden), town.as_user(user) as ctx:
        initiatives.create(ctx, unit_id=town.units["n1"], **facts())
    assert plans.everything() == before


def wrong(town, plans, make_town, make_plans):
    """(field, facts) that cannot be."""
    elsewhere = make_plans(make_town())
    return [
        ("unit_id", {"unit_id": town.units["s1"]}),
        ("unit_id", {"unit_id": uuid7()}),
        ("unit_id", {"unit_id": elsewhere.town.units["n1"]}),
        ("need_ids", {"need_ids": [plans.need("n1", state=NeedState.REPORTED)]}),
        ("need_ids", {"need_ids": [plans.need("n1", state=NeedState.REJECTED)]}),
        ("need_ids", {"need_ids": [plans.need("s1")]}),
        ("need_ids", {"need_ids": [elsewhere.need("n1")]}),
        ("need_ids", {"need_ids": [uuid7()]}),
        ("goal_id", {"goal_id": plans.goal("root", state=GoalState.DRAFT)}),
        ("goal_id", {"goal_id": plans.goal("s1")}),
        ("goal_id", {"goal_id": elsewhere.goal("root")}),
        ("area_id", {"area_id": elsewhere.area_id}),
        ("unit_ids", {"unit_ids": [town.units["n2"]]}),
        ("unit_ids", {"unit_ids": [elsewhere.town.units["n1"]]}),
        ("course_ids", {"course_ids": [uuid7()]}),
        ("ends_on", {"starts_on": plans.today, "ends_on": plans.today - timedelta(days=1)}),
        ("title", {"title": "x" * 201}),
        ("description", {"description": "å" * 100_000}),
        ("people", {"people": 0}),
        ("estimate", {"estimate": Money(-1)}),
    ]


def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_made(
    town, plans, make_town, make_plans
):
    for field, more in wrong(town, plans, make_town, make_plans):
        before = plans.everything()
        with (
            pytest.raises((Invalid, NotFound, Conflict)) as refused,
            town.as_user("leader_n1") as ctx,
        ):
            initiatives.create(ctx, **({"unit_id": town.units["n1"]} | facts(**more)))
        assert refused.value.field == field, more
        assert plans.everything() == before, more


def test_what_cannot_be_changed_is_refused_and_nothing_changes(town, plans, make_town, make_plans):
    made = plans.make("n1", who="leader_n1")
    for field, more in wrong(town, plans, make_town, make_plans):
        if field == "unit_id":
            continue
        before = plans.everything()
        with (
            pytest.raises((Invalid, NotFound, Conflict)) as refused,
            town.as_user("leader_n1") as ctx,
        ):
            initiatives.change(ctx, made, **more)
        assert refused.value.field == field, more
        assert plans.everything() == before, more


def test_a_change_takes_what_is_said_and_leaves_the_rest(town, plans):
    old, new = plans.need("n1"), plans.need("n1")
    made = plans.make("n1", who="leader_n1", need_ids=[old], title="Før")

    with town.as_user("leader_n1") as ctx:
        initiatives.change(ctx, made, title="Efter", need_ids=[new])
        shown = initiatives.one(ctx, made)

    assert (shown.initiative.title, shown.initiative.people) == ("Efter", 4)
    assert [each.need.id for each in shown.needs] == [new]
    assert plans.actions(made) == ["initiative.created", "initiative.changed"]


def test_a_need_that_is_tied_stays_though_it_was_covered_meanwhile(town, plans):
    need = plans.need("n1")
    made = plans.make("n1", need_ids=[need])
    with town.as_system() as ctx:
        ctx.session.get_one(Need, need).state = NeedState.COVERED

    with town.as_user("leader_n1") as ctx:
        initiatives.change(ctx, made, need_ids=[need], title="Stadig")
        assert initiatives.tied(ctx, made)["need_ids"] == {need}


def test_saying_the_same_again_notes_nothing(town, plans):
    made = plans.make("n1", title="Ens")
    with town.as_user("leader_n1") as ctx:
        initiatives.change(ctx, made, title="Ens", unit_ids=[])
    assert plans.actions(made) == ["initiative.created"]


def test_from_an_idea_to_everyday_practice(town, plans):
    need = plans.need("n1")
    made = plans.make("n1", need_ids=[need])

    for step in STEPS:
        with town.as_user("leader_n1") as ctx:
            assert initiatives.move(ctx, made, step).state is step

    with town.as_system() as ctx:
        assert ctx.session.get_one(Need, need).state is NeedState.COVERED
    assert plans.actions(made) == ["initiative.created", *["initiative.moved"] * len(STEPS)]


def test_steps_out_of_turn_are_refused(town, plans):
    made = plans.make("n1")
    before = plans.everything()
    for step in (S.IDEA, S.PRIORITISED, S.RUNNING, S.ANCHORED):
        with pytest.raises(Conflict), town.as_user("leader_n1") as ctx:
            initiatives.move(ctx, made, step)
    assert plans.everything() == before


def test_an_initiative_is_qualified_only_when_it_answers_something(town, plans):
    made = plans.make("n1")
    with pytest.raises(Conflict) as refused, town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, made, S.QUALIFIED)
    assert refused.value.field == "need_ids"

    with town.as_user("leader_n1") as ctx:
        initiatives.change(ctx, made, goal_id=plans.goal("root"))
        assert initiatives.move(ctx, made, S.QUALIFIED).state is S.QUALIFIED


def test_an_initiative_is_planned_only_with_days_and_institutions(town, plans):
    no_days = plans.make("n1", starts_on=None, ends_on=None, state=S.PRIORITISED)
    no_units = plans.make("north", who="area_north", state=S.PRIORITISED)
    for made, field in ((no_days, "starts_on"), (no_units, "unit_ids")):
        with pytest.raises(Conflict) as refused, town.as_user("area_north") as ctx:
            initiatives.move(ctx, made, S.PLANNED)
        assert refused.value.field == field


def test_what_is_planned_keeps_its_days_and_its_institutions(town, plans):
    made = plans.make("north", units=("n1",), who="area_north", state=S.PLANNED)
    before = plans.everything()
    for change in ({"starts_on": None, "ends_on": None}, {"unit_ids": []}):
        with pytest.raises(Conflict), town.as_user("area_north") as ctx:
            initiatives.change(ctx, made, **change)
    assert plans.everything() == before


def test_stopping_needs_a_reason_and_is_for_good(town, plans):
    made = plans.make("n1", state=S.RUNNING)
    with pytest.raises(Invalid) as refused, town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, made, S.STOPPED, reason="  ")
    assert refused.value.field == "reason"
    assert plans.state(made) is S.RUNNING

    with town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, made, S.STOPPED, reason="Personalet er skiftet ud.")
    for step in (S.RUNNING, S.STOPPED, S.IDEA):
        with pytest.raises(Conflict), town.as_user("leader_n1") as ctx:
            initiatives.move(ctx, made, step, reason="igen")
    with pytest.raises(Conflict), town.as_user("leader_n1") as ctx:
        initiatives.change(ctx, made, title="Igen")
    with town.as_system() as ctx:
        found = ctx.session.get_one(Initiative, made)
        assert (found.state, found.reason) == (S.STOPPED, "Personalet er skiftet ud.")
    assert plans.actions(made)[-1] == "initiative.stopped"


# The limit of a house


def running(plans, where="n1", count=2):
    return [plans.make(where, state=S.RUNNING) for _ in range(count)]


def test_the_third_in_a_house_is_refused_and_says_where_how_many_and_the_limit(town, plans):
    plans.limits(running_initiatives=2)
    running(plans)
    third = plans.make("n1", state=S.PLANNED)
    before = plans.everything()

    with pytest.raises(LimitReached) as refused, town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, third, S.RUNNING)

    assert refused.value.field == "override_reason"
    assert f"n1 {town.slug} (2)" in str(refused.value)
    assert refused.value.params["most"] == 2
    assert plans.everything() == before


def test_somebody_above_lets_it_run_with_a_reason_that_is_kept(town, plans):
    plans.limits(running_initiatives=2)
    running(plans)
    third = plans.make("n1", state=S.PLANNED)
    with pytest.raises(LimitReached), town.as_user("area_north") as ctx:
        initiatives.move(ctx, third, S.RUNNING, override_reason="   ")

    with town.as_user("area_north") as ctx:
        initiatives.move(ctx, third, S.RUNNING, override_reason="Tilsynet kræver det nu.")

    with town.as_system() as ctx:
        [kept] = ctx.session.scalars(select(LimitOverride)).all()
        assert (kept.running, kept.most, kept.reason) == (2, 2, "Tilsynet kræver det nu.")
        assert kept.overridden_by == town.users["area_north"]
        [entry] = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "initiative.limit_overridden")
        ).all()
        assert entry.note == "Tilsynet kræver det nu."
        assert entry.changes["new"] == {"unit": f"n1 {town.slug}", "running": 2, "most": 2}
    with town.as_user("leader_n1") as ctx:
        [part] = initiatives.one(ctx, third).units
        assert part.override.reason == "Tilsynet kræver det nu."
        assert initiatives.over_among(ctx, [third]) == {third}


def test_a_houses_own_leader_cannot_override(town, plans):
    plans.limits(running_initiatives=1)
    running(plans, count=1)
    more = plans.make("n1", state=S.PLANNED)
    before = plans.everything()
    with pytest.raises(Forbidden), town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, more, S.RUNNING, override_reason="Vi vil gerne.")
    assert plans.everything() == before


def test_follow_up_counts_and_the_end_makes_room(town, plans):
    plans.limits(running_initiatives=1)
    [first] = running(plans, count=1)
    second = plans.make("n1", state=S.PLANNED)
    plans.to(first, S.FOLLOW_UP)
    with pytest.raises(LimitReached), town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, second, S.RUNNING)

    plans.to(first, S.EVALUATED)
    with town.as_user("leader_n1") as ctx:
        initiatives.move(ctx, second, S.RUNNING)


def test_a_central_initiative_takes_the_attention_of_each_house_in_it(town, plans):
    plans.limits(running_initiatives=1)
    plans.make("north", units=("n1", "n2"), who="area_north", state=S.RUNNING)
    own = plans.make("n2", state=S.PLANNED)
    with pytest.raises(LimitReached) as refused, town.as_user("leader_n2") as ctx:
        initiatives.move(ctx, own, S.RUNNING)
    assert f"n2 {town.slug} (1)" in str(refused.value)


def test_a_house_that_joins_what_runs_needs_room_too(town, plans):
    plans.limits(running_initiatives=1)
    shared = plans.make("north", units=("n1",), who="area_north", state=S.RUNNING)
    plans.make("n2", state=S.RUNNING)
    both = [town.units["n1"], town.units["n2"]]
    before = plans.everything()
    with pytest.raises(LimitReached), town.as_user("area_north") as ctx:
        initiatives.change(ctx, shared, unit_ids=both)
    assert plans.everything() == before

    with town.as_user("area_north") as ctx:
        initiatives.change(ctx, shared, unit_ids=both, override_reason="Fælles ledelse.")
        parts = initiatives.one(ctx, shared).units
    assert [part.override is not None for part in parts] == [False, True]


def test_without_a_limit_as_many_run_as_one_likes(town, plans):
    assert len(running(plans, count=4)) == 4


def test_an_initiative_answers_the_need_that_its_own_was_merged_into(town, plans):
    mine, other = plans.need("n1"), plans.need("n1")
    made = plans.make("n1", state=S.EVALUATED, need_ids=[mine])

    with town.as_user("leader_n1") as ctx:
        needs.merge(ctx, mine, into_id=other)
    plans.to(made, S.ANCHORED)

    with town.as_system() as ctx:
        assert ctx.session.get_one(Need, other).state is NeedState.COVERED
        assert ctx.session.get_one(Need, mine).state is NeedState.MERGED


@pytest.mark.parametrize("state", [S.QUALIFIED, S.RUNNING])
def test_what_is_more_than_an_idea_cannot_come_to_answer_nothing(town, plans, state):
    made = plans.make("n1", state=state)
    before = plans.everything()

    with pytest.raises(Conflict, match="Choose a need") as refused, town.as_user("admin") as ctx:
        initiatives.change(ctx, made, need_ids=[])

    assert refused.value.field == "need_ids"
    assert plans.everything() == before


def test_the_trail_does_not_tell_who_answered_a_survey(town, plans):
    made = plans.make("n1", state=S.PLANNED)
    with town.as_user("leader_n1") as ctx:
        initiatives.open_survey(ctx, made)
    before = plans.actions(made)
    with town.as_user("ped_n1") as ctx:
        initiatives.answer_survey(ctx, made, confidence=3, expects="", will_use="")
    assert plans.actions(made) == before
