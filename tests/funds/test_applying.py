"""Who can apply, for how much, and when: caps, shares, windows, eligibility."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tenant_app.funds import service as funds
from tenant_app.funds.rules import (
    AlreadyApplied,
    FundCapExceeded,
    NotEligible,
    OutsideWindow,
    check_window,
    months_before,
    most_of,
)
from tenant_app.organisation.models import Employment, Position


def test_the_fund_pays_fee_materials_and_travel_but_the_workplace_its_share(fund):
    session = fund.session(fee=20_000, materials=kroner(1000), travel=kroner(500))

    made = fund.apply(session=session)

    # 80 % of 21,500; the cover of 17,800 is no matter of the fund's.
    assert fund.asked(made) == [17_200]


def test_more_than_the_funds_share_is_refused_with_what_it_would_pay(fund):
    refusal = fund.refused(Invalid, lambda: fund.apply(amount=16_001))

    assert refusal.field == "amount"
    assert refusal.params["most"] == "16.000,00 kr"
    assert refusal.params["share"] == "20"
    fund.apply(amount=16_000)


def test_the_cap_holds_over_twelve_months(fund):
    fund.apply(session=fund.session(fee=30_000))  # 24,000

    refusal = fund.refused(FundCapExceeded, lambda: fund.apply(session=fund.session(fee=10_000)))

    assert refusal.params["left"] == "6.000,00 kr"
    fund.apply(session=fund.session(fee=10_000), amount=6000)


@pytest.mark.parametrize(
    ("starts_on", "is_let"),
    [
        (date(2026, 11, 29), False),
        (date(2027, 11, 29), True),
        (date(2027, 11, 30), True),
    ],
)
def test_the_twelve_months_slide(fund, starts_on, is_let):
    """24,000 kr for 30 November 2026; applied for when the window of each session is open."""
    now = datetime(2026, 11, 20, 11, tzinfo=UTC)
    first = fund.session(fee=30_000, starts_on=date(2026, 11, 30))
    fund.apply(session=first, now=now)
    next_one = fund.session(fee=30_000, starts_on=starts_on)
    later = datetime(starts_on.year, starts_on.month, 20, 11, tzinfo=UTC)

    def again():
        return fund.apply(session=next_one, now=later)

    if starts_on < date(2027, 11, 30) and starts_on.year == 2027:
        # The day before a year has passed: still within the twelve months.
        fund.refused(FundCapExceeded, again)
    elif is_let:
        assert again()
    else:
        fund.refused(FundCapExceeded, again)


def test_a_span_that_begins_before_counts_with_one_that_ends_after(fund):
    """12,000 in May and 12,000 in December fill a span; 12,000 between them does not fit."""
    may, december = date(2026, 5, 4), date(2026, 11, 23)
    for day in (may, december):
        fund.apply(session=fund.session(fee=15_000, starts_on=day))

    between = fund.session(fee=15_000, starts_on=date(2026, 9, 1))

    fund.refused(FundCapExceeded, lambda: fund.apply(session=between))


def test_a_master_has_a_larger_cap_and_what_is_no_master_keeps_to_the_ordinary_one(fund):
    fund.apply(session=fund.session(fee=37_500))  # 30,000

    fund.refused(FundCapExceeded, lambda: fund.apply(amount=1000))
    fund.apply(amount=16_000, is_master=True)
    refusal = fund.refused(FundCapExceeded, lambda: fund.apply(amount=5000, is_master=True))
    assert refusal.params["left"] == "4.000,00 kr"


def test_the_cap_counts_per_person_and_a_group_is_asked_for_together_or_not_at_all(fund):
    fund.apply("ped_n1_1", session=fund.session(fee=30_000))
    session = fund.session(fee=10_000)

    refusal = fund.refused(
        FundCapExceeded, lambda: fund.apply("ped_n1_2", "ped_n1_1", session=session)
    )

    assert "ped_n1_1" in refusal.params["person"]
    assert fund.asked(fund.apply("ped_n1_2", "ped_n1_3", session=session)) == [8000, 8000]


def test_what_was_refused_or_withdrawn_counts_no_more_and_an_award_counts_what_was_given(fund):
    first = fund.apply(session=fund.session(fee=30_000))
    fund.do("withdraw", first, who="leader_n1", note="Ombestemte os")
    second = fund.apply(session=fund.session(fee=30_000))
    fund.taken_to("awarded", second, awarded=10_000)

    fund.apply(session=fund.session(fee=25_000))  # 20,000: 10,000 + 20,000


def test_the_window_is_from_nine_months_before_to_the_day_before(fund):
    session = fund.session(starts_on=date(2026, 12, 7))
    early = datetime(2026, 3, 6, 11, tzinfo=UTC)

    assert (
        fund.refused(OutsideWindow, lambda: fund.apply(session=session, now=early)).params["first"]
        == "07-03-2026"
    )
    late = datetime(2026, 12, 7, 11, tzinfo=UTC)
    assert (
        fund.refused(OutsideWindow, lambda: fund.apply(session=session, now=late)).params["last"]
        == "06-12-2026"
    )
    fund.apply(session=session, now=late - timedelta(days=1))


def test_months_before_the_end_of_a_month_is_the_last_of_a_shorter_one():
    assert months_before(date(2026, 11, 30), 9) == date(2026, 2, 28)
    assert months_before(date(2026, 5, 4), 9) == date(2025, 8, 4)
    check_window(date(2026, 11, 30), months=9, days=1, today=date(2026, 2, 28))


def test_the_workplaces_share_is_rounded_up():
    assert most_of(101, 2000) == 80
    assert most_of(100, 2000) == 80
    assert most_of(0, 2000) == 0


def test_people_under_notice_or_gone_or_of_another_position_are_left_out(fund):
    town = fund.town
    with town.as_system() as ctx:
        for who, facts in (
            ("ped_n1_1", {"to_date": date(2026, 8, 1)}),
            ("ped_n1_2", {"to_date": date(2026, 4, 1)}),
            ("ped_n1_3", {"position": Position.OTHER}),
        ):
            ctx.session.execute(
                update(Employment)
                .where(Employment.employee_id == town.employees[who])
                .values(**facts)
            )

    for who in ("ped_n1_1", "ped_n1_2", "ped_n1_3"):
        assert fund.refused(NotEligible, lambda who=who: fund.apply(who)).field == "employee_ids"
    fund.apply("med_n1")


def test_a_group_is_of_one_workplace(fund):
    def both():
        fund.apply("ped_n1_1", "ped_n2_1", who="area_north")

    assert fund.refused(Invalid, both).field == "employee_ids"


def test_a_leader_applies_for_their_own(fund):
    fund.refused(NotFound, lambda: fund.apply("ped_s1_1", who="leader_n1"))
    fund.refused(Forbidden, lambda: fund.apply("ped_n1_1", who="ped_n1"))
    fund.refused(Forbidden, lambda: fund.apply("ped_n1_1", who="auditor"))
    fund.refused(Invalid, lambda: fund.apply(purpose=" "))
    fund.refused(Invalid, lambda: fund.apply(purpose="x" * 100_000))


def test_terms_are_data_and_what_was_asked_stays(fund):
    first = fund.apply()
    terms = {**funds.KOMPETENCEFOND, "cap": kroner(25_000), "employer_bp": 5000}
    with fund.town.as_user("admin") as ctx:
        funds.set_scheme(ctx, code="komp", name="Kompetencefonden", **terms)

    assert fund.asked(first) == [16_000]
    refusal = fund.refused(
        FundCapExceeded, lambda: fund.apply(session=fund.session(fee=20_000), amount=10_000)
    )
    assert refusal.params["cap"] == "25.000,00 kr"


@pytest.mark.parametrize(
    "wrong",
    [
        {"cap": 0},
        {"master_cap": 1},
        {"employer_bp": 10_000},
        {"cap_months": 0},
        {"cost_lines": ["beer"]},
        {"positions": []},
        {"answer_days": 0},
    ],
)
def test_terms_that_make_no_sense_are_refused(fund, wrong):
    def act():
        with fund.town.as_user("admin") as ctx:
            funds.set_scheme(ctx, code="X", name="X", **{**funds.KOMPETENCEFOND, **wrong})

    assert fund.refused(Invalid, act).field == next(iter(wrong))


def test_only_those_who_keep_the_books_set_terms(fund):
    def act():
        with fund.town.as_user("leader_n1") as ctx:
            funds.set_scheme(ctx, code="X", name="X", **funds.KOMPETENCEFOND)

    fund.refused(Forbidden, act)


def test_nobody_applies_to_a_fund_that_is_ended_or_for_a_course_without_a_price(fund):
    fund.refused(Invalid, lambda: fund.apply(session=fund.session(fee=0)))
    with fund.town.as_user("admin") as ctx:
        funds.set_scheme(
            ctx, code="KOMP", name="Kompetencefonden", is_active=False, **funds.KOMPETENCEFOND
        )

    fund.refused((NotFound, Conflict), fund.apply)


def test_a_place_is_applied_for_once_whichever_fund_is_asked(fund):
    session = fund.session(fee=10_000)
    first = fund.apply(session=session)
    with fund.town.as_user("admin") as ctx:
        other = funds.set_scheme(ctx, code="NY", name="En ny fond", **funds.KOMPETENCEFOND).id

    refusal = fund.refused(AlreadyApplied, lambda: fund.apply(session=session))
    fund.refused(AlreadyApplied, lambda: fund.apply(session=session, scheme_id=other))
    fund.refused(AlreadyApplied, lambda: fund.apply("ped_n1_2", "ped_n1_1", session=session))
    fund.taken_to("paid", first)
    fund.refused(AlreadyApplied, lambda: fund.apply(session=session, scheme_id=other))

    assert refusal.field == "employee_ids"
    assert refusal.params["fund"] == "Den Kommunale Kompetencefond"
    assert fund.pool() == (8000, 8000)


def test_a_place_is_applied_for_anew_once_the_first_application_is_nothing_any_more(fund):
    session = fund.session(fee=10_000)
    fund.do("withdraw", fund.apply(session=session), who="leader_n1", note="Ombestemte os")
    second = fund.apply(session=session)
    fund.taken_to("paid", second)
    person = fund.town.employees["ped_n1_1"]
    fund.do("refund", second, note="Syg", employee_ids=[person])

    assert fund.asked(fund.apply(session=session)) == [8000]
