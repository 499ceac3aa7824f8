"""A year's requests run again: who would have paid, what would have been refused, and that nothing
else moved."""

from __future__ import annotations

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import MoneyLine
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.organisation.models import UnitPlacement
from tenant_app.scenarios import service as scenarios

ALL_HOUSES = ("n1", "n2", "s1", "s2")


def test_the_same_rules_and_split_change_nothing(lab):
    for who in ("ped_n1_1", "ped_n2_1"):
        lab.ask(who, "module")
    found, rows = lab.seen(lab.run(profile=None))

    assert (found.requests, found.lost, found.divides_anew) == (2, 0, False)
    assert all(row.change == 0 and row.spent_change == 0 for row in rows.values())
    assert rows["n1"].spent_before == kroner(22_501)
    assert rows["n1"].requests == 1


def test_rudersdals_rules_move_the_fee_and_half_the_cover_to_the_municipality(lab):
    lab.ask("ped_n1_1", "module")
    lab.ask("ped_n1_2", "day")
    found, rows = lab.seen(lab.run())

    # fee 12.000 and half of the cover 10.000 central; materials 501 and the other half the house's.
    assert rows["root"].spent_after == kroner(17_000)
    assert rows["n1"].spent_after == kroner(5_501) + kroner(2_000 + 1_400 + 501)
    assert rows["n1"].spent_before == kroner(22_501 + 3_901)
    assert sum(row.spent_after for row in rows.values()) == found.cost
    assert found.rules_name == "ECTS centralt"


def test_what_a_pool_has_no_room_for_is_refused_whole(lab):
    for house in ALL_HOUSES:
        for number in (1, 2):
            lab.ask(f"ped_{house}_{number}", "module")
    found, rows = lab.seen(lab.run())

    # The central pool holds 80.000: four modules of 17.000 go, and the fifth does not fit.
    assert found.requests == 8
    assert (found.lost, rows["root"].refused) == (4, 4)
    assert rows["root"].refused_cost == kroner(4 * 17_000)
    assert found.lost_cost == kroner(4 * 22_501)
    assert rows["root"].spent_after == kroner(4 * 17_000)
    assert rows["root"].available_after == kroner(12_000)
    assert sum(rows[house].lost for house in ALL_HOUSES) == 4
    assert (rows["n1"].lost, rows["s2"].lost) == (0, 2)  # first come, as it was
    assert sum(r.spent_after for r in rows.values()) == found.cost - found.lost_cost


def test_another_split_divides_what_the_pools_hold_to_the_ore(lab):
    lab.ask("ped_n1_1", "module")
    found, rows = lab.seen(
        lab.run(
            central_bp=6000,
            area_bp=1001,
            allocation=[
                {"key": "fixed", "amounts": {"U4": 777}},
                {"key": "headcount", "weight": 100},
            ],
        )
    )

    before = sum(row.allotted_before for row in rows.values())
    assert sum(row.allotted_after for row in rows.values()) == before == kroner(400_000)
    assert rows["root"].allotted_after == kroner(240_000)
    assert rows["north"].allotted_before == 0
    assert rows["north"].pool_id is None
    assert rows["north"].allotted_after + rows["south"].allotted_after == kroner(40_040)
    assert rows["n1"].change < 0
    assert found.divides_anew


def test_a_closed_house_keeps_what_it_holds(lab, town):
    with town.as_user("admin") as ctx:
        budgets.adjust_allotment(
            ctx,
            next(p.id for p in budgets.pools(ctx).items if p.unit_id == town.units["s2"]),
            amount=kroner(1_000),
            reason="Mere",
        )
    with town.as_system() as ctx:
        place = (
            ctx.session.query(UnitPlacement).filter(UnitPlacement.unit_id == town.units["s2"]).one()
        )
        place.to_date = town.today
    _found, rows = lab.seen(lab.run(central_bp=5000))

    assert rows["s2"].change == 0
    assert sum(row.change for row in rows.values()) == 0


def test_it_touches_nothing_but_its_own_tables(lab):
    """Must show 4: live data are byte for byte what they were."""
    for house in ALL_HOUSES:
        lab.ask(f"ped_{house}_1", "module")
        lab.ask(f"ped_{house}_2", "day")
    made = lab.make(central_bp=6000)
    before = lab.digest()

    with lab.town.as_system() as ctx:
        scenarios.compute(ctx, made)

    found, rows = lab.seen(made)
    assert found.computed_at is not None
    assert rows["root"].change > 0
    assert lab.digest() == before


def test_the_digest_sees_a_single_ore(lab, town):
    """The control: else the test above would prove nothing."""
    before = lab.digest()
    with town.as_user("admin") as ctx:
        pool = budgets.pools(ctx).items[0]
        budgets.adjust_allotment(ctx, pool.id, amount=1, reason="Én øre")

    changed = {table for table, digest in lab.digest().items() if digest != before[table]}
    assert {"pool_balances", "ledger_entries"} <= changed


def test_twice_gives_the_same_rows(lab):
    lab.ask("ped_n1_1", "module")
    made = lab.run()
    first = [
        {k: v for k, v in vars(row).items() if k not in ("_sa_instance_state", "id")}
        for row in lab.seen(made)[1].values()
    ]
    with lab.town.as_system() as ctx:
        scenarios.compute(ctx, made)
    again = [
        {k: v for k, v in vars(row).items() if k not in ("_sa_instance_state", "id")}
        for row in lab.seen(made)[1].values()
    ]

    assert again == first


def test_requests_without_kept_facts_are_asked_about_again(lab, town):
    """Lines from before facts were kept: they are read from course, unit and position."""
    lab.ask("ped_n1_1", "module")
    kept = lab.seen(lab.run())[1]
    with town.as_system() as ctx:
        for line in ctx.session.query(MoneyLine).all():
            assert line.facts["ects"] == 10
            line.facts = {}
    read = lab.seen(lab.run(name="Uden"))[1]

    assert read["root"].spent_after == kept["root"].spent_after == kroner(17_000)


def test_what_was_withdrawn_is_not_run_again(lab, town):
    made = lab.ask("ped_n1_1", "module")
    with town.as_user("leader_n1") as ctx:
        enrolments.withdraw(ctx, made)

    assert lab.seen(lab.run())[0].requests == 0
