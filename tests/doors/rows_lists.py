"""What every list has: its file; and one's own saved views."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.doors.table import Row, verb

SELF = {"may": "leader_n1", "may_not": "bare", "branch": "leader_s1"}
UNIT_NAMED = {
    *(
        "pools.export",
        "carry-overs.export",
        "transfers.export",
        "unit-figures.export",
        "ledger.export",
        "requests.export",
        "units.export",
        "employees.export",
    ),
    "goals.export",
    *("anchoring.export", "anchoring-tasks.export"),
    "dialogue.export",
    "needs.export",
    "initiatives.export",
    *("supervision.export", "screenings.export"),
}
"""The files in which the name of a unit stands."""


def exports_of(rows: Iterable[Row]) -> list[Row]:
    """The file of each list: for whoever may see the list, with the rows of the list."""
    return [
        replace(
            row,
            endpoint=row.endpoint.replace(".index_view", ".export"),
            path={"export_type": "csv"},
            lists=None,
        )
        for row in rows
        if row.endpoint.endswith(".index_view")
    ]


def kept_facts(place, thing):
    return {
        "view": "employees",
        "name": place.word("saved_views", "name"),
        "query": "search=Ida&sort=0",
        "is_default": "y",
    }


ROWS = [
    Row(
        "saved_views.index",
        may="ped_n1",
        may_not=None,
        branch=None,
        why="Whoever is signed in sees their own.",
    ),
    *verb("saved_views.verb_save", **SELF, branch_may=True, body=kept_facts),
    *verb("saved_views.verb_put_first", **SELF, thing="saved_view"),
    *verb("saved_views.verb_step_back", **SELF, thing="saved_view"),
    *verb("saved_views.verb_remove", **SELF, thing="saved_view"),
]
