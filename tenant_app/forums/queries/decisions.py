"""SELECTs of candidates and decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import joinedload

from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import SharedNeedCluster
from tenant_app.core.context import Context
from tenant_app.forums.models import AgendaItem, Decision, Meeting
from tenant_app.forums.queries.meetings import WITH_FORUM
from tenant_app.forums.queries.packs import URGENT_FIRST
from tenant_app.forums.queries.scope import below, decisions_in_sight, of_visible
from tenant_app.forums.rules import OPEN, Candidate, Standing, Subject
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative, InitiativeState, InitiativeUnit
from tenant_app.initiatives.rules import OVER
from tenant_app.needs import service as needs
from tenant_app.needs.models import Need, NeedState
from tenant_app.organisation.models import Unit

READY = (NeedState.QUALIFIED, NeedState.PRIORITISED)
"""Needs that can be put on an agenda; one that was parked is decided anew from its page."""
UNDECIDED = (InitiativeState.IDEA, InitiativeState.QUALIFIED, InitiativeState.PRIORITISED)
MOST_CHOICES = 200
WITH_MEETING = (joinedload(Decision.owner), joinedload(Decision.meeting).options(WITH_FORUM))
COLUMNS = {
    Subject.NEED: Decision.need_id,
    Subject.CLUSTER: Decision.cluster_id,
    Subject.INITIATIVE: Decision.initiative_id,
}
ROWS: dict[Subject, Any] = {
    Subject.NEED: Need,
    Subject.CLUSTER: SharedNeedCluster,
    Subject.INITIATIVE: Initiative,
}


def needs_to_choose(
    ctx: Context, unit_id: UUID, words: str = ""
) -> Sequence[tuple[UUID, str, str]]:
    """(id, title, unit) of the needs ready to be prioritised below a unit, which the actor sees,
    the most urgent first."""
    rows = ctx.session.execute(
        select(Need.id, Need.title, Unit.name)
        .join(Unit, Unit.id == Need.unit_id)
        .where(
            Need.state.in_(READY),
            Need.unit_id.in_(below(ctx, unit_id)),
            needs.visible(ctx),
            _about(Need.title, words),
        )
        .order_by(*URGENT_FIRST)
        .limit(MOST_CHOICES)
    )
    return [(key, title, unit) for key, title, unit in rows]


def initiatives_to_choose(
    ctx: Context, unit_id: UUID, words: str = ""
) -> Sequence[tuple[UUID, str, str]]:
    """The same of initiatives that wait to be prioritised."""
    rows = ctx.session.execute(
        select(Initiative.id, Initiative.title, Unit.name)
        .join(Unit, Unit.id == Initiative.unit_id)
        .where(
            Initiative.state.in_(UNDECIDED),
            _initiatives_of(ctx, unit_id),
            initiatives.visible(ctx),
            _about(Initiative.title, words),
        )
        .order_by(Initiative.created_at.desc(), Initiative.id.desc())
        .limit(MOST_CHOICES)
    )
    return [(key, title, unit) for key, title, unit in rows]


def initiatives_to_start(ctx: Context, unit_id: UUID) -> Sequence[tuple[UUID, str, str]]:
    """(id, title, unit) of the initiatives that are not over, which a decision can let go on."""
    rows = ctx.session.execute(
        select(Initiative.id, Initiative.title, Unit.name)
        .join(Unit, Unit.id == Initiative.unit_id)
        .where(
            Initiative.state.not_in(OVER), _initiatives_of(ctx, unit_id), initiatives.visible(ctx)
        )
        .order_by(Initiative.title, Initiative.id)
        .limit(MOST_CHOICES)
    )
    return [(key, title, unit) for key, title, unit in rows]


def _about(title: Any, words: str) -> ColumnElement[bool]:
    """Its title, or the unit's name, has the words in it."""
    found = words.strip()[:100]
    if not found:
        return true()
    return or_(title.icontains(found, autoescape=True), Unit.name.icontains(found, autoescape=True))


def _initiatives_of(ctx: Context, unit_id: UUID) -> ColumnElement[bool]:
    """Whose it is, or who takes part, lies at or below the unit."""
    units = below(ctx, unit_id)
    return or_(
        Initiative.unit_id.in_(units),
        Initiative.id.in_(
            select(InitiativeUnit.initiative_id).where(InitiativeUnit.unit_id.in_(units))
        ),
    )


