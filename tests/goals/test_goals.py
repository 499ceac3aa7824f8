"""Goals are drafted, changed, adopted and retired, and say no where they should."""

from datetime import date

import pytest

from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.goals import service as goals
from tenant_app.goals.models import GoalState
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind
from tenant_app.tenancy import service as tenancy


def titles(ctx, **search):
    return [goal.title for goal in goals.goals(ctx, **search).items]


def test_a_leader_drafts_a_goal_under_the_municipalitys_and_adopts_it(town, make_goal, look):
    above = make_goal("root", "Alle børn har et rigt sprog")
    with town.as_user("leader_n1") as ctx:
        made = goals.create(
            ctx,
            unit_id=town.units["n1"],
            title="  Dialogisk   læsning hver dag ",
            description="På alle stuer.",
            themes=["nature", "language"],
            due_date=date(2026, 12, 31),
            parent_id=above,
        )
        assert (made.state, made.version) == (GoalState.DRAFT, 0)
        goals.adopt(ctx, made.id, note="Vedtaget i bestyrelsen")
    found = look.goal(made.id)
    assert (found.title, found.state, found.version) == (
        "Dialogisk læsning hver dag",
        GoalState.ADOPTED,
        1,
    )
    assert found.themes == ["language", "nature"]
    [kept] = look.versions(made.id)
    assert kept.facts["title"] == found.title
    assert kept.facts["parent_id"] == str(above)
    assert (kept.note, kept.adopted_by) == ("Vedtaget i bestyrelsen", town.users["leader_n1"])
    assert look.trail()[-2:] == ["goal.created", "goal.adopted"]


def test_a_change_waits_for_adoption_and_earlier_versions_stay(town, make_goal, look):
    goal_id = make_goal("root", "Første")
    with town.as_user("consultant") as ctx:
        goals.change(ctx, goal_id, title="Anden", due_date=date(2027, 1, 31))
    with town.as_user("consultant") as ctx:
        found = goals.details(ctx, goal_id)
        assert found.is_changed
        assert (found.draft["title"], found.goal.title) == ("Anden", "Første")
    with town.as_user("ped_n1") as ctx:
        found = goals.details(ctx, goal_id)
        assert (found.is_changed, found.draft) == (False, None)
        assert (found.goal.title, found.goal.due_date) == ("Første", None)
        assert found.adopted["title"] == "Første"
        assert dict(goals.choices(ctx))[goal_id].startswith("Første (")
    with town.as_user("consultant") as ctx:
        goals.adopt(ctx, goal_id)
        assert not goals.details(ctx, goal_id).is_changed
        with pytest.raises(Conflict):
            goals.adopt(ctx, goal_id)
    assert [(v.version, v.facts["title"]) for v in look.versions(goal_id)] == [
        (1, "Første"),
        (2, "Anden"),
    ]
    with town.as_user("ped_n1") as ctx:
        assert dict(goals.choices(ctx))[goal_id].startswith("Anden (")
        assert goals.get(ctx, goal_id).due_date == date(2027, 1, 31)


def test_a_draft_that_says_what_stands_is_none(town, make_goal, look):
    goal_id = make_goal("root", "Første")
    with town.as_user("consultant") as ctx:
        goals.change(ctx, goal_id, title="Anden")
        goals.change(ctx, goal_id, description="Hver dag")
        assert goals.details(ctx, goal_id).draft["title"] == "Anden"
        goals.change(ctx, goal_id, title="Første", description="")
    assert look.goal(goal_id).draft is None
    assert look.trail()[-3:] == ["goal.changed"] * 3


def test_a_draft_cannot_be_served_and_a_retired_goal_no_longer(town, make_goal):
    draft = make_goal("root", "Kladde", adopted=False)
    adopted = make_goal("root", "Vedtaget")
    with town.as_user("leader_n1") as ctx:
        assert [key for key, _ in goals.choices(ctx, town.units["n1"])] == [adopted]
        goals.check_serves(ctx, adopted, town.units["n1"])
        for wrong in (draft, uuid7()):
            with pytest.raises(Invalid) as refusal:
                goals.check_serves(ctx, wrong, town.units["n1"])
            assert refusal.value.field == "goal_id"
    with town.as_user("consultant") as ctx:
        goals.retire(ctx, adopted, note="Nået")
    with town.as_user("leader_n1") as ctx:
        assert goals.choices(ctx) == []
        with pytest.raises(Invalid):
            goals.check_serves(ctx, adopted, town.units["n1"])


def test_a_unit_serves_its_own_goals_and_those_above_and_no_neighbours(town, make_goal):
    ids = {unit: make_goal(unit, f"Mål {unit}") for unit in ("root", "north", "n1", "n2", "south")}
    with town.as_user("admin") as ctx:
        served = [key for key, _ in goals.choices(ctx, town.units["n1"])]
        assert served == [ids["root"], ids["north"], ids["n1"]]
        assert len(goals.choices(ctx)) == 5
        for unit in ("n2", "south"):
            with pytest.raises(Invalid):
                goals.check_serves(ctx, ids[unit], town.units["n1"])


