"""Providers and courses."""

from decimal import Decimal

import pytest

from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import (
    Course,
    CourseCompetence,
    CourseForm,
    PriceKind,
    Provider,
    ProviderKind,
)
from tenant_app.competences import service as competences
from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import Money, kroner
from tests.catalogue.facts import course_facts

OTHERS = ["area_north", "leader_n1", "ped_n1", "auditor"]


@pytest.fixture
def competence(town):
    with town.as_system() as ctx:
        area = competences.create_area(ctx, name="Sprog")
        return competences.create_competence(ctx, area_id=area.id, name="Sprogarbejde").id


def test_the_admin_creates_a_provider_and_a_course(town, look):
    with town.as_user("admin") as ctx:
        provider = catalogue.create_provider(
            ctx, name="  UCL ", kind=ProviderKind.UNIVERSITY_COLLEGE
        )
        made = catalogue.create_course(
            ctx,
            provider_id=provider.id,
            **course_facts(cover_hours=Decimal("84"), materials=kroner(450), is_mandatory=True),
        )
    with town.as_user("ped_n1") as ctx:
        read = catalogue.course(ctx, made.id)
        assert (read.provider.name, read.price, read.is_active) == ("UCL", kroner(12000), True)
        assert (read.ects, read.cover_hours) == (Decimal(10), Decimal(84))
    assert look.trail(town) == ["provider.created", "course.created"]


def test_a_provider_is_changed(town, course, look):
    with town.as_user("consultant") as ctx:
        provider = catalogue.providers(ctx).items[0]
        catalogue.change_provider(ctx, provider.id, name="KP")
        assert catalogue.providers(ctx).items[0].kind is ProviderKind.UNIVERSITY_COLLEGE
    assert [row["name"] for row in look.rows(town, Provider)] == ["KP"]
    assert look.trail(town)[-1] == "provider.changed"


def test_a_course_is_changed_where_told_and_nowhere_else(town, course, look):
    before = look.rows(town, Course)[0]
    with town.as_user("consultant") as ctx:
        catalogue.change_course(ctx, course, price=kroner(13000), cover_hours=Decimal("80"))
    after = look.rows(town, Course)[0]
    assert {name for name in after if after[name] != before[name]} == {"price", "cover_hours"}
    assert look.trail(town)[-1] == "course.changed"


def test_saying_what_already_holds_changes_nothing(town, course, look):
    before = look.trail(town)
    with town.as_user("admin") as ctx:
        catalogue.change_course(ctx, course, price=kroner(12000), ects=Decimal("10.0"))
    assert look.trail(town) == before


def test_cover_hours_can_go_back_to_the_rule_of_the_form(town, make_course, look):
    course = make_course(town, cover_hours=Decimal(3))
    with town.as_user("admin") as ctx:
        catalogue.change_course(ctx, course, cover_hours=None)
    assert look.rows(town, Course)[0]["cover_hours"] is None


def test_a_course_is_retired_and_brought_back(town, course, look):
    with town.as_user("admin") as ctx:
        catalogue.retire_course(ctx, course)
        catalogue.retire_course(ctx, course)
        assert catalogue.courses(ctx, active=True).items == []
        assert [c.id for c in catalogue.courses(ctx, active=False).items] == [course]
        catalogue.reinstate_course(ctx, course)
        assert [c.id for c in catalogue.courses(ctx, active=True).items] == [course]
    assert look.trail(town)[-2:] == ["course.retired", "course.reinstated"]


def test_a_course_gives_a_competence_once(town, course, competence, look):
    with town.as_user("admin") as ctx:
        catalogue.give_competence(ctx, course, competence_id=competence)
        catalogue.give_competence(ctx, course, competence_id=competence)
        assert catalogue.competences_given(ctx, course) == [competence]
    assert look.trail(town).count("course.competence_given") == 1


def test_a_course_gives_a_competence_no_more(town, course, competence, look):
    with town.as_user("admin") as ctx:
        catalogue.give_competence(ctx, course, competence_id=competence)
        catalogue.take_competence(ctx, course, competence_id=competence)
        with pytest.raises(NotFound) as refusal:
            catalogue.take_competence(ctx, course, competence_id=competence)
        assert refusal.value.field == "competence_id"
    assert look.rows(town, CourseCompetence) == []


def test_courses_are_found_by_title_code_form_and_provider(town, make_course):
    language = make_course(town)
    theme = make_course(
        town,
        code="TD-1",
        title="Leg 100 %",
        form=CourseForm.THEME_DAY,
        price_kind=PriceKind.PER_GROUP,
        ects=Decimal(0),
    )
    with town.as_user("ped_n1") as ctx:
        provider = catalogue.providers(ctx).items[0].id

        def found(**filters):
            return {course.id for course in catalogue.courses(ctx, **filters).items}

        assert found() == {language, theme}
        assert found(q="SPROG") == {language}
        assert found(q="td-") == {theme}
        assert found(q="%") == {theme}
        assert found(q="_") == set()
        assert found(q="\0") == {language, theme}
        assert found(form=CourseForm.THEME_DAY) == {theme}
        assert found(provider_id=provider) == {language, theme}
        assert found(provider_id=uuid7()) == set()
        page = catalogue.courses(ctx, page_size=1)
        assert (len(page.items), page.has_more) == (1, True)


