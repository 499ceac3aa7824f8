"""The meeting pack: asked for, made by a job, and kept as it was issued."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, NotFound
from tenant_app.forums import queries, rules
from tenant_app.forums.models import Meeting, MeetingPack, MeetingState
from tenant_app.forums.service.shared import clusters_below, hangs, meeting_to_manage, require_sight
from tenant_app.needs import service as needs
from tenant_app.tenancy import service as tenancy

COLLECTS = (
    N_("Collects needs"),
    N_("Collects shared needs"),
    N_("Counts needs by competence area"),
    N_("Reads the pools"),
    N_("Looks for overload"),
    N_("Follows up decisions"),
)
"""What those who wait are told, step by step."""
assert len(COLLECTS) == rules.STEPS


@dataclass(frozen=True)
class Making:
    """A pack that is on its way."""

    done: int
    total: int


def request_pack(ctx: Context, meeting_id: UUID) -> UUID | None:
    """A pack of the meeting is made in the background; the meeting is called once it is there.

    Raises Conflict while one is being made, once the meeting is held, and once the forum's unit is
    closed.
    """
    found = meeting_to_manage(ctx, meeting_id)
    rules.check_pack_is_due(
        found.state,
        is_waiting=queries.making(ctx, found.id) is not None,
        hangs=hangs(ctx, found.forum.unit_id),
    )
    version = queries.newest_pack(ctx, found.id) + 1
    audit.record(ctx, "meeting.pack_requested", found.id, new={"version": version})
    return ctx.enqueue(
        "jobs.forums.make_pack",
        unique=str(found.id),
        meeting_id=str(found.id),
        version=version,
    )


def make_pack(ctx: Context, meeting_id: UUID, version: int) -> MeetingPack | None:
    """That version of the pack is there, and the meeting called. Run by a job, as the system.

    None where it is there already, or the meeting was held or cancelled meanwhile.
    """
    meeting = queries.meeting(ctx, meeting_id, lock=True)
    if meeting is None or meeting.state not in rules.AHEAD:
        return None
    if version <= queries.newest_pack(ctx, meeting.id):
        return None
    made = MeetingPack(
        id=uuid7(),
        meeting_id=meeting.id,
        version=version,
        data_at=ctx.now,
        rules=_versions(ctx),
        content=_content(ctx, meeting),
    )
    ctx.session.add(made)
    if meeting.state is MeetingState.PLANNED:
        meeting.state, meeting.state_since = MeetingState.CALLED, ctx.now
    audit.record(ctx, "meeting.pack_issued", meeting.id, new={"version": version})
    return made


def pack(ctx: Context, pack_id: UUID) -> tuple[MeetingPack, Meeting]:
    """A pack as it was issued, and its meeting. Raises NotFound outside the actor's sight."""
    found = queries.pack(ctx, pack_id)
    if found is None:
        require_sight(ctx)
        raise NotFound()
    meeting = queries.meeting(ctx, found.meeting_id)
    if meeting is None:
        raise NotFound()
    return found, meeting


def version_of(ctx: Context, meeting_id: UUID, version: int) -> UUID:
    """The id of a version of a meeting's pack. Raises NotFound outside the actor's sight."""
    found = queries.pack_of(ctx, meeting_id, version)
    if found is None:
        require_sight(ctx)
        raise NotFound()
    return found


def making(ctx: Context, meeting_id: UUID) -> Making | None:
    """How far the pack is that is being made; None where none is."""
    found = queries.making(ctx, meeting_id)
    if found is None:
        return None
    _row, done, total = found
    return Making(done or 0, total or rules.STEPS)


def _versions(ctx: Context) -> dict[str, Any]:
    limits: Mapping[str, Any] = tenancy.settings(ctx).limits
    nothing = needs.Standing()
    needed = (
        int(limits.get("sources_at_least", nothing.sources_needed)),
        int(limits.get("roles_at_least", nothing.roles_needed)),
    )
    return rules.versions(
        limits, funding_rules=queries.pack_facts.funding_rules(ctx), needed=needed
    )


