"""Findings behind a need: added, read by those who may, and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Forbidden, NotFound
from tenant_app.needs import queries, rules
from tenant_app.needs.models import (
    ActorRole,
    Confidentiality,
    Evidence,
    Need,
    NeedState,
    SourceType,
)
from tenant_app.needs.service import scope
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy


@dataclass(frozen=True)
class Finding:
    """A finding as the actor may read it: `text` is None where it is confidential."""

    id: UUID
    need_id: UUID
    source: SourceType
    role: ActorRole
    found_on: date
    confidentiality: Confidentiality
    recorded_at: datetime
    withdrawn_at: datetime | None
    text: str | None
    withdrawn_why: str | None
    is_mine: bool
    may_withdraw: bool


@dataclass(frozen=True)
class Withdrawal:
    """What became of the need."""

    own_id: UUID
    """The need it was said of."""
    need: Need
    """The need it counted for: another one where the first was merged."""
    fell_back: bool
    """It was qualified, and is analysed again: too little stands behind it now."""


def add_evidence(
    ctx: Context,
    need_id: UUID,
    *,
    source: SourceType,
    role: ActorRole,
    text: str,
    confidentiality: Confidentiality = Confidentiality.OPEN,
    found_on: date | None = None,
) -> UUID:
    """A finding stands behind the need. Returns its id."""
    need = scope.locked(ctx, need_id, Permission.NEEDS_REPORT)
    rules.check_open_to_evidence(need.state)
    return put_down(
        ctx,
        need,
        source=source,
        role=role,
        text=text,
        confidentiality=confidentiality,
        found_on=found_on or ctx.today,
    )


def put_down(
    ctx: Context,
    need: Need,
    *,
    source: SourceType,
    role: ActorRole,
    text: str,
    confidentiality: Confidentiality,
    found_on: date,
) -> UUID:
    """The same for a need that was found and asked for already."""
    made = Evidence(
        need_id=need.id,
        source=source,
        role=role,
        text=rules.clean_text(text, field="text", required=True),
        confidentiality=confidentiality,
        found_on=rules.check_found_on(found_on, today=ctx.today),
        recorded_by=ctx.actor.user_id,
        recorded_at=ctx.now,
    )
    ctx.session.add(made)
    ctx.session.flush()  # the trail names it
    # Never the text: the trail is read by others than the finding.
    told = {"source": source.value, "actor_role": role.value, "found_on": found_on}
    audit.record(ctx, "need.evidence_added", need.id, new=told)
    return made.id


def evidence(ctx: Context, need_id: UUID) -> Sequence[Finding]:
    """The findings behind a need that one sees, newest first. Raises NotFound."""
    scope.require_sight(ctx)
    if not queries.ids_of(ctx, [need_id], scope.visible(ctx)):
        raise NotFound()
    return findings_of(ctx, need_id)


def findings_of(ctx: Context, need_id: UUID) -> Sequence[Finding]:
    """The same for a need that was asked for already."""
    rows = queries.evidence(ctx, need_id, scope.readable(ctx), mine=scope.mine(ctx))
    leads = {
        unit_id: ctx.actor.may(Permission.NEEDS_QUALIFY, at=organisation.path_at(ctx, unit_id))
        for unit_id in {row.unit_id for row in rows}
    }
    return [
        Finding(
            id=row.id,
            need_id=row.need_id,
            source=row.source,
            role=row.role,
            found_on=row.found_on,
            confidentiality=row.confidentiality,
            recorded_at=row.recorded_at,
            withdrawn_at=row.withdrawn_at,
            text=row.text,
            withdrawn_why=row.withdrawn_why,
            is_mine=row.is_mine,
            may_withdraw=row.withdrawn_at is None and (row.is_mine or leads[row.unit_id]),
        )
        for row in rows
    ]


def withdraw_evidence(ctx: Context, evidence_id: UUID, *, why: str) -> Withdrawal:
    """The finding no longer counts, and stays. A need that it carried is analysed once more.

    Done by whoever wrote it, or by those who qualify needs there.
    """
    scope.require_sight(ctx)
    belongs = queries.need_of(ctx, evidence_id, scope.visible(ctx))
    if belongs is None:
        raise NotFound(N_("There is no such finding. Choose from the list."), field="evidence_id")
    own_id, into_id = belongs
    # What it counts for first, as everywhere: needs in the order of their ids, then the finding.
    needs = queries.needs_to_change(
        ctx, [own_id] if into_id is None else [own_id, into_id], Need.id.is_not(None)
    )
    found = queries.evidence_to_change(ctx, evidence_id)
    if found is None:
        raise NotFound(N_("There is no such finding. Choose from the list."), field="evidence_id")
    is_mine = ctx.actor.user_id is not None and found.recorded_by == ctx.actor.user_id
    at = organisation.path_at(ctx, needs[own_id].unit_id)
    if not is_mine and not ctx.actor.may(Permission.NEEDS_QUALIFY, at=at):
        raise Forbidden()
    if found.withdrawn_at is not None:
        raise Conflict(N_("The finding is withdrawn already."), field="evidence_id")
    need = needs.get(needs[own_id].merged_into_id or own_id)
    if need is None:  # merged between the look and the lock
        raise Conflict(N_("The need was merged meanwhile. Load the page again."))
    found.withdrawn_why = rules.clean_text(why, field="why", required=True)
    found.withdrawn_at = ctx.now
    ctx.session.flush()  # what is left is counted by the database
    told = {"source": found.source.value, "actor_role": found.role.value}
    audit.record(ctx, "need.evidence_withdrawn", own_id, old=told)
    return Withdrawal(own_id, need, _fall_back(ctx, need))


def _fall_back(ctx: Context, need: Need) -> bool:
    """Whether too little stands behind the need now, so that it is analysed again."""
    if need.state not in rules.ANSWERABLE:
        return False
    left = [(source, role) for _id, source, role, _count in queries.findings(ctx, [need.id])]
    if rules.standing(left, tenancy.settings(ctx).limits).holds:
        return False
    old = need.state
    need.state, need.state_since = NeedState.ANALYSED, ctx.now
    told = {"state": old.value}, {"state": need.state.value}
    audit.record(ctx, "need.fell_back", need.id, old=told[0], new=told[1])
    return True
