"""Reports as files that Danish offices open: CSV for Excel, and XLSX."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from openpyxl import Workbook

from tenant_app.core.errors import N_
from tenant_app.core.sheets import BOM, Cell, csv_cell, xlsx_cell
from tenant_app.reports import rules
from tenant_app.reports.service import CoverageReport, UsageReport

Translate = Callable[[str], str]
"""English text to the reader's language; the door knows which."""

ILLEGAL_SHEET = re.compile(r"[\[\]:*?/\\]")

KINDS = {
    "municipality": N_("Municipality"),
    "area": N_("Area"),
    "institution": N_("Institution"),
}
OWN_POOLS = N_("%(name)s: own pools")
USAGE_HEADS = (
    N_("Level"),
    N_("Number"),
    N_("Unit"),
    N_("Allotted"),
    N_("Carried in"),
    N_("Transferred"),
    N_("Budget"),
    N_("Reserved"),
    N_("Committed"),
    N_("Actual"),
    N_("Available"),
    N_("Usage %"),
    N_("Forecast"),
    N_("Of which cover"),
    N_("Usage % without cover"),
)
COVERAGE_HEADS = (
    N_("Level"),
    N_("Number"),
    N_("Unit"),
    N_("Competence"),
    N_("Group"),
    N_("In the group"),
    N_("Covered"),
    N_("Coverage %"),
    N_("Planned"),
    N_("Planned %"),
    N_("Needed"),
    N_("Institutions"),
    N_("Institutions that reach the target"),
)
POSITIONS = {
    "pedagogue": N_("Pedagogue"),
    "assistant": N_("Assistant"),
    "leader": N_("Leader"),
    "other": N_("Other"),
}


@dataclass(frozen=True)
class Table:
    """Rows of text, whole numbers and decimals, with a line on where they come from."""

    title: str
    about: tuple[tuple[str, Cell], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def usage_table(report: UsageReport, translate: Translate) -> Table:
    """One row per unit, amounts in kroner."""
    rows: list[tuple[Cell, ...]] = []
    for line in rules.lines(report.units):
        node, money = line.node, line.figures
        name = translate(OWN_POOLS) % {"name": node.name} if line.is_own else node.name
        amounts = (
            money.allotted,
            money.carried,
            money.transferred,
            money.budget,
            money.reserved,
            money.committed,
            money.actual,
            money.available,
        )
        rows.append(
            (
                translate(KINDS[node.kind]),
                node.number,
                name,
                *(_kroner(amount) for amount in amounts),
                money.usage_percent,
                _kroner(money.forecast),
                _kroner(money.cover),
                money.without_cover().usage_percent,
            )
        )
    return _table(N_("Usage"), report, USAGE_HEADS, rows, translate)


def coverage_table(report: CoverageReport, translate: Translate) -> Table:
    """One row per unit and target."""
    rows: list[tuple[Cell, ...]] = []
    for line in rules.lines(report.units):
        node = line.node
        for target in report.targets:
            figures = _of(line.figures, target.id)
            rows.append(
                (
                    translate(KINDS[node.kind]),
                    node.number,
                    node.name,
                    target.competence,
                    translate(POSITIONS[target.position.value]),
                    figures.group_size,
                    figures.covered,
                    figures.coverage_percent,
                    figures.planned,
                    figures.planned_percent,
                    figures.needed,
                    figures.institutions,
                    figures.met,
                )
            )
    return _table(N_("Coverage"), report, COVERAGE_HEADS, rows, translate)


def _of(figures: dict[UUID, rules.CoverageFigures], target_id: UUID) -> rules.CoverageFigures:
    return figures.get(target_id, rules.CoverageFigures())


def _table(
    title: str,
    report: UsageReport | CoverageReport,
    heads: Sequence[str],
    rows: Sequence[tuple[Cell, ...]],
    translate: Translate,
) -> Table:
    about = (
        (N_("Year"), report.year),
        (N_("As of"), report.as_of.strftime("%d-%m-%Y")),
        (N_("Data time (UTC)"), report.data_time.strftime("%d-%m-%Y %H:%M")),
        (N_("Version of the funding rules"), report.rule_version),
    )
    return Table(
        title=translate(title),
        about=tuple((translate(name), value) for name, value in about),
        heads=tuple(translate(head) for head in heads),
        rows=tuple(rows),
    )


def _kroner(ore: int) -> Decimal:
    return Decimal(ore).scaleb(-2)


def as_csv(table: Table) -> bytes:
    """UTF-8 with BOM, semicolons and decimal commas, and no text that Excel takes for a formula.

    One header row first, so that the file can be read again; the facts about it come last.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([csv_cell(head) for head in table.heads])
    for row in table.rows:
        writer.writerow([csv_cell(cell) for cell in row])
    writer.writerow([])
    for name, value in table.about:
        writer.writerow([csv_cell(name), csv_cell(value)])
    return (BOM + out.getvalue()).encode()


def as_xlsx(table: Table) -> bytes:
    """A workbook with one sheet, amounts and percentages as numbers, all text as text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(ILLEGAL_SHEET.sub(" ", table.title)[:31])
    sheet.freeze_panes = "A2"

    sheet.append([xlsx_cell(sheet, head) for head in table.heads])
    for row in table.rows:
        sheet.append([xlsx_cell(sheet, value) for value in row])
    sheet.append([])
    for name, value in table.about:
        sheet.append([xlsx_cell(sheet, name), xlsx_cell(sheet, value)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
