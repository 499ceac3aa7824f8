"""The list of talks, and the page of one: what it says is shown to its parties alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from admin.anchoring_choices import Where
from admin.beginnings import Beginning
from admin.choosing import YES_NO, Among, FilteredView, yes_or_no
from admin.formats import choice, day
from admin.lists import looked_up
from admin.talks_choices import ForParties, names_of, story_of, words
from admin.talks_labels import SHORT, STATES, TONES
from admin.talks_verbs import VERBS
from tenant_app.accounts.models import User
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.talks import service as talks
from tenant_app.talks.models import DevelopmentTalk, TalkKind, TalkRound, TalkState
from tenant_app.web.current import context

TAG = Markup('<span class="tag {}">{}</span>')


def _names(view: Any, page: Any, row: DevelopmentTalk, name: str) -> str:
    return names_of(view.ctx, row)


def _stands(view: Any, page: Any, row: DevelopmentTalk, name: str) -> Any:
    shown = TAG.format(TONES.get(row.state, ""), STATES[row.state])
    if talks.is_late(view.ctx, row):
        shown += Markup(" ") + TAG.format("bad", _("Overdue"))
    return shown


class TalkView(ForParties, FilteredView):
    """The talks of the units one leads, and one's own."""

    model_class = DevelopmentTalk
    endpoint_name = "talks"
    label = _l("Talks")
    help = _l("What is said in a talk is read only by those who are in it.")
    empty = _l("No talks yet. They come when a round is opened.")
    begins_at = (
        Beginning(
            _l("Open a round of talks"),
            "talk-rounds.verb_open",
            frozenset({Permission.TALKS_HOLD}),
        ),
    )
    begins_here = False
    verbs = VERBS
    load = (
        joinedload(DevelopmentTalk.unit),
        joinedload(DevelopmentTalk.holder),
        joinedload(DevelopmentTalk.round),
    )
    details_template = "talks/details.html"
    column_list = ("members", "kind", "holder", "due_on", "planned_at", "held_on", "state")
    column_details_list = (*column_list[1:-1], "unit", "state")
    more_columns = ("unit",)
    column_labels = {
        "members": _l("Employee"),
        "kind": _l("Kind"),
        "unit": _l("Unit"),
        "holder": _l("Holds the talk"),
        "due_on": _l("To be held by"),
        "planned_at": _l("Time of the talk"),
        "held_on": _l("Held on"),
        "state": _l("State"),
    }
    column_sortable_list = ("kind", "planned_at", "held_on", "state", ("unit", "unit.name"))
    sort_by = {
        "holder": looked_up(
            danish(User.name), User.id == DevelopmentTalk.holder_id, row=DevelopmentTalk
        ),
        "due_on": looked_up(
            TalkRound.due_on, TalkRound.id == DevelopmentTalk.round_id, row=DevelopmentTalk
        ),
    }
    column_default_sort = [("state", False), ("id", True)]
    column_formatters = {
        "members": _names,
        "kind": choice("kind", SHORT),
        "unit": lambda view, page, row, name: row.unit.name,
        "holder": lambda view, page, row, name: row.holder.name,
        "due_on": day("round.due_on"),
        "planned_at": day("planned_at"),
        "held_on": day("held_on"),
        "state": _stands,
    }
    column_filters = (
        Among(
            DevelopmentTalk.state,
            _l("State"),
            [(each.value, label) for each, label in STATES.items()],
            word="state",
            convert=TalkState,
        ),
        Where(
            DevelopmentTalk.id,
            _l("Overdue"),
            YES_NO,
            word="late",
            convert=yes_or_no,
            where=lambda value: talks.matching(context(), late=value),
        ),
        Where(
            DevelopmentTalk.id,
            _l("To be held within 14 days"),
            YES_NO,
            word="soon",
            convert=yes_or_no,
            where=lambda value: talks.matching(context(), soon=value),
        ),
        Among(
            DevelopmentTalk.kind,
            _l("Kind"),
            [(each.value, label) for each, label in SHORT.items()],
            word="kind",
            convert=TalkKind,
        ),
    )

    def title_of(self, row: DevelopmentTalk) -> str:
        return _("%(kind)s with %(names)s", kind=SHORT[row.kind], names=names_of(self.ctx, row))

    def is_visible(self) -> bool:
        """An employee comes here from their own talks, for the page of one."""
        return bool(self.ctx.actor.may(Permission.TALKS_HOLD))

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return talks.scope(ctx)

    def read_for(self, rows: Sequence[DevelopmentTalk]) -> None:
        """Who is in the talks, read at once."""
        self.ctx.memo["talk members"] = talks.members(self.ctx, rows)

    def story(self, row: DevelopmentTalk) -> talks.Details:
        """Everything about one talk that its reader may see."""
        return story_of(self.ctx, row)

    def plans(self, row: DevelopmentTalk) -> list[tuple[str, str]]:
        """(name, address) of the plans of those in the talk that the reader may open."""
        members = [each for each in self.story(row).members if each.left_at is None]
        found = talks.plans_of(self.ctx, [each.employee_id for each in members])
        return [
            (
                each.employee.name,
                url_for("development-plans.details_view", id=found[each.employee_id]),
            )
            for each in members
            if each.employee_id in found
        ]

    def words(self) -> dict[str, Any]:
        """The labels of a talk."""
        return words(self.ctx)
