"""A year told in order, in which every money verb happens once: what chance may leave out of a
short series. Each step is looked after as those of the series are."""

from __future__ import annotations

from tenant_app.budgets.models import PoolKind
from tests.budgets.machine_closing import FullMachine

ASKED = [
    ("n1", "diploma_module", 3_000_00, 1_234_57, 2026, "1", False),
    ("n2", "course", 2_000_01, 0, 2026, None, False),
    ("s1", "network", 1_000_00, 500_00, 2026, "1", False),
    ("s2", "side_by_side", 900_01, 0, 2026, None, False),
    ("n1", "course", 700_00, 0, 2026, "2", False),
]


def tell(machine: FullMachine) -> None:
    machine.begin(ASKED, 1)
    _requests(machine)
    _money(machine)
    _ways(machine)
    _the_end(machine)


def _requests(machine: FullMachine) -> None:
    module, course, network, side, other = machine.sources
    machine._commit(course, in_steps=False, again=True)
    for before in (True, False):
        for part, which in ((9_000, "all"), (11_000, "each"), (9_999, "fee"), (10_001, "cover")):
            machine._settle(
                module, 1, which=which, part=part, cost=0, beforehand=before, again=True
            )
        machine._settle(module, 1, which="one", part=None, cost=77, beforehand=before, again=True)
    machine._decide("charge", course, again=True)
    machine._commit(network, in_steps=True, again=True)
    machine._decide("release", network, again=True)
    machine._keep_fee(1, 2_500, 0, again=True)
    machine._decide("release", side, again=True)
    machine._send_again(side, again=True)
    machine._commit(other, in_steps=True, again=True)


def _money(machine: FullMachine) -> None:
    names = [(pool.name, pool.year) for pool in machine.model.pools.values()]
    central, house = names.index(("central", 2026)), names.index(("n2", 2026))
    state = machine.pool(names.index(("STAT", 2026))).id
    giving, taking = machine.pool(central).id, machine.pool(house).id
    machine._transfer(giving, taking, 1_000_01, again=True)
    machine._carry(taking, 500_03, again=True)
    machine._carry(taking, -200_01, again=True)
    machine._outside("receive", state, 1_000_00, again=True)
    machine._outside("pay_back", state, 300_07, again=True)
    machine._adjust(taking, 250_00)
    for answer in ("approved", "rejected", "withdrawn"):
        machine._ask_transfer(central, house, 321_09)
        waiting = [key for key, row in machine.model.transfers.items() if row[3] == "asked"]
        machine._answer_transfer(waiting, 0, answer)
    machine._award_round(2026, "central", [1_000_00, 2_000_03], again=True)
    machine._receive("pay of a fund", PoolKind.FUND, "FOND", 2026, 5_000_00, again=True)
    machine._refund(0, [1_000_00, 500_01], again=True)
    machine._receive("receive a grant", PoolKind.EARMARKED, "TILSKUD1", 2026, 9_000_00, again=True)


def _ways(machine: FullMachine) -> None:
    names = [(pool.name, pool.year) for pool in machine.model.pools.values()]
    house = names.index(("n2", 2026))
    machine.set_policies(house, "approve_over", {"course": "warn"}, (8000, 10000, 15000), True)
    machine._set_constraints(1, 5000, True)
    machine._set_cap(30_000_00, "central", None)
    machine._end_cap("Pr. person")
    machine._set_carry_rule("institution", (None, 5000, None, False))
    machine._set_carry_rule(machine.pool(house).id, (1000, None, 1_000_00, True))
    machine._redivide(2026, 130_000_07)


def _the_end(machine: FullMachine) -> None:
    machine._change_year(99_999_99)
    machine._next_year("adopt")
    for code in ("STAT", "FOND"):
        machine._open_named_pool(2027, code)
    machine._receive("receive a grant", PoolKind.EARMARKED, "TILSKUD1", 2027, 1_00, again=True)
    machine._next_year("open_year")
    machine._begin_closing(2026)
    machine._take_back(2026)
    machine._begin_closing(2026)
    machine._answer_all("commit", 2026)
    machine._answer_all("release", 2026)
    machine._send_back(2026)
    for pick in range(3):
        machine._state_purpose(pick)
    machine._approve(2026)
    machine._close(2026)
