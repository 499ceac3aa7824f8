"""Strings attached to a state pool, and what one person may cost in a year."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    ConstraintUse,
    CostLine,
    PersonUse,
    Policy,
    PoolConstraint,
    PoolKind,
)
from tenant_app.budgets.rules import (
    Cost,
    CostCard,
    EarmarkExceeded,
    PersonCapExceeded,
    Share,
    at_least_central,
)
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import Money, kroner
from tenant_app.tenancy.models import TenantSettings
from tests.closing import let_years_close

GRANT = kroner(100_000)
INFORMAL = {
    "name": "Uformel læring",
    "when": {"form_in": ["side_by_side", "network"]},
    "most_bp": 1000,
}


@pytest.fixture
def state(money):
    """A state pool of 100,000 kr, of which 10 % may go to informal training."""
    with money.town.as_user("admin") as ctx:
        pool = budgets.open_named_pool(
            ctx, money.year_id, kind=PoolKind.EARMARKED, code="STAT", name="Statspuljen"
        )
        budgets.receive(ctx, pool_id=pool.id, amount=GRANT, note="Tilsagn", link_id=uuid4())
        budgets.set_constraints(ctx, pool.id, [INFORMAL])
        money.pools["state"] = pool.id
    return money


def card(pool: UUID, amount: int, *, form: str = "network", rule: str = "Statspulje", **facts):
    share = Share(pool, "Statspuljen", PoolKind.EARMARKED, CostLine.FEE, Money(amount), 10000)
    facts = {"form": form, "ects": 0} | facts
    return CostCard(Cost(fee=Money(amount)), (share,), rule, 1, facts)


def ask(money, amount: int, pool: str = "state", employee: str | None = None, **facts) -> UUID:
    source = uuid4()
    with money.town.as_system() as ctx:
        budgets.reserve(
            ctx,
            source_id=source,
            submission=1,
            card=card(money.pools[pool], amount, **facts),
            employee_id=None if employee is None else money.town.employees[employee],
        )
    return source


def used(money) -> int:
    with money.town.as_system() as ctx:
        [found] = ctx.session.scalars(select(PoolConstraint).where(PoolConstraint.is_active))
        return found.used


def everything(money):
    with money.town.as_system() as ctx:
        uses = sorted(
            (str(row.employee_id), row.year, row.used)
            for row in ctx.session.scalars(select(PersonUse))
        )
        constraints = [
            (row.name, row.most_bp, row.used, row.is_active)
            for row in ctx.session.scalars(select(PoolConstraint).order_by(PoolConstraint.name))
        ]
        counted = len(ctx.session.scalars(select(ConstraintUse)).all())
    return money.picture(), uses, constraints, counted


def test_one_oere_above_the_cap_is_stopped_naming_constraint_cap_used_and_shortage(state):
    ask(state, kroner(9_000))
    before = everything(state)
    with pytest.raises(EarmarkExceeded) as refused:
        ask(state, kroner(1_000) + 1)
    for part in ("Uformel læring", "10 %", "10.000,00 kr", "9.000,00 kr is used", "0,01 kr too"):
        assert part in str(refused.value)
    assert everything(state) == before
    ask(state, kroner(1_000))
    assert used(state) == GRANT // 10


def smaller(state, verb, amount, ctx):
    pool = state.pools["state"]
    if verb == "adjust":
        budgets.adjust_allotment(ctx, pool, amount=-amount, reason="Tilsagn nedsat")
    elif verb == "pay back":
        budgets.pay_back(ctx, pool_id=pool, amount=amount, note="Retur", link_id=uuid4())
    elif verb == "transfer":
        budgets.transfer(
            ctx, from_pool_id=pool, to_pool_id=state.pools["n1"], amount=amount, note="Runde"
        )
    else:
        budgets.carry(ctx, pool_id=pool, amount=-amount, note="2025", link_id=uuid4())


@pytest.mark.parametrize("verb", ["adjust", "pay back", "transfer", "carry"])
def test_a_pool_is_not_made_smaller_than_its_strings_bear(state, verb):
    """8,000 kr is informal: 10 % of 80,000."""
    ask(state, kroner(8_000))
    before = everything(state)
    with pytest.raises(Conflict) as refused, state.town.as_user("admin") as ctx:
        smaller(state, verb, kroner(20_000) + 1, ctx)
    for part in ("Uformel læring", "79.999,99 kr", "10 %", "8.000,00 kr is used"):
        assert part in str(refused.value)
    assert refused.value.field == "amount"
    assert everything(state) == before
    with state.town.as_user("admin") as ctx:
        smaller(state, verb, kroner(20_000), ctx)
    assert state.position("state").available == kroner(72_000)


def test_a_debt_does_not_break_the_strings_of_the_pool_it_follows_into(state):
    """Last year's pool was spent 15,000 kr too far; next year's 100,000 is used to its 10 %."""
    with state.town.as_user("admin") as ctx:
        budgets.set_policy(ctx, state.pools["state"], Policy.WARN)
        made = budgets.create_year(ctx, year=2027, frame=kroner(1_000_000), central_bp=4000)
        budgets.adopt(ctx, made.id)
        heir = budgets.open_named_pool(
            ctx,
            made.id,
            kind=PoolKind.EARMARKED,
            code="STAT",
            name="Statspuljen",
            policy=Policy.WARN,
        )
        budgets.receive(ctx, pool_id=heir.id, amount=GRANT, note="Tilsagn", link_id=uuid4())
        budgets.set_constraints(ctx, heir.id, [INFORMAL])
        state.pools["heir"] = heir.id
    ask(state, kroner(10_000), pool="heir")
    source = ask(state, kroner(115_000), form="diploma_module")
    with state.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
        budgets.charge(ctx, source_id=source)
    with state.town.as_user("admin") as ctx:
        let_years_close(ctx)
        budgets.begin_closing(ctx, state.year_id)
        budgets.approve_carry_overs(ctx, state.year_id)
    before = everything(state)
    with pytest.raises(Conflict, match="break their constr"), state.town.as_user("admin") as ctx:
        budgets.close_year(ctx, state.year_id)
    assert everything(state) == before
    with state.town.as_user("admin") as ctx:
        budgets.receive(ctx, pool_id=heir.id, amount=GRANT, note="Mere", link_id=uuid4())
        budgets.close_year(ctx, state.year_id)
    assert state.position("heir").carried == -kroner(15_000)


def test_what_does_not_match_is_not_counted(state):
    ask(state, kroner(80_000), form="diploma_module")
    assert used(state) == 0


def test_what_is_released_is_free_again(state):
    source = ask(state, kroner(10_000))
    with state.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
    assert used(state) == kroner(10_000)
    for _ in range(2):
        with state.town.as_system() as ctx:
            budgets.release(ctx, source_id=source)
    assert used(state) == 0
    ask(state, kroner(10_000))


def test_an_invoice_counts_what_it_cost(state):
    source = ask(state, kroner(8_000))
    with state.town.as_system() as ctx:
        budgets.commit(ctx, source_id=source)
        budgets.settle(ctx, source_id=source, amount=kroner(9_500), link_id=uuid4())
    assert used(state) == kroner(9_500)
    before = everything(state)
    with pytest.raises(EarmarkExceeded), state.town.as_system() as ctx:
        budgets.settle(ctx, source_id=source, amount=kroner(10_001), link_id=uuid4())
    assert everything(state) == before


def test_a_constraint_set_later_counts_what_was_set_aside_before(state):
    ask(state, kroner(5_000), form="lecture")
    gone = ask(state, kroner(2_000), form="lecture")
    with state.town.as_system() as ctx:
        budgets.release(ctx, source_id=gone)
    with state.town.as_user("admin") as ctx:
        [found] = budgets.set_constraints(
            ctx,
            state.pools["state"],
            [{"name": "Oplæg", "when": {"form": "lecture"}, "most_bp": 500}],
        )
        assert found.used == kroner(5_000)
    before = everything(state)
    with pytest.raises(EarmarkExceeded):
        ask(state, 1, form="lecture")
    assert everything(state) == before
    ask(state, kroner(20_000))  # the old one holds no more


def test_an_ended_constraint_set_again_counts_afresh(state):
    source = ask(state, kroner(4_000))
    with state.town.as_user("admin") as ctx:
        budgets.set_constraints(ctx, state.pools["state"], [])
    with state.town.as_system() as ctx:
        budgets.release(ctx, source_id=source)
    ask(state, kroner(3_000))
    with state.town.as_user("admin") as ctx:
        budgets.set_constraints(ctx, state.pools["state"], [INFORMAL])
    assert used(state) == kroner(3_000)


@pytest.mark.parametrize(
    "wrong",
    [
        [{"name": "x", "when": {}, "most_bp": 100}],
        [{"name": "", "when": {"ects": 0}, "most_bp": 100}],
        [{"name": "x" * 201, "when": {"ects": 0}, "most_bp": 100}],
        [{"name": "x", "when": {"weather": "fine"}, "most_bp": 100}],
        [{"name": "x", "when": {"ects_over": "many"}, "most_bp": 100}],
        [{"name": "x", "when": {"ects": 0}, "most_bp": 10001}],
        [{"name": "x", "when": {"ects": 0}, "most_bp": True}],
        [{"name": "x", "when": {"ects": 0}}],
        [INFORMAL, INFORMAL],
        ["x"],
        [INFORMAL | {"name": f"n{i}"} for i in range(21)],
    ],
)
def test_constraints_that_cannot_be_meant_are_refused(state, wrong):
    before = everything(state)
    with pytest.raises(Invalid) as refused, state.town.as_user("admin") as ctx:
        budgets.set_constraints(ctx, state.pools["state"], wrong)
    assert refused.value.field == "constraints"
    assert everything(state) == before


def test_only_money_with_strings_has_constraints(state):
    before = everything(state)
    with pytest.raises(Invalid), state.town.as_user("admin") as ctx:
        budgets.set_constraints(ctx, state.pools["n1"], [INFORMAL])
    with pytest.raises((Forbidden, NotFound)), state.town.as_user("leader_n1") as ctx:
        budgets.set_constraints(ctx, state.pools["state"], [])
    assert everything(state) == before


# -- caps


def cap(money, **facts):
    facts = {"name": "Pr. medarbejder", "payer": "central", "most": kroner(30_000)} | facts
    with money.town.as_user("admin") as ctx:
        return budgets.set_cap(ctx, **facts).id


def test_a_person_is_granted_so_much_from_a_pool_in_a_year_and_no_oere_more(money):
    cap(money)
    ask(money, kroner(20_000), "central", "ped_n1_1")
    before = everything(money)
    with pytest.raises(PersonCapExceeded) as refused:
        ask(money, kroner(10_000) + 1, "central", "ped_n1_1")
    for part in ("30.000,00 kr per person in 2026", "20.000,00 kr", "0,01 kr too much", "ped_n1_1"):
        assert part in str(refused.value)
    assert everything(money) == before
    ask(money, kroner(10_000), "central", "ped_n1_1")
    ask(money, kroner(30_000), "central", "ped_n1_2")  # another person
    ask(money, kroner(40_000), "n1", "ped_n1_1")  # another pool
    with pytest.raises(PersonCapExceeded):
        ask(money, kroner(30_000) + 1, "central", "ped_n1_3")  # in one go


def test_what_is_released_is_granted_no_more(money):
    cap(money)
    source = ask(money, kroner(30_000), "central", "ped_n1_1")
    with money.town.as_system() as ctx:
        budgets.release(ctx, source_id=source)
    ask(money, kroner(30_000), "central", "ped_n1_1")


def test_a_cap_can_be_of_a_rule_and_of_a_named_pool(state):
    cap(state, name="STAT", payer="pool:STAT", most=kroner(5_000))
    cap(state, name="ECTS", payer=None, rule_name="ECTS", most=kroner(7_000))
    ask(state, kroner(5_000), employee="ped_n1_1", form="course")
    for amount, pool, rule in ((1, "state", "x"), (kroner(7_000) + 1, "central", "ECTS")):
        with pytest.raises(PersonCapExceeded):
            ask(state, amount, pool, "ped_n1_1", form="course", rule=rule)
    ask(state, kroner(7_000), "central", "ped_n1_1", rule="ECTS")
    ask(state, kroner(7_000), "central", "ped_n1_1", rule="else")


def test_a_cap_set_later_or_changed_counts_what_was_granted_before(money):
    ask(money, kroner(20_000), "central", "ped_n1_1")
    key = cap(money)
    with pytest.raises(PersonCapExceeded):
        ask(money, kroner(10_001), "central", "ped_n1_1")
    assert cap(money, most=kroner(40_000)) == key
    ask(money, kroner(20_000), "central", "ped_n1_1")
    with money.town.as_user("admin") as ctx:
        budgets.end_cap(ctx, key)
        assert list(budgets.caps(ctx)) == []
    ask(money, kroner(20_000), "central", "ped_n1_1")
    with pytest.raises(NotFound), money.town.as_user("admin") as ctx:
        budgets.end_cap(ctx, key)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"payer": None}, "payer"),
        ({"payer": "king"}, "payer"),
        ({"payer": "pool:NOWHERE"}, "payer"),
        ({"rule_name": "no such rule"}, "rule_name"),
        ({"most": 0}, "most"),
        ({"most": -1}, "most"),
        ({"most": 10**15}, "most"),
    ],
)
def test_caps_that_cannot_be_meant_are_refused(money, facts, field):
    with pytest.raises(Invalid) as refused:
        cap(money, **facts)
    assert refused.value.field == field
    with money.town.as_user("admin") as ctx:
        assert list(budgets.caps(ctx)) == []


def test_only_those_who_manage_budgets_set_caps(money):
    key = cap(money)
    with pytest.raises(Forbidden), money.town.as_user("leader_n1") as ctx:
        budgets.set_cap(ctx, name="x", payer="central", most=1)
    with pytest.raises(Forbidden), money.town.as_user("leader_n1") as ctx:
        budgets.end_cap(ctx, key)
    with money.town.as_user("leader_n1") as ctx:
        assert [each.name for each in budgets.caps(ctx)] == ["Pr. medarbejder"]


# -- equity


@pytest.mark.parametrize(
    ("shares", "least", "expected"),
    [
        ({"institution": 10000}, 8000, {"central": 8000, "institution": 2000}),
        ({"central": 9000, "institution": 1000}, 8000, {"central": 9000, "institution": 1000}),
        (
            {"central": 4000, "area": 3000, "institution": 3000},
            5000,
            {"central": 5000, "area": 2500, "institution": 2500},
        ),
        (
            {"area": 3333, "institution": 6667},
            3333,
            {"central": 3333, "area": 2222, "institution": 4445},
        ),
        ({"institution": 10000}, 10000, {"central": 10000}),
        ({"central": 10000}, 5000, {"central": 10000}),
        ({"pool:STAT": 8000, "institution": 2000}, 8000, {"pool:STAT": 8000, "institution": 2000}),
        (
            {"pool:STAT": 3000, "institution": 7000},
            8000,
            {"pool:STAT": 3000, "central": 5000, "institution": 2000},
        ),
    ],
)
def test_weak_institutions_have_at_least_the_central_share(shares, least, expected):
    found = at_least_central(shares, least)
    assert found == expected
    assert sum(found.values()) == 10000


def test_the_guard_holds_on_the_cost_card_of_a_weak_institution_only(money):
    with money.town.as_system() as ctx:
        ctx.session.execute(update(TenantSettings).values(limits={"weak_central_at_least": 80}))
    with money.town.as_system() as ctx:
        cost = Cost(fee=kroner(1_000))
        weak = money.card(ctx, "n1", cost, ects=0, weak_economy=True)
        strong = money.card(ctx, "n1", cost, ects=0)
    assert weak.by_kind() == {PoolKind.CENTRAL: kroner(800), PoolKind.INSTITUTION: kroner(200)}
    assert strong.by_kind() == {PoolKind.INSTITUTION: kroner(1_000)}
