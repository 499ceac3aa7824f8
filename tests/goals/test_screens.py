"""Goals in the panel: the list as a tree, one goal, and the picture."""

import re
from datetime import date
from decimal import Decimal

import pytest

from admin import chain, goal_tree
from admin import goals as screens
from tenant_app.goals import service as goals
from tenant_app.goals.models import GoalState
from tests.catalogue.door import panel_of


@pytest.fixture
def panel(town, settings):
    """Each user's own browser: `panel("admin")`."""

    def open_as(user, at=town):
        views = [*screens.views(), *goal_tree.views(), *chain.views()]
        return panel_of(at, user, settings, views)

    return open_as


def read(town, indicator, value, on=date(2026, 2, 20)):
    with town.as_system() as ctx:
        goals.record_reading(ctx, indicator, read_on=on, value=Decimal(value))


def test_a_leader_drafts_adopts_and_measures(town, panel, make_goal, look):
    above = make_goal("root", "Kommunens mål")
    leader = panel("leader_n1")
    form = leader.get("/admin/goals/create/").text
    assert "Kommunikation og sprog" in form
    assert f"s1 {town.slug}" not in form
    facts = {
        "unit_id": str(town.units["n1"]),
        "title": "Dialogisk læsning",
        "description": "Hver dag",
        "themes": ["language"],
        "due_date": "31-12-2026",
        "parent_id": str(above),
    }
    assert leader.post("/admin/goals/create/", data=facts).status_code == 302
    with town.as_user("leader_n1") as ctx:
        made = goals.goals(ctx, q="dialogisk").items[0].id
    scale = {
        "name": "Ordforråd",
        "measure": "point",
        "baseline": "2,5",
        "baseline_on": "01-02-2026",
        "target": "4,5",
    }
    assert leader.post(f"/admin/goals/indicator/?id={made}", data=scale).status_code == 302
    assert leader.post(f"/admin/goals/adopt/?id={made}", data={"note": "MED"}).status_code == 302
    with town.as_user("leader_n1") as ctx:
        [indicator] = goals.indicators(ctx, made)
    url = f"/admin/goals/reading/?id={made}"
    reading = {"indicator_id": str(indicator.id), "read_on": "01-03-2026", "value": "3"}
    assert leader.post(url, data=reading).status_code == 302
    page = leader.get(f"/admin/goals/details/?id={made}").text
    for text in ("Kommunens mål", "25 % af vejen", "Version 1", "<svg", "01-03-2026", "2,5"):
        assert text in page, text
    change = f"/admin/goals/change-indicator/?id={made}&indicator={indicator.id}"
    assert 'value="2,5"' in leader.get(change).text
    moved = scale | {"target": "3,5", "indicator_id": str(indicator.id)}
    assert leader.post(change, data=moved).status_code == 302
    page = leader.get(f"/admin/goals/details/?id={made}").text
    assert "50 % af vejen" in page
    assert "Det, der gælder, til ændringen er vedtaget" in page


def test_the_draft_of_an_adopted_goal_is_not_read_below(town, panel, make_goal):
    goal_id = make_goal("root", "Det vedtagne")
    admin, leader = panel("admin"), panel("leader_n1")
    url = f"/admin/goals/change/?id={goal_id}"
    facts = {"title": "Kladden", "description": "Løst tænkt", "themes": ["language"]}
    assert admin.post(url, data=facts | {"parent_id": "", "due_date": ""}).status_code == 302
    assert 'value="Kladden"' in admin.get(url).text
    page = admin.get(f"/admin/goals/details/?id={goal_id}").text
    for text in ("Kladde, der ikke er vedtaget", "Kladden", "Løst tænkt", "Det vedtagne"):
        assert text in page, text
    for path in (f"/admin/goals/details/?id={goal_id}", "/admin/goals/", "/admin/goal-tree/"):
        read_below = leader.get(path).text
        assert "Det vedtagne" in read_below
        assert "Kladden" not in read_below
        assert "Løst tænkt" not in read_below


