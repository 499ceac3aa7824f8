"""What the inbox says of colleagues, other courses, an empty house and the money."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tenant_app.budgets.models import CostLine, Policy
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.rules import OVERLAPS_SHOWN
from tests.enrolments.test_reading import ask

FEE, COVER = kroner(12_000), kroner(17_800)


def row_of(town, who, enrolment_id):
    with town.as_user(who) as ctx:
        return {row.enrolment.id: row for row in enrolments.inbox(ctx).items}[enrolment_id]


def short_names(names):
    return [name.split()[0] for name in names]


def test_colleagues_are_those_of_the_house_and_the_others(town, school):
    session_id = school.session()
    [mine] = ask(town, "ped_n1", session_id, "ped_n1_1")
    assert row_of(town, "leader_n1", mine).company.is_alone

    ask(town, "leader_n1", session_id, "ped_n1_2", "ped_n1_3")
    ask(town, "leader_s1", session_id, "ped_s1_1")

    company = row_of(town, "leader_n1", mine).company
    assert (company.own, company.others, company.is_alone) == (2, 1, False)
    assert short_names(company.names) == ["ped_n1_2", "ped_n1_3"]


def test_the_rejected_are_no_company(town, school):
    session_id = school.session()
    [mine] = ask(town, "ped_n1", session_id, "ped_n1_1")
    [other] = ask(town, "leader_n1", session_id, "ped_n1_2")
    with town.as_user("area_north") as ctx:
        enrolments.reject(ctx, other, note="Nej")
    row = row_of(town, "leader_n1", mine)
    assert (row.company.own, row.seats_left) == (0, 19)


def test_a_course_with_a_day_in_common_is_named(town, school):
    day = date(2026, 5, 4)
    clash = school.session(starts_on=day)
    [mine] = ask(town, "ped_n1", school.session(starts_on=day), "ped_n1_1")
    assert not row_of(town, "leader_n1", mine).load.overlapping

    ask(town, "leader_n1", clash, "ped_n1_1")

    row = row_of(town, "leader_n1", mine)
    assert [stay.starts_on for stay in row.load.overlapping] == [day]
    assert row.load.courses == 0, "two are not many"


@pytest.mark.parametrize(
    ("starts", "ends", "together"),
    [(-3, -1, 0), (-3, 0, 1), (1, 2, 1), (4, 20, 1), (5, 20, 0)],
)
def test_courses_overlap_that_have_a_day_in_common(town, school, starts, ends, together):
    day = date(2026, 5, 4)
    [mine] = ask(
        town,
        "ped_n1",
        school.session(starts_on=day, ends_on=day + timedelta(days=4)),
        "ped_n1_1",
    )
    other = school.session(
        starts_on=day + timedelta(days=starts), ends_on=day + timedelta(days=ends)
    )
    ask(town, "leader_n1", other, "ped_n1_1")

    load = row_of(town, "leader_n1", mine).load

    assert (load.overlaps, len(load.overlapping)) == (together, together)


def test_many_courses_on_the_same_days_are_told_by_number(town, school):
    day = date(2026, 5, 4)
    [mine] = ask(town, "ped_n1", school.session(starts_on=day), "ped_n1_1")
    for days in range(OVERLAPS_SHOWN + 2):
        first = day - timedelta(days=days)
        ask(town, "leader_n1", school.session(starts_on=first, ends_on=day), "ped_n1_1")

    load = row_of(town, "leader_n1", mine).load

    assert load.overlaps == OVERLAPS_SHOWN + 2
    soonest = [day - timedelta(days=OVERLAPS_SHOWN + 1 - n) for n in range(OVERLAPS_SHOWN)]
    assert [stay.starts_on for stay in load.overlapping] == soonest


@pytest.mark.parametrize(("last", "courses"), [(90, 3), (91, 0)])
def test_three_courses_within_ninety_days_are_many(town, school, last, courses):
    first = date(2026, 5, 4)
    sessions = [school.session(starts_on=first + timedelta(days=n)) for n in (0, 40, last)]
    for session_id in sessions[1:]:
        ask(town, "leader_n1", session_id, "ped_n1_1")
    [mine] = ask(town, "ped_n1", sessions[0], "ped_n1_1")
    assert row_of(town, "leader_n1", mine).load.courses == courses


def test_the_share_of_the_house_that_is_away_is_counted_over_its_staff(town, school):
    """Five work in n1: the leader, three pedagogues and an assistant."""
    day = date(2026, 5, 4)
    [mine] = ask(town, "ped_n1", school.session(starts_on=day), "ped_n1_1")
    row = row_of(town, "leader_n1", mine)
    assert (row.away.people, row.away.staff, row.away.is_many) == (1, 5, False)

    ask(town, "leader_n1", school.session(starts_on=day), "ped_n1_2")
    ask(town, "leader_s1", school.session(starts_on=day), "ped_s1_1", "ped_s1_2")

    row = row_of(town, "leader_n1", mine)
    assert (row.away.people, row.away.staff, row.away.is_many) == (2, 5, True)
    assert row.away.percent == 40


def test_price_shares_and_deadline_are_told(town, school):
    [mine] = ask(town, "ped_n1", school.session(deadline=date(2026, 3, 9)), "ped_n1_1")

    row = row_of(town, "leader_n1", mine)

    assert row.cost == {CostLine.FEE: FEE, CostLine.COVER: COVER}
    assert sorted(pool.share_bp for pool in row.pools) == [2987, 7013]
    assert [pool.lacks for pool in row.pools] == [0, 0]
    assert row.days_left == 7


def test_what_an_approval_would_lack_is_told_before_it_is_tried(town, school):
    [mine] = ask(town, "ped_n1", school.session(), "ped_n1_1")
    school.set_policy("n1", Policy.WARN)
    school.leave("n1", -kroner(8_900) - 1 + kroner(8_900) - kroner(10))
    before = row_of(town, "leader_n1", mine)
    assert [pool.lacks for pool in before.pools] == [0, 0], "a pool that warns lacks nothing"
    school.set_policy("n1", Policy.STOP)

    lacking = {pool.lacks for pool in row_of(town, "leader_n1", mine).pools}

    assert lacking == {0, kroner(10) + 1}
