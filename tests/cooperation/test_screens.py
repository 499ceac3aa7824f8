"""Cooperation in the panel: found, answered, made an initiative, offered, and followed."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from admin import cooperation as screens
from admin import initiatives, needs
from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import CapacityStatement, ClusterState
from tenant_app.core import clock
from tenant_app.core.outbox import Outbox
from tests.admin.lists import Browser
from tests.catalogue.door import panel_of
from tests.cooperation.conftest import CLOAKROOM, Sharing


@pytest.fixture
def panel(town, settings):
    """Each user's own browser: `panel("admin")`."""

    def open_as(user):
        views = [*screens.views(), *needs.views(), *initiatives.views()]
        return panel_of(town, user, settings, views)

    return open_as


def plain(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_a_leader_sees_why_and_answers_for_the_house(sharing, panel):
    cluster_id = sharing.cloakroom()
    leader = panel("leader_n1")
    assert "Har sagt ja" in plain(leader.get("/admin/clusters/"))
    text = plain(leader.get(f"/admin/clusters/details/?id={cluster_id}"))
    assert "Fordi behovene nævner" in text
    assert CLOAKROOM["n1"] in text
    assert CLOAKROOM["s1"] not in text
    assert "1 behov; ordlyden ser kun de, der kan se behovet" in text
    assert "Intet svar endnu" in text
    form = leader.get(f"/admin/clusters/answer/?id={cluster_id}").text
    assert str(sharing.town.units["n1"]) in form
    assert str(sharing.town.units["s1"]) not in form
    body = {"institution_id": str(sharing.town.units["n1"]), "joins": "yes", "reason": ""}
    sent = leader.post(f"/admin/clusters/answer/?id={cluster_id}", data=body, follow_redirects=True)
    assert "En leder af en anden institution skal også sige ja" in sent.text
    assert "Er med" in plain(sent)
    sharing.say("s1", cluster_id)
    assert sharing.row(cluster_id).state is ClusterState.CONFIRMED


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"joins": "no", "reason": ""}, "Skriv med en linje"),
        ({"joins": "no", "reason": "x" * 100_000}, "500"),
        ({"joins": "maybe"}, ""),
        ({"joins": "yes", "institution_id": "s1"}, ""),
    ],
)
def test_a_wrong_answer_is_shown_at_its_field_and_changes_nothing(sharing, panel, body, says):
    cluster_id = sharing.cloakroom()
    before = sharing.sums()
    units = sharing.town.units
    sent = {"institution_id": str(units[body.get("institution_id", "n1")])}
    sent |= {name: value for name, value in body.items() if name != "institution_id"}
    answer = panel("leader_n1").post(f"/admin/clusters/answer/?id={cluster_id}", data=sent)
    assert answer.status_code == 422
    assert "Intet blev ændret" in answer.text
    assert says in answer.text
    assert sharing.sums() == before


def test_an_initiative_is_made_and_both_lead_to_each_other(sharing, panel):
    cluster_id = sharing.confirmed(qualified=True)
    admin = panel("admin")
    form = admin.get(f"/admin/clusters/accept/?id={cluster_id}").text
    assert 'value="8"' in form
    sent = admin.post(
        f"/admin/clusters/accept/?id={cluster_id}",
        data={
            "title": "Ro i garderoben",
            "unit_id": str(sharing.town.units["root"]),
            "people": "9",
            "description": "",
        },
    )
    assert sent.status_code == 302
    assert "/admin/initiatives/details/?id=" in sent.location
    shown = admin.get(f"/admin/clusters/details/?id={cluster_id}")
    assert "Ro i garderoben" in shown.text
    assert "Lav en indsats af det" not in shown.text


def test_no_initiative_is_offered_before_the_needs_are_qualified(sharing, panel):
    cluster_id = sharing.confirmed()
    page = panel("admin").get(f"/admin/clusters/details/?id={cluster_id}").text
    assert "Lav en indsats af det" not in page
    assert "ikke kvalificeret endnu" in page
    assert "ord-1" not in page