def need_of(ctx: Context, need_id: UUID, unit_id: UUID) -> str | None:
    """The title of a need below the unit that can be put on an agenda."""
    return ctx.session.scalar(
        select(Need.title).where(
            Need.id == need_id,
            Need.state.in_((*READY, NeedState.PARKED)),
            Need.unit_id.in_(below(ctx, unit_id)),
            needs.visible(ctx),
        )
    )


def initiative_of(ctx: Context, initiative_id: UUID, unit_id: UUID) -> Initiative | None:
    """An initiative of the unit, below it or with somebody from there, that the actor sees."""
    return ctx.session.scalar(
        select(Initiative).where(
            Initiative.id == initiative_id,
            _initiatives_of(ctx, unit_id),
            initiatives.visible(ctx),
        )
    )


def survivor(ctx: Context, need_id: UUID) -> UUID:
    """The need itself, or the one it was merged into."""
    into = ctx.session.scalar(select(Need.merged_into_id).where(Need.id == need_id))
    return into if into is not None else need_id


def hold(ctx: Context, candidate: Candidate) -> None:
    """The candidate stays as it is until the end: of two that decide on it at once, the second
    sees what the first decided."""
    model = ROWS[candidate.kind]
    ctx.session.execute(select(model.id).where(model.id == candidate.id).with_for_update(of=model))


def item(ctx: Context, item_id: UUID, meeting_id: UUID) -> AgendaItem | None:
    """An item that stands on the agenda of the meeting."""
    return ctx.session.scalar(
        select(AgendaItem).where(
            AgendaItem.id == item_id,
            AgendaItem.meeting_id == meeting_id,
            AgendaItem.removed_at.is_(None),
        )
    )


def meeting_of_item(ctx: Context, item_id: UUID) -> UUID | None:
    """The meeting, in sight, on whose agenda an item stands."""
    return ctx.session.scalar(
        select(AgendaItem.meeting_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.id == item_id, AgendaItem.removed_at.is_(None), of_visible(ctx))
    )


def standing_on(ctx: Context, candidate: Candidate) -> Sequence[Decision]:
    """What stands on a candidate, in sight or not, with its forum, the latest first: one, and of a
    need also what stands on those that were merged into it."""
    return ctx.session.scalars(
        select(Decision)
        .where(_on(candidate.kind, [candidate.id]), Decision.replaced_at.is_(None))
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .options(*WITH_MEETING)
        .execution_options(populate_existing=True)
    ).all()


def _on(kind: Subject, ids: Collection[UUID]) -> ColumnElement[bool]:
    """Decisions on these; those on a need that was merged are the other need's from then on."""
    found: ColumnElement[bool] = COLUMNS[kind].in_(ids)
    if kind is Subject.NEED:
        merged = select(Need.id).where(Need.merged_into_id.in_(ids))
        found = or_(found, Decision.need_id.in_(merged))
    return found


def is_decided(ctx: Context, candidate: Candidate) -> bool:
    """Whether what was decided holds for all of it: a shared need that a forum gave up for its own
    houses goes on for the others."""
    if candidate.kind is not Subject.CLUSTER:
        return True
    found = select(SharedNeedCluster.outcome).where(SharedNeedCluster.id == candidate.id)
    return ctx.session.scalar(found) is not None


def items_on_need(ctx: Context, need_id: UUID) -> Sequence[AgendaItem]:
    """The items on a need in meetings where something can still be written."""
    return ctx.session.scalars(
        select(AgendaItem)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            AgendaItem.need_id == need_id,
            AgendaItem.removed_at.is_(None),
            Meeting.state.in_(OPEN),
        )
        .order_by(AgendaItem.id)
    ).all()


def is_on_an_agenda(ctx: Context, cluster_id: UUID, *, but: Collection[UUID]) -> bool:
    """Whether the shared need stands on the agenda of a meeting that is not over, besides the
    items named; in sight or not."""
    found = (
        select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            AgendaItem.cluster_id == cluster_id,
            AgendaItem.removed_at.is_(None),
            AgendaItem.id.not_in(but),
            Meeting.state.in_(OPEN),
        )
        .limit(1)
    )
    return ctx.session.scalar(found) is not None


def standing_of_item(ctx: Context, item_id: UUID) -> Decision | None:
    """The decision that stands on an item of an agenda."""
    return ctx.session.scalar(
        select(Decision)
        .where(Decision.item_id == item_id, Decision.replaced_at.is_(None))
        .options(*WITH_MEETING)
    )


def decision(ctx: Context, decision_id: UUID, *, lock: bool = False) -> Decision | None:
    found = (
        select(Decision)
        .where(Decision.id == decision_id, decisions_in_sight(ctx))
        .options(*WITH_MEETING)
    )
    if lock:
        found = found.with_for_update(of=Decision).execution_options(populate_existing=True)
    return ctx.session.scalar(found)


