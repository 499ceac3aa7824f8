"""What the rooms above do with money, in the steps they do it: awards of rounds, funds and grants.

One unit of work each: a step that is refused leaves nothing of those before it.
"""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PoolKind
from tenant_app.core.context import Context
from tests.budgets.machine import AMOUNT, PICK, YEAR
from tests.budgets.machine_invoices import PayingMachine
from tests.budgets.machine_parts import Pool, strings_of
from tests.budgets.machine_years import Model

STRINGS = {"Uformel læring": (("network", "side_by_side"), 1000)}
SHARES = st.lists(AMOUNT, min_size=1, max_size=3)


class RoomsMachine(PayingMachine):
    """Rounds, funds and grants."""

    @rule(
        which=st.sampled_from(["round", "fund", "grant", "refund"]),
        year=YEAR,
        pick=PICK,
        amounts=SHARES,
        again=st.booleans(),
    )
    def award(self, which: str, year: int, pick: int, amounts: list[int], again: bool) -> None:
        if which == "round":
            self._award_round(year, "central" if pick % 2 else "STAT", amounts, again)
        elif which == "fund":
            self._receive("pay of a fund", PoolKind.FUND, "FOND", year, amounts[0], again)
        elif which == "grant":
            code = f"TILSKUD{pick % 3}"
            self._receive("receive a grant", PoolKind.EARMARKED, code, year, amounts[0], again)
        else:
            self._refund(pick, amounts, again)

    def _award_round(self, year: int, giver: str, amounts: list[int], again: bool) -> None:
        """`rounds.decide`: each institution's award under its application's own link."""
        giving = self.model.named(giver, year)
        awards = []
        for house, amount in zip(("n1", "n2", "s1"), amounts, strict=False):
            taking = self.model.named(house, year)
            if taking is not None:
                awards.append((taking.id, amount, self.id()))
        if giving is None or not awards:
            return
        pool = giving.id

        def verb(ctx: Context) -> None:
            budgets.hold_open_year(ctx, self.stage.years[year])
            for taking, amount, link in awards:
                budgets.transfer(
                    ctx,
                    from_pool_id=pool,
                    to_pool_id=taking,
                    amount=amount,
                    note="x",
                    link_id=link,
                )

        def expect(model: Model) -> None:
            model.holds_money(year)
            for taking, amount, link in awards:
                model.transfer(pool, taking, amount, link)

        self.linked("award a round", verb, expect, again)

    def _receive(
        self, name: str, kind: PoolKind, code: str, year: int, amount: int, again: bool
    ) -> None:
        """`funds.pay`: into the fund's pool of the year, which the first award opens; and
        `funds.receive_grant`: into a pool of the grant's own, with its strings."""
        key, link, made = self.id(), self.id(), []
        is_grant = kind is PoolKind.EARMARKED
        there = self.model.named(code, year)

        def verb(ctx: Context) -> None:
            pool = None if is_grant else budgets.pool_with_code(ctx, year=year, code=code)
            if pool is None:
                pool = budgets.open_named_pool(
                    ctx, self.stage.years[year], kind=kind, code=code, name=code
                )
            made.append(pool.id)
            budgets.receive(ctx, pool_id=pool.id, amount=amount, note="x", link_id=link)
            if is_grant:
                budgets.set_constraints(ctx, pool.id, strings_of(STRINGS))

        def expect(model: Model) -> None:
            if there is None or is_grant:
                model.open_named(Pool(key, year, kind.value, code))
            pool = model.named(code, year)
            assert pool is not None
            model.receive(pool.id, amount, link)
            if is_grant:
                model.set_constraints(pool.id, STRINGS)

        done = self.do(
            name, verb, expect, actor="admin", after=lambda model: known(model, key, made)
        )
        if done and again:
            self.repeat(name, verb, actor="admin")

    def _refund(self, pick: int, amounts: list[int], again: bool) -> None:
        """`funds.refund`: what was paid for each person goes back under a link of its own."""
        funds = [pool for pool in self.model.pools.values() if pool.kind == "fund"]
        if not funds:
            return
        pool = funds[pick % len(funds)].id
        parts = [(amount, self.id()) for amount in amounts]

        def verb(ctx: Context) -> None:
            for amount, link in parts:
                budgets.pay_back(ctx, pool_id=pool, amount=amount, note="x", link_id=link)

        def expect(model: Model) -> None:
            for amount, link in parts:
                model.pay_back(pool, amount, link)

        self.linked("refund of a fund", verb, expect, again)


def known(model: Model, key: UUID, made: list[UUID]) -> None:
    """A pool that the model called `key` has its real id, and what it took over."""
    pool = model.pools.pop(key, None)
    if pool is None:
        return
    pool.id = made[0]
    model.pools[pool.id] = pool
    model.links = {tuple(made[0] if part == key else part for part in link) for link in model.links}
    strings = model.constraints.pop(key, None)
    model.take_over(pool)
    if strings is not None:
        model.constraints[pool.id] = strings
