"""The goals as a picture: who wants what, how far it is, and what serves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l

from admin.base import Page
from admin.goals import GOALS, unit_options
from admin.labels_goals import GOAL_LEVELS, GOAL_STATES, GOAL_TONES
from tenant_app.core.access import Permission
from tenant_app.goals.models import GoalState
from tenant_app.reports import service as reports
from tenant_app.reports.service import TreeLine

PAGE_SIZE = 60


@dataclass
class Branch:
    """A goal with those that serve it on the same page."""

    line: TreeLine
    below: list[Branch] = field(default_factory=list)


def branches(lines: Sequence[TreeLine]) -> list[Branch]:
    """The lines, which come as a tree is read, as nested lists."""
    found: list[Branch] = []
    known: dict[UUID, Branch] = {}
    for line in lines:
        branch = known[line.goal.id] = Branch(line)
        above = known.get(line.goal.parent_id) if line.goal.parent_id else None
        (found if above is None else above.below).append(branch)
    return found


class GoalTree(Page):
    """From the municipality's goals to those of the institutions."""

    permission = Permission.GOALS_VIEW
    help = _l(
        "Each goal with how far it is and what serves it. The figures of a goal hold those of the "
        "goals below it, as far as you may see them."
    )

    def __init__(self) -> None:
        super().__init__(
            name=_l("Goal tree"), category=GOALS, endpoint="goal_tree", url="goal-tree"
        )

    def is_visible(self) -> bool:
        return False  # reached from the list of goals

    @expose("/")
    def index(self) -> ResponseReturnValue:
        ctx = self.ctx
        number = max(1, request.args.get("page", 1, type=int))
        state, unit_id = self._state(), self._unit()
        found = reports.goal_tree(
            ctx, unit_id=unit_id, state=state, page=number, page_size=PAGE_SIZE
        )
        actor = ctx.actor
        return self.render(
            "goals/tree.html",
            found=found,
            branches=branches(found.items),
            number=number,
            units=unit_options(ctx),
            unit_id=unit_id,
            state=state,
            states=GOAL_STATES,
            tones=GOAL_TONES,
            levels=GOAL_LEVELS,
            sees_needs=actor.may(Permission.NEEDS_VIEW),
            sees_money=actor.may(Permission.ENROLMENT_VIEW),
            page_url=lambda page: self.get_url(
                ".index", page=page + 1, unit=unit_id, state=request.args.get("state")
            ),
        )

    def _state(self) -> GoalState | None:
        """Adopted ones unless another state is asked for; “all” is every state."""
        asked = request.args.get("state", "")
        if asked == "all":
            return None
        try:
            return GoalState(asked)
        except ValueError:
            return GoalState.ADOPTED

    def _unit(self) -> UUID | None:
        try:
            return UUID(request.args.get("unit", ""))
        except ValueError:
            return None


def views() -> list[Any]:
    """The picture."""
    return [GoalTree()]
