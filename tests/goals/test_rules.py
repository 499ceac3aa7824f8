"""Rules of goals, without a database."""

from datetime import date
from decimal import Decimal

import pytest

from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, Invalid
from tenant_app.goals import rules
from tenant_app.goals.models import GoalState
from tenant_app.goals.rules import Measured
from tenant_app.organisation.models import UnitKind

ABOVE = uuid7()


@pytest.mark.parametrize(
    ("kind", "parent_id", "is_local", "field"),
    [
        (UnitKind.MUNICIPALITY, None, False, None),
        (UnitKind.MUNICIPALITY, ABOVE, False, "parent_id"),
        (UnitKind.MUNICIPALITY, None, True, "is_local"),
        (UnitKind.AREA, ABOVE, False, None),
        (UnitKind.INSTITUTION, None, True, None),
        (UnitKind.INSTITUTION, ABOVE, True, "is_local"),
        (UnitKind.INSTITUTION, None, False, "parent_id"),
    ],
)
def test_a_goal_points_up_or_is_local_and_the_highest_neither(kind, parent_id, is_local, field):
    if field is None:
        rules.check_place(kind, parent_id=parent_id, is_local=is_local)
        return
    with pytest.raises(Invalid) as refusal:
        rules.check_place(kind, parent_id=parent_id, is_local=is_local)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "wrong",
    [
        {"parent_path": "1.3."},
        {"parent_path": None},
        {"path": "1.2.", "parent_path": "1.2.9."},
        {"parent_state": GoalState.DRAFT},
        {"parent_state": GoalState.RETIRED},
        {"lineage": [ABOVE, uuid7()], "me": ABOVE},
        {"lineage": [uuid7() for _ in range(rules.DEEPEST)]},
        {"height": rules.DEEPEST - 1},
    ],
)
def test_the_goal_above_is_adopted_and_above_and_no_circle(wrong):
    right = {
        "path": "1.2.9.",
        "parent_path": "1.2.",
        "parent_state": GoalState.ADOPTED,
        "lineage": [ABOVE],
        "me": uuid7(),
        "height": rules.DEEPEST - 2,
    }
    rules.check_parent(**right)
    with pytest.raises(Invalid) as refusal:
        rules.check_parent(**{**right, **wrong})
    assert refusal.value.field == "parent_id"


def test_a_unit_has_room_up_to_its_limit():
    rules.check_room(unit="Solsikken", active=4, most=5)
    with pytest.raises(Conflict) as refusal:
        rules.check_room(unit="Solsikken", active=5, most=5)
    assert "Solsikken" in str(refusal.value)
    assert "5" in str(refusal.value)


@pytest.mark.parametrize(
    ("baseline", "target", "latest", "way"),
    [
        ("20", "60", None, None),
        ("20", "60", "20", 0),
        ("20", "60", "30", 25),
        ("20", "60", "10", 0),
        ("20", "60", "80", 100),
        ("8", "2", "5", 50),
        ("8", "2", "9", 0),
        ("0", "3", "1", 33),
        ("0", "3", "2", 67),
    ],
)
def test_progress_is_the_share_of_the_way(baseline, target, latest, way):
    measured = Measured(
        Decimal(baseline), Decimal(target), None if latest is None else Decimal(latest)
    )
    assert rules.progress([measured]) == way


def test_progress_is_the_average_of_what_was_read():
    unread = Measured(Decimal(0), Decimal(10), None)
    assert rules.progress([]) is None
    assert rules.progress([unread]) is None
    half, done = (Measured(Decimal(0), Decimal(10), Decimal(value)) for value in (5, 10))
    assert rules.progress([half, done, unread]) == 75


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "100000", "1E+400", "0.00001"])
def test_an_absurd_number_is_refused(value):
    with pytest.raises(Invalid) as refusal:
        rules.check_number(Decimal(value), field="value")
    assert refusal.value.field == "value"
    rules.check_number(Decimal("-99999.9999"), field="value")


def test_a_text_of_100_kb_is_refused_with_its_length():
    with pytest.raises(Invalid) as refusal:
        rules.check_text("a" * 100_000, field="description")
    assert refusal.value.field == "description"
    assert "100000" in str(refusal.value)
    assert rules.check_text(" a\n\nb ", field="description") == "a\n\nb"


@pytest.mark.parametrize("text", ["", " \n ", "a" * 201, "skjult\u200btegn", "klokke\x07"])
def test_a_title_is_one_readable_line(text):
    with pytest.raises(Invalid) as refusal:
        rules.clean_line(text, field="title")
    assert refusal.value.field == "title"


def test_themes_stand_once_in_the_order_of_the_curriculum():
    assert rules.check_themes(["nature", "personal", "nature"]) == ["personal", "nature"]
    with pytest.raises(Invalid):
        rules.check_themes(["matematik"])


@pytest.mark.parametrize(
    ("day", "fits"),
    [((2026, 1, 31), False), ((2026, 2, 1), True), ((2026, 3, 2), True), ((2026, 3, 3), False)],
)
def test_a_reading_lies_between_the_start_and_today(day, fits):
    facts = {"baseline_on": date(2026, 2, 1), "today": date(2026, 3, 2), "value": Decimal(1)}
    if fits:
        rules.check_reading(read_on=date(*day), **facts)
        return
    with pytest.raises(Invalid) as refusal:
        rules.check_reading(read_on=date(*day), **facts)
    assert refusal.value.field == "read_on"
