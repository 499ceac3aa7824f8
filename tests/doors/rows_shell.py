"""The frame: files, appearance, and the role one works in."""

from __future__ import annotations

from tests.doors.rows_outside import outside
from tests.doors.table import Row, fixed

ROWS = [
    outside(
        "assets.static", path={"place": "panel", "name": "nothing.0123456789ab.css"}, answer=404
    ),
    outside("theme.choose", "POST", answer=302, body=fixed(theme="dark")),
    Row(
        "working_as.choose",
        "POST",
        may="leader_n1",
        may_not=None,
        branch=None,
        body=fixed(grant=""),
        answer=302,
        why="Whoever is signed in chooses among their own roles.",
    ),
]
