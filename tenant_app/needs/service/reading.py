"""Needs as people see them: in lists, one by one, and for others to choose from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.needs import queries, rules
from tenant_app.needs.models import Need, NeedState, Urgency
from tenant_app.needs.rules import Standing
from tenant_app.needs.service import scope
from tenant_app.needs.service.findings import Finding, findings_of
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind
from tenant_app.tenancy import service as tenancy

MOST_STEPS = 100
"""Of a need's history on its page; the trail has the rest."""


@dataclass(frozen=True)
class Shown:
    """A need with what stands behind it. Not `in_full`: the title and the state are all of it."""

    need: Need
    standing: Standing
    in_full: bool


@dataclass(frozen=True)
class Step:
    """Something that happened to a need. `note` is empty for those who may not read it."""

    at: datetime
    who: str
    action: str
    note: str


@dataclass(frozen=True)
class Story:
    """Everything about one need that the actor may see."""

    need: Need
    standing: Standing
    in_full: bool
    findings: Sequence[Finding]
    merged: Sequence[Need]
    steps: Sequence[Step]


@dataclass(frozen=True)
class Place:
    """Where a need can be reported. The first is where one works."""

    unit_id: UUID
    name: str
    kind: UnitKind


def visible(ctx: Context) -> ColumnElement[bool]:
    """Which needs the actor sees: for `where(…)`. The only scope of needs."""
    return scope.visible(ctx)


def get(ctx: Context, need_id: UUID) -> Need:
    """A need that the actor sees, with unit, area, competence and goal. Raises NotFound."""
    scope.require_sight(ctx)
    found = queries.need(ctx, need_id, scope.visible(ctx))
    if found is None:
        raise NotFound()
    return found


def needs(
    ctx: Context,
    *,
    state: NeedState | None = None,
    area_id: UUID | None = None,
    unit_id: UUID | None = None,
    urgency: Urgency | None = None,
    single_source: bool | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Shown]:
    """The needs one sees, newest first. `unit_id` means the unit and those below it."""
    scope.require_sight(ctx)
    units = None if unit_id is None else organisation.units_below(ctx, unit_id)
    found = queries.needs(
        scope.visible(ctx),
        state=state,
        area_id=area_id,
        units=units,
        urgency=urgency,
        single_source=single_source,
    )
    read: Page[Need] = scalars_page(ctx, found, page=page, page_size=page_size)
    return Page(
        items=_shown(ctx, read.items),
        page=read.page,
        page_size=read.page_size,
        has_more=read.has_more,
    )


def one(ctx: Context, need_id: UUID) -> Shown:
    """One need with what stands behind it. Raises NotFound."""
    return _shown(ctx, [get(ctx, need_id)])[0]


def _shown(ctx: Context, found: Sequence[Need]) -> list[Shown]:
    ids = [need.id for need in found]
    standings = standing(ctx, ids)
    full = queries.ids_of(ctx, ids, scope.in_full(ctx)) if ids else set()
    return [Shown(need, standings[need.id], need.id in full) for need in found]


