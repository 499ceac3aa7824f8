"""Following and cancelling jobs, and the search field on top of every page."""

from __future__ import annotations

from tests.doors.rows_setup import CONFIGURES
from tests.doors.table import Row, api, verb

OWN_OR_STEERS = {"may": "admin", "may_not": "auditor", "branch": "admin_south"}
"""Whoever asked for the job, or steers all jobs of the municipality."""
EVERYBODY = "Everybody searches, each in what they may see: see tests/admin/test_search.py."

ROWS = [
    Row("search.index", may="ped_n1", may_not=None, branch=None, why=EVERYBODY),
    Row("jobs.progress", **CONFIGURES, thing="job"),
    *verb("jobs.verb_cancel", **CONFIGURES, thing="job"),
    *(
        Row(f"{report}.cancel", "POST", **OWN_OR_STEERS, thing="job", arg="job", answer=302)
        for report in ("usage", "coverage")
    ),
    *api(Row("api_jobs.cancel_job", "POST", **OWN_OR_STEERS, thing="job")),
]
