"""The whole table."""

from __future__ import annotations

from tests.doors import (
    rows_accounts,
    rows_advice,
    rows_anchoring,
    rows_cooperation,
    rows_dialogue,
    rows_dialogue_live,
    rows_enrolments,
    rows_forums,
    rows_funds,
    rows_goals,
    rows_initiatives,
    rows_invoices,
    rows_jobs,
    rows_learning,
    rows_lists,
    rows_money,
    rows_needs,
    rows_outside,
    rows_people,
    rows_resource,
    rows_rounds,
    rows_scenarios,
    rows_setup,
    rows_setup_api,
    rows_shell,
    rows_supervision,
    rows_talks,
    rows_years,
)
from tests.doors.table import Kind, Row

_OF_ROOMS: list[Row] = [
    *rows_enrolments.ROWS,
    *rows_anchoring.ROWS,
    *rows_dialogue.ROWS,
    *rows_dialogue_live.ROWS,
    *rows_supervision.ROWS,
    *rows_talks.ROWS,
    *rows_cooperation.ROWS,
    *rows_forums.ROWS,
    *rows_money.ROWS,
    *rows_scenarios.ROWS,
    *rows_invoices.ROWS,
    *rows_rounds.ROWS,
    *rows_funds.ROWS,
    *rows_years.ROWS,
    *rows_learning.ROWS,
    *rows_goals.ROWS,
    *rows_needs.ROWS,
    *rows_initiatives.ROWS,
    *rows_advice.ROWS,
    *rows_resource.ROWS,
    *rows_people.ROWS,
    *rows_accounts.ROWS,
    *rows_setup.ROWS,
    *rows_setup_api.ROWS,
    *rows_shell.ROWS,
    *rows_lists.ROWS,
    *rows_jobs.ROWS,
    *rows_outside.ROWS,
]
ROWS = [*_OF_ROOMS, *rows_lists.exports_of(_OF_ROOMS)]
INSIDE = [row for row in ROWS if row.kind in (Kind.PANEL, Kind.API)]
VENDOR = [row for row in ROWS if row.kind is Kind.VENDOR]
OPEN = [row for row in ROWS if row.kind is Kind.OPEN]
KEYS = {key for row in INSIDE for key in row.things()}
