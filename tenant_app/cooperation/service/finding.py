"""Needs that are alike in several houses are found, and those that no longer are let go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.cooperation import queries, rules
from tenant_app.cooperation.models import (
    ClusterMember,
    ClusterOutcome,
    ClusterState,
    SharedNeedCluster,
)
from tenant_app.cooperation.rules import Asked, Held, Star
from tenant_app.cooperation.service.shared import settle
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_
from tenant_app.needs import rules as need_rules
from tenant_app.needs import service as needs
from tenant_app.tenancy import service as tenancy

JOB = "jobs.cooperation.find_shared_needs"
READING = N_("Reading the needs")
COMPARING = N_("Comparing the needs")
NOTING = N_("Noting what belongs together")


@dataclass(frozen=True)
class Search:
    """What a search did."""

    needs: int = 0
    suggested: int = 0
    joined: int = 0
    left: int = 0
    dissolved: int = 0


@dataclass
class _Cluster:
    """What is known of a cluster before the search."""

    state: ClusterState
    outcome: ClusterOutcome | None
    centre: UUID | None = None
    members: list[UUID] = field(default_factory=list)
    gone: list[UUID] = field(default_factory=list)
    """In it, but nobody works with them here any more."""
    refused: set[UUID] = field(default_factory=set)
    """Houses that said no."""
    ever: set[UUID] = field(default_factory=set)


@dataclass
class _Plan:
    """What is to be done in a competence area."""

    area_id: UUID
    stars: list[Star]
    known: dict[UUID, _Cluster]


def request_search(ctx: Context) -> UUID:
    """A job will search; its id. Asked for again while it waits, it is the same job.

    Raises Conflict while the same job is being cancelled.
    """
    ctx.require(Permission.COOPERATION_STATE)
    while True:
        job_id = ctx.enqueue(JOB, unique="asked")
        if job_id is not None:
            break
        waiting = queries.undone_search(ctx, JOB)
        if waiting is not None:
            tenancy.join_job(ctx, waiting)
            return waiting
        # Done between the two statements: what it did not see, a new one will.
    audit.record(ctx, "cooperation.search_requested", job_id)
    return job_id


def find_shared_needs(ctx: Context) -> Search:
    """The clusters nobody has judged are as today's needs have them: twice is the same.

    What people confirmed or declined stays; needs that nobody works with any more leave.
    """
    ctx.require(Permission.COOPERATION_STATE)
    ctx.report_progress(0, 1, READING)
    queries.take_turn(ctx)
    areas = queries.areas_in_play(ctx, need_rules.LIVE)
    total = sum(count for _area_id, _name, count in areas) + 1
    done, plans = 0, []
    for area_id, name, count in areas:
        plans.append(_compare(ctx, area_id, name, done=done, total=total))
        done += count
    ctx.report_progress(done, total, NOTING)
    coming = {part.need_id for plan in plans for star in plan.stars for part in star.parts}
    inside = {need for plan in plans for each in plan.known.values() for need in each.members}
    # All of them before the first cluster: the one order in which anybody locks the two.
    still = queries.hold_needs(ctx, coming - inside, need_rules.LIVE) | inside
    found = [_note(ctx, plan, still) for plan in plans]
    result = Search(
        needs=total - 1,
        suggested=sum(each.suggested for each in found),
        joined=sum(each.joined for each in found),
        left=sum(each.left for each in found),
        dissolved=sum(each.dissolved for each in found),
    )
    audit.record(ctx, "cooperation.searched", new=vars(result))
    ctx.report_progress(total, total, NOTING)
    return result


def _compare(ctx: Context, area_id: UUID, name: str, *, done: int, total: int) -> _Plan:
    rows = queries.needs_of_institutions(ctx, area_id, need_rules.LIVE)
    houses = {row.id: row.house for row in rows}
    known = _known(ctx, area_id, houses)
    open_ = {key for key, each in known.items() if each.state is ClusterState.SUGGESTED}
    wanted = [
        Asked(row.id, row.house, row.title, row.competence_id)
        for row in rows
        if row.cluster_id is None or row.cluster_id in open_
    ]
    ctx.report_progress(done, total, COMPARING)

    def tell(compared: int, of: int) -> None:
        # Needs that say the same are compared once, so the steps may be longer than one each.
        ctx.report_progress(done + len(rows) * compared // max(of, 1), total, COMPARING)

    stars = rules.find(
        wanted,
        [
            Held(
                key,
                each.centre,
                tuple(each.members),
                frozenset(each.ever - set(each.members)),
                frozenset(each.refused),
            )
            for key, each in known.items()
            if each.state is ClusterState.SUGGESTED
        ],
        [frozenset(each.ever) for each in known.values() if _was_unwanted(each)],
        weak=rules.read(name).keys,
        tell=tell,
    )
    return _Plan(area_id, stars, known)


def _known(ctx: Context, area_id: UUID, houses: dict[UUID, UUID]) -> dict[UUID, _Cluster]:
    known: dict[UUID, _Cluster] = {}
    for row in queries.members_of_area(ctx, area_id):
        each = known.setdefault(row.cluster_id, _Cluster(row.state, row.outcome))
        each.ever.add(row.need_id)
        if row.left_at is not None:
            continue
        if houses.get(row.need_id) == row.institution_id:
            each.members.append(row.need_id)
            each.centre = row.need_id if row.is_centre else each.centre
        else:
            each.gone.append(row.need_id)
    for cluster_id, house in queries.refusals(ctx, area_id):
        if cluster_id in known:
            known[cluster_id].refused.add(house)
    return known


def _was_unwanted(cluster: _Cluster) -> bool:
    return cluster.state is ClusterState.DECLINED or cluster.outcome is ClusterOutcome.NO


def _note(ctx: Context, plan: _Plan, still: Collection[UUID]) -> Search:
    """`still` are the needs that are as they were when they were compared."""
    known = plan.known
    stars = {star.id: star for star in plan.stars if star.id is not None}
    changing = [key for key, each in known.items() if each.gone or key in stars]
    held = queries.clusters_to_change(ctx, changing, rules.UNSETTLED)
    left = joined = dissolved = 0
    for key, cluster in held.items():
        if known[key].gone:
            left += len(known[key].gone)
            dissolved += let_go(ctx, cluster, known[key].gone)
        if cluster.state is ClusterState.SUGGESTED and key in stars:
            joined += _grow(ctx, cluster, stars[key], set(known[key].members), still)
    new = [
        star
        for star in plan.stars
        if star.id is None and {part.need_id for part in star.parts} <= set(still)
    ]  # one that changed meanwhile is left to the next search
    for star in new:
        _suggest(ctx, plan.area_id, star)
    return Search(suggested=len(new), joined=joined, left=left, dissolved=dissolved)


def let_go(ctx: Context, cluster: SharedNeedCluster, need_ids: Sequence[UUID]) -> bool:
    """These needs leave the cluster. Whether it is dissolved: what is left is one house's."""
    queries.leave(ctx, cluster.id, need_ids, ctx.now)
    audit.record(ctx, "cooperation.left", cluster.id, new={"needs": len(need_ids)})
    return settle(ctx, cluster, over=ClusterState.DISSOLVED)


