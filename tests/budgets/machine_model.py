"""What money verbs do, written a second time: plain Python, no database, none of the house's code.

Every verb either changes the model or raises `Refused` and must then not have happened. A pool is
known by its id, which both worlds share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.budgets.machine_parts import FREE, Carry, Line, Pool, Refused, parts


@dataclass
class Ledger:
    pools: dict[UUID, Pool] = field(default_factory=dict)
    years: dict[int, str] = field(default_factory=dict)
    frames: dict[int, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    links: set[tuple[str, UUID, UUID]] = field(default_factory=set)
    """(kind, pool or line's source, link) that was posted."""
    constraints: dict[UUID, dict[str, tuple[tuple[str, ...], int]]] = field(default_factory=dict)
    """Pool → name → the forms that count and the most in basis points."""
    caps: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Name → payer, most."""
    transfers: dict[UUID, list[Any]] = field(default_factory=dict)
    """[from, to, amount, state]"""
    carry_rules: dict[str, tuple[int | None, int | None, int | None, bool]] = field(
        default_factory=dict
    )
    """Kind → overspend share, underspend share, amount, purpose needed."""
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

    def granted(self, payer: str) -> dict[tuple[UUID, int], int]:
        """(employee, year) → what a cap on the payer counts."""
        found: dict[tuple[UUID, int], int] = {}
        for line in self.lines:
            pool = self.pools[line.pool]
            if line.employee and line.state != "released" and payer in (pool.kind, pool.name):
                key = (line.employee, pool.year)
                found[key] = found.get(key, 0) + line.paid
        return found

    def sums(self, lines: Sequence[Line]) -> dict[UUID, int]:
        found: dict[UUID, int] = {}
        for line in lines:
            found[line.pool] = found.get(line.pool, 0) + line.amount
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
        before = {payer: self.granted(payer) for payer, _ in self.caps.values()}
        for pool_id, amount in self.sums(new).items():
            pool = self.pools[pool_id]
            pool.check_fits(pool.available, amount, form)
            pool.add(reserved=amount)
        self.lines += new
        for pool_id, amount in self.sums(new).items():
            self._check_strings(pool_id, form, amount)
        for payer, most in self.caps.values():
            for key, amount in self.granted(payer).items():
                if amount > most and amount != before[payer].get(key, 0):
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
                return
        self._nothing_moved(source, {"released"})

    def settle(
        self, source: UUID, order: Sequence[tuple[UUID, str]], amount: int, link: UUID
    ) -> None:
        """`order` is that of the lines: an øre that does not divide goes to the first."""
        lines = self.latest(source)
        if not lines or not {line.state for line in lines} <= {"committed", "actual"}:
            raise Refused("nothing to settle")
        if ("settled", source, link) in self.links:
            return
        self.links.add(("settled", source, link))
        self.charge(source)
        lines.sort(key=lambda line: order.index((line.pool, line.cost_line)))
        more: dict[UUID, int] = {}
        for line, part in zip(lines, parts(amount, [line.amount for line in lines]), strict=True):
            difference = part - line.paid
            line.adjusted += difference
            more[line.pool] = more.get(line.pool, 0) + difference
        for pool_id, difference in more.items():
            pool = self.pools[pool_id]
            if difference > 0:
                pool.check_fits(pool.available, difference, lines[0].form)
            pool.add(actual=difference)
            self._check_strings(pool_id, lines[0].form, difference)

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
        if {self.pools[giving].kind, self.pools[taking].kind} & {"earmarked", "fund"}:
            raise Refused("money for its own purpose")
        self._holds_money(self.pools[giving].year)
        self.transfers[key] = [giving, taking, amount, "asked"]

    def answer(self, key: UUID, state: str) -> None:
        giving, taking, amount, was = self.transfers[key]
        if state == "approved":
            self._holds_money(self.pools[giving].year)
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
            self.pools[pool].check_can_give(amount)
            if self.pools[pool].columns["allotted"] < amount:
                raise Refused("more than was received")
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
        self._holds_money(pool.year)
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
        if wanted and self.pools[pool_id].kind not in {"earmarked", "fund"}:
            raise Refused("no strings here")
        self.constraints[pool_id] = dict(wanted)

    def open_named(self, pool: Pool) -> None:
        self._holds_money(pool.year)
        if self.named(pool.name, pool.year):
            raise Refused("it is there")
        self.pools[pool.id] = pool

    def _holds_money(self, year: int) -> None:
        if self.years[year] not in {"adopted", "open"}:
            raise Refused(f"{year} is {self.years[year]}")
