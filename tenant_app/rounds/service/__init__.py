"""Verbs of application rounds, one file per story."""

from tenant_app.rounds.service.applying import apply, may_apply, units_to_apply_for, withdraw
from tenant_app.rounds.service.deciding import Award, decide
from tenant_app.rounds.service.holding import (
    change,
    close,
    create,
    may_hold,
    move,
    open_round,
    pools_to_give,
)
from tenant_app.rounds.service.reading import (
    CLOSING,
    TO_DECIDE,
    Compared,
    Details,
    Sums,
    asks,
    details,
    get,
    matching,
    one,
    own_applications,
    room_left,
    rounds,
    rounds_seen,
    sums,
)
from tenant_app.rounds.service.shared import standing

__all__ = [
    "CLOSING",
    "TO_DECIDE",
    "Award",
    "Compared",
    "Details",
    "Sums",
    "apply",
    "asks",
    "change",
    "close",
    "create",
    "decide",
    "details",
    "get",
    "matching",
    "may_apply",
    "may_hold",
    "move",
    "one",
    "open_round",
    "own_applications",
    "pools_to_give",
    "room_left",
    "rounds",
    "rounds_seen",
    "standing",
    "sums",
    "units_to_apply_for",
    "withdraw",
]
