"""Children of the institutions, last year's accounts and their closing, and money between pools."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import CostLine, Policy, Pool, PoolKind
from tenant_app.budgets.rules import Cost, CostCard, Share
from tenant_app.budgets.rules.closing import Caps
from tenant_app.budgets.year_models import CarryApprover
from tenant_app.cli.demo import plan
from tenant_app.cli.demo.founding import Town, number_of
from tenant_app.cli.demo.stage import Stage
from tenant_app.core.context import Context
from tenant_app.core.money import Money, kroner, split
from tenant_app.organisation import service as organisation
from tenant_app.organisation.service import FigureLine
from tenant_app.tenancy import profiles

COUNTED = (date(2025, 1, 1), date(2026, 1, 1), date(2026, 9, 5))
"""The days from which figures of children hold: two budgets, and the count of September."""
LAST_OPENED = datetime(2025, 9, 25, 9, 0, tzinfo=UTC)
ACCOUNTS = datetime(2025, 12, 18, 10, 0, tzinfo=UTC)
BEGUN = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
PURPOSES = datetime(2026, 1, 19, 9, 0, tzinfo=UTC)
CLOSED = datetime(2026, 1, 28, 13, 0, tzinfo=UTC)
ASKED = datetime(2026, 5, 6, 9, 30, tzinfo=UTC)
ANSWERED = datetime(2026, 5, 8, 8, 15, tzinfo=UTC)
ADJUSTED = datetime(2026, 6, 3, 9, 0, tzinfo=UTC)
WAITING = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
OF_CENTRAL = (2, 4, 6, 9, 12)
MONTHS = ((1, 5, 9), (2, 6, 11), (3, 8, 12), (4, 10, 12))
"""When last year's money was spent: the forecast follows the months of earlier years."""
SPENT = (97, 93, 99, 103, 88, 96, 100, 91)
"""How much of their money pools spent last year, in per cent, one after the other."""
PURPOSE = "Diplommoduler, der begyndte i efteråret og afsluttes i foråret"
OF_ACCOUNTS = UUID("5b1f0c3a-3d0a-4c55-9a55-0b6f2f4c2025")

CAPS: dict[str, dict[PoolKind, Caps]] = {
    "mixed_equity": {
        PoolKind.INSTITUTION: Caps(200, 500, kroner(1_000_000)),
        PoolKind.CENTRAL: Caps(overspend_cap_bp=10_000, requires_purpose=True),
    },
    "ects_central": {
        PoolKind.INSTITUTION: Caps(200, 500, None, approver=CarryApprover.AREA),
        PoolKind.AREA: Caps(200, 500),
        PoolKind.CENTRAL: Caps(overspend_cap_bp=10_000, requires_purpose=True),
    },
    "decentral": {PoolKind.CENTRAL: Caps(underspend_cap_bp=500)},
}
"""Per profile; the decentral lets its institutions take everything along."""


def count_children(ctx: Context, town: Town) -> None:
    """The institutions' children and index, as an administrator reads them in."""
    lines = []
    for index in range(town.place.institutions):
        small, large = 12 + index * 7 % 17, 24 + index * 11 % 31
        weight = 85 + index * 13 % 40 + (25 if index in town.place.weak else 0)
        for turn, day in enumerate(COUNTED):
            sway = (index * 5 + turn * 3) % 5 - 2
            lines.append(
                FigureLine(number_of(index), day, small + sway * turn, large - sway * turn, weight)
            )
    taken = organisation.take_figures(ctx, lines, write=True)
    for line, refusal in taken.problems:
        raise RuntimeError(f"line {line} of the demo's children: {refusal}")


