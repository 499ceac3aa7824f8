"""What a year's pools take over from the year before: policies, thresholds, caps, constraints."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy, Pool, PoolBalance, PoolConstraint, PoolKind
from tenant_app.budgets.rules.closing import Caps
from tenant_app.budgets.year_models import CarryApprover, CarryRule
from tenant_app.core.money import kroner
from tests.budgets.conftest import balances, sums
from tests.budgets.test_earmarks import INFORMAL
from tests.budgets.test_screens import text_of

CAPS = Caps(
    underspend_cap_bp=500,
    overspend_cap_bp=None,
    abs_cap=None,
    requires_purpose=True,
    approver=CarryApprover.AREA,
)
LADDER = ("notify_bp", "approve_bp", "block_bp")
FORMS = {"network": {"policy": "ignore", "over_level": "central"}}


def own_ways(town, year_id):
    """n1 warns, tells early and carries little; a state pool has a constraint."""
    with town.as_user("admin") as ctx:
        pools = {
            "central" if pool.kind is PoolKind.CENTRAL else pool.unit_id: pool.id
            for pool in ctx.session.scalars(select(Pool).where(Pool.year_id == year_id))
        }
        n1 = pools[town.units["n1"]]
        budgets.set_policies(
            ctx, n1, policy=Policy.WARN, notify_bp=5000, approve_bp=9000, forms=FORMS
        )
        budgets.set_policies(ctx, pools["central"], block_bp=12_000)
        budgets.set_carry_rule(ctx, caps=CAPS, pool_id=n1)
        made = budgets.open_named_pool(
            ctx, year_id, kind=PoolKind.EARMARKED, code="STAT", name="Statspuljen"
        )
        budgets.set_policies(ctx, made.id, notify_bp=6000)
        budgets.set_constraints(ctx, made.id, [INFORMAL])
        return made.id


def next_year(town, year, *, policy=Policy.APPROVE_OVER, adopt=True):
    with town.as_user("admin") as ctx:
        made = budgets.create_year(
            ctx, year=year, frame=kroner(1_000_000), central_bp=4000, policy=policy
        )
        if adopt:
            budgets.adopt(ctx, made.id)
        return made.id


def of_year(town, year_id):
    """Unit or code → (policy, ladder, forms)."""
    with town.as_system() as ctx:
        names = {unit: name for name, unit in town.units.items()}
        rows = ctx.session.execute(
            select(Pool, PoolBalance)
            .join(PoolBalance, PoolBalance.pool_id == Pool.id)
            .where(Pool.year_id == year_id)
        )
        return {
            pool.code or names[pool.unit_id]: (
                found.policy,
                tuple(getattr(found, name) for name in LADDER),
                found.forms,
            )
            for pool, found in rows
        }


def test_a_pool_with_ways_of_its_own_keeps_them_and_the_others_follow_the_new_year(money):
    own_ways(money.town, money.year_id)
    made = next_year(money.town, 2027)
    found = of_year(money.town, made)
    assert found["n1"] == (Policy.WARN, (5000, 9000, 10_500), FORMS)
    # As its whole year: the policy is the new year's, the threshold was its own.
    assert found["root"] == (Policy.APPROVE_OVER, (8000, 10_000, 12_000), {})
    assert found["s1"] == (Policy.APPROVE_OVER, (8000, 10_000, 10_500), {})
    assert "STAT" not in found
    with money.town.as_system() as ctx:
        rule = ctx.session.scalars(
            select(CarryRule).join(Pool, Pool.id == CarryRule.pool_id).where(Pool.year_id == made)
        ).one()
        assert (rule.underspend_cap_bp, rule.requires_purpose) == (500, True)
        assert rule.approver is CarryApprover.AREA
        # The state pool has no entries yet.
        assert {pool: row for pool, row in balances(ctx).items() if any(row.values())} == sums(ctx)


def test_last_year_stays_as_it_was_and_the_new_one_can_be_changed(money):
    own_ways(money.town, money.year_id)
    before = of_year(money.town, money.year_id)
    made = next_year(money.town, 2027)
    with money.town.as_user("admin") as ctx:
        n1 = ctx.session.scalars(
            select(Pool.id).where(
                Pool.year_id == made,
                Pool.unit_id == money.town.units["n1"],
                Pool.kind == PoolKind.INSTITUTION,
            )
        ).one()
        budgets.set_policies(ctx, n1, policy=Policy.STOP, forms={}, notify_bp=8000)
    assert of_year(money.town, made)["n1"][0] is Policy.STOP
    assert of_year(money.town, money.year_id) == before


def test_a_pool_of_the_same_code_opens_with_its_constraints_and_nothing_used(money):
    old = own_ways(money.town, money.year_id)
    made = next_year(money.town, 2027)
    with money.town.as_user("admin") as ctx:
        new = budgets.open_named_pool(
            ctx,
            made,
            kind=PoolKind.EARMARKED,
            code="STAT",
            name="Statspuljen",
            policy=Policy.IGNORE,
        )
        other = budgets.open_named_pool(
            ctx, made, kind=PoolKind.EARMARKED, code="ANDEN", name="En anden"
        )
        [kept] = budgets.constraints_of(ctx, new.id)
        assert (kept.name, kept.when, kept.most_bp) == (
            INFORMAL["name"],
            INFORMAL["when"],
            INFORMAL["most_bp"],
        )
        assert (kept.used, kept.is_active) == (0, True)
        assert not budgets.constraints_of(ctx, other.id)
        assert len(budgets.constraints_of(ctx, old)) == 1
    # What it does when it is empty was chosen when it was opened.
    found = of_year(money.town, made)["STAT"]
    assert found == (Policy.IGNORE, (6000, 10_000, 10_500), {})


def test_the_newest_earlier_pool_counts_and_only_active_constraints(money):
    old = own_ways(money.town, money.year_id)
    between = next_year(money.town, 2027)
    with money.town.as_user("admin") as ctx:
        budgets.set_constraints(ctx, old, [])
        n1 = ctx.session.scalars(
            select(Pool.id).where(
                Pool.year_id == between,
                Pool.unit_id == money.town.units["n1"],
                Pool.kind == PoolKind.INSTITUTION,
            )
        ).one()
        budgets.set_policies(ctx, n1, policy=Policy.IGNORE)
    made = next_year(money.town, 2028, policy=Policy.STOP)
    assert of_year(money.town, made)["n1"][0] is Policy.IGNORE
    with money.town.as_user("admin") as ctx:
        new = budgets.open_named_pool(
            ctx, made, kind=PoolKind.EARMARKED, code="STAT", name="Statspuljen"
        )
        assert not budgets.constraints_of(ctx, new.id)


def test_another_municipality_is_not_asked(money, make_town, make_money):
    own_ways(money.town, money.year_id)
    other = make_town()
    first = make_money(other)
    made = next_year(other, 2027, policy=Policy.STOP)
    usual = (Policy.STOP, (8000, 10_000, 10_500), {})
    assert set(map(str, of_year(other, made).values())) == {str(usual)}
    with other.as_user("admin") as ctx:
        assert not budgets.own_ways(ctx, made)
        assert ctx.session.scalars(select(PoolConstraint)).all() == []
    assert first.year_id


def test_the_draft_tells_what_goes_along(page, today_town, make_money):
    number = today_town.now.year
    with today_town.as_user("admin") as ctx:
        rules = [{"name": "else", "when": {}, "shares": {"default": {"institution": 10_000}}}]
        budgets.set_rules(ctx, rules, valid_from=date(number, 1, 1))
        first = budgets.create_year(
            ctx, year=number, frame=kroner(1_000_000), central_bp=4000, policy=Policy.STOP
        )
        budgets.adopt(ctx, first.id)
        first_id = first.id
    draft = next_year(today_town, number + 1, adopt=False)
    for path in ("adopt", "preview"):
        shown = text_of(page("admin", f"/budget-years/{path}/?id={draft}"))
        assert "Ingen puljer havde deres egne regler" in shown
    own_ways(today_town, first_id)
    for path in ("adopt", "preview"):
        shown = text_of(page("admin", f"/budget-years/{path}/?id={draft}"))
        assert "Det tager puljerne med fra året før" in shown
        section = shown[shown.index("Det tager puljerne med") :]
        for part in ("50 % · 90 % · 105 %", "80 % · 100 % · 120 %", "Statspuljen", "STAT"):
            assert part in section
    assert page("admin", f"/budget-years/adopt/?id={draft}", {}).status_code == 302
    assert of_year(today_town, draft)["n1"][0] is Policy.WARN
