"""What a meeting decides, and what starts or waits by it: in one transaction or not at all."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import ClusterOutcome
from tenant_app.core.access import Permission
from tenant_app.core.clock import danish_date
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Forbidden, Invalid, NotFound
from tenant_app.forums import queries, rules
from tenant_app.forums.models import AgendaItem, Decision, Meeting, Outcome
from tenant_app.forums.rules import Candidate, Subject
from tenant_app.forums.service.shared import may_manage, meeting_to_manage, require_sight
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import InitiativeState
from tenant_app.needs import service as needs
from tenant_app.needs.models import NeedState
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind

_ONWARDS = (InitiativeState.QUALIFIED, InitiativeState.PRIORITISED)
"""The way of an initiative that a forum starts; planning it is for those who own it."""
_NOT_YOURS = N_(
    "Another forum has decided on this, and you do not keep that forum. Ask those who do."
)
_BEFORE = (InitiativeState.IDEA, InitiativeState.QUALIFIED)


def decide(
    ctx: Context,
    meeting_id: UUID,
    *,
    text: str,
    outcome: Outcome,
    owner_id: UUID,
    due_on: date,
    item_id: UUID | None = None,
    replaces_id: UUID | None = None,
    started_id: UUID | None = None,
    new_title: str = "",
    people: int | None = None,
) -> Decision:
    """The meeting has decided, and what it decided on follows: a need comes before others, waits
    or is turned down; a shared need is decided; an initiative is made, goes on or stops.

    One decision stands on a candidate: who decides anew names the old one. Raises NotFound and
    Invalid naming the field, Forbidden where the actor does not lead what would follow, and
    Conflict.
    """
    meeting = meeting_to_manage(ctx, meeting_id)
    rules.check_open(meeting.state)
    rules.check_begun(meeting.starts_at, now=ctx.now)
    said = rules.check_decision(text)
    rules.check_links(outcome, title=new_title.strip(), started_id=started_id)
    rules.check_due(due_on, meets_on=danish_date(meeting.starts_at))
    item = _item(ctx, meeting, item_id)
    old = _old(ctx, replaces_id)
    _check_owner(ctx, meeting, owner_id)
    _check_started(ctx, meeting, started_id)
    candidate, replaced = _candidate(ctx, item, old)
    for each in replaced:
        each.replaced_at = ctx.now
    ctx.session.flush()  # only one may stand on the candidate
    started = _follow(
        ctx,
        meeting,
        candidate,
        outcome,
        said=said,
        started_id=started_id,
        new_title=new_title.strip(),
        people=people,
    )
    if candidate is not None and not queries.is_decided(ctx, candidate):
        candidate = None  # only for some houses: it does not stand in the way of the others' forum
    made = Decision(
        id=uuid7(),
        meeting_id=meeting.id,
        item_id=item.id if item is not None else None,
        text=said,
        outcome=outcome,
        owner_id=owner_id,
        due_on=due_on,
        started_id=started,
        replaces_id=old.id if old is not None else None,
        decided_at=ctx.now,
        decided_by=ctx.actor.user_id,
        done_note="",
        **(candidate.columns() if candidate is not None else {}),
    )
    ctx.session.add(made)
    ctx.session.flush()  # whoever asks for it by its id must find it
    audit.record(
        ctx,
        "forum.decided",
        made.id,
        new={"outcome": outcome.value, "due_on": due_on, "forum": meeting.forum.name},
        note=said[:500],
    )
    return made


def finish(ctx: Context, decision_id: UUID, *, note: str = "") -> Decision:
    """The decision is carried out. By its owner, or those who keep the forum."""
    found = queries.decision(ctx, decision_id, lock=True)
    if found is None:
        require_sight(ctx)
        raise NotFound()
    if not may_finish(ctx, found):
        raise Forbidden()
    rules.check_open_decision(is_replaced=found.replaced_at is not None, done_on=found.done_on)
    found.done_note = rules.check_text(note, field="note")
    found.done_on, found.done_by = ctx.today, ctx.actor.user_id
    audit.record(ctx, "forum.decision_done", found.id, new={"done_on": ctx.today})
    return found


def may_finish(ctx: Context, decision: Decision) -> bool:
    """Whether it is the actor's to say that a decision is carried out."""
    if decision.owner_id == ctx.actor.user_id and ctx.actor.user_id is not None:
        return ctx.actor.may(Permission.FORUMS_TAKE_PART)
    if not ctx.actor.may(Permission.FORUMS_MANAGE):
        return False
    path = organisation.path_at(ctx, decision.meeting.forum.unit_id)
    return ctx.actor.may(Permission.FORUMS_MANAGE, at=path)


