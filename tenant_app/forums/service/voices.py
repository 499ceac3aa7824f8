"""Decisions as steps on the way of a voice, from who raised a need to what came of it."""

from __future__ import annotations

from tenant_app.cooperation import service as cooperation
from tenant_app.core.context import Context
from tenant_app.forums import queries
from tenant_app.forums.rules import Candidate, Subject


def decided(ctx: Context, voice: cooperation.Voice) -> list[cooperation.VoiceStep]:
    """What forums decided on a need, on the shared need it is part of, and on its initiatives.

    The forum and the outcome are told to whoever sees the need; who was there is not, and what was
    written is for those who see the forum.
    """
    candidates = [
        *(Candidate(Subject.NEED, each) for each in voice.need_ids),
        *(Candidate(Subject.CLUSTER, each) for each in voice.cluster_ids),
        *(Candidate(Subject.INITIATIVE, each) for each in voice.initiative_ids),
    ]
    found = queries.about(ctx, candidates)
    if not found:
        return []
    seen = queries.meetings_seen(ctx, {each.meeting_id for each in found})
    return [
        cooperation.VoiceStep(
            at=each.decided_at,
            kind="forum.decided",
            facts={
                "forum": each.meeting.forum.name,
                "outcome": each.outcome.value,
                "note": each.text if each.meeting_id in seen else "",
                "is_replaced": each.replaced_at is not None,
            },
            link=("meeting", each.meeting_id) if each.meeting_id in seen else None,
        )
        for each in found
    ]


cooperation.MORE_STEPS.append(decided)
