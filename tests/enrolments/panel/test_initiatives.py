"""From an initiative's page to a request, and what the one who answers sees of it."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment
from tenant_app.initiatives import service as initiatives
from tests.enrolments.panel.test_statements import MOST, counted
from tests.initiatives.conftest import Plans, S


def planned(town, session_id, **more):
    plans = Plans(town)
    with town.as_system() as ctx:
        course = enrolments.offer(ctx, session_id).session.course_id
    need, goal = plans.need("n1"), plans.goal("root")
    made = plans.make(
        "n1",
        state=S.PLANNED,
        course_ids=[course],
        need_ids=[need],
        goal_id=goal,
        title="Sprog i garderoben",
        **more,
    )
    return made, plans


def test_the_page_leads_to_a_request_that_is_part_of_it(town, session_id, browser):
    made, _plans = planned(town, session_id)
    leader = browser("leader_n1")
    page = leader.text(f"/admin/initiatives/details/?id={made}")
    [link] = re.findall(r'href="(/admin/browse/request/\?[^"]*)"', page)
    assert f"initiative={made}" in link
    person = town.employees["ped_n1_1"]
    choose = leader.text(f"{link}&p={person}")
    assert f'name="initiative" value="{made}"' in choose
    confirm = leader.text(f"{link}&p={person}&step=confirm")
    assert re.search(rf'value="{made}"[^>]*selected|selected[^>]*value="{made}"', confirm)

    sent = leader.post(
        f"{link}&p={person}&step=confirm", {"people": str(person), "initiative_id": str(made)}
    )

    assert sent.status_code == 302
    with town.as_system() as ctx:
        [enrolment] = ctx.session.scalars(select(Enrolment)).all()
        assert enrolment.initiative_id == made
    details = leader.text(sent.headers["Location"])
    assert "Sprog i garderoben" in details
    listed = leader.text(f"/admin/requests/?initiative_id={made}")
    assert "ped_n1_1" in listed
    assert "ped_n1_1" not in leader.text("/admin/requests/?initiative_id=none")
    assert "ped_n1_1" in leader.text("/admin/requests/?initiative_id=x")


def test_the_inbox_shows_why_in_one_statement_more(db, town, session_id, browser):
    with town.as_user("leader_n1") as ctx:
        enrolments.request(ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]])
    before = counted(db, browser, "area_north", "/admin/inbox/")
    made, _plans = planned(town, session_id)
    with town.as_user("leader_n1") as ctx:
        for name in ("ped_n1_2", "ped_n1_3"):
            enrolments.request(
                ctx,
                session_id=session_id,
                employee_ids=[town.employees[name]],
                initiative_id=made,
            )

    after = counted(db, browser, "area_north", "/admin/inbox/")
    page = browser("area_north").text("/admin/inbox/")
    assert page.count("Sprog i garderoben") == 2
    assert len(re.findall(r"Behov \d+ i n1", page)) == 2
    assert len(re.findall(r"Mål \d+", page)) == 2
    assert len(after) == len(before) + 1 <= MOST


def test_a_wrong_initiative_is_said_and_nothing_is_sent(town, session_id, browser):
    made, plans = planned(town, session_id)
    other = plans.make("s1", state=S.PLANNED)
    leader = browser("leader_n1")
    person = str(town.employees["ped_n1_1"])
    url = f"/admin/browse/request/?session={session_id}&p={person}&step=confirm&initiative={made}"
    for wrong in (other, "x"):
        sent = leader.post(url, {"people": person, "initiative_id": str(wrong)})
        assert sent.status_code in (404, 422), wrong
    with town.as_system() as ctx:
        assert not ctx.session.scalars(select(Enrolment)).all()
    assert leader.get(url.replace(str(made), "x")).status_code == 200


def test_a_reason_is_asked_for_only_above_the_limit_of_a_person(
    town, session_id, school, start, browser
):
    plans = Plans(town)
    plans.limits(running_per_person=1)
    person = str(town.employees["ped_n1_1"])
    with town.as_user("leader_n1") as ctx:
        enrolments.request(
            ctx,
            session_id=school.session(starts_on=start, deadline=start - timedelta(days=10)),
            employee_ids=[town.employees["ped_n1_1"]],
            initiative_id=plans.make("n1", state=S.RUNNING),
        )
    second = plans.make("n1", state=S.RUNNING)
    url = f"/admin/browse/request/?session={session_id}&p={person}&step=confirm"
    sent = {"people": person, "initiative_id": str(second)}
    for who, asked in (("leader_n1", False), ("area_north", True)):
        asking = browser(who)
        assert 'name="override_reason"' not in asking.text(url)
        refused = asking.post(url, sent)
        assert refused.status_code == 409
        assert ('name="override_reason"' in refused.text) is asked
    assert browser("area_north").post(url, sent | {"override_reason": "Haster"}).status_code == 302
    with town.as_system() as ctx:
        found = ctx.session.scalars(select(Enrolment).where(Enrolment.session_id == session_id))
        assert [each.initiative_id for each in found] == [second]


def test_no_page_of_initiatives_asks_much(db, town, session_id, browser):
    made, plans = planned(town, session_id)
    with town.as_user("leader_n1") as ctx:
        enrolments.request(
            ctx,
            session_id=session_id,
            employee_ids=[town.employees["ped_n1_2"]],
            initiative_id=made,
        )
    plans.limits(running_initiatives=1, survey_before_course=True)
    with town.as_user("leader_n1") as ctx:
        initiatives.open_survey(ctx, made)
    pages = {
        f"/admin/initiatives/details/?id={made}": "area_north",
        "/admin/initiatives/": "leader_n1",
        "/admin/portfolio/": "leader_n1",
        f"/admin/initiatives/change/?id={made}": "leader_n1",
        "/admin/initiatives/create/": "area_north",
        f"/admin/initiatives/start/?id={made}": "leader_n1",
        "/admin/surveys/": "ped_n1",
        f"/admin/browse/request/?session={session_id}&p={town.employees['ped_n1_1']}"
        f"&step=confirm&initiative={made}": "leader_n1",
    }
    few = {path: len(counted(db, browser, who, path)) for path, who in pages.items()}
    for _ in range(6):
        plans.make("n1", need_ids=[plans.need("n1"), plans.need("n1")])
    many = {path: len(counted(db, browser, who, path)) for path, who in pages.items()}

    assert many == few
    # The page of one initiative tells what eight rooms know of it, each in a statement of its own.
    of_one = few.pop(f"/admin/initiatives/details/?id={made}")
    assert of_one <= MOST + 4
    assert max(few.values()) <= MOST, few
