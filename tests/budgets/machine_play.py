"""The real services on a real database, one savepoint per verb and one transaction per sequence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from tenant_app.accounts import service as accounts
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    BudgetYear,
    LedgerEntry,
    MoneyLine,
    PersonCap,
    PersonUse,
    Pool,
    PoolBalance,
    PoolConstraint,
    PoolKind,
)
from tenant_app.budgets.queries import reconciling
from tenant_app.budgets.year_models import CarryOver, PoolTransfer
from tenant_app.core.access import system
from tenant_app.core.context import Context
from tenant_app.core.errors import Refusal
from tests.budgets.machine_parts import COLUMNS
from tests.budgets.machine_parts import Pool as Expected
from tests.budgets.machine_years import Model
from tests.closing import let_years_close
from tests.town import Town

FRAME = 100_000_03
"""100.000,03 kr: nothing divides evenly."""
GRANT = 60_000_01
RULES: list[dict[str, Any]] = [
    {
        "name": "ECTS",
        "when": {"ects_over": 0},
        "shares": {
            "fee": {"central": 10000},
            "cover": {"central": 5000, "institution": 5000},
            "default": {"institution": 10000},
        },
    },
    {
        "name": "Netværk",
        "when": {"form": "network"},
        "shares": {"default": {"pool:STAT": 7001, "area": 1000, "institution": 1999}},
    },
    {
        "name": "Sidemand",
        "when": {"form": "side_by_side"},
        "shares": {"default": {"pool:STAT": 3333, "central": 3333, "institution": 3334}},
    },
    {"name": "Resten", "when": {}, "shares": {"default": {"institution": 10000}}},
]
FORMS = ("diploma_module", "network", "side_by_side", "course")
ECTS = {"diploma_module": 10}


class Undo(Exception):
    """Nothing of a sequence stays."""


@dataclass
class Stage:
    """A town whose year 2026 is open and whose 2027 is a draft: committed once for all."""

    town: Town
    years: dict[int, UUID] = field(default_factory=dict)
    actors: dict[str, Any] = field(default_factory=dict)

    def build(self) -> Stage:
        with self.town.as_user("admin") as ctx:
            common = {"frame": FRAME, "central_bp": 4000, "area_bp": 1000}
            self.years = {
                year: budgets.create_year(ctx, year=year, **common).id for year in (2026, 2027)
            }
            budgets.adopt(ctx, self.years[2026])
            state = budgets.open_named_pool(
                ctx, self.years[2026], kind=PoolKind.EARMARKED, code="STAT", name="Statspuljen"
            )
            budgets.receive(ctx, pool_id=state.id, amount=GRANT, note="x", link_id=uuid4())
            budgets.set_rules(ctx, RULES, valid_from=date(2026, 1, 1))
            budgets.open_year(ctx, self.years[2026])
            let_years_close(ctx)
            for name in ("admin", "area_north", "consultant"):
                self.actors[name] = accounts.actor_of(ctx, self.town.users[name])
        self.actors["system"] = system("test")
        return self

    def model(self, play: Play) -> Model:
        """The same, as the model has it."""
        model = Model(
            years={2026: "open", 2027: "draft"}, frames=dict.fromkeys((2026, 2027), FRAME)
        )
        for pool in play.pools(2026):
            model.pools[pool.id] = pool
        give(model, 2026)
        state = model.named("STAT", 2026)
        assert state is not None
        state.add(allotted=GRANT)
        return model


def give(model: Model, year: int) -> None:
    """The frame of a year that was just adopted is divided."""
    for name, amount in model.division(model.frames[year]).items():
        pool = model.named(name, year)
        assert pool is not None, name
        pool.divided = pool.columns["allotted"] = amount
        model.take_over(pool)


class Play:
    """One sequence: opened on the stage, undone at the end."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.work = stage.town.as_system()
        self.session = self.work.__enter__().session

    def end(self) -> None:
        undo = Undo()
        with suppress(Undo):
            self.work.__exit__(Undo, undo, None)

    def ctx(self, actor: str = "system") -> Context:
        """A new unit of work, as far as anybody can tell."""
        self.session.expunge_all()
        town = self.stage.town
        return Context(self.session, town.tenant_id, self.stage.actors[actor], town.now)

    def try_(self, verb: Callable[[Context], Any], actor: str = "system") -> Refusal | None:
        """The verb happened, or was refused and undone."""
        try:
            with self.session.begin_nested():
                verb(self.ctx(actor))
                self.session.flush()
        except Refusal as refusal:
            return refusal
        return None

    # -- looking

    def pools(self, year: int) -> list[Expected]:
        """The year's pools, still without money, as the model calls them."""
        names = {unit: name for name, unit in self.stage.town.units.items()}
        names[self.stage.town.units["root"]] = "central"
        rows = self.ctx().session.scalars(
            select(Pool).where(Pool.year_id == self.stage.years[year]).order_by(Pool.id)
        )
        return [
            Expected(row.id, year, row.kind.value, row.code or names[row.unit_id]) for row in rows
        ]

    def lines(self, source: UUID) -> dict[tuple[UUID, str], UUID]:
        """The newest lines of the source as an invoice meets them: (pool, cost line) → id."""
        rows = self.ctx().session.scalars(
            select(MoneyLine)
            .where(MoneyLine.source_id == source)
            .order_by(MoneyLine.submission, MoneyLine.pool_id, MoneyLine.id)
        )
        found: dict[int, dict[tuple[UUID, str], UUID]] = {}
        for row in rows:
            found.setdefault(row.submission, {})[row.pool_id, row.cost_line.value] = row.id
        return found[max(found)] if found else {}

    def cap(self, name: str) -> UUID | None:
        return self.ctx().session.scalar(select(PersonCap.id).where(PersonCap.name == name))

    def carry_over_of(self, pool: UUID) -> UUID:
        return (
            self.ctx().session.scalars(select(CarryOver.id).where(CarryOver.pool_id == pool)).one()
        )

    def balances(self) -> dict[UUID, dict[str, int]]:
        rows = self.ctx().session.execute(
            select(PoolBalance.pool_id, *(getattr(PoolBalance, name) for name in COLUMNS))
        )
        return {row[0]: dict(zip(COLUMNS, map(int, row[1:]), strict=True)) for row in rows}

    def entries(self) -> dict[UUID, dict[str, int]]:
        """The ledger, summed."""
        rows = self.ctx().session.execute(
            select(
                LedgerEntry.pool_id, *(func.sum(getattr(LedgerEntry, name)) for name in COLUMNS)
            ).group_by(LedgerEntry.pool_id)
        )
        return {row[0]: dict(zip(COLUMNS, map(int, row[1:]), strict=True)) for row in rows}

    def drifts(self) -> list[reconciling.Drift]:
        return reconciling.drifts(self.ctx())

    def rest(self) -> dict[str, Any]:
        """Everything else that the verbs leave behind, as `rest_of` has it of the model."""
        run = self.ctx().session.execute
        line, carry = MoneyLine, CarryOver
        carries = run(
            select(
                carry.pool_id,
                *(carry.result, carry.carried, carry.lost, carry.over_cap),
                carry.approved_at.is_not(None),
                carry.posted,
            )
        )
        strings = run(
            select(PoolConstraint.pool_id, PoolConstraint.name, PoolConstraint.used).where(
                PoolConstraint.is_active
            )
        )
        persons = run(
            select(PersonCap.name, PersonUse.employee_id, PersonUse.year, PersonUse.used)
            .join(PersonCap, PersonCap.id == PersonUse.cap_id)
            .where(PersonUse.used != 0)
        )
        return {
            "lines": {
                (row[0], row[1], row[2], row[3].value): (row[4], row[5], row[6].value)
                for row in run(
                    select(
                        *(line.source_id, line.submission, line.pool_id, line.cost_line),
                        *(line.amount, line.adjusted, line.state),
                    )
                )
            },
            "strings": {(row[0], row[1]): row[2] for row in strings},
            "persons": {(row[0], row[1], row[2]): row[3] for row in persons},
            "carries": {row[0]: tuple(row[1:]) for row in carries},
            "years": {
                row[0]: (row[1].value, row[2])
                for row in run(select(BudgetYear.year, BudgetYear.state, BudgetYear.frame))
            },
            "transfers": {
                row[0]: row[1].value for row in run(select(PoolTransfer.id, PoolTransfer.state))
            },
        }

    def digest(self) -> Any:
        """All of it, and how many entries there are: what a refused or repeated verb leaves be."""
        count = self.ctx().session.scalar(select(func.count()).select_from(LedgerEntry))
        return self.balances(), self.rest(), count


def rest_of(model: Model) -> dict[str, Any]:
    """What `Play.rest` should find."""
    return {
        "lines": {
            (line.source, line.submission, line.pool, line.cost_line): (
                line.amount,
                line.adjusted,
                line.state,
            )
            for line in model.lines
        },
        "strings": {
            (pool, name): model.used(pool, forms)
            for pool, strings in model.constraints.items()
            for name, (forms, _most) in strings.items()
        },
        "persons": {
            (cap, *key): used
            for cap in model.caps
            for key, used in model.granted(cap).items()
            if used
        },
        "carries": {
            pool: (each.result, each.carried, each.lost, each.over_cap, each.approved, each.posted)
            for pool, each in model.carries.items()
        },
        "years": {year: (state, model.frames[year]) for year, state in model.years.items()},
        "transfers": {key: row[3] for key, row in model.transfers.items()},
    }
