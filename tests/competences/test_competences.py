"""Areas and competences: the municipality's own words."""

import pytest
from sqlalchemy import select

from tenant_app.competences import service as competences
from tenant_app.competences.models import Competence, CompetenceArea
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound


def names(town, model):
    with town.as_system() as ctx:
        return list(ctx.session.scalars(select(model.name).order_by(model.name)))


def test_the_admin_creates_an_area_and_a_competence(town, look):
    with town.as_user("admin") as ctx:
        area = competences.create_area(ctx, name=" Sprog  og kommunikation ")
        made = competences.create_competence(
            ctx, area_id=area.id, name="Dialogisk læsning", validity_months=36
        )
    with town.as_user("ped_n1") as ctx:
        read = competences.competence(ctx, made.id)
        assert (read.name, read.area.name) == ("Dialogisk læsning", "Sprog og kommunikation")
        assert [c.id for c in competences.competences(ctx, q="LÆS").items] == [made.id]
        assert competences.competences(ctx, q="%").items == []
        assert [a.id for a in competences.areas(ctx).items] == [area.id]
    assert look.trail(town) == ["competence_area.created", "competence.created"]


def test_a_competence_is_changed(town, language, look):
    with town.as_user("consultant") as ctx:
        area = competences.create_area(ctx, name="Andet")
        competences.change_competence(
            ctx, language, area_id=area.id, name="Sprogarbejde", validity_months=12
        )
    with town.as_user("admin") as ctx:
        read = competences.competence(ctx, language)
        assert (read.name, read.validity_months, read.area.name) == ("Sprogarbejde", 12, "Andet")


def test_an_area_is_renamed(town, language):
    with town.as_user("admin") as ctx:
        area = competences.areas(ctx).items[0]
        competences.rename_area(ctx, area.id, name="Kommunikation")
    assert names(town, CompetenceArea) == ["Kommunikation"]


def test_two_areas_cannot_share_a_name_and_nothing_changes(town, language, first_aid, look):
    before = names(town, CompetenceArea), look.trail(town)
    with town.as_user("admin") as ctx:
        areas = competences.areas(ctx).items
        with pytest.raises(Conflict) as refusal:
            competences.create_area(ctx, name=areas[0].name)
        assert refusal.value.field == "name"
        with pytest.raises(Conflict):
            competences.rename_area(ctx, areas[1].id, name=areas[0].name)
    assert (names(town, CompetenceArea), look.trail(town)) == before


def test_two_competences_cannot_share_a_name_and_nothing_changes(town, language, first_aid, look):
    before = look.trail(town)
    with town.as_user("admin") as ctx:
        area = competences.areas(ctx).items[0]
        with pytest.raises(Conflict):
            competences.create_competence(ctx, area_id=area.id, name="Sprog")
        with pytest.raises(Conflict):
            competences.change_competence(
                ctx, first_aid, area_id=area.id, name="Sprog", validity_months=None
            )
    assert names(town, Competence) == ["Førstehjælp", "Sprog"]
    assert look.trail(town) == before


def test_absurd_facts_are_refused_and_nothing_changes(town, language):
    with town.as_user("admin") as ctx:
        area = competences.areas(ctx).items[0]
        for name, months in (("", None), ("Ny", 0), ("Ny", 10_000)):
            with pytest.raises(Invalid):
                competences.create_competence(
                    ctx, area_id=area.id, name=name, validity_months=months
                )
        with pytest.raises(Invalid):
            competences.change_competence(
                ctx, language, area_id=area.id, name="Sprog", validity_months=-1
            )
    assert names(town, Competence) == ["Sprog"]


@pytest.mark.parametrize("user", ["area_north", "leader_n1", "ped_n1", "auditor"])
def test_others_cannot_change_the_words(town, language, user, look):
    before = look.trail(town)
    with town.as_user(user) as ctx:
        area = competences.areas(ctx).items[0]
        with pytest.raises(Forbidden):
            competences.create_area(ctx, name="Ny")
        with pytest.raises(Forbidden):
            competences.rename_area(ctx, area.id, name="Ny")
        with pytest.raises(Forbidden):
            competences.create_competence(ctx, area_id=area.id, name="Ny")
        with pytest.raises(Forbidden):
            competences.change_competence(
                ctx, language, area_id=area.id, name="Ny", validity_months=None
            )
    assert names(town, Competence) == ["Sprog"]
    assert look.trail(town) == before


def test_ids_of_another_municipality_are_not_there(make_town, make_competence):
    here, there = make_town(), make_town()
    foreign = make_competence(there)
    with there.as_system() as ctx:
        foreign_area = competences.areas(ctx).items[0].id
    with here.as_user("admin") as ctx:
        assert competences.competences(ctx).items == []
        with pytest.raises(NotFound):
            competences.competence(ctx, foreign)
        with pytest.raises(NotFound):
            competences.rename_area(ctx, foreign_area, name="Ny")
        with pytest.raises(NotFound) as refusal:
            competences.create_competence(ctx, area_id=foreign_area, name="Ny")
        assert refusal.value.field == "area_id"
        with pytest.raises(NotFound):
            competences.change_competence(
                ctx, foreign, area_id=foreign_area, name="Ny", validity_months=None
            )
    assert names(here, Competence) == []
    assert names(there, Competence) == ["Sprog"]


def test_the_same_name_in_two_municipalities_is_no_double(make_town, make_competence):
    make_competence(make_town())
    make_competence(make_town())
