"""Ten thousand random money verbs, and what would let the machine find a fault in one of them.

The suite runs a short, always equal series; `make test ARGS="tests/budgets/test_machine.py
--money-steps 10000"` a long one, by another seed each time unless `--money-seed` names it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import bindparam, update

from tenant_app.budgets import rules
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PoolBalance
from tenant_app.budgets.service import ledger, moves
from tenant_app.core.fence import only_own
from tests.budgets.machine_closing import FullMachine
from tests.budgets.machine_parts import strings_of
from tests.budgets.machine_play import Stage
from tests.budgets.machine_rooms import STRINGS
from tests.budgets.machine_told import tell

PER_SEQUENCE = 40
ONCE = {
    *("reserve", "commit", "recheck and commit", "charge", "release", "keep_fee"),
    *("settle all", "settle cover", "settle each", "settle fee", "settle one"),
    *(f"settle beforehand {which}" for which in ("all", "cover", "each", "fee", "one")),
    *("transfer", "carry", "receive", "pay_back", "adjust_allotment"),
    *("ask_transfer", "approved_transfer", "rejected_transfer", "withdrawn_transfer"),
    *("award a round", "pay of a fund", "refund of a fund", "receive a grant"),
    *("open_named_pool", "set_policies", "set_constraints", "set_cap", "end_cap"),
    *("change_year", "adopt", "open_year", "redivide", "begin_closing", "take_back_closing"),
    *("make_up", "send_back_reservations", "state_purpose", "approve_carry_overs", "close_year"),
    *("set_carry_rule of a kind", "set_carry_rule of a pool"),
}
"""Every money verb that the machine drives. `open_pool` is not: every unit of the town has a pool;
`own_transfer`, an answer of whoever asked, is only ever refused."""


def machine_on(town: Any) -> type[FullMachine]:
    """A machine class of its own, with a town prepared for it."""
    return type(
        "Machine", (FullMachine,), {"stage": Stage(town).build(), "steps": 0, "happened": {}}
    )


def run(machine: type[FullMachine], *, sequences: int, number: int | None, **more: Any) -> None:
    """`number` is the seed; None always runs the same series."""
    if number is not None:
        seed(number)(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=PER_SEQUENCE,
            derandomize=number is None,
            database=None,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )


def done(machine: type[FullMachine]) -> dict[str, int]:
    """How often each verb happened."""
    return {name: machine.happened.get(name, [0])[0] for name in ONCE}


def test_no_order_of_verbs_breaks_the_money(town, request, capsys):
    """A verb that was only ever refused proves nothing: each is done, in a long run many times by
    chance, and in the short one once in a year told beforehand."""
    asked = request.config.getoption("--money-steps")
    number = request.config.getoption("--money-seed")
    if asked and number is None:
        number = random.SystemRandom().randrange(2**32)
    machine = machine_on(town)
    try:
        if not asked:
            told = machine()
            try:
                tell(told)
            finally:
                told.teardown()
            assert {name: times for name, times in done(machine).items() if not times} == {}
            run(machine, sequences=8, number=None)
        turn = 0
        while machine.steps < (asked or 0):
            left = asked - machine.steps
            run(machine, sequences=-(-left // PER_SEQUENCE), number=number + turn)
            turn += 1
    finally:
        if asked:
            lines = [f"seed {number}, {machine.steps} steps"]
            for name, (happened, refused, twice) in sorted(machine.happened.items()):
                lines.append(f"{name:24} done {happened:5}, refused {refused:5}, twice {twice:5}")
            with capsys.disabled():
                sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert machine.steps >= (asked or 200)
    if asked and asked >= 10_000:
        least = asked // 5_000
        assert {name: times for name, times in done(machine).items() if times < least} == {}


@pytest.mark.parametrize("limit", ["strings", "cap"])
def test_a_kept_fee_counts_against_what_was_set_meanwhile(town, limit):
    """Strings or caps that are set between a place being given up and its provider keeping the fee
    count the fee too."""
    machine = machine_on(town)()
    try:
        machine.begin([("n1", "network", 3_000_00, 0, 2026, "1", False)], 1)
        [source] = machine.sources
        machine._decide("release", source, again=False)
        if limit == "strings":
            earmarked = machine.model.named("STAT", 2026)
            machine.do(
                "set_constraints",
                lambda ctx: budgets.set_constraints(ctx, earmarked.id, strings_of(STRINGS)),
                lambda model: model.set_constraints(earmarked.id, STRINGS),
                actor="admin",
            )
        else:
            machine._set_cap(30_000_00, "STAT", None)
        for pick in range(3):
            machine._keep_fee(pick, 10_000, 0, again=False)
    finally:
        machine.teardown()


# -- controls: each lets one fault in, and the machine must find it


def _unguarded_reserve() -> Any:
    taken = ledger.TAKEN
    balances = ledger.BALANCES
    return only_own(
        update(balances)
        .where(balances.c.pool_id == bindparam("pool"))
        .values(reserved=balances.c.reserved + taken)
        .returning(
            rules.available(balances.c).label("left"),
            rules.held(balances.c).label("held"),
            *(balances.c[name] for name in ledger.POLICY_COLUMNS),
        ),
        PoolBalance,
    )


def _no_balance_check(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "RESERVE", _unguarded_reserve())


def _no_link(patch: pytest.MonkeyPatch) -> None:
    once: Callable[..., bool] = moves._post_once

    def always(*args: Any, **kwargs: Any) -> bool:
        once(*args, **kwargs)
        return True

    patch.setattr(moves, "_post_once", always)


def _no_entry(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "_post", lambda *args, **kwargs: None)


def _no_giver_check(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moves, "_can_give", lambda amount: PoolBalance.pool_id.is_not(None))


def _no_difference(patch: pytest.MonkeyPatch) -> None:
    """An invoice that differs leaves the balance as it was."""
    patch.setattr(moves, "pay_more", lambda *args, **kwargs: None)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (_no_balance_check, "is below zero"),
        (_no_giver_check, "is below zero|violates check constraint"),
        (_no_link, "was done twice and moved something"),
        (_no_entry, "not its entries"),
        (_no_difference, "not its entries"),
    ],
)
def test_the_machine_finds_a_fault(town, monkeypatch, fault, says):
    """A search from the start, not a replay: always by the same series, which ends at the first."""
    machine = machine_on(town)
    fault(monkeypatch)
    with pytest.raises(Exception, match=says):
        run(
            machine, sequences=300, number=None, phases=[Phase.generate], report_multiple_bugs=False
        )
