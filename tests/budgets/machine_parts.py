"""What the model of the money verbs is made of: pools with their policies, lines, carry-overs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

COLUMNS = ("allotted", "carried", "transferred", "reserved", "committed", "actual")
FREE = {"warn", "ignore"}
NAMED = {"earmarked", "fund"}
RULE_OF = {"diploma_module": "ECTS", "network": "Netværk", "side_by_side": "Sidemand"}


class Refused(Exception):
    """The verb must not happen."""


def parts(total: int, weights: Sequence[int]) -> list[int]:
    """Largest remainder, ties to the first."""
    if total < 0:
        return [-part for part in parts(-total, weights)]
    whole = sum(weights)
    found = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for place in order[: total - sum(found)]:
        found[place] += 1
    return found


def strings_of(wanted: dict[str, tuple[tuple[str, ...], int]]) -> list[dict[str, object]]:
    """As the services take them."""
    return [
        {"name": name, "when": {"form_in": list(forms)}, "most_bp": most}
        for name, (forms, most) in wanted.items()
    ]


@dataclass
class Pool:
    id: UUID
    year: int
    kind: str
    name: str
    """'central', 'north', 'n1', or a code."""
    columns: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    policy: str = "stop"
    forms: dict[str, str] = field(default_factory=dict)
    ladder: tuple[int, int, int] = (8000, 10000, 10500)
    divided: int = 0
    """What its year's divisions gave it."""
    excused: bool = False
    """Made to stop while more was asked for than it holds: the first approved go."""

    @property
    def held(self) -> int:
        return self.columns["allotted"] + self.columns["carried"] + self.columns["transferred"]

    @property
    def unbound(self) -> int:
        return self.held - self.columns["committed"] - self.columns["actual"]

    @property
    def available(self) -> int:
        return self.unbound - self.columns["reserved"]

    def add(self, **changes: int) -> None:
        for name, amount in changes.items():
            self.columns[name] += amount

    def check_fits(self, left: int, amount: int, form: str) -> None:
        """`left` covers the amount, as the policy for the form has it."""
        policy = self.forms.get(form, self.policy)
        if policy in FREE or left >= amount:
            return
        over = (amount - left) * 10_000
        if policy != "approve_over" or over > self.held * (self.ladder[2] - 10_000):
            raise Refused(f"{self.name} {self.year} has {left} for {amount}")

    def check_can_give(self, amount: int) -> None:
        if self.available < amount and (self.policy == "stop" or self.unbound < amount):
            raise Refused(f"{self.name} {self.year} cannot give {amount}")

    def check_wall(self, policy: str, forms: dict[str, str], block: int) -> None:
        """What is bound is under the loosest of the policies."""
        found = {policy, *forms.values()}
        wall = block if "approve_over" in found else 10_000
        if not found & FREE and (self.held - self.unbound) * 10_000 > self.held * wall:
            raise Refused(f"{self.name} {self.year} holds more than it may")

    @property
    def must_not_go_below_zero(self) -> bool:
        return self.policy == "stop" and set(self.forms.values()) <= {"stop"} and not self.excused


@dataclass
class Line:
    source: UUID
    submission: int
    pool: UUID
    cost_line: str
    amount: int
    form: str
    employee: UUID | None
    state: str = "reserved"
    adjusted: int = 0

    @property
    def paid(self) -> int:
        return self.amount + self.adjusted

    @property
    def key(self) -> tuple[UUID, int, UUID, str]:
        return self.source, self.submission, self.pool, self.cost_line

    @property
    def rule(self) -> str:
        """The funding rule that it is paid by: those of `machine_play.RULES`."""
        return RULE_OF.get(self.form, "Resten")


@dataclass
class Carry:
    result: int
    carried: int
    lost: int
    over_cap: int
    approved: bool = False
    posted: int = 0
    into: UUID | None = None
    purpose: str = ""
