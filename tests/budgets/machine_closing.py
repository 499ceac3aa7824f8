"""The rest of the machine: transfers that are asked for, named pools, and the turn of the year."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PoolKind
from tenant_app.budgets.rules.closing import Caps
from tenant_app.core.context import Context
from tests.budgets.machine import AMOUNT, PICK, SHARE, YEAR
from tests.budgets.machine_parts import Pool
from tests.budgets.machine_play import FRAME, give
from tests.budgets.machine_rooms import RoomsMachine, known
from tests.budgets.machine_years import Model


class FullMachine(RoomsMachine):
    """Every verb."""

    @rule(
        which=st.sampled_from(["ask", "approved", "approved", "rejected", "withdrawn", "own"]),
        giving=PICK,
        taking=PICK,
        amount=AMOUNT,
    )
    def transfer(self, which: str, giving: int, taking: int, amount: int) -> None:
        """Asked for, or answered when one waits (and sometimes when none does)."""
        waiting = [key for key, row in self.model.transfers.items() if row[3] == "asked"]
        if which == "ask" or not self.model.transfers or (not waiting and giving % 4):
            self._ask_transfer(giving, taking, amount)
        else:
            self._answer_transfer(waiting or list(self.model.transfers), giving, which)

    def _ask_transfer(self, giving: int, taking: int, amount: int) -> None:
        one, other, key = self.pool(giving).id, self.pool(taking).id, self.id()
        made: list[UUID] = []

        def verb(ctx: Context) -> None:
            found = budgets.ask_transfer(
                ctx, from_pool_id=one, to_pool_id=other, amount=amount, reason="x"
            )
            made.append(found.id)

        def asked(model: Model) -> None:
            if key in model.transfers:
                model.transfers[made[0]] = model.transfers.pop(key)

        self.do(
            "ask_transfer",
            verb,
            lambda model: model.ask(key, one, other, amount),
            actor="admin",
            after=asked,
        )

    def _answer_transfer(self, keys: list[UUID], pick: int, state: str) -> None:
        key = keys[pick % len(keys)]

        def verb(ctx: Context) -> None:
            if state == "rejected":
                budgets.reject_transfer(ctx, key, note="x")
            elif state == "withdrawn":
                budgets.withdraw_transfer(ctx, key)
            else:
                budgets.approve_transfer(ctx, key)

        # Whoever asked takes it back, and never answers it.
        asker = state in {"withdrawn", "own"}
        self.do(
            f"{state}_transfer",
            verb,
            lambda model: model.answer(key, state),
            actor="admin" if asker else "system",
            again=True,
        )

    # Rules that are equally likely: what an office does seldom is one of them.

    @rule(
        which=st.sampled_from(["redivide", "change", "caps", "own caps", "pool"]),
        pick=PICK,
        year=YEAR,
        code=st.sampled_from(["STAT", "FOND"]),
        frame=st.sampled_from([0, 70_000_01, 99_999_99, 100_000_03, 130_000_07]),
        kind=st.sampled_from(["central", "area", "institution", "earmarked"]),
        caps=st.tuples(SHARE, SHARE, st.sampled_from([None, 0, 1_000_00]), st.booleans()),
    )
    def office(
        self,
        which: str,
        pick: int,
        year: int,
        code: str,
        frame: int,
        kind: str,
        caps: tuple[int | None, int | None, int | None, bool],
    ) -> None:
        if which == "redivide":
            self._redivide(year, frame)
        elif which == "change":
            self._change_year(frame or FRAME)
        elif which == "caps":
            self._set_carry_rule(kind, caps)
        elif which == "own caps":
            self._set_carry_rule(self.pool(pick).id, caps)
        else:
            self._open_named_pool(year, code)

    def _open_named_pool(self, year: int, code: str) -> None:
        kind = PoolKind.EARMARKED if code == "STAT" else PoolKind.FUND
        key, made = self.id(), []

        def verb(ctx: Context) -> None:
            found = budgets.open_named_pool(
                ctx, self.stage.years[year], kind=kind, code=code, name=code
            )
            made.append(found.id)

        self.do(
            "open_named_pool",
            verb,
            lambda model: model.open_named(Pool(key, year, kind.value, code)),
            actor="admin",
            after=lambda model: known(model, key, made),
        )

    # -- years

    @precondition(lambda self: self.model.years[2027] in {"draft", "adopted"})
    @rule(in_turn=st.sampled_from([True, True, True, False]))
    def next_year(self, in_turn: bool) -> None:
        is_draft = self.model.years[2027] == "draft"
        self._next_year("adopt" if is_draft is in_turn else "open_year")

    def _next_year(self, verb: str) -> None:
        was, becomes = {"adopt": ("draft", "adopted"), "open_year": ("adopted", "open")}[verb]

        def divided(model: Model) -> None:
            if verb == "adopt" and not model.of_year(2027):
                for pool in self.play.pools(2027):
                    model.pools[pool.id] = pool
                give(model, 2027)

        self.do(
            verb,
            lambda ctx: getattr(budgets, verb)(ctx, self.stage.years[2027]),
            lambda model: model.step(2027, was, becomes),
            actor="admin",
            after=divided,
            again=True,
        )

    def _redivide(self, year: int, frame: int) -> None:
        self.do(
            "redivide",
            lambda ctx: budgets.redivide(ctx, self.stage.years[year], reason="x", frame=frame),
            lambda model: model.redivide(year, frame),
            actor="admin",
            again=True,
        )

    def _change_year(self, frame: int) -> None:
        self.do(
            "change_year",
            lambda ctx: budgets.change_year(ctx, self.stage.years[2027], frame=frame),
            lambda model: model.change(2027, frame),
            actor="admin",
            again=True,
        )

    def _set_carry_rule(
        self, of: str | UUID, caps: tuple[int | None, int | None, int | None, bool]
    ) -> None:
        whose = {"kind": PoolKind(of)} if isinstance(of, str) else {"pool_id": of}
        self.do(
            "set_carry_rule of a kind" if isinstance(of, str) else "set_carry_rule of a pool",
            lambda ctx: budgets.set_carry_rule(ctx, caps=Caps(*caps), **whose),
            lambda model: model.set_carry_rule(of, caps),
            actor="admin",
            again=True,
        )

    @rule(
        which=st.sampled_from(
            ["begin", "make up", "purpose", "approve", "close", "take back", "send back"]
        ),
        year=st.sampled_from([2026, 2026, 2026, 2027]),
        pick=PICK,
    )
    def ending(self, which: str, year: int, pick: int) -> None:
        if which == "begin":
            self._begin_closing(year)
        elif which == "make up":
            self._make_up(year, again=True)
        elif which == "purpose":
            self._state_purpose(pick)
        elif which == "take back":
            self._take_back(year)
        elif which == "send back":
            self._send_back(year)
        elif which == "approve":
            self._approve(year)
        else:
            self._close(year)

    def _begin_closing(self, year: int) -> None:
        self.do(
            "begin_closing",
            lambda ctx: budgets.begin_closing(ctx, self.stage.years[year]),
            lambda model: model.begin_closing(year),
            actor="admin",
            again=True,
        )

    def _take_back(self, year: int) -> None:
        if self.model.years[year] == "open":
            self._begin_closing(year)
        self.do(
            "take_back_closing",
            lambda ctx: budgets.take_back_closing(ctx, self.stage.years[year], reason="x"),
            lambda model: model.take_back(year),
            actor="admin",
            again=True,
        )

    def _send_back(self, year: int) -> None:
        self.do(
            "send_back_reservations",
            lambda ctx: budgets.send_back_reservations(ctx, self.stage.years[year], note="x"),
            lambda model: model.send_back(year),
            actor="admin",
            again=True,
        )

    def _answer_all(self, verb: str, year: int) -> None:
        """Nothing waits in the year any more, as far as the pools let it."""
        for source in self.model.waits(year):
            self._decide(verb, source, again=False)

    def _make_up(self, year: int, *, again: bool = False) -> None:
        self.do(
            "make_up",
            lambda ctx: budgets.make_up(ctx, self.stage.years[year]),
            lambda model: model.make_up(year),
            actor="admin",
            again=again,
        )

    def _state_purpose(self, pick: int) -> None:
        if not self.model.carries:
            return
        pools = list(self.model.carries)
        pool = pools[pick % len(pools)]
        key = self.play.carry_over_of(pool)
        self.do(
            "state_purpose",
            lambda ctx: budgets.state_purpose(ctx, key, purpose="Diplomforløb"),
            lambda model: model.state_purpose(pool, "Diplomforløb"),
            actor="admin",
            again=True,
        )

    def _close(self, year: int) -> None:
        self.do(
            "close_year",
            lambda ctx: budgets.close_year(ctx, self.stage.years[year]),
            lambda model: model.close(year),
            actor="admin",
            again=True,
        )

    @precondition(lambda self: len(self.model.lines) > 4 and self.model.years[2026] != "closed")
    @rule(verb=st.sampled_from(["commit", "release"]), pick=PICK, again=st.booleans())
    def turn_of_the_year(self, verb: str, pick: int, again: bool) -> None:
        """All that a municipality does around New Year, in order."""
        if self.model.years[2027] == "draft":
            self._next_year("adopt")
        for code in ("STAT", "FOND"):
            if self.model.named(code, 2026):
                self._open_named_pool(2027, code)
        if self.model.years[2026] == "open":
            self._begin_closing(2026)
        self._answer_all(verb, 2026)
        self._answer_all("release", 2026)
        self._send_back(2026)
        if again:
            self._take_back(2026)
            self._begin_closing(2026)
        self._state_purpose(pick)
        self._approve(2026)
        self._close(2026)

    def _approve(self, year: int) -> None:
        """As whoever closes does first: the newest figures, and somebody's yes to them."""
        self._make_up(year)
        self.do(
            "approve_carry_overs",
            lambda ctx: budgets.approve_carry_overs(ctx, self.stage.years[year]),
            lambda model: model.approve_carries(year),
            actor="admin",
            again=True,
        )
