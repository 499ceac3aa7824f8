"""How many answers went, kept in the signed cookie until they are read: so that reloading the page
that tells it sends nothing again."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import session

from tenant_app.core.context import Context
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment
from tenant_app.enrolments.service import Decision

KEY = "inbox_outcome"
ROOM = 2500
"""Bytes of the cookie the outcome may take: a browser drops a cookie above 4,096, and with it the
sign-in."""


@dataclass(frozen=True)
class Told:
    """One answer as it is told: the request, and why it was not answered (None: it was)."""

    enrolment_id: UUID
    enrolment: Enrolment | None
    why: str | None


def keep(ctx: Context, decision: Decision, told: Sequence[Told]) -> bool:
    """The outcome waits for its page. False when it is too long to be kept."""
    reasons = sorted({each.why for each in told if each.why is not None})
    kept = {
        "user": str(ctx.actor.user_id),
        "decision": decision.value,
        "rows": [
            [_short(each.enrolment_id), reasons.index(each.why) if each.why else -1]
            for each in told
        ],
        "reasons": reasons,
    }
    # As the cookie is written: what does not fit here would not fit there.
    packed = zlib.compress(json.dumps(kept).encode())
    if len(base64.b64encode(packed)) > ROOM:
        return False
    session[KEY] = kept
    return True


def kept(ctx: Context) -> tuple[Decision, list[Told]] | None:
    """The user's latest outcome, with the requests as they are now; None without one."""
    found = session.get(KEY)
    if not isinstance(found, dict) or found.get("user") != str(ctx.actor.user_id):
        return None
    rows = [(_long(key), place) for key, place in found["rows"]]
    shown = {each.id: each for each in enrolments.shown(ctx, [key for key, _ in rows])}
    reasons = found["reasons"]
    told = [Told(key, shown.get(key), None if place < 0 else reasons[place]) for key, place in rows]
    return Decision(found["decision"]), told


def forget() -> None:
    """The outcome has been read."""
    session.pop(KEY, None)


def _short(key: UUID) -> str:
    return base64.urlsafe_b64encode(key.bytes).decode().rstrip("=")


def _long(text: str) -> UUID:
    return UUID(bytes=base64.urlsafe_b64decode(text + "=="))
