"""Where forums meet the screens of other rooms: what was decided on a need, a shared need or an
initiative, and the step it is on the way of a voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from admin.cooperation_labels import VOICE_LINKS, VOICE_STEPS
from admin.formats import date_text
from admin.forums_labels import OUTCOME_TONES, OUTCOMES
from tenant_app.cooperation.service import VoiceStep
from tenant_app.core.context import Context
from tenant_app.forums import service as forums
from tenant_app.forums.models import Outcome


@dataclass(frozen=True)
class Told:
    """Decisions on a page of another room, with what they are called."""

    rows: list[forums.Decided]
    outcomes: Any = None
    outcome_tones: Any = None
    day: Any = None


def decided_on(ctx: Context, kind: str, row_id: UUID) -> Told | None:
    """What forums decided on something that the reader sees; None of nothing."""
    found = forums.about(ctx, [forums.Candidate(forums.Subject(kind), row_id)])
    return Told(found, OUTCOMES, OUTCOME_TONES, date_text) if found else None


def _step(step: VoiceStep) -> str:
    return _(
        "Decided in “%(forum)s”: %(outcome)s",
        forum=step.facts["forum"],
        outcome=OUTCOMES[Outcome(step.facts["outcome"])],
    )


VOICE_STEPS["forum.decided"] = _step
VOICE_LINKS["meeting"] = lambda key: url_for("meetings.details_view", id=key)
