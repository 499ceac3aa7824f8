"""A need on its way: from reported to covered and closed, or parked, rejected, merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import true

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.needs import queries, rules
from tenant_app.needs.models import Need, NeedState
from tenant_app.needs.service import scope
from tenant_app.needs.service.reading import standing

AFTER_MERGE: list[Callable[[Context, UUID, UUID], None]] = []
"""(ctx, need, into): what hung on the need hangs on the other too. Rooms above add themselves."""


def analyse(ctx: Context, need_id: UUID) -> Need:
    """The need is looked into; a parked one is taken up again."""
    return _move(ctx, need_id, NeedState.ANALYSED)


def qualify(ctx: Context, need_id: UUID) -> Need:
    """Enough sources and roles stand behind the need. Raises Conflict naming what is missing."""
    need = scope.locked(ctx, need_id, Permission.NEEDS_QUALIFY)
    rules.check_move(need.state, NeedState.QUALIFIED)
    rules.check_qualified(standing(ctx, [need.id])[need.id])
    return _put(ctx, need, NeedState.QUALIFIED)


def prioritise(ctx: Context, need_id: UUID) -> Need:
    """The need comes before others."""
    return _move(ctx, need_id, NeedState.PRIORITISED)


def park(ctx: Context, need_id: UUID, *, reason: str) -> Need:
    """The need waits, for a reason, until somebody takes it up again."""
    return _move(ctx, need_id, NeedState.PARKED, reason=reason)


def reject(ctx: Context, need_id: UUID, *, reason: str) -> Need:
    """The need is not worked with, for a reason that the one who reported it can read."""
    return _move(ctx, need_id, NeedState.REJECTED, reason=reason)


def close(ctx: Context, need_id: UUID) -> Need:
    """The need was covered, and is looked at no more."""
    return _move(ctx, need_id, NeedState.CLOSED)


def merge(ctx: Context, need_id: UUID, *, into_id: UUID) -> Need:
    """The need is one with another. Its evidence stays where it is, and counts for the other.

    What was merged into it before goes along, so that nothing is ever merged in two steps. Returns
    the other need.
    """
    if need_id == into_id:
        raise Invalid(
            N_("A need cannot be merged into itself. Choose another one."), field="into_id"
        )
    found = queries.needs_to_change(ctx, [need_id, into_id], scope.visible(ctx))
    need, into = found.get(need_id), found.get(into_id)
    if need is None:
        scope.require_sight(ctx)
        raise NotFound()
    scope.require_at(ctx, need, Permission.NEEDS_QUALIFY)
    rules.check_move(need.state, NeedState.MERGED)
    if into is None:
        raise NotFound(N_("There is no such need. Choose from the list."), field="into_id")
    scope.require_at(ctx, into, Permission.NEEDS_QUALIFY)
    rules.check_target(into.state)
    earlier = queries.needs_to_change(ctx, queries.merged_into(ctx, need.id), true())
    for each in [need, *earlier.values()]:
        each.merged_into_id = into.id
        if each is need:
            old, each.state, each.state_since = each.state, NeedState.MERGED, ctx.now
            each.reason = ""
            told = {"state": old.value}, {"state": each.state.value, "title": into.title}
            audit.record(ctx, "need.merged", each.id, old=told[0], new=told[1])
        else:
            audit.record(ctx, "need.merged_along", each.id, new={"title": into.title})
        for follow in AFTER_MERGE:
            follow(ctx, each.id, into.id)
    audit.record(ctx, "need.took_in", into.id, new={"title": need.title})
    return into


def cover(ctx: Context, need_ids: Iterable[UUID]) -> list[Need]:
    """An initiative for these needs is anchored: those that waited for it are covered.

    The room of initiatives calls this, and has asked whether the actor may. Needs that somebody
    parked, rejected or covered meanwhile stay as they are. Returns those it covered.
    """
    found = queries.needs_to_change(ctx, rules.single_out(list(need_ids)), true())
    waiting = [need for need in found.values() if need.state in rules.ANSWERABLE]
    return [_put(ctx, need, NeedState.COVERED) for need in waiting]


def _move(ctx: Context, need_id: UUID, to: NeedState, *, reason: str = "") -> Need:
    need = scope.locked(ctx, need_id, Permission.NEEDS_QUALIFY)
    rules.check_move(need.state, to)
    if to in rules.WITH_REASON:
        reason = rules.clean_text(reason, field="reason", required=True)
    return _put(ctx, need, to, reason=reason)


def _put(ctx: Context, need: Need, to: NeedState, *, reason: str = "") -> Need:
    old = need.state
    need.state, need.state_since, need.reason = to, ctx.now, reason
    told = {"state": old.value}, {"state": to.value}
    audit.record(ctx, f"need.{to.value}", need.id, note=reason, old=told[0], new=told[1])
    return need