def _item(ctx: Context, meeting: Meeting, item_id: UUID | None) -> AgendaItem | None:
    if item_id is None:
        return None
    found = queries.item(ctx, item_id, meeting.id)
    if found is None:
        raise NotFound(N_("There is no such item. Choose from the list."), field="item_id")
    return found


def _old(ctx: Context, replaces_id: UUID | None) -> Decision | None:
    """The decision to replace, locked, for those who keep its forum too."""
    if replaces_id is None:
        return None
    found = queries.decision(ctx, replaces_id, lock=True)
    if found is None:
        raise NotFound(N_("There is no such decision. Choose from the list."), field="replaces_id")
    ctx.require(Permission.FORUMS_MANAGE, at=organisation.path_at(ctx, found.meeting.forum.unit_id))
    return found


def _check_owner(ctx: Context, meeting: Meeting, owner_id: UUID) -> None:
    """Somebody of the forum, or who could be."""
    if not queries.seated(ctx, organisation.path_at(ctx, meeting.forum.unit_id), [owner_id]):
        raise NotFound(N_("Choose who sees to it from the list."), field="owner_id")


def _check_started(ctx: Context, meeting: Meeting, started_id: UUID | None) -> None:
    """It is there, and stays as it is until the end: before any need, as the room of initiatives
    locks them."""
    if started_id is None:
        return
    queries.hold(ctx, Candidate(Subject.INITIATIVE, started_id))
    found = queries.initiative_of(ctx, started_id, meeting.forum.unit_id)
    if found is None:
        raise NotFound(N_("There is no such initiative. Choose from the list."), field="started_id")
    rules.check_not_over(found.state, field="started_id")


def _candidate(
    ctx: Context, item: AgendaItem | None, old: Decision | None
) -> tuple[Candidate | None, list[Decision]]:
    """What is decided on, held to the end, and the decisions that are replaced.

    Raises Conflict where another decision stands on it, or on the item.
    """
    candidate = _now(ctx, rules.subject_of(item)) if item is not None else None
    before = _now(ctx, rules.subject_of(old)) if old is not None else None
    if candidate is None:
        candidate = before
    standing: list[Decision] = []
    if candidate is not None:
        _hold(ctx, candidate)
        standing += queries.standing_on(ctx, candidate)
    if item is not None:
        # Perhaps made on the item when it was about nothing, or in place of one on another.
        of_item = queries.standing_of_item(ctx, item.id)
        if of_item is not None and of_item not in standing:
            _check_named(ctx, of_item, old)
    if standing and old not in standing:
        _check_named(ctx, standing[0], old)
    if old is None:
        return candidate, []
    on_same = item is not None and old.item_id == item.id
    rules.check_replaceable(
        is_replaced=old.replaced_at is not None, fits=on_same or before == candidate
    )
    others = [each for each in standing if each is not old]
    if not all(may_manage(ctx, each.meeting.forum) for each in others):
        raise Forbidden(_NOT_YOURS, field="item_id")
    return candidate, [old, *others]


def _now(ctx: Context, candidate: Candidate | None) -> Candidate | None:
    """The candidate, or what the need was merged into."""
    if candidate is None or candidate.kind is not Subject.NEED:
        return candidate
    return Candidate(Subject.NEED, queries.survivor(ctx, candidate.id))


def _hold(ctx: Context, candidate: Candidate) -> None:
    if candidate.kind is Subject.CLUSTER:
        cooperation.lock_for_decision(ctx, candidate.id)  # its needs before itself
    else:
        queries.hold(ctx, candidate)


def _check_named(ctx: Context, standing: Decision, old: Decision | None) -> None:
    """Raises Forbidden where others decided, and Conflict where it is not the one to replace."""
    if old is not None and old.id == standing.id:
        return
    if not queries.meetings_seen(ctx, [standing.meeting_id]):
        raise Forbidden(_NOT_YOURS, field="item_id")
    rules.check_replaces(_told(standing), is_named=False)


def _told(decision: Decision) -> dict[str, str]:
    return {
        "day": danish_date(decision.decided_at).strftime("%d-%m-%Y"),
        "forum": decision.meeting.forum.name,
        "text": decision.text[:100],
    }