def test_the_initiative_leads_back_to_the_shared_need(app, make_town):
    sharing = Sharing(make_town(now=clock.now()))
    cluster_id = sharing.confirmed(qualified=True)
    with sharing.town.as_user("admin") as ctx:
        made = cooperation.accept(ctx, cluster_id, title="Ro i garderoben").id
    page = Browser(app, sharing.town, "admin").get(f"/initiatives/details/?id={made}").text
    assert "Den kom af et fælles behov" in page
    assert f"/admin/clusters/details/?id={cluster_id}" in page


def test_the_page_says_what_must_be_qualified_first(sharing, panel):
    cluster_id = sharing.confirmed()
    text = plain(panel("consultant").get(f"/admin/clusters/details/?id={cluster_id}"))
    assert "2 behov er ikke kvalificeret endnu" in text


def test_a_search_is_asked_for_and_its_progress_is_shown(sharing, panel):
    leader = panel("leader_n1")
    sent = leader.post("/admin/clusters/find/", follow_redirects=True)
    assert 'id="job"' in sent.text
    with sharing.town.as_system() as ctx:
        [job_id] = ctx.session.scalars(select(Outbox.id)).all()
    told = leader.get(f"/admin/clusters/progress/?job={job_id}").json
    assert told["is_over"] is False
    assert leader.get("/admin/clusters/progress/").status_code == 404


def test_a_surplus_is_stated_seen_by_others_and_withdrawn(sharing, panel):
    today = sharing.town.today
    body = {
        "unit_id": str(sharing.town.units["n1"]),
        "area_id": str(sharing.needing.area),
        "competence_id": "",
        "kind": "hours",
        "hours": "",
        "from_date": today.strftime("%d-%m-%Y"),
        "to_date": today.strftime("%d-%m-%Y"),
        "note": "Ring til os",
    }
    leader = panel("leader_n1")
    before = sharing.sums()
    refused = leader.post("/admin/capacity/state/", data=body)
    assert refused.status_code == 422
    assert "Skriv, hvor mange timer institutionen kan give." in refused.text
    assert sharing.sums() == before
    leader.post("/admin/capacity/state/", data=body | {"hours": "12"})
    with sharing.town.as_system() as ctx:
        [made] = ctx.session.scalars(select(CapacityStatement.id)).all()
    other = panel("leader_s1")
    assert "Arbejdstimer i andre institutioner" in other.get("/admin/capacity/").text
    page = other.get(f"/admin/capacity/details/?id={made}").text
    assert "Spørg" in page
    assert "leader_n1" in page
    assert "Ring til os" in page
    assert "Træk tilbuddet tilbage" not in page
    gone = leader.post(f"/admin/capacity/withdraw/?id={made}", follow_redirects=True)
    assert "Tilbuddet er trukket tilbage." in gone.text
    assert "Ingen har meldt overskud endnu" in plain(other.get("/admin/capacity/"))


def test_an_employee_reads_what_became_of_their_need(sharing, panel):
    me = panel("ped_n1")
    assert "Du har ikke meldt et behov endnu" in plain(me.get("/admin/voices/"))
    need_id = sharing.needing.need(by="ped_n1", unit="n1", title=CLOAKROOM["n1"])
    sharing.need("s1", CLOAKROOM["s1"])
    sharing.search()
    own = plain(me.get("/admin/voices/"))
    assert "Dit behov er nu fundet i andre institutioner også" in own
    way = plain(me.get(f"/admin/voices/?need={need_id}"))
    assert "Fundet lignende i 1 anden institution" in way
    assert "Behov meldt" in way
    assert f"/admin/voices/?need={need_id}" in me.get(f"/admin/needs/details/?id={need_id}").text
    assert panel("leader_s1").get(f"/admin/voices/?need={need_id}").status_code == 404
    assert me.get("/admin/voices/?need=sludder").status_code == 404
