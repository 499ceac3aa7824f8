"""Where a published report is due, as of a day; and what calls on the home page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import union_all

from tenant_app.core.errors import Forbidden
from tenant_app.organisation import service as organisation
from tenant_app.supervision import service as supervision
from tenant_app.tenancy import service as tenancy
from tests.supervision.conftest import TODAY


def due(inspectorate, who="consultant", as_of=TODAY):
    with inspectorate.town.as_user(who) as ctx:
        return supervision.due(ctx, as_of=as_of)


def names(inspectorate, found):
    known = {key: name for name, key in inspectorate.town.units.items()}
    return [known[line.unit_id] for line in found]


def counted(inspectorate, who, *, days=0):
    town = inspectorate.town
    with town.as_user(who, now=town.now + timedelta(days=days)) as ctx:
        asked = supervision.asks(ctx)
        return dict(map(tuple, ctx.execute(union_all(*asked), {}))) if asked else None


@pytest.fixture
def reports(inspectorate):
    """n1 to the day, n2 a day too old, s1 long ago, s2 never."""
    inspectorate.published("n1", date(2024, 3, 2))
    inspectorate.published("n2", date(2024, 3, 1))
    inspectorate.published("s1", date(2022, 6, 1))
    return inspectorate


def test_never_reported_ones_come_first_then_the_oldest(reports):
    found = due(reports)
    assert names(reports, found.due) == ["s2", "s1", "n2"]
    assert names(reports, found.lines) == ["s2", "s1", "n2", "n1"]
    assert (found.never, found.months) == (1, 24)
    assert found.lines[-1].deadline == date(2026, 3, 2)
    assert found.lines[0].area.startswith("south")


def test_the_next_day_the_last_one_is_due_too(reports):
    assert names(reports, due(reports, as_of=TODAY + timedelta(days=1)).due)[-1] == "n1"


def test_the_municipality_says_how_many_months(reports):
    town = reports.town
    with town.as_user("admin") as ctx:
        tenancy.change_settings(ctx, limits={"report_months": 48})
    found = due(reports)
    assert (names(reports, found.due), found.months) == (["s2"], 48)
    assert found.lines[-1].deadline == date(2028, 3, 2)
    assert counted(reports, "consultant") == {"supervision-due": 1}
    with town.as_user("admin") as ctx:
        tenancy.change_settings(ctx, limits={"report_months": 12})
    assert names(reports, due(reports).due) == ["s2", "s1", "n2", "n1"]
    assert counted(reports, "consultant") == {"supervision-due": 4}


def test_as_of_an_earlier_day_later_reports_are_not_known(reports):
    found = due(reports, as_of=date(2023, 1, 1))
    assert names(reports, found.due)[:3] != []
    assert {line.published_on for line in found.lines} == {None, date(2022, 6, 1)}
    assert not due(reports, as_of=date(2019, 1, 1)).lines


def test_a_moved_institution_stands_in_the_area_of_the_day(town, reports):
    with town.as_system() as ctx:
        organisation.move_unit(
            ctx, town.units["n1"], parent_id=town.units["south"], on=TODAY + timedelta(days=10)
        )
    before = due(reports).lines[-1]
    after = due(reports, as_of=TODAY + timedelta(days=10)).lines[-1]
    assert before.area.startswith("north")
    assert after.area.startswith("south")


def test_the_next_visit_and_heightened_supervision_stand_beside_it(reports):
    reports.planned("s2", on=TODAY + timedelta(days=40))
    reports.held("s1", on=TODAY, heightened=True)
    lines = dict(zip(("s2", "s1"), due(reports).lines, strict=False))
    assert lines["s2"].planned_on == TODAY + timedelta(days=40)
    assert lines["s1"].heightened
    assert not lines["s2"].heightened
    reports.held("s1", on=TODAY)
    assert not due(reports).lines[1].heightened


def test_each_sees_their_own(reports):
    assert names(reports, due(reports, "area_north").lines) == ["n2", "n1"]
    assert names(reports, due(reports, "leader_n1").lines) == ["n1"]
    with pytest.raises(Forbidden):
        due(reports, "ped_n1")


def test_a_municipality_without_areas_has_its_list(make_town):
    town = make_town(areas=False)
    with town.as_user("consultant") as ctx:
        found = supervision.due(ctx, as_of=TODAY)
    assert len(found.due) == 4
    assert {line.area for line in found.lines} == {""}


def test_the_home_page_counts_for_those_who_keep_and_those_who_follow(reports):
    assert counted(reports, "consultant") == {"supervision-due": 3}
    assert counted(reports, "area_north") == {"supervision-due": 1}
    reports.agreed(reports.held("n1"), due=TODAY)
    assert counted(reports, "leader_n1") == {"supervision-late": 0}
    assert counted(reports, "leader_n1", days=1) == {"supervision-late": 1}
    assert counted(reports, "leader_s1", days=1) == {"supervision-late": 0}
    assert counted(reports, "ped_n1") is None
    assert counted(reports, "auditor") is None


def test_a_report_on_a_house_counts_for_its_institution(reports):
    reports.house("h1", "s2")
    reports.planned("h1", on=TODAY + timedelta(days=9))
    reports.published("h1", date(2025, 5, 5))
    found = due(reports)
    assert names(reports, found.due) == ["s1", "n2"]
    assert found.lines[-1].published_on == date(2025, 5, 5)
    assert found.lines[-1].planned_on == TODAY + timedelta(days=9)
    assert counted(reports, "consultant") == {"supervision-due": 2}
