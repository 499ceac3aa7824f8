"""Making an initiative, and changing what it says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import TenantOwned
from tenant_app.core.errors import N_, NotFound
from tenant_app.core.money import Money
from tenant_app.goals import service as goals
from tenant_app.initiatives import queries, rules
from tenant_app.initiatives.models import (
    Initiative,
    InitiativeCourse,
    InitiativeNeed,
    InitiativeState,
    InitiativeUnit,
)
from tenant_app.initiatives.rules import Facts
from tenant_app.initiatives.service.shared import find_to_manage, make_room
from tenant_app.needs import service as needs
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitKind

NOTHING = Money(0)
TIED: dict[str, tuple[type[InitiativeNeed] | type[InitiativeUnit] | type[InitiativeCourse], str]]
TIED = {
    "need_ids": (InitiativeNeed, "need_id"),
    "unit_ids": (InitiativeUnit, "unit_id"),
    "course_ids": (InitiativeCourse, "course_id"),
}


def create(
    ctx: Context,
    *,
    unit_id: UUID,
    title: str,
    people: int,
    description: str = "",
    target_group: str = "",
    need_ids: Sequence[UUID] = (),
    goal_id: UUID | None = None,
    area_id: UUID | None = None,
    unit_ids: Sequence[UUID] = (),
    course_ids: Sequence[UUID] = (),
    form: CourseForm | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    estimate: Money = NOTHING,
) -> Initiative:
    """A new idea. The institution that owns one takes part in it.

    Raises NotFound of what cannot be chosen, and Invalid naming the field.
    """
    ctx.require(Permission.INITIATIVES_MANAGE)
    owner = _owner(ctx, unit_id)
    rules.check_owner(owner.kind)
    facts = rules.check_facts(
        Facts(
            title=title,
            people=people,
            description=description,
            target_group=target_group,
            goal_id=goal_id,
            area_id=area_id,
            form=form,
            starts_on=starts_on,
            ends_on=ends_on,
            estimate=estimate,
        )
    )
    rules.check_days(starts_on, ends_on)
    _check_chosen(ctx, facts, unit_id=owner.id)
    tied = {
        "need_ids": _needs(ctx, need_ids),
        "unit_ids": _units(ctx, _with_owner(owner, unit_ids)),
        "course_ids": _courses(ctx, course_ids),
    }
    made = Initiative(
        unit_id=owner.id,
        state=InitiativeState.IDEA,
        state_since=ctx.now,
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
        **facts,
    )
    ctx.session.add(made)
    ctx.session.flush()  # what it is tied to points at this row
    for name, ids in tied.items():
        _tie(ctx, name, made.id, ids)
    counted = {name: len(ids) for name, ids in tied.items()}
    audit.record(ctx, "initiative.created", made.id, new={**_told(facts), **_counts(counted)})
    return made


def change(
    ctx: Context, initiative_id: UUID, *, override_reason: str = "", **changes: Any
) -> Initiative:
    """The initiative says this (`Facts`) and is tied to these (`Links`); what is left out stays.

    An institution that joins while it is under way needs room for it. Raises NotFound, Forbidden,
    Invalid, Conflict once it is over, and LimitReached.
    """
    found = find_to_manage(ctx, initiative_id)
    rules.check_open_to_change(found.state)
    links = {name: changes.pop(name) for name in TIED if name in changes}
    facts = rules.check_facts(Facts(**changes))  # type: ignore[typeddict-item]  # names the doors know
    rules.check_days(facts.get("starts_on", found.starts_on), facts.get("ends_on", found.ends_on))
    old, new = rules.changed({name: getattr(found, name) for name in facts}, facts)
    _check_chosen(ctx, Facts(**new), unit_id=found.unit_id)  # type: ignore[typeddict-item]  # checked above
    before, after = {}, {}
    for name, ids in links.items():
        was, now = _retie(ctx, found, name, ids, override_reason=override_reason)
        if was != now:
            before[name], after[name] = len(was), len(now)
    for name, value in new.items():
        setattr(found, name, value)
    if found.state is not InitiativeState.IDEA:
        rules.check_purpose(queries.need_ids(ctx, found.id), found.goal_id)
    if found.state in (*rules.OPEN, InitiativeState.FOLLOW_UP):
        rules.check_ready(
            InitiativeState.PLANNED,
            has_days=found.starts_on is not None,
            units=len(queries.unit_ids(ctx, found.id)),
        )
    if new or after:
        ctx.session.flush()  # a check of the table must speak before the trail is written
        ctx.session.expire(found, ["goal", "area"])  # read for the old ones
        audit.record(
            ctx,
            "initiative.changed",
            found.id,
            old={**_told(old), **_counts(before)},
            new={**_told(new), **_counts(after)},
        )
    return found


def _owner(ctx: Context, unit_id: UUID) -> Unit:
    found = queries.units_to_choose(ctx, [unit_id], Permission.INITIATIVES_MANAGE)
    if unit_id not in found:
        raise NotFound(N_("There is no such unit. Choose from the list."), field="unit_id")
    return found[unit_id]


def follow_merge(ctx: Context, need_id: UUID, into_id: UUID) -> None:
    """Initiatives that answer a need answer the one it was merged into."""
    also = queries.initiatives_for(ctx, need_id) - queries.initiatives_for(ctx, into_id)
    ctx.insert_many(
        InitiativeNeed, [{"initiative_id": each, "need_id": into_id} for each in sorted(also)]
    )


def follow_units(ctx: Context, unit_id: UUID, into_id: UUID) -> None:
    """What a house that is merged takes part in is carried by the one that takes over, and counts
    there from the day it is decided: what begins meanwhile must see both. Its own past stays."""
    carried = queries.carried_by(ctx, unit_id) - queries.carried_by(ctx, into_id)
    ctx.insert_many(
        InitiativeUnit, [{"initiative_id": each, "unit_id": into_id} for each in sorted(carried)]
    )


needs.AFTER_MERGE.append(follow_merge)
organisation.AFTER_MERGE.append(follow_units)


def _with_owner(owner: Unit, unit_ids: Sequence[UUID]) -> list[UUID]:
    own = [owner.id] if owner.kind is UnitKind.INSTITUTION else []
    return list(dict.fromkeys([*own, *unit_ids]))


def _check_chosen(ctx: Context, facts: Facts, *, unit_id: UUID) -> None:
    goal_id, area_id = facts.get("goal_id"), facts.get("area_id")
    if goal_id is not None:
        goals.check_serves(ctx, goal_id, unit_id)
    if area_id is not None and not queries.has_area(ctx, area_id):
        raise NotFound(
            N_("There is no such competence area. Choose from the list."), field="area_id"
        )


def _needs(ctx: Context, ids: Sequence[UUID]) -> list[UUID]:
    wanted = rules.check_linked(ids, field="need_ids")
    if wanted:
        needs.check_answerable(ctx, wanted)
    return wanted


def _units(ctx: Context, ids: Sequence[UUID]) -> list[UUID]:
    wanted = rules.check_linked(ids, field="unit_ids")
    found = queries.units_to_choose(ctx, wanted, Permission.INITIATIVES_MANAGE) if wanted else {}
    if any(each not in found or found[each].kind is not UnitKind.INSTITUTION for each in wanted):
        raise NotFound(
            N_("Choose among the institutions that you lead or support."), field="unit_ids"
        )
    return wanted


def _courses(ctx: Context, ids: Sequence[UUID]) -> list[UUID]:
    wanted = rules.check_linked(ids, field="course_ids")
    if wanted and set(wanted) - queries.offered(ctx, wanted):
        raise NotFound(
            N_("Choose among the courses that are in the catalogue."), field="course_ids"
        )
    return wanted


def _tie(ctx: Context, name: str, initiative_id: UUID, ids: Collection[UUID]) -> None:
    model, column = TIED[name]
    rows = [{"initiative_id": initiative_id, column: each} for each in ids]
    tied: type[TenantOwned] = model
    ctx.insert_many(tied, rows)


def _retie(
    ctx: Context, found: Initiative, name: str, ids: Sequence[UUID], *, override_reason: str
) -> tuple[set[UUID], set[UUID]]:
    """What it was tied to, and is now. Only what joins must be choosable: what is tied stays."""
    model, column = TIED[name]
    was = {
        "need_ids": queries.need_ids,
        "unit_ids": queries.unit_ids,
        "course_ids": queries.course_ids,
    }[name](ctx, found.id)
    wanted = rules.check_linked(ids, field=name)
    if name == "unit_ids":
        wanted = _with_owner(found.unit, wanted)
    if name == "need_ids" and was:
        # What somebody cannot see they cannot mean to take away.
        wanted += sorted(was - queries.seen_needs(ctx, was) - set(wanted))
    joining = [each for each in wanted if each not in was]
    {"need_ids": _needs, "unit_ids": _units, "course_ids": _courses}[name](ctx, joining)
    if name == "unit_ids" and rules.is_under_way(found.state):
        make_room(ctx, found, joining, override_reason=override_reason)
    leaving = was - set(wanted)
    if leaving:
        queries.untie(ctx, model, column, found.id, leaving)
    _tie(ctx, name, found.id, joining)
    return was, set(wanted)


def _counts(tied: dict[str, int]) -> dict[str, int]:
    """How many of each: the trail shows no ids."""
    return {name.removesuffix("_ids") + "s": number for name, number in tied.items()}


def _told(facts: Any) -> dict[str, Any]:
    """The facts as the trail keeps them."""
    return dict(facts)
