"""Every figure of a closing leads to the entries that make it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy, PoolKind
from tenant_app.budgets.rules import Cost
from tenant_app.budgets.rules.closing import Caps
from tenant_app.budgets.year_models import CarryApprover
from tenant_app.core import clock
from tenant_app.core.errors import NotFound
from tenant_app.core.money import kroner
from tenant_app.reports import service as reports
from tenant_app.reports.rules import ClosingPart
from tests.budgets.conftest import FACTS
from tests.budgets.test_screens import text_of


@pytest.fixture
def closed(make_town):
    """A year that is closed twice, with a difference between: houses with money left over a cap,
    one with a deficit. (town, year, its id, house → what it bought)."""
    return _closed(make_town(now=clock.now()))


def _closed(town):
    number = town.now.year
    later = datetime(number + 1, 1, 20, 9, tzinfo=UTC)
    capped = Caps(
        underspend_cap_bp=1000,
        overspend_cap_bp=None,
        abs_cap=None,
        requires_purpose=False,
        approver=CarryApprover.CENTRAL,
    )
    with town.as_user("admin") as ctx:
        rules = [{"name": "else", "when": {}, "shares": {"default": {"institution": 10_000}}}]
        budgets.set_rules(ctx, rules, valid_from=town.today.replace(month=1, day=1))
        ids = []
        for each in (number, number + 1):
            made = budgets.create_year(
                ctx, year=each, frame=kroner(1_000_000), central_bp=4000, policy=Policy.WARN
            )
            budgets.adopt(ctx, made.id)
            ids.append(made.id)
        budgets.open_year(ctx, ids[0])
        budgets.set_carry_rule(ctx, caps=capped, kind=PoolKind.INSTITUTION)
    spent = {}
    for unit, amount in {"n1": kroner(100_000), "s1": kroner(160_000)}.items():
        spent[unit] = uuid4()
        with town.as_system() as ctx:
            card = budgets.cost_card(
                ctx,
                year=budgets.budget_year(ctx, ids[0]),
                unit_id=town.units[unit],
                cost=Cost(fee=amount),
                facts=FACTS,
                on=ctx.today,
            )
            budgets.reserve(ctx, source_id=spent[unit], submission=1, card=card)
            budgets.commit(ctx, source_id=spent[unit])
    for turn in range(2):
        with town.as_user("admin", now=later) as ctx:
            if turn == 0:
                budgets.begin_closing(ctx, ids[0])
            else:
                budgets.make_up(ctx, ids[0])
            budgets.approve_carry_overs(ctx, ids[0])
            budgets.close_year(ctx, ids[0])
        if turn == 0:
            with town.as_system(now=later) as ctx:
                budgets.release(ctx, source_id=spent["s1"])
    return town, number, ids[0], spent


def test_each_figure_is_what_the_entries_of_its_pools_come_to(closed):
    town, number, year_id, _spent = closed
    with town.as_user("admin") as ctx:
        made = budgets.closing(ctx, year_id)
        rows = budgets.carry_overs(ctx, year_id=year_id).items

        def behind(part, **asked):
            asked = asked or {"year": number}
            return reports.explain(ctx, column="result", closing=part, page_size=200, **asked)

        assert behind(ClosingPart.RESULT).closing_total == made.result
        assert behind(ClosingPart.RESULT).total == made.result
        assert behind(ClosingPart.NET).closing_total == made.carried
        assert behind(ClosingPart.POSTED).total == made.posted == made.carried
        for row in rows:
            for part, figure in (
                (ClosingPart.RESULT, row.result),
                (ClosingPart.CARRIED, max(row.carried, 0)),
                (ClosingPart.DEBT, max(-row.carried, 0)),
                (ClosingPart.LOST, row.lost),
                (ClosingPart.OVER_CAP, row.over_cap),
                (ClosingPart.POSTED, row.posted),
            ):
                shown = behind(part, pool_id=row.pool_id)
                assert shown.closing_total == figure
                whole = row.posted if part is ClosingPart.POSTED else row.result
                # Pools without any of the figure have nothing behind it.
                assert shown.total == (whole if figure else 0)
                assert sum(each.amount for each in shown.entries.items) == shown.total
        for each in budgets.closing_sums(ctx, year_id):
            for part in (ClosingPart.CARRIED, ClosingPart.LOST, ClosingPart.DEBT):
                shown = behind(part, year=number, kind=each.kind)
                assert shown.closing_total == getattr(each, part.value)
        entered = behind(ClosingPart.POSTED, year=number, kind=PoolKind.INSTITUTION)
        assert {each.kind.value for each in entered.entries.items} == {"carried"}
        # One of the houses was closed on twice, with a difference: an entry each time.
        assert entered.count == len([row for row in rows if row.posted]) - 1 + 1


def test_what_was_booked_after_it_was_made_up_is_not_in_it(closed):
    town, _number, year_id, spent = closed
    with town.as_user("admin") as ctx:
        row = next(
            each
            for each in budgets.carry_overs(ctx, year_id=year_id).items
            if each.pool.unit_id == town.units["n1"]
        )
        before = reports.explain(
            ctx, column="result", pool_id=row.pool_id, closing=ClosingPart.RESULT
        ).total
    after = datetime(town.now.year + 1, 2, 1, 9, tzinfo=UTC)
    with town.as_system(now=after) as ctx:
        budgets.release(ctx, source_id=spent["n1"])
    with town.as_user("admin", now=after) as ctx:
        shown = reports.explain(
            ctx, column="result", pool_id=row.pool_id, closing=ClosingPart.RESULT
        )
        assert shown.total == before == row.result
        live = reports.explain(ctx, column="result", pool_id=row.pool_id)
        assert live.total == before + kroner(100_000)


def test_a_leader_sees_what_is_behind_the_own_pool_only(closed):
    town, number, year_id, _spent = closed
    with town.as_user("admin") as ctx:
        pools = {
            each.pool.unit_id: each.pool_id
            for each in budgets.carry_overs(ctx, year_id=year_id, page_size=200).items
        }
    with town.as_user("leader_n1") as ctx:
        own = reports.explain(ctx, column="result", year=number, closing=ClosingPart.RESULT)
        assert {each.pool_id for each in own.entries.items} == {pools[town.units["n1"]]}
        with pytest.raises(NotFound):
            reports.explain(
                ctx,
                column="result",
                pool_id=pools[town.units["s1"]],
                closing=ClosingPart.POSTED,
            )


def test_every_figure_of_the_page_is_a_link_to_a_page_that_says_it(page, today_town):
    _town, _number, year_id, _spent = _closed(today_town)
    shown = text_of(page("admin", f"/budget-years/closing/?id={year_id}"))
    links = re.findall(r'<a class="figure" href="/admin([^"]+)">([^<]+)</a>', shown)
    tables = shown[shown.index("<table") :]
    amounts = re.findall(
        r"-?[\d.]+,\d\d kr", re.sub(r"<figure.*?</figure>", "", tables, flags=re.S)
    )
    assert len(links) >= len(amounts) > 12
    for path, amount in dict(links).items():
        behind = text_of(page("admin", path))
        assert re.search(rf"<h1[^>]*>[^<]*: {re.escape(amount)}\s*</h1>", behind), path
        # And back.
        assert f"/admin/budget-years/closing/?id={year_id}" in behind, path
    listed = text_of(page("admin", "/carry-overs/"))
    assert len(re.findall(r'<a class="money figure" href="/admin/explain/', listed)) >= 4