def test_everyone_sees_their_own_goals_and_those_above_that_were_adopted(town, make_goal):
    for unit in ("root", "north", "n1", "n2", "s1"):
        make_goal(unit, f"Mål {unit}")
    make_goal("root", "Kladde root", adopted=False)
    make_goal("n1", "Kladde n1", adopted=False)
    seen = {
        "admin": {"Mål root", "Mål north", "Mål n1", "Mål n2", "Mål s1", "Kladde root"},
        "area_north": {"Mål root", "Mål north", "Mål n1", "Mål n2"},
        "leader_n1": {"Mål root", "Mål north", "Mål n1"},
        "ped_s1": {"Mål root", "Mål s1"},
    }
    for user, wanted in seen.items():
        own = {"Kladde n1"} if user in ("admin", "area_north", "leader_n1") else set()
        with town.as_user(user) as ctx:
            assert set(titles(ctx)) == wanted | own, user


def test_goals_read_as_a_tree(town, make_goal):
    language = make_goal("root", "Å sprog")
    movement = make_goal("root", "Bevægelse")
    north = make_goal("north", "Nords sprog", parent_id=language)
    make_goal("n2", "N2 læser", parent_id=north)
    make_goal("n1", "N1 læser", parent_id=north)
    make_goal("s1", "S1 bevæger sig", parent_id=movement)
    make_goal("n1", "Alene")
    with town.as_user("admin") as ctx:
        found = [goal.title for goal in goals.goals(ctx).items]
        assert found == [
            "Bevægelse",
            "S1 bevæger sig",
            "Å sprog",
            "Nords sprog",
            "N1 læser",
            "N2 læser",
            "Alene",
        ]
        assert titles(ctx, level=UnitKind.AREA) == ["Nords sprog"]
        assert titles(ctx, unit_id=town.units["n1"]) == ["N1 læser", "Alene"]
        assert titles(ctx, q="læs", page_size=1) == ["N1 læser"]
        assert titles(ctx, state=GoalState.DRAFT) == []


def test_goals_are_found_by_theme(town, make_goal):
    make_goal("root", "Ude", themes=["nature", "body"])
    make_goal("root", "Inde", themes=["language"])
    with town.as_user("ped_n1") as ctx:
        assert titles(ctx, theme="body") == ["Ude"]
        assert titles(ctx, theme="social") == []


def test_goals_never_go_in_a_circle(town, make_goal, look):
    first = make_goal("root", "Øverst")
    second = make_goal("north", "Anden", parent_id=first)
    third = make_goal("north", "Tredje", parent_id=second)
    before = look.counts()
    for wrong in (second, third):
        with pytest.raises(Invalid) as refusal, town.as_user("area_north") as ctx:
            goals.change(ctx, second, parent_id=wrong)
        assert refusal.value.field == "parent_id"
    assert look.goal(second).parent_id == first
    assert look.counts() == before


def test_the_goal_above_stands_above(town, make_goal, look):
    below = make_goal("n1", "Under")
    neighbour = make_goal("south", "Syd")
    draft = make_goal("root", "Kladde", adopted=False)
    before = look.counts()
    for parent, unit in ((below, "north"), (neighbour, "n1"), (draft, "n1")):
        with pytest.raises(Invalid) as refusal, town.as_user("admin") as ctx:
            goals.create(ctx, unit_id=town.units[unit], title="x", parent_id=parent)
        assert refusal.value.field == "parent_id"
    for parent in (neighbour, uuid7()):
        with pytest.raises(NotFound) as unseen, town.as_user("leader_n1") as ctx:
            goals.create(ctx, unit_id=town.units["n1"], title="x", parent_id=parent)
        assert unseen.value.field == "parent_id"
    assert look.counts() == before


def test_a_unit_has_only_so_many_adopted_goals(town, make_goal, look):
    with town.as_user("admin") as ctx:
        tenancy.change_settings(ctx, limits={"active_goals": 2})
    kept = [make_goal("n1", f"Mål {i}") for i in (1, 2)]
    third = make_goal("n1", "Mål 3", adopted=False)
    make_goal("n2", "Naboens")
    before = look.counts()
    with pytest.raises(Conflict) as refusal, town.as_user("leader_n1") as ctx:
        goals.adopt(ctx, third)
    assert refusal.value.params["most"] == 2
    assert look.counts() == before
    with town.as_user("leader_n1") as ctx:
        goals.change(ctx, kept[0], title="Rettet")
        goals.adopt(ctx, kept[0])  # it is one of the two already
        goals.retire(ctx, kept[1], note="Nået i foråret")
        goals.adopt(ctx, third)
        with pytest.raises(Conflict):
            goals.adopt(ctx, kept[1])


