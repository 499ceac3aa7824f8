"""A machine that does every money verb in any order, and looks after each.

What may happen is said by the model alone (`machine_model`, `machine_years`, `machine_shares`);
what does happen is up to the services. After each step the two are the same to the øre, every
balance is the sum of its entries, no pool that stops is below zero, and the night's reconciling
finds nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy
from tenant_app.budgets.rules import Cost
from tenant_app.core.context import Context
from tenant_app.core.money import Money
from tests.budgets.conftest import FACTS
from tests.budgets.machine_parts import COLUMNS, NAMED, Pool, Refused, strings_of
from tests.budgets.machine_play import ECTS, FORMS, Play, Stage, rest_of
from tests.budgets.machine_shares import SPANS, shares_of
from tests.budgets.machine_years import Model

SPACE = UUID(int=5)
"""Ids come from the step's number: the same sequence gives the same ids."""
PICK = st.integers(0, 30)
COST = st.one_of(
    st.integers(1, 300), st.integers(300_00, 5_000_00), st.integers(5_000_00, 60_000_00)
)
"""An institution has 12.500 kr: some fit together, some alone, some not at all."""
AMOUNT = st.one_of(st.integers(1, 300), st.integers(300_00, 8_000_00), st.integers(1, 50_000_00))
UNIT = st.sampled_from(["n1", "n2", "s1", "s2"])
YEAR = st.sampled_from([2026, 2027])
POLICY = st.sampled_from([each.value for each in Policy])
LADDER = st.sampled_from(
    [(8000, 10000, 10500), (5000, 9000, 10000), (8000, 10000, 15000), (9000, 8000, 10500)]
)
SHARE = st.sampled_from([None, 0, 500, 3333, 10000])
Asked = tuple[str, str, int, int, int, str | None, bool]
REQUEST = st.tuples(
    UNIT,
    st.sampled_from(FORMS),
    COST,
    st.one_of(st.just(0), COST),
    st.sampled_from([2026, 2026, 2027, 0, 0]),
    st.sampled_from([None, "1", "2"]),
    st.sampled_from([False, False, False, True]),
)
"""unit, form, fee, cover, when (0: over New Year), person, whether it may be in a year not open."""
CHEAP = st.tuples(
    UNIT,
    st.sampled_from(FORMS),
    st.integers(300_00, 3_000_00),
    st.sampled_from([0, 1_234_56]),
    st.just(2026),
    st.sampled_from([None, "1", "2"]),
    st.just(False),
)
"""One that its pools can pay."""
DEAR = st.tuples(
    UNIT,
    st.just("course"),
    st.integers(12_500_01, 60_000_00),
    st.just(0),
    st.just(2026),
    st.none(),
    st.just(False),
)
"""One that its pool cannot pay."""
MOST = 12
"""Sources that a sequence juggles."""


