"""Account strings of earmarked pools, and account strings that are read from files."""

from __future__ import annotations

import io
from datetime import date
from uuid import uuid4

import pytest
from openpyxl import Workbook

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import CostLine, PoolKind
from tenant_app.core.errors import Forbidden, Invalid
from tenant_app.core.money import kroner
from tenant_app.imports import service as imports
from tenant_app.imports.models import ImportKind
from tenant_app.invoices import service as invoices
from tenant_app.organisation.models import Unit
from tests.budgets.conftest import page, site, today_town
from tests.invoices.conftest import FEE, Purchase

__all__ = ["page", "site", "today_town"]
HEADS = "Enhedsnummer;Puljekode;Hvad der betales;Fra;Kontostreng;PSP-element;EAN-nummer"
EAN = "5798000419681"


def state_pool(town, year, *, unit="root", code="STAT"):
    with town.as_user("admin") as ctx:
        [year_id] = [each.id for each in budgets.years(ctx).items if each.year == year]
        pool = budgets.open_named_pool(
            ctx,
            year_id,
            kind=PoolKind.EARMARKED,
            code=code,
            name="Statspuljen",
            unit_id=town.units[unit],
        )
        budgets.receive(ctx, pool_id=pool.id, amount=kroner(100_000), note="x", link_id=uuid4())
        return pool.id


def stat_pays(town):
    with town.as_user("admin") as ctx:
        rules = [{"name": "Statspulje", "when": {}, "shares": {"default": {"pool:STAT": 10_000}}}]
        budgets.set_rules(ctx, rules, valid_from=ctx.today)


def ready(purchase):
    with purchase.town.as_user("admin") as ctx:
        found = invoices.ready(ctx)
        return [(row.unit, row.account) for row in (*found.rows, *found.lacking)]


def number(town, name):
    with town.as_system() as ctx:
        return ctx.session.get_one(Unit, town.units[name]).number


def run(town, *lines, who="admin", dry_run=False, heads=HEADS):
    with town.as_user(who) as ctx:
        return imports.run(
            ctx,
            kind=ImportKind.ACCOUNT_STRINGS,
            file_name="kontostrenge.csv",
            content="\r\n".join((heads, *lines)).encode(),
            dry_run=dry_run,
        )


def strings(town):
    """(unit, code, cost line, account, PSP, EAN) of all."""
    names = {unit_id: name for name, unit_id in town.units.items()}
    with town.as_user("admin") as ctx:
        return sorted(
            (names[e.unit_id], e.pool_code, e.cost_line.value, e.account, e.psp, e.gln)
            for e in invoices.account_strings(ctx, page_size=200).items
        )


def test_an_earmarked_pool_posts_where_it_was_told_to_and_else_as_its_unit(purchase):
    state_pool(purchase.town, 2026)
    stat_pays(purchase.town)
    purchase.account("root", "1.1")
    purchase.invoiced(purchase.order("ped_n1_1"), FEE)
    [(unit, account)] = ready(purchase)
    assert account == "1.1"
    assert unit.endswith("(STAT)")
    purchase.account("root", "9.9", pool_code="stat")
    assert [account for _unit, account in ready(purchase)] == ["9.9"]
    # The unit's own money stays where it was.
    with purchase.town.as_user("admin") as ctx:
        asked = (purchase.town.units["root"], CostLine.FEE)
        assert invoices.accounts_of(ctx, [asked])[asked].account == "1.1"
        assert invoices.hand_over(ctx).postings == 1


def test_a_code_that_is_none_of_the_units_is_refused(purchase):
    state_pool(purchase.town, 2026)
    for where, code, says in (("root", "MOON", "There is no"), ("n1", "STAT", "another owner")):
        refusal = purchase.refused(
            Invalid,
            lambda where=where, code=code: purchase.account(where, pool_code=code),
        )
        assert refusal.field == "pool_code"
        assert says in refusal.message


def test_a_file_sets_account_strings_and_twice_changes_nothing(purchase):
    town = purchase.town
    state_pool(town, 2026)
    purchase.account("n1", "3.3", psp="XG-1")
    rows = (
        f"{number(town, 'root')};;deltagergebyr;01-01-2026;1.1;;{EAN}",
        f"{number(town, 'root')};stat;Deltagergebyr;01-01-2026;9.9;XG-9;",
        f"{number(town, 'n1')};;gebyr;01-01-2026;4.4;;",
        f"{number(town, 'n1')};;Transport;01-01-2026;5.5;;",
    )
    before = strings(town)
    looked = run(town, *rows, dry_run=True)
    assert (looked.added, looked.changed, looked.errors) == (3, 1, [])
    assert strings(town) == before
    done = run(town, *rows)
    assert (done.added, done.changed, done.unchanged) == (3, 1, 0)
    assert strings(town) == [
        ("n1", "", "fee", "4.4", "", ""),
        ("n1", "", "travel", "5.5", "", ""),
        ("root", "", "fee", "1.1", "", EAN),
        ("root", "STAT", "fee", "9.9", "XG-9", ""),
    ]
    again = run(town, *rows)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 4)