class Accounts:
    """Last year, told in a few scenes, and what pools give each other this year."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self.stage, self.town = stage, town
        self.last_id: UUID | None = None

    def begin(self) -> list[tuple[datetime, Callable[[datetime], None]]]:
        """Last year is told and closed; (when, what) of this year's scenes."""
        self.last_year()
        self.close()
        return [(ASKED, self.ask), (ADJUSTED, self.adjust), (WAITING, self.ask_again)]

    def last_year(self) -> None:
        """The year before is adopted, spent and closed; what is left follows into this one."""
        town = self.town
        count_children(self.stage.enter(LAST_OPENED, town.admin_id), town)
        start = profiles.load(town.place.profile)
        ctx = self.stage.enter(LAST_OPENED, town.admin_id)
        made = budgets.create_year(
            ctx,
            year=plan.YEAR - 1,
            frame=kroner(town.place.frame * 96 // 100),
            central_bp=start.central_bp,
            area_bp=start.area_bp,
            allocation=start.allocation,
            policy=Policy.WARN,
        )
        self.last_id = made.id
        budgets.adopt(ctx, made.id)
        budgets.open_year(ctx, made.id)
        self._spend()

    def close(self) -> None:
        """The closing in January, once this year's pools are there."""
        if self.last_id is None:
            raise RuntimeError("the demo has no last year")
        town, last = self.town, self.last_id
        ctx = self.stage.enter(BEGUN, town.admin_id)
        for kind, caps in CAPS[town.place.profile].items():
            budgets.set_carry_rule(ctx, kind=kind, caps=caps)
        budgets.begin_closing(ctx, last)
        ctx = self.stage.enter(PURPOSES, town.admin_id)
        rows = budgets.carry_overs(ctx, year_id=last, page_size=200).items
        for row_id in [row.id for row in rows if row.pool.kind is PoolKind.CENTRAL]:
            budgets.state_purpose(ctx, row_id, purpose=PURPOSE)
        for leader in town.area_leaders:
            ctx = self.stage.enter(PURPOSES, leader)
            if budgets.waits_for(ctx, last):
                budgets.approve_carry_overs(ctx, last)
        ctx = self.stage.enter(CLOSED, town.admin_id)
        budgets.approve_carry_overs(ctx, last)
        budgets.close_year(ctx, last)

    def _spend(self) -> None:
        ctx = self.stage.enter(ACCOUNTS)
        pools = self._pools(ctx, plan.YEAR - 1)
        positions = budgets.positions(ctx, [pool.id for pool in pools])
        for at, pool in enumerate(sorted(pools, key=lambda pool: (pool.kind, pool.name))):
            amount = Money(positions[pool.id].allotted * SPENT[at % len(SPENT)] // 100)
            if not amount:
                continue
            months = OF_CENTRAL if pool.kind is PoolKind.CENTRAL else MONTHS[at % len(MONTHS)]
            for month, part in zip(months, split(amount, [1] * len(months)), strict=True):
                self._book(pool, part, month)

    def _book(self, pool: Pool, amount: Money, month: int) -> None:
        """The accounts' figure of the month, as the finance system had booked it."""
        name = f"{self.town.place.slug} {pool.kind} {pool.name} {month}"
        source = uuid5(OF_ACCOUNTS, name)
        share = Share(pool.id, pool.name, pool.kind, CostLine.FEE, amount, 10_000)
        card = CostCard(Cost(fee=amount), (share,), "Regnskab 2025", 1)
        ctx = self.stage.enter(ACCOUNTS.replace(month=month))
        budgets.reserve(ctx, source_id=source, submission=1, card=card)
        budgets.commit(ctx, source_id=source)
        budgets.charge(ctx, source_id=source)

    def _pools(self, ctx: Context, year: int) -> list[Pool]:
        return list(budgets.pools(ctx, year=year, page_size=200).items)

    def _pool(self, ctx: Context, unit_id: UUID) -> UUID:
        return next(
            pool.id
            for pool in self._pools(ctx, plan.YEAR)
            if pool.unit_id == unit_id and pool.code is None
        )

    def ask(self, at: datetime) -> None:
        """A leader asks the central pool, and the administrator says yes."""
        ctx = self.stage.enter(at)
        central, own = (
            self._pool(ctx, unit) for unit in (self.town.root_id, self.town.institution(3))
        )
        asked = budgets.ask_transfer(
            self.stage.enter(at, self.town.leaders[3]),
            from_pool_id=central,
            to_pool_id=own,
            amount=kroner(15_000),
            reason="To pædagoger fra huset går ind i den fælles sprogindsats.",
        ).id
        ctx = self.stage.enter(ANSWERED, self.town.admin_id)
        budgets.approve_transfer(ctx, asked, note="Godkendt efter aftale på ledermødet.")

    def adjust(self, at: datetime) -> None:
        """A pool gets more by hand: the year's first revision."""
        ctx = self.stage.enter(at, self.town.admin_id)
        pool = self._pool(ctx, self.town.institution(5))
        reason = "Indkøring af ny stue fra 1. juni."
        budgets.adjust_allotment(ctx, pool, amount=kroner(12_000), reason=reason)

    def ask_again(self, at: datetime) -> None:
        """Two wait when the story ends: one for the administrator, one for the first leader."""
        ctx = self.stage.enter(at)
        units = (self.town.root_id, *(self.town.institution(index) for index in (0, 2, 4)))
        central, first, third, fifth = (self._pool(ctx, unit) for unit in units)
        budgets.ask_transfer(
            self.stage.enter(at, self.town.leaders[2]),
            from_pool_id=central,
            to_pool_id=third,
            amount=kroner(8_500),
            reason="Vikar til vejlederforløbet i januar er dyrere end ventet.",
        )
        budgets.ask_transfer(
            self.stage.enter(at, self.town.admin_id),
            from_pool_id=first,
            to_pool_id=fifth,
            amount=kroner(4_000),
            reason="Fælles temadag i december: I betaler jeres del til det hus, der er vært.",
        )
