"""A dialogue session while it is held, and on paper."""

from __future__ import annotations

from tests.doors.table import Row, fixed

LEADS = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
THERE = {"may": "ped_n1", "may_not": "auditor", "branch": "ped_s1"}
PAPER = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1", "branch_may": True}

ROWS = [
    Row("dialogue-live.index", **LEADS, thing="dialogue_meeting"),
    Row("dialogue-live.phone", **THERE, thing="dialogue_meeting"),
    Row("dialogue-live.state", **THERE, thing="dialogue_meeting", query={"view": "phone"}),
    Row(
        "dialogue-live.act",
        "POST",
        **THERE,
        thing="dialogue_meeting",
        body=fixed(view="phone", do="vote"),
        refs={"answer": "+dialogue_answer"},
        answer=302,
    ),
    # Of the municipality's set; of a session where one is named.
    Row("dialogue-prints.index", **PAPER, asks={"id": "dialogue_meeting"}),
    Row("dialogue-prints.poster", **PAPER, asks={"id": "dialogue_meeting"}),
    Row("dialogue-prints.cards", **PAPER, asks={"id": "dialogue_meeting"}),
]
