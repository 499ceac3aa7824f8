"""A budget year from draft to open, and pools."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tenant_app.audit.models import AuditEntry
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, BudgetYearState, EntryKind, Policy, Pool, PoolKind
from tenant_app.budgets.rules import Cost
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement
from tests.budgets.conftest import balances, sums


def draft(town, **kwargs):
    facts = {"year": 2026, "frame": kroner(1_000_000), "central_bp": 4000} | kwargs
    with town.as_user("admin") as ctx:
        return budgets.create_year(ctx, **facts).id


def count(town, model):
    with town.as_system() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(model))


def test_forty_sixty_by_pedagogue_fte_adds_up_to_the_oere(town, make_money):
    money = make_money(town, frame=kroner(1_000_000) + 1)
    with town.as_system() as ctx:
        held = {pool: row["allotted"] for pool, row in balances(ctx).items()}
        assert balances(ctx) == sums(ctx)

    assert sum(held.values()) == kroner(1_000_000) + 1
    assert held[money.pools["central"]] == kroner(400_000)
    assert sorted(held[money.pools[name]] for name in ("n1", "n2", "s1", "s2")) == [
        kroner(150_000),
        kroner(150_000),
        kroner(150_000),
        kroner(150_000) + 1,
    ]


def test_areas_with_a_share_get_pools_by_the_same_key(town, make_money):
    money = make_money(town, central_bp=3000, area_bp=2000)

    assert money.position("north").allotted == kroner(100_000)
    assert money.position("south").allotted == kroner(100_000)
    assert money.position("n1").allotted == kroner(125_000)
    assert len(money.pools) == 7


def test_a_municipality_without_areas_works_and_gives_them_nothing(make_town, make_money):
    flat = make_town(areas=False)
    with pytest.raises(Invalid, match="has no areas") as refused:
        draft(flat, area_bp=1000)
    assert refused.value.field == "area_bp"
    assert count(flat, BudgetYear) == 0

    money = make_money(flat)
    assert set(money.pools) == {"central", "n1", "n2", "s1", "s2"}


def test_the_preview_is_what_adoption_posts(town):
    year_id = draft(town, frame=kroner(777_777) + 77, central_bp=3333, area_bp=1111)
    with town.as_user("auditor") as ctx:
        preview = budgets.preview_allocation(ctx, year_id)
    assert count(town, Pool) == 0
    with town.as_user("admin") as ctx:
        budgets.adopt(ctx, year_id)
        held = {
            (pool.kind, pool.unit_id): balances(ctx)[pool.id]["allotted"]
            for pool in ctx.session.scalars(select(Pool))
        }

    assert preview.total == kroner(777_777) + 77
    assert {(part.kind, part.unit_id): part.amount for part in preview.parts} == held


def test_institutions_closed_before_the_day_get_no_pool(town):
    with town.as_system() as ctx:
        place = ctx.session.scalars(
            select(UnitPlacement).where(UnitPlacement.unit_id == town.units["s2"])
        ).one()
        place.to_date = date(2026, 2, 1)
    year_id = draft(town)
    with town.as_user("admin") as ctx:
        parts = budgets.preview_allocation(ctx, year_id).parts

    assert town.units["s2"] not in {part.unit_id for part in parts}
    assert sum(part.amount for part in parts) == kroner(1_000_000)


def test_adopting_twice_is_refused_and_nothing_changed(town, make_money):
    money = make_money(town)
    before = money.picture()
    with pytest.raises(Conflict, match="already open"), town.as_user("admin") as ctx:
        budgets.adopt(ctx, money.year_id)
    assert money.picture() == before


def test_a_year_without_money_stays_a_draft(town):
    year_id = draft(town, frame=0)
    with pytest.raises(Conflict, match="Write the frame") as refused, town.as_user("admin") as ctx:
        budgets.adopt(ctx, year_id)
    assert refused.value.field == "frame"
    assert count(town, Pool) == 0


def test_a_year_that_cannot_be_divided_stays_a_draft(make_town):
    town = make_town()
    numbers = {"key": "fixed", "amounts": {"U99": 100}}
    year_id = draft(town, allocation=[numbers, {"key": "equal", "weight": 100}])
    with pytest.raises(Invalid, match="U99"), town.as_user("admin") as ctx:
        budgets.adopt(ctx, year_id)

    assert count(town, Pool) == 0
    with town.as_system() as ctx:
        assert budgets.budget_year(ctx, year_id).state is BudgetYearState.DRAFT


def test_a_year_before_the_first_unit_cannot_be_divided(town):
    year_id = draft(town, year=2015)
    with pytest.raises(Conflict, match="no units on 31-12-2015"), town.as_user("admin") as ctx:
        budgets.adopt(ctx, year_id)
    assert count(town, Pool) == 0


def test_only_a_draft_can_be_changed(town):
    year_id = draft(town)
    with town.as_user("admin") as ctx:
        budgets.change_year(ctx, year_id, frame=kroner(10), policy=Policy.WARN)
        budgets.adopt(ctx, year_id)
    with pytest.raises(Conflict, match="cannot be changed"), town.as_user("admin") as ctx:
        budgets.change_year(ctx, year_id, frame=kroner(20))

    with town.as_system() as ctx:
        year = budgets.budget_year(ctx, year_id)
        assert (year.frame, year.policy) == (kroner(10), Policy.WARN)
        assert year.adopted_at == ctx.now


def test_a_change_that_cannot_be_right_is_refused(town):
    year_id = draft(town)
    with pytest.raises(Invalid), town.as_user("admin") as ctx:
        budgets.change_year(ctx, year_id, area_bp=6001)
    with town.as_system() as ctx:
        assert budgets.budget_year(ctx, year_id).area_bp == 0


def test_the_same_year_twice_is_refused(town):
    draft(town)
    with pytest.raises(Conflict, match="2026 exists already") as refused:
        draft(town)
    assert refused.value.field == "year"
    assert count(town, BudgetYear) == 1


@pytest.mark.parametrize("year", [1999, 2101, -1])
def test_a_year_nobody_means_is_refused(town, year):
    with pytest.raises(Invalid, match="is not a budget year"):
        draft(town, year=year)


@pytest.mark.parametrize("user", ["area_north", "leader_n1", "consultant", "auditor"])
def test_others_than_the_administration_change_nothing(town, user):
    year_id = draft(town)
    verbs = [
        lambda ctx: budgets.create_year(ctx, year=2027, frame=1, central_bp=0),
        lambda ctx: budgets.change_year(ctx, year_id, frame=1),
        lambda ctx: budgets.adopt(ctx, year_id),
        lambda ctx: budgets.open_year(ctx, year_id),
        lambda ctx: budgets.set_rules(ctx, [], valid_from=ctx.today),
    ]
    for verb in verbs:
        with pytest.raises(Forbidden), town.as_user(user) as ctx:
            verb(ctx)
    assert count(town, BudgetYear) == 1
    assert count(town, Pool) == 0


def test_an_employee_is_told_nothing_of_years(town):
    year_id = draft(town)
    with pytest.raises(NotFound), town.as_user("ped_n1") as ctx:
        budgets.adopt(ctx, year_id)
    with pytest.raises(Forbidden), town.as_user("ped_n1") as ctx:
        budgets.years(ctx)


def test_the_neighbours_year_is_not_there(make_town):
    here, there = make_town(), make_town()
    foreign = draft(there)
    for year_id in (foreign, uuid4()):
        with pytest.raises(NotFound, match="Not found"), here.as_user("admin") as ctx:
            budgets.adopt(ctx, year_id)


def test_requests_draw_on_an_open_year_only(town):
    year_id = draft(town)
    with town.as_user("admin") as ctx:
        budgets.adopt(ctx, year_id)
        with pytest.raises(Conflict, match="2026 is not open"):
            budgets.year_for(ctx, date(2026, 5, 1))
        budgets.open_year(ctx, year_id)
        assert budgets.year_for(ctx, date(2026, 5, 1)).id == year_id
        with pytest.raises(Conflict, match="2027 is not open"):
            budgets.year_for(ctx, date(2027, 1, 1))


def test_a_draft_cannot_be_opened(town):
    year_id = draft(town)
    with pytest.raises(Conflict, match="still a draft"), town.as_user("admin") as ctx:
        budgets.open_year(ctx, year_id)


def test_every_verb_leaves_a_trail(money):
    with money.town.as_user("admin") as ctx:
        budgets.adjust_allotment(ctx, money.pools["n1"], amount=100, reason="Ny stue")
        budgets.set_policy(ctx, money.pools["n1"], Policy.WARN)
        actions = set(ctx.session.scalars(select(AuditEntry.action)))
    assert {
        "budgets.rules_set",
        "budgets.year_created",
        "budgets.year_adopted",
        "budgets.year_opened",
        "budgets.allotment_adjusted",
        "budgets.policy_set",
    } <= actions


# -- pools


def test_an_allotment_is_adjusted_with_a_reason(money):
    with money.town.as_user("admin") as ctx:
        budgets.adjust_allotment(ctx, money.pools["n1"], amount=kroner(5), reason="Ny stue")
        after = budgets.adjust_allotment(
            ctx, money.pools["n1"], amount=kroner(-105), reason="Flyttet"
        )
        entries = budgets.entries_of(ctx, money.pools["n1"]).items
    assert after.allotted == kroner(149_900)
    assert [(entry.kind, entry.allotted, entry.note) for entry in entries] == [
        (EntryKind.ADJUSTED, kroner(-105), "Flyttet"),
        (EntryKind.ADJUSTED, kroner(5), "Ny stue"),
        (EntryKind.ALLOTTED, kroner(150_000), "2026"),
    ]


@pytest.mark.parametrize(
    ("amount", "reason", "refusal", "field"),
    [
        (kroner(-149_000) - 1, "x", Conflict, "amount"),
        (0, "x", Invalid, "amount"),
        (100, " ", Invalid, "reason"),
        (10**14, "x", Invalid, "amount"),
    ],
)
def test_an_adjustment_that_cannot_be_is_refused(money, amount, reason, refusal, field):
    money.reserve("n1", Cost(fee=kroner(1_000)), ects=0)
    before = money.picture()
    with pytest.raises(refusal) as refused, money.town.as_user("admin") as ctx:
        budgets.adjust_allotment(ctx, money.pools["n1"], amount=amount, reason=reason)
    assert refused.value.field == field
    assert money.picture() == before


def test_a_pool_gives_up_exactly_what_is_available(money):
    money.reserve("n1", Cost(fee=kroner(1_000)), ects=0)
    with money.town.as_user("admin") as ctx:
        budgets.adjust_allotment(ctx, money.pools["n1"], amount=kroner(-149_000), reason="Flyttet")
    assert money.position("n1").available == 0


def test_an_overdrawn_pool_cannot_stop_before_it_is_covered(town, make_money):
    money = make_money(town, policy=Policy.WARN)
    bound = money.reserve("n1", Cost(fee=kroner(150_010)), ects=0)
    with town.as_system() as ctx:
        budgets.commit(ctx, source_id=bound)
    before = money.picture()
    with (
        pytest.raises(Conflict, match="overdrawn by 10,00 kr") as refused,
        town.as_user("admin") as ctx,
    ):
        budgets.set_policy(ctx, money.pools["n1"], Policy.STOP)
    assert refused.value.field == "policy"
    assert money.picture() == before
    assert money.position("n1").policy is Policy.WARN

    with town.as_user("admin") as ctx:
        budgets.adjust_allotment(ctx, money.pools["n1"], amount=kroner(10), reason="Dækket")
        assert budgets.set_policy(ctx, money.pools["n1"], Policy.STOP).policy is Policy.STOP


@pytest.mark.parametrize(
    ("user", "seen"),
    [
        ("admin", {"central", "north", "south", "n1", "n2", "s1", "s2"}),
        ("auditor", {"central", "north", "south", "n1", "n2", "s1", "s2"}),
        ("area_north", {"north", "n1", "n2"}),
        ("leader_n1", {"north", "n1"}),
    ],
)
def test_a_leader_sees_the_own_pool_and_the_areas(town, make_money, user, seen):
    money = make_money(town, area_bp=1000)
    names = {pool_id: name for name, pool_id in money.pools.items()}
    with town.as_user(user) as ctx:
        assert {names[pool.id] for pool in budgets.pools(ctx, year=2026).items} == seen
        for name, pool_id in money.pools.items():
            if name in seen:
                assert budgets.entries_of(ctx, pool_id).items
            else:
                with pytest.raises(NotFound):
                    budgets.entries_of(ctx, pool_id)


def test_a_leader_cannot_change_the_pool_in_sight(money):
    before = money.picture()
    with money.town.as_user("leader_n1") as ctx:
        with pytest.raises(Forbidden):
            budgets.adjust_allotment(ctx, money.pools["n1"], amount=100, reason="Til os")
        with pytest.raises(Forbidden):
            budgets.set_policy(ctx, money.pools["n1"], Policy.WARN)
        with pytest.raises(NotFound):
            budgets.set_policy(ctx, money.pools["central"], Policy.WARN)
    assert money.picture() == before


def test_pools_are_filtered_by_year_and_kind(money):
    with money.town.as_user("admin") as ctx:
        assert [p.id for p in budgets.pools(ctx, kind=PoolKind.CENTRAL).items] == [
            money.pools["central"]
        ]
        assert budgets.pools(ctx, year=2027).items == []
        page = budgets.pools(ctx, page_size=3)
        assert (len(page.items), page.has_more) == (3, True)


def test_an_institution_founded_later_gets_a_pool(money):
    town = money.town
    with town.as_system() as ctx:
        unit = Unit(number="U90", seq=90, name="Nyhuset", kind=UnitKind.INSTITUTION)
        ctx.session.add(unit)
        ctx.session.flush()
        town.units["new"] = unit.id
        ctx.session.add(
            UnitPlacement(
                unit_id=unit.id,
                parent_id=town.units["north"],
                path="1.2.90.",
                from_date=date(2026, 2, 1),
                to_date=None,
            )
        )
    with pytest.raises(Conflict, match="it has no pool in 2026"):
        money.reserve("new", Cost(fee=100), ects=0)
    with town.as_user("admin") as ctx:
        pool = budgets.open_pool(ctx, money.year_id, unit_id=town.units["new"])
        money.pools["new"] = pool.id
        budgets.adjust_allotment(ctx, pool.id, amount=kroner(1_000), reason="Ny institution")
    money.reserve("new", Cost(fee=kroner(1_000)), ects=0)

    assert money.position("new").available == 0
    before = money.picture()
    with pytest.raises(Conflict, match="already has a pool"), town.as_user("admin") as ctx:
        budgets.open_pool(ctx, money.year_id, unit_id=town.units["new"])
    with pytest.raises(Invalid, match="Only areas"), town.as_user("admin") as ctx:
        budgets.open_pool(ctx, money.year_id, unit_id=town.units["root"])
    assert money.picture() == before
