"""The forecast: as earlier years went, of what is usually approved, with a word on both tails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from flask_babel import force_locale
from sqlalchemy import text, update

from admin.forecasts import chart_of
from tenant_app.budgets.models import PoolKind
from tenant_app.core.errors import NotFound
from tenant_app.enrolments import service as enrolments
from tenant_app.reports import rules
from tenant_app.reports import service as reports
from tenant_app.reports.rules import Outlook, PoolNow, Season, Tails, UsageFigures
from tenant_app.reports.service import Forecast
from tenant_app.tenancy.models import TenantSettings
from tests.reports.conftest import NOVEMBER, Ledger
from tests.scenarios.conftest import Lab

EVEN = dict.fromkeys(range(1, 13), 100)
K = 100_000
"""A thousand kroner in øre."""


# -- the pattern


def test_without_an_earlier_year_it_is_a_straight_line():
    found = rules.passed({}, year=2026, as_of=date(2026, 7, 2))
    assert found.passed_bp is None
    assert found.elapsed(2026, date(2026, 7, 2)) == (183, 365)


def test_earlier_years_say_how_much_is_asked_for_by_the_day():
    """A tenth before the year, half in November: by 15 November 75 % of it."""
    year = {rules.BEFORE: 10, 1: 10, 2: 10, 3: 10, 4: 5, 5: 5, 11: 50}
    found = rules.passed(
        {2025: year, 2024: year, 2020: {1: 10**9}}, year=2026, as_of=date(2026, 11, 15)
    )

    assert (found.passed_bp, found.first, found.last) == (7500, 2024, 2025)
    assert found.elapsed(2026, date(2026, 11, 15)) == (7500, 10_000)


@pytest.mark.parametrize(("day", "year"), [(date(2025, 12, 20), 2026), (date(2027, 2, 1), 2026)])
def test_before_the_year_and_after_it_nothing_is_lengthened(day, year):
    found = rules.passed({2025: EVEN, 2024: EVEN}, year=year, as_of=day)
    passed, whole = found.elapsed(year, day)
    assert passed == whole


def test_a_year_that_has_hardly_begun_is_not_lengthened_a_hundredfold():
    found = rules.passed({2025: EVEN | {1: 0}}, year=2026, as_of=date(2026, 1, 5))
    assert found.passed_bp == 849


@pytest.mark.parametrize(
    "months", [{3: 5, 4: -5}, {12: 100}, dict.fromkeys(range(8, 13), 10), {rules.BEFORE: 9}]
)
def test_a_year_that_is_known_in_part_says_nothing(months):
    assert rules.passed({2025: months}, year=2026, as_of=date(2026, 5, 1)) == Season()


def test_open_requests_count_as_many_as_are_approved():
    assert rules.approval(80, 20, decided=20) == 8000
    assert rules.approval(0, 100, decided=19) == 10_000
    assert rules.approval(0, 0, decided=99) == 10_000
    season = Season(approval_bp=7550)
    assert season.expected({"actual": 1, "committed": 2, "reserved": 100}) == 3 + 76


# -- both tails


def pool(name, budget, forecast, *, path="1.2.3.", kind=PoolKind.INSTITUTION, used=0, **said):
    figures = UsageFigures(allotted=budget, forecast=forecast, actual=used, **said)
    return PoolNow(uuid4(), name, kind, path, figures)


def test_the_picture_has_the_furthest_of_both_sides(app):
    over, under = pool("Over", 100 * K, 140 * K), pool("Under", 100 * K, 20 * K)
    even = pool("Jævn", 100 * K, 99 * K)
    told = Forecast(
        2026, NOVEMBER.date(), datetime(2026, 11, 15, tzinfo=UTC), Season(), Tails(), [], []
    )
    with app.test_request_context(), force_locale("da"):
        found = chart_of(replace(told, pools=[over, even, under]))
        none = chart_of(replace(told, pools=[even]))

    assert [row[0] for row in found.rows] == ["Over", "Under"]
    assert "Over 140,0\xa0%, Under 20,0\xa0%" in found.sentence
    assert none is None


@pytest.mark.parametrize(
    ("forecast", "tails", "outlook"),
    [
        (101, Tails(), Outlook.OVERSPEND),
        (101, Tails(over_by=5), Outlook.ON_TRACK),
        (106, Tails(over_by=5), Outlook.OVERSPEND),
        (79, Tails(), Outlook.UNDERSPEND),
        (79, Tails(below=70), Outlook.ON_TRACK),
        (79, Tails(speaks=False), Outlook.ON_TRACK),
        (500, Tails(speaks=False), Outlook.ON_TRACK),
    ],
)
def test_the_municipality_says_from_where_on_is_warned(forecast, tails, outlook):
    assert UsageFigures(allotted=100, forecast=forecast, tails=tails).outlook is outlook


def test_the_month_from_which_is_warned():
    limits = {"forecast_from_month": 6}
    assert not rules.tails_of(limits, year=2026, as_of=date(2026, 5, 31)).speaks
    assert rules.tails_of(limits, year=2026, as_of=date(2026, 6, 1)).speaks
    assert rules.tails_of(limits, year=2025, as_of=date(2026, 1, 2)).speaks


def test_money_goes_first_within_the_area_then_from_anywhere():
    near = pool("near", 100 * K, 70 * K)
    far = pool("far", 200 * K, 100 * K, path="1.9.8.")
    needy = pool("needy", 100 * K, 150 * K + 1, path="1.2.4.")
    found = rules.moves([far, needy, near])

    assert [(m.giver.name, m.taker.name, m.amount, m.within_area) for m in found] == [
        ("near", "needy", 30 * K, True),
        ("far", "needy", 21 * K, False),
    ]


def test_nothing_is_moved_that_is_asked_for_or_has_strings_attached():
    used_up = pool("used up", 100 * K, 70 * K, used=99 * K)
    state = pool("state pool", 100 * K, 0, kind=PoolKind.EARMARKED)
    fund = pool("fund", 10 * K, 90 * K, kind=PoolKind.FUND)
    needy = pool("needy", 100 * K, 150 * K)
    found = rules.moves([used_up, state, fund, needy])

    assert [(m.giver.name, m.taker.name, m.amount) for m in found] == [("used up", "needy", K)]


def test_moves_never_give_more_than_there_is_nor_more_than_is_needed():
    givers = [pool(f"g{i}", 100 * K, i * 7 * K, path=f"1.{i % 3}.{i}.") for i in range(10)]
    takers = [pool(f"t{i}", 100 * K, (105 + i) * K, path=f"1.{i % 3}.5{i}.") for i in range(10)]
    found = rules.moves([*givers, *takers])

    assert found
    assert all(move.amount % K == 0 and move.amount > 0 for move in found)
    for each in givers:
        assert sum(m.amount for m in found if m.giver is each) <= rules.surplus(each)
    for each in takers:
        assert sum(m.amount for m in found if m.taker is each) <= rules.lack(each)


def test_without_areas_all_are_of_one_owner():
    assert rules.area_of(pool("a", 1, 1, path="1.2.")) == "1."
    assert rules.area_of(pool("a", 1, 1, path="1.2.", kind=PoolKind.AREA)) == "1.2."
    assert rules.area_of(pool("a", 1, 1, path=None)) is None


# -- from the ledger


def test_the_report_follows_last_years_months(town):
    before, ledger = Ledger(town, 2025), Ledger(town, 2026)
    for month in range(1, 7):
        before.book("n1", date(2025, month, 1), actual=10_000)
    before.book("n2", date(2025, 12, 3), committed=40_000)
    ledger.book("n1", date(2026, 1, 1), "allotted", allotted=100_000)
    ledger.book("n1", date(2026, 5, 1), actual=30_000)
    with town.as_user("admin", now=NOVEMBER) as ctx:
        reports.compute_usage(ctx, year=2026)
        found = reports.forecasts(ctx, year=2026)

    [own] = [each for each in found.pools if each.name == "pool of n1"]
    assert own.figures.forecast == 50_000
    assert (found.season.passed_bp, found.season.first) == (6000, 2025)
    with town.as_user("admin", now=NOVEMBER) as ctx:
        assert reports.pool_now(ctx, own.id).figures.forecast == 50_000
        [same] = [p for p in reports.money_now(ctx, year=2026).pools if p.id == own.id]
        assert same.figures.forecast == 50_000


def test_a_leader_sees_where_the_own_pools_are_heading_and_no_others(town, ledger):
    with town.as_user("admin", now=NOVEMBER) as ctx:
        with pytest.raises(NotFound):
            reports.forecasts(ctx, year=2026)
        reports.compute_usage(ctx, year=2026)
    with town.as_user("leader_n1", now=NOVEMBER) as ctx:
        assert [p.name for p in reports.forecasts(ctx, year=2026).pools] == ["pool of n1"]


def test_warnings_follow_the_working_rules(town, ledger):
    ledger.book("n1", date(2026, 1, 1), "allotted", allotted=100)
    with town.as_user("admin", now=NOVEMBER) as ctx:
        reports.compute_usage(ctx, year=2026)
        [own] = [p for p in reports.forecasts(ctx, year=2026).pools if p.name == "pool of n1"]
        assert own.figures.outlook is Outlook.UNDERSPEND
        ctx.session.execute(update(TenantSettings).values(limits={"forecast_from_month": 12}))
    with town.as_user("admin", now=NOVEMBER) as ctx:
        assert not reports.forecasts(ctx, year=2026).off(Outlook.UNDERSPEND)
        assert all(
            line.figures.outlook is Outlook.ON_TRACK
            for line in rules.lines(reports.usage(ctx, year=2026).units)
        )


# -- one approval, one pool

READ = text(
    "SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) AS rows "
    "FROM pg_stat_xact_user_tables "
    "WHERE relname IN ('pools', 'pool_balances', 'ledger_entries', 'money_lines', 'usage_rows')"
)


def rows_read(ctx, act):
    """How many rows of money the database read meanwhile, by table."""
    before = {row.relname: row.rows for row in ctx.session.execute(READ)}
    act()
    after = {row.relname: row.rows for row in ctx.session.execute(READ)}
    return {name: rows - before.get(name, 0) for name, rows in after.items()}


def test_after_one_approval_only_that_pool_is_read(make_town):
    """A figure after an approval is read from the one balance; the report reads them all."""
    town = make_town()
    lab = Lab(town)
    made = lab.ask("ped_n1_1", "module")
    for user in ("area_north", "admin"):
        with town.as_user(user) as ctx:
            enrolments.approve(ctx, made)
    with town.as_user("admin") as ctx:
        [own] = [p for p in reports.money_now(ctx, year=2026).pools if p.name.startswith("n1")]
        assert own.figures.committed > 0
    with town.as_user("admin") as ctx:
        ctx.session.execute(text("SET LOCAL enable_seqscan = off"))  # tables of a test are tiny
        reports.pool_now(ctx, own.id)
        read = rows_read(ctx, lambda: reports.pool_now(ctx, own.id))
        whole = rows_read(ctx, lambda: reports.compute_usage(ctx, year=2026))

    assert read["pool_balances"] == 1
    assert not any(read.get(name) for name in ("ledger_entries", "money_lines", "usage_rows"))
    assert whole["pool_balances"] >= 5, "the control: a whole report reads every balance"


def test_that_one_figure_is_the_reports(lab_town):
    town, own = lab_town
    with town.as_user("admin") as ctx:
        reports.compute_usage(ctx, year=2026)
        [row] = [p for p in reports.forecasts(ctx, year=2026).pools if p.id == own]
        now = reports.pool_now(ctx, own).figures
        for name in ("budget", "reserved", "committed", "actual", "available", "forecast"):
            assert getattr(now, name) == getattr(row.figures, name)
        assert now.outlook is row.figures.outlook


@pytest.fixture
def lab_town(town):
    lab = Lab(town)
    lab.ask("ped_n1_1", "module")
    with town.as_user("admin") as ctx:
        [own] = [p.id for p in reports.money_now(ctx, year=2026).pools if p.name.startswith("n1")]
    return town, own


def test_the_day_before_is_not_today(lab_town):
    town, _own = lab_town
    late = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)
    with town.as_user("admin", now=late) as ctx:
        reports.compute_usage(ctx, year=2026, as_of=(late - timedelta(days=1)).date())
        found = reports.forecasts(ctx, year=2026)
        assert found.as_of == date(2026, 3, 2)
