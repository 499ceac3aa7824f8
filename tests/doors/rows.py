"""The whole table."""

from __future__ import annotations

from tests.doors import (
    rows_accounts,
    rows_enrolments,
    rows_learning,
    rows_money,
    rows_outside,
    rows_people,
    rows_setup,
    rows_setup_api,
)
from tests.doors.table import Kind, Row

ROWS: list[Row] = [
    *rows_enrolments.ROWS,
    *rows_money.ROWS,
    *rows_learning.ROWS,
    *rows_people.ROWS,
    *rows_accounts.ROWS,
    *rows_setup.ROWS,
    *rows_setup_api.ROWS,
    *rows_outside.ROWS,
]
INSIDE = [row for row in ROWS if row.kind in (Kind.PANEL, Kind.API)]
VENDOR = [row for row in ROWS if row.kind is Kind.VENDOR]
OPEN = [row for row in ROWS if row.kind is Kind.OPEN]
KEYS = {key for row in INSIDE for key in row.things()}