def test_goals_that_stand_can_be_corrected_when_the_limit_is_lowered(town, make_goal, look):
    kept = [make_goal("n1", f"Mål {i}") for i in (1, 2, 3)]
    with town.as_user("admin") as ctx:
        tenancy.change_settings(ctx, limits={"active_goals": 1})
    with town.as_user("leader_n1") as ctx:
        goals.change(ctx, kept[0], title="Rettet")
        goals.adopt(ctx, kept[0])
    assert look.goal(kept[0]).version == 2


def test_a_goal_is_retired_with_a_reason_and_once(town, make_goal, look):
    goal_id, draft = make_goal("n1"), make_goal("n1", "Kladde", adopted=False)
    before = look.counts()
    with pytest.raises(Invalid) as refusal, town.as_user("leader_n1") as ctx:
        goals.retire(ctx, goal_id, note=" ")
    assert refusal.value.field == "note"
    assert look.counts() == before
    with town.as_user("leader_n1") as ctx:
        goals.retire(ctx, goal_id, note="Nået")
        goals.retire(ctx, draft, note="Opgivet før vedtagelsen")
        with pytest.raises(Conflict):
            goals.retire(ctx, goal_id, note="Igen")
        with pytest.raises(Conflict):
            goals.change(ctx, goal_id, title="Ny")
        goals.adopt(ctx, goal_id)
    assert (look.goal(goal_id).state, look.goal(goal_id).version) == (GoalState.ADOPTED, 2)
    assert look.goal(draft).state is GoalState.RETIRED


def test_others_goals_are_not_ones_to_keep(town, make_goal, look):
    top, north, south = make_goal("root"), make_goal("north"), make_goal("s1")
    before = look.counts()
    for goal_id in (top, north):
        for act in (
            lambda ctx, goal_id: goals.change(ctx, goal_id, title="x"),
            lambda ctx, goal_id: goals.retire(ctx, goal_id, note="x"),
            lambda ctx, goal_id: goals.adopt(ctx, goal_id),
        ):
            with pytest.raises(Forbidden), town.as_user("leader_n1") as ctx:
                act(ctx, goal_id)
    for goal_id in (south, uuid7()):
        with pytest.raises(NotFound), town.as_user("leader_n1") as ctx:
            goals.change(ctx, goal_id, title="x")
    with pytest.raises(Forbidden), town.as_user("auditor") as ctx:
        goals.change(ctx, top, title="x")
    with pytest.raises(Forbidden), town.as_user("leader_n1") as ctx:
        goals.create(ctx, unit_id=town.units["n1"], title="x", is_local=True)
        goals.create(ctx, unit_id=town.units["n1"], title="y", is_local=True)
        raise Forbidden  # all of a unit of work, or nothing
    assert look.counts() == before


def test_goals_are_not_set_in_houses_or_elsewhere(town, look):
    with town.as_system() as ctx:
        house = organisation.found_unit(
            ctx,
            number="H1",
            name="Stuen",
            kind=UnitKind.HOUSE,
            parent_id=town.units["n1"],
            from_date=date(2026, 1, 1),
        ).id
    before = look.counts()
    with pytest.raises(Invalid) as refusal, town.as_user("leader_n1") as ctx:
        goals.create(ctx, unit_id=house, title="x", is_local=True)
    assert refusal.value.field == "unit_id"
    for unit in (town.units["s1"], uuid7()):
        with pytest.raises(NotFound) as unseen, town.as_user("leader_n1") as ctx:
            goals.create(ctx, unit_id=unit, title="x", is_local=True)
        assert unseen.value.field == "unit_id"
    assert look.counts() == before


def test_a_long_text_and_an_unknown_fact_change_nothing(town, make_goal, look):
    goal_id = make_goal("n1")
    before = look.counts()
    with pytest.raises(Invalid) as refusal, town.as_user("leader_n1") as ctx:
        goals.change(ctx, goal_id, title="Ny", description="å" * 100_000)
    assert refusal.value.field == "description"
    with pytest.raises(Invalid), town.as_user("leader_n1") as ctx:
        goals.change(ctx, goal_id, state=GoalState.RETIRED)
    assert look.goal(goal_id).title == "Flere ord"
    assert look.counts() == before


def test_a_municipality_without_areas_has_goals_too(make_town, make_goal):
    plain = make_town(areas=False)
    above = make_goal("root", "Kommunens", at=plain)
    with plain.as_user("leader_n1") as ctx:
        goals.create(ctx, unit_id=plain.units["n1"], title="Husets", parent_id=above)
        assert titles(ctx) == ["Kommunens", "Husets"]