def standing(ctx: Context, need_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """What stands behind each need, and what is missing: two statements however many they are."""
    pairs: dict[UUID, list[Any]] = {need_id: [] for need_id in need_ids}
    if pairs:
        for need_id, source, role, count in queries.findings(ctx, list(pairs)):
            pairs[need_id] += [(source, role)] * count
    limits = tenancy.settings(ctx).limits
    return {need_id: rules.standing(found, limits) for need_id, found in pairs.items()}


def story(ctx: Context, need: Need) -> Story:
    """A need that was asked for already, with its evidence, its history and what it took in."""
    full = need.reported_by is not None and need.reported_by == ctx.actor.user_id
    full = full or ctx.actor.may(Permission.NEEDS_VIEW, at=organisation.path_at(ctx, need.unit_id))
    steps = queries.history(ctx, need.id, limit=MOST_STEPS)
    return Story(
        need=need,
        standing=standing(ctx, [need.id])[need.id],
        in_full=full,
        findings=findings_of(ctx, need.id),
        merged=queries.merged_here(ctx, need.id, scope.visible(ctx)),
        steps=[Step(at, who, action, note if full else "") for at, who, action, note in steps],
    )


def may_qualify(ctx: Context, need: Need) -> bool:
    """Whether the actor moves this need from state to state."""
    return ctx.actor.may(Permission.NEEDS_QUALIFY, at=organisation.path_at(ctx, need.unit_id))


def may_report(ctx: Context, need: Need) -> bool:
    """Whether the actor may add to this need."""
    return ctx.actor.may(Permission.NEEDS_REPORT, at=organisation.path_at(ctx, need.unit_id))


def places(ctx: Context) -> list[Place]:
    """Where the actor can report a need: their own institution first, else in the order of the
    hierarchy. Who only reports is not offered the institutions of others."""
    ctx.require(Permission.NEEDS_REPORT)
    wanted = organisation.visible_units(ctx, Permission.NEEDS_REPORT)
    found = [
        Place(unit_id, name, kind)
        for unit_id, name, kind, _path in queries.units(ctx, wanted, ctx.today)
    ]
    home = _home(ctx)
    if not ctx.actor.may(Permission.NEEDS_VIEW) and any(each.unit_id == home for each in found):
        found = [each for each in found if each.unit_id == home]
    return sorted(found, key=lambda each: each.unit_id != home)


def _home(ctx: Context) -> UUID | None:
    if ctx.actor.employee_id is not None:
        return queries.home_of(ctx, ctx.actor.employee_id, ctx.today)
    return None


def choices(ctx: Context) -> list[tuple[UUID, str]]:
    """Needs that an initiative can answer, with their unit, newest first."""
    found = queries.answerable(ctx, scope.visible(ctx), rules.ANSWERABLE)
    return [(need_id, f"{title} ({unit})") for need_id, title, unit in found]


def targets(ctx: Context, need: Need) -> list[tuple[UUID, str]]:
    """Needs that this one can be merged into: open ones where the actor qualifies needs."""
    units = organisation.visible_units(ctx, Permission.NEEDS_QUALIFY)
    within = Need.unit_id.in_(units) & (Need.id != need.id)
    found = queries.answerable(ctx, within, rules.OPEN_TO_EVIDENCE)
    return [(need_id, f"{title} ({unit})") for need_id, title, unit in found]


def check_answerable(ctx: Context, need_ids: Iterable[UUID]) -> None:
    """Raises Invalid unless each is a need that one sees, and qualified or prioritised."""
    wanted = set(need_ids)
    answerable = scope.visible(ctx) & Need.state.in_(rules.ANSWERABLE)
    if wanted and queries.hold_ids(ctx, wanted, answerable) != wanted:
        raise Invalid(
            N_(
                "An initiative answers needs that are qualified or prioritised. Choose from the "
                "list, or qualify the need first."
            ),
            field="need_ids",
        )


def is_choosable(ctx: Context, need_id: UUID, *, unit_id: UUID) -> bool:
    """Whether one sees the need, it is qualified or prioritised, and at the unit or below it."""
    below = organisation.units_below(ctx, unit_id)
    answerable = Need.state.in_(rules.ANSWERABLE) & Need.unit_id.in_(below)
    return bool(queries.ids_of(ctx, [need_id], scope.visible(ctx) & answerable))


def titles(ctx: Context, need_ids: Collection[UUID]) -> dict[UUID, str]:
    """What those of the needs are called that one sees."""
    return queries.titles(ctx, need_ids, scope.visible(ctx)) if need_ids else {}


def is_single_source(ctx: Context) -> ColumnElement[bool]:
    """The need rests on one kind of source alone: to filter a list by."""
    return queries.single_sources()


def sort_by_index(ctx: Context) -> ColumnElement[int]:
    """The triangulation index: to sort a list by."""
    found: ColumnElement[int] = queries.index_of()
    return found


def sort_by_age(ctx: Context) -> ColumnElement[int]:
    """Days since the need was reported, or until it was over: to sort a list by."""
    return queries.age(ctx.today)


def unit_choices(ctx: Context) -> list[tuple[UUID, str]]:
    """Units whose needs the actor sees, to filter by; none for those who only report."""
    seen = organisation.visible_units(ctx, Permission.NEEDS_VIEW)
    return [(row[0], row[1]) for row in queries.units(ctx, seen, ctx.today)]