def test_what_the_file_has_no_column_for_stays(purchase):
    town = purchase.town
    purchase.account("n1", "3.3", psp="XG-1")
    heads = "Enhedsnummer;Hvad der betales;Fra;Kontostreng"
    done = run(town, f"{number(town, 'n1')};gebyr;01-01-2026;4.4", heads=heads)
    assert done.changed == 1
    assert strings(town) == [("n1", "", "fee", "4.4", "XG-1", "")]


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("MOON;;gebyr;01-01-2026;1.1;;", "Enhedsnummer", "no unit"),
        ("{n1};MOON;gebyr;01-01-2026;1.1;;", "Puljekode", "no earmarked pool"),
        ("{n1};STAT;gebyr;01-01-2026;1.1;;", "Puljekode", "another owner"),
        ("{n1};;kaffe;01-01-2026;1.1;;", "Hvad der betales", "not known"),
        ("{n1};;gebyr;31-02-2026;1.1;;", "Fra", ""),
        ("{n1};;gebyr;01-01-2026;;;", "Kontostreng", "empty"),
        ("{n1};;gebyr;01-01-2026;1€1;;", "Kontostreng", "letters, digits"),
        ("{n1};;gebyr;01-01-2026;" + "1" * 150 + ";;", "Kontostreng", "at most"),
        ("{n1};;gebyr;01-01-2026;1.1;a,b;", "PSP-element", "letters, digits"),
        ("{n1};;gebyr;01-01-2026;1.1;;5798000419682", "EAN-nummer", "last digit"),
        ("{n1};;materialer;01-01-2026;2.2;;", "Fra", "row 2 too"),
        ("{name};;materialer;01-01-2026;2.2;;", "Fra", "Another row"),
    ],
)
def test_a_wrong_row_is_named_with_its_cure_and_nothing_is_written(purchase, row, column, says):
    town = purchase.town
    state_pool(town, 2026)
    right = f"{number(town, 'n1')};;materialer;01-01-2026;1.0;;"
    with town.as_system() as ctx:
        name = ctx.session.get_one(Unit, town.units["n1"]).name
    wrong = row.format(n1=number(town, "n1"), name=name)
    for dry_run in (True, False):
        [error] = run(town, right, wrong, dry_run=dry_run).errors
        assert (error.row, error.column) == (3, column)
        assert says in str(error)
    assert strings(town) == []


@pytest.mark.parametrize("who", ["leader_n1", "area_north", "auditor"])
def test_others_read_nothing_in(purchase, who):
    with pytest.raises(Forbidden):
        run(purchase.town, f"{number(purchase.town, 'n1')};;gebyr;01-01-2026;1;;", who=who)


def test_the_lists_own_files_are_read_again_as_they_are(page, today_town):
    """Both formats, as the panel writes them in Danish: nothing changes."""
    purchase = Purchase(today_town)
    year = today_town.now.year
    state_pool(today_town, year)
    day = date(year, 1, 1)
    purchase.account("root", "1.1", psp="XG-1", gln=EAN, from_date=day)
    purchase.account("root", "9.9", pool_code="STAT", from_date=day)
    purchase.account("n1", "0012.3", cost_line=CostLine.TRAVEL, from_date=day)
    before = strings(today_town)
    for kind in ("csv", "xlsx"):
        file = page("admin", f"/account-strings/export/{kind}/").data
        with today_town.as_user("admin") as ctx:
            found = imports.run(
                ctx,
                kind=ImportKind.ACCOUNT_STRINGS,
                file_name=f"k.{kind}",
                content=file,
                dry_run=False,
            )
        assert found.errors == []
        assert (found.added, found.changed, found.unchanged) == (0, 0, 3), kind
    assert strings(today_town) == before


def test_a_workbook_is_read_too(purchase):
    made = Workbook()
    made.active.append(HEADS.split(";"))
    made.active.append(
        [number(purchase.town, "n1"), None, "gebyr", date(2026, 1, 1), "1.1", None, int(EAN)]
    )
    kept = io.BytesIO()
    made.save(kept)
    with purchase.town.as_user("admin") as ctx:
        found = imports.run(
            ctx,
            kind=ImportKind.ACCOUNT_STRINGS,
            file_name="k.xlsx",
            content=kept.getvalue(),
            dry_run=False,
        )
    assert (found.errors, found.added) == ([], 1)
    assert strings(purchase.town) == [("n1", "", "fee", "1.1", "", EAN)]
