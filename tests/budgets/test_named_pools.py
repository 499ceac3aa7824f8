"""State pools and funds have a code, and funding rules name them by it."""

from __future__ import annotations

from datetime import date

import pytest

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy, PoolKind
from tenant_app.budgets.rules import Cost
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner

STATE = [
    {
        "name": "stat",
        "when": {"ects_over": 0},
        "shares": {
            "fee": {"pool:STAT-26": 7500, "central": 2500},
            "default": {"institution": 10000},
        },
    },
    {"name": "rest", "when": {}, "shares": {"default": {"institution": 10000}}},
]


def opened(money, code="STAT-26", unit="root", allotment=5_000_000, **more):
    with money.town.as_user("admin") as ctx:
        pool = budgets.open_named_pool(
            ctx,
            money.year_id,
            kind=more.pop("kind", PoolKind.EARMARKED),
            code=code,
            name="Statspulje",
            unit_id=money.town.units[unit],
            **more,
        )
        if allotment:
            budgets.adjust_allotment(ctx, pool.id, amount=allotment, reason="Tilsagn")
        return pool.id


def test_a_rule_lets_a_named_pool_pay_wherever_its_owner_hangs(money):
    pool_id = opened(money, unit="south")  # asked for by an institution of the north
    with money.town.as_user("admin") as ctx:
        budgets.set_rules(ctx, STATE, valid_from=ctx.today, note="Statspuljen er kommet")
    source = money.reserve("n1", Cost(fee=kroner(101), cover=kroner(40)))
    with money.town.as_system() as ctx:
        card = money.card(ctx, "n1", Cost(fee=kroner(101), cover=kroner(40)))
        lines = budgets.lines_of(ctx, [source])[source]
    assert card.by_pool()[pool_id] == 7_575
    kinds = {PoolKind.EARMARKED: 7_575, PoolKind.CENTRAL: 2_525, PoolKind.INSTITUTION: kroner(40)}
    assert card.by_kind() == kinds
    assert {(line.pool_id, line.share_bp) for line in lines if line.pool_id == pool_id} == {
        (pool_id, 7500)
    }


def test_rules_with_an_unknown_pool_are_refused_naming_those_there_are(money):
    before = money.picture()
    with (
        pytest.raises(Invalid, match="no pool has a code") as refused,
        money.town.as_user("admin") as ctx,
    ):
        budgets.set_rules(ctx, STATE, valid_from=ctx.today)
    assert refused.value.field == "rules"
    opened(money, code="ANDEN", allotment=0)
    opened(money, code="FOND", allotment=0, kind=PoolKind.FUND)
    with (
        pytest.raises(Invalid, match="Known pools: ANDEN, FOND"),
        money.town.as_user("admin") as ctx,
    ):
        budgets.set_rules(ctx, STATE, valid_from=ctx.today)
    with money.town.as_system() as ctx:
        assert budgets.rules_on(ctx, ctx.today).version == 1
    assert money.picture()["lines"] == before["lines"]


def test_a_year_without_the_pool_says_so_and_reserves_nothing(money):
    opened(money)
    with money.town.as_user("admin") as ctx:
        budgets.set_rules(ctx, STATE, valid_from=ctx.today)
        year = budgets.create_year(ctx, year=2027, frame=kroner(1_000_000), central_bp=4000)
        budgets.adopt(ctx, year.id)
    before = money.picture()
    said = r"“stat” lets the pool “STAT-26” pay, but 2027 has no such pool"
    with pytest.raises(Conflict, match=said), money.town.as_system() as ctx:
        budgets.cost_card(
            ctx,
            year=budgets.budget_year(ctx, year.id),
            unit_id=money.town.units["n1"],
            cost=Cost(fee=kroner(10)),
            facts={"ects": 10},
            on=ctx.today,
        )
    assert money.picture() == before


@pytest.mark.parametrize(
    ("wrong", "error", "field"),
    [
        ({"code": "a b"}, Invalid, "code"),
        ({"code": "-X"}, Invalid, "code"),
        ({"code": "X" * 21}, Invalid, "code"),
        ({"code": "\0"}, Invalid, "code"),
        ({"kind": PoolKind.CENTRAL}, Invalid, "kind"),
        ({"code": "stat-26"}, Conflict, "code"),
    ],
)
def test_a_pool_that_cannot_be_opened_is_refused(money, wrong, error, field):
    opened(money)
    before = money.picture()
    with pytest.raises(error) as refused:
        opened(money, **({"code": "NY", "allotment": 0} | wrong))
    assert refused.value.field == field
    assert money.picture() == before


