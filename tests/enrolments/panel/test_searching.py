"""The list of enrolments is found in by name, course and code, wherever its rows go."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, event, select, text, update

from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.core.searching import asked as what_was_typed
from tenant_app.core.searching import holds
from tenant_app.enrolments import queries
from tenant_app.enrolments.models import Enrolment
from tenant_app.enrolments.queries import searching
from tenant_app.organisation.models import Employee
from tests.admin.lists import table_of
from tests.enrolments.panel.conftest import asked
from tests.enrolments.panel.test_statements import crowd, waits
from tests.statements import statements

NAMES = {
    "ped_n1_1": "Åse Møller",
    "ped_n1_2": "Kim Aagaard",
    "ped_n2_1": "Bo 50%_Bæk",
    "ped_s1_1": "Søren Møller",
}


@pytest.fixture
def asked_for(town, school, start):
    """Two courses; two people of the north on each, and one of the south on the first."""
    sessions = [
        school.session(starts_on=start, deadline=start - timedelta(days=10), fee=0, cover_hours="0")
        for _ in range(2)
    ]
    facts = (("Møller og motorik", "MOT-1"), ("Sprog i leg", "SPR-2"))
    with town.as_system() as ctx:
        for session_id, (title, code) in zip(sessions, facts, strict=True):
            of = select(CourseSession.course_id).where(CourseSession.id == session_id)
            ctx.session.execute(
                update(Course)
                .where(Course.id == of.scalar_subquery())
                .values(title=title, code=code)
                .execution_options(synchronize_session=False)
            )
        for key, name in NAMES.items():
            one = Employee.id == town.employees[key]
            ctx.session.execute(update(Employee).where(one).values(name=name))
    asked(town, sessions[0], "ped_n2_1", who="leader_n2")
    asked(town, sessions[0], "ped_n1_2", who="leader_n1")
    asked(town, sessions[1], "ped_n1_1", "ped_n1_2", who="leader_n1")
    asked(town, sessions[1], "ped_s1_1", who="leader_s1")


def found(browser, who, typed, **more):
    """Participants, by name."""
    page = browser(who).client.get(
        "/admin/requests/", query_string={"search": typed, "sort": "0", **more}
    )
    assert page.status_code == 200
    return participants(page.text)


def participants(page):
    """Those of the list on a page, by its order."""
    heads, rows = table_of(page)
    return [row[heads.index("Deltager")] for row in rows]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("åse", ["Åse Møller"]),
        ("AASE", ["Åse Møller"]),
        ("mø åse", ["Åse Møller"]),
        ("ågård", ["Kim Aagaard", "Kim Aagaard"]),
        ("sprog", ["Kim Aagaard", "Søren Møller", "Åse Møller"]),
        ("leg sprog", ["Kim Aagaard", "Søren Møller", "Åse Møller"]),
        ("spr-2", ["Kim Aagaard", "Søren Møller", "Åse Møller"]),
        ("mot-", ["Bo 50%_Bæk", "Kim Aagaard"]),
        ("ot-1", []),
        ("møl", ["Bo 50%_Bæk", "Kim Aagaard", "Søren Møller", "Åse Møller"]),
        ("50%_", ["Bo 50%_Bæk"]),
        ("%", None),
        ("%%", []),
        ("' or 1=1", []),
        ("findesikke", []),
        ("  ", None),
    ],
)
def test_names_titles_and_codes_find_what_the_search_in_everything_finds(
    asked_for, browser, typed, names
):
    everyone = ["Bo 50%_Bæk", "Kim Aagaard", "Kim Aagaard", "Søren Møller", "Åse Møller"]
    assert found(browser, "admin", typed) == (everyone if names is None else names)


def test_everybody_finds_in_their_own_part_only(asked_for, browser):
    assert found(browser, "area_south", "møl") == ["Søren Møller"]
    assert found(browser, "leader_n1", "møl") == ["Kim Aagaard", "Åse Møller"]
    assert found(browser, "leader_n1", "søren") == []
    assert found(browser, "ped_n1", "sprog") == ["Åse Møller"]
    assert found(browser, "ped_n1", "kim") == []


def test_another_municipality_finds_nothing_of_ours(asked_for, site, make_town, browser, town):
    there = make_town(now=town.now)
    from_there = type(browser("admin"))(site, there, "admin")
    assert participants(from_there.text("/admin/requests/?search=møl")) == []


def test_it_narrows_with_the_other_filters(asked_for, browser, town):
    assert found(browser, "admin", "sprog", unit_id=town.units["north"]) == [
        *("Kim Aagaard", "Åse Møller")
    ]
    assert found(browser, "admin", "sprog", state="confirmed") == []


def test_the_file_and_the_count_are_of_what_was_found(asked_for, browser):
    admin = browser("admin")
    page = admin.text("/admin/requests/?search=sprog&sort=0")
    assert "3 rækker" in page
    link = re.search(r'href="(/admin/requests/export/csv/[^"]*)"', page)[1]
    rows = list(csv.reader(io.StringIO(admin.get(link).text.lstrip("\ufeff")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["Kim Aagaard", "Søren Møller", "Åse Møller"]


def test_a_long_list_is_counted_as_it_was_found(town, session_id, browser, asked_for):
    for person in crowd(town, "n1", 18):  # seats are twenty
        waits(town, session_id, "n1", person)

    page = browser("admin").text("/admin/requests/?search=q+000&page_size=25")
    assert "18 rækker" in page
    page = browser("admin").text("/admin/requests/?page_size=25")
    assert "af 23" not in page
    assert "23 rækker" in page


def test_a_saved_view_is_searched_within(asked_for, browser, town):
    admin = browser("admin")
    admin.post(
        "/admin/saved-views/save/",
        {
            "name": "I nord",
            "view": "requests",
            "query": f"unit_id={town.units['north']}&search=kim",
            "is_default": "y",
        },
    )
    opened = participants(admin.text(admin.get("/admin/requests/").location))
    assert sorted(opened) == ["Bo 50%_Bæk", "Kim Aagaard", "Kim Aagaard", "Åse Møller"]
    within = admin.text(f"/admin/requests/?unit_id={town.units['north']}&search=åse")
    assert participants(within) == ["Åse Møller"]
    assert re.search(r'aria-current="true"[^>]*>I nord', within)


def test_one_letter_is_too_little_and_that_is_said(asked_for, browser):
    page = browser("admin").text("/admin/requests/?search=m")
    assert "Skriv mindst 2 bogstaver." in page
    assert len(participants(page)) == 5
    assert "Skriv mindst" not in browser("admin").text("/admin/requests/?search=mø")


def test_the_search_in_everything_leads_to_the_list(asked_for, town, session_id, browser):
    for person in crowd(town, "n1", 12):
        waits(town, session_id, "n1", person)
    admin = browser("admin")

    page = admin.text("/admin/search/?q=q+000")
    link = re.search(r'<a href="([^"]+)">Vis alle: Tilmeldinger</a>', page)[1]

    assert link.startswith("/admin/requests/?search=q")
    assert len(participants(admin.text(link))) == 12


def test_a_page_asks_no_more_the_more_is_found(asked_for, town, session_id, browser, db):
    for who in ("admin", "leader_n1", "ped_n1"):
        client = browser(who)
        client.text("/admin/requests/?search=sprog")
        with statements(db.app) as few:
            client.text("/admin/requests/?search=åse")
        with statements(db.app) as many:
            client.text("/admin/requests/?search=er")
        assert len(many) <= len(few) <= 12


# The index


@pytest.fixture
def crowded(asked_for, town, settings):
    """3,000 more requests: of a handful of rows PostgreSQL reads all."""
    people = crowd(town, "n1", 3_000)
    with town.as_system() as ctx:
        known = ctx.session.scalars(select(Enrolment).limit(1)).one()
        common = {name: getattr(known, name) for name in ("session_id", "unit_id", "year_id")}
        common |= {"state": known.state, "requested_by": known.requested_by}
        at = [town.now - timedelta(minutes=minutes) for minutes in range(len(people))]
        ctx.insert_many(
            Enrolment,
            [
                {**common, "employee_id": person, "submitted_at": moment}
                for person, moment in zip(people, at, strict=True)
            ],
        )
    owner = create_engine(settings.database_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("ANALYZE enrolments"))
    owner.dispose()


def plan_of(ctx, condition):
    """How PostgreSQL reads the newest page of what fits."""
    seen = []

    def note(conn, cursor, statement, parameters, context, executemany):
        seen.append((statement, parameters))

    engine = ctx.session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        ctx.session.scalars(
            select(Enrolment)
            .where(queries.scope(ctx), condition)
            .order_by(Enrolment.submitted_at.desc(), Enrolment.id.desc())
            .limit(51)
        ).all()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    statement, parameters = seen[-1]
    lines = ctx.session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(lines.scalars())


def test_a_name_is_found_by_the_indexes_of_participants_and_sessions(crowded, town):
    wanted = what_was_typed("åse")
    with town.as_user("admin") as ctx:
        given = plan_of(ctx, searching.speaks_of(ctx, wanted))
        people = select(Employee.id).where(holds(Employee.sought, wanted))
        sessions = select(CourseSession.id).where(CourseSession.place == "x")
        asked_inside = plan_of(
            ctx, Enrolment.employee_id.in_(people) | Enrolment.session_id.in_(sessions)
        )

    assert "BitmapOr" in given
    assert "BitmapOr" not in asked_inside  # the control


def test_many_are_found_as_well_as_few(asked_for, town, browser, monkeypatch):
    few = {who: found(browser, who, "møl") for who in ("admin", "leader_n1", "ped_n1")}
    monkeypatch.setattr(searching, "FEW", 1)
    assert {who: found(browser, who, "møl") for who in few} == few
