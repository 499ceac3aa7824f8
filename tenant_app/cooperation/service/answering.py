"""What leaders say for their houses."""

from __future__ import annotations

from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.cooperation import queries, rules
from tenant_app.cooperation.models import ClusterAnswer, ClusterState, SharedNeedCluster
from tenant_app.cooperation.service.shared import cluster_to_change, settle
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, NotFound
from tenant_app.organisation import service as organisation


def answer(
    ctx: Context, cluster_id: UUID, *, institution_id: UUID, joins: bool, reason: str = ""
) -> SharedNeedCluster:
    """The house joins, or its needs leave for good. Yes from two leaders of two houses confirms.

    By whoever leads the house, also while a forum has it: the forum may be another area's. Raises
    NotFound, Forbidden, Invalid, and Conflict once it has its initiative or is over.
    """
    cluster = cluster_to_change(ctx, cluster_id)
    ctx.require(Permission.COOPERATION_CONFIRM)
    inside = queries.members(ctx, cluster.id)
    houses = {each.institution_id for each in inside}
    if institution_id not in {*houses, *queries.houses_ever(ctx, cluster.id)}:
        raise NotFound(
            N_("This house has no need in it. Choose one of those that have."),
            field="institution_id",
        )
    ctx.require(Permission.COOPERATION_CONFIRM, at=organisation.path_at(ctx, institution_id))
    rules.check_open(cluster.state, cluster.outcome)
    rules.check_house(institution_id, houses)
    said = rules.check_reason(reason, joins=joins)
    _put(ctx, cluster.id, institution_id, joins=joins, reason=said)
    what = "cooperation.joined" if joins else "cooperation.stayed_out"
    house = queries.name_of(ctx, institution_id)
    audit.record(ctx, what, cluster.id, note=said, new={"title": cluster.title, "house": house})
    if not joins:
        mine = [each.need_id for each in inside if each.institution_id == institution_id]
        queries.leave(ctx, cluster.id, mine, ctx.now)
    settle(ctx, cluster, over=ClusterState.DECLINED)
    return cluster


def _put(ctx: Context, cluster_id: UUID, institution_id: UUID, *, joins: bool, reason: str) -> None:
    found = queries.answer_of(ctx, cluster_id, institution_id)
    if found is None:
        found = ClusterAnswer(cluster_id=cluster_id, institution_id=institution_id)
        ctx.session.add(found)
    found.joins, found.reason = joins, reason
    found.answered_by, found.answered_at = ctx.actor.user_id, ctx.now
    ctx.session.flush()  # counted below