def test_only_the_administration_opens_pools_and_only_in_a_year_that_holds_money(money):
    facts = {"kind": PoolKind.FUND, "code": "FOND", "name": "Fond"}
    with pytest.raises(Forbidden), money.town.as_user("leader_n1") as ctx:
        budgets.open_named_pool(ctx, money.year_id, **facts)
    with money.town.as_user("admin") as ctx:
        draft = budgets.create_year(ctx, year=2027, frame=kroner(1), central_bp=4000)
    with pytest.raises(Conflict, match="still a draft"), money.town.as_user("admin") as ctx:
        budgets.open_named_pool(ctx, draft.id, **facts)
    with pytest.raises(NotFound), money.town.as_user("admin") as ctx:
        budgets.open_named_pool(ctx, money.town.units["n1"], **facts)
    with money.town.as_system() as ctx:
        assert budgets.named_pools(ctx) == {}


def test_a_named_pool_has_its_own_policy_and_stands_beside_the_owners_own(money):
    pool_id = opened(money, unit="n1", policy=Policy.WARN, purpose=" Til sprog ")
    with money.town.as_user("leader_n1") as ctx:
        pool = budgets.pool(ctx, pool_id)
        position = budgets.positions(ctx, [pool_id])[pool_id]
        mine = budgets.pools(ctx, year=2026).items
    assert (pool.code, pool.purpose, position.policy) == ("STAT-26", "Til sprog", Policy.WARN)
    assert {money.pools["n1"], pool_id} <= {each.id for each in mine}


def test_a_payer_that_is_no_pool_is_refused(money):
    for payer in ("earmarked", "pool:", "pool:x y", "pool:" + "X" * 21, "POOL:X"):
        wrong = [{"name": "x", "when": {}, "shares": {"default": {payer: 10000}}}]
        with pytest.raises(Invalid, match="whole basis points"), money.town.as_user("admin") as ctx:
            budgets.set_rules(ctx, wrong, valid_from=ctx.today)


def test_cover_can_have_rules_of_its_own(money):
    opened(money)
    cover = [
        {
            "name": "vikarpulje",
            "when": {"form_in": ["theme_day"]},
            "shares": {"pool:STAT-26": 10000},
        }
    ]
    rules = [{"name": "all", "when": {}, "shares": {"default": {"central": 10000}}}]
    with money.town.as_user("admin") as ctx:
        made = budgets.set_rules(ctx, rules, cover=cover, valid_from=ctx.today)
        assert (made.made_by, made.version) == (ctx.actor.name, 2)
    cost = Cost(fee=kroner(10), cover=kroner(7))
    source = money.reserve("n1", cost, form="theme_day")
    other = money.reserve("n1", cost, form="course")
    with money.town.as_system() as ctx:
        named = {
            line.cost_line.value: (line.rule_name, line.amount)
            for line in budgets.lines_of(ctx, [source])[source]
        }
        plain = {line.rule_name for line in budgets.lines_of(ctx, [other])[other]}
    assert named == {"fee": ("all", kroner(10)), "cover": ("vikarpulje", kroner(7))}
    assert plain == {"all"}
    with money.town.as_user("admin") as ctx:  # not named again: they stay
        assert budgets.set_rules(ctx, rules, valid_from=date(2026, 12, 1)).cover == cover


@pytest.mark.parametrize(
    "cover",
    [
        [{"name": "x", "when": {}, "shares": {"central": 9999}}],
        [{"name": "x", "when": {}, "shares": {"default": {"central": 10000}}}],
        [{"name": "x", "when": {"colour": 1}, "shares": {"central": 10000}}],
        [{"name": "x", "when": {}, "shares": {"pool:NO": 10000}}],
    ],
)
def test_cover_rules_that_cannot_be_right_are_refused(money, cover):
    rules = [{"name": "all", "when": {}, "shares": {"default": {"central": 10000}}}]
    with pytest.raises(Invalid), money.town.as_user("admin") as ctx:
        budgets.set_rules(ctx, rules, cover=cover, valid_from=ctx.today)
    with money.town.as_system() as ctx:
        assert budgets.rules_on(ctx, ctx.today).version == 1