class MoneyMachine(RuleBasedStateMachine):
    """`stage` is set on a subclass by the test."""

    stage: ClassVar[Stage]
    steps: ClassVar[int] = 0
    happened: ClassVar[dict[str, list[int]]] = {}
    """Verb → how often it happened, was refused, was repeated."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(self.stage)
        self.model: Model = self.stage.model(self.play)
        self.number = 0
        self.sources: list[UUID] = []
        self.asked: dict[UUID, tuple[str, str, dict[str, int], int, UUID | None]] = {}
        self.done: list[tuple[str, Callable[[Context], Any]]] = []
        """Verbs with a name of their own (a link, a submission): done twice they are done once."""

    def teardown(self) -> None:
        self.play.end()

    # -- how a step goes

    def do(
        self,
        name: str,
        verb: Callable[[Context], Any],
        expect: Callable[[Model], Any],
        *,
        actor: str = "system",
        again: bool = False,
        after: Callable[[Model], Any] | None = None,
    ) -> bool:
        """The verb happens exactly when the model says so, and leaves what the model leaves."""
        type(self).steps += 1
        tally = self.happened.setdefault(name, [0, 0, 0])
        wanted, refused = copy.deepcopy(self.model), None
        try:
            expect(wanted)
        except Refused as said:
            refused = said
        before = self.play.digest() if refused else None
        refusal = self.play.try_(verb, actor)
        if refusal is None and after is not None:
            after(wanted)
        self.check_walls(wanted if refused is None else self.model)
        if refusal is not None:
            tally[1] += 1
            assert refused is not None, f"{name} was refused without need: {refusal}"
            assert self.play.digest() == before, f"{name} was refused and changed something"
            return False
        tally[0] += 1
        assert refused is None, f"{name} was let through: {refused}"
        self.model = wanted
        for pool in self.model.pools.values():
            pool.excused = pool.excused and pool.available < 0
        self.check_same()
        if again:
            self.repeat(name, verb, actor=actor)
        return True

    def repeat(self, name: str, verb: Callable[[Context], Any], *, actor: str = "system") -> None:
        """Done twice is done once, whether it is refused or says nothing."""
        before = self.play.digest()
        self.play.try_(verb, actor)
        assert self.play.digest() == before, f"{name} was done twice and moved something"
        self.happened[name][2] += 1

    def check_walls(self, model: Model) -> None:
        """No pool that stops is below zero; no bucket is; what is bound is under the wall."""
        for pool_id, columns in self.play.balances().items():
            pool = model.pools.get(pool_id)
            if pool is None:
                continue
            real = Pool(pool_id, pool.year, pool.kind, pool.name, dict(columns))
            excused = pool.excused or not pool.must_not_go_below_zero
            assert excused or real.available >= 0, f"{pool.name} is below zero: {real.available}"
            assert min(columns["reserved"], columns["committed"]) >= 0, f"{pool.name} owes"
            real.check_wall(pool.policy, pool.forms, pool.ladder[2])

    def check_same(self) -> None:
        balances = self.play.balances()
        nothing = dict.fromkeys(COLUMNS, 0)
        entries = self.play.entries()
        assert balances == {key: entries.get(key, nothing) for key in balances}, "not its entries"
        assert balances == {pool.id: pool.columns for pool in self.model.pools.values()}
        assert self.play.rest() == rest_of(self.model)
        assert self.play.drifts() == []

    def id(self) -> UUID:
        self.number += 1
        return uuid5(SPACE, str(self.number))

    def pool(self, pick: int) -> Pool:
        pools = list(self.model.pools.values())
        return pools[pick % len(pools)]

    def source(self, pick: int, *states: str) -> UUID:
        """One that stands so, if there is any; now and then whichever."""
        fitting = [
            source
            for source in self.sources
            if {line.state for line in self.model.latest(source)} & {*states}
        ]
        found = fitting if fitting and pick % 8 else self.sources
        return found[pick % len(found)]

    def linked(self, name: str, verb: Callable[[Context], Any], expect: Any, again: bool) -> None:
        if self.do(name, verb, expect, again=again):
            self.done.append((name, verb))

    # -- requests

    @rule(asked=REQUEST, again=st.booleans())
    def request(self, asked: Asked, again: bool) -> None:
        self._request(asked, again)

    @rule(asked=REQUEST)
    def request_more(self, asked: Asked) -> None:
        """The same: a town does little else."""
        self._request(asked, again=False)

    def _request(self, asked: Asked, again: bool) -> None:
        unit, form, fee, cover, span, person, daring = asked
        if not daring and self.model.years[2027] != "open" and self.model.years[2026] == "open":
            span = 2026  # else most would be refused for the year's sake
        source = self.id()
        employee = self.stage.town.employees[f"ped_{unit}_{person}"] if person else None
        self.asked[source] = (unit, form, {"fee": fee, "cover": cover}, span, employee)
        self._reserve(source, 1, again)
        self.sources = [*self.sources, source][-MOST:]

    def _reserve(self, source: UUID, submission: int, again: bool) -> None:
        unit, form, costs, span, employee = self.asked[source]
        first, last = SPANS[span]

        def verb(ctx: Context) -> None:
            card = budgets.cost_card(
                ctx,
                year=budgets.year_for(ctx, first),
                unit_id=self.stage.town.units[unit],
                cost=Cost(**{line: Money(cost) for line, cost in costs.items()}),
                facts=FACTS | {"form": form, "ects": ECTS.get(form, 0)},
                on=ctx.today,
                span=(first, last),
            )
            for line, cost in costs.items():
                shares = card.by_line().get(line, [])
                assert sum(share.amount for share in shares) == cost, "shares are not the whole"
            budgets.reserve(
                ctx, source_id=source, submission=submission, card=card, employee_id=employee
            )

        def expect(model: Model) -> None:
            shares = shares_of(model, unit, form, costs, span)
            model.reserve(source, submission, shares, form, employee)

        self.linked("reserve", verb, expect, again)

    def _send_again(self, source: UUID, again: bool) -> None:
        """A returned request is sent once more; one that was not is the same submission."""
        lines = self.model.latest(source)
        returned = bool(lines) and all(line.state == "released" for line in lines)
        submission = (lines[0].submission if lines else 0) + (1 if returned else 0)
        if returned or not lines:
            self._reserve(source, submission or 1, again)

    @precondition(lambda self: self.done)
    @rule(pick=PICK)
    def later_again(self, pick: int) -> None:
        """Something that was done long ago comes once more."""
        type(self).steps += 1
        name, verb = self.done[pick % len(self.done)]
        self.repeat(name, verb)

    # -- pools

    @rule(
        verb=st.sampled_from(["transfer", "carry", "receive", "pay_back", "adjust"]),
        pick=PICK,
        other=PICK,
        amount=AMOUNT,
        is_more=st.booleans(),
        again=st.booleans(),
    )
    def move(
        self, verb: str, pick: int, other: int, amount: int, is_more: bool, again: bool
    ) -> None:
        signed = amount if is_more else -amount
        if verb == "transfer":
            self._transfer(self.pool(pick).id, self.pool(other).id, amount, again)
        elif verb == "carry":
            self._carry(self.pool(pick).id, signed, again)
        elif verb == "adjust":
            self._adjust(self.pool(pick).id, signed)
        else:
            named = [pool for pool in self.model.pools.values() if pool.kind in NAMED]
            self._outside(verb, named[pick % len(named)].id, amount, again)

    def _transfer(self, one: UUID, other: UUID, amount: int, again: bool) -> None:
        link = self.id()
        self.linked(
            "transfer",
            lambda ctx: budgets.transfer(
                ctx, from_pool_id=one, to_pool_id=other, amount=amount, note="x", link_id=link
            ),
            lambda model: model.transfer(one, other, amount, link),
            again,
        )

    def _carry(self, pool: UUID, amount: int, again: bool) -> None:
        link = self.id()
        self.linked(
            "carry",
            lambda ctx: budgets.carry(ctx, pool_id=pool, amount=amount, note="x", link_id=link),
            lambda model: model.carry(pool, amount, link),
            again,
        )

    def _outside(self, verb: str, pool: UUID, amount: int, again: bool) -> None:
        link = self.id()
        self.linked(
            verb,
            lambda ctx: getattr(budgets, verb)(
                ctx, pool_id=pool, amount=amount, note="x", link_id=link
            ),
            lambda model: getattr(model, verb)(pool, amount, link),
            again,
        )

    def _adjust(self, pool: UUID, amount: int) -> None:
        self.do(
            "adjust_allotment",
            lambda ctx: budgets.adjust_allotment(ctx, pool, amount=amount, reason="x"),
            lambda model: model.adjust(pool, amount),
            actor="admin",
        )

    @rule(
        pick=PICK,
        policy=POLICY,
        forms=st.dictionaries(st.sampled_from(FORMS), POLICY, max_size=2),
        ladder=LADDER,
        again=st.booleans(),
    )
    def set_policies(
        self,
        pick: int,
        policy: str,
        forms: dict[str, str],
        ladder: tuple[int, int, int],
        again: bool,
    ) -> None:
        pool = self.pool(pick).id
        notify, approve, block = ladder
        self.do(
            "set_policies",
            lambda ctx: budgets.set_policies(
                ctx,
                pool,
                policy=Policy(policy),
                forms={form: {"policy": each} for form, each in forms.items()},
                notify_bp=notify,
                approve_bp=approve,
                block_bp=block,
            ),
            lambda model: model.set_policies(pool, policy, forms, ladder),
            actor="admin",
            again=again,
        )

    def _set_constraints(self, pick: int, informal: int | None, all_of_it: bool) -> None:
        named = [pool for pool in self.model.pools.values() if pool.kind in NAMED]
        pool = named[pick % len(named)].id if pick % 8 else self.pool(pick).id
        wanted: dict[str, tuple[tuple[str, ...], int]] = {}
        if informal is not None:
            wanted["Uformel læring"] = (("network", "side_by_side"), informal)
        if all_of_it:
            wanted["Netværk"] = (("network",), 10000)
        self.do(
            "set_constraints",
            lambda ctx: budgets.set_constraints(
                ctx,
                pool,
                strings_of(wanted),
            ),
            lambda model: model.set_constraints(pool, wanted),
            actor="admin",
        )
