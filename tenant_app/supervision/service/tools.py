"""Screening tools: what is screened, and on which scale."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.supervision import queries, rules
from tenant_app.supervision.models import ScreeningArea, ScreeningTool
from tenant_app.supervision.rules import AreaDraft, Scale


@dataclass(frozen=True)
class ToolDetails:
    """A tool with its areas in their order."""

    tool: ScreeningTool
    areas: list[ScreeningArea] = field(default_factory=list)


def tools(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[ToolDetails]:
    """The municipality's tools with their areas, those in use first."""
    ctx.require(Permission.SUPERVISION_VIEW)
    found = scalars_page(ctx, queries.tools(), page=page, page_size=page_size)
    return Page(_with_areas(ctx, found.items), found.page, found.page_size, found.has_more)


def tool(ctx: Context, tool_id: UUID) -> ToolDetails:
    """One tool with its areas. Raises NotFound."""
    ctx.require(Permission.SUPERVISION_VIEW)
    found = queries.tool(ctx, tool_id)
    if found is None:
        raise NotFound()
    return _with_areas(ctx, [found])[0]


def areas_of(ctx: Context, tool_ids: Collection[UUID]) -> dict[UUID, list[ScreeningArea]]:
    """Tool → its areas in their order, of these tools."""
    found: dict[UUID, list[ScreeningArea]] = {tool_id: [] for tool_id in tool_ids}
    for area in queries.areas_of(ctx, list(found)):
        found[area.tool_id].append(area)
    return found


def create_tool(
    ctx: Context, *, name: str, scale: Scale, areas: Sequence[AreaDraft]
) -> ScreeningTool:
    """A tool whose results can be read in. Raises Conflict when the name is taken."""
    _require(ctx)
    facts = _checked(ctx, name=name, scale=scale, areas=areas)
    made = ScreeningTool(id=uuid7(), **facts)
    ctx.session.add(made)
    ctx.session.flush()  # the areas point at it
    _put_areas(ctx, made.id, areas)
    audit.record(ctx, "screening_tool.created", made.id, new={"name": made.name})
    return made


def change_tool(
    ctx: Context, tool_id: UUID, *, name: str, scale: Scale, areas: Sequence[AreaDraft]
) -> ScreeningTool:
    """A tool without results is as these facts say. Raises Conflict for one that is used."""
    found = _to_change(ctx, tool_id)
    rules.check_tool_free(used=queries.is_used(ctx, found.id), retired_on=found.retired_on)
    old = found.name
    facts = _checked(ctx, name=name, scale=scale, areas=areas, but=found.id)
    for key, value in facts.items():
        setattr(found, key, value)
    queries.clear_areas(ctx, found.id)
    _put_areas(ctx, found.id, areas)
    audit.record(
        ctx, "screening_tool.changed", found.id, old={"name": old}, new={"name": found.name}
    )
    return found


def retire_tool(ctx: Context, tool_id: UUID) -> ScreeningTool:
    """No more results are read in for the tool; those that are there stay."""
    found = _to_change(ctx, tool_id)
    rules.check_tool_free(used=False, retired_on=found.retired_on)
    found.retired_on = ctx.today
    audit.record(ctx, "screening_tool.retired", found.id, new={"name": found.name})
    return found


def used_tools(ctx: Context, tool_ids: Collection[UUID]) -> set[UUID]:
    """Those of the tools that have results."""
    return queries.used_tools(ctx, tool_ids)


def _require(ctx: Context) -> None:
    """The tools are the whole municipality's, and lead to its competence areas."""
    ctx.require(Permission.COMPETENCES_MANAGE, at=organisation.root_path(ctx))


def _to_change(ctx: Context, tool_id: UUID) -> ScreeningTool:
    _require(ctx)
    queries.lock(ctx)
    found = queries.tool_to_change(ctx, tool_id)
    if found is None:
        raise NotFound()
    return found


def _checked(
    ctx: Context,
    *,
    name: str,
    scale: Scale,
    areas: Sequence[AreaDraft],
    but: UUID | None = None,
) -> dict[str, Any]:
    clean = rules.check_line(name, field="name")
    rules.check_scale(scale)
    drafts = rules.check_areas(areas)
    wanted = {each.area_id for each in drafts if each.area_id is not None}
    if not all(queries.is_area(ctx, area_id) for area_id in wanted):
        raise NotFound(N_("There is no such competence area. Choose one."), field="areas")
    queries.lock(ctx)  # two of one name at once: the second finds the first
    if queries.tool_named(ctx, clean) not in (None, but):
        raise Conflict(
            N_("There is already a screening tool “%(name)s”. Choose another name."),
            field="name",
            name=clean,
        )
    return {
        "name": clean,
        "smallest": scale.smallest,
        "largest": scale.largest,
        "step": scale.step,
        "good_at": scale.good_at,
        "high_is_good": scale.high_is_good,
    }


def _put_areas(ctx: Context, tool_id: UUID, areas: Sequence[AreaDraft]) -> None:
    rows = [
        {"id": uuid7(), "tool_id": tool_id, "place": at, "name": each.name, "area_id": each.area_id}
        for at, each in enumerate(rules.check_areas(areas), 1)
    ]
    ctx.insert_many(ScreeningArea, rows)


def _with_areas(ctx: Context, found: Sequence[ScreeningTool]) -> list[ToolDetails]:
    areas = areas_of(ctx, [each.id for each in found])
    return [ToolDetails(each, areas[each.id]) for each in found]
