"""Requests that are answered, held and paid: approvals, invoices, places that were given up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import CostLine
from tenant_app.core.context import Context
from tests.budgets.machine import CHEAP, COST, DEAR, PICK, Asked, MoneyMachine
from tests.budgets.machine_years import Model

PAID = ("committed", "actual")
WHICH = st.sampled_from(["all", "fee", "cover", "one", "each"])
"""What an invoice pays of a request: all of it, a cost line, one line, or each by itself."""
PART = st.sampled_from([None, None, 0, 9_000, 9_999, 10_001, 11_000, 30_000])
"""What it costs, in basis points of what was expected; None: an amount of its own."""
VERBS = [
    *("commit", "recheck", "recheck", "charge", "say no", "give up", "send again"),
    *("settle", "settle", "settle", "settle", "keep"),
]
LIFE = {
    "verb": st.sampled_from(VERBS),
    "pick": PICK,
    "which": WHICH,
    "part": PART,
    "cost": st.one_of(st.just(0), COST),
    "beforehand": st.booleans(),
    "again": st.booleans(),
}


class PayingMachine(MoneyMachine):
    """What becomes of requests."""

    @initialize(
        asked=st.lists(st.one_of(CHEAP, CHEAP, DEAR), min_size=3, max_size=5),
        approved=st.integers(1, 4),
    )
    def begin(self, asked: list[Asked], approved: int) -> None:
        """A municipality in the middle of its year: most is asked for, and much is approved."""
        for each in asked:
            self._request(each, again=False)
        for source in self.sources[:approved]:
            self._commit(source, in_steps=True, again=False)

    @precondition(lambda self: self.sources)
    @rule(**LIFE)
    def live_on(self, **how: Any) -> None:
        """A request gets an answer, is held, or an invoice comes for it."""
        self._live_on(**how)

    @precondition(lambda self: self.sources)
    @rule(**LIFE)
    def live_on_more(self, **how: Any) -> None:
        """The same: a town does little else."""
        self._live_on(**how)

    @precondition(lambda self: self.sources)
    @rule(**LIFE)
    def live_on_most(self, **how: Any) -> None:
        self._live_on(**how)

    def _live_on(self, verb: str, pick: int, again: bool, **how: Any) -> None:
        if verb in {"commit", "recheck"}:
            source = self.source(pick, "reserved")
            self._commit(source, in_steps=verb == "recheck", again=again)
        elif verb == "charge":
            self._decide("charge", self.source(pick, "committed"), again)
        elif verb in {"say no", "give up"}:
            state = "reserved" if verb == "say no" else "committed"
            self._decide("release", self.source(pick, state), again)
        elif verb == "send again":
            self._send_again(self.source(pick, "released"), again)
        elif verb == "keep":
            self._keep_fee(pick, how["part"], how["cost"], again)
        else:
            state = "committed" if how["beforehand"] or pick % 2 else "actual"
            self._settle(self.source(pick, state), pick, again=again, **how)

    def _commit(self, source: UUID, *, in_steps: bool, again: bool) -> None:
        """As an enrolment is approved: what a step finds short, the last one refuses too."""

        def verb(ctx: Context) -> None:
            if in_steps:
                budgets.recheck(ctx, source_id=source)
            budgets.commit(ctx, source_id=source)

        name = "recheck and commit" if in_steps else "commit"
        self.do(name, verb, lambda model: model.commit(source), again=again)

    def _decide(self, verb: str, source: UUID, again: bool) -> None:
        self.do(
            verb,
            lambda ctx: getattr(budgets, verb)(ctx, source_id=source),
            lambda model: getattr(model, verb)(source),
            again=again,
        )

    # -- invoices

    def _settle(
        self,
        source: UUID,
        pick: int,
        *,
        which: str,
        part: int | None,
        cost: int,
        beforehand: bool,
        again: bool,
    ) -> None:
        found, amounts = self.play.lines(source), self._amounts(source)
        link = self._link(source, pick)
        keys = list(found)
        if which in {"fee", "cover"}:
            keys = [key for key in keys if key[1] == which]
        elif which == "one" and keys:
            keys = [keys[pick % len(keys)]]
        groups = [[key] for key in keys] if which == "each" else [keys]

        def cost_of(group: list[tuple[UUID, str]]) -> int:
            # A line of nothing is not a line: an invoice that pays each says something of each.
            return cost if part is None else sum(amounts[key] for key in group) * part // 10_000

        def verb(ctx: Context) -> None:
            for group in groups:
                by_line = which in {"one", "each"} and group
                budgets.settle(
                    ctx,
                    source_id=source,
                    amount=cost_of(group),
                    link_id=link,
                    line_id=found[group[0]] if by_line else None,
                    cost_line=CostLine(which) if which in {"fee", "cover"} else None,
                    beforehand=beforehand,
                )

        def expect(model: Model) -> None:
            for group in groups:
                model.settle(source, group, cost_of(group), link, beforehand=beforehand)

        if groups:
            name = "settle beforehand" if beforehand else "settle"
            self.linked(f"{name} {which}", verb, expect, again)

    def _link(self, source: UUID, pick: int) -> UUID:
        """Mostly a new invoice; or one that has paid of the source before."""
        before = sorted(
            {key[-1] for key in self.model.links if key[0] == "settled" and key[1] == source}
        )
        return before[pick % len(before)] if before and pick % 3 == 0 else self.id()

    def _amounts(self, source: UUID) -> dict[tuple[UUID, str], int]:
        return {(line.pool, line.cost_line): line.amount for line in self.model.latest(source)}

    def _keep_fee(self, pick: int, part: int | None, cost: int, again: bool) -> None:
        source = self.source(pick, "released")
        found, amounts = self.play.lines(source), self._amounts(source)
        if not found:
            return
        key = list(found)[pick % len(found)]
        amount, link = (
            cost if part is None else amounts[key] * part // 10_000,
            self._link(source, pick),
        )
        self.linked(
            "keep_fee",
            lambda ctx: budgets.keep_fee(
                ctx, source_id=source, line_id=found[key], amount=amount, link_id=link
            ),
            lambda model: model.keep_fee(source, key, amount, link),
            again,
        )

    # -- strings of pools, and caps per person

    @rule(
        which=st.sampled_from(["strings", "strings", "cap", "end"]),
        pick=PICK,
        informal=st.sampled_from([None, 0, 1000, 5000]),
        all_of_it=st.booleans(),
        most=st.sampled_from([5_000_00, 30_000_00]),
        payer=st.sampled_from(["central", "STAT", None]),
        rule=st.sampled_from([None, "ECTS", "Netværk"]),
    )
    def limit(
        self,
        which: str,
        pick: int,
        informal: int | None,
        all_of_it: bool,
        most: int,
        payer: str | None,
        rule: str | None,
    ) -> None:
        if which == "strings":
            self._set_constraints(pick, informal, all_of_it)
        elif which == "cap":
            self._set_cap(most, payer, rule)
        else:
            self._end_cap("Pr. regel" if rule else "Pr. person")

    def _set_cap(self, most: int, payer: str | None, rule: str | None) -> None:
        name = "Pr. regel" if rule else "Pr. person"
        payer = payer or (None if rule else "central")
        self.do(
            "set_cap",
            lambda ctx: budgets.set_cap(
                ctx,
                name=name,
                payer={"STAT": "pool:STAT"}.get(str(payer), payer),
                rule_name=rule,
                most=most,
            ),
            lambda model: model.set_cap(name, payer, rule, most),
            actor="admin",
        )

    def _end_cap(self, name: str) -> None:
        cap = self.play.cap(name)
        if cap is None:
            return
        self.do(
            "end_cap",
            lambda ctx: budgets.end_cap(ctx, cap),
            lambda model: model.end_cap(name),
            actor="admin",
            again=True,
        )
