"""Needs in the panel: reported on a phone, followed, moved on, and seen at a glance."""

import re

import pytest

from admin import initiatives
from admin import needs as screens
from tenant_app.initiatives.models import Initiative, InitiativeNeed, InitiativeState
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, Confidentiality, NeedState, SourceType, Urgency
from tests.catalogue.door import panel_of


@pytest.fixture
def panel(town, settings):
    """Each user's own browser: `panel("admin")`."""

    def open_as(user, at=town):
        return panel_of(at, user, settings, [*screens.views(), *initiatives.views()])

    return open_as


def plain(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def filled(needing, **more):
    facts = {
        "unit_id": str(needing.town.units["n1"]),
        "area_id": str(needing.area),
        "title": "Vi mangler fælles sange",
        "urgency": "normal",
        "staff": "5",
        "source": "",
        "role": "pedagogue",
        "text": "",
        "confidentiality": "open",
    }
    return facts | more


def test_an_employee_reports_from_one_page_and_follows_it(needing, panel):
    me = panel("ped_n1")
    assert "Ingen behov endnu" in me.get("/admin/needs/").text
    form = me.get("/admin/needs/report/").text
    assert f'name="unit_id" value="{needing.town.units["n1"]}"' in form
    assert str(needing.town.units["n2"]) not in form
    sent = me.post("/admin/needs/report/", data=filled(needing), follow_redirects=True)
    assert "Tak. Behovet er meldt" in sent.text
    assert "Vi mangler fælles sange" in sent.text
    assert "Tilføj belæg fra en anden kilde" in sent.text
    assert "Pædagogisk tilsyn" in sent.text
    assert "Kvalificér behovet" not in sent.text
    assert "Vi mangler fælles sange" in me.get("/admin/needs/").text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"staff": "0"}, "staff"),
        ({"staff": "mange"}, "staff"),
        ({"text": "Set på stuen"}, "source"),
        ({"source": "mus", "text": "x" * 100_000}, "text"),
        ({"area_id": ""}, "area_id"),
        ({"urgency": "straks"}, "urgency"),
        ({"title": "En \0 sætning"}, "title"),
    ],
)
def test_a_report_that_cannot_be_is_shown_again_with_what_was_typed(needing, panel, wrong, says):
    facts = filled(needing, description="Det vi skrev før")
    page = panel("ped_n1").post("/admin/needs/report/", data=facts | wrong)
    assert page.status_code == 422
    assert "Intet blev ændret." in page.text
    assert f'href="#{says}"' in page.text
    assert "Det vi skrev før" in page.text
    assert needing.trail() == []


def test_a_leader_takes_it_all_the_way(needing, panel):
    leader = panel("leader_n1")
    need_id = needing.need()
    page = f"/admin/needs/details/?id={need_id}"
    assert "Meldt af" in leader.get(page).text
    leader.post(f"/admin/needs/analyse/?id={need_id}")
    refused = leader.post(f"/admin/needs/qualify/?id={need_id}")
    assert refused.status_code == 409
    assert "Screening" in refused.text
    assert "Forældre" in refused.text
    for source, role in (("screening", "consultant"), ("mus", "leader")):
        facts = {"source": source, "role": role, "text": "Set", "confidentiality": "open"}
        url = f"/admin/needs/evidence/?id={need_id}"
        coming = leader.post(url, data=facts | {"found_on": "01-01-2099"})
        assert (coming.status_code, "found_on" in coming.text) == (422, True)
        assert leader.post(url, data=facts | {"found_on": "01-02-2026"}).status_code == 302
    assert leader.post(f"/admin/needs/qualify/?id={need_id}").status_code == 302
    shown = plain(leader.get(page))
    assert "Indeks 2" in shown
    assert "01-02-2026" in shown
    assert "Behov kvalificeret" in shown
    leader.post(f"/admin/needs/prioritise/?id={need_id}")
    without = leader.post(f"/admin/needs/park/?id={need_id}", data={"reason": " "})
    assert without.status_code == 422
    leader.post(f"/admin/needs/park/?id={need_id}", data={"reason": "Venter på ny stue"})
    assert needing.state(need_id) is NeedState.PARKED
    assert "Venter på ny stue" in leader.get(page).text


