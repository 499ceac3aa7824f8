"""The way of a voice: from what somebody raised to what was decided and done about it.

Who sees whose name follows the room of needs: those who see the need in full read who did what,
others read what happened. What hangs on other houses is told without their names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false

from tenant_app.cooperation import queries, rules
from tenant_app.cooperation.models import ClusterOutcome, ClusterState, SharedNeedCluster
from tenant_app.cooperation.rules import Now, VoiceStep
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.paging import Page, scalars_page
from tenant_app.initiatives import service as initiatives
from tenant_app.needs import service as needs
from tenant_app.needs.models import Need
from tenant_app.organisation import service as organisation

MILESTONES = frozenset(
    f"need.{name}"
    for name in (
        *("reported", "analysed", "qualified", "prioritised", "parked", "rejected", "merged"),
        *("merged_along", "covered", "closed"),
    )
)
"""Steps of a need that are told; that its words were changed is not."""


@dataclass(frozen=True)
class Voice:
    """A need and all that came of it."""

    need: Need
    now: Now
    in_full: bool
    """Whether the actor may read who did what."""
    need_ids: tuple[UUID, ...]
    """The need, and the one it was merged into."""
    cluster_ids: tuple[UUID, ...]
    initiative_ids: tuple[UUID, ...]
    placed: int
    """People with a place through the initiatives, and those who have completed."""
    completed: int
    steps: tuple[VoiceStep, ...] = ()


MORE_STEPS: list[Callable[[Context, Voice], list[VoiceStep]]] = []
"""Rooms above add what they know of the needs, clusters and initiatives of a voice."""


def trace(ctx: Context, need_id: UUID) -> Voice:
    """What became of a need that the actor sees. Raises NotFound."""
    need = needs.get(ctx, need_id)
    full = _in_full(ctx, need)
    ids = [need.id] + ([need.merged_into_id] if need.merged_into_id is not None else [])
    steps = [
        VoiceStep(at, action, _reason(note if full else ""), who if full else "")
        for at, action, who, note in queries.history(ctx, need.id, MILESTONES)
    ]
    steps += [
        VoiceStep(at, "voice.evidence", {"source": source})
        for at, source in queries.sources_behind(ctx, [need.id])
    ]
    if need.merged_into_id is not None:
        steps += [
            VoiceStep(at, action, {"other": True})
            for at, action in queries.milestones(ctx, need.merged_into_id, MILESTONES)
            if at >= need.state_since
        ]
    clusters = queries.clusters_with(ctx, ids, _sight(ctx))
    made = queries.initiatives_with(ctx, ids, initiatives.visible(ctx))
    for row in clusters:
        steps += _of_cluster(row)
    for row in made:
        steps += _of_initiative(row)
    counted = {row.id: row for row in made}.values()
    found = Voice(
        need=need,
        now=_now(need, clusters, made, queries.states_of(ctx, ids) if len(ids) > 1 else {}),
        in_full=full,
        need_ids=tuple(ids),
        cluster_ids=tuple(dict.fromkeys(row[0].id for row in clusters)),
        initiative_ids=tuple(each.id for each in counted),
        placed=sum(each.placed for each in counted),
        completed=sum(each.completed for each in counted),
    )
    for more in MORE_STEPS:
        steps += more(ctx, found)
    return Voice(**{**vars(found), "steps": tuple(rules.in_order(steps))})


def own(ctx: Context, *, page: int = 1, page_size: int = 20) -> Page[tuple[Need, Now]]:
    """What the actor raised, the latest first, and where each is now: four statements."""
    if not ctx.actor.may(Permission.NEEDS_REPORT):
        ctx.require(Permission.NEEDS_VIEW)
    if ctx.actor.user_id is None:
        return Page([], 1, page_size, False)
    found: Page[Need] = scalars_page(
        ctx, queries.own_needs(ctx.actor.user_id), page=page, page_size=page_size
    )
    now = whereabouts(ctx, found.items)
    return Page(
        [(need, now[need.id]) for need in found.items], found.page, page_size, found.has_more
    )


def whereabouts(ctx: Context, found: Collection[Need]) -> dict[UUID, Now]:
    """Where each of these needs is now, with what it was merged into: three statements."""
    if not found:
        return {}
    ids = {need.id for need in found} | {
        need.merged_into_id for need in found if need.merged_into_id is not None
    }
    clusters = queries.clusters_with(ctx, ids, false())
    made = queries.initiatives_with(ctx, ids, initiatives.visible(ctx))
    states = queries.states_of(ctx, ids)
    return {need.id: _now(need, clusters, made, states) for need in found}


def _now(need: Need, clusters: Any, made: Any, states: Any) -> Now:
    ids = {need.id, need.merged_into_id}
    state = states.get(need.merged_into_id, need.state)
    return rules.now(
        state,
        [(row[0].state, row[0].outcome) for row in clusters if row.need_id in ids and _holds(row)],
        [row.state for row in made if row.need_id in ids],
    )


def _holds(row: Any) -> bool:
    """The need is in the cluster still."""
    return row.left_at is None


def _reason(note: str) -> dict[str, Any]:
    return {"note": note} if note else {}


def _in_full(ctx: Context, need: Need) -> bool:
    """As the room of needs has it: who reported it, and those who see the unit's needs."""
    if need.reported_by is not None and need.reported_by == ctx.actor.user_id:
        return True
    if not ctx.actor.may(Permission.NEEDS_VIEW):
        return False
    return ctx.actor.may(Permission.NEEDS_VIEW, at=organisation.path_at(ctx, need.unit_id))


def _sight(ctx: Context) -> ColumnElement[bool]:
    """Clusters whose page the actor may open."""
    return queries.visible(ctx) if ctx.actor.may(Permission.COOPERATION_VIEW) else false()


def _of_cluster(row: Any) -> list[VoiceStep]:
    """From the day the need joined until it left."""
    cluster: SharedNeedCluster = row[0]
    link = ("cluster", cluster.id) if row.is_seen else None
    others = {"others": max(1, row.houses - 1)}
    steps = [VoiceStep(row.joined_at, "voice.shared", others, link=link)]
    moments: tuple[tuple[datetime | None, str, dict[str, Any]], ...] = (
        (cluster.confirmed_at, "voice.confirmed", {}),
        (cluster.taken_up_at, "voice.taken_up", {}),
        (cluster.decided_at, "voice.decided", {"outcome": cluster.outcome}),
    )
    over = row.left_at
    for at, kind, facts in moments:
        if at is not None and at >= row.joined_at and (over is None or at <= over):
            steps.append(VoiceStep(at, kind, facts, link=link))
    was_no = cluster.outcome is ClusterOutcome.NO
    if over is not None and not was_no and cluster.state is not ClusterState.STAFFED:
        steps.append(VoiceStep(over, "voice.left", link=link))
    return steps


def _of_initiative(row: Any) -> list[VoiceStep]:
    link = ("initiative", row.id) if row.title is not None else None
    facts = {"title": row.title}
    steps = [VoiceStep(row.created_at, "voice.initiative", facts, link=link)]
    if row.state_since > row.created_at:
        steps.append(
            VoiceStep(
                row.state_since, "voice.initiative_moved", {**facts, "state": row.state}, link=link
            )
        )
    return steps
