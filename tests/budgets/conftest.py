"""A town with an open budget year, and the way to look at its money."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from config.wsgi import build
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    BudgetYear,
    LedgerEntry,
    MoneyLine,
    Policy,
    Pool,
    PoolBalance,
    PoolKind,
)
from tenant_app.budgets.rules import Cost, CostCard
from tenant_app.core import clock
from tenant_app.core.context import Context
from tenant_app.core.money import kroner
from tests.budgets.screens import YEAR
from tests.town import Town

COLUMNS = ("allotted", "carried", "transferred", "reserved", "committed", "actual")
ECTS_RULES = [
    {
        "name": "ECTS",
        "when": {"ects_over": 0},
        "shares": {
            "fee": {"central": 10000},
            "cover": {"central": 5000, "institution": 5000},
            "default": {"institution": 10000},
        },
    },
    {"name": "else", "when": {}, "shares": {"default": {"institution": 10000}}},
]
FACTS: dict[str, Any] = {
    "ects": 10,
    "form": "diploma_module",
    "provider_kind": "university_college",
    "municipal_goal": False,
    "mandatory": False,
    "weak_economy": False,
    "institutions": 1,
    "amount": 0,
    "position": "pedagogue",
}


@dataclass
class Money:
    """An open year of a town."""

    town: Town
    year_id: UUID
    pools: dict[str, UUID] = field(default_factory=dict)
    """'central', 'north', 'n1' … → pool."""

    def position(self, name: str) -> PoolBalance:
        with self.town.as_system() as ctx:
            return budgets.positions(ctx, [self.pools[name]])[self.pools[name]]

    def picture(self) -> dict[str, Any]:
        """Everything that money did: to compare before and after a refusal."""
        with self.town.as_system() as ctx:
            return {
                "balances": balances(ctx),
                "entries": ctx.session.scalar(select(func.count()).select_from(LedgerEntry)),
                "lines": sorted(
                    (str(line.id), line.state.value)
                    for line in ctx.session.scalars(select(MoneyLine))
                ),
            }

    def card(
        self, ctx: Context, unit: str, cost: Cost, on: date | None = None, **facts: Any
    ) -> CostCard:
        year = budgets.budget_year(ctx, self.year_id)
        return budgets.cost_card(
            ctx,
            year=year,
            unit_id=self.town.units[unit],
            cost=cost,
            facts=FACTS | facts,
            on=on or ctx.today,
        )

    def reserve(self, unit: str, cost: Cost, **facts: Any) -> UUID:
        """A new source with the cost reserved."""
        source = uuid4()
        with self.town.as_system() as ctx:
            budgets.reserve(
                ctx, source_id=source, submission=1, card=self.card(ctx, unit, cost, **facts)
            )
        return source


def balances(ctx: Context) -> dict[UUID, Mapping[str, int]]:
    found = ctx.session.scalars(select(PoolBalance), execution_options={"populate_existing": True})
    return {row.pool_id: {name: getattr(row, name) for name in COLUMNS} for row in found}


def sums(ctx: Context) -> dict[UUID, Mapping[str, int]]:
    """What the balances should be: the ledger summed."""
    rows = ctx.session.execute(
        select(
            LedgerEntry.pool_id, *(func.sum(getattr(LedgerEntry, name)) for name in COLUMNS)
        ).group_by(LedgerEntry.pool_id)
    )
    return {row[0]: dict(zip(COLUMNS, map(int, row[1:]), strict=True)) for row in rows}


@pytest.fixture
def make_money() -> Callable[..., Money]:
    """Open a budget year in a town: `make_money(town, frame=kroner(1_000_000))`."""

    def make(
        town: Town,
        *,
        frame: int = kroner(1_000_000),
        central_bp: int = 4000,
        area_bp: int = 0,
        policy: Policy = Policy.STOP,
        rules: list[dict[str, Any]] | None = None,
    ) -> Money:
        with town.as_user("admin") as ctx:
            budgets.set_rules(ctx, rules or ECTS_RULES, valid_from=date(2026, 1, 1))
            year = budgets.create_year(
                ctx,
                year=2026,
                frame=frame,
                central_bp=central_bp,
                area_bp=area_bp,
                policy=policy,
            )
            budgets.adopt(ctx, year.id)
            budgets.open_year(ctx, year.id)
            money = Money(town, year.id)
            by_unit = {unit: name for name, unit in town.units.items()}
            for pool in ctx.session.scalars(select(Pool)):
                central = pool.kind is PoolKind.CENTRAL
                money.pools["central" if central else by_unit[pool.unit_id]] = pool.id
        return money

    return make


@pytest.fixture
def money(town: Town, make_money: Callable[..., Money]) -> Money:
    """The town's year 2026: 1,000,000 kr, 40 % central, the rest by pedagogue FTE, open."""
    return make_money(town)


@pytest.fixture(scope="module")
def site(settings, db):
    return build(settings, db)


@pytest.fixture
def today_town(make_town):
    return make_town(now=clock.now())


@pytest.fixture
def page(site, today_town):
    """`page("admin", "/pools/")` reads, `page("admin", "/pools/policy/?id=…", {…})` posts."""
    clients = {}

    def client_of(name):
        if name not in clients:
            with today_town.as_system() as ctx:
                user = ctx.session.get_one(User, today_town.users[name])
                token = accounts.open_session(ctx, user)
            clients[name] = site.test_client()
            with clients[name].session_transaction() as kept:
                kept.update(tenant=today_town.tenant_id, token=token)
        return clients[name]

    def send(name, path, data=None):
        client, url = client_of(name), f"/admin{path}"
        if data is None:
            return client.get(url)
        text = client.get(url).text + client.get("/admin/profile/").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        return client.post(url, data={"csrf_token": token[1] if token else ""} | data)

    return send


@pytest.fixture
def year(page, today_town):
    """A year drafted in the panel."""
    number = today_town.now.year
    assert page("admin", "/budget-years/create/", YEAR | {"year": number}).status_code == 302
    with today_town.as_system() as ctx:
        return ctx.session.scalars(select(BudgetYear)).one().id


@pytest.fixture
def opened(page, year):
    """The same, adopted and opened in the panel."""
    assert page("admin", f"/budget-years/adopt/?id={year}", {}).status_code == 302
    assert page("admin", f"/budget-years/open/?id={year}", {}).status_code == 302
    return year