def test_evidence_is_withdrawn_from_its_line_and_the_page_says_what_it_cost(needing, panel):
    need_id, found = needing.supported()
    with needing.town.as_user("leader_n1") as ctx:
        needs.qualify(ctx, need_id)
    leader = panel("leader_n1")
    page = leader.get(f"/admin/needs/details/?id={need_id}").text
    assert f"evidence_id={found[0]}" in page
    url = f"/admin/needs/withdraw/?id={need_id}&evidence_id={found[0]}"
    assert f'<option selected value="{found[0]}"' in leader.get(url).text
    told = leader.post(
        url, data={"evidence_id": str(found[0]), "why": "Forkert stue"}, follow_redirects=True
    )
    assert "så det analyseres igen" in told.text
    assert "Trukket tilbage: tæller ikke længere" in told.text
    assert needing.state(need_id) is NeedState.ANALYSED


def test_a_merged_need_shows_the_way_and_the_other_shows_the_evidence(needing, panel):
    one, other = needing.need(title="Den ene"), needing.need(title="Den anden")
    needing.evidence(one, text="Kom fra den ene")
    leader = panel("leader_n1")
    form = leader.get(f"/admin/needs/merge/?id={one}").text
    assert f'value="{other}"' in form
    assert f'value="{one}"' not in form
    leader.post(f"/admin/needs/merge/?id={one}", data={"into_id": str(other)})
    assert "Dette behov fortsætter i" in leader.get(f"/admin/needs/details/?id={one}").text
    page = plain(leader.get(f"/admin/needs/details/?id={other}"))
    assert "Kom fra den ene" in page
    assert "fra et behov, der er lagt til" in page
    assert "Den ene" in page


def test_a_colleague_sees_the_title_and_the_state_and_no_more(needing, panel):
    """An employee who neither reported it nor leads there."""
    need_id = needing.need(by="leader_n1", title="Ro i garderoben", description="Kun for ledelsen")
    with needing.town.as_user("leader_n1") as ctx:
        needs.park(ctx, need_id, reason="Ikke i år")
    me = panel("ped_n1")
    page = me.get(f"/admin/needs/details/?id={need_id}").text
    assert "Ro i garderoben" in page
    assert "Parkeret" in page
    assert "Kun for ledelsen" not in page
    assert "Ikke i år" not in page
    assert "Ro i garderoben" in me.get("/admin/needs/").text
    for user in ("ped_n2", "ped_s1"):
        assert panel(user).get(f"/admin/needs/details/?id={need_id}").status_code == 404
        assert "Ro i garderoben" not in panel(user).get("/admin/needs/").text
    own = needing.need(title="Mit eget", description="Skrev jeg selv")
    with needing.town.as_user("leader_n1") as ctx:
        needs.reject(ctx, own, reason="Løst i går")
    mine = me.get(f"/admin/needs/details/?id={own}").text
    assert "Skrev jeg selv" in mine
    assert "Løst i går" in mine


