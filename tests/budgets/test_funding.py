"""Funding rules have versions; what was decided keeps the rule it was decided by."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import FundingRuleSet, PoolKind
from tenant_app.budgets.rules import Cost
from tenant_app.core.errors import Conflict, Invalid
from tenant_app.core.money import kroner
from tenant_app.organisation.models import UnitPlacement
from tests.budgets.conftest import ECTS_RULES, sums
from tests.statements import statements

ALL_CENTRAL = [{"name": "all", "when": {}, "shares": {"default": {"central": 10000}}}]
AREA_HALF = [
    {"name": "half", "when": {}, "shares": {"default": {"area": 5000, "institution": 5000}}}
]


def test_a_new_version_is_valid_from_its_day(money):
    with money.town.as_user("admin") as ctx:
        assert budgets.rules_on(ctx, date(2026, 7, 1)).version == 1
        budgets.set_rules(ctx, ALL_CENTRAL, valid_from=date(2026, 8, 1))
        versions = [
            budgets.rules_on(ctx, day).version for day in (date(2026, 7, 31), date(2026, 8, 1))
        ]
        assert budgets.rules_on(ctx, date(2025, 12, 31)) is None
        listed = [found.version for found in budgets.rules_versions(ctx).items]
    assert versions == [1, 2]
    assert listed == [2, 1]


def test_existing_lines_never_change_with_the_rules(money):
    source = money.reserve("n1", Cost(fee=kroner(100)))
    with money.town.as_user("admin") as ctx:
        budgets.set_rules(ctx, ALL_CENTRAL, valid_from=ctx.today)
    with money.town.as_system() as ctx:
        [line] = budgets.lines_of(ctx, [source])[source]
        new = money.card(ctx, "n1", Cost(fee=kroner(100)))
    assert (line.rule_name, line.rule_version) == ("ECTS", 1)
    assert (new.rule_name, new.rule_version) == ("all", 2)


def test_rules_do_not_change_back_in_time(money):
    with pytest.raises(Invalid, match="from today") as refused, money.town.as_user("admin") as ctx:
        budgets.set_rules(ctx, ALL_CENTRAL, valid_from=date(2026, 3, 1))
    assert refused.value.field == "valid_from"
    with money.town.as_system() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(FundingRuleSet)) == 1


def test_shares_that_are_not_whole_are_refused_and_nothing_changed(money):
    wrong = [{"name": "x", "when": {}, "shares": {"default": {"central": 9000}}}]
    with pytest.raises(Invalid, match="add up to 90 %"), money.town.as_user("admin") as ctx:
        budgets.set_rules(ctx, wrong, valid_from=ctx.today)
    with money.town.as_system() as ctx:
        assert budgets.rules_on(ctx, ctx.today).rules == ECTS_RULES


def test_a_municipality_without_rules_lets_the_institution_pay(town):
    with town.as_user("admin") as ctx:
        year = budgets.create_year(ctx, year=2026, frame=kroner(1000), central_bp=5000)
        budgets.adopt(ctx, year.id)
        card = budgets.cost_card(
            ctx,
            year=year,
            unit_id=town.units["n1"],
            cost=Cost(fee=kroner(10)),
            facts={},
            on=ctx.today,
        )
    assert card.by_kind() == {PoolKind.INSTITUTION: kroner(10)}
    assert card.is_unruled


def test_the_area_that_pays_is_the_one_of_the_day(town, make_money):
    money = make_money(town, area_bp=2000, rules=AREA_HALF)
    moved_on = date(2026, 8, 1)
    with town.as_system() as ctx:
        old = ctx.session.scalars(
            select(UnitPlacement).where(UnitPlacement.unit_id == town.units["n1"])
        ).one()
        seq = old.path.split(".")[-2]
        south = ctx.session.scalars(
            select(UnitPlacement.path).where(UnitPlacement.unit_id == town.units["south"])
        ).one()
        old.to_date = moved_on
        ctx.session.flush()
        ctx.session.add(
            UnitPlacement(
                unit_id=town.units["n1"],
                parent_id=town.units["south"],
                path=f"{south}{seq}.",
                from_date=moved_on,
                to_date=None,
            )
        )
    with town.as_system() as ctx:
        july = money.card(ctx, "n1", Cost(fee=kroner(10)), on=date(2026, 7, 31))
        august = money.card(ctx, "n1", Cost(fee=kroner(10)), on=moved_on)
    assert set(july.by_pool()) == {money.pools["north"], money.pools["n1"]}
    assert set(august.by_pool()) == {money.pools["south"], money.pools["n1"]}


def test_a_rule_that_draws_on_areas_that_hold_no_money_is_refused(town, make_money):
    money = make_money(town, rules=AREA_HALF)
    before = money.picture()
    with pytest.raises(Conflict, match="“half” lets the area pay"):
        money.reserve("n1", Cost(fee=kroner(10)))
    assert money.picture() == before


def test_a_cost_card_reads_only(money):
    before = money.picture()
    with money.town.as_user("leader_n1") as ctx:
        money.card(ctx, "n1", Cost(fee=kroner(10**6)))
    assert money.picture() == before


def sent(ctx, work):
    """How many statements the work sends."""
    with statements(ctx.session.get_bind()) as seen:
        work()
    return len(seen)


def test_the_ledger_verbs_take_few_statements(money):
    """Two pools and three lines; a benchmark holds the time, this the count."""
    with money.town.as_system(now=datetime(2026, 3, 2, tzinfo=UTC)) as ctx:
        card = money.card(ctx, "n1", Cost(fee=kroner(12_000), cover=kroner(17_800)))
        again = money.card(ctx, "n1", Cost(fee=kroner(12_000), cover=kroner(17_800)))
        source = money.year_id
        counted = {
            name: sent(ctx, work)
            for name, work in {
                "card, known place": lambda: money.card(ctx, "n1", Cost(fee=kroner(1))),
                "reserve": lambda: budgets.reserve(ctx, source_id=source, submission=1, card=card),
                "commit": lambda: budgets.commit(ctx, source_id=source),
                "charge": lambda: budgets.charge(ctx, source_id=source),
            }.items()
        }
    assert again == card
    # One of the five asks what else guards the pools: constraints, and caps per person.
    assert counted == {"card, known place": 1, "reserve": 5, "commit": 4, "charge": 3}
    with money.town.as_system() as ctx:
        assert sums(ctx)[money.pools["central"]]["actual"] == kroner(20_900)


def test_the_area_pays_nothing_in_a_municipality_without_areas(make_town):
    town = make_town(areas=False)
    with pytest.raises(Invalid, match="lets the area pay") as refused, town.as_user("admin") as ctx:
        budgets.set_rules(ctx, AREA_HALF, valid_from=ctx.today)
    assert refused.value.field == "rules"
    with town.as_user("admin") as ctx:
        assert budgets.rules_on(ctx, ctx.today) is None
        nothing = [
            {"name": "x", "when": {}, "shares": {"default": {"area": 0, "institution": 10000}}}
        ]
        assert budgets.set_rules(ctx, nothing, valid_from=ctx.today).version == 1


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(2036, 3, 3)])
def test_rules_for_a_day_more_than_ten_years_ahead_are_refused(money, day):
    far = pytest.raises(Invalid, match="Check the year")
    with far as refused, money.town.as_user("admin") as ctx:
        budgets.set_rules(ctx, ALL_CENTRAL, valid_from=day)
    assert refused.value.field == "valid_from"
    with money.town.as_user("admin") as ctx:
        assert budgets.rules_on(ctx, day).version == 1
        assert budgets.set_rules(ctx, ALL_CENTRAL, valid_from=date(2036, 3, 2)).version == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "a\0", "when": {}},
        {"name": "a", "when": {"form": "\0"}},
        {"name": "a", "when": {"ects_over": float("nan")}},
    ],
)
def test_what_the_database_cannot_hold_is_refused_at_the_rules(money, wrong):
    rule = {"shares": {"default": {"central": 10000}}} | wrong
    with pytest.raises(Invalid) as refused, money.town.as_user("admin") as ctx:
        budgets.set_rules(ctx, [rule], valid_from=ctx.today)
    assert refused.value.field == "rules"


def test_a_newer_version_that_yields_to_an_older_planned_one_says_so(town):
    planned = date(2026, 9, 1)
    with town.as_user("admin") as ctx:
        first = budgets.set_rules(ctx, ALL_CENTRAL, valid_from=ctx.today)
        budgets.set_rules(ctx, AREA_HALF, valid_from=planned)
        newest = budgets.set_rules(ctx, ALL_CENTRAL, valid_from=ctx.today)
        assert budgets.rules_on(ctx, date(2026, 8, 31)).version == newest.version
        assert budgets.rules_on(ctx, planned).version == 2
        assert budgets.planned_after(ctx, [first, newest]) == {3: (2, planned)}
        # The cure that is told.
        last = budgets.set_rules(ctx, ALL_CENTRAL, valid_from=planned)
        assert budgets.rules_on(ctx, planned).version == last.version
        assert budgets.planned_after(ctx, [newest, last]) == {}
