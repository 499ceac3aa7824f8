"""What the pages around an answer say: how much waits, how it went, and where one can go back."""

from __future__ import annotations

import importlib
import re
from datetime import timedelta

import pytest

from tests.enrolments.panel.conftest import asked, marks
from tests.enrolments.panel.test_statements import crowd, waits


def test_an_inbox_of_one_page_says_how_many_it_holds(town, session_id, browser):
    asked(town, session_id, "ped_n1_1", who="leader_n1")
    page = browser("area_north").text("/admin/inbox/")
    assert "1 tilmelding på siden" in page


def test_an_inbox_of_more_pages_says_which_part_of_how_many(
    town, school, start, browser, monkeypatch
):
    session_id = school.session(
        starts_on=start, deadline=start - timedelta(days=10), seats=200, fee=0, cover_hours="0"
    )
    for person in crowd(town, "n1", 37):
        waits(town, session_id, "n1", person)
    leader = browser("leader_n1")

    assert "1–25 af 37 tilmeldinger" in leader.text("/admin/inbox/")
    assert "26–37 af 37 tilmeldinger" in leader.text("/admin/inbox/?page=2")

    for shelf in ("service", "service.inbox"):  # a thousand requests would take minutes to make
        monkeypatch.setattr(
            importlib.import_module(f"tenant_app.enrolments.{shelf}"), "COUNTED_TO", 36
        )
    assert "1–25 af mere end 1.000 tilmeldinger" in leader.text("/admin/inbox/")


@pytest.mark.parametrize(
    ("decision", "tone", "word"),
    [
        ("reject", "bad", "Afvist"),
        ("return", "warn", "Returneret"),
        ("approve", "ok", "Godkendt nu"),
    ],
)
def test_an_answer_is_told_in_its_own_colour_with_its_reason(
    town, session_id, browser, decision, tone, word
):
    asked(town, session_id, "ped_n1_1")
    leader = browser("leader_n1")
    rows = marks(leader.text("/admin/inbox/"))

    sent = leader.post(
        "/admin/inbox/", {"rows": rows, "decision": decision, "note": "Vi venter til foråret"}
    )
    page = leader.text(sent.location)

    assert "1 af 1 tilmelding har fået dit svar." in page
    done = page.partition("answered-done")[2]
    assert re.search(rf'<span class="tag {tone}">{word}</span>', done)
    assert "Vi venter til foråret" in done


def test_only_who_can_choose_others_is_offered_to(town, session_id, browser):
    path = f"/admin/browse/request/?session={session_id}&step=confirm"
    own = browser("ped_n1").text(path)
    assert "Send tilmeldingen" in own
    assert "Vælg andre" not in own

    chosen = browser("leader_n1").text(f"{path}&p={town.employees['ped_n1_1']}")
    assert "Vælg andre" in chosen