def test_the_list_is_filtered_sorted_and_taken_away(needing, panel):
    lone = needing.analysed(title="Ene grundlag")
    needing.evidence(lone)
    firm = needing.qualified(title="Dobbelt grundlag")
    needing.need(
        by="ped_s1", unit="s1", title="Sydlig sang", urgency=Urgency.ACUTE, area_id=needing.play
    )
    admin = panel("admin")

    def found(query):
        page = admin.get(f"/admin/needs/?{query}").text
        return {
            title for title in ("Ene grundlag", "Dobbelt grundlag", "Sydlig sang") if title in page
        }

    units = needing.town.units
    assert found("flt0_state=qualified") == {"Dobbelt grundlag"}
    assert found(f"flt0_area={needing.play}") == {"Sydlig sang"}
    assert found(f"flt0_unit={units['north']}") == {"Ene grundlag", "Dobbelt grundlag"}
    assert found("flt0_urgency=acute") == {"Sydlig sang"}
    assert found("flt0_single=1") == {"Ene grundlag"}
    assert found("flt0_single=0") == {"Dobbelt grundlag", "Sydlig sang"}
    assert found("search=dobbelt") == {"Dobbelt grundlag"}
    for column in range(9):
        assert found(f"sort={column}&desc=1") == {"Ene grundlag", "Dobbelt grundlag", "Sydlig sang"}
    names = [name for name, _label in screens.NeedView().get_list_columns()]
    page = admin.get(f"/admin/needs/?sort={names.index('index')}&desc=1").text
    assert page.index("Dobbelt grundlag") < page.index("Ene grundlag") < page.index("Sydlig sang")
    file = admin.get("/admin/needs/export/csv/").text
    assert "Dobbelt grundlag" in file
    assert str(firm) not in file


def test_the_overview_counts_shades_and_waits(needing, panel):
    town = needing.town
    first = needing.qualified()
    needing.need()
    needing.need(by="ped_s1", unit="s1", area_id=needing.play)
    parked = needing.need(by="ped_s1", unit="s1")
    with town.as_user("leader_s1") as ctx:
        needs.park(ctx, parked, reason="Venter")
    with town.as_system() as ctx:
        made = Initiative(
            unit_id=town.units["n1"],
            title="Sprogspor",
            people=4,
            state=InitiativeState.IDEA,
            state_since=ctx.now,
            created_at=ctx.now,
        )
        ctx.session.add(made)
        ctx.session.flush()
        ctx.session.add(InitiativeNeed(initiative_id=made.id, need_id=first))
    page = panel("admin").get("/admin/needs/overview/")
    assert page.status_code == 200
    assert 'class="money heat-5" data-label="Sprog"' in page.text
    assert 'class="money heat-3" data-label="Leg"' in page.text
    assert "style=" not in page.text
    shown = plain(page)
    assert "3 behov" in shown
    assert "0 dage fra behov til første indsats (median)" in shown
    assert "2 uden belæg" in shown
    leader = plain(panel("leader_s1").get("/admin/needs/overview/?level=area"))
    assert "1 behov" in leader
    assert "n1 " + town.slug not in leader
    areas = panel("admin").get("/admin/needs/overview/?level=area").text
    assert f"north {town.slug}" in areas
    assert f"n1 {town.slug}" not in areas
    empty = panel("leader_n2").get("/admin/needs/overview/").text
    assert "Der arbejdes ikke med nogen behov." in empty
    for user in ("ped_n1",):
        assert panel(user).get("/admin/needs/overview/").status_code == 403


def test_a_municipality_without_areas_has_an_overview(make_town, make_needing, settings):
    needing = make_needing(make_town(areas=False))
    needing.need()
    admin = panel_of(needing.town, "admin", settings, screens.views())
    page = admin.get("/admin/needs/overview/")
    assert page.status_code == 200
    assert f"n1 {needing.town.slug}" in page.text


def test_a_confidential_finding_is_told_of_and_not_told(needing, panel):
    need_id = needing.need()
    needing.evidence(
        need_id,
        by="consultant",
        source=SourceType.SUPERVISION,
        role=ActorRole.CONSULTANT,
        text="Hemmelig iagttagelse",
        confidentiality=Confidentiality.INSTITUTION,
    )
    for user in ("admin", "area_north", "auditor", "ped_n1"):
        page = panel(user).get(f"/admin/needs/details/?id={need_id}").text
        assert "Hemmelig" not in page, user
        assert "Fortrolig" in page
        assert "Pædagogisk tilsyn" in page
    assert "Hemmelig" in panel("leader_n1").get(f"/admin/needs/details/?id={need_id}").text
