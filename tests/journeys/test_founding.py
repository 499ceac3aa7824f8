"""A municipality's first day: from the vendor's button to money in every institution."""

from __future__ import annotations

from decimal import Decimal

from playwright.sync_api import Locator, expect
from sqlalchemy import func, select

from tenant_app.budgets.models import LedgerEntry, Pool, PoolBalance, PoolKind
from tenant_app.core.access import system
from tenant_app.core.money import kroner
from tenant_app.core.uow import Database
from tenant_app.organisation.models import Employee, Unit
from tenant_app.tenancy import service as tenancy
from tests.journeys.conftest import Enter
from tests.journeys.visitor import PASSWORD, Visitor, ore, ores

FRAME = kroner(1_000_000)
UNITS = """\
Nummer;Navn;Type;Overordnet;Fra dato;Svag økonomi
A1;Område Øst;Område;0741;01-01-2020;nej
A2;Område Vest;Område;0741;01-01-2020;nej
I1;Børnehuset Åkanden;Institution;A1;01-01-2020;nej
I2;Børnehuset Mælkebøtten;Institution;A1;01-08-2021;nej
I3;Vuggestuen Sølyst;Institution;A2;01-01-2020;ja
I4;Skovbørnehaven;Institution;A2;01-01-2020;nej
"""
EMPLOYEES = """\
Medarbejdernummer;Navn;E-mail;Enhedsnummer;Stilling;FTE;Ansat fra
1001;Åse Sørensen;aase@samsoe-boern.dk;I1;Leder;1;01-01-2020
1002;Bjørn Kjær;;I1;Pædagog;0,95;01-02-2020
1003;Cæcilie Bæk;;I1;Pædagog;0,87;01-03-2021
1004;Dorte Friis;;I2;Leder;1;01-08-2021
1005;Erik Møller;;I2;Pædagog;0,73;01-08-2021
1006;Freja Nør;;I2;Pædagogmedhjælper;0,61;01-08-2021
1007;Gorm Østergård;;I3;Leder;1;01-01-2020
1008;Hanne Lind;;I3;Pædagog;1;15-06-2022
1009;Ida Toft;;I3;Pædagog;0,8378;01-01-2023
1010;Jens Vad;;I4;Leder;1;01-01-2020
1011;Karen Dahl;;I4;Pædagog;0,9459;01-01-2020
1012;Lars Holm;;I4;Pædagog;0,64;01-09-2024
"""
PEDAGOGUE_FTE = {
    "Børnehuset Åkanden": Decimal("1.82"),
    "Børnehuset Mælkebøtten": Decimal("0.73"),
    "Vuggestuen Sølyst": Decimal("1.8378"),
    "Skovbørnehaven": Decimal("1.5859"),
}


def check_file(admin: Visitor, kind: str, name: str, content: str) -> None:
    """Hand over a file as Danish Excel saves it, and look at what it would do."""
    admin.menu("Importér")
    admin.chooses("Hvad er der i filen", kind)
    file = content.replace("\n", "\r\n").encode("cp1252")
    admin.field("Fil").set_input_files({"name": name, "mimeType": "text/csv", "buffer": file})
    admin.presses("Tjek filen")


