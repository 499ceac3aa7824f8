"""What was agreed on in a talk: written by either side, signed by all, and then frozen."""

from __future__ import annotations

from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict
from tenant_app.talks import queries, rules
from tenant_app.talks.models import DevelopmentTalk, TalkState
from tenant_app.talks.service.shared import Part, part_in


def write_agreement(
    ctx: Context, talk_id: UUID, *, agreement: str, read: int | None = None
) -> DevelopmentTalk:
    """The agreement reads so. By any party, while nobody has signed it.

    `read` is the revision that it was changed from; raises Conflict when the other side has written
    meanwhile.
    """
    found = part_in(ctx, talk_id)
    rules.check_held(found.talk.state)
    rules.check_unsigned(_signatures(found))
    if read is not None and read != found.talk.revision:
        raise Conflict(
            N_("The other side has written meanwhile. Copy your text, and load the page again."),
            field="agreement",
        )
    found.talk.agreement = rules.check_text(agreement, field="agreement")
    found.talk.revision += 1
    audit.record(ctx, "talk.agreement_written", found.talk.id)
    return found.talk


def sign(ctx: Context, talk_id: UUID, *, revision: int) -> DevelopmentTalk:
    """The actor stands by the agreement as they have read it. The last signature freezes it: that
    of somebody who no longer works here is not waited for."""
    found = part_in(ctx, talk_id)
    talk, own = found.talk, found.talk if found.me is None else found.me
    rules.check_held(talk.state)
    texts = queries.texts(ctx, talk.id)
    rules.check_signable(
        texts.agreement if texts is not None else "",
        revision=talk.revision,
        read=revision,
        signed=own.signed_at is not None,
    )
    own.signed_at = ctx.now
    if _is_signed(ctx, found):
        talk.state, talk.agreed_at = TalkState.AGREED, ctx.now
    audit.record(ctx, "talk.signed", talk.id, new={"state": talk.state.value})
    return talk


def reopen(ctx: Context, talk_id: UUID) -> DevelopmentTalk:
    """Nobody has signed any more, so that the agreement can be changed. By any party, until all
    have signed."""
    found = part_in(ctx, talk_id)
    rules.check_held(found.talk.state)
    if not any(_signatures(found)):
        raise Conflict(N_("Nobody has signed yet. The agreement is open."), field="state")
    found.talk.signed_at = None
    for member in found.members:
        member.signed_at = None
    audit.record(ctx, "talk.reopened", found.talk.id)
    return found.talk


def _is_signed(ctx: Context, found: Part) -> bool:
    """Whether all have signed who can: both sides, and in a group whoever still works here."""
    missing = [each.employee_id for each in found.members if each.signed_at is None]
    if found.talk.signed_at is None or len(missing) == len(found.members):
        return False
    return not missing or not queries.employed(ctx, missing)


def _signatures(found: Part) -> list[object]:
    return [found.talk.signed_at, *(each.signed_at for each in found.members)]
