"""An adopted year changes in numbered revisions, and is divided again by newer figures."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy
from tenant_app.budgets.rules import Cost
from tenant_app.budgets.year_models import BudgetRevision, RevisionKind
from tenant_app.core.errors import Conflict, Forbidden, Invalid
from tenant_app.core.money import Money, kroner
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitFigures, UnitPlacement
from tests.budgets.conftest import balances, sums

CHILDREN = {"n1": (10, 20), "n2": (20, 0), "s1": (0, 40), "s2": (20, 40)}
AGED = [{"key": "children", "weight": 100, "ages": {"0_2": 200, "3_5": 100}}]


def count(town, figures=None, *, day=date(2026, 1, 1)):
    with town.as_user("admin") as ctx:
        for name, (small, large) in (figures or CHILDREN).items():
            organisation.record_figures(
                ctx,
                unit_id=town.units[name],
                from_date=day,
                children_0_2=small,
                children_3_5=large,
            )


def parts(allocation):
    return [part.amount for part in allocation.parts[1:]]


def redivide(town, year_id, **kwargs):
    with town.as_user("admin") as ctx:
        return budgets.redivide(ctx, year_id, reason="Faktiske børnetal", **kwargs)


@pytest.fixture
def counted(town):
    """A year divided by children: 200 weighted children over 600,000 kr."""
    count(town)
    with town.as_user("admin") as ctx:
        budgets.set_rules(
            ctx,
            [{"name": "else", "when": {}, "shares": {"default": {"institution": 10000}}}],
            valid_from=date(2026, 1, 1),
        )
        year = budgets.create_year(
            ctx, year=2026, frame=kroner(1_000_000), central_bp=4000, allocation=AGED
        )
        budgets.adopt(ctx, year.id)
        budgets.open_year(ctx, year.id)
        return year.id


def amounts(town, year_id):
    with town.as_user("admin") as ctx:
        return {
            each.name.split()[0]: each.current for each in budgets.original_and_now(ctx, year_id)
        }


def test_children_divide_by_age(town, counted):
    held = amounts(town, counted)
    assert held["n1"] == held["n2"] == held["s1"] == kroner(120_000)
    assert held["s2"] == kroner(240_000)


def test_the_index_weighs_children(town):
    count(town, dict.fromkeys(CHILDREN, (10, 10)))
    with town.as_user("admin") as ctx:
        organisation.record_figures(
            ctx,
            unit_id=town.units["n1"],
            from_date=date(2026, 1, 1),
            children_0_2=10,
            children_3_5=10,
            socio_index=200,
        )
        year = budgets.create_year(
            ctx,
            year=2026,
            frame=kroner(1_000_000),
            central_bp=0,
            allocation=[
                {"key": "socio_economic", "weight": 50},
                {"key": "equal", "weight": 50},
            ],
        )
        found = budgets.preview_allocation(ctx, year.id)
    assert parts(found) == [kroner(325_000), *[kroner(225_000)] * 3]
    assert found.parts[1].socio_index == 200


def test_a_key_that_counts_children_needs_figures_everywhere(town):
    count(town, {"n1": (1, 1)})
    with town.as_user("admin") as ctx:
        year = budgets.create_year(
            ctx, year=2026, frame=kroner(1_000), central_bp=0, allocation=AGED
        )
        with pytest.raises(Conflict, match="no figures for"):
            budgets.preview_allocation(ctx, year.id)


def test_all_zero_is_refused(town):
    count(town, dict.fromkeys(CHILDREN, (0, 0)))
    with town.as_user("admin") as ctx:
        year = budgets.create_year(
            ctx, year=2026, frame=kroner(1_000), central_bp=0, allocation=AGED
        )
        with pytest.raises(Conflict, match="every unit counts zero"):
            budgets.preview_allocation(ctx, year.id)
        with pytest.raises(Invalid, match="no child counts"):
            budgets.change_year(
                ctx,
                year.id,
                allocation=[{"key": "children", "weight": 100, "ages": {"0_2": 0, "3_5": 0}}],
            )


def test_floor_and_ceiling_and_last_year_stand_in_the_preview(town, counted):
    count(town, {"n1": (0, 1), "s2": (100, 100)}, day=date(2027, 1, 1))
    with town.as_user("admin") as ctx:
        year = budgets.create_year(
            ctx,
            year=2027,
            frame=kroner(1_000_000),
            central_bp=4000,
            allocation=AGED,
            limits={"floor": {"ore": kroner(50_000)}, "ceiling": {"average_bp": 20_000}},
        )
        found = budgets.preview_allocation(ctx, year.id)
    by_name = {part.name.split()[0]: part for part in found.parts[1:]}
    assert by_name["n1"].amount == kroner(50_000)
    assert by_name["n1"].unlimited < kroner(50_000)
    assert by_name["s2"].amount == kroner(300_000)
    assert sum(parts(found)) == kroner(600_000)
    assert by_name["n1"].change == kroner(50_000) - by_name["n1"].last_year


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"floor": {"ore": -1}}, "floor"),
        ({"floor": {"average_bp": 10_001}}, "floor"),
        ({"ceiling": {"average_bp": 9_999}}, "ceiling"),
        ({"floor": {"ore": 2}, "ceiling": {"ore": 1}}, "floor"),
        ({"floor": {"ore": 2, "average_bp": 1}}, "floor"),
        ({"roof": {"ore": 2}}, "limits"),
        ({"floor": {"ore": 1.5}}, "floor"),
    ],
)
def test_limits_that_cannot_be_right(town, limits, field):
    with town.as_user("admin") as ctx, pytest.raises(Invalid) as refusal:
        budgets.create_year(ctx, year=2026, frame=100, central_bp=0, limits=limits)
    assert refusal.value.field == field


def test_floors_that_take_more_than_there_is(town):
    with town.as_user("admin") as ctx:
        year = budgets.create_year(
            ctx, year=2026, frame=399, central_bp=0, limits={"floor": {"ore": 100}}
        )
        with pytest.raises(Conflict, match="Lower the floor"):
            budgets.preview_allocation(ctx, year.id)


def test_divided_again_posts_the_differences_once(town, counted):
    before = amounts(town, counted)
    count(town, {"n1": (20, 20)}, day=date(2026, 3, 1))
    first = redivide(town, counted)
    after = amounts(town, counted)
    assert {c.part.name.split()[0] for c in first.differences} == {"n1", "n2", "s1", "s2"}
    assert after["n1"] > before["n1"]
    assert sum(after.values()) == kroner(1_000_000)
    assert not redivide(town, counted).differences
    assert amounts(town, counted) == after
    with town.as_user("admin") as ctx:
        [made] = budgets.revisions(ctx, year_id=counted).items
        assert (made.number, made.kind) == (1, RevisionKind.REDIVIDED)
        assert balances(ctx) == sums(ctx)


def test_what_was_given_by_hand_stays_given(town, counted):
    with town.as_user("admin") as ctx:
        pools = {p.name.split()[0]: p.id for p in budgets.pools(ctx).items}
        budgets.adjust_allotment(ctx, pools["n1"], amount=kroner(500), reason="Indkøring")
    redivide(town, counted)
    with town.as_user("admin") as ctx:
        found = {each.name.split()[0]: each for each in budgets.original_and_now(ctx, counted)}
        assert found["n1"].change == kroner(500)
        assert found["n2"].change == 0
        [made] = budgets.revisions(ctx, year_id=counted).items
        assert made.reason == "Indkøring"


def test_another_frame_keeps_the_original(town, counted):
    redivide(town, counted, frame=kroner(1_100_000))
    assert sum(amounts(town, counted).values()) == kroner(1_100_000)
    with town.as_user("admin") as ctx:
        year = budgets.budget_year(ctx, counted)
        assert year.frame == kroner(1_100_000)
        assert budgets.original_frame(ctx, year) == kroner(1_000_000)
        found = budgets.original_and_now(ctx, counted)
        assert sum(each.original for each in found) == kroner(1_000_000)


@pytest.mark.parametrize("frame", [-1, 0, 10**14])
def test_a_frame_nobody_can_mean(town, counted, frame):
    before = amounts(town, counted)
    with pytest.raises((Invalid, Conflict)):
        redivide(town, counted, frame=frame)
    assert amounts(town, counted) == before


@pytest.mark.parametrize("policy", [Policy.STOP, Policy.WARN])
def test_a_pool_never_falls_below_what_is_bound(town, counted, policy):
    with town.as_user("admin") as ctx:
        pools = {p.name.split()[0]: p.id for p in budgets.pools(ctx).items}
        held = budgets.positions(ctx, [pools["n1"]])[pools["n1"]].allotted
        budgets.set_policy(ctx, pools["n1"], policy)
        year = budgets.budget_year(ctx, counted)
        card = budgets.cost_card(
            ctx,
            year=year,
            unit_id=town.units["n1"],
            cost=Cost(fee=Money(held)),
            facts={"ects": 0, "form": "course"},
            on=ctx.today,
        )
        budgets.reserve(ctx, source_id=pools["n1"], submission=1, card=card)
        budgets.commit(ctx, source_id=pools["n1"])
    before = amounts(town, counted)
    with pytest.raises(Conflict, match="n1 "):
        redivide(town, counted, frame=kroner(900_000))
    with town.as_user("admin") as ctx, pytest.raises(Conflict):
        budgets.adjust_allotment(ctx, pools["n1"], amount=-1, reason="Mindre")
    assert amounts(town, counted) == before
    with town.as_system() as ctx:
        assert not ctx.session.scalars(select(BudgetRevision)).all()


def test_a_closed_unit_keeps_its_part_and_a_new_one_gets_one(town, counted):
    with town.as_system() as ctx:
        ctx.session.execute(
            update(UnitPlacement)
            .where(UnitPlacement.unit_id == town.units["n1"])
            .values(to_date=date(2026, 3, 1))
        )
    before = amounts(town, counted)
    found = redivide(town, counted)
    assert found.kept == before["n1"]
    assert amounts(town, counted) == before


def test_only_the_administration_divides_again_and_says_why(town, counted):
    with town.as_user("leader_n1") as ctx, pytest.raises(Forbidden):
        budgets.redivide(ctx, counted, reason="Nej")
    with town.as_user("admin") as ctx, pytest.raises(Invalid) as refusal:
        budgets.redivide(ctx, counted, reason=" ")
    assert refusal.value.field == "reason"


def test_children_are_not_registered_for_a_day_that_can_only_be_a_slip(town):
    with pytest.raises(Invalid, match="no later than 31-12-") as refused:
        count(town, {"n1": (10, 20)}, day=date(2062, 9, 5))
    assert refused.value.field == "from_date"
    with town.as_system() as ctx:
        assert not ctx.session.scalars(select(UnitFigures.id)).all()
