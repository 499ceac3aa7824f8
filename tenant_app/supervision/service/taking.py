"""Results of screenings many at a time, by the municipality's own numbers and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, Refusal
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind
from tenant_app.supervision import queries, rules
from tenant_app.supervision.models import Screening, ScreeningArea, ScreeningResult, ScreeningTool


@dataclass(frozen=True)
class ResultLine:
    """What a unit scored on a day in one area of a tool."""

    unit_number: str
    tool: str
    held_on: date
    area: str
    score: Decimal
    observations: int


@dataclass
class _Known:
    """What is there when a file is read."""

    units: dict[str, tuple[UUID, UnitKind]]
    tools: dict[str, ScreeningTool]
    areas: dict[tuple[UUID, str], ScreeningArea]
    screenings: dict[tuple[UUID, UUID, date], Screening]
    results: dict[tuple[UUID, UUID], ScreeningResult]
    used: dict[UUID, UUID]
    """Result → screening, of the scores that a need rests on."""


def take_results(ctx: Context, lines: Sequence[ResultLine], *, write: bool) -> organisation.Taken:
    """The results are as the lines say; with a problem none is. Twice is as once.

    Without `write` it is only found out. Needs the permission at the root.
    """
    ctx.require(Permission.SUPERVISION_MANAGE, at=organisation.root_path(ctx))
    if write:  # whoever only looks keeps nobody waiting
        queries.lock(ctx)
    known = _known(ctx, lines, write=write)
    taken = organisation.Taken()
    new: dict[tuple[UUID, UUID, date], dict[str, Any]] = {}
    results: list[dict[str, Any]] = []
    changed: list[tuple[ScreeningResult, Decimal]] = []
    counted: dict[UUID, tuple[Screening, int]] = {}
    seen: set[tuple[Any, ...]] = set()
    for at, line in enumerate(lines):
        try:
            unit_id, tool, area = _placed(ctx, known, line)
            score = rules.check_score(line.score, rules.scale_of(tool))
            key = (unit_id, tool.id, line.held_on)
            _check_first((*key, area.id), seen)
            there = known.screenings.get(key)
            result = known.results.get((there.id, area.id)) if there is not None else None
            _check_same_count(new.get(key), counted.get(there.id) if there else None, line)
            if result is not None and result.score != score and result.id in known.used:
                raise _rests("score")
            if there is not None and there.observations != line.observations:
                _check_count_free(known, there)
        except Refusal as refusal:
            taken.problems.append((at, refusal))
            continue
        if there is None:
            made = new.setdefault(
                key,
                {
                    "id": uuid7(),
                    "unit_id": unit_id,
                    "tool_id": tool.id,
                    "held_on": line.held_on,
                    "observations": line.observations,
                },
            )
            screening_id = made["id"]
        else:
            counted[there.id] = (there, line.observations)
            screening_id = there.id
        if result is None:
            taken.added += 1
            results.append(
                {"id": uuid7(), "screening_id": screening_id, "area_id": area.id, "score": score}
            )
        elif result.score != score or (there and there.observations != line.observations):
            taken.changed += 1
            changed.append((result, score))
        else:
            taken.unchanged += 1
    if taken.problems or not write:
        return taken
    ctx.insert_many(Screening, list(new.values()))
    ctx.insert_many(ScreeningResult, results)
    for result, score in changed:
        result.score = score
    for screening, observations in counted.values():
        screening.observations = observations
    if results or changed:
        audit.record(
            ctx, "screening.imported", new={"added": taken.added, "changed": taken.changed}
        )
    return taken


def _known(ctx: Context, lines: Sequence[ResultLine], *, write: bool) -> _Known:
    units = queries.units_numbered(ctx, {line.unit_number for line in lines})
    tools = {tool.name.casefold(): tool for tool in queries.all_tools(ctx)}
    areas = queries.areas_of(ctx, [tool.id for tool in tools.values()])
    named = {line.tool.casefold() for line in lines}
    screenings = queries.known_screenings(
        ctx,
        [unit_id for unit_id, _kind in units.values()],
        tool_ids=[tool.id for name, tool in tools.items() if name in named],
        days={line.held_on for line in lines},
    )
    ids = [each.id for each in screenings]
    results = queries.known_results(ctx, ids, write=write)
    return _Known(
        units,
        tools,
        {(area.tool_id, area.name.casefold()): area for area in areas},
        {(each.unit_id, each.tool_id, each.held_on): each for each in screenings},
        {(each.screening_id, each.area_id): each for each in results},
        dict(map(tuple, queries.used_results(ctx, ids))),
    )


def _placed(
    ctx: Context, known: _Known, line: ResultLine
) -> tuple[UUID, ScreeningTool, ScreeningArea]:
    """(unit, tool, area). Raises Conflict at the field that is not known."""
    unit = known.units.get(line.unit_number)
    if unit is None:
        raise Conflict(
            N_("No unit has the number “%(number)s”. Correct it, or import the unit first."),
            field="unit_number",
            number=line.unit_number,
        )
    unit_id, kind = unit
    if kind not in rules.VISITED:
        raise Conflict(
            N_("“%(number)s” is neither an institution nor a house. Only they are screened."),
            field="unit_number",
            number=line.unit_number,
        )
    tool = known.tools.get(line.tool.casefold())
    if tool is None:
        raise Conflict(
            N_("No screening tool is called “%(name)s”. Correct the name, or create the tool."),
            field="tool",
            name=line.tool,
        )
    area = known.areas.get((tool.id, line.area.casefold()))
    if area is None:
        raise Conflict(
            N_("“%(tool)s” has no area “%(area)s”. Write one of: %(known)s."),
            field="area",
            tool=tool.name,
            area=line.area,
            known=", ".join(
                each.name for (tool_id, _name), each in known.areas.items() if tool_id == tool.id
            ),
        )
    if not rules.FIRST_DAY <= line.held_on <= ctx.today:
        raise Invalid(
            N_("A screening is from a day from %(first)s to today, %(today)s."),
            field="held_on",
            first=rules.FIRST_DAY.strftime("%d-%m-%Y"),
            today=ctx.today.strftime("%d-%m-%Y"),
        )
    is_there = (unit_id, tool.id, line.held_on) in known.screenings
    if tool.retired_on is not None and not is_there:
        raise Conflict(
            N_("“%(name)s” is retired. Choose a tool that is in use."), field="tool", name=tool.name
        )
    return unit_id, tool, area


def _check_first(key: tuple[Any, ...], seen: set[tuple[Any, ...]]) -> None:
    """Raises Conflict where an earlier row says the same unit, tool, day and area."""
    if key in seen:
        raise Conflict(
            N_("An earlier row has the same unit, tool, day and area. Keep one of them."),
            field="area",
        )
    seen.add(key)


def _check_same_count(
    new: dict[str, Any] | None, old: tuple[Screening, int] | None, line: ResultLine
) -> None:
    """The rows of one screening agree on how much was observed. Raises Invalid."""
    said = new["observations"] if new is not None else old[1] if old is not None else None
    if said is not None and said != line.observations:
        raise Invalid(
            N_("Another row of this screening says %(said)s observations. Write the same in both."),
            field="observations",
            said=said,
        )


def _check_count_free(known: _Known, screening: Screening) -> None:
    """Raises Conflict where a need rests on a score: it says of how many observations it is."""
    if screening.id in known.used.values():
        raise _rests("observations")


def _rests(field: str) -> Conflict:
    return Conflict(
        N_(
            "A need rests on the score that is there, so it stays as it is. Leave the row out, "
            "or read the new score in with its own date."
        ),
        field=field,
    )
