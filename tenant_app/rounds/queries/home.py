"""What waits on a home page, counted past the ORM: the statements say themselves whose rows they
mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, Text, func, literal, or_, select
from sqlalchemy.orm import aliased

from tenant_app.budgets.models import Pool
from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement
from tenant_app.rounds.models import ApplicationRound, RoundApplication, RoundState
from tenant_app.rounds.queries import holds

SOON = timedelta(days=14)


def count_to_decide(ctx: Context, key: str, paths: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """(key, how many rounds are over and not decided) of pools owned below the paths."""
    inside = or_(*(UnitPlacement.path.op("^@")(path) for path in paths))
    owners = only_own(select(UnitPlacement.unit_id).where(inside, holds(ctx.today)), UnitPlacement)
    found: Select[*tuple[Any, ...]] = (
        select(literal(key, Text), func.count())
        .select_from(ApplicationRound)
        .join(Pool, Pool.id == ApplicationRound.pool_id)
        .where(
            or_(
                ApplicationRound.state == RoundState.CLOSED,
                (ApplicationRound.state == RoundState.OPEN)
                & (ApplicationRound.closes_on < ctx.today),
            ),
            Pool.unit_id.in_(owners),
        )
    )
    return only_own(found, ApplicationRound, Pool)


def count_closing(ctx: Context, key: str, paths: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """(key, how many rounds close soon for which a unit at the end of a path has not applied)."""
    unit, place = aliased(Unit), aliased(UnitPlacement)
    above = aliased(UnitPlacement)
    applied = only_own(
        select(RoundApplication.unit_id).where(
            RoundApplication.round_id == ApplicationRound.id,
            RoundApplication.is_withdrawn.is_(False),
        ),
        RoundApplication,
    )
    found: Select[*tuple[Any, ...]] = (
        select(literal(key, Text), func.count(func.distinct(ApplicationRound.id)))
        .select_from(ApplicationRound)
        .join(Pool, Pool.id == ApplicationRound.pool_id)
        .join(above, above.unit_id == Pool.unit_id)
        .join(place, place.path.op("^@")(above.path))
        .join(unit, unit.id == place.unit_id)
        .where(
            ApplicationRound.state == RoundState.OPEN,
            ApplicationRound.opens_on <= ctx.today,
            ApplicationRound.closes_on.between(ctx.today, ctx.today + SOON),
            place.path.in_(list(paths)),
            unit.kind.in_([UnitKind.AREA, UnitKind.INSTITUTION]),
            place.unit_id != Pool.unit_id,
            _on(place, ctx),
            _on(above, ctx),
            unit.id.not_in(applied),
        )
    )
    return only_own(found, ApplicationRound, Pool, above, place, unit)


def _on(place: Any, ctx: Context) -> Any:
    return (place.from_date <= ctx.today) & (place.to_date.is_(None) | (place.to_date > ctx.today))