def _follow(
    ctx: Context,
    meeting: Meeting,
    candidate: Candidate | None,
    outcome: Outcome,
    *,
    said: str,
    started_id: UUID | None,
    new_title: str,
    people: int | None,
) -> UUID | None:
    """What comes of it at once. Returns the initiative that was made or goes on."""
    if candidate is None:
        if new_title:
            return _make(ctx, meeting, new_title, people=people)
        return started_id
    if candidate.kind is Subject.NEED:
        return _need(
            ctx,
            meeting,
            candidate.id,
            outcome,
            said=said,
            started_id=started_id,
            new_title=new_title,
            people=people,
        )
    if candidate.kind is Subject.CLUSTER:
        return _cluster(
            ctx,
            meeting,
            candidate.id,
            outcome,
            started_id=started_id,
            new_title=new_title,
            people=people,
        )
    return _initiative(
        ctx, candidate.id, outcome, said=said, started_id=started_id, new_title=new_title
    )


def _need(
    ctx: Context,
    meeting: Meeting,
    need_id: UUID,
    outcome: Outcome,
    *,
    said: str,
    started_id: UUID | None,
    new_title: str,
    people: int | None,
) -> UUID | None:
    need = needs.get(ctx, need_id)
    if outcome is Outcome.NO:
        needs.reject(ctx, need_id, reason=said)
        return None
    if outcome is Outcome.LATER:
        if need.state is not NeedState.PARKED:
            needs.park(ctx, need_id, reason=said)
        return None
    if need.state is NeedState.PARKED:
        needs.analyse(ctx, need_id)
        needs.qualify(ctx, need_id)
    if need.state is not NeedState.PRIORITISED:
        needs.prioritise(ctx, need_id)
    if new_title:
        house = organisation.ancestor(ctx, need.unit_id, UnitKind.INSTITUTION)
        return _make(
            ctx,
            meeting,
            new_title,
            people=people or need.staff,
            need_ids=[need_id],
            area_id=need.area_id,
            unit_ids=[house.id] if house is not None else [],
        )
    if started_id is not None:
        tied = set(initiatives.tied(ctx, started_id)["need_ids"])
        if need_id not in tied:
            initiatives.change(ctx, started_id, need_ids=[*sorted(tied), need_id])
    return started_id


def _cluster(
    ctx: Context,
    meeting: Meeting,
    cluster_id: UUID,
    outcome: Outcome,
    *,
    started_id: UUID | None,
    new_title: str,
    people: int | None,
) -> UUID | None:
    path = organisation.path_at(ctx, meeting.forum.unit_id)
    cooperation.decide(ctx, cluster_id, ClusterOutcome(outcome.value), under=path)
    if new_title:
        return cooperation.accept(ctx, cluster_id, title=new_title, people=people).id
    if started_id is not None:
        return cooperation.start_with(ctx, cluster_id, started_id).id
    return None


def _initiative(
    ctx: Context,
    initiative_id: UUID,
    outcome: Outcome,
    *,
    said: str,
    started_id: UUID | None,
    new_title: str,
) -> UUID | None:
    if new_title or started_id not in (None, initiative_id):
        raise Invalid(
            N_("The item is an initiative already, and that is what starts. Leave this empty."),
            field="new_title" if new_title else "started_id",
        )
    found = initiatives.get(ctx, initiative_id)
    rules.check_not_over(found.state, field="item_id")
    if outcome is Outcome.NO:
        initiatives.move(ctx, initiative_id, InitiativeState.STOPPED, reason=said)
        return None
    if outcome is Outcome.LATER:
        return None
    for state in _ONWARDS[_BEFORE.index(found.state) :] if found.state in _BEFORE else ():
        initiatives.move(ctx, initiative_id, state)
    return initiative_id


def _make(
    ctx: Context,
    meeting: Meeting,
    title: str,
    *,
    people: int | None,
    need_ids: list[UUID] | None = None,
    area_id: UUID | None = None,
    unit_ids: list[UUID] | None = None,
) -> UUID:
    """An idea of the forum's own unit, for those who lead there to plan."""
    if people is None:
        raise Invalid(N_("Write how many people the initiative is for."), field="people")
    return initiatives.create(
        ctx,
        unit_id=meeting.forum.unit_id,
        title=title,
        people=people,
        need_ids=need_ids or [],
        area_id=area_id,
        unit_ids=unit_ids or [],
    ).id
