"""Who sees which needs, and who may read what was said behind them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, true

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Forbidden, NotFound
from tenant_app.needs import queries, rules
from tenant_app.needs.models import Confidentiality, Evidence, Need
from tenant_app.organisation import service as organisation


def require_sight(ctx: Context) -> None:
    """Go on for those who see needs of others, or report their own. Else 403."""
    if not ctx.actor.may(Permission.NEEDS_REPORT):
        ctx.require(Permission.NEEDS_VIEW)


def sees_all(ctx: Context) -> bool:
    """Whether the actor sees the needs of the whole municipality."""
    held = ctx.actor.paths(Permission.NEEDS_VIEW)
    return ctx.actor.is_system or bool(held and organisation.root_path(ctx) in held)


def of_units(ctx: Context) -> ColumnElement[bool]:
    """Needs of the units whose needs the actor sees. Of the whole municipality it is all of them:
    asking for each need whether its unit is one took as long as the rest of the heat map."""
    if sees_all(ctx):
        return true()
    return Need.unit_id.in_(organisation.visible_units(ctx, Permission.NEEDS_VIEW))


def visible(ctx: Context) -> ColumnElement[bool]:
    """Which needs the actor sees: those of their units, of the institution where they work, and
    those they reported themselves."""
    seen: list[ColumnElement[bool]] = [of_units(ctx)]
    actor = ctx.actor
    if actor.employee_id is not None and _reports_only(ctx):
        own = queries.own_institution(actor.employee_id, ctx.today)
        reports = organisation.visible_units(ctx, Permission.NEEDS_REPORT)
        seen.append(and_(Need.unit_id.in_(own), Need.unit_id.in_(reports)))
    if actor.user_id is not None and actor.may(Permission.NEEDS_REPORT):
        seen.append(Need.reported_by == actor.user_id)
    return or_(false(), *seen)


def _reports_only(ctx: Context) -> bool:
    """Whether the actor may report somewhere without seeing all needs there."""
    seen = ctx.actor.paths(Permission.NEEDS_VIEW)
    return any(
        not path.startswith(tuple(seen)) for path in ctx.actor.paths(Permission.NEEDS_REPORT)
    )


def in_full(ctx: Context) -> ColumnElement[bool]:
    """Needs of which the actor sees more than the title and the state."""
    seen = [of_units(ctx)]
    if ctx.actor.user_id is not None:
        seen.append(Need.reported_by == ctx.actor.user_id)
    return or_(false(), *seen)


def mine(ctx: Context) -> ColumnElement[bool]:
    """Findings that the actor wrote; a system, and somebody without a login, wrote none."""
    if ctx.actor.user_id is None:
        return false()
    return Evidence.recorded_by == ctx.actor.user_id


def readable(ctx: Context) -> ColumnElement[bool]:
    """Findings whose text the actor may read, for a statement that has Need beside Evidence.

    The one place that decides it. Open ones: whoever sees the need they belong to. Those of the
    institution: who leads it. The author's: the author, who always reads their own.
    """
    inside, alone = rules.lead_where(ctx.actor.grants)
    leads: list[ColumnElement[bool]] = [Need.unit_id.in_(below) for below in _subtrees(ctx, inside)]
    leads += [Need.unit_id == unit_id for unit_id in alone]
    return or_(
        mine(ctx),
        and_(Evidence.confidentiality == Confidentiality.OPEN, visible(ctx)),
        and_(Evidence.confidentiality == Confidentiality.INSTITUTION, or_(false(), *leads)),
    )


def _subtrees(ctx: Context, unit_ids: list[UUID]) -> list[Select[UUID]]:
    found = []
    for unit_id in unit_ids:
        try:
            found.append(organisation.units_below(ctx, unit_id))
        except NotFound:  # closed today: nobody leads it
            continue
    return found


def locked(ctx: Context, need_id: UUID, permission: Permission) -> Need:
    """The need, for a change by somebody who has the permission at its unit. Raises NotFound."""
    found = queries.needs_to_change(ctx, [need_id], visible(ctx)).get(need_id)
    if found is None:
        require_sight(ctx)
        raise NotFound()
    require_at(ctx, found, permission)
    return found


def require_at(ctx: Context, need: Need, permission: Permission) -> None:
    """Go on only with the permission where the need is. Else 403."""
    if not ctx.actor.may(permission, at=organisation.path_at(ctx, need.unit_id)):
        raise Forbidden()
