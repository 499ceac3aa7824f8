"""Policies per pool and form, and the ladder of thresholds."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import OverLevel, Policy
from tenant_app.budgets.rules import (
    BudgetExceeded,
    Cost,
    Nearing,
    Over,
    OverBlocked,
    Overdraft,
)
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner

HELD = kroner(150_000)
"""What the pool of n1 has to begin with."""
FREE = {"ects": 0, "form": "theme_day"}


@pytest.fixture
def over(town, make_money):
    """The pool of n1 lets requests go over with the area's yes, up to 105 %."""
    money = make_money(town)
    with town.as_user("admin") as ctx:
        budgets.set_policies(ctx, money.pools["n1"], policy=Policy.APPROVE_OVER, over_level="area")
    return money


def ask(money, amount: int, unit: str = "n1", **facts):
    with money.town.as_system() as ctx:
        source = uuid4()
        card = money.card(ctx, unit, Cost(fee=amount), **(FREE | facts))
        return source, budgets.reserve(ctx, source_id=source, submission=1, card=card)


def test_up_to_what_it_holds_nobody_is_asked(over):
    _, said = ask(over, HELD)
    assert [type(each) for each in said] == [Nearing]


def test_one_oere_above_needs_a_yes_of_the_named_level(over):
    ask(over, HELD)
    _, said = ask(over, 1)
    assert [(type(each), each.level) for each in said] == [(Over, OverLevel.AREA)]


def test_up_to_the_block_and_not_one_oere_above(over):
    ask(over, HELD)
    block = HELD * 5 // 100
    before = over.picture()
    with pytest.raises(OverBlocked) as refused:
        ask(over, block + 1)
    for part in ("105 %", "7.500,00 kr left", "0,01 kr too much"):
        assert part in str(refused.value)
    assert over.picture() == before
    source, _ = ask(over, block)
    with over.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    assert over.position("n1").available == -block


def test_with_stop_one_oere_above_is_refused_whatever_the_ladder_says(money):
    with money.town.as_user("admin") as ctx:
        budgets.set_policies(ctx, money.pools["n1"], block_bp=20000, approve_bp=15000)
    before = money.picture()
    with pytest.raises(BudgetExceeded) as refused:
        ask(money, HELD + 1)
    for part in ("150.000,00 kr available", "0,01 kr short"):
        assert part in str(refused.value)
    assert money.picture() == before