def _grow(
    ctx: Context,
    cluster: SharedNeedCluster,
    star: Star,
    members: set[UUID],
    still: Collection[UUID],
) -> int:
    coming = [part for part in star.parts if part.need_id not in members and part.need_id in still]
    _join(ctx, cluster.id, star, only={part.need_id for part in coming})
    cluster.data_at, cluster.rule_version = ctx.now, rules.VERSION
    if list(star.words) != cluster.words and star.words:
        cluster.words, cluster.title = list(star.words), _title_of(star.words)
    if coming:
        audit.record(ctx, "cooperation.grew", cluster.id, new={"needs": len(coming)})
    return len(coming)


def _suggest(ctx: Context, area_id: UUID, star: Star) -> None:
    made = SharedNeedCluster(
        id=uuid7(),
        area_id=area_id,
        title=_title_of(star.words),
        words=list(star.words),
        state=ClusterState.SUGGESTED,
        proposed_at=ctx.now,
        data_at=ctx.now,
        rule_version=rules.VERSION,
    )
    ctx.session.add(made)
    ctx.session.flush()  # its needs point at this row
    _join(ctx, made.id, star, only={part.need_id for part in star.parts})
    audit.record(
        ctx,
        "cooperation.suggested",
        made.id,
        new={"title": made.title, "needs": len(star.parts)},
    )


def _join(ctx: Context, cluster_id: UUID, star: Star, *, only: set[UUID]) -> None:
    centre = star.parts[0].need_id
    queries.join(
        ctx,
        [
            {
                "id": uuid7(),
                "cluster_id": cluster_id,
                "need_id": part.need_id,
                "institution_id": part.house,
                "likeness": part.likeness,
                "is_centre": part.need_id == centre,
                "joined_at": ctx.now,
            }
            for part in star.parts
            if part.need_id in only
        ],
    )


def _title_of(words: Sequence[str]) -> str:
    """The words in common as a heading."""
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


def follow_merge(ctx: Context, need_id: UUID, into_id: UUID) -> None:
    """The need that took another in stands in its place in the cluster, unless it is in one."""
    row = queries.live_membership(ctx, need_id)
    if row is None:
        return
    cluster = queries.clusters_to_change(ctx, [row.cluster_id], rules.LIVE).get(row.cluster_id)
    if cluster is None:
        return
    _take_its_place(ctx, row, into_id)
    if cluster.state in rules.UNSETTLED:
        let_go(ctx, cluster, [need_id])
    else:
        queries.leave(ctx, cluster.id, [need_id], ctx.now)


def _take_its_place(ctx: Context, row: ClusterMember, into_id: UUID) -> None:
    house = queries.institutions_of_needs(ctx, [into_id]).get(into_id)
    if house is None or queries.membership(ctx, row.cluster_id, into_id) is not None:
        return
    taking = {
        "id": uuid7(),
        "cluster_id": row.cluster_id,
        "need_id": into_id,
        "institution_id": house,
        "likeness": row.likeness,
        "is_centre": row.is_centre,
        "joined_at": ctx.now,
    }
    queries.join(ctx, [taking])


needs.AFTER_MERGE.append(follow_merge)