def decisions(conditions: Iterable[ColumnElement[bool]]) -> Select[Decision]:
    """The latest first, with owner, meeting and forum."""
    return (
        select(Decision)
        .where(*conditions)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .options(*WITH_MEETING)
    )


def in_standing(ctx: Context, wanted: Standing) -> ColumnElement[bool]:
    """Decisions that stand so, as `rules.standing` has it."""
    left = Decision.replaced_at.is_(None) & Decision.done_on.is_(None)
    found: dict[Standing, ColumnElement[bool]] = {
        Standing.OPEN: left & (Decision.due_on >= ctx.today),
        Standing.OVERDUE: left & (Decision.due_on < ctx.today),
        Standing.DONE: Decision.replaced_at.is_(None) & Decision.done_on.is_not(None),
        Standing.REPLACED: Decision.replaced_at.is_not(None),
    }
    return found[wanted]


def of_meeting(ctx: Context, meeting_id: UUID) -> Sequence[tuple[Decision, str | None]]:
    """(decision, title of what it started where the actor sees it), in the order they were made."""
    rows = ctx.session.execute(
        select(Decision, Initiative.title)
        .outerjoin(Initiative, and_(Initiative.id == Decision.started_id, initiatives.visible(ctx)))
        .where(Decision.meeting_id == meeting_id)
        .order_by(Decision.decided_at, Decision.id)
        .options(joinedload(Decision.owner))
    )
    return [(decision, title) for decision, title in rows]


def agenda_seen(ctx: Context, meeting_id: UUID) -> Sequence[tuple[AgendaItem, bool]]:
    """(item, whether the actor may open what it is about), in order."""
    is_seen = or_(
        and_(Need.id.is_not(None), needs.visible(ctx)),
        and_(Initiative.id.is_not(None), initiatives.visible(ctx)),
        and_(SharedNeedCluster.id.is_not(None), cooperation.visible(ctx)),
    )
    rows = ctx.session.execute(
        select(AgendaItem, is_seen)
        .outerjoin(Need, Need.id == AgendaItem.need_id)
        .outerjoin(Initiative, Initiative.id == AgendaItem.initiative_id)
        .outerjoin(SharedNeedCluster, SharedNeedCluster.id == AgendaItem.cluster_id)
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.position, AgendaItem.id)
    )
    return [(item, seen) for item, seen in rows]


def to_replace(ctx: Context, forum_id: UUID) -> Sequence[Decision]:
    """The decisions of a forum that stand, the latest first."""
    return ctx.session.scalars(
        select(Decision)
        .join(Meeting, Meeting.id == Decision.meeting_id)
        .where(Meeting.forum_id == forum_id, Decision.replaced_at.is_(None))
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .limit(MOST_CHOICES)
    ).all()


def about(ctx: Context, candidates: Collection[Candidate]) -> Sequence[Decision]:
    """The decisions on these, or that made or let go on these initiatives, in the order of time.

    For those who see the candidates: whether they see the meeting too is another matter.
    """
    if not candidates:
        return []
    ids: dict[Subject, list[UUID]] = {}
    for each in candidates:
        ids.setdefault(each.kind, []).append(each.id)
    wanted = [_on(kind, found) for kind, found in ids.items()]
    if Subject.CLUSTER in ids:  # those for some of its houses too, which name the item alone
        items = select(AgendaItem.id).where(AgendaItem.cluster_id.in_(ids[Subject.CLUSTER]))
        wanted.append(Decision.item_id.in_(items))
    if Subject.INITIATIVE in ids:
        wanted.append(Decision.started_id.in_(ids[Subject.INITIATIVE]))
    return ctx.session.scalars(
        select(Decision)
        .where(or_(*wanted))
        .order_by(Decision.decided_at, Decision.id)
        .options(*WITH_MEETING)
    ).all()


def meetings_seen(ctx: Context, meeting_ids: Collection[UUID]) -> set[UUID]:
    """Those of the meetings that the actor may see."""
    return set(
        ctx.session.scalars(select(Meeting.id).where(Meeting.id.in_(meeting_ids), of_visible(ctx)))
    )


def names_of(ctx: Context, ids: Collection[UUID]) -> dict[UUID, str]:
    """Initiative → its title, of those the actor sees."""
    if not ids:
        return {}
    found = ctx.session.execute(
        select(Initiative.id, Initiative.title).where(
            Initiative.id.in_(ids), initiatives.visible(ctx)
        )
    )
    return {row.id: row.title for row in found}