def test_a_fourth_municipality_gets_its_money_to_the_last_ore(
    at_vendor: Enter, enter: Enter, db: Database
) -> None:
    vendor = at_vendor()
    vendor.sees_heading("Kommuner")
    vendor.follows("Opret kommune")
    vendor.chooses("Kommune", "Samsø (0741)")
    vendor.chooses("Skabelon", "ECTS centralt")
    vendor.fills("Administratorens navn", "Ærø Ågård")
    vendor.fills("Administratorens e-mail", "admin@samsoe-boern.dk")
    vendor.looks("leverandoer-opret-kommune")
    vendor.presses("Opret kommune")
    vendor.sees_heading("Kommune oprettet")
    link = vendor.page.get_by_label("Invitationslink").input_value()
    vendor.follows("Vis kommunen")
    vendor.reads("Prøve", "ECTS centralt", "samsoe")

    admin = enter()
    admin.opens(link)
    admin.reads("Velkommen, Ærø Ågård. Du logger ind i Samsø Kommune som admin@samsoe-boern.dk.")
    admin.fills("Ny adgangskode", PASSWORD)
    admin.fills("Den samme adgangskode igen", PASSWORD)
    admin.presses("Gem adgangskoden")
    admin.reads("Din adgangskode er gemt. Log ind med den.")
    expect(admin.field("Kommune")).to_have_value("samsoe")  # remembered from the invitation
    admin.signs_in("Samsø Kommune", "admin@samsoe-boern.dk")
    admin.sees_heading("Overblik")
    again = enter()
    again.opens(link)
    again.reads("Invitationen virker ikke længere.")

    check_file(admin, "Enheder", "enheder.csv", UNITS)
    admin.reads("6tilføjes", "0ændres", "intet er skrevet endnu")
    admin.looks("import-proeve")
    assert counts(db) == (1, 0)
    admin.presses("Importér")
    admin.reads("enheder.csv er importeret: 6 tilføjet, 0 ændret, 0 uændret.")
    assert counts(db) == (7, 0)

    mistyped = EMPLOYEES.replace("1005;Erik Møller;;I2", "1005;Erik Møller;;I9")
    check_file(admin, "Medarbejdere", "fejl.csv", mistyped)
    admin.reads("Intet blev ændret.")
    wrong = admin.row("I9")
    expect(wrong).to_contain_text("Enhedsnummer")
    expect(admin.cell("I9", "Række")).to_have_text("6")
    admin.looks("import-fejl")

    check_file(admin, "Medarbejdere", "medarbejdere.csv", EMPLOYEES)
    admin.reads("12tilføjes")
    assert counts(db) == (7, 0)
    admin.presses("Importér")
    admin.reads("medarbejdere.csv er importeret: 12 tilføjet, 0 ændret, 0 uændret.")
    assert counts(db) == (7, 12)
    check_file(admin, "Medarbejdere", "medarbejdere.csv", EMPLOYEES)
    admin.reads("0tilføjes", "12forbliver uændret")

    admin.menu("Budgetår")
    admin.row("Udkast").get_by_role("link").first.click()
    admin.follows("Ret udkastet")
    admin.fills("Ramme (kr.)", "1.000.000,00")
    admin.fills("Central andel (%)", "40")
    admin.chooses("Fordelingsnøgle", "Efter pædagogårsværk")
    admin.presses("Ret udkastet")
    admin.reads("1.000.000,00 kr", "40 %", "Efter pædagogårsværk 100 %")
    admin.follows("Forhåndsvisning af fordelingen")
    admin.looks("budget-forhaandsvisning")
    check_division(admin.main)
    assert booked(db) == {}

    admin.follows("Vedtag")
    check_division(admin.main)
    admin.presses("Vedtag")
    admin.reads("er vedtaget; 1.000.000,00 kr er fordelt.")
    admin.follows("Åbn for tilmeldinger")
    admin.presses("Åbn for tilmeldinger")
    admin.reads("er åbent.")

    admin.menu("Puljer")
    allotted = admin.column("Budget")
    expect(allotted).to_have_count(5)
    assert sum(ores(allotted)) == FRAME
    admin.looks("puljer")
    stored = booked(db)
    assert sum(stored.values()) == FRAME
    for name, amount in stored.items():
        assert ore(admin.cell(name, "Budget").inner_text()) == amount
    admin.signs_out()


def check_division(main: Locator) -> None:
    """The table's parts are 40 % central and 60 % by pedagogue FTE, and sum to the frame."""
    rows = main.locator("tbody").get_by_role("row")
    totals = main.locator("tfoot").get_by_role("row")
    expect(rows).to_have_count(5)
    expect(totals).to_have_count(2)
    parts = {
        # The name, with the kind and the number below it; the amount stands beside them.
        row.get_by_role("rowheader").inner_text().splitlines()[0].strip(): ore(
            row.get_by_role("cell").first.inner_text()
        )
        for row in rows.all()
    }
    central = parts.pop("Central · Samsø Kommune")
    assert central == kroner(400_000)
    assert central + sum(parts.values()) == FRAME
    whole = sum(PEDAGOGUE_FTE.values())
    assert set(parts) == set(PEDAGOGUE_FTE)
    for name, amount in parts.items():
        assert abs(amount - kroner(600_000) * PEDAGOGUE_FTE[name] / whole) < 1
    # The case is worth something only because these parts are not whole øre.
    assert any(kroner(600_000) * fte % whole for fte in PEDAGOGUE_FTE.values())
    assert [ore(text) for text in totals.all_inner_texts()] == [FRAME, FRAME]


def _samsoe(db: Database) -> int:
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
        tenant = tenancy.find_by_slug(ctx.session, "samsoe")
        assert tenant is not None
        return tenant.id


def counts(db: Database) -> tuple[int, int]:
    """Units and employees in the database."""
    with db.unit_of_work(_samsoe(db), system("test")) as ctx:
        units = ctx.session.scalar(select(func.count()).select_from(Unit)) or 0
        return units, ctx.session.scalar(select(func.count()).select_from(Employee)) or 0


def booked(db: Database) -> dict[str, int]:
    """Pool → allotted, the balances checked against the ledger."""
    with db.unit_of_work(_samsoe(db), system("test")) as ctx:
        rows = ctx.session.execute(
            select(Pool.name, Pool.kind, PoolBalance.allotted, func.sum(LedgerEntry.allotted))
            .join(PoolBalance, PoolBalance.pool_id == Pool.id)
            .join(LedgerEntry, LedgerEntry.pool_id == Pool.id)
            .group_by(Pool.name, Pool.kind, PoolBalance.allotted)
        ).all()
    for name, kind, balance, entries in rows:
        assert balance == entries, name
        assert kind in (PoolKind.CENTRAL, PoolKind.INSTITUTION)
    return {name: int(balance) for name, _kind, balance, _entries in rows}
