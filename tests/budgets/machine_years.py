"""The model's years: adopted, divided again, closed, and what follows into the next."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tests.budgets.machine_model import Ledger
from tests.budgets.machine_parts import FREE, Carry, Pool, Refused, parts


@dataclass
class Model(Ledger):
    """Pools, requests and years together."""

    def step(self, year: int, was: str, becomes: str) -> None:
        if self.years[year] != was:
            raise Refused(f"{year} is {self.years[year]}")
        self.years[year] = becomes

    def division(self, frame: int) -> dict[str, int]:
        """40 % central, 10 % to the two areas alike, the rest to the four institutions alike."""
        central, areas, houses = parts(frame, [4000, 1000, 5000])
        found = {"central": central}
        found |= dict(zip(("north", "south"), parts(areas, [1, 1]), strict=True))
        return found | dict(zip(("n1", "n2", "s1", "s2"), parts(houses, [1] * 4), strict=True))

    def redivide(self, year: int, frame: int) -> None:
        self.holds_money(year)
        if frame == 0:
            raise Refused("nothing to divide")
        for name, amount in self.division(frame).items():
            pool = self.named(name, year)
            assert pool is not None
            self._lose(pool, amount - pool.divided)
            pool.divided = amount
        self.frames[year] = frame

    def begin_closing(self, year: int) -> None:
        self.step(year, "open", "closing")
        self._make_up(year)

    def change(self, year: int, frame: int) -> None:
        if self.years[year] != "draft":
            raise Refused(f"{year} is {self.years[year]}")
        self.frames[year] = frame

    def take_back(self, year: int) -> None:
        self.step(year, "closing", "open")
        made = self._known(year)
        if any(each.approved for _, each in made):
            raise Refused("somebody said yes")
        for pool, _each in made:
            del self.carries[pool.id]

    def send_back(self, year: int) -> None:
        """No room knows the machine's requests: nothing may wait."""
        self._ends(year)
        if self.waits(year):
            raise Refused("requests wait")
        self._make_up(year)

    def waits(self, year: int) -> list[UUID]:
        """The sources that wait for an answer in the year."""
        return list(
            dict.fromkeys(
                line.source
                for line in self.lines
                if line.state == "reserved" and self.pools[line.pool].year == year
            )
        )

    def make_up(self, year: int) -> None:
        self._ends(year)
        self._make_up(year)

    def _ends(self, year: int) -> None:
        if self.years[year] not in {"closing", "closed"}:
            raise Refused(f"{year} is {self.years[year]}")

    def _make_up(self, year: int) -> None:
        for pool in self.of_year(year):
            old = self.carries.get(pool.id)
            usual = self.carry_rules.get(pool.kind, (None, None, None, False))
            over, under, most, needs = self.carry_rules.get(pool.id, usual)
            result = pool.unbound
            share = under if result > 0 else over
            amount = abs(result)
            if share is not None:
                own = max(0, pool.columns["allotted"] + pool.columns["transferred"])
                amount = min(amount, own * share // 10_000)
            if most is not None:
                amount = min(amount, most)
            if result > 0 and needs and not (old and old.purpose):
                amount = 0
            carried = amount if result > 0 else -amount
            new = Carry(result, carried, max(result - carried, 0), max(carried - result, 0))
            if old:
                same = (old.result, old.carried, old.lost, old.over_cap)
                new.approved = old.approved and same == (
                    new.result,
                    new.carried,
                    new.lost,
                    new.over_cap,
                )
                new.posted, new.into, new.purpose = old.posted, old.into, old.purpose
            self.carries[pool.id] = new

    def approve_carries(self, year: int) -> None:
        self._ends(year)
        waiting = [each for pool, each in self._known(year) if not each.approved and each.result]
        if not waiting:
            raise Refused("nothing waits")
        for each in waiting:
            each.approved = True

    def _known(self, year: int) -> list[tuple[Pool, Carry]]:
        return [
            (pool, self.carries[pool.id]) for pool in self.of_year(year) if pool.id in self.carries
        ]

    def state_purpose(self, pool_id: UUID, purpose: str) -> None:
        if pool_id not in self.carries:
            raise Refused("too early")
        known, state = self.carries[pool_id], self.years[self.pools[pool_id].year]
        freed = state == "closed" and not known.approved and known.result > 0
        if state != "closing" and not freed:
            raise Refused("too late or too early")
        self.carries[pool_id].purpose = purpose
        self.carries[pool_id].approved = False
        self._make_up(self.pools[pool_id].year)

    def close(self, year: int) -> None:
        self.make_up(year)
        if self.waits(year):
            raise Refused("requests wait")
        carries = self._known(year)
        if any(each.result and not each.approved for _, each in carries):
            raise Refused("carry-overs wait")
        self.years[year] = "closed"
        if self.years.get(year + 1) not in {"adopted", "open", "closing"}:
            if any(each.carried != each.posted for _, each in carries):
                raise Refused("nowhere to carry it")
            return
        more: dict[UUID, int] = {}
        for pool, each in carries:
            if each.posted == 0:
                heir = self.named(pool.name, year + 1)
                each.into = heir.id if heir else None
            if each.carried == each.posted:
                continue
            if each.into is None:
                raise Refused("no pool to carry into")
            more[each.into] = more.get(each.into, 0) + each.carried - each.posted
            each.posted = each.carried
        for pool_id, amount in more.items():
            heir = self.pools[pool_id]
            if amount < 0 and heir.policy not in FREE:
                heir.check_can_give(-amount)
            heir.add(carried=amount)
            if amount < 0:
                self.check_smaller(heir.id)
