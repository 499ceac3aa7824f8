"""Filters and buttons that the screens of anchoring share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement

from admin.choosing import Among, seen_unit_choices
from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import AnchoringPlan
from tenant_app.anchoring.service import Details
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.web.current import context


class Where(Among):
    """Rows that meet a condition made of the chosen value."""

    def __init__(
        self, column: Any, name: Any, options: Any, *, where: Callable[[Any], Any], **facts: Any
    ) -> None:
        super().__init__(column, name, options, **facts)
        self.where = where

    def apply(self, query: Any, value: Any, alias: Any = None) -> Any:
        conditions: list[ColumnElement[bool]] = self.where(value)
        return query.filter(*conditions)


def part_of(ctx: Context) -> Permission:
    """What lets the actor work on plans: leading, or taking part. The service decides where."""
    leads = ctx.actor.may(Permission.ANCHORING_MANAGE)
    return Permission.ANCHORING_MANAGE if leads else Permission.ANCHORING_OWN


def unit_options() -> list[tuple[str, str]]:
    """The units in sight, in the order of the hierarchy."""
    ctx = context()
    if not ctx.actor.may(Permission.UNITS_VIEW):
        return []
    return seen_unit_choices(ctx, Permission.UNITS_VIEW)


def story_of(ctx: Context, plan: AnchoringPlan) -> Details:
    """Everything in the plan, read once per page."""
    key = ("anchoring story", plan.id)
    if key not in ctx.memo:
        tell(ctx, [plan])
    found: Details = ctx.memo[key]
    return found


def tell(ctx: Context, plans: list[AnchoringPlan]) -> list[Details]:
    """Everything in the plans, known to the page from now on."""
    found = anchoring.stories(ctx, plans)
    for story in found:
        ctx.memo[("anchoring story", story.plan.id)] = story
    return found
