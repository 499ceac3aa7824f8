"""Verbs of goals: create, change, adopt and retire."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.goals import queries, rules
from tenant_app.goals.models import Goal, GoalState, GoalVersion
from tenant_app.goals.service.reading import visible
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit
from tenant_app.tenancy import service as tenancy

CHANGEABLE = frozenset({"title", "description", "themes", "due_date", "parent_id", "is_local"})


def create(
    ctx: Context,
    *,
    unit_id: UUID,
    title: str,
    description: str = "",
    themes: Collection[str] = (),
    due_date: date | None = None,
    parent_id: UUID | None = None,
    is_local: bool = False,
) -> Goal:
    """A draft of a goal. It stands for others to serve when it is adopted."""
    unit = _unit(ctx, unit_id)
    require_manage(ctx, unit.id)
    rules.check_level(unit.kind)
    goal = Goal(unit_id=unit.id, state=GoalState.DRAFT, version=0, created_at=ctx.now)
    _write(
        goal,
        title=title,
        description=description,
        themes=themes,
        due_date=due_date,
        parent_id=parent_id,
        is_local=is_local,
    )
    _check_place(ctx, goal, unit)
    ctx.session.add(goal)
    ctx.session.flush()  # its id goes into the trail
    audit.record(ctx, "goal.created", goal.id, new=rules.told(goal))
    return goal


def change(ctx: Context, goal_id: UUID, **facts: Any) -> Goal:
    """What is being worked on says this. The words that were adopted stand until it is adopted
    again: those below the unit read nothing of the draft."""
    unknown = set(facts) - CHANGEABLE
    if unknown:
        raise Invalid(
            N_("A goal has no “%(name)s” to change."), name=", ".join(sorted(unknown))[:60]
        )
    goal = to_change(ctx, goal_id)
    rules.check_change(goal.state)
    old = rules.told(goal)
    moves = any(name in facts for name in ("parent_id", "is_local"))
    with ctx.session.no_autoflush:  # nothing is written before all of it is checked
        stands = rules.words_of(goal)
        rules.take_words(goal, rules.worked_on(goal))
        with_old = {name: getattr(goal, name) for name in CHANGEABLE}
        _write(goal, **{**with_old, **facts})
        if goal.state is GoalState.ADOPTED:  # its columns say what stands
            words = rules.words_of(goal)
            goal.draft = words if words != stands else None
            rules.take_words(goal, stands)
        if moves:
            _check_place(ctx, goal, _unit_of(ctx, goal))
    audit.record(ctx, "goal.changed", goal.id, old=old, new=rules.told(goal))
    return goal


def adopt(ctx: Context, goal_id: UUID, *, note: str = "") -> Goal:
    """The goal stands as it is written now, kept as a version. Raises Conflict above the limit."""
    goal = to_change(ctx, goal_id)
    note = rules.check_text(note, field="note")
    facts = rules.facts_of(goal, queries.indicators(ctx, goal.id))
    latest = queries.latest_version(ctx, goal.id)
    if goal.state is GoalState.ADOPTED and latest and not rules.differs(facts, latest.facts):
        raise Conflict(N_("The goal stands as it is written. There is nothing new to adopt."))
    unit = _unit_of(ctx, goal)
    _check_place(ctx, goal, unit)
    queries.lock_unit(ctx, unit)
    if goal.state is not GoalState.ADOPTED:  # one that stands takes no more room than it has
        active = queries.active(ctx, goal.unit_id, but=goal.id)
        rules.check_room(unit=unit.name, active=active, most=active_most(ctx))
    old = goal.state
    rules.take_words(goal, rules.worked_on(goal))
    goal.draft = None
    goal.version += 1
    goal.state = GoalState.ADOPTED
    ctx.session.add(
        GoalVersion(
            goal_id=goal.id,
            version=goal.version,
            facts=facts,
            adopted_at=ctx.now,
            adopted_by=ctx.actor.user_id,
            note=note,
        )
    )
    audit.record(
        ctx,
        "goal.adopted",
        goal.id,
        old={"state": old.value},
        new={"title": goal.title, "state": goal.state.value, "version": goal.version},
        note=note,
    )
    return goal


def retire(ctx: Context, goal_id: UUID, *, note: str) -> Goal:
    """The goal is reached or given up; why is kept. Those that serve it stay, and are told of."""
    goal = to_change(ctx, goal_id)
    rules.check_retire(goal.state)
    note = rules.check_note(note)
    old = goal.state
    goal.state = GoalState.RETIRED
    audit.record(
        ctx,
        "goal.retired",
        goal.id,
        old={"state": old.value},
        new={"title": goal.title, "state": goal.state.value},
        note=note,
    )
    return goal


def active_most(ctx: Context) -> int:
    """How many goals a unit may have adopted at a time."""
    return int(tenancy.settings(ctx).limits.get("active_goals", rules.ACTIVE_GOALS))


def to_change(ctx: Context, goal_id: UUID) -> Goal:
    """The goal, locked, for whoever keeps the goals of its unit. Raises NotFound, Forbidden."""
    ctx.require(Permission.GOALS_VIEW)
    goal = queries.goal_to_change(ctx, goal_id, visible(ctx))
    if goal is None:
        raise NotFound()
    require_manage(ctx, goal.unit_id)
    return goal


def require_manage(ctx: Context, unit_id: UUID) -> None:
    """Go on for those who keep the goals of the unit; of a closed one, at the top."""
    path = organisation.path_at(ctx, unit_id)
    ctx.require(Permission.GOALS_MANAGE, at=path)


def _unit(ctx: Context, unit_id: UUID) -> Unit:
    """A unit that the actor sees and that is there today."""
    try:
        unit = organisation.unit(ctx, unit_id)
        organisation.path_of(ctx, unit.id)
    except NotFound:
        raise NotFound(
            N_("There is no such unit. Choose from the list."), field="unit_id"
        ) from None
    return unit


def _unit_of(ctx: Context, goal: Goal) -> Unit:
    return ctx.session.get_one(Unit, goal.unit_id)


def _write(goal: Goal, **facts: Any) -> None:
    title = rules.clean_line(facts["title"], field="title")
    description = rules.check_text(facts["description"], field="description")
    themes = rules.check_themes(facts["themes"])
    due_date = facts["due_date"]
    if due_date is not None:
        rules.check_day(due_date, field="due_date")
    goal.title, goal.description, goal.themes, goal.due_date = title, description, themes, due_date
    goal.parent_id, goal.is_local = facts["parent_id"], bool(facts["is_local"])


def _check_place(ctx: Context, goal: Goal, unit: Unit) -> None:
    rules.check_place(unit.kind, parent_id=goal.parent_id, is_local=goal.is_local)
    if goal.parent_id is None:
        return
    queries.lock_tree(ctx)
    parent = queries.goal(ctx, goal.parent_id, visible(ctx))
    if parent is None:
        raise NotFound(N_("There is no such goal. Choose one."), field="parent_id")
    rules.check_parent(
        path=_path(ctx, unit.id) or "",
        parent_path=_path(ctx, parent.unit_id),
        parent_state=parent.state,
        lineage=queries.lineage(ctx, parent.id),
        me=goal.id,
        height=queries.height(ctx, goal.id) if goal.id is not None else 0,
    )


def _path(ctx: Context, unit_id: UUID) -> str | None:
    try:
        return organisation.path_of(ctx, unit_id)
    except NotFound:
        return None
