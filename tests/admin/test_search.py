"""One field finds people, units, courses and enrolments: each role in what it may see."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.budgets.models import BudgetYear
from tenant_app.catalogue.models import (
    Course,
    CourseForm,
    CourseSession,
    PriceKind,
    Provider,
    ProviderKind,
    SessionState,
)
from tenant_app.core import clock
from tenant_app.core.money import kroner
from tenant_app.core.searching import MOST_WORDS, asked
from tenant_app.dialogue import service as dialogue
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, Confidentiality, SourceType, Urgency
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Unit
from tests.forums.conftest import Council
from tests.reports.conftest import Ledger
from tests.statements import statements

NAMES = {
    "ped_n1_1": "Åse Møller",
    "ped_n1_2": "Kim Aagaard",
    "ped_n1_3": "Ane Møllegaard Ågård",
    "ped_s1_1": "Søren Møller",
    "ped_s1_2": "Percy 50%_Petersen",
    "med_n1": "Bo <script>alert(1)</script> 'Møl' 🙂",
}


@pytest.fixture
def town(make_town):
    made = make_town(now=clock.now())
    year = made.now.year
    Ledger(made, year=year)
    with made.as_system() as ctx:
        for key, name in NAMES.items():
            ctx.session.execute(
                update(Employee)
                .where(Employee.id == made.employees[key])
                .values(name=name, number=f"90{made.employees[key].int % 10**6:06}")
            )
        ctx.session.execute(
            update(Employee)
            .where(Employee.id == made.employees["ped_s1_2"])
            .values(email="percy@by.dk", number="777001")
        )
        for key, name in (("n1", "Møllebo Børnehus"), ("s1", "Søndermølle")):
            ctx.session.execute(update(Unit).where(Unit.id == made.units[key]).values(name=name))
        provider = Provider(name="Københavns Professionshøjskole", kind=ProviderKind.PRIVATE)
        ctx.session.add(provider)
        ctx.session.flush()
        titles = (("K-1", "Møller og motorik", True), ("K-2", "Sprog i leg", True))
        made.courses = {}
        for code, title, is_active in (*titles, ("K-3", "Mølle for begyndere", False)):
            course = Course(
                code=code,
                title=title,
                provider_id=provider.id,
                form=CourseForm.COURSE,
                ects=Decimal(0),
                hours=Decimal(7),
                cover_hours=None,
                price_kind=PriceKind.PER_PERSON,
                price=kroner(100),
                is_active=is_active,
            )
            ctx.session.add(course)
            ctx.session.flush()
            made.courses[code] = course.id
        day = made.now.date() + timedelta(days=30)
        session = CourseSession(
            course_id=made.courses["K-2"],
            starts_on=day,
            ends_on=day,
            deadline=day,
            seats=20,
            place="",
            state=SessionState.OPEN,
        )
        ctx.session.add(session)
        ctx.session.flush()
        year_id = ctx.session.scalar(select(BudgetYear.id))
        for person, unit in (("ped_n1_1", "n1"), ("ped_s1_1", "s1"), ("ped_n1_2", "n1")):
            ctx.session.add(
                Enrolment(
                    employee_id=made.employees[person],
                    session_id=session.id,
                    unit_id=made.units[unit],
                    year_id=year_id,
                    state=EnrolmentState.CONFIRMED,
                    requested_by=made.users["admin"],
                )
            )
    return made


@pytest.fixture
def browser(app, town):
    def of(user):
        with town.as_system() as ctx:
            token = accounts.open_session(ctx, ctx.session.get_one(User, town.users[user]))
        client = app.test_client()
        with client.session_transaction() as kept:
            kept.update(tenant=town.tenant_id, token=token)
        return client

    return of


def groups(client, text, **more):
    """Heading → titles found."""
    page = client.get("/admin/search/", query_string={"q": text, **more})
    assert page.status_code == 200
    found = {}
    for section in re.findall(r'<section class="found".*?</section>', page.text, re.DOTALL):
        heading = re.search(r"<h2[^>]*>([^<]+)</h2>", section)[1]
        found[heading] = re.findall(r"<li><(?:a|strong)[^>]*>(.*?)</(?:a|strong)>", section)
    return found


def test_an_administrator_finds_everything_the_nearest_first(browser):
    found = groups(browser("admin"), "møl")

    assert found["Medarbejdere"] == [
        "Ane Møllegaard Ågård",
        "Søren Møller",
        "Åse Møller",
        "Bo &lt;script&gt;alert(1)&lt;/script&gt; &#39;Møl&#39; 🙂",  # not at the start of a word
    ]
    assert found["Enheder"] == ["Møllebo Børnehus", "Søndermølle"]
    assert found["Forløb"] == ["Møller og motorik", "Mølle for begyndere"]
    assert found["Tilmeldinger"] == ["Søren Møller: Sprog i leg", "Åse Møller: Sprog i leg"]


def test_a_leader_finds_their_own_house_and_the_catalogue(browser):
    found = groups(browser("leader_n1"), "møl")

    assert "Søren Møller" not in found["Medarbejdere"]
    assert "Åse Møller" in found["Medarbejdere"]
    assert found["Enheder"] == ["Møllebo Børnehus"]
    assert "Møller og motorik" in found["Forløb"]
    assert found["Tilmeldinger"] == ["Åse Møller: Sprog i leg"]
    assert groups(browser("leader_s1"), "aagaard") == {}


def test_an_area_leader_finds_the_area(browser):
    found = groups(browser("area_south"), "møl")

    assert found["Medarbejdere"] == ["Søren Møller"]
    assert found["Enheder"] == ["Søndermølle"]
    assert found["Tilmeldinger"] == ["Søren Møller: Sprog i leg"]


def test_an_employee_finds_only_themselves_and_the_catalogue(browser):
    page = browser("ped_n1")
    found = groups(page, "møl")

    assert found == {
        "Medarbejdere": ["Åse Møller"],
        "Forløb": ["Møller og motorik", "Mølle for begyndere"],
        "Tilmeldinger": ["Åse Møller: Sprog i leg"],
    }
    assert groups(page, "aagaard") == {}
    assert 'href="/admin/own/"' in page.get("/admin/search/?q=møl").text


def test_a_user_without_a_role_finds_nothing_of_others(browser, town):
    with town.as_user("admin") as ctx:
        held = accounts.roles(ctx, user_id=town.users["auditor"]).items[0]
        accounts.end_role(ctx, held.id)

    assert groups(browser("auditor"), "møl") == {}


def test_another_municipality_finds_nothing_of_ours(browser, make_town, app):
    there = make_town(now=clock.now())
    with there.as_system() as ctx:
        token = accounts.open_session(ctx, ctx.session.get_one(User, there.users["admin"]))
    client = app.test_client()
    with client.session_transaction() as kept:
        kept.update(tenant=there.tenant_id, token=token)

    assert groups(client, "møller") == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AAGAARD", ["Kim Aagaard", "Ane Møllegaard Ågård"]),
        ("ågård", ["Kim Aagaard", "Ane Møllegaard Ågård"]),
        ("åse", ["Åse Møller"]),
        ("ÅSE mø", ["Åse Møller"]),
        ("møl ane", ["Ane Møllegaard Ågård"]),
        ("777001", ["Percy 50%_Petersen"]),
        ("7770", ["Percy 50%_Petersen"]),
        ("percy@by", ["Percy 50%_Petersen"]),
        ("50%_", ["Percy 50%_Petersen"]),
        ("<script>", ["Bo &lt;script&gt;alert(1)&lt;/script&gt; &#39;Møl&#39; 🙂"]),
        ("🙂 bo", ["Bo &lt;script&gt;alert(1)&lt;/script&gt; &#39;Møl&#39; 🙂"]),
        ("%%", None),
        ("__", None),
        ("e_e", None),
        ("åse sørensen", None),
        ("/%", None),
        ("\\%", None),
        ("' or 1=1", None),
    ],
)
def test_what_is_typed_is_taken_literally(browser, text, found):
    answer = groups(browser("admin"), text).get("Medarbejdere")
    assert (sorted(answer) if answer else answer) == (sorted(found) if found else found)


@pytest.mark.parametrize("text", ["", "m", " m ", "\0m", "   "])
def test_too_little_is_not_searched_for(browser, text):
    page = browser("admin").get("/admin/search/", query_string={"q": text})

    assert page.status_code == 200
    assert 'class="found"' not in page.text
    assert ("Skriv mindst 2 bogstaver" in page.text) is bool(text.strip("\0 "))


def test_nothing_found_says_what_to_try(browser):
    page = browser("leader_n1").get("/admin/search/?q=findesikke").text
    assert "Intet passer til det, du søger." in page
    assert "Prøv færre bogstaver" in page


@pytest.mark.parametrize("text", ["a" * 5000, "x " * 500, "%" * 300, "\ud800ab", "\n\t\x01ab"])
def test_whatever_a_url_can_hold_is_answered(browser, text):
    query = {"q": text.encode("utf-8", "surrogatepass")}
    assert browser("admin").get("/admin/search/", query_string=query).status_code == 200


def test_many_words_are_cut():
    assert len(asked("et to tre fire fem seks syv otte").words) == MOST_WORDS
    assert asked("x") is None


def test_a_group_is_short_and_leads_to_the_rest(browser, town):
    with town.as_system() as ctx:
        for n in range(12):
            ctx.session.add(Employee(number=f"Z{n:03}", name=f"Zenia {n:02}", email=None))
    page = browser("admin").get("/admin/search/?q=zenia").text

    assert groups(browser("admin"), "zenia") == {
        "Medarbejdere": [f"Zenia {n:02}" for n in range(8)]
    }
    link = re.search(r'<a href="(/admin/employees/[^"]+)">Vis alle: Medarbejdere</a>', page)
    assert "Zenia 11" in browser("admin").get(link[1]).text


def test_all_of_the_enrolments_stand_in_their_list(browser, town):
    with town.as_system() as ctx:
        known = ctx.session.scalars(select(Enrolment)).first()
        for person in ("ped_n1_3", "ped_n2_1", "ped_n2_2", "ped_n2_3", "ped_s1_2", "ped_s1_3"):
            ctx.session.add(
                Enrolment(
                    employee_id=town.employees[person],
                    session_id=known.session_id,
                    unit_id=known.unit_id,
                    year_id=known.year_id,
                    state=EnrolmentState.CONFIRMED,
                    requested_by=town.users["admin"],
                )
            )
    page = browser("admin").get("/admin/search/?q=sprog").text
    assert len(re.findall("<li><a[^>]*>[^<]*: Sprog i leg", page)) == 8
    link = re.search(r'<a href="([^"]+)">Vis alle: Tilmeldinger</a>', page)[1].replace("&amp;", "&")

    assert link.startswith("/admin/requests/")
    rest = browser("admin").get(link).text
    assert len(re.findall(r'data-label="Forløb">Sprog i leg', rest)) == 9


def test_somebody_who_left_is_told_apart(browser, town):
    with town.as_user("admin") as ctx:
        organisation.end_employment(ctx, town.employees["ped_n1_2"], on=ctx.today)

    assert "Fratrådt" in browser("admin").get("/admin/search/?q=aagaard").text
    assert groups(browser("leader_n1"), "aagaard").get("Medarbejdere") == ["Ane Møllegaard Ågård"]


def test_the_key_follows_the_person(town, browser):
    with town.as_user("admin") as ctx:
        organisation.describe_employee(ctx, town.employees["ped_n1_2"], name="Kim Østergård")

    assert groups(browser("admin"), "østergaard")["Medarbejdere"] == ["Kim Østergård"]


def test_a_search_costs_the_same_few_statements_whatever_is_found(browser, town, db):
    def found(client, text):
        client.get("/admin/search/?q=warm")
        with statements(db.app) as seen:
            assert client.get("/admin/search/", query_string={"q": text}).status_code == 200
        return seen

    for user in ("admin", "leader_n1", "ped_n1"):
        client = browser(user)
        few, many = found(client, "åse møller"), found(client, "er")
        assert len(many) <= 12
        assert len(many) <= len(few)


def test_the_field_stands_on_every_page_with_what_was_typed(browser):
    home = browser("ped_n1").get("/admin/").text
    assert 'role="search" method="get" action="/admin/search/"' in home
    assert "search." in home
    page = browser("ped_n1").get('/admin/search/?q="><b>x').text
    assert 'value="&#34;&gt;&lt;b&gt;x"' in page


@pytest.fixture
def worked_on(town):
    """Something of each kind in the north and in the south, and confidential words behind it."""
    council = Council(town)
    for area, where in (("north", "n1"), ("south", "s1")):
        with town.as_user(f"leader_{where}") as ctx:
            need = needs.report(
                ctx,
                unit_id=town.units[where],
                area_id=council.plans.area_id,
                title=f"Kluntet leg i {where}",
                urgency=Urgency.NORMAL,
                staff=4,
            )
            needs.add_evidence(
                ctx,
                need.id,
                source=SourceType.DIALOGUE,
                role=ActorRole.LEADER,
                text="Hemmeligheden om Kluntebarnet",
                confidentiality=Confidentiality.AUTHOR,
            )
        council.plans.make(where, title=f"Klunt om {where}")
        forum = council.forum(area, who=f"area_{area}", name=f"Kluntemøde {area}", member_ids=[])
        council.meeting(days=5, who=f"area_{area}", forum_id=forum)
        with town.as_user(f"leader_{where}") as ctx:
            dialogue.create(
                ctx, unit_id=town.units[where], title=f"Klunteri {where}", held_on=ctx.today
            )


def test_what_is_worked_on_is_found_by_title_within_sight(browser, worked_on):
    all_of_it = groups(browser("admin"), "klunt")
    assert sorted(all_of_it["Behov"]) == ["Kluntet leg i n1", "Kluntet leg i s1"]
    assert sorted(all_of_it["Indsatser"]) == ["Klunt om n1", "Klunt om s1"]
    assert sorted(all_of_it["Møder"]) == ["Kluntemøde north", "Kluntemøde south"]
    assert sorted(all_of_it["Dialogmøder"]) == ["Klunteri n1", "Klunteri s1"]

    north = groups(browser("area_north"), "klunt")
    assert north == {
        "Behov": ["Kluntet leg i n1"],
        "Indsatser": ["Klunt om n1"],
        "Møder": ["Kluntemøde north"],
        "Dialogmøder": ["Klunteri n1"],
    }
    leader = groups(browser("leader_s1"), "KLUNT")
    assert leader["Behov"] == ["Kluntet leg i s1"]
    assert "Møder" not in leader  # no member of that forum


def test_confidential_words_behind_a_need_are_not_searched(browser, worked_on):
    for user in ("admin", "leader_n1", "consultant", "ped_n1"):
        assert groups(browser(user), "hemmeligheden") == {}
        assert groups(browser(user), "kluntebarnet") == {}
