"""Each role's home shows what the role begins with, in a few statements however much there is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import pairwise

import pytest

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.budgets.models import BudgetYear, BudgetYearState, Pool
from tenant_app.catalogue.models import CourseSession
from tenant_app.competences.models import Competence, CompetenceArea, Holding, HoldingSource
from tenant_app.core import clock
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment
from tenant_app.reports import service as reports
from tests.enrolments.conftest import School
from tests.statements import statements
from tests.town import START

ROLES = ("admin", "consultant", "auditor", "area_north", "leader_n1", "ped_n1")
EVERYTHING = (
    (Role.MUNICIPAL_ADMIN, "root"),
    (Role.AREA_LEADER, "north"),
    (Role.INSTITUTION_LEADER, "n1"),
    (Role.AUDITOR, "root"),
    (Role.CONSULTANT, "root"),
)
MOST = 13
"""Twelve, and one more that counts what waits in seven other rooms."""
JUNE = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def town(make_town, monkeypatch):
    """It is June, so that what begins in forty days is paid by the same year."""
    monkeypatch.setattr(clock, "now", lambda: JUNE)
    return make_town(now=JUNE)


@pytest.fixture
def start(town):
    return town.today + timedelta(days=40)


@pytest.fixture
def school(town, start):
    """Money of the year of today, and a catalogue."""
    return School(town, year=town.today.year)


@pytest.fixture
def look(app, town):
    """Who is signed in → (the page, the statements it took)."""

    def look(user: str) -> tuple[str, list[str]]:
        client = app.test_client()
        with town.as_system() as ctx:
            token = accounts.open_session(ctx, ctx.session.get_one(User, town.users[user]))
        with client.session_transaction() as kept:
            kept.update(tenant=town.tenant_id, token=token)
        with statements(town.db.app) as seen:
            answer = client.get("/admin/")
        assert answer.status_code == 200
        return answer.text, seen

    return look


def words(page: str) -> str:
    bare = re.sub(r"<[^>]+>", " ", page.partition('id="main"')[2])
    return unescape(re.sub(r"\s+", " ", bare))


def section(page: str, name: str) -> str:
    _before, _mark, rest = page.partition(f'aria-labelledby="{name}-title"')
    return words('id="main"' + rest.partition('<section class="home-section"')[0])


def sections(page: str) -> list[str]:
    return re.findall(r'class="home-section" aria-labelledby="(\w+)-title"', page)


def ask(town, session_id, *people, who="leader_n1"):
    ids = [town.employees[person] for person in people]
    with town.as_user(who) as ctx:
        made = enrolments.request(ctx, session_id=session_id, employee_ids=ids)
    return [each.id for each in made]


def expiring(town, *people, days=30):
    with town.as_system() as ctx:
        area = CompetenceArea(name=f"Felt {len(people)} {days}")
        ctx.session.add(area)
        ctx.session.flush()
        competence = Competence(
            area_id=area.id, name=f"Førstehjælp {len(people)} {days}", validity_months=24
        )
        ctx.session.add(competence)
        ctx.session.flush()
        for person in people:
            ctx.session.add(
                Holding(
                    employee_id=town.employees[person],
                    competence_id=competence.id,
                    from_date=START,
                    until_date=town.today + timedelta(days=days),
                    source=HoldingSource.EARLIER,
                    source_id=None,
                )
            )
    return competence.name


@pytest.fixture
def filled(town, school, start):
    """Few rows of everything; called again, many more."""

    def fill(sessions: int, people: tuple[str, ...]) -> None:
        for _number in range(sessions):
            session_id = school.session(
                starts_on=start, deadline=start - timedelta(days=10), fee=kroner(100), seats=100
            )
            ask(town, session_id, *(f"ped_n1_{at}" for at in people))
            ask(town, session_id, *(f"ped_n2_{at}" for at in people), who="leader_n2")
            expiring(town, *(f"ped_n1_{at}" for at in people), days=20 + _number)
        with town.as_system() as ctx:
            year = ctx.today.year
            reports.compute_coverage(ctx, year=year)
            reports.compute_usage(ctx, year=year)

    return fill


def hold_every_role(town):
    with town.as_system() as ctx:
        for role, unit in EVERYTHING:
            ctx.session.add(
                RoleAssignment(
                    user_id=town.users["ped_n1"],
                    role=role,
                    unit_id=town.units[unit],
                    from_date=START,
                    to_date=None,
                )
            )


def test_no_home_asks_more_than_thirteen_statements_or_more_with_more_rows(town, filled, look):
    filled(1, ("2",))
    few = {who: len(look(who)[1]) for who in ROLES}
    filled(5, ("2", "3"))
    many = {who: len(look(who)[1]) for who in ROLES}

    assert few == many
    assert max(many.values()) <= MOST - 1, "raising the fence is one more"


def test_whoever_holds_every_role_is_shown_all_in_one_order(town, filled, look):
    filled(1, ("2",))
    hold_every_role(town)

    page, seen = look("ped_n1")

    assert sections(page) == ["calls", "municipality", "area", "institution", "me", "audit", "jobs"]
    assert len(seen) <= MOST


def test_each_role_has_its_own_sections(town, filled, look):
    filled(1, ("2",))

    assert {who: sections(look(who)[0]) for who in ROLES} == {
        "admin": ["calls", "municipality", "jobs"],
        "consultant": ["calls", "municipality"],
        "auditor": ["municipality", "audit"],
        "area_north": ["calls", "area"],
        "leader_n1": ["calls", "institution", "me"],
        "ped_n1": ["calls", "me"],
    }


def test_headings_go_down_one_level_at_a_time(town, filled, look):
    filled(2, ("2",))
    hold_every_role(town)

    levels = [int(level) for level in re.findall(r"<h(\d)\b", look("ped_n1")[0])]

    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_the_area_leader_sees_what_waits_with_its_age_and_who_goes_together(
    town, filled, school, look, start
):
    filled(1, ("2",))
    [late] = ask(
        town,
        school.session(starts_on=start, deadline=start, fee=kroner(100)),
        "ped_n2_3",
        who="leader_n2",
    )
    with town.as_system() as ctx:
        enrolment = ctx.session.get_one(Enrolment, late)
        enrolment.submitted_at = ctx.now - timedelta(days=9)

    page = look("area_north")[0]

    assert "9 dage" in section(page, "calls")
    assert "1 i mere end en uge" in section(page, "calls")
    together = section(page, "area").partition("Hvem tager af sted sammen")[2]
    assert "ped_n1_2" in together
    assert "ped_n2_2" in together
    assert "ped_n2_3" not in together


def test_an_area_leader_sees_nothing_of_the_other_area(town, filled, look):
    filled(2, ("2", "3"))

    page = look("area_south")[0]

    assert "n1_" not in words(page)
    assert f"n1 {town.slug}" not in words(page)
    assert "Ingen kommende hold har deltagere fra mere end én" in words(page)


def test_the_leader_sees_returned_requests_and_finished_courses_as_tasks(town, school, look, start):
    session_id = school.session(starts_on=start, deadline=start, fee=kroner(100), ects="0")
    [done] = ask(town, session_id, "ped_n1_2")
    with town.as_user("area_north") as ctx:
        enrolments.approve(ctx, done)
    with town.as_system() as ctx:
        session = ctx.session.get_one(CourseSession, session_id)
        session.deadline = session.starts_on = session.ends_on = start - timedelta(days=60)
    coming = school.session(starts_on=start, deadline=start, fee=kroner(100))
    [sent_back] = ask(town, coming, "ped_n1_3")
    with town.as_user("area_north") as ctx:
        enrolments.return_(ctx, sent_back, note="Hvorfor netop nu?")

    found = section(look("leader_n1")[0], "calls")

    assert "Hvorfor netop nu?" in found
    assert "1 tilmelding er sendt tilbage til dig" in found
    assert "1 afsluttet forløb, du skal bekræfte" in found
    assert "ped_n1_2" in found.partition("Opgaver")[2]
    assert "Hvorfor netop nu?" not in look("leader_s1")[0]


def test_a_certificate_that_runs_out_is_shown_until_it_is_renewed(town, look):
    name = expiring(town, "ped_n1_2")
    assert name in section(look("leader_n1")[0], "institution")
    assert name not in look("leader_s1")[0]
    with town.as_system() as ctx:
        old = ctx.session.query(Holding).one()
        ctx.session.add(
            Holding(
                employee_id=old.employee_id,
                competence_id=old.competence_id,
                from_date=town.today,
                until_date=None,
                source=HoldingSource.EARLIER,
                source_id=None,
            )
        )

    assert name not in section(look("leader_n1")[0], "institution")


def test_a_new_municipality_is_told_where_to_begin(town, look):
    page = look("admin")[0]

    assert sections(page) == ["start", "calls"]
    steps = section(page, "start")
    assert "Opret budgetåret" in steps
    assert steps.count("Næste") == 1
    assert "Færdig" in steps, "it has staff already"
    for who in ROLES[1:]:
        assert "start" not in sections(look(who)[0])
        assert "None" not in words(look(who)[0])


def test_a_year_that_is_adopted_but_not_open_still_says_what_is_left_to_do(town, school, look):
    with town.as_system() as ctx:
        ctx.session.query(BudgetYear).one().state = BudgetYearState.ADOPTED

    page = look("admin")[0]

    assert sections(page) == ["start", "calls", "municipality"]
    assert "Vedtag og åbn budgetåret" in section(page, "start").partition("Opret budgetåret")[2]


@pytest.mark.parametrize("who", ["admin", "area_north", "leader_n1"])
def test_names_with_markup_stand_as_text(town, filled, look, who):
    filled(1, ("2",))
    with town.as_system() as ctx:
        for pool in ctx.session.query(Pool).all():
            pool.name = """<script>alert("1")</script> 🙂 'navn'"""

    page = look(who)[0]

    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page


def test_no_home_has_inline_style_or_script(town, filled, look):
    filled(1, ("2",))

    for who in ROLES:
        page = look(who)[0]
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