def _content(ctx: Context, meeting: Meeting) -> dict[str, Any]:
    """Everything in the pack, as plain values. The rows of the forum's subtree alone."""
    forum = meeting.forum
    below = queries.below(ctx, forum.unit_id)
    found: dict[str, Any] = {
        "forum": {"name": forum.name, "kind": forum.kind.value, "unit": forum.unit.name},
        "meeting": {
            "starts_at": meeting.starts_at.isoformat(),
            "ends_at": meeting.ends_at.isoformat(),
            "place": meeting.place,
        },
        "agenda": [item.title for item in queries.agenda(ctx, meeting.id)],
    }
    parts: tuple[tuple[str, Callable[[], dict[str, Any]]], ...] = (
        ("needs", lambda: _needs(ctx, below)),
        ("clusters", lambda: _clusters(ctx, forum.unit_id, below)),
        ("heat", lambda: _heat(ctx, below)),
        ("pools", lambda: _pools(ctx, below)),
        ("overload", lambda: _overload(ctx, below)),
        ("decisions", lambda: _decisions(ctx, forum.id)),
    )
    for at, (name, collect) in enumerate(parts):
        ctx.report_progress(at, rules.STEPS, COLLECTS[at])
        found[name] = collect()
    ctx.report_progress(rules.STEPS, rules.STEPS, "")
    return found


def _needs(ctx: Context, below: Any) -> dict[str, Any]:
    return rules.table(
        {
            "title": row.title,
            "unit": row.unit,
            "area": row.area,
            "urgency": row.urgency.value,
            "staff": row.staff,
            "state": row.state.value,
            "index": row.index,
            "reported_on": row.reported_on.isoformat(),
        }
        for row in queries.pack_facts.needs(ctx, below)
    )


def _clusters(ctx: Context, unit_id: UUID, below: Any) -> dict[str, Any]:
    """Houses outside the forum's subtree are counted and not named."""
    found = clusters_below(ctx, unit_id)
    houses = queries.pack_facts.houses(ctx, [line.id for line in found], below)
    return rules.table(
        {
            "title": line.title,
            "area": line.area,
            "words": list(line.words),
            "houses": [name for name in houses.get(line.id, ()) if name is not None],
            "elsewhere": sum(name is None for name in houses.get(line.id, ())),
            "needs": line.needs,
            "staff": line.staff,
            "rule_version": line.rule_version,
        }
        for line in found
    )


def _heat(ctx: Context, below: Any) -> dict[str, Any]:
    return rules.table(
        {
            "area": row.name,
            "needs": row.needs,
            "staff": int(row.staff),
            "pressing": row.pressing,
        }
        for row in queries.pack_facts.heat(ctx, below)
    )


def _pools(ctx: Context, below: Any) -> dict[str, Any]:
    year = ctx.today.year
    rows = []
    for pool, balance in queries.pack_facts.pools(ctx, below, year):
        budget = balance.allotted + balance.carried + balance.transferred
        spent = balance.actual + balance.committed
        rows.append(
            {
                "name": pool.name,
                "kind": pool.kind.value,
                "budget": budget,
                "spent": spent,
                "reserved": balance.reserved,
                "available": balance.available,
                "usage": rules.usage(spent=spent, budget=budget),
            }
        )
    return rules.table(rows) | {"year": year}


def _overload(ctx: Context, below: Any) -> dict[str, Any]:
    most = tenancy.settings(ctx).limits.get("running_initiatives")
    rows = [] if most is None else queries.pack_facts.crowded(ctx, below, int(most))
    found = rules.table({"unit": row.name, "running": row.running} for row in rows)
    return found | {"limit": most}


def _decisions(ctx: Context, forum_id: UUID) -> dict[str, Any]:
    return rules.table(
        {
            "text": row.text,
            "outcome": row.outcome.value,
            "owner": row.owner,
            "due_on": row.due_on.isoformat(),
            "decided_at": row.decided_at.isoformat(),
            "is_overdue": row.due_on < ctx.today,
        }
        for row in queries.pack_facts.left_over(ctx, forum_id)
    )
