"""What money verbs do, written a second time: plain Python, no database, none of the house's code.

Every verb either changes the model or raises `Refused` and must then not have happened. A pool is
known by its id, which both worlds share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.budgets.machine_parts import FREE, NAMED, Carry, Line, Pool, Refused, parts


@dataclass
class Ledger:
    pools: dict[UUID, Pool] = field(default_factory=dict)
    years: dict[int, str] = field(default_factory=dict)
    frames: dict[int, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    links: set[tuple[Any, ...]] = field(default_factory=set)
    """(kind, pool, link), or ("settled", source, submission, pool, cost line, link)."""
    constraints: dict[UUID, dict[str, tuple[tuple[str, ...], int]]] = field(default_factory=dict)
    """Pool → name → the forms that count and the most in basis points."""
    caps: dict[str, tuple[str | None, str | None, int]] = field(default_factory=dict)
    """Name → payer, funding rule, most."""
    transfers: dict[UUID, list[Any]] = field(default_factory=dict)
    """[from, to, amount, state]"""
    carry_rules: dict[Any, tuple[int | None, int | None, int | None, bool]] = field(
        default_factory=dict
    )
    """Kind or pool → overspend share, underspend share, amount, purpose needed."""
    carries: dict[UUID, Carry] = field(default_factory=dict)

    # -- looking

    def of_year(self, year: int) -> list[Pool]:
        return [pool for pool in self.pools.values() if pool.year == year]

    def named(self, name: str, year: int) -> Pool | None:
        return next((each for each in self.of_year(year) if each.name == name), None)

    def latest(self, source: UUID) -> list[Line]:
        own = [line for line in self.lines if line.source == source]
        newest = max((line.submission for line in own), default=0)
        return [line for line in own if line.submission == newest]

    def used(self, pool: UUID, forms: Sequence[str]) -> int:
        return sum(
            line.paid
            for line in self.lines
            if line.pool == pool and line.form in forms and line.state != "released"
        )

    def granted(self, cap: str) -> dict[tuple[UUID, int], int]:
        """(employee, year) → what the cap counts."""
        found: dict[tuple[UUID, int], int] = {}
        payer, rule, _most = self.caps[cap]
        for line in self.lines:
            pool = self.pools[line.pool]
            counts = payer in (None, pool.kind, pool.name) and rule in (None, line.rule)
            if counts and line.employee and line.state != "released":
                key = (line.employee, pool.year)
                found[key] = found.get(key, 0) + line.paid
        return found

    def sums(self, lines: Sequence[Line]) -> dict[UUID, int]:
        found: dict[UUID, int] = {}
        for line in lines:
            found[line.pool] = found.get(line.pool, 0) + line.paid
        return found

    # -- requests

    def reserve(
        self,
        source: UUID,
        submission: int,
        shares: Sequence[tuple[UUID, str, int]],
        form: str,
        employee: UUID | None,
    ) -> None:
        if any(line.source == source and line.submission == submission for line in self.lines):
            return
        new = [Line(source, submission, *share, form, employee) for share in shares]
        before = {cap: self.granted(cap) for cap in self.caps}
        for pool_id, amount in self.sums(new).items():
            pool = self.pools[pool_id]
            pool.check_fits(pool.available, amount, form)
            pool.add(reserved=amount)
        self.lines += new
        for pool_id, amount in self.sums(new).items():
            self._check_strings(pool_id, form, amount)
        for cap, (_payer, _rule, most) in self.caps.items():
            for key, amount in self.granted(cap).items():
                if amount > most and amount != before[cap].get(key, 0):
                    raise Refused(f"one person gets {amount} of {most}")

    def _check_strings(self, pool_id: UUID, form: str, more: int) -> None:
        for forms, most_bp in self.constraints.get(pool_id, {}).values():
            if form in forms and more > 0:
                used = self.used(pool_id, forms)
                if used * 10_000 > most_bp * self.pools[pool_id].held:
                    raise Refused(f"strings of {self.pools[pool_id].name}: {used}")

    def check_smaller(self, pool_id: UUID) -> None:
        """The pool was made smaller: what is used of its strings is still allowed."""
        for forms, most_bp in self.constraints.get(pool_id, {}).values():
            used = self.used(pool_id, forms)
            if used and used * 10_000 > most_bp * self.pools[pool_id].held:
                raise Refused(f"strings of a smaller {self.pools[pool_id].name}: {used}")

    def _move(self, source: UUID, was: str, becomes: str) -> list[Line]:
        moved = [line for line in self.lines if line.source == source and line.state == was]
        for line in moved:
            line.state = becomes
        return moved

    def _nothing_moved(self, source: UUID, reached: set[str]) -> None:
        if not {line.state for line in self.latest(source)} <= reached:
            raise Refused("out of turn")

    def commit(self, source: UUID) -> None:
        moved = self._move(source, "reserved", "committed")
        for pool_id, amount in self.sums(moved).items():
            pool = self.pools[pool_id]
            pool.check_fits(pool.unbound, amount, moved[0].form)
            pool.add(reserved=-amount, committed=amount)
        if not moved:
            self._nothing_moved(source, {"committed", "actual"})

    def charge(self, source: UUID) -> None:
        moved = self._move(source, "committed", "actual")
        for pool_id, amount in self.sums(moved).items():
            self.pools[pool_id].add(committed=-amount, actual=amount)
        if not moved:
            self._nothing_moved(source, {"actual"})

    def release(self, source: UUID) -> None:
        for was in ("reserved", "committed"):
            moved = self._move(source, was, "released")
            for pool_id, amount in self.sums(moved).items():
                self.pools[pool_id].add(**{was: -amount})
            if moved:
                if "actual" in {line.state for line in self.latest(source)}:
                    raise Refused("some of it is spent")
                return
        self._nothing_moved(source, {"released"})

    def settle(
        self,
        source: UUID,
        order: Sequence[tuple[UUID, str]],
        amount: int,
        link: UUID,
        *,
        beforehand: bool = False,
    ) -> None:
        """`order` is that of the lines that the invoice pays: an øre that does not divide goes to
        the first. `beforehand` what is committed stays so."""
        lines = [line for line in self.latest(source) if (line.pool, line.cost_line) in order]
        if not lines or not {line.state for line in lines} <= {"committed", "actual"}:
            raise Refused("nothing to settle")
        lines.sort(key=lambda line: order.index((line.pool, line.cost_line)))
        committed = [line for line in lines if line.state == "committed"]
        if not beforehand:
            for line in committed:
                line.state = "actual"
                self.pools[line.pool].add(committed=-line.paid, actual=line.paid)
        keys = {("settled", *line.key, link) for line in lines}
        if keys & self.links:
            return
        self.links |= keys
        more: dict[UUID, int] = {}
        for line, part in zip(lines, parts(amount, [line.amount for line in lines]), strict=True):
            difference = part - line.paid
            line.adjusted += difference
            more[line.pool] = more.get(line.pool, 0) + difference
            self.pools[line.pool].add(**{line.state: difference})
        for pool_id, difference in more.items():
            self._check_more(pool_id, lines[0].form, difference)

    def _check_more(self, pool_id: UUID, form: str, difference: int) -> None:
        """The pool, which has it already, could bear so much more."""
        if difference > 0:
            pool = self.pools[pool_id]
            pool.check_fits(pool.available + difference, difference, form)
        self._check_strings(pool_id, form, difference)

    def keep_fee(self, source: UUID, key: tuple[UUID, str], amount: int, link: UUID) -> None:
        """What a provider keeps of a place that was given up."""
        line = next(each for each in self.latest(source) if (each.pool, each.cost_line) == key)
        if ("settled", *line.key, link) in self.links:
            return
        if line.state != "released":
            raise Refused("it was not given up")
        self.links.add(("settled", *line.key, link))
        line.state, line.adjusted = "actual", amount - line.amount
        self.pools[line.pool].add(actual=amount)
        self._check_more(line.pool, line.form, amount)

    # -- pools

    def _once(self, kind: str, link: UUID, *pools: UUID) -> bool:
        keys = {(kind, pool, link) for pool in pools}
        if keys <= self.links:
            return False
        if keys & self.links:
            raise Refused("posted before in part")
        self.links |= keys
        return True

    def transfer(self, giving: UUID, taking: UUID, amount: int, link: UUID) -> None:
        if giving == taking:
            raise Refused("the same pool")
        if self._once("transferred", link, giving, taking):
            self.pools[giving].check_can_give(amount)
            self.pools[giving].add(transferred=-amount)
            self.check_smaller(giving)
            self.pools[taking].add(transferred=amount)

    def ask(self, key: UUID, giving: UUID, taking: UUID, amount: int) -> None:
        if giving == taking or self.pools[giving].year != self.pools[taking].year:
            raise Refused("not two pools of a year")
        if {self.pools[giving].kind, self.pools[taking].kind} & NAMED:
            raise Refused("money for its own purpose")
        self.holds_money(self.pools[giving].year)
        self.transfers[key] = [giving, taking, amount, "asked"]

    def answer(self, key: UUID, state: str) -> None:
        giving, taking, amount, was = self.transfers[key]
        if state == "own":
            raise Refused("whoever asked never answers")
        if state == "approved":
            self.holds_money(self.pools[giving].year)
        if was != "asked":
            raise Refused("answered before")
        self.transfers[key][3] = state
        if state == "approved":
            self.transfer(giving, taking, amount, key)

    def carry(self, pool: UUID, amount: int, link: UUID) -> None:
        if self._once("carried", link, pool):
            if amount < 0 and self.pools[pool].policy not in FREE:
                self.pools[pool].check_can_give(-amount)
            self.pools[pool].add(carried=amount)
            if amount < 0:
                self.check_smaller(pool)

    def receive(self, pool: UUID, amount: int, link: UUID) -> None:
        if self._once("allotted", link, pool):
            self.pools[pool].add(allotted=amount)

    def pay_back(self, pool: UUID, amount: int, link: UUID) -> None:
        if self._once("adjusted", link, pool):
            # What was carried over goes back as well as what was received this year.
            self.pools[pool].check_can_give(amount)
            self.pools[pool].add(allotted=-amount)
            self.check_smaller(pool)

    def _lose(self, pool: Pool, amount: int) -> None:
        if amount < 0:
            pool.check_can_give(-amount)
            if pool.columns["allotted"] + amount < 0:
                raise Refused("below nothing")
        pool.add(allotted=amount)
        if amount < 0:
            self.check_smaller(pool.id)

    def adjust(self, pool_id: UUID, amount: int) -> None:
        pool = self.pools[pool_id]
        self.holds_money(pool.year)
        if amount == 0:
            raise Refused("nothing")
        self._lose(pool, amount)

    def set_policies(
        self, pool_id: UUID, policy: str, forms: dict[str, str], ladder: tuple[int, int, int]
    ) -> None:
        notify, approve, block = ladder
        if not notify <= approve <= block:
            raise Refused("the ladder falls")
        pool = self.pools[pool_id]
        pool.check_wall(policy, forms, block)
        pool.policy, pool.forms, pool.ladder = policy, dict(forms), ladder
        pool.excused = pool.available < 0

    def set_constraints(
        self, pool_id: UUID, wanted: dict[str, tuple[tuple[str, ...], int]]
    ) -> None:
        if wanted and self.pools[pool_id].kind not in NAMED:
            raise Refused("no strings here")
        self.constraints[pool_id] = dict(wanted)

    def set_cap(self, name: str, payer: str | None, rule: str | None, most: int) -> None:
        self.caps[name] = (payer, rule, most)

    def end_cap(self, name: str) -> None:
        if self.caps.pop(name, None) is None:
            raise Refused("no such cap")

    def open_named(self, pool: Pool) -> None:
        self.holds_money(pool.year)
        if self.named(pool.name, pool.year):
            raise Refused("it is there")
        self.pools[pool.id] = pool

    def take_over(self, pool: Pool) -> None:
        """A new pool begins as the one of the year before was: its forms, ladder, strings and cap;
        and its policy where that was its own, unless somebody has just chosen one."""
        old = self.named(pool.name, pool.year - 1)
        if old is None:
            return
        pool.forms, pool.ladder = dict(old.forms), old.ladder
        if pool.kind not in NAMED:
            pool.policy = old.policy
        if self.constraints.get(old.id):
            self.constraints[pool.id] = dict(self.constraints[old.id])
        if old.id in self.carry_rules:
            self.carry_rules[pool.id] = self.carry_rules[old.id]

    def set_carry_rule(
        self, key: Any, caps: tuple[int | None, int | None, int | None, bool]
    ) -> None:
        """Of a kind, or of one pool."""
        if key in self.pools and self.years[self.pools[key].year] == "closed":
            raise Refused("its year is closed")
        self.carry_rules[key] = caps

    def holds_money(self, year: int) -> None:
        if self.years[year] not in {"adopted", "open"}:
            raise Refused(f"{year} is {self.years[year]}")