def test_the_list_is_a_tree_that_is_filtered(town, panel, make_goal, make_indicator):
    top = make_goal("root", "Sprog", themes=["language"])
    make_goal("n1", "N1 læser", parent_id=top)
    local = make_goal("n1", "Alene")
    make_goal("s1", "S1 læser", parent_id=top)
    read(town, make_indicator(local), 30)
    leader = panel("leader_n1")

    def listed(query=""):
        page = leader.get(f"/admin/goals/{query}").text
        rows = re.findall(r'<th scope="row"><a href="[^"]*details[^"]*">(.*?)</a>', page, re.S)
        return [row.replace("\u2003", "").replace("\xa0", "").strip() for row in rows]

    assert listed() == ["Sprog", "N1 læser", "Alene"]
    assert listed("?flt0_level=municipality") == ["Sprog"]
    assert listed(f"?flt0_unit={town.units['n1']}") == ["N1 læser", "Alene"]
    assert listed("?flt0_theme=language") == ["Sprog"]
    assert listed("?flt0_lacks=reading") == ["Sprog", "N1 læser"]
    assert listed("?flt0_lacks=need") == ["Sprog", "N1 læser", "Alene"]
    assert listed("?flt0_state=draft") == []
    assert listed("?search=læser") == ["N1 læser"]
    assert "25 %" in leader.get("/admin/goals/").text


def test_a_refusal_stands_at_its_field_and_changes_nothing(town, panel, make_goal, look):
    goal_id = make_goal("n1")
    before = look.counts()
    leader = panel("leader_n1")
    url = f"/admin/goals/change/?id={goal_id}"
    neither = {"title": "Ny", "description": "", "due_date": "", "parent_id": ""}
    answer = leader.post(url, data=neither)
    assert answer.status_code == 422
    assert "lokalt" in answer.text
    tampered = leader.post(url, data=neither | {"parent_id": str(town.units["n1"])})
    assert tampered.status_code == 422
    assert leader.post(f"/admin/goals/retire/?id={goal_id}", data={"note": " "}).status_code == 422
    assert look.counts() == before


def test_an_employee_reads_and_keeps_nothing(town, panel, make_goal, make_indicator, look):
    goal_id = make_goal("root", "Alles mål")
    make_indicator(goal_id)
    before = look.counts()
    ped = panel("ped_n1")
    page = ped.get(f"/admin/goals/details/?id={goal_id}").text
    assert "Alles mål" in page
    assert "/admin/goals/reading/" not in page
    assert "/admin/goals/create/" not in ped.get("/admin/goals/").text
    assert ped.get("/admin/goals/create/").status_code == 403
    refused = ped.post(f"/admin/goals/retire/?id={goal_id}", data={"note": "x"})
    assert refused.status_code == 403
    assert ped.get(f"/admin/goals/details/?id={make_goal('s1')}").status_code == 404
    assert look.goal(goal_id).state is GoalState.ADOPTED
    assert look.counts()[:1] == (before[0] + 1,)


def test_the_picture_nests_goals_and_has_its_table(town, panel, make_goal, make_indicator):
    top = make_goal("root", "Sprog")
    make_goal("n1", "N1 læser", parent_id=top)
    read(town, make_indicator(top), 40)
    page = panel("admin").get("/admin/goal-tree/").text
    nested = re.search(r'<ul class="goal-tree">.*?<ul>.*?</ul>.*?</ul>', page, re.S)
    assert nested is not None
    assert "N1 læser" in nested[0]
    assert 'value="50"' in page
    assert re.search(r'<th scope="row" class="depth-1"><a [^>]*>N1 læser</a>', page)
    plain = panel("ped_n1").get("/admin/goal-tree/").text
    assert "Estimat" not in plain
    assert "Ingen mål her" in panel("admin").get("/admin/goal-tree/?state=retired").text