def test_two_courses_cannot_share_a_code_and_nothing_changes(town, make_course, look):
    make_course(town)
    other = make_course(town, code="DM-2")
    before = look.rows(town, Course), look.trail(town)
    with town.as_user("admin") as ctx:
        provider = catalogue.providers(ctx).items[0].id
        with pytest.raises(Conflict) as refusal:
            catalogue.create_course(ctx, provider_id=provider, **course_facts())
        assert refusal.value.field == "code"
        with pytest.raises(Conflict):
            catalogue.change_course(ctx, other, code="DM-SPROG", price=Money(1))
    assert (look.rows(town, Course), look.trail(town)) == before


def test_two_providers_cannot_share_a_name_and_nothing_changes(town, course, look):
    with town.as_user("admin") as ctx:
        other = catalogue.create_provider(ctx, name="VIA", kind=ProviderKind.UNIVERSITY_COLLEGE)
    before = look.rows(town, Provider), look.trail(town)
    with town.as_user("admin") as ctx:
        with pytest.raises(Conflict) as refusal:
            catalogue.create_provider(ctx, name="VIA", kind=ProviderKind.PRIVATE)
        assert refusal.value.field == "name"
        with pytest.raises(Conflict):
            catalogue.change_provider(ctx, other.id, name="Københavns Professionshøjskole")
    assert (look.rows(town, Provider), look.trail(town)) == before


@pytest.mark.parametrize(
    "facts",
    [
        {"price": Money(-1)},
        {"price": Money(10**15)},
        {"materials": Money(-100)},
        {"travel": Money(-100)},
        {"ects": Decimal(61)},
        {"ects": Decimal(-1)},
        {"hours": Decimal(2001)},
        {"cover_hours": Decimal(-1)},
        {"code": " "},
        {"title": ""},
    ],
)
def test_absurd_courses_are_refused_and_nothing_changes(town, course, facts, look):
    before = look.rows(town, Course), look.trail(town)
    field = next(iter(facts))
    with town.as_user("admin") as ctx:
        provider = catalogue.providers(ctx).items[0].id
        with pytest.raises(Invalid) as refusal:
            catalogue.create_course(ctx, provider_id=provider, **(course_facts(code="NY") | facts))
        assert refusal.value.field == field
        with pytest.raises(Invalid) as refusal:
            catalogue.change_course(ctx, course, **facts)
        assert refusal.value.field == field
    assert (look.rows(town, Course), look.trail(town)) == before


@pytest.mark.parametrize("user", OTHERS)
def test_others_cannot_change_the_catalogue(town, course, competence, user, look):
    before = look.rows(town, Course), look.rows(town, Provider), look.trail(town)
    with town.as_user(user) as ctx:
        provider = catalogue.providers(ctx).items[0].id
        with pytest.raises(Forbidden):
            catalogue.create_provider(ctx, name="Ny", kind=ProviderKind.PRIVATE)
        with pytest.raises(Forbidden):
            catalogue.change_provider(ctx, provider, name="Ny")
        with pytest.raises(Forbidden):
            catalogue.create_course(ctx, provider_id=provider, **course_facts(code="NY"))
        with pytest.raises(Forbidden):
            catalogue.change_course(ctx, course, price=Money(1))
        with pytest.raises(Forbidden):
            catalogue.retire_course(ctx, course)
        with pytest.raises(Forbidden):
            catalogue.reinstate_course(ctx, course)
        with pytest.raises(Forbidden):
            catalogue.give_competence(ctx, course, competence_id=competence)
        with pytest.raises(Forbidden):
            catalogue.take_competence(ctx, course, competence_id=competence)
    assert (look.rows(town, Course), look.rows(town, Provider), look.trail(town)) == before
    assert look.rows(town, CourseCompetence) == []


def test_ids_of_another_municipality_are_not_there(town, make_town, course, competence, look):
    elsewhere = make_town()
    with town.as_system() as ctx:
        provider = catalogue.providers(ctx).items[0].id
    before = look.rows(town, Course), look.rows(town, Provider)
    with elsewhere.as_user("admin") as ctx:
        assert catalogue.courses(ctx).items == []
        assert catalogue.providers(ctx).items == []
        assert catalogue.competences_given(ctx, course) == []
        for unknown in (course, uuid7()):
            with pytest.raises(NotFound):
                catalogue.course(ctx, unknown)
            with pytest.raises(NotFound):
                catalogue.change_course(ctx, unknown, price=Money(1))
            with pytest.raises(NotFound):
                catalogue.retire_course(ctx, unknown)
            with pytest.raises(NotFound):
                catalogue.give_competence(ctx, unknown, competence_id=competence)
        with pytest.raises(NotFound):
            catalogue.change_provider(ctx, provider, name="Ny")
        with pytest.raises(NotFound) as refusal:
            catalogue.create_course(ctx, provider_id=provider, **course_facts())
        assert refusal.value.field == "provider_id"
        own = catalogue.create_provider(ctx, name="Egen", kind=ProviderKind.MUNICIPAL)
        made = catalogue.create_course(ctx, provider_id=own.id, **course_facts())
        with pytest.raises(NotFound):
            catalogue.change_course(ctx, made.id, provider_id=provider)
        with pytest.raises(NotFound) as refusal:
            catalogue.give_competence(ctx, made.id, competence_id=competence)
        assert refusal.value.field == "competence_id"
        assert catalogue.competences_given(ctx, made.id) == []
    assert (look.rows(town, Course), look.rows(town, Provider)) == before
