"""Who can do what should be possible."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from tenant_app.competences import service as competences
from tenant_app.enrolments.models import EnrolmentState
from tenant_app.reports import service as reports
from tests.reports.conftest import NOVEMBER, Skills
from tests.reports.test_usage import AUGUST, JULY, by_name


def compute(town, **kwargs):
    with town.as_system(now=NOVEMBER) as ctx:
        reports.compute_coverage(ctx, year=2026, **kwargs)


def read(town, user="admin", **kwargs):
    with town.as_user(user, now=NOVEMBER) as ctx:
        return reports.coverage(ctx, year=2026, **kwargs)


def figures(town, skills, name, user="admin", **kwargs):
    return by_name(read(town, user, **kwargs).units)[name].total[skills.target_id]


def test_coverage_counts_those_of_the_group_who_hold_it_that_day(town, skills):
    skills.hold("ped_n1_1", date(2026, 1, 1))
    skills.hold("ped_n1_2", date(2026, 1, 1), until=date(2026, 7, 31))
    skills.hold("leder_n1", date(2026, 1, 1))  # not of the group
    skills.hold("ped_n2_1", date(2026, 9, 1))
    compute(town, as_of=JULY)
    compute(town, as_of=AUGUST)

    july = figures(town, skills, "n1", as_of=JULY)
    august = figures(town, skills, "n1", as_of=AUGUST)

    assert (july.group_size, july.covered, july.needed, july.met) == (3, 2, 2, 1)
    assert (august.group_size, august.covered, august.met) == (3, 1, 0)
    assert july.coverage_percent == Decimal("66.7")
    root = figures(town, skills, "root", as_of=JULY)
    assert (root.group_size, root.covered, root.institutions, root.met) == (12, 2, 4, 1)


def test_planned_adds_those_with_an_approved_request(town, skills, ledger):
    skills.hold("ped_n1_1", date(2026, 1, 1))
    skills.enrol("ped_n1_1", "n1", ledger.year_id, EnrolmentState.CONFIRMED)  # counted once
    skills.enrol("ped_n1_2", "n1", ledger.year_id, EnrolmentState.CONFIRMED)
    skills.enrol("ped_n1_3", "n1", ledger.year_id, EnrolmentState.SUBMITTED)
    compute(town)

    found = figures(town, skills, "n1")
    assert (found.covered, found.planned) == (1, 2)


def test_a_count_is_needed_in_each_institution_whatever_its_size(town):
    skills = Skills(town, percent=None, count=2)
    for person in ("ped_n1_1", "ped_n1_2", "ped_n1_3"):
        skills.hold(person, date(2026, 1, 1))
    compute(town)

    found = figures(town, skills, "north")
    assert (found.covered, found.needed, found.institutions, found.met) == (3, 4, 2, 1)


def test_a_house_counts_to_its_institution(town, skills):
    with town.as_system() as ctx:
        # The institution n2 becomes a house of n1.
        ctx.session.execute(
            text("UPDATE units SET kind = 'house' WHERE id = :u"), {"u": town.units["n2"]}
        )
        ctx.session.execute(
            text("UPDATE unit_placements SET parent_id = :p, path = :path WHERE unit_id = :u"),
            {
                "u": town.units["n2"],
                "p": town.units["n1"],
                "path": town._paths["n1"] + "99.",
            },
        )
    skills.hold("ped_n2_1", date(2026, 1, 1))
    compute(town)

    found = figures(town, skills, "n1")
    assert (found.group_size, found.covered) == (6, 1)


def test_people_who_left_do_not_count(town, skills):
    with town.as_system() as ctx:
        ctx.session.execute(
            text("UPDATE employments SET to_date = '2026-08-01' WHERE employee_id = :e"),
            {"e": town.employees["ped_n1_1"]},
        )
    skills.hold("ped_n1_1", date(2026, 1, 1))
    compute(town, as_of=JULY)
    compute(town, as_of=AUGUST)

    assert figures(town, skills, "n1", as_of=JULY).group_size == 3
    august = figures(town, skills, "n1", as_of=AUGUST)
    assert (august.group_size, august.covered) == (2, 0)


def test_an_institution_moved_on_1_august_leaves_july_alone(town, skills, move):
    skills.hold("ped_n1_1", date(2026, 1, 1))
    move(town, "n1", to="south", on=date(2026, 8, 1))
    compute(town, as_of=JULY)
    compute(town, as_of=AUGUST)

    assert figures(town, skills, "north", as_of=JULY).covered == 1
    assert figures(town, skills, "south", as_of=JULY).covered == 0
    assert figures(town, skills, "north", as_of=AUGUST).covered == 0
    assert figures(town, skills, "south", as_of=AUGUST).covered == 1


def test_a_leader_sees_the_subtree_only(town, skills):
    compute(town)

    assert set(by_name(read(town, "area_south").units)) == {"south", "s1", "s2"}


def test_a_municipality_without_targets_has_an_empty_report(town):
    compute(town)

    report = read(town)
    assert report.targets == ()
    with pytest.raises(KeyError):
        _ = report.units[0].total["anything"]


def test_a_target_removed_later_stays_in_the_reports_made_of_it(town, skills):
    skills.hold("ped_n1_1", date(2026, 1, 1))
    compute(town)
    before = read(town)
    with town.as_user("admin") as ctx:
        competences.remove_target(ctx, skills.target_id)
    assert read(town) == before
    assert [target.id for target in before.targets] == [skills.target_id]

    compute(town)
    assert read(town).targets == ()