def test_those_who_answer_for_a_pool_are_told_once_when_it_passes_the_first_threshold(money):
    assert ask(money, HELD * 79 // 100)[1] == []
    _, said = ask(money, HELD // 100)
    assert [(type(each), each.used_bp) for each in said] == [(Nearing, 8000)]
    assert ask(money, 1)[1] == []


def test_a_form_has_a_policy_of_its_own(money):
    with money.town.as_user("admin") as ctx:
        budgets.set_policies(
            ctx,
            money.pools["n1"],
            forms={
                "lecture": {"policy": "warn"},
                "diploma_module": {"policy": "approve_over", "over_level": "institution"},
                "theme_day": {"policy": "ignore"},
            },
        )
    ask(money, HELD, form="workshop")
    with pytest.raises(BudgetExceeded):
        ask(money, 1, form="workshop")
    _, said = ask(money, 100, form="diploma_module")
    assert [(type(each), each.level) for each in said] == [(Over, OverLevel.INSTITUTION)]
    _, said = ask(money, 100, form="lecture")
    assert [type(each) for each in said] == [Overdraft]
    source, said = ask(money, kroner(500_000), form="theme_day")
    assert said == []
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    assert money.position("n1").available < -kroner(500_000)


def test_the_approval_holds_the_form_to_its_policy_too(money):
    """Reserved under warn; then the form is made to stop, and the first approved goes."""
    with money.town.as_user("admin") as ctx:
        budgets.set_policies(ctx, money.pools["n1"], forms={"lecture": {"policy": "warn"}})
    first, _ = ask(money, HELD, form="lecture")
    second, _ = ask(money, 100, form="lecture")
    with money.town.as_user("admin") as ctx:
        budgets.set_policies(ctx, money.pools["n1"], forms={"lecture": {"policy": "stop"}})
    with money.town.as_system() as ctx:
        budgets.commit(ctx, source_id=first)
    before = money.picture()
    for verb in (budgets.commit, budgets.recheck):
        with pytest.raises(BudgetExceeded), money.town.as_system() as ctx:
            verb(ctx, source_id=second)
    assert money.picture() == before


def test_a_step_asks_again_when_the_pool_has_gone_over_since(over):
    first, _ = ask(over, HELD)
    second, said = ask(over, 100)
    assert isinstance(said[0], Over)
    with over.town.as_system() as ctx:
        assert budgets.recheck(ctx, source_id=second) == []  # of what is bound it is the first
        budgets.commit(ctx, source_id=first)
        [again] = budgets.recheck(ctx, source_id=second)
    assert again.level is OverLevel.AREA


def test_the_database_is_the_last_wall_of_every_policy(over):
    ask(over, HELD)
    most = HELD * 105 // 100
    with over.town.as_system() as ctx:
        ctx.session.execute(
            text("UPDATE pool_balances SET committed = :most WHERE pool_id = :pool"),
            {"most": most, "pool": over.pools["n1"]},
        )
    with pytest.raises(IntegrityError), over.town.as_system() as ctx:
        ctx.session.execute(
            text("UPDATE pool_balances SET committed = :most WHERE pool_id = :pool"),
            {"most": most + 1, "pool": over.pools["n1"]},
        )
    with pytest.raises(IntegrityError), over.town.as_system() as ctx:
        ctx.session.execute(
            text("UPDATE pool_balances SET committed = allotted + 1 WHERE pool_id = :pool"),
            {"pool": over.pools["n2"]},
        )


def test_a_pool_over_its_wall_cannot_be_made_stricter(over):
    for amount in (HELD, 100):
        source, _ = ask(over, amount)
        with over.town.as_system() as ctx:
            budgets.commit(ctx, source_id=source)
    with pytest.raises(Conflict) as refused, over.town.as_user("admin") as ctx:
        budgets.set_policies(ctx, over.pools["n1"], policy=Policy.STOP)
    assert "1,00 kr" in str(refused.value)
    assert over.position("n1").policy is Policy.APPROVE_OVER


def test_all_pools_of_a_kind_in_one_go(money):
    with money.town.as_user("admin") as ctx:
        budgets.set_policies(
            ctx,
            money.pools["n1"],
            policy=Policy.APPROVE_OVER,
            notify_bp=7000,
            block_bp=11000,
            whole_kind=True,
        )
    for name in ("n1", "n2", "s1", "s2"):
        held = money.position(name)
        assert (held.policy, held.notify_bp, held.block_bp) == (Policy.APPROVE_OVER, 7000, 11000)
    assert money.position("central").policy is Policy.STOP


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"notify_bp": 0}, "notify_bp"),
        ({"notify_bp": 10001}, "notify_bp"),
        ({"approve_bp": 10501}, "approve_bp"),
        ({"block_bp": 9999}, "block_bp"),
        ({"block_bp": 20001}, "block_bp"),
        ({"policy": "perhaps"}, "policy"),
        ({"over_level": "king"}, "over_level"),
        ({"forms": {"x": {"policy": "perhaps"}}}, "forms"),
        ({"forms": {"x": "stop"}}, "forms"),
        ({"forms": {"x": {}}}, "forms"),
        ({"forms": {"Not a form": {"policy": "stop"}}}, "forms"),
        ({"forms": {f"f{i}": {"policy": "stop"} for i in range(51)}}, "forms"),
    ],
)
def test_what_cannot_be_meant_is_refused(money, facts, field):
    before = money.position("n1")
    with pytest.raises(Invalid) as refused, money.town.as_user("admin") as ctx:
        budgets.set_policies(ctx, money.pools["n1"], **facts)
    assert refused.value.field == field
    after = money.position("n1")
    assert (after.policy, after.forms, after.block_bp) == (
        before.policy,
        before.forms,
        before.block_bp,
    )


def test_only_those_who_manage_budgets_set_policies(money):
    with pytest.raises(Forbidden), money.town.as_user("leader_n1") as ctx:
        budgets.set_policies(ctx, money.pools["n1"], policy=Policy.WARN)
    with pytest.raises(NotFound), money.town.as_user("leader_s1") as ctx:
        budgets.set_policies(ctx, money.pools["n1"], policy=Policy.WARN)
    assert money.position("n1").policy is Policy.STOP
