"""What rounds and ways of giving out a pool are called in the panel and the trail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.budgets.models import PoolMode
from tenant_app.rounds.models import RoundState
from tenant_app.rounds.rules import Standing

MODES = {
    PoolMode.FIRST_COME: _l("First come, first served"),
    PoolMode.PLANNED: _l("Planned: through initiatives only"),
    PoolMode.ROUND: _l("Application rounds: units apply"),
    PoolMode.ROTATION: _l("Rotation: by turns"),
}
STANDINGS = {
    Standing.DRAFT: _l("Draft of a round"),
    Standing.ANNOUNCED: _l("Opens later"),
    Standing.OPEN: _l("Open for applications"),
    Standing.TO_DECIDE: _l("Waits for a decision"),
    Standing.DECIDED: _l("Round decided"),
    Standing.DROPPED: _l("Round given up"),
}
TONES = {
    Standing.DRAFT: "",
    Standing.ANNOUNCED: "",
    Standing.OPEN: "ok",
    Standing.TO_DECIDE: "warn",
    Standing.DECIDED: "good",
    Standing.DROPPED: "",
}
STATES = {
    RoundState.DRAFT: _l("Draft of a round"),
    RoundState.OPEN: _l("Open for applications"),
    RoundState.CLOSED: _l("Closed for applications"),
    RoundState.DECIDED: _l("Round decided"),
    RoundState.DROPPED: _l("Round given up"),
}
STEPS = {
    "budgets.mode_set": _l("Way of giving out a pool set"),
    "round.created": _l("Application round drafted"),
    "round.changed": _l("Application round changed"),
    "round.opened": _l("Application round opened"),
    "round.closed": _l("Application round closed"),
    "round.dropped": _l("Application round given up"),
    "round.decided": _l("Application round decided"),
    "round.applied": _l("Applied in a round"),
    "round.applied_again": _l("Application in a round changed"),
    "round.withdrawn": _l("Application in a round withdrawn"),
}
FACTS = {
    "mode": _l("How it is given out"),
    "turns": _l("Turns"),
    "round": _l("Application round"),
    "opens_on": _l("Opens"),
    "closes_on": _l("Last day to apply"),
    "criteria": _l("Criteria"),
    "applications": _l("Applications"),
    "met": _l("Of these met"),
    "awarded": _l("Awarded"),
}
