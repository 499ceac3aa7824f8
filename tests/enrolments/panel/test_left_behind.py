"""Stale and strange answers, and what a closed institution left, on the screens."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import update

from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import EnrolmentState
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment
from tests.enrolments.panel.conftest import asked, marks

CENTRAL, LOCAL = kroner(20_900), kroner(8_900)
S = EnrolmentState


@pytest.mark.parametrize("verb", ["approve", "return", "reject"])
def test_an_answer_that_does_not_say_what_the_page_showed_is_stale(
    town, school, session_id, browser, verb
):
    [enrolment_id] = asked(town, session_id)
    before = school.everything()

    leader = browser("leader_n1")
    answer = leader.post(f"/admin/requests/{verb}/?id={enrolment_id}", {"note": "Fint"})

    assert answer.status_code == 422
    assert "Siden kunne ikke læses" in unescape(answer.text)
    assert school.everything() == before


@pytest.mark.parametrize("stranger", ["ped_s1_1", None, "nonsense"])
def test_an_unknown_person_is_refused_in_the_form_and_the_ticks_are_kept(
    town, school, session_id, browser, stranger
):
    known = str(town.employees["ped_n1_1"])
    unknown = str(town.employees.get(stranger, stranger or uuid4()))
    before = school.everything()

    answer = browser("leader_n1").post(
        f"/admin/browse/request/?session={session_id}&p={known}&step=confirm",
        {"people": [known, unknown]},
    )

    assert answer.status_code == 404
    assert "Medarbejderen findes ikke. Vælg fra listen." in unescape(answer.text)
    tick = rf'id="p-{known}"[^>]*checked'
    assert re.search(tick, answer.text), "the ticks are kept"
    assert school.everything() == before


def test_after_a_merge_the_new_leader_answers_from_the_inbox(town, school, session_id, browser):
    [enrolment_id] = asked(town, session_id)
    with town.as_user("admin") as ctx:
        organisation.merge_unit(ctx, town.units["n1"], into_id=town.units["s1"], on=ctx.today)
        enrolments.follow_moves(ctx)
    leader = browser("leader_s1")
    [mark] = marks(leader.text("/admin/inbox/"))

    leader.post("/admin/inbox/", {"approve_one": mark})

    assert "ped_n1_1" in leader.text("/admin/inbox/answered/")
    assert school.state(enrolment_id) is S.LEADER_APPROVED


def test_the_municipality_withdraws_what_a_closed_unit_left(town, school, session_id, browser):
    [enrolment_id] = asked(town, session_id)
    with town.as_user("leader_n1") as ctx:
        enrolments.return_(ctx, enrolment_id, note="Hvorfor?")
    with town.as_system() as ctx:
        ctx.session.execute(
            update(Employment)
            .where(Employment.unit_id == town.units["n1"])
            .values(to_date=ctx.today)
        )
        organisation.close_unit(ctx, town.units["n1"], on=ctx.today)
    admin, url = browser("admin"), f"/admin/requests/withdraw/?id={enrolment_id}"
    assert url in admin.text(f"/admin/requests/details/?id={enrolment_id}")

    assert admin.post(url, {}).status_code == 302
    assert school.state(enrolment_id) is S.WITHDRAWN
