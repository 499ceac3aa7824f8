"""When items are due, what can be done to them, and what counts as followed through."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tenant_app.anchoring import rules
from tenant_app.anchoring.models import ItemKind, Owner, Phase
from tenant_app.anchoring.rules import Draft, Figures, Standing
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.errors import Conflict, Invalid
from tenant_app.enrolments.models import EnrolmentState

TODAY = date(2026, 3, 2)
STARTS, ENDS = date(2026, 5, 4), date(2026, 5, 20)
DAYS = {"starts_on": STARTS, "ends_on": ENDS, "today": TODAY}


@pytest.mark.parametrize(
    ("phase", "days", "due"),
    [
        (Phase.BEFORE, -14, date(2026, 4, 20)),
        (Phase.DURING, 0, STARTS),
        (Phase.AFTER, 21, date(2026, 6, 10)),
        (Phase.BEFORE, -100, TODAY),
    ],
)
def test_an_item_is_due_from_the_first_or_the_last_day_and_never_before_it_was_agreed(
    phase, days, due
):
    assert rules.due_on(phase, days, **DAYS) == due


def test_a_form_has_its_own_set_or_the_common_one():
    common = Draft(None, Phase.AFTER, Owner.PARTICIPANT, ItemKind.SHARE, "fælles", 1)
    own = Draft(CourseForm.LECTURE, Phase.AFTER, Owner.PARTICIPANT, ItemKind.SHARE, "egen", 1)

    assert rules.chosen([common, own], CourseForm.LECTURE) == [own]
    assert rules.chosen([common, own], CourseForm.COURSE) == [common]
    assert rules.chosen([], CourseForm.COURSE) == []


def test_what_the_working_rules_ask_for_is_in_every_plan():
    asks = {"leader_observes": True, "share_at_staff_meeting": True}
    common = [item for item in rules.standard({}) if item.form is None]

    found = rules.chosen(common, CourseForm.COURSE, asks)
    assert [item.kind for item in found if item not in common] == [ItemKind.OBSERVE]
    whole = [item for item in rules.standard(asks) if item.form is None]
    assert rules.chosen(whole, CourseForm.COURSE, asks) == whole
    assert {item.kind for item in rules.chosen([], CourseForm.COURSE, asks)} == {
        ItemKind.OBSERVE,
        ItemKind.SHARE,
    }


@pytest.mark.parametrize("observes", [True, False])
@pytest.mark.parametrize("meeting", [True, False])
def test_the_standard_set_follows_the_working_rules(observes, meeting):
    found = rules.standard({"leader_observes": observes, "share_at_staff_meeting": meeting})

    assert any(item.kind is ItemKind.OBSERVE for item in found) is observes
    shares = [item.text for item in found if item.kind is ItemKind.SHARE]
    assert [("personalemøde" in text) for text in shares] == [meeting] * 2
    for item in found:
        rules.check_fits(item.phase, item.owner, item.kind)
        assert rules.check_days(item.phase, item.days) == item.days
        assert rules.check_line(item.text, field="text") == item.text


@pytest.mark.parametrize(
    ("state", "left", "late", "standing"),
    [
        (EnrolmentState.CONFIRMED, 2, 1, Standing.OVERDUE),
        (EnrolmentState.CONFIRMED, 2, 0, Standing.OPEN),
        (EnrolmentState.COMPLETED, 0, 0, Standing.FINISHED),
        (EnrolmentState.CANCELLED, 0, 0, Standing.CLOSED),
        (EnrolmentState.NO_SHOW, 1, 1, Standing.CLOSED),
    ],
)
def test_where_a_plan_stands(state, left, late, standing):
    assert rules.standing(state, left=left, late=late) is standing


@pytest.mark.parametrize(
    ("check", "field"),
    [
        (lambda: rules.check_line("  ", field="text"), "text"),
        (lambda: rules.check_line("x" * 201, field="text"), "text"),
        (lambda: rules.check_text("x" * 102_400, field="result"), "result"),
        (lambda: rules.check_text(" \n ", field="why"), "why"),
        (lambda: rules.check_days(Phase.AFTER, -1), "days"),
        (lambda: rules.check_days(Phase.BEFORE, 1), "days"),
        (lambda: rules.check_days(Phase.DURING, 10**30), "days"),
        (lambda: rules.check_fits(Phase.AFTER, Owner.PARTICIPANT, ItemKind.OBSERVE), "owner"),
        (lambda: rules.check_fits(Phase.BEFORE, Owner.LEADER, ItemKind.SHARE), "phase"),
        (lambda: rules.check_moved(TODAY - timedelta(days=1), today=TODAY), "due_on"),
        (lambda: rules.check_moved(date(2030, 1, 1), today=TODAY), "due_on"),
        (
            lambda: rules.check_begins(STARTS - timedelta(days=1), starts_on=STARTS, today=TODAY),
            "begins_on",
        ),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(check, field):
    with pytest.raises(Invalid) as caught:
        check()
    assert caught.value.field == field


def test_what_happened_lies_between_the_first_day_and_today():
    today = ENDS
    found = [
        rules.check_happened(day, field="shared_on", starts_on=STARTS, today=today)
        for day in (STARTS, ENDS)
    ]
    assert found == [STARTS, ENDS]
    for wrong in (STARTS - timedelta(days=1), ENDS + timedelta(days=1)):
        with pytest.raises(Invalid):
            rules.check_happened(wrong, field="shared_on", starts_on=STARTS, today=today)


def test_what_is_done_by_recording_it_is_not_ticked():
    rules.check_ticked(ItemKind.AGREE)
    for kind in (ItemKind.SHARE, ItemKind.TRIAL, ItemKind.OBSERVE):
        with pytest.raises(Conflict):
            rules.check_ticked(kind)


@pytest.mark.parametrize(
    ("kind", "limit"),
    [(ItemKind.OBSERVE, "leader_observes"), (ItemKind.SHARE, "share_at_staff_meeting")],
)
def test_what_the_working_rules_ask_for_is_not_dropped(kind, limit):
    rules.check_dropped(kind, {})
    rules.check_dropped(ItemKind.TRIAL, {limit: True})
    with pytest.raises(Conflict):
        rules.check_dropped(kind, {limit: True})


def test_follow_through_is_followed_of_completed():
    one = Figures(completed=3, shared=3, tried=2, followed=2, in_time=1, overdue=4)
    both = one + Figures(completed=5)

    assert one.percent == 67
    assert both.percent == 25
    assert both.overdue == 4
    assert Figures().percent is None
    assert rules.follow_up_days({}) == 90
    assert rules.follow_up_days({"follow_up_days": 30}) == 30
