"""What the screens of talks share: who may open them, and what a page has read of a talk."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from admin.talks_labels import WORDS
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Forbidden
from tenant_app.talks import service as talks
from tenant_app.talks.models import DevelopmentPlan, DevelopmentTalk
from tenant_app.web.current import context


class ForParties:
    """A screen for those who hold talks and those who have their own. Its rows are another matter.

    The class beside it says what `ctx` is.
    """

    ctx: Context

    def is_accessible(self) -> bool:
        return bool(self.ctx.actor.may(Permission.TALKS_HOLD)) or talks.takes_part(self.ctx)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        raise Forbidden()


def part_of(ctx: Context) -> Permission:
    """What lets the actor act in talks: holding them, or having their own."""
    holds = ctx.actor.may(Permission.TALKS_HOLD)
    return Permission.TALKS_HOLD if holds else Permission.TALKS_OWN


def story_of(ctx: Context, talk: DevelopmentTalk) -> talks.Details:
    """Everything that the reader may see of the talk, read once per page."""
    key = ("talk story", talk.id)
    if key not in ctx.memo:
        ctx.memo[key] = talks.details(ctx, talk)
    found: talks.Details = ctx.memo[key]
    return found


def plan_story(ctx: Context, plan: DevelopmentPlan) -> talks.PlanDetails:
    """Everything in the plan, read once per page."""
    key = ("plan story", plan.id)
    if key not in ctx.memo:
        ctx.memo[key] = talks.plan_details(ctx, plan)
    found: talks.PlanDetails = ctx.memo[key]
    return found


def names_of(ctx: Context, talk: DevelopmentTalk) -> str:
    """Who is in the talk, by name; a large group by its first."""
    known = ctx.memo.setdefault("talk members", {})
    if talk.id not in known:
        known |= talks.members(ctx, [talk])
    names = [each.employee.name for each in known[talk.id]]
    return ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")


def talks_url(**filters: str) -> str:
    """Where a reader finds such talks: in the list, or among their own."""
    if not context().actor.may(Permission.TALKS_HOLD):
        return url_for("own-talks.index")
    named = {f"flt{place}_{name}": value for place, (name, value) in enumerate(filters.items())}
    return url_for("talks.index_view", **named)


def words(ctx: Context) -> dict[str, Any]:
    """The labels of a talk and of a plan."""
    return WORDS | {"today": ctx.today}
