"""What a search finds among that which is worked on."""

from __future__ import annotations

from enum import StrEnum


class Found(StrEnum):
    """Kinds, in the order in which they are shown."""

    NEED = "need"
    INITIATIVE = "initiative"
    MEETING = "meeting"
    SESSION = "session"
